"""Which points are well formed, and yet hardly where anybody lives? Nor are they faults.

Every threshold is assumed, and set so that an ordinary county is not troubled.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.inputs.ground import there
from routing.inputs.inspection import FIRST_ROWS, Suspicion
from routing.inputs.points import Points
from routing.inputs.reading import Reading
from routing.roads.shapes import distances_m
from routing.words import Text

MOST_AT_HOME = 40
"""More pupils at one home point than a block of flats sends (pupils; assumed)."""

MOST_AT_VILLAGE = 500
"""More pupils at one village point than a village of 4,000 people has (pupils; assumed)."""

MANY_VILLAGES = 3
"""Rows of so many villages at one point: it is no village's point (villages; assumed)."""

FAR_M = 50_000
"""Farther from school than any daily way (m; assumed: an hour's drive)."""

LEAST_AT_GATE = 3
"""So many pupils who live in their school's gate are no caretaker's children (pupils; assumed)."""

GATE_M = 1.0
"""So near is the gate itself (m; assumed: the last decimal of a point)."""

VILLAGE_M = 10_000
"""Homes of one village do not lie farther apart (m; assumed)."""

MOST_DECIMALS = 2
"""Two decimals of a degree are 1.1 km: no home is found by them (decimals)."""

LINE_POINTS, LINE_OFF_M, LINE_LONG_M = 10, 10.0, 1_000.0
"""So many points, all within 10 m of one line of 1 km or more, were dragged down (assumed)."""

_CROWD = Text(
    "{n} pupils at one point ({lon:.6g}, {lat:.6g}).", "{n}名学生在同一点（{lon:.6g}，{lat:.6g}）。"
)
_CROWD_ASK = Text(
    "A map service gives such a point when it does not find an address: look up these homes "
    "again; if it is a village, name it and count its pupils in one row per grade.",
    "地图服务找不到地址时常返回这样的默认点：请重新查找这些住址；"
    "如确为一个村，请填写村名并按年级汇总人数。",
)
_FAR = Text(
    "{n} home(s) lie more than {most:g} km from their school as the crow flies, the farthest "
    "{km:.0f} km.",
    "{n}处住址到学校的直线距离超过{most:g}公里，最远{km:.0f}公里。",
)
_FAR_ASK = Text(
    "Check the point and the school; who boards should be marked as boarding.",
    "请核对住址位置和就读学校；寄宿生请注明寄宿。",
)
_GATE = Text(
    "{n} home(s) have the very point of their school's gate.", "{n}处住址与就读学校校门完全重合。"
)
_GATE_ASK = Text(
    "Was the school looked up instead of the home? Give the homes, or leave them empty.",
    "是否误用了学校地址？请填写住址位置；未知则留空。",
)
_APART = Text(
    "village '{village}': its homes lie {km:.0f} km apart.",
    "“{village}”村的住址相距{km:.0f}公里。",
)
_APART_ASK = Text(
    "Are there two villages of this name? Tell them apart by their towns; else check the points.",
    "是否有两个同名的村？请加乡镇名区分；否则请核对位置。",
)
_ROUGH = Text(
    "{n} point(s) are given to {most} decimals of a degree or fewer, that is to about 1 km.",
    "{n}个点的经纬度只有{most}位或更少小数，误差约1公里。",
)
_ROUGH_ASK = Text(
    "Take the points anew with 5 or 6 decimals, and format the cells so that they are kept.",
    "请重新获取5至6位小数的坐标，并避免表格软件取整。",
)
_LINE = Text("all {n} points lie on one straight line.", "全部{n}个点在同一条直线上。")
_LINE_ASK = Text(
    "Was a cell dragged down over the others? Take the points again from their source.",
    "是否误用了下拉填充？请从原始来源重新获取坐标。",
)


def crowded_points(students: Reading) -> Iterator[Suspicion]:
    """Yield the points at which more pupils live than a home, or a village, can have."""
    points = students.points
    if points is None:
        return
    rows = pd.DataFrame({
        "lon": points.lon, "lat": points.lat, "n": _counts(students),
        "village": pd.Series(students.columns["village"], dtype=object),
    })  # fmt: skip
    rows = rows[there(points)]
    shared = rows[rows.duplicated(["lon", "lat"], keep=False) | (rows["n"] > MOST_AT_VILLAGE)]
    for (lon, lat), here in shared.groupby(["lon", "lat"], sort=False):
        named = here["village"].notna().all() and here["village"].nunique() < MANY_VILLAGES
        counted = (here["n"] > 1).mean() > 0.5
        most = MOST_AT_VILLAGE if named or counted else MOST_AT_HOME
        n = int(here["n"].sum())
        if n > most:
            what = _CROWD.fill(n=n, lon=lon, lat=lat)
            yield from suspect(students, "crowded_point", what, _CROWD_ASK, here.index.to_numpy())


def far_homes(
    students: Reading, schools: Reading, faulty: AbstractSet[tuple[str, int | None]] = frozenset()
) -> Iterator[Suspicion]:
    """Yield the homes beyond any daily way from their school, and those in its gate.

    Parameters
    ----------
    students, schools
        Their points in WGS-84.
    faulty
        Files and rows that have faults; their points are no news.
    """
    points = students.points
    to = _school_points(students, schools)
    if points is None or to is None:
        return
    metres = distances_m(points.lon, points.lat, *to)
    boards = np.array([value is True for value in students.columns["boards"]], dtype=bool)
    far = np.array([
        at for at in np.flatnonzero(metres > FAR_M)
        if (students.source(int(at)).file, students.rows[at]) not in faulty
    ], dtype=np.int64)  # fmt: skip
    if len(far):
        what = _FAR.fill(n=len(far), most=FAR_M / 1_000, km=metres[far].max() / 1_000)
        yield from suspect(students, "far_from_school", what, _FAR_ASK, far)
    near = np.flatnonzero((metres < GATE_M) & ~boards)
    if len(near) >= LEAST_AT_GATE:
        yield from suspect(students, "home_at_gate", _GATE.fill(n=len(near)), _GATE_ASK, near)


