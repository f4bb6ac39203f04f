"""Do the points lie where the roads are? Swapped, far off, or in another county."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault
from routing.inputs.points import Points
from routing.words import Text

Box = tuple[float, float, float, float]

BOX_MARGIN_DEG = 0.05
"""Points may lie so far outside the roads' box (degrees, 4 to 6 km; assumed)."""

MOST_SHARE = 0.5
"""Above this share of swapped points the whole file is said to be swapped (assumed)."""

NEARLY_ALL_SHARE = 0.9
"""Above this share of points outside, the roads are of another county (assumed)."""

_SWAPPED = Text("longitude and latitude are swapped.", "经度和纬度颠倒。")
_SWAP = Text(
    "Swap them: longitude {lon:.10g}, latitude {lat:.10g}.",
    "请对调：经度{lon:.10g}，纬度{lat:.10g}。",
)
_ALL_SWAPPED = Text(
    "longitude and latitude are swapped in {n} of {total} rows.",
    "{total}行中有{n}行经度和纬度颠倒。",
)
_SWAP_HEADERS = Text("Swap the headers of the two columns.", "请对调两列的表头。")
_OUTSIDE = Text(
    "lies outside the roads, whose box is {box}.", "位于路网范围之外，路网范围为{box}。"
)
_MOVE = Text(
    "Correct the point, or take roads of a larger area.", "请更正位置，或使用范围更大的路网。"
)
_METRES = Text("holds metres of a projected system, not degrees.", "为投影坐标（米），不是经纬度。")
_TURN = Text(
    "Save the points in longitude and latitude of WGS-84 (EPSG:4326), or as a GeoPackage that "
    "declares its system.",
    "请转换为WGS-84经纬度（EPSG:4326），或使用声明了坐标系的GeoPackage。",
)
_ELSEWHERE = Text(
    "the roads are of another county: their box is {roads}; {n} of {total} points lie outside "
    "it, in the box {points}.",
    "路网属于其他地区：路网范围为{roads}；{total}个点中有{n}个在其外，点的范围为{points}。",
)
_OTHER_ROADS = Text("Take the extract of this county.", "请使用本县的路网数据。")
_NO_DEGREES = Text("is outside -180 to 180 and -90 to 90 degrees.", "超出经度±180、纬度±90的范围。")


def check_ground(tables: Sequence[Points], box: Box | None, roads: str) -> list[Fault]:
    """Return the faults of points that do not lie where the roads are.

    A point is swapped only when swapping it brings it inside. Where nearly all points of
    all tables lie outside, that is one fault, of the roads.

    Parameters
    ----------
    tables
        The points of each table.
    box
        West, south, east, north of the roads, degrees; None where there are no roads, and
        then only points that are on no map are faults.
    roads
        How faults name the roads.
    """
    if box is None:
        return [fault for points in tables for fault in _unmapped(points)]
    outside = [there(points) & ~inside(points.lon, points.lat, box) for points in tables]
    swapped = [
        out & inside(points.lat, points.lon, box)
        for points, out in zip(tables, outside, strict=True)
    ]
    metres = [_in_metres(points) for points in tables]
    n_out = sum(int((out & ~swap).sum()) for out, swap in zip(outside, swapped, strict=True))
    total = sum(int(there(points).sum()) for points in tables)
    if n_out > NEARLY_ALL_SHARE * total and not any(metres):
        return [_elsewhere(tables, outside, box, roads)]
    faults: list[Fault] = []
    for points, out, swap, far in zip(tables, outside, swapped, metres, strict=True):
        if far:
            faults.append(Fault(points.file, _METRES, _TURN, column=points.header))
            continue
        faults += _swap_faults(points, swap)
        problem = _OUTSIDE.fill(box=format_box(box))
        faults += [_at(points, row, problem, _MOVE) for row in np.flatnonzero(out & ~swap)]
    return faults


def inside(lon: NDArray[np.float64], lat: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Return which points lie in a box grown by ``BOX_MARGIN_DEG``."""
    west, south, east, north = box
    margin = BOX_MARGIN_DEG
    in_lon = (lon >= west - margin) & (lon <= east + margin)
    return in_lon & (lat >= south - margin) & (lat <= north + margin)


def there(points: Points) -> NDArray[np.bool_]:
    """Return which rows have a point."""
    return np.isfinite(points.lon) & np.isfinite(points.lat)


def format_box(box: Sequence[float]) -> str:
    """Return a box as west, south, east, north in degrees."""
    return "[" + ", ".join(f"{edge:.4f}" for edge in box) + "]"


def _swap_faults(points: Points, swap: NDArray[np.bool_]) -> list[Fault]:
    n, total = int(swap.sum()), int(there(points).sum())
    if n > 1 and n > MOST_SHARE * total:
        problem = _ALL_SWAPPED.fill(n=n, total=total)
        return [Fault(points.file, problem, _SWAP_HEADERS, column=points.header)]
    return [
        _at(points, row, _SWAPPED, _SWAP.fill(lon=points.lat[row], lat=points.lon[row]))
        for row in np.flatnonzero(swap)
    ]


def _elsewhere(
    tables: Sequence[Points], outside: Sequence[NDArray[np.bool_]], box: Box, roads: str
) -> Fault:
    lon = np.concatenate([p.lon[out] for p, out in zip(tables, outside, strict=True)])
    lat = np.concatenate([p.lat[out] for p, out in zip(tables, outside, strict=True)])
    total = sum(int(there(points).sum()) for points in tables)
    found = format_box((lon.min(), lat.min(), lon.max(), lat.max()))
    problem = _ELSEWHERE.fill(roads=format_box(box), points=found, n=len(lon), total=total)
    return Fault(roads, problem, _OTHER_ROADS)


def _unmapped(points: Points) -> list[Fault]:
    if _in_metres(points):
        return [Fault(points.file, _METRES, _TURN, column=points.header)]
    on_map = (np.abs(points.lon) <= 180) & (np.abs(points.lat) <= 90)
    rows = np.flatnonzero(there(points) & ~on_map)
    return [_at(points, row, _NO_DEGREES, _MOVE) for row in rows]


def _in_metres(points: Points) -> bool:
    """Return whether most points are far too large for degrees."""
    large = (np.abs(points.lon) > 1_000) | (np.abs(points.lat) > 1_000)
    return bool(large.sum() > MOST_SHARE * max(int(there(points).sum()), 1))


def _at(points: Points, row: Any, problem: Text, remedy: Text) -> Fault:
    return Fault(points.file, problem, remedy, points.rows[row], points.header, points.value(row))
