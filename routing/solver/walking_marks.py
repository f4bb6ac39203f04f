"""What is in which array and column of a compiled walk? Their names, and how to compile."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Links = NDArray[np.signedinteger[Any]]
"""Steps (n + 1, n + 1, 4): from i to j, seconds and metres; from j to i, seconds and metres."""

ENDLESS, NONE, ZERO = (cast("int", np.int64(number)) for number in (2**60, -1, 0))
"""More than any sum, nothing found, and nothing (no unit): as numbers of 64 bits, so that the
compiler sees one type from the first look on and compiles once."""

OUT_S, OUT_M, IN_S, IN_M = range(4)
"""Columns of the steps."""
LIMIT_S, SEATS_OF, CHAIRS_OF, FITS_OF, WEIGHT, MARK_OF = range(6)
"""Columns of a stop: its ride limit, its needs, types that may carry it as bits, what it
costs to leave it behind (thousandths of a yuan), and its random mark."""
AFTER, BEFORE, TOUR, RIDE_S, RUN_M, SLACK_S = range(6)
"""Columns of a stop where it is now: its neighbours (0 for none), its tour (-1 for none), the
ride and the metres up to it, and by how much rides from it on may still grow."""
FIRST, LAST, SIZE, SEATS, CHAIRS, FITS, LENGTH_M, KIND, PRICE, VERSION, MARK = range(11)
TOUCHED, PLACE, SEEN = range(11, 14)
"""Columns of a tour: its ends, its needs, its type of bus, its price (thousandths of a yuan),
the number of its last change that stayed, and the marks of its stops together; the last step that
changed it, its place in the list of tours, and when it was last looked at."""
K_SEATS, K_CHAIRS, K_FIXED, K_PER_M, K_LEFT = range(5)
"""Columns of a type of bus: its room, its prices (thousandths of a yuan, and of a yuan for a
metre), and how many are left."""
N_TOURS, N_BEHIND, VALUE, BEST, STEPS, ACCEPTED, N_LOG, N_TEXT, N_NOTES, N_KNOWN = range(10)
VERSIONS, SEES = range(10, 12)
"""Counters: tours, stops left behind, what the answer and the best one are worth, steps walked
and accepted, tours and words in the log of a step, words in the notes, tours known; changes, and looks at tours."""


Dice = NDArray[np.uint64]
Near = NDArray[np.int32]


class Walk(NamedTuple):
    """All arrays of a walk; their columns are named above.

    Parameters
    ----------
    link, stop, kind
        Steps, stops and types of bus.
    stops
        The stops to serve.
    near
        For each stop its nearest ones, itself first (n + 1, some).
    apart
        Stops kept apart: see ``is_apart``.
    at, tour
        Where each stop is, and the tours.
    live, spare, tried
        The tours in use, those not in use, and those under trial.
    behind
        The stops no bus is left for.
    out, key
        Stops to be put back, and by what they are sorted.
    log
        What a step changed: for each tour its number, type, change, price, size, stops.
    cache
        Where a stop fits a tour best: metres, and change and place as one number.
    notes, known
        Tours driven, each as its size and its stops, and a table of those already noted.
    best
        The best answer: each tour as its type, its size and its stops.
    dice, tally
        The state of chance, and the counters.
    """

    link: Links
    stop: Ints
    kind: Ints
    stops: Ints
    near: Near
    apart: Ints
    at: Ints
    tour: Ints
    live: Ints
    spare: Ints
    tried: Ints
    behind: Ints
    out: Ints
    key: Ints
    log: Ints
    cache: Ints
    notes: Ints
    known: Ints
    best: Ints
    dice: Dice
    tally: Ints


def compiled(function: Callable[..., Any], *, inline: str = "never") -> Any:
    """Return the function compiled; kept on disk where there is a folder to keep it in.

    Nothing here makes an array, so none needs counting of who holds it: without that the
    walk is three times as fast (measured). Where the compiler does not know how to leave
    it out, it stays.
    """
    for options in ({"cache": True, "_nrt": False}, {"cache": True}, {}):
        try:
            return njit(nogil=True, inline=inline, **options)(function)
        except (KeyError, RuntimeError, TypeError):
            continue
    return function


def inlined(function: Callable[..., Any]) -> Any:
    """Return the function compiled into its callers: a call would cost more than it does."""
    return compiled(function, inline="always")
