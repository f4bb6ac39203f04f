"""Read the traces of bus recorders; which bus is which is forgotten at once.

Traces are personal data of drivers: they stay on the machine, and neither keys of buses
nor places nor times of day are in anything that is made from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.calibration.clock import NO_SECONDS, NO_TIME, parse_moment
from routing.errors import Fault, InputError
from routing.inputs.cells import clean_cells
from routing.inputs.delimited import read_delimited
from routing.inputs.ground import Box, format_box, inside
from routing.inputs.headers import fill_both, header_notes, match_headers, missing_fault
from routing.inputs.points import Points, read_points
from routing.inputs.sheet import Sheet
from routing.roads.network import Floats, Ints
from routing.tables import Column, Table
from routing.words import Text

TRACES = Table("traces", ("bus", "time"), Text("Recorded places of buses.", "校车轨迹点。"), (
    Column("bus", "text", "", Text("key of the bus, any text", "车辆标识"), required=True, zh="车辆", aliases=("车牌号", "车牌号码", "车牌", "车号", "车辆编号", "终端号", "设备号", "bus_id", "plate", "device", "id")),
    Column("time", "text", "", Text("date and time with seconds", "日期和时间（含秒）"), required=True, zh="时间", aliases=("定位时间", "gps时间", "卫星时间", "日期时间", "timestamp", "datetime", "gps_time")),
    Column("geometry", "point", "EPSG:4326", Text("recorded place", "位置"), required=True, zh="位置"),
))  # fmt: skip
"""The columns; longitude and latitude as in every other table."""

MAX_POINTS = 1_000_000
"""Points of one file (assumed): a week of 100 buses, 4 hours a day, every 10 s, is 720,000."""

MAX_FILE_BYTES = 200_000_000
"""Bytes of one file (assumed)."""

MOST_FAULTS = 20
"""So many faults of one column are told one by one (assumed)."""

MOST_OUTSIDE = 0.5
"""Above this share of points outside the roads they are other roads (assumed)."""

_NO_FILE = Text("is no file.", "文件不存在。")
_GIVE_FILE = Text("Give the CSV file of the traces.", "请给出轨迹CSV文件。")
_NO_CSV = Text("is no CSV file.", "不是CSV文件。")
_SAVE_CSV = Text("Save the traces as .csv.", "请将轨迹另存为.csv。")
_LARGE = Text(
    "is {size_mb} MB large; at most {most_mb} MB are read.",
    "大小为{size_mb} MB，最多可读{most_mb} MB。",
)
_SPLIT = Text("Give fewer days: a week is enough.", "请减少天数，一周即可。")
_EMPTY = Text("holds no points.", "没有轨迹点。")
_EXPORT = Text(
    "Export it again with the columns bus, time, lon, lat.",
    "请重新导出，含列：车辆、时间、经度、纬度。",
)
_LONG = Text("holds {n} rows; at most {most} are read.", "共有{n}行，最多可读{most}行。")
_EMPTY_CELL = Text("is empty.", "为空。")
_FILL = Text("Fill in: {meaning}.", "请填写：{meaning}。")
_MORE = Text("{n} more rows have such a fault.", "另有{n}行存在此类错误。")
_SAME = Text("Mend them alike.", "请同样修正。")
_NO_DEGREES = Text("is outside -180 to 180 and -90 to 90 degrees.", "超出经度±180、纬度±90的范围。")
_DEGREES = Text("Write decimal degrees of WGS-84.", "请填写WGS-84十进制度数。")
_SWAPPED = Text(
    "longitude and latitude are swapped in {n} of {total} rows.",
    "{total}行中有{n}行经度和纬度颠倒。",
)
_SWAP = Text("Swap the headers of the two columns.", "请对调两列的表头。")
_ELSEWHERE = Text(
    "{n} of {total} points lie outside the roads, whose box is {box}.",
    "{total}个点中有{n}个位于路网范围之外，路网范围为{box}。",
)
_OTHER = Text(
    "Take the roads of the county where the buses drove.", "请使用校车实际行驶所在县的路网。"
)
_UNPLACED = Text(
    "{file}: {n} row(s) without a place were left out.", "{file}：{n}行没有位置，未使用。"
)
_BEYOND = Text(
    "{file}: {n} point(s) outside the roads were left out.",
    "{file}：{n}个点位于路网范围之外，未使用。",
)


@dataclass(frozen=True, eq=False)
class Traces:
    """Recorded points, in the order of the file; arrays of one length.

    Parameters
    ----------
    file
        Name of the file, without its folder.
    bus
        Number of the bus (int64), which says nothing about which bus it is.
    time_s
        Seconds since some moment (float64).
    lon, lat
        Degrees of WGS-84 (float64).
    notes
        What was done to read them.
    """

    file: str
    bus: Ints
    time_s: Floats
    lon: Floats
    lat: Floats
    notes: tuple[Text, ...] = ()


def read_traces(path: Path | str, box: Box | None = None) -> Traces:
    """Read a CSV file of traces: bus, time, longitude and latitude, in degrees of WGS-84.

    Headers may be Chinese or English; other columns, such as speed, are not read. Rows
    without a place, and those at (0, 0), are left out: the recorder had no fix.

    Parameters
    ----------
    path
        The file; UTF-8, UTF-16 or GB18030.
    box
        West, south, east, north of the roads, degrees; points outside are left out.

    Raises
    ------
    InputError
        Every fault, with row, column and value; of many alike the first ``MOST_FAULTS``.
    """
    path = Path(path)
    fault = _file_fault(path)
    if fault:
        raise InputError([fault])
    sheet = read_delimited(path, TRACES, most_rows=2 * MAX_POINTS)
    if sheet.faults:
        raise InputError(_shortened(sheet.faults))
    if not sheet.headers or not sheet.rows:
        raise InputError([Fault(path.name, _EMPTY, _EXPORT)])
    if len(sheet.rows) > MAX_POINTS:
        problem = _LONG.fill(n=len(sheet.rows), most=MAX_POINTS)
        raise InputError([Fault(path.name, problem, _SPLIT)])
    return _read_sheet(sheet, box)


def _file_fault(path: Path) -> Fault | None:
    if not path.is_file():
        return Fault(path.name, _NO_FILE, _GIVE_FILE)
    if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return Fault(path.name, _NO_CSV, _SAVE_CSV)
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        words = {"size_mb": size // 1_000_000, "most_mb": MAX_FILE_BYTES // 1_000_000}
        return Fault(path.name, _LARGE.fill(**words), _SPLIT)
    return None


def _read_sheet(sheet: Sheet, box: Box | None) -> Traces:
    match = match_headers(sheet.headers, TRACES, sheet.file)
    faults, notes = [*match.faults], [*sheet.notes, *header_notes(match, sheet.file)]
    columns: dict[str, list[str | None]] = {}
    for column in TRACES.planned[:2]:
        if column.name not in match.at:
            faults.append(missing_fault(column, sheet.file))
            continue
        columns[column.name] = clean_cells(sheet.cells[match.at[column.name]])[0]
        header = sheet.headers[match.at[column.name]]
        faults += _empty_faults(sheet, columns[column.name], header, column)
    time_s = np.full(len(sheet.rows), np.nan)
    if "time" in columns:
        time_s, wrong = _read_times(sheet, columns["time"], sheet.headers[match.at["time"]])
        faults += wrong
    points = None
    if {"lon", "lat"} <= set(match.at) or "geometry" in match.at:
        points, wrong, _ = read_points(sheet, match, may_be_blank=True)
        faults += [*wrong, *_ground_faults(points, box)]
    else:
        faults.append(missing_fault(TRACES["geometry"], sheet.file))
    if faults or points is None:
        raise InputError(_shortened(faults))
    return _kept(sheet.file, columns["bus"], time_s, points, box, notes)


def _empty_faults(
    sheet: Sheet, texts: Sequence[str | None], header: str, column: Column
) -> list[Fault]:
    remedy = fill_both(_FILL, meaning=column.meaning)
    return [
        Fault(sheet.file, _EMPTY_CELL, remedy, sheet.rows[at], header)
        for at, text in enumerate(texts)
        if text is None
    ]


def _read_times(
    sheet: Sheet, texts: Sequence[str | None], header: str
) -> tuple[Floats, list[Fault]]:
    known = {text: parse_moment(text) for text in dict.fromkeys(texts) if text is not None}
    faults = []
    for at, text in enumerate(texts):
        found = None if text is None else known[text]
        if isinstance(found, str):
            problem, remedy = NO_SECONDS if found == "no_seconds" else NO_TIME
            faults.append(Fault(sheet.file, problem, remedy, sheet.rows[at], header, text))
    seconds = [known[text] if text is not None else np.nan for text in texts]
    return np.array([np.nan if isinstance(s, str) else s for s in seconds], np.float64), faults


def _ground_faults(points: Points, box: Box | None) -> list[Fault]:
    """Return the faults of points that are on no map, or mostly not where the roads are."""
    there = np.isfinite(points.lon) & np.isfinite(points.lat)
    on_map = inside(points.lon, points.lat, (-180.0, -90.0, 180.0, 90.0))
    swapped = box is not None and _share(inside(points.lat, points.lon, box), there) > MOST_OUTSIDE
    if box is not None and (swapped or _share(on_map, there) == 1):
        out = there & ~inside(points.lon, points.lat, box)
        if _share(out, there) <= MOST_OUTSIDE:
            return []
        words = {"n": int(out.sum()), "total": int(there.sum())}
        if swapped:
            return [Fault(points.file, _SWAPPED.fill(**words), _SWAP, column=points.header)]
        problem = _ELSEWHERE.fill(box=format_box(box), **words)
        return [Fault(points.file, problem, _OTHER, column=points.header)]
    return [
        Fault(points.file, _NO_DEGREES, _DEGREES, points.rows[at], points.header, points.value(at))
        for at in np.flatnonzero(there & ~on_map).tolist()
    ]


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    n = int(whole.sum())
    return float((part & whole).sum() / n) if n else 0.0


def _kept(
    file: str, buses: Sequence[str | None], time_s: Floats, points: Points,
    box: Box | None, notes: list[Text],
) -> Traces:  # fmt: skip
    """Return the rows that have a place, inside the roads' box where there is one."""
    there = np.isfinite(points.lon) & np.isfinite(points.lat)
    kept = there if box is None else there & inside(points.lon, points.lat, box)
    for text, n in ((_UNPLACED, (~there).sum()), (_BEYOND, (there & ~kept).sum())):
        if n:
            notes.append(text.fill(file=file, n=int(n)))
    number = {bus: at for at, bus in enumerate(dict.fromkeys(buses))}
    bus = np.array([number[name] for name in buses], np.int64)
    return Traces(file, bus[kept], time_s[kept], points.lon[kept], points.lat[kept], tuple(notes))


def _shortened(faults: Sequence[Fault]) -> list[Fault]:
    """Return faults with at most ``MOST_FAULTS`` of one kind, and how many more there are."""
    groups: dict[tuple[str | None, Text], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.column, fault.problem), []).append(fault)
    short: list[Fault] = []
    for (column, _), alike in groups.items():
        short += alike[:MOST_FAULTS]
        if len(alike) > MOST_FAULTS:
            problem = _MORE.fill(n=len(alike) - MOST_FAULTS)
            short.append(Fault(alike[0].file, problem, _SAME, column=column))
    return short
