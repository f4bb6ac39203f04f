"""What the benchmarks use of the engine, in one place: when it changes, change this.

``measure``, ``keep`` and ``move`` go straight to the hierarchy where ``measure_travel``
does not use it by itself (``TRAVEL_PREPARED``, ``PATHS_PREPARED``).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from routing.policy import Policy
from routing.roads import ends, engine, search, travel
from routing.roads.keys import NO_WAY, unpack_key
from routing.roads.network import Network, Positions, Roads, Travel, take_positions
from routing.roads.paths import trace_paths
from routing.roads.reading import read_roads

TRAVEL_PREPARED = False
"""Whether ``measure_travel`` uses ``network.hierarchy``."""

PATHS_PREPARED = False
"""Whether ``trace_paths`` uses ``network.hierarchy``; else only a few paths are measured."""


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
    return open_roads(read_roads(path), kept)


def open_roads(roads: Roads, kept: Path | None) -> Engines:
    """Return walk and bus engines of roads, ready for many-to-many."""
    walk = engine.walk_network(roads)
    return Engines(roads, walk, prepare(engine.bus_network(roads, Policy()), kept))


def open_nodes(roads: Roads, kept: Path | None) -> Network:
    """Return the bus engine without turns, ready for many-to-many."""
    return prepare(engine.bus_network(roads, Policy(), turns=False), kept)


def prepare(network: Network, kept: Path | None) -> Network:
    """Return a network with its hierarchy, from its file or built and put there."""
    if not search.has_numba():
        return network
    from routing.roads.hierarchy import build_hierarchy
    from routing.roads.hierarchy_cache import arcs_digest, load_hierarchy, save_hierarchy

    if kept is None:
        return replace(network, hierarchy=build_hierarchy(network.leaving))
    path = kept / f"hierarchy-{arcs_digest(network.leaving)[:16]}.npz"
    hierarchy = load_hierarchy(path, network.leaving)
    if hierarchy is None:
        hierarchy = build_hierarchy(network.leaving)
        save_hierarchy(path, hierarchy)
    return replace(network, hierarchy=hierarchy)


def count_turns(network: Network) -> int:
    """Return how many turns the network allows: arcs between its states."""
    return 0 if network.states is None else len(network.leaving.head)


def measure(network: Network, origins: Positions, targets: Positions) -> Travel:
    """Return time and distance of all pairs, on one thread where that can be asked for."""
    if TRAVEL_PREPARED or network.hierarchy is None:
        return travel.measure_travel(network, origins, targets)
    from routing.roads.sweep import find_keys_all

    leave, reach = ends.leaving_ends(network, origins), ends.entering_ends(network, targets)
    keys = find_keys_all(network.hierarchy, leave, reach, n_threads=1)
    row, column = travel._on_one_link(origins, targets)
    direct = ends.direct_keys(
        network, take_positions(origins, row), take_positions(targets, column)
    )
    keys[row, column] = np.minimum(keys[row, column], direct)
    return _as_travel(keys)


def keep(network: Network, places: Positions) -> object:
    """Return places ready for one of them to be moved."""
    from routing.roads.sweep import keep_places

    return keep_places(
        network.hierarchy, ends.leaving_ends(network, places), ends.entering_ends(network, places)
    )


def move(network: Network, kept: object, at: int, place: Positions) -> tuple[object, Travel]:
    """Return the places with one moved, and its row (0) and column (1) of the table.

    Ways along one link alone are left out here: a handful of places at most.
    """
    from routing.roads.sweep import change_place, measure_place

    leave, reach = ends.leaving_ends(network, place), ends.entering_ends(network, place)
    kept = change_place(network.hierarchy, kept, at, leave, reach)
    return kept, _as_travel(np.stack(measure_place(kept, at)))


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


def _as_travel(keys: np.ndarray) -> Travel:
    reached = keys < NO_WAY
    time_ms, length_dm = unpack_key(np.where(reached, keys, 0))
    return Travel(-(-length_dm // 10), -(-time_ms // 1000), reached)
