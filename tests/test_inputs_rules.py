"""Tests of routing.inputs.reading and routing.inputs.rules."""

import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, frame

from routing import tables
from routing.inputs.layers import sheet_of_frame
from routing.inputs.reading import identity_notes, read_table
from routing.inputs.rules import check_buses, check_schools, check_students


def schools(**changes):
    return check_schools(
        read_table(sheet_of_frame(frame(SCHOOLS, **changes), "schools"), tables.SCHOOLS)
    )


def students(of=None, **changes):
    sheet = sheet_of_frame(frame(STUDENTS, **changes), "students")
    return check_students(read_table(sheet, tables.STUDENTS), of or schools())


def buses(**changes):
    sheet = sheet_of_frame(frame(BUS_TYPES, **changes), "bus_types")
    return check_buses(read_table(sheet, tables.BUS_TYPES))


def places(reading):
    return [(fault.row, fault.column) for fault in reading.faults]


def test_the_county_by_hand_has_no_fault():
    assert places(schools()) == places(students()) == places(buses()) == []


def test_a_missing_column_names_the_headers_accepted():
    sheet = sheet_of_frame(frame(STUDENTS).drop(columns="grade"), "students")
    (fault,) = read_table(sheet, tables.STUDENTS).faults
    assert fault.row is None
    for header in ("grade", "年级", "就读年级"):
        assert header in fault.remedy.en
        assert header in fault.remedy.zh


def test_a_doubled_key_names_both_rows():
    (fault,) = students(student_id=["a", "b", "a", "d"]).faults
    assert (fault.row, fault.value) == (4, "a")
    assert "row 2" in fault.problem.en
    assert "第2行" in fault.problem.zh


def test_an_empty_required_cell_is_a_fault():
    assert places(students(student_id=["a", " ", "c", "d"])) == [(3, "student_id")]


def test_all_faults_of_a_row_are_told():
    faulty = students(
        grade=["x", "6", "7", "9"], n_students=["0", "3", "1", "1"], boards=["?", *"nnn"]
    )
    assert sorted(places(faulty)) == [(2, "boards"), (2, "grade"), (2, "n_students")]


def test_a_table_without_rows_is_a_fault():
    for table, words in (
        ("SCHOOLS", "no rows"),
        ("STUDENTS", "no rows"),
        ("BUS_TYPES", "no kind of bus"),
    ):
        rows = {"SCHOOLS": SCHOOLS, "STUDENTS": STUDENTS, "BUS_TYPES": BUS_TYPES}[table]
        reading = read_table(sheet_of_frame(frame(rows).iloc[:0], "f"), getattr(tables, table))
        assert [words in fault.problem.en for fault in reading.faults] == [True]


def test_yards_may_be_without_rows():
    empty = frame([{"parking_id": "x", "lon": 1, "lat": 1}]).iloc[:0]
    assert read_table(sheet_of_frame(empty, "f"), tables.PARKINGS).faults == ()


def test_a_school_may_be_given_by_its_name():
    reading = students(school_id=["堂邑镇中心小学", "001", "堂邑 中学", "002"])
    assert reading.columns["school_id"] == ["001", "001", "002", "002"]
    assert reading.faults == ()
    assert any("2 row(s) name the school" in note.en for note in reading.notes)


def test_a_name_of_two_schools_is_a_fault_that_gives_their_keys():
    two = schools(name=["实验小学", "实验小学"])
    faults = students(two, school_id=["实验小学", "001", "002", "002"]).faults
    assert [fault.remedy.en for fault in faults] == ["Use the key of the school: 001, 002."]


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("唐邑镇中心小学", "001 (堂邑镇中心小学)"),
        ("1", "001 (堂邑镇中心小学)"),
        ("堂邑中", "002 (堂邑中学)"),
    ],
)
def test_an_unknown_school_comes_with_the_nearest(given, near):
    (fault,) = students(school_id=[given, "001", "002", "002"]).faults
    assert (fault.row, fault.value) == (2, given)
    assert near in fault.remedy.en
    assert near in fault.remedy.zh


