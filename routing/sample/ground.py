"""The ground: the county's outline, its river with an island, its towns and villages."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from shapely import LineString, MultiLineString, Point, Polygon

from routing.sample.lines import Spot, spot
from routing.sample.names import town_names, village_names
from routing.sample.sizes import Size


@dataclass(frozen=True)
class Place:
    """A town, a village, or the hamlet on the island.

    Parameters
    ----------
    name
        Made.
    kind
        town, village or hamlet.
    at
        Its middle (m).
    half_m
        Half the width of its built-up square (m).
    n_rows
        Streets in each direction (odd).
    tilt
        How far its streets are turned from north (rad).
    weight
        Its share of the people, relative to others.
    """

    name: str
    kind: str
    at: Spot
    half_m: float
    n_rows: int
    tilt: float
    weight: float


@dataclass(frozen=True)
class Ground:
    """What is there before the roads.

    Parameters
    ----------
    size
        What was asked for.
    outline
        The county (m).
    river
        Its middle line, from the south-west to the north-east (m).
    seat, towns
        The county seat, and all towns with the seat first.
    """

    size: Size
    outline: Polygon
    river: LineString
    seat: Place
    towns: tuple[Place, ...]


def lay_ground(size: Size, rng: np.random.Generator) -> Ground:
    """Return the ground: outline, river and towns.

    Parameters
    ----------
    size
        How big.
    rng
        Where chance comes from.
    """
    outline = _outline(size, rng)
    river = _river(size, rng)
    names = town_names(rng)
    spots = _town_spots(size, outline, river, rng)
    towns = tuple(
        _town(next(names), at, size, rng, seat=number == 0) for number, at in enumerate(spots)
    )
    return Ground(size, outline, river, towns[0], towns)


def _outline(size: Size, rng: np.random.Generator) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    wobble = np.ones_like(angle)
    for wave in range(2, 6):
        wobble += rng.uniform(-0.07, 0.07) * np.cos(wave * angle + rng.uniform(0, 6.28))
    square = 1 / np.maximum(np.abs(np.cos(angle)), np.abs(np.sin(angle))) ** 0.6
    reach = np.minimum(wobble * square * 0.92, square ** (1 / 0.6) * 0.97)
    x_m = size.width_m / 2 * (1 + reach * np.cos(angle))
    y_m = size.height_m / 2 * (1 + reach * np.sin(angle))
    return Polygon(np.column_stack([x_m, y_m]))


def _river(size: Size, rng: np.random.Generator) -> LineString:
    start = np.array([0.12 * size.width_m, -200.0])
    end = np.array([size.width_m + 200.0, 0.80 * size.height_m])
    length_m = float(np.hypot(*(end - start)))
    ahead = (end - start) / length_m
    along_m = np.arange(0, length_m, 120.0)
    aside_m = np.zeros_like(along_m)
    waves = ((0.55 * length_m, 0.045 * length_m), (9_000, 420), (3_700, 200), (1_700, 70))
    for wave_m, high_m in waves:
        aside_m += (
            high_m
            * rng.uniform(0.75, 1.25)
            * np.sin(2 * np.pi * along_m / wave_m + rng.uniform(0, 6.28))
        )
    points = start + along_m[:, None] * ahead + aside_m[:, None] * [-ahead[1], ahead[0]]
    return LineString([spot(*point) for point in points])


def _town_spots(
    size: Size, outline: Polygon, river: LineString, rng: np.random.Generator
) -> list[Spot]:
    """Return the seat near the middle and each town as far from the others as may be."""
    middle = Point(0.46 * size.width_m, 0.54 * size.height_m)
    spots = [spot(middle.x, middle.y)]
    inner = outline.buffer(-0.075 * size.width_m)
    tries = max(24, 3 * size.n_towns)
    while len(spots) < size.n_towns:
        chances = [
            (min(math.dist(at, other) for other in spots), at)
            for at in _scattered(inner, tries, rng)
            if river.distance(Point(at)) > 1_700
        ]
        spots.append(max(chances)[1])
    return spots


def _scattered(area: Polygon, n: int, rng: np.random.Generator) -> list[Spot]:
    west, south, east, north = area.bounds
    spots: list[Spot] = []
    while len(spots) < n:
        at = spot(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(Point(at)):
            spots.append(at)
    return spots


def _town(name: str, at: Spot, size: Size, rng: np.random.Generator, *, seat: bool) -> Place:
    n_rows = size.seat_rows if seat else size.town_rows
    half_m = (n_rows - 1) / 2 * rng.uniform(190, 230)
    weight = rng.uniform(0.7, 1.4) * (2.6 if seat else 1.0)
    return Place(name, "town", at, half_m, n_rows, rng.uniform(-0.12, 0.12), weight)


def place_villages(
    ground: Ground,
    roads: MultiLineString,
    quiet: Polygon,
    rng: np.random.Generator,
) -> tuple[Place, ...]:
    """Return the villages, beside the main roads but not on them.

    Parameters
    ----------
    ground
        Outline, river and towns.
    roads
        Main roads and motorway (m).
    quiet
        Where no village may be: around the island.
    rng
        Where chance comes from.
    """
    names = village_names(rng)
    villages: list[Place] = []
    inner = ground.outline.buffer(-350)
    spacing_m = 0.56 * math.sqrt(ground.outline.area / ground.size.n_villages)
    while len(villages) < ground.size.n_villages:
        at = _scattered(inner, 1, rng)[0]
        half_m = float(np.clip(rng.lognormal(5.25, 0.28), 110, 330))
        there = Point(at)
        spacing_m *= 0.9997  # so that a crowded county still fills
        if (
            _clear(at, spacing_m, villages, ground.towns)
            and ground.river.distance(there) > half_m * 1.5 + 180
            and roads.distance(there) > half_m * 1.5 + 60
            and not quiet.contains(there)
        ):
            n_rows = 5 if half_m > 215 else 3
            weight = (half_m / 190) ** 2 * rng.uniform(0.6, 1.5)
            tilt = rng.uniform(-0.14, 0.14)
            villages.append(Place(next(names), "village", at, half_m, n_rows, tilt, weight))
    return tuple(villages)


def _clear(at: Spot, spacing_m: float, villages: Iterable[Place], towns: Iterable[Place]) -> bool:
    return all(math.dist(at, other.at) > spacing_m for other in villages) and all(
        math.dist(at, town.at) > town.half_m * 1.45 + 550 for town in towns
    )
