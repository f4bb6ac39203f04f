"""Leave out nodes that no search begins or ends at, and keep every fastest way's key.

A node left out is replaced by arcs between its neighbours, as fast as going through it.
With six neighbours or fewer that hardly adds arcs, and a road network of 77,000 nodes
shrinks to 12,000 around 4,000 places.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from routing.roads.ends import Ends, Search
from routing.roads.network import Arcs, Flags, Ints
from routing.roads.turns import sort_arcs

MAX_NEIGHBOURS = 6
"""A node with more is kept: 4, 5, 6 and 8 were tried on Porto; 6 was fastest."""

SLOTS = 16
"""Neighbours that a node may come to have."""

MAX_SLOTS = 64
"""Where a node has more neighbours to begin with, nothing is left out."""

STRIP_ROUNDS = 3
"""Each leaves fewer states with a single arc; measured on Porto."""


def strip_search(search: Search) -> Search:
    """Return the same search without states that have one way in, or one way out.

    For scipy, where there is no numba. Unlike ``shrink_search`` it adds no arc: where
    only one arc leaves a state, those that enter it are led on to that arc's head.
    """
    n = len(search.arcs.first) - 1
    keep = np.zeros(n + 1, bool)  # the last is for -1
    keep[search.seeds.node[search.rows[:, 0]]] = keep[search.goals.node] = True
    tail, head, key = search.arcs.tail, search.arcs.head, search.arcs.key
    for _ in range(STRIP_ROUNDS):
        tail, head, key = _lead_on(keep[:n], tail, head, key)
        head, tail, key = _lead_on(keep[:n], head, tail, key)
    keep[tail] = keep[head] = True
    number = np.append(np.cumsum(keep[:n]) - 1, -1).astype(np.int32)
    arcs = sort_arcs(
        int(keep[:n].sum()),
        number[tail].astype(np.int64),
        number[head].astype(np.int64),
        key,
        np.full(len(key), -1),
    )
    return _renumbered(search, arcs, np.where(keep, number, np.int32(-1)))


def _lead_on(
    keep: Flags, tail: NDArray[np.int32], head: NDArray[np.int32], key: Ints
) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints]:
    """Lead arcs into states with a single arc out on to where that arc goes."""
    n_out = np.bincount(tail, minlength=len(keep))
    single = (n_out == 1) & ~keep
    mine = single[tail]
    onward, cost = np.arange(len(keep)), np.zeros(len(keep), np.int64)
    onward[tail[mine]], cost[tail[mine]] = head[mine], key[mine]
    for _ in range(len(keep).bit_length()):  # each doubles how far is looked along a chain
        further = single[onward]
        if not further.any():
            break
        cost = np.where(further, cost + cost[onward], cost)
        onward = np.where(further, onward[onward], onward)
    end = onward[head[~mine]]
    tail, key = tail[~mine], key[~mine] + cost[head[~mine]]
    # no state that matters lies on a chain that never ends, or beyond one without a way out
    useful = ~single[end] & (end != tail) & ((n_out[end] > 0) | keep[end])
    tail, head, key = tail[useful], end[useful].astype(np.int32), key[useful]
    order = np.lexsort((key, head, tail))
    tail, head, key = tail[order], head[order], key[order]
    best = np.ones(len(key), bool)
    best[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    return tail[best], head[best], key[best]


def _renumbered(search: Search, arcs: Arcs, number: NDArray[np.int32]) -> Search:
    """Return a search on other arcs; ``number`` says which state each has become."""
    seeds, goals = search.seeds, search.goals
    return replace(
        search,
        arcs=arcs,
        seeds=Ends(number[seeds.node], seeds.key, seeds.back),
        goals=Ends(number[goals.node], goals.key, goals.back),
    )


def shrink_search(search: Search) -> Search:
    """Return the same search on fewer nodes; its arcs are no longer links (``arc`` is -1)."""
    from routing.roads.shrink_kernels import shrink

    arcs = search.arcs
    n = len(arcs.first) - 1
    most = (np.diff(arcs.first) + np.bincount(arcs.head, minlength=n)).max(initial=0)
    if most > MAX_SLOTS:
        return search
    seeds, goals = search.seeds, search.goals
    keep = np.zeros(n + 1, bool)  # the last is for -1
    keep[seeds.node[search.rows[:, 0]]] = True
    keep[goals.node] = True
    first, tail, head, key, new = shrink(
        arcs.first, arcs.head, arcs.key, keep[:n], MAX_NEIGHBOURS, max(SLOTS, int(most))
    )
    number = np.append(new, np.int32(-1))
    return _renumbered(
        search, Arcs(first, tail, head, key, np.full(len(key), -1, np.int64)), number
    )
