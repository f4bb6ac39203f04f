"""Read a workbook: is it safe to open, which sheets, which rows."""

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import python_calamine as calamine

from routing.errors import Fault
from routing.inputs.archives import zip_fault
from routing.inputs.cells import clean, to_text
from routing.inputs.headers import known_columns, look_up, plain
from routing.inputs.heading import HEADER_ROWS, Grid, Heading, find_heading
from routing.inputs.merges import fill_down, fill_top
from routing.inputs.parts import count_cells, failed_cells
from routing.inputs.sheet import MAX_ROWS, Sheet, cut_sheet, long_fault
from routing.tables import Table
from routing.words import Text

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")

MAX_CELLS = 20_000_000
"""A sheet may reach so far (rows times columns: 100,000 by 200, assumed)."""

ALIKE_SHARE = 0.6
"""A sheet with so large a share of the best one's columns is read with it (assumed)."""

_UNREADABLE = Text(
    "cannot be read as an Excel workbook ({why}).", "无法作为Excel工作簿读取（{why}）。"
)
_SAVE_AGAIN = Text(
    "Open it in a spreadsheet, remove any password, and save it again as .xlsx.",
    "请用表格软件打开，取消密码，再另存为.xlsx。",
)
_FAR = Text(
    "has a cell so far out that {n} cells would be read; it was not opened.",
    "有单元格位置过远，需读取{n}个单元格，未打开。",
)
_COPY = Text("Copy the cells into a new workbook.", "请将内容复制到新工作簿。")
_NO_SHEETS = Text("holds no sheet with cells.", "没有含内容的工作表。")
_FILL = Text("Fill in a sheet named '{name}'.", "请填写名为“{name}”的工作表。")
_OTHERS = Text(
    "{file}: only the sheet(s) {sheets} were read; not read: {others}.",
    "{file}：只读取了工作表{sheets}；未读取：{others}。",
)


class _Candidate(NamedTuple):
    """One sheet of a workbook: is it named as the table, which columns does it know."""

    sheet: Any
    named: bool
    known: frozenset[str]


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets; none where it cannot be read."""
    if zip_fault(path) or far_fault(path):
        return ()
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            return tuple(book.sheet_names)
    except (calamine.CalamineError, OSError, ValueError):
        return ()


def read_workbook(
    path: Path, table: Table, names: tuple[str, ...], sheet: str | None = None
) -> tuple[Sheet, ...]:
    """Return the table in a workbook, one sheet or more; what cannot be read is a fault.

    Parameters
    ----------
    path
        The file, .xlsx, .xlsm, .xls or .ods.
    table
        The table it should hold.
    names
        Plain names under which a sheet of several is the table's.
    sheet
        The only sheet that counts; None: one named as the table, else the one with the
        most headers that the table knows, and with it all sheets of the same layout (one
        for each school, say). Hidden sheets count where there are no others.
    """
    fault = far_fault(path)
    if fault:
        return (_faulty(path.name, fault),)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            if sheet is not None:
                return (_read(book.get_sheet_by_name(sheet), path, table, labelled=True),)
            return _read_best(book, path, table, names)
    except (calamine.CalamineError, ValueError) as error:
        why = clean(to_text(str(error)))
        return (_faulty(path.name, Fault(path.name, _UNREADABLE.fill(why=why), _SAVE_AGAIN)),)


def far_fault(path: Path) -> Fault | None:
    """Return the fault of a workbook with a cell so far out that reading would never end."""
    try:
        with zipfile.ZipFile(path) as archive:
            n_cells = count_cells(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    return Fault(path.name, _FAR.fill(n=n_cells), _COPY) if n_cells > MAX_CELLS else None


def _read_best(book: Any, path: Path, table: Table, names: tuple[str, ...]) -> tuple[Sheet, ...]:
    shown = {
        about.name
        for about in book.sheets_metadata
        if about.visible == calamine.SheetVisibleEnum.Visible
    }
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    filled = [sheet for sheet in sheets if sheet.end is not None]
    if not filled:
        return (_faulty(path.name, Fault(path.name, _NO_SHEETS, _FILL.fill(name=names[0]))),)
    seen = [sheet for sheet in filled if sheet.name in shown] or filled
    chosen = _choose([_candidate(sheet, table, names) for sheet in seen])
    others = [sheet.name for sheet in filled if sheet.name not in {one.name for one in chosen}]
    found = [_read(sheet, path, table, labelled=len(filled) > 1) for sheet in chosen]
    if others:
        sheets_read = ", ".join(f"'{sheet.name}'" for sheet in chosen)
        note = _OTHERS.fill(file=path.name, sheets=sheets_read, others=", ".join(others))
        found[0] = replace(found[0], notes=(note, *found[0].notes))
    return tuple(found)


def _candidate(sheet: Any, table: Table, names: tuple[str, ...]) -> _Candidate:
    heading = _heading(sheet, table)
    known = known_columns(table)
    columns = {place[1] for name in heading.names if name and (place := look_up(name, known))}
    return _Candidate(sheet, plain(sheet.name) in names, frozenset(columns))


def _choose(candidates: Sequence[_Candidate]) -> list[Any]:
    """Return the sheet that is the table, or all sheets laid out as the best one is."""
    named = next((one for one in candidates if one.named and one.known), None)
    best = named or max(candidates, key=lambda one: (len(one.known), one.named))
    if named or not best.known:
        return [best.sheet]
    least = max(ALIKE_SHARE * len(best.known), 2)
    return [
        one.sheet for one in candidates
        if one is best or len(one.known & best.known) >= least
    ]  # fmt: skip


def _heading(sheet: Any, table: Table) -> Heading:
    top = sheet.to_python(skip_empty_area=False, nrows=HEADER_ROWS)
    return find_heading(fill_top(top, sheet.merged_cell_ranges), table)


def _read(sheet: Any, path: Path, table: Table, *, labelled: bool) -> Sheet:
    file = f"{path.name} [{sheet.name}]" if labelled else path.name
    n_rows, n_columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if n_rows > MAX_ROWS + HEADER_ROWS + 100:
        return _faulty(file, long_fault(file, n_rows))
    if n_rows * n_columns > MAX_CELLS:
        return _faulty(file, Fault(file, _FAR.fill(n=n_rows * n_columns), _COPY))
    grid: Grid = sheet.to_python(skip_empty_area=False)
    for (row, column), text in failed_cells(path, sheet.name).items():
        if row < len(grid) and column < len(grid[row]):
            grid[row][column] = text  # type: ignore[index]
    heading = _heading(sheet, table)
    grid, notes = fill_down(grid, sheet.merged_cell_ranges, heading, table, file)
    found = cut_sheet(grid, table, file, notes, heading=heading)
    return replace(found, sheet=sheet.name) if labelled else found


def _faulty(file: str, fault: Fault) -> Sheet:
    return Sheet(file, (), (), (), faults=(fault,))
