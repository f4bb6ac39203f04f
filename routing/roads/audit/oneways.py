"""Which one-way links look like a mistake: one can get in and not out, or out and not in."""

import numpy as np
import pandas as pd

from routing.roads.audit.islands import draw_groups
from routing.roads.audit.nodes import label_nodes
from routing.roads.network import ROAD_CLASSES, Flags, Floats, Ints, Network

_EXPECTED = tuple(
    number
    for number, name in enumerate(ROAD_CLASSES)
    if name == "motorway" or name.endswith("_link") or name == "ferry"
)
"""Classes of which one carriageway may end at the edge of an extract."""


def find_oneways(network: Network) -> pd.DataFrame:
    """Return the one-way links that join two components, the most serious first.

    Within a component there is a way there and back; a one-way link between two of them
    can be driven and never be driven back from. Motorways, slip roads, ferries, loops
    and closed ways (roundabouts) are left out.

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    oneways
        One row per link: ``kind`` ("no_way_out": nothing leaves its far end;
        "no_way_in": nothing enters its near end; "joins": it alone parts two
        components), ``link``, ``way_id`` (of OpenStreetMap), ``name``, ``road_class``,
        ``length_m``, ``cut_off_km`` (of the shorter component it joins), ``lon_deg``,
        ``lat_deg`` (its near end), ``geometry``.
    """
    roads, strong = network.roads, label_nodes(network, "strong")
    tail = np.where(network.forward, roads.start, roads.end)
    head = np.where(network.forward, roads.end, roads.start)
    odd = (network.forward ^ network.backward) & (strong[tail] != strong[head])
    odd &= ~np.isin(roads.road_class, _EXPECTED) & ~_closed_ways(network)
    links = np.flatnonzero(odd)
    tail, head = tail[links], head[links]
    sink = np.diff(network.leaving.first)[head] == 0
    source = np.diff(network.entering.first)[tail] == 0
    length_dm = _lengths_dm(network, strong)
    table = pd.DataFrame({
        "kind": np.where(sink, "no_way_out", np.where(source, "no_way_in", "joins")),
        "link": links,
        "way_id": roads.way_id[links],
        "name": [roads.names[number] for number in roads.name[links]],
        "road_class": [ROAD_CLASSES[number] for number in roads.road_class[links]],
        "length_m": roads.length_dm[links] / 10,
        "cut_off_km": np.minimum(length_dm[strong[tail]], length_dm[strong[head]]) / 1e4,
        "lon_deg": roads.node_lon[tail],
        "lat_deg": roads.node_lat[tail],
        "geometry": pd.Series(draw_groups(network, np.split(links, len(links)) if len(links) else []), dtype=object),
    })  # fmt: skip
    order = np.lexsort((links, -table["length_m"], -table["cut_off_km"]))
    return table.iloc[order].reset_index(drop=True)


def _closed_ways(network: Network) -> Flags:
    """Return whether each link belongs to a way that ends where it began (bool)."""
    roads = network.roads
    n = len(roads.node_id)
    _, way = np.unique(roads.way_id, return_inverse=True)
    spots = np.concatenate((way * n + roads.start, way * n + roads.end))
    spot, of_spot = np.unique(spots, return_inverse=True)
    step = np.repeat((-1, 1), len(way))
    open_at = np.bincount(of_spot, step, minlength=len(spot)) != 0
    ends = np.bincount(spot[open_at] // max(n, 1), minlength=int(way.max(initial=-1)) + 1)
    closed: Flags = ends[way] == 0
    return closed


def _lengths_dm(network: Network, strong: Ints) -> Floats:
    """Return the length (dm) of the links inside each strong component."""
    roads = network.roads
    inside = (network.forward | network.backward) & (strong[roads.start] == strong[roads.end])
    length_dm: Floats = np.bincount(
        strong[roads.start[inside]],
        roads.length_dm[inside],
        minlength=int(strong.max(initial=-1)) + 1,
    ).astype(np.float64)
    return length_dm
