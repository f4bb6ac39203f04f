"""Tests of routing.outputs.faults and fault_copies: text, JSON, and coloured copies."""

import hashlib
import json
import zipfile

import openpyxl
import pytest
from county_by_hand import STUDENTS, frame, write_county, write_csv
from terrible_county import write_terrible_county
from typer.testing import CliRunner

from routing.cli import app
from routing.errors import Fault, RoutingError
from routing.inputs import check_inputs
from routing.inputs.inspection import Inspection, Suspicion
from routing.outputs.faults import (
    MOST_ALIKE,
    kind_of_fault,
    list_inspection,
    say_inspection,
    to_json,
    write_faults,
)
from routing.words import Text

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
LINK = "location"


@pytest.fixture
def terrible(tmp_path):
    return write_terrible_county(tmp_path / "county")


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def fault(row, text="is no number.", **more):
    return Fault("a.csv", Text(text, "不是数字。"), Text("Write one.", "请填写。"), row, **more)


def report(folder, **more):
    """Check a county and write its report beside it; return the folder of the report."""
    out = folder.parent / "out"
    write_faults(check_inputs(folder, cache=False), folder, out, **more)
    return out


def colours(sheet):
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type
    }


def test_the_command_ends_with_3_where_there_are_faults_and_0_where_there_are_none(
    terrible, tmp_path
):
    done = run("check-inputs", terrible)
    assert done.exit_code == 3
    assert "fault(s) in 6 file(s). Correct them and check again." in done.output
    good = run("check-inputs", write_county(tmp_path / "good"), "--lang", "zh")
    assert good.exit_code == 0
    assert good.output.rstrip().endswith("没有错误。")


def test_the_screen_is_grouped_by_file(terrible):
    text = say_inspection(check_inputs(terrible, cache=False))
    lines = text.splitlines()
    heads = [line for line in lines if line.endswith("fault(s)")]
    assert [head.split(":")[0] for head in heads] == [
        "站点.csv", "policy.toml", "schools.xlsx", "学生.csv", "bus_types.csv", "停车场.xlsx",
    ]  # fmt: skip
    after = lines[lines.index(heads[2]) + 1]
    assert after.startswith("  sheet '学校', ")


def test_chinese_and_english_hold_the_same_places(terrible):
    found = check_inputs(terrible, cache=False)
    english, chinese = (say_inspection(found, lang).splitlines() for lang in ("en", "zh"))
    assert len(english) == len(chinese)
    assert not any("请" in line for line in english)
    assert sum("请" in line for line in chinese) > 20


def test_more_than_twenty_of_a_kind_are_counted_and_the_rest_is_shown():
    faults = [*(fault(row, column="n") for row in range(2, 367)), fault(9, column="grade")]
    lines = say_inspection(Inspection(tuple(faults))).splitlines()
    assert len([line for line in lines if "column 'n'" in line]) == MOST_ALIKE
    assert "  ... and 345 more like it (rows 22 to 366)" in lines
    assert any("column 'grade'" in line for line in lines)
    assert "366 fault(s) in 1 file(s). Correct them and check again." in lines
    whole = say_inspection(Inspection(tuple(faults)), most=None)
    assert whole.count("column 'n'") == 365
    assert "more like it" not in whole
    assert "  ……另有345处同类错误（第22至366行）" in say_inspection(Inspection(tuple(faults)), "zh")


def test_faults_that_differ_by_a_number_are_of_one_kind():
    kinds = {
        kind_of_fault(fault(2, f"is not taught at school S{n}, which has grades 1 to {n}."))
        for n in range(5)
    }
    assert kinds == {"is-not-taught-at-school-#-which-has-grades-#-to-#"}
    assert kind_of_fault(fault(2)) != kinds.pop()


def test_json_has_every_field_in_both_languages(terrible):
    done = run("check-inputs", terrible, "--json")
    assert done.exit_code == 3
    told = json.loads(done.output)
    assert told["n_faults"] == len(told["faults"])
    late = next(one for one in told["faults"] if one["value"] == "上午")
    assert late == {
        "file": "schools.xlsx", "sheet": "学校", "row": 5, "column": "放学时间", "value": "上午",
        "feature": None, "kind": "is-no-clock-time",
        "problem": {"en": "is no clock time.", "zh": "不是时刻。"},
        "remedy": {"en": "Write it as 08:20.", "zh": "请写成08:20的形式。"},
    }  # fmt: skip
    assert {one["kind"] for one in told["repairs"]} == {"wide", "grade_words"}
    assert all(one["what"]["zh"] and one["ask"]["en"] for one in told["suspicions"])
    assert {"school_without_pupils", "odd_bells"} <= {one["code"] for one in told["suspicions"]}
    assert all(set(note) == {"en", "zh"} for note in told["notes"])


