"""How does a walk cool? By counted steps, or by the clock in short batches."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.solver.effort import Effort


@dataclass(frozen=True)
class Cooling:
    """From warm to cold.

    Parameters
    ----------
    warm
        The first temperature, in the money of the walk.
    cold_share
        The last one as a share of it.
    batch_steps
        Steps between two looks at the clock.
    round_steps
        Steps in a round where rounds decide.
    """

    warm: float
    cold_share: float
    batch_steps: int
    round_steps: int


def cool_walk(
    walk: Callable[[NDArray[np.float64], int], None],
    cooling: Cooling,
    effort: Effort,
    seconds: float,
) -> None:
    """Let a walk take its steps while it cools.

    Parameters
    ----------
    walk
        Takes (temperature and what it is multiplied by at each step; steps).
    cooling
        How warm and how cold.
    effort, seconds
        Whether the clock decides, and how long (s).
    """
    heat = np.array([cooling.warm, 1.0])
    if effort.max_rounds is not None:
        steps = cooling.round_steps * effort.max_rounds
        heat[1] = cooling.cold_share ** (1 / max(1, steps))
        walk(heat, steps)
        return
    walk(heat, 0)
    begun_s = time.monotonic()
    while (share := (time.monotonic() - begun_s) / max(seconds, 0.01)) < 1:
        heat[0] = cooling.warm * cooling.cold_share**share
        walk(heat, cooling.batch_steps)
