"""Tests of tables as offices send them: several sheets and files, two-row headers, old formats."""

import warnings
import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import xlwt
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, frame, geo, street, write_csv, write_roads

from routing.inputs import check_inputs, make_district, read_district
from routing.inputs.folder import look_into
from routing.inputs.heading import find_heading
from routing.inputs.joining import read_parts
from routing.inputs.naming import name_table
from routing.inputs.opening import Place, read_sheets
from routing.inputs.reading import read_table
from routing.tables import BUS_TYPES as BUSES
from routing.tables import SCHOOLS as SCHOOL_TABLE
from routing.tables import STUDENTS as PUPILS

HEAD = ["学号", "就读学校", "年级", "经度", "纬度"]
ROWS = {
    "堂邑": [["a", "001", "1", 116.05, 36.45], ["b", "001", "6", 116.09, 36.49]],
    "沙镇": [["c", "002", "7", 116.01, 36.41]],
}


def write_book(path, sheets, merges=()):
    """Write sheets (name -> rows) as a workbook; merge ranges of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cells in merges:
        book.worksheets[0].merge_cells(cells)
    book.save(path)
    return path


def read(path, table=PUPILS):
    """Return all sheets of one file as one reading."""
    return read_parts(read_sheets(Place(path), table), table)


def county(folder, students=True):
    """Write a county without, or with, its students."""
    folder.mkdir(exist_ok=True)
    write_csv(folder, "schools", SCHOOLS)
    write_csv(folder, "bus_types", BUS_TYPES)
    if students:
        write_csv(folder, "students", STUDENTS)
    write_roads(folder)
    return folder


# two rows of header


def test_a_group_over_its_columns_gives_both_names():
    grid = [
        ["全县学生花名册"],
        ["学校", None, "学生", None, "家庭", None],
        ["编号", "经度", "编号", "年级", "经度", "纬度"],
        ["001", 116.0, "a", 3, 116.05, 36.45],
    ]
    heading = find_heading(grid, PUPILS)
    assert heading.names == (
        "学校 编号",
        "学校 经度",
        "学生 编号",
        "年级",
        "家庭 经度",
        "家庭 纬度",
    )
    assert heading.last == 2


def test_the_point_of_the_school_is_not_taken_for_the_home():
    """Only the school has coordinates: no column of the home is found."""
    grid = [["学校", None, None, "学生", None], ["编号", "经度", "纬度", "编号", "年级"]]
    names = find_heading(grid, PUPILS).names
    assert names[1:3] == ("学校 经度", "学校 纬度")


def test_merged_headers_of_two_rows_are_read_with_the_rows_of_excel(tmp_path):
    rows = [
        ["某县2026年秋季学生信息"], [],
        ["学号", "就读学校", "年级", "家庭位置", None, "寄宿"], [None, None, None, "经度", "纬度", None],
        ["a", "001", "五年级", 116.05, 36.45, "否"], ["b", "001", "九", 116.09, 36.49, "也许"],
        ["合计", 2],
    ]  # fmt: skip
    merges = ["A1:F1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4"]
    reading = read(write_book(tmp_path / "学生.xlsx", {"Sheet1": rows}, merges))
    assert reading.columns["student_id"] == ["a", "b"]
    assert reading.points.lon.tolist() == [116.05, 116.09]
    assert [(fault.row, fault.value) for fault in reading.faults] == [(6, "也许")]


def test_a_title_or_a_first_record_is_no_second_row_of_header():
    assert find_heading([["学生表"], HEAD, ["a", "001"]], PUPILS).names == tuple(HEAD)
    assert find_heading([["填表单位", "教育局"], HEAD, ["a", "001"]], PUPILS).names == tuple(HEAD)
    assert find_heading([HEAD, ["a", "学校", 1, None, None]], PUPILS).last == 0


def test_headers_repeated_on_each_page_are_passed_over(tmp_path):
    rows = [HEAD, ROWS["堂邑"][0], HEAD, ROWS["堂邑"][1]]
    reading = read(write_book(tmp_path / "学生.xlsx", {"a": rows}))
    assert reading.rows == (2, 4)
    assert any("row(s) 3" in note.en for note in reading.notes)


def test_cells_merged_downwards_hold_for_each_row_but_counts_do_not(tmp_path):
    """One school over two pupils; one number of pupils over two rows stays with the first."""
    rows = [
        [*HEAD, "人数"], ["a", "001", 1, 116.05, 36.45, 4], ["b", None, 6, 116.09, 36.49, None],
    ]  # fmt: skip
    reading = read(write_book(tmp_path / "学生.xlsx", {"a": rows}, ["B2:B3", "F2:F3"]))
    assert reading.columns["school_id"] == ["001", "001"]
    assert reading.columns["n_students"] == [4, None]
    told = " ".join(note.en for note in reading.notes)
    assert "each of their rows: 就读学校" in told
    assert "first row only: 人数" in told


# several sheets


def test_a_sheet_for_each_school_is_one_table(tmp_path):
    sheets = {name: [HEAD, *rows] for name, rows in ROWS.items()}
    path = write_book(tmp_path / "学生.xlsx", {"说明": [["每校一表"]], **sheets})
    reading = read(path)
    assert reading.columns["student_id"] == ["a", "b", "c"]
    assert reading.rows == (2, 3, 2)
    assert any("说明" in note.en and "not read" in note.en for note in reading.notes)
    fault = reading.fault(2, "grade", reading.notes[0], reading.notes[0])
    assert (fault.file, fault.row) == ("学生.xlsx [沙镇]", 2)


def test_sheets_of_one_table_may_have_their_columns_in_another_order(tmp_path):
    turned = [HEAD[::-1], *[row[::-1] for row in ROWS["沙镇"]]]
    path = write_book(tmp_path / "学生.xlsx", {"一": [HEAD, *ROWS["堂邑"]], "二": turned})
    assert read(path).columns["grade"] == [1, 6, 7]


def test_a_summary_sheet_is_not_read_with_them(tmp_path):
    summary = [["学校", "人数"], ["001", 2]]
    path = write_book(tmp_path / "学生.xlsx", {"汇总": summary, "一": [HEAD, *ROWS["堂邑"]]})
    reading = read(path)
    assert reading.columns["student_id"] == ["a", "b"]
    assert any("汇总" in note.en for note in reading.notes)


def test_a_hidden_sheet_is_not_read(tmp_path):
    path = write_book(tmp_path / "学生.xlsx", {k: [HEAD, *rows] for k, rows in ROWS.items()})
    book = openpyxl.load_workbook(path)
    book["沙镇"].sheet_state = "hidden"
    book.save(path)
    assert read(path).columns["student_id"] == ["a", "b"]


def test_a_key_in_two_sheets_names_the_other_sheet_and_row(tmp_path):
    rows = {"一": [HEAD, *ROWS["堂邑"]], "二": [HEAD, ["b", "002", "7", 116.01, 36.41]]}
    (fault,) = read(write_book(tmp_path / "学生.xlsx", rows)).faults
    assert (fault.file, fault.row, fault.value) == ("学生.xlsx [二]", 2, "b")
    assert "学生.xlsx [一], row 3" in fault.problem.en


def test_faults_of_a_county_carry_file_sheet_and_row(tmp_path):
    folder = county(tmp_path / "c", students=False)
    rows = {"一": [HEAD, *ROWS["堂邑"]], "二": [HEAD, ["c", "002", "12", 116.01, 36.41]]}
    write_book(folder / "学生.xlsx", rows)
    (fault,) = check_inputs(folder, cache=False).faults
    assert (fault.file, fault.sheet, fault.row, fault.column) == ("学生.xlsx", "二", 2, "年级")


# several files


@pytest.mark.parametrize(
    ("stem", "table", "rest"),
    [
        ("students", "students", ""), ("students_01", "students", "01"),
        ("学生-堂邑小学", "students", "堂邑小学"), ("堂邑小学 学生名单", "students", "堂邑小学"),
        ("学生（沙镇）", "students", "沙镇"), ("bus_types_2", "bus_types", "2"),
        ("students (1)", "students", ""),
        ("road_edits", "road_edits", ""),
    ],
)  # fmt: skip
def test_what_a_stem_says(stem, table, rest):
    assert name_table(stem) == (table, rest)


@pytest.mark.parametrize(
    "stem",
    [
        "plan", "students_old", "学生_备份", "学生(备份)", "schools_students", "road_edits_2", "学生情况",
        "school_districts",
    ],
)  # fmt: skip
def test_what_a_stem_does_not_say(stem):
    assert name_table(stem) is None


def test_a_file_for_each_school_each_in_its_own_form_is_one_table(tmp_path):
    """CSV in GB18030, Excel with a title, and columns in another order."""
    folder = county(tmp_path / "c", students=False)
    text = "\n".join(",".join(map(str, row)) for row in [HEAD, *ROWS["堂邑"]])
    (folder / "学生_堂邑.csv").write_bytes(text.encode("gb18030"))
    turned = [["沙镇中学学生"], HEAD[::-1], *[row[::-1] for row in ROWS["沙镇"]]]
    write_book(folder / "学生_沙镇.xlsx", {"Sheet1": turned})
    district = read_district(folder, cache=False)
    assert district.students["student_id"].tolist() == ["a", "b", "c"]
    assert any("2 files or sheets were read together" in note.en for note in district.notes)


def test_a_folder_with_a_file_for_each_school_is_one_table(tmp_path):
    folder = county(tmp_path / "c", students=False)
    (folder / "学生").mkdir()
    for name, rows in ROWS.items():
        write_book(folder / "学生" / f"{name}.xlsx", {"Sheet1": [HEAD, *rows]})
    (folder / "学生" / "note.docx").write_bytes(b"")
    district = read_district(folder, cache=False)
    assert sorted(district.students["student_id"]) == ["a", "b", "c"]
    assert any("note.docx" in note.en for note in district.notes)


def test_a_fault_of_one_of_several_files_names_that_file_only(tmp_path):
    folder = county(tmp_path / "c", students=False)
    write_book(folder / "students_1.xlsx", {"a": [HEAD, *ROWS["堂邑"]]})
    write_book(folder / "students_2.xlsx", {"a": [HEAD, ["c", "009", "7", 117.5, 36.41]]})
    faults = check_inputs(folder, cache=False).faults
    assert {(fault.file, fault.row) for fault in faults} == {("students_2.xlsx", 2)}
    assert len(faults) == 2


def test_two_whole_files_of_one_table_stay_a_fault(tmp_path):
    folder = county(tmp_path / "c")
    write_book(folder / "学生.xlsx", {"a": [HEAD, *ROWS["堂邑"]]})
    (fault,) = look_into(folder).faults
    assert "several files" in fault.problem.en


def test_the_digest_covers_every_file(tmp_path):
    folder = county(tmp_path / "c", students=False)
    for at, rows in enumerate(ROWS.values()):
        write_csv(folder, f"students_{at}", [dict(zip(HEAD, row, strict=True)) for row in rows])
    before = read_district(folder, cache=False).digest
    other = [dict(zip(HEAD, ["z", "002", "8", 116.01, 36.41], strict=True))]
    write_csv(folder, "students_1", other)
    assert read_district(folder, cache=False).digest != before


def test_without_a_column_the_file_or_the_sheet_says_the_school(tmp_path):
    folder = county(tmp_path / "c", students=False)
    bare = [HEAD[:1] + HEAD[2:], *[row[:1] + row[2:] for row in ROWS["堂邑"]]]
    write_book(folder / "学生_堂邑镇中心小学.xlsx", {"Sheet1": bare})
    later = [["c", "7", 116.01, 36.41]]
    write_book(folder / "学生_其他.xlsx", {"说明": [["x"]], "堂邑中学": [bare[0], *later]})
    district = read_district(folder, cache=False)
    assert sorted(district.students["school_id"]) == ["001", "001", "002"]
    assert any("'堂邑中学', which was taken" in note.en for note in district.notes)


def test_a_number_in_the_name_is_no_school(tmp_path):
    bare = [HEAD[:1] + HEAD[2:], *[row[:1] + row[2:] for row in ROWS["堂邑"]]]
    path = write_book(tmp_path / "students_01.xlsx", {"Sheet1": bare})
    (fault,) = read(path).faults
    assert "no column" in fault.problem.en


# other formats


@pytest.mark.parametrize("suffix", ["tsv", "txt", "xlsm", "xls", "shp", "shp.zip"])
def test_further_formats_give_the_same_table(tmp_path, suffix):
    """As from a CSV: texts with leading zeros, clock times, points."""
    path, rows = tmp_path / f"schools.{suffix}", frame(SCHOOLS)
    if suffix in {"tsv", "txt"}:
        path.write_text(rows.to_csv(index=False, sep="\t"), encoding="utf-16")
    elif suffix == "xlsm":
        write_book(path, {"a": [list(rows.columns), *rows.to_numpy().tolist()]})
    elif suffix == "xls":
        write_xls(path, [list(rows.columns), *rows.to_numpy().tolist()])
    else:
        write_shape(tmp_path, suffix)
    reading = read(path, SCHOOL_TABLE)
    assert reading.faults == ()
    assert reading.columns["school_id"] == ["001", "002"]
    assert reading.columns["name"] == ["堂邑镇中心小学", "堂邑中学"]
    assert reading.columns["bell_s"] == [30_000, 28_800]
    assert reading.points.lon.round(9).tolist() == [116.02, 116.08]


def test_an_open_document_is_read(tmp_path):
    """Made by hand: LibreOffice writes such parts."""
    cells = "".join(
        "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        ) + "</table:table-row>"
        for row in [["车型编号", "核载人数"], ["大车", "３６"]]
    )  # fmt: skip
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(tmp_path / "车型.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", (
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        ))  # fmt: skip
        archive.writestr("content.xml", (
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="a">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        ))  # fmt: skip
    reading = read(tmp_path / "车型.ods", BUSES)
    assert (reading.faults, reading.columns["seats"]) == ((), [36])


def test_numbers_stored_as_text_and_long_ids_stay_whole(tmp_path):
    """Text, full-width text and a number; 18 digits as text."""
    rows = [["车型编号", "核载人数"], ["371502200001011234", "36"], ["小", "１９"], [7, 20]]
    for name in ("bus_types.xlsx", "bus_types.xls"):
        path = tmp_path / name
        write_xls(path, rows) if name.endswith("xls") else write_book(path, {"a": rows})
        reading = read(path, BUSES)
        assert reading.faults == ()
        assert reading.columns["bus_type_id"] == ["371502200001011234", "小", "7"]
        assert reading.columns["seats"] == [36, 19, 20]


def write_xls(path, rows):
    """Write rows as an old Excel workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(at, column, cell)
    book.save(str(path))