def test_json_writes_signs_that_steer_a_screen_as_escapes():
    text = to_json({"value": "a\u202eb\x07\U000e0001"})
    assert text.isprintable()
    assert json.loads(text) == {"value": "a\u202eb\x07\U000e0001"}


def test_the_report_holds_every_fault_and_a_copy_of_each_table(terrible):
    before = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in terrible.iterdir()}
    out = report(terrible)
    assert {path.name for path in out.iterdir()} == {
        "faults.txt", "faults.json", "schools.xlsx.faults.xlsx", "学生.csv.faults.xlsx",
        "bus_types.csv.faults.xlsx",
    }  # fmt: skip
    n_faults = len(check_inputs(terrible, cache=False).faults)
    assert json.loads((out / "faults.json").read_text("utf-8"))["n_faults"] == n_faults
    after = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in terrible.iterdir()}
    assert after == before


def test_rows_and_sheets_of_the_copy_are_those_of_the_original(terrible):
    copy = openpyxl.load_workbook(report(terrible) / "schools.xlsx.faults.xlsx")
    original = openpyxl.load_workbook(terrible / "schools.xlsx")
    assert copy.sheetnames == ["faults", *original.sheetnames]
    sheet = copy["学校"]
    for row in original["学校"].iter_rows(min_col=1, max_col=5):
        for cell in row:
            assert str(sheet[cell.coordinate].value) == str(cell.value)


def test_faulty_cells_are_red_and_say_what_to_do(terrible):
    sheet = openpyxl.load_workbook(report(terrible) / "schools.xlsx.faults.xlsx")["学校"]
    found = colours(sheet)
    red = {place for place, colour in found.items() if colour == RED}
    assert red == {"H3", "G5", "C6", "D6", "F6", "E7", "F7", "A8"}
    assert sheet["G5"].comment.text == "is no clock time. Write it as 08:20."
    assert "no location" in sheet["C6"].comment.text
    yellow = {place for place, colour in found.items() if colour == YELLOW}
    assert yellow == {"A4", "A5", "A6", "A7"}


def test_the_first_sheet_lists_the_faults_with_links(terrible):
    sheet = openpyxl.load_workbook(report(terrible, lang="zh") / "学生.csv.faults.xlsx")["错误清单"]
    rows = {(row[0].value, row[3].value): row for row in sheet.iter_rows(min_row=4)}
    row = rows["学生 D13", "高一"]
    assert getattr(row[0].hyperlink, LINK) == "'学生'!D13"
    assert [cell.value for cell in row[1:5]] == [
        "13", "年级", "高一", "不是0（幼儿园）至9的年级。",
    ]  # fmt: skip
    assert "17处错误" in sheet["A1"].value


def test_personal_columns_are_empty_in_a_public_copy_and_kept_in_an_internal_one(terrible):
    sheet = openpyxl.load_workbook(report(terrible) / "学生.csv.faults.xlsx")["学生"]
    assert [sheet.cell(row, 2).value for row in (3, 4, 5)] == ["姓名", None, None]
    phones = openpyxl.load_workbook(report(terrible) / "schools.xlsx.faults.xlsx")["学校"]
    assert phones["H4"].value is None
    kept = openpyxl.load_workbook(report(terrible, privacy="internal") / "学生.csv.faults.xlsx")
    assert kept["学生"]["B4"].value == "张"


def test_phone_numbers_in_other_cells_are_hidden_in_public_text_json_and_copies(tmp_path):
    folder = write_county(tmp_path / "county")
    write_csv(folder, "students", frame(STUDENTS, grade=["13812345678", "6", "7", "9"]))
    out = report(folder)
    told = (out / "faults.txt").read_text("utf-8") + (out / "faults.json").read_text("utf-8")
    assert "13812345678" not in told
    assert "***********" in told
    sheet = openpyxl.load_workbook(out / "students.csv.faults.xlsx")["students"]
    assert sheet["C2"].value == "***********"
    kept = openpyxl.load_workbook(report(folder, privacy="internal") / "students.csv.faults.xlsx")
    assert kept["students"]["C2"].value == "13812345678"


