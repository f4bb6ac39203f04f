"""The base map: the road network itself, light enough to travel inside a page.

Coordinates are whole numbers, 1e-5 degree (about 1 m) from the south-west corner, each
written as the difference from the one before.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.roads.network import ROAD_CLASSES, Flags, Floats, Roads

STEP_DEG = 1e-5
"""Grid of the coordinates, degrees: 1.1 m north-south."""

SIMPLIFY_DEG = 3e-5
"""A shape point nearer than this to the line without it is left out: about 3 m."""

MAX_POINTS = 200_000
"""Shape points kept, about 1.3 MB of page; beyond that the least roads are left out."""

_LEVELS = (
    ("motorway", "motorway_link", "trunk", "trunk_link"),
    ("primary", "primary_link"),
    ("secondary", "secondary_link"),
    ("tertiary", "tertiary_link"),
    ("unclassified", "road", "residential", "living_street", "busway"),
    ("service", "track"),
    ("pedestrian", "footway", "path", "steps", "cycleway", "bridleway"),
)

_PLACE_RANKS = {"city": 0, "town": 1, "suburb": 2, "village": 2, "hamlet": 3}
"""0 is shown from the furthest; other kinds of place are not named on the map."""


@dataclass(frozen=True)
class Grid:
    """The whole-number coordinates of one map.

    Parameters
    ----------
    west, south
        The corner from which they count, degrees.
    """

    west: float
    south: float

    def at(self, lon: Any, lat: Any) -> NDArray[np.int64]:
        """Return points as whole numbers (int64, n by 2) from degrees."""
        xy = np.column_stack([np.asarray(lon) - self.west, np.asarray(lat) - self.south])
        return np.rint(xy / STEP_DEG).astype(np.int64)

    def one(self, point: Any) -> list[int]:
        """Return one shapely point as ``[x, y]``."""
        return [int(value) for value in self.at([point.x], [point.y])[0]]

    def line(self, points: Any) -> list[int]:
        """Return a line (n by 2 degrees) as one list of differences: x, y, dx, dy, ..."""
        kept = shapely.simplify(shapely.linestrings(points), SIMPLIFY_DEG)
        xy = self.at(*shapely.get_coordinates(kept).T)
        return differences(xy)


def differences(xy: NDArray[np.int64]) -> list[int]:
    """Return points (n by 2) as one flat list: the first, then each less the one before."""
    steps: list[int] = np.diff(xy, axis=0, prepend=0).ravel().tolist()
    return steps


def draw_roads(roads: Roads, box: tuple[float, float, float, float], grid: Grid) -> Any:
    """Return the roads that touch a box, as one entry per level of importance.

    Parameters
    ----------
    roads
        The network.
    box
        West, south, east, north (degrees).
    grid
        The coordinates of the map.

    Returns
    -------
    levels
        List of ``{"n": points of each line, "d": differences of all points in turn}``,
        motorways first, footpaths last; a level left out for size is empty.
    """
    inside = _touching(roads, box)
    levels, n_points = [], 0
    for classes in _LEVELS:
        codes = [ROAD_CLASSES.index(name) for name in classes]
        lines = _merged(roads, inside & np.isin(roads.road_class, codes))
        n_points += int(shapely.get_num_coordinates(lines).sum())
        levels.append(_encode(lines if n_points <= MAX_POINTS else lines[:0], grid))
    return levels


def _touching(roads: Roads, box: tuple[float, float, float, float]) -> Flags:
    """Which links have a shape point in the box (links are short)."""
    west, south, east, north = box
    lon, lat = roads.shape_lon, roads.shape_lat
    within = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if not len(roads.start):
        return np.zeros(0, bool)
    return np.logical_or.reduceat(within, roads.shape_from[:-1])


def _merged(roads: Roads, chosen: Flags) -> NDArray[np.object_]:
    """Join links to long lines and leave out the shape points that nobody would miss."""
    links = np.flatnonzero(chosen)
    if not len(links):
        return np.empty(0, object)
    n_points = roads.shape_from[links + 1] - roads.shape_from[links]
    first = np.repeat(roads.shape_from[links] - np.cumsum(n_points) + n_points, n_points)
    points = first + np.arange(n_points.sum())
    coords = np.column_stack([roads.shape_lon[points], roads.shape_lat[points]])
    lines = shapely.linestrings(coords, indices=np.repeat(np.arange(len(links)), n_points))
    joined = shapely.line_merge(shapely.multilinestrings(lines))
    return np.asarray(shapely.simplify(shapely.get_parts(joined), SIMPLIFY_DEG))


def _encode(lines: NDArray[np.object_], grid: Grid) -> dict[str, list[int]]:
    coords: Floats = shapely.get_coordinates(lines)
    counts: list[int] = shapely.get_num_coordinates(lines).tolist()
    return {"n": counts, "d": differences(grid.at(*coords.T)) if len(coords) else []}


def name_places(
    roads: Roads, box: tuple[float, float, float, float], grid: Grid
) -> list[list[Any]]:
    """Return the named places in a box as ``[name, rank, x, y]``, the largest first."""
    west, south, east, north = box
    found = []
    for name, kind, lon, lat in zip(
        roads.place_name, roads.place_kind, roads.place_lon, roads.place_lat, strict=True
    ):
        if name and kind in _PLACE_RANKS and west <= lon <= east and south <= lat <= north:
            found.append([name, _PLACE_RANKS[kind], *grid.at([lon], [lat])[0].tolist()])
    return sorted(found, key=lambda place: (place[1], place[0]))
