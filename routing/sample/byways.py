"""The roads between villages: which are joined, by what, and how they reach a main road."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.ops import nearest_points

from routing.sample.highways import Highways, crossings_of, near_pairs
from routing.sample.lanes import Lanes
from routing.sample.lines import Road, Spot, bend, dogleg, put_points, spot

REACH_M = 1_700.0
"""A village so near to a main road is joined to it (ours)."""


@dataclass(frozen=True)
class Barriers:
    """What village roads do not cross.

    Parameters
    ----------
    water
        River and its second arm (m).
    island
        The land between them (m).
    motorway
        Its middle line, passed under here and there (m).
    junctions
        No village road within half a kilometre of these (m).
    """

    water: MultiLineString
    island: Polygon
    motorway: LineString
    junctions: tuple[Spot, ...]


@dataclass(frozen=True)
class _Edge:
    one: int
    other: int
    road: Road
    short: bool


def lay_byways(
    places: Sequence[Lanes],
    highways: Highways,
    barriers: Barriers,
    rng: np.random.Generator,
    *,
    n_bridges: int,
) -> tuple[Highways, tuple[Road, ...]]:
    """Return the village roads, and the main roads with the points where they join.

    Parameters
    ----------
    places
        Streets of towns and villages.
    highways
        Main roads.
    barriers
        What is not crossed.
    rng
        Where chance comes from.
    n_bridges
        Village roads that cross the river all the same.
    """
    edges = [_edge(places, pair, rng) for pair in near_pairs([p.place.at for p in places])]
    edges = [replace(e, short=_is_short(e, places)) for e in edges]
    dry = [e for e in edges if _dry(e.road, barriers) and _under(e.road, barriers, rng)]
    links, highways = _links(places, highways, barriers, rng)
    main = MultiLineString([r.line for r in highways.roads])
    roads = [_classed(e, rng) for e in dry if not _shadows(e.road, main)]
    bridges = _bridges(edges, barriers, n_bridges)
    joined = [*roads, *links, *bridges]
    return highways, (*joined, *_mended(places, highways, joined, barriers, rng))


def _edge(places: Sequence[Lanes], pair: tuple[int, int], rng: np.random.Generator) -> _Edge:
    one, other = places[pair[0]], places[pair[1]]
    start, end = one.gate_towards(other.place.at), other.gate_towards(one.place.at)
    if rng.random() < 0.55:
        points = dogleg(start, end, rng, step_m=140)
    else:
        points = bend(start, end, rng, sway=0.06, step_m=140)
    return _Edge(*pair, Road(points, {"highway": "unclassified"}), short=False)


def _is_short(edge: _Edge, places: Sequence[Lanes]) -> bool:
    """Return whether no third place is nearer to both: such roads are always there."""
    one, other = places[edge.one].place.at, places[edge.other].place.at
    apart_m = math.dist(one, other)
    return not any(
        max(math.dist(p.place.at, one), math.dist(p.place.at, other)) < apart_m - 1e-6
        for number, p in enumerate(places)
        if number not in (edge.one, edge.other)
    )


def _dry(road: Road, barriers: Barriers) -> bool:
    line = road.line
    near_junction = any(line.distance(Point(at)) < 520 for at in barriers.junctions)
    return not (
        line.intersects(barriers.water) or line.intersects(barriers.island) or near_junction
    )


def _under(road: Road, barriers: Barriers, rng: np.random.Generator) -> bool:
    n_crossed = len(crossings_of(road.line, barriers.motorway))
    return n_crossed == 0 or (n_crossed == 1 and rng.random() < 0.4)


def _shadows(road: Road, main: MultiLineString) -> bool:
    """Return whether a village road only repeats a main road at its side."""
    near = [main.distance(Point(p)) < 260 for p in road.points]
    return sum(near) > 0.6 * len(near)


def _classed(edge: _Edge, rng: np.random.Generator) -> Road:
    draw = rng.random()
    if edge.short:
        width = {"width": "6"} if draw < 0.12 else {"width": "4.5"} if draw < 0.25 else {}
        if draw > 0.8:
            return Road(edge.road.points, {"highway": "tertiary", "maxspeed": "40"})
        return Road(edge.road.points, {"highway": "unclassified", **width})
    if draw < 0.5:
        return Road(edge.road.points, {"highway": "unclassified", "surface": "concrete"})
    if draw < 0.65:
        return Road(edge.road.points, {"highway": "path"})
    return Road(edge.road.points, {"highway": "track", "tracktype": "grade3"})


def _links(
    places: Sequence[Lanes], highways: Highways, barriers: Barriers, rng: np.random.Generator
) -> tuple[list[Road], Highways]:
    lines = [road.line for road in highways.roads]
    feet: dict[int, list[Spot]] = {}
    links = []
    for lanes in places:
        if lanes.place.kind == "town":
            continue
        here = Point(lanes.place.at)
        number = min(range(len(lines)), key=lambda n: lines[n].distance(here))
        if lines[number].distance(here) > REACH_M or rng.random() < 0.12:
            continue
        gate = lanes.gate_towards(_foot(lines[number], lanes.place.at))
        foot = _foot(lines[number], gate)
        link = Road(bend(gate, foot, rng, sway=0.04, step_m=120), {"highway": "unclassified"})
        if _dry(link, barriers) and not link.line.intersects(barriers.motorway):
            feet.setdefault(number, []).append(foot)
            links.append(link)
    roads = [put_points(road, feet.get(n, [])) for n, road in enumerate(highways.roads)]
    return links, replace(highways, roads=tuple(roads))


def _foot(line: LineString, there: Spot) -> Spot:
    point = nearest_points(line, Point(there))[0]
    return spot(point.x, point.y)


def _bridges(edges: Sequence[_Edge], barriers: Barriers, n: int) -> list[Road]:
    """Return the shortest village roads that cross the river, narrow as old bridges are."""
    over = [
        e.road
        for e in edges
        if len(crossings_of(e.road.line, barriers.water)) == 1
        and not e.road.line.intersects(barriers.island)
        and not e.road.line.intersects(barriers.motorway)
    ]
    tags = {"highway": "unclassified", "width": "3.8"}
    return [Road(road.points, tags) for road in sorted(over, key=lambda r: r.line.length)[:n]]


def _mended(
    places: Sequence[Lanes],
    highways: Highways,
    byways: Sequence[Road],
    barriers: Barriers,
    rng: np.random.Generator,
) -> list[Road]:
    """Return the roads still missing so that every village reaches every other."""
    more: list[Road] = []
    while len(parts := _parts(places, [*highways.roads, *byways, *more])) > 1:
        best = None
        for one in parts[-1]:
            for other in set(range(len(places))) - parts[-1]:
                apart_m = math.dist(places[one].place.at, places[other].place.at)
                if best is None or apart_m < best[0]:
                    road = _edge(places, (one, other), rng).road
                    if _dry(road, barriers):
                        best = (apart_m, road)
        if best is None:
            return more
        more.append(best[1])
    return more


def _parts(places: Sequence[Lanes], roads: Sequence[Road]) -> list[set[int]]:
    """Return the places in groups that the roads join, the largest group first."""
    graph = nx.Graph()
    for number, lanes in enumerate(places):
        graph.add_node(("place", number))
        for gate in lanes.gates:
            graph.add_edge(("place", number), gate)
    for road in roads:
        if road.tags["highway"] not in {"track", "path"}:
            nx.add_path(graph, road.points)
    groups = [
        {node[1] for node in part if node[0] == "place"} for part in nx.connected_components(graph)
    ]
    return sorted((g for g in groups if g), key=lambda g: (-len(g), min(g)))
