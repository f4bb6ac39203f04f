"""The door to OR-Tools' routing library: a few tours, searched together.

Only matrices of checked whole numbers are handed over, never Python callbacks: an
exception in one would be swallowed and the wrong answer called optimal.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from routing.solver.outward import (
    LARGEST,
    Draft,
    Order,
    Outward,
    Tour,
    count_students,
    find_types,
    keeps_rides,
)


@dataclass(frozen=True)
class Search:
    """How hard the library tries.

    Parameters
    ----------
    time_ms
        Longest it may take (ms).
    n_solutions
        After how many accepted solutions it ends; None for no such end.
    first
        Name of the first-solution strategy, used without a start.
    guided
        Whether it goes on after the first local optimum (guided local search).
    """

    time_ms: int
    n_solutions: int | None = None
    first: str = "SAVINGS"
    guided: bool = True


@dataclass(frozen=True)
class Found:
    """What a search found: its best draft, and the orders it drove on the way."""

    draft: Draft
    orders: tuple[Order, ...]


def search_tours(
    view: Outward, stops: Order, fleet: tuple[int, ...], start: Draft | None, search: Search
) -> Found | None:
    """Return the best tours the library finds for some stops with some buses.

    Parameters
    ----------
    view
        The whole problem.
    stops
        The stops to serve; where buses are short some are left unserved.
    fleet
        The type of each bus; for a start, at least the types its tours use.
    start
        A draft to start from.
    search
        How hard to try.

    Returns
    -------
    found
        None when the library gives no answer, or one that breaks a limit.
    """
    if not stops or not fleet:
        return None
    model, index = _model(view, stops, fleet)
    parameters = make_parameters(search)
    collector = _collector(model)
    if start is None:
        answer = model.SolveWithParameters(parameters)
    else:
        model.CloseModelWithParameters(parameters)
        warm = model.ReadAssignmentFromRoutes(_by_bus(start, stops, fleet), True)
        if warm is None:
            return None
        answer = model.SolveFromAssignmentWithParameters(warm, parameters)
    if answer is None:
        return None
    tours = _read(model, index, stops, fleet, lambda at: answer.Value(model.NextVar(at)))
    if not all(_holds(view, tour) for tour in tours):
        return None
    served = {stop for tour in tours for stop in tour.stops}
    draft = Draft(tuple(tours), tuple(sorted(set(stops) - served)))
    return Found(draft, _orders(model, index, stops, fleet, collector))


def _holds(view: Outward, tour: Tour) -> bool:
    """Return whether a tour keeps all rules: the library's word is not taken for it."""
    return keeps_rides(view, tour.stops) and tour.bus_type in find_types(view, tour.stops)


def _model(view: Outward, stops: Order, fleet: tuple[int, ...]) -> tuple[Any, Any]:
    from ortools.constraint_solver import pywrapcp

    places = (0, *stops)
    index = pywrapcp.RoutingIndexManager(len(places), len(fleet), 0)
    model = pywrapcp.RoutingModel(index)
    step_m = check_square([[view.step_m[a][b] for b in places] for a in places])
    for k in sorted(set(fleet)):
        per_km = view.yuan_per_km[k]
        cost = model.RegisterTransitMatrix([[step * per_km for step in row] for row in step_m])
        for bus in (bus for bus, kind in enumerate(fleet) if kind == k):
            model.SetArcCostEvaluatorOfVehicle(cost, bus)
            model.SetFixedCostOfVehicle(view.fixed_yuan[k] * 1000, bus)
    ride = check_square([[view.step_s[a][b] for b in places] for a in places])
    limits = [view.max_ride_s[stop] for stop in stops]
    model.AddDimension(model.RegisterTransitMatrix(ride), 0, max(limits), True, "ride_s")
    dimension = model.GetDimensionOrDie("ride_s")
    load = model.RegisterUnaryTransitVector([0, *(view.load[stop] for stop in stops)])
    model.AddDimensionWithVehicleCapacity(load, 0, [view.seats[k] for k in fleet], True, "load")
    penalty = (
        1
        + sum(view.fixed_yuan[k] * 1000 for k in fleet)
        + len(places) * max(max(row) for row in step_m) * max(view.yuan_per_km)
    )
    for node, (stop, limit) in enumerate(zip(stops, limits, strict=True), start=1):
        at = index.NodeToIndex(node)
        dimension.CumulVar(at).SetMax(limit)
        model.AddDisjunction([at], penalty * count_students(view, (stop,)))
    _add_needs(model, index, view, stops, fleet)
    return model, index


