"""Places given as link and offset, with their coordinates; and which kerb faces a point."""

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Floats, Ints, Network
from routing.roads.positions import Positions, take_positions


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
    lon, lat = _points(network, link, offset_dm)
    n = len(link)
    sides = np.zeros(n, np.int8) if side is None else np.asarray(side, np.int8)
    return Positions(link, offset_dm, sides, lon, lat, np.zeros(n), ("",) * n)


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
        use, that one.
    """
    side = np.zeros(len(positions), np.int8)
    placed = np.flatnonzero(positions.link >= 0)
    at = take_positions(positions, placed)
    left = side_seen(network, at, lon[placed], lat[placed]) > 0
    only = network.sides[at.link]
    side[placed] = np.where(only != 0, only, np.where(left == right_hand, -1, 1))
    return side


_STEP_DM = 50
"""How far along the road its direction at a place is looked for (dm)."""


def side_seen(network: Network, positions: Positions, lon: Floats, lat: Floats) -> Floats:
    """Return on which side of the road points lie, seen along the link (float64).

    Parameters
    ----------
    network
        The network.
    positions
        Places on it.
    lon, lat
        One point for each (degrees).

    Returns
    -------
    side
        +1 left, -1 right, 0 on the line or unknown.
    """
    link = positions.link
    back = np.maximum(positions.offset_dm - _STEP_DM, 0)
    ahead = np.minimum(positions.offset_dm + _STEP_DM, network.roads.length_dm[link])
    before, after = _points(network, link, back), _points(network, link, ahead)
    flat = np.cos(np.radians(positions.lat))
    east, north = (after[0] - before[0]) * flat, after[1] - before[1]
    to_east, to_north = (lon - positions.lon) * flat, lat - positions.lat
    return np.nan_to_num(np.sign(east * to_north - north * to_east))


def lay_out(network: Network) -> tuple[Floats, Floats]:
    """Return all links on one line, with gaps between: where each starts, and its shape points.

    Returns
    -------
    base_dm
        Per link (float64).
    laid_dm
        Per shape point (float64), never falling.
    """
    roads = network.roads
    room_dm = (roads.length_dm + _GAP_DM).astype(np.float64)
    base_dm = np.cumsum(room_dm) - room_dm
    return base_dm, np.repeat(base_dm, np.diff(roads.shape_from)) + network.shape_dm


_GAP_DM = 100
"""Between two links when all are laid out on one line."""


def _points(network: Network, link: Ints, offset_dm: Ints) -> tuple[Floats, Floats]:
    if not len(link):
        return np.zeros(0), np.zeros(0)
    base_dm, laid_dm = lay_out(network)
    at_dm = base_dm[link] + offset_dm
    shape = network.roads.shape_lon, network.roads.shape_lat
    return np.interp(at_dm, laid_dm, shape[0]), np.interp(at_dm, laid_dm, shape[1])
