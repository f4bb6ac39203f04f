"""Read an Excel workbook: is it safe to open, which sheet, which rows."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import python_calamine as calamine

from routing.errors import Fault
from routing.inputs.cells import clean, to_text
from routing.inputs.headers import plain, score_headers
from routing.inputs.parts import count_cells, failed_cells
from routing.inputs.sheet import (
    HEADER_ROWS,
    MAX_ROWS,
    Sheet,
    cut_sheet,
    find_header,
    long_fault,
)
from routing.tables import Table
from routing.words import Text

MAX_UNZIPPED_BYTES = 1_000_000_000
"""A workbook may unpack to so much (bytes; 100,000 rows of 20 columns take 0.2 GB, assumed)."""

MAX_ZIP_RATIO = 100
"""A workbook may unpack to so many times its size (times; real ones to about 15, assumed)."""

MAX_CELLS = 20_000_000
"""A sheet may reach so far (rows times columns: 100,000 by 200, assumed)."""

_SMALL_BYTES = 10_000_000
"""Below this the ratio does not matter (bytes)."""

_UNREADABLE = Text(
    "cannot be read as an Excel workbook ({why}).", "无法作为Excel工作簿读取（{why}）。"
)
_SAVE_AGAIN = Text(
    "Open it in a spreadsheet, remove any password, and save it again as .xlsx.",
    "请用表格软件打开，取消密码，再另存为.xlsx。",
)
_BOMB = Text(
    "would unpack to {size_mb} MB, {ratio} times its size; it was not opened.",
    "解压后将达{size_mb} MB，为文件大小的{ratio}倍，未打开。",
)
_FAR = Text(
    "has a cell so far out that {n} cells would be read; it was not opened.",
    "有单元格位置过远，需读取{n}个单元格，未打开。",
)
_COPY = Text("Copy the cells into a new workbook.", "请将内容复制到新工作簿。")
_NO_SHEETS = Text("holds no sheet with cells.", "没有含内容的工作表。")
_FILL = Text("Fill in a sheet named '{name}'.", "请填写名为“{name}”的工作表。")
_OTHERS = Text(
    "{file}: only the sheet '{sheet}' was read; not read: {others}.",
    "{file}：只读取了工作表“{sheet}”；未读取：{others}。",
)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets; none where it cannot be opened."""
    if bomb_fault(path):
        return ()
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            return tuple(book.sheet_names)
    except (calamine.CalamineError, OSError):
        return ()


def read_workbook(
    path: Path, table: Table, names: tuple[str, ...], sheet: str | None = None
) -> Sheet:
    """Return the table in a workbook; what cannot be read is a fault of the sheet.

    Parameters
    ----------
    path
        The file.
    table
        The table it should hold.
    names
        Plain names under which a sheet of several is the table's.
    sheet
        The only sheet that counts; None: one named as the table, else the first with
        headers that the table knows, else the first with cells.
    """
    fault = bomb_fault(path)
    if fault:
        return _faulty(path.name, fault)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            if sheet is not None:
                file = f"{path.name} [{sheet}]"
                return _read(book.get_sheet_by_name(sheet), path, table, file)
            return _read_best(book, path, table, names)
    except (calamine.CalamineError, ValueError) as error:
        why = clean(to_text(str(error)))
        return _faulty(path.name, Fault(path.name, _UNREADABLE.fill(why=why), _SAVE_AGAIN))


def bomb_fault(path: Path) -> Fault | None:
    """Return the fault of a workbook that would take far more memory than it is large."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            ratio = size / max(path.stat().st_size, 1)
            if size > _SMALL_BYTES and (size > MAX_UNZIPPED_BYTES or ratio > MAX_ZIP_RATIO):
                problem = _BOMB.fill(size_mb=size // 1_000_000, ratio=round(ratio))
                return Fault(path.name, problem, _COPY)
            n_cells = count_cells(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    if n_cells > MAX_CELLS:
        return Fault(path.name, _FAR.fill(n=n_cells), _COPY)
    return None


def _read_best(book: Any, path: Path, table: Table, names: tuple[str, ...]) -> Sheet:
    file = path.name
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    filled = [sheet for sheet in sheets if sheet.end is not None]
    if not filled:
        return _faulty(file, Fault(file, _NO_SHEETS, _FILL.fill(name=names[0])))
    best = max(filled, key=lambda sheet: _fit(sheet, table, names))
    others = [sheet.name for sheet in filled if sheet.name != best.name]
    if not others:
        return _read(best, path, table, file)
    note = _OTHERS.fill(file=file, sheet=best.name, others=", ".join(others))
    return _read(best, path, table, f"{file} [{best.name}]", (note,))


def _fit(sheet: Any, table: Table, names: tuple[str, ...]) -> tuple[bool, bool]:
    top = sheet.to_python(skip_empty_area=False, nrows=HEADER_ROWS)
    known = bool(top) and score_headers(top[find_header(top, table)], table) > 0
    return plain(sheet.name) in names, known


def _read(sheet: Any, path: Path, table: Table, file: str, notes: tuple[Text, ...] = ()) -> Sheet:
    n_rows = sheet.end[0] + 1 if sheet.end else 0
    if n_rows > MAX_ROWS + HEADER_ROWS + 100:
        return _faulty(file, long_fault(file, n_rows))
    grid = sheet.to_python(skip_empty_area=False)
    for (row, column), text in failed_cells(path, sheet.name).items():
        if row < len(grid) and column < len(grid[row]):
            grid[row][column] = text
    return cut_sheet(grid, table, file, notes)


def _faulty(file: str, fault: Fault) -> Sheet:
    return Sheet(file, (), (), (), faults=(fault,))
