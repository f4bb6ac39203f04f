"""Who may go by public bus, and on which journeys."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.modes.lines import Lines, Walks, measure_walks
from routing.modes.options import Finder, Reach, Way
from routing.modes.seats import Wish
from routing.policy import Policy
from routing.records import District, Located
from routing.roads import take_positions

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BAND_GRADES = (3, 6, 9)
"""The last grade of each band of grades: within a band all limits are the same."""


@dataclass(frozen=True, eq=False)
class Group:
    """Rows of students of one school and band of grades.

    Parameters
    ----------
    there, back
        Their ways to school and home.
    rows
        Of students.
    reach
        Per row, the platforms near home.
    """

    there: Way
    back: Way
    rows: tuple[int, ...]
    reach: tuple[Reach, ...]


@dataclass(frozen=True, eq=False)
class Riders:
    """Who may go by public bus, and their journeys.

    Parameters
    ----------
    wishes
        Rows with a journey both ways, the furthest from school first.
    why
        Codes of the entitled rows without.
    """

    wishes: list[Wish]
    why: dict[int, str]


def find_riders(
    lines: Lines, district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy
) -> Riders:
    """Return who has journeys by public bus both ways, and why the other entitled rows have not.

    Parameters
    ----------
    lines
        The public buses.
    district, students, located, policy
        As in ``choose_modes``.
    """
    groups, why = group_riders(lines, district, students, located, policy)
    finder = Finder(lines, policy)
    numbers = students["n_students"].to_numpy(np.int64)
    wishes: list[Wish] = []
    for group in groups:
        there, back = (finder.find_options(way, group.reach) for way in (group.there, group.back))
        for row, home, to_school, to_home in zip(group.rows, group.reach, there, back, strict=True):
            if to_school and to_home:
                wishes.append(Wish(row, int(numbers[row]), to_school, to_home))
            else:
                why[row] = "bus_no_trip" if home and group.there.gate else "bus_no_platform"
    far_m, ids = how_far_m(students, policy), students["student_id"].to_numpy()
    return Riders(sorted(wishes, key=lambda wish: (-far_m[wish.row], str(ids[wish.row]))), why)


def group_riders(
    lines: Lines, district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy
) -> tuple[list[Group], dict[int, str]]:
    """Return the rows that may go by public bus, in groups, and why other entitled rows may not.

    Parameters
    ----------
    lines
        The public buses.
    district, students, located, policy
        As in ``choose_modes``.
    """
    why, rows = _who_may(students, located, policy)
    homes, gates = _reach(lines, rows, located, policy)
    grades = students["grade"].to_numpy()
    members: dict[tuple[int, int], list[int]] = {}
    for row in rows.tolist():
        band = next(last for last in BAND_GRADES if grades[row] <= last)
        members.setdefault((int(located.school_row[row]), band), []).append(row)
    groups = []
    for (school, grade), mine in sorted(members.items()):
        limit_m = policy.max_walk_to_stop_m.at(grade)
        gate = _within(gates, school, limit_m)
        bell_s, off_s = (
            int(district.schools[name].iloc[school]) for name in ("bell_s", "dismissal_s")
        )
        there, back = Way(bell_s, gate, grade, home=False), Way(off_s, gate, grade, home=True)
        reach = tuple(_within(homes, row, limit_m) for row in mine)
        groups.append(Group(there, back, tuple(mine), reach))
    return groups, why


def how_far_m(students: "gpd.GeoDataFrame", policy: Policy) -> Floats:
    """Return how far each row lives from school (m): by the policy's measure, else straight, else 0."""
    measured = students[f"{policy.distance_measure}_m"].astype("Float64")
    straight = students["straight_m"].astype("Float64")
    return measured.fillna(straight).fillna(0).to_numpy(np.float64)


def _who_may(
    students: "gpd.GeoDataFrame", located: Located, policy: Policy
) -> tuple[dict[int, str], Ints]:
    """Return why some entitled rows may not go by public bus, and the rows that may."""
    entitled = students["entitled"].to_numpy(bool)
    barred = {
        "bus_no_home": located.homes_walk.link < 0,
        "bus_young": students["grade"].to_numpy() < policy.transit_from_grade,
        "bus_wheelchair": (students["needs"] == "wheelchair").to_numpy(bool),
    }
    why: dict[int, str] = {}
    for code, flags in barred.items():
        why |= dict.fromkeys(np.flatnonzero(entitled & flags).tolist(), code)
    may = entitled.copy()
    may[list(why)] = False
    return why, np.flatnonzero(may)


def _reach(lines: Lines, rows: Ints, located: Located, policy: Policy) -> tuple[Walks, Walks]:
    """Return the platforms near homes (by row of students) and near gates (of schools)."""
    limits = policy.max_walk_to_stop_m
    most_m = max(limits.g1_3, limits.g4_6, limits.g7_9)
    places = take_positions(located.homes_walk, rows)
    found = measure_walks(located.walk, places, lines.platforms, most_m)
    homes = {int(rows[k]): near for k, near in found.items()}
    return homes, measure_walks(located.walk, located.gates_walk, lines.platforms, most_m)


def _within(walks: Walks, row: int, limit_m: float) -> Reach:
    return tuple((to, metres) for to, metres in walks.get(row, ()) if metres <= limit_m)
