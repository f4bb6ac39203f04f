"""Which directed links may a recorded point have been on? All that are near, not the nearest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Flags, Floats, Ints, Network
from routing.roads.placing import place_on_links
from routing.roads.positions import Positions
from routing.roads.shapes import distances_m, mercator_m

REACH_M = 50.0
"""A bus is on a road within this distance of its recorded place (m, assumed: five times
the noise)."""

MOST_LINKS = 6
"""Of the links near a point so many are considered, the nearest (assumed)."""

FURTHER_M = 30.0
"""A link so much further away than the nearest is not considered (m, assumed: three times
the noise)."""

_MAX_LAT = 85.0
"""Beyond, the map projection used for looking up is of no use (degrees)."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places near points: those of point i are ``first[i]:first[i + 1]``, the nearest first.

    Parameters
    ----------
    first
        Length points + 1 (int64).
    places
        On the links, each with a side: one place for each open direction.
    away_m
        From the point (float64).
    """

    first: Ints
    places: Positions
    away_m: Floats


def find_candidates(network: Network, lon: Floats, lat: Floats) -> Candidates:
    """Return the places on open links within ``REACH_M`` of each point.

    Parameters
    ----------
    network
        The network.
    lon, lat
        Degrees (float64); NaN and places off the map have no candidates.
    """
    point, piece = _near_pieces(network, lon, lat)
    link, offset_dm, away_m = _nearest_on(network, piece, lon[point], lat[point])
    within = away_m <= REACH_M
    point, link, offset_dm, away_m = point[within], link[within], offset_dm[within], away_m[within]
    order = np.lexsort((away_m, link, point))
    order = order[_firsts(point[order], link[order])]
    order = order[np.lexsort((link[order], away_m[order], point[order]))]
    rank = _ranks(point[order])
    nearest_m = away_m[order[np.arange(len(order)) - rank]]
    order = order[(rank < MOST_LINKS) & (away_m[order] <= nearest_m + FURTHER_M)]
    point, link, offset_dm, away_m = point[order], link[order], offset_dm[order], away_m[order]
    both = np.repeat(np.arange(len(point)), 2)
    side = np.tile(np.array([1, -1], np.int8), len(point))
    kept = _open(network, link[both], side)
    both, side = both[kept], side[kept]
    first = np.zeros(len(lon) + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(point[both], minlength=len(lon)))
    places = place_on_links(network, link[both], offset_dm[both], side)
    return Candidates(first, places, away_m[both])


def _open(network: Network, link: Ints, side: NDArray[np.int8]) -> Flags:
    return np.where(side > 0, network.forward[link], network.backward[link])


def _near_pieces(network: Network, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return points and the straight pieces (first shape point) that may be near them."""
    from shapely import STRtree, linestrings, points

    roads = network.roads
    # a link of 1 dm has no place between its ends
    usable = (network.forward | network.backward) & (roads.length_dm >= 2)
    of_link = np.repeat(usable, np.diff(roads.shape_from))
    of_link[roads.shape_from[1:] - 1] = False
    first = np.flatnonzero(of_link)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) < _MAX_LAT))
    if not len(first) or not len(known):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ends = np.stack(mercator_m(roads.shape_lon, roads.shape_lat), axis=1)
    tree = STRtree(linestrings(np.stack((ends[first], ends[first + 1]), axis=1)))
    # the map stretches by 1 / cos(latitude), a little more at the far end
    reach = 1.01 * REACH_M / np.cos(np.radians(lat[known]))
    spots = points(*mercator_m(lon[known], lat[known]))
    point, piece = tree.query(spots, predicate="dwithin", distance=reach)
    return known[point], first[piece]


def _nearest_on(
    network: Network, piece: Ints, lon: Floats, lat: Floats
) -> tuple[Ints, Ints, Floats]:
    """Return link, offset (dm, between its ends) and distance (m) of the nearest place."""
    roads = network.roads
    narrow = np.cos(np.radians(lat))
    at_lon, at_lat = roads.shape_lon[piece], roads.shape_lat[piece]
    step_lon, step_lat = roads.shape_lon[piece + 1] - at_lon, roads.shape_lat[piece + 1] - at_lat
    x, y, dx = (at_lon - lon) * narrow, at_lat - lat, step_lon * narrow
    square = dx * dx + step_lat * step_lat
    share = np.clip(-(x * dx + y * step_lat) / np.where(square > 0, square, 1), 0, 1)
    away_m = distances_m(lon, lat, at_lon + share * step_lon, at_lat + share * step_lat)
    link = np.searchsorted(roads.shape_from, piece, side="right") - 1
    low_dm, high_dm = network.shape_dm[piece], network.shape_dm[piece + 1]
    offset_dm = np.rint(low_dm + share * (high_dm - low_dm)).astype(np.int64)
    return link, np.clip(offset_dm, 1, roads.length_dm[link] - 1), away_m


def _firsts(point: Ints, link: Ints) -> Flags:
    """Return which rows are the first of their point and link; rows stand together."""
    new = np.ones(len(point), bool)
    new[1:] = (point[1:] != point[:-1]) | (link[1:] != link[:-1])
    return new


def _ranks(point: Ints) -> Ints:
    """Return 0, 1, 2, ... within each point; its rows stand together."""
    begins = np.searchsorted(point, point)
    return np.arange(len(point)) - begins
