"""Tests of routing.inputs.template."""

import openpyxl
import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, write_roads

from routing.inputs import check_inputs, read_district, write_template
from routing.inputs.headers import match_headers
from routing.inputs.template import DICTIONARY, header_names, sheet_name
from routing.tables import INPUT_TABLES


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sheet_for_every_table_and_one_that_explains(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    names = [sheet_name(table, lang) for table in INPUT_TABLES]
    assert book.sheetnames == [*names, DICTIONARY.say(lang)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_header_of_the_template_is_understood(tmp_path, lang):
    """Each column of the schema is found again under the template's own headers."""
    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", lang))
    for table in INPUT_TABLES:
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
        for table in INPUT_TABLES
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
    faults, _ = check_inputs(tmp_path, cache=False)
    assert len(faults) == 3
    assert all("holds no" in fault.problem.en for fault in faults)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_template_filled_in_is_a_county(tmp_path, lang):
    """All tables in one workbook, in the columns of the template."""
    path = write_template(tmp_path / "county.xlsx", lang)
    book = openpyxl.load_workbook(path)
    for table, rows in zip(INPUT_TABLES, (SCHOOLS, STUDENTS, BUS_TYPES), strict=False):
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
    with pytest.raises(OSError, match="nowhere"):
        write_template(tmp_path / "nowhere" / "county.xlsx")
    write_template(tmp_path / "county.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["county.xlsx"]
