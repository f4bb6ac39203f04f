"""The judge of tables: all there, every cell of its kind, keys unique and known."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from routing.check.case import (
    NUMERIC,
    OF_DISTRICT,
    OF_PLAN,
    Case,
    breach,
    each,
    find_table,
    is_blank,
    is_flag,
    is_number,
    is_point,
    read_numbers,
)
from routing.policy import Policy
from routing.records import Breach, Plan
from routing.roads.network import Flags, Roads
from routing.tables import RIDES, Column, Table
from routing.words import Text

MAY_BE_EMPTY = frozenset({
    "students.geometry", "students.straight_m", "students.walk_m", "students.drive_m",
    "routes.parking_id", "rides.stop_id", "rides.route_id", "rides.board_order",
    "rides.alight_order", "rides.to_stop_m", "rides.wait_s", "rides.ride_s",
    "rides.door_to_door_s", "rides.reason", "rides.reason_found", "rides.reason_limit",
    "stops.name", "routes.geometry", "rides.line_id", "rides.from_stop_m",
    "students.from_school_id", "students.mode", "students.mode_why", "schools.campus_of",
})  # fmt: skip
"""Cells that may be empty, beside a planner's without a default."""

MAY_LACK = frozenset({"scenario", "modes"})
"""Stages whose columns of the district's tables may be absent: not every plan has them."""

NEED_NOT_BE = frozenset({"schools.n_classes"})
"""A planner's columns that older plans do not have."""

OF_BEFORE = frozenset({"enrolment.school_id", "catchments.school_id"})
"""Keys of schools as they were before a scenario closed some."""

ALSO_KEYS = {"routes.parking_id": "parkings", "visits.place_id": "stops|schools"}
"""Keys that the schema cannot say in one word."""

NO_PART = Text("the plan has no '{id}'.", "方案缺少“{id}”。")
NO_TABLE = Text("the table '{id}' is missing.", "缺少数据表“{id}”。")
NO_COLUMN = Text("the column '{id}' is missing or doubled.", "“{id}”列缺失或重复。")
EMPTY = Text("'{id}' is empty in {n} row(s): {rows}.", "“{id}”有{n}行为空：{rows}。")
WRONG_KIND = Text(
    "'{id}' is not {kind} in {n} row(s): {rows}.",
    "“{id}”有{n}行不是{kind}：{rows}。",
)
OUT_OF_RANGE = Text(
    "'{id}' is out of range in {n} row(s): {rows}.",
    "“{id}”有{n}行超出范围：{rows}。",
)
UNKNOWN_KEY = Text(
    "'{id}' names what there is not in {n} row(s): {rows}.",
    "“{id}”有{n}行指向不存在的对象：{rows}。",
)
DOUBLED = Text(
    "the key of '{id}' is there twice in {n} row(s): {rows}.",
    "“{id}”的主键有{n}行重复：{rows}。",
)

KINDS = {
    "text": Text("text", "文字"),
    "choice": Text("text", "文字"),
    "whole": Text("a whole number", "整数"),
    "number": Text("a number", "数字"),
    "clock": Text("a clock time", "时刻"),
    "flag": Text("yes or no", "是或否"),
    "point": Text("a point", "点"),
    "line": Text("a line", "线"),
}


def find_unreadable(plan: Plan) -> list[Breach]:
    """Return what must be there before anything can be judged and is not."""
    rule = "tables_whole"
    district = getattr(plan, "district", None)
    parts = {
        "policy": isinstance(getattr(plan, "policy", None), Policy),
        "roads": isinstance(getattr(district, "roads", None), Roads),
    }
    found = [breach(rule, name, 1, "parts", NO_PART) for name in parts if not parts[name]]
    for table in (*OF_DISTRICT, *OF_PLAN):
        frame = find_table(plan, table)
        if not isinstance(frame, pd.DataFrame):
            found.append(breach(rule, table.name, 1, "parts", NO_TABLE))
            continue
        found += [
            breach(rule, f"{table.name}.{column.name}", 1, "parts", NO_COLUMN)
            for column in table.columns
            if list(frame.columns).count(column.name) not in _counts(table, column)
        ]
    return found


def _counts(table: Table, column: Column) -> tuple[int, ...]:
    """Return how often a column may stand in its table."""
    of_district = any(table is one for one in OF_DISTRICT)
    spare = column.by in MAY_LACK or f"{table.name}.{column.name}" in NEED_NOT_BE
    return (0, 1) if of_district and spare else (1,)


def tables_whole(case: Case) -> Iterator[Breach]:
    """Every table is there, every cell of its kind, every key unique and known."""
    yield from find_faults(case.plan)


