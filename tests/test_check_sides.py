"""Sides of stops and visits, and buses of several sizes, judged on Gridtown broken in one place."""

import numpy as np
import pandas as pd
import pytest
from damage import found, with_cells, with_policy, with_roads
from plan_by_hand import along, grid_district, grid_roads, gridtown, up

from routing.check.case import BUS_TYPES, read_table
from routing.check.sizes import find_fleets
from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES


def changed(name, values):
    """A column of Gridtown's roads with other values of some links."""
    column = getattr(grid_roads(), name).copy()
    for link, value in values.items():
        column[link] = value
    return {name: column}


# the stop's side and the visit's


def test_a_visit_to_a_stop_has_a_side():
    """Where it stands nobody can say: either way round, the bus would turn at the stop."""
    plan = with_cells(gridtown(), "visits", "route_id == 'R2' and order == 0", side="either")
    assert found(plan) == [("stops_on_own_side", "R2/0", 1)]


def test_the_bus_stands_on_the_stops_side():
    """P2 lies westbound; R1 comes so, R3 eastbound."""
    plan = with_cells(gridtown(), "stops", "stop_id == 'P2'", side="backward")
    assert found(plan) == [("stops_on_own_side", "R3/1", 1)]


def test_leaving_a_stop_against_its_side_is_turning_round():
    """P1 eastbound on R1: from S2 1.6 km, and on to P2 by the east, 0.9 + 2 + 1.6 = 4.5 km.

    The leg said 2.7 km: 1.8 km and 270 s are missing. The 2.4 km driven empty are enough.
    """
    plan = with_cells(gridtown(), "visits", "route_id == 'R1' and order == 0", side="forward")
    assert found(plan) == [("legs_on_roads", "R1/1", 270)]


@pytest.mark.parametrize(
    ("column", "value", "rules", "breaks"),
    [
        ("road_class", "tertiary", {}, False),
        ("road_class", "secondary_link", {}, True),
        ("road_class", "secondary", {"cross_from": "secondary"}, False),
        ("lanes", 0, {}, False),
        ("lanes", 3, {}, True),
        ("lanes", 3, {"cross_lanes": 3}, False),
        ("lanes", 2, {"cross_from": "residential"}, True),
        ("lanes", 2, {"cross_from": "none"}, True),
    ],
)
def test_students_cross_small_roads_of_few_lanes_only(column, value, rules, breaks):
    """The road past P3, whose stop is for both sides; all others may be crossed."""
    value = ROAD_CLASSES.index(value) if column == "road_class" else value
    plan = with_roads(gridtown(), **changed(column, {along(2, 0): value}))
    said = {subject for rule, subject, _ in found(with_policy(plan, **rules)) if "side" in rule}
    everywhere = rules.get("cross_from") in {"residential", "none"}
    assert said == ({"P1", "P2", "P3"} if everywhere else {"P3"} if breaks else set())


def test_a_stop_for_one_side_needs_no_crossing():
    plan = with_cells(gridtown(), "stops", "stop_id == 'P3'", side="backward")
    plan = with_roads(plan, **changed("lanes", {along(2, 0): 3}))
    assert found(plan) == [("stops_on_own_side", "R2/0", 1)]


def test_the_planners_word_opens_and_closes_a_road_to_stops():
    """Allowed: students may cross three lanes and stand on a trunk link; else both break."""
    road = changed("lanes", {along(2, 0): 3})
    assert found(with_roads(gridtown(), **road, **changed("stop_rule", {along(2, 0): 1}))) == []
    road = changed("stop_rule", {along(2, 0): -1})
    assert found(with_roads(gridtown(), **road)) == [("stops_allowed", "P3", 1)]
    road = changed("road_class", {along(2, 0): ROAD_CLASSES.index("trunk_link")})
    allowed = with_roads(gridtown(), **road, **changed("stop_rule", {along(2, 0): 1}))
    assert not {rule for rule, _, _ in found(allowed)} & {"stops_allowed", "stops_on_own_side"}
    rules = {rule for rule, _, _ in found(with_roads(gridtown(), **road))}
    assert rules >= {"stops_allowed", "stops_on_own_side"}


def test_a_bus_turns_round_at_a_school_only_where_the_policy_says_so():
    """Four visits to schools."""
    plan = with_policy(gridtown(), turn_at_school=False)
    assert found(plan) == [
        ("stops_on_own_side", visit, 1) for visit in ("R1/2", "R2/1", "R3/0", "R4/0")
    ]


