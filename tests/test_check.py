"""Each rule is kept by a plan at its limit, and broken by a known amount by another: tables, people, loads.

Gridtown (tests/plan_by_hand.py) keeps every rule; each test breaks it in one place and
names exactly the breaches that follow.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from damage import OF_PLAN, found, table_of, with_cells, with_policy, with_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_by_hand import gridtown, nobody_rides

from routing.check import RULES, check_plan, explain_rule
from routing.tables import REASONS


def test_gridtown_keeps_every_rule():
    assert check_plan(gridtown()) == []


def test_a_plan_in_which_nobody_rides_keeps_every_rule():
    assert check_plan(nobody_rides()) == []


def test_every_rule_says_itself_in_both_languages():
    for rule in RULES:
        assert rule.text.en.endswith(".")
        assert rule.text.zh.endswith("。")
        assert bool(rule.law.en) == bool(rule.law.zh)
    assert len({rule.name for rule in RULES}) == len(RULES) == 34
    assert "Decree 617, art. 34" in explain_rule("seats_enough").en
    assert "第三十四条" in explain_rule("seats_enough").zh


# tables_whole


def test_a_missing_column_is_the_only_breach():
    plan = gridtown()
    plan = with_table(plan, "visits", plan.visits.drop(columns="leg_s"))
    assert found(plan) == [("tables_whole", "visits.leg_s", 1)]


@pytest.mark.parametrize("name", [*OF_PLAN, "students", "bus_types"])
def test_a_missing_table_is_the_only_breach(name):
    assert found(with_table(gridtown(), name, None)) == [("tables_whole", name, 1)]


def test_a_missing_policy_is_the_only_breach():
    assert found(replace(gridtown(), policy=None)) == [("tables_whole", "policy", 1)]


def test_nonsense_in_one_cell_is_named_with_its_row():
    plan = with_cells(gridtown(), "routes", "route_id == 'R2'", n_students="seven")
    (breach,) = check_plan(plan)
    assert (breach.rule, breach.subject_id) == ("tables_whole", "routes.n_students")
    assert "R2" in breach.say("en")
    assert "R2" in breach.say("zh")


def test_a_number_out_of_range_is_named():
    """A grade 12 is above 9."""
    plan = with_cells(gridtown(), "students", "student_id == 'h'", grade=12)
    assert found(plan) == [("tables_whole", "students.grade", 1)]


def test_a_key_said_twice_is_named():
    plan = gridtown()
    stops = pd.concat([plan.stops, plan.stops.iloc[:1]], ignore_index=True)
    assert found(with_table(plan, "stops", stops)) == [("tables_whole", "stops", 1)]


def test_an_unknown_key_is_named():
    """d walks, so only the table suffers."""
    plan = with_cells(gridtown(), "students", "student_id == 'd'", school_id="S9")
    assert found(plan) == [("tables_whole", "students.school_id", 1)]


# people


def test_two_students_without_a_ride_are_missing_twice_a_day():
    """Eight live at c; the rides say six, each way."""
    plan = with_cells(gridtown(), "students", "student_id == 'c'", n_students=8)
    assert found(plan) == [("nobody_missing", "c", 2), ("nobody_missing", "c", 2)]


def test_an_unserved_student_without_a_reason_is_missing():
    plan = with_cells(
        gridtown(), "rides", "student_id == 'g' and direction == 'to_home'", reason=""
    )
    assert found(plan) == [("nobody_missing", "g", 1)]


def test_a_row_split_over_two_buses_is_nobody_twice():
    """c's six as four and two on the same bus are still six."""
    plan = gridtown()
    rides = plan.rides
    split = rides[rides["student_id"] == "c"].assign(part=1, n_students=2)
    rides = rides.assign(n_students=rides["n_students"].mask(rides["student_id"] == "c", 4))
    assert found(with_table(plan, "rides", pd.concat([rides, split]))) == []


def test_the_same_ride_said_twice_is_one_too_many():
    plan = gridtown()
    again = plan.rides[(plan.rides["student_id"] == "g")].iloc[:1]
    rides = pd.concat([plan.rides, again])
    assert found(with_table(plan, "rides", rides)) == [("nobody_twice", "g", 1)]


def test_more_of_a_row_than_there_are_is_twice():
    """g is one student; a second part of two makes three."""
    plan = gridtown()
    more = plan.rides[(plan.rides["student_id"] == "g")].iloc[:1].assign(part=1, n_students=2)
    rides = pd.concat([plan.rides, more])
    assert found(with_table(plan, "rides", rides)) == [("nobody_twice", "g", 2)]


def test_a_student_within_the_limit_has_no_ride():
    plan = gridtown()
    extra = plan.rides[(plan.rides["student_id"] == "g")].assign(student_id="d")
    rides = pd.concat([plan.rides, extra])
    assert found(with_table(plan, "rides", rides)) == [
        ("nobody_extra", "d", 1),
        ("nobody_extra", "d", 1),
    ]


