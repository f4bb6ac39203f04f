"""The problem as the kernels see it: flat arrays, groups and places indexed both ways.

The school is place 0 where a route begins and place p + 1 where it ends, so that a step
there is a step like any other; where a route begins or ends on the road, it costs nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.solver.boarding.problem import BoardingProblem, Ints

N_NEAR = 60
"""Neighbours known to each place (tried: 30 to 100 do as well)."""
NEVER = 2**50
"""Cost and time of what cannot be: far above every sum, and far below overflow."""


COST_OF, TIME_OF = 0, 1
"""Of a step."""
COST, USABLE, FIXED, FULL, FIRST = 0, 1, 2, 3, 4
"""Of a place: cost; flags; students that a route to it alone can carry; its first pair."""
SIZE, HARDNESS = 0, 1
"""Of a group: students; the more of them and the fewer places in reach, the harder. Its
first pair is in column ``FIRST``, too."""
WHERE, METRES = 0, 1
"""Of a pair: the place, or the group, at its other end, and the walk."""
PRICE, SEATS, NUMBER, LEFT = 0, 1, 2, 3
"""Of a type of bus: cost of one; seats; its number in the problem; how many there are."""


class Ground(NamedTuple):
    """What every kernel needs to know: tables with the columns above.

    Parameters
    ----------
    steps
        From place to place (2, p + 2, p + 2), with the visit that is left behind.
    places, groups
        One row each, and one more where the first pair after the last would be.
    reach
        Per group the usable places within its reach, nearest first.
    near
        Per place the groups within whose reach it is.
    neighbours
        Per place the places near to it, by cost of driving.
    bus_cost
        Per load the cost of the cheapest bus for it.
    types
        Types of bus of which there are any, cheapest first.
    is_limited
        1 where some type is limited in number.
    to_nearest, may_split, board_s, limit_s, seats, walk_cost
        As in the problem; ``seats`` of the largest bus.
    """

    steps: Ints
    places: Ints
    groups: Ints
    reach: Ints
    near: Ints
    neighbours: Ints
    bus_cost: Ints
    types: Ints
    is_limited: int
    to_nearest: int
    may_split: int
    board_s: int
    limit_s: int
    seats: int
    walk_cost: int


def lay_ground(problem: BoardingProblem) -> Ground:
    """Return the problem as arrays; groups that no bus can serve have no place in reach."""
    types = _types(problem)
    seats = int(types[:, SEATS].max(initial=0))
    steps = np.stack([
        _steps(problem.cost, problem.visit_cost, problem.direction),
        _steps(problem.duration_s, problem.stop_s, problem.direction),
    ])  # fmt: skip
    places = _places(problem, steps[TIME_OF], seats)
    pairs = _usable_pairs(problem, places)
    group, place, walk_m = (part[pairs] for part in (problem.group, problem.place, problem.walk_m))
    by_group = np.lexsort((place, walk_m, group))
    by_place = np.lexsort((group, place))
    places[:, FIRST] = np.searchsorted(place[by_place], np.arange(len(places)))
    return Ground(
        steps=steps,
        places=places,
        groups=_groups(problem, group[by_group]),
        reach=np.column_stack([place[by_group], walk_m[by_group]]),
        near=np.column_stack([group[by_place], walk_m[by_place]]),
        neighbours=_neighbours(problem.cost),
        bus_cost=_bus_costs(types, seats),
        types=types,
        is_limited=int(any(n not in (None, 0) for n in problem.n_available)),
        to_nearest=int(problem.rule == "nearest"),
        may_split=int(problem.may_split),
        board_s=problem.board_s,
        limit_s=problem.max_route_s,
        seats=seats,
        walk_cost=problem.walk_cost,
    )


def _places(problem: BoardingProblem, step_s: Ints, seats: int) -> Ints:
    """Return the table of places, but for the first pair of each."""
    n = len(problem.open_cost)
    table = np.zeros((n + 1, 5), np.int64)
    table[:n, COST] = problem.open_cost
    table[:n, FULL] = _full_loads(problem, step_s, seats)
    table[:, USABLE] = table[:, FULL] > 0
    table[list(problem.forbidden), USABLE] = 0
    table[list(problem.fixed), FIXED] = table[list(problem.fixed), USABLE]
    return table


def _groups(problem: BoardingProblem, group: Ints) -> Ints:
    """Return the table of groups; ``group`` is that of every pair, rising."""
    n = len(problem.n_students)
    table = np.zeros((n + 1, 5), np.int64)
    table[:n, SIZE] = problem.n_students
    table[:n, HARDNESS] = problem.n_students * len(problem.open_cost)
    table[:n, HARDNESS] -= np.bincount(group, minlength=n)
    table[:, FIRST] = np.searchsorted(group, np.arange(n + 1))
    return table


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


def _usable_pairs(problem: BoardingProblem, places: Ints) -> NDArray[np.bool_]:
    """Return the pairs that an answer may use.

    Where a place's students cannot be divided, a group must fit into one bus.
    """
    keep = places[problem.place, USABLE] > 0
    if not problem.may_split:
        keep &= problem.n_students[problem.group] <= places[problem.place, FULL]
    return np.asarray(keep)


def _neighbours(cost: Ints) -> Ints:
    n = len(cost)
    both = (cost + cost.T)[1:, 1:].copy()
    np.fill_diagonal(both, -1)
    near = 1 + np.argsort(both, axis=1, kind="stable")[:, : min(n - 1, N_NEAR)]
    return np.vstack([np.zeros((1, near.shape[1]), np.int64), near]).astype(np.int64)
