"""Ways on a hierarchy, compiled: climb from both ends, meet, and take shortcuts apart.

Both searches are Dijkstra's on arcs to higher states. A state that is reached faster
over a higher one (stalled) is on no fastest way there, and is not gone on from.
"""

from typing import NamedTuple

import numpy as np

from routing.roads.hierarchy_kernels import lift, sink
from routing.roads.hierarchy_layout import Rows
from routing.roads.kernels import Nodes, compiled
from routing.roads.keys import NO_WAY
from routing.roads.network import Ints


class Climb(NamedTuple):
    """Scratch of the searches from one end.

    Parameters
    ----------
    label, turn
        Per state its key, and in which search it got it.
    before, via
        Per state the state it was reached from, and the position of the arc; -1 at a seed.
    heap_key, heap_node
        States that wait.
    now
        Length 1: number of the search.
    """

    label: Ints
    turn: Nodes
    before: Nodes
    via: Nodes
    heap_key: Ints
    heap_node: Nodes
    now: Nodes


@compiled
def make_climb(n: int, n_arcs: int) -> Climb:
    """Return scratch for a hierarchy with so many states and arcs in one direction."""
    return Climb(
        np.zeros(n, np.int64), np.zeros(n, np.int32), np.empty(n, np.int32),
        np.empty(n, np.int32), np.empty(n + n_arcs + 16, np.int64),
        np.empty(n + n_arcs + 16, np.int32), np.zeros(1, np.int32),
    )  # fmt: skip


@compiled
def _begin(own: Climb, node: Nodes, key: Ints) -> int:
    """Begin a search at a place; return how many states wait."""
    own.now[0] += 1
    turn, size = own.now[0], 0
    for way in range(len(node)):
        state = node[way]
        if state < 0 or (own.turn[state] == turn and own.label[state] <= key[way]):
            continue
        own.label[state], own.turn[state] = key[way], turn
        own.before[state], own.via[state] = -1, -1
        lift(own.heap_key, own.heap_node, size, key[way], state)
        size += 1
    return size


@compiled
def _climb(
    own: Climb, size: int, rows: Rows, base: int, against: Rows, other: Climb,
    least: int, best: int,
) -> tuple[int, int]:  # fmt: skip
    """Climb from the states that wait, and return the best meeting and its key.

    ``least`` is the smallest key that the other side can add; -1 where it has not climbed.
    """
    keys, nodes, turn = own.heap_key, own.heap_node, own.now[0]
    label, reached = own.label, own.turn
    meet = np.int64(-1)
    while size > 0:
        at, state = keys[0], np.int64(nodes[0])
        if least >= 0 and at + least >= best:
            break
        size -= 1
        sink(keys, nodes, size, keys[size], nodes[size])
        if at != label[state]:
            continue
        if least >= 0 and other.turn[state] == other.now[0] and other.label[state] + at < best:
            best, meet = other.label[state] + at, state
        stalled = False
        for arc in range(against[0][state], against[0][state + 1]):
            higher = against[1][arc]
            if reached[higher] == turn and label[higher] + against[2][arc] < at:
                stalled = True
                break
        if stalled:
            continue
        for arc in range(rows[0][state], rows[0][state + 1]):
            higher, reach = rows[1][arc], at + rows[2][arc]
            if reached[higher] == turn and label[higher] <= reach:
                continue
            label[higher], reached[higher] = reach, turn
            own.before[higher], own.via[higher] = state, base + arc
            lift(keys, nodes, size, reach, higher)
            size += 1
    return int(meet), best


@compiled
def _take_apart(halves: Nodes, arc: int, stack: Nodes, way: Nodes, filled: int) -> int:
    """Append the arcs that one stands for; return the length, beyond ``way`` if too short."""
    stack[0], size = arc, 1
    while size > 0:
        size -= 1
        at = stack[size]
        if halves[at, 1] >= 0:
            stack[size], stack[size + 1] = halves[at, 1], halves[at, 0]
            size += 2
        else:
            if filled < len(way):
                way[filled] = halves[at, 0]
            filled += 1
    return filled


@compiled
def _trace(
    meet: int, ahead: Climb, behind: Climb, halves: Nodes, stack: Nodes, way: Nodes, filled: int
) -> int:
    """Append the arcs of the way over a meeting; return the length, as ``_take_apart``."""
    n_up, state = 0, meet
    while ahead.via[state] >= 0:
        stack[len(stack) - 1 - n_up] = ahead.via[state]
        n_up, state = n_up + 1, ahead.before[state]
    for i in range(len(stack) - n_up, len(stack)):
        filled = _take_apart(halves, stack[i], stack, way, filled)
    state = meet
    while behind.via[state] >= 0:
        filled = _take_apart(halves, behind.via[state], stack, way, filled)
        state = behind.before[state]
    return filled


@compiled
def trace_pairs(
    up: Rows, down: Rows, halves: Nodes, seeds: tuple[Nodes, Ints], goals: tuple[Nodes, Ints],
    order: Ints, same: Nodes,
) -> tuple[Ints, Nodes, Ints, Ints]:  # fmt: skip
    """Find the way of each pair.

    Parameters
    ----------
    up, down, halves
        Of a ``Hierarchy``.
    seeds, goals
        Numbers of states (int32, pairs x k, -1 for none) and keys.
    order
        The pairs in the order in which to take them.
    same
        Per place in the order, whether its seed is that of the pair before (bool).

    Returns
    -------
    keys
        Per pair, ``NO_WAY`` for none.
    way
        Positions in ``Arcs`` of all ways, in the order taken.
    begin, count
        Where each pair's way begins in it, and its length; -1 where there is none.
    """
    n, n_pairs, filled = len(up[0]) - 1, len(order), np.int64(0)
    ahead, behind = make_climb(n, len(up[1])), make_climb(n, len(down[1]))
    keys, begin = np.full(n_pairs, NO_WAY, np.int64), np.zeros(n_pairs, np.int64)
    count = np.full(n_pairs, -1, np.int64)
    way, stack = np.empty(64 * n_pairs + 1024, np.int32), np.empty(2 * n + 64, np.int32)
    least = np.int64(0)
    for turn in range(n_pairs):
        pair = order[turn]
        if not same[turn]:
            size = _begin(ahead, seeds[0][pair], seeds[1][pair])
            least = ahead.heap_key[0] if size > 0 else np.int64(0)
            _climb(ahead, size, up, 0, down, behind, -1, NO_WAY)
        size = _begin(behind, goals[0][pair], goals[1][pair])
        meet, keys[pair] = _climb(behind, size, down, len(up[1]), up, ahead, least, NO_WAY)
        if meet < 0:
            continue
        end = _trace(meet, ahead, behind, halves, stack, way, filled)
        while end > len(way):
            way = np.concatenate((way, np.empty(end, np.int32)))
            end = _trace(meet, ahead, behind, halves, stack, way, filled)
        begin[pair], count[pair], filled = filled, end - filled, end
    return keys, way[:filled], begin, count
