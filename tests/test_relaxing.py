"""Ways out for the unserved: the smallest addition by the rule that binds, summed by hand."""

from dataclasses import replace

import pandas as pd
import pytest
from markupsafe import escape
from plan_by_hand import gridtown

from routing.outputs.masking import Mask
from routing.outputs.relief import way_out_rows
from routing.outputs.report import write_report
from routing.reasons import UNSERVED
from routing.records import MoreBus
from routing.relaxing import find_relaxations


def unserved(*rows):
    """A plan whose unserved are rows of (student, school, grade, n, direction, reason, found, limit)."""
    plan = gridtown()
    students, rides = [], []
    for student, school, grade, n, direction, reason, found, limit in rows:
        students.append((student, school, grade, "Farholm"))
        rides.append((student, direction, n, "unserved", reason, found, limit))
    names = ["student_id", "school_id", "grade", "village"]
    table = pd.DataFrame(students, columns=names).drop_duplicates("student_id")
    columns = ["student_id", "direction", "n_students", "mode", "reason"]
    columns += ["reason_found", "reason_limit"]
    lost = pd.DataFrame(rides, columns=columns)
    lost = lost.astype({"reason_found": "Int64", "reason_limit": "Int64"})
    return replace(plan, district=replace(plan.district, students=table), rides=lost)


def both(student, school, grade, n, reason, found=None, limit=None):
    """The same in both directions."""
    return [
        (student, school, grade, n, way, reason, found, limit) for way in ("to_school", "to_home")
    ]


def steps(plan, **more):
    return [
        (r.reason, r.band, r.amount, r.n_students, r.n_so_far)
        for r in find_relaxations(plan, **more)
    ]


def test_a_longer_ride_is_said_in_whole_minutes_step_by_step():
    """Limit 1,800 s: 2,160 is 6 minutes more for 4; 2,161 is 7 for one more; 2,400 s 10 for 2."""
    plan = unserved(
        *both("a", "S1", 2, 4, "ride_too_long", 2_160, 1_800),
        *both("b", "S1", 3, 1, "ride_too_long", 2_161, 1_800),
        *both("c", "S1", 1, 2, "ride_too_long", 2_400, 1_800),
    )
    assert steps(plan) == [
        ("ride_too_long", "g1_3", 360, 4, 4),
        ("ride_too_long", "g1_3", 420, 1, 5),
        ("ride_too_long", "g1_3", 600, 2, 7),
    ]
    first = find_relaxations(plan)[0]
    assert first.say() == "Gridtown Primary, grades 1-3: ride limit +6 min for 4 students"
    assert first.say("zh") == "Gridtown Primary，1至3年级：乘车限时放宽6分钟，可安排4人"
    assert first.rule == "max_ride_s"


def test_the_worse_direction_decides_and_nobody_counts_twice():
    """Morning one minute over, afternoon three: three minutes for the same 2 students."""
    plan = unserved(
        ("a", "S1", 5, 2, "to_school", "ride_too_long", 2_460, 2_400),
        ("a", "S1", 5, 2, "to_home", "ride_too_long", 2_580, 2_400),
    )
    assert steps(plan) == [("ride_too_long", "g4_6", 180, 2, 2)]


def test_grades_with_a_limit_of_their_own_are_a_group_of_their_own():
    plan = unserved(
        *both("a", "S1", 2, 4, "ride_too_long", 1_860, 1_800),
        *both("b", "S1", 5, 3, "ride_too_long", 2_460, 2_400),
    )
    assert [row[1] for row in steps(plan)] == ["g1_3", "g4_6"]


def test_a_longer_walk_is_said_in_steps_of_fifty_metres():
    """551 m against 500 m is 51 m too far: the limit must rise by 100 m in steps of 50."""
    plan = unserved(*both("a", "S1", 2, 6, "no_stop_in_reach", 551, 500))
    (step,) = find_relaxations(plan)
    assert (step.amount, step.unit, step.rule) == (100, "m", "max_walk_to_stop_m")
    assert "walking limit +100 m for 6 students" in step.say()


