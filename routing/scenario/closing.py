"""A school closes, or gives up some of its grades."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault, InputError
from routing.records import District
from routing.scenario.changes import (
    CloseSchool,
    MoveGrades,
)
from routing.scenario.moving import WHERE, Now, find_refusals, find_unknown, move_rows
from routing.scenario.reassign import reassign
from routing.words import Text

Ints = NDArray[np.int64]

_PROTECTED = Text(
    "school {school} is kept open by the county's plan.", "学校{school}为规划保留学校，不得撤并。"
)
_LEAVE = Text(
    "Leave it open, or take the mark off the table of schools.",
    "请保留该校，或在学校表中取消保留标记。",
)
_ITSELF = Text("the pupils would go to the school that they leave.", "学生将转入其原学校。")
_ANOTHER = Text("Name another school.", "请指定其他学校。")
_ORDER = Text(
    "the first grade, {first}, is above the last, {last}.", "最低年级{first}高于最高年级{last}。"
)
_SWAP = Text("Correct the grades.", "请更正年级。")
_OUTSIDE = Text(
    "school {school} teaches grades {first} to {last} only.",
    "学校{school}只开设{first}至{last}年级。",
)
_KEEP = Text("Keep grades that it teaches; new grades need a new school.", "只能保留已开设的年级。")


def close_school(change: CloseSchool, now: Now) -> District:
    """Return the district without a school, its pupils elsewhere.

    Its catchments go to the school that takes the pupils; where each goes to the best one,
    the villages are no longer bound to the school closed.

    Raises
    ------
    InputError
        Unknown, protected or unable schools.
    """
    faults = find_unknown(now, "school_id", change.school_id)
    if not faults:
        at = now.row_of(change.school_id)
        if now.district.schools["protected"].iloc[at]:
            problem = _PROTECTED.fill(school=change.school_id)
            faults.append(Fault(WHERE, problem, _LEAVE, column="school_id", value=change.school_id))
    rows = _pupils_of(now.district, change.school_id)
    faults += _receiver_faults(now, rows, change.school_id, change.move_to, known=not faults)
    if faults:
        raise InputError(faults)
    others = (now.district.schools["school_id"] != change.school_id).to_numpy(np.bool_)
    to = _receivers(now, rows, change.move_to, others)
    district = move_rows(now.district, rows, to, merged=True)
    return _without(district, change.school_id, change.move_to)


def move_grades(change: MoveGrades, now: Now) -> District:
    """Return the district with a school that teaches fewer grades.

    Raises
    ------
    InputError
        Unknown schools, grades that it does not teach, or receivers that are unable.
    """
    faults = find_unknown(now, "school_id", change.school_id)
    first, last = change.keep_first, change.keep_last
    if first > last:
        problem = _ORDER.fill(first=first, last=last)
        faults.append(Fault(WHERE, problem, _SWAP, column="keep_first", value=str(first)))
    rows = np.zeros(0, np.int64)
    if not faults:
        school = now.district.schools.iloc[now.row_of(change.school_id)]
        taught = int(school["first_grade"]), int(school["last_grade"])
        if first < taught[0] or last > taught[1]:
            problem = _OUTSIDE.fill(school=change.school_id, first=taught[0], last=taught[1])
            faults.append(
                Fault(WHERE, problem, _KEEP, column="keep_first", value=f"{first}-{last}")
            )
        pupils = _pupils_of(now.district, change.school_id)
        grades = now.district.students["grade"].to_numpy(np.int64)[pupils]
        rows = pupils[(grades < first) | (grades > last)]
    faults += _receiver_faults(now, rows, change.school_id, change.move_to, known=not faults)
    if faults:
        raise InputError(faults)
    at = now.row_of(change.school_id)
    schools = now.district.schools.copy()
    names = ["first_grade", "last_grade", "kind"]
    kind = _kind_for(str(schools["kind"].iloc[at]), first, last)
    schools.loc[schools.index[at], names] = [first, last, kind]
    others = np.arange(len(schools)) != at
    to = _receivers(now, rows, change.move_to, others)
    return replace(move_rows(now.district, rows, to, merged=True), schools=schools)


def _pupils_of(district: District, school_id: str) -> Ints:
    return np.flatnonzero(district.students["school_id"] == school_id).astype(np.int64)


def _receiver_faults(
    now: Now, rows: Ints, school_id: str, move_to: str | None, *, known: bool
) -> list[Fault]:
    """Return why a named receiver cannot take the rows."""
    if move_to is None:
        return []
    if move_to == school_id:
        return [Fault(WHERE, _ITSELF, _ANOTHER, column="move_to", value=move_to)]
    faults = find_unknown(now, "move_to", move_to)
    return faults if faults or not known else find_refusals(now, rows, "move_to", move_to)


def _receivers(now: Now, rows: Ints, move_to: str | None, others: NDArray[np.bool_]) -> Ints:
    """Return the school of each row that leaves: the one named, or the best."""
    if move_to is not None:
        return np.full(len(rows), now.row_of(move_to), np.int64)
    if not len(rows):
        return rows
    return reassign(now.district, rows, now.policy, allowed=others)


def _without(district: District, school_id: str, move_to: str | None) -> District:
    """Return the district without a school in its schools and catchments."""
    schools = district.schools
    if "campus_of" in schools and (schools["campus_of"] == school_id).any():
        lead = str(schools.loc[schools["campus_of"] == school_id, "school_id"].iloc[0])
        campus_of = schools["campus_of"].replace(school_id, lead)
        schools = schools.assign(campus_of=campus_of.where(schools["school_id"] != lead, ""))
    schools = schools[schools["school_id"] != school_id].reset_index(drop=True)
    bound = district.catchments
    if len(bound) and move_to is not None:
        bound = bound.assign(school_id=bound["school_id"].replace(school_id, move_to))
        bound = bound.drop_duplicates(["village", "school_id"])
    bound = bound[bound["school_id"] != school_id].reset_index(drop=True)
    return replace(district, schools=schools, catchments=bound)


def _kind_for(kind: str, first: int, last: int) -> str:
    """Return the kind of a school that teaches these grades and was of another kind before."""
    if last == 0:
        return "kindergarten"
    if first >= 7:
        return "junior"
    if last >= 7:
        return "nine_year"
    return "teaching_point" if last <= 4 and kind != "kindergarten" else "primary"