def write_shape(folder, suffix="shp", encoding="GBK", cpg=None, **changes):
    """Write the schools as a Shapefile in an encoding, with a .cpg of one's own or none."""
    inner = folder / "inner"
    inner.mkdir()
    named = geo(SCHOOLS, **changes).rename(columns={"dismissal": "放学时间", "bell": "上课时间"})
    with warnings.catch_warnings(action="ignore"):
        named.to_file(inner / "schools.shp", encoding=encoding)
    (inner / "schools.cpg").unlink()
    if cpg:
        (inner / "schools.cpg").write_text(cpg)
    files = sorted(inner.iterdir())
    if suffix == "shp":
        for path in files:
            path.rename(folder / path.name)
        return folder / "schools.shp"
    with zipfile.ZipFile(folder / "schools.shp.zip", "w") as archive:
        for path in files:
            archive.write(path, f"导出/schools{path.suffix}")
    return folder / "schools.shp.zip"


@pytest.mark.parametrize(
    ("encoding", "cpg", "told"),
    [("GBK", None, "GB18030"), ("GBK", "UTF-8", "GB18030"), ("GBK", "936", "GBK"),
     ("UTF-8", None, None), ("UTF-8", "UTF-8", None)],
)  # fmt: skip
def test_the_encoding_of_a_shapefile_is_what_fits(tmp_path, encoding, cpg, told):
    path = write_shape(tmp_path, encoding=encoding, cpg=cpg)
    reading = read(path, SCHOOL_TABLE)
    assert reading.faults == ()
    assert reading.columns["name"] == ["堂邑镇中心小学", "堂邑中学"]
    assert [note.en for note in reading.notes] == (
        [f"schools.shp: read as {told}."] if told else []
    )


