"""The judge of public buses and boarding: kept by a plan at its limit, broken by a known amount.

Gridtown (tests/plan_by_hand.py) with three more rows of S2, bell 28,800, dismissal 57,600:
    t (0.4, 2) g7, 4   beside f, 4.1 km; walks 200 m to A (0.2, 2)
    u (3, 2.2) g7, 3   1.2 + 0.5 = 1.7 km, of a merged school; walks 200 m to M (3, 2)
    w (0.4, 2) g8, 3   4.1 km; boards
Line L: A - M - Z (3.4, 1), 100 m from S2 at (3.5, 1). At 1.2 m/s 200 m take 167 s, 100 m
take 84 s.
    am: A 25,800; M 26,100 to 26,130; Z 26,700. t rides 900 s: 167 + 300 + 900 + 84 = 1,451;
        u rides 570 s: 167 + 300 + 570 + 84 = 1,121. At school 26,784, 2,016 s before the bell.
    pm: Z 58,800; M 59,370 to 59,400; A 59,700. They leave school at 58,800 - 300 - 84 =
        58,416, 816 s after dismissal; the same times aboard and under way.
"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from damage import found, table_of, with_cells, with_policy, with_table
from plan_by_hand import gridtown, place

from routing.check import check_plan, explain_rule

A, M, Z = (0.2, 2), (3, 2), (3.4, 1)
CALLS = (
    ("L", "am", 1, "A", A, 25_800, 25_800, 7),
    ("L", "am", 2, "M", M, 26_100, 26_130, 7),
    ("L", "am", 3, "Z", Z, 26_700, 26_700, None),
    ("L", "pm", 1, "Z", Z, 58_800, 58_800, 7),
    ("L", "pm", 2, "M", M, 59_370, 59_400, 7),
    ("L", "pm", 3, "A", A, 59_700, 59_700, None),
)
ROWS = (
    # id, place, grade, number, straight, way, why, mode
    ("t", (0.4, 2.0), 7, 4, 3258, 4100, "beyond_limit", "transit"),
    ("u", (3.0, 2.2), 7, 3, 1300, 1700, "merged", "transit"),
    ("w", (0.4, 2.0), 8, 3, 3258, 4100, "beyond_limit", "board"),
)
ABOARD = {"t": 900, "u": 570}
ORDERS = {("t", "am"): (1, 3), ("u", "am"): (2, 3), ("t", "pm"): (1, 3), ("u", "pm"): (1, 2)}
NONSENSE = (None, np.nan, "x", -1, 1e12, "", True, pd.NA)


def timetable(calls=CALLS):
    names = ("line_id", "trip_id", "order", "stop_name", "place", "arrive_s", "depart_s", "n_seats")
    frame = pd.DataFrame(calls, columns=names)
    points = [place(*spot) for spot in frame.pop("place")]
    return gpd.GeoDataFrame(frame.astype({"n_seats": "Int64"}), geometry=points, crs=4326)


def more_students(students):
    """Gridtown's students and three more."""
    rows = [
        {
            "student_id": key, "school_id": "S2", "grade": grade, "n_students": n, "boards": False,
            "needs": "none", "merged": why == "merged", "village": "Westham", "town": "",
            "placed": "given",
            "straight_m": straight_m, "walk_m": way_m, "drive_m": way_m, "entitled": True,
            "why": why, "from_school_id": "", "mode": mode, "mode_why": "transit",
            "geometry": place(*spot),
        }
        for key, spot, grade, n, straight_m, way_m, why, mode in ROWS
    ]  # fmt: skip
    both = pd.concat([students, gpd.GeoDataFrame(rows, crs=4326)], ignore_index=True)
    return both.astype(students.dtypes.to_dict())