def test_at_the_limit_one_walks_and_a_metre_beyond_one_is_entitled():
    """e walks 2,000 m, the limit of the policy."""
    assert found(gridtown()) == []
    plan = with_cells(gridtown(), "students", "student_id == 'e'", walk_m=2001)
    assert found(plan) == [("entitled_rightly", "e", 1)]


@pytest.mark.parametrize(
    ("column", "stated", "amount"),
    [("walk_m", 4000, 100), ("drive_m", 4190, 90), ("straight_m", 3358, 100)],
)
def test_a_distance_to_school_is_measured_again(column, stated, amount):
    """f lives 4,100 m from S2 by road and 3,258 m (3.1 and 1 km) straight; still beyond 2 km."""
    plan = with_cells(gridtown(), "students", "student_id == 'f'", **{column: stated})
    ((rule, student, off_m),) = found(plan)
    assert (rule, student) == ("distances_right", "f")
    assert off_m == pytest.approx(amount, abs=1)


def test_a_way_that_is_there_cannot_be_denied():
    """d lives on the road; without a way on foot d would be entitled."""
    plan = with_cells(gridtown(), "students", "student_id == 'd'", walk_m=pd.NA)
    assert found(plan) == [("entitled_rightly", "d", 1), ("distances_right", "d", 1)]


def test_merged_students_are_entitled_and_boarders_are_not():
    plan = with_cells(gridtown(), "students", "student_id in ['d', 'h']", merged=True)
    assert found(plan) == [("entitled_rightly", "d", 1)]
    kept = with_cells(plan, "students", "student_id == 'd'", boards=True)
    assert found(kept) == []


def test_without_a_distance_rule_nobody_is_entitled_by_distance():
    """Six rows are marked: a 3, b 2, c 6, f 7, g 1, i 1."""
    plan = with_policy(gridtown(), ride_beyond_m=None)
    assert [(s, n) for _, s, n in found(plan)] == [
        ("a", 3), ("b", 2), ("c", 6), ("f", 7), ("g", 1), ("i", 1),
    ]  # fmt: skip


def test_junior_students_need_a_bus_for_nine_years():
    """f's seven are in grade 7; T36 takes them home."""
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T36'", kind="primary")
    assert found(plan) == [("bus_kind_allowed", "f", 7)]


def test_primary_pupils_may_ride_both_kinds():
    """c and b in T19 on R1 and R3, f too: only f's morning breaks."""
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T19'", kind="primary")
    assert found(plan) == [("bus_kind_allowed", "f", 7)]


def test_kindergarten_children_ride_only_by_policy():
    """Not entitled without that policy, they are also extra and wrongly entitled."""
    plan = with_cells(gridtown(), "students", "student_id == 'a'", grade=0)
    assert {rule for rule, _, _ in found(plan)} == {
        "bus_kind_allowed", "entitled_rightly",
    }  # fmt: skip
    assert found(with_policy(plan, kindergarten_by_bus=True)) == []


def test_bells_move_only_as_far_as_the_policy_lets_them():
    """S2 has moved by 600 s: 600 too far where none may move, 300 where 300 may, else kept."""
    moved = with_cells(gridtown(), "schools", "school_id == 'S2'", bell_moved_s=-600)
    assert found(moved) == [("bells_within_limit", "S2", 600)]
    assert found(with_policy(moved, move_bells_max_s=300)) == [("bells_within_limit", "S2", 300)]
    assert found(with_policy(moved, move_bells_max_s=600)) == []


def test_three_wheelchairs_need_three_places():
    """a's three ride R1 and R3; two places leave one over each way."""
    plan = with_cells(gridtown(), "students", "student_id == 'a'", needs="wheelchair")
    kept = with_cells(plan, "bus_types", "bus_type_id == 'T19'", wheelchairs=3)
    assert found(kept) == []
    plan = with_cells(plan, "bus_types", "bus_type_id == 'T19'", wheelchairs=2)
    assert found(plan) == [("needs_met", "R1", 1), ("needs_met", "R3", 1)]


# loads


def test_seats_leave_room_for_driver_and_attendant():
    """36 seats less driver and one attendant are 34."""
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T36'", pupil_seats=35)
    assert found(plan) == [("attendants_have_seats", "T36", 1)]


def test_a_large_bus_carries_two_attendants():
    """48 seats are above 40: 48 - 1 - 2 = 45."""
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T36'", seats=48, pupil_seats=45)
    assert found(plan) == []
    plan = with_cells(plan, "bus_types", "bus_type_id == 'T36'", pupil_seats=46)
    assert found(plan) == [("attendants_have_seats", "T36", 1)]


