"""Where roads bend too sharply for a loaded bus, measured again from their shapes."""

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Flags, Floats, Ints, Roads

EARTH_M = 6_371_008.8
"""Mean radius of the earth (m), IUGG."""

LEAST_BEND_DEG = 20
"""What turns by less altogether is no bend but an unsteady drawing (assumed)."""

Corner = NDArray[np.int64]


def bends_m(roads: Roads, radius_m: float) -> Floats:
    """Return how many metres of each link lie in sharp bends.

    With the pieces before and after a point counted up to the radius, its own radius is
    that sum over four times the sine of half the turn. Points in a row that are sharper
    than the radius and turn to the same side are one bend; one of 20 degrees or more
    counts, with half of each piece beside its points, up to the radius.
    """
    bent_m = np.zeros(len(roads.start))
    link, point = _different_points(roads)
    if radius_m <= 0 or len(point) < 3:
        return bent_m
    lon, lat = roads.shape_lon[point], roads.shape_lat[point]
    middle = np.radians((lat[1:] + lat[:-1]) / 2)
    east_m = np.radians(np.diff(lon)) * np.cos(middle) * EARTH_M
    north_m = np.radians(np.diff(lat)) * EARTH_M
    piece_m, heading = np.hypot(east_m, north_m), np.arctan2(north_m, east_m)
    # Corner i lies between pieces i and i + 1, at point i + 1.
    corner = np.flatnonzero((link[:-2] == link[1:-1]) & (link[1:-1] == link[2:]))
    turn = heading[corner + 1] - heading[corner]
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    shorter_m = np.minimum(piece_m[corner], radius_m) + np.minimum(piece_m[corner + 1], radius_m)
    sharp = shorter_m < radius_m * 4 * np.sin(np.abs(turn) / 2)
    corner, turn = corner[sharp], turn[sharp]
    counts = _in_long_bends(corner, turn)
    at = corner[counts]
    beside_m = np.minimum(piece_m[at] / 2, radius_m) + np.minimum(piece_m[at + 1] / 2, radius_m)
    np.add.at(bent_m, link[at + 1], beside_m)
    return bent_m


def _different_points(roads: Roads) -> tuple[Ints, Ints]:
    """Return link and number of every shape point that does not repeat the one before."""
    size = np.diff(roads.shape_from)
    link = np.repeat(np.arange(len(size)), size)
    point = np.arange(len(link))
    again = np.zeros(len(link), bool)
    again[1:] = (link[1:] == link[:-1]) & (np.diff(roads.shape_lon) == 0)
    again[1:] &= np.diff(roads.shape_lat) == 0
    return link[~again], point[~again]


def _in_long_bends(corner: Corner, turn: Floats) -> Flags:
    """Return which sharp corners belong to a bend that turns far enough."""
    begins = np.ones(len(corner), bool)
    begins[1:] = (np.diff(corner) != 1) | (np.sign(turn[1:]) != np.sign(turn[:-1]))
    bend = np.cumsum(begins) - 1
    turned = np.bincount(bend, np.abs(turn)) if len(bend) else np.zeros(0)
    long: Flags = (np.degrees(turned) >= LEAST_BEND_DEG)[bend]
    return long
