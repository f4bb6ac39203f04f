"""What the benchmarks use of the engine, in one place: when it changes, change this."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.policy import Policy
from routing.roads import engine
from routing.roads.keeping import open_networks
from routing.roads.network import Network, Roads
from routing.roads.paths import trace_paths
from routing.roads.positions import Positions, Travel
from routing.roads.preparing import prepare_network
from routing.roads.reading import read_roads
from routing.roads.table import TravelTable, change_table, open_table
from routing.roads.travel import measure_travel


@dataclass(frozen=True, eq=False)
class Engines:
    """Roads, and the networks made of them."""

    roads: Roads
    walk: Network
    bus: Network


def open_file(path: Path, kept: Path) -> Engines:
    """Return walk and bus engines of an extract, from what is kept where it is there.

    Parameters
    ----------
    path
        The extract; the roads parsed are kept beside it.
    kept
        The folder in which hierarchies are kept.
    """
    roads = read_roads(path)
    return Engines(roads, *open_networks(roads, Policy(), kept))


def open_roads(roads: Roads, kept: Path | None) -> Engines:
    """Return walk and bus engines of roads, ready for many-to-many."""
    walk = engine.walk_network(roads)
    return Engines(roads, walk, prepare_network(engine.bus_network(roads, Policy()), kept))


def open_nodes(roads: Roads, kept: Path | None) -> Network:
    """Return the bus engine without turns, ready for many-to-many."""
    return prepare_network(engine.bus_network(roads, Policy(), turns=False), kept)


def count_turns(network: Network) -> int:
    """Return how many turns the network allows: arcs between its states."""
    return 0 if network.states is None else len(network.leaving.head)


def measure(network: Network, origins: Positions, targets: Positions) -> Travel:
    """Return time and distance of all pairs."""
    return measure_travel(network, origins, targets)


def keep(network: Network, places: Positions) -> TravelTable:
    """Return places ready for one of them to be moved."""
    return open_table(network, places)


def move(table: TravelTable, at: int, place: Positions) -> tuple[TravelTable, Travel]:
    """Return the places with one moved, and its row (0) and column (1) of the table."""
    return change_table(table, at, place)


def trace(network: Network, origins: Positions, targets: Positions) -> int:
    """Trace paths of pairs; return how many points they have together."""
    return sum(map(len, trace_paths(network, origins, targets)))


def contract(network: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return tails, heads and keys of the network without turns, its chains made single arcs.

    Nodes with two neighbours are left out; crossings and dead ends stay.
    """
    from routing.roads.shrink_kernels import shrink

    arcs, n = network.leaving, len(network.leaving.first) - 1
    pairs = np.stack((np.minimum(arcs.tail, arcs.head), np.maximum(arcs.tail, arcs.head)), 1)
    neighbours = np.bincount(np.unique(pairs, axis=0).ravel(), minlength=n)
    most = int((np.diff(arcs.first) + np.bincount(arcs.head, minlength=n)).max())
    _, tail, head, key, _ = shrink(
        arcs.first, arcs.head, arcs.key, neighbours != 2, 2, max(16, most)
    )
    return tail, head, key
