"""The judge of tables: all there, every cell of its kind, keys unique and known."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import shapely

from routing.check.case import (
    NUMERIC,
    OF_DISTRICT,
    OF_PLAN,
    Case,
    find_table,
    is_blank,
    is_flag,
    is_number,
    is_point,
    read_numbers,
)
from routing.policy import Policy
from routing.records import Breach, Plan
from routing.roads.network import Roads
from routing.tables import RIDES, Column, Table
from routing.words import Text

MAY_BE_EMPTY = frozenset({
    "students.geometry", "students.straight_m", "students.walk_m", "students.drive_m",
    "routes.parking_id", "rides.stop_id", "rides.route_id", "rides.board_order",
    "rides.alight_order", "rides.to_stop_m", "rides.wait_s", "rides.ride_s",
    "rides.door_to_door_s", "rides.reason", "rides.reason_found", "rides.reason_limit",
    "stops.name", "routes.geometry",
})  # fmt: skip
"""Cells that may be empty, beside a planner's without a default."""

ALSO_KEYS = {"routes.parking_id": "parkings", "visits.place_id": "stops|schools"}
"""Keys that the schema cannot say in one word."""

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
    found = [
        _breach(name, 1, Text("the plan has no '{name}'", "方案缺少“{name}”"))
        for name, part, kind in (
            ("policy", getattr(plan, "policy", None), Policy),
            ("roads", getattr(getattr(plan, "district", None), "roads", None), Roads),
        )
        if not isinstance(part, kind)
    ]
    for table in (*OF_DISTRICT, *OF_PLAN):
        frame = find_table(plan, table)
        if not isinstance(frame, pd.DataFrame):
            text = Text("the table '{name}' is missing", "缺少数据表“{name}”")
            found.append(_breach(table.name, 1, text))
            continue
        text = Text("the column '{name}' is missing or doubled", "“{name}”列缺失或重复")
        found += [
            _breach(f"{table.name}.{column.name}", 1, text)
            for column in table.columns
            if list(frame.columns).count(column.name) != 1
        ]
    return found


def tables_whole(case: Case) -> Iterator[Breach]:
    """Every table is there, every cell of its kind, every key unique and known."""
    yield from find_faults(case.plan)


def find_faults(plan: Plan) -> Iterator[Breach]:
    """Give every fault of the tables; the plan may be anything."""
    yield from find_unreadable(plan)
    for table in (*OF_DISTRICT, *OF_PLAN):
        frame = find_table(plan, table)
        if isinstance(frame, pd.DataFrame):
            for column in table.columns:
                if list(frame.columns).count(column.name) == 1:
                    yield from _judge_cells(plan, table, column, frame)
            yield from _judge_key(table, frame)


def _judge_cells(plan: Plan, table: Table, column: Column, frame: pd.DataFrame) -> Iterator[Breach]:
    name = f"{table.name}.{column.name}"
    cells = frame[column.name]
    blank = pd.Series([is_blank(cell) for cell in cells], cells.index, dtype=bool)
    if not _may_be_empty(name, column):
        text = Text("'{name}' is empty in {n} row(s)", "“{name}”有{n}行为空")
        yield from _count(name, blank, frame, table, text)
    right = _judge_of(column)
    wrong = pd.Series([not right(c) for c in cells], cells.index, dtype=bool) & ~blank
    text = Text("'{name}' is not {kind} in {n} row(s)", "“{name}”有{n}行不是{kind}")
    kind = KINDS[column.kind]
    text = Text(text.en.replace("{kind}", kind.en), text.zh.replace("{kind}", kind.zh))
    yield from _count(name, wrong, frame, table, text)
    if column.kind in NUMERIC:
        text = Text("'{name}' is out of range in {n} row(s)", "“{name}”有{n}行超出范围")
        yield from _count(name, _out_of_range(cells, column), frame, table, text)
    owner = column.keys or ALSO_KEYS.get(name)
    if owner:
        yield from _judge_foreign(plan, owner, name, frame, table, blank)


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


def _out_of_range(cells: "pd.Series[Any]", column: Column) -> "pd.Series[bool]":
    numbers = pd.Series(read_numbers(cells), cells.index)
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    return (numbers < low) | (numbers > high)


def _judge_foreign(
    plan: Plan,
    owners: str,
    name: str,
    frame: pd.DataFrame,
    table: Table,
    blank: "pd.Series[bool]",
) -> Iterator[Breach]:
    known: set[str] = set()
    for owner in (t for t in (*OF_DISTRICT, *OF_PLAN) if t.name in owners.split("|")):
        known_in = find_table(plan, owner)
        if not isinstance(known_in, pd.DataFrame) or owner.key[0] not in known_in:
            return
        known |= {key for key in known_in[owner.key[0]] if isinstance(key, str)}
    cells = frame[name.split(".")[1]]
    strange = pd.Series(
        [isinstance(c, str) and c not in known for c in cells], cells.index, dtype=bool
    )
    text = Text(
        f"'{{name}}' names what is not in '{owners}' in {{n}} row(s)",
        f"“{{name}}”有{{n}}行在“{owners}”中不存在",
    )
    yield from _count(name, strange & ~blank, frame, table, text)


def _judge_key(table: Table, frame: pd.DataFrame) -> Iterator[Breach]:
    """Judge the key of a table; a ride said twice is left to ``nobody_twice``."""
    if table is RIDES or any(list(frame.columns).count(k) != 1 for k in table.key):
        return
    keys = pd.Series(
        [tuple(map(str, row)) for row in zip(*(frame[k] for k in table.key), strict=True)],
        frame.index,
        dtype=object,
    )
    text = Text("the key of '{name}' is there twice in {n} row(s)", "“{name}”的主键有{n}行重复")
    yield from _count(table.name, keys.duplicated(), frame, table, text)


def _count(
    name: str, wrong: "pd.Series[bool]", frame: pd.DataFrame, table: Table, text: Text
) -> Iterator[Breach]:
    """Give one breach for all rows that share a fault, naming the first few."""
    n = int(wrong.sum())
    if not n:
        return
    known = [key for key in table.key if key in frame.columns]
    rows = frame.loc[wrong.to_numpy(), known].head(3).astype(str)
    first = ", ".join("/".join(row) for row in rows.itertuples(index=False))
    more = "…" if n > 3 else ""
    text = Text(f"{text.en}: {{rows}}.", f"{text.zh}：{{rows}}。")
    yield Breach("tables_whole", name, n, "rows", text.fill(name=name, n=n, rows=first + more))


def _breach(name: str, amount: float, text: Text) -> Breach:
    text = Text(f"{text.en}.", f"{text.zh}。")
    return Breach("tables_whole", name, amount, "parts", text.fill(name=name))