def find_faults(plan: Plan) -> Iterator[Breach]:
    """Give every fault of the tables; the plan may be anything."""
    yield from find_unreadable(plan)
    for table in (*OF_DISTRICT, *OF_PLAN):
        frame = find_table(plan, table)
        if isinstance(frame, pd.DataFrame):
            there = [c for c in table.columns if list(frame.columns).count(c.name) == 1]
            for column in there:
                yield from _judge_cells(plan, _Part(table, frame), column)
            yield from _judge_key(_Part(table, frame), [c.name for c in there])


class _Part(NamedTuple):
    """A table as the plan has it, and what it should be."""

    table: Table
    frame: pd.DataFrame


def _judge_cells(plan: Plan, part: _Part, column: Column) -> Iterator[Breach]:
    name = f"{part.table.name}.{column.name}"
    cells = part.frame[column.name]
    blank, wrong = _find_wrong(cells, column)
    if not _may_be_empty(name, column):
        yield from _count(name, blank, part, EMPTY)
    kind = KINDS[column.kind]
    text = Text(WRONG_KIND.en.replace("{kind}", kind.en), WRONG_KIND.zh.replace("{kind}", kind.zh))
    yield from _count(name, wrong, part, text)
    if column.kind in NUMERIC:
        numbers = read_numbers(cells)
        low = float("-inf") if column.low is None else column.low
        high = float("inf") if column.high is None else column.high
        yield from _count(name, (numbers < low) | (numbers > high), part, OUT_OF_RANGE)
    owners = None if name in OF_BEFORE else column.keys or ALSO_KEYS.get(name)
    known = _known_keys(plan, owners) if owners else None
    if known is not None:
        strange = [isinstance(cell, str) and cell not in known for cell in cells]
        yield from _count(name, np.array(strange, bool) & ~blank, part, UNKNOWN_KEY)


def _find_wrong(cells: "pd.Series[Any]", column: Column) -> tuple[Flags, Flags]:
    """Return which cells are empty, and which others are not of the column's kind."""
    numeric = is_numeric_dtype(cells) and not is_bool_dtype(cells)
    if column.kind in NUMERIC and numeric:
        numbers = read_numbers(cells)
        blank = cells.isna().to_numpy(bool)
        whole = numbers == np.round(numbers)
        right = np.isfinite(numbers) if column.kind == "number" else whole
        return blank, ~right & ~blank
    judge = _judge_of(column)
    blank = np.array([is_blank(cell) for cell in cells], bool)
    right = np.array([judge(cell) for cell in cells], bool)
    return blank, ~right & ~blank


def _may_be_empty(name: str, column: Column) -> bool:
    planned = column.by == "planner" and not column.required
    return name in MAY_BE_EMPTY or (planned and column.default in {None, ""})


def _judge_of(column: Column) -> Callable[[Any], bool]:
    """Return what says whether a cell is of the column's kind."""
    if column.kind == "choice":
        return lambda cell: isinstance(cell, str) and cell in column.choices
    if column.kind in {"whole", "clock"}:
        return lambda cell: is_number(cell) and float(cell).is_integer()
    judges: dict[str, Callable[[Any], bool]] = {
        "text": lambda cell: isinstance(cell, str),
        "number": is_number,
        "flag": is_flag,
        "point": is_point,
        "line": lambda cell: isinstance(cell, shapely.LineString | shapely.MultiLineString),
    }
    return judges[column.kind]


def _known_keys(plan: Plan, owners: str) -> set[str] | None:
    """Return the keys of one or several tables; None where one cannot be read."""
    known: set[str] = set()
    for table in (*OF_DISTRICT, *OF_PLAN):
        if table.name in owners.split("|"):
            frame = find_table(plan, table)
            if not isinstance(frame, pd.DataFrame) or table.key[0] not in frame.columns:
                return None
            known |= {key for key in frame[table.key[0]] if isinstance(key, str)}
    return known


def _judge_key(part: _Part, there: list[str]) -> Iterator[Breach]:
    """Judge the key of a table; a ride said twice is left to ``nobody_twice``."""
    if part.table is RIDES or not set(part.table.key) <= set(there):
        return
    columns = [part.frame[name].map(str) for name in part.table.key]
    doubled = pd.concat(columns, axis=1).duplicated().to_numpy(bool)
    yield from _count(part.table.name, doubled, part, DOUBLED)


def _count(name: str, wrong: Flags, part: _Part, text: Text) -> Iterator[Breach]:
    """Give one breach for all rows that share a fault, naming the first few."""
    n = int(wrong.sum())
    if not n:
        return
    known = [key for key in part.table.key if key in part.frame.columns]
    first = part.frame.loc[wrong, known].head(3)
    rows = ", ".join("/".join(map(str, row)) for row in each(first))
    rows += "…" if n > 3 else ""
    yield breach("tables_whole", name, n, "rows", text, rows=rows)
