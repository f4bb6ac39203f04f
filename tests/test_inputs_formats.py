"""Tests of the file readers: delimited, workbooks, formulas, layers."""

import contextlib
import datetime as dt
import json
import sqlite3
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from county_by_hand import SCHOOLS as ROWS
from county_by_hand import frame, geo
from pandas.testing import assert_frame_equal

from routing.inputs import delimited, opening, workbooks
from routing.inputs.frames import build_frame
from routing.inputs.opening import Place, read_sheets
from routing.inputs.reading import read_table
from routing.inputs.rules import check_schools
from routing.tables import BUS_TYPES, SCHOOLS, STUDENTS


def read(path, table=SCHOOLS):
    """Return the reading of one file."""
    return read_table(read_sheets(Place(path), table)[0], table)


def write_book(path, sheets):
    """Write sheets (name -> rows) as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_all_four_formats_give_the_same_table(tmp_path):
    """The same two schools from CSV, Excel, GeoPackage and GeoJSON."""
    rows = frame(ROWS)
    rows.to_csv(tmp_path / "schools.csv", index=False)
    write_book(
        tmp_path / "schools.xlsx", {"Sheet1": [list(rows.columns), *rows.to_numpy().tolist()]}
    )
    geo(ROWS).to_file(tmp_path / "schools.gpkg")
    geo(ROWS).to_file(tmp_path / "schools.geojson")
    frames = []
    for suffix in ("csv", "xlsx", "gpkg", "geojson"):
        reading = check_schools(read(tmp_path / f"schools.{suffix}"))
        assert reading.faults == ()
        frames.append(build_frame(reading))
    for other in frames[1:]:
        assert_frame_equal(frames[0], other)
    assert frames[0]["bell_s"].tolist() == [30_000, 28_800]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", None), ("utf-8-sig", None), ("gb18030", "GB18030"), ("gbk", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_separators_are_found(tmp_path, encoding, told, delimiter):
    path = tmp_path / "车型.csv"
    rows = (("车型编号", "核载人数"), ("大车", "36"), ('"小,车;型"', "19"))
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    reading = read(path, BUS_TYPES)
    assert reading.faults == ()
    assert reading.columns["bus_type_id"] == ["大车", "小,车;型"]
    assert reading.columns["seats"] == [36, 19]
    assert [told in note.en for note in reading.notes] == ([True] if told else [])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_in_a_character_names_the_byte(tmp_path, encoding):
    """The last character loses its last byte; the bad one begins right after the rest."""
    path = tmp_path / "车型.csv"
    whole = "车型编号,核载人数\n大车,36\n小车".encode(encoding)
    path.write_bytes(whole[:-1])
    (fault,) = read(path, BUS_TYPES).faults
    offset = len(whole) - len("车".encode(encoding)) + 1
    assert f"byte {offset} " in fault.problem.en
    assert fault.row == 3


def test_a_damaged_byte_in_the_middle_is_not_read_as_another_encoding(tmp_path):
    path = tmp_path / "学校.csv"
    path.write_bytes("学校编号,学校名称,经度,纬度\n".encode() + b"1,\xff\xfe,116,36\n")
    (fault,) = read(path).faults
    assert "UTF-8" in fault.problem.en


def test_row_numbers_count_blank_lines_and_line_breaks_in_quotes(tmp_path):
    """Rows as a spreadsheet shows them: header 1, a (two lines in one cell) 2, blank 3, b 4."""
    path = tmp_path / "bus_types.csv"
    path.write_text('bus_type_id,seats\n"a\nx",36\n\nb,99\n')
    reading = read(path, BUS_TYPES)
    assert reading.rows == (2, 4)
    assert [fault.row for fault in reading.faults] == [4]
    assert reading.columns["bus_type_id"] == ["a x", "b"]


def test_an_open_quote_is_a_fault(tmp_path):
    path = tmp_path / "bus_types.csv"
    path.write_text('bus_type_id,seats\na,36\n"b,19\nc,19\n')
    (fault,) = read(path, BUS_TYPES).faults
    assert fault.row == 3


def test_utf16_of_either_order_is_read():
    text = "年级,人数"
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert delimited.decode(mark + text.encode(encoding), "f").text == text


def test_excel_cells_keep_their_meaning(tmp_path):
    """Whole floats lose .0, times and day fractions are clock times, text keeps its zeros."""
    path = write_book(
        tmp_path / "schools.xlsx",
        {"Sheet1": [
            ["学校编号", "学校名称", "经度", "纬度", "上课时间", "放学时间", "规划保留"],
            [1001, "甲", 116.05, 36.45, dt.time(8, 20), 0.6875, True],
            ["007", "乙", "116.06", 36.46, dt.datetime(2026, 9, 1, 8, 20), "16:30", "否"],
            ["371502200001011234", "丙", 116.06, 36.46, dt.timedelta(hours=8), "16:30", None],
        ]},
    )  # fmt: skip
    reading = read(path)
    assert reading.faults == ()
    assert reading.columns["school_id"] == ["1001", "007", "371502200001011234"]
    assert reading.columns["bell_s"] == [30_000, 30_000, 28_800]
    assert reading.columns["dismissal_s"] == [59_400, 59_400, 59_400]
    assert reading.columns["protected"] == [True, False, None]


def test_the_row_of_a_fault_is_the_row_excel_shows(tmp_path):
    """A merged title above, a blank row, the header in row 4, the bad cell in row 6."""
    path = tmp_path / "车型.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "全县校车一览表"
    sheet.merge_cells("A1:B2")
    for at, row in enumerate((["车型编号", "核载人数"], ["大", 36], ["小", 99], ["合计", 135]), 4):
        for column, cell in enumerate(row, 1):
            sheet.cell(at, column, cell)
    book.save(path)
    reading = read(path, BUS_TYPES)
    assert [(fault.row, fault.value) for fault in reading.faults] == [(6, "99")]


def test_a_failed_formula_is_a_fault_and_not_an_empty_cell(tmp_path):
    """n_available may be empty, and then means no limit: #REF! must not mean that."""
    path = write_book(
        tmp_path / "bus_types.xlsx",
        {
            "Sheet1": [
                ["bus_type_id", "seats", "n_available"],
                ["a", 36, "#REF!"],
                ["b", 19, "=1+1"],
            ]
        },
    )
    reading = read(path, BUS_TYPES)
    assert [(fault.row, fault.value) for fault in reading.faults] == [
        (2, "#REF!"),
        (3, "#FORMULA!"),
    ]