def _add_needs(model: Any, index: Any, view: Outward, stops: Order, fleet: tuple[int, ...]) -> None:
    """Add wheelchair places, allowed types and stops kept apart, where there are any."""
    at = {stop: index.NodeToIndex(node) for node, stop in enumerate(stops, start=1)}
    if any(view.n_chairs[stop] for stop in stops):
        chairs = model.RegisterUnaryTransitVector([0, *(view.n_chairs[stop] for stop in stops)])
        places = [view.chair_places[k] for k in fleet]
        model.AddDimensionWithVehicleCapacity(chairs, 0, places, True, "chairs")
    for stop in stops:
        buses = [bus for bus, k in enumerate(fleet) if view.fits[stop] >> k & 1]
        if len(buses) < len(fleet):
            model.VehicleVar(at[stop]).SetValues([-1, *buses])
    solver = model.solver()
    for one, other in sorted(view.apart):
        if one in at and other in at:
            # buses of stops left out are both -1: then nothing is kept apart
            left_out = model.ActiveVar(at[one]) + model.ActiveVar(at[other]) <= 1
            differ = model.VehicleVar(at[one]) != model.VehicleVar(at[other])
            solver.Add(left_out + differ >= 1)


def check_square(rows: list[list[int]]) -> list[list[int]]:
    """Return the rows after making sure the library can take them: it checks nothing."""
    n = len(rows)
    if any(len(row) != n for row in rows):
        msg = f"the library wants {n} by {n} numbers."
        raise ValueError(msg)
    if any(type(x) is not int or not 0 <= x <= LARGEST for row in rows for x in row):
        msg = "the library wants whole numbers, none negative, none near overflow."
        raise ValueError(msg)
    return rows


def make_parameters(search: Search) -> Any:
    """Return the library's parameters for a search; a time limit is always among them."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    meta = routing_enums_pb2.LocalSearchMetaheuristic
    parameters.first_solution_strategy = getattr(first, search.first)
    parameters.local_search_metaheuristic = (
        meta.GUIDED_LOCAL_SEARCH if search.guided else meta.GREEDY_DESCENT
    )
    parameters.time_limit.FromMilliseconds(max(1, search.time_ms))
    if search.n_solutions is not None:
        parameters.solution_limit = search.n_solutions
    return parameters


def _collector(model: Any) -> Any:
    solver = model.solver()
    kept = solver.Assignment()
    for at in range(model.Size()):
        kept.Add(model.NextVar(at))
    collector = solver.AllSolutionCollector(kept)
    model.AddSearchMonitor(collector)
    return collector


def _by_bus(start: Draft, stops: Order, fleet: tuple[int, ...]) -> list[list[int]]:
    node = {stop: k for k, stop in enumerate(stops, start=1)}
    waiting: dict[int, list[Tour]] = defaultdict(list)
    for tour in start.tours:
        waiting[tour.bus_type].append(tour)
    return [[node[stop] for stop in waiting[k].pop().stops] if waiting[k] else [] for k in fleet]


def _read(model: Any, index: Any, stops: Order, fleet: tuple[int, ...], after: Any) -> list[Tour]:
    tours = []
    for bus, k in enumerate(fleet):
        at, order = after(model.Start(bus)), []
        while not model.IsEnd(at):
            order.append(stops[index.IndexToNode(at) - 1])
            at = after(at)
        if order:
            tours.append(Tour(tuple(order), k))
    return tours


def _orders(
    model: Any, index: Any, stops: Order, fleet: tuple[int, ...], collector: Any
) -> tuple[Order, ...]:
    orders: set[Order] = set()
    for found in range(collector.SolutionCount()):
        tours = _read(
            model, index, stops, fleet,
            lambda at, n=found: collector.Value(n, model.NextVar(at)),
        )  # fmt: skip
        orders.update(tour.stops for tour in tours)
    return tuple(sorted(orders))
