"""How villages reach the main roads, and what is mended so that all of them do."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from shapely import LineString, MultiLineString, Point
from shapely.ops import nearest_points

from routing.sample.byways import Barriers, draw_way
from routing.sample.crossings import join_crossings
from routing.sample.highways import Highways
from routing.sample.lanes import Lanes
from routing.sample.lines import Road, Spot, bend, put_points, spot

REACH_M = 1_700.0
"""A village so near to a main road is joined to it (ours)."""
FURTHEST_M = 6_000.0
"""No village is joined to a main road further away (ours)."""
BESIDE_M = 170.0
"""Not where another village road runs so near (ours)."""
NOT_DRIVEN = frozenset({"track", "path"})


_Bank = tuple[int, LineString]


@dataclass(frozen=True)
class _Link:
    """A road from a village to the main road of a number, which it meets at a point."""

    road: Road
    number: int
    foot: Spot


def link_to_main(
    places: Sequence[Lanes],
    highways: Highways,
    byways: Sequence[Road],
    barriers: Barriers,
    rng: np.random.Generator,
) -> tuple[Highways, list[Road]]:
    """Return the main roads with more points, and the roads that join them there.

    Parameters
    ----------
    places
        Streets of towns and villages.
    highways
        Main roads.
    byways
        Village roads.
    barriers
        What is not crossed.
    rng
        Where chance comes from.
    """
    built = MultiLineString([r.line for r in byways if r.tags["highway"] not in NOT_DRIVEN])
    banks = _banks(highways, barriers)
    links = []
    for lanes in places:
        link = _link(lanes, banks, barriers, rng)
        if link is None or lanes.place.kind == "town" or rng.random() < 0.08:
            continue
        middle = link.road.line.interpolate(0.6, normalized=True)
        if link.road.line.length < REACH_M and built.distance(middle) > BESIDE_M:
            links.append(link)
    return _joined(highways, links), [link.road for link in links]


def _banks(highways: Highways, barriers: Barriers) -> list[_Bank]:
    """Return the main roads in pieces that do not cross the river, with their numbers."""
    water = barriers.water.buffer(90)
    banks: list[_Bank] = []
    for number, road in enumerate(highways.roads):
        dry = road.line.difference(water)
        banks += [(number, piece) for piece in getattr(dry, "geoms", [dry])]
    return banks


def _link(
    lanes: Lanes, banks: Sequence[_Bank], barriers: Barriers, rng: np.random.Generator
) -> _Link | None:
    """Return the road from a village to the nearest main road on its side of the river."""
    here = Point(lanes.place.at)
    apart_m = [piece.distance(here) for _, piece in banks]
    for nth in sorted(range(len(banks)), key=apart_m.__getitem__):
        number, bank = banks[nth]
        gate = lanes.gate_towards(_foot(bank, lanes.place.at))
        foot = _foot(bank, gate)
        if apart_m[nth] > FURTHEST_M or math.dist(gate, foot) < 1.0:
            return None
        road = Road(bend(gate, foot, rng, sway=0.04, step_m=120), {"highway": "unclassified"})
        if barriers.allow(road) and not road.line.intersects(barriers.motorway):
            return _Link(road, number, foot)
    return None


def _foot(line: LineString, there: Spot) -> Spot:
    point = nearest_points(line, Point(there))[0]
    return spot(point.x, point.y)


def _joined(highways: Highways, links: Sequence[_Link]) -> Highways:
    feet: dict[int, list[Spot]] = {}
    for link in links:
        feet.setdefault(link.number, []).append(link.foot)
    roads = [put_points(road, feet.get(n, [])) for n, road in enumerate(highways.roads)]
    return replace(highways, roads=tuple(roads))


def mend_gaps(
    places: Sequence[Lanes],
    highways: Highways,
    byways: Sequence[Road],
    barriers: Barriers,
    rng: np.random.Generator,
) -> tuple[Highways, list[Road]]:
    """Return main roads and the roads still missing for every village to reach every other.

    Parameters
    ----------
    places
        Streets of towns and villages.
    highways
        Main roads.
    byways
        All village roads so far.
    barriers
        What is not crossed.
    rng
        Where chance comes from.
    """
    more: list[Road] = []
    parts = _parts(places, [*highways.roads, *byways])
    while len(parts) > 1:
        road = _shortest(places, parts, barriers, rng)
        if road is None:
            banks = _banks(highways, barriers)
            links = [_link(places[n], banks, barriers, rng) for n in sorted(parts[-1])]
            found = [link for link in links if link is not None]
            if not found:
                break
            best = min(found, key=lambda link: float(link.road.line.length))
            highways, road = _joined(highways, [best]), best.road
        more.append(road)
        n_before, parts = len(parts), _parts(places, [*highways.roads, *byways, *more])
        if len(parts) == n_before:
            break
    return highways, more


def _shortest(
    places: Sequence[Lanes],
    parts: Sequence[set[int]],
    barriers: Barriers,
    rng: np.random.Generator,
) -> Road | None:
    """Return the shortest road from the smallest part to any other, None where all are barred."""
    pairs = sorted(
        (math.dist(places[one].place.at, places[other].place.at), one, other)
        for one in parts[-1]
        for other in range(len(places))
        if other not in parts[-1]
    )
    ways = (draw_way(places[one], places[other], rng) for _, one, other in pairs)
    return next((way for way in ways if barriers.allow(way)), None)


def _parts(places: Sequence[Lanes], roads: Sequence[Road]) -> list[set[int]]:
    """Return the places in groups that the roads join, the largest group first."""
    graph = nx.Graph()
    for number, lanes in enumerate(places):
        graph.add_node(("place", number))
        for gate in lanes.gates:
            graph.add_edge(("place", number), gate)
    driven = [road for road in roads if road.tags["highway"] not in NOT_DRIVEN]
    for road in join_crossings(driven):
        nx.add_path(graph, road.points)
    groups = [
        {node[1] for node in part if node[0] == "place"} for part in nx.connected_components(graph)
    ]
    return sorted((g for g in groups if g), key=lambda g: (-len(g), min(g)))