def test_a_school_like_no_other_gets_no_suggestion():
    (fault,) = students(school_id=["{0.__class__}", "001", "002", "002"]).faults
    assert fault.remedy.en.startswith("Add the school")
    assert "{0.__class__}" in fault.say("zh")


def test_without_keys_of_schools_students_are_not_blamed():
    sheet = sheet_of_frame(frame(SCHOOLS).drop(columns="school_id"), "schools")
    assert students(check_schools(read_table(sheet, tables.SCHOOLS))).faults == ()


def test_a_grade_the_school_does_not_teach_is_a_fault():
    """Grade 7 at a school of grades 1 to 6."""
    (fault,) = students(grade=["7", "6", "7", "9"]).faults
    assert (fault.row, fault.value) == (2, "7")
    assert "grades 1 to 6" in fault.problem.en


def test_the_bell_must_come_before_dismissal():
    faulty = schools(bell=["17:00", "8:00"], dismissal=["16:30", "8:00"])
    assert [(fault.row, fault.value) for fault in faulty.faults] == [(2, "17:00"), (3, "08:00")]


def test_grades_of_a_school_follow_its_kind_where_they_are_not_given():
    reading = schools(
        first_grade=[None, None], last_grade=[None, None], kind=["幼儿园", "九年一贯"]
    )
    assert reading.columns["first_grade"] == [0, 1]
    assert reading.columns["last_grade"] == [0, 9]
    assert any("2 school(s) give no grades" in note.en for note in reading.notes)


def test_one_grade_given_is_kept():
    """A primary school to grade 5, and one from grade 2."""
    reading = schools(first_grade=[None, "2"], last_grade=["5", None], kind=["小学", "小学"])
    assert reading.columns["first_grade"] == [1, 2]
    assert reading.columns["last_grade"] == [5, 6]


def test_the_kind_of_a_school_follows_its_grades_where_it_is_not_given():
    reading = schools(first_grade=["7", "1"], last_grade=["9", "9"], kind=[None, None])
    assert reading.columns["kind"] == ["junior", "nine_year"]


def test_grades_in_the_wrong_order_are_a_fault():
    assert places(schools(first_grade=["6", "7"], last_grade=["1", "9"])) == [(2, "first_grade")]


@pytest.mark.parametrize(
    ("seats", "pupils", "fits"),
    [
        ("36", "34", True),
        ("36", "35", False),
        ("40", "38", True),
        ("41", "38", True),
        ("41", "39", False),
    ],
)
def test_seats_for_pupils_leave_room_for_driver_and_attendants(seats, pupils, fits):
    """36 less driver and one attendant is 34; above 40 seats a second attendant: 41 - 3 = 38."""
    reading = buses(seats=[seats, "19"], pupil_seats=[pupils, None])
    assert (reading.faults == ()) is fits


def test_keys_like_identity_numbers_are_told():
    """A well-formed date of birth in the middle; the second is no date."""
    reading = students(student_id=["371502201501011234", "371502201599011234", "c", "d"])
    (note,) = identity_notes(reading)
    assert "1 value(s)" in note.en


def test_hostile_text_is_carried_as_it_is():
    hostile = ["=HYPERLINK(1)", "<script>${x}</script>"]
    reading = schools(name=hostile, town=["{{7*7}}", "`\\x3c`"])
    assert reading.faults == ()
    assert reading.columns["name"] == hostile
    assert reading.columns["town"] == ["{{7*7}}", "`\\x3c`"]


def test_braces_in_a_faulty_cell_do_not_break_the_message():
    (fault,) = students(grade=["{0}{x!r}", "6", "7", "9"]).faults
    assert "{0}{x!r}" in fault.say("en")
    assert "{0}{x!r}" in fault.say("zh")
