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
by nearness first (hardly faster).
"""

from typing import NamedTuple

import numpy as np

from routing.roads.hierarchy_lists import SPARE, Lists, append_arc, find_arc, remove_arc
from routing.roads.kernels import Nodes, compiled
from routing.roads.keys import NO_WAY
from routing.roads.network import Ints

FORECAST_SETTLES = 20
"""States that a search for witnesses may finish when a first cost is wanted."""

SETTLES = 100
"""The same afterwards: 50 gave 3 % more arcs on Porto with turns, 1,000 hardly fewer."""


class Graph(NamedTuple):
    """What is left of the graph, and what has become of the rest.

    Parameters
    ----------
    into, out
        Arcs between states still there; of a state that left, its arcs when it did.
    halves
        Per arc the two arcs it stands for (int32, x 2), -1 for none.
    level
        Per state (int32, n x 2): when it left, -1 while it is there; how many states
        below it left one after another.
    tally
        Arcs; states gone; states waiting; room wanted in the pools and for shortcuts
        (int64, length 5).
    """

    into: Lists
    out: Lists
    halves: Nodes
    level: Nodes
    tally: Ints


class Scratch(NamedTuple):
    """What the searches for witnesses write on.

    Parameters
    ----------
    note
        Per state (int64, n x 5): its key, and in which search it got it; the key that a
        witness must not exceed, and in which search; the smallest key of an arc into it,
        but for the one from the state that would leave.
    turn
        Number of the search (int64, length 1).
    heap_key, heap_node
        States that wait in a search; more than fit are not looked at.
    found, found_key
        Shortcuts that a state's leaving takes: tail, head and the two arcs replaced
        (int32, x 4); keys.
    cost, state
        States that wait to leave (a heap).
    """

    note: Ints
    turn: Ints
    heap_key: Ints
    heap_node: Nodes
    found: Nodes
    found_key: Ints
    cost: Ints
    state: Nodes


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
def _note_last_hops(graph: Graph, state: int, note: Ints) -> None:
    """Note how short the last hop of a way to each state after this one can be."""
    into, out = graph.into, graph.out
    begin = out.span[state, 0]
    for to in range(begin, begin + out.span[state, 1]):
        head, least = out.end[to, 0], np.int64(NO_WAY)
        first = into.span[head, 0]
        for at in range(first, first + into.span[head, 1]):
            if into.end[at, 0] != state:
                least = min(least, into.key[at])
        note[head, 4] = least


@compiled
def _want(out: Lists, state: int, tail: int, key: int, turn: int, note: Ints) -> tuple[int, int]:
    """Say which keys a search from a state before must not exceed.

    Returns how many states are wanted, and the largest key that any of them can still be
    reached from within its own.
    """
    n_wanted, most, begin = 0, np.int64(0), out.span[state, 0]
    for to in range(begin, begin + out.span[state, 1]):
        head = out.end[to, 0]
        if head != tail:
            note[head, 2], note[head, 3] = key + out.key[to], turn
            most = max(most, note[head, 2] - note[head, 4])
            n_wanted += 1
    return n_wanted, int(most)


@compiled
def _search(
    out: Lists, state: int, tail: int, n_wanted: int, most: int, settles: int, find: Scratch
) -> None:
    """Search from a tail, not over the state, until every wanted key is kept to."""
    keys, nodes, note, turn = find.heap_key, find.heap_node, find.note, find.turn[0]
    note[state, 0], note[state, 1] = -1, turn
    note[tail, 0], note[tail, 1] = 0, turn
    keys[0], nodes[0] = 0, tail
    size = 1
    while size > 0 and settles > 0 and n_wanted > 0:
        at, node = keys[0], nodes[0]
        size -= 1
        sink(keys, nodes, size, keys[size], nodes[size])
        if at != note[node, 0]:
            continue
        settles -= 1
        begin = out.span[node, 0]
        for to in range(begin, begin + out.span[node, 1]):
            reach, other = at + out.key[to], out.end[to, 0]
            seen = note[other, 1] == turn
            if seen and note[other, 0] <= reach:
                continue
            wanted = note[other, 3] == turn and reach <= note[other, 2]
            if wanted:
                n_wanted -= not seen or note[other, 0] > note[other, 2]
            if wanted or reach <= most:
                note[other, 0], note[other, 1] = reach, turn
            if reach <= most and size < len(keys):
                lift(keys, nodes, size, reach, other)
                size += 1


@compiled
def _find_shortcuts(graph: Graph, state: int, settles: int, find: Scratch) -> int:
    """Find the shortcuts that a state's leaving takes; return how many, noted or not.

    Without ``settles`` no witness is looked for.
    """
    into, out, note, found, size = graph.into, graph.out, find.note, find.found, 0
    if settles > 0:
        _note_last_hops(graph, state, note)
    first, begin = into.span[state, 0], out.span[state, 0]
    for at in range(first, first + into.span[state, 1]):
        tail = into.end[at, 0]
        find.turn[0] += 1
        turn = find.turn[0]
        if settles > 0:
            n_wanted, most = _want(out, state, tail, into.key[at], turn, note)
            _search(out, state, tail, n_wanted, most, settles, find)
        for to in range(begin, begin + out.span[state, 1]):
            head, key = out.end[to, 0], into.key[at] + out.key[to]
            near = note[head, 1] == turn and note[head, 0] <= key
            if head != tail and not near and key < NO_WAY:
                if size < len(found):
                    found[size, 0], found[size, 1] = tail, head
                    found[size, 2], found[size, 3] = into.end[at, 1], out.end[to, 1]
                    find.found_key[size] = key
                size += 1
    return size


@compiled
def _lacks_room(graph: Graph, state: int, size: int, find: Scratch) -> bool:
    """Whether a state's leaving may need more room than there is; note how much."""
    into, out, need = graph.into, graph.out, np.int64(0)
    first, n_in = into.span[state, 0], into.span[state, 1]
    begin, n_out = out.span[state, 0], out.span[state, 1]
    for at in range(first, first + n_in):
        need += 4 * (out.span[into.end[at, 0], 2] + n_out + SPARE)
    for at in range(begin, begin + n_out):
        need += 4 * (into.span[out.end[at, 0], 2] + n_in + SPARE)
    graph.tally[3], graph.tally[4] = need, size
    pool = min(len(into.key) - into.used[0], len(out.key) - out.used[0])
    return bool(need > pool or size > len(find.found) or graph.tally[0] + size > len(graph.halves))


