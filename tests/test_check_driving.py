"""Each rule is kept by a plan at its limit, and broken by a known amount by another: clock, roads, buses.

Gridtown (tests/plan_by_hand.py) keeps every rule; each test breaks it in one place and
names exactly the breaches that follow.
"""

import geopandas as gpd
import pytest
from damage import found, table_of, with_cells, with_policy, with_roads, with_table
from plan_by_hand import along, grid_roads, gridtown, place

from routing.policy import ByGrade
from routing.roads.network import ROAD_CLASSES

# the clock


def test_a_ride_at_the_limit_is_kept_and_a_second_more_is_not():
    """a and b ride 944 s in the morning, 894 s in the afternoon."""
    assert found(with_policy(gridtown(), max_ride_s=ByGrade(944, 944, 703))) == []
    plan = with_policy(gridtown(), max_ride_s=ByGrade(900, 944, 703))
    assert found(plan) == [("ride_within_limit", "a", 44)]


def test_a_walk_at_the_limit_is_kept_and_a_metre_more_is_not():
    """a walks 100 m, b 400 m, c and f 200 m."""
    assert found(with_policy(gridtown(), max_walk_to_stop_m=ByGrade(100, 400, 200))) == []
    plan = with_policy(gridtown(), max_walk_to_stop_m=ByGrade(99, 350, 200))
    assert found(plan) == [("walk_within_limit", "a", 1), ("walk_within_limit", "b", 50)]


def test_a_walk_stated_too_short_is_found_on_the_roads():
    """b walks 400 m round the corner; 316 m straight. Stated 330 m: 70 m short.

    330 / 1.1 = 300 s on foot instead of 364 s.
    """
    plan = gridtown()
    is_b = plan.rides["student_id"] == "b"
    plan = with_cells(
        plan, "rides", is_b, to_stop_m=330,
        door_to_door_s=plan.rides.loc[is_b, "ride_s"] + 300,
    )  # fmt: skip
    assert found(plan) == [("walk_within_limit", "b", 70)]


def test_a_bus_before_the_window_is_early():
    """R2 arrives 1,800 s before the bell, R1 1,636 s."""
    assert found(with_policy(gridtown(), arrive_before_max_s=1800)) == []
    plan = with_policy(gridtown(), arrive_before_max_s=1790)
    assert found(plan) == [("arrives_in_window", "R2", 10)]


def test_a_bus_after_the_window_is_late():
    """R1 arrives 1,636 s before the bell, 4 s after a window that ends 1,640 s before."""
    assert found(with_policy(gridtown(), arrive_before_min_s=1636)) == []
    plan = with_policy(gridtown(), arrive_before_min_s=1640)
    assert found(plan) == [("arrives_in_window", "R1", 4)]


def test_a_bus_leaves_inside_the_window():
    """R3 and R4 leave 300 s after dismissal."""
    assert found(with_policy(gridtown(), leave_after_min_s=300, leave_after_max_s=300)) == []
    early = with_policy(gridtown(), leave_after_min_s=360)
    assert found(early) == [("leaves_in_window", "R3", 60), ("leaves_in_window", "R4", 60)]
    late = with_policy(gridtown(), leave_after_min_s=0, leave_after_max_s=299)
    assert found(late) == [("leaves_in_window", "R3", 1), ("leaves_in_window", "R4", 1)]


@pytest.mark.parametrize(
    ("name", "rows", "column", "wrong", "subject"),
    [
        ("routes", "route_id == 'R1'", "distance_m", 100, "R1"),
        ("routes", "route_id == 'R1'", "duration_s", 30, "R1"),
        ("routes", "route_id == 'R3'", "depart_s", 5, "R3"),
        ("routes", "route_id == 'R3'", "arrive_s", 5, "R3"),
        ("rides", "student_id == 'f' and direction == 'to_home'", "wait_s", 7, "f/to_home"),
        ("rides", "student_id == 'f' and direction == 'to_home'", "ride_s", 7, "f/to_home"),
        ("rides", "student_id == 'f' and direction == 'to_home'", "door_to_door_s", 7, "f/to_home"),
        ("visits", "route_id == 'R2' and order == 1", "depart_s", -10, "R2/1"),
    ],
)  # fmt: skip
def test_a_wrong_sum_is_named_with_its_amount(name, rows, column, wrong, subject):
    """The last: S2 with 7 alighting takes 29 + 2 x 7 = 43 s; leaving 10 s sooner is 10 s short."""
    plan = gridtown()
    frame = table_of(plan, name)
    value = int(frame.loc[frame.eval(rows), column].iloc[0]) + wrong
    plan = with_cells(plan, name, rows, **{column: value})
    assert found(plan) == [("times_add_up", subject, abs(wrong))]


