"""Which school are these pupils of? Where no column says it, the file's or the sheet's name."""

import re
from dataclasses import replace

from routing.inputs.headers import match_headers
from routing.inputs.sheet import Sheet
from routing.tables import ENROLMENT, STUDENTS, Table
from routing.words import Text

HEADER = "school_id"
_NO_SCHOOL = re.compile(
    r"[\d\s._-]*|(sheet|table|表|工作表|班|年级|grade|class)[\s_]*\d*", re.IGNORECASE
)
"""Names that say nothing about a school: 01, Sheet1."""

_TAKEN = Text(
    "{file}: has no column of the school; its name says '{school}', which was taken.",
    "{file}：没有学校列，已按其名称取为“{school}”。",
)


def say_school(sheet: Sheet, table: Table, rest: str) -> Sheet:
    """Return a sheet with the school that its file's or its own name says, if it has no column.

    Parameters
    ----------
    sheet
        The cells; one with a column of the school comes back as it is.
    table
        What it holds; only pupils and enrolment are of a school.
    rest
        What the file's name says beside the table.
    """
    school = next(
        (name for name in (sheet.sheet, rest) if name and not _NO_SCHOOL.fullmatch(name)), None
    )
    if table not in (STUDENTS, ENROLMENT) or school is None or not sheet.rows:
        return sheet
    if HEADER in match_headers(sheet.headers, table, sheet.file).at:
        return sheet
    note = _TAKEN.fill(file=sheet.file, school=school)
    return replace(
        sheet, headers=(*sheet.headers, HEADER), cells=(*sheet.cells, [school] * len(sheet.rows)),
        notes=(*sheet.notes, note),
    )  # fmt: skip
