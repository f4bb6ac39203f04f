"""Read a GTFS timetable, a folder or a .zip: which trips run on school days, and when where."""

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from routing.errors import Fault
from routing.inputs.encodings import decode
from routing.inputs.sheet import MAX_ROWS, Sheet, long_fault
from routing.words import Text

NEEDED = ("stops.txt", "trips.txt", "stop_times.txt")
OPTIONAL = ("calendar.txt", "routes.txt", "frequencies.txt")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")

LEAST_WEEKDAYS = 3
"""A trip counts as one of school days if it runs on so many weekdays (of 5; assumed)."""

MOST_PART_BYTES = 60_000_000
"""One file of the timetable may unpack to so much (bytes; 1.5 million stop times, assumed)."""

HEADERS = (
    "line_id", "trip_id", "order", "stop_name", "arrive_s", "depart_s", "lon", "lat",
)  # fmt: skip

_LACKS = Text("is no GTFS timetable: it lacks {names}.", "不是GTFS时刻表：缺少{names}。")
_GIVE = Text(
    "Give a GTFS folder or .zip with these files, or the timetable as transit.csv.",
    "请给出含这些文件的GTFS文件夹或.zip，或改用transit.csv。",
)
_UNREADABLE = Text("cannot be read ({why}).", "无法读取（{why}）。")
_NO_COLUMN = Text("there is no column {names}.", "缺少列：{names}。")
_STRANGE_STOP = Text(
    "{n} stop time(s) name a stop that stops.txt does not have.",
    "{n}条时刻所指车站不在stops.txt中。",
)
_STRANGE_TRIP = Text(
    "{file}: {n} stop time(s) of trips that trips.txt does not have were left out.",
    "{file}：{n}条时刻的班次不在trips.txt中，未读入。",
)
_NOT_WEEKDAY = Text(
    "{file}: {n} trip(s) that run on fewer than {days} weekdays were left out.",
    "{file}：{n}个班次每周工作日运行少于{days}天，未读入。",
)
_EVERY_DAY = Text(
    "{file}: without calendar.txt; every trip is taken to run on school days.",
    "{file}：没有calendar.txt，所有班次均按上学日运行。",
)
_NIGHT = Text("{file}: {n} trip(s) past midnight were left out.", "{file}：{n}个跨午夜班次未读入。")
_UNTIMED = Text(
    "{file}: {n} stop(s) without a time were left out.", "{file}：{n}处无时刻的停靠未读入。"
)
_HEADWAYS = Text(
    "{file}: frequencies.txt is not read; trips stand once, at the times of stop_times.txt.",
    "{file}：未读取frequencies.txt；班次仅按stop_times.txt所列时刻计一次。",
)

Part = list[dict[str, str]]


