"""Contraction, compiled: states leave one after another, and shortcuts keep the ways.

A state that leaves gets a shortcut from each state before it to each state after it,
unless a search among the states still there finds a way that is no longer (a witness).
Searches are cut short; a shortcut too many costs time later, never a wrong answer. The
arcs that a state has when it leaves are its arcs to higher states.

First leave states with a single way in or a single way out, no two neighbours in one
round, and without looking for witnesses: that adds no arcs. All others wait in a heap by
how much their leaving costs, which is looked at again when their turn comes.

Tried on Porto with turns and dropped: adding the number of neighbours gone to the cost
(slower, more arcs), first costs without witnesses (more arcs), stripping states with two
ways in and out (more arcs), longer searches (no fewer arcs that matter), numbering states
by nearness first (no faster).
"""

from typing import NamedTuple

import numpy as np

from routing.roads.hierarchy_lists import (
    SPARE,
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

FORECAST_SETTLES = 20
"""States that a search for witnesses may finish when a first cost is wanted."""

SETTLES = 100
"""The same afterwards: 50 gave 3 % more arcs on Porto with turns, 1,000 hardly fewer."""

STRIP_DEGREE = 8
"""States with more ways in or out are not stripped (assumed; hardly any road has them)."""


class Witnesses(NamedTuple):
    """Scratch of the searches for witnesses.

    Parameters
    ----------
    label, label_turn
        Per state: its key, and in which search it got it.
    wanted, wanted_turn
        Per state: the key that a witness must not exceed, and in which search.
    last_hop
        Per state: the smallest key of an arc into it, but for the one from the state
        that would leave.
    heap_key, heap_node
        States that wait.
    turn
        Length 1: number of the search.
    """

    label: Ints
    label_turn: Nodes
    wanted: Ints
    wanted_turn: Nodes
    last_hop: Ints
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


class Graph(NamedTuple):
    """What is left of the graph, and what has become of the rest.

    Parameters
    ----------
    into, out
        Arcs between states still there; of a state that left, its arcs when it did.
    halves
        Per arc the two arcs it stands for, -1 for none.
    rank
        Per state when it left, -1 while it is there.
    depth
        Per state: how many states below it left one after another.
    n_arcs, n_gone
        Length 1 each.
    """

    into: Lists
    out: Lists
    halves: Nodes
    rank: Nodes
    depth: Nodes
    n_arcs: Ints
    n_gone: Ints


@compiled
def _make_witnesses(n: int) -> Witnesses:
    return Witnesses(
        np.zeros(n, np.int64), np.zeros(n, np.int32), np.zeros(n, np.int64),
        np.zeros(n, np.int32), np.zeros(n, np.int64), np.empty(HEAP, np.int64),
        np.empty(HEAP, np.int32), np.zeros(1, np.int32),
    )  # fmt: skip


@compiled
def _make_shortcuts(size: int) -> Shortcuts:
    return Shortcuts(
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int64),
        np.empty(size, np.int32), np.empty(size, np.int32),
    )  # fmt: skip


