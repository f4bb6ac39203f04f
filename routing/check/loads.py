"""The judge of loads: seats enough, counts that add up, everybody where it is said."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from routing.check.case import Case, breach, each, total
from routing.check.people import most_aboard
from routing.records import Breach
from routing.words import Text

SEATS_OVER_LAW = Text(
    "bus type {id} states {n} student seat(s) more than the law leaves.",
    "车型{id}的学生座位比法定多{n}个。",
)
OVERLOADED = Text(
    "route {id} carries {n} student(s) more than its bus has seats.",
    "线路{id}超载{n}人。",
)
COUNTED_MORE = Text(
    "{id}: {name} is {n} more than the rides say.",
    "{id}：{name}比乘车表多{n}。",
)
COUNTED_FEWER = Text(
    "{id}: {name} is {n} fewer than the rides say.",
    "{id}：{name}比乘车表少{n}。",
)
NOT_EMPTY = Text(
    "route {id}: {n} student(s) boarding and alighting do not cancel out.",
    "线路{id}：上下车人数相差{n}人。",
)
MISPLACED = Text(
    "student row {id} ({n} students) on route {route}: ",
    "学生行{id}（{n}人），线路{route}：",
)
OTHER_WAY = Text("the route drives the other way.", "线路方向不符。")
NOT_AT_STOP = Text("the visit is not at the stop said.", "停靠不在所列站点。")
NOT_AT_SCHOOL = Text("the visit is not at the own school.", "停靠不在就读学校。")
BACKWARDS = Text("boards after alighting.", "上车晚于下车。")
NOT_ABOARD = Text("does not go by school bus, yet is on a route.", "不乘校车却列入线路。")


def attendants_have_seats(case: Case) -> Iterator[Breach]:
    """Every bus type leaves a seat for the driver and one for each attendant."""
    for row in each(case.bus_types):
        over = row.pupil_seats - case.lawful_seats(row.seats)
        if over > 0:
            yield breach("attendants_have_seats", row.bus_type_id, over, "seats", SEATS_OVER_LAW)


def seats_enough(case: Case) -> Iterator[Breach]:
    """Never are more students aboard than the bus has lawful seats for."""
    riders = dict(iter(case.served.groupby("route_id")))
    for route in each(case.routes):
        key = route.route_id
        aboard = most_aboard(riders[key]) if key in riders else 0.0
        if key in case.visits_of:
            stated = [visit.n_aboard for visit in case.visits_of[key]]
            aboard = float(np.fmax.reduce([aboard, *stated]))
        over = aboard - case.seats.get(route.bus_type_id, np.nan)
        if over > 0:
            yield breach("seats_enough", key, over, "students", OVERLOADED)


def counts_add_up(case: Case) -> Iterator[Breach]:
    """Every count of visits, routes and stops is that of the rides; buses end empty."""
    on = total(case.served, "route_id", "board_order")
    off = total(case.served, "route_id", "alight_order")
    for route_id, visits in case.visits_of.items():
        aboard = 0.0
        for visit in visits:
            key = (route_id, visit.order)
            n_on, n_off = on.get(key, 0.0), off.get(key, 0.0)
            aboard += n_on - n_off
            place = f"{route_id}/{visit.order:g}"
            yield from _compare(place, "n_on", visit.n_on, n_on)
            yield from _compare(place, "n_off", visit.n_off, n_off)
            yield from _compare(place, "n_aboard", visit.n_aboard, aboard)
        if abs(aboard) > 0:
            yield breach("counts_add_up", route_id, abs(aboard), "students", NOT_EMPTY)
    carried = total(case.served, "route_id")
    for route in each(case.routes):
        n = carried.get(route.route_id, 0.0)
        yield from _compare(route.route_id, "n_students", route.n_students, n)
    # A stop counts all who walk to it, also those for whom no bus was left.
    walking = dict(zip(case.stops["stop_id"], case.stops["n_students"], strict=True))
    riding: dict[str, float] = {}
    for (stop_id, _), n in total(case.served, "stop_id", "direction").items():
        riding[stop_id] = max(n, riding.get(stop_id, 0.0))
    for stop_id, n in riding.items():
        if walking.get(stop_id, np.nan) < n:
            yield from _compare(stop_id, "n_students", walking[stop_id], n)


def _compare(subject_id: str, name: str, stated: float, n: float) -> Iterator[Breach]:
    wrong = stated - n
    if abs(wrong) > 0:
        text = COUNTED_MORE if wrong > 0 else COUNTED_FEWER
        yield breach("counts_add_up", subject_id, abs(wrong), "students", text, name=name)


def boards_where_said(case: Case) -> Iterator[Breach]:
    """Every rider boards and alights at the stop said and the own school, in order."""
    for row in each(case.served):
        wrong = _misplaced(row)
        if wrong:
            yield _misplacement(row, wrong)
    others = case.rides[case.rides["mode"] != "bus"]
    for row in each(others[others["route_id"] != ""]):
        yield _misplacement(row, NOT_ABOARD)


def _misplaced(row: Any) -> Text | None:
    """Return what is wrong with where a rider boards and alights, None for nothing."""
    if row.direction != row.route_direction:
        return OTHER_WAY
    board = (row.board_kind, row.board_place_id)
    alight = (row.alight_kind, row.alight_place_id)
    at_stop, at_school = (board, alight) if row.direction == "to_school" else (alight, board)
    if row.stop_id == "" or at_stop != ("stop", row.stop_id):
        return NOT_AT_STOP
    if at_school != ("school", row.school_id):
        return NOT_AT_SCHOOL
    return None if row.board_order < row.alight_order else BACKWARDS


def _misplacement(row: Any, wrong: Text) -> Breach:
    text = Text(MISPLACED.en + wrong.en, MISPLACED.zh + wrong.zh)
    return breach(
        "boards_where_said", row.student_id, row.n_students, "students", text,
        route=row.route_id,
    )  # fmt: skip
