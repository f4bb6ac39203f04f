"""Every pupil's school day, by hand on Gridtown: on foot, by bus, by public bus, boarding, none."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from plan_by_hand import gridtown, nobody_rides, place

from routing.measure.days import COLUMNS, day_table


def day(days, student, direction="to_school"):
    """The one row of a student and direction."""
    mine = days[(days["student_id"] == student) & (days["direction"] == direction)]
    assert len(mine) == 1
    return mine.iloc[0]


def with_rides(plan, **changed):
    return replace(plan, rides=plan.rides.assign(**changed))


def by_line(plan, timetable=None):
    """Gridtown where f goes by public bus, with the wait, ride and walks of the docstring below."""
    rides = plan.rides.assign(line_id="", from_stop_m=pd.array([None] * len(plan.rides), "Int64"))
    mine = rides["student_id"] == "f"
    home = rides["direction"] == "to_home"
    rides.loc[mine, ["mode", "route_id", "stop_id"]] = ["transit", "", ""]
    rides.loc[mine, ["board_order", "alight_order"]] = pd.NA
    rides.loc[mine, ["to_stop_m", "from_stop_m"]] = [240, 120]
    rides.loc[mine & ~home, ["line_id", "wait_s", "ride_s", "door_to_door_s"]] = [
        "L1/T3",
        300,
        900,
        1_500,
    ]
    rides.loc[mine & home, ["line_id", "wait_s", "ride_s", "door_to_door_s"]] = [
        "L1/T8",
        240,
        960,
        1_500,
    ]
    plan = replace(plan, rides=rides)
    if timetable is not None:
        plan = replace(plan, district=replace(plan.district, transit=timetable))
    return plan


def timetable():
    """L1: T3 leaves Westham 07:30:00, T8 leaves the school at 16:06:40."""
    rows = [
        ("L1", "T3", 1, 26_900, 27_000), ("L1", "T3", 2, 27_900, 27_930), ("L1", "T3", 3, 28_300, 28_300),
        ("L1", "T8", 1, 57_900, 58_000), ("L1", "T8", 2, 58_960, 58_970),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["line_id", "trip_id", "order", "arrive_s", "depart_s"])
    table = table.assign(stop_name="", n_seats=pd.array([None] * 5, "Int64"))
    return gpd.GeoDataFrame(table, geometry=[place(0, 2)] * 5, crs=4326)


def test_every_student_row_has_both_directions_in_the_order_of_the_students():
    days = day_table(gridtown())
    assert list(days.columns) == list(COLUMNS)
    assert list(days["student_id"]) == [name for name in "abcdefghi" for _ in range(2)]
    assert list(days["direction"]) == ["to_school", "to_home"] * 9


def test_a_rider_leaves_home_before_the_bus_by_the_walk():
    """b, grade 5, 1.1 m/s: 400 m are 364 s; the bus is at P1 at 27420; 944 s aboard.

    In the afternoon the bus is at P1 at 58794, home is reached 364 s later.
    """
    morning, home = (day(day_table(gridtown()), "b", way) for way in ("to_school", "to_home"))
    assert (morning["walk_m"], morning["walk_s"], morning["ride_s"]) == (400, 364, 944)
    assert (morning["wait_s"], morning["door_to_door_s"]) == (1_636, 1_308)
    assert (morning["pickup_s"], morning["leave_s"]) == (27_420, 27_056)
    assert home["leave_s"] == 58_794 + 364
    assert pd.isna(home["pickup_s"])


def test_a_walker_is_there_ten_minutes_before_the_bell_and_leaves_at_dismissal():
    """e, grade 3, 2000 m at 1 m/s: leaves at 30000 - 600 - 2000, is home at 57600 + 2000."""
    days = day_table(gridtown())
    morning, home = day(days, "e"), day(days, "e", "to_home")
    assert (morning["mode"], morning["why"]) == ("walk", "within_limit")
    assert (morning["walk_s"], morning["door_to_door_s"]) == (2_000, 2_000)
    assert (morning["leave_s"], home["leave_s"]) == (27_400, 59_600)
    assert pd.isna(morning["ride_s"])
    assert pd.isna(morning["wait_s"])


def test_boarders_and_the_unserved_have_no_times_but_a_reason():
    days = day_table(gridtown())
    for student, mode, why in (("h", "board", "boards"), ("g", "unserved", "no_location"), ("i", "unserved", "island")):  # fmt: skip
        row = day(days, student)
        assert (row["mode"], row["why"]) == (mode, why)
        assert row[["walk_s", "ride_s", "door_to_door_s", "leave_s"]].isna().all()


def test_the_distance_is_by_the_policys_measure():
    """a: 3700 m on foot, 2880 m as the crow flies."""
    plan = gridtown()
    assert day(day_table(plan), "a")["distance_m"] == 3_700
    straight = replace(plan, policy=replace(plan.policy, distance_measure="straight"))
    assert day(day_table(straight), "a")["distance_m"] == 2_880


def test_the_town_is_that_of_the_school():
    plan = gridtown()
    schools = plan.district.schools.assign(town=["Eastville", "Westville"])
    days = day_table(replace(plan, district=replace(plan.district, schools=schools)))
    assert day(days, "a")["town"] == "Eastville"
    assert day(days, "f")["town"] == "Westville"


def test_a_public_bus_is_found_in_the_timetable_by_line_trip_and_time_aboard():
    """f, 1.2 m/s: 240 m are 200 s, 120 m are 100 s.

    T3 leaves at 27000 and is there 900 s later, at 27900: from home at 27000 - 300 - 200.
    T8 leaves at 58000, is at Westham at 58960: home at 59160.
    """
    days = day_table(by_line(gridtown(), timetable()))
    morning, home = day(days, "f"), day(days, "f", "to_home")
    assert (morning["mode"], morning["walk_m"], morning["walk_s"]) == ("transit", 360, 300)
    assert (morning["pickup_s"], morning["leave_s"]) == (27_000, 26_500)
    assert home["leave_s"] == 59_160


def test_orders_of_the_stops_tell_two_rides_of_one_length_apart():
    """T3 takes 900 s from 27000 to 27900 and from there to 28800, the bell: which is said."""
    table = timetable().assign(
        arrive_s=[26_900, 27_900, 28_800, 57_900, 58_960],
        depart_s=[27_000, 27_900, 28_800, 58_000, 58_970],
    )
    plan = by_line(gridtown(), table)
    assert day(day_table(plan), "f")["pickup_s"] == 27_900
    rides = plan.rides.copy()
    mine = (rides["student_id"] == "f") & (rides["direction"] == "to_school")
    rides.loc[mine, ["board_order", "alight_order"]] = [1, 2]
    assert day(day_table(replace(plan, rides=rides)), "f")["pickup_s"] == 27_000


def test_without_a_timetable_the_latest_arrival_and_the_earliest_start_are_taken():
    """f: at school at 28800 - 600, so from home 1500 s before; home 300 + 1500 s after 57600."""
    days = day_table(by_line(gridtown()))
    assert day(days, "f")["leave_s"] == 26_700
    assert day(days, "f")["pickup_s"] == 26_700 + 200 + 300
    assert day(days, "f", "to_home")["leave_s"] == 59_400


def test_a_row_split_over_two_buses_has_a_row_for_each_part():
    """c, six pupils: four as before, two on R2 in the morning; together six."""
    plan = gridtown()
    mine = (plan.rides["student_id"] == "c") & (plan.rides["direction"] == "to_school")
    whole = plan.rides.assign(n_students=plan.rides["n_students"].where(~mine, 4))
    other = plan.rides[mine].assign(
        part=1, n_students=2, route_id="R2", board_order=0, alight_order=1
    )
    days = day_table(replace(plan, rides=pd.concat([whole, other], ignore_index=True)))
    parts = days[(days["student_id"] == "c") & (days["direction"] == "to_school")]
    assert list(parts["part"]) == [0, 1]
    assert list(parts["n_students"]) == [4, 2]
    assert list(parts["pickup_s"]) == [27_875, 26_297]


def test_pupils_for_whom_the_rides_say_nothing_are_unserved_not_lost():
    """c: the rides name four of six in the morning and none in the afternoon."""
    plan = gridtown()
    mine = plan.rides["student_id"] == "c"
    rides = plan.rides.assign(n_students=plan.rides["n_students"].where(~mine, 4))
    rides = rides[~mine | (rides["direction"] == "to_school")]
    days = day_table(replace(plan, rides=rides))
    morning = days[(days["student_id"] == "c") & (days["direction"] == "to_school")]
    assert list(zip(morning["mode"], morning["n_students"], morning["part"], strict=True)) == [
        ("bus", 4, 0), ("unserved", 2, 1),
    ]  # fmt: skip
    home = day(days, "c", "to_home")
    assert (home["mode"], home["n_students"]) == ("unserved", 6)


def test_the_modes_that_a_stage_wrote_are_believed_for_those_without_a_ride():
    """d was to board: by the stage's word; whoever was to ride and has no ride is unserved."""
    plan = gridtown()
    modes = ["bus", "bus", "bus", "board", "bus", "bus", "unserved", "board", "unserved"]
    students = plan.district.students.assign(mode=modes, mode_why=["", "", "", "far", *[""] * 5])
    days = day_table(replace(plan, district=replace(plan.district, students=students)))
    assert tuple(day(days, "d")[["mode", "why"]]) == ("board", "far")
    assert tuple(day(days, "e")[["mode", "why"]]) == ("walk", "within_limit")
    assert tuple(day(days, "g")[["mode", "why"]]) == ("unserved", "no_location")


