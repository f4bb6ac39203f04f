"""Cut ways into links: at every junction, and wherever a node says something to a bus.

A way is cut where another way, or itself, uses the same node, where it ends, where its
nodes are missing, and at barriers, turning places, signs of size and wherever a turn is
restricted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.roads.limits import BACKWARD, FORWARD, NodeFacts
from routing.roads.network import Floats, Ints
from routing.roads.parsing import Parsed
from routing.roads.shapes import measure_shapes, tidy_shapes

FACTS = ("node_turning_m", "node_height_m", "node_width_m", "node_weight_t")
"""Fields of ``Roads`` in the order of the columns of ``Cut.facts``."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Links before they know what may be done on them.

    Parameters
    ----------
    node_id, node_lon, node_lat
        Per node.
    start, end, way
        Per link: node positions, and the position of its way.
    shape_from, shape_lon, shape_lat, length_dm
        As in ``Roads``.
    facts
        Per node: ``FACTS`` (float32, nodes x 4).
    signals
        Per link: traffic signals passed forward, and backward (int8, links x 2).
    """

    node_id: Ints
    node_lon: Floats
    node_lat: Floats
    start: Ints
    end: Ints
    way: Ints
    shape_from: Ints
    shape_lon: Floats
    shape_lat: Floats
    length_dm: Ints
    facts: NDArray[np.float32]
    signals: NDArray[np.int8]


def cut_ways(parsed: Parsed) -> tuple[Cut, dict[str, int]]:
    """Cut the ways into links.

    Returns
    -------
    cut
        In the order of the ways.
    repaired
        Missing nodes, and pieces left with a single node.
    """
    way, run = _runs(parsed)
    repeated = np.zeros(len(way), bool)
    same = (parsed.ref[1:] == parsed.ref[:-1]) & (run[1:] == run[:-1])
    repeated[1:] = same & parsed.known[1:]
    kept = np.flatnonzero(parsed.known & ~repeated)
    size = np.bincount(run[kept], minlength=int(run.max(initial=-1)) + 1)
    lone = size[run[kept]] < 2
    repaired = {
        "nodes missing": int((~parsed.known).sum()),
        "ways of one node": int(lone.sum()),
    }
    kept = kept[~lone]
    cut = _cut_runs(parsed, kept, way[kept], run[kept])
    return cut, {key: count for key, count in repaired.items() if count}


def _runs(parsed: Parsed) -> tuple[Ints, Ints]:
    """Per point: its way, and the unbroken run of known nodes it belongs to."""
    n_points = len(parsed.ref)
    counts = np.diff(parsed.point_from)
    way = np.repeat(np.arange(len(counts)), counts)
    breaks = ~parsed.known
    breaks[1:] |= way[1:] != way[:-1]
    return way, np.cumsum(breaks) if n_points else np.zeros(0, np.int64)


def _cut_runs(parsed: Parsed, kept: Ints, way: Ints, run: Ints) -> Cut:
    ids, node = np.unique(parsed.ref[kept], return_inverse=True)
    lon, lat = parsed.lon[kept], parsed.lat[kept]
    ends = np.ones(len(kept) + 1, bool)
    ends[1:-1] = run[1:] != run[:-1]
    cuts = ends[:-1] | ends[1:] | (np.bincount(node, minlength=len(ids)) > 1)[node]
    at = np.flatnonzero(cuts | np.isin(ids, _cut_nodes(parsed))[node])
    links = np.flatnonzero(run[at[1:]] == run[at[:-1]])
    first, last = at[links], at[links + 1]
    shape_from = np.concatenate(([0], np.cumsum(last - first + 1)))
    points = np.repeat(first - shape_from[:-1], last - first + 1) + np.arange(shape_from[-1])
    used, ends_at = np.unique(np.concatenate((node[first], node[last])), return_inverse=True)
    node_lon, node_lat = np.zeros(len(ids)), np.zeros(len(ids))
    node_lon[node], node_lat[node] = lon, lat
    shape = tidy_shapes(shape_from, lon[points], lat[points])
    return Cut(
        ids[used], node_lon[used], node_lat[used],
        ends_at[: len(links)], ends_at[len(links) :], way[first],
        *shape, measure_shapes(*shape), lay_facts(parsed.facts, ids[used]),
        _count_signals(parsed.facts, ids[node], first, last),
    )  # fmt: skip


def _cut_nodes(parsed: Parsed) -> Ints:
    """Return the nodes at which ways are cut though they may not meet there."""
    facts = {node for node, fact in parsed.facts.items() if any(fact[:4])}
    turns = {ban.node for ban in parsed.bans if ban.node}
    return ids_array(parsed.barriers.keys() | facts | turns)


def lay_facts(facts: Mapping[int, NodeFacts], ids: Ints) -> NDArray[np.float32]:
    """Return turning place and limits of each node, as ``Cut.facts``.

    Parameters
    ----------
    facts
        What is known, by node id.
    ids
        The nodes.
    """
    laid = np.zeros((len(ids), len(FACTS)), np.float32)
    for node in np.flatnonzero(np.isin(ids, ids_array(facts))).tolist():
        laid[node] = facts[int(ids[node])][:4]
    return laid


def _count_signals(
    facts: Mapping[int, NodeFacts], ids: Ints, first: Ints, last: Ints
) -> NDArray[np.int8]:
    """Return the signals on each link, of points first to last, both ways.

    What stands where a link is entered belongs to the link before.
    """
    passed = []
    for bit, low, high in ((FORWARD, first + 1, last + 1), (BACKWARD, first, last)):
        lit = np.isin(ids, ids_array([node for node, fact in facts.items() if fact.signals & bit]))
        total = np.concatenate(([0], np.cumsum(lit)))
        passed.append(np.minimum(total[high] - total[low], 127))
    return np.column_stack(passed).astype(np.int8)


def ids_array(ids: Collection[int]) -> Ints:
    """Return ids as an array (int64)."""
    return np.fromiter(ids, np.int64, len(ids))
