"""Places given as link and offset, with their coordinates."""

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Floats, Ints, Network, Positions, Roads

EARTH_M = 6_371_008.8
"""Mean radius of the earth (m), IUGG."""


def place_on_links(
    network: Network, link: Ints, offset_dm: Ints, side: NDArray[np.int8] | None = None
) -> Positions:
    """Return the places at given offsets along given links.

    Parameters
    ----------
    network
        The network whose links they are on.
    link
        Link of each place (int64).
    offset_dm
        From the link's start (int64, 0 to its length).
    side
        As in ``Positions``; default 0, either.
    """
    link, offset_dm = np.asarray(link, np.int64), np.asarray(offset_dm, np.int64)
    lon, lat = _points(network.roads, link, offset_dm)
    n = len(link)
    sides = np.zeros(n, np.int8) if side is None else np.asarray(side, np.int8)
    return Positions(link, offset_dm, sides, lon, lat, np.zeros(n), ("",) * n)


def _points(roads: Roads, link: Ints, offset_dm: Ints) -> tuple[Floats, Floats]:
    along = _along_m(roads)
    first, last = roads.shape_from[link], roads.shape_from[link + 1] - 1
    whole = along[last] - along[first]
    target = along[first] + whole * offset_dm / roads.length_dm[link]
    after = np.clip(np.searchsorted(along, target, side="right"), first + 1, last)
    before = after - 1
    step = along[after] - along[before]
    share = np.divide(target - along[before], step, out=np.zeros(len(link)), where=step > 0)
    share = np.clip(share, 0, 1)
    lon = roads.shape_lon[before] + share * (roads.shape_lon[after] - roads.shape_lon[before])
    lat = roads.shape_lat[before] + share * (roads.shape_lat[after] - roads.shape_lat[before])
    return lon, lat


def _along_m(roads: Roads) -> Floats:
    """Return the length from the first shape point of all to each (m), never falling."""
    lon, lat = np.radians(roads.shape_lon), np.radians(roads.shape_lat)
    half = np.sin(np.diff(lat) / 2) ** 2
    half += np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    step = 2 * EARTH_M * np.arcsin(np.sqrt(half))
    step[roads.shape_from[1:-1] - 1] = 0
    return np.concatenate([[0.0], np.cumsum(step)])
