"""Who boards beside those given: rows that need a bed, or live so far that they get one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.dwell import stop_dwell_s
from routing.policy import Policy
from routing.records import District, Located
from routing.roads import measure_pairs, take_positions

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Boarders:
    """Who boards, and who would have to and cannot.

    Parameters
    ----------
    boards
        Codes of ``MODE_WHY`` by row of students.
    without
        The same for those whom no bus brings within the limits and who yet do not board.
    """

    boards: dict[int, str]
    without: dict[int, str]


def choose_boarders(
    district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy,
    waiting: Ints, far_m: NDArray[np.float64],
) -> Boarders:  # fmt: skip
    """Give the beds left to those who need them, the furthest first; whole rows only.

    A row needs a bed when no bus reaches its home by road, or when even the direct drive
    with one stop takes longer than the grade's ``max_ride_s``. Where boarding comes before
    the school bus, those further than ``board_beyond_m`` get the beds that remain. A row
    for which the beds do not suffice is passed over. A school that states no beds has none.

    Parameters
    ----------
    district
        Uses ``n_beds`` of the schools.
    students
        With ``boards``: these sleep there already.
    located
        Homes and gates on the bus network.
    policy
        Uses ``boarding``, ``board_from_grade``, ``board_beyond_m``, ``max_ride_s`` and
        the dwell of a stop with one student.
    waiting
        Rows of students who would go by school bus.
    far_m
        How far each row of students lives from school, by the policy's measure; the order.
    """
    needed = _needed(students, located, policy, waiting)
    beyond: list[int] = []
    if policy.boarding == "before_bus":
        beyond = [int(row) for row in waiting if far_m[row] > policy.board_beyond_m]
    why = dict.fromkeys(beyond, "board_far") | needed
    ids, numbers, grades = (
        students[name].to_numpy() for name in ("student_id", "n_students", "grade")
    )
    beds = _beds(district, students, located)
    boards: dict[int, str] = {}
    without: dict[int, str] = {}
    for row in sorted(why, key=lambda row: (row not in needed, -far_m[row], str(ids[row]))):
        school = located.school_row[row]
        if grades[row] < policy.board_from_grade:
            without[row] = "bus_young_to_board"
        elif numbers[row] > beds[school]:
            without[row] = "bus_no_bed"
        else:
            boards[row] = why[row]
            beds[school] -= numbers[row]
    return Boarders(boards, {row: code for row, code in without.items() if row in needed})


def _beds(district: District, students: "gpd.GeoDataFrame", located: Located) -> Ints:
    """Return the beds of each school that no boarder given sleeps in."""
    sleeping = students["boards"].to_numpy(bool)
    taken = np.bincount(
        located.school_row[sleeping], students["n_students"].to_numpy()[sleeping],
        minlength=len(district.schools),
    )  # fmt: skip
    beds = district.schools["n_beds"].astype("Int64").fillna(0).to_numpy(np.int64)
    return np.maximum(0, beds - taken.astype(np.int64))


def _needed(
    students: "gpd.GeoDataFrame", located: Located, policy: Policy, waiting: Ints
) -> dict[int, str]:
    """Return whom no bus brings within the limits, and why; not those of unknown homes."""
    homes = take_positions(located.homes_bus, waiting)
    gates = take_positions(located.gates_bus, located.school_row[waiting])
    _, drive_s, reached = measure_pairs(located.bus, homes, gates)
    grades = students["grade"].to_numpy()[waiting]
    limit_s = np.array([policy.max_ride_s.at(int(grade)) for grade in grades])
    known = np.array([reason != "no_location" for reason in homes.reason], bool)
    too_long = reached & (drive_s + stop_dwell_s(policy, 1) > limit_s)
    no_road = known & ~reached
    rows = [int(row) for row in waiting]
    return {
        row: "board_no_road" if no_road[k] else "board_needed"
        for k, row in enumerate(rows)
        if no_road[k] or too_long[k]
    }
