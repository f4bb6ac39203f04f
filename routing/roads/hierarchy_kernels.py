"""Contraction, compiled: states leave one after another, and shortcuts keep the ways.

A state that leaves gets a shortcut from each state before it to each state after it,
unless a search among the states still there finds a way that is no longer (a witness).
Searches are cut short; a shortcut too many costs time later, never a wrong answer. The
arcs that a state has when it leaves are its arcs to higher states.

First leave states with a single way in or a single way out, no two neighbours in one
round, and without looking for witnesses: that adds no arcs. All others wait in a heap by
how much their leaving costs, which is looked at again when their turn comes.
"""

from typing import NamedTuple

import numpy as np

from routing.roads.hierarchy_lists import (
    Lists,
    append_arc,
    find_arc,
    grow_pool,
    make_lists,
    remove_arc,
)
from routing.roads.kernels import Nodes, compiled
from routing.roads.keys import NO_WAY
from routing.roads.network import Ints

HEAP = 1 << 14
"""States that may wait in a search for witnesses; more are not looked at."""

FORECAST_SETTLES = 40
"""States that a search for witnesses may finish when a first cost is wanted."""

SETTLES = 200
"""The same afterwards; tried on Porto with turns."""


class Witnesses(NamedTuple):
    """Scratch of the searches for witnesses.

    Parameters
    ----------
    label, label_turn
        Per state: its key, and in which search it got it.
    wanted, wanted_turn
        Per state: the key that a witness must not exceed, and in which search.
    heap_key, heap_node
        States that wait.
    turn
        Length 1: number of the search.
    """

    label: Ints
    label_turn: Nodes
    wanted: Ints
    wanted_turn: Nodes
    heap_key: Ints
    heap_node: Nodes
    turn: Nodes


class Shortcuts(NamedTuple):
    """Shortcuts that a state's leaving takes: ends, keys, and the two arcs replaced."""

    tail: Nodes
    head: Nodes
    key: Ints
    first_half: Nodes
    second_half: Nodes


@compiled
def _make_witnesses(n: int) -> Witnesses:
    return Witnesses(
        np.zeros(n, np.int64), np.zeros(n, np.int32), np.zeros(n, np.int64),
        np.zeros(n, np.int32), np.empty(HEAP, np.int64), np.empty(HEAP, np.int32),
        np.zeros(1, np.int32),
    )  # fmt: skip


@compiled
def _make_shortcuts(size: int) -> Shortcuts:
    return Shortcuts(
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int64),
        np.empty(size, np.int32), np.empty(size, np.int32),
    )  # fmt: skip


@compiled
def lift(keys: Ints, nodes: Nodes, size: int, key: int, node: int) -> None:
    """Put a node in a heap of ``size`` nodes."""
    at = size
    while at > 0 and keys[(at - 1) >> 1] > key:
        keys[at], nodes[at] = keys[(at - 1) >> 1], nodes[(at - 1) >> 1]
        at = (at - 1) >> 1
    keys[at], nodes[at] = key, node


@compiled
def sink(keys: Ints, nodes: Nodes, size: int, key: int, node: int) -> int:
    """Put a node in the place of the first of a heap; return where it comes to lie."""
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], nodes[at] = keys[child], nodes[child]
        at = child
    keys[at], nodes[at] = key, node
    return at


@compiled
def _want(into: Lists, out: Lists, state: int, at: int, find: Witnesses) -> tuple[int, int]:
    """Say which keys a search from the tail of one arc into a state must not exceed.

    Returns how many states are wanted, and the largest key.
    """
    turn, tail, n_wanted, most = find.turn[0], into.node[at], 0, np.int64(0)
    begin = out.begin[state]
    for to in range(begin, begin + out.size[state]):
        head = out.node[to]
        if head != tail:
            find.wanted[head] = into.key[at] + out.key[to]
            find.wanted_turn[head] = turn
            most = max(most, find.wanted[head])
            n_wanted += 1
    return n_wanted, most


