"""What is a state worth? Every cost that the problem knows, and who is left behind."""

import numpy as np

from routing.solver.boarding.dice import compiled, sort_falling
from routing.solver.boarding.ground import NEVER, Ground
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.state import State


@compiled
def value_of(ground: Ground, state: State, penalty: int) -> int:
    """Return the cost of a state, with a penalty for each student or fixed place left."""
    total, boarded, end = 0, 0, len(state.due)
    students = 0
    for n in ground.n_students:
        students += n
    for route in range(state.n_routes[0]):
        here = 0
        for at in range(state.length[route]):
            total += ground.step_cost[here, state.order[route, at]]
            here = state.order[route, at]
        total += ground.step_cost[here, end]
        boarded += state.load[route]
    for place in range(1, end):
        if state.n_visits[place] > 0 or state.due[place] > 0:
            total += ground.open_cost[place]
        if ground.fixed[place] and state.n_visits[place] == 0:
            total += penalty
    total += penalty * (students - boarded)
    return total + _walking(ground, state) + _buses(ground, state)


@compiled
def _walking(ground: Ground, state: State) -> int:
    if ground.walk_cost == 0:
        return 0
    metres = 0
    for group in range(len(state.place_of)):
        place = state.place_of[group]
        if place < 0:
            continue
        for pair in range(ground.reach_first[group], ground.reach_first[group + 1]):
            if ground.reach_place[pair] == place:
                metres += ground.n_students[group] * ground.reach_m[pair]
                break
    return metres * ground.walk_cost


@compiled
def _buses(ground: Ground, state: State) -> int:
    if ground.is_limited:
        types = choose_buses(ground, state)
        total = 0
        for route in range(state.n_routes[0]):
            total += ground.type_cost[types[route]] if types[route] >= 0 else NEVER // 1024
        return total
    total = 0
    for route in range(state.n_routes[0]):
        total += ground.bus_cost[state.load[route]]
    return total


@compiled
def choose_buses(ground: Ground, state: State) -> Ints:
    """Return a type of bus for each route, -1 where none is left.

    The fullest route first, each with the cheapest bus left that seats it: whatever a
    fuller route can use a less full one can use too, so this is the cheapest choice.
    """
    n = state.n_routes[0]
    types = np.full(n, -1, np.int64)
    left = ground.type_left.copy()
    order = np.arange(n)
    sort_falling(order, state.load, n)
    for route in order:
        for kind in range(len(left)):
            if left[kind] > 0 and ground.type_seats[kind] >= state.load[route]:
                types[route] = kind
                left[kind] -= 1
                break
    return types
