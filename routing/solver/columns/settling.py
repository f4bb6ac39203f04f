"""Which partial tours are kept? Compiled: those that no other makes superfluous.

Labels of one last stop and weight are settled together, in order of price: only labels
kept before can spoil one, and they are looked through from the cheapest on.
"""

import numpy as np
from numba import njit

from routing.solver.columns.arrays import (
    CHAIRS,
    LISTING,
    PAID,
    PARENT,
    PRICE,
    RIDE,
    SAMPLING,
    STOP,
    Arcs,
    Labels,
    Memory,
    Room,
    Tries,
)
from routing.solver.problem import Ints


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
def rank(
    tries: Tries, head: int, labels: Labels, arcs: Arcs, how: int, keys: Ints, which: Ints
) -> int:
    """Put the trials of one list in order of price, or of money paid where tours are listed.

    Returns
    -------
    n
        How many trials ``which`` holds then.
    """
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
def settle(
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
def settle_listed(
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
        slot = int(mixed & np.uint64(size - 1))
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
