"""Write an empty workbook with every table a planner fills in, and what its columns mean."""

import io
import os
from pathlib import Path
from typing import Any

from routing.inputs.folder import STEMS
from routing.inputs.headers import LAT_HEADERS, LON_HEADERS
from routing.inputs.values import CHOICE_WORDS, range_text, unit_text
from routing.tables import INPUT_TABLES, Column, Table
from routing.words import Lang, Text

DICTIONARY = Text("dictionary", "数据字典")

_HEADERS = (
    Text("table", "表"), Text("column", "列"), Text("unit", "单位"), Text("meaning", "含义"),
    Text("required", "必填"), Text("range or choices", "范围或选项"),
)  # fmt: skip
_WIDTHS = (14, 22, 18, 70, 10, 60)
_YES_NO = Text("yes", "是"), Text("no", "否")
_FLAGS = Text("yes, no", "是、否")
_CLOCK = Text("clock time such as 08:20", "时刻，如08:20")
_DEGREES = Text("degrees, WGS-84", "度，WGS-84")
_LON = Text("longitude: ", "经度：")
_LAT = Text("latitude: ", "纬度：")
_BLANK = Text("; when empty: {default}", "；留空则为：{default}")


def write_template(path: Path | str, lang: Lang = "en") -> Path:
    """Write an empty Excel workbook of the planner's tables, with a data dictionary.

    Filled in and put in the county folder as it is, under any name, it is read as all of
    its tables; sheets of tables that a county does not have stay empty.

    Parameters
    ----------
    path
        The .xlsx to write; an existing file is replaced.
    lang
        Language of sheets, headers and dictionary.

    Returns
    -------
    path
        Where it stands.
    """
    import xlsxwriter

    path = Path(path)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    })  # fmt: skip
    for table in INPUT_TABLES:
        _write_table(book, table, lang)
    _write_dictionary(book, lang)
    book.close()
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    try:
        part.write_bytes(content.getvalue())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def header_names(column: Column, lang: Lang) -> tuple[str, ...]:
    """Return the headers under which a template holds a column; two for a point."""
    at = 1 if lang == "zh" else 0
    if column.kind == "point":
        return LON_HEADERS[at], LAT_HEADERS[at]
    return ((column.zh or column.name) if lang == "zh" else column.name,)


def sheet_name(table: Table, lang: Lang) -> str:
    """Return the name of a table's sheet."""
    return STEMS[table.name][1 if lang == "zh" else 0]


def _write_table(book: Any, table: Table, lang: Lang) -> None:
    sheet = book.add_worksheet(sheet_name(table, lang))
    must = book.add_format({"bold": True, "bg_color": "#FFE699", "border": 1})
    may = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    as_text = book.add_format({"num_format": "@"})
    as_clock = book.add_format({"num_format": "hh:mm"})
    at = 0
    for column in table.planned:
        cells = {"text": as_text, "choice": as_text, "clock": as_clock}.get(column.kind)
        for header in header_names(column, lang):
            sheet.set_column(at, at, 16, cells)
            sheet.write_string(0, at, header, must if column.required else may)
            at += 1
    sheet.freeze_panes(1, 0)


def _write_dictionary(book: Any, lang: Lang) -> None:
    sheet = book.add_worksheet(DICTIONARY.say(lang))
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
        sheet.set_column(at, at, width, wrap)
        sheet.write_string(0, at, header.say(lang), bold)
    rows = [row for table in INPUT_TABLES for row in _dictionary_rows(table, lang)]
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row):
            sheet.write_string(number, at, text)
    sheet.freeze_panes(1, 0)


def _dictionary_rows(table: Table, lang: Lang) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for column in table.planned:
        required = _YES_NO[0 if column.required else 1].say(lang)
        meaning = column.meaning.say(lang)
        unit, span = unit_text(column.unit).say(lang).strip(), _span(column).say(lang)
        for at, header in enumerate(header_names(column, lang)):
            words = meaning
            if column.kind == "point":
                words = (_LON, _LAT)[at].say(lang) + meaning
                unit, span = _DEGREES.say(lang), ("-180 - 180", "-90 - 90")[at]
            rows.append((sheet_name(table, lang), header, unit, words, required, span))
    return rows


def _span(column: Column) -> Text:
    """Return the range, the choices or the form of a column, and what an empty cell means."""
    if column.kind == "flag":
        span = _FLAGS
    elif column.kind == "clock":
        span = _CLOCK
    elif column.kind == "choice":
        zh = [CHOICE_WORDS.get(choice, (choice,))[0] for choice in column.choices]
        span = Text(", ".join(column.choices), "、".join(zh))
    else:
        span = range_text(column)
    if column.default is None or column.default == "":
        return span
    default = column.default
    if isinstance(default, bool):
        words = _YES_NO[0 if default else 1]
    else:
        words = Text(str(default), CHOICE_WORDS.get(str(default), (str(default),))[0])
    blank = Text(_BLANK.en.format(default=words.en), _BLANK.zh.format(default=words.zh))
    return Text((span.en + blank.en).lstrip("; "), (span.zh + blank.zh).lstrip("；"))