@compiled
def _take_out(into: Lists, out: Lists, state: int, level: Nodes) -> None:
    """Take a state out of the lists of those before it, and say how deep they lie now."""
    begin, below = into.span[state, 0], level[state, 1] + 1
    for at in range(begin, begin + into.span[state, 1]):
        other = into.end[at, 0]
        remove_arc(out, other, state)
        level[other, 1] = max(level[other, 1], below)


@compiled
def _add_shortcuts(graph: Graph, size: int, find: Scratch) -> None:
    """Add shortcuts, or make an arc that is there as short."""
    into, out = graph.into, graph.out
    for i in range(size):
        tail, head, key = find.found[i, 0], find.found[i, 1], find.found_key[i]
        there, arc = find_arc(out, tail, head), graph.tally[0]
        if there < 0:
            append_arc(out, tail, head, key, arc)
            append_arc(into, head, tail, key, arc)
            graph.tally[0] += 1
        elif out.key[there] > key:
            arc = np.int64(out.end[there, 1])
            out.key[there] = key
            into.key[find_arc(into, head, tail)] = key
        else:
            continue
        graph.halves[arc, 0], graph.halves[arc, 1] = find.found[i, 2], find.found[i, 3]


@compiled
def _leave(graph: Graph, state: int, size: int, find: Scratch) -> None:
    """Let a state leave for the shortcuts found."""
    _take_out(graph.into, graph.out, state, graph.level)
    _take_out(graph.out, graph.into, state, graph.level)
    _add_shortcuts(graph, size, find)
    graph.level[state, 0] = graph.tally[1]
    graph.tally[1] += 1


@compiled
def _waits(graph: Graph, state: int, size: int, settles: int, find: Scratch) -> bool:
    """Whether a state stays in the heap, for the first time or again; else take it out.

    It waits by arcs added and by what lies below it. The weights gave the fewest arcs
    above 2,000 places, and the quickest contraction, of a dozen tried on Porto, on foot
    and with turns.
    """
    n_arcs = max(1, graph.into.span[state, 1] + graph.out.span[state, 1])
    cost = 2 * size + 64 * size // n_arcs + 12 * graph.level[state, 1]
    waiting = graph.tally[2]
    if settles == FORECAST_SETTLES:
        lift(find.cost, find.state, waiting, cost, state)
        graph.tally[2] += 1
        return True
    if sink(find.cost, find.state, waiting, cost, state) > 0:
        return True
    sink(find.cost, find.state, waiting - 1, find.cost[waiting - 1], find.state[waiting - 1])
    graph.tally[2] -= 1
    return False


@compiled
def advance(graph: Graph, find: Scratch, states: Ints, settles: int) -> bool:
    """Let states leave, or put them in the heap.

    Parameters
    ----------
    graph, find
        Written on.
    states
        Where ``settles`` is 0: let these leave at once, but no two neighbours. With
        ``FORECAST_SETTLES``: put these in the heap. Else those in the heap leave, the
        cheapest first.
    settles
        States that a search for witnesses may finish.

    Returns
    -------
    lacks
        Whether that ended for want of room; what is left is as it was before.
    """
    met, turn = np.zeros(len(graph.level), np.bool_), 0
    while turn < len(states) or (settles == SETTLES and graph.tally[2] > 0):
        state = np.int64(find.state[0]) if settles == SETTLES else states[turn]
        turn += 1
        if met[state]:
            continue
        size = _find_shortcuts(graph, state, settles, find)
        if _lacks_room(graph, state, size, find):
            return True
        if settles > 0 and _waits(graph, state, size, settles, find):
            continue
        _leave(graph, state, size, find)
        if settles == 0:
            for lists in (graph.into, graph.out):
                begin = lists.span[state, 0]
                for at in range(begin, begin + lists.span[state, 1]):
                    met[lists.end[at, 0]] = True
    return False