@compiled
def _make_graph(n: int, tail: Nodes, head: Nodes, key: Ints) -> Graph:
    return Graph(
        make_lists(n, head, tail, key), make_lists(n, tail, head, key),
        np.full((2 * len(tail) + 16, 2), -1, np.int32), np.full(n, -1, np.int32),
        np.zeros(n, np.int32), np.array([len(tail)]), np.zeros(1, np.int64),
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
def _note_last_hops(graph: Graph, state: int, find: Witnesses) -> None:
    """Note how short the last hop of a way to each state after this one can be."""
    into, out = graph.into, graph.out
    for to in range(out.begin[state], out.begin[state] + out.size[state]):
        head, least = out.node[to], np.int64(NO_WAY)
        for at in range(into.begin[head], into.begin[head] + into.size[head]):
            if into.node[at] != state:
                least = min(least, into.key[at])
        find.last_hop[head] = least


@compiled
def _want(out: Lists, state: int, tail: int, key: int, find: Witnesses) -> tuple[int, int]:
    """Say which keys a search from a state before must not exceed.

    Returns how many states are wanted, and the largest key that any of them can still be
    reached from within its own.
    """
    turn, n_wanted, most = find.turn[0], 0, np.int64(0)
    for to in range(out.begin[state], out.begin[state] + out.size[state]):
        head = out.node[to]
        if head != tail:
            find.wanted[head] = key + out.key[to]
            find.wanted_turn[head] = turn
            most = max(most, find.wanted[head] - find.last_hop[head])
            n_wanted += 1
    return n_wanted, most


@compiled
def _search(
    out: Lists, state: int, tail: int, n_wanted: int, most: int, settles: int, find: Witnesses
) -> None:
    """Search from a tail, not over the state, until every wanted key is kept to."""
    keys, nodes, turn = find.heap_key, find.heap_node, find.turn[0]
    label, label_turn = find.label, find.label_turn
    label[state], label_turn[state] = -1, turn
    label[tail], label_turn[tail] = 0, turn
    keys[0], nodes[0] = 0, tail
    size = 1
    while size > 0 and settles > 0 and n_wanted > 0:
        at, node = keys[0], nodes[0]
        size -= 1
        sink(keys, nodes, size, keys[size], nodes[size])
        if at != label[node]:
            continue
        settles -= 1
        for to in range(out.begin[node], out.begin[node] + out.size[node]):
            reach, other = at + out.key[to], out.node[to]
            seen = label_turn[other] == turn
            if seen and label[other] <= reach:
                continue
            wanted = find.wanted_turn[other] == turn and reach <= find.wanted[other]
            if wanted:
                n_wanted -= not seen or label[other] > find.wanted[other]
            if wanted or reach <= most:
                label[other], label_turn[other] = reach, turn
            if reach <= most and size < HEAP:
                lift(keys, nodes, size, reach, other)
                size += 1


@compiled
def _find_shortcuts(
    graph: Graph, state: int, settles: int, find: Witnesses, found: Shortcuts
) -> int:
    """Find the shortcuts that a state's leaving takes; return how many.

    Without ``settles`` no witness is looked for.
    """
    into, out, size = graph.into, graph.out, 0
    if settles > 0:
        _note_last_hops(graph, state, find)
    for at in range(into.begin[state], into.begin[state] + into.size[state]):
        tail = into.node[at]
        find.turn[0] += 1
        turn = find.turn[0]
        if settles > 0:
            n_wanted, most = _want(out, state, tail, into.key[at], find)
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
def _take_out(graph: Graph, state: int) -> None:
    """Take a state out of its neighbours' lists, and tell them how deep they lie now."""
    into, out, depth = graph.into, graph.out, graph.depth
    below = depth[state] + 1
    for at in range(into.begin[state], into.begin[state] + into.size[state]):
        other = into.node[at]
        remove_arc(out, other, state)
        depth[other] = max(depth[other], below)
    for at in range(out.begin[state], out.begin[state] + out.size[state]):
        other = out.node[at]
        remove_arc(into, other, state)
        depth[other] = max(depth[other], below)


@compiled
def _make_room(graph: Graph, state: int, size: int) -> Graph:
    """Return the graph with room for what a state's leaving may add."""
    into, out, need = graph.into, graph.out, np.int64(0)
    n_in, n_out = into.size[state], out.size[state]
    for at in range(into.begin[state], into.begin[state] + n_in):
        need += 4 * (out.room[into.node[at]] + n_out + SPARE)
    for at in range(out.begin[state], out.begin[state] + n_out):
        need += 4 * (into.room[out.node[at]] + n_in + SPARE)
    halves = graph.halves
    if graph.n_arcs[0] + size > len(halves):
        halves = np.concatenate((halves, np.full((len(halves) + size, 2), -1, np.int32)))
    return Graph(
        grow_pool(into, need), grow_pool(out, need), halves,
        graph.rank, graph.depth, graph.n_arcs, graph.n_gone,
    )  # fmt: skip


@compiled
def _add_shortcuts(graph: Graph, found: Shortcuts, size: int) -> None:
    """Add shortcuts, or make an arc that is there as short."""
    into, out = graph.into, graph.out
    for i in range(size):
        tail, head, key = found.tail[i], found.head[i], found.key[i]
        there, arc = find_arc(out, tail, head), graph.n_arcs[0]
        if there < 0:
            append_arc(out, tail, head, key, arc)
            append_arc(into, head, tail, key, arc)
            graph.n_arcs[0] += 1
        elif out.key[there] > key:
            arc = np.int64(out.arc[there])
            out.key[there] = key
            into.key[find_arc(into, head, tail)] = key
        else:
            continue
        graph.halves[arc, 0], graph.halves[arc, 1] = found.first_half[i], found.second_half[i]


@compiled
def _leave(graph: Graph, state: int, found: Shortcuts, size: int) -> Graph:
    """Return the graph after a state has left for some shortcuts."""
    graph = _make_room(graph, state, size)
    _take_out(graph, state)
    _add_shortcuts(graph, found, size)
    graph.rank[state] = graph.n_gone[0]
    graph.n_gone[0] += 1
    return graph


@compiled
def _strip(graph: Graph, find: Witnesses, found: Shortcuts) -> Graph:
    """Let the states with one way in or out leave, in rounds, no two neighbours in one."""
    met, round_, before = np.full(len(graph.rank), -1, np.int32), 0, np.int64(-1)
    while graph.n_gone[0] > before:
        before = graph.n_gone[0]
        for state in range(len(graph.rank)):
            n_in, n_out = graph.into.size[state], graph.out.size[state]
            simple = min(n_in, n_out) <= 1 and max(n_in, n_out) <= STRIP_DEGREE
            if graph.rank[state] >= 0 or met[state] == round_ or not simple:
                continue
            size = _find_shortcuts(graph, state, 0, find, found)
            graph = _leave(graph, state, found, size)
            for lists in (graph.into, graph.out):
                for at in range(lists.begin[state], lists.begin[state] + lists.size[state]):
                    met[lists.node[at]] = round_
        round_ += 1
    return graph


@compiled
def _cost(graph: Graph, state: int, n_shortcuts: int) -> int:
    """Return how late a state should leave: by arcs added, and by what lies below it.

    The weights gave the fewest arcs above 2,000 places, and the quickest contraction, of
    a dozen tried on Porto, on foot and with turns.
    """
    n_arcs = max(1, graph.into.size[state] + graph.out.size[state])
    return 2 * n_shortcuts + 64 * n_shortcuts // n_arcs + 12 * graph.depth[state]


@compiled
def _rate(
    graph: Graph, state: int, settles: int, find: Witnesses, found: Shortcuts
) -> tuple[int, int, Shortcuts]:
    """Return a state's cost, and the shortcuts it takes: how many, and which."""
    most = np.int64(graph.into.size[state]) * graph.out.size[state]
    if most > len(found.tail):
        found = _make_shortcuts(2 * most)
    size = _find_shortcuts(graph, state, settles, find, found)
    return _cost(graph, state, size), size, found


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
    find, found = _make_witnesses(n), _make_shortcuts(1 << 10)
    graph = _strip(_make_graph(n, tail, head, key), find, found)
    costs, states, waiting = np.empty(n, np.int64), np.empty(n, np.int32), 0
    for state in range(n):
        if graph.rank[state] < 0:
            cost, _, found = _rate(graph, state, FORECAST_SETTLES, find, found)
            lift(costs, states, waiting, cost, state)
            waiting += 1
    while waiting > 0:
        state = np.int64(states[0])
        cost, size, found = _rate(graph, state, SETTLES, find, found)
        if sink(costs, states, waiting, cost, state) == 0:
            waiting -= 1
            sink(costs, states, waiting, costs[waiting], states[waiting])
            graph = _leave(graph, state, found, size)
    return graph.rank, graph.into, graph.out, graph.halves, graph.n_arcs[0]
