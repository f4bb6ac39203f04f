"""The search itself, compiled: Dijkstra's algorithm with buckets instead of a heap.

A node waits in the bucket of its key's upper bits. Buckets are emptied in order; within
one bucket a node may be corrected and looked at again, so the answer is exact whatever
the width. The buckets form a ring, long enough for the largest key of an arc; a bucket
is a doubly linked list through ``after`` and ``before``, so that a corrected node moves
and nothing is ever allocated while searching.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.roads.keys import NO_WAY
from routing.roads.network import Flags, Ints

Nodes = NDArray[np.int32]
Csr = tuple[Ints, Nodes, Nodes, Ints]
"""``first``, ``tail``, ``head`` and ``key`` of an ``Arcs``."""

Ends = tuple[Nodes, Ints]
"""Nodes (int32, n x 2, -1 for none) and keys (int64, n x 2)."""

State = tuple[Ints, Nodes, Nodes, Nodes, Nodes, Nodes]
"""label, via, after, before, heads, touched."""

NOT_WAITING = -2


def _compiled(function: Callable[..., Any]) -> Any:
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep compiled code in
        return njit(nogil=True)(function)


@_compiled
def _put(node: int, slot: int, heads: Nodes, after: Nodes, before: Nodes) -> None:
    """Let a node wait in a bucket."""
    behind = heads[slot]
    after[node] = behind
    before[node] = -1
    if behind >= 0:
        before[behind] = node
    heads[slot] = node


@_compiled
def _take(node: int, slot: int, heads: Nodes, after: Nodes, before: Nodes) -> None:
    """Remove a waiting node from its bucket."""
    behind, ahead = after[node], before[node]
    if ahead >= 0:
        after[ahead] = behind
    else:
        heads[slot] = behind
    if behind >= 0:
        before[behind] = ahead
    before[node] = NOT_WAITING


@_compiled
def _improve(node: int, key: int, arc: int, shift: int, n_touched: int, state: State) -> tuple[int, int]:
    """Give a node a smaller key, found over an arc; return (nodes touched, new ones waiting)."""
    label, via, after, before, heads, touched = state
    mask = len(heads) - 1
    old = label[node]
    if old == NO_WAY:
        touched[n_touched] = node
        n_touched += 1
    waits = before[node] != NOT_WAITING
    slot = (key >> shift) & mask
    label[node] = key
    via[node] = arc
    if waits:
        old_slot = (old >> shift) & mask
        if old_slot == slot:
            return n_touched, 0
        _take(node, old_slot, heads, after, before)
    _put(node, slot, heads, after, before)
    return n_touched, 0 if waits else 1


@_compiled
def _spread(arcs: Csr, seed: Ends, wanted: Flags, n_wanted: int, limit: int, shift: int, state: State) -> int:
    """Search from up to two seeds until every wanted node is final; return nodes touched."""
    first, _, head, key = arcs
    seed_node, seed_key = seed
    label, _, after, before, heads, _ = state
    mask = len(heads) - 1
    n_touched, n_waiting = 0, 0
    for i in range(len(seed_node)):
        if seed_node[i] >= 0 and seed_key[i] < label[seed_node[i]]:
            n_touched, more = _improve(
                seed_node[i], seed_key[i], np.int32(-1), shift, n_touched, state
            )
            n_waiting += more
    level = np.int64(0)
    while n_waiting > 0 and n_wanted > 0 and (level << shift) <= limit:
        slot = level & mask
        while heads[slot] >= 0:
            node = heads[slot]
            _take(node, slot, heads, after, before)
            n_waiting -= 1
            if wanted[node]:
                wanted[node] = False
                n_wanted -= 1
            at = label[node]
            for arc in range(first[node], first[node + 1]):
                far = at + key[arc]
                if far < label[head[arc]]:
                    n_touched, more = _improve(
                        head[arc], far, np.int32(arc), shift, n_touched, state
                    )
                    n_waiting += more
        level += 1
    return n_touched


@_compiled
def _want(goal_node: Nodes, begin: int, stop: int, wanted: Flags) -> int:
    """Mark the nodes of the goals; return how many."""
    n_wanted = 0
    for goal in range(begin, stop):
        for way in range(goal_node.shape[1]):
            node = goal_node[goal, way]
            if node >= 0 and not wanted[node]:
                wanted[node] = True
                n_wanted += 1
    return n_wanted


@_compiled
def _best(goals: Ends, goal: int, label: Ints, limit: int) -> tuple[int, int]:
    """Return the key of a goal and the node over which it is reached, -1 where it is not."""
    goal_node, goal_key = goals
    found, over = np.int64(NO_WAY), -1
    for way in range(goal_node.shape[1]):
        node = goal_node[goal, way]
        if node >= 0 and label[node] != NO_WAY:
            key = label[node] + goal_key[goal, way]
            if key < found and key <= limit:
                found, over = key, node
    return found, over


@_compiled
def _clear(goal_node: Nodes, begin: int, stop: int, wanted: Flags, n_touched: int, shift: int, state: State) -> None:
    """Make the arrays as they were before a search."""
    label, _, _, before, heads, touched = state
    mask = len(heads) - 1
    for i in range(n_touched):
        node = touched[i]
        if before[node] != NOT_WAITING:
            heads[(label[node] >> shift) & mask] = -1
            before[node] = NOT_WAITING
        label[node] = NO_WAY
    for goal in range(begin, stop):
        for way in range(goal_node.shape[1]):
            if goal_node[goal, way] >= 0:
                wanted[goal_node[goal, way]] = False


@_compiled
def _fresh(n_nodes: int, n_buckets: int) -> State:
    """Return the arrays of a search: label, via, after, before, heads, touched."""
    return (
        np.full(n_nodes, NO_WAY, np.int64),
        np.full(n_nodes, -1, np.int32),
        np.full(n_nodes, -1, np.int32),
        np.full(n_nodes, NOT_WAITING, np.int32),
        np.full(n_buckets, -1, np.int32),
        np.empty(n_nodes, np.int32),
    )


@_compiled
def search_rows(arcs: Csr, seeds: Ends, goals: Ends, rows: Ints, ring: tuple[int, int], limit: int, out: Ints) -> None:
    """Write the key of every goal of every row.

    Parameters
    ----------
    arcs, seeds, goals
        The graph; where the searches begin; where they end.
    rows
        Per row: its seed, its first goal, the one after its last, and where its first
        answer is written.
    ring
        Shift from a key to its bucket, and the number of buckets (a power of two).
    limit
        Largest key that counts.
    out
        The keys (int64); ``NO_WAY`` where a goal is not reached.
    """
    seed_node, seed_key = seeds
    goal_node = goals[0]
    shift, n_buckets = ring
    state = _fresh(len(arcs[0]) - 1, n_buckets)
    wanted = np.zeros(len(arcs[0]) - 1, np.bool_)
    for row in range(len(rows)):
        seed, begin, stop, place = rows[row]
        n_wanted = _want(goal_node, begin, stop, wanted)
        n_touched = _spread(
            arcs, (seed_node[seed], seed_key[seed]), wanted, n_wanted, limit, shift, state,
        )  # fmt: skip
        for goal in range(begin, stop):
            out[place + goal - begin], _ = _best(goals, goal, state[0], limit)
        _clear(goal_node, begin, stop, wanted, n_touched, shift, state)


@_compiled
def trace_rows(arcs: Csr, seeds: Ends, goals: Ends, rows: Ints, ring: tuple[int, int], out: Ints) -> tuple[Nodes, Ints]:
    """Write keys as ``search_rows`` does, and return the arcs of every way.

    Returns
    -------
    way
        Arcs (positions in ``arcs``) of all ways, each from its goal back to its seed.
    size
        Arcs of each way, in the order in which the rows name the goals.
    """
    tail = arcs[1]
    seed_node, seed_key = seeds
    goal_node = goals[0]
    shift, n_buckets = ring
    state = _fresh(len(arcs[0]) - 1, n_buckets)
    wanted = np.zeros(len(arcs[0]) - 1, np.bool_)
    way, filled, done = np.empty(1024, np.int32), 0, 0
    size = np.zeros((rows[:, 2] - rows[:, 1]).sum(), np.int64)
    for row in range(len(rows)):
        seed, begin, stop, place = rows[row]
        n_wanted = _want(goal_node, begin, stop, wanted)
        n_touched = _spread(
            arcs, (seed_node[seed], seed_key[seed]), wanted, n_wanted, np.int64(NO_WAY), shift, state,
        )  # fmt: skip
        for goal in range(begin, stop):
            out[place + goal - begin], node = _best(
                goals, goal, state[0], np.int64(NO_WAY)
            )
            before = filled
            while node >= 0 and state[1][node] >= 0:
                if filled == len(way):
                    way = np.concatenate((way, np.empty(len(way), np.int32)))
                way[filled] = state[1][node]
                node = tail[way[filled]]
                filled += 1
            size[done] = filled - before
            done += 1
        _clear(goal_node, begin, stop, wanted, n_touched, shift, state)
    return way[:filled], size
