"""A group may walk to any open place: who boards where, and which places to open for it.

A place has one visit at most here. A group that finds no room pushes another one out of a
route, which pushes the next, until one finds room: a chain of augmenting moves.
"""

import numpy as np

from routing.solver.boarding.dice import (
    Dice,
    compiled,
    roll_below,
    roll_share,
    shuffle,
    sort_falling,
)
from routing.solver.boarding.ground import (
    COST,
    FIRST,
    FIXED,
    HARDNESS,
    METRES,
    NEVER,
    SIZE,
    WHERE,
    Ground,
)
from routing.solver.boarding.insert import find_place
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.state import (
    DUE,
    LENGTH,
    LOAD,
    OPEN,
    ROUTE,
    VISITS,
    State,
    add_visit,
    board,
    drop_empty,
    drop_visit,
    find_visit,
    room_in,
)

EAGER = (0.0, 0.5, 1.0)
"""Powers of the students newly served by which a place's cost is divided (tried)."""
NOISE = 0.3
"""Largest share by which a cost is overstated (tried)."""
COMPARED = 0.3
"""How often a new place is weighed against an open one, where walking costs (assumed)."""


@compiled
def rebuild_any(ground: Ground, state: State, banned: Ints, most: int, dice: Dice) -> None:
    """Give every group a place, and every place that somebody boards at a visit."""
    for place in range(1, len(state.places)):
        if ground.places[place, FIXED] and state.places[place, VISITS] == 0:
            _, route, at = find_place(ground, state, place, 0, most, dice)
            if route >= 0:
                add_visit(ground, state, route, at, place, 0)
    _revisit(ground, state, most, dice)
    left, n = _list_left(ground, state, dice)
    eager = EAGER[roll_below(dice, len(EAGER))]
    for k in range(n):
        _settle(ground, state, left[k], banned, eager, most, dice)
    drop_idle(ground, state)


@compiled
def _revisit(ground: Ground, state: State, most: int, dice: Dice) -> None:
    """Put in a visit to each place where groups wait; where none fits, they have no place."""
    waiting = np.empty(len(state.places), np.int64)
    n = 0
    for place in range(1, len(state.places)):
        if state.places[place, DUE] > 0 and state.places[place, VISITS] == 0:
            waiting[n] = place
            n += 1
    shuffle(dice, waiting, n)
    if roll_share(dice) < 0.5:
        sort_falling(waiting, state.places[:, DUE].copy(), n)
    for k in range(n):
        place = waiting[k]
        _, route, at = find_place(ground, state, place, state.places[place, DUE], most, dice)
        if route >= 0:
            add_visit(ground, state, route, at, place, state.places[place, DUE])
            continue
        state.places[place, DUE] = 0
        for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
            if state.place_of[ground.near[pair, WHERE]] == place:
                state.place_of[ground.near[pair, WHERE]] = -1


@compiled
def _list_left(ground: Ground, state: State, dice: Dice) -> tuple[Ints, int]:
    """Return the groups without a place, by chance or the hardest first."""
    left = np.empty(len(state.place_of), np.int64)
    n = 0
    for group in range(len(state.place_of)):
        reached = ground.groups[group + 1, FIRST] > ground.groups[group, FIRST]
        if reached and state.place_of[group] < 0:
            left[n] = group
            n += 1
    shuffle(dice, left, n)
    if roll_share(dice) < 0.5:
        sort_falling(left, ground.groups[:, HARDNESS].copy(), n)
    return left, n


@compiled
def move_group(ground: Ground, state: State, group: int, place: int) -> None:
    """Let a group board at a visited place, and no longer where it did."""
    n, old = ground.groups[group, SIZE], state.place_of[group]
    if old >= 0:
        route = state.places[old, ROUTE]
        board(ground, state, route, find_visit(state, route, old), -n)
        state.places[old, DUE] -= n
    state.place_of[group] = place
    if place >= 0:
        route = state.places[place, ROUTE]
        board(ground, state, route, find_visit(state, route, place), n)
        state.places[place, DUE] += n


@compiled
def drop_idle(ground: Ground, state: State) -> None:
    """Drop visits at which nobody boards, but for fixed places."""
    for route in range(state.places[0, VISITS]):
        for at in range(state.routes[route, LENGTH] - 1, -1, -1):
            place = state.order[route, at]
            if state.aboard[route, at] == 0 and not ground.places[place, FIXED]:
                drop_visit(ground, state, route, at)
                state.places[place, OPEN] = 0
    drop_empty(state)


@compiled
def _settle(
    ground: Ground, state: State, group: int, banned: Ints, eager: float, most: int, dice: Dice
) -> None:
    """Give a group a place: an open one with room, else by pushing, else a new one."""
    place, cost = _open_place(ground, state, group, -1, dice)
    if place >= 0 and (ground.walk_cost == 0 or roll_share(dice) > COMPARED):
        move_group(ground, state, group, place)
        return
    if place < 0 and push_in(ground, state, group, -1):
        return
    fresh = _new_place(ground, state, group, banned, eager, cost, most, dice)
    if fresh >= 0:
        n = ground.groups[group, SIZE]
        more = int(roll_share(dice) * n * _served(ground, state, fresh, group))
        _, route, at = find_place(ground, state, fresh, max(n, more), most, dice)
        if route < 0:
            _, route, at = find_place(ground, state, fresh, n, most, dice)
        if route >= 0:
            add_visit(ground, state, route, at, fresh, 0)
            place = fresh
    if place >= 0:
        move_group(ground, state, group, place)


