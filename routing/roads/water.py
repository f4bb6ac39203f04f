"""How much of each road runs along open water or a cliff.

Open water: the outlines of ``natural=water`` and ``waterway=riverbank`` (of areas drawn
in several lines too), coastlines, and the lines of rivers and canals; cliffs too.
Streams and ditches are not, nor what runs in a pipe. What is near is measured on the
line of the road, to the centimetre: a road that crosses a river without a bridge counts
for the metres at the water.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from routing.roads.network import NEAR_WATER_M, ROAD_CLASSES, Flags, Floats, Ints, Roads
from routing.roads.shapes import EARTH_M

Tags = Mapping[str, str]

_WATERS = {
    "natural": frozenset(("water", "coastline", "cliff")),
    "waterway": frozenset(("river", "canal", "riverbank", "dock")),
}
_M_PER_DEGREE = EARTH_M * np.pi / 180
_CELLS = 512
"""What can be near at all is first looked up on a grid of so many cells each way."""


def is_water(tags: Tags) -> bool:
    """Return whether a way is the edge of open water, or a cliff.

    Parameters
    ----------
    tags
        The tags of one way or area.
    """
    if not any(tags.get(key) in kinds for key, kinds in _WATERS.items()):
        return False
    hidden = tags.get("tunnel", "no") != "no" or tags.get("covered", "no") != "no"
    return not hidden and tags.get("location") != "underground"


def measure_water(roads: Roads, waters: Sequence[Floats]) -> Roads:
    """Return roads with ``water_dm``, for the links that a bus may use.

    Parameters
    ----------
    roads
        The roads. Bridges, tunnels and ferries are left at 0.
    waters
        Lines, degrees, (n, 2) each, of two points or more.
    """
    land = roads.road_class != ROAD_CLASSES.index("ferry")
    usable = (roads.bus_forward | roads.bus_backward) & ~roads.structure & land
    if not waters or not usable.any():
        return roads
    shore = np.concatenate([np.column_stack((line[:-1], line[1:])) for line in waters])
    link, road = _segments(roads, np.flatnonzero(usable))
    near = _may_meet(_boxes(road), _boxes(shore, grown=True))
    link, road = link[near], road[near]
    if not len(road):
        return roads
    shore = shore[_may_meet(_boxes(shore, grown=True), _boxes(road))]
    at, by = _boxes_meeting(_boxes(road), _boxes(shore, grown=True))
    low, high = _shares(road[at], shore[by])
    met = low < high
    share = _covered(at[met], low[met], high[met], len(road))
    east_m, north_m = _steps_m(road)
    near_dm = np.bincount(link, share * np.hypot(east_m, north_m), len(roads.start)) * 10
    water_dm = np.minimum(np.rint(near_dm).astype(np.int64), roads.length_dm)
    return replace(roads, water_dm=water_dm)


def _segments(roads: Roads, links: Ints) -> tuple[Ints, Floats]:
    """Return the straight pieces of links: whose each is, and its two ends, (n, 4), degrees."""
    counts = np.diff(roads.shape_from)[links] - 1
    owner = np.repeat(links, counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    at = roads.shape_from[owner] + within
    lon, lat = roads.shape_lon, roads.shape_lat
    return owner, np.column_stack((lon[at], lat[at], lon[at + 1], lat[at + 1]))


def _boxes(segments: Floats, *, grown: bool = False) -> Floats:
    """Return west, south, east, north of each piece, a little more than near it if grown."""
    low = np.minimum(segments[:, :2], segments[:, 2:])
    high = np.maximum(segments[:, :2], segments[:, 2:])
    if grown:
        north = 1.01 * NEAR_WATER_M / _M_PER_DEGREE
        east = north / np.cos(np.radians(np.minimum(np.abs(high[:, 1]) + 0.01, 89)))
        grow = np.column_stack((east, np.full(len(east), north)))
        low, high = low - grow, high + grow
    return np.column_stack((low, high))


def _may_meet(boxes: Floats, others: Floats) -> Flags:
    """Return which boxes share a cell of a grid with any of the others; a first, coarse sieve."""
    low = others[:, :2].min(axis=0)
    step = np.maximum(others[:, 2:].max(axis=0) - low, 1e-9) / _CELLS
    (west, south, east, north), (left, down, right, up) = (
        np.clip((part - np.tile(low, 2)) / np.tile(step, 2), 0, _CELLS - 1).astype(np.int64).T
        for part in (others, boxes)
    )
    change = np.zeros((_CELLS + 1, _CELLS + 1), np.int32)
    for columns, rows, by in (
        (west, south, 1), (east + 1, north + 1, 1), (west, north + 1, -1), (east + 1, south, -1),
    ):  # fmt: skip
        np.add.at(change, (columns, rows), by)
    covered = change.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    total = np.zeros((_CELLS + 1, _CELLS + 1), np.int64)
    total[1:, 1:] = covered.cumsum(axis=0).cumsum(axis=1)
    right, up = right + 1, up + 1
    return total[right, up] - total[left, up] - total[right, down] + total[left, down] > 0


def _boxes_meeting(boxes: Floats, others: Floats) -> tuple[Any, Any]:
    """Return which box meets which of the others, as two arrays of positions."""
    import shapely

    tree = shapely.STRtree(shapely.box(*others.T))
    one, other = tree.query(shapely.box(*boxes.T))
    return one, other


def _steps_m(segments: Floats) -> tuple[Floats, Floats]:
    """Return how far east and north each piece goes, metres."""
    east = (segments[:, 2] - segments[:, 0]) * np.cos(np.radians(segments[:, 1]))
    return east * _M_PER_DEGREE, (segments[:, 3] - segments[:, 1]) * _M_PER_DEGREE


def _shares(road: Floats, shore: Floats) -> tuple[Floats, Floats]:
    """Return from where to where each piece of road is near its piece of shore.

    Shares of the piece of road, 0 to 1; the second is not above the first where it is
    nowhere near. What is near a straight piece is convex (two discs and the rectangle
    between them), so the part of a straight road in it is a single one.
    """
    flat = np.column_stack((np.cos(np.radians(road[:, 1])), np.ones(len(road)))) * _M_PER_DEGREE
    step = (road[:, 2:] - road[:, :2]) * flat
    one, other = ((shore[:, cut] - road[:, :2]) * flat for cut in (slice(0, 2), slice(2, 4)))
    parts = (_in_disc(step, one), _in_disc(step, other), _in_strip(step, one, other))
    low = np.min([np.where(a < b, a, np.inf) for a, b in parts], axis=0)
    high = np.max([np.where(a < b, b, -np.inf) for a, b in parts], axis=0)
    return np.maximum(low, 0), np.minimum(high, 1)


def _in_disc(step: Floats, centre: Floats) -> tuple[Floats, Floats]:
    """Return the shares between which a line from the origin is in a disc; NaN where never."""
    with np.errstate(invalid="ignore", divide="ignore"):
        square = (step**2).sum(axis=1)
        middle = (step * centre).sum(axis=1) / square
        away = ((centre - middle[:, None] * step) ** 2).sum(axis=1)
        half = np.sqrt((NEAR_WATER_M**2 - away) / square)
    return middle - half, middle + half


def _in_strip(step: Floats, one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return the same for the rectangle along a piece of shore, so far to each side."""
    with np.errstate(invalid="ignore", divide="ignore"):
        along = other - one
        length = np.hypot(*along.T)
        along = along / length[:, None]
        across = np.column_stack((-along[:, 1], along[:, 0]))
        ends = []
        for axis, least, most in ((along, 0.0, length), (across, -NEAR_WATER_M, NEAR_WATER_M)):
            speed, start = (step * axis).sum(axis=1), -(one * axis).sum(axis=1)
            ends.append(_between(start, speed, least, most))
    return np.maximum(ends[0][0], ends[1][0]), np.minimum(ends[0][1], ends[1][1])


def _between(start: Floats, speed: Floats, least: Any, most: Any) -> tuple[Floats, Floats]:
    """Return when start + t x speed is between two bounds; always or never where it stands."""
    inside = (start >= least) & (start <= most)
    first, last = (least - start) / speed, (most - start) / speed
    still = speed == 0
    low = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(first, last))
    return low, np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(first, last))


def _covered(at: Ints, low: Floats, high: Floats, n: int) -> Floats:
    """Return how much of each of n pieces is covered by parts of it that may overlap."""
    order = np.lexsort((low, at))
    at, low, high = at[order], low[order] + 2 * at[order], high[order] + 2 * at[order]
    before = np.concatenate(([-1.0], np.maximum.accumulate(high)[:-1]))
    gained = np.maximum(0, high - np.maximum(low, before[: len(high)]))
    return np.bincount(at, gained, n).astype(np.float64)
