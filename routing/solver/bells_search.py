"""The search for bells: all at once where few, else a few schools and their buses in turn."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routing.solver.bells_model import Part, move_exactly
from routing.solver.bells_problem import BellProblem, BellSolution
from routing.solver.bells_state import (
    Bells,
    State,
    bound_state,
    close_state,
    count_buses,
    prepare_bells,
    shifted_links,
    weigh_state,
)
from routing.solver.bells_walk import walk_shifts
from routing.solver.chain_build import build_chains
from routing.solver.chain_exact import bound_exactly
from routing.solver.chain_walk import Shared, walk_chains
from routing.solver.effort import Effort, left_s
from routing.solver.links import Draft, Line, draft_of

if TYPE_CHECKING:
    from numpy.random import Generator

STAY_SHARE = 0.25
"""Share of the time for chains before any bell moves, where none are given (assumed)."""
SHARE_SHARE = 0.1
"""Share of the time left for letting the halves share their buses (tried)."""
WALK_SHARE = 0.1
"""Share of the time left for the walk over shifts (tried)."""
CHAIN_SHARE = 0.3
"""Share of the time left then for chains under the shifts found (tried)."""
WHOLE_TRIPS = 60
"""Trips of both halves up to which all is tried at once first (measured)."""
WHOLE_SHARE = 0.5
"""Share of the time left for that (assumed)."""
WHOLE_WORK = 1.0
"""Work of that where rounds decide: about so many seconds, or more (assumed)."""
COUNT_SHARE = 0.05
"""Share of the time left, at the end, for CP-SAT's bound on the buses (tried)."""
COUNT_TRIPS, COUNT_WORK = 60, 0.2
"""Trips of a half up to which CP-SAT is asked for that, and its work where rounds decide."""
PART_TRIPS = 90
"""Trips of both halves that are searched again together (tried)."""
MOST_FREE = 5
"""Schools whose bells may move together in one part (tried)."""
PART_S = 1.0
"""Longest for one part where the clock decides (tried)."""
ROUND_PARTS = 3
"""Parts in a round where rounds decide: a few seconds (tried)."""
HALF_SHARE = 0.01
"""What a bus saved in one half only counts for, of its price (tried)."""

Report = Callable[[BellSolution], None]


def search_bells(
    problem: BellProblem,
    effort: Effort,
    *,
    start: BellSolution | None = None,
    report: Report = lambda _: None,
) -> BellSolution:
    """Return the best shifts found, never worse than moving none.

    Parameters
    ----------
    problem
        Both half-days and the shifts allowed.
    effort
        When to end.
    start
        An answer to begin from; without it both halves are chained first, unmoved.
    report
        Told of every better answer.
    """
    bells = prepare_bells(problem)
    state = _first_state(bells, effort, start)
    report(close_state(bells, state, proven=False))
    everything = _everything(bells, state)
    n_trips = sum(len(links.servable) for links in bells.halves)
    proven = not n_trips
    if 0 < n_trips <= WHOLE_TRIPS:
        seconds = WHOLE_SHARE * left_s(effort)
        found = move_exactly(bells, state, everything, effort, seconds, deterministic=WHOLE_WORK)
        if found is not None:
            state = min(state, found[0], key=lambda s: weigh_state(bells, s))
            proven = found[1]
    if not proven:
        state = _walk(bells, state, effort)
        state = _share_buses(bells, state, effort, SHARE_SHARE * left_s(effort))
        report(close_state(bells, state, bound_state(bells, state), proven=False))
        state = _move_in_parts(bells, state, effort, report)
    n_bound = bound_state(bells, state) if proven else _count(bells, state, effort)
    return close_state(bells, state, n_bound, proven=proven)


def _first_state(bells: Bells, effort: Effort, start: BellSolution | None) -> State:
    """Return the answer given, or the chains of both halves with no bell moved."""
    if start is not None:
        halves = zip(bells.halves, (start.morning, start.afternoon), strict=True)
        morning, afternoon = (draft_of(links, half) for links, half in halves)
        return State(start.shift_s, (morning, afternoon))
    return _chain(bells, (0,) * len(bells.problem.shifts_s), effort, STAY_SHARE)


def _chain(bells: Bells, shift_s: tuple[int, ...], effort: Effort, share: float) -> State:
    """Return both halves chained under some shifts, in a share of the time left."""
    seconds = share * left_s(effort) / 3
    drafts = []
    for links in shifted_links(bells, shift_s):
        draft = build_chains(links)
        drafts.append(walk_chains(links, draft, effort, seconds) if draft.lines else draft)
    return _share_buses(bells, State(shift_s, (drafts[0], drafts[1])), effort, seconds)


def _share_buses(bells: Bells, state: State, effort: Effort, seconds: float) -> State:
    """Return the best of a state and one where each half uses what the other has anyway."""
    drafts, links_now = list(state.drafts), shifted_links(bells, state.shift_s)
    n_types = len(bells.fixed_yuan)
    for h in (1, 0):
        if not drafts[h].lines:
            continue
        other = Counter(line.bus_type for line in drafts[1 - h].lines)
        have = tuple(other[k] for k in range(n_types))
        shared = Shared(have, bells.fixed_yuan, HALF_SHARE)
        drafts[h] = walk_chains(links_now[h], drafts[h], effort, seconds / 2, shared)
    found = State(state.shift_s, (drafts[0], drafts[1]))
    return min(state, found, key=lambda s: weigh_state(bells, s))


