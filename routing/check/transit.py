"""The judge of public buses: rides that the timetable has, in time, with seats, near enough."""

from collections.abc import Iterator

import numpy as np

from routing.check.case import Case, breach
from routing.check.distances import ROUNDING_M
from routing.check.journeys import FAR_M, Journey
from routing.records import Breach
from routing.words import Text

NO_TRIP = Text(
    "student row {id} ({n} students): the timetable has no ride of {line} between these stops that lasts so long ({direction}).",
    "学生行{id}（{n}人）：时刻表中{line}在这两站之间没有该乘车（{direction}）。",
)
NO_STOPS = Text(
    "student row {id} ({n} students): board_order or alight_order does not say at which stop of {line} ({direction}).",
    "学生行{id}（{n}人）：上车顺序或下车顺序未写明{line}的站序（{direction}）。",
)
TOO_YOUNG = Text(
    "student row {id}: {n} grade(s) too young for public buses ({direction}).",
    "学生行{id}低于可乘公交年级{n}级（{direction}）。",
)
TURNED_OFF = Text(
    "student row {id} ({n} students) by public bus, which the rules leave out ({direction}).",
    "规则不考虑公交，学生行{id}（{n}人）却乘公交（{direction}）。",
)
WALKS_FAR = Text(
    "student row {id} walks {n} m further between {end} and the public bus than its grade may.",
    "学生行{id}在{end}与公交站间步行超出限值{n}米。",
)
WALK_OFF = Text(
    "student row {id}: the walk between {end} and the public bus differs by {n} m.",
    "学生行{id}：{end}与公交站间步行距离相差{n}米。",
)
NO_WALK = Text(
    "student row {id} cannot walk between {end} and the public bus.",
    "学生行{id}无法在{end}与公交站间步行。",
)
ENDS = {"home": Text("home", "住址"), "gate": Text("school", "学校")}
LATE = Text(
    "student row {id} comes by public bus {n} s too late for the bell.",
    "学生行{id}乘公交到校晚{n}秒。",
)
LEAVES_EARLY = Text(
    "student row {id} would leave school for the public bus {n} s too early.",
    "学生行{id}须早于规定{n}秒离校赶公交。",
)
LEAVES_LATE = Text(
    "student row {id} waits at school for the public bus {n} s longer than allowed.",
    "学生行{id}在校等候公交超出规定{n}秒。",
)
WAITS_LONG = Text(
    "student row {id} waits on the platform {n} s longer than allowed ({direction}).",
    "学生行{id}在站台等候超出规定{n}秒（{direction}）。",
)
DOOR_LONG = Text(
    "student row {id} is {n} s longer under way by public bus than its grade may ({direction}).",
    "学生行{id}乘公交门到门超时{n}秒（{direction}）。",
)
SUM_WRONG = Text(
    "student row {id}: door_to_door_s differs by {n} s from walks, wait and ride ({direction}).",
    "学生行{id}：门到门时间与步行、等候、乘车之和相差{n}秒（{direction}）。",
)
NO_SEATS = Text(
    "trip {id} carries {n} student(s) more than it has seats left.",
    "公交班次{id}的学生比余座多{n}人。",
)


def transit_allowed(case: Case) -> Iterator[Breach]:
    """Nobody goes by public bus who is too young, or where the rules leave it out."""
    rule, policy = "transit_allowed", case.policy
    for one in case.journeys:
        ride = one.ride
        young = policy.transit_from_grade - ride.grade
        if not policy.transit:
            yield _breach(rule, one, ride.n_students, "students", TURNED_OFF)
        elif young > 0:
            yield _breach(rule, one, young, "grades", TOO_YOUNG)


def transit_as_timetabled(case: Case) -> Iterator[Breach]:
    """Every ride by public bus is one that the timetable has, between the stops that it names."""
    for one in case.journeys:
        ride = one.ride
        silent = np.isnan(ride.board_order) or np.isnan(ride.alight_order)
        if silent or not one.legs:
            yield breach(
                "transit_as_timetabled", ride.student_id, ride.n_students, "students",
                NO_TRIP if not one.legs else NO_STOPS,
                line=ride.line_id or "?", direction=ride.direction,
            )  # fmt: skip


