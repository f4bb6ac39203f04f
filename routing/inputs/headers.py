"""Which column of a file is which column of the table? Names and aliases, Chinese and English."""

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routing.errors import Fault
from routing.inputs.systems import strip_system, system_of_header
from routing.tables import Column, Table
from routing.words import Text

LON_HEADERS = ("lon", "经度", "lng", "long", "longitude", "x", "xcoord", "东经")
LAT_HEADERS = ("lat", "纬度", "latitude", "y", "ycoord", "北纬")
POINT_HEADERS = ("geometry", "位置", "geom", "wkt", "坐标", "经纬度", "coordinates")
"""Headers of a point given as two numbers, and as one cell."""

_PERSONAL = re.compile(
    "姓名|名字|身份证|证件|电话|手机|联系|家长|监护|父亲|母亲|微信|邮箱|家庭|户籍|出生|民族|银行|"
    "班主任|学籍|phone|mobile|^tel|contact|parent|guardian|father|mother|wechat|e?mail|idcard|"
    "idnumber|identity|passport|birth|surname|fullname|firstname|lastname"
)
_PERSONAL_OF_STUDENTS = re.compile(
    "^(学生|孩子|儿童)名?$|住址|地址|address|(?<!school)(?<!village)(?<!town)name"
)
"""A school's address is no secret; a pupil's is."""
_SIMPLER = str.maketrans(
    "學號編經緯級數車類點時間鄉鎮載運費長寬總質輪規劃條員莊區興廣東門橋線單雙與從離達開關閉業預測圍範選"
    "齡歲駐寢飯標識碼專終課給發現實際備註戶縣應無電話帳聯絡證齊灣嶺溝場園兒縱橫軸監護親郵銀機繫係黨婦",
    "学号编经纬级数车类点时间乡镇载运费长宽总质轮规划条员庄区兴广东门桥线单双与从离达开关闭业预测围范选"
    "龄岁驻寝饭标识码专终课给发现实际备注户县应无电话帐联络证齐湾岭沟场园儿纵横轴监护亲邮银机系系党妇",
)
"""Traditional signs of headers -> simplified ones."""
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|<.*?>")

_MISSING = Text("there is no column for {meaning}.", "缺少列：{meaning}。")
_ACCEPTED = Text("Add a column headed {names}.", "请添加列，表头可为：{names}。")
_TWICE = Text(
    "stands over {n} columns, all of which mean {name}.", "表头出现在{n}列上，均表示{name}。"
)
_ONE = Text("Keep one of them, or rename the others.", "请只保留一列，或更改其他列的表头。")
_UNKNOWN = Text("{file}: columns not read: {names}.", "{file}：未读取的列：{names}。")
_KEPT = Text(
    "{file}: columns without a meaning here, kept as text for your own use: {names}.",
    "{file}：以下列含义未知，仅作为文本保留：{names}。",
)
_SECRET = Text(
    "{file}: columns that may hold personal data were not read: {names}. Better remove them.",
    "{file}：以下列可能含个人信息，未读取：{names}。建议删除。",
)


_MOST_NAMED = 8
"""So many headers of a missing column are named (assumed)."""

_OF_POINTS = ("lon", "lat", "geometry")


@dataclass(frozen=True)
class Match:
    """Which column of a file holds what.

    Parameters
    ----------
    at
        Column of the schema -> position in the file; a point may be ``lon`` and ``lat``
        instead of ``geometry``.
    unknown, personal
        Headers that are read as nothing; the personal ones are not even looked at.
    faults
        Headers that stand twice.
    """

    at: dict[str, int]
    unknown: tuple[str, ...]
    personal: tuple[str, ...]
    faults: tuple[Fault, ...]


def plain(header: str) -> str:
    """Return a header without case, blanks, marks and what stands in brackets.

    Signs of traditional Chinese that headers use become simplified ones.
    """
    text = unicodedata.normalize("NFKC", header).casefold().translate(_SIMPLER)
    outside = "".join(filter(str.isalnum, _BRACKETS.sub("", text)))
    return outside or "".join(filter(str.isalnum, text))


def accepted_headers(column: Column) -> tuple[str, ...]:
    """Return every header under which a column is found, the best first."""
    if column.kind == "point":
        return (*POINT_HEADERS, *_whose(column, ("位置", "坐标", "经纬度", "_point")))
    return (column.name, *((column.zh,) if column.zh else ()), *column.aliases)


def lon_headers(column: Column) -> tuple[str, ...]:
    """Return every header of the longitude of a column of points, the best first."""
    return (*LON_HEADERS, *_whose(column, ("经度", "东经", "_lon", "_lng")))


def lat_headers(column: Column) -> tuple[str, ...]:
    """Return every header of the latitude of a column of points, the best first."""
    return (*LAT_HEADERS, *_whose(column, ("纬度", "北纬", "_lat")))


