"""A district as a scenario would have it: changes applied in the order written, to a copy."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from routing.errors import Fault, InputError
from routing.policy import Policy, change_rules
from routing.records import District
from routing.scenario.changes import (
    ChangeEnrolment,
    CloseSchool,
    MergeCampuses,
    MoveBell,
    MoveGrades,
    MoveStudents,
    OpenSchool,
    Scenario,
    SetFleet,
    SetPolicy,
)
from routing.scenario.checking import find_field_faults
from routing.scenario.closing import close_school, move_grades
from routing.scenario.moving import WHERE, Now
from routing.scenario.opening import merge_campuses, move_bell, open_school
from routing.scenario.pupils import change_enrolment, find_moved, move_students
from routing.scenario.rooms import school_groups
from routing.scenario.ways import school_rows
from routing.tables import STUDENTS
from routing.words import Text

_NO_BUS = Text("there is no kind of bus {bus}.", "没有编号为{bus}的车型。")
_KINDS = Text("Use one of: {buses}.", "可用：{buses}。")
_SMALL = Text(
    "school {school} would have {n} pupils, under {limit}; without the changes {before}.",
    "学校{school}将有{n}名学生，少于{limit}人；不变更时为{before}人。",
)
_NEW_SMALL = Text(
    "new school {school} would have {n} pupils, under {limit}.",
    "新设学校{school}将有{n}名学生，少于{limit}人。",
)
_KEEP_LARGE = Text(
    "Close it too, leave it its pupils, or switch no_new_small off.",
    "请一并撤并、保留其学生，或关闭规则no_new_small。",
)


def apply_scenario(
    scenario: Scenario, district: District, policy: Policy | None = None
) -> District:
    """Return the district as the scenario would have it; the district given stays as it is.

    No row of students is lost, split or reordered; only ``ChangeEnrolment`` drops rows
    that reach no pupil. Pupils who change school have ``from_school_id``, the school
    before; those whose school closed, gave up their grade, or who were sent elsewhere are
    ``merged``, those drawn by a nearer school or campus are not. Columns that stages wrote
    (distances, entitlement, modes) are taken off: they speak of the school before.

    Parameters
    ----------
    scenario
        Changes, applied in the order written.
    district
        The district as it is.
    policy
        The rules that pupils are reassigned under; changes of rules count from where they
        stand. Default: the preset "national".

    Returns
    -------
    district
        A copy; closed schools are no longer in ``schools``.

    Raises
    ------
    InputError
        Every fault of every change, each with its number: unknown names, a protected
        school, a school that is closed, full, or does not teach the grade, pupils for whom
        no school is left, a school that would become small.
    RoadsError
        When the roads cannot be used.
    """
    now = Now(district, policy or Policy.preset("national"), district)
    faults: list[Fault] = []
    failed: set[str] = set()
    for number, change in enumerate(scenario.changes, 1):
        try:
            now = _apply(change, now)
        except InputError as error:
            where = f"{scenario.name} #{number}"
            faults += [
                replace(fault, file=where) for fault in error.faults if fault.value not in failed
            ]
            # what a school that could not open would have taken is not a fault of its own
            failed |= {change.school_id} if isinstance(change, OpenSchool) else set()
    if not faults:
        faults += [replace(fault, file=scenario.name) for fault in _small_schools(now)]
    if faults:
        raise InputError(faults)
    return _close(scenario, now)


def change_policy(scenario: Scenario, policy: Policy) -> Policy:
    """Return the rules as the scenario would have them.

    Parameters
    ----------
    scenario
        Its ``SetPolicy`` changes count, in the order written.
    policy
        The rules as they are.

    Raises
    ------
    InputError
        Every rule that is unknown or not allowed.
    """
    faults: list[Fault] = []
    for number, change in enumerate(scenario.changes, 1):
        if isinstance(change, SetPolicy):
            try:
                policy = change_rules(policy, change.values, f"{scenario.name} #{number}")
            except InputError as error:
                faults += error.faults
    if faults:
        raise InputError(faults)
    return policy


def _apply(change: Any, now: Now) -> Now:
    """Return where the scenario stands after one change."""
    if type(change) not in _STEPS:
        msg = f"scenario: {change!r} is no change."
        raise TypeError(msg)
    faults = find_field_faults(change)
    if faults:
        raise InputError(faults)
    if isinstance(change, SetPolicy):
        return replace(now, policy=change_rules(now.policy, change.values))
    return replace(now, district=_STEPS[type(change)](change, now))


def _set_fleet(change: SetFleet, now: Now) -> District:
    buses = now.district.bus_types
    if change.bus_type_id not in set(buses["bus_type_id"]):
        remedy = _KINDS.fill(buses=", ".join(buses["bus_type_id"]))
        problem = _NO_BUS.fill(bus=change.bus_type_id)
        raise InputError([
            Fault(WHERE, problem, remedy, column="bus_type_id", value=change.bus_type_id)
        ])  # fmt: skip
    numbers = buses["n_available"].astype("Int64").copy()
    numbers[buses["bus_type_id"] == change.bus_type_id] = change.n_available
    return replace(now.district, bus_types=buses.assign(n_available=numbers))


_STEPS: dict[type, Callable[[Any, Now], District]] = {
    CloseSchool: close_school,
    OpenSchool: open_school,
    MoveGrades: move_grades,
    MergeCampuses: merge_campuses,
    MoveBell: move_bell,
    MoveStudents: move_students,
    ChangeEnrolment: change_enrolment,
    SetFleet: _set_fleet,
    SetPolicy: lambda _, now: now.district,
}


def _small_schools(now: Now) -> list[Fault]:
    """Return the schools that the moves make small; fewer pupils of another year make none.

    A school on several campuses counts as one.
    """
    if not now.policy.no_new_small:
        return []
    start, district, limit = now.start, now.district, now.policy.small_below
    home = dict(zip(start.students["student_id"], start.students["school_id"], strict=True))
    students, schools = district.students, district.schools
    was = students.assign(school_id=students["student_id"].map(home))
    group = school_groups(schools)
    n_after = _count(district, group)
    n_before = _count(replace(district, students=was), group)
    faults = []
    for at in np.unique(group):
        school, n, before = str(schools["school_id"].iloc[at]), int(n_after[at]), int(n_before[at])
        is_new = not (start.schools["school_id"] == school).any()
        if n < limit and (is_new or before >= limit):
            problem = (_NEW_SMALL if is_new else _SMALL).fill(
                school=school, n=n, limit=limit, before=before
            )
            faults.append(Fault(WHERE, problem, _KEEP_LARGE, column="no_new_small", value=school))
    return faults


def _count(district: District, group: Any) -> Any:
    """Return the pupils of each school, those of all its campuses at its lead (int64)."""
    at = school_rows(district)
    number = district.students["n_students"].to_numpy(np.int64)
    counts = np.zeros(len(group), np.int64)
    np.add.at(counts, group[at[at >= 0]], number[at >= 0])
    return counts


def _close(scenario: Scenario, now: Now) -> District:
    """Return the district with the school before, a digest of its own, and no stale columns."""
    students = now.district.students
    stale = {column.name for column in STUDENTS.columns if column.by in {"demand", "modes"}}
    students = students.drop(columns=sorted(stale & set(students.columns)))
    moved = find_moved(now.start.students, students)
    was = dict(zip(now.start.students["student_id"], now.start.students["merged"], strict=True))
    merged = students["merged"] & ((moved != "") | students["student_id"].map(was).astype(bool))
    students = students.assign(from_school_id=moved, merged=merged)
    digest = now.start.digest
    if digest and scenario.changes:
        digest = hashlib.sha256(f"{digest} {scenario.changes!r}".encode()).hexdigest()
    return replace(now.district, students=students, digest=digest)
