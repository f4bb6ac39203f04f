"""Faults 1 to 12 of the forty: what tables of a county's offices have wrong."""

import codecs
from pathlib import Path

import pytest
from county_by_hand import STUDENTS, frame, write_county
from forty import look, only_fault, survives
from pandas.testing import assert_frame_equal

from routing.inputs import read_district

HEAD = "学号,学校,年级,经度,纬度,人数,寄宿"
ROWS = ("a,001,1,116.05,36.45,1,否", "b,001,6,116.09,36.49,3,否", "c,002,7,116.01,36.41,1,是")


@pytest.fixture
def county(tmp_path):
    """The county by hand, whose students are what each test writes."""
    folder = write_county(tmp_path / "county")
    (folder / "students.csv").unlink()
    return folder


def write(county, *lines, encoding="utf-8", mark=b"", name="学生.csv"):
    """Write lines as the table of students."""
    (county / name).write_bytes(mark + ("\r\n".join(lines) + "\r\n").encode(encoding))
    return county


def students(county):
    return read_district(county, cache=False).students


def plainly(tmp_path):
    """The same pupils, from a plain file."""
    return students(write(write_bare(tmp_path / "plain"), HEAD, *ROWS))


def write_bare(folder):
    write_county(folder)
    (folder / "students.csv").unlink()
    return folder


@survives(
    1, "a CSV file in GBK or GB18030", "CSV文件为GBK或GB18030编码", "R",
    "The file is read; a note names its encoding.", "正常读取，并提示所用编码。",
)  # fmt: skip
def test_a_file_of_a_chinese_office_is_read(county, tmp_path):
    told = look(write(county, HEAD, *ROWS, encoding="gbk"))
    assert told.faults == ()
    assert "GB18030" in told.en
    assert "GB18030" in told.zh
    assert_frame_equal(students(county), plainly(tmp_path))


@survives(
    2, "a byte order mark before UTF-8", "UTF-8文件带BOM", "R",
    "The file is read; the mark is no part of the first header.", "正常读取，首列表头不受影响。",
)  # fmt: skip
def test_a_mark_before_the_text_is_no_text(county, tmp_path):
    assert look(write(county, HEAD, *ROWS, mark=codecs.BOM_UTF8)).faults == ()
    assert_frame_equal(students(county), plainly(tmp_path))


@survives(
    3, "a spreadsheet's \"Unicode text\" (UTF-16, tabs)", "电子表格另存的“Unicode文本”（UTF-16，制表符）", "R",
    "The file is read; a note names its encoding.", "正常读取，并提示所用编码。",
)  # fmt: skip
def test_unicode_text_with_tabs_is_read(county, tmp_path):
    lines = [line.replace(",", "\t") for line in (HEAD, *ROWS)]
    told = look(write(county, *lines, encoding="utf-16"))
    assert told.faults == ()
    assert "UTF-16" in told.en
    assert_frame_equal(students(county), plainly(tmp_path))


@survives(
    4, "a file cut off in the middle of a character", "文件在一个汉字中间被截断", "E",
    "The byte and the row are named; nothing is guessed.", "指出字节和行号，不作猜测。",
)  # fmt: skip
@pytest.mark.parametrize(("encoding", "cut"), [("utf-8", 1), ("gb18030", 1), ("utf-16", 1)])
def test_a_cut_character_is_named_by_its_byte(county, encoding, cut):
    write(county, HEAD, *ROWS, "d,001,2,116.05,36.45,1,是", encoding=encoding)
    data = (county / "学生.csv").read_bytes().removesuffix("\r\n".encode(encoding)[-4:])
    (county / "学生.csv").write_bytes(data[: len(data) - cut])
    fault = only_fault(county)
    assert fault.row == 5
    assert f"byte {len(data) - cut}" in fault.problem.en or "byte" in fault.problem.en