def test_the_sheet_named_as_the_table_is_read_and_the_others_are_named(tmp_path):
    path = write_book(
        tmp_path / "bus_types.xlsx",
        {
            "old": [["bus_type_id", "seats"], ["x", 20]],
            "车型": [["bus_type_id", "seats"], ["a", 36]],
        },
    )
    reading = read(path, BUS_TYPES)
    assert reading.columns["bus_type_id"] == ["a"]
    assert reading.file == "bus_types.xlsx [车型]"
    assert "old" in reading.notes[0].en


def test_else_the_first_sheet_with_known_headers_is_read(tmp_path):
    path = write_book(
        tmp_path / "bus_types.xlsx",
        {"notes": [["see the next sheet"]], "Sheet2": [["bus_type_id", "seats"], ["a", 36]]},
    )
    assert read(path, BUS_TYPES).columns["seats"] == [36]


def test_a_workbook_without_cells_is_a_fault(tmp_path):
    (fault,) = read(write_book(tmp_path / "bus_types.xlsx", {"a": []}), BUS_TYPES).faults
    assert "no sheet with cells" in fault.problem.en


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 cut"])
def test_what_is_no_workbook_is_a_fault(tmp_path, content):
    path = tmp_path / "schools.xlsx"
    path.write_bytes(content)
    (fault,) = read(path).faults
    assert "workbook" in fault.problem.en


def test_a_workbook_that_would_unpack_without_end_is_not_opened(tmp_path):
    """20 MB of zeros pack to 20 kB: a thousand times."""
    path = tmp_path / "schools.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    (fault,) = read(path).faults
    assert "it was not opened" in fault.problem.en
    assert workbooks.sheet_names(path) == ()


