"""The island: a second arm of the river, and a hamlet between the arms without a bridge."""

import math
from dataclasses import dataclass

import numpy as np
from shapely import LineString, MultiLineString, Point, Polygon

from routing.sample.ground import Ground, Place
from routing.sample.lines import Spot, spot

ARM_M = 1_500.0
"""How far the second arm leaves the first; roads further off do not come within the
500 m at which a home is still taken to a road."""
HALF_LENGTH_M = 1_700.0
"""Half the stretch of river along which there are two arms."""


@dataclass(frozen=True)
class Island:
    """Land between two arms of the river.

    Parameters
    ----------
    arm
        The second arm (m).
    land
        Between the arms, and a belt around it on which no road is built (m).
    hamlet
        Where people live on it.
    """

    arm: LineString
    land: Polygon
    hamlet: Place


def place_island(ground: Ground, roads: MultiLineString, rng: np.random.Generator) -> Island:
    """Return the island, on the stretch of river furthest from main roads and towns.

    Parameters
    ----------
    ground
        River, outline and towns.
    roads
        Main roads (m).
    rng
        Where chance comes from.
    """
    river = ground.river
    chances = []
    for along_m in np.arange(2_000, river.length - 2_000, 250):
        for side in (1, -1):
            arm = _arm(river, float(along_m), side)
            middle = _middle(arm, river, float(along_m))
            if ground.outline.buffer(-600).contains(Point(middle)):
                away_m = min(roads.distance(arm), *(Point(t.at).distance(arm) for t in ground.towns))  # fmt: skip
                chances.append((away_m, float(along_m), side, middle))
    _, along_m, side, middle = max(chances)
    arm = _arm(river, along_m, side)
    land = Polygon([*arm.coords, *_stretch(river, along_m)[::-1]]).buffer(0).buffer(120)
    hamlet = Place("河心滩", "hamlet", middle, 110.0, 3, rng.uniform(-0.14, 0.14), 0.0)
    return Island(arm, land, hamlet)


def _arm(river: LineString, along_m: float, side: int) -> LineString:
    low_m = max(0.0, along_m - HALF_LENGTH_M)
    high_m = min(river.length, along_m + HALF_LENGTH_M)
    start, end = river.interpolate(low_m), river.interpolate(high_m)
    length_m = math.dist((start.x, start.y), (end.x, end.y))
    east, north = (end.x - start.x) / length_m, (end.y - start.y) / length_m
    share = np.linspace(0, 1, 28)
    aside_m = side * ARM_M * np.sin(np.pi * share) ** 0.7
    x_m = start.x + share * length_m * east - aside_m * north
    y_m = start.y + share * length_m * north + aside_m * east
    return LineString([spot(x, y) for x, y in zip(x_m, y_m, strict=True)])


def _stretch(river: LineString, along_m: float) -> list[Spot]:
    steps = np.linspace(along_m - HALF_LENGTH_M, along_m + HALF_LENGTH_M, 30)
    points = [river.interpolate(float(min(max(at, 0), river.length))) for at in steps]
    return [(p.x, p.y) for p in points]


def _middle(arm: LineString, river: LineString, along_m: float) -> Spot:
    far, near = arm.interpolate(0.5, normalized=True), river.interpolate(along_m)
    return spot((far.x + near.x) / 2, (far.y + near.y) / 2)
