"""Write an empty workbook with every table a planner fills in, and what its columns mean.

Each header says what belongs under it, cells of choices have drop-downs, and a grey example
row shows the form.
"""

import io
from pathlib import Path
from typing import Any

from routing.atomic import write_bytes
from routing.inputs.examples import EXAMPLES, Example
from routing.inputs.headers import LAT_HEADERS, LON_HEADERS, accepted_headers
from routing.inputs.naming import STEMS
from routing.inputs.sheet import MAX_ROWS
from routing.inputs.values import CHOICE_WORDS, range_text, unit_text
from routing.tables import TEMPLATE_TABLES, Column, Table
from routing.words import Lang, Text

DICTIONARY = Text("dictionary", "数据字典")

_HEADERS = (
    Text("table", "表"), Text("column", "列"), Text("unit", "单位"), Text("meaning", "含义"),
    Text("required", "必填"), Text("range or choices", "范围或选项"),
    Text("also read under these headers", "其他可用表头"),
)  # fmt: skip
_WIDTHS = (14, 22, 18, 70, 10, 60, 50)
_YES_NO = Text("yes", "是"), Text("no", "否")
_FLAGS = Text("yes, no", "是、否")
_CLOCK = Text("clock time such as 08:20", "时刻，如08:20")
_DEGREES = Text("degrees, WGS-84", "度，WGS-84")
_LON = Text("longitude: ", "经度：")
_LAT = Text("latitude: ", "纬度：")
_EXAMPLE = Text(
    "An example. Write over it or delete it; left as it is, it is passed over.",
    "示例行：可改写或删除；保留则不读入。",
)
_ODD_TITLE = Text("Please check", "请核对")
_ODD = Text(
    "This value is not in the list or range of this column; see the dictionary.",
    "该值不在本列的选项或范围内，请参见数据字典。",
)
_MOST_KEYS = 2_000
"""Schools offered in a drop-down (rows; assumed)."""
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
    for table in TEMPLATE_TABLES:
        _write_table(book, table, lang)
    _write_dictionary(book, lang)
    book.close()
    return write_bytes(path, content.getvalue())


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
    numbers = {"text": "@", "choice": "@", "clock": "hh:mm"}
    formats = {kind: book.add_format({"num_format": form}) for kind, form in numbers.items()}
    grey = {
        kind: book.add_format({"italic": True, "font_color": "#7F7F7F", "num_format": form})
        for kind, form in {**numbers, "": "General"}.items()
    }
    rows = iter(_dictionary_rows(table, lang))
    at = 0
    for column in table.planned:
        for which, header in enumerate(header_names(column, lang)):
            sheet.set_column(at, at, 16, formats.get(column.kind))
            sheet.write_string(0, at, header, must if column.required else may)
            sheet.write_comment(0, at, _comment(next(rows), lang), {"x_scale": 2})
            _write_example(sheet, at, _example(table, column, which), grey, column.kind, lang)
            if rule := _rule(column, lang):
                sheet.data_validation(1, at, MAX_ROWS, at, rule)
            at += 1
    sheet.write_comment(1, 0, _EXAMPLE.say(lang), {"x_scale": 2})
    sheet.freeze_panes(1, 0)


def _example(table: Table, column: Column, which: int) -> Example:
    name = ("lon", "lat")[which] if column.kind == "point" else column.name
    return EXAMPLES[table.name].get(name)


def _write_example(
    sheet: Any, at: int, example: Example, formats: dict[str, Any], kind: str, lang: Lang
) -> None:
    look = formats.get(kind, formats[""])
    if isinstance(example, Text):
        sheet.write_string(1, at, example.say(lang), look)
    elif example is not None:
        sheet.write_number(1, at, example / 86_400 if kind == "clock" else example, look)


def _comment(row: tuple[str, ...], lang: Lang) -> str:
    """Return what the header of a column says when the pointer rests on it."""
    _, _, unit, meaning, required, span, _ = row
    told = {_HEADERS[2]: unit, _HEADERS[4]: required, _HEADERS[5]: span}
    colon = "：" if lang == "zh" else ": "
    return "\n".join(
        [meaning, *(f"{head.say(lang)}{colon}{text}" for head, text in told.items() if text)]
    )


def _rule(column: Column, lang: Lang) -> dict[str, Any]:
    """Return the drop-down or range of a column; other words are warned of, not refused."""
    warned = {"error_type": "warning", "error_title": _ODD_TITLE.say(lang)}
    words = choice_words(column, lang)
    if words:
        return {**warned, "validate": "list", "source": words, "error_message": _ODD.say(lang)}
    if column.keys:
        table = next(table for table in TEMPLATE_TABLES if table.name == column.keys)
        source = f"='{sheet_name(table, lang)}'!$A$2:$A${_MOST_KEYS}"
        return {**warned, "validate": "list", "source": source, "error_message": _ODD.say(lang)}
    if column.kind in {"whole", "number"} and column.low is not None:
        kind = "integer" if column.kind == "whole" else "decimal"
        ends = {"criteria": ">=", "value": column.low} if column.high is None else {
            "criteria": "between", "minimum": column.low, "maximum": column.high,
        }  # fmt: skip
        return {**warned, "validate": kind, **ends, "error_message": _ODD.say(lang)}
    return {}


def choice_words(column: Column, lang: Lang) -> list[str]:
    """Return the words of a column's drop-down; none where any value may stand."""
    if column.kind == "flag":
        return [word.say(lang) for word in _YES_NO]
    if column.unit == "grade":
        return [str(grade) for grade in range(int(column.low or 0), int(column.high or 9) + 1)]
    if column.kind != "choice" or lang == "en":
        return list(column.choices) if column.kind == "choice" else []
    if column.choices == ("primary", "nine_year"):
        return ["小学生专用", "中小学生专用"]
    return [CHOICE_WORDS.get(choice, (choice,))[0] for choice in column.choices]


def _write_dictionary(book: Any, lang: Lang) -> None:
    sheet = book.add_worksheet(DICTIONARY.say(lang))
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
        sheet.set_column(at, at, width, wrap)
        sheet.write_string(0, at, header.say(lang), bold)
    rows = [row for table in TEMPLATE_TABLES for row in _dictionary_rows(table, lang)]
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
            others = _other_headers(column, header, at)
            rows.append((sheet_name(table, lang), header, unit, words, required, span, others))
    return rows


def _other_headers(column: Column, header: str, at: int) -> str:
    """Return the other headers under which a column is found."""
    names = (LON_HEADERS, LAT_HEADERS)[at] if column.kind == "point" else accepted_headers(column)
    return ", ".join(name for name in names if name != header)


def _span(column: Column) -> Text:
    """Return the range, the choices or the form of a column, and what an empty cell means."""
    if column.kind == "flag":
        span = _FLAGS
    elif column.kind == "clock":
        span = _CLOCK
    elif column.kind == "choice":
        span = Text(", ".join(column.choices), "、".join(choice_words(column, "zh")))
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
