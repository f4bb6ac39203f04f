"""Let the states of a graph leave one after another, and give the work room as it grows."""

import numpy as np

from routing.roads.hierarchy_kernels import (
    FORECAST_SETTLES,
    SETTLES,
    Graph,
    Scratch,
    advance,
)
from routing.roads.hierarchy_lists import grow_pool, make_lists
from routing.roads.kernels import Nodes
from routing.roads.network import Ints

HEAP = 1 << 14
"""States that may wait in a search for witnesses (assumed; far more than 100 settle)."""

STRIP_DEGREE = 8
"""States with more ways in or out are not stripped (assumed; hardly any road has them)."""

SHORTCUTS = 1 << 10
"""Shortcuts that a state may take to begin with."""


MOST_GROWTH = 8
"""Arcs and shortcuts together, over arcs, from which on a graph is given up. Real roads come
to 3, made rural ones to 4; a grid of 50 x 50 crossings with turns comes to 7 and takes
twenty times as long for its size."""


class TooDenseError(Exception):
    """A graph has no high and low roads, as a wide grid has none: ordering it takes too long."""


def contract_graph(n: int, tail: Nodes, head: Nodes, key: Ints) -> Graph:
    """Let all states leave, and return what became of them.

    Parameters
    ----------
    n
        How many states there are.
    tail, head, key
        The arcs; no loops and no parallel ones. Their numbers are their positions.

    Raises
    ------
    TooDenseError
        When shortcuts become too many (``MOST_GROWTH``).
    """
    graph = Graph(
        make_lists(n, head, tail, key), make_lists(n, tail, head, key),
        np.full((2 * len(tail) + 16, 2), -1, np.int32),
        np.stack((np.full(n, -1, np.int32), np.zeros(n, np.int32)), axis=1),
        np.array([len(tail), 0, 0, 0, 0]),
    )  # fmt: skip
    find = Scratch(
        np.zeros((n, 5), np.int64), np.zeros(1, np.int64),
        np.empty(HEAP, np.int64), np.empty(HEAP, np.int32),
        np.empty((SHORTCUTS, 4), np.int32), np.empty(SHORTCUTS, np.int64),
        np.empty(n, np.int64), np.empty(n, np.int32),
    )  # fmt: skip
    nobody, gone, most = np.zeros(0, np.int64), -1, MOST_GROWTH * max(len(tail), 1_000)
    while graph.tally[1] > gone:
        gone = int(graph.tally[1])
        graph, find = _advance(graph, find, _simple(graph), 0, most)
    left = np.flatnonzero(graph.level[:, 0] < 0)
    graph, find = _advance(graph, find, left, FORECAST_SETTLES, most)
    return _advance(graph, find, nobody, SETTLES, most)[0]


def _simple(graph: Graph) -> Ints:
    """Return the states still there that have one way in or out."""
    ways = np.stack((graph.into.span[:, 1], graph.out.span[:, 1]))
    simple = (ways.min(axis=0) <= 1) & (ways.max(axis=0) <= STRIP_DEGREE)
    return np.flatnonzero(simple & (graph.level[:, 0] < 0))


def _advance(
    graph: Graph, find: Scratch, states: Ints, settles: int, most: int
) -> tuple[Graph, Scratch]:
    """Advance as the kernel does, with as much room as it takes, up to so many arcs."""
    while advance(graph, find, states, settles):
        graph, find = _grow(graph, find, most)
        if settles == 0:
            states = _simple(graph)
        elif settles == FORECAST_SETTLES:
            graph.tally[2] = 0
    return graph, find


def _grow(graph: Graph, find: Scratch, most: int) -> tuple[Graph, Scratch]:
    """Return both with the room that was wanted."""
    need, size = int(graph.tally[3]), int(graph.tally[4])
    if size > len(find.found):
        find = find._replace(
            found=np.empty((2 * size, 4), np.int32), found_key=np.empty(2 * size, np.int64)
        )
    halves = graph.halves
    if graph.tally[0] + size > len(halves):
        if len(halves) > most:
            raise TooDenseError
        halves = np.concatenate((halves, np.full((len(halves) + size, 2), -1, np.int32)))
    return graph._replace(
        into=grow_pool(graph.into, need), out=grow_pool(graph.out, need), halves=halves
    ), find
