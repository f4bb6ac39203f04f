"""What the text of a cell means: a number, a clock time, a grade, a flag, a choice."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routing.inputs.headers import fill_both, plain
from routing.inputs.parts import FAILED
from routing.tables import Column
from routing.units import parse_clock
from routing.words import Text

UNITS_ZH = {
    "grade": "年级", "s after midnight": "时刻", "students": "人", "meals": "份", "buses": "辆",
    "persons": "人", "yuan per year": "元/年", "yuan per km": "元/公里", "m": "米",
    "places": "个", "year": "年", "km/h": "公里/时", "EPSG:4326": "度（WGS-84）", "": "",
}  # fmt: skip
"""Units of the planner's columns in Chinese."""

CHOICE_WORDS = {
    "kindergarten": ("幼儿园", "幼儿"),
    "teaching_point": ("教学点", "教学点小学"),
    "primary": (
        "小学", "完全小学", "完小", "村小", "小学生", "小学生专用", "小学生校车", "小学生专用校车",
    ),
    "junior": ("初中", "初级中学", "中学"),
    "nine_year": (
        "九年一贯", "九年一贯制", "九年一贯制学校", "九年制",
        "中小学生", "中小学生专用", "中小学生校车", "中小学生专用校车",
    ),
    "none": ("无", "没有", "否"),
    "wheelchair": ("轮椅",),
    "other": ("其他", "其它"),
    "given": ("表中给出",),
    "village": ("按村定位",),
    "address": ("按住址定位",),
    "town": ("按乡镇定位",),
    "add_road": ("新增道路", "新建道路", "加路"),
    "close_road": ("封闭道路", "封路", "断路"),
    "oneway": ("单行", "单行道", "单向"),
    "two_way": ("双向", "双行", "双向通行"),
    "speed": ("限速",),
    "limit": ("限高", "限宽", "限重", "限制", "限高限重"),
    "stop": ("设站", "停靠", "站点"),
    "turning_place": ("掉头点", "掉头处", "回车场", "调头点"),
}  # fmt: skip
"""Chinese words for the choices of ``routing.tables``."""

YES = frozenset({"是", "yes", "y", "true", "t", "1", "√", "✓", "✔", "对", "有", "寄宿", "住校"})
NO = frozenset({"否", "no", "n", "false", "f", "0", "×", "✗", "错", "无", "没有", "走读", "不"})

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
_CUT_NUMBER = re.compile(r"\d(\.\d+)?e\+?\d\d", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:\d{4}-\d\d?-\d\d?[ T])?(?P<half>上午|早上|中午|下午|晚上)?\s*"
    r"(?P<h>\d{1,2})\s*(?::|点|时)\s*"
    r"(?P<m>\d{1,2})?分?(?::(?P<s>\d{1,2})(?:\.\d+)?)?\s*(?P<mark>am|pm)?",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"0?\.\d+")
_LEAST_SECONDS = 3_600
"""A whole number in a column of seconds below this is hours or a slip (s; assumed)."""

_TOO_HIGH = 10
_HAN = {char: at for at, char in enumerate("零一二三四五六七八九")}
_GRADE = re.compile(
    r"(?:g|grade|year|年级)?\s*(?P<n>\d+)(?:\.0*)?(?:年级?.*)?|"
    r"(?P<level>小学|小|初中|初)?(?P<han>[一二三四五六七八九1-9])(?P<tail>年级?.*|\(.*|)",
    re.IGNORECASE,
)
_KINDERGARTEN = re.compile("(幼儿园)?(大|中|小|托)班|幼儿园.*|学前班?|幼儿|k|kindergarten")

