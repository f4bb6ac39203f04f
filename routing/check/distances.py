"""The judge of distances: from home to school, as they decide who is entitled."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows
from routing.check.places import Nearest, crow_m, find_nearest
from routing.check.search import measure_ways
from routing.check.ways import Spots, Ways, unpack
from routing.records import Breach
from routing.roads.network import Flags, Floats, Ints
from routing.words import Text

ROUNDING_M = 3
"""A walk is rounded up three times: home to road, along the roads, road to gate."""

CROW_SHARE = 0.006
"""Of the straight line: sphere and ellipsoid differ by up to so much."""

DISTANCE_OFF = Text(
    "student row {id}: {name} differs by {n} m from what the map and the roads give.",
    "学生行{id}：{name}与地图和路网重算相差{n}米。",
)
WAY_OR_NONE = Text(
    "student row {id}: {name} says a way where the roads have none, or none where they do.",
    "学生行{id}：{name}与路网是否可达不符。",
)


def distances_right(case: Case) -> Iterator[Breach]:
    """Every student's distances to school are those of the map and the roads."""
    students = _with_gates(case)
    straight_m = crow_m(
        *(students[name].to_numpy() for name in ("lon", "lat", "gate_lon", "gate_lat"))
    )
    off_m = np.abs(students["straight_m"].to_numpy() - straight_m)
    wrong = off_m > ROUNDING_M + CROW_SHARE * straight_m
    for row, student in enumerate(each(students)):
        if wrong[row]:
            yield _off(student.student_id, "straight_m", off_m[row])
    yield from _compare(case, students, case.walk_ways, "walk_m")
    yield from _compare(case, students, case.bus_ways, "drive_m")


def _off(student_id: str, name: str, off_m: float) -> Breach:
    metres = round(float(off_m), 1)
    return breach("distances_right", student_id, metres, "m", DISTANCE_OFF, name=name)


def _with_gates(case: Case) -> pd.DataFrame:
    """Return the students whose home and school are known, with the gate's place."""
    schools = first_rows(case.schools, "school_id").rename(
        columns={"lon": "gate_lon", "lat": "gate_lat"}
    )
    gates = schools[["school_id", "gate_lon", "gate_lat"]].dropna()
    known = case.students.dropna(subset=["lon", "lat"])
    return known.merge(gates, how="inner", on="school_id")


def _compare(case: Case, students: pd.DataFrame, ways: Ways, name: str) -> Iterator[Breach]:
    """Judge one measure; several equally near roads give several right answers."""
    stated_m = students[name].to_numpy()
    near_m, far_m = measure_ways_m(case, students, ways, on_foot=name == "walk_m")
    for row, student_id in enumerate(students["student_id"]):
        if np.isnan(stated_m[row]) != np.isinf(near_m[row]):
            yield breach("distances_right", student_id, 1, "ways", WAY_OR_NONE, name=name)
            continue
        off_m = max(near_m[row] - stated_m[row], stated_m[row] - far_m[row])
        if off_m > ROUNDING_M:
            yield _off(student_id, name, off_m)


def measure_ways_m(
    case: Case, students: pd.DataFrame, ways: Ways, *, on_foot: bool
) -> tuple[Floats, Floats]:
    """Return the shortest and longest right answer for each student's way; infinite for none.

    Parameters
    ----------
    case
        Uses ``max_home_to_road_m`` of the policy.
    students
        ``lon``, ``lat`` and ``gate_lon``, ``gate_lat``, none of them empty; rows with one
        ``school_id`` have one gate.
    ways
        The graph.
    on_foot
        Whether the ways from point to road and from road to gate count.
    """
    within_m = case.policy.max_home_to_road_m
    near_m, far_m = np.full(len(students), np.inf), np.full(len(students), -np.inf)
    schools = students.drop_duplicates("school_id")
    gates = find_nearest(
        ways, schools["gate_lon"].to_numpy(), schools["gate_lat"].to_numpy(), ways.serves
    )
    part = ways.component[gates.spots.link]
    number = dict(zip(schools["school_id"], range(len(schools)), strict=True))
    school = students["school_id"].map(number).to_numpy()
    lon, lat = students["lon"].to_numpy(), students["lat"].to_numpy()
    # A home belongs to the roads from which its school is reached, not to an island's.
    for one in np.unique(part):
        mine = np.flatnonzero(np.isin(school, gates.point[part == one]))
        homes = find_nearest(ways, lon[mine], lat[mine], ways.component == one)
        pair = _pairs(school[mine][homes.point], gates, part == one)
        close = (homes.moved_m[pair[0]] <= within_m) & (gates.moved_m[pair[1]] <= within_m)
        home, gate = pair[0][close], pair[1][close]
        length_m = _lengths_m(ways, homes.spots.take(home), gates.spots.take(gate))
        if on_foot:
            length_m += homes.moved_m[home] + gates.moved_m[gate]
        row = mine[homes.point[home]]
        np.minimum.at(near_m, row, length_m)
        np.maximum.at(far_m, row, length_m)
    return near_m, far_m


def _pairs(school: Ints, gates: Nearest, allowed: Flags) -> tuple[Ints, Ints]:
    """Return rows of homes and of gates: every home with each place of its own gate."""
    row = np.flatnonzero(allowed)
    order = row[np.argsort(gates.point[row], kind="stable")]
    low = np.searchsorted(gates.point[order], school, "left")
    count = np.searchsorted(gates.point[order], school, "right") - low
    home = np.repeat(np.arange(len(school)), count)
    nth = np.arange(len(home)) - np.repeat(np.cumsum(count) - count, count)
    return home, order[low[home] + nth]


def _lengths_m(ways: Ways, homes: Spots, gates: Spots) -> Floats:
    """Return the length of the way from each home to its gate."""
    unlimited = np.full(len(homes.link), np.inf)
    key = measure_ways(ways, homes, gates, unlimited)
    return key / 10 if not ways.forward_ms.any() else unpack(key)[1] / 10