def test_a_bus_that_arrives_before_it_can_is_named():
    """R1 at P2 ten seconds early: it also stands 10 s longer, which is allowed.

    b and a board before; c's ride begins at P2 and grows by the same 10 s.
    """
    plan = with_cells(gridtown(), "visits", "route_id == 'R1' and order == 1", arrive_s=27_865)
    assert found(plan) == [
        ("times_add_up", "R1/1", 10),
        ("times_add_up", "c/to_school", 10),
        ("times_add_up", "c/to_school", 10),
    ]


# driving


def test_a_leg_shorter_than_the_roads_is_named():
    """P3 to S2 is 3.3 + 1 = 4.3 km; 100 m less is not there. The route's sum agrees."""
    plan = with_cells(gridtown(), "visits", "route_id == 'R2' and order == 1", leg_m=4200)
    plan = with_cells(plan, "routes", "route_id == 'R2'", distance_m=4200)
    assert found(plan) == [("legs_on_roads", "R2/1", 100)]


def test_a_leg_longer_than_the_roads_is_named_too():
    plan = with_cells(gridtown(), "visits", "route_id == 'R2' and order == 1", leg_m=4302)
    plan = with_cells(plan, "routes", "route_id == 'R2'", distance_m=4302)
    assert found(plan) == [("legs_on_roads", "R2/1", 2)]


def test_a_leg_may_be_a_metre_off():
    plan = with_cells(gridtown(), "visits", "route_id == 'R2' and order == 1", leg_m=4301)
    plan = with_cells(plan, "routes", "route_id == 'R2'", distance_m=4301)
    assert found(plan) == []


def test_slower_roads_break_every_leg_and_the_runs_between():
    """All times a tenth longer: 645 s becomes 709.5, 710 rounded up: 65 s short."""
    plan = with_policy(gridtown(), time_factor=1.1)
    breaches = found(plan)
    assert ("legs_on_roads", "R2/1", 65) in breaches
    assert {rule for rule, _, _ in breaches} == {"legs_on_roads"}
    assert len(breaches) == 6 + 4 + 3


def test_an_empty_drive_is_not_shorter_than_the_way_there():
    """S2 to P1 is 0.5 + 1 + 0.9 = 2.4 km; 2.3 km is too few, 2.5 km a detour."""
    kept = with_cells(gridtown(), "routes", "route_id == 'R1'", empty_m=2500)
    assert found(kept) == []
    plan = with_cells(gridtown(), "routes", "route_id == 'R1'", empty_m=2300)
    assert found(plan) == [("legs_on_roads", "R1", 100)]


def test_the_way_back_to_the_yard_counts():
    """R4 ends at P3, 1.7 km from the yard."""
    plan = with_cells(gridtown(), "routes", "route_id == 'R4'", return_m=0, return_s=0)
    assert found(plan) == [("legs_on_roads", "R4", 255)]


def test_without_yards_buses_start_where_they_begin():
    plan = with_cells(gridtown(), "routes", "run == run", parking_id="", return_m=0, return_s=0)
    plan = with_cells(plan, "routes", "route_id in ['R2', 'R4']", empty_m=0, empty_s=0)
    assert found(plan) == []


def test_no_way_to_a_stop_is_named():
    """The road past P1 is closed to buses; a and h, who live on it, have other drives."""
    roads = grid_roads()
    forward = roads.bus_forward.copy()
    forward[along(2, 3)] = False
    back = roads.bus_backward.copy()
    back[along(2, 3)] = False
    plan = with_roads(gridtown(), bus_forward=forward, bus_backward=back)
    assert {(rule, s) for rule, s, _ in found(plan)} == {
        ("legs_on_roads", "R1"), ("legs_on_roads", "R1/1"), ("legs_on_roads", "R3/2"),
        ("legs_on_roads", "R3"), ("stops_allowed", "P1"),
        ("distances_right", "a"), ("distances_right", "h"),
    }  # fmt: skip


def test_a_stop_on_one_side_is_reached_in_that_direction_only():
    """P3 at the kerb of the eastbound lane, 0.2 km from the west end.

    R4 comes from S2 along row 2 westbound, 3.3 + 1 = 4.3 km; eastbound it comes by row 1
    and column 0: 3.5 + 1 + 0.2 = 4.7 km and 60 s more. Going back to the yard it must first
    drive on to column 1: 0.8 + 1 + 1 + 0.5 = 3.3 km, 1.6 km and 240 s more. To school
    nothing changes: R2 leaves eastbound.
    """
    plan = with_cells(gridtown(), "stops", "stop_id == 'P3'", side="forward")
    assert found(plan) == [("stops_on_own_side", "R4/1", 1)]
    plan = with_cells(plan, "visits", "route_id == 'R4' and order == 1", side="forward")
    assert found(plan) == [
        ("legs_on_roads", "R4/1", 60),
        ("legs_on_roads", "R4", 240),
    ]


