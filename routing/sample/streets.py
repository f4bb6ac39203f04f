"""All roads of the made county together: joined, bridged, with their oddities."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import LineString, MultiLineString

from routing.sample.byways import Barriers, choose_bridges, choose_byways, draw_edges
from routing.sample.crossings import join_crossings
from routing.sample.ground import Ground, Place, place_villages
from routing.sample.highways import Highways, lay_highways
from routing.sample.island import place_island
from routing.sample.joining import link_to_main, mend_gaps
from routing.sample.lanes import Lanes, lay_lanes
from routing.sample.lines import Road, Spot, crossings_of, cut_bridge
from routing.sample.oddities import Ban, ban_turn, choose_bollard, draw_stubs


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
    main = MultiLineString([*(r.line for r in highways.roads), highways.motorway.middle])
    island = place_island(ground, main, rng)
    villages = place_villages(ground, main, island.land.buffer(260), rng)
    hamlet = _lanes_of(island.hamlet, rng)
    places = [*highways.towns, *(_lanes_of(village, rng) for village in villages)]
    water = MultiLineString([ground.river, island.arm])
    barriers = Barriers(water, island.land, highways.motorway.middle, highways.motorway.junctions)
    n_left = ground.size.n_bridges - sum(
        len(crossings_of(road.line, ground.river)) for road in highways.roads
    )
    highways, byways = _lay_byways(places, highways, barriers, n_left, rng)
    stubs = draw_stubs(byways, barriers, rng)
    inside = [road for lanes in (*places, hamlet) for road in lanes.roads]
    plain = join_crossings([*inside, *highways.roads, *stubs, *byways])
    *places, hamlet = _as_joined((*places, hamlet), plain)
    roads = _bridged(plain, water) + _over(highways, plain)
    roads, ban = ban_turn(roads, ground.seat)
    bollard = choose_bollard(plain, plain[-len(byways) :], rng)
    exits = {
        _off(highways, at): {"highway": "motorway_junction"} for at in highways.motorway.junctions
    }
    posts = {bollard: {"barrier": "bollard"}, **exits}
    rivers = (("柳沙河", ground.river), ("柳沙河", island.arm))
    return Streets(tuple(roads), rivers, tuple(places), hamlet, posts, ban)


def _lanes_of(place: Place, rng: np.random.Generator) -> Lanes:
    return lay_lanes(place, rng, classes=("unclassified", "residential"))


def _lay_byways(
    places: Sequence[Lanes],
    highways: Highways,
    barriers: Barriers,
    n_bridges: int,
    rng: np.random.Generator,
) -> tuple[Highways, list[Road]]:
    """Return the main roads, joined by the village roads, and the village roads."""
    edges = draw_edges(places, rng)
    main = MultiLineString([road.line for road in highways.roads])
    byways = choose_byways(edges, main, barriers, rng)
    byways += choose_bridges(edges, barriers, n_bridges)
    highways, links = link_to_main(places, highways, byways, barriers, rng)
    highways, missing = mend_gaps(places, highways, [*byways, *links], barriers, rng)
    return highways, [*byways, *links, *missing]


def _as_joined(places: Sequence[Lanes], roads: Sequence[Road]) -> Iterator[Lanes]:
    """Yield the places with their streets as joined: the first of the roads, in order."""
    first = 0
    for lanes in places:
        last = first + len(lanes.roads)
        yield replace(lanes, roads=tuple(roads[first:last]))
        first = last


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
    for road in highways.motorway.roads:
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
    ramps, carriageways = (
        [r for r in highways.motorway.roads if r.tags["highway"] == k] for k in kinds
    )
    on_motorway = {p for r in carriageways for p in r.points}
    leaving = [r.points[0] for r in ramps if r.points[0] in on_motorway]
    return min(leaving, key=lambda p: math.dist(p, at))