def more_rides(rides):
    """Their rides: by public bus with all times, boarders with none."""
    rows = []
    for key, _, _, n, _, _, _, mode in ROWS:
        for direction, trip in (("to_school", "am"), ("to_home", "pm")):
            row = {"student_id": key, "direction": direction, "part": 0, "n_students": n,
                   "mode": mode, "stop_id": "", "route_id": "", "reason": "", "line_id": ""}  # fmt: skip
            if mode == "transit":
                ride_s = ABOARD[key]
                row |= dict(zip(("board_order", "alight_order"), ORDERS[key, trip], strict=True))
                row |= {"line_id": f"L/{trip}", "to_stop_m": 200, "from_stop_m": 100,
                        "wait_s": 300, "ride_s": ride_s, "door_to_door_s": 551 + ride_s}  # fmt: skip
            rows.append(row)
    added = pd.DataFrame(rows).reindex(columns=rides.columns).astype(rides.dtypes.to_dict())
    return pd.concat([rides, added], ignore_index=True)


def by_modes():
    """Gridtown with t and u by public bus and w boarding."""
    plan = gridtown()
    district = replace(
        plan.district, students=more_students(plan.district.students), transit=timetable()
    )
    plan = replace(plan, district=district, rides=more_rides(plan.rides))
    return with_policy(plan, boarding="when_needed")


def with_ride(plan, student, direction, **cells):
    return with_cells(
        plan, "rides", f"student_id == '{student}' and direction == '{direction}'", **cells
    )


def test_the_plan_keeps_every_rule():
    assert check_plan(by_modes()) == []


@pytest.mark.parametrize("rule", [
    "modes_agree", "transit_allowed", "transit_as_timetabled", "transit_walks_right",
    "transit_in_time", "transit_seats_enough", "boards_allowed", "beds_enough",
])  # fmt: skip
def test_every_rule_explains_itself(rule):
    said = explain_rule(rule)
    assert said.en
    assert said.zh


def test_a_trip_that_the_timetable_does_not_have():
    plan = with_ride(by_modes(), "t", "to_school", line_id="L/noon")
    assert found(plan) == [("transit_as_timetabled", "t", 4)]


def test_a_ride_that_lasts_otherwise_than_the_trip():
    """850 s lie between no two stops of the trip."""
    plan = with_ride(by_modes(), "t", "to_home", ride_s=850, door_to_door_s=1401)
    assert found(plan) == [("transit_as_timetabled", "t", 4)]


def test_a_ride_backwards_along_the_trip_is_none():
    """u would ride home on the morning's trip, from stop 2 to stop 3."""
    plan = with_ride(by_modes(), "u", "to_home", line_id="L/am", board_order=2, alight_order=3)
    rules = {breach[0] for breach in found(plan)}
    assert rules == {"transit_walks_right", "transit_in_time", "transit_seats_enough"}


def test_orders_of_the_stops_are_those_of_the_trip():
    """t rides from stop 1 to stop 3; from 1 to 2, or 2 to 3, it does not last 900 s."""
    for orders in ((1, 2), (2, 3), (0, 3), (3, 1)):
        plan = with_ride(
            by_modes(), "t", "to_school", board_order=orders[0], alight_order=orders[1]
        )
        assert found(plan) == [("transit_as_timetabled", "t", 4)]


@pytest.mark.parametrize("name", ["board_order", "alight_order"])
def test_a_ride_that_does_not_say_its_stops_is_a_breach_and_judged_all_the_same(name):
    plan = with_ride(by_modes(), "t", "to_home", **{name: pd.NA})
    assert found(plan) == [("transit_as_timetabled", "t", 4)]
    plan = with_ride(plan, "t", "to_home", to_stop_m=150, door_to_door_s=1409)
    assert {rule for rule, _, _ in found(plan)} == {"transit_as_timetabled", "transit_walks_right"}


