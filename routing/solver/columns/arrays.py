"""What the compiled kernels share: a problem, partial tours and trials as plain arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.solver.problem import Ints

Words = NDArray[np.uint64]
NEVER = 2**60
"""Price (micro-yuan) of what cannot be done."""
PROVING, SAMPLING, LISTING = 0, 1, 2
"""What labels may make others superfluous: only those that certainly can (a bound); also
those that probably can (a quick look); those of the same stops in another order."""


class Arcs(NamedTuple):
    """Steps a bus may drive, from place i ``first[i]`` to ``first[i + 1]``.

    ``toll`` is the price less the worth of the stop reached, ``paid`` the price alone
    (micro-yuan), ``ride`` the time (s); ``ends`` says at which places a tour may end (0 or 1).
    """

    first: Ints
    head: Ints
    toll: Ints
    paid: Ints
    ride: Ints
    ends: Ints


class Room(NamedTuple):
    """What fits aboard: per place weight, chairs and ride limit (s); seats and places.

    ``size`` holds seats, wheelchair places and the width of a time bucket (s).
    """

    weight: Ints
    chairs: Ints
    limit: Ints
    size: Ints


class Memory(NamedTuple):
    """What a partial tour remembers, bit by bit.

    ``near`` and ``blocked`` per place: stops not forgotten there, stops that may not come
    after it; ``touches`` and ``keeps`` per place: cuts that count it, cuts not forgotten
    there; ``fine`` per cut: the price of its second stop (micro-yuan, none negative).
    """

    near: Words
    blocked: Words
    touches: Words
    keeps: Words
    fine: Ints


class Labels(NamedTuple):
    """Partial tours: numbers (rows: price, paid, ride, chairs, stop, parent) and sets."""

    number: Ints
    stops: Words
    odd: Words


class Tries(NamedTuple):
    """Steps tried.

    ``parent`` is the label they go on from (-1 for none), ``arc`` the step, ``price`` the
    price then (micro-yuan), ``behind`` the next in the list of the same stop and weight.
    """

    parent: Ints
    arc: Ints
    price: Ints
    behind: Ints


PRICE, PAID, RIDE, CHAIRS, STOP, PARENT = range(6)
