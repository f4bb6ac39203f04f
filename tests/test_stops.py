"""Where students board, in Gridtown."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from plan_by_hand import along, grid_district, place

from routing.locate import locate_places
from routing.policy import ByGrade, Policy
from routing.roads import bus_network, bus_profiles, walk_network
from routing.roads.network import ROAD_CLASSES
from routing.stops import make_stops, place_stops, stop_positions


def board(district, policy):
    """Stops and boardings of a district whose students are already measured."""
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    located = locate_places(district, walk_network(district.roads), profiles, policy)
    candidates, boardings, _ = place_stops(district, district.students, located, policy, seed=1)
    return make_stops(district, district.students, candidates, boardings, located, policy)


@pytest.fixture(scope="module")
def district():
    return grid_district()


def own_stops(*rows):
    """A county's stop list: (id, (x, y), forbidden)."""
    ids, spots, forbidden = zip(*rows, strict=True)
    columns = {"stop_id": list(ids), "name": ["" for _ in ids], "forbidden": list(forbidden)}
    return gpd.GeoDataFrame(columns, geometry=[place(*spot) for spot in spots], crs=4326)


def test_every_entitled_row_boards_within_its_walk_or_says_why_not(district):
    """Six rows are entitled; g has no place, i is on the island."""
    stops, boardings = board(district, Policy())
    students = district.students.iloc[boardings["row"]]
    assert students["student_id"].tolist() == ["a", "b", "c", "f", "g", "i"]
    assert boardings["reason"].tolist() == ["", "", "", "", "no_location", "island"]
    on = boardings["stop_id"] != ""
    limits = [Policy().max_walk_to_stop_m.at(grade) for grade in students["grade"][on.to_numpy()]]
    assert (boardings["to_stop_m"][on] <= limits).all()
    assert stops["n_students"].sum() == 3 + 2 + 6 + 7


def test_two_homes_in_reach_of_one_place_share_a_stop(district):
    """a and b, 500 m apart on foot, both of S1."""
    _, boardings = board(district, Policy())
    assert boardings["stop_id"].iloc[0] == boardings["stop_id"].iloc[1]


def test_a_stop_is_opened_for_each_when_walking_is_dear(district):
    stops_few, _ = board(district, Policy(stop_worth_student_m=50_000))
    stops_many, boardings = board(district, Policy(stop_worth_student_m=0))
    assert len(stops_many) > len(stops_few)
    assert boardings["stop_id"].iloc[0] != boardings["stop_id"].iloc[1]


def test_the_countys_own_stop_is_preferred_and_a_forbidden_one_is_not_used(district):
    """c lives at (2.6, 0); the own stop at (2.45, 0), the forbidden place at (2.6, 0)."""
    listed = own_stops(("own", (2.45, 0), False), ("never", (2.6, 0), True))
    stops, boardings = board(replace(district, stop_list=listed), Policy())
    assert boardings["stop_id"].iloc[2] == "own"
    assert "never" not in set(stops["stop_id"])
    assert stops.set_index("stop_id")["kind"]["own"] == "existing"


def test_a_home_beyond_every_stop_is_told_how_far_the_nearest_is(district):
    """Walking limits of 10 m: c is 100 m or so from the nearest place of its road."""
    policy = Policy(max_walk_to_stop_m=ByGrade(10, 10, 10), stop_gap_m=1_000)
    _, boardings = board(district, policy)
    lost = boardings[boardings["reason"] == "no_stop_in_reach"]
    assert len(lost)
    assert (lost["reason_found"] > lost["reason_limit"]).all()
    assert set(lost["reason_limit"]) == {10}


def test_a_school_that_no_bus_may_reach_is_said_to_be_so(district):
    """The links around S1 are closed to buses; walkers still reach it."""
    roads = district.roads
    closed = np.ones(len(roads.start), bool)
    closed[: len(closed)] = False
    shut = replace(roads, bus_forward=closed, bus_backward=closed.copy())
    _, boardings = board(replace(district, roads=shut), Policy())
    placed = ~boardings["reason"].isin(["no_location", "island"])
    assert set(boardings["reason"][placed]) == {"no_bus_road"}


def test_no_stop_stands_on_a_motorway_a_bridge_or_a_link_without_walkers(district):
    roads = district.roads
    road_class = roads.road_class.copy()
    road_class[along(0, 2)] = ROAD_CLASSES.index("motorway")
    structure = roads.structure.copy()
    structure[along(2, 3)] = True
    changed = replace(roads, road_class=road_class, structure=structure)
    stops, _ = board(replace(district, roads=changed), Policy())
    assert not set(stops["link"]) & {along(0, 2), along(2, 3)}


@pytest.mark.parametrize(("drives_right", "side"), [(True, "backward"), (False, "forward")])
def test_on_a_main_road_the_bus_stops_at_the_kerb_of_the_homes(district, drives_right, side):
    """f moved 50 m north of the primary road on row 3: left of its direction east."""
    roads = district.roads
    students = district.students[district.students["student_id"] == "f"].reset_index(drop=True)
    students = students.set_geometry([place(0.4, 3.05)], crs=4326)
    moved = replace(district, roads=roads, students=students)
    stops, _ = board(moved, Policy(right_hand_traffic=drives_right))
    assert stops["side"].tolist() == [side]


def test_positions_of_the_table_are_its_points(district):
    policy = Policy()
    stops, _ = board(district, policy)
    at = stop_positions(stops, bus_network(district.roads, policy))
    assert np.allclose(at.lon, stops.geometry.x)
    assert np.allclose(at.lat, stops.geometry.y)


def test_nobody_entitled_means_no_stops_and_no_error(district):
    students = district.students.assign(entitled=False)
    stops, boardings = board(replace(district, students=students), Policy())
    assert len(stops) == len(boardings) == 0