def wide_villages(students: Reading) -> Iterator[Suspicion]:
    """Yield the villages whose homes lie too far apart, with the homes that stand aside."""
    points = students.points
    if points is None:
        return
    rows = pd.DataFrame({
        "lon": points.lon, "lat": points.lat,
        "village": pd.Series(students.columns["village"], dtype=object),
    })[there(points)].dropna(subset="village")  # fmt: skip
    if not len(rows):
        return
    ends = rows.groupby("village", sort=False).agg(["min", "max"])
    corners = [ends[column].to_numpy(np.float64) for column in (
        ("lon", "min"), ("lat", "min"), ("lon", "max"), ("lat", "max"),
    )]  # fmt: skip
    across = distances_m(*corners)
    middles = rows.groupby("village", sort=False)[["lon", "lat"]].median()
    for at in np.flatnonzero(across > VILLAGE_M):
        village, middle = ends.index[at], middles.iloc[at]
        here = rows[rows["village"] == village]
        lon, lat = here["lon"].to_numpy(np.float64), here["lat"].to_numpy(np.float64)
        off = distances_m(
            lon, lat, np.full_like(lon, middle["lon"]), np.full_like(lat, middle["lat"])
        )
        aside = here.index.to_numpy()[off > VILLAGE_M / 2]
        what = _APART.fill(village=str(village)[:60], km=across[at] / 1_000)
        rows_told = aside if len(aside) else here.index.to_numpy()
        yield from suspect(students, "wide_village", what, _APART_ASK, rows_told)


def rough_points(reading: Reading) -> Iterator[Suspicion]:
    """Yield the points with too few decimals; ask before any system is converted."""
    points = reading.points
    if points is None:
        return
    on_map = there(points) & (np.abs(points.lon) <= 180) & (np.abs(points.lat) <= 90)
    rough = on_map & _rounded(points.lon) & _rounded(points.lat)
    found = np.flatnonzero(rough)
    if len(found):
        what = _ROUGH.fill(n=len(found), most=MOST_DECIMALS)
        yield from suspect(reading, "rough_points", what, _ROUGH_ASK, found)


def points_in_line(reading: Reading) -> Iterator[Suspicion]:
    """Yield a file all of whose points lie on one line, as a cell dragged down makes them."""
    points = reading.points
    if points is None:
        return
    here = there(points)
    x, y = _metres(points, here)
    places = np.unique(np.round(np.column_stack([x, y]), 1), axis=0)
    if len(places) < LINE_POINTS:
        return
    centred = places - places.mean(axis=0)
    along = np.linalg.svd(centred, full_matrices=False)[2][0]
    off = np.abs(centred @ np.array([-along[1], along[0]]))
    if off.max() <= LINE_OFF_M and np.ptp(centred @ along) >= LINE_LONG_M:
        what = _LINE.fill(n=int(here.sum()))
        yield from suspect(reading, "points_in_line", what, _LINE_ASK, np.flatnonzero(here))


def suspect(
    reading: Reading, code: str, what: Text, ask: Text, at: NDArray[Any] | list[int]
) -> list[Suspicion]:
    """Return a suspicion of the rows at some positions of a table, one for each file of it."""
    parts = reading.parts or (reading,)
    ends = np.cumsum([len(part.rows) for part in parts])
    places = np.asarray(at, dtype=np.int64)
    of_part = np.searchsorted(ends, places, side="right")
    found = []
    for number in np.unique(of_part):
        here = places[of_part == number]
        rows = tuple(reading.rows[row] for row in here[:FIRST_ROWS].tolist())
        found.append(Suspicion(parts[number].file, code, what, ask, len(here), rows))
    return found


def _counts(students: Reading) -> NDArray[np.int64]:
    """Return the pupils of each row: 1 where none are given."""
    return np.array([n or 1 for n in students.columns["n_students"]], dtype=np.int64)


def _school_points(
    students: Reading, schools: Reading
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return longitude and latitude of each row's school; NaN where it is not known."""
    points = schools.points
    if points is None:
        return None
    at = {key: row for row, key in enumerate(schools.columns["school_id"]) if key is not None}
    rows = np.array([at.get(key, -1) for key in students.columns["school_id"]], dtype=np.int64)
    lon, lat = np.append(points.lon, np.nan), np.append(points.lat, np.nan)
    return lon[rows], lat[rows]


def _rounded(degrees: NDArray[np.float64]) -> NDArray[np.bool_]:
    known = np.nan_to_num(degrees, nan=0.001)
    return np.abs(known - np.round(known, MOST_DECIMALS)) < 1e-9


def _metres(points: Points, here: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return points on a plane, metres; good enough for a county."""
    lon, lat = points.lon[here], points.lat[here]
    if not len(lon):
        return lon, lat
    metre = 111_320.0
    return lon * metre * np.cos(np.radians(lat.mean())), lat * metre
