"""Which trips follow which, exactly: CP-SAT chooses successors, types and start times."""

import math
from dataclasses import dataclass
from typing import Any

from routing.solver.effort import Effort, make_cpsat
from routing.solver.links import Draft, Line, Links, price_draft

MOST_ARCS = 60_000
"""Beyond so many possible successions the model is not built: memory and time (measured)."""


@dataclass(frozen=True)
class Chained:
    """What CP-SAT says.

    Parameters
    ----------
    draft
        Its answer, or the hint where that is as good.
    bound
        No answer leaving as few trips is below this (thousandths of a yuan, or buses).
    proven
        Whether no answer is better, but for rounding each line up to a whole yuan.
    """

    draft: Draft
    bound: int
    proven: bool


@dataclass(frozen=True, eq=False)
class _Flags:
    """What CP-SAT decides: (i, j, k) j after i on type k; (i, k) first of a bus; left behind."""

    after: dict[tuple[int, int, int], Any]
    first: dict[tuple[int, int], Any]
    behind: dict[int, Any]


def chain_exactly(
    links: Links,
    hint: Draft,
    n_left: tuple[int | None, ...],
    effort: Effort,
    seconds: float,
    *,
    count: bool = False,
) -> Chained | None:
    """Return the best chaining of the trips of a hint.

    Parameters
    ----------
    links
        The problem.
    hint
        Lines, and unserved trips, of which a better chaining is sought.
    n_left
        Buses of each type for these trips; None for no limit.
    effort
        Whether the clock decides, and the seed.
    seconds
        Longest it may take where the clock decides (s).
    count
        Minimise the number of buses instead of their cost.

    Returns
    -------
    chained
        None when there are too many trips, or CP-SAT found nothing.
    """
    from ortools.sat.python import cp_model

    trips = sorted([*(t for line in hint.lines for t in line.trips), *hint.unserved])
    model = cp_model.CpModel()
    flags = _flags(links, trips, model)
    if flags is None:
        return None
    _flow(links, trips, n_left, model, flags)
    _times(links, trips, model, flags)
    penalty = _minimise(links, model, flags, count=count)
    _hint(hint, model, flags)
    solver = make_cpsat(effort, seconds)
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    draft = _read(trips, flags, solver)
    bound = math.ceil(solver.best_objective_bound - 1e-6) - penalty * len(draft.unserved)
    best = min(hint, draft, key=lambda d: price_draft(links, d))
    return Chained(best, bound, status == cp_model.OPTIMAL and not count)


def _flags(links: Links, trips: list[int], model: Any) -> _Flags | None:
    problem = links.problem
    usable = [k for k, n in enumerate(problem.n_available) if n != 0]
    pairs = [(i, j) for i in trips for j in trips if links.follows[i, j]]
    if len(pairs) * len(usable) > MOST_ARCS:
        return None
    after = {
        (i, j, k): model.new_bool_var("")
        for i, j in pairs
        for k in usable
        if problem.fits[i, k] and problem.fits[j, k]
    }
    first = {(i, k): model.new_bool_var("") for i in trips for k in usable if problem.fits[i, k]}
    return _Flags(after, first, {i: model.new_bool_var("") for i in trips})


def _flow(
    links: Links, trips: list[int], n_left: tuple[int | None, ...], model: Any, flags: _Flags
) -> None:
    into: dict[tuple[int, int], list[Any]] = {key: [flag] for key, flag in flags.first.items()}
    out: dict[tuple[int, int], list[Any]] = {key: [] for key in flags.first}
    for (i, j, k), flag in flags.after.items():
        into[j, k].append(flag)
        out[i, k].append(flag)
    for key, leaving in out.items():
        model.add(sum(leaving) <= sum(into[key]))
    for trip in trips:
        every = [flag for (j, _), entering in into.items() if j == trip for flag in entering]
        model.add_exactly_one([*every, flags.behind[trip]])
    for k, n in enumerate(n_left):
        starts = [flag for (_, kind), flag in flags.first.items() if kind == k]
        if n is not None and len(starts) > n:
            model.add(sum(starts) <= n)


def _times(links: Links, trips: list[int], model: Any, flags: _Flags) -> None:
    early, late = links.problem.earliest_s, links.problem.latest_s
    start = {i: model.new_int_var(int(early[i]), int(late[i]), "") for i in trips}
    by_pair: dict[tuple[int, int], list[Any]] = {}
    for (i, j, _), flag in flags.after.items():
        by_pair.setdefault((i, j), []).append(flag)
    for (i, j), same in by_pair.items():
        gap_s = int(links.gap_s[i, j])
        if late[i] + gap_s <= early[j]:
            continue
        for flag in same:
            model.add(start[j] >= start[i] + gap_s).only_enforce_if(flag)


def _minimise(links: Links, model: Any, flags: _Flags, *, count: bool) -> int:
    """Set what is minimised; return the penalty of a trip left behind in it."""
    from ortools.sat.python import cp_model

    problem = links.problem
    terms: list[Any] = []
    prices: list[int] = []
    for (i, j, k), flag in flags.after.items():
        metres = int(problem.between_m[i, j]) + int(problem.trip_m[j])
        terms.append(flag)
        prices.append(0 if count else metres * problem.yuan_per_km[k])
    for (i, k), flag in flags.first.items():
        running = int(problem.trip_m[i]) * problem.yuan_per_km[k]
        terms.append(flag)
        prices.append(1 if count else problem.fixed_yuan[k] * 1000 + running)
    penalty = 1 + len(flags.behind) * max(prices, default=1)
    terms += flags.behind.values()
    prices += [penalty] * len(flags.behind)
    model.minimize(cp_model.LinearExpr.weighted_sum(terms, prices))
    return penalty


def _hint(hint: Draft, model: Any, flags: _Flags) -> None:
    after = {
        (i, j, line.bus_type)
        for line in hint.lines
        for i, j in zip(line.trips, line.trips[1:], strict=False)
    }
    first = {(line.trips[0], line.bus_type) for line in hint.lines}
    for key, flag in flags.after.items():
        model.add_hint(flag, key in after)
    for pair, flag in flags.first.items():
        model.add_hint(flag, pair in first)
    for trip, flag in flags.behind.items():
        model.add_hint(flag, trip in hint.unserved)


def _read(trips: list[int], flags: _Flags, solver: Any) -> Draft:
    following = {i: j for (i, j, _), flag in flags.after.items() if solver.value(flag)}
    lines = []
    for (trip, k), flag in flags.first.items():
        if solver.value(flag):
            order = [trip]
            while order[-1] in following:
                order.append(following[order[-1]])
            lines.append(Line(k, tuple(order)))
    behind = tuple(trip for trip in trips if solver.value(flags.behind[trip]))
    return Draft(tuple(lines), behind)
