"""Say where on the roads a point stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.roads.engine import EARTH_M, distances_m
from routing.roads.network import Flags, Floats, Ints, Network, Positions

LARGE_SHARE = 1 / 20
"""A component at least this share of the longest one is no island (assumed)."""

_MAX_LAT = 85.0
"""Beyond, the map projection used for looking up is of no use (degrees)."""


@dataclass(frozen=True, eq=False)
class _Nearest:
    """The nearest place on some links, per point; link -1 where there is none."""

    link: Ints
    offset_dm: Ints
    lon: Floats
    lat: Floats
    away_m: Floats


def snap_points(
    network: Network,
    lon: Floats,
    lat: Floats,
    *,
    within_m: float,
    component: ArrayLike | None = None,
    allowed: Flags | None = None,
) -> Positions:
    """Return for each point the nearest place on any link, not only at its nodes.

    A point exactly at the limit is placed. Of links equally near, the lowest number is
    taken.

    Parameters
    ----------
    network
        The network.
    lon, lat
        Degrees (float64), one length; NaN where the place is unknown.
    within_m
        How far a point may be moved (m).
    component
        Number of the component on which each point must be placed (int, one for all or
        one per point). Default: any large one, of at least ``LARGE_SHARE`` of the
        longest.
    allowed
        Per link, whether a place may be on it (bool). Default: all links of the network.

    Returns
    -------
    positions
        Side is 0. ``link`` is -1 with a reason where the place is unknown
        ("no_location"), where only links of other components are within reach
        ("island"), and where none is ("far_from_road"); ``moved_m`` is then the
        distance to the nearest link that would have done.
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    usable = network.forward | network.backward
    if allowed is not None:
        usable = usable & allowed
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) < _MAX_LAT)
    found = _empty(lon, lat)
    near = np.zeros(len(lon), bool)
    for links, points in _by_component(network, component, known):
        rows = np.flatnonzero(points)
        best = _find_nearest(network, usable & links, lon[rows], lat[rows])
        _fill(found, best, rows)
        lost = rows[~(best.away_m <= within_m)]
        other = _find_nearest(network, usable & ~links, lon[lost], lat[lost])
        near[lost] = other.away_m <= within_m
    placed = found.away_m <= within_m
    reason = np.where(near, "island", "far_from_road")
    reason[~known] = "no_location"
    reason[placed] = ""
    return Positions(
        np.where(placed, found.link, -1),
        np.where(placed, found.offset_dm, 0),
        np.zeros(len(lon), np.int8),
        np.where(placed, found.lon, lon),
        np.where(placed, found.lat, lat),
        found.away_m,
        tuple(reason.tolist()),
    )


def large_components(network: Network) -> Flags:
    """Return per component whether it is large: no island (bool)."""
    longest_dm = network.component_dm.max(initial=0)
    return network.component_dm >= LARGE_SHARE * longest_dm


def _by_component(
    network: Network, component: ArrayLike | None, known: Flags
) -> list[tuple[Flags, Flags]]:
    """Return which links will do for which points."""
    if component is None:
        large = np.append(large_components(network), False)  # the last is for -1
        return [(large[network.component], known)]
    wanted = np.broadcast_to(np.asarray(component, np.int64), known.shape)
    return [
        ((network.component == number) & (number >= 0), known & (wanted == number))
        for number in np.unique(wanted[known])
    ]


def _find_nearest(network: Network, links: Flags, lon: Floats, lat: Floats) -> _Nearest:
    """Return the nearest place on the links flagged.

    Looked up on a conformal (Mercator) map, which keeps near things in order, then
    measured on a flat map around each point. Everything that the map may have put in
    the wrong order is measured: it stretches by 1e-4 in a kilometre, and it bends
    straight pieces.
    """
    from shapely import STRtree, linestrings, points

    found = _empty(lon, lat)
    first = _pieces(network, links)
    if not len(first) or not len(lon):
        return found
    roads = network.roads
    x_m, y_m = _mercator(roads.shape_lon, roads.shape_lat)
    ends = np.stack((x_m, y_m), axis=1)
    tree = STRtree(linestrings(np.stack((ends[first], ends[first + 1]), axis=1)))
    spots = points(*_mercator(lon, lat))
    _, away_m = tree.query_nearest(spots, return_distance=True, all_matches=False)
    longest_m = np.hypot(*(ends[first + 1] - ends[first]).T).max()
    bend_m = longest_m**2 / (8 * EARTH_M) * np.abs(np.tan(np.radians(lat))).max()
    reach_m = away_m * (1 + 1e-3) + bend_m + 0.01
    point, piece = tree.query(spots, predicate="dwithin", distance=reach_m)
    return _measure(network, first[piece], point, lon, lat)


def _pieces(network: Network, links: Flags) -> Ints:
    """Return the first shape point of every straight piece of the links flagged."""
    shape_from = network.roads.shape_from
    of_link = np.repeat(links, np.diff(shape_from))
    of_link[shape_from[1:] - 1] = False
    return np.flatnonzero(of_link)


def _measure(network: Network, piece: Ints, point: Ints, lon: Floats, lat: Floats) -> _Nearest:
    """Return for each point the nearest place on its candidate pieces.

    Parameters
    ----------
    network
        The network.
    piece, point
        Candidates: first shape point of a piece, and the point it may be nearest to;
        every point has one.
    lon, lat
        The points, degrees.
    """
    roads = network.roads
    narrow = np.cos(np.radians(lat[point]))
    at_lon, at_lat = roads.shape_lon[piece], roads.shape_lat[piece]
    step_lon, step_lat = roads.shape_lon[piece + 1] - at_lon, roads.shape_lat[piece + 1] - at_lat
    x, y = (at_lon - lon[point]) * narrow, at_lat - lat[point]
    dx, dy = step_lon * narrow, step_lat
    square = dx * dx + dy * dy
    share = np.clip(-(x * dx + y * dy) / np.where(square > 0, square, 1), 0, 1)
    away = np.hypot(x + share * dx, y + share * dy)
    order = np.lexsort((piece, np.round(away, 12), point))  # 1e-12 degrees: 0.1 micrometre
    _, best = np.unique(point[order], return_index=True)
    pick = order[best]
    piece, share = piece[pick], share[pick]
    on_lon = at_lon[pick] + share * step_lon[pick]
    on_lat = at_lat[pick] + share * step_lat[pick]
    link = np.searchsorted(roads.shape_from, piece, side="right") - 1
    low_dm, high_dm = network.shape_dm[piece], network.shape_dm[piece + 1]
    offset_dm = np.rint(low_dm + share * (high_dm - low_dm)).astype(np.int64)
    away_m = distances_m(lon, lat, on_lon, on_lat)
    return _Nearest(link, np.clip(offset_dm, 0, roads.length_dm[link]), on_lon, on_lat, away_m)


def _mercator(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return places on a conformal map, in metres of the equator."""
    return EARTH_M * np.radians(lon), EARTH_M * np.arcsinh(np.tan(np.radians(lat)))


def _empty(lon: Floats, lat: Floats) -> _Nearest:
    n = len(lon)
    none: NDArray[np.int64] = np.full(n, -1, np.int64)
    return _Nearest(none, np.zeros(n, np.int64), lon.copy(), lat.copy(), np.full(n, np.nan))


def _fill(found: _Nearest, best: _Nearest, rows: Ints) -> None:
    for into, new in (
        (found.link, best.link), (found.offset_dm, best.offset_dm), (found.lon, best.lon),
        (found.lat, best.lat), (found.away_m, best.away_m),
    ):  # fmt: skip
        into[rows] = new
