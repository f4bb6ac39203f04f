"""Places given as link and offset, with their coordinates; and which kerb faces a point."""

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Floats, Ints, Network, Roads
from routing.roads.positions import Positions

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


_STEP_DM = 50
"""How far along the road its direction at a place is looked for (dm)."""


def kerb_sides(
    network: Network, positions: Positions, lon: Floats, lat: Floats, *, right_hand: bool
) -> NDArray[np.int8]:
    """Return in which direction a bus must come to stand at the kerb that faces a point.

    Parameters
    ----------
    network
        The bus network.
    positions
        Where the bus stands; an unplaced one gets 0.
    lon, lat
        One point for each (degrees, float64).
    right_hand
        Whether traffic keeps to the right.

    Returns
    -------
    side
        +1 or -1, as in ``Positions`` (int8); where only one direction of the link is of
        use, that one; +1 where the point is on neither side.
    """
    placed = positions.link >= 0
    link = np.where(placed, positions.link, 0)
    if not placed.any():
        return np.zeros(len(positions), np.int8)
    back = np.maximum(positions.offset_dm - _STEP_DM, 0)
    ahead = np.minimum(positions.offset_dm + _STEP_DM, network.roads.length_dm[link])
    here = _points(network.roads, link, np.where(placed, positions.offset_dm, 0))
    before, after = (_points(network.roads, link, np.where(placed, at, 0)) for at in (back, ahead))
    flat = np.cos(np.radians(here[1]))
    east, north = (after[0] - before[0]) * flat, after[1] - before[1]
    to_east, to_north = (lon - here[0]) * flat, lat - here[1]
    left = east * to_north - north * to_east > 0
    side = np.where(left == right_hand, -1, 1)
    only = network.sides[link]
    return np.where(placed, np.where(only != 0, only, side), 0).astype(np.int8)


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
