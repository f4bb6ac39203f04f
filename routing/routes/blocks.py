"""From blocks to routes and back: a block is cut wherever its bus is empty."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from routing.dwell import gate_dwell_s, stop_dwell_s
from routing.policy import Policy
from routing.records import District
from routing.routes.cases import Stand, Unserved
from routing.routes.drives import Drive, Halt, find_able, join_halts, stop_halt
from routing.routes.together import DAY_S, Together, find_windows
from routing.solver import Block, BlockSolution, Route

Ints = NDArray[np.int64]

Trip = tuple[int, ...]
"""Calls of a block between two moments at which its bus is empty."""


def block_of(together: Together, case: int, route: Route) -> Block:
    """Return a route of one school as a block of its own; its times are not known.

    Parameters
    ----------
    together
        The problem.
    case
        Position of the route's case in ``together.cases``.
    route
        As the solver found it for the case.
    """
    own = together.cases[case]
    first = sum(len(other.stands) for other in together.cases[:case])
    order = [first + place - 1 for place in route.stops]
    calls = (*(order[::-1] if together.home else order), -1 - together.schools.index(own.school))
    bus_type = together.types.index(int(own.fleet["bus_type"].iloc[route.bus_type]))
    return Block(bus_type, calls, (0,) * len(calls))


def drives_of_blocks(
    together: Together, solution: BlockSolution, district: District, policy: Policy
) -> list[Drive]:
    """Return the routes of blocks, and how long buses wait at gates with students aboard.

    Parameters
    ----------
    together, solution
        The problem and its answer.
    district, policy
        The schools' windows and the dwell rules.
    """
    opens_s, shuts_s = find_windows(together, district, policy)
    if together.home:
        opens_s, shuts_s = DAY_S - shuts_s, DAY_S - opens_s
    times = zip(opens_s.tolist(), shuts_s.tolist(), strict=True)
    windows = dict(zip(together.schools, times, strict=True))
    drives = []
    for number, block in enumerate(solution.blocks):
        for turn, trip in enumerate(cut_block(together, block)):
            drive = _drive(together, trip, together.types[block.bus_type])
            drive = replace(drive, block=number, turn=-turn if together.home else turn)
            drives.append(hold_at_gates(drive, policy, windows))
    return drives


def left_over(together: Together, solution: BlockSolution) -> list[Unserved]:
    """Return those for whom no bus was left."""
    direction = together.cases[0].direction
    stands = [together.owner[number][1] for number in solution.unserved]
    return [Unserved(row, n, direction, "no_bus") for stand in stands for row, n in stand.members]


def cut_block(together: Together, block: Block) -> Iterator[Trip]:
    """Yield the trips of a block: calls between two moments at which the bus is empty."""
    trip: list[int] = []
    aboard: set[int] = set()
    for call in block.calls:
        trip.append(call)
        if call >= 0:
            school = together.cases[together.owner[call][0]].school
            aboard.add(together.schools.index(school))
        else:
            aboard.discard(-1 - call)
            if not aboard:
                yield tuple(trip)
                trip = []


def _drive(together: Together, trip: Trip, bus_type: int) -> Drive:
    home, cases = together.home, together.cases
    halts = []
    by_case: dict[int, list[Stand]] = {}
    for call in trip[::-1] if home else trip:
        if call < 0:
            halts.append(Halt(together.gate[-1 - call], together.schools[-1 - call]))
            continue
        k, stand = together.owner[call]
        by_case.setdefault(k, []).append(stand)
        halts.append(stop_halt(cases[k], stand, together.first_place[k]))
    able = set.intersection(*(set(find_able(cases[k], s)) for k, s in by_case.items()))
    most = _most_aboard(together, trip)
    seats = {int(t): (int(p), int(c)) for k in by_case for t, p, c in zip(
        cases[k].fleet["bus_type"], cases[k].fleet["places"], cases[k].fleet["chairs"],
        strict=True,
    )}  # fmt: skip
    fitting = [row for row in able if seats[row][0] >= most[0] and seats[row][1] >= most[1]]
    return Drive(
        route_id="",
        direction=cases[0].direction,
        profile=cases[0].profile,
        bus_type=bus_type,
        able=tuple(sorted(fitting)),
        halts=join_halts(halts, together.at),
        at=together.at,
        travel=together.travel,
    )


def _most_aboard(together: Together, trip: Trip) -> tuple[int, int]:
    """Return the most students, and the most wheelchairs, aboard at one time."""
    seated: dict[int, int] = {}
    chairs: dict[int, int] = {}
    most = most_chairs = 0
    for call in trip:
        if call < 0:
            school = together.schools[-1 - call]
            seated.pop(school, None)
            chairs.pop(school, None)
            continue
        k, stand = together.owner[call]
        school = together.cases[k].school
        seated[school] = seated.get(school, 0) + stand.n
        chairs[school] = chairs.get(school, 0) + (stand.n if stand.chair else 0)
        most = max(most, sum(seated.values()))
        most_chairs = max(most_chairs, sum(chairs.values()))
    return most, most_chairs


def hold_at_gates(drive: Drive, policy: Policy, windows: dict[int, tuple[int, int]]) -> Drive:
    """Return the drive with its waits at gates, where schools' windows ask for any.

    The bus starts as late as the windows allow, so that rides are short; what is still too
    early at a school it waits at the gate before, right after letting students off. On the
    way home it waits at the school itself.

    Parameters
    ----------
    drive
        A route of one school or several.
    policy
        The dwell rules.
    windows
        Per row of schools: between when a bus may arrive there, or leave for home (s).
    """
    gates = [
        (k, windows[halt.school]) for k, halt in enumerate(drive.halts) if halt.school is not None
    ]
    if len(gates) == 1:
        return drive
    at_s = _clock(drive, policy)
    start_s = min(last_s - at_s[k] for k, (_, last_s) in gates)
    halts, waited_s = list(drive.halts), 0
    for turn, (k, (first_s, _)) in enumerate(gates):
        early_s = first_s - start_s - at_s[k] - waited_s
        if early_s > 0:
            at = k if drive.home else gates[turn - 1][0]
            halts[at] = replace(halts[at], hold_s=halts[at].hold_s + early_s)
            waited_s += early_s
    return replace(drive, halts=tuple(halts))


def _clock(drive: Drive, policy: Policy) -> list[int]:
    """Return when a drive without waits arrives at each halt, or leaves it for home (s)."""
    clock, now_s, here = [], 0, drive.halts[0].place
    for halt, (on, off) in zip(drive.halts, drive.counts(), strict=True):
        now_s += int(drive.travel.duration_s[here, halt.place])
        here = halt.place
        arrive_s = now_s
        if halt.school is None:
            now_s += stop_dwell_s(policy, on + off, halt.n_young)
        else:
            now_s += gate_dwell_s(policy, on or off, alight=off > 0)
        clock.append(now_s if drive.home else arrive_s)
    return clock
