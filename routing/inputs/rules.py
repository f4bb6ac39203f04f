"""What must hold between columns and between tables, beyond each cell for itself."""

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from routing.errors import Fault
from routing.inputs.cells import clean
from routing.inputs.reading import Reading, shown
from routing.policy import Policy
from routing.words import Text

GRADES_BY_KIND = {
    "kindergarten": (0, 0),
    "teaching_point": (1, 4),
    "primary": (1, 6),
    "junior": (7, 9),
    "nine_year": (1, 9),
}
"""Grades taught where a school's file gives none (kindergarten 0; assumed)."""

_MOST_GUESSES = 200
"""So many different unknown schools get a suggestion; it is slow to find one."""

_ASSUMED = Text(
    "{file}: {n} school(s) give no grades; assumed from their kind.",
    "{file}：{n}所学校未填年级，按学校类别推定。",
)
_KIND = Text(
    "{file}: {n} school(s) give no kind; taken from their grades.",
    "{file}：{n}所学校未填类别，按年级推定。",
)
_ORDER = Text("is above the highest grade taught, {last}.", "高于最高年级{last}。")
_SWAP_GRADES = Text("Correct the grades of the school.", "请更正学校的年级。")
_BELL = Text(
    "the first lesson is not before dismissal ({dismissal}).",
    "上课时间不早于放学时间（{dismissal}）。",
)
_CORRECT = Text("Correct one of the two times.", "请更正其中一个时间。")
_SEATS = Text(
    "is more than seats {seats} less the driver and {n} attendant(s).",
    "多于核载{seats}人减去司机和{n}名照管人员。",
)
_FEWER = Text("Write {most} or fewer, or leave it empty.", "请填写不大于{most}的数，或留空。")
_NO_SEAT = Text("the bus has no seat left for students.", "该车没有学生座位。")
_BY_NAME = Text(
    "{file}: {n} row(s) name the school instead of its key; read by name.",
    "{file}：{n}行填写的是学校名称而非编号，已按名称识别。",
)
_UNKNOWN = Text("is no school of {schools}.", "不在{schools}中。")
_NEAREST = Text("Did you mean {near}?", "是否应为{near}？")
_ADD_SCHOOL = Text("Add the school, or correct the key.", "请添加该学校或更正编号。")
_SHARED = Text("is the name of {n} schools.", "为{n}所学校共用的名称。")
_USE_KEY = Text("Use the key of the school: {keys}.", "请使用学校编号：{keys}。")
_NOT_TAUGHT = Text(
    "is not taught at school {school}, which has grades {first} to {last}.",
    "不在学校{school}的年级范围{first}至{last}内。",
)
_GRADE_OR_SCHOOL = Text(
    "Correct the grade, the school, or the school's grades.", "请更正年级、学校或该校年级范围。"
)


def check_schools(schools: Reading) -> Reading:
    """Return the schools with their grades and kinds filled in, and what does not fit."""
    columns = {name: list(column) for name, column in schools.columns.items()}
    n_grades = n_kinds = 0
    faults, notes = list(schools.faults), list(schools.notes)
    for at, kind in enumerate(columns["kind"]):
        first, last = columns["first_grade"][at], columns["last_grade"][at]
        known = kind or _kind_of(first, last)
        n_kinds += kind is None and first is not None and last is not None
        n_grades += first is None or last is None
        columns["kind"][at] = known
        first, last = _span(first, last, GRADES_BY_KIND[known])
        columns["first_grade"][at], columns["last_grade"][at] = first, last
        if first > last:
            faults.append(schools.fault(at, "first_grade", _ORDER.fill(last=last), _SWAP_GRADES))
        faults += _bell_faults(schools, at)
    if n_grades:
        notes.append(_ASSUMED.fill(file=schools.file, n=n_grades))
    if n_kinds:
        notes.append(_KIND.fill(file=schools.file, n=n_kinds))
    return replace(schools, columns=columns, faults=tuple(faults), notes=tuple(notes))


def check_buses(buses: Reading) -> Reading:
    """Return the kinds of bus with the faults of seats that the law does not leave."""
    rules = Policy()
    faults = list(buses.faults)
    for at, seats in enumerate(buses.columns["seats"]):
        pupils = buses.columns["pupil_seats"][at]
        if seats is None:
            continue
        n_attendants = rules.n_attendants(seats)
        most = seats - 1 - n_attendants
        if pupils is not None and pupils > most:
            problem = _SEATS.fill(seats=seats, n=n_attendants)
            faults.append(buses.fault(at, "pupil_seats", problem, _FEWER.fill(most=most)))
        elif pupils == 0:
            faults.append(buses.fault(at, "pupil_seats", _NO_SEAT, _FEWER.fill(most=most)))
    return replace(buses, faults=tuple(faults))


