"""Which part of an answer is taken out, to be put back in another way?"""  # noqa: D400

import numpy as np

from routing.solver.boarding.dice import Dice, compiled, roll_below, roll_share
from routing.solver.boarding.ground import FIRST, FIXED, SIZE, USABLE, WHERE, Ground
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.state import (
    DUE,
    LENGTH,
    OPEN,
    ROUTE,
    VISITS,
    State,
    board,
    drop_empty,
    drop_visit,
    find_visit,
)

MOST_RUINED = 10
"""Visits taken out at once (tried: 6 to 15)."""
KEPT = 0.3
"""How often places taken out stay chosen, so that only routes change (tried)."""
BANNED = 0.5
"""How often places taken out may not come back at once (tried)."""


@compiled
def ruin(ground: Ground, state: State, banned: Ints, dice: Dice) -> None:  # noqa: C901
    """Take visits near each other, in a row, of a route, or by chance; mark those barred."""
    n_visits = 0
    for route in range(state.places[0, VISITS]):
        n_visits += state.routes[route, LENGTH]
    if n_visits == 0:
        return
    most = max(1, min(MOST_RUINED, n_visits * 2 // 5))
    n = 1 + roll_below(dice, most)
    ban = roll_share(dice) < BANNED
    keep = roll_share(dice) < KEPT
    way = roll_share(dice)
    if way < 0.45:
        _ruin_near(ground, state, n, keep, ban, banned, dice)
    elif way < 0.65:
        _ruin_string(ground, state, n, keep, ban, banned, dice)
    elif way < 0.75:
        route = roll_below(dice, state.places[0, VISITS])
        while state.routes[route, LENGTH] > 0:
            take_out(ground, state, state.order[route, 0], route, keep, ban, banned)
    elif way < 0.9 or ground.to_nearest == 1:
        for _ in range(n):
            place = _any_place(state, dice)
            if place > 0:
                take_out(ground, state, place, -1, keep, ban, banned)
    else:
        _ruin_groups(ground, state, 1 + roll_below(dice, 3 * most), dice)
    drop_empty(state)
    if ground.to_nearest == 1 and roll_share(dice) < 0.1:
        _open_another(ground, state, dice)


@compiled
def _any_place(state: State, dice: Dice) -> int:
    """Return a visited place, 0 where a route without visits was hit."""
    route = roll_below(dice, state.places[0, VISITS])
    if state.routes[route, LENGTH] == 0:
        return 0
    return state.order[route, roll_below(dice, state.routes[route, LENGTH])]


@compiled
def take_out(
    ground: Ground, state: State, place: int, route: int, keep: bool, ban: bool, banned: Ints
) -> None:
    """Take a place out: one visit only where it is kept open, else all, and close it."""
    if keep:
        if route < 0:
            route = state.places[place, ROUTE]
        at = find_visit(state, route, place) if route < state.places[0, VISITS] else -1
        if at >= 0:
            drop_visit(ground, state, route, at)
        return
    for other in range(state.places[0, VISITS]):
        at = find_visit(state, other, place)
        if at >= 0:
            drop_visit(ground, state, other, at)
    state.places[place, OPEN] = ground.places[place, FIXED]
    state.places[place, DUE] = 0
    banned[place] = ban
    if ground.to_nearest == 0:
        for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
            if state.place_of[ground.near[pair, WHERE]] == place:
                state.place_of[ground.near[pair, WHERE]] = -1


@compiled
def _ruin_near(
    ground: Ground, state: State, n: int, keep: bool, ban: bool, banned: Ints, dice: Dice
) -> None:
    """Take out the visited places nearest to one of them."""
    seed = _any_place(state, dice)
    for k in range(ground.neighbours.shape[1]):
        place = ground.neighbours[seed, k]
        if state.places[place, VISITS] > 0 and roll_share(dice) < 0.8:
            take_out(ground, state, place, -1, keep, ban, banned)
            n -= 1
        if n <= 0:
            return


@compiled
def _ruin_string(
    ground: Ground, state: State, n: int, keep: bool, ban: bool, banned: Ints, dice: Dice
) -> None:
    """Take visits in a row out of a route, and of another near by."""
    seed = _any_place(state, dice)
    touched = np.zeros(state.places[0, VISITS], np.int64)
    n_touched = 0
    for k in range(ground.neighbours.shape[1]):
        place = ground.neighbours[seed, k]
        route = state.places[place, ROUTE]
        if state.places[place, VISITS] == 0 or route >= len(touched) or touched[route]:
            continue
        at = find_visit(state, route, place)
        if at < 0:
            continue
        touched[route] = 1
        n_touched += 1
        first = max(0, at - roll_below(dice, n))
        for _ in range(1 + roll_below(dice, n)):
            if first < state.routes[route, LENGTH]:
                take_out(ground, state, state.order[route, first], route, keep, ban, banned)
        if n_touched >= 3 or roll_share(dice) < 0.4:
            return


@compiled
def _ruin_groups(ground: Ground, state: State, n: int, dice: Dice) -> None:
    """Take groups out of where they board."""
    if len(state.place_of) == 0:
        return
    for _ in range(n):
        group = roll_below(dice, len(state.place_of))
        place = state.place_of[group]
        if place < 0:
            continue
        route = state.places[place, ROUTE]
        board(ground, state, route, find_visit(state, route, place), -ground.groups[group, SIZE])
        state.places[place, DUE] -= ground.groups[group, SIZE]
        state.place_of[group] = -1


@compiled
def _open_another(ground: Ground, state: State, dice: Dice) -> None:
    """Open one more place near one that is open."""
    seed = 1 + roll_below(dice, len(state.places) - 1)
    for k in range(ground.neighbours.shape[1]):
        place = ground.neighbours[seed, k]
        reached = ground.places[place + 1, FIRST] > ground.places[place, FIRST]
        if ground.places[place, USABLE] and reached and not state.places[place, OPEN]:
            state.places[place, OPEN] = 1
            return
