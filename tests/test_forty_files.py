"""Faults 13 to 24 of the forty: what is in the cells, and what is done to the files."""

import errno
import gzip
import io
import os
import zipfile

import pandas as pd
import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, frame, write_county, write_csv
from forty import command, look, only_fault, survives
from payloads import EVERYTHING
from plan_by_hand import gridtown
from terrible_county import to_gcj02

from routing.inputs import read_district


@pytest.fixture
def county(tmp_path):
    return write_county(tmp_path / "county")


@survives(
    13, "a whole file in GCJ-02, declared nowhere", "整个文件为GCJ-02坐标且未声明", "E",
    "It stops with a question, and the offsets from the roads under each system.",
    "停止并提问，列出各坐标系下到道路的实测偏移。",
)  # fmt: skip
def test_a_file_in_another_system_stops_with_a_question(small_county, tmp_path):
    folder = tmp_path / "county"
    folder.mkdir()
    for path in small_county.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    students = pd.read_csv(folder / "students.csv", dtype=str)
    lon, lat = to_gcj02(students["经度"].astype(float), students["纬度"].astype(float))
    moved = students.assign(经度=lon.round(6), 纬度=lat.round(6))
    moved.to_csv(folder / "students.csv", index=False)
    faults = [fault for fault in look(folder).faults if fault.file == "students.csv"]
    assert any("GCJ-02" in fault.say("en") and "GCJ-02" in fault.say("zh") for fault in faults)
    assert command("check-inputs", folder)[0] == 3


@survives(
    14, "a point outside the county", "点位在县域之外", "E",
    "The row is named, with the box of the roads.", "指出所在行及路网范围。",
)  # fmt: skip
def test_a_point_outside_the_county_is_named(county):
    homes = [{**STUDENTS[0], "lon": 117.5}, *STUDENTS[1:]]
    write_csv(county, "students", homes)
    fault = only_fault(county)
    assert (fault.file, fault.row) == ("students.csv", 2)
    assert "116.1" in fault.problem.en


@survives(
    15, "200 pupils at one point, a geocoder's default", "200名学生在同一点（地理编码默认点）", "W",
    "It goes on; the point is listed as suspicious.", "继续运行，该点列入存疑清单。",
)  # fmt: skip
def test_a_geocoders_default_is_suspicious(county):
    crowd = [{**STUDENTS[0], "student_id": f"x{n}"} for n in range(200)]
    write_csv(county, "students", [*STUDENTS, *crowd])
    told = look(county)
    assert told.faults == ()
    assert "20" in told.en
    assert "point" in told.en
    assert told.zh


@survives(
    16, "a school that is not in the list", "学校名称不在学校表中", "E",
    "The row is named, with the nearest school.", "指出所在行，并给出最接近的学校。",
)  # fmt: skip
def test_an_unknown_school_comes_with_the_nearest(county):
    write_csv(county, "students", [{**STUDENTS[0], "school_id": "唐邑镇中心小学"}, *STUDENTS[1:]])
    fault = only_fault(county)
    assert (fault.row, fault.value) == (2, "唐邑镇中心小学")
    assert "001 (堂邑镇中心小学)" in fault.remedy.en


@survives(
    17, "grades in words", "年级写作“五年级”“初一”等", "W",
    "They are read; what was read in an unusual way is listed.", "正常识别，并列出转换情况。",
)  # fmt: skip
def test_grades_in_words_are_read(county):
    words = ("一年级", "G6", "初一", "九年级")
    rows = [{**row, "grade": word} for row, word in zip(STUDENTS, words, strict=True)]
    write_csv(county, "students", rows)
    told = look(county)
    assert told.faults == ()
    assert read_district(county, cache=False).students["grade"].tolist() == [1, 6, 7, 9]
    assert "grade" in told.en


