"""The ways to school in Gridtown, counted by hand; places and times are in transit_by_hand."""

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd
import pytest
from transit_by_hand import BACK, THERE, asked, modes_in, moved, timetable, ways

from routing.check import check_plan
from routing.demand import find_entitled
from routing.locate import locate_places
from routing.modes import choose_modes
from routing.modes.connections import Journey
from routing.modes.options import Option
from routing.modes.seats import Wish, give_seats
from routing.plan import make_plan
from routing.policy import ByGrade, Policy
from routing.reasons import MODE_WHY, UNSERVED, explain_mode
from routing.roads import bus_profiles, walk_network
from routing.tables import RIDES, names_of

BED_RULES = Policy(boarding="when_needed", max_ride_s=ByGrade(600, 600, 600))


def test_a_row_goes_by_public_bus_both_ways_with_the_times_counted_by_hand():
    """c: 182 + 300 + 900 + 455 = 1837 s; b: 273 + 300 + 1200 + 455 = 2228 s; both directions alike."""
    modes = modes_in(timetable(THERE, BACK))
    assert ways(modes)["b"] == ways(modes)["c"] == ("transit", "transit")
    rides = modes.rides.set_index(["student_id", "direction"])
    assert sorted(rides.index) == [(one, way) for one in "bc" for way in ("to_home", "to_school")]
    for (one, way), ride in rides.iterrows():
        home_m, ride_s, door_s = {"b": (300, 1200, 2228), "c": (200, 900, 1837)}[one]
        assert ride["line_id"] == ("L1/T1" if way == "to_school" else "L1/T2")
        assert abs(ride["to_stop_m"] - home_m) <= 2
        assert abs(ride["from_stop_m"] - 500) <= 2
        assert (ride["wait_s"], ride["ride_s"], ride["mode"], ride["part"]) == (
            300,
            ride_s,
            "transit",
            0,
        )
        orders = {("b", "to_school"): (0, 2), ("c", "to_school"): (1, 2),
                  ("b", "to_home"): (0, 2), ("c", "to_home"): (0, 1)}  # fmt: skip
        assert (ride["board_order"], ride["alight_order"]) == orders[one, way]
        walks_s = ceil(ride["to_stop_m"] / 1.1) + ceil(ride["from_stop_m"] / 1.1)
        assert ride["door_to_door_s"] == walks_s + 300 + ride_s
        assert abs(ride["door_to_door_s"] - door_s) <= 4
    assert rides["n_students"].to_dict() == {key: 2 if key[0] == "b" else 6 for key in rides.index}


def test_the_rides_have_the_columns_of_the_schema_and_the_others_have_none():
    modes = modes_in(timetable(THERE, BACK))
    assert modes.rides.columns.tolist() == names_of(RIDES)
    assert (modes.rides[["stop_id", "route_id", "reason"]] == "").all(axis=None)
    assert modes.rides[["reason_found", "reason_limit"]].isna().all(axis=None)
    assert modes_in(None).rides.columns.tolist() == names_of(RIDES)
    assert modes_in(None).rides.empty


def test_everyone_has_a_way_and_a_reason():
    """d and e live near enough, h boards, a is in grade 2, g is unknown, f has no platform."""
    told = ways(modes_in(timetable(THERE, BACK)))
    assert told == {
        "a": ("bus", "bus_young"), "b": ("transit", "transit"), "c": ("transit", "transit"),
        "d": ("walk", "within_limit"), "e": ("walk", "within_limit"),
        "f": ("bus", "bus_no_platform"), "g": ("bus", "bus_no_home"), "h": ("board", "boards"),
        "i": ("bus", "bus_no_home"),
    }  # fmt: skip
    assert {why for _, why in told.values()} <= set(MODE_WHY)
    assert explain_mode("bus_young") != explain_mode("bus_young", "zh")


def test_without_a_timetable_and_with_boarding_as_given_nothing_is_measured():
    """No place is asked for: there are none here."""
    district, students, _, policy = asked(None)
    told = ways(choose_modes(district, students, None, policy))
    assert told["c"] == ("bus", "bus_no_timetable")
    off = ways(choose_modes(district, students, None, replace(policy, transit=False)))
    assert off["c"] == ("bus", "bus_transit_off")
    assert off["d"] == ("walk", "within_limit")
    assert off["h"] == ("board", "boards")


def test_every_reason_has_words_without_gaps():
    assert set(UNSERVED) <= set(MODE_WHY)
    for why in MODE_WHY:
        for lang in ("en", "zh"):
            assert "{" not in explain_mode(why, lang)


def test_kindergarten_walks_with_its_guardians():
    told = ways(modes_in(None, grade=[0, 5, 4, 1, 3, 7, 8, 9, 4]))
    assert told["a"] == ("walk", "kindergarten")


