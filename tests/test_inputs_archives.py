"""Tests of packed files that would fill the memory: refused before anything is read."""

import struct
import zipfile

import openpyxl
import pytest

from routing.errors import RoadsError
from routing.inputs.archives import MAX_ENTRIES, zip_fault
from routing.inputs.opening import Place, read_sheets
from routing.inputs.workbooks import far_fault
from routing.roads import read_roads
from routing.tables import SCHOOLS, TRANSIT


def packed(path, entries, method=zipfile.ZIP_DEFLATED):
    """Write entries (name -> bytes) as an archive."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["schools.xlsx", "schools.xlsm", "schools.ods", "schools.shp.zip"])
def test_an_archive_that_grows_a_thousand_times_is_refused(tmp_path, name):
    """20 MB of zeros pack to 20 kB."""
    path = packed(tmp_path / name, {"content.xml": b"0" * 20_000_000})
    fault = zip_fault(path)
    assert "20 MB, 10" in fault.problem.en
    (sheet,) = read_sheets(Place(path), SCHOOLS)
    assert sheet.faults == (fault,)


def test_a_timetable_that_is_a_bomb_is_refused(tmp_path):
    path = packed(tmp_path / "gtfs.zip", {"stop_times.txt": b"0" * 20_000_000})
    (sheet,) = read_sheets(Place(path), TRANSIT)
    assert "was not opened" in sheet.faults[0].problem.en


def test_a_table_of_contents_that_lies_is_found(tmp_path):
    """20 MB that say they are 100 bytes: the sizes in both headers are written over."""
    path = packed(tmp_path / "schools.xlsx", {"xl/worksheets/sheet1.xml": b"0" * 20_000_000})
    true, false = struct.pack("<L", 20_000_000), struct.pack("<L", 100)
    content = path.read_bytes()
    assert content.count(true) == 2
    path.write_bytes(content.replace(true, false))
    assert "more than it says" in zip_fault(path).problem.en


def test_overlapping_entries_are_refused(tmp_path):
    """Two entries of the contents that share one kernel: the sizes add up to more than the file."""
    path = tmp_path / "schools.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.bin", b"x" * 5_000)
        for at in range(3):
            again = zipfile.ZipInfo(f"b{at}.bin")
            again.header_offset, again.file_size, again.compress_size = 0, 5_000, 5_000
            again.CRC = archive.infolist()[0].CRC
            archive.filelist.append(again)
    assert "overlap" in zip_fault(path).problem.en


def test_an_archive_in_an_archive_is_refused_where_maps_are_zipped(tmp_path):
    inner = packed(tmp_path / "inner.zip", {"a.txt": b"0"})
    path = packed(tmp_path / "schools.zip", {"a/inner.zip": inner.read_bytes(), "schools.shp": b""})
    assert "another archive" in zip_fault(path).problem.en


def test_too_many_entries_are_refused(tmp_path):
    path = packed(tmp_path / "a.xlsx", {f"{at}.txt": b"" for at in range(MAX_ENTRIES + 1)})
    assert f"{MAX_ENTRIES + 1} files" in zip_fault(path).problem.en


def test_parts_that_declare_entities_are_refused(tmp_path):
    """A billion laughs, in the XML of a workbook."""
    lines = ['<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9)]
    path = packed(
        tmp_path / "a.xlsx", {"xl/workbook.xml": "".join(lines).encode() + b"]><w>&a8;</w>"}
    )
    assert "entities" in zip_fault(path).problem.en


def test_a_long_comment_hides_no_entities(tmp_path):
    """A comment of 200 kB that looks like an element stands before the declaration."""
    hidden = b"<!-- <w> " + b"x" * 200_000 + b" --><!DOCTYPE w [<!ENTITY a 'ha'>]><w>&a;</w>"
    path = packed(tmp_path / "a.xlsx", {"xl/workbook.xml": hidden}, zipfile.ZIP_STORED)
    assert "entities" in zip_fault(path).problem.en
    plain = hidden.replace(b"<!DOCTYPE w [<!ENTITY a 'ha'>]>", b"")
    assert zip_fault(packed(tmp_path / "b.xlsx", {"xl/workbook.xml": plain})) is None


def test_a_strange_packing_is_refused(tmp_path):
    path = packed(tmp_path / "a.xlsx", {"a.xml": b"0" * 100}, zipfile.ZIP_LZMA)
    assert zip_fault(path) is not None


def test_a_usual_workbook_passes(tmp_path):
    """20,000 rows pack to about a tenth."""
    path = tmp_path / "schools.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("a")
    for row in range(20_000):
        sheet.append([f"S{row}", "堂邑镇中心小学", 116.02, 36.42])
    book.save(path)
    assert zip_fault(path) is None
    assert far_fault(path) is None


def test_an_open_document_with_repeats_without_end_is_not_laid_out(tmp_path):
    """One cell, repeated 16,384 times in a row that is repeated 1,048,576 times."""
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t"><table:table table:name="a">'
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
        "</table:table-cell></table:table-row></table:table></office:document-content>"
    )
    path = packed(tmp_path / "schools.ods", {"content.xml": content.encode()})
    (sheet,) = read_sheets(Place(path), SCHOOLS)
    assert "17179869184 cells" in sheet.faults[0].problem.en


def test_empty_rows_at_the_end_of_an_open_document_are_no_bomb(tmp_path):
    """LibreOffice fills each sheet to its last row with one empty row, repeated."""
    content = (
        '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string"/>'
        '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    assert far_fault(packed(tmp_path / "schools.ods", {"content.xml": content.encode()})) is None


def test_a_graph_that_declares_entities_without_end_is_refused(tmp_path):
    lines = ['<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a0 "hahahahahahahahaha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    path = tmp_path / "roads.graphml"
    path.write_text("".join(lines) + "]><graphml>&a9;</graphml>")
    with pytest.raises(RoadsError):
        read_roads(path, cache=False)
