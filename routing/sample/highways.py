"""The main roads: which towns they join, how they cross the river, and the motorway."""

import cmath
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely import LineString, Point

from routing.sample.ground import Ground, Place
from routing.sample.lanes import Lanes, best_class, lay_lanes
from routing.sample.lines import Road, Spot, bend, crossings_of, spot
from routing.sample.motorway import MAIN, Motorway, lay_motorway
from routing.sample.names import road_name


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
        The motorway.
    """

    towns: tuple[Lanes, ...]
    roads: tuple[Road, ...]
    motorway: Motorway


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
    motorway = lay_motorway(ground, roads, rng)
    return Highways(towns, motorway.crossed, motorway)


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
        name = _great_name(towns, chain, kind)
        for one, other in pairwise(chain):
            classes.setdefault((min(one, other), max(one, other)), (highway, name))
    rest = sorted(set(pairs) - set(classes), key=lambda p: math.dist(towns[p[0]].at, towns[p[1]].at))  # fmt: skip
    for rank, (one, other) in enumerate(rest):
        highway = "secondary" if rank < 0.6 * len(rest) else "tertiary"
        classes[one, other] = (highway, road_name(towns[one].name, towns[other].name))
    links = [_Link(a, b, highway, name) for (a, b), (highway, name) in classes.items()]
    return links + _exits(ground, national, provincial)


def _exits(ground: Ground, national: Sequence[int], provincial: Sequence[int]) -> list[_Link]:
    """Return the roads out of the county: both ends of the great roads, and some more."""
    towns = ground.towns
    links = []
    for number, way in ((national[0], (-1, 0)), (national[-1], (1, 0))):
        name = _great_name(towns, national, "国道")
        links.append(_Link(number, _border(ground, number, way), "trunk", name))
    for number, way in ((provincial[0], (0, 1)), (provincial[-1], (0, -1))):
        name = _great_name(towns, provincial, "省道")
        links.append(_Link(number, _border(ground, number, way), "primary", name))
    used = {link.start for link in links}
    for number in [n for n in range(1, len(towns)) if n not in used]:
        here, seat = towns[number], ground.seat
        out = _border(ground, number, (here.at[0] - seat.at[0], here.at[1] - seat.at[1]))
        way_out = LineString([here.at, out])
        others = [t for t in towns if t is not here]
        if min(way_out.distance(Point(t.at)) for t in others) > 0.11 * ground.size.width_m:
            links.append(_Link(number, out, "secondary", f"{here.name[:2]}路"))
    return links


def _great_name(towns: Sequence[Place], chain: Sequence[int], kind: str) -> str:
    if len(chain) == 1:
        return f"{towns[chain[0]].name[:2]}{kind}"
    return road_name(towns[chain[0]].name, towns[chain[-1]].name, kind)


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
        key=lambda n: (
            sign * (towns[n].at[axis] - seat[axis])
            - 0.9 * abs(towns[n].at[1 - axis] - seat[1 - axis])
        ),
    )


def near_pairs(spots: Sequence[Spot]) -> list[tuple[int, int]]:
    """Return the pairs of points with no third point in the circle between them.

    Parameters
    ----------
    spots
        Points (m).
    """
    from scipy.spatial import KDTree

    xy = np.array(spots)
    one, other = np.triu_indices(len(xy), 1)
    half_m = np.hypot(*(xy[one] - xy[other]).T) / 2
    nearest_m, _ = KDTree(xy).query((xy[one] + xy[other]) / 2)
    kept = nearest_m > half_m - 1e-6
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


def _streets(
    number: int, ground: Ground, links: Sequence[_Link], rng: np.random.Generator
) -> Lanes:
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