def test_a_wheelchair_keeps_the_school_bus():
    needs = ["none", "none", "wheelchair", *["none"] * 6]
    assert ways(modes_in(timetable(THERE, BACK), needs=needs))["c"] == ("bus", "bus_wheelchair")


def test_one_direction_alone_is_no_way():
    for only in (THERE, BACK):
        modes = modes_in(timetable(only))
        assert ways(modes)["c"] == ("bus", "bus_no_trip")
        assert modes.rides.empty


@pytest.mark.parametrize(
    ("shift_s", "rides"), [(-1655, True), (-1665, False), (440, True), (450, False)]
)
def test_the_morning_bus_arrives_in_its_window(shift_s, rides):
    """At the gate 28955; allowed are 45 to 10 minutes before 30000, 27300 to 29400."""
    told = ways(modes_in(timetable(moved(THERE, shift_s), BACK), Policy(earliest_pickup_s=14_400)))
    assert told["c"] == (("transit", "transit") if rides else ("bus", "bus_no_trip"))


@pytest.mark.parametrize(
    ("shift_s", "rides"), [(-140, True), (-150, False), (1950, True), (1960, False)]
)
def test_the_afternoon_bus_leaves_in_its_window(shift_s, rides):
    """One leaves S1 58045 or later, 5 to 30 minutes after 57600, and waits 300 to 900 s at B.

    At the earliest 57900 + 455 + 300 = 58655 from B, 145 before T2. At the latest 59400 +
    455 + 900 = 60755, 1955 after it; one is home then after 182 + 900 + 900 + 455 = 2437 s.
    """
    longer = Policy(max_door_to_door_s=ByGrade(2_700, 2_700, 2_700))
    told = ways(modes_in(timetable(THERE, moved(BACK, shift_s)), longer))
    assert told["c"] == (("transit", "transit") if rides else ("bus", "bus_no_trip"))


def test_whoever_leaves_school_late_waits_no_longer_than_needed():
    """1500 s later the bus leaves B at 60300: from S1 at 59400, at B 59855, 445 s there."""
    rides = modes_in(timetable(THERE, moved(BACK, 1_500))).rides
    back = rides[(rides["student_id"] == "c") & (rides["direction"] == "to_home")].iloc[0]
    assert abs(back["wait_s"] - 445) <= 3
    assert back["wait_s"] == 60_300 - 59_400 - ceil(back["from_stop_m"] / 1.1)


def test_door_to_door_keeps_the_limit_of_the_grade():
    """c 1837 s goes by public bus, b 2228 s does not."""
    tight = Policy(max_door_to_door_s=ByGrade(1_800, 2_000, 2_700))
    told = ways(modes_in(timetable(THERE, BACK), tight))
    assert told["c"] == ("transit", "transit")
    assert told["b"] == ("bus", "bus_no_trip")


def test_primary_pupils_do_not_leave_home_before_the_earliest_pickup():
    """c leaves at 27600 - 300 - 182 = 27118."""
    for early_s, mode in ((27_110, "transit"), (27_125, "bus")):
        modes = modes_in(timetable(THERE, BACK), Policy(earliest_pickup_s=early_s))
        assert ways(modes)["c"][0] == mode


def test_walks_keep_the_limit_at_home_and_at_school():
    """B is 500 m from S1: with 450 m nobody gets there."""
    near = Policy(max_walk_to_stop_m=ByGrade(450, 450, 450))
    assert ways(modes_in(timetable(THERE, BACK), near))["c"] == ("bus", "bus_no_platform")


def test_seats_go_to_those_furthest_from_school_and_to_whole_rows():
    """b (2 pupils, 3.8 km) comes before c (6 pupils, 3.1 km)."""
    for seats, riders in ((8, "bc"), (7, "b"), (1, "")):
        modes = modes_in(timetable(THERE, BACK, seats=[seats] * 6))
        told = ways(modes)
        assert "".join(one for one in "bc" if told[one][0] == "transit") == riders
        assert {told[one] for one in set("bc") - set(riders)} <= {("bus", "bus_full")}
        assert sorted(set(modes.rides["student_id"])) == list(riders)


def test_seats_count_from_stop_to_stop():
    """From N to A 1 seat: b stays; from A to B 6: c rides. In the afternoon the other way round."""
    told = ways(modes_in(timetable(THERE, BACK, seats=[1, 6, 6, 6, 1, 1])))
    assert (told["b"], told["c"]) == (("bus", "bus_full"), ("transit", "transit"))


