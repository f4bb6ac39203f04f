"""Bells in the plan: which schools may move how far, and what the plan then says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from plan_by_hand import grid_district, place

from routing.asking import ask_bells
from routing.check import check_plan
from routing.errors import InputError
from routing.fleet.bells import allowed_shifts, list_schools, move_bells, tie_schools
from routing.fleet.halves import Half
from routing.fleet.more import find_more_buses
from routing.outputs.relief import moved_rows
from routing.outputs.report import write_report
from routing.plan import make_plan
from routing.policy import Policy
from routing.solver import ChainProblem, solve_chains

GIVEN = ["straight_m", "walk_m", "drive_m", "entitled", "why"]


def test_bells_move_in_steps_and_never_to_before_the_earliest_allowed():
    """At 08:30 a primary school may come 10 minutes earlier, to 08:20; a junior one 15."""
    policy = Policy(move_bells_max_s=900)
    assert allowed_shifts("primary", 30_600, policy) == (-600, -300, 0, 300, 600, 900)
    assert allowed_shifts("junior", 30_600, policy) == (-900, -600, -300, 0, 300, 600, 900)


def test_a_school_that_begins_too_early_already_may_only_move_later():
    assert allowed_shifts("nine_year", 28_800, Policy(move_bells_max_s=600)) == (0, 300, 600)


def test_by_default_no_bell_moves():
    assert allowed_shifts("primary", 32_400, Policy()) == (0,)


def test_schools_that_share_a_bus_move_together():
    """Routes over 0 and 2, and over 2 and 3: one group; 1 stays alone."""
    assert tie_schools(4, [[0, 2], [1], [2, 3]]).tolist() == [0, 1, 0, 0]


def test_the_schools_of_a_route_are_read_from_its_visits():
    visits = pd.DataFrame({
        "route_id": ["a", "a", "a", "b"], "kind": ["stop", "school", "school", "school"],
        "place_id": ["P", "S2", "S1", "S1"],
    })  # fmt: skip
    assert list_schools(["b", "a"], visits) == [("S1",), ("S1", "S2")]


def one_bus_too_few(weights, n_available=1):
    """Trips of 600 s at one moment, so that each takes its own bus."""
    n = len(weights)
    square = np.zeros((n, n), dtype=np.int64)
    problem = ChainProblem(
        np.full(n, 600), np.full(n, 30_000), np.full(n, 30_000), square, square,
        np.ones((n, n), dtype=np.bool_), np.ones((n, 1), dtype=np.bool_),
        (90_000,), (1_000,), (n_available,), np.full(n, 5_000), np.array(weights),
    )  # fmt: skip
    return Half(np.arange(n), problem, solve_chains(problem, seconds=1, seed=1))


def test_the_buses_that_are_missing_are_named_with_whom_they_would_serve():
    """One bus for three trips takes 20 students; the buses that are missing 14 and 6."""
    halves = (one_bus_too_few([14, 20, 6]), one_bus_too_few([20]))
    schools = [("S1",), ("S1",), ("S2",)]
    more = find_more_buses(halves, ["Z19"], schools, seconds=2, seed=1, max_rounds=1)
    assert [(b.bus_type_id, b.n_to_school, b.n_to_home, b.school_ids) for b in more] == [
        ("Z19", 14, 0, ("S1",)), ("Z19", 6, 0, ("S2",)),
    ]  # fmt: skip


@pytest.mark.parametrize(("held", "moving"), [
    (None, True), ([False, False], True), ([True, False], True), ([True, True], False),
])  # fmt: skip
def test_a_bell_that_is_held_does_not_move(held, moving):
    """Two schools, a trip each of 600 s at one moment, morning and afternoon: two buses, or a move."""
    schools = pd.DataFrame({"school_id": ["S1", "S2"], "kind": "primary", "bell_s": 32_400})
    visits = pd.DataFrame({"route_id": [*"abcd"], "kind": "school", "place_id": ["S1", "S2"] * 2})
    morning = one_bus_too_few([5, 5], n_available=None)
    afternoon = replace(morning, rows=morning.rows + 2)
    found = move_bells(
        schools, visits, list("abcd"), (morning, afternoon), Policy(move_bells_max_s=1_200),
        seconds=1, seed=1, max_rounds=3, held=None if held is None else np.array(held),
    )  # fmt: skip
    assert (found.shift_s != 0).any() == moving
    assert not found.shift_s[np.array(held or [False] * 2)].any()
    assert found.n_buses_bound == (1 if moving else 2)


def test_where_everybody_is_served_no_bus_is_missing():
    half = one_bus_too_few([3, 4], n_available=None)
    assert find_more_buses((half, half), ["Z19"], [(), ()], seconds=1, seed=1, max_rounds=1) == ()


@pytest.fixture(scope="module")
def apart():
    """Gridtown with both schools at the same bell, homes on both sides: two buses at once."""
    made = grid_district()
    schools = made.schools.assign(bell_s=[30_600, 30_600], dismissal_s=[57_600, 57_600])
    return replace(made, schools=schools, students=made.students.drop(columns=GIVEN))


@pytest.fixture(scope="module")
def tight():
    """Arrival windows that are points: bells decide what one bus can do."""
    return Policy(
        arrive_before_min_s=600, arrive_before_max_s=600,
        leave_after_min_s=300, leave_after_max_s=300, stay_close_m=0,
    ) if hasattr(Policy(), "stay_close_m") else Policy(
        arrive_before_min_s=600, arrive_before_max_s=600,
        leave_after_min_s=300, leave_after_max_s=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def still(apart, tight):
    return make_plan(apart, tight, seed=1, max_rounds=1)


@pytest.fixture(scope="module")
def moved(apart, tight):
    return make_plan(apart, replace(tight, move_bells_max_s=5_400), seed=1, max_rounds=1)


def test_bells_that_may_move_save_a_bus(still, moved):
    assert moved.routes["bus_id"].nunique() < still.routes["bus_id"].nunique()
    assert (moved.district.schools["bell_moved_s"] != 0).any()


def test_the_plan_carries_the_bells_as_moved_and_keeps_all_rules(apart, moved):
    schools = moved.district.schools
    assert (schools["bell_s"] - schools["bell_moved_s"]).tolist() == [30_600, 30_600]
    assert (schools["dismissal_s"] - schools["bell_moved_s"]).tolist() == [57_600, 57_600]
    assert (schools["bell_moved_s"] % 300 == 0).all()
    assert apart.schools["bell_s"].tolist() == [30_600, 30_600]
    assert check_plan(moved) == []
    assert check_plan(replace(moved, district=replace(moved.district, schools=apart.schools)))


def test_with_the_default_rules_the_plan_moves_no_bell(still):
    assert still.district.schools["bell_moved_s"].tolist() == [0, 0]
    assert moved_rows(still, "en") == []


def test_the_report_lists_the_schools_that_move(moved, still, tmp_path):
    page = write_report(moved, tmp_path / "en.html").read_text("utf-8")
    row = moved_rows(moved, "en")[0]
    assert "Bells that move" in page
    assert all(cell in page for cell in row)
    assert "作息时间调整" in write_report(moved, tmp_path / "zh.html", lang="zh").read_text("utf-8")
    assert "Bells that move" not in write_report(still, tmp_path / "no.html").read_text("utf-8")


def test_asking_a_plan_says_what_moved_bells_would_save(still, moved):
    gain = ask_bells(still, 5_400, max_rounds=1)
    assert gain.n_buses_now == still.routes["bus_id"].nunique()
    assert gain.n_buses_then == moved.routes["bus_id"].nunique()
    assert gain.saved_yuan > 0
    assert len(gain.shifts) >= 1
    assert f"{gain.n_buses_now - gain.n_buses_then} buses" in gain.say()
    assert "90分钟" in gain.say("zh")


def test_asking_changes_nothing_and_no_gain_is_said(still):
    before = still.district.schools["bell_s"].tolist()
    gain = ask_bells(still, 300, max_rounds=1)
    assert gain.shifts == ()
    assert gain.n_buses_now == gain.n_buses_then
    assert "nothing was found" in gain.say()
    assert still.district.schools["bell_s"].tolist() == before


def test_bells_cannot_be_asked_to_move_by_a_day(still):
    with pytest.raises(InputError, match="move_bells_max_s"):
        ask_bells(still, 86_400)


def test_a_plan_without_routes_has_nothing_to_gain(apart, tight):
    at_the_door = apart.students.set_geometry([place(0.5, 1)] * len(apart.students), crs=4326)
    empty = replace(apart, students=at_the_door.assign(school_id="S1", grade=2))
    plan = make_plan(empty, replace(tight, move_bells_max_s=600), max_rounds=1)
    assert len(plan.routes) == 0
    assert plan.district.schools["bell_moved_s"].tolist() == [0, 0]
    assert ask_bells(plan, 600, max_rounds=1).shifts == ()
