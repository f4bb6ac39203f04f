"""Lists of arcs per state that grow and shrink, compiled: what a contraction works on.

All lists lie in one pool. A list that outgrows its room moves to the end of the pool and
gets twice the room; what it leaves behind is lost, which costs less than linked lists do.
"""

from typing import NamedTuple

import numpy as np

from routing.roads.kernels import Nodes, compiled, inlined
from routing.roads.network import Ints

SPARE = 2
"""Room of a list to begin with, above what it holds."""


class Lists(NamedTuple):
    """Arcs of every state in one direction.

    Parameters
    ----------
    begin, size, room
        Per state: where its list begins in the pool, how many arcs it holds, and how
        many it has room for.
    node, key, arc
        The pool: state at the other end, key, number of the arc.
    used
        Length 1: entries of the pool in use.
    """

    begin: Ints
    size: Nodes
    room: Nodes
    node: Nodes
    key: Ints
    arc: Nodes
    used: Ints


@compiled
def make_lists(n: int, own: Nodes, other: Nodes, key: Ints) -> Lists:
    """Return the arcs as lists of ``own``; arc numbers are positions."""
    size = np.zeros(n, np.int32)
    for at in range(len(own)):
        size[own[at]] += 1
    room = (size + SPARE).astype(np.int32)
    begin = np.zeros(n, np.int64)
    begin[1:] = np.cumsum(room.astype(np.int64))[:-1] if n else begin[1:]
    used = np.array([room.astype(np.int64).sum()])
    cap = 2 * used[0] + 64
    lists = Lists(
        begin, np.zeros(n, np.int32), room,
        np.empty(cap, np.int32), np.empty(cap, np.int64), np.empty(cap, np.int32), used,
    )  # fmt: skip
    for at in range(len(own)):
        append_arc(lists, own[at], other[at], key[at], at)
    return lists


@compiled
def grow_pool(lists: Lists, need: int) -> Lists:
    """Return the lists with space in the pool for so many entries more."""
    if lists.used[0] + need <= len(lists.node):
        return lists
    more = len(lists.node) + need
    return Lists(
        lists.begin, lists.size, lists.room,
        np.concatenate((lists.node, np.empty(more, np.int32))),
        np.concatenate((lists.key, np.empty(more, np.int64))),
        np.concatenate((lists.arc, np.empty(more, np.int32))),
        lists.used,
    )  # fmt: skip


@compiled
def append_arc(lists: Lists, state: int, node: int, key: int, arc: int) -> None:
    """Append an arc to a state's list; the pool must have the space."""
    begin, size = lists.begin[state], lists.size[state]
    if size == lists.room[state]:
        to = lists.used[0]
        lists.node[to : to + size] = lists.node[begin : begin + size]
        lists.key[to : to + size] = lists.key[begin : begin + size]
        lists.arc[to : to + size] = lists.arc[begin : begin + size]
        lists.begin[state], lists.room[state] = to, 2 * size + SPARE
        lists.used[0] += 2 * size + SPARE
        begin = to
    lists.node[begin + size] = node
    lists.key[begin + size] = key
    lists.arc[begin + size] = arc
    lists.size[state] = size + 1


@inlined
def find_arc(lists: Lists, state: int, node: int) -> int:
    """Return where in the pool a state's arc with that other end is, -1 for nowhere."""
    found = np.int64(-1)
    begin = lists.begin[state]
    for at in range(begin, begin + lists.size[state]):
        if lists.node[at] == node:
            found = at
            break
    return found


@compiled
def remove_arc(lists: Lists, state: int, node: int) -> None:
    """Take the arc with that other end out of a state's list, if it is there."""
    at = find_arc(lists, state, node)
    if at >= 0:
        last = lists.begin[state] + lists.size[state] - 1
        lists.node[at] = lists.node[last]
        lists.key[at] = lists.key[last]
        lists.arc[at] = lists.arc[last]
        lists.size[state] -= 1