def test_a_plan_in_which_nobody_rides_has_days_too():
    days = day_table(nobody_rides())
    assert len(days) == 18
    assert set(days["mode"]) == {"board"}
    assert days["n_students"].sum() == 2 * 24


def test_an_empty_county_has_an_empty_table():
    plan = nobody_rides()
    district = replace(plan.district, students=plan.district.students.iloc[:0])
    days = day_table(replace(plan, district=district))
    assert list(days.columns) == list(COLUMNS)
    assert days.empty


def test_numbers_add_up_whatever_part_of_the_rides_is_there():
    """Thirty random cuts: rows of rides dropped and split; every row keeps its number."""
    plan = gridtown()
    n_students = plan.district.students.set_index("student_id")["n_students"]
    for seed in range(30):
        random = np.random.default_rng(seed)
        rides = plan.rides[random.random(len(plan.rides)) < 0.7]
        less = random.integers(0, rides["n_students"].to_numpy())
        first = rides.assign(n_students=rides["n_students"] - less)
        second = rides.assign(part=1, n_students=less)[less > 0]
        days = day_table(replace(plan, rides=pd.concat([first, second], ignore_index=True)))
        sums = days.groupby(["direction", "student_id"])["n_students"].sum()
        for direction in ("to_school", "to_home"):
            assert sums[direction].to_dict() == n_students.to_dict()
