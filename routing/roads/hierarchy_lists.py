"""Lists of arcs per state that grow and shrink: what a contraction works on.

All lists lie in one pool. A list that outgrows its room moves to the end of the pool and
gets twice the room; what it leaves behind is lost, which costs less than linked lists do.
"""

from typing import NamedTuple

import numpy as np

from routing.roads.kernels import Nodes, compiled
from routing.roads.network import Ints

SPARE = 2
"""Room of a list to begin with, above what it holds."""


class Lists(NamedTuple):
    """Arcs of every state in one direction. Few arrays, so that it compiles quickly.

    Parameters
    ----------
    span
        Per state (int64, n x 3): where its list begins in the pool, how many arcs it
        holds, and how many it has room for.
    end, key
        The pool: state at the other end and number of the arc (int32, x 2), and key.
    used
        Length 1: entries of the pool in use.
    """

    span: Ints
    end: Nodes
    key: Ints
    used: Ints


def make_lists(n: int, own: Nodes, other: Nodes, key: Ints) -> Lists:
    """Return the arcs as lists of ``own``; arc numbers are positions."""
    size = np.bincount(own, minlength=n)
    room = size + SPARE
    begin = np.cumsum(room) - room
    order = np.argsort(own, kind="stable")
    nth = np.arange(len(own)) - np.repeat(np.cumsum(size) - size, size)
    used = int(room.sum())
    end, keys = np.empty((2 * used + 64, 2), np.int32), np.empty(2 * used + 64, np.int64)
    at = begin[own[order]] + nth
    end[at, 0], end[at, 1], keys[at] = other[order], order, key[order]
    span = np.stack((begin, size, room), axis=1).astype(np.int64)
    return Lists(span, end, keys, np.array([used]))


def grow_pool(lists: Lists, need: int) -> Lists:
    """Return the lists with space in the pool for so many entries more."""
    if lists.used[0] + need <= len(lists.key):
        return lists
    more = len(lists.key) + need
    return lists._replace(
        end=np.concatenate((lists.end, np.empty((more, 2), np.int32))),
        key=np.concatenate((lists.key, np.empty(more, np.int64))),
    )


@compiled
def append_arc(lists: Lists, state: int, node: int, key: int, arc: int) -> None:
    """Append an arc to a state's list; the pool must have the space."""
    span, end, keys = lists.span, lists.end, lists.key
    begin, size = span[state, 0], span[state, 1]
    if size == span[state, 2]:
        to, room = lists.used[0], 2 * size + SPARE
        for i in range(size):
            end[to + i, 0], end[to + i, 1] = end[begin + i, 0], end[begin + i, 1]
            keys[to + i] = keys[begin + i]
        span[state, 0], span[state, 2] = to, room
        lists.used[0] += room
        begin = to
    end[begin + size, 0], end[begin + size, 1] = node, arc
    keys[begin + size] = key
    span[state, 1] = size + 1


@compiled
def find_arc(lists: Lists, state: int, node: int) -> int:
    """Return where in the pool a state's arc with that other end is, -1 for nowhere."""
    begin = lists.span[state, 0]
    for at in range(begin, begin + lists.span[state, 1]):
        if lists.end[at, 0] == node:
            return int(at)
    return -1


@compiled
def remove_arc(lists: Lists, state: int, node: int) -> None:
    """Take the arc with that other end out of a state's list, if it is there."""
    at = find_arc(lists, state, node)
    if at >= 0:
        last = lists.span[state, 0] + lists.span[state, 1] - 1
        lists.end[at, 0], lists.end[at, 1] = lists.end[last, 0], lists.end[last, 1]
        lists.key[at] = lists.key[last]
        lists.span[state, 1] -= 1
