"""The workbook says what the plan says, as text, numbers and clock times, nothing live."""

import datetime
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from plan_by_hand import gridtown, nobody_rides

from routing.errors import RoutingError
from routing.outputs.workbook import write_workbook

SHEETS = ["summary", "routes", "stop times", "riders per stop", "ways to school", "unserved", "schools", "buses", "dictionary"]  # fmt: skip

PAYLOADS = (
    '=HYPERLINK("http://evil.example","click")', "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0",
    "http://evil.example/", "<script>alert(1)</script>", "{{7*7}}", "${x}", "`'\"", "\t=1+1", "0012",
)  # fmt: skip


def read(path):
    """Sheets as lists of rows of values."""
    book = openpyxl.load_workbook(path)
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def write(plan, folder, **options):
    return read(write_workbook(plan, folder / "plan.xlsx", **options))


def column(rows, head):
    place = rows[0].index(head)
    return [row[place] for row in rows[1:]]


def named(plan, names):
    """The plan with its schools and stops called so."""
    schools = plan.district.schools.assign(name=names[:2])
    stops = plan.stops.assign(name=names[2:5])
    return replace(plan, stops=stops, district=replace(plan.district, schools=schools))


def test_the_sheets_are_there_in_both_languages(tmp_path):
    assert list(write(gridtown(), tmp_path)) == SHEETS
    zh = write(gridtown(), tmp_path, lang="zh")
    assert list(zh) == [
        "概要",
        "线路",
        "停靠时刻",
        "各站乘车学生",
        "上学方式",
        "未安排学生",
        "学校",
        "车辆",
        "数据字典",
    ]
    assert zh["线路"][0][:3] == ("车辆", "趟次", "线路")


def test_routes_stand_by_bus_and_run_with_real_clock_times(tmp_path):
    """B1 drives R2, R1, R3; R2 begins at 26297 s = 07:18:17, shown as 07:18."""
    routes = write(gridtown(), tmp_path)["routes"]
    assert column(routes, "route") == ["R2", "R1", "R3", "R4"]
    assert column(routes, "run") == [1, 2, 3, 1]
    assert column(routes, "first visit")[0] == datetime.time(7, 18)
    assert column(routes, "km with students") == [4.3, 5.6, 5.6, 4.3]
    assert column(routes, "students") == [7, 11, 11, 7]
    assert column(routes, "stops") == [1, 2, 2, 1]


def test_clock_times_have_a_clock_format_and_heads_are_frozen_and_filtered(tmp_path):
    path = write_workbook(gridtown(), tmp_path / "plan.xlsx")
    page = openpyxl.load_workbook(path)["stop times"]
    assert page.cell(2, 8).number_format == "hh:mm"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:M11"
    assert 6 <= page.column_dimensions["F"].width <= 50


def test_the_time_at_school_in_the_afternoon_is_the_departure(tmp_path):
    """R3: the bus stands from 16:03:46, leaves at 16:05."""
    rows = write(gridtown(), tmp_path)["stop times"]
    at_school = next(row for row in rows if row[2] == "R3" and row[4] == 1)
    assert at_school[7] == datetime.time(16, 5)


def test_every_served_row_of_pupils_stands_at_its_stop_both_ways(tmp_path):
    """Four rows of pupils, morning and afternoon; b walks 400 m and rides 944 s."""
    riders = write(gridtown(), tmp_path)["riders per stop"]
    assert sorted(column(riders, "student")) == ["a", "a", "b", "b", "c", "c", "f", "f"]
    mine = next(row for row in riders if row[4] == "b" and row[1] == "to school")
    assert mine[2] == "Northfield crossing"
    assert mine[3] == datetime.time(7, 37)
    assert mine[9] == 400
    assert mine[10] == pytest.approx(944 / 60)


def test_the_unserved_have_their_reason_in_words(tmp_path):
    unserved = write(gridtown(), tmp_path)["unserved"]
    assert unserved[1] == (
        "g", "Gridtown Junior", "–", 8, "the home's place is unknown", "both ways", 1,
    )  # fmt: skip
    assert "do not connect" in column(unserved, "reason")[1]


def test_the_public_workbook_names_no_pupil_and_counts_no_small_group(tmp_path):
    """Two pupils are unserved, one at each school: "<5", and the served "at least"."""
    sheets = write(gridtown(), tmp_path, privacy="public")
    assert "student" not in sheets["riders per stop"][0]
    assert column(sheets["unserved"], "students") == ["<5", "<5"]
    assert column(sheets["schools"], "unserved") == ["<5", "<5"]
    assert column(sheets["schools"], "served") == ["≥8", "≥4"]


