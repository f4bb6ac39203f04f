"""From cells to a table of the schema: every column read, every fault of a cell found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.errors import Fault
from routing.inputs.cells import clean_cells
from routing.inputs.examples import pass_over_examples
from routing.inputs.headers import Match, fill_both, header_notes, match_headers, missing_fault
from routing.inputs.inspection import Repair
from routing.inputs.mending import cell_repairs, column_repairs
from routing.inputs.others import other_columns
from routing.inputs.personal import mask_personal
from routing.inputs.points import Points, read_points
from routing.inputs.sheet import Sheet
from routing.inputs.values import Wrong, parse_texts
from routing.tables import BUS_TYPES, MAY_LACK_ROWS, Column, Table
from routing.words import Text

_IDENTITY = re.compile(r"[GLgl]?\d{6}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]")

_EMPTY_CELL = Text("is empty.", "为空。")
_FILL = Text("Fill in: {meaning}.", "请填写：{meaning}。")
NO_ROWS = Text("holds no rows.", "没有数据行。")
_NO_BUSES = Text("holds no kind of bus.", "没有任何车型。")
_ADD_ROWS = Text("Add rows. {meaning}", "请添加数据行：{meaning}。")
_TWICE = Text("is also in row {row}.", "与第{row}行重复。")
_RENAME = Text(
    "Give every row its own key, or remove one of them.", "请使每行编号唯一，或删除其中一行。"
)
_PEOPLE = Text(
    "{file}: {n} value(s) in '{column}' look like identity numbers; use a number of your own.",
    "{file}：“{column}”列有{n}个值疑似身份证号或学籍号；请改用自编编号。",
)


@dataclass(frozen=True, eq=False)
class Reading:
    """One table as read: values by the schema, and where in the file they stand.

    Parameters
    ----------
    table
        Its schema.
    file
        How faults name the file.
    rows
        Row of each record as a spreadsheet shows it.
    columns
        Column of the schema -> one value per row, None where empty or wrong; columns
        that the file does not have are all None.
    headers
        Column of the schema -> header in the file.
    points
        Where the records are; None for a table without points, or where they are missing.
    faults, notes
        What is wrong so far, and what was done.
    repairs
        What was mended in the cells and in the file.
    others
        Columns that the schema does not know: ``other:`` and the header -> texts.
    parts
        The readings of which this one was joined, in its order of rows; else nothing.
    """

    table: Table
    file: str
    rows: tuple[int, ...]
    columns: Mapping[str, list[Any]]
    headers: Mapping[str, str]
    points: Points | None
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    repairs: tuple[Repair, ...] = ()
    others: Mapping[str, list[str | None]] = field(default_factory=dict)
    parts: tuple["Reading", ...] = ()

    def fault(self, at: int, column: str, problem: Text, remedy: Text) -> Fault:
        """Return a fault of the cell of one record, by position."""
        value = self.columns[column][at]
        source = self.source(at)
        header = source.headers.get(column, column)
        return Fault(
            source.file, problem, remedy, self.rows[at], header,
            None if value is None else shown(value),
        )  # fmt: skip

    def source(self, at: int) -> "Reading":
        """Return the reading of the file that one record, by position, came from."""
        for part in self.parts:
            if at < len(part.rows):
                return part
            at -= len(part.rows)
        return self


def read_table(sheet: Sheet, table: Table) -> Reading:
    """Return a sheet's cells as values of the schema, with every fault of its cells.

    Parameters
    ----------
    sheet
        The cells.
    table
        The schema; only the planner's columns are read.
    """
    if not sheet.headers and sheet.points is None:
        return _without_headers(sheet, table)
    sheet = pass_over_examples(sheet, table)
    match = match_headers(sheet.headers, table, sheet.file)
    faults, notes = [*sheet.faults, *match.faults], [*sheet.notes]
    others = other_columns(sheet, match)
    notes += header_notes(match, sheet.file, {header for header, _ in others.values()})
    repairs = [*sheet.repairs]
    values: dict[str, list[Any]] = {}
    for column in table.planned:
        if column.kind != "point":
            values[column.name] = _read_column(sheet, column, match, faults, repairs)
    for name in ("lon", "lat"):
        repairs += cell_repairs(sheet, match.at[name], numbers=True) if name in match.at else []
    points = _read_points(sheet, table, match, faults, notes)
    faults += _key_faults(sheet, table, match, values)
    if not sheet.rows and not sheet.faults and table not in MAY_LACK_ROWS:
        faults.append(_no_rows(sheet.file, table))
    headers = {name: sheet.headers[at] for name, at in match.at.items()}
    return Reading(
        table, sheet.file, sheet.rows, values, headers, points, tuple(faults), tuple(notes),
        tuple(repairs), {name: texts for name, (_, texts) in others.items()},
    )  # fmt: skip


def shown(value: Any) -> str:
    """Return a value as a fault shows it: whole, or its first 60 characters."""
    text = mask_personal(str(value))
    return text if len(text) <= 60 else text[:59] + "…"


def _without_headers(sheet: Sheet, table: Table) -> Reading:
    faults = sheet.faults
    if not faults and table not in MAY_LACK_ROWS:
        faults = (_no_rows(sheet.file, table),)
    values: dict[str, list[Any]] = {column.name: [] for column in table.planned}
    return Reading(table, sheet.file, (), values, {}, None, faults, sheet.notes)


def _read_column(
    sheet: Sheet, column: Column, match: Match, faults: list[Fault], repairs: list[Repair]
) -> list[Any]:
    if column.name not in match.at:
        if column.required:
            faults.append(missing_fault(column, sheet.file))
        return [None] * len(sheet.rows)
    at = match.at[column.name]
    header = sheet.headers[at]
    texts, n_repaired = clean_cells(sheet.cells[at])
    values, wrong = parse_texts(texts, column)
    repairs += column_repairs(sheet, at, column, values, mended=n_repaired > 0)
    faults += [
        _wrong_fault(sheet, row, header, texts[row] or "", why) for row, why in wrong.items()
    ]
    if column.required:
        remedy = fill_both(_FILL, meaning=column.meaning)
        faults += [
            Fault(sheet.file, _EMPTY_CELL, remedy, sheet.rows[row], header)
            for row, text in enumerate(texts)
            if text is None
        ]
    return values


def _wrong_fault(sheet: Sheet, row: int, header: str, text: str, why: Wrong) -> Fault:
    return Fault(sheet.file, why.problem, why.remedy, sheet.rows[row], header, shown(text))


def _read_points(
    sheet: Sheet, table: Table, match: Match, faults: list[Fault], notes: list[Text]
) -> Points | None:
    column = next((column for column in table.planned if column.kind == "point"), None)
    if column is None:
        return None
    there = {"lon", "lat"} <= set(match.at) or "geometry" in match.at
    if sheet.points is None and not there:
        faults.append(missing_fault(column, sheet.file))
        return None
    may_be_blank = table.name == "students"
    points, more, told = read_points(sheet, match, may_be_blank=may_be_blank)
    faults += more
    notes += told
    return points


def _key_faults(
    sheet: Sheet, table: Table, match: Match, values: dict[str, list[Any]]
) -> list[Fault]:
    """Return a fault for each row whose key an earlier row has; keys in part empty are none."""
    if not set(table.key) <= set(match.at):
        return []
    header = sheet.headers[match.at[table.key[-1]]]
    first: dict[tuple[Any, ...], int] = {}
    faults: list[Fault] = []
    if len(set(zip(*(values[name] for name in table.key), strict=True))) == len(sheet.rows):
        return faults
    for at, value in enumerate(zip(*(values[name] for name in table.key), strict=True)):
        if None in value:
            continue
        if value in first:
            problem = _TWICE.fill(row=sheet.rows[first[value]])
            said = shown("/".join(map(str, value)))
            faults.append(Fault(sheet.file, problem, _RENAME, sheet.rows[at], header, said))
        else:
            first[value] = at
    return faults


def identity_notes(reading: Reading) -> tuple[Text, ...]:
    """Return a warning where the keys of students look like identity numbers."""
    if reading.table.name != "students":
        return ()
    n = sum(bool(value and _IDENTITY.fullmatch(value)) for value in reading.columns["student_id"])
    column = reading.headers.get("student_id", "student_id")
    return (_PEOPLE.fill(file=reading.file, n=n, column=column),) if n else ()


def _no_rows(file: str, table: Table) -> Fault:
    problem = _NO_BUSES if table is BUS_TYPES else NO_ROWS
    return Fault(file, problem, fill_both(_ADD_ROWS, meaning=table.meaning))
