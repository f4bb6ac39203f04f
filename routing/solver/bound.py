"""How few routes, how little money could it take at best? Bounds that hold for every answer."""

import math

import numpy as np
from numpy.typing import NDArray

from routing.solver.outward import Outward

MOST_SUMS = 20_000_000
"""Steps of the packing bound at most: about 0.1 s (measured)."""
MOST_PAIRS = 400
"""Stops up to which pairs that cannot share a route are looked at: it takes n * n * n steps."""
CLIQUE_STARTS = 60
"""Members from which a set of stops apart is grown, at most: about 0.3 s (measured)."""


def bound_cost(view: Outward, n_routes_bound: int) -> int:
    """Return yuan per year that no answer serving every stop can go below.

    Buses with seats for all, as many as routes are needed at least, and for each stop the
    shortest step that ends there.

    Parameters
    ----------
    view
        The problem.
    n_routes_bound
        No answer that serves every stop has fewer routes.
    """
    places = [0, *view.stops]
    step_m = np.array([view.step_m[place] for place in places], dtype=np.int64)[:, places]
    np.fill_diagonal(step_m, np.iinfo(np.int64).max)
    shortest_m = int(step_m[:, 1:].min(axis=0).sum()) if view.stops else 0
    cheapest = min((view.yuan_per_km[k] for k in _usable(view)), default=0)
    n_seats = sum(view.load[stop] for stop in view.stops)
    fixed_yuan = bound_fixed(view, n_seats, view.seats, n_routes_bound)
    return fixed_yuan + -(-shortest_m * cheapest // 1000)


def bound_fixed(view: Outward, n_wanted: int, rooms: tuple[int, ...], n_least: int) -> int:
    """Return the least fixed cost of buses with so much room together (yuan per year).

    Parameters
    ----------
    view
        The problem; how many buses there are of a type counts only where it is none.
    n_wanted
        Room wanted.
    rooms
        Room of each type of bus.
    n_least
        Buses at least.
    """
    usable = _usable(view)
    roomy = [k for k in usable if rooms[k] > 0]
    if not roomy or (n_wanted < 1 and n_least < 1):
        return 0
    cheapest = min(view.fixed_yuan[k] for k in usable)
    n_most = max(n_least, -(-n_wanted // min(rooms[k] for k in roomy)))
    if n_most * (n_wanted + 1) * len(usable) > MOST_SUMS:
        shares = (math.floor(view.fixed_yuan[k] * n_wanted / rooms[k]) for k in roomy)
        return max(n_least * cheapest, min(shares) - 1)
    far = np.int64(2**61)
    least = np.full(n_wanted + 1, far)
    least[0], best = 0, int(far) if n_wanted or n_least else 0
    for n_buses in range(1, n_most + 1):
        options = []
        for k in usable:
            before = np.full(n_wanted + 1, far)
            room = min(rooms[k], n_wanted)
            before[room:] = least[: n_wanted + 1 - room]
            before[n_wanted] = least[n_wanted - room :].min()
            options.append(before + view.fixed_yuan[k])
        least = np.minimum(np.min(options, axis=0), far)
        if n_buses >= n_least:
            best = min(best, int(least[n_wanted]))
    return best


def _usable(view: Outward) -> list[int]:
    return [k for k, n in enumerate(view.n_available) if n != 0]


def bound_by_rules(view: Outward) -> int:
    """Return a number of routes that no answer serving every stop can go below.

    The larger of two bounds: seats alone, and stops of which no two can share a route.
    """
    if not view.stops:
        return 0
    usable = [s for s, n in zip(view.seats, view.n_available, strict=True) if n != 0]
    if not usable:
        return 0
    loads = [view.load[stop] for stop in view.stops]
    by_seats = bound_by_seats(loads, max(usable)) if max(usable) > 0 else 1
    if len(view.stops) > MOST_PAIRS:
        return by_seats
    return max(by_seats, bound_by_pairs(view, max(usable)))


def bound_by_seats(loads: list[int], seats: int) -> int:
    """Return how many buses of a size loads need at least, none divided.

    The bound L2 of Martello and Toth ("Lower bounds and reduction procedures for the bin
    packing problem", 1990): for each threshold, loads that leave less than it free fill a
    bus alone, loads over half a bus never share one, and what the rest needs beyond the
    room beside those takes further buses.
    """
    best = 0
    for least in sorted({0, *(load for load in loads if load <= seats // 2)}):
        full = [load for load in loads if load > seats - least]
        large = [load for load in loads if seats / 2 < load <= seats - least]
        small = [load for load in loads if least <= load <= seats / 2]
        room = len(large) * seats - sum(large)
        best = max(best, len(full) + len(large) + max(0, -(-(sum(small) - room) // seats)))
    return best


def bound_by_pairs(view: Outward, seats: int) -> int:
    """Return the most stops found of which no two can share a route.

    Two stops can share one when their loads fit one bus and, over the quickest chain of
    steps between them, one of them can come after the other within its ride limit.
    """
    stops = np.array(view.stops)
    rides_s = _quickest_s(view)
    limit_s = np.array(view.max_ride_s)[stops]
    after = rides_s[0, 1:][:, None] + rides_s[1:, 1:] <= limit_s[None, :]
    load = np.array(view.load)[stops]
    shares = (after | after.T) & (load[:, None] + load[None, :] <= seats)
    place = {stop: k for k, stop in enumerate(view.stops)}
    for one, other in view.apart:
        if one in place and other in place:
            shares[place[one], place[other]] = shares[place[other], place[one]] = False
    np.fill_diagonal(shares, val=True)
    return max_clique(~shares, CLIQUE_STARTS)


def max_clique(apart: NDArray[np.bool_], most_starts: int | None = None) -> int:
    """Return the size of a large set that is pairwise apart, grown greedily from each member.

    Parameters
    ----------
    apart
        Symmetric (n by n), false on the diagonal.
    most_starts
        Grown from so many members only, those with the most others apart.
    """
    best = min(1, len(apart))
    degree = apart.sum(axis=1)
    for first in np.argsort(-degree, kind="stable")[:most_starts]:
        if degree[first] + 1 <= best:
            continue
        open_, size = apart[first].copy(), 1
        while open_.any():
            candidates = np.flatnonzero(open_)
            within = apart[np.ix_(candidates, candidates)].sum(axis=1)
            open_ &= apart[candidates[int(np.argmax(within))]]
            size += 1
        best = max(best, size)
    return best


def _quickest_s(view: Outward) -> NDArray[np.int64]:
    """Return the quickest chains of steps among the school (first) and the stops (s).

    No chain passes through the school.
    """
    places = np.array([0, *view.stops])
    steps = np.array(view.step_s, dtype=np.int64)[np.ix_(places, places)]
    for via in range(1, len(places)):
        np.minimum(steps, steps[:, via, None] + steps[None, via, :], out=steps)
    return steps
