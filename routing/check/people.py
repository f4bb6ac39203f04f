"""The judge of people: everybody entitled once, nobody else, on a bus for them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows, total
from routing.policy import Policy
from routing.records import Breach
from routing.tables import DIRECTIONS
from routing.words import Text

MISSING = Text(
    "{n} of student row {id} missing, {way}.",
    "学生行{id}缺少{n}人（{way}）。",
)
NO_REASON = Text(
    "{n} of student row {id} unserved without a reason, {way}.",
    "学生行{id}有{n}人未安排且无原因（{way}）。",
)
SAID_TWICE = Text(
    "{n} of student row {id} said twice, {way}.",
    "学生行{id}有{n}人重复（{way}）。",
)
TOO_MANY = Text(
    "{n} more of student row {id} than there are, {way}.",
    "学生行{id}多出{n}人（{way}）。",
)
NOT_ENTITLED = Text(
    "{n} of student row {id} in the rides without being entitled, {way}.",
    "学生行{id}有{n}人不属应接送却列入乘车表（{way}）。",
)
WRONGLY_OUT = Text(
    "student row {id} ({n} students) is entitled but not marked so.",
    "学生行{id}（{n}人）应接送而未标记。",
)
WRONGLY_IN = Text(
    "student row {id} ({n} students) is marked as entitled but is not.",
    "学生行{id}（{n}人）不应接送而被标记。",
)
KINDERGARTEN = Text(
    "{n} kindergarten children of row {id} on a bus, {way}.",
    "学生行{id}有{n}名幼儿乘车（{way}）。",
)
JUNIOR = Text(
    "{n} junior students of row {id} on a bus for primary pupils, {way}.",
    "学生行{id}有{n}名初中生乘坐小学生专用校车（{way}）。",
)
SHARED = Text(
    "route {id}: {n} student(s) share the bus with pupils of a school they may not share with.",
    "线路{id}有{n}名学生与不得同车的学校的学生同车。",
)
WHEELCHAIRS = Text(
    "route {id} carries {n} wheelchair(s) more than it has places for.",
    "线路{id}的轮椅比轮椅位多{n}个。",
)


def nobody_missing(case: Case) -> Iterator[Breach]:
    """Every entitled student has a ride in both directions, or a reason why not."""
    planned = total(case.rides, "student_id", "direction")
    students = first_rows(case.students, "student_id")
    for row in each(students[students["entitled"]]):
        for direction in DIRECTIONS:
            missing = row.n_students - planned.get((row.student_id, direction), 0.0)
            if missing > 0:
                yield _people("nobody_missing", row.student_id, direction, missing, MISSING)
    rides = case.rides
    for row in each(rides[(rides["mode"] == "unserved") & (rides["reason"] == "")]):
        yield _people("nobody_missing", row.student_id, row.direction, row.n_students, NO_REASON)


def nobody_twice(case: Case) -> Iterator[Breach]:
    """Nobody has two rides in one direction."""
    doubled = case.rides.duplicated(["student_id", "direction", "part"])
    for row in each(case.rides[doubled]):
        yield _people("nobody_twice", row.student_id, row.direction, row.n_students, SAID_TWICE)
    living = total(first_rows(case.students, "student_id"), "student_id")
    planned = total(case.rides[~doubled], "student_id", "direction")
    for (student_id, direction), n in planned.items():
        extra = n - living.get(student_id, np.nan)
        if extra > 0:
            yield _people("nobody_twice", student_id, direction, extra, TOO_MANY)


def nobody_extra(case: Case) -> Iterator[Breach]:
    """Nobody is in the rides who is not entitled."""
    students = first_rows(case.students, "student_id")
    others = set(students.loc[~students["entitled"], "student_id"])
    for row in each(case.rides[case.rides["student_id"].isin(others)]):
        yield _people("nobody_extra", row.student_id, row.direction, row.n_students, NOT_ENTITLED)


def entitled_rightly(case: Case) -> Iterator[Breach]:
    """Every student beyond the policy's distance is entitled, one at it is not."""
    for row in each(case.students):
        right = _is_entitled(row, case.policy)
        if right != row.entitled:
            text = WRONGLY_OUT if right else WRONGLY_IN
            yield breach("entitled_rightly", row.student_id, row.n_students, "students", text)


