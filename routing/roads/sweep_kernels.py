"""Keys from 64 places at once, compiled: up through the hierarchy, then down again.

The places of a block are lanes of one row of labels per state. Up: from the lowest state
that a place of the block begins at, each state passes its labels to its higher
neighbours. Down: from the top, each state that lies above some goal takes the best of
its higher neighbours' labels. No heap is needed, and the lanes share every arc read.

``NO_WAY`` is the label of what is not reached. Labels never exceed it, so that a label
and a key of a graph that ``refuse_large`` lets pass add up to less than 2**63.
"""

from typing import NamedTuple

import numpy as np

from routing.roads.hierarchy_layout import Rows
from routing.roads.kernels import Nodes, compiled, inlined
from routing.roads.keys import NO_WAY
from routing.roads.network import Ints

LANES = 64
"""Labels in a row: 16 and 32 took four times and twice as long per label on Porto."""


class Region(NamedTuple):
    """The part of a hierarchy that lies above some states, in one direction.

    Parameters
    ----------
    states
        Their numbers, rising (int32).
    first, node, key
        Arcs as in the hierarchy; rows and other ends are positions in ``states``.
    """

    states: Nodes
    first: Ints
    node: Nodes
    key: Ints


@compiled
def _mark_above(first: Ints, node: Nodes, low: Nodes, place: Nodes) -> tuple[int, int]:
    """Give 0 to states and all above them; return how many, and how many arcs they have."""
    n_states, n_arcs = 0, 0
    for row in range(low.shape[0]):
        for way in range(low.shape[1]):
            if low[row, way] >= 0:
                place[low[row, way]] = 0
    for state in range(len(place) - 1, -1, -1):
        if place[state] < 0:
            continue
        n_states += 1
        n_arcs += first[state + 1] - first[state]
        for at in range(first[state], first[state + 1]):
            place[node[at]] = 0
    return n_states, n_arcs


@compiled
def cut_region(
    first: Ints, node: Nodes, key: Ints, low: Nodes
) -> tuple[Nodes, Ints, Nodes, Ints, Nodes]:
    """Return the fields of the region above some states, and where each of these lies in it.

    Parameters
    ----------
    first, node, key
        Arcs of the hierarchy in one direction.
    low
        Numbers of states (int32, places x k), -1 for none.
    """
    n = len(first) - 1
    place = np.full(n, -1, np.int32)
    n_states, n_arcs = _mark_above(first, node, low, place)
    states, begin = np.empty(n_states, np.int32), np.zeros(n_states + 1, np.int64)
    others, keys = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int64)
    row, filled = 0, 0
    for state in range(n):
        if place[state] < 0:
            continue
        states[row], place[state] = state, row
        for at in range(first[state], first[state + 1]):
            others[filled], keys[filled] = place[node[at]], key[at]
            filled += 1
        row += 1
        begin[row] = filled
    where = np.full(low.shape, -1, np.int32)
    for row in range(low.shape[0]):
        for way in range(low.shape[1]):
            if low[row, way] >= 0:
                where[row, way] = place[low[row, way]]
    return states, begin, others, keys, where


@inlined
def _clear(labels: Ints, at: int) -> None:
    for lane in range(LANES):
        labels[at, lane] = NO_WAY


@inlined
def _pass_on(labels: Ints, to: int, source: Ints, at: int, key: int) -> None:
    """Lower each label of a row to one of another row and a key, where that is less."""
    for lane in range(LANES):
        labels[to, lane] = min(labels[to, lane], source[at, lane] + key)


@compiled
def _climb(up: Region, slot: Nodes, n_slots: int, labels: Ints) -> int:
    """Pass labels up from the lowest states to the top; return how many rows are taken."""
    for row in range(len(slot) - 1, -1, -1):
        own = slot[row]
        if own < 0:
            continue
        for at in range(up.first[row], up.first[row + 1]):
            other = slot[up.node[at]]
            if other < 0:
                other = n_slots
                slot[up.node[at]] = other
                _clear(labels, other)
                n_slots += 1
            _pass_on(labels, other, labels, own, up.key[at])
    return n_slots


@compiled
def _descend(down: Region, meet: Nodes, slot: Nodes, risen: Ints, labels: Ints) -> None:
    """Take labels down from the top to the goals."""
    for row in range(len(meet)):
        own = slot[meet[row]] if meet[row] >= 0 else np.int32(-1)
        if own >= 0:
            for lane in range(LANES):
                labels[row, lane] = risen[own, lane]
        else:
            _clear(labels, row)
        for at in range(down.first[row], down.first[row + 1]):
            _pass_on(labels, row, labels, down.node[at], down.key[at])


@compiled
def _seed(node: Nodes, key: Ints, seeds: Ints, slot: Nodes, labels: Ints) -> int:
    """Give the first labels to the states at which the places of a block begin."""
    n_slots = 0
    for lane in range(len(seeds)):
        for way in range(node.shape[1]):
            row = node[seeds[lane], way]
            if row < 0:
                continue
            if slot[row] < 0:
                slot[row] = n_slots
                _clear(labels, n_slots)
                n_slots += 1
            at = slot[row]
            labels[at, lane] = min(labels[at, lane], key[seeds[lane], way])
    return n_slots


