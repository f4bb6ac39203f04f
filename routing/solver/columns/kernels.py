"""Growing tours stop by stop, compiled: the completion bound and the labels.

A label is a partial tour. Labels grow in order of their weight (students aboard), which
every stop increases: when a weight's turn comes, all labels that could make its own
superfluous are known. All prices are whole micro-yuan, so every comparison is exact.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
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
    """Steps tried: the label they go on from (-1 for none), the arc, the price then
    (micro-yuan), and the trial behind in the list of the same stop and weight."""

    parent: Ints
    arc: Ints
    price: Ints
    behind: Ints


PRICE, PAID, RIDE, CHAIRS, STOP, PARENT = range(6)


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
def _spoils(labels: Labels, fine: Ints, old: int, new: int, how: int) -> bool:
    """Return whether an older label, no dearer, makes a newer one superfluous."""
    number, stops, odd = labels
    if number[old, RIDE] > number[new, RIDE] or number[old, CHAIRS] > number[new, CHAIRS]:
        return False
    if how == SAMPLING:
        return True
    spare = number[new, PRICE] - number[old, PRICE]
    for word in range(stops.shape[1]):
        if stops[old, word] & ~stops[new, word]:
            return False
    for word in range(odd.shape[1]):
        only = odd[old, word] & ~odd[new, word]
        cut = word * 64
        while only:
            if only & np.uint64(1):
                spare -= fine[cut]
            only >>= np.uint64(1)
            cut += 1
        if spare < 0:
            return False
    return spare >= 0


@njit(cache=True, nogil=True)
def _is_spoilt(
    labels: Labels, room: Room, memory: Memory, bunches: Ints, new: int, aboard: int, how: int
) -> bool:
    """Return whether any label kept at the same stop makes a new one superfluous."""
    number, here = labels.number, labels.number[new, STOP]
    seated = aboard - number[new, CHAIRS]
    for weight in range(aboard, room.weight[here] - 1, -1):
        for old in range(bunches[weight, here, 0], bunches[weight, here, 1]):
            if number[old, PRICE] > number[new, PRICE]:
                break
            if weight - number[old, CHAIRS] <= seated and _spoils(
                labels, memory.fine, old, new, how
            ):
                return True
    return False


@njit(cache=True, nogil=True)
def _make(
    labels: Labels, arcs: Arcs, room: Room, memory: Memory, new: int, tries: Tries, trial: int
) -> None:
    """Write a label: a trial is its parent and the arc that it drove last."""
    number, stops, odd = labels.number, labels.stops, labels.odd
    parent, arc = tries.parent[trial], tries.arc[trial]
    here = arcs.head[arc]
    number[new, PRICE] = tries.price[trial]
    number[new, STOP] = here
    number[new, PARENT] = parent
    number[new, PAID] = arcs.paid[arc]
    number[new, RIDE] = arcs.ride[arc]
    number[new, CHAIRS] = room.chairs[here]
    for word in range(stops.shape[1]):
        stops[new, word] = np.uint64(0)
    for word in range(odd.shape[1]):
        odd[new, word] = memory.touches[here, word]
    if parent >= 0:
        number[new, PAID] += number[parent, PAID]
        number[new, RIDE] += number[parent, RIDE]
        number[new, CHAIRS] += number[parent, CHAIRS]
        for word in range(stops.shape[1]):
            stops[new, word] = stops[parent, word] & memory.near[here, word]
        for word in range(odd.shape[1]):
            odd[new, word] ^= odd[parent, word] & memory.keeps[here, word]
    stops[new, here // 64] |= np.uint64(1) << np.uint64(here % 64)


@njit(cache=True, nogil=True)
def _sort(keys: Ints, which: Ints, n: int) -> None:
    """Sort the first n of ``which`` by their keys (Shell's sort: the same everywhere)."""
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, n):
            key, what, at = keys[k], which[k], k
            while at >= gap and keys[at - gap] > key:
                keys[at], which[at] = keys[at - gap], which[at - gap]
                at -= gap
            keys[at], which[at] = key, what
        gap //= 3


@njit(cache=True, nogil=True)
def _rank(
    tries: Tries, head: int, labels: Labels, arcs: Arcs, how: int, keys: Ints, which: Ints
) -> int:
    """Put the trials of one list in order, cheapest first; where tours are listed, by money
    paid; return how many."""
    n, trial = 0, head
    while trial >= 0:
        which[n], keys[n] = trial, tries.price[trial]
        if how == LISTING:
            keys[n] = arcs.paid[tries.arc[trial]]
            if tries.parent[trial] >= 0:
                keys[n] += labels.number[tries.parent[trial], PAID]
        n, trial = n + 1, tries.behind[trial]
    _sort(keys, which, n)
    return n


@njit(cache=True, nogil=True)
def _settle(
    labels: Labels, arcs: Arcs, room: Room, memory: Memory, bunches: Ints,
    tries: Tries, which: Ints, n: int, n_labels: int, aboard: int, most_kept: int, how: int,
) -> int:  # fmt: skip
    """Keep the trials of one stop and weight that no label spoils; return labels then."""
    begun = n_labels
    here = arcs.head[tries.arc[which[0]]]
    bunches[aboard, here, 0] = begun
    bunches[aboard, here, 1] = begun
    for k in range(n):
        if n_labels >= len(labels.number) or (most_kept and n_labels - begun >= most_kept):
            break
        _make(labels, arcs, room, memory, n_labels, tries, which[k])
        if not _is_spoilt(labels, room, memory, bunches, n_labels, aboard, how):
            n_labels += 1
            bunches[aboard, here, 1] = n_labels
    return n_labels


@njit(cache=True, nogil=True)
def _settle_listed(
    labels: Labels, arcs: Arcs, room: Room, memory: Memory,
    tries: Tries, which: Ints, n: int, n_labels: int, latest: Ints, older: Ints,
) -> int:  # fmt: skip
    """Keep the trials that no other order of the same stops beats in money and ride.

    Equal sets of stops meet in a table of hashes; trials come in order of money paid.
    """
    size = 4
    while size < 2 * n:
        size *= 2
    for slot in range(size):
        latest[slot] = -1
    begun, number, stops = n_labels, labels.number, labels.stops
    for k in range(n):
        if n_labels >= len(number):
            break
        _make(labels, arcs, room, memory, n_labels, tries, which[k])
        mixed = np.uint64(0)
        for word in range(stops.shape[1]):
            mixed = (mixed ^ stops[n_labels, word]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        slot = np.int64(mixed & np.uint64(size - 1))
        old, beaten = latest[slot], False
        while old >= 0 and not beaten:
            beaten = number[old, RIDE] <= number[n_labels, RIDE]
            for word in range(stops.shape[1]):
                beaten = beaten and stops[old, word] == stops[n_labels, word]
            old = older[old - begun]
        if not beaten:
            older[n_labels - begun] = latest[slot]
            latest[slot] = n_labels
            n_labels += 1
    return n_labels


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
    n_labels = np.int64(0)
    n_trials = _start(arcs, room, least, begin, below, tries, heads)
    for aboard in range(1, most + 1):
        for here in range(1, n_places):
            if heads[aboard, here] < 0:
                continue
            n = _rank(tries, heads[aboard, here], labels, arcs, how, keys, which)
            begun = n_labels
            if how == LISTING:
                n_labels = _settle_listed(
                    labels, arcs, room, memory, tries, which, n, n_labels, latest, keys
                )
            else:
                n_labels = _settle(
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
