"""The plan as one Excel workbook: routes, stop times, riders, gaps, schools, buses.

Whatever comes from data is written as text: nothing in a cell is a formula or a link.
"""

import unicodedata
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from routing.outputs.atomic import replacing
from routing.outputs.cleaning import printable
from routing.outputs.exports import log_export
from routing.outputs.masking import Mask, Privacy
from routing.outputs.report_words import WORDS
from routing.outputs.sheets import Cell, Sheet, list_sheets
from routing.records import Plan
from routing.words import Lang, Text

MOST_SIGNS = 32_000
"""Excel takes 32,767 signs in a cell."""

NARROW, WIDE = 6, 48
"""Widths of columns (signs)."""

FORMATS = {
    "text": {"valign": "top", "text_wrap": True},
    "whole": {"valign": "top", "num_format": "#,##0"},
    "number": {"valign": "top", "num_format": "#,##0.0"},
    "plain": {"valign": "top"},
    "clock": {"valign": "top", "num_format": "hh:mm", "align": "right"},
    "masked": {"valign": "top", "align": "right"},
    "head": {"bold": True, "bottom": 1, "bg_color": "#F0F3F6", "text_wrap": True, "valign": "top"},
}  # fmt: skip


def write_workbook(
    plan: Plan, path: Path | str, *, lang: Lang = "en", privacy: Privacy = "internal"
) -> Path:
    """Write a plan as an Excel workbook.

    Parameters
    ----------
    plan
        The plan.
    path
        The .xlsx file to make or replace.
    lang
        Language of sheets and headers: "en" or "zh".
    privacy
        "internal" lists the rows of pupils; "public" shows no pupil and no group under
        the policy's ``min_cell``.

    Returns
    -------
    path
        The file.

    Raises
    ------
    RoutingError
        When the file cannot be written, or ``privacy`` is neither word.
    """
    path = Path(path)
    sheets = list_sheets(plan, Mask(plan.policy.min_cell, privacy), lang)
    content = pack_sheets(sheets, lang)
    with replacing(path) as draft:
        draft.write_bytes(content)
    return log_export(path, privacy, lang)


class _Book(NamedTuple):
    """A workbook being written, with its formats by name."""

    book: Any
    formats: dict[str, Any]


def pack_sheets(
    sheets: list[Sheet], lang: Lang, words: Mapping[str, Text] | None = None, title: str = "title"
) -> bytes:
    """Return the sheets as the content of a workbook.

    Parameters
    ----------
    sheets
        Names and heads are keys of ``words``.
    lang
        Language of sheets and headers.
    words
        Default: those of the plan's workbook.
    title
        Key of the workbook's title.
    """
    import xlsxwriter

    words = WORDS if words is None else words

    content = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(content, {"in_memory": True, **options})
    book.set_properties({"title": words[title].say(lang)})
    formats = {name: book.add_format(look) for name, look in FORMATS.items()}
    for sheet in sheets:
        _add(_Book(book, formats), sheet, words, lang)
    book.close()
    return content.getvalue()


def _add(to: _Book, sheet: Sheet, words: Mapping[str, Text], lang: Lang) -> None:
    """Add a sheet: frozen head, filter, widths by content; prints one page wide."""
    page = to.book.add_worksheet(words[sheet.name].say(lang))
    heads = [printable(words[head.word].say(lang)) for head in sheet.heads]
    for column, (head, text) in enumerate(zip(sheet.heads, heads, strict=True)):
        page.write_string(0, column, text, to.formats["head"])
        cells = [row[column] for row in sheet.rows]
        page.set_column(column, column, _width(text, cells))
        for line, cell in enumerate(cells, start=1):
            _write(page, (line, column), cell, head.kind, to.formats)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(heads) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write(
    page: Any, place: tuple[int, int], cell: Cell, kind: str, formats: dict[str, Any]
) -> None:
    if cell is None:
        page.write_blank(*place, None, formats[kind])
    elif isinstance(cell, str):
        look = formats["text" if kind == "text" else "masked"]
        page.write_string(*place, printable(cell)[:MOST_SIGNS], look)
    else:
        day_s = 86_400
        number = cell // 60 * 60 / day_s if kind == "clock" else cell
        page.write_number(*place, number, formats[kind])


def _width(head: str, cells: list[Cell]) -> float:
    """Return the width of a column; a Chinese sign is as wide as two others."""
    longest = max((_signs(str(cell)) for cell in cells if cell is not None), default=0)
    head_width = max(_signs(word) for word in head.split(" "))
    return min(max(longest, head_width, NARROW) + 2, WIDE)


def _signs(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
