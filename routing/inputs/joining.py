"""One table from several files or sheets: each read for itself, then put under one another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from routing.errors import Fault
from routing.inputs.points import Points
from routing.inputs.reading import NO_ROWS, Reading, read_table, shown
from routing.inputs.sheet import MAX_ROWS, Sheet, long_fault
from routing.tables import Table
from routing.words import Text

MOST_NAMED = 3
"""So many files of one table are named where all are meant (assumed)."""

_ELSEWHERE = Text("is also in {file}, row {row}.", "与{file}第{row}行重复。")
_RENAME = Text(
    "Give every row of all files of this table its own key, or remove one of them.",
    "请使该表所有文件中的编号唯一，或删除其中一行。",
)
_JOINED = Text(
    "{table}: {n} files or sheets were read together as one table: {files}.",
    "{table}：{n}个文件或工作表已合并为一张表：{files}。",
)


def read_parts(sheets: Sequence[Sheet], table: Table) -> Reading:
    """Return all sheets of one table as one reading.

    Every sheet has its own headers, in its own order. Keys must differ over all of them.

    Parameters
    ----------
    sheets
        One or more, in the order of the files.
    table
        The schema.

    Returns
    -------
    reading
        With ``parts`` where there are several sheets; faults of its rows name the file
        and the row of the sheet that they came from.
    """
    readings = [read_table(sheet, table) for sheet in sheets]
    return readings[0] if len(readings) == 1 else join_readings(readings)


def join_readings(readings: Sequence[Reading]) -> Reading:
    """Return several readings of one table as one, in their order.

    Parameters
    ----------
    readings
        Two or more, of the same table.
    """
    table = readings[0].table
    if any(reading.rows for reading in readings):
        readings = [_may_be_empty(reading) for reading in readings]
    names = [reading.file for reading in readings]
    files = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    faults = [fault for reading in readings for fault in reading.faults]
    faults += _key_faults(readings, table)
    rows = tuple(row for reading in readings for row in reading.rows)
    if len(rows) > MAX_ROWS:
        faults.append(long_fault(files, len(rows)))
    told = _JOINED.fill(table=table.name, n=len(names), files=", ".join(names))
    headers: dict[str, str] = {}
    for reading in readings:
        headers = {**reading.headers, **headers}
    return Reading(
        table, files, rows, _columns(readings), headers, _join_points(readings, files),
        tuple(faults), (told, *(note for reading in readings for note in reading.notes)),
        tuple(repair for reading in readings for repair in reading.repairs),
        _others(readings), tuple(readings),
    )  # fmt: skip


def split_readings(readings: Mapping[str, Reading]) -> list[Reading]:
    """Return the readings file by file: those of several files, with their values of now.

    Parameters
    ----------
    readings
        Name of the table -> its reading.

    Returns
    -------
    parts
        For each file or sheet its rows and points; faults and notes stay with the whole.
    """
    return [part for reading in readings.values() for part in split_reading(reading)]


def split_reading(reading: Reading) -> list[Reading]:
    """Return one reading file by file, as ``split_readings`` does."""
    if not reading.parts:
        return [reading]
    found, start = [], 0
    for part in reading.parts:
        span = slice(start, start + len(part.rows))
        start = span.stop
        columns = {name: column[span] for name, column in reading.columns.items()}
        others = {name: column[span] for name, column in reading.others.items()}
        points = _cut_points(reading.points, part, span)
        found.append(
            replace(part, columns=columns, points=points, others=others, faults=(), notes=())
        )
    return found


def _may_be_empty(reading: Reading) -> Reading:
    """Return a reading without the fault that it has no rows: other files have."""
    faults = tuple(fault for fault in reading.faults if fault.problem != NO_ROWS)
    return replace(reading, faults=faults)


def _columns(readings: Sequence[Reading]) -> dict[str, list[Any]]:
    return {
        name: [value for reading in readings for value in reading.columns[name]]
        for name in readings[0].columns
    }


def _others(readings: Sequence[Reading]) -> dict[str, list[str | None]]:
    names = dict.fromkeys(name for reading in readings for name in reading.others)
    return {
        name: [
            value
            for reading in readings
            for value in reading.others.get(name, [None] * len(reading.rows))
        ]
        for name in names
    }


def _join_points(readings: Sequence[Reading], file: str) -> Points | None:
    """Return the points of all readings; of one without any, its rows have none."""
    if all(reading.points is None for reading in readings):
        return None
    found = [reading.points or _no_points(reading) for reading in readings]
    header = next((reading.points.header for reading in readings if reading.points), "")
    return Points(
        file, header, tuple(row for points in found for row in points.rows),
        np.concatenate([points.lon for points in found]),
        np.concatenate([points.lat for points in found]),
    )  # fmt: skip


def _no_points(reading: Reading) -> Points:
    nowhere = np.full(len(reading.rows), np.nan)
    return Points(reading.file, "", reading.rows, nowhere, nowhere.copy())


def _cut_points(points: Points | None, part: Reading, span: slice) -> Points | None:
    if points is None:
        return None
    header = part.points.header if part.points is not None else points.header
    written = points.written and (points.written[0][span], points.written[1][span])
    return replace(
        points, file=part.file, header=header, rows=part.rows,
        lon=points.lon[span], lat=points.lat[span], written=written,
    )  # fmt: skip


def _key_faults(readings: Sequence[Reading], table: Table) -> list[Fault]:
    """Return a fault for each row whose key stands in an earlier file."""
    first: dict[tuple[Any, ...], tuple[str, int]] = {}
    faults = []
    for reading in readings:
        if not set(table.key) <= set(reading.headers):
            continue
        here: dict[tuple[Any, ...], tuple[str, int]] = {}
        header = reading.headers[table.key[-1]]
        keys = zip(*(reading.columns[name] for name in table.key), strict=True)
        for row, key in zip(reading.rows, keys, strict=True):
            if None in key:
                continue
            if key in first:
                file, other = first[key]
                problem, said = _ELSEWHERE.fill(file=file, row=other), "/".join(map(str, key))
                faults.append(Fault(reading.file, problem, _RENAME, row, header, shown(said)))
            else:
                here.setdefault(key, (reading.file, row))
        first = {**here, **first}
    return faults