@compiled
def _search(
    out: Lists, state: int, tail: int, n_wanted: int, most: int, settles: int, find: Witnesses
) -> None:
    """Search from a tail, not over the state, until every wanted key is undercut."""
    keys, nodes, turn = find.heap_key, find.heap_node, find.turn[0]
    label, label_turn = find.label, find.label_turn
    label[state], label_turn[state] = -1, turn
    label[tail], label_turn[tail] = 0, turn
    keys[0], nodes[0] = 0, tail
    size = 1
    while size > 0 and settles > 0:
        at, node = keys[0], nodes[0]
        size -= 1
        sink(keys, nodes, size, keys[size], nodes[size])
        if at != label[node]:
            continue
        settles -= 1
        begin = out.begin[node]
        for to in range(begin, begin + out.size[node]):
            reach, other = at + out.key[to], out.node[to]
            if reach > most or (label_turn[other] == turn and label[other] <= reach):
                continue
            if find.wanted_turn[other] == turn and reach <= find.wanted[other]:
                n_wanted -= label_turn[other] != turn or label[other] > find.wanted[other]
            label[other], label_turn[other] = reach, turn
            if size < HEAP:
                lift(keys, nodes, size, reach, other)
                size += 1
        if n_wanted == 0:
            break


@compiled
def _find_shortcuts(
    into: Lists, out: Lists, state: int, settles: int, find: Witnesses, found: Shortcuts
) -> int:
    """Find the shortcuts that a state's leaving takes; return how many.

    Without ``settles`` no witness is looked for.
    """
    size = 0
    first, last = into.begin[state], into.begin[state] + into.size[state]
    for at in range(first, last):
        tail = into.node[at]
        find.turn[0] += 1
        turn = find.turn[0]
        if settles > 0:
            n_wanted, most = _want(into, out, state, at, find)
            if n_wanted > 0:
                _search(out, state, tail, n_wanted, most, settles, find)
        for to in range(out.begin[state], out.begin[state] + out.size[state]):
            head, key = out.node[to], into.key[at] + out.key[to]
            near = find.label_turn[head] == turn and find.label[head] <= key
            if head != tail and not near and key < NO_WAY:
                found.tail[size], found.head[size], found.key[size] = tail, head, key
                found.first_half[size], found.second_half[size] = into.arc[at], out.arc[to]
                size += 1
    return size


@compiled
def _take_out(into: Lists, out: Lists, state: int) -> None:
    """Take a state out of its neighbours' lists; its own lists stay as they are."""
    for at in range(into.begin[state], into.begin[state] + into.size[state]):
        remove_arc(out, into.node[at], state)
    for at in range(out.begin[state], out.begin[state] + out.size[state]):
        remove_arc(into, out.node[at], state)


@compiled
def _space(into: Lists, out: Lists, state: int) -> int:
    """Return how many entries the pools may need when a state leaves."""
    n_in, n_out, need = into.size[state], out.size[state], np.int64(0)
    for at in range(into.begin[state], into.begin[state] + n_in):
        need += 4 * (out.room[into.node[at]] + n_out + 4)
    for at in range(out.begin[state], out.begin[state] + n_out):
        need += 4 * (into.room[out.node[at]] + n_in + 4)
    return need


@compiled
def _add_shortcuts(
    into: Lists, out: Lists, found: Shortcuts, size: int, halves: Nodes, n_arcs: int
) -> int:
    """Add shortcuts, or make an arc that is there as short; return the number of arcs."""
    for i in range(size):
        tail, head, key = found.tail[i], found.head[i], found.key[i]
        there = find_arc(out, tail, head)
        arc = n_arcs
        if there < 0:
            append_arc(out, tail, head, key, arc)
            append_arc(into, head, tail, key, arc)
            n_arcs += 1
        elif out.key[there] > key:
            arc = out.arc[there]
            out.key[there] = key
            into.key[find_arc(into, head, tail)] = key
        else:
            continue
        halves[arc, 0], halves[arc, 1] = found.first_half[i], found.second_half[i]
    return n_arcs


@compiled
def _deepen(lists: Lists, state: int, depth: Nodes, gone: Nodes) -> None:
    """Tell a state's neighbours that it is gone and how deep they lie now."""
    for at in range(lists.begin[state], lists.begin[state] + lists.size[state]):
        other = lists.node[at]
        gone[other] += 1
        depth[other] = max(depth[other], depth[state] + 1)


