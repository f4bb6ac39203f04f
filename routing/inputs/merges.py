"""What do merged cells mean? In a header every column under them; in a column every row."""

from collections.abc import Sequence
from typing import Any

from routing.inputs.headers import known_columns, look_up
from routing.inputs.heading import HEADER_ROWS, Grid, Heading
from routing.tables import Table
from routing.words import Text

Ranges = Sequence[tuple[tuple[int, int], tuple[int, int]]] | None
"""Corners (row, column) of merged cells, both from 0, both within."""

_COUNTS = {"whole", "number", "flag"}
"""Kinds of column in which a value over several rows may be their sum."""

_FILLED = Text(
    "{file}: cells merged over several rows were read for each of their rows: {columns}.",
    "{file}：跨行合并的单元格已按每行读取：{columns}。",
)
_NOT_FILLED = Text(
    "{file}: cells merged over several rows count for their first row only: {columns}.",
    "{file}：以下列中跨行合并的单元格只计入首行：{columns}。",
)


def fill_top(top: Grid, ranges: Ranges) -> list[list[Any]]:
    """Return the first rows of a grid with merged cells filled in, to find the header by."""
    rows = [list(row) for row in top[:HEADER_ROWS]]
    for (first, left), (last, right) in ranges or ():
        if first >= len(rows) or left >= len(rows[first]):
            continue
        value = rows[first][left]
        for row in rows[first : last + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return rows


def fill_down(
    grid: Grid, ranges: Ranges, heading: Heading, table: Table, file: str
) -> tuple[Grid, tuple[Text, ...]]:
    """Return a grid in which values of cells merged downwards stand in each of their rows.

    Counts and numbers are left alone, but for grades and coordinates: one number over
    several rows may be their sum.

    Parameters
    ----------
    grid, ranges
        The cells, and which of them are merged.
    heading
        The header; only rows under it are filled.
    table
        The schema, which says what each column holds.
    file
        How notes name the file.
    """
    known = known_columns(table)
    kinds = {column.name: (column.kind, column.unit) for column in table.planned}
    filled: dict[str, None] = {}
    summed: dict[str, None] = {}
    for (first, left), (last, right) in ranges or ():
        if left != right or first <= heading.last or last == first or left >= len(heading.names):
            continue
        header = heading.names[left]
        kind, unit = kinds.get((look_up(header, known) or (0, ""))[1], ("point", ""))
        if kind in _COUNTS and unit != "grade":
            summed[header] = None
            continue
        filled[header] = None
        for row in range(first + 1, min(last + 1, len(grid))):
            grid[row][left] = grid[first][left]  # type: ignore[index]
    told = ((_FILLED, filled), (_NOT_FILLED, summed))
    notes = tuple(text.fill(file=file, columns=", ".join(names)) for text, names in told if names)
    return grid, notes
