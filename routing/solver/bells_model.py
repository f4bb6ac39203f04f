"""Which shifts and which chains together, exactly: CP-SAT over both halves of the day."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.solver.bells_state import Bells, State, shifted_links, widen_links
from routing.solver.chain_exact import (
    MOST_ARCS,
    Asked,
    Flags,
    add_flow,
    hint_flags,
    make_flags,
    read_draft,
)
from routing.solver.effort import Effort, make_cpsat
from routing.solver.links import Draft, Links, time_line


@dataclass(frozen=True)
class Part:
    """What is searched again: schools whose bells may move, and lines of both halves.

    Parameters
    ----------
    free
        Schools; all their trips are on lines of ``inside``, or unserved.
    inside, outside
        Lines chained anew, with all trips unserved; and lines left as they are.
    """

    free: frozenset[int]
    inside: tuple[Draft, Draft]
    outside: tuple[Draft, Draft]


@dataclass(frozen=True, eq=False)
class _Half:
    """One half-day in the model; ``used``: buses of each type on lines left as they are."""

    asked: Asked
    flags: Flags
    school: NDArray[np.int64]
    start: dict[int, Any]
    used: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Model:
    """CP-SAT's model: halves, shift and moved flag of each free school, buses by type."""

    model: Any
    halves: tuple[_Half, _Half]
    shift: dict[int, Any]
    moved: dict[int, Any]
    buses: dict[int, Any]


