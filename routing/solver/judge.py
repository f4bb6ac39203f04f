"""Is an answer true? Everything is recomputed from the problem; nothing is believed.

No code is shared with the searches: routes are followed in the order they are driven.
"""

from collections import Counter
from collections.abc import Iterable

from routing.errors import SolverError
from routing.solver.problem import (
    Chain,
    ChainProblem,
    ChainSolution,
    CoverProblem,
    CoverSolution,
    Route,
    RouteProblem,
    RouteSolution,
)
from routing.words import Text

_ZH = {
    "every stop once": "每站恰好一次",
    "no empty route": "无空线路",
    "known types": "已知车型",
    "the cost": "成本",
    "the bound on routes": "线路数下界",
    "the bound on the cost": "成本下界",
    "seats": "座位数",
    "wheelchair places": "轮椅位数",
    "the types of a stop": "站点允许的车型",
    "stops kept apart": "不得同车的站点",
    "the ride limit": "乘车时限",
    "the number of buses": "车辆数",
    "every trip once": "每趟恰好一次",
    "a start for each trip": "每趟的发车时刻",
    "the window of a trip": "发车时间窗",
    "the type of a trip": "趟次车型",
    "a way between trips": "趟次间的道路",
    "time between trips": "趟次间的时间",
    "the bound on buses": "车辆数下界",
    "a place for each group": "每组的上车点",
    "a chosen place within reach": "步行范围内的已选上车点",
    "the nearest chosen place": "最近的已选上车点",
}
"""What is confirmed, in Chinese."""


def confirm_routes(problem: RouteProblem, solution: RouteSolution) -> RouteSolution:
    """Return the solution after recomputing it.

    Raises
    ------
    SolverError
        A stop missing or twice, too many aboard, a type of bus that may not carry a stop,
        stops together that must stay apart, a ride over its limit, more buses of a type
        than there are, another cost, or a bound above it.
    """
    n_types = len(problem.seats)
    stops = [stop for route in solution.routes for stop in route.stops]
    _refuse(
        sorted([*stops, *solution.unserved]) != [*range(1, len(problem.load))], "every stop once"
    )
    _refuse(any(not route.stops for route in solution.routes), "no empty route")
    _refuse(any(not 0 <= route.bus_type < n_types for route in solution.routes), "known types")
    cost_yuan = 0
    for route in solution.routes:
        _confirm_load(problem, route)
        _confirm_needs(problem, route)
        _confirm_rides(problem, route)
        cost_yuan += _cost_of_route(problem, route)
    _confirm_numbers((route.bus_type for route in solution.routes), problem.n_available)
    _refuse(cost_yuan != solution.cost_yuan, "the cost")
    _refuse(solution.bound_yuan > cost_yuan, "the bound on the cost")
    _refuse(solution.proven and solution.bound_yuan != cost_yuan, "the bound on the cost")
    if not solution.unserved:
        _refuse(solution.n_routes_bound > len(solution.routes), "the bound on routes")
    return solution


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        en = f"the search gave an answer that its recomputation does not confirm: {what}."
        raise SolverError(Text(en, f"求解结果未通过重新核算：{_ZH[what]}。"))


def _confirm_load(problem: RouteProblem, route: Route) -> None:
    aboard = sum(int(problem.load[stop]) for stop in route.stops)
    _refuse(aboard > problem.seats[route.bus_type], "seats")


def _confirm_needs(problem: RouteProblem, route: Route) -> None:
    """Refuse a route whose bus lacks wheelchair places, may not stop, or mixes groups."""
    if problem.n_chairs is not None:
        places = 0 if problem.chair_places is None else problem.chair_places[route.bus_type]
        chairs = sum(int(problem.n_chairs[stop]) for stop in route.stops)
        _refuse(chairs > places, "wheelchair places")
    if problem.fits is not None:
        allowed = [bool(problem.fits[stop, route.bus_type]) for stop in route.stops]
        _refuse(not all(allowed), "the types of a stop")
    if problem.apart is not None:
        inside = set(route.stops)
        together = any(int(a) in inside and int(b) in inside for a, b in problem.apart)
        _refuse(together, "stops kept apart")


