"""The roads between villages: which villages are joined, by what, and what they do not cross."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import LineString, MultiLineString, Point, Polygon

from routing.sample.highways import near_pairs
from routing.sample.lanes import Lanes
from routing.sample.lines import Road, Spot, bend, crossings_of, dogleg

UNDER_SHARE = 0.4
"""Share of the village roads towards the motorway that pass under it (ours)."""
CLEAR_M = 520
"""No village road so near to a junction of the motorway (m; ours)."""


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
        Where the motorway can be left (m).
    """

    water: MultiLineString
    island: Polygon
    motorway: LineString
    junctions: tuple[Spot, ...]

    def allow(self, road: Road) -> bool:
        """Return whether a road keeps clear of water, island and junctions."""
        line = road.line
        near = any(line.distance(Point(at)) < CLEAR_M for at in self.junctions)
        return not (near or line.intersects(self.water) or line.intersects(self.island))


@dataclass(frozen=True)
class Edge:
    """A way between two neighbouring places, not yet said to be a road.

    Parameters
    ----------
    one, other
        Positions of the places.
    road
        Its course.
    short
        Whether no third place is nearer to both: such ways are always roads.
    """

    one: int
    other: int
    road: Road
    short: bool


def draw_edges(places: Sequence[Lanes], rng: np.random.Generator) -> list[Edge]:
    """Return the ways between neighbouring places.

    Parameters
    ----------
    places
        Streets of towns and villages.
    rng
        Where chance comes from.
    """
    spots = np.array([lanes.place.at for lanes in places])
    return [
        Edge(one, other, draw_way(places[one], places[other], rng), _is_short(one, other, spots))
        for one, other in near_pairs([lanes.place.at for lanes in places])
    ]


def draw_way(one: Lanes, other: Lanes, rng: np.random.Generator) -> Road:
    """Return a village road from the gate of one place to that of another.

    Parameters
    ----------
    one, other
        Streets of the two places.
    rng
        Where chance comes from.
    """
    start, end = one.gate_towards(other.place.at), other.gate_towards(one.place.at)
    if rng.random() < 0.55:
        points = dogleg(start, end, rng, step_m=140)
    else:
        points = bend(start, end, rng, sway=0.06, step_m=140)
    return Road(points, {"highway": "unclassified"})


def _is_short(one: int, other: int, spots: np.ndarray) -> bool:
    apart_m = math.dist(spots[one], spots[other])
    from_one, from_other = (np.hypot(*(spots - spots[n]).T) for n in (one, other))
    nearer = np.maximum(from_one, from_other) < apart_m - 1e-6
    nearer[[one, other]] = False
    return not bool(nearer.any())


def choose_byways(
    edges: Sequence[Edge], main: MultiLineString, barriers: Barriers, rng: np.random.Generator
) -> list[Road]:
    """Return the ways that become village roads, tracks and paths.

    Parameters
    ----------
    edges
        Ways between neighbours.
    main
        Main roads; a way that only runs beside one is left out (m).
    barriers
        What is not crossed.
    rng
        Where chance comes from.
    """
    dry = [e for e in edges if barriers.allow(e.road) and _passes_under(e.road, barriers, rng)]
    return [_classed(e, rng) for e in dry if not _shadows(e.road, main)]


def _passes_under(road: Road, barriers: Barriers, rng: np.random.Generator) -> bool:
    n_crossed = len(crossings_of(road.line, barriers.motorway))
    return n_crossed == 0 or (n_crossed == 1 and bool(rng.random() < UNDER_SHARE))


def _shadows(road: Road, main: MultiLineString) -> bool:
    near = [main.distance(Point(p)) < 260 for p in road.points]
    return sum(near) > 0.6 * len(near)


def _classed(edge: Edge, rng: np.random.Generator) -> Road:
    draw = float(rng.random())
    if edge.short:
        steps: tuple[tuple[float, dict[str, str]], ...] = (
            (0.12, {"width": "6"}),
            (0.25, {"width": "4.5"}),
            (0.8, {}),
        )
        tags = next((more for up_to, more in steps if draw < up_to), None)
        if tags is None:
            return Road(edge.road.points, {"highway": "tertiary", "maxspeed": "40"})
        return Road(edge.road.points, {"highway": "unclassified", **tags})
    if draw < 0.5:
        return Road(edge.road.points, {"highway": "unclassified", "surface": "concrete"})
    if draw < 0.65:
        return Road(edge.road.points, {"highway": "path"})
    return Road(edge.road.points, {"highway": "track", "tracktype": "grade3"})


def choose_bridges(edges: Sequence[Edge], barriers: Barriers, n: int) -> list[Road]:
    """Return the shortest ways over the river, as narrow as old bridges are.

    Parameters
    ----------
    edges
        Ways between neighbours.
    barriers
        River, island and motorway.
    n
        How many.
    """
    over = [
        e.road
        for e in edges
        if len(crossings_of(e.road.line, barriers.water)) == 1
        and not e.road.line.intersects(barriers.island)
        and not e.road.line.intersects(barriers.motorway)
    ]
    tags = {"highway": "unclassified", "width": "3.8"}
    return [Road(road.points, tags) for road in sorted(over, key=lambda r: r.line.length)[:n]]
