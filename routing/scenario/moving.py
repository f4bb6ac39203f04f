"""Pupils change school: whole rows, to a school that can take them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault
from routing.policy import Policy
from routing.records import District
from routing.scenario.rooms import KINDS_OF_ROOM, find_rooms, school_groups, use_of
from routing.scenario.ways import find_far, school_rows
from routing.words import Text

Ints = NDArray[np.int64]

WHERE = "scenario"
"""File of a fault, until the change is known."""

_UNKNOWN = Text("there is no school {school}.", "没有编号为{school}的学校。")
_CLOSED = Text(
    "school {school} was closed by an earlier change.", "学校{school}已被前面的变更撤并。"
)
_CORRECT = Text("Correct the key of the school.", "请更正学校编号。")
_EARLIER = Text("Name another school, or change the order.", "请指定其他学校，或调整变更顺序。")
_NOT_TAUGHT = Text(
    "school {school} teaches grades {first} to {last}; {n} pupil(s) are in grade {grades}.",
    "学校{school}开设{first}至{last}年级；有{n}名学生在{grades}年级。",
)
_OTHER = Text(
    "Name a school that teaches these grades, or leave move_to out.",
    "请指定开设这些年级的学校，或不填move_to。",
)
_OTHER_TOWN = Text(
    "school {school} is in {town}; {n} pupil(s) would cross from another town.",
    "学校{school}位于{town}；有{n}名学生需跨乡镇就读。",
)
_CROSS = Text(
    "Name a school of the same town, or allow cross_town.",
    "请指定本乡镇学校，或允许跨乡镇就读（cross_town）。",
)
_SHORT = Text(
    "school {school} has {room} {what} and would need {need}: {over} too few.",
    "学校{school}有{what}{room}，需要{need}，缺{over}。",
)
_ADD = Text("Add room there, or leave move_to out.", "请增加容量，或不填move_to。")


@dataclass(frozen=True, eq=False)
class Now:
    """How far a scenario has come.

    Parameters
    ----------
    district, policy
        As the changes before have left them.
    start
        The district before the first change.
    """

    district: District
    policy: Policy
    start: District

    def row_of(self, school_id: str) -> int:
        """Return the row of a known school."""
        return int(np.flatnonzero(self.district.schools["school_id"] == school_id)[0])


def find_unknown(now: Now, column: str, school_id: str) -> list[Fault]:
    """Return the fault of a school that is not there, closed earlier or never known."""
    if (now.district.schools["school_id"] == school_id).any():
        return []
    was = bool((now.start.schools["school_id"] == school_id).any())
    problem, remedy = (_CLOSED, _EARLIER) if was else (_UNKNOWN, _CORRECT)
    return [
        Fault(WHERE, problem.fill(school=school_id), remedy, column=column, value=str(school_id))
    ]


def find_refusals(now: Now, rows: Ints, column: str, school_id: str) -> list[Fault]:
    """Return why a known school cannot take rows: grades, town, places, meals, beds.

    Parameters
    ----------
    now
        Before the rows move.
    rows
        Rows of ``students``.
    column
        The field of the change that names the school.
    school_id
        The school named.
    """
    district = now.district
    at = now.row_of(school_id)
    school = district.schools.iloc[at]
    movers = district.students.iloc[rows]
    faults = []
    taught = movers["grade"].between(int(school["first_grade"]), int(school["last_grade"]))
    if not taught.all():
        grades = sorted({int(grade) for grade in movers.loc[~taught, "grade"]})
        problem = _NOT_TAUGHT.fill(
            school=school_id, first=school["first_grade"], last=school["last_grade"],
            n=int(movers.loc[~taught, "n_students"].sum()), grades=", ".join(map(str, grades)),
        )  # fmt: skip
        faults.append(Fault(WHERE, problem, _OTHER, column=column, value=school_id))
    if not now.policy.cross_town:
        towns = district.schools["town"].to_numpy(object)[school_rows(district)[rows]]
        n = int(movers.loc[towns != school["town"], "n_students"].sum())
        if n:
            problem = _OTHER_TOWN.fill(school=school_id, town=school["town"], n=n)
            faults.append(Fault(WHERE, problem, _CROSS, column=column, value=school_id))
    return faults + _shortages(now, rows, column, at)


def _shortages(now: Now, rows: Ints, column: str, at: int) -> list[Fault]:
    """Return the room that a school would lack once rows have moved there."""
    before, after = now.district, move_rows(now.district, rows, at, merged=True)
    school_id = str(before.schools["school_id"].iloc[at])
    group = school_groups(before.schools)
    faults = []
    for kind, words in KINDS_OF_ROOM.items():
        pool = group if kind == "places" else np.arange(len(group))
        room = int(find_rooms(before.schools, kind, now.policy)[pool[at]])
        if room < 0:
            continue
        need_before, need = (
            _needed(district, kind, pool, int(pool[at]), now.policy) for district in (before, after)
        )
        if need > max(room, need_before):
            fill = {"school": school_id, "room": room, "need": need, "over": need - room}
            problem = Text(
                _SHORT.en.format(what=words.en, **fill), _SHORT.zh.format(what=words.zh, **fill)
            )
            faults.append(Fault(WHERE, problem, _ADD, column=column, value=school_id))
    return faults


def _needed(district: District, kind: str, pool: Ints, at: int, policy: Policy) -> int:
    """Return how many pupils use a kind of room of one pool of schools."""
    there = pool[school_rows(district)] == at
    students = district.students[there]
    number = students["n_students"].to_numpy(np.int64)
    boards = students["boards"].to_numpy(np.bool_)
    far = np.zeros(len(students), np.bool_)
    if kind == "meals" and len(students):
        far = find_far(replace(district, students=students), policy)
    return int(use_of(kind, number, far, boards).sum())


def move_rows(district: District, rows: Ints, to: Ints | int, *, merged: bool) -> District:
    """Return the district with rows of students at other schools; same rows, same order.

    Parameters
    ----------
    district
        The district.
    rows
        Rows of ``students``.
    to
        Rows of ``schools``, one for each or one for all.
    merged
        Whether those who change count as pupils of a school that was closed.
    """
    students = district.students
    ids = district.schools["school_id"].to_numpy(object)
    school = students["school_id"].to_numpy(object).copy()
    was = school[rows]
    school[rows] = ids[to]
    flags = students["merged"].to_numpy(np.bool_).copy()
    if merged:
        flags[rows] |= school[rows] != was
    return replace(district, students=students.assign(school_id=school, merged=flags))