def test_a_walk_stated_too_short_or_beyond_the_limit():
    """150 m for 200 m; with a limit of 150 m all four walks from home are 50 m too long."""
    plan = with_ride(by_modes(), "t", "to_school", to_stop_m=150, door_to_door_s=1409)
    (breach,) = found(plan)
    assert breach[:2] == ("transit_walks_right", "t")
    assert breach[2] == pytest.approx(50, abs=1)
    plan = by_modes()
    limit = replace(plan.policy.max_walk_to_stop_m, g7_9=199)
    plan = with_policy(plan, max_walk_to_stop_m=limit)
    transit = [one for one in found(plan) if one[0] == "transit_walks_right"]
    assert transit == [("transit_walks_right", student, 1) for student in ("t", "t", "u", "u")]


def test_a_home_from_which_no_way_leads_to_the_platform():
    """t would live on the island."""
    plan = by_modes()
    students = plan.district.students.copy()
    students.loc[students["student_id"] == "t", "geometry"] = [place(5.9, 0.5)]
    plan = with_table(plan, "students", students)
    walks = [one for one in found(plan) if one[0] == "transit_walks_right"]
    assert walks == [("transit_walks_right", "t", 1)] * 2


def test_too_late_for_the_bell():
    """At school 26,784: 600 s before the bell just in time, 596 s before it 4 s late."""
    plan = with_cells(by_modes(), "schools", "school_id == 'S2'", bell_s=26_784 + 600)
    assert [b for b in found(plan) if b[0] == "transit_in_time"] == []
    plan = with_cells(by_modes(), "schools", "school_id == 'S2'", bell_s=26_784 + 596)
    assert [b for b in found(plan) if b[0] == "transit_in_time"] == [
        ("transit_in_time", "t", 4), ("transit_in_time", "u", 4),
    ]  # fmt: skip


def test_leaving_school_too_early_or_too_late():
    """They leave 816 s after dismissal; that may be 300 to 1,800 s after it."""
    for dismissal_s, amount in ((58_416 - 290, 10), (58_416 - 1_805, 5), (58_416 - 1_800, None)):
        plan = with_cells(by_modes(), "schools", "school_id == 'S2'", dismissal_s=dismissal_s)
        late = [b for b in found(plan) if b[0] == "transit_in_time"]
        assert late == ([("transit_in_time", who, amount) for who in "tu"] if amount else [])


def test_a_wait_on_the_platform_beyond_the_limit():
    """901 s where 900 s are allowed; in the afternoon they then leave school 601 s earlier."""
    plan = with_ride(by_modes(), "t", "to_school", wait_s=901, door_to_door_s=2052)
    assert found(plan) == [("transit_in_time", "t", 1)]


def test_a_sum_that_is_off_and_a_way_too_long():
    plan = with_ride(by_modes(), "u", "to_school", door_to_door_s=1120)
    assert found(plan) == [("transit_in_time", "u", 1)]
    plan = by_modes()
    limit = replace(plan.policy.max_door_to_door_s, g7_9=1450)
    over = found(with_policy(plan, max_door_to_door_s=limit))
    assert over == [("transit_in_time", "t", 1)] * 2


def test_seats_are_counted_from_stop_to_stop():
    """t takes 4 from A on, u 3 more from M on: 7 of 7; of 6 from M on is one too many."""
    plan = with_cells(by_modes(), "transit", "trip_id == 'am' and order == 1", n_seats=4)
    assert found(plan) == []
    plan = with_cells(by_modes(), "transit", "trip_id == 'am' and order == 2", n_seats=6)
    assert found(plan) == [("transit_seats_enough", "L/am", 1)]
    plan = with_cells(by_modes(), "transit", "trip_id == 'am' and order == 1", n_seats=2)
    assert found(plan) == [("transit_seats_enough", "L/am", 2)]


def test_seats_that_are_not_stated_are_no_limit():
    plan = with_cells(by_modes(), "transit", "order >= 1", n_seats=pd.NA)
    assert found(plan) == []


def test_too_young_for_public_buses_and_buses_left_out():
    """Both in grade 7; from grade 9 on they are 2 grades too young, both ways."""
    young = found(with_policy(by_modes(), transit_from_grade=9))
    assert young == [("transit_allowed", who, 2) for who in ("t", "t", "u", "u")]
    assert found(with_policy(by_modes(), transit=False)) == [
        ("transit_allowed", who, n) for who, n in (("t", 4), ("t", 4), ("u", 3), ("u", 3))
    ]


