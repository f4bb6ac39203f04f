"""Where a stop could be: along every road on which a bus may stand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.policy import CROSSED, Policy
from routing.records import District, lonlat
from routing.roads import join_positions, place_on_links, snap_points, take_positions
from routing.roads.network import ROAD_CLASSES, Network
from routing.roads.positions import Positions

Ints = NDArray[np.int64]

NO_STOP_CLASSES = (
    "motorway", "motorway_link", "trunk_link", "primary_link", "secondary_link",
    "tertiary_link", "ferry", "busway",
)  # fmt: skip
"""Roads on which no stop is proposed: motorways, slip roads and their like."""

_CROSSED_TOO = ("track", "pedestrian", "footway", "path", "cycleway", "bridleway", "steps")
"""Classes smaller than any in ``CROSSED``; a bus is hardly ever on them."""

SMALL_CLASSES = ("service", "living_street", "track")
SMALL_EXTRA = 1_000
"""Student-metres by which a stop off the through roads must be better (assumed)."""

OWN_STOP_WITHIN_M = 100
"""The county's own stop further than this from a bus road is not used (assumed)."""

METRES_PER_DEGREE = 111_195
"""Of latitude, on a sphere of 6,371,008.8 m."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places where a stop could be.

    Parameters
    ----------
    positions
        On the bus network.
    own
        Row of ``stop_list``, -1 for a proposed place (int64).
    profile
        The first profile whose buses can stand there (int64).
    open_cost
        What opening each is worth, student-metres (int64).
    """

    positions: Positions
    own: Ints
    profile: Ints
    open_cost: Ints


def find_candidates(district: District, networks: Sequence[Network], policy: Policy) -> Candidates:
    """Return places along all roads where a bus may stop, the county's own ones first.

    Parameters
    ----------
    district
        Uses ``stop_list``.
    networks
        Of the buses, profile after profile: each opens the roads of the one before.
    policy
        Uses ``stop_gap_m`` and ``stop_worth_student_m``.
    """
    open_to = np.stack([stop_links(network) for network in networks])
    allowed, bus = open_to[-1], networks[-1]
    barred = district.stop_list["forbidden"].to_numpy(bool)
    at_list = snap_points(
        bus, *lonlat(district.stop_list), within_m=OWN_STOP_WITHIN_M, allowed=allowed
    )
    own = np.flatnonzero(~barred & (at_list.link >= 0))
    links = np.flatnonzero(allowed)
    length_dm = bus.roads.length_dm[links]
    n = np.maximum(1, np.rint(length_dm / (10 * policy.stop_gap_m)).astype(np.int64))
    nth = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    offset_dm = np.repeat(length_dm, n) * (2 * nth + 1) // (2 * np.repeat(n, n))
    proposed = place_on_links(bus, np.repeat(links, n), offset_dm)
    forbidden = take_positions(at_list, barred & (at_list.link >= 0))
    proposed = take_positions(proposed, ~_near(proposed, forbidden, policy.stop_gap_m))
    positions = join_positions(take_positions(at_list, own), proposed)
    small = np.isin(bus.roads.road_class[positions.link], _codes(SMALL_CLASSES))
    is_own = np.arange(len(positions)) < len(own)
    open_cost = policy.stop_worth_student_m + np.where(small & ~is_own, SMALL_EXTRA, 0)
    open_cost = np.where(is_own, open_cost // 2, open_cost)
    rows = np.concatenate([own, np.full(len(proposed), -1)])
    profile = open_to.argmax(axis=0)[positions.link]
    return Candidates(positions, rows.astype(np.int64), profile, open_cost.astype(np.int64))


def stop_links(bus: Network) -> NDArray[np.bool_]:
    """Return on which links a stop may stand: a bus comes by, and walkers get there.

    By class of road, unless the planner said yes or no.
    """
    roads = bus.roads
    usable = (bus.forward | bus.backward) & (bus.component >= 0) & roads.walks
    barred = np.isin(roads.road_class, _codes(NO_STOP_CLASSES)) | roads.structure
    by_planner = np.where(roads.stop_rule > 0, True, ~barred)
    return np.asarray(usable & by_planner & (roads.stop_rule >= 0))


def crossed_links(bus: Network, policy: Policy) -> NDArray[np.bool_]:
    """Return on which links students may cross the road to and from their bus.

    Parameters
    ----------
    bus
        The bus network; where it runs one way only, nobody needs to cross.
    policy
        Uses ``cross_from`` and ``cross_lanes``; unknown lanes are no more than allowed.
    """
    roads = bus.roads
    classes = CROSSED[1 : CROSSED.index(policy.cross_from) + 1]
    small = np.isin(roads.road_class, _codes((*classes, *_CROSSED_TOO)))
    small &= policy.cross_from != "none"
    small |= (roads.road_class == ROAD_CLASSES.index("road")) & ("unclassified" in classes)
    return np.asarray(small & (roads.lanes <= policy.cross_lanes) & (bus.sides == 0))


def _codes(classes: tuple[str, ...]) -> list[int]:
    return [ROAD_CLASSES.index(name) for name in classes]


def _near(places: Positions, others: Positions, within_m: float) -> NDArray[np.bool_]:
    """Return which places are within a distance of any of the others."""
    near = np.zeros(len(places), bool)
    for lon, lat in zip(others.lon, others.lat, strict=True):
        east = (places.lon - lon) * np.cos(np.radians(lat))
        near |= np.hypot(east, places.lat - lat) * METRES_PER_DEGREE < within_m
    return near
