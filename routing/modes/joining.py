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
        "unserved" where no bus was found in a direction, and the reason as ``mode_why``.
    """
    names = names_of(RIDES)
    both = rides[names] if modes.rides.empty else pd.concat([rides[names], modes.rides[names]])
    rank = pd.Series(range(len(modes.students)), modes.students["student_id"].to_numpy())
    order = both.assign(
        _way=both["direction"].map(DIRECTIONS.index), _row=both["student_id"].map(rank)
    )
    both = order.sort_values(["_way", "_row", "part"], kind="stable")[names].reset_index(drop=True)
    lost = both[both["mode"] == "unserved"].drop_duplicates("student_id")
    reason = modes.students["student_id"].map(lost.set_index("student_id")["reason"])
    unserved = reason.notna()
    students = modes.students.assign(
        mode=modes.students["mode"].mask(unserved, "unserved"),
        mode_why=modes.students["mode_why"].mask(unserved, reason),
    )
    return replace(modes, students=students, rides=both)
