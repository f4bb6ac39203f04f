"""Villages instead of homes: counts per village and grade, also with a column for each grade."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from routing.errors import Fault
from routing.inputs.cells import clean, clean_cells, to_text
from routing.inputs.headers import Match, match_headers, plain
from routing.inputs.sheet import Sheet
from routing.inputs.values import Wrong, parse_grade, parse_texts
from routing.tables import STUDENTS
from routing.words import Text

LEAST_GRADES = 2
"""So many columns headed by grades make a table of villages by grades (columns; assumed)."""

_GRADE = re.compile(
    r"(?:.*?(?:人数|学生数|情况|年级[:： ]))?"
    r"(?P<grade>(?:小学|初中)?[一二三四五六七八九1-9]年级|g[0-9]|grade[0-9]|初[一二三]|"
    r"幼儿园|学前班?|幼儿|[大中小托]班|k|kindergarten|[1-9])"
    r"(?:人数|学生数|学生|在校生)?(?P<part>男生?|女生?|合计|小计|总计|计|boys?|girls?|total)?(?:人数)?"
)
_TOTAL = re.compile(".*(合计|总计|小计|总数|总人数|共计|total|sum)")
_NONE = frozenset({"-", "--", "—", "——", "/", "无", "没有", "0.0", "〇", "零"})
_COUNT = replace(STUDENTS["n_students"], low=0)

_WIDE = Text(
    "{file}: a table of villages by grades: {n_rows} row(s) with {n_columns} columns of grades "
    "were read as {n} row(s) of {pupils} pupils.",
    "{file}：按村分年级统计表：{n_rows}行、{n_columns}个年级列，已转为{n}行，共{pupils}名学生。",
)
_SUBTOTAL = Text(
    "{file}: totals among the villages were left out (row(s) {rows}).",
    "{file}：村名中的合计行未读入（第{rows}行）。",
)
_SUMS = Text(
    "{file}: in {n} row(s) the total is not the sum of the grades (rows {rows}); the grades count.",
    "{file}：{n}行的合计与各年级之和不符（第{rows}行），以各年级人数为准。",
)
_NAMED = Text(
    "{file}: has no column of keys; each row was given one made of its village, grade and school.",
    "{file}：没有编号列，已按村、年级、学校生成编号。",
)
_AGAIN = Text(
    "{file}: {n} row(s) repeat the village, grade and school of an earlier one (rows {rows}); "
    "both count.",
    "{file}：{n}行与前面的行村、年级、学校相同（第{rows}行），均计入。",
)


@dataclass(frozen=True)
class _Wide:
    """Which columns of a table of villages by grades are what, by position in the file."""

    grades: Mapping[int, tuple[int, ...]]
    total: int | None
    kept: tuple[int, ...]
    village: int


def shape_villages(sheet: Sheet, *, placeless: bool = False) -> Sheet:
    """Return a table of students by village as one with a row per village and grade.

    A table that has a column for each grade (一年级, 1年级, G1, 初一) loses these columns
    and gets ``grade`` and ``n_students``, a row for each cell above 0; rows keep the
    numbers that a spreadsheet shows. Where there are villages but no keys, the keys are
    made of village, grade and school, so that they are the same tomorrow; where there are
    no points, they are empty. Any other table is returned as it is.

    Parameters
    ----------
    sheet
        The cells of students, without personal columns.
    placeless
        Whether the points are looked up elsewhere, and none need be in the table.
    """
    match = match_headers(sheet.headers, STUDENTS, sheet.file)
    if "village" not in match.at:
        return _without_points(sheet, match) if placeless else sheet
    wide = _find_grades(sheet, match)
    if wide is not None:
        sheet = _unpivot(sheet, wide)
        match = match_headers(sheet.headers, STUDENTS, sheet.file)
    if "student_id" not in match.at and "grade" in match.at:
        sheet = _with_keys(sheet, match)
    return _without_points(sheet, match)


def grade_of_header(header: str) -> tuple[int, str] | None:
    """Return the grade that a header names, and ``total`` or ``part`` of it; None if none.

    Parameters
    ----------
    header
        As in 五年级, 五年级人数, 小学五年级男生, G5, 初一, 大班.
    """
    found = _GRADE.fullmatch(plain(header))
    if not found:
        return None
    grade = parse_grade(found["grade"])
    if isinstance(grade, Wrong):
        return None
    part = found["part"] or ""
    return grade, "part" if part[:1] in set("男女bg") else "total" if part else "all"


def _find_grades(sheet: Sheet, match: Match) -> _Wide | None:
    """Return which columns are grades; None where they do not make a table by grades."""
    if "grade" in match.at:
        return None
    named = {at: found for at, header in enumerate(sheet.headers) if (found := grade_of_header(header))}  # fmt: skip
    grades: dict[int, list[int]] = {}
    for at, (grade, _) in named.items():
        grades.setdefault(grade, []).append(at)
    bare = sum(plain(sheet.headers[at]).isdecimal() for at in named)
    if len(grades) < LEAST_GRADES or (bare and bare < LEAST_GRADES + 1):
        return None
    chosen = {}
    for grade, places in sorted(grades.items()):
        totals = [at for at in places if named[at][1] == "total"]
        chosen[grade] = tuple(totals[:1] or places)
    count = match.at.get("n_students")
    totals = [at for at, header in enumerate(sheet.headers) if at not in named and _TOTAL.fullmatch(plain(header))]  # fmt: skip
    total = count if count is not None else next(iter(totals), None)
    out = {*named, *totals, count, match.at.get("student_id")}
    kept = tuple(at for at in range(len(sheet.headers)) if at not in out)
    return _Wide(chosen, total, kept, match.at["village"])


def _unpivot(sheet: Sheet, wide: _Wide) -> Sheet:
    counts, faults = _counts(sheet, wide)
    villages = clean_cells(sheet.cells[wide.village])[0]
    sums = [
        at for at, village in enumerate(villages) if village and _TOTAL.fullmatch(plain(village))
    ]
    lines = [
        (at, grade, n) for at in range(len(sheet.rows)) if at not in set(sums)
        for grade, column in counts.items() if (n := column[at])
    ]  # fmt: skip
    at = [line[0] for line in lines]
    notes = [*sheet.notes, _WIDE.fill(
        file=sheet.file, n_rows=len(sheet.rows) - len(sums), n_columns=len(wide.grades),
        n=len(lines), pupils=sum(line[2] for line in lines),
    )]  # fmt: skip
    if sums:
        notes.append(_SUBTOTAL.fill(file=sheet.file, rows=_listed(sheet, sums)))
    notes += _sum_notes(sheet, wide, counts, set(sums))
    headers = (*(sheet.headers[k] for k in wide.kept), "grade", "n_students")
    cells = [[sheet.cells[k][i] for i in at] for k in wide.kept]
    cells += [[line[1] for line in lines], [line[2] for line in lines]]
    points = None if sheet.points is None else np.asarray(sheet.points, dtype=object)[at]
    return replace(
        sheet, headers=headers, cells=tuple(cells), rows=tuple(sheet.rows[i] for i in at),
        points=points, faults=(*sheet.faults, *faults), notes=tuple(notes),
    )  # fmt: skip


def _counts(sheet: Sheet, wide: _Wide) -> tuple[dict[int, list[int]], list[Fault]]:
    """Return pupils by grade and row, and the faults of cells that are no counts."""
    counts: dict[int, list[int]] = {}
    faults = []
    for grade, places in wide.grades.items():
        counts[grade] = [0] * len(sheet.rows)
        for at in places:
            values, wrong = _numbers(sheet.cells[at])
            counts[grade] = [n + more for n, more in zip(counts[grade], values, strict=True)]
            faults += [
                Fault(sheet.file, why.problem, why.remedy, sheet.rows[row], sheet.headers[at],
                      str(to_text(sheet.cells[at][row]))[:60])
                for row, why in wrong.items()
            ]  # fmt: skip
    return counts, faults


def _numbers(cells: Sequence[Any]) -> tuple[list[int], dict[int, Wrong]]:
    texts = [None if text in _NONE else text for text in clean_cells(cells)[0]]
    bare = [re.sub("[人名个]$", "", text) if text else None for text in texts]
    values, wrong = parse_texts(bare, _COUNT)
    return [value or 0 for value in values], wrong


def _sum_notes(
    sheet: Sheet, wide: _Wide, counts: Mapping[int, Sequence[int]], sums: set[int]
) -> list[Text]:
    """Return a note on rows whose own total is another number than their grades make."""
    if wide.total is None:
        return []
    texts = [None if text in _NONE else text for text in clean_cells(sheet.cells[wide.total])[0]]
    said = parse_texts([re.sub("[人名个]$", "", text) if text else None for text in texts], _COUNT)[
        0
    ]
    off = [
        at for at, n in enumerate(said)
        if n is not None and at not in sums and n != sum(column[at] for column in counts.values())
    ]  # fmt: skip
    return [_SUMS.fill(file=sheet.file, n=len(off), rows=_listed(sheet, off))] if off else []


def _with_keys(sheet: Sheet, match: Match) -> Sheet:
    """Return the sheet with a key per row: village, grade and school, and a number if again."""
    column = {
        name: [clean(to_text(cell)) for cell in sheet.cells[match.at[name]]]
        if name in match.at else [None] * len(sheet.rows)
        for name in ("town", "village", "grade", "school_id")
    }  # fmt: skip
    keys, again = [], []
    seen: Counter[str] = Counter()
    for at, row in enumerate(sheet.rows):
        grade = parse_grade(column["grade"][at] or "")
        village, town = column["village"][at] or f"row {row}", column["town"][at] or ""
        where = village if village.startswith(town) else f"{town}{village}"
        level = column["grade"][at] if isinstance(grade, Wrong) else f"G{grade}"
        key = "-".join(filter(None, (where, level, column["school_id"][at])))
        seen[key] += 1
        if seen[key] > 1:
            again.append(at)
            key = f"{key}-{seen[key]}"
        keys.append(key)
    notes = [*sheet.notes, _NAMED.fill(file=sheet.file)]
    if again:
        notes.append(_AGAIN.fill(file=sheet.file, n=len(again), rows=_listed(sheet, again)))
    return replace(_with_columns(sheet, student_id=keys), notes=tuple(notes))


def _without_points(sheet: Sheet, match: Match) -> Sheet:
    """Return a sheet that has no points with empty ones."""
    if {"lon", "lat"} <= set(match.at) or "geometry" in match.at or sheet.points is not None:
        return sheet
    nothing = [None] * len(sheet.rows)
    missing = [name for name in ("lon", "lat") if name not in match.at]
    return _with_columns(sheet, **{name: list(nothing) for name in missing})


def _with_columns(sheet: Sheet, **columns: Any) -> Sheet:
    return replace(
        sheet, headers=(*sheet.headers, *columns), cells=(*sheet.cells, *columns.values())
    )


def _listed(sheet: Sheet, places: Sequence[int], most: int = 10) -> str:
    rows = dict.fromkeys(sheet.rows[at] for at in places)
    return ", ".join(str(row) for row in list(rows)[:most]) + (", ..." if len(rows) > most else "")
