"""What a network looks like from its nodes: what hangs together, and where it ends."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.roads.network import Arcs, Flags, Floats, Ints, Network, Roads
from routing.roads.shapes import EARTH_M


def label_nodes(network: Network, connection: str) -> Ints:
    """Return for each node the number of its component (int64).

    Parameters
    ----------
    network
        The network.
    connection
        "strong": there and back; "weak": by links taken as two-way.
    """
    from scipy.sparse.csgraph import connected_components

    _, labels = connected_components(
        _matrix(network.leaving, np.ones(len(network.leaving.arc))),
        directed=True,
        connection=connection,
    )
    numbers: Ints = labels.astype(np.int64)
    return numbers


def find_dead_ends(network: Network) -> Flags:
    """Return whether each node has links to one other node only (bool)."""
    arcs, n = network.leaving, len(network.roads.node_id)
    here = np.concatenate((arcs.tail, arcs.head)).astype(np.int64)
    there = np.concatenate((arcs.head, arcs.tail)).astype(np.int64)
    pairs = np.unique(here * n + there)
    return np.bincount(pairs // max(n, 1), minlength=n) == 1


@dataclass(frozen=True, eq=False)
class Ends:
    """The two ends of every link, with some nodes taken apart.

    Parameters
    ----------
    start, end
        Number of the spot at either end (int64): the node, or a spot of its own where
        the node is taken apart.
    node
        The node of each spot (int64).
    """

    start: Ints
    end: Ints
    node: Ints


def take_apart(roads: Roads, nodes: Flags) -> Ends:
    """Return the ends of the links where nothing leads through the nodes flagged."""
    ends = np.concatenate((roads.start, roads.end))
    spots, n, apart = ends.copy(), len(roads.node_id), np.flatnonzero(nodes[ends])
    spots[apart] = n + np.arange(len(apart))
    start, end = np.split(spots, 2)
    return Ends(start, end, np.concatenate((np.arange(n), ends[apart])))


def group_links(ends: Ends, links: Ints) -> list[Ints]:
    """Return links in groups that hang together at their ends, by first link.

    Parameters
    ----------
    ends
        Where the links end.
    links
        The links to group, rising (int64).
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n, start, end = len(ends.node), ends.start[links], ends.end[links]
    graph = csr_array((np.ones(len(links), np.int8), (start, end)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    _, first, group = np.unique(label[start], return_index=True, return_inverse=True)
    order = np.lexsort((links, first[group]))
    sizes = np.bincount(group, minlength=len(first))[np.argsort(first)]
    return np.split(links[order], np.cumsum(sizes)[:-1]) if len(first) else []


def touched_nodes(roads: Roads, links: Flags) -> Flags:
    """Return which nodes are an end of a link flagged (bool)."""
    touched = np.zeros(len(roads.node_id), bool)
    touched[roads.start[links]] = touched[roads.end[links]] = True
    return touched


def length_matrix(network: Network, *, against: bool = False) -> Any:
    """Return the lengths (m) of the arcs as a sparse matrix, nodes x nodes.

    Parameters
    ----------
    network
        The network.
    against
        True: against the traffic, so that a search finds ways *to* its source.
    """
    arcs = network.entering if against else network.leaving
    return _matrix(arcs, network.roads.length_dm[arcs.arc // 2] / 10)


def _matrix(arcs: Arcs, values: Floats) -> Any:
    """Return the arcs as a sparse matrix from the node they are sorted by to the other."""
    from scipy.sparse import csr_array

    n = len(arcs.first) - 1
    return csr_array((values, arcs.head, arcs.first), shape=(n, n))


def on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Return points (degrees) in space (m, n by 3): near things stay near everywhere."""
    lon, lat = np.radians(lon), np.radians(lat)
    flat = np.cos(lat)
    return EARTH_M * np.column_stack((flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)))
