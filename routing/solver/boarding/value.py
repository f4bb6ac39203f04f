"""What is a state worth? Every cost that the problem knows, and who is left behind."""

import numpy as np

from routing.solver.boarding.dice import compiled, sort_falling
from routing.solver.boarding.ground import (
    COST,
    COST_OF,
    FIRST,
    FIXED,
    LEFT,
    METRES,
    NEVER,
    PRICE,
    SEATS,
    SIZE,
    WHERE,
    Ground,
)
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.state import DUE, LENGTH, LOAD, VISITS, State


@compiled
def value_of(ground: Ground, state: State, penalty: int) -> int:
    """Return the cost of a state, with a penalty for each student or fixed place left."""
    total, boarded, end = 0, 0, len(state.places)
    students = 0
    for group in range(len(state.place_of)):
        students += ground.groups[group, SIZE]
    for route in range(state.places[0, VISITS]):
        here = 0
        for at in range(state.routes[route, LENGTH]):
            total += ground.steps[COST_OF, here, state.order[route, at]]
            here = state.order[route, at]
        total += ground.steps[COST_OF, here, end]
        boarded += state.routes[route, LOAD]
    for place in range(1, end):
        if state.places[place, VISITS] > 0 or state.places[place, DUE] > 0:
            total += ground.places[place, COST]
        if ground.places[place, FIXED] and state.places[place, VISITS] == 0:
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
        for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
            if ground.reach[pair, WHERE] == place:
                metres += ground.groups[group, SIZE] * ground.reach[pair, METRES]
                break
    return metres * ground.walk_cost


@compiled
def _buses(ground: Ground, state: State) -> int:
    if ground.is_limited:
        types = _types_of(ground, state)
        total = 0
        for route in range(state.places[0, VISITS]):
            total += ground.types[types[route], PRICE] if types[route] >= 0 else NEVER // 1024
        return total
    total = 0
    for route in range(state.places[0, VISITS]):
        total += ground.bus_cost[state.routes[route, LOAD]]
    return total


@compiled
def _types_of(ground: Ground, state: State) -> Ints:
    """Return a type of bus for each route, -1 where none is left.

    The fullest route first, each with the cheapest bus left that seats it: whatever a
    fuller route can use a less full one can use too, so this is the cheapest choice.
    """
    n = state.places[0, VISITS]
    types = np.full(n, -1, np.int64)
    left = ground.types[:, LEFT].copy()
    order = np.arange(n)
    sort_falling(order, state.routes[:, LOAD].copy(), n)
    for route in order:
        for kind in range(len(left)):
            if left[kind] > 0 and ground.types[kind, SEATS] >= state.routes[route, LOAD]:
                types[route] = kind
                left[kind] -= 1
                break
    return types
