"""What a network looks like from its nodes: what hangs together, and where it ends."""

from typing import Any

import numpy as np

from routing.roads.engine import EARTH_M
from routing.roads.network import Arcs, Flags, Floats, Ints, Network


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
