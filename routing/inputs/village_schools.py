"""Which school do a village's pupils attend, where no column says? That of its catchment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing.errors import Fault
from routing.inputs.cells import clean_cells
from routing.inputs.headers import match_headers
from routing.inputs.joining import read_parts
from routing.inputs.place_names import plain_place
from routing.inputs.rules import check_schools, check_students
from routing.inputs.sheet import Sheet
from routing.inputs.values import parse_grade
from routing.tables import CATCHMENTS, SCHOOLS, STUDENTS
from routing.words import Text

_GIVEN = Text(
    "{file}: has no column of schools; {n} row(s) attend the school of their catchment.",
    "{file}：没有学校列，{n}行按学区确定就读学校。",
)
_NOT_ONE = Text(
    "no school is given, and the catchments name {n} schools for the village and grade.",
    "未填学校，且学区表中该村该年级对应{n}所学校。",
)
_GIVE = Text(
    "Add a column of schools, or name just one for the village in the table catchments.",
    "请增加学校列，或在学区表中为该村只填一所学校。",
)


def give_schools(sheet: Sheet, sheets: Mapping[str, Sequence[Sheet]]) -> Sheet:
    """Return a table of students by village with the schools of their catchments.

    Only where it has no column of schools and the county has a table of catchments; a
    village and grade for which these name no school, or several, is a fault.

    Parameters
    ----------
    sheet
        Students, a row per village and grade.
    sheets
        The sheets of each table; uses schools and catchments.
    """
    at = match_headers(sheet.headers, STUDENTS, sheet.file).at
    wanted = {"village", "grade"} <= at.keys() and {"schools", "catchments"} <= sheets.keys()
    if "school_id" in at or not wanted:
        return sheet
    known = _schools_of(sheets)
    villages = clean_cells(sheet.cells[at["village"]])[0]
    grades = clean_cells(sheet.cells[at["grade"]])[0]
    keys, faults = [], []
    for row, village, text in zip(sheet.rows, villages, grades, strict=True):
        grade = parse_grade(text or "")
        found = [
            key for key, first, last in known.get(plain_place(village or ""), ())
            if isinstance(grade, int) and first <= grade <= last
        ]  # fmt: skip
        keys += found[:1]
        if len(found) != 1:
            problem = _NOT_ONE.fill(n=len(found))
            faults.append(
                Fault(sheet.file, problem, _GIVE, row, sheet.headers[at["village"]], village)
            )
    if faults:
        return replace(sheet, faults=(*sheet.faults, *dict.fromkeys(faults)))
    note = _GIVEN.fill(file=sheet.file, n=len(keys))
    return replace(
        sheet, headers=(*sheet.headers, "school_id"), cells=(*sheet.cells, keys),
        notes=(*sheet.notes, note),
    )  # fmt: skip


def _schools_of(sheets: Mapping[str, Sequence[Sheet]]) -> dict[str, list[tuple[str, int, int]]]:
    """Return plain village -> its schools with their grades."""
    schools = check_schools(read_parts(sheets["schools"], SCHOOLS))
    bound = check_students(read_parts(sheets["catchments"], CATCHMENTS), schools)
    names = ("school_id", "first_grade", "last_grade")
    rows = zip(*(schools.columns[name] for name in names), strict=True)
    spans = {key: (key, first, last) for key, first, last in rows}
    found: dict[str, list[tuple[str, int, int]]] = {}
    for village, key in zip(bound.columns["village"], bound.columns["school_id"], strict=True):
        if village and key in spans:
            found.setdefault(plain_place(village), []).append(spans[key])
    return found
