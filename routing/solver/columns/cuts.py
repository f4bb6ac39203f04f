"""Which three stops does the mixture serve by too many half tours? Subset-row cuts.

Also: which stops a partial tour must remember for the mixture's tours to have no circles.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from routing.solver.columns.master import Mixture
from routing.solver.columns.node import Column, Cut
from routing.solver.columns.terms import Terms
from routing.solver.outward import Order

LEAST_EXCESS = 0.05
"""A cut is worth adding from this excess on (prototype's; tried)."""
CUTS_PER_STOP = 5
"""Cuts added at once that hold the same stop (tried)."""
MOST_NEW = 30
"""Cuts added at once (tried)."""


def find_cuts(
    terms: Terms, mixture: Mixture, known: tuple[Cut, ...], *, forgets: bool = True
) -> tuple[Cut, ...]:
    """Return the cuts that a mixture breaks most, with the memory that this takes.

    Parameters
    ----------
    terms
        The problem.
    mixture
        Tours and how much of each.
    known
        Cuts at hand; one that is broken where its memory ends is given back larger.
    forgets
        Whether tours forget outside a cut's memory; otherwise it is everywhere.
    """
    excess = _excess(len(terms.weight), mixture)
    everywhere = frozenset(range(len(terms.weight)))
    by_stops = {cut.stops: cut for cut in known}
    used: Counter[int] = Counter()
    found: list[Cut] = []
    for _, stops in sorted(excess, key=lambda pair: (-pair[0], pair[1])):
        if len(found) >= MOST_NEW:
            break
        if any(used[stop] >= CUTS_PER_STOP for stop in stops):
            continue
        members = frozenset(stops)
        memory = _memory(members, mixture) if forgets else everywhere
        if members in by_stops:
            if memory <= by_stops[members].memory:
                continue
            memory |= by_stops[members].memory
        used.update(stops)
        found.append(Cut(members, memory))
    return tuple(found)


def _excess(n_places: int, mixture: Mixture) -> list[tuple[float, Order]]:
    """Return all sets of three stops whose cut is broken, and by how much."""
    counts = np.zeros((n_places, len(mixture.shares)), dtype=np.int64)
    for c, (column, _) in enumerate(mixture.shares):
        for place in column.order:
            counts[place, c] += 1
    share = np.array([share for _, share in mixture.shares])
    meets = (np.minimum(counts, 1) * share) @ np.minimum(counts, 1).T > LEAST_EXCESS
    broken: list[tuple[float, Order]] = []
    for a in range(1, n_places):
        for b in np.flatnonzero(meets[a, a + 1 :]) + a + 1:
            over = _used(counts[a] + counts[b], counts, share)
            for third in np.flatnonzero(over > LEAST_EXCESS).tolist():
                if third not in {0, a, b}:
                    stops = tuple(sorted((a, int(b), third)))
                    broken.append((round(float(over[third]), 6), stops))
    return sorted(set(broken))


def _used(
    pair: NDArray[np.int64], counts: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return by how much the cut of a pair and each third place is broken."""
    return ((pair[None, :] + counts) // 2) @ share - 1.0


def _memory(stops: frozenset[int], mixture: Mixture) -> frozenset[int]:
    """Return where a tour must not forget, so that the mixture's tours count in full."""
    memory = set(stops)
    for column, _ in mixture.shares:
        at = [k for k, place in enumerate(column.order) if place in stops]
        for begin, end in zip(at[::2], at[1::2], strict=False):
            memory.update(column.order[begin:end])
    return frozenset(memory)


def find_circles(
    terms: Terms, columns: list[Column], near: list[set[int]], most: int
) -> list[tuple[int, int]]:
    """Return what must be remembered where, so that these tours are driven no more.

    Parameters
    ----------
    terms
        The problem.
    columns
        Tours; those that come back to a stop or serve two that must stay apart are
        broken.
    near
        Per place: what is remembered there by now.
    most
        Stops remembered at a place at most.

    Returns
    -------
    lessons
        Pairs: at the first place, remember the second.
    """
    lessons = []
    apart = [_members(row) for row in terms.blocked]
    for column in columns:
        order = column.order
        for end, place in enumerate(order):
            for begin in range(end):
                if order[begin] not in apart[place]:
                    continue
                between = order[begin + 1 : end]
                new = [(here, order[begin]) for here in between if order[begin] not in near[here]]
                if all(len(near[here]) < most for here, _ in new):
                    lessons += new
    return sorted(set(lessons))


def keeps_memory(terms: Terms, order: Order, near: list[set[int]]) -> bool:
    """Return whether a tour serves no stop that is blocked by one it remembers."""
    memory: set[int] = set()
    for place in order:
        if memory & _members(terms.blocked[place]):
            return False
        memory = (memory & near[place]) | {place}
    return True


def _members(words: NDArray[np.uint64]) -> set[int]:
    return {
        64 * w + bit
        for w, word in enumerate(words.tolist())
        for bit in range(64)
        if word >> bit & 1
    }
