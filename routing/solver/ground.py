"""The ground of a walk of ruin and recreate through routes: which stops fit where."""

import operator

import numpy as np

from routing.solver.outward import Outward, is_unlimited
from routing.solver.ruin import ENDLESS, Ground, Line, Order


def ground_of_routes(view: Outward) -> Ground:
    """Return the ground for the routes of one school: members are stops.

    ``early`` of a line is the ride at the school and at each stop, ``late`` by how much
    all rides from a stop on may still grow; endless behind the last.
    """
    usable = [k for k, n in enumerate(view.n_available) if n != 0]
    most = max(view.seats[k] for k in usable)
    types_for = {
        load: tuple(k for k in usable if view.seats[k] >= load) for load in range(most + 1)
    }
    longest_m = max(max(row) for row in view.step_m) * len(view.stops)
    dearest = 1 + max(
        view.fixed_yuan[k] + (longest_m * view.yuan_per_km[k] + 999) // 1000 for k in usable
    )
    by_load = {stop: -view.load[stop] for stop in view.stops}
    by_ride = {stop: view.step_s[0][stop] for stop in view.stops}
    farthest = {stop: -ride_s for stop, ride_s in by_ride.items()}
    return Ground(
        members=view.stops,
        near=_near_stops(view),
        needs={stop: view.load[stop] for stop in view.stops},
        types_for=types_for,
        join=operator.add,
        make_line=lambda order, k: _route_line(view, order, k),
        find_place=lambda line, stop: _place_for_stop(view, line, stop),
        sortings=(by_load, by_load, by_load, by_load, farthest, farthest, by_ride),
        fixed_yuan=view.fixed_yuan,
        yuan_per_km=view.yuan_per_km,
        n_available=view.n_available,
        penalties={stop: dearest * view.load[stop] for stop in view.stops},
        alone={stop: _route_line(view, (stop,), usable[0]) for stop in view.stops},
        least_yuan_per_km=min(view.yuan_per_km) if is_unlimited(view) else 0,
    )


def _near_stops(view: Outward) -> dict[int, list[int]]:
    stops = np.array(view.stops)
    steps = np.array(view.step_s)[np.ix_(stops, stops)]
    nearness = np.minimum(steps, steps.T)
    np.fill_diagonal(nearness, -1)
    order = np.argsort(nearness, axis=1, kind="stable")
    return {int(stops[k]): [int(stop) for stop in stops[row]] for k, row in enumerate(order)}


def _route_line(view: Outward, order: Order, bus_type: int) -> Line:
    step_s, step_m = view.step_s, view.step_m
    rides, length_m, load, here = [0], 0, 0, 0
    for stop in order:
        rides.append(rides[-1] + step_s[here][stop])
        length_m += step_m[here][stop]
        load += view.load[stop]
        here = stop
    slack, slacks = ENDLESS, [ENDLESS]
    for stop, ride_s in zip(reversed(order), reversed(rides), strict=False):
        slack = min(slack, view.max_ride_s[stop] - ride_s)
        slacks.append(slack)
    slacks.reverse()
    price = view.fixed_yuan[bus_type] + (length_m * view.yuan_per_km[bus_type] + 999) // 1000
    return Line(
        order, load, length_m, bus_type, price, tuple(rides), tuple(slacks), slacks[0] >= 0, {}
    )


def _place_for_stop(view: Outward, line: Line, stop: int) -> tuple[int, int]:
    step_s, step_m = view.step_s, view.step_m
    to_m, to_s = step_m[stop], step_s[stop]
    latest_s = view.max_ride_s[stop]
    best_m, best_cut, before = ENDLESS, -1, 0
    for cut, after in enumerate(line.order):
        from_m = step_m[before]
        more_m = from_m[stop] + to_m[after] - from_m[after]
        if more_m < best_m:
            from_s = step_s[before]
            if (
                line.early[cut] + from_s[stop] <= latest_s
                and from_s[stop] + to_s[after] - from_s[after] <= line.late[cut]
            ):
                best_m, best_cut = more_m, cut
        before = after
    if step_m[before][stop] < best_m and line.early[-1] + step_s[before][stop] <= latest_s:
        best_m, best_cut = step_m[before][stop], len(line.order)
    return best_m, best_cut