def check_students(students: Reading, schools: Reading) -> Reading:
    """Return the students with keys of schools, and what does not fit the schools.

    A school may be given by its name where just one school bears it. So are the schools
    of other tables read: enrolment, catchments.

    Parameters
    ----------
    students
        As read, or another table with ``school_id``.
    schools
        As ``check_schools`` returns them; without rows nothing is compared.
    """
    if not schools.rows or not {"school_id"} <= schools.headers.keys() & students.headers.keys():
        return students
    found, wrong = _find_schools(students, schools)
    given = students.columns["school_id"]
    keys = [found.get(school) for school in given]
    faults = list(students.faults)
    for at, school in enumerate(given):
        if school in wrong:
            faults.append(students.fault(at, "school_id", *wrong[school]))
    n_named = sum(
        key is not None and key != school for key, school in zip(keys, given, strict=True)
    )
    notes = (_BY_NAME.fill(file=students.file, n=n_named),) if n_named else ()
    students = replace(
        students, columns={**students.columns, "school_id": keys}, notes=(*students.notes, *notes)
    )
    if "grade" in students.columns:
        faults += _grade_faults(students, schools)
    return replace(students, faults=tuple(faults))


def _kind_of(first: int | None, last: int | None) -> str:
    """Return the kind of school that teaches these grades; primary where none is given."""
    if first is None or last is None:
        return "primary"
    if last == 0:
        return "kindergarten"
    if first >= 7:
        return "junior"
    return "nine_year" if last >= 7 else "primary"


def _span(first: int | None, last: int | None, usual: tuple[int, int]) -> tuple[int, int]:
    """Return the grades given, each one that is missing taken from the usual span."""
    if first is None:
        first = usual[0] if last is None else min(usual[0], last)
    return first, max(usual[1], first) if last is None else last


def _bell_faults(schools: Reading, at: int) -> list[Fault]:
    bell_s, dismissal_s = schools.columns["bell_s"][at], schools.columns["dismissal_s"][at]
    if bell_s is None or dismissal_s is None or bell_s < dismissal_s:
        return []
    clock = f"{dismissal_s // 3600:02d}:{dismissal_s // 60 % 60:02d}"
    fault = schools.fault(at, "bell_s", _BELL.fill(dismissal=clock), _CORRECT)
    return [replace(fault, value=f"{bell_s // 3600:02d}:{bell_s // 60 % 60:02d}")]


def _find_schools(
    students: Reading, schools: Reading
) -> tuple[dict[Any, str | None], dict[str, tuple[Text, Text]]]:
    """Return given school -> key, and what is wrong with those that are none."""
    pairs = zip(schools.columns["school_id"], schools.columns["name"], strict=True)
    names: dict[str, str] = {key: name or "" for key, name in pairs if key is not None}
    by_name: dict[str, list[str]] = {}
    for key, name in names.items():
        by_name.setdefault(_folded(name), []).append(key)
    words = {_folded(word): key for key, name in names.items() for word in (name, key) if word}
    found: dict[Any, str | None] = {key: key for key in names}
    wrong: dict[str, tuple[Text, Text]] = {}
    for school in dict.fromkeys(students.columns["school_id"]):
        if school is None or school in found:
            continue
        bearers = by_name.get(_folded(school), [])
        if len(bearers) == 1:
            found[school] = bearers[0]
        elif bearers:
            wrong[school] = _SHARED.fill(n=len(bearers)), _USE_KEY.fill(keys=", ".join(bearers))
        else:
            near = _nearest(school, words, names) if len(wrong) < _MOST_GUESSES else None
            remedy = _NEAREST.fill(near=near) if near else _ADD_SCHOOL
            wrong[school] = _UNKNOWN.fill(schools=schools.file), remedy
    return found, wrong


def _nearest(school: str, words: Mapping[str, str], names: Mapping[str, str]) -> str | None:
    """Return the school whose key or name is most alike, as ``key (name)``.

    A key that a spreadsheet has robbed of its leading zeros comes first.
    """
    bare = [key for key in names if key.lstrip("0") == school.lstrip("0")]
    close = difflib.get_close_matches(_folded(school), list(words), 1, 0.5)
    if not bare and not close:
        return None
    key = bare[0] if bare else words[close[0]]
    return shown(f"{key} ({names[key]})" if names[key] not in {"", key} else key)


def _folded(name: str) -> str:
    return (clean(name) or "").casefold().replace(" ", "")


def _grade_faults(students: Reading, schools: Reading) -> list[Fault]:
    columns = (schools.columns[name] for name in ("school_id", "first_grade", "last_grade"))
    spans = {key: (first, last) for key, first, last in zip(*columns, strict=True)}
    faults = []
    pairs = zip(students.columns["school_id"], students.columns["grade"], strict=True)
    for at, (school, grade) in enumerate(pairs):
        if school is None or grade is None:
            continue
        first, last = spans[school]
        if first <= grade <= last or first > last:
            continue
        problem = _NOT_TAUGHT.fill(school=shown(school), first=first, last=last)
        faults.append(students.fault(at, "grade", problem, _GRADE_OR_SCHOOL))
    return faults