@survives(
    5, "a merged title and a header of two rows", "合并单元格标题、两行表头", "R",
    "The header is found; faults give the row as the spreadsheet shows it.",
    "自动找到表头；错误所在行号与表格软件一致。",
)  # fmt: skip
def test_rows_are_counted_as_the_spreadsheet_shows_them(county):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["2026年秋季学生花名册"], ["学生", None, None, "家庭位置", None, None, None],
        ["学号", "学校", "年级", "经度", "纬度", "人数", "寄宿"],
        ["a", "001", 1, 116.05, 36.45, 1, "否"], ["b", "009", 6, 116.09, 36.49, 3, "否"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A2:C2")
    sheet.merge_cells("D2:E2")
    book.save(county / "学生.xlsx")
    fault = only_fault(county)
    assert (fault.row, fault.value) == (5, "009")


@survives(
    6, "totals and remarks below the table", "表尾有合计、备注行", "W",
    "The rows are left out, and a note says which.", "略去这些行，并提示是哪几行。",
)  # fmt: skip
def test_totals_and_remarks_are_no_pupils(county):
    told = look(write(county, HEAD, *ROWS, "合计,,,,,5,", "备注：由各校填报,,,,,,"))
    assert told.faults == ()
    assert "5, 6" in told.en or "rows 5" in told.en or "row(s) 5" in told.en
    assert len(students(county)) == 3


@survives(
    7, "a column that must be there is missing", "缺少必填列（如经度）", "E",
    "All headers that would be understood are listed.", "列出可识别的全部表头写法。",
)  # fmt: skip
def test_a_missing_column_names_what_would_be_understood(county):
    write(county, HEAD.replace("学校", "备考"), *ROWS)
    fault = only_fault(county)
    for header in ("school_id", "就读学校", "学校"):
        assert header in fault.problem.zh + fault.remedy.zh


@survives(
    8, "the same pupil's number twice", "学号重复", "E",
    "The later row is named, with the row that has it already.", "指出后一行，以及已有该学号的行。",
)  # fmt: skip
def test_a_doubled_number_names_both_rows(county):
    fault = only_fault(write(county, HEAD, *ROWS, ROWS[0]))
    assert (fault.row, fault.value) == (5, "a")
    assert "row 2" in fault.problem.en


@survives(
    9, "full-width digits and hidden characters", "全角数字和隐藏字符", "W",
    "They are turned into plain digits; a note counts them.", "自动转换，并提示修正数量。",
)  # fmt: skip
def test_full_width_digits_are_read_and_told(county, tmp_path):
    wide = "ａ,００１,１,１１６．０５,\u200b36.45 ,１,否"
    told = look(write(county, HEAD, wide, *ROWS[1:]))
    assert told.faults == ()
    assert "经度" in told.en
    assert_frame_equal(students(county), plainly(tmp_path))


@survives(
    10, "coordinates in degrees, minutes and seconds", "经纬度为度分秒格式", "E",
    "The cell is named, with how to turn it into decimal degrees.", "指出单元格，并说明如何换算。",
)  # fmt: skip
@pytest.mark.parametrize("cell", ["116°03′00″", "116度3分", "116° 3' 0\""])
def test_degrees_and_minutes_come_with_the_sum(county, cell):
    quoted = cell.replace('"', '""')
    fault = only_fault(write(county, HEAD, f'a,001,1,"{quoted}",36.45,1,否'))
    assert (fault.row, fault.column) == (2, "经度")
    assert "minutes / 60" in fault.remedy.en


@survives(
    11, "longitude and latitude swapped", "经度和纬度颠倒", "E",
    "One row is named with its right values; where most are, the headers are to be swapped.",
    "个别行给出正确值；多数颠倒时提示对调表头。",
)  # fmt: skip
def test_swapped_coordinates_are_one_suggestion(county):
    one = only_fault(write(county, HEAD, *ROWS, "d,001,2,36.44,116.06,1,否"))
    assert (one.row, "116.06" in one.remedy.en) == (5, True)
    every = only_fault(write(county, HEAD.replace("经度,纬度", "纬度,经度"), *ROWS))
    assert every.row is None
    assert "Swap the headers" in every.remedy.en


@survives(
    12, "a home at (0, 0) or without coordinates", "住址坐标为空或为(0, 0)", "U",
    "A note lists the rows; in the plan the pupils are unserved, their place unknown.",
    "提示所在行；方案中列为未安排，原因为住址不明。",
)  # fmt: skip
def test_a_home_nobody_knows_is_unserved_with_that_reason(county):
    from routing.plan import make_plan

    told = look(write(county, HEAD, *ROWS, "n,001,1,0,0,1,否", "m,001,1,,,1,否"))
    assert told.faults == ()
    assert "5, 6" in told.en
    rides = make_plan(read_district(county, cache=False), max_rounds=1).rides
    lost = rides[rides["student_id"].isin(["n", "m"])]
    assert set(lost["reason"]) == {"no_location"}
    assert set(lost["mode"]) == {"unserved"}


def test_the_plain_file_is_that_of_the_county(tmp_path):
    """What the other tests compare with has three of the four homes by hand."""
    assert plainly(tmp_path)["student_id"].tolist() == [row["student_id"] for row in STUDENTS[:3]]
    assert len(frame(STUDENTS)) == 4


def test_each_of_the_forty_has_one_test():
    """The table for people is made of the marks; each number stands there once."""
    page = (Path(__file__).parents[1] / "docs" / "faults.md").read_text("utf-8")
    rows = [row.split(" | ") for row in page.splitlines() if row.startswith("| ")][2:]
    assert [int(row[0].removeprefix("| ")) for row in rows] == list(range(1, 41))
