"""Growing tours stop by stop, compiled: the completion bound and the labels.

A label is a partial tour. Labels grow in order of their weight (students aboard), which
every stop increases: when a weight's turn comes, all labels that could make its own
superfluous are known. All prices are whole micro-yuan, so every comparison is exact.
"""

import numpy as np
from numba import njit

from routing.solver.columns.arrays import (
    CHAIRS,
    LISTING,
    NEVER,
    PARENT,
    PRICE,
    RIDE,
    STOP,
    Arcs,
    Labels,
    Memory,
    Room,
    Tries,
)
from routing.solver.columns.settling import rank, settle, settle_listed
from routing.solver.problem import Ints


@njit(cache=True, nogil=True)
def complete(arcs: Arcs, room: Room, n_buckets: int) -> Ints:
    """Return the least that tours still add (micro-yuan), by place, weight aboard and time.

    Nothing is remembered but the weight and the ride, so no tour adds less.
    """
    n_places, most = len(room.weight), room.size[0] + room.size[1]
    width = room.size[2]
    least = np.full((n_places, most + 1, n_buckets), NEVER, dtype=np.int64)
    for aboard in range(most, 0, -1):
        for here in range(1, n_places):
            if room.weight[here] > aboard:
                continue
            row = least[here, aboard]
            n_open = min(n_buckets, room.limit[here] // width + 1)
            if arcs.ends[here]:
                row[:n_open] = 0
            for arc in range(arcs.first[here], arcs.first[here + 1]):
                there = arcs.head[arc]
                after = aboard + room.weight[there]
                spare = room.limit[there] - arcs.ride[arc]
                if after > most or spare < 0:
                    continue
                on, toll, later = least[there, after], arcs.toll[arc], arcs.ride[arc] // width
                for bucket in range(min(n_open, spare // width + 1, n_buckets - later)):
                    worth = toll + on[bucket + later]
                    row[bucket] = min(row[bucket], worth)
    return least


@njit(cache=True, nogil=True)
def bound_least(arcs: Arcs, room: Room, least: Ints) -> int:
    """Return the least that any tour adds from its first stop on (micro-yuan)."""
    best, width = NEVER, room.size[2]
    for arc in range(arcs.first[0], arcs.first[1]):
        there = arcs.head[arc]
        if arcs.ride[arc] <= room.limit[there]:
            on = least[there, room.weight[there], arcs.ride[arc] // width]
            best = min(best, arcs.toll[arc] + on)
    return best


@njit(cache=True, nogil=True)
def _fine(labels: Labels, label: int, memory: Memory, there: int) -> int:
    """Return what cuts cost that are touched a second time (micro-yuan)."""
    total = 0
    for word in range(labels.odd.shape[1]):
        both = labels.odd[label, word] & memory.touches[there, word]
        cut = word * 64
        while both:
            if both & np.uint64(1):
                total += memory.fine[cut]
            both >>= np.uint64(1)
            cut += 1
    return total


@njit(cache=True, nogil=True)
def _branch(
    labels: Labels, label: int, aboard: int, arcs: Arcs, room: Room, memory: Memory,
    least: Ints, below: int, tries: Tries, heads: Ints, n_trials: int,
) -> int:  # fmt: skip
    """Try every next stop of a label; return trials then, -1 when there are too many."""
    number = labels.number
    here, ride, chairs = number[label, STOP], number[label, RIDE], number[label, CHAIRS]
    seats, places, width = room.size[0], room.size[1], room.size[2]
    for arc in range(arcs.first[here], arcs.first[here + 1]):
        there = arcs.head[arc]
        after, new_ride = aboard + room.weight[there], ride + arcs.ride[arc]
        new_chairs = chairs + room.chairs[there]
        if after - new_chairs > seats or new_chairs > places or new_ride > room.limit[there]:
            continue
        price = number[label, PRICE] + arcs.toll[arc]
        on = least[there, after, new_ride // width]
        if price + on >= below:
            continue
        met = False
        for word in range(labels.stops.shape[1]):
            met = met or (labels.stops[label, word] & memory.blocked[there, word]) != 0
        if met:
            continue
        price += _fine(labels, label, memory, there)
        if price + on >= below:
            continue
        if n_trials >= len(tries.price):
            return -1
        tries.parent[n_trials], tries.arc[n_trials] = label, arc
        tries.price[n_trials], tries.behind[n_trials] = price, heads[after, there]
        heads[after, there] = n_trials
        n_trials += 1
    return n_trials


@njit(cache=True, nogil=True)
def _start(
    arcs: Arcs, room: Room, least: Ints, begin: int, below: int, tries: Tries, heads: Ints
) -> int:
    """Try every first stop; return trials then."""
    n_trials = 0
    for arc in range(arcs.first[0], arcs.first[1]):
        there = arcs.head[arc]
        weight, price = room.weight[there], begin + arcs.toll[arc]
        if arcs.ride[arc] > room.limit[there]:
            continue
        if price + least[there, weight, arcs.ride[arc] // room.size[2]] >= below:
            continue
        tries.parent[n_trials], tries.arc[n_trials] = -1, arc
        tries.price[n_trials], tries.behind[n_trials] = price, heads[weight, there]
        heads[weight, there] = n_trials
        n_trials += 1
    return n_trials


@njit(cache=True, nogil=True)
def grow(
    arcs: Arcs, room: Room, memory: Memory, least: Ints, labels: Labels, tries: Tries,
    begin: int, below: int, most_kept: int, how: int,
) -> tuple[int, int, bool]:  # fmt: skip
    """Grow all tours that may end below a price.

    Parameters
    ----------
    arcs, room, memory, least
        What tours may do; ``least`` is from ``complete``.
    labels, tries
        Room for labels, and for trials, filled here.
    begin
        Price of a tour before its first stop (micro-yuan).
    below
        Only tours cheaper than this are of use (micro-yuan).
    most_kept
        Labels kept per stop and weight; 0 for all.
    how
        PROVING, SAMPLING or LISTING.

    Returns
    -------
    n_labels, n_trials
        How many were made.
    finished
        False when there was no room for all.
    """
    n_places, most = len(room.weight), room.size[0] + room.size[1]
    heads = np.full((most + 1, n_places), -1, dtype=np.int64)
    bunches = np.zeros((most + 1, n_places, 2), dtype=np.int64)
    keys = np.empty(len(tries.price), dtype=np.int64)
    which, latest = np.empty_like(keys), np.empty(4 * len(keys) + 4, dtype=np.int64)
    n_labels = int(room.weight[0])
    n_trials = _start(arcs, room, least, begin, below, tries, heads)
    for aboard in range(1, most + 1):
        for here in range(1, n_places):
            if heads[aboard, here] < 0:
                continue
            n = rank(tries, heads[aboard, here], labels, arcs, how, keys, which)
            begun = n_labels
            if how == LISTING:
                n_labels = settle_listed(
                    labels, arcs, room, memory, tries, which, n, n_labels, latest, keys
                )
            else:
                n_labels = settle(
                    labels, arcs, room, memory, bunches, tries, which, n, n_labels,
                    aboard, most_kept, how,
                )  # fmt: skip
            if n_labels >= len(labels.number):
                return n_labels, n_trials, False
            for label in range(begun, n_labels):
                n_trials = _branch(
                    labels, label, aboard, arcs, room, memory, least, below, tries, heads, n_trials
                )
                if n_trials < 0:
                    return n_labels, len(keys), False
    return n_labels, n_trials, True


@njit(cache=True, nogil=True)
def unroll(number: Ints, which: Ints) -> Ints:
    """Return the stops of some labels in order, one row each, zeros behind."""
    longest = 1
    lengths = np.zeros(len(which), dtype=np.int64)
    for k in range(len(which)):
        label = which[k]
        while label >= 0:
            lengths[k], label = lengths[k] + 1, number[label, PARENT]
        longest = max(longest, lengths[k])
    places = np.zeros((len(which), longest), dtype=np.int64)
    for k in range(len(which)):
        label = which[k]
        for at in range(lengths[k] - 1, -1, -1):
            places[k, at], label = number[label, STOP], number[label, PARENT]
    return places
