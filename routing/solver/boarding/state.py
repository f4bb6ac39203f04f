"""Where a walk is: routes as visits, and where every group boards. Small changes to it.

Every change keeps loads, times and counts in step; nothing here asks whether it is wise.
"""

from typing import NamedTuple

import numpy as np

from routing.solver.boarding.dice import compiled
from routing.solver.boarding.ground import NEVER, Ground
from routing.solver.boarding.problem import Ints


class State(NamedTuple):
    """One answer under way, whole or not.

    Parameters
    ----------
    order, aboard
        Per route and visit: the place, and how many board (routes, visits).
    length, load, route_s
        Per route: visits, students, seconds with standing.
    n_routes
        One number: how many routes there are; the first rows are theirs.
    place_of
        Per group: where it boards, -1 for nowhere.
    due, n_visits, is_open, route_of
        Per place: students who walk there, visits, whether it is chosen, and the route
        that came there last.
    """

    order: Ints
    aboard: Ints
    length: Ints
    load: Ints
    route_s: Ints
    n_routes: Ints
    place_of: Ints
    due: Ints
    n_visits: Ints
    is_open: Ints
    route_of: Ints


def make_state(ground: Ground) -> State:
    """Return the state in which nothing is open and nothing is driven."""
    n_places, n_groups = len(ground.open_cost), len(ground.n_students)
    n_routes = most_routes(ground)
    visits = np.zeros((n_routes + 1, n_places + 1), np.int64)
    return State(
        order=visits,
        aboard=visits.copy(),
        length=np.zeros(n_routes + 1, np.int64),
        load=np.zeros(n_routes + 1, np.int64),
        route_s=np.zeros(n_routes + 1, np.int64),
        n_routes=np.zeros(1, np.int64),
        place_of=np.full(n_groups, -1, np.int64),
        due=np.zeros(n_places, np.int64),
        n_visits=np.zeros(n_places, np.int64),
        is_open=np.zeros(n_places, np.int64),
        route_of=np.zeros(n_places, np.int64),
    )


def most_routes(ground: Ground) -> int:
    """Return how many routes no sensible answer has more of."""
    n_places = int(ground.usable.sum())
    least = int(ground.full[ground.usable > 0].min(initial=1))
    parted = -(-int(ground.n_students.sum()) // max(1, least)) if ground.may_split else 0
    left = int(np.minimum(ground.type_left, 10**6).sum())
    return min(n_places + min(parted, int(ground.n_students.sum())), left)


@compiled
def copy_state(source: State, target: State) -> None:
    """Make the target what the source is."""
    n = source.n_routes[0]
    target.n_routes[0] = n
    for route in range(n):
        length = source.length[route]
        target.length[route] = length
        target.load[route] = source.load[route]
        target.route_s[route] = source.route_s[route]
        for at in range(length):
            target.order[route, at] = source.order[route, at]
            target.aboard[route, at] = source.aboard[route, at]
    for group in range(len(source.place_of)):
        target.place_of[group] = source.place_of[group]
    for place in range(len(source.due)):
        target.due[place] = source.due[place]
        target.n_visits[place] = source.n_visits[place]
        target.is_open[place] = source.is_open[place]
        target.route_of[place] = source.route_of[place]


@compiled
def before(state: State, route: int, at: int) -> int:
    """Return the place before a position of a route: 0 before the first."""
    return state.order[route, at - 1] if at > 0 else 0


@compiled
def after(state: State, route: int, at: int) -> int:
    """Return the place at a position of a route: the school after the last."""
    return state.order[route, at] if at < state.length[route] else len(state.due)


@compiled
def detour(steps: Ints, here: int, place: int, there: int) -> int:
    """Return what a place adds between two others."""
    direct = steps[here, there] if steps[here, there] < NEVER else 0
    return steps[here, place] + steps[place, there] - direct


@compiled
def room_in(ground: Ground, state: State, route: int) -> int:
    """Return how many more can board a route where it stops already."""
    room = ground.seats - state.load[route]
    if ground.board_s > 0:
        room = min(room, (ground.limit_s - state.route_s[route]) // ground.board_s)
    return max(0, room)


@compiled
def board(ground: Ground, state: State, route: int, at: int, n: int) -> None:
    """Let n more (or fewer) board at a visit."""
    state.aboard[route, at] += n
    state.load[route] += n
    state.route_s[route] += n * ground.board_s


@compiled
def add_visit(ground: Ground, state: State, route: int, at: int, place: int, n: int) -> None:
    """Put a visit before a position of a route; the route after the last is a new one."""
    if route == state.n_routes[0]:
        state.n_routes[0] += 1
        state.length[route] = 0
        state.load[route] = 0
        state.route_s[route] = 0
    here, there = before(state, route, at), after(state, route, at)
    state.route_s[route] += detour(ground.step_s, here, place, there)
    for later in range(state.length[route], at, -1):
        state.order[route, later] = state.order[route, later - 1]
        state.aboard[route, later] = state.aboard[route, later - 1]
    state.order[route, at] = place
    state.aboard[route, at] = 0
    state.length[route] += 1
    state.n_visits[place] += 1
    state.is_open[place] = 1
    state.route_of[place] = route
    board(ground, state, route, at, n)


@compiled
def drop_visit(ground: Ground, state: State, route: int, at: int) -> None:
    """Take a visit out of a route; who boarded there is left behind."""
    place = state.order[route, at]
    board(ground, state, route, at, -state.aboard[route, at])
    for later in range(at, state.length[route] - 1):
        state.order[route, later] = state.order[route, later + 1]
        state.aboard[route, later] = state.aboard[route, later + 1]
    state.length[route] -= 1
    here, there = before(state, route, at), after(state, route, at)
    state.route_s[route] -= detour(ground.step_s, here, place, there)
    state.n_visits[place] -= 1


@compiled
def drop_empty(state: State) -> None:
    """Close the gaps that routes without visits leave; the last route fills the first."""
    route = 0
    while route < state.n_routes[0]:
        if state.length[route] > 0:
            route += 1
            continue
        last = state.n_routes[0] - 1
        state.n_routes[0] = last
        state.length[route] = state.length[last]
        state.load[route] = state.load[last]
        state.route_s[route] = state.route_s[last]
        for at in range(state.length[last]):
            place = state.order[last, at]
            state.order[route, at] = place
            state.aboard[route, at] = state.aboard[last, at]
            state.route_of[place] = route


@compiled
def find_visit(state: State, route: int, place: int) -> int:
    """Return the position of a place in a route, -1 where it is not in it."""
    for at in range(state.length[route]):
        if state.order[route, at] == place:
            return at
    return -1