def test_a_row_that_finds_no_seat_back_gives_back_the_one_there():
    """In the afternoon there are 6 seats, one of them beyond A: b cannot go, c takes all."""
    told = ways(modes_in(timetable(THERE, BACK, seats=[6, 6, 6, 6, 1, 1])))
    assert (told["b"], told["c"]) == (("bus", "bus_full"), ("transit", "transit"))


def test_the_next_bus_takes_whom_the_first_has_no_seat_for():
    """T1 has seats for b alone, T3 comes 300 s later: c rides on it."""
    later = ("T3", moved(THERE, 300)[1])
    rides = modes_in(timetable(THERE, BACK, later, seats=[2] * 3 + [8] * 6)).rides
    there = rides[rides["direction"] == "to_school"].set_index("student_id")["line_id"]
    assert there.to_dict() == {"b": "L1/T1", "c": "L1/T3"}


@pytest.mark.parametrize(("spot", "wait_s", "rides"), [
    ("X", 120, True), ("X", 119, False), ("X", 900, True), ("X", 901, False),
    ("Y", 260, True), ("Y", 250, False),
])  # fmt: skip
def test_one_may_change_between_lines_that_are_near_and_in_time(spot, wait_s, rides):
    """L1 is at X (2, 1) at 07:45 = 27900; L2 leaves there, or 150 m = 137 s off, 120 to 900 s later."""
    first = timetable(("T1", [("A", 27_600), ("X", 27_900)]), BACK)
    second = timetable(
        ("T9", [(spot, 27_900 + wait_s), ("B", 28_000 + wait_s)]), line="L2"
    )  # fmt: skip
    longer = Policy(max_door_to_door_s=ByGrade(2_700, 2_700, 2_700))
    modes = modes_in(pd.concat([first, second], ignore_index=True), longer)
    assert ways(modes)["c"][0] == ("transit" if rides else "bus")
    if rides:
        ride = modes.rides.set_index(["student_id", "direction"]).loc[("c", "to_school")]
        assert (ride["line_id"], ride["ride_s"]) == ("L1/T1 L2/T9", 400 + wait_s)
        assert (ride["board_order"], ride["alight_order"]) == (0, 1)


def test_a_change_on_the_way_home():
    """B 16:20 to X 16:25, on at 16:28 to A 16:35 = 59700: 900 s as on the direct bus."""
    home = timetable(
        ("T5", [("B", 58_800), ("X", 59_100)]), ("T6", [("X", 59_280), ("A", 59_700)]), line="L3"
    )
    modes = modes_in(pd.concat([timetable(THERE), home], ignore_index=True))
    ride = modes.rides.set_index(["student_id", "direction"]).loc[("c", "to_home")]
    assert (ride["line_id"], ride["ride_s"], ride["wait_s"]) == ("L3/T5 L3/T6", 900, 300)
    assert (ride["board_order"], ride["alight_order"]) == (0, 1)


def test_the_orders_of_the_stops_are_those_of_the_timetable_whatever_they_start_with():
    """Stops numbered 10, 20, 40 in a table whose rows are mixed up."""
    table = timetable(THERE, BACK).assign(
        order=lambda rows: rows["order"].map({0: 10, 1: 20, 2: 40})
    )
    rides = modes_in(table.iloc[[3, 5, 0, 2, 1, 4]]).rides.set_index(["student_id", "direction"])
    assert tuple(rides.loc[("c", "to_school"), ["board_order", "alight_order"]]) == (20, 40)
    assert tuple(rides.loc[("c", "to_home"), ["board_order", "alight_order"]]) == (10, 20)
    assert tuple(rides.loc[("b", "to_home"), ["board_order", "alight_order"]]) == (10, 40)


def test_the_order_of_the_rows_of_both_tables_changes_nothing():
    told = ways(modes_in(timetable(THERE, BACK, seats=[7] * 6)))
    district, _, _, policy = asked(timetable(THERE, BACK, seats=[7] * 6).iloc[::-1])
    turned = replace(district, students=district.students.iloc[::-1].reset_index(drop=True))
    profiles = bus_profiles(turned.roads, policy, turned.bus_types)
    located = locate_places(turned, walk_network(turned.roads), profiles, policy)
    again = choose_modes(turned, find_entitled(turned, located, policy), located, policy)
    assert ways(again) == told
    assert again.students["student_id"].tolist() == district.students["student_id"].tolist()[::-1]