@compiled
def _leave(
    into: Lists, out: Lists, state: int, found: Shortcuts, size: int, halves: Nodes,
    n_arcs: int, depth: Nodes, gone: Nodes,
) -> tuple[Lists, Lists, Nodes, int]:  # fmt: skip
    """Let a state leave; return both lists, the halves of arcs, and the number of arcs."""
    need = _space(into, out, state)
    into, out = grow_pool(into, need), grow_pool(out, need)
    if n_arcs + size > len(halves):
        more = np.full((len(halves) + size, 2), -1, np.int32)
        halves = np.concatenate((halves, more))
    _take_out(into, out, state)
    n_arcs = _add_shortcuts(into, out, found, size, halves, n_arcs)
    _deepen(into, state, depth, gone)
    _deepen(out, state, depth, gone)
    return into, out, halves, n_arcs


@compiled
def _cost(into: Lists, out: Lists, state: int, n_shortcuts: int, depth: Nodes, gone: Nodes) -> int:
    """Return how late a state should leave."""
    n_arcs = into.size[state] + out.size[state]
    return 4 * n_shortcuts - 2 * n_arcs + 2 * gone[state] + 2 * depth[state]


@compiled
def contract(n: int, tail: Nodes, head: Nodes, key: Ints) -> tuple[Nodes, Lists, Lists, Nodes, int]:
    """Let all states leave.

    Parameters
    ----------
    n
        How many states there are.
    tail, head, key
        The arcs; no loops and no parallel ones.

    Returns
    -------
    rank
        Per state when it left (int32): 0 first.
    into, out
        The arcs that each state had when it left: from higher states and to them.
    halves
        Per arc the two that it stands for, -1 where it is one of the arcs given.
    n_arcs
        How many arcs there are.
    """
    into, out = make_lists(n, head, tail, key), make_lists(n, tail, head, key)
    halves, n_arcs = np.full((2 * len(tail) + 16, 2), -1, np.int32), len(tail)
    find, found = _make_witnesses(n), _make_shortcuts(1 << 10)
    rank, depth, gone = np.full(n, -1, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32)
    n_gone, round_, met = 0, 0, np.full(n, -1, np.int32)
    before = -1
    while n_gone > before:
        before = n_gone
        for state in range(n):
            if rank[state] >= 0 or met[state] == round_:
                continue
            if min(into.size[state], out.size[state]) > 1:
                continue
            if max(into.size[state], out.size[state]) > 8:
                continue
            size = _find_shortcuts(into, out, state, 0, find, found)
            into, out, halves, n_arcs = _leave(
                into, out, state, found, size, halves, n_arcs, depth, gone
            )
            for at in range(into.begin[state], into.begin[state] + into.size[state]):
                met[into.node[at]] = round_
            for at in range(out.begin[state], out.begin[state] + out.size[state]):
                met[out.node[at]] = round_
            rank[state] = n_gone
            n_gone += 1
        round_ += 1
    costs, states, waiting = np.empty(n, np.int64), np.empty(n, np.int32), 0
    for state in range(n):
        if rank[state] < 0:
            most = np.int64(into.size[state]) * out.size[state]
            if most > len(found.tail):
                found = _make_shortcuts(2 * most)
            size = _find_shortcuts(into, out, state, FORECAST_SETTLES, find, found)
            lift(costs, states, waiting, _cost(into, out, state, size, depth, gone), state)
            waiting += 1
    while waiting > 0:
        state = states[0]
        most = np.int64(into.size[state]) * out.size[state]
        if most > len(found.tail):
            found = _make_shortcuts(2 * most)
        size = _find_shortcuts(into, out, state, SETTLES, find, found)
        if sink(costs, states, waiting, _cost(into, out, state, size, depth, gone), state) > 0:
            continue
        waiting -= 1
        sink(costs, states, waiting, costs[waiting], states[waiting])
        into, out, halves, n_arcs = _leave(
            into, out, state, found, size, halves, n_arcs, depth, gone
        )
        rank[state] = n_gone
        n_gone += 1
    return rank, into, out, halves, n_arcs
