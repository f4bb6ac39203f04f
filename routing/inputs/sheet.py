"""Where in a grid of cells does the table stand? Title rows, blank rows and totals are not it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from routing.errors import Fault
from routing.inputs.cells import clean, to_text
from routing.inputs.heading import Grid, Heading, find_heading, trimmed
from routing.inputs.inspection import Repair
from routing.tables import Table
from routing.words import Text

MAX_ROWS = 100_000
"""Rows of one table (rows; the largest county has fewer pupils per file, assumed)."""

_TAIL_ROWS = 20
_TAIL = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|备\s*注|注\s*[:：]|说明|填表|制表|审核|填报)|"
    r"(grand total|subtotal|total|sum|notes?|remarks?)\b",
    re.IGNORECASE,
)
_TAILED = Text(
    "{file}: totals or remarks were left out (row(s) {rows}).",
    "{file}：第{rows}行为合计或备注，未读入。",
)
_AGAIN = Text(
    "{file}: the header stands again in row(s) {rows}; passed over.",
    "{file}：第{rows}行重复了表头，未读入。",
)
_LONG = Text("holds {n} rows; at most {most} are read.", "共有{n}行，最多可读{most}行。")
_SPLIT = Text(
    "Split the district, or count students by village.", "请拆分文件，或按村汇总学生人数。"
)
_WIDE = Text("has {n} cells under {most} headers.", "有{n}个单元格，而表头只有{most}列。")
_QUOTE = Text(
    "Put text that contains the separator in quotes, or save the table as .xlsx.",
    "请给含分隔符的文字加引号，或另存为.xlsx。",
)


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of one table as its file holds them, before anybody says what they mean.

    Parameters
    ----------
    file
        How faults name it: the file, with the sheet where there are several.
    headers
        As written in the file.
    cells
        One list of cells per header: text, numbers, times, or None.
    rows
        The row of each cell as a spreadsheet shows it; the header of a table that starts
        at the top is row 1.
    points
        Geometries in EPSG:4326, where the file holds geometries; None elsewhere.
    faults, notes
        What is wrong with the file as such, and what was done to read it.
    repairs
        What was mended in the file as such.
    sheet
        The sheet of a workbook, where it has several; ``file`` then ends with its name
        in square brackets.
    system
        The coordinate system that the file itself declares for its geometries, as
        ``EPSG:4490``; they have been turned from it to EPSG:4326. None where it does not
        say, or holds none.
    """

    file: str
    headers: tuple[str, ...]
    cells: tuple[list[Any], ...]
    rows: tuple[int, ...]
    points: Any | None = None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Text, ...] = field(default=())
    repairs: tuple[Repair, ...] = ()
    sheet: str | None = None
    system: str | None = None


def cut_sheet(
    grid: Grid, table: Table, file: str, notes: tuple[Text, ...] = (), most_rows: int = MAX_ROWS,
    heading: Heading | None = None,
) -> Sheet:  # fmt: skip
    """Return the table that stands somewhere in a grid.

    Blank rows and headers that are repeated on later pages are passed over; totals and
    remarks at the end are left out with a note. Row numbers stay those of the grid, from 1.

    Parameters
    ----------
    grid
        Rows of cells from the top left corner.
    table
        The table looked for.
    file
        How faults name the file.
    notes
        Notes of the reader, kept.
    most_rows
        More rows are a fault.
    heading
        The header where it is known; else it is looked for.
    """
    heading = heading or find_heading(grid, table)
    headers = heading.names
    kept = [row for row in range(heading.last + 1, len(grid)) if not _blank(grid[row])]
    again = [row for row in kept if _repeats(grid[row], headers)] if heading.n_known else []
    if again:
        notes = (*notes, _AGAIN.fill(file=file, rows=", ".join(str(row + 1) for row in again)))
        kept = [row for row in kept if row not in set(again)]
    end = len(kept) - _n_tail(grid, kept)
    if end < len(kept):
        numbers = ", ".join(str(row + 1) for row in kept[end:])
        notes = (*notes, _TAILED.fill(file=file, rows=numbers))
        kept = kept[:end]
    faults = _size_faults(grid, kept, len(headers), file, most_rows)
    if len(kept) > most_rows:
        kept = kept[:0]
    width = len(headers)
    records = [_padded(grid[row], width) for row in kept]
    cells = tuple([record[at] for record in records] for at in range(width))
    rows = tuple(row + 1 for row in kept)
    return Sheet(file, headers, cells, rows, faults=faults, notes=notes)


def long_fault(file: str, n_rows: int) -> Fault:
    """Return the fault of a table with too many rows."""
    return Fault(file, _LONG.fill(n=n_rows, most=MAX_ROWS), _SPLIT)


def _size_faults(
    grid: Grid, kept: list[int], width: int, file: str, most_rows: int
) -> tuple[Fault, ...]:
    if len(kept) > most_rows:
        return (long_fault(file, len(kept)),)
    found = []
    for row in kept:
        if len(grid[row]) > width and not _blank(grid[row][width:]):
            n = len(trimmed(grid[row]))
            found.append(Fault(file, _WIDE.fill(n=n, most=width), _QUOTE, row=row + 1))
    return tuple(found)


def _n_tail(grid: Grid, kept: list[int]) -> int:
    """Return how many rows at the end are totals, remarks, or lines under a remark."""
    n_tail = 0
    for back, row in enumerate(reversed(kept[-_TAIL_ROWS:]), 1):
        filled = [text for cell in grid[row] if (text := clean(to_text(cell)))]
        if filled and _TAIL.match(filled[0]):
            n_tail = back
        elif len(filled) > 1:
            break
    return n_tail


def _blank(row: Sequence[Any]) -> bool:
    first = row[0] if row else None
    if type(first) is str and first and not first[0].isspace():
        return False
    return not any(cell is not None and str(cell).strip() for cell in row)


def _repeats(row: Sequence[Any], headers: Sequence[str]) -> bool:
    """Return whether a row holds the header once more, as printed pages do."""
    first = row[0]
    if not headers or first is None:
        return False
    if type(first) is str and first.isascii() and not headers[0].isascii():
        return False
    if clean(to_text(first)) != headers[0]:
        return False
    return trimmed(row) == tuple(headers)


def _padded(row: Sequence[Any], width: int) -> Sequence[Any]:
    return row if len(row) >= width else [*row, *[None] * (width - len(row))]
