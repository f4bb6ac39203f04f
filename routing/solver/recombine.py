"""Which of all tours ever driven go best together? Set partitioning by CP-SAT.

The linear relaxation is solved first: its prices show which tours cannot be part of any
answer better than the one at hand, and CP-SAT only sees the others.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from routing.solver.effort import Effort, left_s, make_cpsat
from routing.solver.every import Pool
from routing.solver.outward import (
    Draft,
    Order,
    Outward,
    Tour,
    keeps_rides,
    measure_length_m,
    price_draft,
    price_tour,
)
from routing.solver.priced import Column, list_columns

TOURS_PER_S = 20_000
"""Tours handed to the relaxation per second it may take: mostly the building (measured)."""
MOST_TOURS = 100_000
"""Tours handed to the relaxation at most (memory)."""
RELAX_SHARE = 0.6
"""Share of the time left, once the columns are listed, for the relaxation (tried)."""
BOUND_SLACK = 0.5
"""Taken off the relaxation's value before it counts as a bound (yuan): far more than the
solver's tolerance can be worth."""
CHUNKS = ((1_500, 0.4), (15_000, 1.0))
"""Columns CP-SAT sees at first, to find a good answer, and at last, to prove; and the share
of the time left for each (tried)."""


@dataclass(frozen=True)
class Recombined:
    """The best answer found, and whether the pool has none better.

    ``bound_yuan``: where the pool was complete, no answer that serves every stop costs less.
    """

    draft: Draft
    proven: bool
    bound_yuan: int = 0


@dataclass(frozen=True)
class _Relaxed:
    """What the relaxation says: a bound on every answer, and how far each column is above."""

    bound: float
    above: list[float]


def note_orders(view: Outward, pool: Pool, orders: Iterable[Order]) -> None:
    """Put tours into the pool; of several orders of the same stops the shortest stays."""
    for stops in orders:
        length_m = measure_length_m(view, stops)
        mask = sum(1 << stop for stop in stops)
        known = pool.get(mask)
        if known is None or (length_m, stops) < known:
            pool[mask] = (length_m, stops)


def recombine_tours(
    view: Outward,
    pool: Pool,
    hint: Draft,
    effort: Effort,
    seconds: float,
    *,
    complete: bool = False,
) -> Recombined | None:
    """Return the best answer made of tours of the pool.

    Unless the pool is complete, a stop may be covered twice at first; it is then taken
    out of one of its tours, which gives tours that are not in the pool.

    Parameters
    ----------
    view
        The problem.
    pool
        All tours known.
    hint
        The answer so far.
    effort
        Whether the clock decides, and the seed.
    seconds
        Longest it may take where the clock decides (s).
    complete
        Whether every tour that could be driven is in the pool.

    Returns
    -------
    recombined
        Never worse than the hint; None when the relaxation was not finished.
    """
    until_left_s = left_s(effort) - seconds
    most = min(MOST_TOURS, int(TOURS_PER_S * seconds)) if effort.is_timed else MOST_TOURS
    columns = list_columns(view, pool, hint, most)
    clock_s = left_s(effort)
    if effort.is_timed:
        clock_s = RELAX_SHARE * (clock_s - until_left_s)
        if clock_s <= 0:
            return None
    relaxed = _relax(view, columns, clock_s, exactly=complete)
    if relaxed is None:
        return None
    best, proven = hint, False
    for most_columns, share in CHUNKS:
        seen, _ = _within_gap(view, columns, relaxed, best, most_columns)
        exactly = complete and (len(seen) < most_columns or most_columns == CHUNKS[-1][0])
        left = left_s(effort) - until_left_s
        if effort.is_timed and left < 0.02:
            break
        choice = _Choice(view, [columns[k] for k in seen], best, exactly)
        trial, is_best = _solve(choice, effort, left * (1.0 if exactly else share))
        best = min(best, trial, key=lambda draft: price_draft(view, draft))
        _, n_worth = _within_gap(view, columns, relaxed, best, most_columns)
        proven = is_best and n_worth <= len(seen)
        if proven or len(seen) < most_columns:
            break
    is_whole = complete and len(pool) <= most
    bound_yuan = math.ceil(relaxed.bound * (1 - 1e-6) - BOUND_SLACK) if is_whole else 0
    return Recombined(best, proven and len(pool) <= most, bound_yuan)


def _within_gap(
    view: Outward, columns: list[Column], relaxed: "_Relaxed", best: Draft, most: int
) -> tuple[list[int], int]:
    """Return the most promising columns that can be in a better answer, and how many can."""
    gap = _value(view, columns, best) - relaxed.bound
    worth = [k for k, above in enumerate(relaxed.above) if above <= gap - 0.5]
    return sorted(worth, key=lambda k: (relaxed.above[k], k))[:most], len(worth)