def test_names_that_the_format_cuts_are_known(tmp_path):
    """first_grade and last_grade: the first is cut to ten signs."""
    path = write_shape(tmp_path)
    assert "first_grad" in gpd.read_file(path, encoding="gbk").columns
    assert read(path, SCHOOL_TABLE).columns["first_grade"] == [1, 7]


def test_the_files_beside_a_shapefile_are_its_own(tmp_path):
    folder = county(tmp_path / "c")
    (folder / "schools.csv").unlink()
    write_shape(folder)
    held = look_into(folder)
    assert (held.faults, held.notes) == ((), ())
    assert {path.suffix for path in held.files} >= {".shp", ".dbf", ".shx", ".prj"}
    assert len(read_district(folder, cache=False).schools) == 2


def test_a_shapefile_without_a_system_is_a_fault_unless_the_planner_declares_it(tmp_path):
    folder = county(tmp_path / "c")
    (folder / "schools.csv").unlink()
    write_shape(folder).with_suffix(".prj").unlink()
    (fault,) = check_inputs(folder, cache=False).faults
    assert "coordinate system" in fault.problem.en
    (folder / "county.toml").write_text('[coordinates]\nschools = "WGS-84"\n')
    assert check_inputs(folder, cache=False).faults == ()


def test_geojson_in_gb18030_is_read(tmp_path):
    path = tmp_path / "schools.geojson"
    path.write_bytes(geo(SCHOOLS).to_json(ensure_ascii=False).encode("gb18030"))
    assert read(path, SCHOOL_TABLE).columns["name"][0] == "堂邑镇中心小学"


