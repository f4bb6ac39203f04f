"""Why pupils find no school, in words."""

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault
from routing.policy import Policy
from routing.records import District
from routing.scenario.rooms import KINDS_OF_ROOM
from routing.solver import AssignSolution
from routing.solver.assigning_problem import NO_SCHOOL
from routing.words import Text

Ints = NDArray[np.int64]

_NO_GRADE = Text("no school left teaches grade {grade}.", "没有学校开设{grade}年级。")
_NO_TOWN = Text(
    "no other school of the town {town} teaches grade {grade}, and pupils may not cross towns.",
    "{town}没有其他学校开设{grade}年级，且不允许跨乡镇就读。",
)
_NOT_ALLOWED = Text(
    "no school that they may attend teaches grade {grade}.", "可就读的学校均不开设{grade}年级。"
)
_FULL = Text(
    "the schools that they may attend lack {what} for {n} pupil(s) of grade {grade}.",
    "可就读的学校缺少{what}：{grade}年级{n}名学生无法安排。",
)
_MEND = Text(
    "Name a school with move_to, add room, or leave the grade where it is.",
    "请用move_to指定学校、增加容量，或保留该年级。",
)


def explain_unplaced(
    district: District, rows: Ints, policy: Policy, solution: AssignSolution
) -> list[Fault]:
    """Return one fault for each school, grade and reason, with the number of pupils.

    Parameters
    ----------
    district, rows, policy
        As ``reassign`` was asked.
    solution
        What it found.
    """
    students = district.students
    groups: dict[tuple[str, int, int], list[int]] = {}
    for number in np.flatnonzero(solution.school < 0).tolist():
        row = int(rows[number])
        school, grade = str(students["school_id"].iloc[row]), int(students["grade"].iloc[row])
        groups.setdefault((school, grade, int(solution.why[number])), []).append(row)
    faults = []
    for (school, grade, why), found in sorted(groups.items()):
        n = int(students["n_students"].to_numpy(np.int64)[found].sum())
        problem = _reason(district, policy, school, grade, why, n)
        faults.append(Fault("students", problem, _MEND, column="school_id", value=school))
    return faults


def _reason(district: District, policy: Policy, school: str, grade: int, why: int, n: int) -> Text:
    if why > NO_SCHOOL:
        words = tuple(KINDS_OF_ROOM.values())[why - NO_SCHOOL - 1]
        return Text(
            _FULL.en.format(what=words.en, n=n, grade=grade),
            _FULL.zh.format(what=words.zh, n=n, grade=grade),
        )
    schools = district.schools
    others = schools[schools["school_id"] != school]
    teach = others[others["first_grade"].le(grade) & others["last_grade"].ge(grade)]
    town = str(schools.loc[schools["school_id"] == school, "town"].iloc[0])
    if teach.empty:
        return _NO_GRADE.fill(grade=grade)
    if not policy.cross_town and not (teach["town"] == town).any():
        return _NO_TOWN.fill(town=town, grade=grade)
    return _NOT_ALLOWED.fill(grade=grade)
