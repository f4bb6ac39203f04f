"""Lines on the plain: bends, doglegs, points put into a line, pieces cut out of it.

Points are metres east and north of the county's south-west corner, rounded to 0.1 m;
two roads meet where they have the same point.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from shapely import LineString, Point

Spot = tuple[float, float]


@dataclass(frozen=True)
class Road:
    """One way as it will be written.

    Parameters
    ----------
    points
        At least two, along the way (m).
    tags
        As in OpenStreetMap.
    apart
        Whether it passes over or under other roads and meets them only where both
        were given the same point.
    """

    points: tuple[Spot, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    apart: bool = False

    @property
    def line(self) -> LineString:
        """The way as a line of shapely."""
        return LineString(self.points)


def spot(x_m: float, y_m: float) -> Spot:
    """Return a point rounded to 0.1 m, so that equal points are one point."""
    return round(float(x_m), 1), round(float(y_m), 1)


def between(start: Spot, end: Spot, share: float) -> Spot:
    """Return the point at a share of the way from one point straight to another."""
    return spot(start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def bend(
    start: Spot, end: Spot, rng: np.random.Generator, *, sway: float, step_m: float
) -> tuple[Spot, ...]:
    """Return a smooth line between two points.

    Parameters
    ----------
    start, end
        Its ends.
    rng
        Where chance comes from.
    sway
        How far it leaves the straight line, as a share of its length.
    step_m
        Distance between shape points (m).
    """
    length_m = math.dist(start, end)
    n = max(2, round(length_m / step_m))
    share = np.arange(n + 1) / n
    waves = rng.uniform(-1, 1, 3) * sway * length_m / np.array([1.0, 2.0, 3.0])
    aside_m = sum(wave * np.sin(np.pi * (k + 1) * share) for k, wave in enumerate(waves))
    return _beside(start, end, share, aside_m)


def dogleg(start: Spot, end: Spot, rng: np.random.Generator, *, step_m: float) -> tuple[Spot, ...]:
    """Return a line with two corners, as roads run round the edges of fields.

    Parameters
    ----------
    start, end
        Its ends.
    rng
        Where chance comes from.
    step_m
        Distance between shape points (m).
    """
    length_m = math.dist(start, end)
    corners = (0.0, rng.uniform(0.25, 0.4), rng.uniform(0.55, 0.7), 1.0)
    turn = rng.uniform(0.04, 0.11) * (1 if rng.random() < 0.5 else -1) * length_m
    sides = (0.0, turn, turn * rng.uniform(-0.2, 1.0), 0.0)
    n = max(3, round(length_m / step_m))
    share = np.unique(np.concatenate([np.arange(n + 1) / n, corners]))
    return _beside(start, end, share, np.interp(share, corners, sides))


def _beside(start: Spot, end: Spot, share: np.ndarray, aside_m: np.ndarray) -> tuple[Spot, ...]:
    length_m = max(math.dist(start, end), 0.1)
    east, north = (end[0] - start[0]) / length_m, (end[1] - start[1]) / length_m
    x_m = start[0] + share * length_m * east - aside_m * north
    y_m = start[1] + share * length_m * north + aside_m * east
    middle = [spot(x, y) for x, y in zip(x_m[1:-1], y_m[1:-1], strict=True)]
    return without_repeats([start, *middle, end])


def without_repeats(points: Iterable[Spot]) -> tuple[Spot, ...]:
    """Return the points without those equal to the one before."""
    kept: list[Spot] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)


def beside(points: Sequence[Spot], right_m: float) -> tuple[Spot, ...]:
    """Return a line that runs at a distance to the right of another (m)."""
    xy = np.array(points)
    ahead = np.gradient(xy, axis=0)
    ahead /= np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    moved = xy + right_m * np.column_stack([ahead[:, 1], -ahead[:, 0]])
    return tuple(spot(x, y) for x, y in moved)


def put_points(road: Road, points: Iterable[Spot]) -> Road:
    """Return the road with points put in where it passes them.

    Parameters
    ----------
    road
        A way.
    points
        Points on it or within a metre of it.
    """
    extra = sorted(set(points) - set(road.points))
    if not extra:
        return road
    line = road.line
    placed = [(line.project(Point(p)), p) for p in extra]
    steps = [0.0, *np.cumsum([math.dist(a, b) for a, b in pairwise(road.points)])]
    placed += [(float(at), p) for at, p in zip(steps, road.points, strict=True)]
    ordered = tuple(p for _, p in sorted(placed, key=lambda item: item[0]))
    ends = road.points[0], road.points[-1]
    inner = [p for p in ordered if p not in ends]
    return Road(without_repeats([ends[0], *inner, ends[1]]), road.tags, road.apart)


def cut_bridge(road: Road, at: Spot, *, reach_m: float, tags: Mapping[str, str]) -> list[Road]:
    """Return the road in three pieces, the middle one a bridge.

    Parameters
    ----------
    road
        A way that passes ``at``.
    at
        Middle of the bridge.
    reach_m
        Half the length of the bridge (m).
    tags
        Tags that the bridge has besides the road's own.
    """
    line = road.line
    middle_m = line.project(Point(at))
    low_m, high_m = max(1.0, middle_m - reach_m), min(line.length - 1.0, middle_m + reach_m)
    ends = [spot(p.x, p.y) for p in (line.interpolate(low_m), line.interpolate(high_m))]
    longer = put_points(road, ends)
    first, last = sorted(longer.points.index(p) for p in ends)
    pieces = (longer.points[: first + 1], longer.points[first : last + 1], longer.points[last:])
    extra: tuple[Mapping[str, str], ...] = ({}, tags, {})
    return [
        Road(points, {**road.tags, **more}, road.apart)
        for points, more in zip(pieces, extra, strict=True)
        if len(points) > 1
    ]


def split_at(roads: Iterable[Road], point: Spot) -> list[Road]:
    """Return the roads, those cut in two that pass through a point."""
    pieces = []
    for road in roads:
        at = road.points.index(point) if point in road.points[1:-1] else 0
        parts = [road.points[: at + 1], road.points[at:]] if at else [road.points]
        pieces += [Road(part, road.tags, road.apart) for part in parts]
    return pieces


def crossings_of(road: LineString, river: LineString) -> list[Spot]:
    """Return the points (m) at which two lines cross."""
    met = road.intersection(river)
    parts = getattr(met, "geoms", [met])
    return [spot(part.x, part.y) for part in parts if isinstance(part, Point) and not part.is_empty]