def _walk(bells: Bells, state: State, effort: Effort) -> State:
    """Return the better of a state and the chains under the shifts that a walk finds."""
    if all(len(own) < 2 for own in bells.problem.shifts_s):
        return state
    shift_s = walk_shifts(bells, state.shift_s, effort, WALK_SHARE * left_s(effort))
    walked = _chain(bells, shift_s, effort, CHAIN_SHARE)
    return min(state, walked, key=lambda s: weigh_state(bells, s))


def _everything(bells: Bells, state: State) -> Part:
    empty = (Draft((), ()), Draft((), ()))
    free = {int(s) for own in bells.schools for s in own}
    able = frozenset(s for s in free if len(bells.problem.shifts_s[s]) > 1)
    return Part(able, state.drafts, empty)


def _count(bells: Bells, state: State, effort: Effort) -> int:
    """Return the best bound on the buses: CP-SAT's too, where the half-days are small."""
    bound = bound_state(bells, state)
    n_buses = sum(count_buses(state, len(bells.fixed_yuan)))
    for links, draft in zip(bells.wide, state.drafts, strict=True):
        if 0 < len(links.servable) <= COUNT_TRIPS and bound < n_buses:
            seconds = left_s(effort) / 2
            bound = max(bound, bound_exactly(links, draft, effort, seconds, COUNT_WORK))
    return bound


@dataclass(frozen=True, eq=False)
class _Trips:
    """Which trips each school has in each half, and which schools may move."""

    of_school: tuple[list[list[int]], list[list[int]]]
    movable: list[int]


def _trips_of(bells: Bells) -> _Trips:
    n_schools = len(bells.problem.shifts_s)
    of_school: tuple[list[list[int]], list[list[int]]] = (
        [[] for _ in range(n_schools)],
        [[] for _ in range(n_schools)],
    )
    for half, links, school in zip(of_school, bells.halves, bells.schools, strict=True):
        for trip in links.servable:
            half[int(school[trip])].append(trip)
    movable = [
        s
        for s, own in enumerate(bells.problem.shifts_s)
        if len(own) > 1 and (of_school[0][s] or of_school[1][s])
    ]
    return _Trips(of_school, movable)


def _move_in_parts(bells: Bells, state: State, effort: Effort, report: Report) -> State:
    """Return the best state met while a few schools at a time are moved and re-chained."""
    trips, rng = _trips_of(bells), np.random.default_rng(effort.seed)
    best, best_worth = state, weigh_state(bells, state)
    n_done, n_most = 0, None if effort.max_rounds is None else ROUND_PARTS * effort.max_rounds
    least_s = COUNT_SHARE * left_s(effort) if effort.is_timed else 0.0
    while left_s(effort) > least_s and (n_most is None or n_done < n_most):
        n_done += 1
        part = _pick_part(state, trips, rng)
        seconds = min(PART_S, max(0.05, left_s(effort) - least_s))
        found = move_exactly(bells, state, part, effort, seconds, half_share=HALF_SHARE)
        if found is None:
            continue
        if _leaning(bells, found[0]) <= _leaning(bells, state):
            state = found[0]
        worth = weigh_state(bells, state)
        if worth < best_worth:
            best, best_worth = state, worth
            report(close_state(bells, best, bound_state(bells, best), proven=False))
    return best


def _leaning(bells: Bells, state: State) -> tuple[int, float, int]:
    """Return the worth of a state where buses of a single half count for a share too."""
    unserved, yuan, moved = weigh_state(bells, state)
    lines = [line for draft in state.drafts for line in draft.lines]
    extra = HALF_SHARE * sum(bells.fixed_yuan[line.bus_type] for line in lines)
    return unserved, yuan + extra, moved


def _pick_part(state: State, trips: _Trips, rng: "Generator") -> Part:
    """Return a few schools drawn by chance with all lines they are on, and further lines."""
    lines = [list(draft.lines) for draft in state.drafts]
    line_of = [{trip: k for k, line in enumerate(own) for trip in line.trips} for own in lines]
    chosen: tuple[set[int], set[int]] = (set(), set())
    free: list[int] = []
    order = [trips.movable[int(k)] for k in rng.permutation(len(trips.movable))]
    for school in order[: 4 * MOST_FREE]:
        more = _lines_of(school, trips, line_of)
        if _size(lines, [chosen[h] | more[h] for h in range(2)]) > PART_TRIPS and free:
            continue
        free.append(school)
        for h in range(2):
            chosen[h].update(more[h])
        if len(free) == MOST_FREE:
            break
    rest = [(h, k) for h in range(2) for k in range(len(lines[h])) if k not in chosen[h]]
    for at in rng.permutation(len(rest)):
        h, k = rest[int(at)]
        if _size(lines, chosen) + len(lines[h][k].trips) <= PART_TRIPS:
            chosen[h].add(k)
    inside, outside = [], []
    for own, picked, draft in zip(lines, chosen, state.drafts, strict=True):
        inside.append(Draft(_at(own, sorted(picked)), draft.unserved))
        outside.append(Draft(_at(own, [k for k in range(len(own)) if k not in picked]), ()))
    return Part(frozenset(free), (inside[0], inside[1]), (outside[0], outside[1]))


def _lines_of(school: int, trips: _Trips, line_of: list[dict[int, int]]) -> list[set[int]]:
    """Return in which lines of each half a school has trips."""
    return [
        {line_of[h][trip] for trip in trips.of_school[h][school] if trip in line_of[h]}
        for h in range(2)
    ]


def _size(lines: list[list[Line]], chosen: "list[set[int]] | tuple[set[int], set[int]]") -> int:
    return sum(len(lines[h][k].trips) for h in range(2) for k in chosen[h])


def _at(lines: list[Line], places: list[int]) -> tuple[Line, ...]:
    return tuple(lines[k] for k in places)
