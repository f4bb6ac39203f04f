"""A plan as bus lines: the places of each in order, and when the bus comes both ways.

A morning route and an afternoon route that call at the same stops are one line.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from routing.outputs.facts import RunFact, find_runs, rows_of
from routing.outputs.masking import Mask
from routing.outputs.sections import run_times
from routing.records import Plan


class Call(NamedTuple):
    """One place of a line.

    Parameters
    ----------
    name, kind
        The place; kind is "stop" or "school".
    morning_s, afternoon_s
        When the bus is there (s after midnight); None where it does not come.
    leg_m
        From the place before, along the road in the direction of the line (m); None at the
        first.
    pupils
        Who board in the morning, or alight in the afternoon; "" at schools and in public.
    """

    name: str
    kind: str
    morning_s: int | None
    afternoon_s: int | None
    leg_m: int | None
    pupils: str


@dataclass(frozen=True)
class Line:
    """One bus line, as people at a stop know it.

    Parameters
    ----------
    number
        From 1.
    routes, buses, bus_type
        Keys of the plan: the morning's and the afternoon's.
    calls
        In the direction of the morning; of a line of the afternoon only, in its own.
    length_m
        With pupils, one way (m).
    duration_s
        From the first place to the last (s).
    """

    number: int
    routes: tuple[str, ...]
    buses: tuple[str, ...]
    bus_type: str
    calls: tuple[Call, ...]
    length_m: int
    duration_s: int


def find_lines(plan: Plan, mask: Mask) -> list[Line]:
    """Return the lines of a plan, by bus and run of the morning, then those left over.

    Parameters
    ----------
    plan
        The plan.
    mask
        In public the calls tell no pupils.
    """
    runs = find_runs(plan)
    legs = _legs(plan)
    homeward = [run for run in runs if run.direction == "to_home"]
    pairs: list[tuple[RunFact, RunFact | None]] = []
    for run in (run for run in runs if run.direction == "to_school"):
        back = next((other for other in homeward if _same_places(run, other)), None)
        if back is not None:
            homeward.remove(back)
        pairs.append((run, back))
    pairs += [(run, None) for run in homeward]
    return [
        _line(number, run, back, legs[run.route_id], mask)
        for number, (run, back) in enumerate(pairs, 1)
    ]


def _same_places(run: RunFact, other: RunFact) -> bool:
    """Say whether two routes call at the same places: stops by key, a stop at most once."""
    mine, theirs = ([visit.place_id for visit in one.visits] for one in (run, other))
    return sorted(mine) == sorted(theirs) and len(set(mine)) == len(mine)


def _line(number: int, run: RunFact, back: RunFact | None, legs: list[int], mask: Mask) -> Line:
    times = run_times(run)
    morning = run.direction == "to_school"
    other = (
        dict(zip((v.place_id for v in back.visits), run_times(back), strict=True)) if back else {}
    )
    calls = []
    for at, (visit, time_s) in enumerate(zip(run.visits, times, strict=True)):
        n = visit.n_on + visit.n_off
        counted = mask.privacy == "internal" and visit.kind == "stop" and n
        calls.append(Call(
            visit.place, visit.kind, time_s if morning else None,
            other.get(visit.place_id) if morning else time_s,
            legs[at] if at else None, str(n) if counted else "",
        ))  # fmt: skip
    buses = tuple(dict.fromkeys([run.bus_id, *([back.bus_id] if back else [])]))
    routes = (run.route_id, *([back.route_id] if back else []))
    lasts_s = max(times) - min(times) if times else 0
    return Line(number, routes, buses, run.bus_type_id, tuple(calls), run.distance_m, lasts_s)


def _legs(plan: Plan) -> dict[str, list[int]]:
    """Return the legs of each route in the order of its visits (m)."""
    legs: dict[str, list[int]] = {str(route): [] for route in plan.routes["route_id"]}
    for row in rows_of(plan.visits.sort_values(["route_id", "order"])):
        legs[row.route_id].append(int(row.leg_m))
    return legs


def rising(calls: tuple[Call, ...]) -> bool:
    """Say whether the afternoon calls at the places in the opposite order of the morning."""
    times = [call.afternoon_s for call in calls if call.afternoon_s is not None]
    return all(later >= earlier for earlier, later in pairwise(reversed(times)))
