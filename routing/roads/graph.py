"""Roads as a networkx graph in osmnx's words, and such a graph as Roads."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from routing.errors import RoadsError
from routing.roads.building import Ways, assemble
from routing.roads.cutting import Cut, lay_facts
from routing.roads.edges import Edge, Point, is_whole, read_edge, read_number, text_tags
from routing.roads.limits import BACKWARD, FORWARD, NO_FACTS, NodeFacts, node_facts
from routing.roads.network import ROAD_CLASSES, UNMEASURED_M, Flags, Floats, Ints, Roads
from routing.roads.shapes import distances_m, measure_shapes, tidy_shapes
from routing.roads.tags import WayRule, node_barrier, way_rule
from routing.words import Text

CRS = "epsg:4326"
_SURFACES = ("", "paved", "unpaved", "ground")
_WAY_LIMITS = {
    "width": "width_m", "maxheight": "max_height_m", "maxwidth": "max_width_m",
    "maxlength": "max_length_m", "maxweight": "max_weight_t", "incline": "incline_pct",
}  # fmt: skip
_NODE_LIMITS = {
    "maxheight": "node_height_m", "maxwidth": "node_width_m", "maxweight": "node_weight_t",
}  # fmt: skip


_SHORTER_M = 0.2
"""A length that much under the straight line between the ends is no length: rounding."""
_LONGEST_M = 1e6
"""No single piece of a road is longer; such a length is measured anew (assumed)."""


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
        (roads.bus_forward, roads.bus_backward) if profile == "bus" else (roads.walks, roads.walks)
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


def _add_nodes(graph: Any, roads: Roads, used: Flags) -> None:
    for node in np.union1d(roads.start[used], roads.end[used]).tolist():
        osmid = int(roads.node_id[node])
        x, y = float(roads.node_lon[node]), float(roads.node_lat[node])
        graph.add_node(osmid, x=x, y=y, osmid=osmid, **_node_data(roads, node))


def _node_data(roads: Roads, node: int) -> dict[str, Any]:
    """Return what a node says of turning round and sizes; nothing where it is unknown."""
    data = _positive(roads, node, _NODE_LIMITS)
    turning_m = float(roads.node_turning_m[node])
    if turning_m > 0:
        data["highway"] = "turning_circle"
    return data | ({"diameter": turning_m} if 0 < turning_m < UNMEASURED_M else {})


def _positive(roads: Roads, at: int, limits: Mapping[str, str]) -> dict[str, Any]:
    """Return the limits that are there, by the names of their tags, to the millimetre."""
    found = {key: float(getattr(roads, name)[at]) for key, name in limits.items()}
    return {key: round(limit, 3) for key, limit in found.items() if limit > 0}


def _link_data(roads: Roads, link: int) -> dict[str, Any]:
    """Return what an edge says of its link in both directions; unknown is left out."""
    data: dict[str, Any] = {
        "osmid": int(roads.way_id[link]),
        "highway": ROAD_CLASSES[roads.road_class[link]],
        "length": float(roads.length_dm[link]) / 10,
    }
    if roads.name[link]:
        data["name"] = roads.names[roads.name[link]]
    if roads.lanes[link]:
        data["lanes"] = int(roads.lanes[link])
    if roads.surface[link]:
        data["surface"] = _SURFACES[roads.surface[link]]
    return data | _positive(roads, link, _WAY_LIMITS)


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


def from_graph(graph: Any, name: str = "graph", digest: str = "") -> Roads:
    """Return a directed networkx graph, as osmnx makes it, as Roads.

    Two edges on the same way and line in opposite directions become one link; an edge
    alone is one-way. The rules for tags are those for files, so a graph of everything
    that osmnx read may be given. Lengths that are missing, zero, negative, NaN or
    shorter than the straight line are measured anew and counted.

    Parameters
    ----------
    graph
        Nodes need ``x`` and ``y``; edges ``highway``, and may have ``osmid``,
        ``length``, ``geometry``, ``maxspeed``, ... , also as lists. Other coordinates
        than degrees are brought back by ``graph.graph["crs"]``.
    name, digest
        For ``Source``.

    Raises
    ------
    RoadsError
        When it is undirected, lacks coordinates or holds no road.
    """
    nodes, places = _nodes(graph, name)
    links, ways, faults = _links(_edges(graph, nodes, places))
    if not links:
        raise RoadsError(Text(
            f"{name}: the graph holds no road that a bus or a walker may use. Its edges "
            "need an attribute 'highway'.",
            f"{name}：图中没有校车或行人可用的道路。边须有highway属性。",
        ))  # fmt: skip
    barriers, facts = _tagged(graph, nodes)
    cut, n_measured = _cut(nodes, places, links, facts, _to_degrees(graph, name, places))
    counts = {"lengths": n_measured, **faults}
    repaired = {key: count for key, count in counts.items() if count}
    return assemble(cut, ways, barriers, (), (name, digest, repaired))


def _nodes(graph: Any, name: str) -> tuple[dict[Hashable, int], list[Point]]:
    """Each node's position, and where it is in the graph's coordinates."""
    if not graph.is_directed():
        raise RoadsError(Text(
            f"{name}: the graph is undirected, so one-way streets are lost. Give the "
            "directed graph that osmnx made first.",
            f"{name}：图是无向图，无法区分单行道。请提供osmnx生成的有向图。",
        ))  # fmt: skip
    places = []
    for node, data in graph.nodes(data=True):
        place = read_number(data.get("x")), read_number(data.get("y"))
        if not all(map(math.isfinite, place)):
            raise RoadsError(Text(
                f"{name}: node {node} has no coordinates. Every node needs numbers x and y.",
                f"{name}：节点{node}没有坐标。每个节点须有数值x和y。",
            ))  # fmt: skip
        places.append(place)
    return {node: at for at, node in enumerate(graph.nodes)}, places


def _edges(graph: Any, nodes: Mapping[Hashable, int], places: Sequence[Point]) -> list[Edge]:
    edges = []
    for start, end, data in graph.edges(data=True):
        ends = nodes[start], nodes[end]
        edges.append(read_edge(data, ends, (places[ends[0]], places[ends[1]])))
    return edges


def _links(edges: Sequence[Edge]) -> tuple[list[Edge], Ways, Counter[str]]:
    """Pair edges to links with their rules; also count what made no sense."""
    waiting: dict[Hashable, list[int]] = {}
    pairs: list[list[Edge]] = []
    for edge in edges:
        twins = waiting.get(edge.twin_key)
        if twins:
            pairs[twins.pop()].append(edge)
        else:
            waiting.setdefault(edge.key, []).append(len(pairs))
            pairs.append([edge])
    rule_of: dict[frozenset[tuple[str, str]], WayRule | None] = {}
    links: list[Edge] = []
    rules: list[WayRule] = []
    for pair in pairs:
        edge = min(pair, key=lambda one: one.turned)
        tags = _with_direction(edge.tags, both=len(pair) == 2)
        alike = frozenset(tags.items())
        if alike not in rule_of:
            rule_of[alike] = way_rule(tags)
        rule = rule_of[alike]
        if rule is not None:
            links.append(edge)
            rules.append(rule)
    known = {rule: at for at, rule in enumerate(dict.fromkeys(rules))}
    ways = Ways(
        np.array([edge.ids[0] for edge in links], np.int64),
        np.array([known[rule] for rule in rules], np.int64),
        [edge.name for edge in links], list(known),
    )  # fmt: skip
    return links, ways, Counter(fault for rule in rules for fault in rule.faults)


def _with_direction(tags: dict[str, str], *, both: bool) -> dict[str, str]:
    """Edges say which ways are open; a motorway without a tag stays one-way."""
    kept = {key: value for key, value in tags.items() if key != "oneway"}
    return kept if both else {**kept, "oneway": "yes"}


def _cut(
    nodes: Mapping[Hashable, int],
    places: Sequence[Point],
    links: Sequence[Edge],
    facts: Mapping[int, NodeFacts],
    to_degrees: Callable[[Floats, Floats], tuple[Floats, Floats]],
) -> tuple[Cut, int]:
    """Lay the links out in arrays; also count lengths measured anew."""
    start, end = (
        np.array([getattr(e, side) for e in links], np.int64) for side in ("start", "end")
    )
    used, ends = np.unique(np.concatenate((start, end)), return_inverse=True)
    node_lon, node_lat = to_degrees(*np.array(places, float).T)
    points = np.array([point for edge in links for point in edge.points], float)
    shape_from = np.concatenate(([0], np.cumsum([len(edge.points) for edge in links])))
    shape = tidy_shapes(shape_from, *to_degrees(*points.T))
    said_m = np.array([edge.length_m for edge in links])
    straight_m = distances_m(node_lon[start], node_lat[start], node_lon[end], node_lat[end])
    sane = (said_m > 0) & (said_m <= _LONGEST_M) & (said_m >= straight_m * 0.99 - _SHORTER_M)
    said_dm = np.rint(np.where(sane, said_m, 0) * 10).astype(np.int64)
    length_dm = np.where(sane, np.maximum(1, said_dm), measure_shapes(*shape))
    ids = _ids(nodes)[used]
    lit = np.array([facts[id_].signals if id_ in facts else 0 for id_ in ids.tolist()], np.int8)
    begin, stop = ends[: len(links)], ends[len(links) :]
    signals = np.column_stack(((lit[stop] & FORWARD) > 0, (lit[begin] & BACKWARD) > 0))
    return Cut(
        ids, node_lon[used], node_lat[used], begin, stop, np.arange(len(links)),
        *shape, length_dm, lay_facts(facts, ids), signals.astype(np.int8),
    ), int((~sane).sum())  # fmt: skip


def _ids(nodes: Mapping[Hashable, int]) -> Ints:
    """Node ids as numbers; where they are none, positions from 1."""
    texts = [str(node) for node in nodes]
    if all(is_whole(text) for text in texts) and len(set(map(int, texts))) == len(texts):
        return np.array(list(map(int, texts)), np.int64)
    return np.arange(1, len(texts) + 1)


def _tagged(
    graph: Any, nodes: Mapping[Hashable, int]
) -> tuple[dict[int, tuple[bool, bool]], dict[int, NodeFacts]]:
    """Return which nodes stop whom, and what else nodes say."""
    ids = _ids(nodes)
    tags = {int(ids[nodes[node]]): text_tags(data) for node, data in graph.nodes(data=True)}
    stops = {node: node_barrier(own) for node, own in tags.items() if "barrier" in own}
    facts = {node: node_facts(own) for node, own in tags.items()}
    return (
        {node: stop for node, stop in stops.items() if any(stop)},
        {node: fact for node, fact in facts.items() if fact != NO_FACTS},
    )


def _to_degrees(
    graph: Any, name: str, places: Sequence[Point]
) -> Callable[[Floats, Floats], tuple[Floats, Floats]]:
    """Return what brings the graph's coordinates to degrees."""
    import pyproj

    try:
        crs = pyproj.CRS(graph.graph.get("crs") or CRS)
        turn = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise RoadsError(Text(
            f"{name}: the graph's coordinate system is not known ({error}). Project it to "
            "EPSG:4326.",
            f"{name}：无法识别图的坐标系（{error}）。请转换为EPSG:4326。",
        )) from error  # fmt: skip
    if crs.is_geographic and any(abs(x) > 180 or abs(y) > 90 for x, y in places):
        raise RoadsError(Text(
            f"{name}: the nodes' x and y are not degrees. Set graph.graph['crs'] to their "
            "coordinate system.",
            f"{name}：节点的x和y不是经纬度。请在graph.graph['crs']中给出其坐标系。",
        ))  # fmt: skip
    if crs == pyproj.CRS(CRS):
        return lambda x, y: (x, y)
    return turn.transform
