"""The way through, in Gridtown: everybody entitled rides or is told why not."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from plan_by_hand import along, grid_district, place, up

from routing.check import check_plan
from routing.plan import make_plan
from routing.policy import ByGrade, Policy

GIVEN = ["straight_m", "walk_m", "drive_m", "entitled", "why"]


@pytest.fixture(scope="module")
def district():
    """Gridtown before anything was measured."""
    made = grid_district()
    return replace(made, students=made.students.drop(columns=GIVEN))


@pytest.fixture(scope="module")
def plan(district):
    return make_plan(district, Policy(), seed=1, max_rounds=2)


def reasons(plan):
    """Students unserved in the morning, with the reason."""
    lost = plan.rides[(plan.rides["mode"] == "unserved") & (plan.rides["direction"] == "to_school")]
    return dict(zip(lost["student_id"], lost["reason"], strict=True))


def homes(*rows):
    """Students: (id, (x, y), school, grade, number)."""
    ids, spots, schools, grades, numbers = zip(*rows, strict=True)
    n = len(ids)
    columns = {
        "student_id": list(ids), "school_id": list(schools), "grade": list(grades),
        "n_students": list(numbers), "boards": [False] * n, "needs": ["none"] * n,
        "merged": [False] * n, "village": [""] * n,
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=[place(*spot) for spot in spots], crs=4326)


def test_no_rule_is_broken(plan):
    assert check_plan(plan) == []


def test_every_entitled_row_has_a_ride_or_a_reason_in_both_directions(plan):
    entitled = plan.district.students.query("entitled")
    for _, half in plan.rides.groupby("direction"):
        carried = half.groupby("student_id")["n_students"].sum()
        assert carried.to_dict() == dict(
            zip(entitled["student_id"], entitled["n_students"], strict=True)
        )
    assert reasons(plan) == {"g": "no_location", "i": "island"}


def test_both_schools_have_a_morning_and_an_afternoon(plan):
    ends = plan.visits[plan.visits["kind"] == "school"].merge(plan.routes, on="route_id")
    assert set(zip(ends["place_id"], ends["direction"], strict=True)) == {
        ("S1", "to_school"), ("S1", "to_home"), ("S2", "to_school"), ("S2", "to_home"),
    }  # fmt: skip


def test_the_same_seed_gives_the_same_plan(plan, district):
    again = make_plan(district, Policy(), seed=1, max_rounds=2)
    for name in ("stops", "routes", "visits", "rides"):
        assert_frame_equal(pd.DataFrame(getattr(plan, name)), pd.DataFrame(getattr(again, name)))


def test_the_order_of_the_input_rows_changes_nobodys_fate(plan, district):
    turned = replace(district, students=district.students.iloc[::-1].reset_index(drop=True))
    again = make_plan(turned, Policy(), seed=1, max_rounds=2)
    assert check_plan(again) == []
    assert reasons(again) == reasons(plan)
    assert len(again.routes) == len(plan.routes)


def test_nobody_entitled_is_a_valid_empty_plan(district):
    at_the_door = district.students.set_geometry([place(0.5, 1)] * len(district.students), crs=4326)
    only_first = at_the_door.assign(school_id="S1", grade=2)
    plan = make_plan(replace(district, students=only_first), Policy(), max_rounds=1)
    assert not plan.district.students["entitled"].any()
    assert len(plan.stops) == len(plan.routes) == len(plan.visits) == len(plan.rides) == 0
    assert check_plan(plan) == []


def test_a_hamlet_larger_than_the_largest_bus_is_split_over_buses_never_refused(district):
    """80 students, 34 seats: at least three buses; the parts sum to 80."""
    crowd = replace(district, students=homes(("z", (3.2, 2), "S1", 5, 80)))
    crowd = replace(
        crowd, bus_types=crowd.bus_types.assign(n_available=pd.array([None, None], "Int64"))
    )
    plan = make_plan(crowd, Policy(), max_rounds=1)
    assert check_plan(plan) == []
    morning = plan.rides[plan.rides["direction"] == "to_school"]
    assert set(morning["mode"]) == {"bus"}
    assert morning["n_students"].sum() == 80
    assert len(morning) >= 3
    assert morning["part"].tolist() == list(range(len(morning)))


def test_a_direct_drive_longer_than_the_limit_is_unserved_with_the_minutes(district):
    """From (3.1, 2) to S1 it is 3.6 km at 24 km/h: 540 s and more; the limit is 300 s."""
    policy = Policy(max_ride_s=ByGrade(300, 300, 300))
    plan = make_plan(district, policy, max_rounds=1)
    assert check_plan(plan) == []
    lost = plan.rides[plan.rides["reason"] == "ride_too_long"]
    assert set(lost["student_id"]) >= {"a", "b"}
    assert (lost["reason_found"] > 300).all()
    assert set(lost["reason_limit"]) == {300}


def test_without_a_bus_everybody_is_unserved_for_want_of_one(district):
    none = district.bus_types.assign(n_available=pd.array([0, 0], "Int64"))
    plan = make_plan(replace(district, bus_types=none), Policy(), max_rounds=1)
    assert check_plan(plan) == []
    assert set(reasons(plan).values()) == {"no_bus", "no_location", "island"}


def test_a_single_bus_serves_what_it_can_and_the_rest_is_said(district):
    """One bus of 17 seats; both schools, at bells 20 minutes apart."""
    one = district.bus_types.iloc[:1].assign(n_available=pd.array([1], "Int64"))
    plan = make_plan(replace(district, bus_types=one), Policy(), max_rounds=1)
    assert check_plan(plan) == []
    assert len(set(plan.routes["bus_id"])) == 1


def test_a_school_on_a_road_closed_to_buses_leaves_its_pupils_unserved_with_that_reason(district):
    roads = district.roads
    closed = np.zeros(len(roads.start), bool)
    shut = replace(district, roads=replace(roads, bus_forward=closed, bus_backward=closed.copy()))
    plan = make_plan(shut, Policy(), max_rounds=1)
    assert check_plan(plan) == []
    assert set(reasons(plan).values()) == {"no_bus_road", "no_location", "island"}


def test_a_pupil_in_a_wheelchair_rides_only_where_there_is_a_place_for_it(district):
    chair = district.students.assign(needs=["wheelchair"] + ["none"] * 8)
    without = make_plan(replace(district, students=chair), Policy(), max_rounds=1)
    assert reasons(without)["a"] == "no_place_for_need"
    lifted = district.bus_types.assign(wheelchairs=[0, 3])
    plan = make_plan(replace(district, students=chair, bus_types=lifted), Policy(), max_rounds=1)
    assert check_plan(plan) == []
    assert "a" not in reasons(plan)


def test_junior_pupils_do_not_ride_in_a_bus_approved_for_primary_pupils_only(district):
    primary = district.bus_types.assign(kind="primary")
    plan = make_plan(replace(district, bus_types=primary), Policy(), max_rounds=1)
    assert check_plan(plan) == []
    assert reasons(plan)["f"] == "bus_kind"
    assert "a" not in reasons(plan)


def test_a_yard_with_room_for_one_bus_is_given_to_one(district):
    small = replace(district, parkings=district.parkings.assign(n_buses=pd.array([1], "Int64")))
    plan = make_plan(small, Policy(), max_rounds=1)
    assert check_plan(plan) == []
    assert len(set(plan.routes[plan.routes["parking_id"] == "Y"]["bus_id"])) == 1


def test_children_do_not_wait_at_school_for_nothing(plan):
    """Each bus has one morning run for its school here: arrival 10 minutes before the bell."""
    served = plan.rides[plan.rides["mode"] == "bus"]
    alone = plan.routes.groupby(["bus_id", "direction"])["route_id"].transform("size") == 1
    calm = served[served["route_id"].isin(plan.routes["route_id"][alone])]
    waits = calm.groupby("direction")["wait_s"].max()
    assert waits.get("to_school", 600) == 600
    assert waits.get("to_home", 300) == 300


spot = st.tuples(st.sampled_from([0, 1, 2, 3, 4]), st.floats(0, 3))
row = st.tuples(spot, st.sampled_from(["S1", "S2"]), st.integers(1, 9), st.integers(1, 60))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(row, min_size=1, max_size=6), st.integers(0, 3))
def test_whoever_lives_wherever_nobody_is_lost_and_no_rule_is_broken(rows, n_buses):
    """Random homes on the grid's roads, hamlets up to 60, few buses or any number."""
    table = homes(
        *((f"h{k}", at, school, grade, n) for k, (at, school, grade, n) in enumerate(rows))
    )
    made = grid_district()
    fleet = made.bus_types.assign(n_available=pd.array([n_buses or None, n_buses or None], "Int64"))
    plan = make_plan(replace(made, students=table, bus_types=fleet), Policy(), max_rounds=1)
    assert check_plan(plan) == []


