"""A copy of a faulty table as a workbook: what is wrong is coloured and says what to do.

Rows and columns are those of the original; whatever comes from it is no formula and no link.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from routing.errors import Fault
from routing.inputs.grids import BOOK_SUFFIXES, TEXT_SUFFIXES, WholeSheet, read_whole
from routing.inputs.headers import match_headers
from routing.inputs.inspection import Suspicion
from routing.inputs.personal import mask_personal
from routing.outputs.cleaning import printable
from routing.outputs.masking import Privacy
from routing.words import Lang, Text

MOST_SIGNS = 32_000
"""Excel takes 32,767 signs in a cell."""

MOST_COMMENTS = 2_000
"""Comments in one copy; more make a spreadsheet slow (comments; assumed). Every faulty cell
is coloured and listed all the same."""

MOST_LINKS = 20_000
"""Links on the first sheet; Excel takes 65,530."""

_FAULTY, _ODD = "#FFC7CE", "#FFEB9C"
_LIST_NAME = Text("faults", "错误清单")
_HEADS = (
    Text("where", "位置"), Text("row", "行"), Text("column", "列"), Text("value", "值"),
    Text("what is wrong", "问题"), Text("what to do", "处理办法"),
)  # fmt: skip
_WIDTHS = (22, 8, 22, 24, 60, 60)
_TITLE = Text(
    "{n} fault(s) in {file}. This is a copy: correct the original, then check again. Faulty "
    "cells are red and say what to do; yellow ones are worth a second look.",
    "{file}中有{n}处错误。本文件为副本：请更正原文件后重新检查。红色单元格有错误，"
    "批注中有处理办法；黄色单元格请再核对。",
)
_BLANKED = Text(
    "Columns of names, phones and identity numbers are left empty here.",
    "本副本中姓名、电话、证件号码等列已清空。",
)
_ODD_HEAD = Text("Look at these again; they are no faults:", "以下请再核对（不算错误）：")
_CELL_FORMATS = {
    dt.datetime: "yyyy-mm-dd hh:mm:ss",
    dt.date: "yyyy-mm-dd",
    dt.time: "hh:mm:ss",
    dt.timedelta: "[hh]:mm:ss",
}

Cell = tuple[int, int]


class _Marked(NamedTuple):
    """What is wrong in which cells of one sheet, by position; the second for yellow ones."""

    faulty: dict[Cell, list[str]]
    odd: set[Cell]


class _Book(NamedTuple):
    """A workbook being written, with its formats by colour and kind of number."""

    book: Any
    formats: dict[tuple[str, str], Any]

    def format(self, colour: str, number: str = "") -> Any:
        """Return the format of a colour and a number format, made at most once."""
        key = colour, number
        if key not in self.formats:
            look = {"bg_color": colour} if colour else {}
            look |= {"num_format": number} if number else {}
            self.formats[key] = self.book.add_format(look) if look else None
        return self.formats[key]


def copy_suffix(file: str) -> bool:
    """Return whether a file is one of rows and cells, of which a copy can be made."""
    return file.lower().endswith((*TEXT_SUFFIXES, *BOOK_SUFFIXES))


def write_copy(
    path: Path, faults: Sequence[Fault], odd: Sequence[Suspicion], draft: Path, lang: Lang,
    privacy: Privacy,
) -> None:  # fmt: skip
    """Write the coloured copy of one file.

    Parameters
    ----------
    path
        The original, which is only read.
    faults, odd
        Its faults and suspicions.
    draft
        The .xlsx to write.
    lang
        Language of the first sheet and of the comments.
    privacy
        "public" leaves personal columns empty.
    """
    import xlsxwriter

    sheets = read_whole(path)
    book = xlsxwriter.Workbook(str(draft), {
        "constant_memory": True, "tmpdir": str(draft.parent), "strings_to_formulas": False,
        "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True,
    })  # fmt: skip
    made = _Book(book, {})
    places = [_place(fault, sheets) for fault in faults]
    _write_list(made, path.name, faults, places, odd, sheets, lang, privacy)
    for sheet in sheets:
        _write_sheet(made, sheet, _marked(sheet, faults, places, odd, sheets, lang), privacy)
    book.close()


def _place(fault: Fault, sheets: Sequence[WholeSheet]) -> tuple[WholeSheet, list[Cell]] | None:
    """Return the sheet and the cells of a fault; None where it has none."""
    sheet = _sheet_of(fault.sheet, sheets)
    if sheet is None:
        return None
    columns = _columns(fault.column, sheet.headers)
    if fault.row is None:
        return (sheet, [(sheet.header_row, at) for at in columns]) if columns else None
    return sheet, [(fault.row - 1, at) for at in columns or [0]]


def _sheet_of(name: str | None, sheets: Sequence[WholeSheet]) -> WholeSheet | None:
    if name is not None:
        return next((sheet for sheet in sheets if sheet.name == name), None)
    known = [sheet for sheet in sheets if sheet.table is not None]
    return known[0] if known else sheets[0] if len(sheets) == 1 else None


def _columns(column: str | None, headers: Mapping[str, int]) -> list[int]:
    """Return the positions of a column, or of two, as in ``lon, lat``."""
    if column is None:
        return []
    if column in headers:
        return [headers[column]]
    return [headers[part] for part in column.split(", ") if part in headers]


def _marked(
    sheet: WholeSheet, faults: Sequence[Fault],
    places: Sequence[tuple[WholeSheet, list[Cell]] | None], odd: Sequence[Suspicion],
    sheets: Sequence[WholeSheet], lang: Lang,
) -> _Marked:  # fmt: skip
    faulty: dict[Cell, list[str]] = {}
    between = "" if lang == "zh" else " "
    for fault, place in zip(faults, places, strict=True):
        if place is not None and place[0] is sheet:
            told = f"{fault.problem.say(lang)}{between}{fault.remedy.say(lang)}".strip()
            for cell in place[1]:
                faulty.setdefault(cell, []).append(told)
    yellow = {
        (row - 1, 0) for one in odd if _sheet_of(one.sheet, sheets) is sheet for row in one.rows
    }
    return _Marked(faulty, yellow)


def _write_list(
    made: _Book, file: str, faults: Sequence[Fault],
    places: Sequence[tuple[WholeSheet, list[Cell]] | None], odd: Sequence[Suspicion],
    sheets: Sequence[WholeSheet], lang: Lang, privacy: Privacy,
) -> None:  # fmt: skip
    page = made.book.add_worksheet(_free_name(_LIST_NAME.say(lang), sheets))
    bold = made.book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width)
    page.freeze_panes(3, 0)
    page.write_string(0, 0, printable(_TITLE.say(lang, n=len(faults), file=file)))
    page.write_string(1, 0, _BLANKED.say(lang) if privacy == "public" else "")
    for at, head in enumerate(_HEADS):
        page.write_string(2, at, head.say(lang), bold)
    row = 3
    for row, (fault, place) in enumerate(zip(faults, places, strict=True), 3):
        _write_link(page, row, place)
        texts = (
            "" if fault.row is None else str(fault.row), fault.column or "", fault.value or "",
            fault.problem.say(lang), fault.remedy.say(lang),
        )  # fmt: skip
        for at, text in enumerate(texts, 1):
            page.write_string(row, at, printable(text)[:MOST_SIGNS])
    if odd:
        page.write_string(row + 2, 0, _ODD_HEAD.say(lang), bold)
        for number, one in enumerate(odd, row + 3):
            page.write_string(number, 0, printable(one.say(lang, with_file=False))[:MOST_SIGNS])


def _write_link(page: Any, row: int, place: tuple[WholeSheet, list[Cell]] | None) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    if place is None:
        return
    sheet, cells = place
    name, cell = _printed(sheet.name), xl_rowcol_to_cell(*cells[0])
    if row < MOST_LINKS:
        quoted = name.replace("'", "''")
        page.write_url(row, 0, f"internal:'{quoted}'!{cell}", string=f"{name} {cell}")
    else:
        page.write_string(row, 0, f"{name} {cell}")


def _write_sheet(made: _Book, sheet: WholeSheet, marked: _Marked, privacy: Privacy) -> None:
    page = made.book.add_worksheet(_printed(sheet.name))
    hidden = _personal_columns(sheet) if privacy == "public" else set()
    page.freeze_panes(sheet.header_row + 1, 0)
    width = max([len(sheet.headers), *(at + 1 for _, at in marked.faulty)])
    page.set_column(0, max(width - 1, 0), 16)
    commented = dict(list(marked.faulty.items())[:MOST_COMMENTS])
    by_row: dict[int, set[int]] = {}
    for row, at in (*marked.faulty, *marked.odd):
        by_row.setdefault(row, set()).add(at)
    for row in range(max([len(sheet.grid), *(row + 1 for row in by_row)])):
        cells = sheet.grid[row] if row < len(sheet.grid) else ()
        extra = by_row.get(row, ())
        for at in range(max([len(cells), *(at + 1 for at in extra)])):
            colour = _colour((row, at), marked) if at in extra else ""
            cell = cells[at] if at < len(cells) else None
            blank = at in hidden and row > sheet.header_row
            _write_cell(made, page, row, at, None if blank else cell, colour, privacy)
            if extra and (row, at) in commented:
                _write_comment(page, (row, at), commented[row, at])


def _write_comment(page: Any, cell: Cell, told: list[str]) -> None:
    text = printable("\n".join(dict.fromkeys(told)))[:MOST_SIGNS]
    page.write_comment(*cell, text, {"x_scale": 2, "y_scale": 1 + 0.4 * len(told)})


def _write_cell(
    made: _Book, page: Any, row: int, at: int, cell: Any, colour: str, privacy: Privacy
) -> None:
    if isinstance(cell, str) and cell:
        text = mask_personal(cell) if privacy == "public" else cell
        page.write_string(row, at, printable(text)[:MOST_SIGNS], made.format(colour))
    elif isinstance(cell, bool):
        page.write_boolean(row, at, cell, made.format(colour))
    elif isinstance(cell, (int, float)):
        page.write_number(row, at, cell, made.format(colour))
    elif isinstance(cell, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        number = next(form for kind, form in _CELL_FORMATS.items() if isinstance(cell, kind))
        page.write_datetime(row, at, cell, made.format(colour, number))
    elif colour:
        page.write_blank(row, at, None, made.format(colour))


def _colour(cell: Cell, marked: _Marked) -> str:
    return _FAULTY if cell in marked.faulty else _ODD


def _personal_columns(sheet: WholeSheet) -> set[int]:
    """Return the positions of the columns whose headers speak of names, phones or numbers."""
    if sheet.table is None:
        return set()
    personal = set(match_headers(tuple(sheet.headers), sheet.table, "").personal)
    return {at for header, at in sheet.headers.items() if header in personal}


def _free_name(name: str, sheets: Sequence[WholeSheet]) -> str:
    """Return a name for the first sheet that no sheet of the original has."""
    taken = {sheet.name.casefold() for sheet in sheets}
    while name.casefold() in taken:
        name += "_"
    return name


def _printed(name: str) -> str:
    return printable(name) or "sheet"
