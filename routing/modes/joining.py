"""One table of rides for all ways to school, and what became of each student."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from routing.modes.choose import Modes
from routing.tables import DIRECTIONS, RIDES, names_of

if TYPE_CHECKING:
    import geopandas as gpd


def bus_riders(modes: Modes) -> "gpd.GeoDataFrame":
    """Return the students with ``entitled`` only for those who are to go by school bus."""
    students = modes.students
    by_bus = students["entitled"].to_numpy(bool) & (students["mode"] == "bus").to_numpy(bool)
    return students.assign(entitled=by_bus)


def join_rides(modes: Modes, rides: pd.DataFrame) -> Modes:
    """Return the rides of all ways in the students' order, and the modes as they came out.

    Parameters
    ----------
    modes
        From ``choose_modes``.
    rides
        Of the school buses, with times; the unserved too.

    Returns
    -------
    modes
        ``rides`` in the columns of RIDES, mornings first; ``students`` with mode
        "unserved", and the reason as ``mode_why``, where nobody of the row has a way in
        some direction. A row of which only a part is left keeps its mode: how many are
        left, and why, is said by its parts in the rides alone.
    """
    names = names_of(RIDES)
    both = rides[names] if modes.rides.empty else pd.concat([rides[names], modes.rides[names]])
    rank = pd.Series(range(len(modes.students)), modes.students["student_id"].to_numpy())
    order = both.assign(
        _way=both["direction"].map(DIRECTIONS.index), _row=both["student_id"].map(rank)
    )
    both = order.sort_values(["_way", "_row", "part"], kind="stable")[names].reset_index(drop=True)
    reason = modes.students["student_id"].map(_why_nobody(both))
    unserved = reason.notna()
    students = modes.students.assign(
        mode=modes.students["mode"].mask(unserved, "unserved"),
        mode_why=modes.students["mode_why"].mask(unserved, reason),
    )
    return replace(modes, students=students, rides=both)


def _why_nobody(rides: pd.DataFrame) -> "pd.Series[str]":
    """Return the reason, by student row, of those of whom nobody has a way both there and back."""
    n_with_way = rides["n_students"].where(rides["mode"] != "unserved", 0)
    keys = ["student_id", "direction"]
    served = rides.assign(n_with_way=n_with_way).groupby(keys)["n_with_way"].transform("sum") > 0
    lost = rides[~served & (rides["mode"] == "unserved")]
    return lost.drop_duplicates("student_id").set_index("student_id")["reason"]
