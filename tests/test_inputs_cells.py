"""Tests of routing.inputs.cells and routing.inputs.values."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.inputs.cells import clean, clean_cells, to_text
from routing.inputs.values import Wrong, parse_grade, parse_text, parse_texts, parse_time
from routing.tables import BUS_TYPES, INPUT_TABLES, SCHOOLS, STUDENTS


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1001.0, "1001"), ("007", "007"), ("371502200001011234", "371502200001011234"),
        (5, "5"), (np.int64(5), "5"), (np.float64(2.0), "2"), (0.5, "0.5"), (True, "true"),
        (np.bool_(False), "false"), (None, None), (float("nan"), None), ("", None),
        (pd.NA, None), (pd.NaT, None), (dt.time(8, 20), "08:20:00"),
        (dt.time(8, 19, 59, 999_999), "08:20:00"), (dt.timedelta(hours=8, minutes=20), "08:20:00"),
        (dt.datetime(2026, 9, 1, 8, 20), "2026-09-01 08:20:00"),
        (pd.Timestamp(2026, 9, 1, 8, 20), "2026-09-01 08:20:00"), (dt.date(2026, 9, 1), "2026-09-01"),
    ],
)  # fmt: skip
def test_every_cell_becomes_text_or_nothing(cell, text):
    assert to_text(cell) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("１２３", "123"), (" a ", "a"), ("\u3000学校\u3000", "学校"), ("a\u200bb", "ab"),
        ("\ufeffid", "id"), ("a\nb", "a b"), ("a\u202eb", "ab"), ("  ", None), ("\u200b", None),
        ("=1+1", "=1+1"), ("<b>{{x}}</b>", "<b>{{x}}</b>"), ("a\x00b", "a b"),
    ],
)  # fmt: skip
def test_full_width_and_hidden_characters_go(text, cleaned):
    assert clean(text) == cleaned


def test_repaired_cells_are_counted():
    """Two of five: the full-width one and the one with blanks; an empty one is no repair."""
    assert clean_cells(["１", " a", "b", None, "  "]) == (["1", "a", "b", None, None], 2)


@settings(deadline=None)
@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("5", 5), ("5.0", 5), ("五年级", 5), ("G5", 5), ("grade 5", 5), ("初一", 7), ("初三", 9),
        ("七年级", 7), ("初中二年级", 8), ("初中七年级", 7), ("小学五年级", 5), ("5年级2班", 5),
        ("五(2)班", 5), ("幼儿园", 0), ("大班", 0), ("学前班", 0), ("0", 0), ("9", 9),
    ],
)  # fmt: skip
def test_grades_are_read_in_every_spelling(text, grade):
    assert parse_grade(text) == grade


@pytest.mark.parametrize("text", ["高", "高一", "初四", "10", "-1", "5.5", "班", "2026", "十年级"])
def test_what_is_no_grade_of_the_nine_is_wrong(text):
    """Grade 10 and up, and 初四 of the 5-4 system, whose 初一 is grade 6."""
    assert isinstance(parse_grade(text), Wrong)


@pytest.mark.parametrize(
    ("text", "clock_s"),
    [
        ("08:20", 30_000), ("8:20:00", 30_000), ("8：20", None), ("0.347222222222222", 30_000),
        ("8点20分", 30_000), ("8时20分", 30_000), ("下午4:30", 59_400), ("4:30 PM", 59_400),
        ("12:10 am", 600), ("1899-12-31 08:20:00", 30_000), ("30000", 30_000), ("25:00", None),
        ("8", None), ("8.20", None), ("820", None), ("", None), ("99999", None),
    ],
)  # fmt: skip
def test_clock_times_are_seconds_after_midnight(text, clock_s):
    """08:20 is 8 x 3600 + 20 x 60 = 30,000 s; 0.3472 of a day is the same.

    A full-width colon is made an ordinary one before, by cleaning.
    """
    found = parse_time(text, seconds=True)
    assert found == clock_s or (clock_s is None and isinstance(found, Wrong))


def test_whole_seconds_are_a_time_only_where_the_name_says_so():
    assert isinstance(parse_time("30000"), Wrong)


@pytest.mark.parametrize("text", ["是", "yes", "Y", "TRUE", "1", "√", "住校"])
def test_yes_in_every_spelling(text):
    assert parse_text(text, STUDENTS["boards"]) is True


@pytest.mark.parametrize("text", ["否", "no", "N", "False", "0", "×", "走读"])
def test_no_in_every_spelling(text):
    assert parse_text(text, STUDENTS["boards"]) is False


@pytest.mark.parametrize(
    ("text", "column", "choice"),
    [
        ("小学", SCHOOLS["kind"], "primary"), ("九年一贯", SCHOOLS["kind"], "nine_year"),
        ("Nine Year", SCHOOLS["kind"], "nine_year"), ("教学点", SCHOOLS["kind"], "teaching_point"),
        ("无", STUDENTS["needs"], "none"), ("轮椅", STUDENTS["needs"], "wheelchair"),
        ("中小学生专用校车", BUS_TYPES["kind"], "nine_year"), ("小学生", BUS_TYPES["kind"], "primary"),
    ],
)  # fmt: skip
def test_choices_are_read_in_chinese_too(text, column, choice):
    assert parse_text(text, column) == choice


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("45人", BUS_TYPES["seats"]), ("45.5", BUS_TYPES["seats"]), ("1,200", SCHOOLS["n_meals"]),
        ("1_200", SCHOOLS["n_meals"]), ("nan", BUS_TYPES["yuan_per_km"]), ("57", BUS_TYPES["seats"]),
        ("inf", BUS_TYPES["yuan_per_km"]), ("-1", SCHOOLS["n_places"]), ("1e400", SCHOOLS["n_places"]),
        ("9" * 30, SCHOOLS["n_places"]), ("maybe", STUDENTS["boards"]), ("大学", SCHOOLS["kind"]),
        ("初中", BUS_TYPES["kind"]), ("#REF!", SCHOOLS["name"]), ("#N/A", STUDENTS["n_students"]),
        ("3.71502200001011e+17", STUDENTS["student_id"]), ("3.71502E+17", STUDENTS["student_id"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_column_is_wrong(text, column):
    wrong = parse_text(text, column)
    assert isinstance(wrong, Wrong)
    assert wrong.problem.en.endswith(".")
    assert wrong.problem.zh.endswith("。")


def test_whole_numbers_may_end_in_point_zero():
    assert parse_text("45.0", BUS_TYPES["seats"]) == 45


def test_wrong_cells_are_told_by_position():
    values, wrong = parse_texts(["8", None, "x", "9", "x"], BUS_TYPES["seats"])
    assert values == [8, None, None, 9, None]
    assert sorted(wrong) == [2, 4]


@settings(deadline=None)
@given(st.text(max_size=12).map(clean).filter(bool))
def test_no_text_breaks_a_parser(text):
    """Whatever stands in a cell, it is a value or it is wrong."""
    for table in INPUT_TABLES:
        for column in table.planned:
            if column.kind != "point":
                found = parse_text(text, column)
                assert isinstance(found, (str, int, float, bool, Wrong))