def test_a_hidden_stop_cannot_be_worked_out_from_the_loads(tmp_path):
    """R1 with 3 and 8: the load is 3 at first, "<5"; then 9 to 12, never 11."""
    plan = gridtown()
    r1 = plan.visits["route_id"] == "R1"
    visits = plan.visits.assign(
        n_on=plan.visits["n_on"].where(~r1, [3, 8, 0] + [0] * 7),
        n_aboard=plan.visits["n_aboard"].where(~r1, [3, 11, 0] + [0] * 7),
    )
    rows = write(replace(plan, visits=visits), tmp_path, privacy="public")["stop times"]
    mine = [row[10:] for row in rows if row[2] == "R1"]
    assert mine == [("<5", None, "1–4"), (8, None, "9–12"), (None, "9–12", None)]


def test_what_comes_from_data_is_text_and_never_a_formula(tmp_path):
    for at in range(0, len(PAYLOADS), 4):
        names = [*PAYLOADS[at : at + 4], "plain"]
        path = write_workbook(named(gridtown(), names), tmp_path / "plan.xlsx")
        book = openpyxl.load_workbook(path)
        cells = [cell for page in book for row in page.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert not any(cell.hyperlink for cell in cells)
        found = {cell.value for cell in cells}
        assert {name.replace("\t", "") for name in names} <= found


def test_signs_that_steer_a_screen_are_removed(tmp_path):
    """A bell, a zero, an escape, a sign that turns the direction, half of a pair."""
    names = ["a\x07b\x00", "c\x1b[31m", "d\u202eexe", "e\ud800f", "two\nlines"]
    sheets = write(named(gridtown(), names), tmp_path)
    assert column(sheets["schools"], "school") == ["ab", "c[31m"]
    assert set(column(sheets["stop times"], "place")) >= {"dexe", "ef", "two\nlines"}


def test_a_very_long_text_is_cut_and_not_lost(tmp_path):
    names = ["长" * 40_000, "S2", "P1", "P2", "P3"]
    schools = write(named(gridtown(), names), tmp_path)["schools"]
    assert column(schools, "school")[0] == "长" * 32_000


def test_a_plan_without_riders_has_all_its_sheets(tmp_path):
    sheets = write(nobody_rides(), tmp_path)
    assert list(sheets) == SHEETS
    assert len(sheets["routes"]) == 1
    assert column(sheets["schools"], "entitled") == [0, 0]


def test_a_bus_sums_up_its_day(tmp_path):
    """With pupils, empty before each run, and back to the yard."""
    plan = gridtown()
    mine = plan.routes[plan.routes["bus_id"] == "B1"]
    metres = mine[["distance_m", "empty_m", "return_m"]].to_numpy().sum()
    buses = write(plan, tmp_path)["buses"]
    assert column(buses, "bus") == ["B1", "B2"]
    assert column(buses, "runs a day") == [3, 1]
    assert column(buses, "km a day")[0] == pytest.approx(metres / 1000)


def test_buses_are_sorted_as_people_count(tmp_path):
    """B10 comes after B9."""
    plan = gridtown()
    routes = plan.routes.assign(bus_id=["B10", "B9", "B10", "B10"], run=[1, 1, 2, 3])
    rows = write(replace(plan, routes=routes), tmp_path)["buses"]
    assert column(rows, "bus") == ["B9", "B10"]


def test_an_unknown_word_for_privacy_is_refused(tmp_path):
    with pytest.raises(RoutingError, match="privacy"):
        write_workbook(gridtown(), tmp_path / "plan.xlsx", privacy="secret")
    assert list(tmp_path.iterdir()) == []


def test_gaps_in_the_plan_are_empty_cells(tmp_path):
    plan = gridtown()
    rides = plan.rides.assign(door_to_door_s=pd.array([None] * len(plan.rides), "Int64"))
    riders = write(replace(plan, rides=rides), tmp_path)["riders per stop"]
    assert set(column(riders, "door to door, min")) == {None}


def test_every_student_row_has_its_way_to_school_and_the_public_counts_are_masked(tmp_path):
    plan = gridtown()
    mode = ["bus" if entitled else "walk" for entitled in plan.district.students["entitled"]]
    why = ["bus_no_timetable" if one == "bus" else "within_limit" for one in mode]
    students = plan.district.students.assign(mode=mode, mode_why=why)
    told = replace(plan, district=replace(plan.district, students=students))
    inside = write(told, tmp_path)["ways to school"]
    assert len(inside) == 1 + len(students)
    assert inside[1][4] == "school bus"
    public = write(told, tmp_path, privacy="public")["ways to school"]
    assert [row[0] for row in public[1:]] == [
        row[0] for row in write(told, tmp_path)["schools"][1:]
    ]
    assert "<5" in {cell for row in public[1:] for cell in row}
