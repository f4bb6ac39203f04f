"""Which coordinate system do the planner's files say for each row? By column, county.toml, header."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault
from routing.inputs.declared import COUNTY_FILE, Declared
from routing.inputs.headers import plain
from routing.inputs.reading import Reading
from routing.inputs.systems import ACCEPTED, System, parse_system, system_of_header
from routing.words import Text

_NOBODY = Text(
    "is neither a file of this table nor a school in it.",
    "既不是该表的文件名，也不是其中的学校编号。",
)
_KEYS = Text(
    "Write default, a school_id, or a file: {files}.", "请填写default、学校编号或文件名：{files}。"
)

ROW_HEADERS = ("坐标系", "坐标系统", "crs", "coordinatesystem", "coordsys")
"""Plain headers of a column that says the system row by row."""

_STRANGE = Text("is no coordinate system that is known.", "不是可识别的坐标系。")
_USE = Text("Use one of: {names}.", "可用：{names}（EPSG后可填任意编号）。")

Systems = NDArray[Any]
"""One System or None per row (object)."""


def spans(reading: Reading) -> Iterator[tuple[Reading, slice]]:
    """Give each file of a reading with the rows that came from it."""
    start = 0
    for part in reading.parts or (reading,):
        yield part, slice(start, start + len(part.rows))
        start += len(part.rows)


def systems_said(reading: Reading, declared: Declared) -> tuple[Systems, list[Fault]]:
    """Return the system said for each row of a table, None where nothing says it.

    A cell of a column ``坐标系`` says it first; then ``county.toml`` for the school, the file
    or the table; then the header; then the default of ``county.toml``.

    Parameters
    ----------
    reading
        A table with points.
    declared
        What ``county.toml`` says.
    """
    faults: list[Fault] = []
    default = _parsed(declared.coordinates.get("default"), "default", faults)
    of_table = declared.coordinates.get(reading.table.name)
    by_key: dict[str, System | None] = {}
    whole: System | None = None
    if isinstance(of_table, Mapping):
        for key, text in of_table.items():
            by_key[key] = _parsed(text, f"{reading.table.name}.{key}", faults)
        whole = by_key.pop("default", None)
        faults += _strangers(reading, by_key)
    else:
        whole = _parsed(of_table, reading.table.name, faults)
    found = np.full(len(reading.rows), None, dtype=object)
    schools = reading.columns.get("school_id", ())
    for part, rows in spans(reading):
        of_file = by_key.get(part.file) or whole or _of_headers(part) or default
        found[rows] = of_file
        for at in range(rows.start, min(rows.stop, len(schools)) if by_key else rows.start):
            found[at] = by_key.get(str(schools[at])) or of_file
        _by_rows(reading, part, rows, found, faults)
    return found, faults


def _strangers(reading: Reading, keys: Iterable[str]) -> Iterator[Fault]:
    """Give a fault for each key that is neither a file of the table nor a school in it."""
    files = [part.file for part, _ in spans(reading)]
    known = {*files, *map(str, reading.columns.get("school_id", ()))}
    for key in keys:
        if key not in known:
            column, remedy = f"coordinates.{reading.table.name}", _KEYS.fill(files=", ".join(files))
            yield Fault(COUNTY_FILE, _NOBODY, remedy, column=column, value=key[:60])


def _of_headers(part: Reading) -> System | None:
    headers = (part.headers.get(name, "") for name in ("lon", "geometry", "lat"))
    return next((system for header in headers if (system := system_of_header(header))), None)


def _by_rows(
    reading: Reading, part: Reading, rows: slice, found: Systems, faults: list[Fault]
) -> None:
    """Put in what a column of the file says row by row; strange names are faults."""
    name = next((name for name in part.others if plain(_bare(name)) in ROW_HEADERS), None)
    if name is None:
        return
    texts: Sequence[str | None] = reading.others[name][rows]
    known = {text: parse_system(text) for text in dict.fromkeys(texts) if text}
    for at, text in enumerate(texts):
        if text and known[text] is None:
            remedy = _USE.fill(names=ACCEPTED)
            faults.append(Fault(part.file, _STRANGE, remedy, part.rows[at], _bare(name), text[:60]))
        elif text:
            found[rows.start + at] = known[text]


def _bare(name: str) -> str:
    return name.removeprefix("other:")


def _parsed(text: Any, key: str, faults: list[Fault]) -> System | None:
    if text is None:
        return None
    system = parse_system(str(text))
    if system is None:
        remedy, column = _USE.fill(names=ACCEPTED), f"coordinates.{key}"
        faults.append(Fault(COUNTY_FILE, _STRANGE, remedy, column=column, value=str(text)[:60]))
    return system