def test_faster_than_the_law_is_named():
    """4.3 km in 215 s is (4,300 - 1) x 3.6 / 215 = 72.0 km/h, 12 above 60.

    The roads do not allow it either (645 s), and the clock does not agree.
    """
    plan = with_cells(gridtown(), "visits", "route_id == 'R2' and order == 1", leg_s=215)
    assert found(plan) == [
        ("times_add_up", "R2/1", 430),
        ("legs_on_roads", "R2/1", 430),
        ("speed_within_caps", "R2/1", 12),
    ]


# buses


def test_a_bus_needs_time_to_drive_to_its_next_run():
    """B1 is free at 27,043 and due at 27,420: 377 s are there."""
    kept = with_cells(gridtown(), "routes", "route_id == 'R1'", empty_s=377)
    assert found(kept) == []
    plan = with_cells(gridtown(), "routes", "route_id == 'R1'", empty_s=420)
    assert found(plan) == [("one_bus_one_place", "B1", 43)]


def test_a_bus_is_of_one_type():
    plan = with_cells(gridtown(), "routes", "route_id == 'R2'", bus_type_id="T36")
    assert found(plan) == [("one_bus_one_place", "B1", 1)]


def test_runs_are_numbered_in_the_order_driven():
    plan = with_cells(gridtown(), "routes", "route_id == 'R3'", run=4)
    assert found(plan) == [("one_bus_one_place", "B1", 1)]


def test_no_more_buses_than_there_are():
    """B2 is the only T36, B1 the only T19; both stand in yard Y."""
    kept = with_cells(gridtown(), "bus_types", "bus_type_id == 'T36'", n_available=1)
    assert found(kept) == []
    plan = with_cells(gridtown(), "bus_types", "bus_type_id == 'T36'", n_available=0)
    assert found(plan) == [("fleet_enough", "T36", 1)]


def test_no_more_buses_in_a_yard_than_fit():
    assert found(with_cells(gridtown(), "parkings", "parking_id == 'Y'", n_buses=2)) == []
    plan = with_cells(gridtown(), "parkings", "parking_id == 'Y'", n_buses=1)
    assert found(plan) == [("fleet_enough", "Y", 1)]


# stops


@pytest.mark.parametrize("name", ["motorway", "motorway_link", "trunk_link"])
def test_no_stop_on_a_motorway(name):
    """The road past P2; its speed is changed too, and nobody crosses it: both follow."""
    roads = grid_roads()
    road_class = roads.road_class.copy()
    road_class[along(0, 2)] = ROAD_CLASSES.index(name)
    rules = {(rule, s) for rule, s, _ in found(with_roads(gridtown(), road_class=road_class))}
    assert ("stops_allowed", "P2") in rules
    assert {rule for rule, _ in rules} <= {
        "stops_allowed", "stops_on_own_side", "legs_on_roads", "distances_right",
    }  # fmt: skip


def test_no_stop_on_a_bridge():
    structure = grid_roads().structure.copy()
    structure[along(0, 2)] = True
    assert found(with_roads(gridtown(), structure=structure)) == [("stops_allowed", "P2", 1)]


def test_a_stop_lies_on_its_link():
    """P2 drawn 10 m north of its road; c's walk is measured along the road and stays."""
    plan = gridtown()
    points = plan.stops.geometry.tolist()
    points[1] = place(2.4, 0.010)
    plan = with_table(plan, "stops", plan.stops.set_geometry(gpd.GeoSeries(points, crs=4326)))
    assert found(plan) == [("stops_allowed", "P2", 10)]


def test_a_stop_on_no_link_is_named():
    """Where it stands nobody can say, so its legs and walks are not judged."""
    plan = with_cells(gridtown(), "stops", "stop_id == 'P2'", link=9_999)
    assert found(plan) == [("stops_allowed", "P2", 1)]


@pytest.mark.parametrize(
    ("forbidden", "expected"), [(False, []), (True, [("stops_allowed", "P2", 1)])]
)
def test_a_forbidden_stop_is_not_used(forbidden, expected):
    """The county's stop is 15 m east of P2."""
    own = gpd.GeoDataFrame(
        {"stop_id": ["X"], "name": ["Old bridge"], "forbidden": [forbidden]},
        geometry=[place(2.415, 0)], crs=4326,
    )  # fmt: skip
    assert found(with_table(gridtown(), "stop_list", own)) == expected
