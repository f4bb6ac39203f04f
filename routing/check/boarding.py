"""The judge of boarding, and of ways to school that two tables say: beds, grades, agreement."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows, total
from routing.records import Breach
from routing.tables import DIRECTIONS
from routing.words import Text

NO_BEDS = Text("school {id} has {n} bed(s) too few for its boarders.", "学校{id}缺{n}张床位。")
NOT_TO_BOARD = Text(
    "student row {id} ({n} students) boards though the rules plan no boarding.",
    "规则不安排寄宿，学生行{id}（{n}人）却寄宿。",
)
YOUNG_BOARDS = Text(
    "student row {id} is {n} grade(s) too young to board.", "学生行{id}低于可寄宿年级{n}级。"
)
OTHER_MODE = Text(
    "student row {id}: {n} student(s) go another way than the student table says ({mode}).",
    "学生行{id}有{n}人的接送方式与学生表所写（{mode}）不符。",
)


def beds_enough(case: Case) -> Iterator[Breach]:
    """No school takes more boarders than it has beds left beside those who board anyway."""
    boarders = first_rows(
        case.rides[case.rides["mode"] == "board"], "student_id", "direction", "part"
    )
    n = (
        boarders.groupby(["student_id", "direction"])["n_students"]
        .sum()
        .groupby("student_id")
        .max()
    )
    students = first_rows(case.students, "student_id")
    planned = students["student_id"].map(n).fillna(0).to_numpy(float)
    given = np.where(students["boards"], students["n_students"], 0)
    for school in each(first_rows(case.schools, "school_id")):
        mine = (students["school_id"] == school.school_id).to_numpy()
        n_new = float(planned[mine].sum())
        beds = 0.0 if np.isnan(school.n_beds) else school.n_beds
        over = min(n_new, n_new + float(given[mine].sum()) - beds)
        if over > 0:
            yield breach("beds_enough", school.school_id, over, "beds", NO_BEDS)


def boards_allowed(case: Case) -> Iterator[Breach]:
    """Nobody is planned to board who is too young, or where the rules plan no boarding."""
    grades = first_rows(case.students, "student_id").set_index("student_id")["grade"]
    boarders = case.rides[case.rides["mode"] == "board"]
    for ride in each(first_rows(boarders, "student_id")):
        young = case.policy.board_from_grade - float(grades.get(ride.student_id, np.nan))
        if case.policy.boarding == "given":
            yield breach(
                "boards_allowed", ride.student_id, ride.n_students, "students", NOT_TO_BOARD
            )
        elif young > 0:
            yield breach("boards_allowed", ride.student_id, young, "grades", YOUNG_BOARDS)


def modes_agree(case: Case) -> Iterator[Breach]:
    """Everybody goes the way that the student table says, in both directions."""
    students = first_rows(case.students, "student_id")
    said = dict(zip(students["student_id"], students["mode"], strict=True))
    ways = {"transit", "board"}
    for ride in each(case.rides):
        mode = said.get(ride.student_id, "")
        if mode and mode != ride.mode and (mode in ways or ride.mode in ways):
            yield breach(
                "modes_agree", ride.student_id, ride.n_students, "students", OTHER_MODE, mode=mode
            )
    yield from _unserved_rightly(case, students)


def _unserved_rightly(case: Case, students: pd.DataFrame) -> Iterator[Breach]:
    """Give rows said to be unserved though somebody has a way both there and back, or the reverse."""
    rides = case.rides[case.rides["mode"] != "unserved"]
    n = total(rides, "student_id", "direction")
    for row in each(students[students["mode"].isin(["bus", "unserved"])]):
        n_both = min(n.get((row.student_id, way), 0.0) for way in DIRECTIONS)
        if (row.mode == "unserved") != (n_both == 0):
            wrong = n_both or row.n_students
            yield breach(
                "modes_agree", row.student_id, wrong, "students", OTHER_MODE, mode=row.mode
            )
