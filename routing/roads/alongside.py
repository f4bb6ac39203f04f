"""Say which roads a drawn line runs along, and which road a drawn point means."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routing.roads.network import Flags, Floats, Ints, Roads
from routing.roads.splicing import flat_m, link_shape

if TYPE_CHECKING:
    from shapely import LineString

NEAR_M = 15.0
"""A drawing means the roads within this distance (m; assumed: what a careful hand misses on
a satellite picture, less than the gap between two streets)."""

ALONG_SHARE = 0.7
"""A road runs along a line when it gains at least this share of its length there (assumed)."""

_STEP_M = 1.0
"""Roads are compared with a line every metre (assumed), so a part of a road is cut so exactly."""
_M_PER_DEG = 111_195.0


@dataclass(frozen=True)
class Spot:
    """The place on a link that is nearest to a point: share of its length, 0 to 1."""

    link: int
    share: float
    away_m: float


@dataclass(frozen=True)
class Stretch:
    """A part of a link that runs along a line.

    Parameters
    ----------
    link
        Its number.
    low, high
        Shares of its length, 0 to 1, between which it does.
    onward
        Whether the link has the direction of the line.
    from_m, to_m
        The same part, along the line.
    away_m
        Mean distance from the line.
    """

    link: int
    low: float
    high: float
    onward: bool
    from_m: float
    to_m: float
    away_m: float


def find_spots(roads: Roads, place: Floats, allowed: Flags) -> tuple[Spot, ...]:
    """Return the nearest place on each allowed link within ``NEAR_M``, the nearest first.

    Parameters
    ----------
    roads
        The roads.
    place
        Longitude and latitude, degrees.
    allowed
        Per link, whether it may be meant.
    """
    from shapely import LineString, Point

    here = Point(flat_m(place[0], place[1], place[1]))
    spots = []
    for link in _links_near(roads, place[None], allowed).tolist():
        shape = link_shape(roads, link)
        line = LineString(flat_m(shape[:, 0], shape[:, 1], place[1]))
        if line.length > 0 and line.distance(here) <= NEAR_M:
            share = line.project(here) / line.length
            spots.append(Spot(link, float(share), float(line.distance(here))))
    return tuple(sorted(spots, key=lambda spot: (round(spot.away_m, 3), spot.link)))


def find_stretches(roads: Roads, line: Floats, allowed: Flags) -> tuple[tuple[Stretch, ...], float]:
    """Return the parts of allowed links that run along a line, within ``NEAR_M``.

    Of two roads side by side the nearer is meant. A part that goes on to within
    ``NEAR_M`` of the end of its link goes on to that end, so that no stub is left; a line
    that runs less than that beyond a junction does not touch the next link.

    Parameters
    ----------
    roads
        The roads.
    line
        Degrees, (n, 2).
    allowed
        Per link, whether it may be meant.

    Returns
    -------
    stretches
        By link.
    share
        How much of the line has a road, 0 to 1.
    """
    from shapely import LineString, dwithin

    at_lat = float(line[:, 1].mean())
    drawn = LineString(flat_m(line[:, 0], line[:, 1], at_lat))
    found: list[Stretch] = []
    for link in _links_near(roads, line, allowed).tolist():
        shape = link_shape(roads, link)
        road = LineString(flat_m(shape[:, 0], shape[:, 1], at_lat))
        if road.length > 0 and dwithin(road, drawn, NEAR_M):
            found += _runs(link, road, drawn)
    kept = tuple(one for one in found if not any(_is_nearer(other, one) for other in found))
    return kept, _covered_m(kept) / drawn.length


def is_whole(stretch: Stretch) -> bool:
    """Return whether a stretch is all of its link."""
    return stretch.low == 0 and stretch.high == 1


def _links_near(roads: Roads, line: Floats, allowed: Flags) -> Ints:
    """Return the allowed links whose box comes within ``NEAR_M`` of a line's box."""
    if not len(roads.start):
        return np.zeros(0, np.int64)
    grow = np.array([0.0, 1.01 * NEAR_M / _M_PER_DEG])
    grow[0] = grow[1] / np.cos(np.radians(np.abs(line[:, 1]).max() + 0.01))
    low, high = line.min(axis=0) - grow, line.max(axis=0) + grow
    first = roads.shape_from[:-1]
    near = allowed.copy()
    for axis, degrees in enumerate((roads.shape_lon, roads.shape_lat)):
        near &= np.minimum.reduceat(degrees, first) <= high[axis]
        near &= np.maximum.reduceat(degrees, first) >= low[axis]
    return np.flatnonzero(near)


def _runs(link: int, road: "LineString", drawn: "LineString") -> list[Stretch]:
    """Return the parts of one road that run along a line; both in metres."""
    from shapely import distance, line_interpolate_point, line_locate_point

    along_m = np.linspace(0, road.length, 2 + int(road.length / _STEP_M))
    points = line_interpolate_point(road, along_m)
    away_m, at_m = distance(points, drawn), line_locate_point(drawn, points)
    beside = (at_m > 0) & (at_m < drawn.length) | (away_m <= _STEP_M)
    near = np.concatenate(([False], (away_m <= NEAR_M) & beside, [False]))
    edges = np.flatnonzero(near[1:] != near[:-1]).reshape(-1, 2)
    stretches = []
    for first, end in edges.tolist():
        low_m, high_m = along_m[first], along_m[end - 1]
        gained_m = at_m[end - 1] - at_m[first]
        if high_m > low_m and abs(gained_m) >= ALONG_SHARE * (high_m - low_m):
            from_m, to_m = sorted((float(at_m[first]), float(at_m[end - 1])))
            mean_m = float(away_m[first:end].mean())
            stretch = Stretch(link, low_m, high_m, bool(gained_m > 0), from_m, to_m, mean_m)
            stretches += _trimmed(stretch, road.length, drawn.length)
    return stretches


def _trimmed(stretch: Stretch, road_m: float, drawn_m: float) -> list[Stretch]:
    """Return a stretch as shares of its link; nothing where a line only just reaches over."""
    at_start, at_end = stretch.low <= 0, stretch.high >= road_m
    beside_m = stretch.high - stretch.low
    if at_start != at_end and beside_m < NEAR_M and 2 * beside_m < drawn_m:
        return []
    low = 0.0 if stretch.low <= NEAR_M else float(stretch.low / road_m)
    high = 1.0 if road_m - stretch.high <= NEAR_M else float(stretch.high / road_m)
    return [replace(stretch, low=low, high=high)]


def _is_nearer(other: Stretch, one: Stretch) -> bool:
    """Return whether another road runs nearer along half of the same part of the line."""
    shared_m = min(one.to_m, other.to_m) - max(one.from_m, other.from_m)
    return 2 * shared_m > one.to_m - one.from_m and other.away_m < one.away_m - 0.01


def _covered_m(stretches: tuple[Stretch, ...]) -> float:
    total_m, done_m = 0.0, 0.0
    for from_m, to_m in sorted((one.from_m, one.to_m) for one in stretches):
        total_m += max(0.0, to_m - max(from_m, done_m))
        done_m = max(done_m, to_m)
    return total_m