def transit_walks_right(case: Case) -> Iterator[Breach]:
    """Nobody walks further to or from a public bus than the grade may, and walks are as stated."""
    rule = "transit_walks_right"
    for one in case.journeys:
        ride = one.ride
        limit_m = case.policy.max_walk_to_stop_m.at(int(ride.grade))
        for end, stated_m, walk in (
            ("home", ride.to_stop_m, one.home), ("gate", ride.from_stop_m, one.gate),
        ):  # fmt: skip
            over_m, off_m = stated_m - limit_m, walk.off_m(stated_m)
            if over_m > 0:
                yield _at(rule, one, over_m, "m", WALKS_FAR, end)
            if one.legs and off_m == FAR_M:
                yield _at(rule, one, 1, "walks", NO_WALK, end)
            elif one.legs and off_m > ROUNDING_M:
                yield _at(rule, one, round(off_m, 1), "m", WALK_OFF, end)


def transit_in_time(case: Case) -> Iterator[Breach]:
    """Public buses bring before the bell and take after dismissal, without long waits; sums hold."""
    for one in case.journeys:
        yield from _waits(case, one)
        if one.legs:
            yield from _windows(case, one)


def _waits(case: Case, one: Journey) -> Iterator[Breach]:
    rule, ride, grade = "transit_in_time", one.ride, int(one.ride.grade)
    over_s = ride.wait_s - case.policy.transit_max_wait_s
    if over_s > 0:
        yield _breach(rule, one, over_s, "s", WAITS_LONG)
    walks_s = sum(_walk_s(case, one, metres) for metres in (ride.to_stop_m, ride.from_stop_m))
    right_s = walks_s + ride.wait_s + ride.ride_s
    if ride.door_to_door_s != right_s:
        off_s = abs(ride.door_to_door_s - right_s)
        yield _breach(rule, one, 1 if np.isnan(off_s) else off_s, "s", SUM_WRONG)
    over_s = float(np.fmax(ride.door_to_door_s, right_s)) - case.policy.max_door_to_door_s.at(grade)
    if over_s > 0:
        yield _breach(rule, one, over_s, "s", DOOR_LONG)


def _windows(case: Case, one: Journey) -> Iterator[Breach]:
    """Judge the school's end; one may be there long before the bell, as the bus comes."""
    rule, ride, policy = "transit_in_time", one.ride, case.policy
    walk_s = _walk_s(case, one, ride.from_stop_m)
    if ride.direction == "to_school":
        late_s = one.arrive_s + walk_s - (ride.bell_s - policy.arrive_before_min_s)
        if late_s > 0:
            yield _breach(rule, one, late_s, "s", LATE)
        return
    leave_s = one.depart_s - ride.wait_s - walk_s
    early_s = ride.dismissal_s + policy.leave_after_min_s - leave_s
    late_s = leave_s - ride.dismissal_s - policy.leave_after_max_s
    if early_s > 0:
        yield _breach(rule, one, early_s, "s", LEAVES_EARLY)
    if late_s > 0:
        yield _breach(rule, one, late_s, "s", LEAVES_LATE)


def transit_seats_enough(case: Case) -> Iterator[Breach]:
    """No public bus takes more pupils than it has seats left for them."""
    aboard: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for one in case.journeys:
        for trip, on, off in one.legs:
            taken, _ = aboard.setdefault(trip.name, (np.zeros(len(trip.order)), trip.seats))
            taken[on:off] += one.ride.n_students
    for name, (taken, seats) in aboard.items():
        over = float(np.nan_to_num(taken - seats, nan=0.0).max())
        if over > 0:
            yield breach("transit_seats_enough", name, over, "students", NO_SEATS)


def _walk_s(case: Case, one: Journey, metres: float) -> float:
    """Return how long a walk takes at the pace of the grade, rounded up."""
    pace = case.policy.walk_m_per_s.at(int(one.ride.grade))
    # a float's last digit must not add a second
    return float(np.ceil(np.round(metres / pace, 9)))


def _breach(rule: str, one: Journey, amount: float, unit: str, text: Text) -> Breach:
    return breach(rule, one.ride.student_id, amount, unit, text, direction=one.ride.direction)


def _at(rule: str, one: Journey, amount: float, unit: str, text: Text, end: str) -> Breach:
    words = ENDS[end]
    both = Text(text.en.replace("{end}", words.en), text.zh.replace("{end}", words.zh))
    return breach(rule, one.ride.student_id, amount, unit, both)
