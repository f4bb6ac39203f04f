"""The door to OR-Tools' routing library for chains: trips as places with time windows."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from routing.solver.library import Search, check_square, make_parameters
from routing.solver.links import Draft, Line, Links


def search_chains_by_library(links: Links, start: Draft, search: Search) -> Draft | None:
    """Return the best chaining the library finds from a start; None when it finds none.

    Parameters
    ----------
    links
        The problem.
    start
        A chaining; its buses and two spare ones of each type are the fleet.
    search
        How hard to try.
    """
    trips = links.servable
    used = Counter(line.bus_type for line in start.lines)
    fleet: list[int] = []
    for k, n in enumerate(links.problem.n_available):
        fleet += [k] * (used[k] + (2 if n is None else min(2, n - used[k])))
    if not trips or not fleet:
        return None
    model, index = _model(links, trips, fleet)
    parameters = make_parameters(search)
    model.CloseModelWithParameters(parameters)
    warm = model.ReadAssignmentFromRoutes(_by_bus(start, trips, fleet), True)
    if warm is None:
        return None
    answer = model.SolveFromAssignmentWithParameters(warm, parameters)
    if answer is None:
        return None
    lines = []
    for bus, k in enumerate(fleet):
        at, order = answer.Value(model.NextVar(model.Start(bus))), []
        while not model.IsEnd(at):
            order.append(trips[index.IndexToNode(at) - 1])
            at = answer.Value(model.NextVar(at))
        if order:
            lines.append(Line(k, tuple(order)))
    served = {trip for line in lines for trip in line.trips}
    return Draft(tuple(lines), tuple(trip for trip in trips if trip not in served))


def _model(links: Links, trips: tuple[int, ...], fleet: list[int]) -> tuple[Any, Any]:
    from ortools.constraint_solver import pywrapcp

    problem = links.problem
    index = pywrapcp.RoutingIndexManager(len(trips) + 1, len(fleet), 0)
    model = pywrapcp.RoutingModel(index)
    places = np.array(trips)
    first_s = int(problem.earliest_s[places].min())
    horizon_s = int(problem.latest_s[places].max()) - first_s
    gaps = np.zeros((len(trips) + 1, len(trips) + 1), dtype=np.int64)
    never_s = horizon_s + 1
    gaps[1:, 1:] = np.where(links.follows, links.gap_s, never_s)[np.ix_(places, places)]
    np.fill_diagonal(gaps, 0)
    time = model.RegisterTransitMatrix(check_square(gaps.tolist()))
    model.AddDimension(time, horizon_s, horizon_s, True, "time_s")
    dimension = model.GetDimensionOrDie("time_s")
    metres = np.zeros_like(gaps)
    metres[1:, 1:] = problem.between_m[np.ix_(places, places)]
    metres[:, 1:] += problem.trip_m[places][None, :]
    np.fill_diagonal(metres, 0)
    for k in sorted(set(fleet)):
        cost = model.RegisterTransitMatrix(
            check_square((metres * problem.yuan_per_km[k]).tolist())
        )
        for bus in (bus for bus, kind in enumerate(fleet) if kind == k):
            model.SetArcCostEvaluatorOfVehicle(cost, bus)
            model.SetFixedCostOfVehicle(problem.fixed_yuan[k] * 1000, bus)
    penalty = 1 + sum(problem.fixed_yuan[k] * 1000 for k in fleet) + len(trips) * int(
        metres.max()
    ) * max(problem.yuan_per_km)
    for node, trip in enumerate(trips, start=1):
        at = index.NodeToIndex(node)
        early_s, late_s = int(problem.earliest_s[trip]), int(problem.latest_s[trip])
        dimension.CumulVar(at).SetRange(early_s - first_s, late_s - first_s)
        model.AddDisjunction([at], penalty)
        allowed = [bus for bus, k in enumerate(fleet) if problem.fits[trip, k]]
        model.VehicleVar(at).SetValues([-1, *allowed])
    return model, index


def _by_bus(start: Draft, trips: tuple[int, ...], fleet: list[int]) -> list[list[int]]:
    node = {trip: k for k, trip in enumerate(trips, start=1)}
    waiting: dict[int, list[Line]] = defaultdict(list)
    for line in start.lines:
        waiting[line.bus_type].append(line)
    return [
        [node[trip] for trip in waiting[k].pop().trips] if waiting[k] else [] for k in fleet
    ]