@compiled
def _reach(node: Nodes, key: Ints, seeds: Ints, labels: Ints, tile: Ints, out: Ints) -> None:
    """Write the keys of all goals of a block."""
    n_goals = len(node)
    for begin in range(0, n_goals, LANES):
        count = min(LANES, n_goals - begin)
        for i in range(count):
            _clear(tile, i)
            for way in range(node.shape[1]):
                at = node[begin + i, way]
                if at < 0:
                    continue
                more = key[begin + i, way]
                for lane in range(LANES):
                    total = labels[at, lane] + more
                    total = total if labels[at, lane] < NO_WAY else NO_WAY
                    tile[i, lane] = min(tile[i, lane], total)
        for lane in range(len(seeds)):
            for i in range(count):
                out[seeds[lane], begin + i] = tile[i, lane]


@compiled
def sweep(
    up: Region, down: Region, meet: Nodes, seeds: tuple[Nodes, Ints],
    goals: tuple[Nodes, Ints], order: Ints, out: Ints,
) -> None:  # fmt: skip
    """Write the key of every goal from some seeds.

    Parameters
    ----------
    up, down
        The regions above all seeds and all goals.
    meet
        Per state of ``down`` its place in ``up``, -1 where it is not there.
    seeds, goals
        Places in the regions (int32, n x k, -1 for none) and keys.
    order
        The seeds wanted; those close together in it share more work.
    out
        Seeds x goals (int64).
    """
    slot = np.full(len(up.states), -1, np.int32)
    risen = np.empty((len(up.states), LANES), np.int64)
    labels = np.empty((len(down.states), LANES), np.int64)
    tile = np.empty((LANES, LANES), np.int64)
    for begin in range(0, len(order), LANES):
        block = order[begin : begin + LANES]
        slot[:] = -1
        n_slots = _seed(seeds[0], seeds[1], block, slot, risen)
        _climb(up, slot, n_slots, risen)
        _descend(down, meet, slot, risen, labels)
        _reach(goals[0], goals[1], block, labels, tile, out)


@compiled
def find_above(first: Ints, node: Nodes, low: Nodes) -> Nodes:
    """Return the numbers of states and of all above them, rising; as ``cut_region``."""
    place = np.full(len(first) - 1, -1, np.int32)
    states = np.empty(_mark_above(first, node, low, place)[0], np.int32)
    row = 0
    for state in range(len(place)):
        if place[state] >= 0:
            states[row] = state
            row += 1
    return states


@compiled
def join_states(one: Nodes, more: Nodes) -> Nodes:
    """Return the states that are in either of two rising lists, rising."""
    states, i, j, row = np.empty(len(one) + len(more), np.int32), 0, 0, 0
    while i < len(one) or j < len(more):
        if j == len(more) or (i < len(one) and one[i] <= more[j]):
            states[row] = one[i]
            j += j < len(more) and one[i] == more[j]
            i += 1
        else:
            states[row] = more[j]
            j += 1
        row += 1
    return states[:row]


@compiled
def _climb_one(up: Rows, node: Nodes, key: Ints) -> Ints:
    """Return the label of every state above a seed (of k columns), going up only."""
    first, heads, keys = up
    risen, lowest = np.full(len(first) - 1, NO_WAY, np.int64), -1
    for way in range(len(node)):
        if node[way] >= 0:
            risen[node[way]] = min(risen[node[way]], key[way])
            lowest = max(lowest, int(node[way]))
    for row in range(lowest, -1, -1):
        label = risen[row]
        if label < NO_WAY:
            for at in range(first[row], first[row + 1]):
                risen[heads[at]] = min(risen[heads[at]], label + keys[at])
    return risen


@compiled
def sweep_one(
    up: Rows, down: Rows, seed: tuple[Nodes, Ints], states: Nodes, goals: tuple[Nodes, Ints]
) -> Ints:
    """Return the key of every goal (int64) from one seed.

    Parameters
    ----------
    up, down
        Of the hierarchy.
    seed
        Numbers of states (int32, k, -1 for none) and keys.
    states
        The goals' states and all above them, by ``find_above``.
    goals
        Numbers of states (int32, n x k, -1 for none) and keys.
    """
    labels = _climb_one(up, seed[0], seed[1])
    first, tails, keys = down
    for state in states:
        label = labels[state]
        for at in range(first[state], first[state + 1]):
            label = min(label, labels[tails[at]] + keys[at])
        labels[state] = label
    out = np.full(len(goals[0]), NO_WAY, np.int64)
    for goal in range(len(out)):
        for way in range(goals[0].shape[1]):
            at = goals[0][goal, way]
            if at >= 0 and labels[at] < NO_WAY:
                out[goal] = min(out[goal], labels[at] + goals[1][goal, way])
    return out


@compiled
def find_meeting(up: Nodes, down: Nodes) -> Nodes:
    """Return per state of one region its place in the other, -1 for none; both rise."""
    meet, at = np.full(len(down), -1, np.int32), 0
    for row in range(len(down)):
        while at < len(up) and up[at] < down[row]:
            at += 1
        if at < len(up) and up[at] == down[row]:
            meet[row] = at
    return meet
