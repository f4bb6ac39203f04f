"""All roads of the made county together: joined, bridged, with their oddities."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import LineString, MultiLineString

from routing.sample.byways import Barriers, lay_byways
from routing.sample.crossings import join_crossings
from routing.sample.ground import Ground, Place, place_villages
from routing.sample.highways import Highways, crossings_of, lay_highways
from routing.sample.island import Island, place_island
from routing.sample.lanes import Lanes, lay_lanes
from routing.sample.lines import Road, Spot, between, cut_bridge, spot, split_at


@dataclass(frozen=True)
class Ban:
    """A turn that may not be taken: from the end of one road into the start of another.

    Parameters
    ----------
    via
        Where (m).
    start, end
        Positions of the two roads.
    """

    via: Spot
    start: int
    end: int


@dataclass(frozen=True)
class Streets:
    """Everything that is drawn on the ground.

    Parameters
    ----------
    roads
        All roads and paths, joined where they meet.
    water
        The river's two arms: name and line (m).
    places
        Streets of the towns (the seat first) and villages.
    hamlet
        Streets on the island.
    posts
        Points with tags: bollards, motorway junctions.
    ban
        The one banned turn.
    """

    roads: tuple[Road, ...]
    water: tuple[tuple[str, LineString], ...]
    places: tuple[Lanes, ...]
    hamlet: Lanes
    posts: Mapping[Spot, Mapping[str, str]]
    ban: Ban


def lay_streets(ground: Ground, rng: np.random.Generator) -> Streets:
    """Return the roads of the county and the places along them.

    Parameters
    ----------
    ground
        Outline, river and towns.
    rng
        Where chance comes from.
    """
    highways = lay_highways(ground, rng)
    main = MultiLineString([*(r.line for r in highways.roads), highways.middle])
    island = place_island(ground, main, rng)
    villages = place_villages(ground, main, island.land.buffer(260), rng)
    hamlet = _lanes_of(island.hamlet, rng)
    places = [*highways.towns, *(_lanes_of(village, rng) for village in villages)]
    water = MultiLineString([ground.river, island.arm])
    barriers = Barriers(water, island.land, highways.middle, highways.junctions)
    n_left = ground.size.n_bridges - sum(
        len(crossings_of(road.line, ground.river)) for road in highways.roads
    )
    highways, byways = lay_byways(places, highways, barriers, rng, n_bridges=n_left)
    more, bollard = _oddities(byways, barriers, rng)
    inside = [road for lanes in (*places, hamlet) for road in lanes.roads]
    plain = join_crossings([*inside, *highways.roads, *byways, *more])
    *places, hamlet = _as_joined((*places, hamlet), plain)
    roads = _bridged(plain, water) + _over(highways, plain)
    roads, ban = _with_ban(roads, ground.seat)
    exits = {_off(highways, at): {"highway": "motorway_junction"} for at in highways.junctions}
    posts = {bollard: {"barrier": "bollard"}, **exits}
    rivers = (("柳沙河", ground.river), ("柳沙河", island.arm))
    return Streets(tuple(roads), rivers, tuple(places), hamlet, posts, ban)


def _lanes_of(place: Place, rng: np.random.Generator) -> Lanes:
    return lay_lanes(place, rng, classes=("unclassified", "residential"))


def _as_joined(places: Sequence[Lanes], roads: Sequence[Road]) -> Iterator[Lanes]:
    """Yield the places with their streets as joined: the first of the roads, in order."""
    first = 0
    for lanes in places:
        last = first + len(lanes.roads)
        yield replace(lanes, roads=tuple(roads[first:last]))
        first = last


def _oddities(
    byways: Sequence[Road], barriers: Barriers, rng: np.random.Generator
) -> tuple[list[Road], Spot]:
    """Return private roads and a field path beside byways, and where a bollard stands."""
    quiet = [r for r in byways if r.tags["highway"] == "unclassified" and len(r.points) > 6]
    extra: list[Road] = []
    tags: tuple[dict[str, str], ...] = (
        {"highway": "service", "access": "private"},
        {"highway": "service", "access": "no"},
        {"highway": "unclassified", "motor_vehicle": "no"},
        {"highway": "footway"},
    )
    for kind in tags * 2:
        road = quiet[int(rng.integers(len(quiet)))]
        start = road.points[len(road.points) // 2]
        angle = rng.uniform(0, 2 * np.pi)
        ways = [(angle + turn) % (2 * np.pi) for turn in (0.0, 1.6, 3.1, 4.7)]
        ends = [spot(start[0] + 260 * np.cos(a), start[1] + 260 * np.sin(a)) for a in ways]
        dry = [e for e in ends if not LineString([start, e]).intersects(barriers.water)]
        extra.append(Road((start, between(start, dry[0], 0.5), dry[0]), kind))
    spare = [r for r in quiet if r.tags.get("surface") == "concrete"] or quiet
    closed = spare[int(rng.integers(len(spare)))]
    return extra, closed.points[len(closed.points) // 2]


def _bridged(roads: Sequence[Road], water: MultiLineString) -> list[Road]:
    """Return the roads, cut where they cross the river, the piece across a bridge."""
    pieces: list[Road] = []
    tags = {"bridge": "yes", "layer": "1"}
    for road in roads:
        met = crossings_of(road.line, water)
        pieces += cut_bridge(road, met[0], reach_m=48, tags=tags) if met else [road]
    return pieces


def _over(highways: Highways, plain: Sequence[Road]) -> list[Road]:
    """Return the motorway and its ramps, cut where it passes over other roads."""
    others = MultiLineString([r.line for r in plain])
    tags = {"bridge": "yes", "layer": "1"}
    pieces: list[Road] = []
    for road in highways.motorway:
        parts = [road]
        if road.tags["highway"] == "motorway":
            for at in crossings_of(road.line, others):
                last = next(p for p in parts if p.line.distance(_point(at)) < 1)
                parts.remove(last)
                parts += cut_bridge(last, at, reach_m=22, tags=tags)
        pieces += parts
    return pieces


def _point(at: Spot) -> LineString:
    return LineString([at, (at[0] + 0.1, at[1])])


def _off(highways: Highways, at: Spot) -> Spot:
    """Return the point at which the nearest ramp leaves the motorway."""
    kinds = ("motorway_link", "motorway")
    ramps, carriageways = ([r for r in highways.motorway if r.tags["highway"] == k] for k in kinds)
    on_motorway = {p for r in carriageways for p in r.points}
    leaving = [r.points[0] for r in ramps if r.points[0] in on_motorway]
    return min(leaving, key=lambda p: math.dist(p, at))


def _with_ban(roads: Sequence[Road], seat: Place) -> tuple[list[Road], Ban]:
    """Return the roads with a banned left turn off the seat's main street."""
    east = [
        r for r in roads
        if r.tags.get("name") == "人民街" and r.tags["highway"] != "residential"
        and abs(r.points[0][0] - seat.at[0]) + abs(r.points[0][1] - seat.at[1]) < 80
    ]  # fmt: skip
    main = max(east, key=lambda r: r.points[-1][0])
    via = main.points[1]
    pieces = split_at(roads, via)
    into = [n for n, r in enumerate(pieces) if via in (r.points[0], r.points[-1])]
    start = next(n for n in into if pieces[n].points[-1] == via and pieces[n].tags == main.tags)
    end = next(n for n in into if pieces[n].points[0] == via and pieces[n].tags != main.tags)
    return pieces, Ban(via, start, end)


