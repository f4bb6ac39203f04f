"""The judge of the clock: rides short enough, schools in their windows, sums right."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows
from routing.policy import Policy
from routing.records import Breach
from routing.words import Text

RIDES_LONG = Text(
    "student row {id} rides {n} s longer than its grade may ({direction}).",
    "学生行{id}乘车超时{n}秒（{direction}）。",
)
DOORS_LONG = Text(
    "student row {id} takes {n} s longer door to door than its grade may ({direction}).",
    "学生行{id}门到门超时{n}秒（{direction}）。",
)
TOO_EARLY = Text(
    "route {id} is at school {place} {n} s before the window opens.",
    "线路{id}到达学校{place}早于规定{n}秒。",
)
TOO_LATE = Text(
    "route {id} is at school {place} {n} s after the window closes.",
    "线路{id}到达学校{place}晚于规定{n}秒。",
)
LEAVES_EARLY = Text(
    "route {id} leaves school {place} {n} s before the window opens.",
    "线路{id}离开学校{place}早于规定{n}秒。",
)
LEAVES_LATE = Text(
    "route {id} leaves school {place} {n} s after the window closes.",
    "线路{id}离开学校{place}晚于规定{n}秒。",
)
MOVED_FAR = Text(
    "the bells of school {id} were moved {n} s further than allowed.",
    "学校{id}的作息调整超过允许{n}秒。",
)
SUM_WRONG = Text(
    "{id}: {name} differs by {n} from what the visits give.",
    "{id}：{name}与停靠序列相差{n}。",
)
DWELLS_SHORT = Text(
    "visit {id} is {n} s too short to let everybody on or off.",
    "停靠{id}停站时间少{n}秒。",
)


def ride_within_limit(case: Case) -> Iterator[Breach]:
    """Nobody rides longer than the limit of the grade."""
    for row in each(case.served):
        ride_s = float(np.fmax(row.ride_s, _ride_s(row)))
        over_s = ride_s - case.policy.max_ride_s.at(row.grade)
        if over_s > 0:
            yield breach(
                "ride_within_limit", row.student_id, over_s, "s", RIDES_LONG,
                direction=row.direction,
            )  # fmt: skip


def door_to_door_within_limit(case: Case) -> Iterator[Breach]:
    """Nobody whose way door to door the policy keeps is longer on it than the limit of the grade."""
    kept = case.policy.door_to_door_kept
    rows = case.served
    if kept == "moved":
        students = case.students
        was = students.get("from_school_id", pd.Series("", students.index)).fillna("")
        moved = students.loc[was != "", "student_id"]
        rows = rows[rows["student_id"].isin(moved)]
    for row in each(rows if kept != "never" else rows.iloc[:0]):
        pace = case.policy.walk_m_per_s.at(row.grade)
        whole_s = float(np.fmax(row.door_to_door_s, np.ceil(row.to_stop_m / pace) + _ride_s(row)))
        over_s = whole_s - case.policy.max_door_to_door_s.at(row.grade)
        if over_s > 0:
            yield breach(
                "door_to_door_within_limit", row.student_id, over_s, "s", DOORS_LONG,
                direction=row.direction,
            )  # fmt: skip


def _ride_s(row: Any) -> float:
    """Return the ride by the visits: arrival to arrival, or school's gate to arrival."""
    home = row.direction == "to_home"
    return float(row.alight_arrive_s - (row.board_depart_s if home else row.board_arrive_s))


def arrives_in_window(case: Case) -> Iterator[Breach]:
    """Every bus to school arrives inside the school's window before the bell."""
    low, high = case.policy.arrive_before_max_s, case.policy.arrive_before_min_s
    for visit in each(_at_schools(case, "to_school")):
        yield from _window(
            "arrives_in_window", visit, visit.arrive_s,
            visit.bell_s - low, visit.bell_s - high, TOO_EARLY, TOO_LATE,
        )  # fmt: skip


def leaves_in_window(case: Case) -> Iterator[Breach]:
    """Every bus home leaves the school inside its window after dismissal."""
    low, high = case.policy.leave_after_min_s, case.policy.leave_after_max_s
    for visit in each(_at_schools(case, "to_home")):
        yield from _window(
            "leaves_in_window", visit, visit.depart_s,
            visit.dismissal_s + low, visit.dismissal_s + high, LEAVES_EARLY, LEAVES_LATE,
        )  # fmt: skip


def bells_within_limit(case: Case) -> Iterator[Breach]:
    """No school's bells were moved further than the policy lets them."""
    for school in each(first_rows(case.schools, "school_id")):
        over_s = abs(getattr(school, "bell_moved_s", 0)) - case.policy.move_bells_max_s
        if over_s > 0:
            yield breach("bells_within_limit", school.school_id, over_s, "s", MOVED_FAR)


