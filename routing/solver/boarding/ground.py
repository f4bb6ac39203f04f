"""The problem as the kernels see it: flat arrays, groups and places indexed both ways.

The school is place 0 where a route begins and place p + 1 where it ends, so that a step
there is a step like any other; where a route begins or ends on the road, it costs nothing.
"""

from typing import NamedTuple

import numpy as np

from routing.solver.boarding.problem import BoardingProblem, Ints

N_NEAR = 60
"""Neighbours known to each place (tried: 30 to 100 do as well)."""
NEVER = 2**50
"""Cost and time of what cannot be: far above every sum, and far below overflow."""


class Ground(NamedTuple):
    """What every kernel needs to know.

    Parameters
    ----------
    step_cost, step_s
        From place to place (p + 2 by p + 2), with the visit that is left behind.
    open_cost, usable, fixed, full
        Per place: cost; flags; students that a route to it alone can carry.
    reach_first, reach_place, reach_m
        Per group the usable places within its reach, nearest first.
    near_first, near_group, near_m
        Per place the groups within whose reach it is.
    neighbours
        Per place the places near to it, by cost of driving.
    n_students, hardness
        Per group; the larger and the fewer places in reach, the harder to place.
    bus_cost
        Per load the cost of the cheapest bus for it.
    type_number, type_seats, type_cost, type_left
        Types of bus of which there are any, cheapest first: the problem's number, seats,
        cost, how many.
    is_limited
        1 where some type is limited in number.
    to_nearest, may_split, board_s, limit_s, seats, walk_cost
        As in the problem; ``seats`` of the largest bus.
    """

    step_cost: Ints
    step_s: Ints
    open_cost: Ints
    usable: Ints
    fixed: Ints
    full: Ints
    reach_first: Ints
    reach_place: Ints
    reach_m: Ints
    near_first: Ints
    near_group: Ints
    near_m: Ints
    neighbours: Ints
    n_students: Ints
    hardness: Ints
    bus_cost: Ints
    type_number: Ints
    type_seats: Ints
    type_cost: Ints
    type_left: Ints
    is_limited: int
    to_nearest: int
    may_split: int
    board_s: int
    limit_s: int
    seats: int
    walk_cost: int


def lay_ground(problem: BoardingProblem) -> Ground:
    """Return the problem as arrays; groups that no bus can serve have no place in reach."""
    n = len(problem.open_cost)
    step_cost = _steps(problem.cost, problem.visit_cost, problem.direction)
    step_s = _steps(problem.duration_s, problem.stop_s, problem.direction)
    types = _types(problem)
    seats = int(types[:, 1].max(initial=0))
    full = _full_loads(problem, step_s, seats)
    usable = full > 0
    usable[list(problem.forbidden)] = False
    fixed = np.zeros(n, bool)
    fixed[list(problem.fixed)] = True
    pairs = _usable_pairs(problem, usable, full)
    group, place, walk_m = (part[pairs] for part in (problem.group, problem.place, problem.walk_m))
    by_group = np.lexsort((place, walk_m, group))
    by_place = np.lexsort((group, place))
    n_groups = len(problem.n_students)
    return Ground(
        step_cost=step_cost,
        step_s=step_s,
        open_cost=problem.open_cost,
        usable=usable.astype(np.int64),
        fixed=(fixed & usable).astype(np.int64),
        full=full,
        reach_first=np.searchsorted(group[by_group], np.arange(n_groups + 1)).astype(np.int64),
        reach_place=place[by_group],
        reach_m=walk_m[by_group],
        near_first=np.searchsorted(place[by_place], np.arange(n + 1)).astype(np.int64),
        near_group=group[by_place],
        near_m=walk_m[by_place],
        neighbours=_neighbours(problem.cost),
        n_students=problem.n_students,
        hardness=problem.n_students * n - np.bincount(group, minlength=n_groups),
        bus_cost=_bus_costs(types, seats),
        type_number=types[:, 2].copy(),
        type_seats=types[:, 1].copy(),
        type_cost=types[:, 0].copy(),
        type_left=types[:, 3].copy(),
        is_limited=int(any(n not in (None, 0) for n in problem.n_available)),
        to_nearest=int(problem.rule == "nearest"),
        may_split=int(problem.may_split),
        board_s=problem.board_s,
        limit_s=problem.max_route_s,
        seats=seats,
        walk_cost=problem.walk_cost,
    )


def _steps(between: Ints, at_visit: int, direction: str) -> Ints:
    n = len(between)
    steps = np.full((n + 1, n + 1), NEVER, np.int64)
    steps[1:n, 1:n] = between[1:, 1:] + at_visit
    steps[0, 1:n] = 0 if direction == "to_school" else between[0, 1:]
    steps[1:n, n] = at_visit + (0 if direction == "to_home" else between[1:, 0])
    return steps


def _types(problem: BoardingProblem) -> Ints:
    """Return cost, seats, number and how many of each type there is any of, cheapest first."""
    known = zip(problem.fixed_cost, problem.seats, problem.n_available, strict=True)
    types = [
        (cost, seats, k, NEVER if n is None else n)
        for k, (cost, seats, n) in enumerate(known)
        if n != 0 and seats > 0
    ]
    return np.array(sorted(types), np.int64).reshape(-1, 4)


def _bus_costs(types: Ints, seats: int) -> Ints:
    costs = np.full(seats + 1, NEVER, np.int64)
    for cost, type_seats in types[:, :2].tolist():
        costs[: type_seats + 1] = np.minimum(costs[: type_seats + 1], cost)
    return costs


def _full_loads(problem: BoardingProblem, step_s: Ints, seats: int) -> Ints:
    """Return how many a route to each place alone can carry; 0 where it can carry nobody."""
    n = len(problem.open_cost)
    alone_s = step_s[0, :n] + step_s[:n, n]
    spare_s = problem.max_route_s - alone_s
    loads = spare_s // problem.board_s if problem.board_s else np.full(n, seats, np.int64)
    loads = np.where(spare_s < 0, 0, np.clip(loads, 0, seats))
    loads[0] = 0
    return loads.astype(np.int64)


def _usable_pairs(
    problem: BoardingProblem, usable: np.ndarray[tuple[int], np.dtype[np.bool_]], full: Ints
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the pairs that an answer may use.

    Where a place's students cannot be divided, a group must fit into one bus.
    """
    keep = usable[problem.place]
    if not problem.may_split:
        keep &= problem.n_students[problem.group] <= full[problem.place]
    return np.asarray(keep)


def _neighbours(cost: Ints) -> Ints:
    n = len(cost)
    both = (cost + cost.T)[1:, 1:].copy()
    np.fill_diagonal(both, -1)
    near = 1 + np.argsort(both, axis=1, kind="stable")[:, : min(n - 1, N_NEAR)]
    return np.vstack([np.zeros((1, near.shape[1]), np.int64), near]).astype(np.int64)