def test_eleven_aboard_need_eleven_seats():
    """R1 and R3 carry 11; nine seats are two too few."""
    kept = with_cells(gridtown(), "bus_types", "bus_type_id == 'T19'", pupil_seats=11)
    assert found(kept) == []
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T19'", pupil_seats=9)
    assert found(plan) == [("seats_enough", "R1", 2), ("seats_enough", "R3", 2)]


def test_seats_stated_above_the_law_do_not_count():
    """12 seats less 2 are 10; stating 17 is a breach and does not seat the eleventh."""
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T19'", seats=12)
    assert found(plan) == [
        ("attendants_have_seats", "T19", 7),
        ("seats_enough", "R1", 1),
        ("seats_enough", "R3", 1),
    ]


@pytest.mark.parametrize(
    ("name", "rows", "column", "value", "subject", "amount"),
    [
        ("visits", "route_id == 'R1' and order == 1", "n_aboard", 13, "R1/1", 2),
        ("visits", "route_id == 'R1' and order == 1", "n_off", 1, "R1/1", 1),
        ("routes", "route_id == 'R2'", "n_students", 5, "R2", 2),
        ("stops", "stop_id == 'P2'", "n_students", 4, "P2", 2),
    ],
)
def test_a_wrong_count_is_named(name, rows, column, value, subject, amount):
    """One more off at P2 makes seven through the door: 4 s more than the 54 s it stands."""
    plan = with_cells(gridtown(), name, rows, **{column: value})
    breaches = found(plan)
    assert ("counts_add_up", subject, amount) in breaches
    assert {rule for rule, _, _ in breaches} <= {"counts_add_up", "times_add_up"}
    assert len(breaches) == (2 if column == "n_off" else 1)


def test_a_stop_may_count_students_for_whom_no_bus_was_left():
    assert found(with_cells(gridtown(), "stops", "stop_id == 'P2'", n_students=9)) == []


def test_boarding_at_another_stop_is_named():
    """a at P3: too far to walk, and P3 would need three more; both follow."""
    plan = with_cells(
        gridtown(), "rides", "student_id == 'a' and direction == 'to_school'", stop_id="P3"
    )
    assert [(rule, s) for rule, s, _ in found(plan)] == [
        ("counts_add_up", "P3"), ("boards_where_said", "a"), ("walk_within_limit", "a"),
    ]  # fmt: skip


def test_an_unserved_student_is_on_no_route():
    plan = with_cells(
        gridtown(), "rides", "student_id == 'g' and direction == 'to_home'", route_id="R1"
    )
    assert found(plan) == [("boards_where_said", "g", 1)]


def test_a_student_is_brought_to_the_own_school():
    """a attends S2 but R1 ends at S1, R3 leaves from it; waits and distances are wrong too."""
    plan = with_cells(gridtown(), "students", "student_id == 'a'", school_id="S2")
    rules = [(rule, s) for rule, s, _ in found(plan)]
    assert rules.count(("boards_where_said", "a")) == 2
    assert {rule for rule, _ in rules} == {
        "boards_where_said", "times_add_up", "distances_right", "schools_may_share",
    }  # fmt: skip


def test_reasons_are_known_to_the_tables():
    """The reasons of Gridtown's unserved are codes of the schema."""
    assert set(gridtown().rides["reason"]) - {""} <= set(REASONS)


# whatever comes

NONSENSE = (
    None,
    "",
    "x",
    -1,
    10**12,
    float("nan"),
    float("inf"),
    True,
    2.5,
    [],
    pd.NA,
    np.int64(3),
)


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(st.data())
def test_no_damage_makes_the_judge_raise(data):
    """Whatever stands in any one cell, breaches come back, and they can be said."""
    plan = gridtown()
    name = data.draw(st.sampled_from([*OF_PLAN, "schools", "students", "bus_types", "parkings"]))
    frame = pd.DataFrame(table_of(plan, name)).astype(object)
    column = data.draw(st.sampled_from(list(frame.columns)))
    row = data.draw(st.integers(0, len(frame) - 1))
    frame.iat[row, frame.columns.get_loc(column)] = data.draw(st.sampled_from(NONSENSE))  # noqa: PD009
    for breach in check_plan(with_table(plan, name, frame)):
        assert breach.say("en")
        assert breach.say("zh")
        assert "cannot be judged" not in breach.say("en")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
def test_no_lost_or_doubled_row_makes_the_judge_raise(data):
    plan = gridtown()
    name = data.draw(st.sampled_from([*OF_PLAN, "schools", "students", "bus_types"]))
    frame = table_of(plan, name)
    rows = data.draw(st.lists(st.integers(0, len(frame) - 1), max_size=len(frame) + 2))
    said = [b.say("en") for b in check_plan(with_table(plan, name, frame.iloc[rows]))]
    assert not any("cannot be judged" in words for words in said)


def test_a_plan_that_is_no_plan_gives_breaches():
    assert check_plan(None)
    assert check_plan(object())