@survives(
    18, "a name that is a formula", "名称为公式（如=HYPERLINK）", "W",
    "It is kept as text, and written to workbooks as text.", "按文字保存，写入工作簿时仍为文字。",
)  # fmt: skip
def test_a_formula_stays_text_from_file_to_workbook(county, tmp_path):
    import openpyxl

    name = '=HYPERLINK("http://127.0.0.1/","open")'
    write_csv(county, "schools", [{**SCHOOLS[0], "name": name}, SCHOOLS[1]])
    assert look(county).faults == ()
    code, said = command("plan", county, "--out", tmp_path / "run", "--rounds", 0, "-q")
    assert code in {0, 5}, said
    book = openpyxl.load_workbook(tmp_path / "run" / "plan.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == name for cell in cells)
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


@survives(
    19, "markup, templates and scripts in a name", "名称含<script>、${}、{{}}、反引号等", "R",
    "The name is shown as it was written.", "按原文显示。",
)  # fmt: skip
def test_markup_is_shown_as_it_was_written(county, tmp_path):
    write_csv(county, "schools", [{**SCHOOLS[0], "name": EVERYTHING}, SCHOOLS[1]])
    assert look(county).faults == ()
    code, said = command("plan", county, "--out", tmp_path / "run", "--rounds", 0, "-q")
    assert code in {0, 5}, said
    for page in ("index.html", "report.html"):
        html = (tmp_path / "run" / page).read_text("utf-8")
        assert "window.fired" in html
        assert "<img src=x" not in html
        assert "<script>window.fired" not in html
        assert "{{ cycler" not in html.replace("\\u007b", "{") or "__globals__" in html


@survives(
    20, "a table of pupils without a row", "学生表没有数据行", "E",
    "The table is named; no empty map is drawn.", "指出该表，不生成空地图。",
)  # fmt: skip
def test_no_pupils_no_map(county, tmp_path):
    (county / "students.csv").write_text("student_id,school_id,grade,lon,lat\n", "utf-8")
    assert only_fault(county).file == "students.csv"
    assert command("plan", county, "--out", tmp_path / "run", "-q")[0] == 3
    assert not (tmp_path / "run").exists()


@survives(
    21, "more rows than are read", "行数超过上限", "E",
    "It stops before the cells are looked at, and says how many rows are read.",
    "在检查单元格之前停止，并说明可读的行数。",
)  # fmt: skip
def test_a_row_too_many_is_refused(county):
    lines = ["student_id,school_id,grade,lon,lat", *(f"p{n},001,1,116.05,36.45" for n in range(100_001))]  # fmt: skip
    (county / "students.csv").write_text("\n".join(lines), "utf-8")
    fault = only_fault(county)
    assert "100,000" in fault.problem.en or "100000" in fault.problem.en


@survives(
    22, "a file that unpacks to a thousand times its size", "解压炸弹（zip、gzip）", "E",
    "It is refused by its size and ratio before it is read.", "在读取前按大小和压缩比拒绝。",
)  # fmt: skip
def test_a_bomb_is_refused_unread(county):
    (county / "students.csv").unlink()
    with zipfile.ZipFile(county / "students.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 30_000_000)
    assert only_fault(county).file == "students.xlsx"
    (county / "students.xlsx").unlink()
    write_csv(county, "students", STUDENTS)
    (county / "roads.osm.pbf").unlink()
    with gzip.open(county / "roads.osm.gz", "wb") as packed:
        for _ in range(80):
            packed.write(b" " * 2**20)
    assert only_fault(county).file == "roads.osm.gz"


@survives(
    23, "a file that is open in Excel or WPS", "文件正在Excel或WPS中打开", "E",
    "The file is named, with the advice to close it.", "指出该文件，提示先关闭。",
)  # fmt: skip
def test_a_locked_file_is_to_be_closed(county, monkeypatch):
    real = io.open

    def locked(file, *words, **more):
        if str(file).endswith("students.csv"):
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return real(file, *words, **more)

    monkeypatch.setattr(io, "open", locked)
    fault = only_fault(county)
    assert fault.file == "students.csv"
    assert "Close it in Excel or WPS" in fault.remedy.en


@survives(
    24, "a full disk or a read-only folder while writing", "写入时磁盘已满或文件夹只读", "E",
    "The file is named (exit code 1); what was there before is unchanged, and nothing half is left.",
    "指出该文件（退出码1）；原有文件不变，不留下残缺文件。",
)  # fmt: skip
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    from routing.errors import RoutingError
    from routing.outputs.maps import write_map

    page = tmp_path / "index.html"
    page.write_text("old", "utf-8")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RoutingError) as caught:
        write_map(gridtown(), page)
    assert "room on the disk" in caught.value.say("en")
    assert "磁盘" in caught.value.say("zh")
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert page.read_text("utf-8") == "old"


def test_the_county_itself_has_no_fault(county):
    assert look(county).faults == ()
    assert (len(frame(BUS_TYPES)), len(frame(SCHOOLS))) == (2, 2)