def test_a_journey_with_a_change():
    """L/am to M, then K/am from M at 26,400 to Z at 26,900: 1,100 s from A to Z."""
    calls = [*CALLS[:2], *CALLS[3:], ("K", "am", 1, "M", M, 26_400, 26_400, None),
             ("K", "am", 2, "Z", Z, 26_900, 26_900, None), ("L", "am", 3, "Z", Z, 26_700, 26_700, None)]  # fmt: skip
    plan = with_table(by_modes(), "transit", timetable(calls))
    change = {"line_id": "L/am K/am", "ride_s": 1100, "door_to_door_s": 1651,
              "board_order": 1, "alight_order": 2}  # fmt: skip
    assert found(with_ride(plan, "t", "to_school", **change)) == []
    early = [*calls[:5], ("K", "am", 1, "M", M, 26_090, 26_090, None), *calls[6:]]
    plan = with_table(plan, "transit", timetable(early))
    assert found(with_ride(plan, "t", "to_school", **change)) == [("transit_as_timetabled", "t", 4)]


def test_who_boards_below_the_grade_or_without_a_plan_for_it():
    """w is in grade 8."""
    assert found(with_policy(by_modes(), board_from_grade=9)) == [("boards_allowed", "w", 1)]
    assert found(with_policy(by_modes(), boarding="given")) == [("boards_allowed", "w", 3)]


def test_beds_for_those_who_board_anyway_and_those_planned():
    """h has 2, w 3: five beds are enough, four one too few; none stated is none for w."""
    for n_beds, short in ((5, 0), (4, 1), (0, 3), (None, 3)):
        plan = by_modes()
        schools = plan.district.schools.assign(n_beds=pd.array([None, n_beds], "Int64"))
        due = [("beds_enough", "S2", short)] if short else []
        assert found(with_table(plan, "schools", schools)) == due


def test_a_way_that_the_student_table_does_not_say():
    plan = with_cells(by_modes(), "students", "student_id == 'w'", mode="bus")
    assert found(plan) == [("modes_agree", "w", 3)] * 2
    plan = with_cells(by_modes(), "students", "student_id == 't'", mode="")
    assert found(plan) == []


def test_somebody_missing_or_twice_is_found_in_every_mode():
    plan = by_modes()
    rides = plan.rides[
        ~((plan.rides["student_id"] == "w") & (plan.rides["direction"] == "to_home"))
    ]
    assert found(replace(plan, rides=rides)) == [("nobody_missing", "w", 3)]
    twice = pd.concat([plan.rides, plan.rides[plan.rides["mode"] == "board"].assign(part=1)])
    assert found(replace(plan, rides=twice)) == [("nobody_twice", "w", 3)] * 2


def test_a_ride_by_public_bus_is_on_no_route_of_ours():
    plan = with_ride(by_modes(), "t", "to_school", route_id="R1")
    assert found(plan) == [("boards_where_said", "t", 4)]


@pytest.mark.parametrize("seed", range(12))
def test_nonsense_in_any_cell_never_stops_the_judge(seed):
    """Two cells of any kind in the tables that ways to school are judged by."""
    chance = np.random.default_rng(seed)
    plan = by_modes()
    for _ in range(2):
        name = str(chance.choice(["rides", "transit", "students", "schools"]))
        frame = table_of(plan, name).copy()
        column = str(chance.choice([one for one in frame.columns if one != "geometry"]))
        frame[column] = frame[column].astype(object)
        row = int(chance.integers(len(frame)))
        frame.iloc[row, frame.columns.get_loc(column)] = NONSENSE[
            int(chance.integers(len(NONSENSE)))
        ]
        plan = with_table(plan, name, frame)
    assert [b for b in check_plan(plan) if "cannot be judged" in b.detail.en] == []