def test_a_workbook_with_a_cell_far_out_is_not_opened(tmp_path):
    """One stray cell in the last corner would lay out 1,048,576 x 16,384 cells."""
    path = tmp_path / "schools.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "学校编号"
    book.active["XFD1048576"] = "x"
    book.save(path)
    (fault,) = read(path).faults
    assert "17179869184 cells" in fault.problem.en


def test_a_file_over_the_cap_is_not_opened(tmp_path):
    """A sparse file one byte over the cap."""
    path = tmp_path / "schools.csv"
    with path.open("wb") as file:
        file.truncate(opening.MAX_FILE_BYTES + 1)
    (fault,) = read(path).faults
    assert "200 MB" in fault.problem.en


def test_projected_points_are_turned_and_told(tmp_path):
    """CGCS2000 zone 39 (EPSG:4527) and back: the same degrees to a ten-millionth."""
    geo(ROWS).to_crs(4527).to_file(tmp_path / "schools.gpkg")
    reading = read(tmp_path / "schools.gpkg")
    assert reading.faults == ()
    assert np.allclose(reading.points.lon, [116.02, 116.08], atol=1e-7, rtol=0)
    assert "EPSG:4527" in reading.notes[0].en


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_points_without_a_declared_system_are_a_fault(tmp_path):
    geo(ROWS).set_crs(None, allow_override=True).to_file(tmp_path / "schools.gpkg")
    (fault,) = read(tmp_path / "schools.gpkg").faults
    assert "coordinate system" in fault.problem.en


def test_a_table_without_points_may_be_a_layer(tmp_path):
    import pyogrio

    rows = pd.DataFrame({"bus_type_id": ["a"], "seats": [36], "n_available": [np.nan]})
    pyogrio.write_dataframe(rows, tmp_path / "bus_types.gpkg", layer="车型")
    reading = read(tmp_path / "bus_types.gpkg", BUS_TYPES)
    assert (reading.faults, reading.columns["seats"]) == ((), [36])


def test_numbers_and_missing_geometries_of_geojson_are_read(tmp_path):
    """A number as key is text; a missing geometry of a home is no location."""
    features = [
        {"type": "Feature", "properties": {"学号": 7, "学校": "001", "年级": None if n else 3},
         "geometry": None if n else {"type": "Point", "coordinates": [116.05, 36.45]}}
        for n in range(2)
    ]  # fmt: skip
    path = tmp_path / "students.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    reading = read(path, STUDENTS)
    assert reading.columns["student_id"] == ["7", "7"]
    assert reading.columns["grade"] == [3, None]
    assert np.isnan(reading.points.lon).tolist() == [False, True]


@pytest.mark.parametrize("srs_id", [0, -1])
def test_an_undefined_system_is_none(tmp_path, srs_id):
    """What a GeoPackage calls undefined geographic (0) and undefined Cartesian (-1)."""
    path = tmp_path / "schools.gpkg"
    geo(ROWS).to_file(path)
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs_id,))
        base.execute("UPDATE gpkg_contents SET srs_id = ?", (srs_id,))
        base.commit()
    (fault,) = read(path).faults
    assert "coordinate system" in fault.problem.en


@pytest.mark.parametrize("name", ["schools.gpkg", "schools.geojson"])
@pytest.mark.parametrize("content", [b"", b"nothing", b'{"type": "FeatureCollection", "feat'])
def test_what_is_no_layer_is_a_fault(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    (fault,) = read(path).faults
    assert "cannot be read" in fault.problem.en
    assert str(tmp_path) not in fault.say()


def test_lines_and_areas_are_no_points(tmp_path):
    shapes = geo(ROWS).to_crs(4527).buffer(50).to_crs(4326)
    gpd.GeoDataFrame(frame(ROWS).drop(columns=["lon", "lat"]), geometry=shapes).to_file(
        tmp_path / "schools.gpkg"
    )
    faults = read(tmp_path / "schools.gpkg").faults
    assert [(fault.row, fault.value) for fault in faults] == [(2, "Polygon"), (3, "Polygon")]
