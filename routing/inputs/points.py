"""Where is it? Points from two columns, from one cell, or from geometries; in degrees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.errors import Fault
from routing.inputs.cells import clean_cells
from routing.inputs.headers import Match
from routing.inputs.sheet import Sheet
from routing.inputs.values import parse_float
from routing.words import Text

Floats = NDArray[np.float64]

_PAIR = re.compile(r"[(\[]?\s*([+-]?\d+(?:\.\d+)?)\s*[,;，、\s]\s*([+-]?\d+(?:\.\d+)?)\s*[)\]]?")
_SEXAGESIMAL = re.compile("[°度′'″\"分秒]")

_NO_NUMBER = Text("is no number of degrees.", "不是以度为单位的数字。")
_DEGREES = Text("Write decimal degrees such as 115.9853.", "请写十进制度数，如115.9853。")
_DMS = Text("is in degrees, minutes and seconds.", "为度分秒格式。")
_DECIMAL = Text(
    "Turn it into decimal degrees: degrees + minutes / 60 + seconds / 3600.",
    "请换算为十进制度数：度+分/60+秒/3600。",
)
_HALF = Text("has one coordinate and not the other.", "只有一个坐标。")
_BOTH = Text("Give both coordinates, or leave both empty.", "请填写两个坐标，或两个都留空。")
_NOWHERE = Text("has no location (empty, or 0 and 0).", "没有位置（为空或均为0）。")
_LOCATE = Text("Give longitude and latitude.", "请填写经度和纬度。")
_NO_POINT = Text("is no point.", "不是点。")
_AS_POINT = Text(
    "Give one point per row, for example by longitude and latitude in two columns.",
    "请每行给一个点，例如用经度、纬度两列。",
)
_NO_HOME = Text(
    "{file}: {n} row(s) have no location (rows {rows}); their students are listed as unserved.",
    "{file}：{n}行没有位置（第{rows}行）；这些学生将列为未安排。",
)
_TWO_WAYS = Text(
    "{file}: holds geometries and coordinate columns; the geometries were read.",
    "{file}：同时有几何和坐标列；读取了几何。",
)


@dataclass(frozen=True, eq=False)
class Points:
    """The points of one table, in degrees of WGS-84; NaN where there is none.

    Parameters
    ----------
    file
        How faults name the file.
    header
        The column, or the two columns, as the file names them.
    rows
        Row of each point as a spreadsheet shows it.
    lon, lat
        Degrees (float64), one per row.
    written
        The two numbers of each row as the file has them, where they were in another system;
        None where they are ``lon`` and ``lat``.
    """

    file: str
    header: str
    rows: tuple[int, ...]
    lon: Floats
    lat: Floats
    written: tuple[Floats, Floats] | None = None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    def value(self, at: int) -> str:
        """Return one point as the planner wrote it: longitude, latitude."""
        x, y = self.lon[at], self.lat[at]
        if self.written is not None and np.isfinite(self.written[0][at]):
            x, y = self.written[0][at], self.written[1][at]
        return f"{x:.10g}, {y:.10g}"

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which rows the file gives no coordinates, of whatever system."""
        empty = ~(np.isfinite(self.lon) & np.isfinite(self.lat))
        return empty if self.written is None else empty & ~np.isfinite(self.written[0])

    def geometry(self) -> NDArray[Any]:
        """Return the points as shapely geometries; None where there is none."""
        there = np.isfinite(self.lon) & np.isfinite(self.lat)
        found = np.full(len(self), None, dtype=object)
        found[there] = shapely.points(self.lon[there], self.lat[there])
        return found


def read_points(
    sheet: Sheet, match: Match, *, may_be_blank: bool
) -> tuple[Points, list[Fault], list[Text]]:
    """Return the points of a sheet, what is wrong with them, and what to tell.

    A point at (0, 0) counts as empty. Empty points of students are allowed (they end
    unserved, with the reason) and are counted in a note; elsewhere they are faults.

    Parameters
    ----------
    sheet
        The cells.
    match
        Which column is what; needs ``lon`` and ``lat``, ``geometry``, or geometries.
    may_be_blank
        Whether a row may be without a point.
    """
    notes: list[Text] = []
    if sheet.points is not None:
        if {"lon", "lat"} & set(match.at):
            notes.append(_TWO_WAYS.fill(file=sheet.file))
        points, faults = _from_shapes(sheet, sheet.points, "geometry")
    elif {"lon", "lat"} <= set(match.at):
        points, faults = _from_columns(sheet, match.at["lon"], match.at["lat"])
    else:
        points, faults = _from_cells(sheet, match.at["geometry"])
    blank = np.isnan(points.lon) & np.isnan(points.lat)
    blank |= (points.lon == 0) & (points.lat == 0)
    points.lon[blank] = points.lat[blank] = np.nan
    faulty = {fault.row for fault in faults}
    rows = [points.rows[at] for at in np.flatnonzero(blank) if points.rows[at] not in faulty]
    if rows and may_be_blank:
        notes.append(no_home_note(sheet.file, rows))
    elif rows:
        faults += [
            Fault(sheet.file, _NOWHERE, _LOCATE, row=row, column=points.header) for row in rows
        ]
    return points, faults, notes


