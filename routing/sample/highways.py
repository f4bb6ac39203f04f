"""The main roads: which towns they join, how they cross the river, and the motorway."""

import cmath
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import LineString, Point

from routing.sample.ground import Ground, Place
from routing.sample.lanes import Lanes, best_class, lay_lanes
from routing.sample.lines import Road, Spot, bend, beside, put_points, spot
from routing.sample.names import road_name

HALF_MOTORWAY_M = 12.0
"""Half the distance between the middles of the two carriageways (ours)."""
RAMP_M = 420.0
"""How far from the road crossed the ramps leave the motorway (ours)."""
FOOT_M = 170.0
"""How far from the motorway the ramps meet the road crossed (ours)."""
MAIN = ("trunk", "primary", "secondary", "tertiary")


@dataclass(frozen=True)
class Highways:
    """Motorway, main roads and the streets of the towns.

    Parameters
    ----------
    towns
        Streets of each town, in the order of the ground's towns.
    roads
        Main roads between towns and out of the county.
    motorway
        Carriageways and ramps.
    middle
        The line between the carriageways (m).
    junctions
        Where the motorway can be left (m).
    """

    towns: tuple[Lanes, ...]
    roads: tuple[Road, ...]
    motorway: tuple[Road, ...]
    middle: LineString
    junctions: tuple[Spot, ...]


@dataclass(frozen=True)
class _Link:
    """A main road to be drawn: from a town to a town, or out of the county."""

    start: int
    end: int | Spot
    highway: str
    name: str


def lay_highways(ground: Ground, rng: np.random.Generator) -> Highways:
    """Return the main roads of the county and the streets of its towns.

    Parameters
    ----------
    ground
        Outline, river and towns.
    rng
        Where chance comes from.
    """
    links = _links(ground)
    towns = tuple(_streets(number, ground, links, rng) for number in range(len(ground.towns)))
    roads = _over_river([_draw(link, towns, rng) for link in links], ground)
    middle = _middle(ground, rng)
    middle = LineString([spot(*p) for p in middle.intersection(ground.outline.buffer(900)).coords])
    roads, motorway, junctions = _junctions(roads, middle)
    return Highways(towns, tuple(roads), tuple(motorway), middle, junctions)


def _links(ground: Ground) -> list[_Link]:
    """Return which towns are joined: the national road, the provincial road, the others."""
    towns = ground.towns
    pairs = near_pairs([town.at for town in towns])
    west, east = _furthest(towns, 0, -1), _furthest(towns, 0, 1)
    south, north = _furthest(towns, 1, -1), _furthest(towns, 1, 1)
    national = _way(pairs, towns, west, 0) + _way(pairs, towns, 0, east)[1:]
    provincial = _way(pairs, towns, north, 0) + _way(pairs, towns, 0, south)[1:]
    classes: dict[tuple[int, int], tuple[str, str]] = {}
    for chain, highway, kind in ((national, "trunk", "国道"), (provincial, "primary", "省道")):
        name = road_name(towns[chain[0]].name, towns[chain[-1]].name, kind)
        for one, other in zip(chain[:-1], chain[1:], strict=True):
            classes.setdefault((min(one, other), max(one, other)), (highway, name))
    rest = sorted(set(pairs) - set(classes), key=lambda p: math.dist(towns[p[0]].at, towns[p[1]].at))  # fmt: skip
    for rank, (one, other) in enumerate(rest):
        highway = "secondary" if rank < 0.6 * len(rest) else "tertiary"
        classes[one, other] = (highway, road_name(towns[one].name, towns[other].name))
    links = [_Link(a, b, highway, name) for (a, b), (highway, name) in classes.items()]
    return links + _exits(ground, (national, provincial), classes)


def _exits(
    ground: Ground,
    chains: Sequence[list[int]],
    classes: Mapping[tuple[int, int], tuple[str, str]],
) -> list[_Link]:
    """Return the roads out of the county: both ends of the great roads, and some more."""
    links = []
    for chain, ways in zip(chains, (((-1, 0), (1, 0)), ((0, 1), (0, -1))), strict=True):
        for number, way, other in zip((chain[0], chain[-1]), ways, (1, -2), strict=True):
            highway, name = ("trunk", "国道") if way[0] else ("primary", "省道")
            if len(chain) > 1:
                pair = sorted((number, chain[other]))
                highway, name = classes[pair[0], pair[1]]
            links.append(_Link(number, _border(ground, number, way), highway, name))
    used = {number for chain in chains for number in (chain[0], chain[-1])}
    seat = ground.seat.at
    for number in [n for n in range(1, len(ground.towns)) if n not in used]:
        here = ground.towns[number]
        ahead = (here.at[0] - seat[0], here.at[1] - seat[1])
        out = _border(ground, number, ahead)
        way_out = LineString([here.at, out])
        others = [t for t in ground.towns if t is not here]
        if min(way_out.distance(Point(t.at)) for t in others) > 0.11 * ground.size.width_m:
            links.append(_Link(number, out, "secondary", f"{here.name[:2]}路"))
    return links


def _border(ground: Ground, number: int, way: tuple[float, float]) -> Spot:
    """Return where one leaves the county, going one way from a town."""
    x_m, y_m = ground.towns[number].at
    far = 2.0 * ground.size.width_m / math.hypot(*way)
    ray = LineString([(x_m, y_m), (x_m + far * way[0], y_m + far * way[1])])
    out = ray.intersection(ground.outline.buffer(700).exterior)
    points = getattr(out, "geoms", [out])
    last = max(points, key=lambda p: math.dist((p.x, p.y), (x_m, y_m)))
    return spot(last.x, last.y)


