"""Clock times in Gridtown: the stages must find those counted by hand."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from plan_by_hand import gridtown

from routing.dwell import gate_dwell_s, stop_dwell_s, visit_dwell_s
from routing.policy import Policy
from routing.timetable import time_rides, time_routes, time_visits


@pytest.fixture(scope="module")
def plan():
    return gridtown()


@pytest.fixture(scope="module")
def dwell_s(plan):
    return visit_dwell_s(plan.visits, plan.rides, plan.district.students, plan.policy)


def test_a_bus_stands_thirty_seconds_and_four_for_each_student():
    """30 + 4 x 5 = 50; in the afternoon 5 more for each of three handed over: 65."""
    assert stop_dwell_s(Policy(), 5) == 50
    assert stop_dwell_s(Policy(), 5, 3) == 65


def test_at_school_getting_off_and_getting_on_take_their_own_time():
    """29 + 2 x 11 = 51 to get off; 30 + 4 x 11 = 74 to get on."""
    assert gate_dwell_s(Policy(), 11, alight=True) == 51
    assert gate_dwell_s(Policy(), 11, alight=False) == 74


def test_dwell_at_every_visit_is_that_of_the_hand_made_plan(plan, dwell_s):
    assert dwell_s.tolist() == (plan.visits["depart_s"] - plan.visits["arrive_s"]).tolist()


def test_visits_get_the_times_counted_by_hand(plan, dwell_s):
    first = plan.visits.groupby("route_id")["arrive_s"].first()
    routes = plan.routes.assign(start_s=plan.routes["route_id"].map(first))
    timed = time_visits(routes, plan.visits.drop(columns=["arrive_s", "depart_s"]), dwell_s)
    assert_frame_equal(timed, plan.visits)


def test_routes_get_the_times_and_lengths_counted_by_hand(plan):
    added = ["distance_m", "duration_s", "depart_s", "arrive_s"]
    timed = time_routes(plan.routes.drop(columns=added), plan.visits)
    assert_frame_equal(pd.DataFrame(timed[added]), pd.DataFrame(plan.routes[added]))


def test_rides_get_the_times_counted_by_hand_and_the_unserved_none(plan):
    added = ["wait_s", "ride_s", "door_to_door_s"]
    district = plan.district
    timed = time_rides(
        plan.rides.drop(columns=added),
        plan.visits,
        district.students,
        district.schools,
        plan.policy,
    )
    assert_frame_equal(timed[added], plan.rides[added])
    assert timed[timed["mode"] == "unserved"][added].isna().all(axis=None)
