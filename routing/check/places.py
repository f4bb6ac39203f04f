"""Where a point stands on the roads, found again: nearest links and how far off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.check.ways import Spots, Ways
from routing.roads.network import Flags, Floats, Ints, Roads

EARTH_M = 6_371_008.8
"""Mean radius of the earth (m), IUGG."""

TIE_M = 1.0
"""Links that are nearer than this to the nearest one count as equally near."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest links of some points; a point has one row for each equally near link.

    Parameters
    ----------
    point
        Number of the point (int64), rising.
    spots
        Where on the link.
    moved_m
        From the point to the place on the link.
    """

    point: Ints
    spots: Spots
    moved_m: Floats


def crow_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Return the distance of points as the crow flies (m)."""
    lon, lat, to_lon, to_lat = (np.radians(part) for part in (lon, lat, to_lon, to_lat))
    half = np.sin((to_lat - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    distance_m = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return np.asarray(distance_m, np.float64)


def find_nearest(ways: Ways, lon: Floats, lat: Floats, allowed: Flags) -> Nearest:
    """Return where points stand on the nearest of the links allowed.

    Parameters
    ----------
    ways
        The graph whose links they are.
    lon, lat
        Degrees; a point without them gets no row.
    allowed
        Per link: whether a point may be placed on it.
    """
    from shapely import STRtree, linestrings, points

    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    segment, link = _segments(ways.roads, allowed)
    if not len(segment) or not len(known):
        none = np.zeros(0, np.int64)
        return Nearest(none, Spots(none, none, none), np.zeros(0))
    east, north = _flat(ways.roads.shape_lon, ways.roads.shape_lat, lat[known].mean())
    ends = np.stack([segment, segment + 1], axis=1)
    tree = STRtree(linestrings(np.stack([east[ends], north[ends]], axis=2)))
    flat = points(np.stack(_flat(lon[known], lat[known], lat[known].mean()), axis=1))
    (row, _), near_m = tree.query_nearest(flat, return_distance=True, all_matches=False)
    reach_m = np.full(len(known), np.inf)
    reach_m[row] = near_m * 1.02 + 2 * TIE_M
    row, hit = tree.query(flat, predicate="dwithin", distance=reach_m)
    point = known[row]
    return _project(ways.roads, point, segment[hit], link[hit], lon[point], lat[point])


def _segments(roads: Roads, allowed: Flags) -> tuple[Ints, Ints]:
    """Return first shape point and link of every segment of the links allowed."""
    size = np.diff(roads.shape_from)
    link = np.repeat(np.arange(len(size)), size)
    point = np.arange(len(link))
    inside = np.ones(len(link), bool)
    inside[roads.shape_from[1:] - 1] = False
    chosen = np.flatnonzero(inside & allowed[link])
    return point[chosen], link[chosen]


def _flat(lon: Floats, lat: Floats, at_lat: float) -> tuple[Floats, Floats]:
    east = np.radians(lon) * np.cos(np.radians(at_lat)) * EARTH_M
    return east, np.radians(lat) * EARTH_M


def _project(
    roads: Roads, point: Ints, segment: Ints, link: Ints, lon: Floats, lat: Floats
) -> Nearest:
    """Return the best segment of each point and link, in the plane at the point."""
    scale = np.cos(np.radians(lat))

    def flat(which: Ints) -> tuple[Floats, Floats]:
        east = np.radians(roads.shape_lon[which] - lon) * scale * EARTH_M
        return east, np.radians(roads.shape_lat[which] - lat) * EARTH_M

    (x, y), (to_x, to_y) = flat(segment), flat(segment + 1)
    step_x, step_y = to_x - x, to_y - y
    square = step_x**2 + step_y**2
    share = np.divide(-(x * step_x + y * step_y), square, out=np.zeros(len(x)), where=square > 0)
    share = np.clip(share, 0, 1)
    moved_m = np.hypot(x + share * step_x, y + share * step_y)
    along_m = lengths_along_m(roads)
    first, last = roads.shape_from[link], roads.shape_from[link + 1] - 1
    whole = along_m[last] - along_m[first]
    here = along_m[segment] - along_m[first]
    here += share * (along_m[segment + 1] - along_m[segment])
    part = np.divide(here, whole, out=np.zeros(len(x)), where=whole > 0)
    offset_dm = np.rint(part * roads.length_dm[link]).astype(np.int64)
    keep = _best(point, link, moved_m)
    offset_dm = np.clip(offset_dm, 0, roads.length_dm[link])
    spots = Spots(link[keep], offset_dm[keep], np.zeros(len(keep), np.int64))
    return Nearest(point[keep], spots, moved_m[keep])


def _best(point: Ints, link: Ints, moved_m: Floats) -> NDArray[np.int64]:
    """Return the nearest row of each point and link, where it ties for the nearest."""
    order = np.lexsort((moved_m, link, point))
    p, k = point[order], link[order]
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(p) != 0) | (np.diff(k) != 0)
    keep = order[first]
    nearest_m = np.full(point.max(initial=-1) + 1, np.inf)
    np.minimum.at(nearest_m, point, moved_m)
    return keep[moved_m[keep] <= nearest_m[point[keep]] + TIE_M]


def lengths_along_m(roads: Roads) -> Floats:
    """Return the length along all shape points, one link after the other (m)."""
    lon, lat = roads.shape_lon, roads.shape_lat
    step_m = crow_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return np.concatenate([[0.0], np.cumsum(step_m)])


def find_points(roads: Roads, link: Ints, offset_dm: Ints) -> tuple[Floats, Floats]:
    """Return longitude and latitude of places on links."""
    along_m = lengths_along_m(roads)
    first, last = roads.shape_from[link], roads.shape_from[link + 1] - 1
    share = offset_dm / roads.length_dm[link]
    at_m = along_m[first] + share * (along_m[last] - along_m[first])
    after = np.clip(np.searchsorted(along_m, at_m), first + 1, last)
    step_m = along_m[after] - along_m[after - 1]
    part = np.divide(at_m - along_m[after - 1], step_m, out=np.zeros(len(link)), where=step_m > 0)
    lon, lat = roads.shape_lon, roads.shape_lat
    return (
        lon[after - 1] + part * (lon[after] - lon[after - 1]),
        lat[after - 1] + part * (lat[after] - lat[after - 1]),
    )
