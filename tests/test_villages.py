"""Counts by village and grade are as good an input as homes, and stand at the village's point."""

import math

import pandas as pd
import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, frame, street, write_county

from routing.errors import InputError
from routing.inputs import check_inputs, make_district, read_district
from routing.inputs.sheet import Sheet
from routing.inputs.villages import grade_of_header, shape_villages

WIDE = """2026年秋季各村学生统计表,,,,,,,,
序号,学校,村,乡镇,一年级,二年级,三年级人数,G6,合计
1,堂邑镇中心小学,李莊村委会,堂邑镇,3,-,2,１,6
2,001,赵庄,堂邑镇,1,2,,,3
3,001,钱家庄,堂邑镇,2,,,5,7
合计,,,,6,2,2,6,16
"""
VILLAGES = """村,乡镇,经度,纬度,别名
李庄,堂邑镇,116.021534,36.421342,
赵庄,堂邑镇,116.032415,36.432415,
钱庄,堂邑镇,116.053214,36.462143,老钱庄、钱楼
"""


@pytest.fixture
def county(tmp_path):
    folder = write_county(tmp_path / "county")
    (folder / "students.csv").write_text(WIDE, "utf-8")
    (folder / "村庄.csv").write_text(VILLAGES, "utf-8")
    return folder


def sheet_of(text: str) -> Sheet:
    lines = [line.split(",") for line in text.strip().splitlines()]
    cells = tuple(list(column) for column in zip(*lines[1:], strict=True))
    return Sheet("students.csv", tuple(lines[0]), cells, tuple(range(2, len(lines) + 1)))


def columns_of(sheet: Sheet) -> dict[str, list]:
    return dict(zip(sheet.headers, sheet.cells, strict=True))


@pytest.mark.parametrize(
    ("header", "grade"),
    [("一年级", (1, "all")), ("5年级", (5, "all")), ("G6", (6, "all")), ("初一", (7, "all")),
     ("三年级人数", (3, "all")), ("小学四年级男生", (4, "part")), ("二年级小计", (2, "total")),
     ("大班", (0, "all")), ("各年级学生数一年级", (1, "all")), ("年级", None), ("合计", None),
     ("村", None), ("学校", None), ("2026", None)],
)  # fmt: skip
def test_a_header_says_its_grade(header, grade):
    assert grade_of_header(header) == grade


def test_a_column_for_each_grade_becomes_a_row_for_each_grade(county):
    students = read_district(county).students
    found = students[["village", "grade", "n_students", "school_id"]].to_numpy().tolist()
    assert found == [
        ["李莊村委会", 1, 3, "001"], ["李莊村委会", 3, 2, "001"], ["李莊村委会", 6, 1, "001"],
        ["赵庄", 1, 1, "001"], ["赵庄", 2, 2, "001"], ["钱家庄", 1, 2, "001"], ["钱家庄", 6, 5, "001"],
    ]  # fmt: skip
    assert students["n_students"].sum() == 16
    assert students["student_id"].is_unique


def test_the_rows_stand_at_the_point_of_their_village(county):
    students = read_district(county).students.set_index("student_id")
    li = students.loc["堂邑镇李莊村委会-G1-堂邑镇中心小学"]
    assert (li.geometry.x, li.geometry.y, li["placed"]) == (116.021534, 36.421342, "village")
    assert students["geometry"].isna().sum() == 2


def test_a_doubtful_village_is_asked_about_with_the_best_places(county):
    found = check_inputs(county)
    assert found.faults == ()
    (asked,) = [one for one in found.suspicions if one.code == "doubtful_village"]
    assert (asked.file, asked.rows, asked.n_rows) == ("students.csv", (5,), 2)
    assert "钱庄" in asked.say("en")
    assert "是否为钱庄" in asked.say("zh")
    notes = [note.en for note in found.notes]
    assert any("3 row(s) with 4 columns of grades were read as 7 row(s) of 16" in n for n in notes)
    assert any("1 row(s) have no location (rows 5)" in note for note in notes)
    assert any("2 are doubtful" in note for note in notes)


def test_another_name_in_the_list_settles_the_doubt(county):
    (county / "村庄.csv").write_text(VILLAGES.replace("老钱庄、", "钱家庄、"), "utf-8")
    found = check_inputs(county)
    assert [one for one in found.suspicions if one.code == "doubtful_village"] == []
    assert not any("no location (row" in note.en for note in found.notes)
    assert read_district(county).students["placed"].eq("village").all()


def test_a_cell_that_is_no_count_is_a_fault_of_its_own_header_and_row(county):
    (county / "students.csv").write_text(
        WIDE.replace("2,001,赵庄,堂邑镇,1", "2,001,赵庄,堂邑镇,一个"), "utf-8"
    )
    (fault,) = check_inputs(county).faults
    assert (fault.row, fault.column, fault.value) == (4, "一年级", "一个")


def test_a_total_that_is_not_the_sum_is_told(county):
    (county / "students.csv").write_text(WIDE.replace(",3\n", ",4\n"), "utf-8")
    notes = [note.en for note in check_inputs(county).notes]
    assert any("total is not the sum of the grades (rows 4)" in note for note in notes)


def test_totals_between_the_villages_are_no_village():
    sheet = shape_villages(sheet_of("村,学校,一年级,二年级\n李庄,001,1,2\n小计,,1,2\n赵庄,001,3,0"))
    columns = columns_of(sheet)
    assert columns["村"] == ["李庄", "李庄", "赵庄"]
    assert columns["n_students"] == [1, 2, 3]
    assert sheet.rows == (2, 2, 4)
    assert any("row(s) 3" in note.en for note in sheet.notes)


