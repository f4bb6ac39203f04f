"""How few routes and places could any answer have? By seats, and by groups far apart."""

import numpy as np

from routing.solver.boarding.problem import BoardingProblem, BoardingSolution


def bound_routes(problem: BoardingProblem) -> int:
    """Return how many of the largest bus it takes to seat all who have a place in reach."""
    seats = max(
        (s for s, n in zip(problem.seats, problem.n_available, strict=True) if n != 0), default=0
    )
    n = sum(int(problem.n_students[group]) for group in _reached(problem))
    least = -(-n // seats) if seats else 0
    return max(least, 1 if problem.fixed else 0)


def bound_places(problem: BoardingProblem) -> int:
    """Return how many groups were found no two of which share a place in reach.

    Groups with few places first; places that must be used count where no such group
    could use them.
    """
    reach = _reached(problem)
    taken = set(problem.fixed)
    n = len(taken)
    for group in sorted(reach, key=lambda one: (len(reach[one]), one)):
        if taken.isdisjoint(reach[group]):
            n += 1
            taken |= reach[group]
    return n


def is_least(problem: BoardingProblem, answer: BoardingSolution) -> bool:
    """Return whether the answer carries all and costs no more than any could.

    The bound: cheapest buses for the fewest routes, the cheapest way to the school for
    each, the fewest places at the least price, and for every group its shortest walk.
    """
    if not len(problem.n_students) and not problem.fixed:
        return not answer.routes
    if answer.n_unserved or answer.missed:
        return False
    reach = _reached(problem)
    places = sorted({place for places in reach.values() for place in places} | set(problem.fixed))
    buses = [c for c, n in zip(problem.fixed_cost, problem.n_available, strict=True) if n != 0]
    opened = np.sort(problem.open_cost[places])[: answer.n_places_bound].sum()
    shortest: dict[int, int] = {}
    for group, walk_m in zip(problem.group.tolist(), problem.walk_m.tolist(), strict=True):
        shortest[group] = min(walk_m, shortest.get(group, walk_m))
    walked = sum(int(problem.n_students[group]) * walk_m for group, walk_m in shortest.items())
    bound = answer.n_routes_bound * (min(buses) + _least_way(problem, places))
    bound += int(opened) + problem.visit_cost * answer.n_places_bound
    return answer.cost <= bound + problem.walk_cost * walked


def _least_way(problem: BoardingProblem, places: list[int]) -> int:
    """Return what the cheapest last step to the school, or first from it, costs."""
    steps = []
    if problem.direction != "to_home":
        steps.append(int(problem.cost[places, 0].min()))
    if problem.direction != "to_school":
        steps.append(int(problem.cost[0, places].min()))
    return sum(steps)


def _reached(problem: BoardingProblem) -> dict[int, set[int]]:
    """Return for each group the places that are not forbidden; only groups that have one."""
    barred = set(problem.forbidden)
    reach: dict[int, set[int]] = {}
    for group, place in zip(problem.group.tolist(), problem.place.tolist(), strict=True):
        if place not in barred:
            reach.setdefault(group, set()).add(place)
    return reach
