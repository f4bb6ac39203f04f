"""What was mended in the cells of a column? The kinds of repair, and in how many cells."""

from collections.abc import Iterable, Sequence
from typing import Any

from routing.inputs.cells import are_clean, clean, kinds_of_repair
from routing.inputs.inspection import FIRST_ROWS, Repair
from routing.inputs.sheet import Sheet
from routing.inputs.values import parse_float
from routing.tables import Column
from routing.words import Text

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
"""Files in which every cell is text, so that a number stored as text says nothing."""

_N_EXAMPLES = 3

_WHAT = {
    "wide": Text(
        "full-width characters were read as ordinary ones (３ as 3).",
        "全角字符已按半角读取（３读作3）。",
    ),
    "blanks": Text(
        "blanks and line breaks around the text were taken away.", "已去除多余的空格和换行。"
    ),
    "hidden": Text("hidden marks that nobody sees were taken away.", "已去除不可见的隐藏字符。"),
    "text_number": Text(
        "numbers stored as text were read as numbers.", "以文本形式存储的数字已按数字读取。"
    ),
    "grade_words": Text(
        "grades in words were read as numbers: {examples}.", "文字年级已换算为数字：{examples}。"
    ),
    "byte_mark": Text(
        "the mark at the beginning of the file (BOM) was passed over.",
        "已忽略文件开头的字节顺序标记（BOM）。",
    ),
}


def cell_repairs(sheet: Sheet, at: int, *, numbers: bool = False) -> list[Repair]:
    """Return what cleaning mended in one column: blanks, wide characters, hidden marks.

    Parameters
    ----------
    sheet
        The cells as the file holds them.
    at
        Position of the column.
    numbers
        Whether the column wants numbers, so that those stored as text count too.
    """
    cells = sheet.cells[at]
    texts = {cell for cell in cells if type(cell) is str}
    clear = are_clean(texts)
    changed = () if clear else (text for text in texts if clean(text) not in {None, text})
    found = _told(sheet, at, cells, {text: kinds_of_repair(text) for text in changed})
    if numbers and not sheet.file.lower().endswith(TEXT_SUFFIXES):
        plain = {text: text if clear else clean(text) or "" for text in texts}
        stored = {text for text, clear in plain.items() if parse_float(clear) is not None}
        found += _told(sheet, at, cells, dict.fromkeys(stored, ("text_number",)))
    return found


def column_repairs(
    sheet: Sheet, at: int, column: Column, values: Sequence[Any], *, mended: bool
) -> list[Repair]:
    """Return what was mended in a column whose values were read.

    Parameters
    ----------
    sheet, at
        The cells as the file holds them, and the position of the column.
    column
        What the column should hold.
    values
        What was read; None where a cell is empty or wrong.
    mended
        Whether cleaning changed any cell; it need not be looked for where it did not.
    """
    numbers = column.kind in {"whole", "number"}
    in_workbook = not sheet.file.lower().endswith(TEXT_SUFFIXES)
    found = cell_repairs(sheet, at, numbers=numbers) if mended or (numbers and in_workbook) else []
    if column.unit == "grade":
        found += _grade_words(sheet, at, values)
    return found


def byte_mark_repair(file: str) -> Repair:
    """Return the repair of a text file that begins with a byte order mark."""
    return Repair(file, "byte_mark", _WHAT["byte_mark"])


def _grade_words(sheet: Sheet, at: int, values: Sequence[Any]) -> list[Repair]:
    cells = sheet.cells[at]
    words: dict[str, int] = {}
    for cell, value in zip(cells, values, strict=True):
        if value is not None and type(cell) is str and cell not in words:
            words[cell] = value
    words = {cell: value for cell, value in words.items() if parse_float(clean(cell) or "") is None}
    if not words:
        return []
    pairs = [(clean(cell), value) for cell, value in words.items()][:_N_EXAMPLES]
    examples = Text(
        ", ".join(f"{word} as {value}" for word, value in pairs),
        "、".join(f"{word}读作{value}" for word, value in pairs),
    )
    what = Text(
        _WHAT["grade_words"].en.format(examples=examples.en),
        _WHAT["grade_words"].zh.format(examples=examples.zh),
    )
    return _told(sheet, at, cells, dict.fromkeys(words, ("grade_words",)), what)


def _told(
    sheet: Sheet, at: int, cells: Iterable[Any], kinds: dict[str, tuple[str, ...]],
    what: Text | None = None,
) -> list[Repair]:  # fmt: skip
    """Return one repair per kind, of the cells that hold one of the texts."""
    if not kinds:
        return []
    found = []
    for kind in dict.fromkeys(kind for several in kinds.values() for kind in several):
        texts = {text for text, several in kinds.items() if kind in several}
        pairs = zip(sheet.rows, cells, strict=True)
        rows = tuple(row for row, cell in pairs if type(cell) is str and cell in texts)
        found.append(Repair(
            sheet.file, kind, what or _WHAT[kind], len(rows), rows[:FIRST_ROWS],
            sheet.headers[at],
        ))  # fmt: skip
    return found