def _is_entitled(row: Any, policy: Policy) -> bool:
    """Return whether a student row is entitled; boarders never, the merged always."""
    if row.boards or (row.grade == 0 and not policy.kindergarten_by_bus):
        return False
    if row.merged and policy.merged_entitled:
        return True
    if policy.ride_beyond_m is None:
        return False
    measured_m = getattr(row, f"{policy.distance_measure}_m")
    unknown = np.isnan(row.lon) or np.isnan(measured_m)
    return bool(unknown or measured_m > policy.ride_beyond_m)


def bus_kind_allowed(case: Case) -> Iterator[Breach]:
    """Nobody rides a bus that is not approved for the grade."""
    types = first_rows(case.bus_types, "bus_type_id")
    kinds = dict(zip(types["bus_type_id"], types["kind"], strict=True))
    for row in each(case.served):
        if row.grade == 0 and not case.policy.kindergarten_by_bus:
            text = KINDERGARTEN
        elif row.grade >= 7 and kinds.get(row.bus_type_id) == "primary":
            text = JUNIOR
        else:
            continue
        yield _people("bus_kind_allowed", row.student_id, row.direction, row.n_students, text)


def schools_may_share(case: Case) -> Iterator[Breach]:
    """Pupils of several schools are together on a bus only where the rules allow it."""
    kinds = dict(zip(case.schools["school_id"], case.schools["kind"], strict=True))
    for route_id, riders in case.served.groupby("route_id"):
        aboard = list(zip(
            riders["school_id"], riders["board_order"], riders["alight_order"],
            riders["n_students"], strict=True,
        ))  # fmt: skip
        wrong = sum(
            n
            for school, on, off, n in aboard
            if any(
                other != school
                and on_ < off
                and on < off_
                and not _may_share(case.policy, kinds.get(school), kinds.get(other))
                for other, on_, off_, _ in aboard
            )
        )
        if wrong:
            yield breach("schools_may_share", route_id, wrong, "students", SHARED)


def _may_share(policy: Policy, kind: str | None, other: str | None) -> bool:
    if policy.mixed_loads == "never" or "kindergarten" in {kind, other}:
        return False
    return policy.mixed_loads == "any" or kind == other


def needs_met(case: Case) -> Iterator[Breach]:
    """Every wheelchair aboard has a place."""
    types = first_rows(case.bus_types, "bus_type_id")
    places = dict(zip(types["bus_type_id"], types["wheelchairs"], strict=True))
    chairs = case.served[case.served["needs"] == "wheelchair"]
    for route_id, riders in chairs.groupby("route_id"):
        n_places = places.get(riders["bus_type_id"].iloc[0], np.nan)
        over = most_aboard(riders) - n_places
        if over > 0:
            yield breach("needs_met", route_id, over, "wheelchairs", WHEELCHAIRS)


def most_aboard(riders: pd.DataFrame) -> float:
    """Return the most students of a route that are aboard at one time."""
    sat = riders.dropna(subset=["board_order", "alight_order", "n_students"])
    if sat.empty:
        return 0.0
    board, alight = sat["board_order"].to_numpy(), sat["alight_order"].to_numpy()
    n = sat["n_students"].to_numpy()
    return float(max(n[(board <= at) & (alight > at)].sum() for at in np.unique(board)))


def _people(rule: str, student_id: object, direction: str, n: float, text: Text) -> Breach:
    way = Text(
        {"to_school": "to school", "to_home": "to home"}.get(direction, direction),
        {"to_school": "上学", "to_home": "放学"}.get(direction, direction),
    )
    both = Text(text.en.replace("{way}", way.en), text.zh.replace("{way}", way.zh))
    return breach(rule, student_id, n, "students", both)
