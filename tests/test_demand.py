"""Who is entitled, in Gridtown: every distance can be counted on the grid."""

from dataclasses import replace

import pandas as pd
import pytest
from plan_by_hand import grid_district

from routing.demand import find_disputed, find_entitled
from routing.locate import locate_places
from routing.policy import Policy
from routing.roads import bus_profiles, walk_network


def entitled_in(district, policy):
    """Students of a district with what demand adds."""
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    located = locate_places(district, walk_network(district.roads), profiles, policy)
    return find_entitled(district, located, policy)


@pytest.fixture(scope="module")
def district():
    """Gridtown, before anything was measured."""
    made = grid_district()
    added = ["straight_m", "walk_m", "drive_m", "entitled", "why"]
    return replace(made, students=made.students.drop(columns=added))


def test_distances_and_reasons_are_those_counted_on_the_grid(district):
    """Exact to a metre: rows of the grid lie a little apart from a sphere's kilometre."""
    students, expected = entitled_in(district, Policy()), grid_district().students
    assert students["why"].tolist() == expected["why"].tolist()
    assert students["entitled"].tolist() == expected["entitled"].tolist()
    for name in ("straight_m", "walk_m", "drive_m"):
        gap = (students[name] - expected[name]).abs()
        assert students[name].isna().tolist() == expected[name].isna().tolist()
        assert gap.max() <= 2, name


def test_rows_keep_their_order_and_the_district_is_not_changed(district):
    students = entitled_in(district, Policy())
    assert students["student_id"].tolist() == district.students["student_id"].tolist()
    assert "walk_m" not in district.students.columns


def test_exactly_at_the_limit_one_walks_and_one_metre_beyond_one_rides(district):
    """The measured walk of e is the limit itself, then one less."""
    walk_m = int(entitled_in(district, Policy()).set_index("student_id")["walk_m"]["e"])
    at = entitled_in(district, Policy(ride_beyond_m=walk_m)).set_index("student_id")
    beyond = entitled_in(district, Policy(ride_beyond_m=walk_m - 1)).set_index("student_id")
    assert (at["why"]["e"], beyond["why"]["e"]) == ("within_limit", "beyond_limit")


def test_without_a_distance_rule_only_pupils_of_merged_schools_ride(district):
    merged = district.students["student_id"].isin(["d", "h", "g"])
    moved = replace(district, students=district.students.assign(merged=merged))
    why = entitled_in(moved, Policy.preset("anqiu")).set_index("student_id")["why"]
    assert why[["d", "g", "h", "a"]].tolist() == ["merged", "merged", "boards", "not_merged"]


def test_kindergarten_children_are_brought_unless_the_policy_says_otherwise(district):
    young = replace(district, students=district.students.assign(grade=0))
    why = entitled_in(young, Policy())["why"]
    assert set(why) == {"kindergarten", "boards"}
    assert "beyond_limit" in set(entitled_in(young, Policy(kindergarten_by_bus=True))["why"])


def test_the_disputed_are_those_whom_another_measure_would_judge_otherwise(district):
    """At 2,500 m, c is beyond on foot (3,100 m) and within as the crow flies (2,326 m)."""
    policy = Policy(ride_beyond_m=2_500)
    disputed = find_disputed(entitled_in(district, policy), policy)
    row = disputed.set_index("student_id").loc["c"]
    assert (row["by_walk"], row["by_straight"], row["by_drive"]) == (True, False, True)
    assert "a" not in set(disputed["student_id"])


def test_another_measure_gives_another_answer(district):
    by_crow = entitled_in(district, Policy(ride_beyond_m=2_500, distance_measure="straight"))
    assert not by_crow.set_index("student_id")["entitled"]["c"]


def test_nobody_is_disputed_without_a_distance_rule(district):
    policy = Policy.preset("anqiu")
    assert find_disputed(entitled_in(district, policy), policy).empty


def test_an_empty_table_of_students_is_no_error(district):
    none = replace(district, students=district.students.iloc[:0])
    students = entitled_in(none, Policy())
    assert len(students) == 0
    assert students["walk_m"].dtype == pd.Int64Dtype()
