"""Stops chosen again with the routes in mind, in Gridtown."""

from dataclasses import replace

import pytest
from plan_by_hand import grid_district

from routing.locate import locate_places
from routing.policy import ByGrade, Policy
from routing.roads import bus_profiles, walk_network
from routing.solver import Search
from routing.stops import make_stops, place_stops


def board(district, policy, search=None):
    """Stops and boardings of a district whose students are already measured."""
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    located = locate_places(district, walk_network(district.roads), profiles, policy)
    candidates, boardings, _ = place_stops(
        district, district.students, located, policy, seed=1, search=search
    )
    return make_stops(district, district.students, candidates, boardings, located, policy)


@pytest.fixture(scope="module")
def district():
    return grid_district()


@pytest.fixture(scope="module")
def search():
    """One round each; the clock is only a net."""
    return Search(300, 1, 1, workers=1)


def test_the_same_rows_board_and_within_their_walk(district, search):
    """Who has a stop, and who has none and why, is as it was; nobody walks too far."""
    before, after = (board(district, Policy(), one)[1] for one in (None, search))
    assert after["row"].tolist() == before["row"].tolist()
    assert after["reason"].tolist() == before["reason"].tolist()
    on = (after["stop_id"] != "").to_numpy()
    grades = district.students["grade"].to_numpy()[after["row"].to_numpy()[on]]
    limits = [Policy().max_walk_to_stop_m.at(grade) for grade in grades]
    assert (after["to_stop_m"][on] <= limits).all()


def test_the_same_seed_and_rounds_give_the_same_stops(district, search):
    first, again = (board(district, Policy(), search)[1] for _ in range(2))
    assert first.equals(again)


def test_where_walking_is_free_within_the_limit_two_homes_share_a_stop(district, search):
    """a and b, 500 m apart on foot: a second stop is no shorter for anyone's bus."""
    policy = Policy(max_walk_to_stop_m=ByGrade(1_000, 1_000, 1_000), stop_worth_student_m=100_000)
    _, boardings = board(district, policy, search)
    assert boardings["stop_id"].iloc[0] == boardings["stop_id"].iloc[1]


def test_without_any_bus_stops_stay_as_they_were(district, search):
    """No type of bus is left: nothing can be weighed, nothing is searched."""
    none = replace(district, bus_types=district.bus_types.assign(n_available=0))
    before, after = (board(none, Policy(), one)[1] for one in (None, search))
    assert after.equals(before)
