"""Can everyone who boards at a place board elsewhere, so that no bus need come there?"""  # noqa: D400

from routing.solver.boarding.anywhere import drop_idle, move_group, push_in
from routing.solver.boarding.dice import Dice, compiled, roll_below
from routing.solver.boarding.ground import FIRST, FIXED, WHERE, Ground
from routing.solver.boarding.state import (
    DUE,
    LENGTH,
    ROUTE,
    VISITS,
    State,
    copy_state,
    room_in,
)
from routing.solver.boarding.value import value_of


@compiled
def empty_some(ground: Ground, state: State, spare: State, penalty: int, dice: Dice) -> None:
    """Move everyone away from a place or two, where all find another and it costs no more."""
    for _ in range(2):
        if state.places[0, VISITS] == 0:
            return
        route = roll_below(dice, state.places[0, VISITS])
        place = state.order[route, roll_below(dice, state.routes[route, LENGTH])]
        if ground.places[place, FIXED]:
            continue
        copy_state(state, spare)
        kept = _empty(ground, state, place)
        if kept:
            drop_idle(ground, state)
            kept = value_of(ground, state, penalty) <= value_of(ground, spare, penalty)
        if not kept:
            copy_state(spare, state)


@compiled
def _empty(ground: Ground, state: State, place: int) -> bool:
    """Move every group of a place to another visited one; say whether all have moved."""
    if not _is_room(ground, state, place):
        return False
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        group = ground.near[pair, WHERE]
        if state.place_of[group] == place and not _has_other(ground, state, group, place):
            return False
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        group = ground.near[pair, WHERE]
        if state.place_of[group] == place:
            move_group(ground, state, group, -1)
            if not push_in(ground, state, group, place):
                return False
    return True


@compiled
def _is_room(ground: Ground, state: State, place: int) -> bool:
    """Return whether there are seats enough for those of a place in what else is driven."""
    own = state.places[place, ROUTE]
    room = state.places[place, DUE] if state.routes[own, LENGTH] > 1 else 0
    for route in range(state.places[0, VISITS]):
        if route != own:
            room += room_in(ground, state, route)
    return room >= state.places[place, DUE]


@compiled
def _has_other(ground: Ground, state: State, group: int, but: int) -> bool:
    """Return whether another visited place is within a group's reach."""
    for pair in range(ground.groups[group, FIRST], ground.groups[group + 1, FIRST]):
        place = ground.reach[pair, WHERE]
        if place != but and state.places[place, VISITS] > 0:
            return True
    return False
