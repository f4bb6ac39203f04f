"""Does an answer keep every rule, and does it cost what it says? Recomputed in plain Python."""

from collections import Counter
from itertools import pairwise

from routing.errors import SolverError
from routing.solver.boarding.problem import BoardingProblem, BoardingRoute, BoardingSolution
from routing.words import Text

_ZH = {
    "a place for each group": "每组的上车点",
    "a place within reach": "步行范围内的上车点",
    "the nearest place used": "最近的已用上车点",
    "no forbidden place": "不得使用的上车点",
    "every fixed place": "必须使用的上车点",
    "no empty route": "无空线路",
    "known places": "已知上车点",
    "a place once in a route": "同一线路中每站至多一次",
    "one route for a place": "每站仅一条线路",
    "somebody boards at every visit": "每次停靠均有人上车",
    "no more board than walk there": "上车人数不多于步行到站人数",
    "nobody of a group left elsewhere": "未服务人数",
    "seats": "座位数",
    "known types": "已知车型",
    "the time of a route": "线路时限",
    "the number of buses": "车辆数",
    "the cost": "成本",
    "the bounds": "下界",
}
"""What is confirmed, in Chinese."""


def confirm_boarding(problem: BoardingProblem, solution: BoardingSolution) -> BoardingSolution:
    """Return the solution after recomputing it.

    Raises
    ------
    SolverError
        A group out of its reach or not at the nearest place used, boardings that do not
        add up, a forbidden place or a fixed one passed by, too many aboard or too long a
        route, more buses of a type than there are, or another cost.
    """
    walkers, walked_m = _confirm_walks(problem, solution)
    boarded: Counter[int] = Counter()
    for route in solution.routes:
        _confirm_route(problem, route)
        for place, n in route.visits:
            boarded[place] += n
    _confirm_places(problem, solution, walkers, boarded)
    total = sum(int(n) for n in problem.n_students)
    _refuse(
        solution.n_unserved != total - sum(boarded.values()), "nobody of a group left elsewhere"
    )
    for kind, n_used in Counter(route.bus_type for route in solution.routes).items():
        left = problem.n_available[kind]
        _refuse(left is not None and n_used > left, "the number of buses")
    _refuse(_cost(problem, solution, walkers, walked_m) != solution.cost, "the cost")
    if solution.n_unserved == 0 and not solution.missed:
        _refuse(solution.n_routes_bound > len(solution.routes), "the bounds")
        _refuse(solution.n_places_bound > len({*walkers, *boarded}), "the bounds")
    return solution


def cost_of_boarding(problem: BoardingProblem, solution: BoardingSolution) -> int:
    """Return what an answer costs, after confirming who walks where."""
    return _cost(problem, solution, *_confirm_walks(problem, solution))


def _cost(
    problem: BoardingProblem, solution: BoardingSolution, walkers: Counter[int], walked_m: int
) -> int:
    used = {*walkers, *(place for route in solution.routes for place, _ in route.visits)}
    cost = problem.walk_cost * walked_m + sum(int(problem.open_cost[place]) for place in used)
    return cost + sum(_cost_of_route(problem, route) for route in solution.routes)


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        en = f"the search gave an answer that its recomputation does not confirm: {what}."
        raise SolverError(Text(en, f"求解结果未通过重新核算：{_ZH[what]}。"))


def _confirm_walks(
    problem: BoardingProblem, solution: BoardingSolution
) -> tuple[Counter[int], int]:
    """Return how many walk to each place, and how far all walk together (m)."""
    place_of = solution.place_of_group.tolist()
    _refuse(len(place_of) != len(problem.n_students), "a place for each group")
    pairs = (problem.group.tolist(), problem.place.tolist(), problem.walk_m.tolist())
    reach: dict[int, dict[int, int]] = {}
    for group, place, walk_m in zip(*pairs, strict=True):
        reach.setdefault(group, {})[place] = walk_m
    used = {place for place in place_of if place >= 0}
    used |= {place for route in solution.routes for place, _ in route.visits}
    walkers: Counter[int] = Counter()
    walked_m = 0
    for group, place in enumerate(place_of):
        walks = reach.get(group, {})
        near = [walk_m for other, walk_m in walks.items() if other in used]
        if place < 0:
            _refuse(problem.rule == "nearest" and bool(near), "the nearest place used")
            continue
        _refuse(place not in walks, "a place within reach")
        _refuse(problem.rule == "nearest" and walks[place] > min(near), "the nearest place used")
        n = int(problem.n_students[group])
        walkers[place] += n
        walked_m += n * walks[place]
    return walkers, walked_m


def _confirm_route(problem: BoardingProblem, route: BoardingRoute) -> None:
    n_places = len(problem.open_cost)
    places = [place for place, _ in route.visits]
    _refuse(not places, "no empty route")
    _refuse(any(not 1 <= place < n_places for place in places), "known places")
    _refuse(len(set(places)) < len(places), "a place once in a route")
    _refuse(not 0 <= route.bus_type < len(problem.seats), "known types")
    aboard = sum(n for _, n in route.visits)
    _refuse(aboard > problem.seats[route.bus_type], "seats")
    time_s = len(places) * problem.stop_s + aboard * problem.board_s
    time_s += sum(int(problem.duration_s[a, b]) for a, b in _legs(problem, route))
    _refuse(time_s > problem.max_route_s, "the time of a route")


def _legs(problem: BoardingProblem, route: BoardingRoute) -> list[tuple[int, int]]:
    places = [place for place, _ in route.visits]
    order = places if problem.direction == "to_school" else [0, *places]
    order = order if problem.direction == "to_home" else [*order, 0]
    return list(pairwise(order))


def _cost_of_route(problem: BoardingProblem, route: BoardingRoute) -> int:
    cost = problem.fixed_cost[route.bus_type] + problem.visit_cost * len(route.visits)
    return cost + sum(int(problem.cost[a, b]) for a, b in _legs(problem, route))


def _confirm_places(
    problem: BoardingProblem, solution: BoardingSolution, walkers: Counter[int],
    boarded: Counter[int],
) -> None:  # fmt: skip
    visits = Counter(place for route in solution.routes for place, _ in route.visits)
    for route in solution.routes:
        for place, n in route.visits:
            alone = place in problem.fixed and visits[place] == 1
            _refuse(n < 0 or (n == 0 and not alone), "somebody boards at every visit")
    used = {*walkers, *visits}
    _refuse(not used.isdisjoint(problem.forbidden), "no forbidden place")
    missed = set(problem.fixed) - set(visits)
    _refuse(missed != set(solution.missed), "every fixed place")
    _refuse(
        any(n > walkers[place] for place, n in boarded.items()), "no more board than walk there"
    )
    several = not problem.may_split and max(visits.values(), default=0) > 1
    _refuse(several, "one route for a place")
