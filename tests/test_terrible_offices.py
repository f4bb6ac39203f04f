"""Twelve schools' spreadsheets, each in its own form: what can be read is read, the rest is told."""

import pytest
from forty import look
from terrible_offices import N_PUPILS, write_terrible_offices


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return look(write_terrible_offices(tmp_path_factory.mktemp("offices") / "county"))


def faults_of(told, number):
    return [fault for fault in told.faults if fault.file.startswith(f"学生-{number:02d}")]


@pytest.mark.parametrize("number", [1, 3, 4, 5, 7, 8])  # 2, 6, 9 to 12 below
def test_a_form_that_can_be_read_has_no_fault(told, number):
    """Encodings, titles, totals, words for grades, wide digits, an old workbook, two headers."""
    assert [fault.say("en") for fault in faults_of(told, number)] == []


def test_the_same_numbers_at_two_schools_are_told(told):
    """The second school numbers its pupils as the first does."""
    assert len(faults_of(told, 2)) == N_PUPILS
    assert all("学生-01.csv" in fault.problem.zh for fault in faults_of(told, 2))


def test_a_cut_file_is_named_by_its_byte(told):
    (fault,) = faults_of(told, 6)
    assert "byte" in fault.problem.en


def test_a_formula_without_a_result_is_no_number(told):
    assert {fault.row for fault in faults_of(told, 9)} >= {2, 3, 4}


def test_the_file_in_another_system_stops_with_a_question(told):
    assert any("GCJ-02" in fault.say("zh") for fault in faults_of(told, 11))


def test_names_and_phones_are_refused_as_columns(told):
    columns = {fault.column for fault in faults_of(told, 10)}
    assert columns & {"姓名", "家长电话", "身份证号"}
    everything = "".join(fault.say("zh") for fault in told.faults) + told.zh
    assert "13800000" not in everything
    assert "3715022015010112" not in everything


def test_wrong_grades_swapped_far_and_doubled_rows_are_told_by_row(told):
    rows = {fault.row for fault in faults_of(told, 12)}
    assert rows >= {2, 3, 4, 5, 6, 7, 9}


def test_every_fault_and_note_is_said_in_both_languages(told):
    assert all(fault.say("en").isprintable() and fault.say("zh").isprintable() for fault in told.faults)  # fmt: skip
    assert told.en
    assert told.zh
