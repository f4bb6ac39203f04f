"""Tests of routing.inputs.template."""

import openpyxl
import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, write_roads

from routing.errors import RoutingError
from routing.inputs import check_inputs, read_district, write_template
from routing.inputs.examples import is_example
from routing.inputs.headers import match_headers
from routing.inputs.reading import read_table
from routing.inputs.sheet import MAX_ROWS, cut_sheet
from routing.inputs.template import DICTIONARY, choice_words, header_names, sheet_name
from routing.inputs.values import Wrong, parse_text
from routing.tables import BUS_TYPES as BUS_TABLE
from routing.tables import SCHOOLS as SCHOOLS_TABLE
from routing.tables import STUDENTS as STUDENTS_TABLE
from routing.tables import TEMPLATE_TABLES


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sheet_for_every_table_and_one_that_explains(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    names = [sheet_name(table, lang) for table in TEMPLATE_TABLES]
    assert book.sheetnames == [*names, DICTIONARY.say(lang)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_header_of_the_template_is_understood(tmp_path, lang):
    """Each column of the schema is found again under the template's own headers."""
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    for table in TEMPLATE_TABLES:
        headers = [cell.value for cell in book[sheet_name(table, lang)][1]]
        match = match_headers(headers, table, "f")
        wanted = {column.name for column in table.planned} - {"geometry"}
        points = {"lon", "lat"} if any(c.kind == "point" for c in table.planned) else set()
        assert set(match.at) == wanted | points
        assert match.unknown == match.personal == ()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_dictionary_explains_every_header(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    rows = list(book[DICTIONARY.say(lang)].iter_rows(min_row=2, values_only=True))
    explained = [(row[0], row[1]) for row in rows]
    assert explained == [
        (sheet_name(table, lang), header)
        for table in TEMPLATE_TABLES
        for column in table.planned
        for header in header_names(column, lang)
    ]
    assert all(row[3] for row in rows)
    seats = next(row for row in rows if row[1] in {"seats", "核载人数"})
    assert seats[4] in {"yes", "是"}
    assert "56" in seats[5]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_template_is_three_empty_tables(tmp_path, lang):
    write_template(tmp_path / "county.xlsx", lang)
    write_roads(tmp_path)
    faults = check_inputs(tmp_path, cache=False).faults
    assert len(faults) == 3
    assert all("holds no" in fault.problem.en for fault in faults)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_template_filled_in_is_a_county(tmp_path, lang):
    """All tables in one workbook, in the columns of the template."""
    path = write_template(tmp_path / "county.xlsx", lang)
    book = openpyxl.load_workbook(path)
    for table, rows in zip(TEMPLATE_TABLES, (SCHOOLS, STUDENTS, BUS_TYPES), strict=False):
        sheet = book[sheet_name(table, lang)]
        names = [
            name for column in table.planned
            for name in (("lon", "lat") if column.kind == "point" else (column.name,))
        ]  # fmt: skip
        for row in rows:
            full = {**row, "bell_s": row.get("bell"), "dismissal_s": row.get("dismissal")}
            sheet.append([full.get(name) for name in names])
    book.save(path)
    write_roads(tmp_path)
    district = read_district(tmp_path, cache=False)
    assert district.schools["bell_s"].tolist() == [30_000, 28_800]
    assert district.students["student_id"].tolist() == ["a", "b", "c", "d"]
    assert len(district.parkings) == 0


def test_the_template_appears_whole_or_not_at_all(tmp_path):
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(RoutingError, match="cannot be written"):
        write_template(tmp_path / "file" / "county.xlsx")
    write_template(tmp_path / "county.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["county.xlsx", "file"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_table_has_an_example_row_that_fits_its_columns(tmp_path, lang):
    """Were it not an example, the row would be read without a fault of a cell."""
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    for table in TEMPLATE_TABLES:
        header, example = book[sheet_name(table, lang)].iter_rows(max_row=2, values_only=True)
        assert all(value is not None for value in example), table.name
        own = ["X1" if is_example(cell) else cell for cell in example]
        read = read_table(cut_sheet([list(header), own], table, "f"), table)
        assert read.faults == ()
        assert len(read.rows) == 1
        assert read.columns[table.key[0]][0] is not None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_examples_left_in_are_passed_over_with_a_note(tmp_path, lang):
    write_template(tmp_path / "county.xlsx", lang)
    write_roads(tmp_path)
    notes = [note.en for note in check_inputs(tmp_path, cache=False).notes]
    passed = [note for note in notes if "example row(s) were passed over (row(s) 2)" in note]
    assert len(passed) == len(TEMPLATE_TABLES)


def test_only_the_words_of_the_template_make_an_example():
    for key in ("EXAMPLE1", "example", "Example-2", "例1", "例", "示例 3", "ＥＸＡＭＰＬＥ１"):
        assert is_example(key), key
    for key in ("例庄1", "EXAMPLES", "Example School", "1例", "E1", "", None, 1, 2.0):
        assert not is_example(key), key


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_choices_flags_and_grades_have_drop_downs_whose_words_are_all_read(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    for table in TEMPLATE_TABLES:
        sheet = book[sheet_name(table, lang)]
        headers = [cell.value for cell in sheet[1]]
        rules = {
            headers[next(iter(rule.sqref.ranges)).min_col - 1]: rule
            for rule in sheet.data_validations.dataValidation
        }
        for column in table.planned:
            words = choice_words(column, lang)
            if not words:
                continue
            rule = rules[header_names(column, lang)[0]]
            assert rule.type == "list"
            assert rule.formula1.strip('"').split(",") == words
            assert next(iter(rule.sqref.ranges)).max_row == MAX_ROWS + 1
            assert not any(isinstance(parse_text(word, column), Wrong) for word in words)
        wanted = {c.kind for c in table.planned if choice_words(c, lang)}
        assert wanted <= {"choice", "flag", "whole"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_school_of_a_pupil_is_chosen_from_the_schools(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    students, schools = (sheet_name(table, lang) for table in (STUDENTS_TABLE, SCHOOLS_TABLE))
    sources = {rule.formula1 for rule in book[students].data_validations.dataValidation}
    assert f"'{schools}'!$A$2:$A$2000" in sources


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_header_says_meaning_and_unit_when_pointed_at(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    for table in TEMPLATE_TABLES:
        sheet = book[sheet_name(table, lang)]
        assert sheet.freeze_panes == "A2"
        comments = [cell.comment.text for cell in sheet[1]]
        for column, text in zip(
            (c for c in table.planned for _ in header_names(c, lang)), comments, strict=True
        ):
            assert column.meaning.say(lang) in text
        assert sheet["A2"].comment is not None
    seats = next(
        cell for cell in book[sheet_name(BUS_TABLE, lang)][1] if cell.value in {"seats", "核载人数"}
    )
    assert ("persons" if lang == "en" else "人") in seats.comment.text
    assert "56" in seats.comment.text


def test_the_dictionary_names_the_other_headers_that_are_read(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", "zh"))
    rows = list(book[DICTIONARY.zh].iter_rows(min_row=2, values_only=True))
    bell = next(row for row in rows if row[1] == "上课时间")
    assert "上学时间" in bell[6]
    lon = next(row for row in rows if row[1] == "经度")
    assert "lng" in lon[6]
