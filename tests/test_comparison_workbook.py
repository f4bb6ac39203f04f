"""The comparison's workbook says what the tables say; outside, nothing of single pupils."""

from dataclasses import replace

import openpyxl
import pytest
from compare_by_hand import alternative
from plan_by_hand import gridtown

from routing.compare import compare_plans
from routing.errors import RoutingError
from routing.outputs.comparison import write_comparison

PAYLOADS = ("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "http://evil.example/", "+cmd|' /C calc'!A0")  # fmt: skip


@pytest.fixture(scope="module")
def compared():
    return compare_plans({"now": gridtown(), "then": alternative()})


def read(path):
    """Sheets as lists of rows of values."""
    book = openpyxl.load_workbook(path)
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def column(rows, head):
    place = rows[0].index(head)
    return [row[place] for row in rows[1:]]


def test_the_sheets_are_there_in_both_languages(compared, tmp_path):
    path = tmp_path / "compared.xlsx"
    names = ["about", "headline", "equity", "groups", "hardship", "watch list"]
    assert list(read(write_comparison(compared, path))) == names
    zh = read(write_comparison(compared, path, lang="zh"))
    assert list(zh) == ["说明", "总览", "公平性", "分组", "受影响学生", "关注名单"]
    assert "更换学校学生数" in column(zh["总览"], "指标")
    assert list(read(write_comparison(compared, path, privacy="public"))) == names[:-1]


def test_the_headline_has_a_column_for_each_plan(compared, tmp_path):
    """d changes school; 4 without a way; worst 5 % 2000 s are 33.4 minutes, rounded up."""
    rows = read(write_comparison(compared, tmp_path / "c.xlsx"))["headline"]
    assert rows[0][:4] == ("figure", "now", "then", "unit")
    told = {row[0]: row[1:4] for row in rows[1:]}
    assert told["pupils who change school"] == (0, 1, "students")
    assert told["without a way"] == (2, 4, "students")
    assert told["worst 5 %, mean"] == (33.4, 50, "min")
    assert told["share beyond the limits"] == (12.5, 29.2, "%")
    assert all(row[4] and row[5] for row in rows[1:])


def test_inside_each_row_of_pupils_stands_with_its_loss(compared, tmp_path):
    sheets = read(write_comparison(compared, tmp_path / "c.xlsx"))
    hardship = sheets["hardship"]
    assert column(hardship, "student") == ["c", "d", "b", "a"]
    assert column(hardship, "minutes more") == [None, 33.4, 25, 10]
    assert column(hardship, "school then")[1] == "Gridtown Junior"
    assert column(sheets["watch list"], "student") == ["c", "d", "b", "g", "i"]
    new = column(sheets["watch list"], "of these new")
    assert new[0] == "no way arranged"
    assert new[3] == ""


def test_outside_no_pupil_and_no_small_group_stands_anywhere(compared, tmp_path):
    """Every count of students is 0, hidden, or at least five; no key of a pupil is there."""
    sheets = read(write_comparison(compared, tmp_path / "c.xlsx", privacy="public"))
    assert all("student" not in rows[0] for rows in sheets.values())
    cells = {cell for rows in sheets.values() for row in rows[1:] for cell in row}
    assert not cells & set("abcdefghij")
    counts = ("students", "change school", "better off", "worse off", "a limit broken")
    for head in counts:
        numbers = [cell for cell in column(sheets["groups"], head) if not isinstance(cell, str)]
        assert all(number == 0 or number >= 5 for number in numbers)
    assert column(sheets["hardship"], "students") == [5, "<5"]
    of_students = [row for row in sheets["headline"][1:] if row[3] == "students"]
    known = [cell for row in of_students for cell in row[1:3] if not isinstance(cell, str)]
    assert all(number == 0 or number >= 5 for number in known)
    assert "<5" in sheets["about"][1][1]


def test_the_rows_of_groups_add_up_inside(compared, tmp_path):
    groups = read(write_comparison(compared, tmp_path / "c.xlsx"))["groups"]
    sums = {}
    for by, n in zip(column(groups, "by"), column(groups, "students"), strict=True):
        sums[by] = sums.get(by, 0) + n
    assert set(sums.values()) == {25}


def test_what_comes_from_data_is_text_and_never_a_formula(tmp_path):
    """Names of plans, schools and villages, and keys of pupils."""
    plan = gridtown()
    for payload in PAYLOADS:
        students = plan.district.students.assign(village=payload)
        schools = plan.district.schools.assign(name=[payload, payload])
        hostile = replace(plan, district=replace(plan.district, students=students, schools=schools))
        later = alternative()
        compared = compare_plans({"now": hostile, payload: later})
        book = openpyxl.load_workbook(write_comparison(compared, tmp_path / "c.xlsx"))
        cells = [cell for page in book for row in page.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)
        assert payload in {cell.value for cell in cells}


def test_a_plan_named_like_a_head_keeps_its_column(tmp_path):
    compared = compare_plans({"unit": gridtown(), "figure": alternative()})
    rows = read(write_comparison(compared, tmp_path / "c.xlsx"))["headline"]
    assert rows[0][:4] == ("figure", "unit", "figure", "unit")
    told = {row[0]: row[1:4] for row in rows[1:]}
    assert told["without a way"] == (2, 4, "students")


def test_the_present_alone_has_empty_lists(tmp_path):
    sheets = read(write_comparison(compare_plans({"now": gridtown()}), tmp_path / "c.xlsx"))
    assert len(sheets["headline"]) > 20
    assert len(sheets["hardship"]) == 1


def test_a_word_that_is_no_privacy_is_refused_and_nothing_is_written(compared, tmp_path):
    path = tmp_path / "c.xlsx"
    with pytest.raises(RoutingError, match="privacy"):
        write_comparison(compared, path, privacy="secret")
    assert not path.exists()
