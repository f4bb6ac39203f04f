"""Make docs/tables.md, policy.md and faults.md from the code; with --check only compare them.

The check also refuses notebooks that carry outputs: those show somebody's data.
"""

import argparse
import ast
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import Field, asdict, fields
from pathlib import Path
from typing import Any

from routing.inputs.headers import accepted_headers, lat_headers, lon_headers
from routing.outputs.rule_words import find_words
from routing.policy import ByGrade, Policy, RunSpeeds, TimeFactors
from routing.tables import (
    INPUT_TABLES,
    PLACE_TABLES,
    PLAN_TABLES,
    ROAD_EDITS,
    Column,
    Table,
)

ROOT = Path(__file__).parents[1]
MADE = "Made by docs/make_docs.py from {source}; do not edit. 由程序生成，请勿手工修改。"
COLUMNS = [
    "column", "列名", "type", "unit", "written by", "default", "range", "meaning",
    "含义",
]  # fmt: skip
TABLES = (*INPUT_TABLES, *PLACE_TABLES, ROAD_EDITS, *PLAN_TABLES)
RULES = ["rule", "default", "unit", "range", "meaning", "含义", "source", "来源"]

FAULTS = ["no.", "fault", "故障", "code", "the planner sees", "用户看到", "test"]


def tables_page() -> str:
    """Return the data dictionary: every column of every table, in both languages."""
    head = [
        "# Tables 数据字典",
        MADE.format(source="routing/tables.py"),
        "Metres, seconds and yuan are whole numbers; clock times are seconds after "
        "midnight in the code and `08:20` in files; places are EPSG:4326. A column "
        "marked **must** has to be in the planner's file; the others may be left out.",
    ]
    return "\n\n".join([*head, *map(_table, TABLES)]) + "\n"


def policy_page() -> str:
    """Return every rule with default, unit, range and source."""
    head = [
        "# Policy 规则",
        MADE.format(source="routing/policy.py"),
        "Every number may be changed in policy.toml. At the end of a source: (law) was "
        "read in full, (excerpt) in part, (assumed) has no legal force.",
        "每个数值均可在policy.toml中修改。来源末尾：（法规）为全文查证，（摘录）为部分查证，"
        "（假定）无法律效力。",
    ]
    rows = [
        _row(RULES),
        _row(["---"] * len(RULES)),
        *(_row(cells) for rule in fields(Policy) for cells in _rule(rule)),
    ]
    return "\n\n".join([*head, "\n".join(rows)]) + "\n"


def faults_page() -> str:
    """Return the forty faults that are survived, from the marks of their tests."""
    tests = str(ROOT / "tests")
    if tests not in sys.path:
        sys.path.insert(0, tests)
    from forty import CODES

    head = [
        "# Faults 故障",
        MADE.format(source="the tests named in the last column"),
        "What goes wrong in a county office, and what happens then. Each row is a test.",
        "县级部门常见的故障及其处理方式，每行对应一项测试。",
        *(f"* **{code}** {en}. {zh}。" for code, (en, zh) in CODES.items()),
    ]
    rows = [_row(FAULTS), _row(["---"] * len(FAULTS)), *map(_row, _marks(ROOT / "tests"))]
    return "\n\n".join([*head[:4], "\n".join(head[4:]), "\n".join(rows)]) + "\n"


def _marks(tests: Path) -> list[list[str]]:
    """Return a row for every test marked ``@survives(...)``; nothing is imported or run."""
    found = {}
    for path in sorted(tests.glob("test_forty_*.py")):
        for test in ast.parse(path.read_text("utf-8")).body:
            for mark in getattr(test, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "survives":
                    number, *said = map(ast.literal_eval, mark.args)
                    found[number] = [str(number), *said, f"`{path.stem}::{test.name}`"]
    return [found[number] for number in sorted(found)]


def _table(table: Table) -> str:
    rows = [
        f"## {table.name}",
        f"{table.meaning.en} {table.meaning.zh} Key: {', '.join(table.key)}.",
        "\n".join([
            _row(COLUMNS),
            _row(["---"] * len(COLUMNS)),
            *(_row(_column(column)) for column in table.columns),
        ]),
    ]  # fmt: skip
    return "\n\n".join([*rows, *_headers(table)])


def _headers(table: Table) -> list[str]:
    """Return the list of headers under which each column is found in planners' files."""
    lines = []
    for column in table.planned:
        groups = {column.name: accepted_headers(column)}
        if column.kind == "point":
            groups |= {"lon": lon_headers(column), "lat": lat_headers(column)}
        lines += [f"- `{name}`: {', '.join(headers)}" for name, headers in groups.items()]
    if table not in (*INPUT_TABLES, *PLACE_TABLES, ROAD_EDITS):
        return []
    return ["Headers that are read 可识别的表头:", "\n".join(lines)]


def _column(column: Column) -> list[str]:
    default = "**must**" if column.required else _default(column)
    span = ", ".join(f"`{choice}`" if choice else '""' for choice in column.choices)
    span = span or _span(column.low, column.high)
    key = f"; key of {column.keys}" if column.keys else ""
    meaning = [column.meaning.en + key, column.meaning.zh]
    name = f"`{column.name}`"
    return [
        name,
        column.zh,
        column.kind,
        column.unit,
        column.by,
        default,
        span,
        *meaning,
    ]


def _default(column: Column) -> str:
    if column.by != "planner":
        return ""
    return "empty" if column.default in {None, ""} else str(column.default).lower()


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if high is None or math.isinf(high):
        return f"{low:g} or more"
    return f"{low:g} to {high:g}"


def _rule(rule: "Field[Any]") -> Iterator[list[str]]:
    """Give one row for a rule, or one for each of its parts."""
    meta = rule.metadata
    default = rule.default
    is_number = not isinstance(default, bool | str)
    span = _span(meta["low"], meta["high"]) if meta and is_number else ""
    words = find_words(rule.name)
    said = [words.name.en, words.name.zh, meta.get("source", ""), words.source_zh]
    parts = {rule.name: default}
    if isinstance(default, ByGrade | RunSpeeds | TimeFactors):
        parts = {f"{rule.name}.{part}": value for part, value in asdict(default).items()}
    for name, value in parts.items():
        shown = f"{value:,}" if is_number else str(value).lower()
        yield [f"`{name}`", shown, meta.get("unit", ""), span, *said]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGES = {"tables.md": tables_page, "policy.md": policy_page, "faults.md": faults_page}


def find_stale(root: Path) -> list[str]:
    """Return what is out of date in a project folder, one sentence each."""
    stale = []
    for name, make in PAGES.items():
        path = root / "docs" / name
        if not path.is_file() or path.read_text("utf-8") != make():
            stale.append(f"docs/{name} is out of date: run 'make docs'.")
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
            stale.append(f"notebooks/{path.name} carries outputs: clear them.")
    return stale


def main(root: Path = ROOT) -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    if parser.parse_args().check:
        stale = find_stale(root)
        sys.stderr.writelines(f"{line}\n" for line in stale)
        return 1 if stale else 0
    for name, make in PAGES.items():
        (root / "docs" / name).write_text(make(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
