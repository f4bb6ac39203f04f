"""Every group walks to the nearest open place: which places to open, and who comes there."""

import numpy as np

from routing.solver.boarding.dice import Dice, compiled, roll_below, roll_share
from routing.solver.boarding.ground import (
    COST,
    COST_OF,
    FIRST,
    FIXED,
    METRES,
    NEVER,
    SIZE,
    WHERE,
    Ground,
)
from routing.solver.boarding.insert import find_place, visit_all
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.state import DUE, LENGTH, OPEN, ROUTE, VISITS, State, add_visit

EAGER = (0.0, 0.5, 1.0, 1.5)
"""Powers of the students newly covered by which a place's cost is divided (tried)."""
MOVED = 0.05
"""How often a group with two places as near forgets where it was (assumed)."""
NOISE = 0.3
"""Largest share by which a cost is overstated (tried)."""


@compiled
def rebuild_nearest(ground: Ground, state: State, banned: Ints, most: int, dice: Dice) -> None:
    """Open places until every group has one in reach, then carry everyone."""
    _open_needed(ground, state, banned, most, dice)
    _send_to_nearest(ground, state, dice)
    if roll_share(dice) < 0.5:
        _close_needless(ground, state, dice)
    visit_all(ground, state, most, dice)


@compiled
def _send_to_nearest(ground: Ground, state: State, dice: Dice) -> None:
    """Send every group to the nearest open place; close places to which nobody comes.

    Where several are as near, a group mostly stays at the one where it was.
    """
    state.places[:, DUE] = 0
    for group in range(len(state.place_of)):
        place = _nearest_of_ties(ground, state, group, dice)
        state.place_of[group] = place
        if place >= 0:
            state.places[place, DUE] += ground.groups[group, SIZE]
    for place in range(1, len(state.places)):
        state.places[place, OPEN] = state.places[place, DUE] > 0 or ground.places[place, FIXED] > 0


@compiled
def _nearest_of_ties(ground: Ground, state: State, group: int, dice: Dice) -> int:
    best, least_m, n_ties = -1, -1, 0
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        place = ground.reach[pair, WHERE]
        if best >= 0 and ground.reach[pair, METRES] > least_m:
            break
        if not state.places[place, OPEN]:
            continue
        least_m = ground.reach[pair, METRES]
        n_ties += 1
        stays = state.place_of[group] == place and roll_share(dice) > MOVED
        if best < 0 or stays or roll_share(dice) * n_ties < 1:
            best = place
        if stays:
            break
    return best


@compiled
def _nearest(ground: Ground, state: State, group: int, but: int) -> int:
    """Return the nearest open place of a group, but for one; -1 where there is none."""
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        place = ground.reach[pair, WHERE]
        if state.places[place, OPEN] and place != but:
            return place
    return -1


@compiled
def _open_needed(ground: Ground, state: State, banned: Ints, most: int, dice: Dice) -> None:
    """Open places for groups without one, in an order of chance, with a visit where it fits."""
    n_groups = len(state.place_of)
    without = np.empty(n_groups, np.int64)
    bare = np.zeros(n_groups, np.int64)
    n = 0
    for group in range(n_groups):
        reached = ground.groups[group + 1, FIRST] > ground.groups[group, FIRST]
        if reached and _nearest(ground, state, group, 0) < 0:
            without[n] = group
            bare[group] = 1
            n += 1
    eager = EAGER[roll_below(dice, len(EAGER))]
    while n > 0:
        k = roll_below(dice, n)
        group = without[k]
        n -= 1
        without[k] = without[n]
        if bare[group]:
            place = _choose_place(ground, state, group, bare, banned, eager, most, dice)
            _open(ground, state, place, bare, most, dice)


@compiled
def _choose_place(
    ground: Ground, state: State, group: int, bare: Ints, banned: Ints, eager: float, most: int,
    dice: Dice,
) -> int:  # fmt: skip
    """Return the place that serves a group, and others without one, at least cost each."""
    best, best_place = -1.0, -1
    for bans in range(2):
        for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
            place = ground.reach[pair, WHERE]
            if bans == 0 and banned[place]:
                continue
            n, walk_m = _count_bare(ground, place, bare)
            added, route, _ = find_place(ground, state, place, 0, most, dice)
            if route < 0:
                added = (
                    ground.steps[COST_OF, 0, place]
                    + ground.steps[COST_OF, place, len(state.places)]
                )
            cost = max(1.0, added + ground.places[place, COST] + ground.walk_cost * walk_m)
            cost *= (1.0 + NOISE * roll_share(dice)) / n**eager
            if best < 0 or cost < best:
                best, best_place = cost, place
        if best_place >= 0:
            break
    return best_place


@compiled
def _count_bare(ground: Ground, place: int, bare: Ints) -> tuple[int, int]:
    """Return how many students without a place a place would serve, and how far they walk."""
    n, walk_m = 0, 0
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        group = ground.near[pair, WHERE]
        if bare[group]:
            n += ground.groups[group, SIZE]
            walk_m += ground.groups[group, SIZE] * ground.near[pair, METRES]
    return n, walk_m


@compiled
def _open(ground: Ground, state: State, place: int, bare: Ints, most: int, dice: Dice) -> None:
    n, _ = _count_bare(ground, place, bare)
    _, route, at = find_place(ground, state, place, n, most, dice)
    state.places[place, OPEN] = 1
    if route >= 0:
        add_visit(ground, state, route, at, place, n)
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        bare[ground.near[pair, WHERE]] = 0


@compiled
def _close_needless(ground: Ground, state: State, dice: Dice) -> None:
    """Close places whose groups all have another one in reach, unless walking costs more."""
    n_places = len(state.places)
    begin = roll_below(dice, n_places)
    for step in range(n_places):
        place = (begin + step) % n_places
        if not state.places[place, OPEN] or ground.places[place, FIXED] or roll_share(dice) < 0.3:
            continue
        if _worth_of(ground, state, place) >= _cost_of_closing(ground, state, place):
            state.places[place, OPEN] = 0
            _send_to_nearest(ground, state, dice)


@compiled
def _worth_of(ground: Ground, state: State, place: int) -> int:
    """Return about what closing a place saves."""
    route, end = state.places[place, ROUTE], len(state.places)
    worth = ground.places[place, COST]
    if state.places[place, VISITS] == 0:
        return worth + ground.steps[COST_OF, 0, place] + ground.steps[COST_OF, place, end]
    for at in range(state.routes[route, LENGTH]):
        if state.order[route, at] == place:
            here = state.order[route, at - 1] if at > 0 else 0
            there = state.order[route, at + 1] if at + 1 < state.routes[route, LENGTH] else end
            worth += ground.steps[COST_OF, here, place] + ground.steps[COST_OF, place, there]
            if here > 0 or there < end:
                worth -= ground.steps[COST_OF, here, there]
    return worth


@compiled
def _cost_of_closing(ground: Ground, state: State, place: int) -> int:
    """Return what walking to the next nearest place costs more; never where some have none."""
    more = 0
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        group = ground.near[pair, WHERE]
        if state.place_of[group] != place:
            continue
        other = _nearest(ground, state, group, place)
        if other < 0:
            return NEVER
        if ground.walk_cost > 0:
            longer_m = _walk_m(ground, group, other) - ground.near[pair, METRES]
            more += ground.walk_cost * ground.groups[group, SIZE] * longer_m
    return more


@compiled
def _walk_m(ground: Ground, group: int, place: int) -> int:
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        if ground.reach[pair, WHERE] == place:
            return ground.reach[pair, METRES]
    return 0
