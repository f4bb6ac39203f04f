"""Walks of simulated annealing: take a part out, put it back, keep it or not.

One for each rule of choosing, so that only the one in use is compiled.
"""

import math

import numpy as np

from routing.solver.boarding.anywhere import rebuild_any
from routing.solver.boarding.dice import Dice, compiled, entered, roll_share
from routing.solver.boarding.emptying import empty_some
from routing.solver.boarding.ground import Ground
from routing.solver.boarding.nearest import rebuild_nearest
from routing.solver.boarding.problem import Ints
from routing.solver.boarding.ruin import ruin
from routing.solver.boarding.state import State, copy_state
from routing.solver.boarding.value import value_of


@entered
def walk_nearest(
    ground: Ground, here: State, trial: State, spare: State, best: State, n_steps: int,  # noqa: ARG001
    hot: float, cold: float, most: int, penalty: int, dice: Dice,
) -> int:  # fmt: skip
    """Walk on from one state, groups at the nearest place, and keep the best on the way.

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
    worth, banned = _begin(ground, here, best, penalty)
    heat, cooling = hot, (cold / hot) ** (1.0 / max(1, n_steps))
    for _ in range(n_steps):
        heat *= cooling
        copy_state(here, trial)
        banned[:] = 0
        ruin(ground, trial, banned, dice)
        rebuild_nearest(ground, trial, banned, most, dice)
        _accept(ground, here, trial, best, worth, heat, penalty, dice)
    return worth[1]


@entered
def walk_any(
    ground: Ground, here: State, trial: State, spare: State, best: State, n_steps: int,
    hot: float, cold: float, most: int, penalty: int, dice: Dice,
) -> int:  # fmt: skip
    """Walk on from one state, groups at any place, and keep the best: as ``walk_nearest``."""
    worth, banned = _begin(ground, here, best, penalty)
    heat, cooling = hot, (cold / hot) ** (1.0 / max(1, n_steps))
    for _ in range(n_steps):
        heat *= cooling
        copy_state(here, trial)
        banned[:] = 0
        ruin(ground, trial, banned, dice)
        rebuild_any(ground, trial, banned, most, dice)
        empty_some(ground, trial, spare, penalty, dice)
        _accept(ground, here, trial, best, worth, heat, penalty, dice)
    return worth[1]


@compiled
def _begin(ground: Ground, here: State, best: State, penalty: int) -> tuple[Ints, Ints]:
    """Return what two states are worth, and room to mark places that are barred."""
    worth = np.empty(2, np.int64)
    worth[0] = value_of(ground, here, penalty)
    worth[1] = value_of(ground, best, penalty)
    return worth, np.zeros(len(here.places), np.int64)


@compiled
def _accept(
    ground: Ground, here: State, trial: State, best: State, worth: Ints, heat: float,
    penalty: int, dice: Dice,
) -> None:  # fmt: skip
    """Go to the trial where it is better, or not much worse."""
    found = value_of(ground, trial, penalty)
    if found < worth[0] - heat * math.log(max(roll_share(dice), 1e-12)):
        worth[0] = found
        copy_state(trial, here)
        if found < worth[1]:
            worth[1] = found
            copy_state(trial, best)
