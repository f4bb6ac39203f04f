"""Travel measured again by networkx, on every position as a node: the reference."""

import networkx as nx
import numpy as np

from routing.roads.network import Network
from routing.roads.positions import Positions

SHIFT = 1 << 40
"""Weights are Python's whole numbers: ms times this, plus dm."""


def positions_at(link, offset_dm, side=None) -> Positions:
    """Return positions without coordinates."""
    n = len(link)
    blank = np.zeros(n)
    sides = np.zeros(n, np.int8) if side is None else np.array(side, np.int8)
    link, offset_dm = np.array(link, np.int64), np.array(offset_dm, np.int64)
    return Positions(link, offset_dm, sides, blank, blank, blank, ("",) * n)


def random_positions(network: Network, n: int, seed: int, *, sides: bool = False) -> Positions:
    """Return positions anywhere on the network's links, some at their very ends."""
    random = np.random.default_rng(seed)
    link = random.choice(np.flatnonzero(network.forward | network.backward), n)
    length_dm = network.roads.length_dm[link]
    share = random.choice([0.0, 1.0, *random.random(8)], n)
    side = random.integers(-1, 2, n) if sides else np.zeros(n, int)
    return positions_at(link, np.rint(length_dm * share).astype(int), side)


def reference_graph(network: Network, *places: Positions) -> nx.MultiDiGraph:
    """Return the network with a node for every position in every direction of its link."""
    roads, graph = network.roads, nx.MultiDiGraph()
    graph.add_nodes_from(range(len(roads.node_id)))
    offsets: dict[int, set[int]] = {}
    for positions in places:
        for link, offset in zip(positions.link.tolist(), positions.offset_dm.tolist(), strict=True):
            offsets.setdefault(link, set()).add(offset)
    for link in range(len(roads.start)):
        start, end = int(roads.start[link]), int(roads.end[link])
        whole = int(roads.length_dm[link])
        at = sorted(offsets.get(link, ()))
        if network.forward[link]:
            names = [start, *((link, "forward", dm) for dm in at), end]
            _add_chain(graph, names, [0, *at, whole], int(network.forward_ms[link]), whole)
        if network.backward[link]:
            names = [start, *((link, "backward", dm) for dm in at), end]
            _add_chain(
                graph, names, [0, *at, whole], int(network.backward_ms[link]), whole, back=True
            )
    return graph


def _add_chain(graph, names, at_dm, ms, whole, *, back=False) -> None:
    for i in range(len(names) - 1):
        low, high = at_dm[i], at_dm[i + 1]
        weight = (ms * high // whole - ms * low // whole) * SHIFT + high - low
        ends = (names[i + 1], names[i]) if back else (names[i], names[i + 1])
        graph.add_edge(*ends, weight=weight)


def reference_travel(network: Network, origins: Positions, targets: Positions):
    """Return time (ms) and length (dm) by networkx, and whether there is a way."""
    graph = reference_graph(network, origins, targets)
    shape = len(origins), len(targets)
    time_ms, length_dm = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    reached = np.zeros(shape, bool)
    for i in range(len(origins)):
        sources = [name for name in _names(origins, i) if name in graph]
        if not sources:
            continue
        found = nx.multi_source_dijkstra_path_length(graph, set(sources), weight="weight")
        for j in range(len(targets)):
            best = min((found[name] for name in _names(targets, j) if name in found), default=None)
            if best is not None:
                time_ms[i, j], length_dm[i, j] = divmod(best, SHIFT)
                reached[i, j] = True
    return time_ms, length_dm, reached


def _names(positions: Positions, row: int):
    link, offset = int(positions.link[row]), int(positions.offset_dm[row])
    side = int(positions.side[row])
    ways = ["forward"] * (side >= 0) + ["backward"] * (side <= 0)
    return [(link, way, offset) for way in ways] if link >= 0 else []
