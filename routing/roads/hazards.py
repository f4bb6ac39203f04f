"""How much of each road is a hazard that a loaded bus may only creep along.

Decree 617 art. 35(3) names sharp bends, steep roads and others without numbers. Here:

- *bends*, from the shape alone. At a shape point within a link let the pieces before and
  after be a and b long, each counted at most ``bend_radius_m``, and d the angle by which
  the direction changes there. The radius is (a + b) / (4 sin(d / 2)): of the circle
  through three points where both pieces are equal, and still small where two long
  straights meet in a corner. A point is sharp if its radius is under ``bend_radius_m``.
  Sharp points that follow one another and turn to the same side are one bend; it counts
  if it turns by ``BEND_DEG`` or more in all. Of each of its points half the piece before
  and half the piece after belong to it, each at most ``bend_radius_m``; so no two
  stretches overlap.
- *steep* roads: the whole link where ``incline_pct`` is at least ``steep_pct``.
- *water*: ``water_dm``, where ``slow_by_water``.

Bends at the nodes between links are turns, not bends: they take time of their own.
"""

from dataclasses import dataclass

import numpy as np

from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, Flags, Floats, Ints, Roads
from routing.roads.shapes import EARTH_M

BEND_DEG = 20.0
"""A bend that turns by less is taken for the unsteady hand of a mapper (degrees, assumed)."""

_FERRY = ROAD_CLASSES.index("ferry")


@dataclass(frozen=True, eq=False)
class Hazards:
    """How much of each link is a hazard, by kind; int64, dm, at most the link's length.

    Parameters
    ----------
    bend_dm, steep_dm, water_dm
        Sharp bends, steep road, road beside open water or a cliff.
    total_dm
        All of them: where on its link the water lies is not known, so the kinds are
        added, which is never too little, up to the length of the link.
    """

    bend_dm: Ints
    steep_dm: Ints
    water_dm: Ints
    total_dm: Ints


@dataclass(frozen=True, eq=False)
class Bends:
    """The shape points at which roads bend sharply, in the order of the links.

    Parameters
    ----------
    point
        Position among the shape points of the roads (int64).
    link
        Link it is within (int64).
    radius_m
        float64.
    stretch_m
        How much of the link belongs to it (float64).
    """

    point: Ints
    link: Ints
    radius_m: Floats
    stretch_m: Floats


def hazard_lengths_dm(roads: Roads, policy: Policy) -> Hazards:
    """Return how much of each link is a hazard.

    Narrow roads are not in here: they have a speed of their own (``cap_narrow_kmh``).
    Nor is bad weather, which is everywhere. A ferry has no hazards.

    Parameters
    ----------
    roads
        Shapes, slopes and water.
    policy
        Uses ``bend_radius_m``, ``steep_pct`` and ``slow_by_water``.
    """
    n, length_dm = len(roads.length_dm), roads.length_dm
    road = roads.road_class != _FERRY
    bends = find_bends(roads, policy.bend_radius_m)
    in_bends = np.bincount(bends.link, bends.stretch_m, n) * 10
    bend_dm = _at_most(np.rint(np.round(in_bends, 6)).astype(np.int64), length_dm, road)
    steep = road & (roads.incline_pct >= policy.steep_pct)
    water = road & policy.slow_by_water
    water_dm = _at_most(roads.water_dm, length_dm, water)
    steep_dm = _at_most(length_dm, length_dm, steep)
    total_dm = np.minimum(bend_dm + steep_dm + water_dm, length_dm)
    return Hazards(bend_dm, steep_dm, water_dm, total_dm)


def find_bends(roads: Roads, bend_radius_m: float) -> Bends:
    """Return where the roads bend more sharply than a radius.

    Parameters
    ----------
    roads
        The shapes. Points that repeat the one before are passed over.
    bend_radius_m
        As in ``Policy``; 0: nowhere.
    """
    corners = _find_corners(roads)
    legs_m = np.minimum(corners.before_m, bend_radius_m) + np.minimum(
        corners.after_m, bend_radius_m
    )
    half_sine = np.sqrt(np.clip((1 - corners.ahead) / 2, 0, 1))
    near = np.flatnonzero(legs_m < 4 * half_sine * (bend_radius_m + 1e-3))
    radius_m = legs_m[near] / (4 * half_sine[near])
    sharp = np.round(radius_m, 6) < bend_radius_m
    rows, radius_m = near[sharp], radius_m[sharp]
    turn_deg = np.degrees(np.arctan2(corners.across[rows], corners.ahead[rows]))
    real = _turns_enough(corners.place[rows], turn_deg)
    rows, radius_m = rows[real], radius_m[real]
    stretch_m = np.minimum(corners.before_m[rows] / 2, bend_radius_m)
    stretch_m += np.minimum(corners.after_m[rows] / 2, bend_radius_m)
    return Bends(corners.point[rows], corners.link[rows], radius_m, stretch_m)


@dataclass(frozen=True, eq=False)
class _Corners:
    """The shape points within links, each with the pieces before and after it.

    ``place`` counts the points of all links, repeated ones left out; ``ahead`` and
    ``across`` are cosine and sine of the change of direction, positive to the left.
    """

    point: Ints
    link: Ints
    place: Ints
    before_m: Floats
    after_m: Floats
    ahead: Floats
    across: Floats


def _find_corners(roads: Roads) -> _Corners:
    """Return the corners of all links, measured on a flat map around each piece."""
    link = np.repeat(np.arange(len(roads.length_dm)), np.diff(roads.shape_from))
    point = np.flatnonzero(~_repeats(roads, link))
    link = link[point]
    lon, lat = np.radians(roads.shape_lon[point]), np.radians(roads.shape_lat[point])
    x_m = EARTH_M * np.diff(lon) * np.cos((lat[1:] + lat[:-1]) / 2)
    y_m = EARTH_M * np.diff(lat)
    piece_m = np.hypot(x_m, y_m)
    x, y = (along / np.where(piece_m > 0, piece_m, 1) for along in (x_m, y_m))
    place = np.flatnonzero(link[:-2] == link[2:]) + 1
    before, after = place - 1, place
    ahead = x[before] * x[after] + y[before] * y[after]
    across = x[before] * y[after] - y[before] * x[after]
    return _Corners(
        point[place], link[place], place, piece_m[before], piece_m[after], ahead, across
    )


def _repeats(roads: Roads, link: Ints) -> Flags:
    """Return which shape points repeat the one before on the same link (bool)."""
    same = np.zeros(len(link), bool)
    same[1:] = (roads.shape_lon[1:] == roads.shape_lon[:-1]) & (link[1:] == link[:-1])
    same[1:] &= roads.shape_lat[1:] == roads.shape_lat[:-1]
    return same


def _turns_enough(place: Ints, turn_deg: Floats) -> Flags:
    """Return which sharp points belong to a bend that turns by ``BEND_DEG`` or more.

    Parameters
    ----------
    place
        Where in the line of all points each stands; neighbours differ by one.
    turn_deg
        By how much the direction changes, positive to the left.
    """
    if not len(place):
        return np.zeros(0, bool)
    left = turn_deg > 0
    begins = np.ones(len(place), bool)
    begins[1:] = (np.diff(place) != 1) | (left[1:] != left[:-1])
    bend = np.cumsum(begins) - 1
    enough = np.round(np.bincount(bend, np.abs(turn_deg)), 6) >= BEND_DEG
    return enough[bend]


def _at_most(part_dm: Ints, length_dm: Ints, where: Flags) -> Ints:
    return np.where(where, np.clip(part_dm, 0, length_dm), 0)