def test_a_bus_more_is_named_with_its_seats_and_the_students_are_not_listed_again():
    """14 of S1 and 5 of S2 have no bus; one bus of each type would take them."""
    plan = unserved(*both("a", "S1", 2, 14, "no_bus"), *both("b", "S2", 8, 5, "no_bus"))
    kinds = plan.district.bus_types["bus_type_id"].tolist()
    more = (MoreBus(kinds[0], 14, 14, ("S1",)), MoreBus(kinds[1], 0, 5, ("S2",)))
    plan = replace(plan, made=replace(plan.made, more_buses=more))
    found = find_relaxations(plan)
    assert [(r.bus_type_id, r.n_students) for r in found] == [(kinds[0], 14), (kinds[1], 5)]
    assert found[0].seats > 0
    assert f"one more bus {kinds[0]}" in found[0].say()
    assert "14 students: Gridtown Primary" in found[0].say()


def test_where_no_route_was_made_the_buses_are_counted_by_their_seats():
    """T19 has 17 seats for students, T36 has 34: 14 fit the first, 80 take three of the second."""
    for n, kind, seats, n_buses in ((14, "T19", 17, 1), (80, "T36", 34, 3)):
        (step,) = find_relaxations(unserved(*both("a", "S1", 2, n, "no_bus")))
        assert (step.bus_type_id, step.seats, step.n_buses) == (kind, seats, n_buses)
        assert f"at least {n_buses} more bus(es) {kind}" in step.say()
        assert f"至少增加{n_buses}辆{kind}" in step.say("zh")


def test_without_any_kind_of_bus_the_school_is_said():
    plan = unserved(*both("a", "S1", 2, 14, "no_bus"))
    none = plan.district.bus_types.iloc[:0]
    plan = replace(plan, district=replace(plan.district, bus_types=none))
    (step,) = find_relaxations(plan)
    assert "any bus for 14 students" in step.say()


@pytest.mark.parametrize("reason", sorted(UNSERVED))
def test_every_reason_has_a_way_out_in_both_languages(reason):
    found, limit = (900, 600) if "{found}" in UNSERVED[reason].en else (None, None)
    (step,) = find_relaxations(unserved(*both("a", "S1", 2, 7, reason, found, limit)))
    assert "7" in step.say()
    assert "7" in step.say("zh")
    assert "{" not in step.say() + step.say("zh")
    assert "Gridtown Primary" in step.say()


def test_where_a_road_or_a_place_is_missing_the_village_says_where():
    plan = unserved(*both("a", "S1", 2, 7, "island"), *both("b", "S1", 2, 3, "bus_kind"))
    said = [step.where for step in find_relaxations(plan)]
    assert said == ["Gridtown Primary · Farholm", "Gridtown Primary"]


def test_for_the_public_small_steps_are_joined_to_the_next():
    """4 and 1 make 5 at +7 minutes; the last 2 alone would be fewer than 5: all 7 at +10."""
    plan = unserved(
        *both("a", "S1", 2, 4, "ride_too_long", 2_160, 1_800),
        *both("b", "S1", 3, 1, "ride_too_long", 2_161, 1_800),
        *both("c", "S1", 1, 2, "ride_too_long", 2_400, 1_800),
    )
    assert steps(plan, min_students=5) == [("ride_too_long", "g1_3", 600, 7, 7)]


def test_for_the_public_a_small_group_says_no_amount():
    plan = unserved(*both("a", "S1", 2, 3, "ride_too_long", 2_160, 1_800))
    ((said, n, so_far),) = way_out_rows(plan, Mask(5), "en")
    assert (n, so_far) == ("<5", "<5")
    assert "6" not in said
    assert "3" not in said.replace("grades 1-3", "")
    ((said, n, _),) = way_out_rows(plan, Mask(5, "internal"), "en")
    assert "+6 min for 3 students" in said


def test_a_plan_that_serves_everybody_needs_no_way_out():
    plan = gridtown()
    served = plan.rides[plan.rides["mode"] == "bus"]
    assert find_relaxations(replace(plan, rides=served)) == []


def test_the_report_shows_the_ways_out(tmp_path):
    plan = gridtown()
    assert (plan.rides["mode"] == "unserved").any()
    page = write_report(plan, tmp_path / "r.html").read_text("utf-8")
    assert "Ways out" in page
    for said, *_ in way_out_rows(plan, Mask(plan.policy.min_cell), "en"):
        assert str(escape(said)) in page
