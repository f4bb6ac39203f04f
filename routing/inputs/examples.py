"""The example row of each table of the template, and how one left in a file is known again."""

import re
from dataclasses import replace

import numpy as np

from routing.inputs.cells import clean, to_text
from routing.inputs.headers import match_headers
from routing.inputs.sheet import Sheet
from routing.tables import Table
from routing.words import Text

Example = Text | float | int | None

_SCHOOL = Text("EXAMPLE1", "例1")

EXAMPLES: dict[str, dict[str, Example]] = {
    "schools": {
        "school_id": _SCHOOL, "name": Text("Example School", "示例小学"), "lon": 115.985312,
        "lat": 36.456789, "kind": Text("primary", "小学"), "town": Text("Example Town", "示例镇"),
        "first_grade": 1, "last_grade": 6, "bell_s": 30_000, "dismissal_s": 59_400,
        "n_places": 540, "n_classes": 12, "n_meals": 400, "n_beds": 0, "n_bays": 2, "protected": Text("no", "否"),
    },
    "students": {
        "student_id": _SCHOOL, "school_id": _SCHOOL, "grade": 3, "lon": 115.971234,
        "lat": 36.448765, "n_students": 1, "boards": Text("no", "否"), "needs": Text("none", "无"),
        "merged": Text("no", "否"), "village": Text("Example Village", "示例村"),
        "town": Text("Example Town", "示例镇"), "placed": Text("given", "表中给出"),
    },
    "bus_types": {
        "bus_type_id": _SCHOOL, "kind": Text("primary", "小学生专用"), "seats": 36,
        "pupil_seats": 33, "n_available": 4, "fixed_yuan_per_year": 60_000, "yuan_per_km": 2.5,
        "length_m": 7.9, "width_m": 2.3, "height_m": 3, "weight_t": 9.5, "wheelchairs": 0,
    },
    "parkings": {
        "parking_id": _SCHOOL, "name": Text("Example Yard", "示例停车场"), "lon": 115.990123,
        "lat": 36.460321, "n_buses": 6,
    },
    "stop_list": {
        "stop_id": _SCHOOL, "name": Text("Example Stop", "示例站"), "lon": 115.978456,
        "lat": 36.452109, "forbidden": Text("no", "否"),
    },
    "transit": {
        "line_id": _SCHOOL, "trip_id": Text("0715", "0715"), "order": 1,
        "stop_name": Text("Example Stop", "示例站"), "lon": 115.978456, "lat": 36.452109,
        "arrive_s": 26_040, "depart_s": 26_100, "n_seats": 12,
    },
    "enrolment": {"year": 2027, "school_id": _SCHOOL, "grade": 1, "n_students": 85},
    "catchments": {"village": Text("Example Village", "示例村"), "school_id": _SCHOOL},
    "villages": {
        "village": _SCHOOL, "town": _SCHOOL, "lon": 115.971234, "lat": 36.448765,
        "other_names": Text("Old Example", "老示例村"),
    },
}  # fmt: skip
"""Table -> column -> what the example row holds; a made-up county."""

_KNOWN = re.compile(r"(EXAMPLE|示例|例)[\s:_-]*\d*", re.IGNORECASE)

_PASSED = Text(
    "{file}: {n} example row(s) were passed over (row(s) {rows}).",
    "{file}：已略过{n}行示例（第{rows}行）。",
)


def pass_over_examples(sheet: Sheet, table: Table) -> Sheet:
    """Return a sheet without the example rows of the template, with a note where it had one.

    An example is known by its keys: ``EXAMPLE1``, ``例1``; no other row is left out.

    Parameters
    ----------
    sheet
        As its file holds it.
    table
        What it holds.
    """
    at = match_headers(sheet.headers, table, sheet.file).at
    columns = [sheet.cells[at[name]] for name in _key_names(table) if name in at]
    found = {row for cells in columns for row, cell in enumerate(cells) if is_example(cell)}
    if not found:
        return sheet
    kept = [row for row in range(len(sheet.rows)) if row not in found]
    rows = ", ".join(str(sheet.rows[row]) for row in sorted(found)[:10])
    note = _PASSED.fill(file=sheet.file, n=len(found), rows=rows)
    points = None if sheet.points is None else sheet.points[np.array(kept, dtype=np.int64)]
    return replace(
        sheet, rows=tuple(sheet.rows[row] for row in kept), points=points,
        cells=tuple([cells[row] for row in kept] for cells in sheet.cells),
        notes=(*sheet.notes, note),
    )  # fmt: skip


def is_example(cell: object) -> bool:
    """Return whether a cell is the key of an example row."""
    if not isinstance(cell, str) or cell.lstrip()[:1] not in {"E", "e", "示", "例", "Ｅ", "ｅ"}:
        return False
    return bool(_KNOWN.fullmatch(clean(to_text(cell)) or ""))


def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(name for name in table.key if table[name].kind == "text")