def bound_routes(view: Outward, pool: Pool) -> int:
    """Return a number of routes that no answer serving every stop can go below.

    Parameters
    ----------
    view
        The problem.
    pool
        Every tour that could be driven.
    """
    if len(pool) > MOST_TOURS:
        return 0
    columns = [Column(stops, 0, 1) for _, stops in pool.values()]
    relaxed = _relax(view, columns, 10.0, exactly=True, limited=False)
    return 0 if relaxed is None else int(-(-(relaxed.bound - 1e-6) // 1))


def _value(view: Outward, columns: list[Column], draft: Draft) -> int:
    """Return what a draft costs where a stop left behind costs its penalty."""
    behind = {c.stops[0]: c.price for c in columns if c.bus_type is None}
    return price_draft(view, draft)[1] + sum(behind[stop] for stop in draft.unserved)


def _relax(
    view: Outward, columns: list[Column], seconds: float, *, exactly: bool, limited: bool = True
) -> _Relaxed | None:
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.SetTimeLimit(max(1, int(1000 * seconds)))
    most = 1 if exactly else solver.infinity()
    covered = {stop: solver.Constraint(1, most) for stop in view.stops}
    buses: dict[int | None, Any] = {
        k: solver.Constraint(0, n)
        for k, n in enumerate(view.n_available)
        if limited and n is not None
    }
    objective = solver.Objective()
    objective.SetMinimization()
    for column in columns:
        share = solver.NumVar(0, solver.infinity(), "")
        objective.SetCoefficient(share, column.price)
        for stop in column.stops:
            covered[stop].SetCoefficient(share, 1)
        if column.bus_type in buses:
            buses[column.bus_type].SetCoefficient(share, 1)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    worth = {stop: row.dual_value() for stop, row in covered.items()}
    spent: dict[int | None, float] = {k: row.dual_value() for k, row in buses.items()}
    above = [
        column.price - sum(worth[stop] for stop in column.stops) - spent.get(column.bus_type, 0.0)
        for column in columns
    ]
    return _Relaxed(objective.Value(), above)


@dataclass(frozen=True)
class _Choice:
    """What CP-SAT is asked: which columns, starting from a hint, covering exactly or twice."""

    view: Outward
    columns: list[Column]
    hint: Draft
    exactly: bool


def _solve(choice: _Choice, effort: Effort, seconds: float) -> tuple[Draft, bool]:
    """Return CP-SAT's answer, or the hint, and whether these columns have none better.

    The hint itself need not be among the columns: those left out cannot be part of an
    answer better than it, so where no answer is left at all the hint is best.
    """
    from ortools.sat.python import cp_model

    model, used = _model(choice)
    solver = make_cpsat(effort, seconds)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return choice.hint, True
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return choice.hint, False
    picked = [c for c, flag in zip(choice.columns, used, strict=True) if solver.value(flag)]
    draft = _undouble(choice.view, picked)
    if draft is None:
        return choice.hint, False
    value = _value(choice.view, choice.columns, draft)
    return draft, status == cp_model.OPTIMAL and value <= round(solver.objective_value)


def _model(choice: _Choice) -> tuple[Any, list[Any]]:
    from ortools.sat.python import cp_model

    view, columns = choice.view, choice.columns
    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in columns]
    through: dict[int, list[Any]] = {stop: [] for stop in view.stops}
    of_type: dict[int | None, list[Any]] = {k: [] for k in (None, *range(len(view.seats)))}
    for column, flag in zip(columns, used, strict=True):
        of_type[column.bus_type].append(flag)
        for stop in column.stops:
            through[stop].append(flag)
    for flags in through.values():
        if choice.exactly:
            model.add_exactly_one(flags)
        else:
            model.add_at_least_one(flags)
    for k, n in enumerate(view.n_available):
        if n is not None and len(of_type[k]) > n:
            model.add(sum(of_type[k]) <= n)
    prices = [column.price for column in columns]
    model.minimize(cp_model.LinearExpr.weighted_sum(used, prices))
    chosen: set[tuple[Order, int | None]] = {(t.stops, t.bus_type) for t in choice.hint.tours}
    chosen |= {((stop,), None) for stop in choice.hint.unserved}
    for column, flag in zip(columns, used, strict=True):
        model.add_hint(flag, (column.stops, column.bus_type) in chosen)
    return model, used


def _undouble(view: Outward, picked: list[Column]) -> Draft | None:
    """Return the tours with every stop in one of them only, taken out where it saves most."""
    tours = [Tour(c.stops, c.bus_type) for c in picked if c.bus_type is not None]
    while True:
        counts = Counter(stop for tour in tours for stop in tour.stops)
        doubled = [stop for stop, n in counts.items() if n > 1]
        if not doubled:
            break
        options = [option for stop in doubled for option in _removals(view, tours, stop)]
        if not options:
            return None
        _, place, order = max(options, key=lambda option: (option[0], -option[1]))
        tours[place] = Tour(order, tours[place].bus_type)
    served = {stop for tour in tours for stop in tour.stops}
    unserved = tuple(stop for stop in view.stops if stop not in served)
    return Draft(tuple(tour for tour in tours if tour.stops), unserved)


def _removals(view: Outward, tours: list[Tour], stop: int) -> Iterator[tuple[int, int, Order]]:
    for place, tour in enumerate(tours):
        if stop not in tour.stops:
            continue
        order = tuple(other for other in tour.stops if other != stop)
        if not keeps_rides(view, order):
            continue
        before = price_tour(view, measure_length_m(view, tour.stops), tour.bus_type)
        after = price_tour(view, measure_length_m(view, order), tour.bus_type) if order else 0
        yield before - after, place, order
