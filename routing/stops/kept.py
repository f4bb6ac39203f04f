"""Whose stops stay as they are? Schools with the same riders from the same homes as before."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.records import District, Located, Plan, lonlat
from routing.stops.candidates import Candidates

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]

BEFORE_STOPS = (
    "no_location", "far_from_road", "island", "no_bus_road", "no_stop_in_reach",
)  # fmt: skip
"""Reasons of those who have no stop at all."""
SOUGHT_AGAIN = ("ride_too_long",)
"""Reasons of those who had a stop from which no drive is short enough: it is not in the plan."""
DIGITS = 6
"""Decimals of a degree, a tenth of a metre: homes and gates that agree so far are the same."""
RIDER = ["student_id", "n_students", "grade", "needs", "lon", "lat"]


def find_kept(
    plan: Plan, district: District, students: "gpd.GeoDataFrame", candidates: Candidates,
    located: Located,
) -> dict[int, pd.DataFrame]:  # fmt: skip
    """Return the boardings of every school that can keep its stops, by row of schools.

    A school can where its gate and its riders (who, how many, from where, with which needs)
    are those of the plan, and all the stops of the plan are still places where a bus may
    stop.

    Parameters
    ----------
    plan
        The earlier plan.
    district, students
        As they are now; ``entitled`` says who rides.
    candidates, located
        Where stops could be; where gates and homes are.

    Returns
    -------
    boardings
        As ``place_stops`` gives them, without those whose reason is in ``SOUGHT_AGAIN``.
    """
    then = _riders(plan.district.students, _riding(plan))
    now = _riders(students, students["entitled"].to_numpy(bool))
    boarded = _boarded(plan, students, candidates, located)
    gates_now, gates_then = _gates(district), _gates(plan.district)
    kept: dict[int, pd.DataFrame] = {}
    for row, school_id in enumerate(district.schools["school_id"]):
        riders, part = now.get(school_id), boarded.get(row)
        same_gate = gates_now[school_id] == gates_then.get(school_id)
        if riders is None or part is None or not same_gate:
            continue
        sought = part["reason"].isin(SOUGHT_AGAIN)
        placed = (part["place"] >= 0) | part["reason"].isin(BEFORE_STOPS) | sought
        if riders == then.get(school_id) and len(part) == len(riders) and bool(placed.all()):
            kept[row] = part[~sought]
    return kept


def _riding(plan: Plan) -> NDArray[np.bool_]:
    """Return which rows of the plan's students were to go by bus."""
    by_bus = plan.rides.loc[plan.rides["mode"].isin(["bus", "unserved"]), "student_id"]
    return plan.district.students["student_id"].isin(by_bus).to_numpy(bool)


def _riders(
    students: "gpd.GeoDataFrame", riding: NDArray[np.bool_]
) -> dict[str, frozenset[object]]:
    """Return by school who rides."""
    mine = students[riding]
    lon, lat = lonlat(mine)
    # an unknown home is a text, since no number equals one that is missing
    places = {
        name: [str(round(float(value), DIGITS)) for value in values]
        for name, values in (("lon", lon), ("lat", lat))
    }
    plain = pd.DataFrame({
        "school_id": mine["school_id"].to_numpy(object), **places,
        **{name: mine[name].to_numpy(object) for name in RIDER[:-2]},
    })  # fmt: skip
    return {
        str(school_id): frozenset(map(tuple, group[RIDER].to_numpy(object).tolist()))
        for school_id, group in plain.groupby("school_id")
    }


def _gates(district: District) -> dict[str, tuple[float, float]]:
    lon, lat = lonlat(district.schools)
    places = zip(np.round(lon, DIGITS).tolist(), np.round(lat, DIGITS).tolist(), strict=True)
    return dict(zip(district.schools["school_id"], places, strict=True))


def _boarded(
    plan: Plan, students: "gpd.GeoDataFrame", candidates: Candidates, located: Located
) -> dict[int, pd.DataFrame]:
    """Return where the plan's riders of today board, by row of schools; -1: not found again."""
    at = candidates.positions
    keys = zip(at.link.tolist(), at.offset_dm.tolist(), strict=True)
    place_at = {key: place for place, key in enumerate(keys)}
    stops = zip(plan.stops["link"], plan.stops["offset_dm"], strict=True)
    place_of = {
        stop_id: place_at.get((int(link), int(offset)), -1)
        for stop_id, (link, offset) in zip(plan.stops["stop_id"], stops, strict=True)
    }
    rides = plan.rides[plan.rides["mode"].isin(["bus", "unserved"])]
    # the direction with a bus says more than one without
    rides = rides.sort_values("mode", kind="stable").drop_duplicates("student_id")
    row = pd.Index(students["student_id"]).get_indexer(rides["student_id"])
    rides, row = rides[row >= 0], row[row >= 0].astype(np.int64)
    place = rides["stop_id"].map(place_of).fillna(-1).to_numpy(np.int64)
    unplaced = rides["reason"].isin(BEFORE_STOPS + SOUGHT_AGAIN).to_numpy(bool)
    school = located.school_row[row]
    frame = pd.DataFrame({
        "row": row,
        "place": place,
        "profile": _profiles(place, school, candidates, located),
        "to_stop_m": rides["to_stop_m"].astype("Int64").to_numpy(),
        "reason": rides["reason"].where(unplaced, "").to_numpy(object),
        "reason_found": rides["reason_found"].astype("Int64").to_numpy(),
        "reason_limit": rides["reason_limit"].astype("Int64").to_numpy(),
    }).sort_values("row", kind="stable")  # fmt: skip
    frame = frame[students["entitled"].to_numpy(bool)[frame["row"]]]
    schools = located.school_row[frame["row"].to_numpy(np.int64)]
    return {int(one): part for one, part in frame.groupby(schools)}


def _profiles(place: Ints, school: Ints, candidates: Candidates, located: Located) -> Ints:
    """Return the first profile whose buses come from each place to each gate."""
    link = candidates.positions.link[place]
    found = np.full(len(place), -1, np.int64)
    for number in reversed(range(len(located.profiles))):
        component = located.profiles[number].bus.component
        gate = located.gates[number].link[school]
        joined = (gate >= 0) & (component[link] == component[gate])
        found[joined & (candidates.profile[place] <= number)] = number
    return np.where(place >= 0, np.maximum(found, 0), 0)
