"""Lines of shape points: their lengths on the sphere, and points left out that do not move."""

import numpy as np

from routing.roads.network import Floats, Ints

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""


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
    steps_m[:-1] = haversine_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps_m[shape_from[1:] - 1] = 0
    length_m = np.add.reduceat(steps_m, shape_from[:-1])
    return np.maximum(1, np.rint(length_m * 10)).astype(np.int64)


def haversine_m(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Return the distance between points on the sphere (degrees in, metres out)."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((phi_b - phi_a) / 2) ** 2
    half = half + np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1, half)))
