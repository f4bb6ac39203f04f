"""Close barriers to whom they stop, and leave them open to the others.

A barrier that stops the bus must still let walkers through (or the other way round), and
both travel on the same nodes: each road that reaches the barrier gets a node of its own
there, and links of one decimetre, for those who pass only, join them. The new nodes have
ids below every id of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from routing.roads.cutting import Cut, ids_array
from routing.roads.network import Flags, Ints


@dataclass(frozen=True, eq=False)
class Joins:
    """Which links only join the nodes of one barrier: for the bus, for walkers (bool)."""

    bus: Flags
    walk: Flags


def split_barriers(
    cut: Cut, bus: Flags, walks: Flags, barriers: Mapping[int, tuple[bool, bool]]
) -> tuple[Cut, Joins]:
    """Give roads that meet at a barrier nodes of their own; say which links join them.

    Parameters
    ----------
    cut
        The links.
    bus, walks
        Whether a bus may use each, and walkers.
    barriers
        Node id to whether it stops a bus, and walkers.
    """
    at_node = dict(zip(cut.node_id.tolist(), range(len(cut.node_id)), strict=True))
    stops = {at_node[id_]: stop for id_, stop in barriers.items() if id_ in at_node}
    ends = np.stack((cut.start, cut.end), axis=1).ravel()  # link i: slots 2 i and 2 i + 1
    near = np.flatnonzero(np.isin(ends, ids_array(stops)))
    parted: dict[int, list[int]] = {}
    for slot in near.tolist():
        node = int(ends[slot])
        stops_bus, stops_foot = stops[node]
        if stops_foot or (stops_bus and bus[slot // 2]):
            parted.setdefault(node, []).append(slot)
    copies: list[int] = []
    joins: list[tuple[int, int, int, bool]] = []
    for node, slots in parted.items():
        stops_bus, stops_foot = stops[node]
        for slot in slots[1:]:
            link = slot // 2
            ends[slot] = len(cut.node_id) + len(copies)
            copies.append(node)
            if (walks[link] and not stops_foot) or (bus[link] and not stops_bus):
                joins.append((node, int(ends[slot]), int(cut.way[link]), stops_foot))
    return _extend(cut, ends.reshape(-1, 2), np.array(copies, np.int64), joins)


def _extend(
    cut: Cut, ends: Ints, copies: Ints, joins: list[tuple[int, int, int, bool]]
) -> tuple[Cut, Joins]:
    """Add the copied nodes and the links that join them."""
    one, other, way, for_bus = np.array(joins, np.int64).reshape(-1, 4).T
    lowest = min(0, int(cut.node_id.min(initial=0)))
    lon, lat = (np.repeat(place[one], 2) for place in (cut.node_lon, cut.node_lat))
    more = cut.shape_from[-1] + 2 * np.arange(1, len(one) + 1)
    own = np.zeros(len(cut.start), bool)
    new_ids = lowest - 1 - np.arange(len(copies))
    return Cut(
        np.concatenate((cut.node_id, new_ids)),
        np.concatenate((cut.node_lon, cut.node_lon[copies])),
        np.concatenate((cut.node_lat, cut.node_lat[copies])),
        np.concatenate((ends[:, 0], one)), np.concatenate((ends[:, 1], other)),
        np.concatenate((cut.way, way)), np.concatenate((cut.shape_from, more)),
        np.concatenate((cut.shape_lon, lon)), np.concatenate((cut.shape_lat, lat)),
        np.concatenate((cut.length_dm, np.ones(len(one), np.int64))),
        np.concatenate((cut.facts, cut.facts[copies])),
        np.concatenate((cut.signals, np.zeros((len(one), 2), np.int8))),
    ), Joins(
        np.concatenate((own, for_bus == 1)), np.concatenate((own, for_bus == 0))
    )  # fmt: skip
