"""How are kernels compiled, and where do they take their chance from?

Chance is SplitMix64 (Steele, Lea and Flood 2014) on a state of its own: the same seed
rolls the same numbers on every machine.
"""  # noqa: D400

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Dice = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11))


def compiled(function: Callable[..., Any]) -> Any:
    """Return the function compiled for other kernels to call, not for Python.

    What lets Python call it takes longer to compile than it does itself (measured).
    """
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def entered(function: Callable[..., Any]) -> Any:
    """Return the function compiled for Python to call."""
    return _compile(function, no_cfunc_wrapper=True)


def _compile(function: Callable[..., Any], **options: bool) -> Any:
    """Compile a function; it is kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:
        return njit(nogil=True, **options)(function)


def make_dice(seed: int) -> Dice:
    """Return the state of a generator of its own."""
    return np.array([seed % 2**64], dtype=np.uint64)


@compiled
def roll_share(dice: Dice) -> float:
    """Return a number from 0 to below 1."""
    dice[0] += _STEP
    mixed = dice[0]
    mixed = (mixed ^ (mixed >> _SHIFTS[0])) * _MIX[0]
    mixed = (mixed ^ (mixed >> _SHIFTS[1])) * _MIX[1]
    mixed ^= mixed >> _SHIFTS[2]
    return (mixed >> _SHIFTS[3]) * (1.0 / 9007199254740992.0)


@compiled
def roll_below(dice: Dice, n: int) -> int:
    """Return a whole number from 0 to below n."""
    return int(roll_share(dice) * n)


@compiled
def shuffle(dice: Dice, items: NDArray[np.int64], n: int) -> None:
    """Put the first n items in an order of chance."""
    for last in range(n - 1, 0, -1):
        other = roll_below(dice, last + 1)
        items[last], items[other] = items[other], items[last]


@compiled
def sort_falling(items: NDArray[np.int64], weights: NDArray[np.int64], n: int) -> None:
    """Sort the first n items by their weights, the heaviest first; equals keep their order."""
    for k in range(1, n):
        item, at = items[k], k
        while at > 0 and weights[items[at - 1]] < weights[item]:
            items[at] = items[at - 1]
            at -= 1
        items[at] = item