_FAILED = Text("is a formula without a result.", "为没有结果的公式。")
_RESULT = Text("Write the value in place of the formula.", "请填写数值，不用公式。")
_NO_NUMBER = Text("is no number.", "不是数字。")
_NUMBER_ONLY = Text(
    "Write the number alone, without unit or comma.", "请只写数字，不带单位或逗号。"
)
_NOT_WHOLE = Text("is no whole number.", "不是整数。")
_ROUND = Text("Write a whole number.", "请写整数。")
_NOT_IN = Text("is outside {low} to {high}{unit}.", "超出范围：{low}至{high}{unit}。")
_UNDER = Text("is under {low}{unit}.", "小于{low}{unit}。")
_IN_RANGE = Text("Correct the number.", "请更正。")
_NO_CLOCK = Text("is no clock time.", "不是时刻。")
_CLOCK_AS = Text("Write it as 08:20.", "请写成08:20的形式。")
_NO_GRADE = Text("is no grade from 0 (kindergarten) to 9.", "不是0（幼儿园）至9的年级。")
_GRADE_AS = Text(
    "Write 0 for kindergarten, 1-6 for primary, 7-9 for junior school.",
    "幼儿园写0，小学写1至6，初中写7至9。",
)
_NO_FLAG = Text("is neither yes nor no.", "既不是“是”也不是“否”。")
_FLAG_AS = Text("Write yes or no.", "请写“是”或“否”。")
_NO_CHOICE = Text("is not among the choices.", "不在可选项中。")
_CHOOSE = Text("Write one of: {choices}.", "请填写以下之一：{choices}。")
_CUT = Text(
    "is a number that the spreadsheet has cut to 15 digits.",
    "为已被表格软件截断的数字（仅15位有效）。",
)
_AS_TEXT = Text(
    "Format the column as text and enter the whole number again.",
    "请将该列设为文本格式后重新录入完整编号。",
)


@dataclass(frozen=True)
class Wrong:
    """Why a text is not what a column wants, and what to do."""

    problem: Text
    remedy: Text


def parse_texts(texts: Sequence[str | None], column: Column) -> tuple[list[Any], dict[int, Wrong]]:
    """Return the values of a column's cells, and what is wrong with which.

    Parameters
    ----------
    texts
        Clean texts, None where a cell is empty.
    column
        What they should be.

    Returns
    -------
    values
        str, int, float or bool; None where the cell is empty or wrong.
    wrong
        Position -> what is wrong there.
    """
    if column.kind == "text" and _all_words(texts):
        return list(texts), {}
    known = {text: parse_text(text, column) for text in dict.fromkeys(texts) if text is not None}
    wrong = {text: value for text, value in known.items() if isinstance(value, Wrong)}
    if not wrong:
        return [None if text is None else known[text] for text in texts], {}
    values = [None if text is None or text in wrong else known[text] for text in texts]
    return values, {at: wrong[text] for at, text in enumerate(texts) if text in wrong}


def _all_words(texts: Sequence[str | None]) -> bool:
    """Return whether no text can be a failed formula or a number cut by a spreadsheet."""
    whole = "".join(filter(None, texts))
    return "#" not in whole and "e" not in whole and "E" not in whole


def parse_text(text: str, column: Column) -> Any:
    """Return the value of one clean text, or what is ``Wrong`` with it."""
    if FAILED.fullmatch(text):
        return Wrong(_FAILED, _RESULT)
    if column.unit == "grade":
        return parse_grade(text)
    return _PARSERS[column.kind](text, column)


def parse_time(text: str, *, seconds: bool = False) -> int | Wrong:
    """Return the seconds after midnight of ``08:20``, ``下午4点30分``, or a part of a day.

    Parameters
    ----------
    text
        A clock time, a date with one, or a spreadsheet's part of a day (0.3472).
    seconds
        Whether a whole number is seconds after midnight already.
    """
    if seconds and text.isdecimal() and _LEAST_SECONDS <= int(text[:9]) < 86_400:
        return int(text)
    if _FRACTION.fullmatch(text):
        return min(round(float(text) * 86_400), 86_399)
    match = _CLOCK.fullmatch(text)
    if not match:
        return Wrong(_NO_CLOCK, _CLOCK_AS)
    hours = int(match["h"])
    mark = (match["mark"] or "").lower()
    if (match["half"] in {"下午", "晚上"} or mark == "pm") and hours < 12:
        hours += 12
    elif mark == "am" and hours == 12:
        hours = 0
    try:
        return parse_clock(f"{hours}:{match['m'] or 0}:{match['s'] or 0}")
    except ValueError:
        return Wrong(_NO_CLOCK, _CLOCK_AS)


