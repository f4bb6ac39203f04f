"""Where roads cross, they meet: crossings become points that both roads have."""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from shapely import STRtree, linestrings

from routing.sample.lines import Road, Spot, spot, without_repeats

SNAP_M = 9.0
"""A crossing so near to a point of one of the roads becomes that point (ours)."""

Cut = tuple[float, Spot]


def join_crossings(roads: Sequence[Road]) -> list[Road]:
    """Return the roads with one point in both wherever two of them cross.

    Parameters
    ----------
    roads
        Ways; those that run ``apart`` are left as they are.

    Returns
    -------
    roads
        The same ways in the same order; no tags changed.
    """
    owner, starts, ends = _segments(roads)
    cuts: dict[tuple[int, int], list[Cut]] = defaultdict(list)
    first = {road: int(np.searchsorted(owner, road)) for road in set(owner.tolist())}
    for one, other in _crossing_pairs(starts, ends):
        where = _meet(starts[one], ends[one], starts[other], ends[other])
        if where is None:
            continue
        for segment in (one, other):
            road = int(owner[segment])
            share = _share(where, starts[segment], ends[segment])
            cuts[road, segment - first[road]].append((share, where))
    return [_with_cuts(road, number, cuts) for number, road in enumerate(roads)]


def _segments(roads: Sequence[Road]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    owner: list[int] = []
    starts: list[Spot] = []
    ends: list[Spot] = []
    for number, road in enumerate(roads):
        if not road.apart:
            owner += [number] * (len(road.points) - 1)
            starts += road.points[:-1]
            ends += road.points[1:]
    return np.array(owner), np.array(starts), np.array(ends)


def _crossing_pairs(starts: np.ndarray, ends: np.ndarray) -> list[tuple[int, int]]:
    lines = linestrings(np.stack([starts, ends], axis=1))
    one, other = STRtree(lines).query(lines, predicate="intersects")
    later = one < other
    return sorted(zip(one[later].tolist(), other[later].tolist(), strict=True))


def _meet(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> Spot | None:
    corners = [tuple(p) for p in (a, b, c, d)]
    if len(set(corners)) < 4:
        return None
    first, second = b - a, d - c
    cross = first[0] * second[1] - first[1] * second[0]
    if abs(cross) < 1e-9:
        return None
    gap = c - a
    share = (gap[0] * second[1] - gap[1] * second[0]) / cross
    where = spot(*(a + share * first))
    near = [(math.dist(where, corner), corner) for corner in corners]
    closest_m, corner = min(near)
    return corner if closest_m <= SNAP_M else where


def _share(where: Spot, start: np.ndarray, end: np.ndarray) -> float:
    along = end - start
    share = float(np.dot(np.array(where) - start, along) / np.dot(along, along))
    return min(1.0, max(0.0, share))


def _with_cuts(road: Road, number: int, cuts: dict[tuple[int, int], list[Cut]]) -> Road:
    points: list[Spot] = []
    for segment, point in enumerate(road.points):
        points.append(point)
        points += [where for _, where in sorted(cuts.get((number, segment), []))]
    return Road(without_repeats(points), road.tags, road.apart)