def no_home_note(file: str, rows: Sequence[int]) -> Text:
    """Return the note on rows of students without a location, each row named once."""
    rows = list(dict.fromkeys(rows))
    listed = ", ".join(str(row) for row in rows[:10]) + (", ..." if len(rows) > 10 else "")
    return _NO_HOME.fill(file=file, n=len(rows), rows=listed)


def _from_columns(sheet: Sheet, lon_at: int, lat_at: int) -> tuple[Points, list[Fault]]:
    faults: list[Fault] = []
    degrees, blanks, wrongs = [], [], []
    for at in (lon_at, lat_at):
        texts = clean_cells(sheet.cells[at])[0]
        numbers, wrong = _degrees(texts)
        blanks.append(np.array([text is None for text in texts], dtype=bool))
        wrongs.append(wrong)
        degrees.append(numbers)
        faults += [
            _number_fault(sheet.file, sheet.rows[row], sheet.headers[at], texts[row] or "")
            for row in wrong
        ]
    header = f"{sheet.headers[lon_at]}, {sheet.headers[lat_at]}"
    for row in np.flatnonzero(blanks[0] ^ blanks[1]):
        if row not in wrongs[0] and row not in wrongs[1]:
            faults.append(Fault(sheet.file, _HALF, _BOTH, row=sheet.rows[row], column=header))
    lon, lat = degrees
    unknown = np.isnan(lon) | np.isnan(lat)
    lon[unknown] = lat[unknown] = np.nan
    return Points(sheet.file, header, sheet.rows, lon, lat), faults


def _degrees(texts: Sequence[str | None]) -> tuple[Floats, list[int]]:
    """Return numbers (NaN where there is none), and the positions of what is no number."""
    known = {text: parse_float(text) for text in set(texts) if text is not None}
    numbers = [np.nan if text is None else known[text] for text in texts]
    wrong = [at for at, number in enumerate(numbers) if number is None]
    return np.array([np.nan if n is None else n for n in numbers], dtype=np.float64), wrong


def _number_fault(file: str, row: int, header: str, text: str) -> Fault:
    problem, remedy = (_DMS, _DECIMAL) if _SEXAGESIMAL.search(text) else (_NO_NUMBER, _DEGREES)
    return Fault(file, problem, remedy, row=row, column=header, value=text)


def _from_cells(sheet: Sheet, at: int) -> tuple[Points, list[Fault]]:
    """Read cells that hold ``POINT (115.9 36.4)``, ``115.9, 36.4``, or a geometry."""
    shapes: list[Any] = []
    faults = []
    raw = [None if isinstance(cell, float) else cell for cell in sheet.cells[at]]
    for row, cell in zip(sheet.rows, raw, strict=True):
        if not isinstance(cell, str):
            shapes.append(cell if isinstance(cell, shapely.Geometry) else None)
            continue
        text = clean_cells([cell])[0][0]
        pair = _PAIR.fullmatch(text) if text else None
        if pair:
            shape = shapely.Point(float(pair[1]), float(pair[2]))
        else:
            shape = shapely.from_wkt(text, on_invalid="ignore") if text else None
        if text and shape is None:
            faults.append(Fault(sheet.file, _NO_POINT, _AS_POINT, row, sheet.headers[at], text))
        shapes.append(shape)
    points, more = _from_shapes(
        sheet, np.array([*shapes, None], dtype=object)[:-1], sheet.headers[at]
    )
    return points, faults + more


def _from_shapes(sheet: Sheet, shapes: NDArray[Any], header: str) -> tuple[Points, list[Fault]]:
    kinds = shapely.get_type_id(shapes)
    single = (kinds == 4) & (shapely.get_num_geometries(shapes) == 1)
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    kinds = shapely.get_type_id(shapes)
    empty = (kinds == -1) | shapely.is_empty(shapes)
    faults = [
        Fault(sheet.file, _NO_POINT, _AS_POINT, sheet.rows[row], header, str(shapes[row].geom_type))
        for row in np.flatnonzero(~empty & (kinds != 0))
    ]
    lon, lat = shapely.get_x(shapes).astype(np.float64), shapely.get_y(shapes).astype(np.float64)
    infinite = ~np.isfinite(lon) | ~np.isfinite(lat)
    lon[infinite] = lat[infinite] = np.nan
    return Points(sheet.file, header, sheet.rows, lon, lat), faults
