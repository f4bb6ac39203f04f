"""Files that unpack without end, hold themselves, or ask for others: refused before they are read."""

import ast
import bz2
import gzip
import io
import lzma
import re
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, frame, write_county, write_csv
from forty import look

import routing

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha">{more}]>
<osm version="0.6"><node id="1" lat="36.4" lon="116.0"><tag k="name" v="&e30;"/></node></osm>
""".format(more="".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n > 1 else "&a;" * 10}">' for n in range(1, 31)))  # fmt: skip
THIEF = """<?xml version="1.0"?>
<!DOCTYPE osm [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<osm version="0.6"><node id="1" lat="36.4" lon="116.0"><tag k="name" v="&f;"/></node></osm>
"""


@pytest.fixture
def county(tmp_path):
    folder = write_county(tmp_path / "county")
    (folder / "students.csv").unlink()
    return folder


def book(parts):
    """Return a workbook with other parts than the real one has."""
    content = io.BytesIO()
    frame(STUDENTS).to_excel(content, index=False, engine="xlsxwriter")
    source, packed = zipfile.ZipFile(content), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            if name not in parts:
                out.writestr(name, source.read(name))
        for name, data in parts.items():
            out.writestr(name, data)
    return packed.getvalue()


def one_fault(county, name, data):
    """Return the fault of one file, found without filling the memory."""
    (county / name).write_bytes(data)
    look(county)  # what has to be loaded is loaded
    tracemalloc.start()
    try:
        faults = look(county).faults
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [fault.file for fault in faults if fault.file != "students"] == [name], faults
    assert most < 60_000_000, most
    return faults[0]


def test_a_sheet_that_unpacks_a_thousandfold_is_refused(county):
    fault = one_fault(county, "students.xlsx", book({"xl/worksheets/sheet1.xml": b"<row/>" * 5_000_000}))  # fmt: skip
    assert "not opened" in fault.problem.en
    assert "未打开" in fault.problem.zh


def test_a_contents_table_that_lies_is_not_believed(county):
    """The sizes in the archive say 10 bytes; the data is 30 MB of zeros."""
    data = bytearray(book({"xl/worksheets/sheet1.xml": b"\0" * 30_000_000}))
    true = (30_000_000).to_bytes(4, "little")
    assert data.count(true) == 2
    lied = bytes(data).replace(true, (10).to_bytes(4, "little"))
    assert "unpacks to more than it says" in one_fault(county, "students.xlsx", lied).problem.en


def test_parts_that_overlap_are_refused(county):
    """Two hundred names in the contents, all of them the same packed data."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/worksheets/sheet1.xml", bytes(range(256)) * 4_000)
        first = out.infolist()[0]
        for n in range(200):
            again = zipfile.ZipInfo(f"xl/worksheets/sheet{n + 2}.xml")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(again, field, getattr(first, field))
            out.filelist.append(again)
            out.NameToInfo[again.filename] = again
        out._didModify = True
    assert one_fault(county, "students.xlsx", packed.getvalue()).problem.en


def test_more_files_than_a_workbook_has_are_refused(county):
    many = {f"xl/media/{n}.png": b"" for n in range(2_100)}
    assert "files" in one_fault(county, "students.xlsx", book(many)).problem.en


def test_an_archive_in_an_archive_is_refused(county):
    write_csv(county, "students", STUDENTS)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        for name in ("stops.txt", "trips.txt", "stop_times.txt", "routes.txt", "calendar.txt"):
            out.writestr(name, "a\n")
        out.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
    assert "another archive" in one_fault(county, "transit.zip", packed.getvalue()).problem.en


def test_a_workbook_with_entities_of_its_own_is_refused(county):
    laughing = LAUGHS.encode()
    fault = one_fault(county, "students.xlsx", book({"xl/sharedStrings.xml": laughing}))
    assert "entities" in fault.problem.en


@pytest.mark.parametrize("text", [LAUGHS, THIEF], ids=["laughs", "thief"])
@pytest.mark.parametrize("suffix", [".osm", ".graphml"])
def test_roads_with_entities_are_refused_and_open_no_file(county, text, suffix):
    write_csv(county, "students", STUDENTS)
    (county / "roads.osm.pbf").unlink()
    fault = one_fault(county, f"roads{suffix}", text.encode())
    hostname = Path("/etc/hostname")
    if hostname.is_file():
        assert hostname.read_text().strip() not in fault.say("en").replace("roads", "")


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_roads_that_unpack_a_thousandfold_are_refused(county, suffix, pack):
    write_csv(county, "students", STUDENTS)
    (county / "roads.osm.pbf").unlink()
    fault = one_fault(county, f"roads.osm{suffix}", pack(b" " * 70_000_000))
    assert "no map" in fault.problem.en


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_packed_tables_are_not_read_at_all(county, suffix, pack):
    """pandas would unpack students.csv.gz by its name; here it is no table."""
    (county / f"students.csv{suffix}").write_bytes(pack(b"a,b\n" * 20_000_000))
    told = look(county)
    assert {fault.file for fault in told.faults} <= {"students", f"students.csv{suffix}"}
    assert told.faults


def test_a_geojson_nested_without_end_is_a_fault(county):
    deep = '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}"
    assert one_fault(county, "students.geojson", deep.encode()).problem.zh


@pytest.mark.parametrize("name", ["policy.toml", "county.toml"])
def test_a_declaration_nested_without_end_is_a_fault(county, name):
    write_csv(county, "students", STUDENTS)
    assert one_fault(county, name, b"a = " + b"[" * 100_000).problem.zh


FORBIDDEN = re.compile(
    r"\b(pickle|cPickle|marshal|shelve|dill|joblib|cloudpickle)\b|allow_pickle\s*=\s*True"
    r"|\byaml\.(load|unsafe_load)\b|\bread_pickle\b|\bto_pickle\b|\bos\.system\b|shell\s*=\s*True"
)


def test_nothing_in_the_package_reads_what_could_run():
    """No pickle and no like of it, no eval, no exec; arrays are read without pickle."""
    found = []
    for path in sorted(Path(routing.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            at = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] + [getattr(node, "module", None) or ""]
                found += [at for name in names if FORBIDDEN.search(name)]
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                plain = called in {"eval", "exec", "compile", "__import__"}
                load = called.endswith(("np.load", "numpy.load"))
                words = {word.arg: ast.unparse(word.value) for word in node.keywords}
                unsafe = load and words.get("allow_pickle") != "False"
                if plain or unsafe or FORBIDDEN.search(ast.unparse(node)):
                    found.append(f"{at} {called}")
    assert found == []


def test_the_tables_by_hand_are_there():
    assert len(SCHOOLS) == len(BUS_TYPES) == 2
