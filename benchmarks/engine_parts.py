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
from routing.roads.shrinking import shrink_search

TRAVEL_PREPARED = False
"""Whether ``measure_travel`` uses ``network.hierarchy``."""

PATHS_PREPARED = False
"""Whether ``trace_paths`` uses ``network.hierarchy``; else only a few paths are measured."""


@dataclass(frozen=True, eq=False)
class Engines:
    """Roads and what is made of them; ``nodes`` is the bus without turns."""

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


def contracted(network: Network, places: Positions) -> tuple[search.Search, int]:
    """Return the network without all that no fastest way between the places needs.

    With it how many nodes are left.
    """
    n = len(places)
    leave, reach = ends.leaving_ends(network, places), ends.entering_ends(network, places)
    rows = np.array([[i, 0, n, i * n] for i in range(n)], np.int64)
    small = shrink_search(search.Search(network.leaving, leave, reach, rows, n * n))
    used = np.unique(np.concatenate((small.arcs.tail, small.arcs.head)))
    return small, len(used)


def _as_travel(keys: np.ndarray) -> Travel:
    reached = keys < NO_WAY
    time_ms, length_dm = unpack_key(np.where(reached, keys, 0))
    return Travel(-(-length_dm // 10), -(-time_ms // 1000), reached)
