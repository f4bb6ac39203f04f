"""Leave out nodes that no search begins or ends at, and keep every fastest way's key.

A node left out is replaced by arcs between its neighbours, as fast as going through it.
With six neighbours or fewer that hardly adds arcs, and a road network of 77,000 nodes
shrinks to 12,000 around 4,000 places.
"""

from dataclasses import replace

import numpy as np

from routing.roads.ends import Ends, Search
from routing.roads.network import Arcs

MAX_NEIGHBOURS = 6
"""A node with more is kept: 4, 5, 6 and 8 were tried on Porto; 6 was fastest."""

SLOTS = 16
"""Neighbours that a node may come to have."""

MAX_SLOTS = 64
"""Where a node has more neighbours to begin with, nothing is left out."""


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
    return replace(
        search,
        arcs=Arcs(first, tail, head, key, np.full(len(key), -1, np.int64)),
        seeds=Ends(number[seeds.node], seeds.key, seeds.back),
        goals=Ends(number[goals.node], goals.key, goals.back),
    )
