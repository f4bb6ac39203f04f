"""How each student gets to school: on foot, by public bus, boarding, or by school bus."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.modes.boarding import choose_boarders
from routing.modes.lines import Lines, read_lines
from routing.modes.options import Option
from routing.modes.riders import find_riders, how_far_m
from routing.modes.seats import give_seats
from routing.policy import Policy
from routing.records import District, Located
from routing.tables import DIRECTIONS, RIDES, names_of

if TYPE_CHECKING:
    import geopandas as gpd

TEXTS = ("student_id", "direction", "mode", "stop_id", "route_id", "line_id", "reason")


@dataclass(frozen=True, eq=False)
class Modes:
    """The ways to school.

    Parameters
    ----------
    students
        A copy with ``mode`` (walk, transit, board or bus) and ``mode_why`` (a code of
        ``routing.reasons.MODE_WHY``); same rows, same order.
    rides
        In the columns of RIDES: two rows for each entitled student row that goes by
        public bus or boards though it was not given as boarding; all others have none.
    """

    students: "gpd.GeoDataFrame"
    rides: pd.DataFrame

    @property
    def transit_schools(self) -> frozenset[str]:
        """Schools to which somebody comes by public bus: their bells must stay."""
        by_transit = (self.students["mode"] == "transit").to_numpy(bool)
        return frozenset(self.students["school_id"][by_transit])


def choose_modes(
    district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy
) -> Modes:
    """Choose every student row's way to school, in the law's order of preference.

    Nearby on foot, then by public bus, then boarding, then by school bus. A row goes as
    one, in both directions alike. Seats of public buses and beds go to those furthest
    from school first (by the policy's measure of distance). Who is entitled and has none
    of these goes by school bus, as far as stops and routes find one.

    Parameters
    ----------
    district
        Uses ``transit`` and ``schools``.
    students
        With what ``find_entitled`` adds.
    located
        Where homes and gates stand on the networks.
    policy
        Uses the rules of ways to school, the limits on walks and times by grade, the
        windows of arriving and leaving, and ``earliest_pickup_s`` for primary pupils.
    """
    entitled = students["entitled"].to_numpy(bool)
    why = students["why"].to_numpy(object).copy()
    mode = np.where(students["boards"].to_numpy(bool), "board", "walk").astype(object)
    mode[entitled] = "bus"
    why[entitled] = "bus_no_timetable" if policy.transit else "bus_transit_off"
    lines = read_lines(district, located, policy) if policy.transit and entitled.any() else None
    taken: dict[int, tuple[Option, Option]] = {}
    if lines is not None:
        riders = find_riders(lines, district, students, located, policy)
        taken = give_seats(riders.wishes, lines.seats)
        why[[wish.row for wish in riders.wishes]] = "bus_full"
        why[list(riders.why)] = list(riders.why.values())
        mode[list(taken)] = why[list(taken)] = "transit"
    if policy.boarding != "given":
        waiting = np.flatnonzero(mode == "bus")
        far_m = how_far_m(students, policy)
        found = choose_boarders(district, students, located, policy, waiting, far_m)
        mode[list(found.boards)] = "board"
        for codes in (found.boards, found.without):
            why[list(codes)] = list(codes.values())
    rides = _tabulate(students, mode, taken, lines)
    return Modes(students.assign(mode=mode, mode_why=why), rides)


def _tabulate(
    students: "gpd.GeoDataFrame", mode: NDArray[np.object_],
    taken: dict[int, tuple[Option, Option]], lines: Lines | None,
) -> pd.DataFrame:  # fmt: skip
    """Return the rides, morning first, in the order of the students."""
    board = (mode == "board") & students["entitled"].to_numpy(bool)
    rows = np.flatnonzero(board | (mode == "transit")).tolist()
    ids, numbers = students["student_id"].to_numpy(), students["n_students"].to_numpy(np.int64)
    rides: list[dict[str, Any]] = []
    for k, direction in enumerate(DIRECTIONS):
        for row in rows:
            ride = {
                "student_id": ids[row], "direction": direction, "part": 0,
                "n_students": numbers[row], "mode": mode[row],
            }  # fmt: skip
            if row in taken and lines is not None:
                ride |= _told(taken[row][k], lines)
            rides.append(ride)
    names = names_of(RIDES)
    table = pd.DataFrame(rides, columns=names)
    whole = [name for name in names if name not in TEXTS]
    table = table.astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(TEXTS, object))
    table[list(TEXTS)] = table[list(TEXTS)].where(table[list(TEXTS)].notna(), "")
    return table.astype({"part": "int64", "n_students": "int64"})


def _told(option: Option, lines: Lines) -> dict[str, Any]:
    trips = lines.timetable.trip[list(option.boards())]
    return {
        "line_id": " ".join(lines.names[trip] for trip in trips),
        "board_order": lines.order[option.journey.board],
        "alight_order": lines.order[option.journey.alight],
        "to_stop_m": option.home_m,
        "from_stop_m": option.gate_m,
        "wait_s": option.wait_s,
        "ride_s": option.ride_s,
        "door_to_door_s": option.door_to_door_s,
    }