def move_exactly(
    bells: Bells,
    state: State,
    part: Part,
    effort: Effort,
    seconds: float,
    *,
    half_share: float = 0.0,
    deterministic: float = 0.1,
) -> tuple[State, bool] | None:
    """Return the best state reached by changing a part only.

    Parameters
    ----------
    bells, state
        The problem, and where the search stands.
    part
        What may change.
    effort, seconds
        Whether the clock decides; longest where it does (s).
    half_share
        A bus saved in one half only counts for this share of its price, beside what it
        saves in all: it makes way for a saving in the other half.
    deterministic
        Work where rounds decide.

    Returns
    -------
    state, proven
        Whether CP-SAT proved that the part has nothing better; None when it found
        nothing, or the part is too large.
    """
    from ortools.sat.python import cp_model

    built = _build(bells, state, part, half_share)
    if built is None:
        return None
    _hint(bells, state, part, built)
    solver = make_cpsat(effort, seconds, deterministic)
    status = solver.solve(built.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    shift_s = list(state.shift_s)
    for school, shift in built.shift.items():
        shift_s[school] = int(solver.value(shift))
    drafts = []
    for half, outside in zip(built.halves, part.outside, strict=True):
        own = read_draft(half.asked.trips, half.flags, solver)
        drafts.append(Draft((*outside.lines, *own.lines), own.unserved))
    return State(tuple(shift_s), (drafts[0], drafts[1])), status == cp_model.OPTIMAL


def _build(bells: Bells, state: State, part: Part, half_share: float) -> _Model | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    shift, moved = {}, {}
    for school in sorted(part.free):
        values = [*bells.problem.shifts_s[school]]
        shift[school] = model.new_int_var_from_domain(cp_model.Domain.from_values(values), "")
        moved[school] = model.new_bool_var("")
        model.add(shift[school] == 0).only_enforce_if(~moved[school])
    wide = widen_links(bells, state.shift_s, part.free)
    halves: list[_Half] = []
    for h, links in enumerate(wide):
        half = _half(links, bells.schools[h], part.inside[h], part.outside[h], model)
        if half is None:
            return None
        _windows(half, bells.halves[h], shift, model)
        halves.append(half)
    buses = _buses(bells, (halves[0], halves[1]), model)
    built = _Model(model, (halves[0], halves[1]), shift, moved, buses)
    _minimise(bells, built, half_share)
    return built


def _half(
    links: Links, school: NDArray[np.int64], inside: Draft, outside: Draft, model: Any
) -> _Half | None:
    """Return one half with its flow and its times; None when it is too large."""
    trips = sorted([*(t for line in inside.lines for t in line.trips), *inside.unserved])
    n_types = len(links.problem.fixed_yuan)
    if int(links.follows[np.ix_(trips, trips)].sum()) * n_types > MOST_ARCS:
        return None
    counted = Counter(line.bus_type for line in outside.lines)
    used = tuple(counted[k] for k in range(n_types))
    pairs = zip(links.problem.n_available, used, strict=True)
    n_left = tuple(None if n is None else n - gone for n, gone in pairs)
    asked = Asked(links, trips, links.problem.fits, n_left, count=False)
    flags = make_flags(asked, model)
    add_flow(asked, model, flags)
    early, late = links.problem.earliest_s.tolist(), links.problem.latest_s.tolist()
    start = {i: model.new_int_var(early[i], late[i], "") for i in trips}
    for (i, j, _), flag in flags.after.items():
        gap_s = int(links.gap_s[i, j])
        if late[i] + gap_s > early[j]:
            model.add(start[j] >= start[i] + gap_s).only_enforce_if(flag)
    return _Half(asked, flags, school, start, used)


def _windows(half: _Half, links: Links, shift: dict[int, Any], model: Any) -> None:
    """Hold the starts of the trips of free schools in the window that moves with them."""
    for trip, start in half.start.items():
        own = shift.get(int(half.school[trip]))
        if own is not None:
            model.add(start >= int(links.problem.earliest_s[trip]) + own)
            model.add(start <= int(links.problem.latest_s[trip]) + own)


def _buses(bells: Bells, halves: tuple[_Half, _Half], model: Any) -> dict[int, Any]:
    """Return the buses of each type: no fewer than in either half."""
    buses = {}
    for k in range(len(bells.fixed_yuan)):
        most = max(half.used[k] + len(half.asked.trips) for half in halves)
        buses[k] = model.new_int_var(max(half.used[k] for half in halves), most, "")
        for half in halves:
            model.add(buses[k] >= _count(half, k))
    return buses


def _count(half: _Half, k: int) -> Any:
    return half.used[k] + sum(flag for (_, kind), flag in half.flags.first.items() if kind == k)


def _minimise(bells: Bells, built: _Model, half_share: float) -> None:
    """Fewest students left behind, then least cost (thousandths of a yuan).

    A school moved costs one thousandth more: of two answers of equal cost the one with
    fewer moves is found.
    """
    from ortools.sat.python import cp_model

    terms: list[Any] = []
    prices: list[int] = []
    for half in built.halves:
        problem = half.asked.links.problem
        for (i, j, k), flag in half.flags.after.items():
            metres = int(problem.between_m[i, j]) + int(problem.trip_m[j])
            terms.append(flag)
            prices.append(metres * problem.yuan_per_km[k])
        for (i, k), flag in half.flags.first.items():
            extra = round(1000 * half_share * bells.fixed_yuan[k])
            terms.append(flag)
            prices.append(int(problem.trip_m[i]) * problem.yuan_per_km[k] + extra)
    for school, flag in built.moved.items():
        terms.append(flag)
        prices.append(1000 * bells.problem.move_yuan[school] + 1)
    dearest = max(prices, default=1) + 2000 * max(bells.fixed_yuan)
    n_trips = sum(len(half.asked.trips) for half in built.halves)
    penalty = 1 + (n_trips + len(built.moved)) * dearest
    for half in built.halves:
        for trip, flag in half.flags.behind.items():
            terms.append(flag)
            prices.append(penalty * int(half.asked.links.weight[trip]))
    for k, buses in built.buses.items():
        terms.append(buses)
        prices.append(1000 * bells.fixed_yuan[k])
    built.model.minimize(cp_model.LinearExpr.weighted_sum(terms, prices))


def _hint(bells: Bells, state: State, part: Part, built: _Model) -> None:
    model = built.model
    for school, shift in built.shift.items():
        model.add_hint(shift, state.shift_s[school])
        model.add_hint(built.moved[school], state.shift_s[school] != 0)
    links_now = shifted_links(bells, state.shift_s)
    for half, draft, links in zip(built.halves, part.inside, links_now, strict=True):
        hint_flags(draft, model, half.flags)
        for line in draft.lines:
            for trip, start_s in zip(line.trips, time_line(links, line.trips) or (), strict=False):
                model.add_hint(half.start[trip], start_s)
