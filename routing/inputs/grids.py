"""Every cell of a file as it stands, for a copy. Nothing is looked for and nothing mended."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from routing.inputs.heading import HEADER_ROWS, Grid, Heading, find_heading
from routing.tables import INPUT_TABLES, Table

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
BOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")

_MOST_SHEET_NAME = 31
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, eq=False)
class WholeSheet:
    """One sheet of a file: all its cells, and what its columns are called.

    Parameters
    ----------
    name
        Of the sheet; of a text file its stem.
    grid
        Rows of cells from the top left corner.
    headers
        Header -> position of its column, as faults name it; the first where one stands
        twice. Nothing where no header is known.
    header_row
        Position of the header row.
    table
        The table that it looks like; None where no header is known.
    """

    name: str
    grid: Grid
    headers: dict[str, int]
    header_row: int
    table: Table | None


def read_whole(path: Path) -> list[WholeSheet]:
    """Return the sheets of a text file or workbook; none where it cannot be read.

    Parameters
    ----------
    path
        A file with one of ``TEXT_SUFFIXES`` or ``BOOK_SUFFIXES``.
    """
    if path.suffix.lower() in BOOK_SUFFIXES:
        return list(_book_sheets(path))
    grid = _text_grid(path)
    if grid is None:
        return []
    name = _NO_SHEET_NAME.sub("_", path.stem)[:_MOST_SHEET_NAME].strip("'") or "table"
    return [_whole(name, grid, grid)]


def _book_sheets(path: Path) -> Iterator[WholeSheet]:
    import python_calamine as calamine

    from routing.inputs.archives import zip_fault
    from routing.inputs.merges import fill_top
    from routing.inputs.workbooks import far_fault

    if zip_fault(path) or far_fault(path):
        return
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                grid = sheet.to_python(skip_empty_area=False)
                yield _whole(name, grid, fill_top(grid[:HEADER_ROWS], sheet.merged_cell_ranges))
    except (calamine.CalamineError, ValueError, OSError):
        return


def _text_grid(path: Path) -> list[list[str]] | None:
    from routing.inputs.delimited import DELIMITERS
    from routing.inputs.encodings import decode

    decoded = decode(path.read_bytes(), path.name)
    if decoded.fault:
        return None
    head = "\n".join(decoded.text[:100_000].splitlines()[:HEADER_ROWS])

    def fit(delimiter: str) -> tuple[int, int]:
        top = list(csv.reader(io.StringIO(head), delimiter=delimiter))
        return _best(top)[1].n_known, head.count(delimiter)

    try:
        delimiter = max(DELIMITERS, key=fit)
        return list(csv.reader(io.StringIO(decoded.text), delimiter=delimiter))
    except csv.Error:
        return None


def _whole(name: str, grid: Grid, top: Grid) -> WholeSheet:
    table, heading = _best(top)
    if not heading.n_known:
        return WholeSheet(name, grid, {}, 0, None)
    headers: dict[str, int] = {}
    for at, header in enumerate(heading.names):
        headers.setdefault(header, at)
    headers.pop("", None)
    return WholeSheet(name, grid, headers, heading.last, table)


def _best(top: Grid) -> tuple[Table, Heading]:
    """Return the table whose columns a sheet knows most of, and its header."""
    found = [(table, find_heading(top, table)) for table in INPUT_TABLES]
    return max(found, key=lambda pair: pair[1].n_known)