def test_those_whom_no_bus_brings_in_time_board_while_beds_last():
    """Limit 600 s: f drives 615 s and 34 s at the stop, b 570 + 34, i has no road.

    S2 has 9 beds, 2 of them taken by h: the seven of f fit, with 8 beds they do not. S1
    has none; with 2 beds i (5.4 km) takes one, and the two of b do not fit any more.
    """
    told = ways(modes_in(None, BED_RULES, beds=[None, 9]))
    assert told["f"] == ("board", "board_needed")
    assert told["b"] == told["i"] == ("bus", "bus_no_bed")
    assert told["c"] == ("bus", "bus_no_timetable")
    told = ways(modes_in(None, BED_RULES, beds=[2, 8]))
    assert told["f"] == told["b"] == ("bus", "bus_no_bed")
    assert told["i"] == ("board", "board_no_road")
    assert ways(modes_in(None, BED_RULES, beds=[3, 8]))["b"] == ("board", "board_needed")


def test_the_young_never_board():
    """a (grade 2) drives 555 + 34 s, beyond 580; it has no bed to go to though there are some."""
    tighter = replace(BED_RULES, max_ride_s=ByGrade(580, 580, 580))
    told = ways(modes_in(None, tighter, beds=[99, 99]))
    assert told["a"] == ("bus", "bus_young_to_board")
    assert told["b"] == ("board", "board_needed")


def test_boarders_of_the_plan_have_a_row_a_direction_without_times():
    rides = modes_in(None, BED_RULES, beds=[None, 9]).rides
    assert rides[["student_id", "direction", "mode", "n_students"]].to_numpy().tolist() == [
        ["f", "to_school", "board", 7], ["f", "to_home", "board", 7],
    ]  # fmt: skip
    assert rides[["wait_s", "ride_s", "door_to_door_s", "to_stop_m"]].isna().all(axis=None)
    assert (rides["line_id"] == "").all()


def test_before_the_bus_all_far_ones_board_while_beds_last():
    """Beyond 3.5 km: a (too young), b, f; c not. Nobody needs a bed, i but for the road."""
    far = Policy(boarding="before_bus", board_beyond_m=3_500)
    told = ways(modes_in(None, far, beds=[3, 40]))
    assert told["f"] == told["b"] == ("board", "board_far")
    assert told["i"] == ("board", "board_no_road")
    assert told["a"] == told["c"] == ("bus", "bus_no_timetable")
    assert ways(modes_in(None, far, beds=[2, 40]))["b"] == ("bus", "bus_no_timetable")


def test_public_buses_come_before_boarding():
    far = Policy(boarding="before_bus", board_beyond_m=3_000)
    told = ways(modes_in(timetable(THERE, BACK), far, beds=[99, 99]))
    assert told["b"] == told["c"] == ("transit", "transit")
    assert told["f"] == ("board", "board_far")


def test_the_schools_of_those_who_come_by_public_bus_are_told():
    """Their bells stay where others may move."""
    assert modes_in(timetable(THERE, BACK)).transit_schools == {"S1"}
    assert modes_in(None).transit_schools == set()


def test_a_whole_plan_with_public_buses_and_boarding_keeps_every_rule():
    """b and c by public bus, f boards; a rides; g unknown, i without a road and a bed."""
    policy = replace(BED_RULES, max_walk_to_stop_m=ByGrade(800, 800, 800))
    district = asked(timetable(THERE, BACK), policy, beds=[0, 9])[0]
    plan = make_plan(district, policy, seed=1, max_rounds=2)
    assert check_plan(plan) == []
    there = plan.rides[plan.rides["direction"] == "to_school"].set_index("student_id")["mode"]
    assert there.to_dict() == {
        "a": "bus", "b": "transit", "c": "transit", "f": "board", "g": "unserved", "i": "unserved",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_seats_are_never_given_twice_and_the_first_come_first(seed):
    """Whole rows, a seat on every stretch both ways; who got none had no room behind those before."""
    rng = np.random.default_rng(seed)

    def option():
        board = int(rng.integers(0, 6))
        alight = int(rng.integers(board + 1, 8))
        return Option(100, 0, Journey(board, alight, (), 50), 0, 50, 0, 0)

    wishes = [
        Wish(row, int(rng.integers(1, 4)), *([option() for _ in range(rng.integers(0, 4))] for _ in "xy"))
        for row in range(8)
    ]  # fmt: skip
    seats = rng.integers(0, 9, 8)
    given = give_seats(wishes, seats)
    left = seats.copy()
    for wish in wishes:
        pair = given.get(wish.row, ())
        for one, offered in zip(pair, (wish.to_school, wish.to_home), strict=False):
            assert one in offered
            left[list(one.segments())] -= wish.n
        if not pair:
            after = left.copy()
            room = [one for one in wish.to_school if (after[list(one.segments())] >= wish.n).all()]
            if room:
                after[list(room[0].segments())] -= wish.n
                assert all((after[list(one.segments())] < wish.n).any() for one in wish.to_home)
    assert (left >= 0).all()
