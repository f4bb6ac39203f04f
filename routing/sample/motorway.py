"""The motorway: two carriageways, passed under by other roads, left at two junctions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import LineString, Point

from routing.sample.ground import Ground
from routing.sample.lines import Road, Spot, bend, beside, crossings_of, put_points, spot

MAIN = ("trunk", "primary", "secondary", "tertiary")
"""Classes of the main roads, the most important first."""
HALF_MOTORWAY_M = 12.0
"""Half the distance between the middles of the two carriageways (ours)."""
RAMP_M = 420.0
"""How far from the road crossed the ramps leave the motorway (ours)."""
FOOT_M = 170.0
"""How far from the motorway the ramps meet the road crossed (ours)."""


@dataclass(frozen=True)
class Motorway:
    """The motorway and the roads it meets.

    Parameters
    ----------
    roads
        Carriageways and ramps.
    middle
        The line between the carriageways (m).
    junctions
        Where it can be left (m).
    crossed
        The main roads, with the points at which ramps meet them.
    """

    roads: tuple[Road, ...]
    middle: LineString
    junctions: tuple[Spot, ...]
    crossed: tuple[Road, ...]


def lay_motorway(ground: Ground, roads: Sequence[Road], rng: np.random.Generator) -> Motorway:
    """Return the motorway, with junctions at two of the main roads.

    Parameters
    ----------
    ground
        Outline, river and towns.
    roads
        Main roads.
    rng
        Where chance comes from.
    """
    inside = _middle(ground, rng).intersection(ground.outline.buffer(900))
    middle = LineString([spot(*point) for point in inside.coords])
    right = beside(list(middle.coords), HALF_MOTORWAY_M)
    left = beside(list(middle.coords), -HALF_MOTORWAY_M)[::-1]
    tags = {"highway": "motorway", "name": "平原高速", "lanes": "2", "maxspeed": "120"}
    carriageways = [Road(right, tags, apart=True), Road(left, tags, apart=True)]
    crossed, ramps, junctions = list(roads), [], []
    for number, at in _chosen(roads, middle):
        feet = _feet(crossed[number], at)
        crossed[number] = put_points(crossed[number], feet)
        for side in (0, 1):
            carriageways[side], more = _ramps(carriageways[side], at, feet)
            ramps += more
        junctions.append(at)
    return Motorway((*carriageways, *ramps), middle, tuple(junctions), tuple(crossed))


def _chosen(roads: Sequence[Road], middle: LineString) -> list[tuple[int, Spot]]:
    """Return the two most important roads that cross the motorway once, and where."""
    chances = []
    for number, road in enumerate(roads):
        crossed = crossings_of(road.line, middle)
        if len(crossed) == 1 and _has_room(road, crossed[0], middle):
            chances.append((MAIN.index(road.tags["highway"]), number, crossed[0]))
    return [(number, at) for _, number, at in sorted(chances)[:2]]


def _middle(ground: Ground, rng: np.random.Generator) -> LineString:
    """Return the motorway's middle line: beside the river's course, beyond the seat."""
    size = ground.size
    start = spot(0.0, 0.40 * size.height_m)
    end = spot(0.72 * size.width_m, float(size.height_m))
    for _ in range(60):
        line = LineString(bend(start, end, rng, sway=0.06, step_m=200))
        room_m = min(line.distance(Point(t.at)) - t.half_m for t in ground.towns)
        if room_m > 900 and not line.intersects(ground.river):
            break
        shift = rng.uniform(-0.08, 0.08) * size.height_m
        start = spot(0.0, min(max(start[1] + shift, 0.2 * size.height_m), 0.8 * size.height_m))
        end = spot(min(max(end[0] - shift, 0.3 * size.width_m), 0.9 * size.width_m), end[1])
    return line


def _has_room(road: Road, at: Spot, middle: LineString) -> bool:
    along_m, cross_m = middle.project(Point(at)), road.line.project(Point(at))
    return (
        RAMP_M * 2 < along_m < middle.length - RAMP_M * 2
        and FOOT_M * 2 < cross_m < road.line.length - FOOT_M * 2
    )


def _feet(road: Road, at: Spot) -> list[Spot]:
    along_m = road.line.project(Point(at))
    points = [road.line.interpolate(along_m + reach_m) for reach_m in (-FOOT_M, FOOT_M)]
    return [spot(point.x, point.y) for point in points]


def _ramps(carriageway: Road, at: Spot, feet: Sequence[Spot]) -> tuple[Road, list[Road]]:
    """Return the carriageway with two points more, and the ramps off it and on to it."""
    line = carriageway.line
    along_m = line.project(Point(at))
    off, on = (
        spot(p.x, p.y)
        for p in (line.interpolate(along_m - RAMP_M), line.interpolate(along_m + RAMP_M))
    )
    foot = min(feet, key=lambda p: line.distance(Point(p)))
    tags = {"highway": "motorway_link", "oneway": "yes", "lanes": "1", "maxspeed": "40"}
    ways = [_curve(off, at, foot), _curve(on, at, foot)[::-1]]
    return put_points(carriageway, [off, on]), [Road(way, tags, apart=True) for way in ways]


def _curve(start: Spot, corner: Spot, end: Spot) -> tuple[Spot, ...]:
    """Return a line from start to end, drawn halfway towards the corner."""
    pull = spot((start[0] + end[0] + 2 * corner[0]) / 4, (start[1] + end[1] + 2 * corner[1]) / 4)
    share = np.linspace(0, 1, 9)
    weights = np.column_stack([(1 - share) ** 2, 2 * share * (1 - share), share**2])
    points = [spot(*p) for p in weights @ np.array([start, pull, end])]
    return (start, *points[1:-1], end)