def read_gtfs(path: Path) -> Sheet:
    """Return a GTFS timetable as a sheet of the table TRANSIT; faults are the sheet's.

    The line is a route's short name where that is its own, else its route_id. Trips that
    run on fewer than ``LEAST_WEEKDAYS`` weekdays or past midnight are left out with a
    note, as are stops without a time. Where stop_times.txt has no seats, none are given.

    Parameters
    ----------
    path
        A folder, or a .zip, that holds stops.txt, trips.txt, stop_times.txt and, where it
        says so, calendar.txt and routes.txt.
    """
    try:
        texts = _texts(path)
        lacking = [name for name in NEEDED if name not in texts]
        if lacking:
            return _faulty(path.name, _LACKS.fill(names=", ".join(lacking)))
        parts = {name: _rows(text, f"{path.name}/{name}") for name, text in texts.items()}
        return _sheet(parts, path.name)
    except (OSError, ValueError, csv.Error, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        return _faulty(path.name, _UNREADABLE.fill(why=error))


def _texts(path: Path) -> dict[str, str]:
    """Return the text of each file that is there, by its name.

    Raises
    ------
    ValueError
        When a file is too large, or in no encoding that is known.
    """
    names = (*NEEDED, *OPTIONAL)
    if path.is_dir():
        held = {name: path / name for name in names if (path / name).is_file()}
        sizes = {name: file.stat().st_size for name, file in held.items()}
        _refuse_large(sizes)
        return {name: _decoded(file.read_bytes(), name) for name, file in held.items()}
    with zipfile.ZipFile(path) as archive:
        found: dict[str, zipfile.ZipInfo] = {}
        for entry in sorted(archive.infolist(), key=lambda one: one.filename.count("/")):
            found.setdefault(PurePosixPath(entry.filename).name, entry)
        _refuse_large({name: found[name].file_size for name in names if name in found})
        return {name: _decoded(archive.read(found[name]), name) for name in names if name in found}


def _refuse_large(sizes: Mapping[str, int]) -> None:
    for name, size in sizes.items():
        if size > MOST_PART_BYTES:
            msg = f"{name}: {size // 1_000_000} MB"
            raise ValueError(msg)


def _decoded(data: bytes, name: str) -> str:
    decoded = decode(data, name)
    if decoded.fault:
        raise ValueError(decoded.fault.problem.en)
    return decoded.text


def _rows(text: str, file: str) -> Part:
    """Return the rows of one file by their headers; ``#`` holds the row of the file."""
    grid = csv.reader(io.StringIO(text), strict=True)
    headers = [cell.strip() for cell in next(grid, [])]
    if not headers:
        msg = f"{file}: no rows"
        raise ValueError(msg)
    rows = []
    for number, cells in enumerate(grid, 2):
        if any(cell.strip() for cell in cells):
            stripped = (cell.strip() for cell in cells)
            rows.append({**dict(zip(headers, stripped, strict=False)), "#": str(number)})
    return rows


def _sheet(parts: Mapping[str, Part], file: str) -> Sheet:
    lacking = [
        f"{name} {column}"
        for name, column in (
            ("stops.txt", "stop_id"), ("trips.txt", "trip_id"), ("trips.txt", "route_id"),
            ("stop_times.txt", "trip_id"), ("stop_times.txt", "stop_id"),
            ("stop_times.txt", "stop_sequence"), ("stop_times.txt", "departure_time"),
        )
        if parts[name] and column not in parts[name][0]
    ]  # fmt: skip
    if lacking:
        return _faulty(file, _NO_COLUMN.fill(names=", ".join(lacking)))
    notes: list[Text] = []
    lines = _lines(parts, file, notes)
    times = _timed(parts, lines, file, notes)
    stops = {row["stop_id"]: row for row in parts["stops.txt"]}
    n_strange = sum(row["stop_id"] not in stops for row in times)
    faults: tuple[Fault, ...] = ()
    if n_strange:
        faults = (Fault(f"{file}/stop_times.txt", _STRANGE_STOP.fill(n=n_strange), _GIVE),)
        times = [row for row in times if row["stop_id"] in stops]
    if len(times) > MAX_ROWS:
        faults = (*faults, long_fault(file, len(times)))
        times = []
    records = [_record(row, lines, stops[row["stop_id"]]) for row in times]
    cells: tuple[list[Any], ...] = tuple([record[at] for record in records] for at in range(8))
    rows = tuple(int(row["#"]) for row in times)
    return Sheet(f"{file}/stop_times.txt", HEADERS, cells, rows, None, faults, tuple(notes))


def _record(row: dict[str, str], lines: Mapping[str, str], stop: dict[str, str]) -> Sequence[Any]:
    return (
        lines[row["trip_id"]], row["trip_id"], row["stop_sequence"], stop.get("stop_name", ""),
        row.get("arrival_time", ""), row["departure_time"],
        stop.get("stop_lon", ""), stop.get("stop_lat", ""),
    )  # fmt: skip


def _lines(parts: Mapping[str, Part], file: str, notes: list[Text]) -> dict[str, str]:
    """Return trip -> line, of the trips that run on school days."""
    trips = parts["trips.txt"]
    names = {row.get("route_id", ""): row.get("route_short_name", "") for row in parts.get("routes.txt", ())}  # fmt: skip
    said = list(names.values())
    lines = {route: name for route, name in names.items() if name and said.count(name) == 1}
    if parts.get("calendar.txt"):
        days = {
            row.get("service_id", ""): sum(row.get(day) == "1" for day in WEEKDAYS)
            for row in parts["calendar.txt"]
        }
        running = [row for row in trips if days.get(row.get("service_id", ""), 0) >= LEAST_WEEKDAYS]
        if n := len(trips) - len(running):
            notes.append(_NOT_WEEKDAY.fill(file=file, n=n, days=LEAST_WEEKDAYS))
        trips = running
    else:
        notes.append(_EVERY_DAY.fill(file=file))
    if parts.get("frequencies.txt"):
        notes.append(_HEADWAYS.fill(file=file))
    return {row["trip_id"]: lines.get(row["route_id"], row["route_id"]) for row in trips}


def _timed(
    parts: Mapping[str, Part], lines: Mapping[str, str], file: str, notes: list[Text]
) -> Part:
    """Return the stop times to read, trip by trip in the order of the stops."""
    known = {row["trip_id"] for row in parts["trips.txt"]}
    times = parts["stop_times.txt"]
    if n := sum(row["trip_id"] not in known for row in times):
        notes.append(_STRANGE_TRIP.fill(file=file, n=n))
    times = [row for row in times if row["trip_id"] in lines]
    late = {row["trip_id"] for row in times if _hour(row) >= 24}
    if late:
        notes.append(_NIGHT.fill(file=file, n=len(late)))
    times = [row for row in times if row["trip_id"] not in late]
    timed = [row for row in times if row["departure_time"]]
    if n := len(times) - len(timed):
        notes.append(_UNTIMED.fill(file=file, n=n))
    return sorted(timed, key=lambda row: (lines[row["trip_id"]], row["trip_id"], _number(row)))


def _hour(row: dict[str, str]) -> int:
    hours = [row.get(name, "").split(":")[0] for name in ("arrival_time", "departure_time")]
    return max(int(hour) if hour.isdecimal() else 0 for hour in hours)


def _number(row: dict[str, str]) -> int:
    text = row["stop_sequence"]
    return int(text) if text.isdecimal() else -1


def _faulty(file: str, problem: Text) -> Sheet:
    return Sheet(file, (), (), (), faults=(Fault(file, problem, _GIVE),))