def test_boys_and_girls_are_added_and_a_total_of_a_grade_counts_alone():
    apart = columns_of(
        shape_villages(sheet_of("村,学校,一年级男,一年级女,二年级男,二年级女\n李庄,001,1,2,3,4"))
    )
    assert apart["n_students"] == [3, 7]
    whole = columns_of(shape_villages(sheet_of(
        "村,学校,一年级男,一年级女,一年级小计,二年级小计\n李庄,001,1,2,3,4"
    )))  # fmt: skip
    assert whole["n_students"] == [3, 4]


def test_the_keys_are_the_same_when_rows_are_moved():
    text = "村,学校,年级,人数\n李庄,001,一年级,2\n赵庄,001,G2,3"
    keys = columns_of(shape_villages(sheet_of(text)))["student_id"]
    head, *rows = text.splitlines()
    turned = columns_of(shape_villages(sheet_of("\n".join([head, *rows[::-1]]))))["student_id"]
    assert keys == ["李庄-G1-001", "赵庄-G2-001"]
    assert turned == keys[::-1]


def test_a_village_and_grade_twice_is_told_and_counted():
    sheet = shape_villages(sheet_of("村,学校,年级,人数\n李庄,001,1,2\n李庄,001,1,3"))
    assert columns_of(sheet)["student_id"] == ["李庄-G1-001", "李庄-G1-001-2"]
    assert any("(rows 3)" in note.en for note in sheet.notes)


def test_a_table_of_homes_is_left_as_it_is():
    sheet = sheet_of("student_id,school_id,grade,lon,lat\na,001,1,116,36")
    assert shape_villages(sheet) is sheet
    named = sheet_of("student_id,school_id,grade,lon,lat,village\na,001,1,116,36,李庄")
    assert shape_villages(named) is named


def test_students_without_points_villages_or_locations_stay_a_fault():
    with pytest.raises(InputError, match="lon"):
        make_district(
            frame(SCHOOLS), pd.DataFrame({"student_id": ["a"], "school_id": ["001"], "grade": [1]}),
            frame(BUS_TYPES), street(),
        )  # fmt: skip


def test_frames_in_memory_are_placed_by_a_list_of_villages():
    students = pd.DataFrame(
        {
            "village": ["李庄", "赵庄"],
            "school_id": ["001", "001"],
            "grade": [1, 2],
            "n_students": [4, 5],
        }
    )
    villages = pd.DataFrame({"village": ["李庄"], "lon": [116.05], "lat": [36.45]})
    district = make_district(
        frame(SCHOOLS), students, frame(BUS_TYPES), street(), villages=villages
    )
    assert district.students["placed"].tolist() == ["village", "given"]
    assert district.students.geometry.iloc[0].x == 116.05
    assert district.students.geometry.iloc[1] is None


def test_places_looked_up_before_are_read_from_their_table(county):
    (county / "students.csv").write_text("student_id,school_id,grade\na,001,1\nb,001,2\n", "utf-8")
    (county / "locations.csv").write_text(
        "student_id,lon,lat,precision,score\na,116.05,36.45,address,90\n", "utf-8"
    )
    students = read_district(county).students
    assert students["placed"].tolist() == ["address", "given"]
    assert (students.geometry.x[0], students.geometry.iloc[1]) == (116.05, None)


def test_given_coordinates_are_not_moved_to_the_village(county):
    (county / "students.csv").write_text(
        "student_id,school_id,grade,lon,lat,village\na,001,1,116.07,36.47,李庄\nb,001,1,,,李庄\n",
        "utf-8",
    )
    students = read_district(county).students
    assert students.geometry.x.tolist() == [116.07, 116.021534]
    assert students["placed"].tolist() == ["given", "village"]


def test_the_faults_of_the_list_of_villages_are_told(county):
    (county / "村庄.csv").write_text(
        VILLAGES + "周庄,堂邑镇,,\n李庄,堂邑镇,116.05,36.45,\n", "utf-8"
    )
    faults = check_inputs(county).faults
    assert [(fault.file, fault.row) for fault in faults] == [("村庄.csv", 5), ("村庄.csv", 6)]


def test_no_point_is_made_up(county):
    (county / "村庄.csv").unlink()
    students = read_district(county).students
    assert students.geometry.isna().all()
    assert not any(math.isfinite(x) for x in students.geometry.x)


def test_without_a_column_of_schools_the_catchment_says_which(county):
    (county / "students.csv").write_text("村,一年级,二年级,初一\n李庄村,3,2,4\n赵庄,1,,\n", "utf-8")
    (county / "学区.csv").write_text("村,学校\n李庄,001\n李庄,堂邑中学\n赵庄,001\n", "utf-8")
    students = read_district(county).students
    assert students["school_id"].tolist() == ["001", "001", "002", "001"]
    assert students["n_students"].tolist() == [3, 2, 4, 1]


def test_a_catchment_of_no_or_several_schools_is_a_fault_of_the_village(county):
    (county / "students.csv").write_text("村,一年级,二年级\n李庄,3,2\n赵庄,1,\n", "utf-8")
    (county / "学区.csv").write_text("村,学校\n李庄,001\n", "utf-8")
    faults = [fault for fault in check_inputs(county).faults if fault.row]
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [(3, "村", "赵庄")]
