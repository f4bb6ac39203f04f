"""The shape of the earth and of roads: distances, lengths along lines, a flat map."""

import numpy as np

from routing.errors import RoadsError
from routing.roads.network import Floats, Ints, Roads
from routing.words import Text

EARTH_M = 6_371_008.8
"""Mean radius of the earth (m), IUGG 1980."""


def tidy_shapes(shape_from: Ints, lon: Floats, lat: Floats) -> tuple[Ints, Floats, Floats]:
    """Drop shape points that stand where the one before stands; the ends stay.

    Parameters
    ----------
    shape_from, lon, lat
        As in ``Roads``.
    """
    link = np.repeat(np.arange(len(shape_from) - 1), np.diff(shape_from))
    end = np.zeros(len(lon), bool)
    end[shape_from[:-1]] = end[shape_from[1:] - 1] = True
    same = (lon[1:] == lon[:-1]) & (lat[1:] == lat[:-1])
    keep = end.copy()
    keep[1:] |= ~same
    before_end = np.zeros(len(lon), bool)
    before_end[:-1] = same & end[1:]
    keep &= end | ~before_end
    counts = np.bincount(link[keep], minlength=len(shape_from) - 1)
    return np.concatenate(([0], np.cumsum(counts))), lon[keep], lat[keep]


def measure_shapes(shape_from: Ints, lon: Floats, lat: Floats) -> Ints:
    """Return the length of each shape on the sphere, in whole decimetres, at least 1."""
    if len(shape_from) < 2:
        return np.zeros(0, np.int64)
    steps_m = np.zeros(len(lon))
    steps_m[:-1] = distances_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps_m[shape_from[1:] - 1] = 0
    length_m = np.add.reduceat(steps_m, shape_from[:-1])
    return np.maximum(1, np.rint(length_m * 10)).astype(np.int64)


def distances_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Return great-circle distances (float64, m) between points in degrees, by haversine."""
    lon, lat, to_lon, to_lat = (np.radians(a) for a in (lon, lat, to_lon, to_lat))
    half = np.sin((to_lat - lat) / 2) ** 2
    half = half + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(1, half)))


def mercator_m(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return places on a conformal map, in metres of the equator."""
    return EARTH_M * np.radians(lon), EARTH_M * np.arcsinh(np.tan(np.radians(lat)))


def measure_along(roads: Roads) -> Floats:
    """Return how far along its link each shape point lies (float64, dm).

    Great-circle lengths between shape points, stretched so that a link's last point
    lies at its ``length_dm``.

    Raises
    ------
    RoadsError
        When a link has fewer than two shape points.
    """
    if (np.diff(roads.shape_from) < 2).any():
        raise RoadsError(Text(
            "A road has no shape. Read the extract again.", "有道路缺少形状点。请重新读取路网。"
        ))  # fmt: skip
    piece_m = distances_m(
        roads.shape_lon[:-1], roads.shape_lat[:-1], roads.shape_lon[1:], roads.shape_lat[1:]
    )
    piece_m[roads.shape_from[1:-1] - 1] = 0  # from one link to the next
    run_m = np.concatenate((np.zeros(1), np.cumsum(piece_m)))
    link = np.repeat(np.arange(len(roads.length_dm)), np.diff(roads.shape_from))
    first, last = roads.shape_from[:-1], roads.shape_from[1:] - 1
    along_m = run_m - run_m[first][link]
    total_m = along_m[last]
    # a link whose points all coincide has no length of its own to share out
    factor = roads.length_dm / np.where(total_m > 0, total_m, 1)
    along_dm: Floats = along_m * factor[link]
    along_dm[last] = roads.length_dm
    return np.minimum(along_dm, roads.length_dm[link])
