"""Pupils are sent to another school, or are as many as another year expects."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.errors import Fault, InputError
from routing.records import District
from routing.scenario.changes import ChangeEnrolment, MoveStudents
from routing.scenario.moving import WHERE, Now, find_refusals, find_unknown, move_rows
from routing.words import Text

Ints = NDArray[np.int64]

MOST_NAMED = 20
"""Unknown rows named in one fault; more are counted."""

_NOBODY = Text("no row of students is named.", "未指定任何学生。")
_BOTH = Text("names rows and a village.", "同时指定了学生编号和村。")
_EITHER = Text(
    "Give student_ids, or a village with or without grades.",
    "请填写student_ids，或填写village（可加grades）。",
)
_NO_ROWS = Text("there are no rows of students {ids}.", "没有学生行{ids}。")
_KEYS = Text("Correct the keys of the students.", "请更正学生编号。")
_NO_VILLAGE = Text(
    "nobody of these grades lives in village {village}.", "{village}没有这些年级的学生。"
)
_VILLAGES = Text("Write the village as the students have it.", "请按学生表填写村名。")
_NO_YEAR = Text(
    "the table of enrolment has no row of the year {year}.", "预测学生数表中没有{year}年的数据。"
)
_GIVE_FACTOR = Text(
    "Correct the year, add it to the table, or give a factor.",
    "请更正年份、补充该年数据，或填写factor。",
)
_LEFT = Text(
    "{year}: {n} row(s) of students reach no pupil and leave the table.",
    "{year}年：{n}行学生人数降为零，不再列入。",
)
_NO_HOMES = Text(
    "{year}: {n} pupil(s) expected where today's table has no home of that school and grade; not placed.",
    "{year}年：预测有{n}名学生，但现有学生表中该校该年级无住址，未纳入。",
)
_UNSAID = Text(
    "{year}: the table of enrolment says nothing of {n} school(s) and grade(s) with {pupils} pupils; they stay as today.",
    "{year}年：预测学生数表未涉及{n}个学校年级（共{pupils}名学生），按现状保留。",
)  # fmt: skip


def move_students(change: MoveStudents, now: Now) -> District:
    """Return the district with rows of students at another school.

    Raises
    ------
    InputError
        Unknown rows, villages or schools, or a school that cannot take them.
    """
    rows, faults = _find_rows(change, now)
    unknown = find_unknown(now, "to", change.to)
    if not unknown and not faults:
        faults += find_refusals(now, rows, "to", change.to)
    if faults or unknown:
        raise InputError([*faults, *unknown])
    return move_rows(now.district, rows, now.row_of(change.to), merged=True)


def _find_rows(change: MoveStudents, now: Now) -> tuple[Ints, list[Fault]]:
    """Return the rows that a change means, those at the school already left out."""
    students = now.district.students
    wrong = _NOBODY if not (change.student_ids or change.village) else None
    if change.student_ids and (change.village or change.grades):
        wrong = _BOTH
    if wrong is not None:
        return np.zeros(0, np.int64), [Fault(WHERE, wrong, _EITHER, column="student_ids")]
    if change.student_ids:
        known = set(students["student_id"])
        missing = [one for one in change.student_ids if one not in known]
        picked = students["student_id"].isin(change.student_ids)
        faults = []
        if missing:
            named = ", ".join(missing[:MOST_NAMED])
            more = "" if len(missing) <= MOST_NAMED else f" … (+{len(missing) - MOST_NAMED})"
            faults.append(
                Fault(WHERE, _NO_ROWS.fill(ids=named + more), _KEYS, column="student_ids")
            )
    else:
        picked = students["village"] == change.village
        picked &= students["grade"].isin(change.grades or _taught(now, change.to))
        faults = []
        if not picked.any():
            problem = _NO_VILLAGE.fill(village=change.village)
            faults.append(Fault(WHERE, problem, _VILLAGES, column="village", value=change.village))
    picked &= students["school_id"] != change.to
    return np.flatnonzero(picked).astype(np.int64), faults


def _taught(now: Now, school_id: str) -> range:
    """Return the grades that a school teaches; all where it is unknown."""
    schools = now.district.schools
    found = schools[schools["school_id"] == school_id]
    if found.empty:
        return range(10)
    return range(int(found["first_grade"].iloc[0]), int(found["last_grade"].iloc[0]) + 1)


def change_enrolment(change: ChangeEnrolment, now: Now) -> District:
    """Return the district with the pupils of another year, at the homes of today.

    The table's schools are those attended before any scenario: what moves before and
    after follows the pupils.

    Raises
    ------
    InputError
        When the table says nothing of the year and no factor is given.
    """
    district, year = now.district, change.year
    expected = district.enrolment
    expected = expected[expected["year"] == year] if len(expected) else expected
    if expected.empty and change.factor is None:
        problem = _NO_YEAR.fill(year=year)
        raise InputError([Fault(WHERE, problem, _GIVE_FACTOR, column="year", value=str(year))])
    students = district.students
    home = find_origins(now.start.students)
    key = [
        (home[student], int(grade))
        for student, grade in zip(students["student_id"], students["grade"], strict=True)
    ]
    targets: dict[tuple[str, int], int] = {
        (str(school), int(grade)): int(n)
        for school, grade, n in zip(expected["school_id"], expected["grade"], expected["n_students"], strict=True)
    }  # fmt: skip
    number = students["n_students"].to_numpy(np.int64)
    scaled, unsaid = number.copy(), []
    rows_of: dict[tuple[str, int], list[int]] = {}
    for row, group in enumerate(key):
        rows_of.setdefault(group, []).append(row)
    for group, rows in rows_of.items():
        now_n = int(number[rows].sum())
        if group in targets:
            goal = targets[group]
        elif change.factor is not None:
            goal = int(np.floor(now_n * change.factor + 0.5))
        else:
            unsaid.append(now_n)
            continue
        scaled[rows] = share_out(number[rows], goal)
    homeless = sum(n for group, n in targets.items() if group not in rows_of)
    notes = _notes(year, int((scaled == 0).sum()), homeless, unsaid)
    kept = students.assign(n_students=scaled)[scaled > 0].reset_index(drop=True)
    return replace(district, students=kept, notes=(*district.notes, *notes))


def share_out(number: Ints, goal: int) -> Ints:
    """Return whole numbers in proportion to those given that sum up to a goal.

    Each gets its share rounded down; what is left goes to the largest remainders, of equal
    ones to rows spread over all: files are sorted by village, and no village is to lose
    its pupils because it comes last.

    Parameters
    ----------
    number
        At least one, each 1 or more (int64).
    goal
        0 or more.
    """
    total = int(number.sum())
    shares, rest = number * goal // total, number * goal % total
    spread = np.arange(len(number)) * 40_503 % 65_536  # the golden section of 2 to the 16th
    more = np.lexsort((spread, -rest))[: goal - int(shares.sum())]
    shares[more] += 1
    return shares


def _notes(year: int, n_left: int, homeless: int, unsaid: list[int]) -> list[Text]:
    notes = []
    if n_left:
        notes.append(_LEFT.fill(year=year, n=n_left))
    if homeless:
        notes.append(_NO_HOMES.fill(year=year, n=homeless))
    if unsaid:
        notes.append(_UNSAID.fill(year=year, n=len(unsaid), pupils=sum(unsaid)))
    return notes


def find_origins(students: pd.DataFrame) -> dict[str, str]:
    """Return for each row the school attended before any scenario.

    Parameters
    ----------
    students
        Uses ``student_id``, ``school_id`` and, where there is one, ``from_school_id``.
    """
    was = students["school_id"].to_numpy(object)
    if "from_school_id" in students:
        before = students["from_school_id"].fillna("").to_numpy(object)
        was = np.where(before == "", was, before)
    return dict(zip(students["student_id"], was, strict=True))


def find_moved(start: pd.DataFrame, students: pd.DataFrame) -> "pd.Series[str]":
    """Return the school that each row attended before any scenario; "" where it is the same.

    Parameters
    ----------
    start
        Students before the scenario.
    students
        Students after it.
    """
    origin = students["student_id"].map(find_origins(start))
    return origin.where(origin != students["school_id"], "")
