"""Which trips follow which, exactly: CP-SAT chooses successors, types and start times."""

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.solver.effort import CPSAT_EFFORT, Effort, make_cpsat
from routing.solver.links import Draft, Line, Links, price_draft, weigh_unserved

MOST_ARCS = 100_000
"""Beyond so many possible successions the model is not built: memory (assumed)."""
SMALL_TRIPS = 100
"""Trips up to which CP-SAT always gets somewhere."""
ARCS_PER_S = 800
"""With more successions than so many per second CP-SAT does not get far (measured)."""


@dataclass(frozen=True)
class Chained:
    """CP-SAT's answer, or the hint where that is as good.

    ``proven``: no answer is better, but for rounding each bus up to a whole yuan.
    """

    draft: Draft
    proven: bool


@dataclass(frozen=True, eq=False)
class Asked:
    """Which trips are to be chained by which types.

    Parameters
    ----------
    links
        The problem.
    trips
        Those to be chained.
    fits
        Which type may drive which trip (bool, all trips by types).
    n_left
        Buses of each type for them; None for no limit.
    count
        Whether buses are counted instead of priced.
    """

    links: Links
    trips: list[int]
    fits: NDArray[np.bool_]
    n_left: tuple[int | None, ...]
    count: bool


@dataclass(frozen=True, eq=False)
class Flags:
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
) -> Chained | None:
    """Return the cheapest chaining of the trips of a hint.

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

    Returns
    -------
    chained
        None when there are too many trips for the time, or CP-SAT found nothing.
    """
    from ortools.sat.python import cp_model

    begun_s = time.monotonic()
    trips = sorted([*(t for line in hint.lines for t in line.trips), *hint.unserved])
    n_arcs = int(links.follows[np.ix_(trips, trips)].sum()) * len(n_left)
    if n_arcs > MOST_ARCS or (
        effort.is_timed and n_arcs > ARCS_PER_S * seconds and len(trips) > SMALL_TRIPS
    ):
        return None
    asked = Asked(links, trips, links.problem.fits, n_left, count=False)
    model, flags = _model(asked)
    hint_flags(hint, model, flags)
    solver = make_cpsat(effort, seconds - (time.monotonic() - begun_s))
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    draft = read_draft(trips, flags, solver)
    best = min(hint, draft, key=lambda d: price_draft(links, d))
    return Chained(best, status == cp_model.OPTIMAL)


def bound_exactly(
    links: Links, draft: Draft, effort: Effort, seconds: float, work: float = CPSAT_EFFORT
) -> int:
    """Return CP-SAT's bound on the buses of every answer that leaves as few students.

    All types of bus count as one that may drive everything: the bound only gets lower.
    """
    from ortools.sat.python import cp_model

    begun_s = time.monotonic()
    trips = [*links.servable]
    n_arcs = int(links.follows[np.ix_(trips, trips)].sum())
    if n_arcs > MOST_ARCS or (effort.is_timed and n_arcs > ARCS_PER_S * seconds):
        return 0
    one_type = np.ones((len(links.follows), 1), dtype=np.bool_)
    model, flags = _model(Asked(links, trips, one_type, (None,), count=True))
    alike = tuple(Line(0, line.trips) for line in draft.lines)
    hint_flags(Draft(alike, draft.unserved), model, flags)
    solver = make_cpsat(effort, seconds - (time.monotonic() - begun_s), work)
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return 0
    left_behind = (len(trips) + 1) * weigh_unserved(links, draft)
    return max(0, math.ceil(solver.best_objective_bound - 1e-6) - left_behind)


def _model(asked: Asked) -> tuple[Any, Flags]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    flags = make_flags(asked, model)
    add_flow(asked, model, flags)
    _times(asked, model, flags)
    _minimise(asked, model, flags)
    return model, flags


def make_flags(asked: Asked, model: Any) -> Flags:
    """Return a flag for every succession, every first trip and every trip left behind."""
    trips, fits = asked.trips, asked.fits
    usable = [k for k, n in enumerate(asked.n_left) if n is None or n > 0]
    pairs = [(i, j) for i in trips for j in trips if asked.links.follows[i, j]]
    after = {
        (i, j, k): model.new_bool_var("")
        for i, j in pairs
        for k in usable
        if fits[i, k] and fits[j, k]
    }
    first = {(i, k): model.new_bool_var("") for i in trips for k in usable if fits[i, k]}
    return Flags(after, first, {i: model.new_bool_var("") for i in trips})


def add_flow(asked: Asked, model: Any, flags: Flags) -> None:
    """Ask that every trip is entered once or left behind; a bus leaves only a trip it entered."""
    into: dict[tuple[int, int], list[Any]] = {key: [flag] for key, flag in flags.first.items()}
    out: dict[tuple[int, int], list[Any]] = {key: [] for key in flags.first}
    for (i, j, k), flag in flags.after.items():
        into[j, k].append(flag)
        out[i, k].append(flag)
    entered = {trip: [flag] for trip, flag in flags.behind.items()}
    for (trip, k), entering in into.items():
        entered[trip] += entering
        if out[trip, k]:
            model.add(sum(out[trip, k]) <= sum(entering))
    for entering in entered.values():
        model.add_exactly_one(entering)
    for k, n in enumerate(asked.n_left):
        starts = [flag for (_, kind), flag in flags.first.items() if kind == k]
        if n is not None and len(starts) > n:
            model.add(sum(starts) <= n)


def _times(asked: Asked, model: Any, flags: Flags) -> None:
    problem, gap_s = asked.links.problem, asked.links.gap_s
    early, late = problem.earliest_s.tolist(), problem.latest_s.tolist()
    start = {i: model.new_int_var(early[i], late[i], "") for i in asked.trips}
    for (i, j, _), flag in flags.after.items():
        if late[i] + gap_s[i, j] > early[j]:
            model.add(start[j] >= start[i] + int(gap_s[i, j])).only_enforce_if(flag)


def _minimise(asked: Asked, model: Any, flags: Flags) -> None:
    """Fewest students left behind, then least cost (thousandths of a yuan), or fewest buses."""
    from ortools.sat.python import cp_model

    problem = asked.links.problem
    prices: list[int] = []
    for i, j, k in flags.after:
        metres = int(problem.between_m[i, j]) + int(problem.trip_m[j])
        prices.append(0 if asked.count else metres * problem.yuan_per_km[k])
    for i, k in flags.first:
        running = int(problem.trip_m[i]) * problem.yuan_per_km[k]
        prices.append(1 if asked.count else problem.fixed_yuan[k] * 1000 + running)
    penalty = 1 + len(flags.behind) * max(prices, default=1)
    terms = [*flags.after.values(), *flags.first.values(), *flags.behind.values()]
    prices += [penalty * int(asked.links.weight[trip]) for trip in flags.behind]
    model.minimize(cp_model.LinearExpr.weighted_sum(terms, prices))


def hint_flags(hint: Draft, model: Any, flags: Flags) -> None:
    """Tell CP-SAT where to begin."""
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


def read_draft(trips: list[int], flags: Flags, solver: Any) -> Draft:
    """Return what CP-SAT decided."""
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
