"""Which of all tours ever driven go best together? Set partitioning by CP-SAT."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from routing.solver.effort import Effort, make_cpsat
from routing.solver.every import Pool
from routing.solver.outward import (
    Draft,
    Order,
    Outward,
    Tour,
    keeps_rides,
    measure_length_m,
    measure_load,
    price_draft,
    price_tour,
)

MOST_TOURS = 15_000
"""Tours handed to CP-SAT at most: solved in a few seconds at worst (measured)."""


@dataclass(frozen=True)
class Recombined:
    """The best answer found, and whether the pool has none better."""

    draft: Draft
    proven: bool


@dataclass(frozen=True)
class _Column:
    """One choice open to CP-SAT: a tour with a type of bus, and its price."""

    tour: Tour
    price_yuan: int


def note_orders(view: Outward, pool: Pool, orders: Iterable[Order]) -> None:
    """Put tours into the pool; of several orders of the same stops the shortest stays."""
    for stops in orders:
        length_m = measure_length_m(view, stops)
        key = frozenset(stops)
        known = pool.get(key)
        if known is None or (length_m, stops) < known:
            pool[key] = (length_m, stops)


def recombine_tours(
    view: Outward, pool: Pool, hint: Draft, effort: Effort, seconds: float
) -> Recombined | None:
    """Return the best answer made of tours of the pool.

    A stop may be covered twice at first; it is then taken out of one of its tours.

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

    Returns
    -------
    recombined
        None when CP-SAT found no answer, or a doubled stop could not be taken out.
    """
    from ortools.sat.python import cp_model

    columns = _columns(view, pool, hint)
    model, used = _model(view, columns, hint)
    solver = make_cpsat(effort, seconds)
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    picked = [c.tour for c, flag in zip(columns, used, strict=True) if solver.value(flag)]
    draft = _undouble(view, picked)
    if draft is None:
        return None
    unserved, yuan, _ = price_draft(view, draft)
    value = yuan + _penalty(view, columns) * unserved
    return Recombined(draft, status == cp_model.OPTIMAL and value <= round(solver.objective_value))


def _columns(view: Outward, pool: Pool, hint: Draft) -> list[_Column]:
    newest = list(pool.values())[-MOST_TOURS:]
    kept = {stops: length_m for length_m, stops in newest}
    for tour in hint.tours:
        kept.setdefault(tour.stops, measure_length_m(view, tour.stops))
    return [
        _Column(Tour(stops, k), price_tour(view, length_m, k))
        for stops, length_m in kept.items()
        for k in _types_worth(view, measure_load(view, stops), length_m)
    ]


def _types_worth(view: Outward, load: int, length_m: int) -> Iterator[int]:
    """Yield the cheapest type that never runs out, and all cheaper ones that may."""
    price = {
        k: price_tour(view, length_m, k)
        for k, (seats, n) in enumerate(zip(view.seats, view.n_available, strict=True))
        if seats >= load and n != 0
    }
    endless = [k for k in price if view.n_available[k] is None]
    best = min(endless, key=lambda k: (price[k], k), default=None)
    if best is not None:
        yield best
    for k in price:
        if view.n_available[k] is not None and (best is None or price[k] < price[best]):
            yield k


def _penalty(view: Outward, columns: list[_Column]) -> int:
    """Return more yuan than any answer costs: what one student left behind weighs."""
    dearest = sorted((column.price_yuan for column in columns), reverse=True)
    return 1 + sum(dearest[: len(view.stops)])


def _model(view: Outward, columns: list[_Column], hint: Draft) -> tuple[Any, list[Any]]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in columns]
    left = {stop: model.new_bool_var("") for stop in view.stops}
    through = {stop: [left[stop]] for stop in view.stops}
    of_type: dict[int, list[Any]] = {k: [] for k in range(len(view.seats))}
    for column, flag in zip(columns, used, strict=True):
        of_type[column.tour.bus_type].append(flag)
        for stop in column.tour.stops:
            through[stop].append(flag)
    for flags in through.values():
        model.add_at_least_one(flags)
    for k, n in enumerate(view.n_available):
        if n is not None and len(of_type[k]) > n:
            model.add(sum(of_type[k]) <= n)
    prices = [column.price_yuan for column in columns]
    weights = [_penalty(view, columns) * view.load[stop] for stop in left]
    model.minimize(
        cp_model.LinearExpr.weighted_sum([*used, *left.values()], [*prices, *weights])
    )
    chosen, behind = set(hint.tours), set(hint.unserved)
    for column, flag in zip(columns, used, strict=True):
        model.add_hint(flag, column.tour in chosen)
    for stop, flag in left.items():
        model.add_hint(flag, stop in behind)
    return model, used


def _undouble(view: Outward, picked: list[Tour]) -> Draft | None:
    """Return the tours with every stop in one of them only, taken out where it saves most."""
    tours = list(picked)
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


def _removals(
    view: Outward, tours: list[Tour], stop: int
) -> Iterator[tuple[int, int, Order]]:
    for place, tour in enumerate(tours):
        if stop not in tour.stops:
            continue
        order = tuple(other for other in tour.stops if other != stop)
        if not keeps_rides(view, order):
            continue
        before = price_tour(view, measure_length_m(view, tour.stops), tour.bus_type)
        after = price_tour(view, measure_length_m(view, order), tour.bus_type) if order else 0
        yield before - after, place, order