def _furthest(towns: Sequence[Place], axis: int, sign: int) -> int:
    """Return the town furthest in one direction, not too far to the side of the seat."""
    seat = towns[0].at
    return max(
        range(len(towns)),
        key=lambda n: sign * (towns[n].at[axis] - seat[axis])
        - 0.9 * abs(towns[n].at[1 - axis] - seat[1 - axis]),
    )


def near_pairs(spots: Sequence[Spot]) -> list[tuple[int, int]]:
    """Return the pairs of points with no third point in the circle between them.

    Parameters
    ----------
    spots
        Points (m).
    """
    xy = np.array(spots)
    one, other = np.triu_indices(len(xy), 1)
    kept = np.ones(len(one), dtype=bool)
    middle, half = (xy[one] + xy[other]) / 2, np.hypot(*(xy[one] - xy[other]).T) / 2
    for third in range(len(xy)):
        inside = np.hypot(*(middle - xy[third]).T) < half - 1e-6
        kept &= ~inside | (one == third) | (other == third)
    return list(zip(one[kept].tolist(), other[kept].tolist(), strict=True))


def _way(
    pairs: Iterable[tuple[int, int]], towns: Sequence[Place], start: int, end: int
) -> list[int]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(towns)))
    for one, other in pairs:
        graph.add_edge(one, other, weight=math.dist(towns[one].at, towns[other].at))
    return list(nx.shortest_path(graph, start, end, weight="weight"))


def _streets(number: int, ground: Ground, links: Sequence[_Link], rng: np.random.Generator) -> Lanes:
    town = ground.towns[number]
    found: tuple[list[str], list[str]] = ([], [])
    for link in links:
        ends = [link.end] if link.start == number else [link.start] if link.end == number else []
        for end in ends:
            there = ground.towns[end].at if isinstance(end, int) else end
            away = complex(there[0] - town.at[0], there[1] - town.at[1])
            away *= cmath.exp(-1j * town.tilt)  # as the town's own streets see it
            found[0 if abs(away.real) > abs(away.imag) else 1].append(link.highway)
    classes = tuple(best_class((*some, "tertiary")) for some in found)
    return lay_lanes(town, rng, classes=(classes[0], classes[1]), ring=number == 0)


def _draw(link: _Link, towns: Sequence[Lanes], rng: np.random.Generator) -> Road:
    there = towns[link.end].place.at if isinstance(link.end, int) else link.end
    start = towns[link.start].gate_towards(there)
    end = there
    if isinstance(link.end, int):
        end = towns[link.end].gate_towards(towns[link.start].place.at)
    tags = {"highway": link.highway, "name": link.name}
    tags |= {
        "trunk": {"lanes": "4", "maxspeed": "70"},
        "primary": {"lanes": "2", "maxspeed": "60"},
        "secondary": {"lanes": "2"},
    }.get(link.highway, {})
    return Road(bend(start, end, rng, sway=0.045, step_m=160), tags)


def crossings_of(road: LineString, river: LineString) -> list[Spot]:
    """Return the points at which two lines cross."""
    met = road.intersection(river)
    parts = getattr(met, "geoms", [met])
    return [spot(part.x, part.y) for part in parts if isinstance(part, Point) and not part.is_empty]


def _over_river(roads: Sequence[Road], ground: Ground) -> list[Road]:
    """Return the roads without those that would need one more bridge than there are.

    One bridge is left for a village road.
    """
    order = sorted(range(len(roads)), key=lambda n: (MAIN.index(roads[n].tags["highway"]), n))
    bridges = 0
    kept = set()
    for number in order:
        crossed = len(crossings_of(roads[number].line, ground.river))
        if crossed == 0 or (crossed == 1 and bridges < ground.size.n_bridges - 1):
            kept.add(number)
            bridges += crossed
    return [roads[number] for number in sorted(kept)]


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


def _junctions(
    roads: Sequence[Road], middle: LineString
) -> tuple[list[Road], list[Road], tuple[Spot, ...]]:
    """Return roads and motorway joined by ramps at two of the great roads."""
    right = Road(beside(list(middle.coords), HALF_MOTORWAY_M), {}, apart=True)
    left = Road(beside(list(middle.coords), -HALF_MOTORWAY_M)[::-1], {}, apart=True)
    tags = {"highway": "motorway", "name": "平原高速", "lanes": "2", "maxspeed": "120"}
    carriageways = [replace(right, tags=tags), replace(left, tags=tags)]
    chances = [
        (MAIN.index(road.tags["highway"]), number, crossed[0])
        for number, road in enumerate(roads)
        if len(crossed := crossings_of(road.line, middle)) == 1 and _has_room(road, crossed[0], middle)
    ]
    joined, ramps, spots = list(roads), [], []
    for _, number, at in sorted(chances)[:2]:
        feet = _feet(joined[number], at)
        joined[number] = put_points(joined[number], feet)
        for side in (0, 1):
            carriageways[side], more = _ramps(carriageways[side], at, feet)
            ramps += more
        spots.append(at)
    return joined, [*carriageways, *ramps], tuple(spots)


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
        spot(p.x, p.y) for p in (line.interpolate(along_m - RAMP_M), line.interpolate(along_m + RAMP_M))
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


