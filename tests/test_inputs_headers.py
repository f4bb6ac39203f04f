"""Tests of routing.inputs.headers and routing.inputs.sheet."""

import pytest

from routing.inputs.headers import (
    LAT_HEADERS,
    LON_HEADERS,
    accepted_headers,
    header_notes,
    match_headers,
    plain,
)
from routing.inputs.sheet import MAX_ROWS, cut_sheet
from routing.tables import BUS_TYPES, INPUT_TABLES, SCHOOLS, STUDENTS


def test_case_blanks_and_brackets_do_not_count():
    assert plain("经度(°)") == plain(" 经度（度） ") == plain("经 度") == "经度"
    assert plain("School_ID") == plain("school id") == "schoolid"


@pytest.mark.parametrize("table", INPUT_TABLES, ids=lambda table: table.name)
def test_no_header_means_two_columns_of_one_table(table):
    """Each accepted header belongs to one column, or the reader would have to guess."""
    owners = {}
    for column in table.planned:
        headers = accepted_headers(column)
        headers += LON_HEADERS + LAT_HEADERS if column.kind == "point" else ()
        for header in headers:
            owners.setdefault(plain(header), set()).add(column.name)
    assert {header: names for header, names in owners.items() if len(names) > 1} == {}


def test_chinese_headers_are_found():
    match = match_headers(["学号", "就读学校", "年级", "经度(°)", "纬度"], STUDENTS, "f")
    assert match.at == {"student_id": 0, "school_id": 1, "grade": 2, "lon": 3, "lat": 4}


def test_unknown_columns_are_named():
    match = match_headers(["student_id", "favourite colour"], STUDENTS, "f.csv")
    assert match.unknown == ("favourite colour",)
    assert "favourite colour" in header_notes(match, "f.csv")[0].en


@pytest.mark.parametrize(
    "header",
    ["姓名", "name", "Student Name", "身份证号", "联系电话", "phone", "家长", "家庭住址", "Mobile"],
)
def test_columns_of_personal_data_are_not_read(header):
    match = match_headers(["student_id", header], STUDENTS, "f.csv")
    assert match.personal == (header,)
    assert set(match.at.values()) == {0}


def test_the_name_of_a_school_is_not_personal():
    assert match_headers(["name"], SCHOOLS, "f").at == {"name": 0}


def test_the_nearest_header_wins_and_the_other_is_named():
    """学校编号 is the schema's own Chinese name; 学校 is an alias."""
    match = match_headers(["学校", "学校编号"], STUDENTS, "f")
    assert match.at == {"school_id": 1}
    assert match.unknown == ("学校",)
    assert match.faults == ()


def test_the_same_header_twice_is_a_fault():
    match = match_headers(["年级", "年级"], STUDENTS, "f")
    assert [fault.column for fault in match.faults] == ["年级"]


def test_title_rows_blank_rows_and_totals_are_passed_over():
    """Header in row 3, blank row 5, total in row 7: records are rows 4 and 6."""
    grid = [
        ["2026 list"], [], ["bus_type_id", "seats"], ["a", "36"], ["", None], ["b", "19"],
        ["合计", "55"], ["备注：见附件"], ["all approved"],
    ]  # fmt: skip
    sheet = cut_sheet(grid, BUS_TYPES, "f.csv")
    assert sheet.headers == ("bus_type_id", "seats")
    assert sheet.rows == (4, 6)
    assert sheet.cells == (["a", "b"], ["36", "19"])
    assert "7, 8, 9" in sheet.notes[0].en


def test_a_total_in_the_middle_is_not_dropped():
    grid = [["bus_type_id", "seats"], ["合计", "55"], ["b", "19"]]
    assert cut_sheet(grid, BUS_TYPES, "f").rows == (2, 3)


def test_a_row_wider_than_the_header_is_a_fault():
    grid = [["bus_type_id", "seats"], ["a", "36", "", ""], ["b", "19", "", "x"]]
    assert [fault.row for fault in cut_sheet(grid, BUS_TYPES, "f").faults] == [3]


def test_too_many_rows_are_refused_unread():
    grid = [["bus_type_id"], *[["a"]] * (MAX_ROWS + 1)]
    sheet = cut_sheet(grid, BUS_TYPES, "f")
    assert len(sheet.faults) == 1
    assert "100001" in sheet.faults[0].problem.en
    assert sheet.rows == ()


def test_an_empty_grid_is_an_empty_sheet():
    assert cut_sheet([], BUS_TYPES, "f").headers == ()