def _confirm_rides(problem: RouteProblem, route: Route) -> None:
    clock_s, here = 0, 0
    at_s: dict[int, int] = {}
    order = (*route.stops, 0) if problem.to_school else (0, *route.stops)
    for k, place in enumerate(order):
        if k > 0:
            dwell_s = int(problem.dwell_s[here]) if here != 0 else 0
            clock_s += dwell_s + int(problem.duration_s[here, place])
        at_s[place], here = clock_s, place
    for stop in route.stops:
        ride_s = at_s[0] - at_s[stop] if problem.to_school else at_s[stop] - at_s[0]
        _refuse(ride_s > int(problem.max_ride_s[stop]), "the ride limit")


def _cost_of_route(problem: RouteProblem, route: Route) -> int:
    order = (*route.stops, 0) if problem.to_school else (0, *route.stops)
    length_m = 0
    for k in range(1, len(order)):
        length_m += int(problem.distance_m[order[k - 1], order[k]])
    running_yuan = -(-length_m * problem.yuan_per_km[route.bus_type] // 1000)
    return problem.fixed_yuan[route.bus_type] + running_yuan


def _confirm_numbers(used: Iterable[int], n_available: tuple[int | None, ...]) -> None:
    for bus_type, n_used in Counter(used).items():
        n = n_available[bus_type]
        _refuse(n is not None and n_used > n, "the number of buses")


def confirm_chains(problem: ChainProblem, solution: ChainSolution) -> ChainSolution:
    """Return the solution after recomputing it.

    Raises
    ------
    SolverError
        A trip missing or twice, a start outside its window, a bus that cannot be there in
        time or may not drive a trip, too many buses of a type, or another cost.
    """
    trips = [trip for chain in solution.chains for trip in chain.trips]
    _refuse(
        sorted([*trips, *solution.unserved]) != [*range(len(problem.duration_s))], "every trip once"
    )
    n_types = len(problem.fixed_yuan)
    cost_yuan = 0
    for chain in solution.chains:
        _refuse(not 0 <= chain.bus_type < n_types, "known types")
        _refuse(not chain.trips or len(chain.trips) != len(chain.start_s), "a start for each trip")
        length_m = _length_of_chain(problem, chain)
        cost_yuan += problem.fixed_yuan[chain.bus_type]
        cost_yuan += -(-length_m * problem.yuan_per_km[chain.bus_type] // 1000)
    _confirm_numbers((chain.bus_type for chain in solution.chains), problem.n_available)
    _refuse(cost_yuan != solution.cost_yuan, "the cost")
    _refuse(solution.n_buses_bound > len(solution.chains), "the bound on buses")
    return solution


def _length_of_chain(problem: ChainProblem, chain: Chain) -> int:
    """Return the metres a bus drives, after following it from trip to trip."""
    length_m = 0
    for k, (trip, start_s) in enumerate(zip(chain.trips, chain.start_s, strict=True)):
        early_s, late_s = int(problem.earliest_s[trip]), int(problem.latest_s[trip])
        _refuse(not early_s <= start_s <= late_s, "the window of a trip")
        _refuse(not problem.fits[trip, chain.bus_type], "the type of a trip")
        length_m += int(problem.trip_m[trip])
        if k > 0:
            before = chain.trips[k - 1]
            free_s = chain.start_s[k - 1] + int(problem.duration_s[before])
            there_s = free_s + int(problem.between_s[before, trip])
            _refuse(not problem.linked[before, trip], "a way between trips")
            _refuse(start_s < there_s, "time between trips")
            length_m += int(problem.between_m[before, trip])
    return length_m


def confirm_cover(problem: CoverProblem, solution: CoverSolution) -> CoverSolution:
    """Return the solution after recomputing it.

    Raises
    ------
    SolverError
        A group without a chosen place within its reach, or not at the nearest, or another
        cost.
    """
    chosen = set(solution.chosen)
    _refuse(len(solution.place_of_group) != problem.n_groups, "a place for each group")
    reach: dict[int, dict[int, int]] = {}
    pairs = (problem.group.tolist(), problem.place.tolist(), problem.walk_m.tolist())
    for group, place, walk_m in zip(*pairs, strict=True):
        known = reach.setdefault(group, {})
        known[place] = min(walk_m, known.get(place, walk_m))
    cost = sum(int(problem.open_cost[place]) for place in chosen)
    for group, place in enumerate(solution.place_of_group.tolist()):
        walks = {p: walk_m for p, walk_m in reach.get(group, {}).items() if p in chosen}
        _refuse(place not in walks, "a chosen place within reach")
        _refuse(walks[place] > min(walks.values()), "the nearest chosen place")
        cost += int(problem.n_students[group]) * walks[place]
    _refuse(cost != solution.cost, "the cost")
    return solution
