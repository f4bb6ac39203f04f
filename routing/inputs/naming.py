"""Which table does a file hold, by its name? ``students.csv``, ``学生_堂邑小学.xlsx``."""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from routing.inputs.headers import plain
from routing.tables import ROAD_EDITS

STEMS = {
    "schools": ("schools", "学校", "school", "学校表", "学校名单"),
    "students": (
        "students",
        "学生",
        "student",
        "pupils",
        "学生表",
        "学生名单",
        "各村学生数",
        "各村学生人数",
    ),
    "bus_types": ("bus_types", "车型", "bus_type", "buses", "车型表", "校车"),
    "parkings": ("parkings", "停放点", "停车场", "parking", "停放点表"),
    "stop_list": ("stops", "站点", "停靠点", "stop_list", "站点表"),
    "transit": ("transit", "公交", "公交时刻表", "公交线路", "timetable", "gtfs"),
    "enrolment": ("enrolment", "招生预测", "学生预测", "在校生预测", "enrollment"),
    "catchments": ("catchments", "学区", "学区划分", "招生范围", "catchment"),
    "villages": ("villages", "村庄", "village", "村庄表", "村庄名单", "村名表", "村名", "村庄坐标"),
    "locations": ("locations", "学生位置", "location", "学生位置表"),
    "road_edits": ("road_edits", "道路修改", "道路修改表"),
}
"""File stems, sheets and layers of each table; the first two are those of the template."""

_BETWEEN = re.compile(r"[\s_\-–—.,()\[\]【】《》、,]+")
"""What may stand between the name of a table and the rest of a stem."""

_BRACKETED = re.compile(r"[(\[【《]([^)\]】》]*)[)\]】》]")
"""What stands in brackets; a number alone is a browser's second copy of the same file."""

_PUT_ASIDE = re.compile(
    r"old|back ?up|bak|copy|copies|template|example|sample|notes?|readme|draft|archive|test|"
    r"summary|totals?|photos?|districts?|doubtful|"
    r"旧|备份|副本|作废|模板|样表|样例|示例|说明|草稿|存档|汇总|统计|测试|照片"
)
"""Files whose stems also say this are not read: they are no part of a table."""


class Named(NamedTuple):
    """What a stem says: the table, and the rest (a school, say); "" where nothing is left."""

    table: str
    rest: str = ""


def plain_stems(name: str) -> tuple[str, ...]:
    """Return the plain names of a table's files, sheets and layers."""
    return tuple(plain(stem) for stem in STEMS[name])


def name_table(stem: str) -> Named | None:
    """Return the table that a file's stem or a folder's name says, None where it says none.

    Either the whole stem is one of a table's, or it begins or ends with one, parted from
    the rest by a mark: ``students_01``, ``学生-堂邑小学``, ``堂邑小学 学生名单``.

    Parameters
    ----------
    stem
        Without the suffix.
    """
    text = unicodedata.normalize("NFKC", stem)
    if name := _table(plain(text)):
        inner = " ".join(found[1].strip() for found in _BRACKETED.finditer(text))
        if _PUT_ASIDE.fullmatch(inner.casefold()):
            return None
        return Named(name, "" if inner.isdigit() else inner)
    words = [word for word in _BETWEEN.split(text) if word]
    if len(words) < 2 or any(_PUT_ASIDE.fullmatch(word.casefold()) for word in words):
        return None
    at_start = _longest(words)
    at_end = _longest(words[::-1], turned=True)
    if at_start and at_end and at_start[0] != at_end[0]:
        return None
    found = at_start or at_end
    if not found or found[0] == ROAD_EDITS.name:
        return None
    name, n_words = found
    rest = words[n_words:] if at_start else words[:-n_words]
    return Named(name, " ".join(rest))


def stem_of(path: Path) -> str:
    """Return a file's name without its suffix, and without both of ``.shp.zip``."""
    if path.is_dir():
        return path.name
    stem = path.stem
    return stem[:-4] if stem.lower().endswith(".shp") else stem


def _longest(words: list[str], *, turned: bool = False) -> tuple[str, int] | None:
    """Return the table that the most of the first words are the name of, and how many."""
    for n_words in range(len(words) - 1, 0, -1):
        part = words[:n_words][::-1] if turned else words[:n_words]
        if name := _table(plain("".join(part))):
            return name, n_words
    return None


def _table(stem: str) -> str | None:
    return next((name for name in STEMS if stem in plain_stems(name)), None)