def test_only_a_small_bus_goes_where_only_it_fits(district):
    """Frames of 3 m on the roads of the north-west corner: P3's pupils walk 500 m at most,
    so they need the bus of 2.8 m; the others ride whatever is cheapest."""
    roads = district.roads
    corner = [along(2, 0), along(3, 0), up(0, 1), up(0, 2)]
    limit = np.zeros(len(roads.start), np.float32)
    limit[corner] = 3.0
    types = district.bus_types.assign(height_m=pd.array([2.8, 3.4], "Float64"))
    low = replace(district, roads=replace(roads, max_height_m=limit), bus_types=types)
    rules = replace(Policy(), max_walk_to_stop_m=ByGrade(500, 500, 500))
    plan = make_plan(low, rules, seed=1, max_rounds=2)
    assert check_plan(plan) == []
    assert reasons(plan) == {"g": "no_location", "i": "island"}
    ridden = plan.rides[plan.rides["student_id"] == "f"]["route_id"]
    by_route = plan.routes.set_index("route_id")["bus_type_id"]
    assert set(by_route[ridden]) == {"T19"}
    none = replace(low, bus_types=types.assign(height_m=pd.array([3.4, 3.4], "Float64")))
    assert reasons(make_plan(none, rules, seed=1, max_rounds=2))["f"] == "no_stop_in_reach"


def test_where_no_bus_turns_at_a_gate_it_stops_on_the_schools_side(district):
    """The judge finds nothing, and every visit of a school has a side."""
    plan = make_plan(district, Policy(turn_at_school=False), seed=1, max_rounds=2)
    assert check_plan(plan) == []
    assert set(plan.visits["side"]) <= {"forward", "backward"}
