"""Where does one more visit cost least? And who boards there?"""  # noqa: D400

import numpy as np

from routing.solver.boarding.dice import Dice, compiled, roll_share, shuffle, sort_falling
from routing.solver.boarding.ground import COST_OF, FIXED, FULL, NEVER, SEATS, TIME_OF, Ground
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.state import (
    DUE,
    LENGTH,
    LOAD,
    TIME,
    VISITS,
    State,
    add_visit,
    after,
    before,
    board,
    detour,
    drop_empty,
    drop_visit,
    find_visit,
    room_in,
)

PASSED = 0.01
"""Share of positions passed over (from Christiaens and Vanden Berghe 2020)."""


@compiled
def find_place(
    ground: Ground, state: State, place: int, n: int, most: int, dice: Dice
) -> tuple[int, int, int]:
    """Return what n students at a place cost at least, in which route and before which visit.

    Route -1 where no route has room for all of them; a route after the last is a new one.
    """
    best, best_route, best_at = NEVER, -1, 0
    spare_s = ground.limit_s - n * ground.board_s
    for route in range(state.places[0, VISITS]):
        load = state.routes[route, LOAD]
        if load + n > ground.seats:
            continue
        if ground.may_split and find_visit(state, route, place) >= 0:
            continue
        more = ground.bus_cost[load + n] - ground.bus_cost[load]
        if more >= best:
            continue
        for at in range(state.routes[route, LENGTH] + 1):
            here, there = before(state, route, at), after(state, route, at)
            added = more + detour(ground, COST_OF, here, place, there)
            if added >= best or roll_share(dice) < PASSED:
                continue
            if state.routes[route, TIME] + detour(ground, TIME_OF, here, place, there) <= spare_s:
                best, best_route, best_at = added, route, at
    if state.places[0, VISITS] < most and n <= ground.places[place, FULL]:
        end = len(state.places)
        alone = ground.bus_cost[n] + ground.steps[COST_OF, 0, place]
        alone += ground.steps[COST_OF, place, end]
        if alone < best:
            best, best_route, best_at = alone, state.places[0, VISITS], 0
    return best, best_route, best_at


@compiled
def find_part(
    ground: Ground, state: State, place: int, n: int, most: int, dice: Dice
) -> tuple[int, int, int]:
    """Return where a part of n students costs least each: how many, route, before which visit."""
    best, best_n, best_route, best_at = float(NEVER), 0, -1, 0
    for route in range(state.places[0, VISITS]):
        load = state.routes[route, LOAD]
        if load >= ground.seats or find_visit(state, route, place) >= 0:
            continue
        for at in range(state.routes[route, LENGTH] + 1):
            here, there = before(state, route, at), after(state, route, at)
            room = min(n, ground.seats - load)
            if ground.board_s > 0:
                longer_s = state.routes[route, TIME] + detour(ground, TIME_OF, here, place, there)
                room = min(room, (ground.limit_s - longer_s) // ground.board_s)
            if room < 1 or roll_share(dice) < PASSED:
                continue
            added = detour(ground, COST_OF, here, place, there)
            part, each = _cheapest_part(ground, load, room, added)
            if each < best:
                best, best_n, best_route, best_at = each, part, route, at
    room = min(n, ground.places[place, FULL])
    if state.places[0, VISITS] < most and room > 0:
        end = len(state.places)
        alone = ground.steps[COST_OF, 0, place] + ground.steps[COST_OF, place, end]
        part, each = _cheapest_part(ground, 0, room, alone + ground.bus_cost[0])
        if each < best:
            best_n, best_route, best_at = part, state.places[0, VISITS], 0
    return best_n, best_route, best_at


@compiled
def _cheapest_part(ground: Ground, load: int, room: int, added: int) -> tuple[int, float]:
    """Return how many to let on, all that fit or as many as fill a smaller bus, and the price."""
    best = float(added + ground.bus_cost[load + room] - ground.bus_cost[load]) / room
    best_n = room
    for kind in range(len(ground.types)):
        n = ground.types[kind, SEATS] - load
        if 0 < n < room:
            each = float(added + ground.bus_cost[load + n] - ground.bus_cost[load]) / n
            if each < best:
                best, best_n = each, n
    return best_n, best


@compiled
def visit_all(ground: Ground, state: State, most: int, dice: Dice) -> None:
    """Let the routes carry everyone who walks to a place, as far as there is room.

    First fewer board where too many do, then more where there is room, then visits are
    put in for those left, dividing them where that is allowed and nothing else fits.
    """
    _trim(ground, state)
    waiting = _fill(ground, state)
    places = np.empty(len(waiting), np.int64)
    n = 0
    for place in range(1, len(waiting)):
        if waiting[place] > 0 or (ground.places[place, FIXED] and state.places[place, VISITS] == 0):
            places[n] = place
            n += 1
    shuffle(dice, places, n)
    if roll_share(dice) < 0.5:
        sort_falling(places, waiting, n)
    for k in range(n):
        _visit(ground, state, places[k], waiting[places[k]], most, dice)


@compiled
def _trim(ground: Ground, state: State) -> None:
    """Let no more board at a place than walk there, and drop visits where nobody does."""
    boarded = _boarded(state)
    for route in range(state.places[0, VISITS]):
        for at in range(state.routes[route, LENGTH] - 1, -1, -1):
            place = state.order[route, at]
            over = min(state.aboard[route, at], boarded[place] - state.places[place, DUE])
            if over > 0:
                board(ground, state, route, at, -over)
                boarded[place] -= over
            needed = ground.places[place, FIXED] and state.places[place, VISITS] == 1
            if state.aboard[route, at] == 0 and not needed:
                drop_visit(ground, state, route, at)
    drop_empty(state)


@compiled
def _boarded(state: State) -> Ints:
    boarded = np.zeros(len(state.places), np.int64)
    for route in range(state.places[0, VISITS]):
        for at in range(state.routes[route, LENGTH]):
            boarded[state.order[route, at]] += state.aboard[route, at]
    return boarded


@compiled
def _fill(ground: Ground, state: State) -> Ints:
    """Let those waiting board where a route stops already; return who still waits, by place.

    Where students cannot be divided, a place whose visit cannot take all loses its visit.
    """
    waiting = state.places[:, DUE] - _boarded(state)
    for route in range(state.places[0, VISITS]):
        for at in range(state.routes[route, LENGTH] - 1, -1, -1):
            place = state.order[route, at]
            if waiting[place] <= 0:
                continue
            room = room_in(ground, state, route)
            if ground.may_split or waiting[place] <= room:
                more = min(room, waiting[place])
                board(ground, state, route, at, more)
                waiting[place] -= more
            else:
                waiting[place] = state.places[place, DUE]
                drop_visit(ground, state, route, at)
    drop_empty(state)
    return waiting


@compiled
def _visit(ground: Ground, state: State, place: int, n: int, most: int, dice: Dice) -> None:
    """Put in a visit for n students, or several, or none where nothing fits."""
    _, route, at = find_place(ground, state, place, n, most, dice)
    if route >= 0:
        add_visit(ground, state, route, at, place, n)
        return
    while ground.may_split and n > 0:
        part, route, at = find_part(ground, state, place, n, most, dice)
        if route < 0:
            return
        add_visit(ground, state, route, at, place, part)
        n -= part
