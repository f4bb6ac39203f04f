"""A plan can go on from an earlier one, and stay close to it."""

from dataclasses import replace

import pytest
from plan_by_hand import grid_district

from routing.check import check_plan
from routing.plan import make_plan
from routing.policy import Policy

GIVEN = ["straight_m", "walk_m", "drive_m", "entitled", "why"]


@pytest.fixture(scope="module")
def district():
    made = grid_district()
    return replace(made, students=made.students.drop(columns=GIVEN))


@pytest.fixture(scope="module")
def plan(district):
    return make_plan(district, Policy(), seed=1, max_rounds=1)


def ways(plan):
    """What is driven: direction, and places in order, whatever the routes are called."""
    directions = plan.routes.set_index("route_id")["direction"]
    return {
        (directions[route_id], *visits["place_id"])
        for route_id, visits in plan.visits.groupby("route_id", sort=False)
    }


def test_a_plan_made_from_itself_is_the_same_plan(district, plan):
    again = make_plan(district, plan.policy, seed=2, max_rounds=1, start=plan)
    assert ways(again) == ways(plan)
    assert check_plan(again) == []


def test_an_earlier_plan_of_other_stops_and_schools_does_no_harm(district, plan):
    """Its stops are elsewhere and its bus is gone: the search starts from what is left."""
    moved = replace(plan, stops=plan.stops.set_geometry(plan.stops.geometry.translate(0.01)))
    again = make_plan(district, plan.policy, seed=1, max_rounds=1, start=moved)
    assert check_plan(again) == []
    assert len(again.rides) == len(plan.rides)


def test_old_ways_are_kept_where_new_ones_count_longer(district, plan):
    """P1 and P2 change places in the morning to S1: 1 km longer, kept for 20 km a new way.

    Without the wish the search goes back to the shorter order.
    """
    visits = plan.visits.copy()
    directions = visits["route_id"].map(plan.routes.set_index("route_id")["direction"])
    for route_id, route in visits[directions == "to_school"].groupby("route_id"):
        stops = route.index[route["kind"] == "stop"]
        visits.loc[stops, "place_id"] = visits.loc[stops[::-1], "place_id"].to_numpy()
        assert route_id
    turned = replace(plan, visits=visits)
    stay = replace(plan.policy, stay_close_m=20_000)
    kept = make_plan(district, stay, seed=1, max_rounds=1, start=turned)
    morning = {way for way in ways(turned) if way[0] == "to_school"}
    assert morning <= ways(kept)
    assert check_plan(kept) == []
    free = make_plan(district, plan.policy, seed=1, max_rounds=1, start=turned)
    assert ways(free) == ways(plan)
