"""Time and length in one whole number, so that one search finds the fastest way and its length.

A key is ``time_ms << 24 | length_dm``: keys add as both parts add, and the smaller key
is the faster way, or of two equally fast ways the shorter one. That holds while no way
is longer than 1,677 km; ``refuse_overflow`` sees to it.
"""

import numpy as np

from routing.errors import RoadsError
from routing.roads.network import Floats, Ints
from routing.words import Text

LENGTH_BITS = 24
MAX_LENGTH_DM = (1 << LENGTH_BITS) - 1
MAX_TIME_MS = (1 << 38) - 1
NO_WAY = 1 << 62
"""The key of a pair without a way; larger than every sum of keys that can occur."""

EXACT_IN_FLOAT = 1 << 53
"""Whole numbers from here on are not exact as float64."""

_TOO_LONG = Text(
    "The roads span ways of more than 1,677 km or more than 8 years, which cannot be measured. "
    "Cut the extract to the district and its surroundings.",
    "路网中存在长度超过1677公里或耗时超过8年的路径，无法计算。请将路网裁剪到本县及周边范围。",
)


def pack_key(time_ms: Ints, length_dm: Ints) -> Ints:
    """Return time (ms) and length (dm) as keys."""
    return (time_ms << LENGTH_BITS) | length_dm


def unpack_key(key: Ints) -> tuple[Ints, Ints]:
    """Return time (ms) and length (dm) of keys; meaningless for ``NO_WAY``."""
    return key >> LENGTH_BITS, key & MAX_LENGTH_DM


def refuse_large(time_ms: Ints, length_dm: Ints) -> None:
    """Refuse links whose sums could leave the room of a key.

    Raises
    ------
    RoadsError
        When one link, or all links together, are too long.
    """
    if length_dm.max(initial=0) > MAX_LENGTH_DM or time_ms.sum(dtype=float) > MAX_TIME_MS:
        raise RoadsError(_TOO_LONG)


def refuse_overflow(longest_key: int, time_ms: Ints, length_dm: Ints) -> None:
    """Refuse an answer in which a length may have run over into the time.

    A way of t ms is at most ``v t`` long, plus, for links faster than any chosen v,
    what they are longer than ``v`` times their time; the best such bound must fit.

    Parameters
    ----------
    longest_key
        The largest key found.
    time_ms, length_dm
        Of every arc that may have been used.

    Raises
    ------
    RoadsError
        When a way may be longer than 1,677 km.
    """
    if not len(length_dm) or length_dm.sum() <= MAX_LENGTH_DM:
        return
    # the two cut links at the ends each lose less than 1 ms to rounding
    longest_ms = (longest_key >> LENGTH_BITS) + 2
    speeds: Floats = np.quantile(length_dm / time_ms, (0.9, 0.99, 0.999, 1.0))
    bounds = [
        speed * longest_ms + np.maximum(length_dm - speed * time_ms, 0).sum() for speed in speeds
    ]
    if min(bounds) > MAX_LENGTH_DM:
        raise RoadsError(_TOO_LONG)
