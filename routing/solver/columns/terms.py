"""What do tours cost and which may be driven? Plain arrays for the compiled kernels.

Prices are whole millionths of a yuan (micro-yuan), never rounded: a tour's price here is at
most what ``price_tour`` asks, so a bound on sums of these holds for real answers too.
Places are numbered anew: 0 is the school, 1 to n are ``view.stops`` in their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.solver.outward import Order, Outward
from routing.solver.problem import Ints

Words = NDArray[np.uint64]
MICROS = 1_000_000
"""Millionths of a yuan: fine enough that rounding worths to whole ones loses nothing."""
COUNTED_YUAN = 1_000
"""Price of every tour where tours are counted."""
MOST_MICROS = 2**56
"""Sums of prices stay below this: far from the overflow of 64 bits."""


@dataclass(frozen=True, eq=False)
class Kind:
    """One type of bus worth having, and the arcs it may drive.

    Parameters
    ----------
    bus_type
        Position among the types of the problem.
    seats, chair_places
        Room aboard; cut to what all stops together need.
    n_available
        None for no limit.
    fixed_micros, micros_per_m
        Price of a bus, and of a metre driven every school day.
    first, tail, head
        Arcs of place i are ``first[i]`` to ``first[i + 1]``; from ``tail`` to ``head``.
    cost_micros, arc_s
        Per arc: price, and by how much the ride grows (s).
    """

    bus_type: int
    seats: int
    chair_places: int
    n_available: int | None
    fixed_micros: int
    micros_per_m: int
    first: Ints
    tail: Ints
    head: Ints
    cost_micros: Ints
    arc_s: Ints


@dataclass(frozen=True, eq=False)
class Terms:
    """A problem for column generation.

    Parameters
    ----------
    stops
        Numbers of the stops in the problem, in order of their numbers here (1 to n).
    weight, chairs, limit_s
        Per place: students (at least 1 at a stop), wheelchair places needed by some of
        them, longest ride (s).
    step_m
        Driving between places (m).
    kinds
        Types of bus that no other replaces.
    blocked
        Per place, bit by bit: itself, and stops that may not share a tour with it.
    behind_micros
        Price of leaving each place's students behind: more than any answer that does not.
    """

    stops: Order
    weight: Ints
    chairs: Ints
    limit_s: Ints
    step_m: Ints
    kinds: tuple[Kind, ...]
    blocked: Words
    behind_micros: Ints


def make_terms(view: Outward, behind_yuan: int | None) -> Terms:
    """Return the terms on which tours are generated.

    Parameters
    ----------
    view
        The problem.
    behind_yuan
        Price of leaving a stop behind, where an answer of that price is known that leaves
        none; None where students are left behind: each is then worth more than any answer.
    """
    places = np.array((0, *view.stops), dtype=np.int64)
    step_m = np.array(view.step_m, dtype=np.int64)[np.ix_(places, places)]
    step_s = np.array(view.step_s, dtype=np.int64)[np.ix_(places, places)]
    longest_s = int(step_s.max(axis=0)[1:].sum())
    limit_s = np.minimum(np.array(view.max_ride_s, dtype=np.int64)[places], longest_s)
    load = np.array(view.load, dtype=np.int64)[places]
    chairs = np.array(view.n_chairs, dtype=np.int64)[places]
    kinds = tuple(
        _make_kind(view, k, places, (step_m, step_s, limit_s, load, chairs))
        for k in find_kinds(view)
    )
    if behind_yuan is None:
        behind_micros = (load + chairs) * _dearest_yuan(view, step_m) * MICROS
    else:
        behind_micros = np.full_like(load, behind_yuan * MICROS)
    blocked = _block(view, len(places))
    return Terms(view.stops, load + chairs, chairs, limit_s, step_m, kinds, blocked, behind_micros)


def is_small(terms: Terms) -> bool:
    """Return whether all prices together can be added safely."""
    dearest = max(
        (k.fixed_micros + int(k.cost_micros.max(initial=0)) for k in terms.kinds), default=0
    )
    return int(terms.behind_micros.sum()) + 2 * len(terms.weight) * dearest < MOST_MICROS


def make_counting(terms: Terms) -> Terms:
    """Return terms on which every tour costs the same, driving nothing: for the fewest."""
    kinds = tuple(
        Kind(
            kind.bus_type, kind.seats, kind.chair_places, kind.n_available,
            COUNTED_YUAN * MICROS, 0,
            kind.first, kind.tail, kind.head, np.zeros_like(kind.cost_micros), kind.arc_s,
        )
        for kind in terms.kinds
    )  # fmt: skip
    behind = np.full_like(terms.behind_micros, (len(terms.weight) + 1) * COUNTED_YUAN * MICROS)
    return Terms(
        terms.stops, terms.weight, terms.chairs, terms.limit_s, terms.step_m, kinds,
        terms.blocked, behind,
    )  # fmt: skip


def find_kinds(view: Outward) -> list[int]:
    """Return the types of bus that are there and that no other always replaces."""
    there = [k for k, n in enumerate(view.n_available) if n != 0]
    return [k for k in there if not any(_replaces(view, a, k) for a in there if a != k)]


def _replaces(view: Outward, a: int, k: int) -> bool:
    """Return whether type a never runs out and does all that k does for no more money."""
    if view.n_available[a] is not None:
        return False
    mine = (view.fixed_yuan[a], view.yuan_per_km[a], -view.seats[a], -view.chair_places[a])
    other = (view.fixed_yuan[k], view.yuan_per_km[k], -view.seats[k], -view.chair_places[k])
    if any(x > y for x, y in zip(mine, other, strict=True)):
        return False
    fits_a = [view.fits[stop] >> a & 1 for stop in view.stops]
    fits_k = [view.fits[stop] >> k & 1 for stop in view.stops]
    if any(x < y for x, y in zip(fits_a, fits_k, strict=True)):
        return False
    same = mine == other and fits_a == fits_k and view.n_available[k] is None
    return a < k or not same


def _make_kind(view: Outward, k: int, places: Ints, about: tuple[Ints, ...]) -> Kind:
    step_m, step_s, limit_s, load, chairs = about
    seats = min(view.seats[k], int(load.sum()))
    chair_places = min(view.chair_places[k], int(chairs.sum()))
    fits = np.array([view.fits[place] >> k & 1 for place in places], dtype=np.bool_)
    fits[0] = True
    soonest_s = _soonest(step_s)
    together = load[:, None] + load[None, :] <= seats
    allowed = together & (chairs[:, None] + chairs[None, :] <= chair_places)
    allowed &= fits[:, None] & fits[None, :]
    allowed &= soonest_s[:, None] + step_s <= limit_s[None, :]
    allowed &= soonest_s[:, None] <= np.where(np.arange(len(load)) > 0, limit_s, 0)[:, None]
    np.fill_diagonal(allowed, val=False)
    allowed[:, 0] = False
    tail, head = np.nonzero(allowed)
    first = np.searchsorted(tail, np.arange(len(load) + 1))
    per_m = view.yuan_per_km[k] * MICROS // 1000
    return Kind(
        k, seats, chair_places, view.n_available[k], view.fixed_yuan[k] * MICROS, per_m,
        first.astype(np.int64), tail.astype(np.int64), head.astype(np.int64),
        step_m[tail, head] * per_m, step_s[tail, head],
    )  # fmt: skip


def _soonest(step_s: Ints) -> Ints:
    """Return the shortest ride at which a tour can reach each place, over any others (s)."""
    ride_s = step_s[0].copy()
    for _ in range(len(ride_s)):
        shorter = np.minimum(ride_s, (ride_s[1:, None] + step_s[1:]).min(axis=0, initial=2**60))
        shorter[0] = 0
        if (shorter == ride_s).all():
            break
        ride_s = shorter
    return ride_s


def _dearest_yuan(view: Outward, step_m: Ints) -> int:
    """Return more than any answer costs: every stop alone, reached the longest way (yuan)."""
    n = len(view.stops)
    length_m = int(step_m.max(axis=0).sum())
    driving = length_m * max(view.yuan_per_km) // 1000 + 1
    return 1 + n * (max(view.fixed_yuan) + 1) + driving


def _block(view: Outward, n_places: int) -> Words:
    place_of = {stop: place for place, stop in enumerate(view.stops, start=1)}
    together = [(place, place) for place in range(1, n_places)]
    for a, b in view.apart:
        if a in place_of and b in place_of:
            together += [(place_of[a], place_of[b]), (place_of[b], place_of[a])]
    return pack_sets(n_places, together)


def pack_sets(n_places: int, members: Sequence[tuple[int, int]]) -> Words:
    """Return one set of places per place, bit by bit: ``members`` are (owner, member)."""
    words = np.zeros((n_places, n_places // 64 + 1), dtype=np.uint64)
    for owner, member in members:
        words[owner, member // 64] |= np.uint64(1) << np.uint64(member % 64)
    return words
