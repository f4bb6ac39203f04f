"""A hamlet of which only a part has a way to school: every table counts pupils, not rows.

Gridtown with home c alone (2.6, 0), 20 pupils of grade 4, and d, who walks; one bus of 17
seats, and a window at school too short for it to come twice. 17 ride, 3 are left for want
of a bus, morning and afternoon.
"""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from damage import found, with_cells
from plan_by_hand import grid_district, gridtown, place

from routing.check import check_plan
from routing.compare.losses import pupil_days
from routing.measure import measure_plan
from routing.measure.days import day_table
from routing.modes import Modes, join_rides
from routing.outputs.facts import WayFact, find_left, find_schools, find_ways
from routing.outputs.masking import Mask
from routing.outputs.sheets import list_sheets
from routing.plan import make_plan
from routing.policy import Policy
from routing.tables import RIDES, names_of


@pytest.fixture(scope="module")
def plan():
    made = grid_district()
    students = made.students[made.students["student_id"].isin(["c", "d"])].reset_index(drop=True)
    students.loc[students["student_id"] == "c", "n_students"] = 20
    one_bus = made.bus_types.iloc[:1].assign(n_available=pd.array([1], "Int64"))
    district = replace(made, students=students, bus_types=one_bus)
    return make_plan(
        district, Policy(arrive_before_max_s=900, leave_after_max_s=600), seed=1, max_rounds=4
    )


def test_the_row_keeps_its_mode_and_its_parts_say_who_is_left(plan):
    told = plan.rides[["student_id", "direction", "part", "n_students", "mode", "reason"]]
    assert [tuple(row) for row in told.itertuples(index=False)] == [
        ("c", way, *part)
        for way in ("to_school", "to_home")
        for part in ((0, 17, "bus", ""), (1, 3, "unserved", "no_bus"))
    ]
    students = plan.district.students.set_index("student_id")
    assert students["mode"].to_dict() == {"c": "bus", "d": "walk"}
    assert students.loc["c", "mode_why"] == "bus_no_timetable"


def test_the_judge_agrees_and_finds_a_row_said_wrongly(plan):
    assert check_plan(plan) == []
    said = with_cells(plan, "students", "student_id == 'c'", mode="unserved")
    assert found(said) == [("modes_agree", "c", 17)]
    nobody = with_cells(plan, "students", "student_id == 'd'", mode="bus")
    assert ("modes_agree", "d", 1) in found(nobody)


def test_the_measures_count_seventeen_and_three(plan):
    table = measure_plan(plan)
    every = table[table["group"] == "all"].set_index("metric")["value"]
    counts = {
        name: every[f"n_{name}"] for name in ("entitled", "served", "unserved", "bus", "walk")
    }
    assert counts == {"entitled": 20, "served": 17, "unserved": 3, "bus": 17, "walk": 1}
    why = table[table["metric"] == "n_unserved_because"].set_index("group")["value"]
    assert why.to_dict() == {"no_bus": 3}


def test_the_day_and_the_comparison_tell_the_two_parts_apart(plan):
    days = day_table(plan).query("student_id == 'c'")
    parts = days[["direction", "part", "n_students", "mode", "why"]]
    assert [tuple(row) for row in parts.itertuples(index=False)] == [
        (way, *part)
        for way in ("to_school", "to_home")
        for part in ((0, 17, "bus", "bus_no_timetable"), (1, 3, "unserved", "no_bus"))
    ]
    pupils = pupil_days(plan, plan.policy).groupby("mode")["n_students"].sum()
    assert pupils.to_dict() == {"bus": 17, "unserved": 3, "walk": 1}


def test_report_and_workbook_count_the_parts(plan):
    assert find_left(plan) == {"c": {"no_bus": 3}}
    assert find_ways(plan) == [
        WayFact("c", "S1", 4, 17, "bus", "bus_no_timetable"),
        WayFact("c", "S1", 4, 3, "unserved", "no_bus"),
        WayFact("d", "S1", 1, 1, "walk", "within_limit"),
    ]
    (school, _) = find_schools(plan)
    assert (school.n_entitled, school.n_served, school.n_unserved) == (20, 17, 3)
    ways = {mode: sheet_of(plan, mode) for mode in ("internal", "public")}
    assert [row[3:5] for row in ways["internal"].rows] == [
        (17, "school bus"),
        (3, "unserved"),
        (1, "on foot"),
    ]
    modes = [head.word for head in ways["public"].heads]
    first = dict(zip(modes, ways["public"].rows[0], strict=True))
    assert (first["mode_bus"], first["mode_unserved"]) == ("≥16", "<5")


def sheet_of(plan, privacy):
    mask = Mask(plan.policy.min_cell, privacy)
    return next(sheet for sheet in list_sheets(plan, mask, "en") if sheet.name == "sheet_ways")


PARTS = (
    # row, direction, part, number, mode, reason
    ("a", "to_school", 0, 6, "bus", ""),
    ("a", "to_home", 0, 4, "bus", ""),
    ("a", "to_home", 1, 2, "unserved", "no_bus"),
    ("b", "to_school", 0, 5, "bus", ""),
    ("b", "to_home", 0, 5, "unserved", "ride_too_long"),
    ("c", "to_school", 0, 1, "unserved", "no_bus"),
    ("c", "to_school", 1, 2, "unserved", "ride_too_long"),
    ("c", "to_home", 0, 3, "unserved", "ride_too_long"),
)


def joined():
    """Rows a, b and c of 6, 5 and 3 pupils with the parts above."""
    columns = ["student_id", "direction", "part", "n_students", "mode", "reason"]
    rides = pd.DataFrame(PARTS, columns=columns).reindex(columns=names_of(RIDES))
    students = gpd.GeoDataFrame(
        {"student_id": list("abc"), "school_id": "S1", "n_students": [6, 5, 3], "grade": 4,
         "mode": "bus", "mode_why": "bus_no_timetable"},
        geometry=[place(0, 0)] * 3, crs=4326,
    )  # fmt: skip
    return join_rides(Modes(students, rides.iloc[:0]), rides)


def test_a_row_is_unserved_where_nobody_goes_both_ways():
    """4 of a go both ways; nobody of b comes home; of c nobody goes at all."""
    students = joined().students.set_index("student_id")
    assert students["mode"].to_dict() == {"a": "bus", "b": "unserved", "c": "unserved"}
    assert students["mode_why"].to_dict() == {
        "a": "bus_no_timetable",
        "b": "ride_too_long",
        "c": "no_bus",
    }


def test_the_direction_in_which_more_are_left_counts():
    modes = joined()
    plan = gridtown()
    district = replace(plan.district, students=modes.students)
    left = find_left(replace(plan, district=district, rides=modes.rides))
    assert left == {
        "a": {"no_bus": 2},
        "b": {"ride_too_long": 5},
        "c": {"no_bus": 1, "ride_too_long": 2},
    }
    ways = find_ways(replace(plan, district=district, rides=modes.rides))
    assert [(way.student_id, way.n_students, way.mode) for way in ways] == [
        ("a", 4, "bus"), ("a", 2, "unserved"), ("b", 5, "unserved"),
        ("c", 1, "unserved"), ("c", 2, "unserved"),
    ]  # fmt: skip
