"""Where a walk is: routes as visits, and where every group boards. Small changes to it.

Every change keeps loads, times and counts in step; nothing here asks whether it is wise.
"""

from typing import NamedTuple

import numpy as np

from routing.solver.boarding.dice import compiled
from routing.solver.boarding.ground import FULL, LEFT, NEVER, SIZE, TIME_OF, USABLE, Ground
from routing.solver.boarding.problem import Ints

LENGTH, LOAD, TIME = 0, 1, 2
"""Of a route: visits, students, seconds with standing."""
DUE, VISITS, OPEN, ROUTE = 0, 1, 2, 3
"""Of a place: students who walk there, visits, whether it is chosen, the route that came
there last. The visits of place 0, the school, are all the routes there are."""


class State(NamedTuple):
    """One answer under way, whole or not.

    Few arrays, as every kernel is handed them all, one number for each of their sides.

    Parameters
    ----------
    order, aboard
        Per route and visit: the place, and how many board (routes, visits).
    routes, places
        Tables with the columns above.
    place_of
        Per group: where it boards, -1 for nowhere.
    """

    order: Ints
    aboard: Ints
    routes: Ints
    places: Ints
    place_of: Ints


def make_state(ground: Ground, n_routes: int) -> State:
    """Return the state in which nothing is open and nothing is driven, with room for routes."""
    n_places = len(ground.places) - 1
    visits = np.zeros((n_routes + 1, n_places + 1), np.int64)
    return State(
        order=visits,
        aboard=visits.copy(),
        routes=np.zeros((n_routes + 1, 3), np.int64),
        places=np.zeros((n_places, 4), np.int64),
        place_of=np.full(len(ground.groups) - 1, -1, np.int64),
    )


def most_routes(ground: Ground) -> int:
    """Return how many routes no sensible answer has more of."""
    usable = ground.places[:, USABLE] > 0
    n_students = int(ground.groups[:, SIZE].sum())
    least = int(ground.places[usable, FULL].min(initial=1))
    parted = min(n_students, -(-n_students // least)) if ground.may_split else 0
    left = int(np.minimum(ground.types[:, LEFT], 10**6).sum())
    return min(int(usable.sum()) + parted, left)


@compiled
def copy_state(source: State, target: State) -> None:
    """Make the target what the source is."""
    for route in range(source.places[0, VISITS]):
        target.routes[route, LENGTH] = source.routes[route, LENGTH]
        target.routes[route, LOAD] = source.routes[route, LOAD]
        target.routes[route, TIME] = source.routes[route, TIME]
        for at in range(source.routes[route, LENGTH]):
            target.order[route, at] = source.order[route, at]
            target.aboard[route, at] = source.aboard[route, at]
    for group in range(len(source.place_of)):
        target.place_of[group] = source.place_of[group]
    for place in range(len(source.places)):
        for column in range(4):
            target.places[place, column] = source.places[place, column]


@compiled
def before(state: State, route: int, at: int) -> int:
    """Return the place before a position of a route: 0 before the first."""
    return state.order[route, at - 1] if at > 0 else 0


@compiled
def after(state: State, route: int, at: int) -> int:
    """Return the place at a position of a route: the school after the last."""
    return state.order[route, at] if at < state.routes[route, LENGTH] else len(state.places)


@compiled
def detour(ground: Ground, kind: int, here: int, place: int, there: int) -> int:
    """Return what a place adds between two others, in cost or in seconds."""
    direct = ground.steps[kind, here, there]
    if direct >= NEVER:
        direct = 0
    return ground.steps[kind, here, place] + ground.steps[kind, place, there] - direct


@compiled
def room_in(ground: Ground, state: State, route: int) -> int:
    """Return how many more can board a route where it stops already."""
    room = ground.seats - state.routes[route, LOAD]
    if ground.board_s > 0:
        room = min(room, (ground.limit_s - state.routes[route, TIME]) // ground.board_s)
    return max(0, room)


@compiled
def board(ground: Ground, state: State, route: int, at: int, n: int) -> None:
    """Let n more (or fewer) board at a visit."""
    state.aboard[route, at] += n
    state.routes[route, LOAD] += n
    state.routes[route, TIME] += n * ground.board_s


@compiled
def add_visit(ground: Ground, state: State, route: int, at: int, place: int, n: int) -> None:
    """Put a visit before a position of a route; the route after the last is a new one."""
    if route == state.places[0, VISITS]:
        state.places[0, VISITS] += 1
        state.routes[route, LENGTH] = 0
        state.routes[route, LOAD] = 0
        state.routes[route, TIME] = 0
    here, there = before(state, route, at), after(state, route, at)
    state.routes[route, TIME] += detour(ground, TIME_OF, here, place, there)
    for later in range(state.routes[route, LENGTH], at, -1):
        state.order[route, later] = state.order[route, later - 1]
        state.aboard[route, later] = state.aboard[route, later - 1]
    state.order[route, at] = place
    state.aboard[route, at] = 0
    state.routes[route, LENGTH] += 1
    state.places[place, VISITS] += 1
    state.places[place, OPEN] = 1
    state.places[place, ROUTE] = route
    board(ground, state, route, at, n)


@compiled
def drop_visit(ground: Ground, state: State, route: int, at: int) -> None:
    """Take a visit out of a route; who boarded there is left behind."""
    place = state.order[route, at]
    board(ground, state, route, at, -state.aboard[route, at])
    for later in range(at, state.routes[route, LENGTH] - 1):
        state.order[route, later] = state.order[route, later + 1]
        state.aboard[route, later] = state.aboard[route, later + 1]
    state.routes[route, LENGTH] -= 1
    here, there = before(state, route, at), after(state, route, at)
    state.routes[route, TIME] -= detour(ground, TIME_OF, here, place, there)
    state.places[place, VISITS] -= 1


@compiled
def drop_empty(state: State) -> None:
    """Close the gaps that routes without visits leave; the last route fills the first."""
    route = 0
    while route < state.places[0, VISITS]:
        if state.routes[route, LENGTH] > 0:
            route += 1
            continue
        last = state.places[0, VISITS] - 1
        state.places[0, VISITS] = last
        state.routes[route, LENGTH] = state.routes[last, LENGTH]
        state.routes[route, LOAD] = state.routes[last, LOAD]
        state.routes[route, TIME] = state.routes[last, TIME]
        for at in range(state.routes[last, LENGTH]):
            place = state.order[last, at]
            state.order[route, at] = place
            state.aboard[route, at] = state.aboard[last, at]
            state.places[place, ROUTE] = route


@compiled
def find_visit(state: State, route: int, place: int) -> int:
    """Return the position of a place in a route, -1 where it is not in it."""
    for at in range(state.routes[route, LENGTH]):
        if state.order[route, at] == place:
            return at
    return -1
