"""Order the states of a road graph from low to high, so that a search only ever climbs.

A contraction hierarchy: every fastest way can be driven first up and then down, over
shortcuts where need be. It depends on the graph alone, not on the places, and works on
nodes and on turns alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Arcs, Ints


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Arcs and shortcuts between states that are numbered from the top.

    Row i is the state of number i. Its higher neighbours have smaller numbers. An arc
    stands in the row of its lower end. The arcs up have the positions 0, 1, ..., the
    arcs down those after.

    Parameters
    ----------
    number
        Per state of the graph its number (int32): 0 is the highest.
    up_first, up_node, up_key
        Arcs to higher states: those of row i are ``up_first[i]:up_first[i + 1]`` (int64),
        their heads (int32, numbers) and keys (int64).
    down_first, down_node, down_key
        Arcs from higher states, with their tails.
    halves
        Per position (int32, arcs x 2): the positions of the two arcs that a shortcut
        stands for, in order of travel; or the position in the graph's ``Arcs``, and -1.
    """

    number: NDArray[np.int32]
    up_first: Ints
    up_node: NDArray[np.int32]
    up_key: Ints
    down_first: Ints
    down_node: NDArray[np.int32]
    down_key: Ints
    halves: NDArray[np.int32]


def build_hierarchy(arcs: Arcs) -> Hierarchy:
    """Return the hierarchy of a graph. Needs numba.

    Takes about 3 s for 140,000 states and 250,000 arcs of a road network with turns.

    Parameters
    ----------
    arcs
        The graph. Loops, and all but the best of parallel arcs, are left out.

    Raises
    ------
    TooDenseError
        When it has no high and low roads, as a wide grid with turns has none.
    """
    from routing.roads.contracting import contract_graph
    from routing.roads.hierarchy_layout import lay_out, number_states, place_halves

    n, origin = len(arcs.first) - 1, _useful(arcs)
    tail, head = arcs.tail[origin].astype(np.int32), arcs.head[origin].astype(np.int32)
    graph = contract_graph(n, tail, head, arcs.key[origin])
    n_arcs = int(graph.tally[0])
    number = number_states(graph.level[:, 0].copy(), graph.into, graph.out)
    place = np.full(n_arcs, -1, np.int32)
    up = lay_out(number, graph.out, place, 0)
    down = lay_out(number, graph.into, place, len(up[1]))
    placed = place_halves(graph.halves, n_arcs, place, origin.astype(np.int32))
    return Hierarchy(number, up[0], up[1], up[2], down[0], down[1], down[2], placed)


def _useful(arcs: Arcs) -> Ints:
    """Return the positions of arcs that are no loops, and the best of parallel ones."""
    order = np.lexsort((arcs.key, arcs.head, arcs.tail))
    tail, head = arcs.tail[order], arcs.head[order]
    best = tail != head
    best[1:] &= (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    useful: Ints = order[best]
    return useful
