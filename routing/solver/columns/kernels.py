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
def _fine(odd: Words, touches: Words, fine: Ints) -> int:
    """Return what cuts cost that are touched a second time (micro-yuan)."""
    total = 0
    for word in range(len(odd)):
        both = odd[word] & touches[word]
        cut = word * 64
        while both:
            if both & np.uint64(1):
                total += fine[cut]
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
    labels: Labels, arcs: Arcs, room: Room, memory: Memory, new: int, trial: Ints, price: int
) -> None:
    """Write a label: a trial is its parent and the arc that it drove last."""
    number, stops, odd = labels
    parent, arc = trial[0], trial[1]
    here = arcs.head[arc]
    number[new, PRICE], number[new, STOP], number[new, PARENT] = price, here, parent
    number[new, PAID], number[new, RIDE] = arcs.paid[arc], arcs.ride[arc]
    number[new, CHAIRS] = room.chairs[here]
    stops[new], odd[new] = 0, memory.touches[here]
    if parent >= 0:
        for row in (PAID, RIDE, CHAIRS):
            number[new, row] += number[parent, row]
        for word in range(stops.shape[1]):
            stops[new, word] = stops[parent, word] & memory.near[here, word]
        for word in range(odd.shape[1]):
            odd[new, word] ^= odd[parent, word] & memory.keeps[here, word]
    stops[new, here // 64] |= np.uint64(1) << np.uint64(here % 64)


@njit(cache=True, nogil=True)
def _sort(
    trials: Ints, prices: Ints, nexts: Ints, head: int, labels: Labels, arcs: Arcs, how: int
) -> Ints:
    """Return the trials of one list, cheapest first; where tours are listed, by money paid."""
    n = 0
    trial = head
    while trial >= 0:
        n, trial = n + 1, nexts[trial]
    which, keys = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    trial = head
    for k in range(n):
        which[k], keys[k] = trial, prices[trial]
        if how == LISTING:
            keys[k] = arcs.paid[trials[trial, 1]]
            if trials[trial, 0] >= 0:
                keys[k] += labels.number[trials[trial, 0], PAID]
        trial = nexts[trial]
    return which[np.argsort(keys, kind="mergesort")]


@njit(cache=True, nogil=True)
def _settle(
    labels: Labels, arcs: Arcs, room: Room, memory: Memory, bunches: Ints,
    trials: Ints, prices: Ints, order: Ints, n_labels: int, aboard: int, most_kept: int, how: int,
) -> int:  # fmt: skip
    """Keep the trials of one stop and weight that no label spoils; return labels then."""
    begun = n_labels
    here = arcs.head[trials[order[0], 1]]
    bunches[aboard, here, 0] = begun
    bunches[aboard, here, 1] = begun
    for trial in order:
        if n_labels >= len(labels.number) or (most_kept and n_labels - begun >= most_kept):
            break
        _make(labels, arcs, room, memory, n_labels, trials[trial], prices[trial])
        if _is_spoilt(labels, room, memory, bunches, n_labels, aboard, how):
            continue
        n_labels += 1
        bunches[aboard, here, 1] = n_labels
    return n_labels


@njit(cache=True, nogil=True)
def _settle_listed(
    labels: Labels, arcs: Arcs, room: Room, memory: Memory,
    trials: Ints, prices: Ints, order: Ints, n_labels: int,
) -> int:  # fmt: skip
    """Keep the trials that no other order of the same stops beats in money and ride.

    Equal sets of stops meet in a table of hashes; trials come in order of money paid.
    """
    size = 4
    while size < 2 * len(order):
        size *= 2
    latest, older = np.full(size, -1, dtype=np.int64), np.full(len(order), -1, dtype=np.int64)
    begun, number, stops = n_labels, labels.number, labels.stops
    for trial in order:
        if n_labels >= len(number):
            break
        _make(labels, arcs, room, memory, n_labels, trials[trial], prices[trial])
        mixed = np.uint64(0)
        for word in range(stops.shape[1]):
            mixed = (mixed ^ stops[n_labels, word]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        slot = np.int64(mixed & np.uint64(size - 1))
        old, beaten = latest[slot], False
        while old >= 0 and not beaten:
            beaten = number[old, RIDE] <= number[n_labels, RIDE] and np.array_equal(
                stops[old], stops[n_labels]
            )
            old = older[old - begun]
        if not beaten:
            older[n_labels - begun] = latest[slot]
            latest[slot] = n_labels
            n_labels += 1
    return n_labels


@njit(cache=True, nogil=True)
def _branch(
    labels: Labels, label: int, aboard: int, arcs: Arcs, room: Room, memory: Memory,
    least: Ints, below: int, trials: Ints, prices: Ints, nexts: Ints, heads: Ints, n_trials: int,
) -> int:  # fmt: skip
    """Try every next stop of a label; return trials then, -1 when there are too many."""
    number = labels.number
    here, ride, chairs = number[label, STOP], number[label, RIDE], number[label, CHAIRS]
    seats, places, width = room.size
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
        price += _fine(labels.odd[label], memory.touches[there], memory.fine)
        if price + on >= below:
            continue
        if n_trials >= len(trials):
            return -1
        trials[n_trials, 0], trials[n_trials, 1], prices[n_trials] = label, arc, price
        nexts[n_trials], heads[after, there] = heads[after, there], n_trials
        n_trials += 1
    return n_trials


@njit(cache=True, nogil=True)
def grow(
    arcs: Arcs, room: Room, memory: Memory, least: Ints, labels: Labels, trials: Ints,
    begin: int, below: int, most_kept: int, how: int,
) -> tuple[int, int, bool]:  # fmt: skip
    """Grow all tours that may end below a price.

    Parameters
    ----------
    arcs, room, memory, least
        What tours may do; ``least`` is from ``complete``.
    labels, trials
        Room for labels, and for trials (parent, arc), filled here.
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
    prices = np.empty(len(trials), dtype=np.int64)
    nexts = np.empty(len(trials), dtype=np.int64)
    n_labels, n_trials = 0, 0
    for arc in range(arcs.first[0], arcs.first[1]):
        there = arcs.head[arc]
        price = begin + arcs.toll[arc]
        if arcs.ride[arc] > room.limit[there] or (
            price + least[there, room.weight[there], arcs.ride[arc] // room.size[2]] >= below
        ):
            continue
        trials[n_trials, 0], trials[n_trials, 1], prices[n_trials] = -1, arc, price
        nexts[n_trials] = heads[room.weight[there], there]
        heads[room.weight[there], there] = n_trials
        n_trials += 1
    for aboard in range(1, most + 1):
        for here in range(1, n_places):
            if heads[aboard, here] < 0:
                continue
            order = _sort(trials, prices, nexts, heads[aboard, here], labels, arcs, how)
            begun = n_labels
            if how == LISTING:
                n_labels = _settle_listed(
                    labels, arcs, room, memory, trials, prices, order, n_labels
                )
            else:
                n_labels = _settle(
                    labels, arcs, room, memory, bunches, trials, prices, order, n_labels,
                    aboard, most_kept, how,
                )  # fmt: skip
            if n_labels >= len(labels.number):
                return n_labels, n_trials, False
            for label in range(begun, n_labels):
                n_trials = _branch(
                    labels, label, aboard, arcs, room, memory, least, below,
                    trials, prices, nexts, heads, n_trials,
                )  # fmt: skip
                if n_trials < 0:
                    return n_labels, len(trials), False
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