def score_headers(cells: Iterable[Any], table: Table) -> int:
    """Return how many cells of a row are headers that the table knows."""
    known = known_columns(table)
    return sum(isinstance(cell, str) and look_up(cell, known) is not None for cell in cells)


def match_headers(headers: Sequence[str], table: Table, file: str) -> Match:
    """Say which column of a file is which column of the table.

    Case, blanks, underscores and brackets do not count: ``经度(°)`` is ``经度``. Where
    several headers mean one column, the one nearest to the schema's own name is read and
    the others are not; the same header twice is a fault.

    Parameters
    ----------
    headers
        As written in the file.
    table
        The table that the file holds.
    file
        How faults name the file.
    """
    known = known_columns(table)
    found: dict[str, list[tuple[int, int]]] = {}
    unknown, personal = [], []
    for at, header in enumerate(headers):
        name = plain(header)
        place = look_up(header, known)
        if place is not None:
            found.setdefault(place[1], []).append((place[0], at))
        elif is_personal(name, table):
            personal.append(header)
        elif header:
            unknown.append(header)
    best = {column: min(places) for column, places in found.items()}
    unknown += [
        headers[at]
        for column, places in found.items()
        for rank, at in places
        if rank > best[column][0]
    ]
    faults = tuple(
        Fault(file, _TWICE.fill(n=n, name=column), _ONE, column=headers[at])
        for column, (rank, at) in best.items()
        if (n := sum(other == rank for other, _ in found[column])) > 1
    )
    at_column = {column: at for column, (_, at) in best.items()}
    return Match(at_column, tuple(unknown), tuple(personal), faults)


def is_personal(name: str, table: Table) -> bool:
    """Return whether a plain header looks like names, numbers or addresses of people."""
    if _PERSONAL.search(name):
        return True
    return table.name == "students" and bool(_PERSONAL_OF_STUDENTS.search(name))


def header_notes(match: Match, file: str, kept: Collection[str] = ()) -> tuple[Text, ...]:
    """Return what to tell the planner about columns that were not read, or only kept.

    Parameters
    ----------
    match
        Which column of the file is what.
    file
        How notes name the file.
    kept
        Headers that nobody knows, whose cells are kept.
    """
    notes = []
    held = [name for name in match.unknown if name in kept]
    unread = [name for name in match.unknown if name not in kept]
    for text, names in ((_KEPT, held), (_UNKNOWN, unread), (_SECRET, match.personal)):
        if names:
            notes.append(text.fill(file=file, names=", ".join(names)))
    return tuple(notes)


def missing_fault(column: Column, file: str) -> Fault:
    """Return the fault of a required column that the file does not have."""
    names = ", ".join(accepted_headers(column)[:_MOST_NAMED])
    if column.kind == "point":
        pairs = ("lon + lat", "经度 + 纬度", "geometry")
        remedy = Text(
            f"Add the columns {pairs[0]} (or {pairs[1]}), in degrees of WGS-84.",
            f"请添加列：{pairs[1]}（或{pairs[0]}），单位为度，WGS-84坐标。",
        )
    else:
        remedy = _ACCEPTED.fill(names=names)
    problem = fill_both(_MISSING, meaning=column.meaning)
    return Fault(file, problem, remedy, column=column.zh or column.name)


def fill_both(text: Text, **parts: Text) -> Text:
    """Return a sentence whose gaps are filled with words in its own language."""
    en = {name: part.en for name, part in parts.items()}
    zh = {name: part.zh.rstrip("。") for name, part in parts.items()}
    return Text(text.en.format(**en), text.zh.format(**zh))


def look_up(header: str, known: Mapping[str, tuple[int, str]]) -> tuple[int, str] | None:
    """Return rank and column of a header; ``高德经度`` is a longitude, after ``经度`` itself."""
    if (name := plain(header)) in known:
        return known[name]
    if system_of_header(header) is None:
        return None
    bare = strip_system(header)
    rest = (plain(text) for text in (bare, bare.replace("坐标", "")))
    place = next((known[text] for text in rest if text and text in known), None)
    return (place[0] + 1_000, place[1]) if place and place[1] in _OF_POINTS else None


@functools.cache
def known_columns(table: Table) -> dict[str, tuple[int, str]]:
    """Return plain header -> (rank, column); the better rank wins a header claimed twice."""
    known: dict[str, tuple[int, str]] = {}
    for column in table.planned:
        groups = {column.name: accepted_headers(column)}
        if column.kind == "point":
            groups |= {"lon": lon_headers(column), "lat": lat_headers(column)}
        for name, headers in groups.items():
            for rank, header in enumerate(headers):
                key = plain(header)
                if key not in known or rank < known[key][0]:
                    known[key] = (rank, name)
    return known


def _whose(column: Column, headers: Sequence[str]) -> Iterator[str]:
    """Give headers of coordinates that say whose: 家庭 before 经度."""
    for alias in column.aliases:
        yield from (f"{alias}{header}" for header in headers)
