"""A plan goes on from an earlier one: what did not change stays, what did is planned anew."""

from dataclasses import replace

import pytest
from plan_by_hand import grid_district

from routing.check import check_plan
from routing.onward import replan
from routing.plan import make_plan
from routing.policy import ByGrade, Policy
from routing.routes import build

GIVEN = ["straight_m", "walk_m", "drive_m", "entitled", "why"]


@pytest.fixture(scope="module")
def district():
    made = grid_district()
    return replace(made, students=made.students.drop(columns=GIVEN))


@pytest.fixture(scope="module")
def plan(district):
    return make_plan(district, Policy(), seed=1, max_rounds=1)


def lines(plan, school_id):
    """The routes of a school: name, direction and places in order."""
    visits = plan.visits[plan.visits["route_id"].str.startswith(school_id)]
    return {
        route_id: tuple(zip(route["place_id"], route["n_on"], route["n_off"], strict=True))
        for route_id, route in visits.groupby("route_id")
    }


def test_nothing_changes_where_nothing_changed(district, plan):
    again = replan(plan, district, max_rounds=1)
    assert check_plan(again) == []
    for school_id in ("S1", "S2"):
        assert lines(again, school_id) == lines(plan, school_id)
    assert again.stops["stop_id"].tolist() == plan.stops["stop_id"].tolist()
    assert again.rides["reason"].tolist() == plan.rides["reason"].tolist()


def test_a_school_with_other_riders_is_planned_anew_and_the_other_stays(district, plan):
    """One of the hamlet of six at c moves away: S1's routes carry one less, S2's are as before."""
    students = district.students.copy()
    students.loc[students["student_id"] == "c", "n_students"] = 5
    after = replan(plan, replace(district, students=students), max_rounds=1)
    assert check_plan(after) == []
    assert lines(after, "S2") == lines(plan, "S2")
    served = after.rides[after.rides["student_id"] == "c"]
    assert served.groupby("direction")["n_students"].sum().tolist() == [5, 5]


def test_other_rules_plan_everything_anew(district, plan):
    """Walks of 50 m at most: nobody's stop can stay."""
    policy = replace(
        plan.policy,
        max_walk_to_stop_m=replace(plan.policy.max_walk_to_stop_m, g1_3=50, g4_6=50, g7_9=50),
    )
    after = replan(plan, district, policy, max_rounds=1)
    assert check_plan(after) == []
    assert (
        after.rides.loc[after.rides["mode"] == "bus", "to_stop_m"].max() <= 50
        or (after.rides["mode"] == "unserved").all()
    )


def test_from_scratch_and_onwards_cost_the_same_on_a_small_county(district, plan):
    onwards = replan(plan, district, max_rounds=2)
    scratch = replan(plan, district, max_rounds=2, from_scratch=True)
    assert onwards.routes["bus_id"].nunique() == scratch.routes["bus_id"].nunique()
    assert onwards.routes["distance_m"].sum() == scratch.routes["distance_m"].sum()


def test_lines_that_stay_keep_their_times(district, plan):
    again = replan(plan, district, max_rounds=1)
    before, after = (one.routes.set_index("route_id")["depart_s"] for one in (plan, again))
    assert after.to_dict() == before.to_dict()


def test_other_roads_plan_everything_anew_also_where_no_file_says_so(district, plan, monkeypatch):
    """Districts made in memory have no digest: only the same roads are the same roads."""
    asked = []
    monkeypatch.setattr("routing.onward.make_plan", lambda *_, **given: asked.append(given["keep"]))
    replan(plan, plan.district)
    replan(plan, replace(plan.district, roads=replace(plan.district.roads)))
    assert asked == [True, False]


def test_a_school_with_a_pupil_whose_drive_is_too_long_keeps_its_lines(district, monkeypatch):
    """Beyond the limit nobody has a stop; that of the others at the school stays all the same."""
    policy = Policy(max_ride_s=ByGrade(600, 600, 600))
    before = make_plan(district, policy, seed=1, max_rounds=1)
    over = before.rides[before.rides["reason"] == "ride_too_long"]
    assert len(over)
    searched = []
    split = build.split_kept
    monkeypatch.setattr(
        build, "split_kept", lambda *given: searched.append(split(*given)) or searched[-1]
    )
    again = replan(before, district, max_rounds=1)
    assert [numbers for _, numbers in searched] == [[]]
    assert check_plan(again) == []
    left = ["student_id", "direction", "reason", "reason_found", "reason_limit"]
    now = again.rides[again.rides["reason"] == "ride_too_long"]
    assert now[left].to_numpy().tolist() == over[left].to_numpy().tolist()
