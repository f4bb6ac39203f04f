"""Leaving out nodes, compiled; ``routing.roads.shrinking`` says why.

Per node there is a short list of neighbours with the key of going there, ``NO_WAY``
where one only comes from there.
"""

import numpy as np

from routing.roads.kernels import Nodes, compiled
from routing.roads.keys import NO_WAY
from routing.roads.network import Flags, Ints


@compiled
def _find(near: Nodes, degree: Nodes, node: int, other: int) -> int:
    """Return where a neighbour stands in a node's list, -1 where it does not."""
    for i in range(degree[node]):
        if near[node, i] == other:
            return i
    return -1


@compiled
def _join(near: Nodes, keys: Ints, degree: Nodes, node: int, other: int, key: int) -> None:
    """Make a neighbour at most so far away."""
    i = _find(near, degree, node, other)
    if i < 0:
        near[node, degree[node]] = other
        keys[node, degree[node]] = key
        degree[node] += 1
    elif key < keys[node, i]:
        keys[node, i] = key


@compiled
def _part(near: Nodes, keys: Ints, degree: Nodes, node: int, other: int) -> int:
    """Remove a neighbour; return how far away it was."""
    i = _find(near, degree, node, other)
    key = keys[node, i]
    last = degree[node] - 1
    near[node, i], keys[node, i] = near[node, last], keys[node, last]
    degree[node] = last
    return key


@compiled
def _fits(near: Nodes, degree: Nodes, node: int) -> bool:
    """Return whether the neighbours' lists have room for each other."""
    for i in range(degree[node]):
        other, more = near[node, i], -1
        for j in range(degree[node]):
            if j != i and _find(near, degree, other, near[node, j]) < 0:
                more += 1
        if degree[other] + more > near.shape[1]:
            return False
    return True


@compiled
def _bridge(near: Nodes, keys: Ints, degree: Nodes, node: int, to_node: Ints) -> None:
    """Take a node out, and join its neighbours as it joined them."""
    for i in range(degree[node]):
        to_node[i] = _part(near, keys, degree, near[node, i], node)
    for i in range(degree[node]):
        for j in range(degree[node]):
            if i != j:
                through = np.int64(NO_WAY)
                if to_node[i] < NO_WAY and keys[node, j] < NO_WAY:
                    through = to_node[i] + keys[node, j]
                _join(near, keys, degree, near[node, i], near[node, j], through)


@compiled
def _neighbours(first: Ints, head: Nodes, key: Ints, slots: int) -> tuple[Nodes, Ints, Nodes]:
    """Return neighbours, keys and degree of every node."""
    n = len(first) - 1
    near, keys = np.empty((n, slots), np.int32), np.empty((n, slots), np.int64)
    degree = np.zeros(n, np.int32)
    for node in range(n):
        for arc in range(first[node], first[node + 1]):
            if head[arc] != node:  # nobody gets faster by driving round a loop
                _join(near, keys, degree, node, head[arc], key[arc])
                _join(near, keys, degree, head[arc], node, np.int64(NO_WAY))
    return near, keys, degree


@compiled
def _thin(near: Nodes, keys: Ints, degree: Nodes, keep: Flags, max_degree: int) -> Flags:
    """Take out nodes with few neighbours, fewest first; return which are gone."""
    n = len(degree)
    gone, listed = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    stack, to_node = np.empty(n, np.int32), np.empty(near.shape[1], np.int64)
    for most in range(max_degree + 1):
        size = 0
        for node in range(n):
            if not keep[node] and not gone[node] and degree[node] <= most:
                stack[size], listed[node] = node, True
                size += 1
        while size > 0:
            size -= 1
            node = stack[size]
            listed[node] = False
            if degree[node] > most or not _fits(near, degree, node):
                continue
            gone[node] = True
            _bridge(near, keys, degree, node, to_node)
            for i in range(degree[node]):
                other = near[node, i]
                if not keep[other] and not listed[other] and degree[other] <= most:
                    stack[size], listed[other] = other, True
                    size += 1
    return gone


@compiled
def shrink(
    first: Ints, head: Nodes, key: Ints, keep: Flags, max_degree: int, slots: int
) -> tuple[Ints, Nodes, Nodes, Ints, Nodes]:
    """Return a graph without most nodes that need not be kept.

    Parameters
    ----------
    first, head, key
        Of an ``Arcs``.
    keep
        Which nodes must stay (bool).
    max_degree
        Nodes with more neighbours stay.
    slots
        Neighbours that a node may come to have; at least the most it has.

    Returns
    -------
    first, tail, head, key
        The smaller graph, with every fastest way's key between the nodes that stay.
    new
        Per old node its new number (int32), -1 where it is gone.
    """
    near, keys, degree = _neighbours(first, head, key, slots)
    gone = _thin(near, keys, degree, keep, max_degree)
    new = np.full(len(gone), -1, np.int32)
    stay = np.flatnonzero(~gone)
    new[stay] = np.arange(len(stay)).astype(np.int32)
    begin, size = np.zeros(len(stay) + 1, np.int64), 0
    n_most = degree[stay].sum()
    tail, far = np.empty(n_most, np.int32), np.empty(n_most, np.int32)
    length = np.empty(n_most, np.int64)
    for row, node in enumerate(stay):
        for i in range(degree[node]):
            if keys[node, i] < NO_WAY:
                tail[size], far[size], length[size] = row, new[near[node, i]], keys[node, i]
                size += 1
        begin[row + 1] = size
    return begin, tail[:size], far[:size], length[:size], new
