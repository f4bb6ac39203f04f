"""The search itself, compiled: Dijkstra's algorithm with buckets instead of a heap.

A node waits in the bucket of its key's upper bits. Buckets are emptied in order; within
one bucket a node may be corrected and looked at again, so the answer is exact whatever
their width. The buckets form a ring, long enough for the largest key of an arc. A bucket
is a linked list of tickets; a ticket of a node that was corrected into an earlier bucket
stays behind and is ignored when its turn comes.

A node gets a new ticket only when it drops to an earlier bucket or was already looked
at. From one arc it can drop twice (its tail is looked at in one bucket only, and is
corrected there by less than a bucket's width), so two tickets per arc and one per node
are always enough.
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

EndArrays = tuple[Nodes, Ints]
"""Nodes (int32, n x 2, -1 for none) and keys (int64, n x 2)."""


def compiled(function: Callable[..., Any], *, inline: str = "never") -> Any:
    """Return the function compiled; kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True, inline=inline)(function)
    except RuntimeError:
        return njit(nogil=True, inline=inline)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Return the function compiled into its callers: a call would cost more than it does."""
    return compiled(function, inline="always")


@inlined
def _push(
    node: int, slot: int, heads: Nodes, who: Nodes, behind: Nodes, used: int, spare: int
) -> tuple[int, int]:
    """Give a node a ticket; return how many tickets are used and the first spare one."""
    if spare >= 0:
        ticket, spare = spare, behind[spare]
    else:
        ticket, used = used, used + 1
    who[ticket] = node
    behind[ticket] = heads[slot]
    heads[slot] = ticket
    return used, spare


@compiled
def _spread(
    first: Ints, head: Nodes, key: Ints, seed_node: Nodes, seed_key: Ints, wanted: Flags,
    n_wanted: int, limit: int, shift: int, label: Ints, via: Nodes, waits: Flags,
    heads: Nodes, who: Nodes, behind: Nodes, touched: Nodes,
) -> int:  # fmt: skip
    """Search from a place's seeds until every wanted node is final; return nodes touched."""
    mask = len(heads) - 1
    n_touched, n_tickets, used, spare = 0, 0, 0, -1
    for i in range(len(seed_node)):
        node = seed_node[i]
        if node >= 0 and seed_key[i] < label[node]:
            touched[n_touched] = node
            n_touched += label[node] == NO_WAY
            label[node], via[node], waits[node] = seed_key[i], -1, True
            slot = (label[node] >> shift) & mask
            used, spare = _push(node, slot, heads, who, behind, used, spare)
            n_tickets += 1
    level = 0
    while n_tickets > 0 and n_wanted > 0 and (level << shift) <= limit:
        while heads[level & mask] >= 0:
            ticket = heads[level & mask]
            node = who[ticket]
            heads[level & mask] = behind[ticket]
            behind[ticket], spare = spare, ticket
            n_tickets -= 1
            at = label[node]
            if not waits[node] or (at >> shift) != level:
                continue
            waits[node] = False
            n_wanted -= wanted[node]
            wanted[node] = False
            for arc in range(first[node], first[node + 1]):
                other, reach = head[arc], at + key[arc]
                old = label[other]
                if reach >= old:
                    continue
                label[other], via[other] = reach, arc
                touched[n_touched] = other
                n_touched += old == NO_WAY
                if not waits[other] or (old >> shift) != (reach >> shift):
                    waits[other] = True
                    slot = (reach >> shift) & mask
                    used, spare = _push(other, slot, heads, who, behind, used, spare)
                    n_tickets += 1
        level += 1
    return n_touched


@compiled
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


@inlined
def _best(
    goal_node: Nodes, goal_key: Ints, goal: int, label: Ints, limit: int
) -> tuple[np.int64, np.int64]:
    """Return the key of a goal and the node over which it is reached, -1 where it is not."""
    found, over = np.int64(NO_WAY), np.int64(-1)  # one type each, for numba
    for way in range(goal_node.shape[1]):
        node = goal_node[goal, way]
        if node >= 0 and label[node] != NO_WAY:
            total = label[node] + goal_key[goal, way]
            if total < found and total <= limit:
                found, over = total, np.int64(node)
    return found, over


@compiled
def _clear(
    goal_node: Nodes, begin: int, stop: int, n_touched: int, wanted: Flags,
    label: Ints, waits: Flags, heads: Nodes, touched: Nodes,
) -> None:  # fmt: skip
    """Make the arrays as they were before a search."""
    for i in range(n_touched):
        label[touched[i]] = NO_WAY
        waits[touched[i]] = False
    heads[:] = -1
    for goal in range(begin, stop):
        for way in range(goal_node.shape[1]):
            if goal_node[goal, way] >= 0:
                wanted[goal_node[goal, way]] = False


@compiled
def _trace(tail: Nodes, via: Nodes, node: int, way: Nodes, filled: int) -> tuple[Nodes, int]:
    """Append the arcs from a node back to its seed; return the ways and how long they are."""
    while node >= 0 and via[node] >= 0:
        if filled == len(way):
            way = np.concatenate((way, np.empty(len(way), np.int32)))
        way[filled] = via[node]
        node = tail[via[node]]
        filled += 1
    return way, filled


@compiled
def search_rows(
    arcs: Csr, seeds: EndArrays, goals: EndArrays, rows: Ints, ring: tuple[int, int],
    limit: int, out: Ints, traces: bool,
) -> tuple[Nodes, Ints]:  # fmt: skip
    """Write the key of every goal of every row, and return the arcs of the ways if wanted.

    Parameters
    ----------
    arcs, seeds, goals
        The graph; where the searches begin; where they end.
    rows
        Per row (int64, n x 4): its seed, its first goal, the one after its last, and
        where its first answer is written.
    ring
        Shift from a key to its bucket, and the number of buckets (a power of two).
    limit
        Largest key that counts.
    out
        The keys (int64); ``NO_WAY`` where a goal is not reached.
    traces
        Whether ways are wanted.

    Returns
    -------
    way
        Arcs (positions in ``arcs``) of all ways, each from its goal back to its seed.
    size
        Arcs of each way, in the order in which the rows name the goals.
    """
    n, n_arcs = len(arcs[0]) - 1, len(arcs[2])
    label, via = np.full(n, NO_WAY, np.int64), np.full(n, -1, np.int32)
    waits, wanted = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    heads, touched = np.full(ring[1], -1, np.int32), np.empty(n + 1, np.int32)
    who = np.empty(2 * n_arcs + n + 2 * seeds[0].shape[1], np.int32)
    behind = np.empty(len(who), np.int32)
    way, filled, sizes, done = np.empty(1024, np.int32), 0, np.zeros(16, np.int64), 0
    if traces:
        sizes = np.zeros((rows[:, 2] - rows[:, 1]).sum(), np.int64)
    for row in range(len(rows)):
        seed, begin, stop, place = rows[row]
        n_touched = _spread(
            arcs[0], arcs[2], arcs[3], seeds[0][seed], seeds[1][seed], wanted,
            _want(goals[0], begin, stop, wanted), limit, ring[0], label, via, waits,
            heads, who, behind, touched,
        )  # fmt: skip
        for goal in range(begin, stop):
            out[place + goal - begin], over = _best(goals[0], goals[1], goal, label, limit)
            if traces:
                way, filled_now = _trace(arcs[1], via, over, way, filled)
                sizes[done], filled, done = filled_now - filled, filled_now, done + 1
        _clear(goals[0], begin, stop, n_touched, wanted, label, waits, heads, touched)
    return way[:filled], sizes[:done]
