"""Say where on the roads a point stands."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.roads.network import Flags, Floats, Ints, Network, Roads
from routing.roads.positions import Positions
from routing.roads.search import has_numba
from routing.roads.shapes import EARTH_M, distances_m, mercator_m

LARGE_SHARE = 1 / 20
"""A component at least this share of the longest one is no island (assumed)."""

FAR_M = 20_000.0
"""Beyond this (m on the map) it is not weighed which of two far roads is a little nearer."""

_CUT_M = 5_000.0
"""Straight pieces are looked up in parts no longer than this: a bend of 0.5 m at most."""

_CELL_M = 150.0
"""Width of the cells of the compiled search (m on the map; fastest on Porto)."""

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


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Straight pieces of road on the map.

    ``first`` is the shape point with which each begins (a long piece comes in several
    parts), ``ends_m`` both ends (x, y, x, y; pieces x 4), ``longest_m`` the longest.
    """

    first: Ints
    ends_m: Floats
    longest_m: float


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
        other = _find_nearest(network, usable & ~links, lon[lost], lat[lost], within_m)
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


def _find_nearest(
    network: Network, links: Flags, lon: Floats, lat: Floats, at_most_m: float = math.inf
) -> _Nearest:
    """Return the nearest place on the links flagged.

    Looked up on a conformal (Mercator) map, which keeps near things in order, then
    measured on a flat map around each point. Everything that the map may have put in
    the wrong order is measured: it stretches by 1e-4 in a kilometre, and it bends
    straight pieces. Of what is farther than ``FAR_M`` the nearest on the map is taken.

    Parameters
    ----------
    network, links
        The network, and which of its links will do.
    lon, lat
        The points, degrees.
    at_most_m
        Places that are farther than this from their point need not be found (m).
    """
    found = _empty(lon, lat)
    pieces = _cut_pieces(network.roads, links)
    if not len(pieces.first) or not len(lon):
        return found
    x_m, y_m = mercator_m(lon, lat)
    steepest = np.abs(np.tan(np.radians(lat))).max()
    bend_m = pieces.longest_m**2 / (8 * EARTH_M) * steepest + 0.01
    cap_m = _on_map(lat, at_most_m)
    look_up = _near_by_grid if has_numba() else _near_by_tree
    point, row = look_up(pieces, x_m, y_m, np.minimum(cap_m, FAR_M), bend_m)
    far = cap_m > FAR_M
    far[point] = False
    if far.any():
        far_point, far_row = _nearest_by_tree(pieces, x_m, y_m, np.flatnonzero(far))
        point, row = np.concatenate((point, far_point)), np.concatenate((row, far_row))
    some, nth = np.unique(point, return_inverse=True)
    _fill(found, _measure(network, pieces.first[row], nth, lon[some], lat[some]), some)
    return found


def _on_map(lat: Floats, length_m: float) -> Floats:
    """Return how long a length from each point may be on the Mercator map (m), or more."""
    highest = np.radians(np.abs(lat)) + length_m / EARTH_M
    stretch = np.cos(np.minimum(highest, math.pi / 2 - 1e-9))
    return np.where(highest < math.radians(_MAX_LAT), 1.01 * length_m / stretch + 1, np.inf)


def _cut_pieces(roads: Roads, links: Flags) -> _Pieces:
    """Return every straight piece of the links flagged, long ones in parts."""
    of_link = np.repeat(links, np.diff(roads.shape_from))
    of_link[roads.shape_from[1:] - 1] = False
    first = np.flatnonzero(of_link)
    x_m, y_m = mercator_m(roads.shape_lon, roads.shape_lat)
    ends = np.stack((x_m[first], y_m[first], x_m[first + 1], y_m[first + 1]), axis=1)
    length_m = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    cut_m = max(_CUT_M, length_m.sum() / (4 * len(first) + 10_000))
    if not (length_m > cut_m).any():
        return _Pieces(first, ends, float(length_m.max(initial=0)))
    n_parts = np.maximum(np.ceil(length_m / cut_m), 1).astype(np.int64)
    first = np.repeat(first, n_parts)
    nth = np.arange(len(first)) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    begin, stop = nth / np.repeat(n_parts, n_parts), (nth + 1) / np.repeat(n_parts, n_parts)
    lon, lat = roads.shape_lon[first], roads.shape_lat[first]
    step_lon, step_lat = roads.shape_lon[first + 1] - lon, roads.shape_lat[first + 1] - lat
    ends = np.stack((
        *mercator_m(lon + begin * step_lon, lat + begin * step_lat),
        *mercator_m(lon + stop * step_lon, lat + stop * step_lat),
    ), axis=1)  # fmt: skip
    length_m = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    return _Pieces(first, ends, float(length_m.max()))


def _near_by_grid(
    pieces: _Pieces, x_m: Floats, y_m: Floats, cap_m: Floats, bend_m: float
) -> tuple[Ints, Ints]:
    """Return points and the pieces that may be nearest to them, by a compiled search."""
    from routing.roads.snap_kernels import fill_grid, find_near

    ends = pieces.ends_m
    left, right, bottom, top = _box(ends)
    # of a wide area with few roads, wider cells: hardly more of them than pieces
    room = (right - left + _CELL_M) * (top - bottom + _CELL_M) / (len(ends) + 1024)
    cell_m = max(_CELL_M, math.sqrt(room))
    columns, rows = int((right - left) // cell_m) + 1, int((top - bottom) // cell_m) + 1
    grid = left, bottom, cell_m, columns, rows
    return find_near(x_m, y_m, cap_m, bend_m, ends, *fill_grid(ends, grid), grid)


def _box(ends: Floats) -> tuple[float, float, float, float]:
    """Return the lowest and highest x and the lowest and highest y of pieces' ends."""
    x, y = ends[:, ::2].ravel(), ends[:, 1::2].ravel()
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())


def _near_by_tree(
    pieces: _Pieces, x_m: Floats, y_m: Floats, cap_m: Floats, bend_m: float
) -> tuple[Ints, Ints]:
    """Return points and the pieces that may be nearest to them, where there is no numba."""
    from shapely import points

    tree, spots = _tree(pieces), points(x_m, y_m)
    (near, _), away_m = tree.query_nearest(spots, return_distance=True, all_matches=False)
    close = away_m <= cap_m[near]
    near, away_m = near[close], away_m[close]
    reach_m = away_m * (1 + 1e-3) + bend_m
    nth, row = tree.query(spots[near], predicate="dwithin", distance=reach_m)
    return near[nth], row


def _nearest_by_tree(pieces: _Pieces, x_m: Floats, y_m: Floats, rows: Ints) -> tuple[Ints, Ints]:
    """Return some points, by number, and the piece nearest to each on the map."""
    from shapely import points

    spots = points(x_m[rows], y_m[rows])
    nth, row = _tree(pieces).query_nearest(spots, all_matches=False)
    return rows[nth], row


def _tree(pieces: _Pieces) -> Any:
    from shapely import STRtree, linestrings

    return STRtree(linestrings(pieces.ends_m.reshape(-1, 2, 2)))


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
