"""Where do pupils live whose file has addresses? Looked up here, or by a service if confirmed."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.errors import Fault, InputError
from routing.inputs.addresses import ADDRESS_HEADERS, LocalGeocoder, find_address
from routing.inputs.cells import clean_cells
from routing.inputs.declared import COUNTY_FILE, Declared, read_declared
from routing.inputs.district import read_placed
from routing.inputs.folder import look_into
from routing.inputs.gazetteer import Gazetteer
from routing.inputs.ground import inside, there
from routing.inputs.headers import plain
from routing.inputs.joining import split_reading
from routing.inputs.opening import read_sheets
from routing.inputs.placing import county_gazetteer, names_of_map, say_candidates
from routing.inputs.reading import Reading
from routing.inputs.systems import WGS84, parse_system, to_wgs84
from routing.roads.geocoder_services import SERVICES
from routing.roads.geocoders import Answer, Geocoder, WebGeocoder
from routing.roads.network import Roads
from routing.tables import STUDENTS
from routing.words import Text

_NO_ADDRESSES = Text(
    "{n} row(s) of students have no coordinates, and no column of addresses was found.",
    "{n}行学生无坐标，且未找到住址列。",
)
_NONE_LACKING = Text(
    "every row of students has a location; nothing was looked up.",
    "所有学生均已有位置，无需查找。",
)
_FOUND = Text(
    "{file}: {n} address(es) were looked up by {name}: {found} found, {doubtful} doubtful.",
    "{file}：由{name}查找{n}个住址：找到{found}个，存疑{doubtful}个。",
)
_UNKNOWN = Text("is no service that is known.", "不是可用的服务。")
_KNOWN = Text("Write one of: {names}; or leave it out.", "可填：{names}；或删除该行。")
_WOULD_LEAVE = Text(
    "{n} address(es) of pupils would leave this machine: {service} ({host}) would be sent the "
    "text of each address, one at a time, and the key; no name, key, grade or school of anybody.",
    "将有{n}个学生住址离开本机：{service}（{host}）会收到每个住址的文字（逐条发送）和密钥，不含姓名、编号、"
    "年级或学校。",
)
_CONFIRM = Text(
    "If the office has decided that they may (with the guardians told), write may_leave = true "
    "under [addresses]; otherwise look them up here alone, with --local.",
    "如单位已决定可以（并已告知监护人），请在[addresses]下写may_leave = true；否则请用--local仅在本机查找。",
)
_NO_KEY = Text(
    "{service} wants a key, and no environment variable holds it.",
    "{service}需要密钥，但没有环境变量提供密钥。",
)
_GIVE_KEY = Text(
    'Write key_env = "NAME" under [addresses] and set that variable to the key; never write the '
    "key itself into the file.",
    '请在[addresses]下写key_env = "变量名"，并将该环境变量设为密钥；请勿把密钥写入文件。',
)
_NOT_FOUND = Text("{name} does not find the address", "{name}未找到该住址")
_ONLY_TOWN = Text("{name} finds the town alone", "{name}只找到乡镇")
_OUTSIDE = Text("{name} puts it outside the roads", "{name}给出的位置在路网范围之外")
_NOT_ASKED = Text("{name} was not asked: {why}", "未向{name}查询：{why}")


@dataclass(frozen=True)
class LocatedRow:
    """Where one row of students is: degrees of WGS-84, and how sure (score 0 to 100)."""

    student_id: str
    lon: float
    lat: float
    precision: str
    score: float


@dataclass(frozen=True)
class DoubtfulRow:
    """One row of students that was not located, where it stands, and what it might be."""

    student_id: str
    file: str
    row: int
    why: Text


@dataclass(frozen=True)
class Geocoded:
    """What came of looking up addresses; no address is in it.

    Parameters
    ----------
    located, doubtful
        Rows of students that have a place now, and those that need a hand.
    notes
        How many were looked up where.
    """

    located: tuple[LocatedRow, ...]
    doubtful: tuple[DoubtfulRow, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class _Asked:
    """One row of students with an address: where it stands, and the address."""

    student_id: str
    file: str
    row: int
    address: str


def geocode_county(
    folder: Path | str, *, local: bool = False, geocoder: Geocoder | None = None
) -> Geocoded:
    """Look up the addresses of students without coordinates whose village is not known.

    First on this machine: the county's list of villages and the names on its map. What is
    left is asked of the service that ``county.toml`` names, if it also confirms that
    addresses may leave. Addresses are forgotten with the answer; nothing returned holds
    one.

    Parameters
    ----------
    folder
        The county folder.
    local
        Whether to ask no service, whatever ``county.toml`` says.
    geocoder
        Asked instead of the service that ``county.toml`` names; one that sends addresses
        needs the confirmation all the same.

    Raises
    ------
    InputError
        The files are faulty, addresses may not leave, or the service cannot be asked.
    """
    folder = Path(folder)
    declared, faults = read_declared(folder)
    if faults:
        raise InputError(faults)
    readings, roads = read_placed(folder, drop=ADDRESS_HEADERS)
    students = readings["students"]
    asked, n_lacking, header = _addresses(folder, students)
    if not asked:
        told = _NO_ADDRESSES.fill(n=n_lacking) if n_lacking else _NONE_LACKING
        return Geocoded((), (), (told,))
    book = county_gazetteer(readings.get("villages"), names_of_map(roads, look_into(folder).roads))
    here = LocalGeocoder(book)
    answers = here.find([one.address for one in asked])
    located, left = _sort(asked, answers, roads)
    notes = [_FOUND.fill(file=header, n=len(asked), name=here.name, found=len(located), doubtful=len(left))]  # fmt: skip
    asker = geocoder or (None if local else open_service(declared, len(left)))
    if asker is None or not left:
        return Geocoded(tuple(located), tuple(_by_hand(left, book)), tuple(notes))
    if asker.sends_addresses:
        _refuse_leaving(declared, asker.name, len(left))
    answers = asker.find([one.address for one in left])
    more, doubtful = _sort(left, answers, roads)
    notes.append(_FOUND.fill(file=header, n=len(left), name=asker.name, found=len(more), doubtful=len(doubtful)))  # fmt: skip
    whys = _reasons(left, answers, doubtful, asker.name)
    return Geocoded((*located, *more), tuple(whys), tuple(notes))


def open_service(declared: Declared, n_addresses: int) -> WebGeocoder | None:
    """Return the service that ``county.toml`` names; None where it names none.

    Parameters
    ----------
    declared
        What ``county.toml`` says.
    n_addresses
        So many addresses would be sent.

    Raises
    ------
    InputError
        It is not known, has no key, or the planner has not confirmed that addresses may
        leave; the message says what would.
    """
    name = str(declared.addresses.get("service", "")).strip().lower()
    if not name:
        return None
    service = SERVICES.get(name)
    if service is None:
        remedy = _KNOWN.fill(names=", ".join(SERVICES))
        raise InputError(
            [Fault(COUNTY_FILE, _UNKNOWN, remedy, column="addresses.service", value=name)]
        )
    url = str(declared.addresses.get("url", ""))
    key = os.environ.get(str(declared.addresses.get("key_env", "")), "")
    asker = WebGeocoder(service, key, url)
    _refuse_leaving(declared, name, n_addresses, asker.host)
    if service.needs_key and not key:
        problem = _NO_KEY.fill(service=name)
        raise InputError([Fault(COUNTY_FILE, problem, _GIVE_KEY, column="addresses.key_env")])
    return asker


def _refuse_leaving(declared: Declared, name: str, n: int, host: str = "") -> None:
    """Raise where addresses would leave and the planner has not confirmed that they may."""
    if declared.addresses.get("may_leave") is not True:
        problem = _WOULD_LEAVE.fill(n=n, service=name, host=host or name)
        raise InputError([Fault(COUNTY_FILE, problem, _CONFIRM, column="addresses.may_leave")])


def _addresses(folder: Path, students: Reading) -> tuple[list[_Asked], int, str]:
    """Return the rows of students without a place that have an address, and how many lack one.

    The last is the file of the first column of addresses; "" where there is none.
    """
    known: dict[tuple[str, int], str] = {}
    first = ""
    for place in look_into(folder).places.get("students", ()):
        for sheet in read_sheets(place, STUDENTS):
            at = _address_column(sheet.headers)
            if at is None:
                continue
            first = first or sheet.file
            texts = clean_cells(sheet.cells[at])[0]
            known |= {(sheet.file, row): text for row, text in zip(sheet.rows, texts, strict=True) if text}  # fmt: skip
    lacking = [
        (key, part.file, row)
        for part in split_reading(students) if part.points is not None
        for key, row, has in zip(part.columns["student_id"], part.rows, there(part.points), strict=True)
        if not has
    ]  # fmt: skip
    asked = [
        _Asked(key, file, row, known[file, row])
        for key, file, row in lacking if (file, row) in known
    ]  # fmt: skip
    return asked, len(lacking), first


def _address_column(headers: Sequence[str]) -> int | None:
    return next((at for at, header in enumerate(headers) if plain(header) in ADDRESS_HEADERS), None)


def _sort(
    asked: Sequence[_Asked], answers: Sequence[Answer], roads: Roads
) -> tuple[list[LocatedRow], list[_Asked]]:
    """Return the rows that are located, in WGS-84 and where there are roads, and the others."""
    located, left = [], []
    for one, answer in zip(asked, answers, strict=True):
        lon, lat = _degrees(answer)
        if answer.precision in {"address", "village"} and _on_roads(lon, lat, roads):
            located.append(LocatedRow(one.student_id, lon, lat, answer.precision, answer.score))
        else:
            left.append(one)
    return located, left


def _degrees(answer: Answer) -> tuple[float, float]:
    """Return the point of an answer in degrees of WGS-84."""
    lon, lat = to_wgs84([answer.lon], [answer.lat], parse_system(answer.system) or WGS84)
    return round(float(lon[0]), 6), round(float(lat[0]), 6)


def _on_roads(lon: float, lat: float, roads: Roads) -> bool:
    return bool(inside(np.array([lon]), np.array([lat]), roads.source.box)[0])


def _by_hand(left: Sequence[_Asked], book: Gazetteer) -> list[DoubtfulRow]:
    """Return the rows that were not found here, with the best two places of the gazetteer."""
    return [
        DoubtfulRow(one.student_id, one.file, one.row, say_candidates(find_address(book, one.address).candidates))
        for one in left
    ]  # fmt: skip


def _reasons(
    left: Sequence[_Asked], answers: Sequence[Answer], doubtful: Sequence[_Asked], name: str
) -> list[DoubtfulRow]:
    answer_of: Mapping[_Asked, Answer] = dict(zip(left, answers, strict=True))
    rows = []
    for one in doubtful:
        answer = answer_of[one]
        why = _NOT_FOUND.fill(name=name)
        if answer.stopped is not None:
            problem = answer.stopped.problem
            why = Text(_NOT_ASKED.en.format(name=name, why=problem.en), _NOT_ASKED.zh.format(name=name, why=problem.zh))  # fmt: skip
        elif answer.precision == "town":
            why = _ONLY_TOWN.fill(name=name)
        elif answer.precision != "doubtful":
            why = _OUTSIDE.fill(name=name)
        rows.append(DoubtfulRow(one.student_id, one.file, one.row, why))
    return rows
