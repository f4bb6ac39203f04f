"""A walk of simulated annealing: take a part out, put it back, keep it or not."""

import math

import numpy as np

from routing.solver.boarding.anywhere import drop_idle, move_group, push_in, rebuild_any
from routing.solver.boarding.dice import Dice, compiled, entered, roll_below, roll_share
from routing.solver.boarding.ground import Ground
from routing.solver.boarding.nearest import rebuild_nearest
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.ruin import ruin
from routing.solver.boarding.state import State, copy_state
from routing.solver.boarding.value import value_of


@entered
def walk(
    ground: Ground, here: State, trial: State, spare: State, best: State, n_steps: int,
    hot: float, cold: float, most: int, penalty: int, dice: Dice,
) -> int:  # fmt: skip
    """Walk on from one state, and keep the best on the way.

    Parameters
    ----------
    ground
        The problem.
    here, trial, spare, best
        Where the walk is; two to work in; the best so far.
    n_steps, hot, cold
        How many steps; the temperature at the first and the last.
    most, penalty
        Routes allowed; cost of a student left behind.
    dice
        The only source of chance.

    Returns
    -------
    value
        Of the best state, with the penalties.
    """
    value, best_value = value_of(ground, here, penalty), value_of(ground, best, penalty)
    banned = np.zeros(len(here.due), np.int64)
    heat, cooling = hot, (cold / hot) ** (1.0 / max(1, n_steps))
    for _ in range(n_steps):
        heat *= cooling
        copy_state(here, trial)
        banned[:] = 0
        ruin(ground, trial, banned, dice)
        rebuild(ground, trial, spare, banned, most, penalty, dice)
        found = value_of(ground, trial, penalty)
        if found < value - heat * math.log(max(roll_share(dice), 1e-12)):
            value = found
            copy_state(trial, here)
            if value < best_value:
                best_value = value
                copy_state(here, best)
    return best_value


@compiled
def rebuild(
    ground: Ground, state: State, spare: State, banned: Ints, most: int, penalty: int, dice: Dice
) -> None:
    """Make a state whole again, as far as there is room."""
    if ground.to_nearest:
        rebuild_nearest(ground, state, banned, most, dice)
    else:
        rebuild_any(ground, state, banned, most, dice)
        _empty_some(ground, state, spare, penalty, dice)


@compiled
def _empty_some(ground: Ground, state: State, spare: State, penalty: int, dice: Dice) -> None:
    """Move everyone away from a place or two, where all find another and it costs no more."""
    for _ in range(2):
        if state.places[0, VISITS] == 0:
            return
        route = roll_below(dice, state.places[0, VISITS])
        place = state.order[route, roll_below(dice, state.routes[route, LENGTH])]
        if ground.places[place, FIXED]:
            continue
        copy_state(state, spare)
        if not _empty(ground, state, place):
            copy_state(spare, state)
            continue
        drop_idle(ground, state)
        if value_of(ground, state, penalty) > value_of(ground, spare, penalty):
            copy_state(spare, state)


@compiled
def _empty(ground: Ground, state: State, place: int) -> bool:
    """Move every group of a place to another visited one; say whether all have moved."""
    for pair in range(ground.places[place, FIRST], ground.places[place + 1, FIRST]):
        group = ground.near[pair, WHERE]
        if state.place_of[group] != place:
            continue
        move_group(ground, state, group, -1)
        if not push_in(ground, state, group, place):
            return False
    return True