@compiled
def _open_place(
    ground: Ground, state: State, group: int, but: int, dice: Dice
) -> tuple[int, float]:
    """Return the cheapest visited place with room in its route, -1 for none, and its cost."""
    best, best_place, n = float(NEVER), -1, ground.groups[group, SIZE]
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        place = ground.reach[pair, WHERE]
        if state.places[place, VISITS] == 0 or place == but:
            continue
        route = state.places[place, ROUTE]
        if room_in(ground, state, route) < n:
            continue
        load = state.routes[route, LOAD]
        cost = float(ground.bus_cost[load + n] - ground.bus_cost[load])
        cost += ground.walk_cost * n * ground.reach[pair, METRES] + roll_share(dice)
        if cost < best:
            best, best_place = cost, place
    return best_place, best


@compiled
def _new_place(
    ground: Ground, state: State, group: int, banned: Ints, eager: float, limit: float, most: int,
    dice: Dice,
) -> int:  # fmt: skip
    """Return the place to open that costs least for each it would serve, if under a limit."""
    best, best_place = limit, -1
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        place = ground.reach[pair, WHERE]
        if state.places[place, VISITS] > 0 or (banned[place] and roll_share(dice) < 0.9):
            continue
        added, route, _ = find_place(ground, state, place, ground.groups[group, SIZE], most, dice)
        if route < 0:
            continue
        n = ground.groups[group, SIZE]
        cost = float(
            added + ground.places[place, COST] + ground.walk_cost * n * ground.reach[pair, METRES]
        )
        if eager > 0:
            cost /= _served(ground, state, place, group) ** eager
        cost *= 1.0 + NOISE * roll_share(dice)
        if cost < best:
            best, best_place = cost, place
    return best_place


@compiled
def _served(ground: Ground, state: State, place: int, group: int) -> float:
    """Return how many groups without a place, up to a bus full, a place would serve."""
    n = 0
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        if state.place_of[ground.near[pair, WHERE]] < 0:
            n += ground.groups[ground.near[pair, WHERE], SIZE]
    return min(n, ground.seats) / ground.groups[group, SIZE]


@compiled
def push_in(ground: Ground, state: State, group: int, but: int) -> bool:
    """Give a group a visited place, moving others from route to route; say if it worked.

    Breadth first from the routes with room, back over the groups that could move there.
    """
    n_routes = state.places[0, VISITS]
    door, offer = np.full(n_routes, -1, np.int64), np.full(n_routes, -1, np.int64)
    guest, to = np.full(n_routes, -1, np.int64), np.full(n_routes, -1, np.int64)
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        place = ground.reach[pair, WHERE]
        route = state.places[place, ROUTE]
        if state.places[place, VISITS] > 0 and place != but and door[route] < 0:
            door[route] = place
    queue = np.empty(n_routes, np.int64)
    done, n_queued = 0, 0
    for route in range(n_routes):
        room = room_in(ground, state, route)
        if room > 0:
            offer[route] = room
            queue[n_queued] = route
            n_queued += 1
    while done < n_queued:
        route = queue[done]
        done += 1
        if door[route] >= 0 and offer[route] >= ground.groups[group, SIZE]:
            _push(ground, state, group, door[route], guest, to)
            return True
        n_queued = _queue_sources(ground, state, route, but, offer, guest, to, queue, n_queued)
    return False


@compiled
def _queue_sources(
    ground: Ground, state: State, route: int, but: int, offer: Ints, guest: Ints, to: Ints,
    queue: Ints, n_queued: int,
) -> int:  # fmt: skip
    """Queue the routes that a group could leave for a route; return how many are queued."""
    for at in range(state.routes[route, LENGTH]):
        place = state.order[route, at]
        if place == but:
            continue
        for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
            other = ground.near[pair, WHERE]
            if state.place_of[other] < 0 or ground.groups[other, SIZE] > offer[route]:
                continue
            source = state.places[state.place_of[other], ROUTE]
            if offer[source] >= 0:
                continue
            offer[source] = room_in(ground, state, source) + ground.groups[other, SIZE]
            guest[source], to[source] = other, place
            queue[n_queued] = source
            n_queued += 1
    return n_queued


@compiled
def _push(ground: Ground, state: State, group: int, place: int, guest: Ints, to: Ints) -> None:
    """Let a group board at a place, and whoever must make way for it move on."""
    while True:
        route = state.places[place, ROUTE]
        other, target = guest[route], to[route]
        move_group(ground, state, group, place)
        if other < 0:
            return
        group, place = other, target
