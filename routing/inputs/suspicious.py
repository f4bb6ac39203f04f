"""What is no fault, and yet worth a question? Each kind of doubt is one small function."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import numpy as np
import pandas as pd

from routing.errors import Fault
from routing.inputs.inspection import Suspicion
from routing.inputs.joining import split_readings
from routing.inputs.odd_points import (
    crowded_points,
    far_homes,
    points_in_line,
    rough_points,
    suspect,
    wide_villages,
)
from routing.inputs.reading import Reading
from routing.roads.shapes import distances_m
from routing.words import Text

SAME_GATE_M = 20.0
"""Schools so near to each other share a gate (m; assumed)."""

LEAST_GROUPS = 15
"""So many even groups of like pupils are no accident: 1 in 30,000 (groups; assumed)."""

EARLIEST_BELL_S, LATEST_BELL_S = 25_200, 34_200
"""Lessons begin between 7:00 and 9:30 (s after midnight; assumed. The ministry's notice of
2021 asks for 8:20 or later in primary and 8:00 or later in junior schools)."""

EARLIEST_END_S, LATEST_END_S = 50_400, 68_400
"""They end between 14:00 and 19:00 (s after midnight; assumed)."""

LEAST_OF_ONE_GRADE = 100
"""So many pupils are not all of one grade (pupils' rows; assumed)."""

_POINT_TABLES = ("schools", "students", "parkings", "stop_list")

_EMPTY_SCHOOL = Text("{n} school(s) have no pupils: {names}.", "{n}所学校没有学生：{names}。")
_EMPTY_ASK = Text(
    "Is a school's list missing, or is the school closed? Add the pupils, or remove the school.",
    "是否缺少该校名单，或该校已停办？请补充学生，或删除该校。",
)
_SAME_GATE = Text(
    "schools {one} and {other} stand at one point and teach the same grades.",
    "学校{one}与{other}位于同一点，且年级相同。",
)
_SAME_GATE_ASK = Text(
    "Is it one school under two keys? Else correct the point of one of them.",
    "是否为同一学校的两个编号？否则请更正其中一所的位置。",
)
_TWICE = Text(
    "school {school}: each of its {n} pupils has a double with the same point and grade.",
    "学校{school}的{n}名学生均有住址和年级相同的另一行。",
)
_TWICE_ASK = Text(
    "Was its list put in twice under different numbers? Remove one of the two.",
    "名单是否以不同编号重复录入？请删除其中一份。",
)
_BELL = Text(
    "{n} school(s) begin before {early} or after {late}, or end before {out} or after {home}.",
    "{n}所学校上课早于{early}或晚于{late}，或放学早于{out}或晚于{home}。",
)
_BELL_ASK = Text("Check these times.", "请核对这些时间。")
_ONE_GRADE = Text("all {n} rows are of grade {grade}.", "全部{n}行均为{grade}年级。")
_ONE_GRADE_ASK = Text(
    "Was a cell dragged down over the others? Check the column.", "是否误用了下拉填充？请核对该列。"
)
_AND_MORE = Text(" and {n} more", "等")


def written_oddly(readings: Mapping[str, Reading]) -> list[Suspicion]:
    """Return what is odd about points as they were written, before they are converted.

    Parameters
    ----------
    readings
        Table -> what was read of it.
    """
    tables = split_readings({name: readings[name] for name in _POINT_TABLES if name in readings})
    return list(chain.from_iterable(
        chain(rough_points(reading), points_in_line(reading)) for reading in tables
    ))  # fmt: skip


def find_suspicious(
    readings: Mapping[str, Reading], faults: Iterable[Fault] = ()
) -> list[Suspicion]:
    """Return what is odd about a county's tables, their points in WGS-84.

    Parameters
    ----------
    readings
        Table -> what was read of it, checked within and between the tables.
    faults
        What is wrong already, by file and row.
    """
    found: list[Suspicion] = []
    students, schools = readings.get("students"), readings.get("schools")
    if schools is not None and schools.rows:
        found += [*one_gate(schools), *odd_bells(schools)]
    if students is not None and students.rows:
        found += [*crowded_points(students), *wide_villages(students), *one_grade(students)]
    if students is not None and schools is not None and students.rows and schools.rows:
        found += empty_schools(students, schools)
        faulty = {(fault.file, fault.row) for fault in faults}
        found += far_homes(students, schools, faulty)
        found += doubled_lists(students)
    return found


def empty_schools(students: Reading, schools: Reading) -> Iterator[Suspicion]:
    """Yield the schools that no pupil attends, in one suspicion."""
    if "school_id" not in students.headers:
        return
    attended = set(students.columns["school_id"])
    keys = schools.columns["school_id"]
    empty = [at for at, key in enumerate(keys) if key is not None and key not in attended]
    if empty and len(empty) < len(keys):
        what = _EMPTY_SCHOOL.fill(n=len(empty), names="{names}")
        names = _listed([str(keys[at]) for at in empty])
        yield from suspect(
            schools, "school_without_pupils",
            Text(what.en.replace("{names}", names.en), what.zh.replace("{names}", names.zh)),
            _EMPTY_ASK, empty,
        )  # fmt: skip


def one_gate(schools: Reading) -> Iterator[Suspicion]:
    """Yield pairs of schools at one point that teach the same grades."""
    points = schools.points
    if points is None:
        return
    keys = schools.columns["school_id"]
    first, last = schools.columns["first_grade"], schools.columns["last_grade"]
    n = len(points)
    for at in range(n - 1):
        later = slice(at + 1, n)
        here = np.full(n - at - 1, points.lon[at]), np.full(n - at - 1, points.lat[at])
        metres = distances_m(*here, points.lon[later], points.lat[later])
        for other in np.flatnonzero(metres < SAME_GATE_M) + at + 1:
            named = keys[at] is not None and keys[other] is not None
            if named and first[at] <= last[other] and first[other] <= last[at]:
                what = _SAME_GATE.fill(one=keys[at], other=keys[other])
                yield from suspect(
                    schools, "schools_at_one_point", what, _SAME_GATE_ASK, [at, int(other)]
                )


def odd_bells(schools: Reading) -> Iterator[Suspicion]:
    """Yield the schools whose lessons begin or end at an unusual hour, in one suspicion."""
    pairs = zip(schools.columns["bell_s"], schools.columns["dismissal_s"], strict=True)
    odd = [
        at
        for at, (bell_s, end_s) in enumerate(pairs)
        if (bell_s is not None and not EARLIEST_BELL_S <= bell_s <= LATEST_BELL_S)
        or (end_s is not None and not EARLIEST_END_S <= end_s <= LATEST_END_S)
    ]
    if odd:
        what = _BELL.fill(
            n=len(odd), early=_clock(EARLIEST_BELL_S), late=_clock(LATEST_BELL_S),
            out=_clock(EARLIEST_END_S), home=_clock(LATEST_END_S),
        )  # fmt: skip
        yield from suspect(schools, "odd_bells", what, _BELL_ASK, odd)


def doubled_lists(students: Reading) -> Iterator[Suspicion]:
    """Yield the schools each of whose pupils is there an even number of times.

    Brothers, twins and neighbours share a point and a grade here and there; that every
    group of like pupils is even happens when a list was put in twice.
    """
    points = students.points
    if points is None:
        return
    names = ("school_id", "grade", "boards", "needs", "n_students")
    rows = pd.DataFrame({name: students.columns[name] for name in names})
    rows["lon"], rows["lat"] = points.lon, points.lat
    rows = rows.dropna(subset=["school_id", "lon", "lat"])
    sizes = rows.groupby([*names, "lon", "lat"], sort=False, dropna=False).size()
    by_school = sizes.groupby(level="school_id")
    even = by_school.apply(lambda size: bool((size % 2 == 0).all()))
    for school in even.index[even & (by_school.size() >= LEAST_GROUPS)]:
        at = rows.index[rows["school_id"] == school].to_numpy()
        what = _TWICE.fill(school=school, n=len(at))
        yield from suspect(students, "doubled_list", what, _TWICE_ASK, at)


def one_grade(students: Reading) -> Iterator[Suspicion]:
    """Yield a long list of several schools whose pupils are all of one grade."""
    grades = set(students.columns["grade"]) - {None}
    several = len(set(students.columns["school_id"]) - {None}) > 1
    n = len(students.rows)
    if several and len(grades) == 1 and n >= LEAST_OF_ONE_GRADE:
        what = _ONE_GRADE.fill(n=n, grade=grades.pop())
        yield from suspect(students, "one_grade", what, _ONE_GRADE_ASK, list(range(n)))


def _listed(keys: list[str], most: int = 10) -> Text:
    more = len(keys) - most
    tail = _AND_MORE.fill(n=more) if more > 0 else Text("", "")
    return Text(", ".join(keys[:most]) + tail.en, "、".join(keys[:most]) + tail.zh)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}"
