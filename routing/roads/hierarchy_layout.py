"""Number the states of a hierarchy from the top and lay its arcs out in rows, compiled.

Numbers keep to the hierarchy: a state's higher neighbours have smaller numbers. Beyond
that, states that lie together below the same higher ones get numbers close together, so
that a walk through the numbers is a walk through near memory.
"""

import numpy as np

from routing.roads.hierarchy_lists import Lists
from routing.roads.kernels import Nodes, compiled
from routing.roads.network import Ints

Rows = tuple[Ints, Nodes, Ints]
"""``first``, other end and ``key``: the arcs of row i are ``first[i]:first[i + 1]``."""


@compiled
def _parents(rank: Nodes, into: Lists, out: Lists) -> Nodes:
    """Return of each state the lowest of its higher neighbours, -1 where it has none."""
    n = len(rank)
    parent = np.full(n, -1, np.int32)
    for state in range(n):
        for lists in (into, out):
            for at in range(lists.span[state, 0], lists.span[state, 0] + lists.span[state, 1]):
                other = lists.end[at, 0]
                if parent[state] < 0 or rank[other] < rank[parent[state]]:
                    parent[state] = other
    return parent


@compiled
def _walk_down(rank: Nodes, parent: Nodes) -> Nodes:
    """Return the states in an order in which each comes soon after its parent."""
    n = len(rank)
    child, sibling = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    stack, size = np.empty(n, np.int32), 0
    for state in range(n):
        if parent[state] < 0:
            stack[size] = state
            size += 1
        else:
            sibling[state], child[parent[state]] = child[parent[state]], state
    walk, done = np.empty(n, np.int32), 0
    while size > 0:
        size -= 1
        state = stack[size]
        walk[done] = state
        done += 1
        below = child[state]
        while below >= 0:
            stack[size] = below
            size += 1
            below = sibling[below]
    return walk


@compiled
def _higher(into: Lists, out: Lists, state: int, nth: int) -> int:
    """Return the nth higher neighbour of a state, -1 after the last."""
    n_in = into.span[state, 1]
    if nth < n_in:
        return int(into.end[into.span[state, 0] + nth, 0])
    if nth < n_in + out.span[state, 1]:
        return int(out.end[out.span[state, 0] + nth - n_in, 0])
    return -1


@compiled
def number_states(rank: Nodes, into: Lists, out: Lists) -> Nodes:
    """Return the number of each state (int32), 0 at the top."""
    n, given = len(rank), 0
    number, seen = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    stack = np.empty(n, np.int32)
    for start in _walk_down(rank, _parents(rank, into, out)):
        if number[start] >= 0:
            continue
        stack[0], size = start, 1
        while size > 0:
            state = stack[size - 1]
            other = _higher(into, out, state, seen[state])
            seen[state] += 1
            if other < 0:
                number[state] = given
                given, size = given + 1, size - 1
            elif number[other] < 0:
                stack[size] = other
                size += 1
    return number


@compiled
def lay_out(number: Nodes, lists: Lists, place: Nodes, base: int) -> Rows:
    """Return the arcs of lists in rows by number, and write where each arc lies.

    Parameters
    ----------
    number
        Of each state.
    lists
        The arcs of each state to, or from, higher ones.
    place
        Per arc its position; ``base`` is added to it.
    base
        Positions taken by other rows.
    """
    n = len(number)
    state_at = np.empty(n, np.int32)
    for state in range(n):
        state_at[number[state]] = state
    first = np.zeros(n + 1, np.int64)
    for row in range(n):
        first[row + 1] = first[row] + lists.span[state_at[row], 1]
    node, key = np.empty(first[n], np.int32), np.empty(first[n], np.int64)
    taken = np.empty(first[n], np.int64)
    for row in range(n):
        begin = lists.span[state_at[row], 0]
        count = first[row + 1] - first[row]
        for nth in range(count):
            other, at = number[lists.end[begin + nth, 0]], first[row] + nth
            while at > first[row] and node[at - 1] > other:
                node[at], taken[at] = node[at - 1], taken[at - 1]
                at -= 1
            node[at], taken[at] = other, begin + nth
        for at in range(first[row], first[row + 1]):
            key[at] = lists.key[taken[at]]
            place[lists.end[taken[at], 1]] = base + at
    return first, node, key


@compiled
def place_halves(halves: Nodes, n_arcs: int, place: Nodes, origin: Nodes) -> Nodes:
    """Return per position its two halves, or the arc it is and -1 (int32, arcs x 2)."""
    placed = np.full((n_arcs, 2), -1, np.int32)
    for arc in range(n_arcs):
        at = place[arc]
        if halves[arc, 0] < 0:
            placed[at, 0] = origin[arc]
        else:
            placed[at, 0], placed[at, 1] = place[halves[arc, 0]], place[halves[arc, 1]]
    return placed


@compiled
def is_numbering(number: Nodes) -> bool:
    """Return whether the numbers are 0, 1, ... in any order."""
    seen = np.zeros(len(number), np.bool_)
    for at in number:
        if at < 0 or at >= len(number) or seen[at]:
            return False
        seen[at] = True
    return True


@compiled
def rows_fit(n: int, first: Ints, node: Nodes, key: Ints) -> bool:
    """Return whether arcs stand in ``n`` rows and lead to higher states only."""
    if len(first) != n + 1 or first[0] != 0 or first[n] != len(node) or len(key) != len(node):
        return False
    for row in range(n):
        if first[row + 1] < first[row] or first[row + 1] > len(node):
            return False
        for at in range(first[row], first[row + 1]):
            if node[at] < 0 or node[at] >= row:
                return False
    return True


@compiled
def shortcuts_fit(
    number: Nodes, up: Rows, down: Rows, halves: Nodes, tail: Nodes, head: Nodes, key: Ints
) -> bool:
    """Return whether every arc is one of the graph's, or two that meet in one lower row.

    Rows must fit. The halves of a shortcut stand in a row below its own, so that taking
    it apart comes to an end.
    """
    n, n_up = len(number), len(up[1])
    row_at = np.empty(len(halves), np.int32)
    for row in range(n):
        row_at[up[0][row] : up[0][row + 1]] = row
        row_at[n_up + down[0][row] : n_up + down[0][row + 1]] = row
    for at in range(len(halves)):
        own, first, second = row_at[at], halves[at, 0], halves[at, 1]
        if at < n_up:
            ends, cost = (own, up[1][at]), up[2][at]
        else:
            ends, cost = (down[1][at - n_up], own), down[2][at - n_up]
        if second == -1:
            if first < 0 or first >= len(key) or key[first] != cost:
                return False
            found = number[tail[first]], number[head[first]]
        else:
            if first < n_up or first >= len(halves) or second < 0 or second >= n_up:
                return False
            if row_at[first] != row_at[second] or row_at[first] <= own:
                return False
            if down[2][first - n_up] + up[2][second] != cost:
                return False
            found = down[1][first - n_up], up[1][second]
        if found != ends:
            return False
    return True