# unknown columns


def test_unknown_columns_are_kept_as_text_and_named(tmp_path):
    rows = [dict(row, 备注="<b>", Note=7) for row in BUS_TYPES]
    write_csv(tmp_path, "bus_types", [*rows[:1], dict(rows[1], note="x")])
    reading = read_table(read_sheets(Place(tmp_path / "bus_types.csv"), BUSES)[0], BUSES)
    assert reading.others == {
        "other:备注": ["<b>", "<b>"], "other:Note": ["7", "7"], "other:note 2": [None, "x"],
    }  # fmt: skip
    assert any("备注, Note, note" in note.en for note in reading.notes)


def test_unknown_columns_of_personal_values_are_not_kept(tmp_path):
    sheet = read_sheets(Place(write_csv(tmp_path, "bus_types", [
        dict(row, 备注="13800138000") for row in BUS_TYPES
    ])), BUSES)[0]  # fmt: skip
    assert read_table(sheet, BUSES).others == {}


def test_unknown_columns_of_several_files_stand_beside_their_rows(tmp_path):
    for name, extra in (("a", {"线路": "1"}), ("b", {"班": "2"})):
        write_csv(tmp_path, f"bus_types_{name}", [dict(BUS_TYPES[0], bus_type_id=name, **extra)])
    places = look_into(tmp_path).places["bus_types"]
    reading = read_parts([read_sheets(place, BUSES)[0] for place in places], BUSES)
    assert reading.others == {"other:线路": ["1", None], "other:班": [None, "2"]}


def test_a_district_keeps_them_after_the_columns_of_the_schema():
    students = frame(STUDENTS, 备注=["甲", None, "丙", ""])
    district = make_district(frame(SCHOOLS), students, frame(BUS_TYPES), street())
    assert district.students.columns[-1] == "other:备注"
    assert district.students["other:备注"].tolist() == ["甲", None, "丙", None]
    assert isinstance(district.students, pd.DataFrame)