def test_text_of_the_original_is_no_formula_and_long_numbers_stay_whole(tmp_path):
    folder = write_county(tmp_path / "county")
    rows = frame(STUDENTS, student_id=["001000000000000001", "=1+1", "@SUM(A1)", "+86"])
    write_csv(folder, "students", rows.assign(grade=["x", '=HYPERLINK("http://a.b")', "7", "9"]))
    path = report(folder) / "students.csv.faults.xlsx"
    sheet = openpyxl.load_workbook(path)["students"]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4, 5)] == [
        "001000000000000001", "=1+1", "@SUM(A1)", "+86",
    ]  # fmt: skip
    assert {sheet.cell(row, 1).data_type for row in (2, 3, 4, 5)} == {"s"} or all(
        sheet.cell(row, 1).data_type in {"s", "inlineStr"} for row in (2, 3, 4, 5)
    )
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    assert not any(b"<f>" in part or b'TargetMode="External"' in part for part in parts)


def test_a_sheet_named_as_the_list_keeps_its_name(tmp_path):
    folder = write_county(tmp_path / "county")
    (folder / "students.csv").unlink()
    with_list = openpyxl.Workbook()
    sheet = with_list.active
    sheet.title = "Faults"
    sheet.append(list(STUDENTS[0]))
    sheet.append([*list(STUDENTS[0].values())[:2], "x", *list(STUDENTS[0].values())[3:]])
    with_list.save(folder / "students.xlsx")
    copy = openpyxl.load_workbook(report(folder) / "students.xlsx.faults.xlsx")
    assert copy.sheetnames == ["faults_", "Faults"]
    assert copy["Faults"]["C2"].fill.fgColor.rgb == RED


def test_the_county_s_own_folder_is_not_written_to(terrible):
    found = check_inputs(terrible, cache=False)
    names = sorted(terrible.iterdir())
    with pytest.raises(RoutingError, match="county's own folder"):
        write_faults(found, terrible, terrible / ".." / "county")
    assert sorted(terrible.iterdir()) == names
    assert run("check-inputs", terrible, "--out", terrible).exit_code == 1


def test_copies_of_tables_that_were_mended_are_removed_and_other_files_stay(terrible):
    out = report(terrible)
    (out / "mine.faults.xlsx").write_bytes(b"mine")
    write_csv(terrible, "bus_types", [{"bus_type_id": "big", "seats": "36"}])
    report(terrible)
    names = {path.name for path in out.iterdir()}
    assert "bus_types.csv.faults.xlsx" not in names
    assert {"mine.faults.xlsx", "学生.csv.faults.xlsx", "faults.txt"} <= names


def test_a_report_is_written_whole_or_not_at_all(terrible, monkeypatch):
    out = report(terrible)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("routing.outputs.faults.write_copy", full)
    with pytest.raises(RoutingError, match="the disk is full"):
        report(terrible)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_good_county_writes_a_short_report_without_copies(tmp_path):
    out = report(write_county(tmp_path / "county"))
    assert {path.name for path in out.iterdir()} == {"faults.txt", "faults.json"}
    assert (out / "faults.txt").read_text("utf-8").endswith("No faults.\n")


def test_suspicions_alone_leave_the_exit_code_at_0(tmp_path):
    odd = Suspicion("a.csv", "odd", Text("Odd.", "异常。"), Text("Look.", "请核对。"), 1, (3,))
    text = say_inspection(Inspection(suspicions=(odd,)))
    assert "Look at these again (1); they are no faults:\n  a.csv, row 3: Odd. Look." in text
    assert text.endswith("No faults.")
    assert list_inspection(Inspection(suspicions=(odd,)))["suspicions"][0]["rows"] == [3]
    done = run("check-inputs", write_county(tmp_path))
    assert "Look at these again" in done.output
    assert done.exit_code == 0


def test_the_command_names_the_files_it_wrote(terrible, tmp_path):
    out = tmp_path / "report"
    done = run("check-inputs", terrible, "--out", out, "--lang", "zh")
    assert done.exit_code == 3
    assert str(out / "学生.csv.faults.xlsx") in done.output.replace("\n", "")
    assert "请更正后重新检查" in done.output
