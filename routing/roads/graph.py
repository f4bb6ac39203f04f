"""Roads as a networkx graph in osmnx's words, and such a graph as Roads."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from routing.errors import RoadsError
from routing.roads.building import (
    Cut,
    Ways,
    assemble,
    haversine_m,
    measure_shapes,
    tidy_shapes,
)
from routing.roads.edges import edge_length_m, edge_name, edge_points, edge_tags, way_ids
from routing.roads.network import ROAD_CLASSES, Floats, Ints, Roads
from routing.roads.tags import WayRule, node_barrier, way_rule
from routing.words import Text

CRS = "epsg:4326"

_SHORTER = 0.99
"""A length under this share of the straight line between the ends is no length."""


def to_graph(roads: Roads, profile: str = "bus") -> Any:
    """Return the roads as a networkx MultiDiGraph with osmnx's names.

    Parameters
    ----------
    roads
        What to hand out.
    profile
        "bus" or "walk": which links, and in which directions.

    Returns
    -------
    graph
        As ``Roads.graph`` says; only the nodes that a link of the profile touches.

    Raises
    ------
    ValueError
        When there is no such profile.
    """
    import networkx as nx
    import shapely

    if profile not in {"bus", "walk"}:
        msg = f"profile: 'bus' or 'walk', not '{profile}'."
        raise ValueError(msg)
    forward, backward = (
        (roads.bus_forward, roads.bus_backward)
        if profile == "bus"
        else (roads.walks, roads.walks)
    )
    points = np.column_stack((roads.shape_lon, roads.shape_lat))
    owner = np.repeat(np.arange(len(roads.start)), np.diff(roads.shape_from))
    lines = shapely.linestrings(points, indices=owner)
    turned = shapely.reverse(lines)
    start, end = roads.node_id[roads.start].tolist(), roads.node_id[roads.end].tolist()
    graph = nx.MultiDiGraph(crs=CRS, simplified=True)
    _add_nodes(graph, roads, forward | backward)
    for link in np.flatnonzero(forward | backward).tolist():
        both = _link_data(roads, link) | {"oneway": bool(forward[link] != backward[link])}
        if forward[link]:
            data = both | _signed(roads.signed_forward_kmh[link])
            graph.add_edge(start[link], end[link], **data, reversed=False, geometry=lines[link])
        if backward[link]:
            data = both | _signed(roads.signed_backward_kmh[link])
            graph.add_edge(end[link], start[link], **data, reversed=True, geometry=turned[link])
    return graph


def _add_nodes(graph: Any, roads: Roads, used: Any) -> None:
    for node in np.union1d(roads.start[used], roads.end[used]).tolist():
        osmid = int(roads.node_id[node])
        x, y = float(roads.node_lon[node]), float(roads.node_lat[node])
        graph.add_node(osmid, x=x, y=y, osmid=osmid)


def _link_data(roads: Roads, link: int) -> dict[str, Any]:
    """What an edge says of its link in both directions; unknown is left out."""
    data: dict[str, Any] = {
        "osmid": int(roads.way_id[link]),
        "highway": ROAD_CLASSES[roads.road_class[link]],
        "length": float(roads.length_dm[link]) / 10,
    }
    if roads.name[link]:
        data["name"] = roads.names[roads.name[link]]
    if roads.lanes[link]:
        data["lanes"] = int(roads.lanes[link])
    return data


def _signed(signed_kmh: float) -> dict[str, float]:
    return {"maxspeed": float(signed_kmh)} if signed_kmh > 0 else {}


def read_graphml(path: Path, digest: str) -> Roads:
    """Read roads from a GraphML file as osmnx saves it; nothing in it is evaluated.

    Parameters
    ----------
    path, digest
        The file, and the SHA-256 of its content.

    Raises
    ------
    RoadsError
        When it is damaged or no graph of roads.
    """
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    try:
        graph = nx.read_graphml(path, force_multigraph=True)
    except (ParseError, nx.NetworkXError, ValueError, KeyError, TypeError, OSError) as error:
        raise RoadsError(Text(
            f"{path.name}: the file is damaged or no GraphML ({error}). Save it again with "
            "osmnx.save_graphml, or use an .osm.pbf extract.",
            f"{path.name}：文件已损坏或不是GraphML（{error}）。请用osmnx.save_graphml重新保存，"
            "或使用.osm.pbf文件。",
        )) from error  # fmt: skip
    return from_graph(graph, path.name, digest)


@dataclass(frozen=True)
class _Edge:
    """One directed edge of a graph: ends as node positions, shape from start to end."""

    start: int
    end: int
    points: tuple[tuple[float, float], ...]
    ids: tuple[int, ...]
    tags: dict[str, str]
    name: str
    length_m: float
    turned: bool

    def key(self) -> Hashable:
        """Return what makes two edges the same piece of road in the same direction."""
        return self.start, self.end, self.ids, self.points

    def twin_key(self) -> Hashable:
        """Return the key of the same piece of road in the other direction."""
        return self.end, self.start, self.ids, self.points[::-1]


def from_graph(graph: Any, name: str = "graph", digest: str = "") -> Roads:
    """Return a directed networkx graph, as osmnx makes it, as Roads.

    Two edges on the same way and line in opposite directions become one link; an edge
    alone is one-way. The rules for tags are those for files: a graph of everything
    that osmnx read may be given. Lengths that are missing, zero, negative, NaN or
    shorter than the straight line are measured anew and counted.

    Parameters
    ----------
    graph
        Nodes need ``x`` and ``y``; edges ``highway``, and may have ``osmid``,
        ``oneway``, ``length``, ``geometry``, ``maxspeed``, ... , also as lists. Another
        coordinate system than degrees is brought back by ``graph.graph["crs"]``.
    name, digest
        For ``Source``.

    Raises
    ------
    RoadsError
        When it is undirected, lacks coordinates or holds no road.
    """
    nodes, lon, lat = _nodes(graph, name)
    links = _pair(_edges(graph, {node: at for at, node in enumerate(nodes)}, lon, lat))
    rules, cut_links, repaired = _rules(links)
    if not cut_links:
        raise RoadsError(Text(
            f"{name}: the graph holds no road that a bus or a walker may use. Its edges "
            "need an attribute 'highway'.",
            f"{name}：图中没有校车或行人可用的道路。边须有highway属性。",
        ))  # fmt: skip
    to_degrees = _to_degrees(graph, name, lon, lat)
    cut, n_measured = _cut(_ids(nodes), to_degrees(lon, lat), cut_links, to_degrees)
    if n_measured:
        repaired["lengths"] = n_measured
    ways = Ways(
        np.array([edge.ids[0] for edge in cut_links], np.int64),
        np.array([rules[at][0] for at in range(len(cut_links))], np.int64),
        [edge.name for edge in cut_links], [rule for rule, _ in ()],
    )  # fmt: skip
    return assemble(cut, ways, _barriers(graph, nodes), (), (name, digest, repaired))