def _at_schools(case: Case, direction: str) -> pd.DataFrame:
    """Return the visits of schools in one direction, with the school's bells."""
    routes = case.routes.loc[case.routes["direction"] == direction, "route_id"]
    visits = case.visits[case.visits["kind"] == "school"]
    visits = visits[visits["route_id"].isin(routes)]
    schools = first_rows(case.schools, "school_id").rename(columns={"school_id": "place_id"})
    bells = schools[["place_id", "bell_s", "dismissal_s"]]
    return visits.merge(bells, how="inner", on="place_id")


def _window(
    rule: str, visit: Any, at_s: float, open_s: float, shut_s: float,
    early: Text, late: Text,
) -> Iterator[Breach]:  # fmt: skip
    if at_s < open_s:
        yield breach(rule, visit.route_id, open_s - at_s, "s", early, place=visit.place_id)
    if at_s > shut_s:
        yield breach(rule, visit.route_id, at_s - shut_s, "s", late, place=visit.place_id)


def times_add_up(case: Case) -> Iterator[Breach]:
    """Every time follows from the legs, the dwells and the walks; no sum is off."""
    handed = _handed_over(case)
    for route_id, visits in case.visits_of.items():
        yield from _clock_of(route_id, visits, handed, case.policy)
    yield from _sums_of_routes(case)
    yield from _sums_of_rides(case)


def _handed_over(case: Case) -> dict[Any, float]:
    """Return how many of each visit's riders are handed to an adult, in the afternoon."""
    served = case.served
    young = served[
        (served["direction"] == "to_home") & (served["grade"] <= case.policy.handover_last_grade)
    ]
    sums = young.groupby(["route_id", "alight_order"])["n_students"].sum()
    return dict(sums.items())


def _clock_of(
    route_id: str, visits: list[Any], handed: dict[Any, float], policy: Policy
) -> Iterator[Breach]:
    depart_s = None
    for place, visit in enumerate(visits):
        subject = f"{route_id}/{visit.order:g}"
        yield from _differ(subject, "order", visit.order, place)
        if depart_s is None:
            yield from _differ(subject, "leg_m", visit.leg_m, 0)
            yield from _differ(subject, "leg_s", visit.leg_s, 0)
        else:
            due_s = depart_s + visit.leg_s
            yield from _differ(subject, "arrive_s", visit.arrive_s, due_s)
        depart_s = visit.depart_s
        dwell_s = _dwell_s(visit, handed.get((route_id, visit.order), 0.0), policy)
        short_s = visit.arrive_s + dwell_s - visit.depart_s
        if short_s > 0:
            yield breach("times_add_up", subject, short_s, "s", DWELLS_SHORT)


def _dwell_s(visit: Any, n_handed: float, policy: Policy) -> float:
    """Return how long the bus must stand, by the policy."""
    n = visit.n_on + visit.n_off
    if visit.kind == "school" and visit.n_off > 0:
        return float(policy.school_stop_s + policy.school_alight_s * n)
    return float(policy.stop_s + policy.board_s * n + policy.handover_s * n_handed)


def _sums_of_routes(case: Case) -> Iterator[Breach]:
    for route in each(first_rows(case.routes, "route_id")):
        key = route.route_id
        if key not in case.visits_of:
            yield from _differ(key, "visits", 0, 1)
            continue
        visits = case.visits_of[key]
        first, last = visits[0], visits[-1]
        begin = "depart_s" if route.direction == "to_home" else "arrive_s"
        duration_s = last.arrive_s - first.arrive_s
        yield from _differ(
            key, "distance_m", route.distance_m, sum(visit.leg_m for visit in visits)
        )
        yield from _differ(key, "duration_s", route.duration_s, duration_s)
        yield from _differ(key, "depart_s", route.depart_s, getattr(first, begin))
        yield from _differ(key, "arrive_s", route.arrive_s, last.arrive_s)


def _sums_of_rides(case: Case) -> Iterator[Breach]:
    schools = first_rows(case.schools, "school_id")
    bells = dict(zip(schools["school_id"], schools["bell_s"], strict=True))
    ends = dict(zip(schools["school_id"], schools["dismissal_s"], strict=True))
    for row in each(case.served):
        subject = f"{row.student_id}/{row.direction}"
        pace = case.policy.walk_m_per_s.at(row.grade)
        wait_s = (
            row.board_depart_s - ends.get(row.school_id, np.nan)
            if row.direction == "to_home"
            else bells.get(row.school_id, np.nan) - row.alight_arrive_s
        )
        # A float's last digit must not add a second.
        door_s = np.ceil(np.round(row.to_stop_m / pace, 9)) + _ride_s(row)
        yield from _differ(subject, "ride_s", row.ride_s, _ride_s(row))
        yield from _differ(subject, "wait_s", row.wait_s, wait_s)
        yield from _differ(subject, "door_to_door_s", row.door_to_door_s, door_s)


def _differ(subject: str, name: str, stated: float, right: float) -> Iterator[Breach]:
    wrong = abs(float(stated) - float(right))
    if wrong > 0:
        unit = "m" if name.endswith("_m") else "s" if name.endswith("_s") else "visits"
        yield breach("times_add_up", subject, wrong, unit, SUM_WRONG, name=name)