def parse_grade(text: str) -> int | Wrong:
    """Return the grade of ``5``, ``五年级``, ``G5``, ``初一`` (7) or ``大班`` (0)."""
    text = text.replace(" ", "")
    if _KINDERGARTEN.fullmatch(text.lower()):
        return 0
    match = _GRADE.fullmatch(text)
    if not match:
        return Wrong(_NO_GRADE, _GRADE_AS)
    if match["n"] is not None:
        grade = int(match["n"][:4])
    else:
        grade = _HAN[match["han"]] if match["han"] in _HAN else int(match["han"])
        if (match["level"] or "").startswith("初") and grade < 7:
            grade = grade + 6 if grade <= 3 else _TOO_HIGH
    return grade if grade <= 9 else Wrong(_NO_GRADE, _GRADE_AS)


def parse_float(text: str) -> float | None:
    """Return a number, None where the text is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def unit_text(unit: str) -> Text:
    """Return a unit in both languages, with a blank before the English one."""
    if unit == "s after midnight":
        return Text("", "")
    return Text(f" {unit}" if unit else "", UNITS_ZH.get(unit, unit))


def range_text(column: Column) -> Text:
    """Return the range of a number in words; empty where it has none."""
    if column.high is not None:
        span = f"{column.low or 0:g}", f"{column.high:g}"
        return Text(f"{span[0]} to {span[1]}", f"{span[0]}至{span[1]}")
    if column.low is not None:
        return Text(f"{column.low:g} or more", f"不小于{column.low:g}")
    return Text("", "")


def _parse_number(text: str, column: Column) -> float | int | Wrong:
    number = parse_float(text)
    if number is None or not math.isfinite(number):
        return Wrong(_NO_NUMBER, _NUMBER_ONLY)
    if column.kind == "whole" and not _WHOLE.fullmatch(text):
        return Wrong(_NOT_WHOLE, _ROUND)
    low = -math.inf if column.low is None else column.low
    high = 2.0**53 if column.high is None else column.high
    if not low <= number <= high:
        span = _UNDER if column.high is None and number < low else _NOT_IN
        ends = {name: Text(f"{end:g}", f"{end:g}") for name, end in (("low", low), ("high", high))}
        return Wrong(fill_both(span, unit=unit_text(column.unit), **ends), _IN_RANGE)
    return int(number) if column.kind == "whole" else number


def _parse_flag(text: str, _: Column) -> bool | Wrong:
    word = text.casefold()
    if word in YES:
        return True
    return False if word in NO else Wrong(_NO_FLAG, _FLAG_AS)


def _parse_choice(text: str, column: Column) -> str | Wrong:
    word = plain(text)
    for choice in column.choices:
        if word == plain(choice) or text in CHOICE_WORDS.get(choice, ()):
            return choice
    words = [CHOICE_WORDS.get(choice, (choice,))[0] for choice in column.choices]
    if column.choices == ("primary", "nine_year"):
        words = ["小学生专用", "中小学生专用"]
    choices = Text(", ".join(column.choices), "、".join(words))
    return Wrong(_NO_CHOICE, fill_both(_CHOOSE, choices=choices))


def _parse_words(text: str, column: Column) -> str | Wrong:
    is_key = column.name.endswith("_id")
    return Wrong(_CUT, _AS_TEXT) if is_key and _CUT_NUMBER.fullmatch(text) else text


def _parse_clock(text: str, column: Column) -> int | Wrong:
    return parse_time(text, seconds=column.name.endswith("_s"))


_PARSERS: Mapping[str, Callable[[str, Column], Any]] = {
    "text": _parse_words,
    "whole": _parse_number,
    "number": _parse_number,
    "clock": _parse_clock,
    "flag": _parse_flag,
    "choice": _parse_choice,
}