def test_a_school_may_have_a_side_too():
    """S2 is reached from column 3, eastbound: 4.3 km. Westbound by column 4, 5.3 km, 150 s more."""
    at_school = "route_id == 'R2' and order == 1"
    assert found(with_cells(gridtown(), "visits", at_school, side="forward"))[1:] == []
    plan = with_cells(gridtown(), "visits", at_school, side="backward")
    assert ("legs_on_roads", "R2/1", 150) in found(plan)


# sizes


def types(**columns):
    """Three types of bus, as the case reads them; empty where nothing is said."""
    district = grid_district().bus_types.iloc[[0, 0, 0]].reset_index(drop=True)
    district["bus_type_id"] = ["short", "tall", "long"]
    for name in ("length_m", "width_m", "height_m", "weight_t", "n_available"):
        district[name] = pd.array(columns.get(name, [None] * 3), "Float64")
    return read_table(district, BUS_TYPES)


def test_each_further_fleet_leaves_out_the_longest_type():
    fleets = find_fleets(types(length_m=[6, 7, 12], height_m=[2.6, 3.5, 3.2]), Policy())
    assert [sorted(fleet.bus_type_ids) for fleet in fleets] == [
        ["long", "short", "tall"], ["short", "tall"], ["short"],
    ]  # fmt: skip
    assert [fleet.size.length_m for fleet in fleets] == [12, 7, 6]
    assert [fleet.size.height_m for fleet in fleets] == [3.5, 3.5, 2.6]
    assert len(find_fleets(types(), Policy())) == 1


def test_types_of_which_there_are_none_do_not_count():
    sizes = {"length_m": [6, 7, 12], "n_available": [None, 3, 0]}
    assert find_fleets(types(**sizes), Policy())[0].size.length_m == 7
    none_left = types(length_m=[6, 7, 12], n_available=[0, 0, 0])
    assert find_fleets(none_left, Policy())[0].size.length_m == 12


def test_a_small_bus_may_be_planned_on_small_roads():
    """Signs let 7 m pass on columns 1 and 2 between rows 0 and 1, the ways from P2 to S1.

    R1 and R3 are driven by T19, 6 m long: allowed. Without its length it is 9 m long as
    the policy assumes: it would go by column 0, 2.4 + 1 + 0.5 = 3.9 km, 1 km and 150 s
    more. c's drive is that of any bus, also of T36, 8 m: by column 3, 3.9 km, not 3.1.
    """
    plan = with_roads(gridtown(), **changed("max_length_m", {up(1, 0): 7, up(2, 0): 7}))
    assert found(plan) == [("distances_right", "c", 800)]
    plan = with_cells(plan, "bus_types", "bus_type_id == 'T19'", length_m=np.nan)
    assert ("legs_on_roads", "R1/2", 150) in found(plan)
    assert ("legs_on_roads", "R3/1", 150) in found(plan)


def test_a_leg_is_right_on_the_roads_of_all_buses_too():
    """Planned for both types, T19 goes round as T36 must: R1 and R3 by column 0.

    3.9 km and 585 s instead of 2.9 km and 435 s; what else changes is only the clock.
    """
    plan = with_roads(gridtown(), **changed("max_length_m", {up(1, 0): 7, up(2, 0): 7}))
    for visit in ("route_id == 'R1' and order == 2", "route_id == 'R3' and order == 1"):
        plan = with_cells(plan, "visits", visit, leg_m=3900, leg_s=585)
    assert {rule for rule, _, _ in found(plan)} == {"times_add_up", "distances_right"}
    plan = with_cells(plan, "visits", visit, leg_m=3800, leg_s=585)
    assert ("legs_on_roads", "R3/1", 100) in found(plan)


def test_an_empty_bus_may_take_the_motorway():
    """Row 1 is a motorway between columns 2 and 3, with e's home on it.

    From the yard to S2 it is 3 km at 24 km/h and 1 km at 70: 450 + 51.4 s, 502. Where it
    is closed, 500 m is too far from any other road: e has no way by bus.
    """
    motorway = ROAD_CLASSES.index("motorway")
    plan = with_roads(gridtown(), **changed("road_class", {along(1, 2): motorway}))
    assert found(plan) == [("distances_right", "e", 1)]
    plan = with_cells(plan, "students", "student_id == 'e'", drive_m=pd.NA)
    plan = with_cells(plan, "routes", "route_id == 'R4'", empty_s=502)
    assert found(plan) == []
    plan = with_cells(plan, "routes", "route_id == 'R4'", empty_s=492)
    assert found(plan) == [("legs_on_roads", "R4", 10)]
