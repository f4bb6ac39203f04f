"""Tests of routing.inputs.inspection and mending: what was found, and what was mended."""

import pytest
from county_by_hand import SCHOOLS, STUDENTS, frame, write_county, write_csv
from terrible_county import write_terrible_county

import routing
from routing.errors import Fault
from routing.inputs import check_inputs, read_district
from routing.inputs.inspection import FIRST_ROWS, Inspection, Repair, Suspicion, say_rows
from routing.words import Text


def repairs_of(folder):
    return {(r.file, r.column, r.kind): r for r in check_inputs(folder, cache=False).repairs}


def with_students(folder, **changes):
    write_county(folder)
    write_csv(folder, "students", frame(STUDENTS, **changes).to_dict("records"))
    return folder


def test_a_good_county_has_no_faults_and_nothing_to_mend(tmp_path):
    found = check_inputs(write_county(tmp_path), cache=False)
    assert isinstance(found, Inspection)
    assert found.faults == found.repairs == ()


def test_the_sheet_of_a_workbook_is_told_apart_from_its_file(tmp_path):
    found = check_inputs(write_terrible_county(tmp_path), cache=False)
    of_schools = [fault for fault in found.faults if fault.file == "schools.xlsx"]
    assert {fault.sheet for fault in of_schools} == {"学校"}
    late = next(fault for fault in of_schools if fault.value == "上午")
    assert late.say("en").startswith("schools.xlsx, sheet '学校', row 5, column '放学时间'")
    assert late.say("zh").startswith("schools.xlsx，工作表“学校”，第5行，“放学时间”列")
    assert {fault.sheet for fault in found.faults if fault.file == "学生.csv"} == {None}


def test_brackets_in_the_name_of_a_file_are_no_sheet(tmp_path):
    fault = Fault("students [old].csv", Text("is odd.", "异常。"), Text("", ""))
    from routing.inputs.inspection import parter, sheet_labels

    assert parter(sheet_labels({}))(fault) == fault


def test_each_kind_of_repair_is_told_with_its_rows(tmp_path):
    """Full-width digits, blanks, and marks that nobody sees are three kinds."""
    folder = with_students(
        tmp_path,
        grade=["１", " 6", "7\u200b", "9"],
        boards=["no", "　no", "yes", None],
    )
    repairs = repairs_of(folder)
    assert repairs["students.csv", "grade", "wide"].rows == (2,)
    assert repairs["students.csv", "grade", "blanks"].rows == (3,)
    assert repairs["students.csv", "grade", "hidden"].rows == (4,)
    assert repairs["students.csv", "boards", "blanks"].rows == (3,)
    assert len(repairs) == 4
    assert all(repair.n_cells == 1 for repair in repairs.values())


def test_a_cell_with_two_kinds_counts_for_both(tmp_path):
    repairs = repairs_of(with_students(tmp_path, n_students=["１ ", "3", "1", "1"]))
    assert {kind for _, _, kind in repairs} == {"wide", "blanks"}


def test_coordinates_are_mended_too(tmp_path):
    repairs = repairs_of(with_students(tmp_path, lon=["１１６.05123", " 116.09", "116.01", None]))
    assert repairs["students.csv", "lon", "wide"].n_cells == 1
    assert repairs["students.csv", "lon", "blanks"].rows == (3,)


def test_grades_in_words_are_told_with_examples(tmp_path):
    repairs = repairs_of(with_students(tmp_path, grade=["一年级", "六年级", "初一", "9"]))
    repair = repairs["students.csv", "grade", "grade_words"]
    assert repair.n_cells == 3
    assert "初一 as 7" in repair.what.en
    assert "初一读作7" in repair.what.zh


def test_numbers_stored_as_text_are_told_of_workbooks_only(tmp_path):
    """In a CSV file every number is text; in a workbook it is worth a word."""
    folder = write_county(tmp_path)
    assert repairs_of(folder) == {}
    rows = frame(SCHOOLS, lon=["116.020001", 116.080001], lat=[36.42, 36.48])
    rows = rows.assign(first_grade=[1, 7], last_grade=[6, "9"])
    (folder / "schools.csv").unlink()
    rows.to_excel(folder / "schools.xlsx", index=False, engine="xlsxwriter")
    repairs = repairs_of(folder)
    assert repairs["schools.xlsx", "lon", "text_number"].rows == (2,)
    assert repairs["schools.xlsx", "last_grade", "text_number"].rows == (3,)
    assert len(repairs) == 2


def test_a_byte_order_mark_is_told(tmp_path):
    folder = write_county(tmp_path)
    write_csv(folder, "schools", SCHOOLS, encoding="utf-8-sig")
    (repair,) = repairs_of(folder).values()
    assert (repair.kind, repair.column, repair.n_cells) == ("byte_mark", None, 0)
    assert repair.say("en").startswith("schools.csv: the mark at the beginning")


def test_seconds_of_an_angle_are_no_full_width_character(tmp_path):
    found = check_inputs(
        with_students(tmp_path, lat=["36°27′00″", "36.49", "36.41", None]), cache=False
    )
    assert found.repairs == ()
    assert [fault.value for fault in found.faults] == ["36°27′00′′"]


def test_the_district_s_notes_tell_the_repairs(tmp_path):
    folder = with_students(tmp_path, grade=["１", "6", "7", "9"])
    (repair,) = check_inputs(folder, cache=False).repairs
    assert repair.told() in read_district(folder, cache=False).notes


def test_only_the_first_rows_are_named_and_the_others_counted():
    rows = tuple(range(2, 2 + FIRST_ROWS))
    repair = Repair("a.csv", "wide", Text("mended.", "已修正。"), 345, rows, "grade")
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 335 more: mended." in repair.say("en")
    assert "第2、3、4、5、6、7、8、9、10、11行等共345行：已修正。" in repair.say("zh")
    assert say_rows((), 0) == ""
    assert say_rows((7,), 1) == "row 7"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_suspicion_says_where_what_and_what_to_do(lang):
    one = Suspicion("a.csv", "odd", Text("Odd.", "异常。"), Text("Look.", "请核对。"), 1, (3,), "s")
    wanted = {
        "en": "a.csv, sheet 's', row 3: Odd. Look.",
        "zh": "a.csv，工作表“s”，第3行：异常。请核对。",
    }
    assert one.say(lang) == wanted[lang]
    assert one.say(lang, with_file=False) == wanted[lang][7 if lang == "en" else 6 :]


def test_every_line_of_the_terrible_county_is_printable_in_both_languages(tmp_path):
    found = check_inputs(write_terrible_county(tmp_path), cache=False)
    lines = [*found.faults, *found.repairs, *found.suspicions, *found.notes]
    assert len(lines) > 40
    for line in lines:
        assert line.say("en").isprintable()
        assert line.say("zh").isprintable()
        assert "{" not in line.say("en").replace("{{7*7}}", "")


def test_check_inputs_is_the_public_name():
    assert routing.check_inputs is check_inputs
