"""Random ids at the door: the key leads back, stays apart, and nothing else needs it."""

import re
import stat
from pathlib import Path

import openpyxl
import pytest
from county_by_hand import STUDENTS, geo, write_county, write_csv
from shell import schoolbus

import routing
from routing.errors import InputError, RoutingError
from routing.inputs import check_inputs, read_district
from routing.inputs.opening import Place, read_sheets
from routing.inputs.pseudonyms import LETTERS, MARK, SIGNS, pseudonymise
from routing.tables import STUDENTS as TABLE

ROWS = [
    {"学号": "371502201501010017", "姓名": "赵某", "学校": "001", "年级": "1", "经度": "116.05", "纬度": "36.45"},
    {"学号": "371502201501010025", "姓名": "钱某", "学校": "002", "年级": "7", "经度": "116.06", "纬度": "36.46"},
    {"学号": "371502201501010017", "姓名": "赵某", "学校": "001", "年级": "1", "经度": "116.05", "纬度": "36.45"},
]  # fmt: skip


def listed(folder, rows=ROWS, name="学生"):
    folder.mkdir(parents=True, exist_ok=True)
    return write_csv(folder, name, rows, "gb18030")


def made(path):
    (sheet,) = read_sheets(Place(path), TABLE)
    return dict(zip(sheet.headers, sheet.cells, strict=True))


def key_of(path):
    return {row.split(",")[1]: row.split(",")[2] for row in path.read_text("utf-8-sig").split()[1:]
            if row.startswith(",")}  # fmt: skip


def test_ids_become_random_and_the_rest_stays(tmp_path):
    key = tmp_path / "school" / "key.csv"
    (told,) = pseudonymise([listed(tmp_path)], key, tmp_path / "clean", drop=["姓名"])
    assert (told.path.name, told.n_rows, told.n_new) == ("学生.csv", 3, 2)
    table = made(told.path)
    assert list(table) == ["学生编号", "学校", "年级", "经度", "纬度"]
    first, second, again = table["学生编号"]
    assert first == again != second
    assert table["学校"] == ["001", "002", "001"]
    text = told.path.read_text("utf-8-sig")
    assert "3715022" not in text
    assert "赵" not in text
    assert key_of(key) == {ROWS[0]["学号"]: first, ROWS[1]["学号"]: second}


def test_pseudonyms_are_of_ten_signs_that_nobody_mixes_up(tmp_path):
    rows = [{"学号": str(at), "年级": "1"} for at in range(500)]
    (told,) = pseudonymise([listed(tmp_path, rows)], tmp_path / "k", tmp_path / "o")
    ids = made(told.path)["学生编号"]
    assert len(set(ids)) == 500
    assert all(re.fullmatch(f"[{LETTERS}][{SIGNS}]{{9}}", one) for one in ids)
    assert not set("01OIL") & set("".join(ids))


def test_a_pupil_keeps_the_pseudonym_and_another_run_without_the_key_gives_another(tmp_path):
    file, key = listed(tmp_path), tmp_path / "key"
    (old,) = pseudonymise([file], key, tmp_path / "a", drop=["姓名"])
    before = made(old.path)["学生编号"]
    listed(tmp_path, [*ROWS, ROWS[0] | {"学号": "9"}])
    (new,) = pseudonymise([file], key, tmp_path / "b", drop=["姓名"])
    assert new.n_new == 1
    assert made(new.path)["学生编号"][:3] == before
    (other,) = pseudonymise([file], tmp_path / "other", tmp_path / "c", drop=["姓名"])
    assert not set(made(other.path)["学生编号"]) & set(before)


@pytest.mark.skipif(not hasattr(stat, "S_IRUSR"), reason="needs permissions")
def test_key_and_table_are_their_owners_alone_and_nothing_is_left_beside(tmp_path):
    key = tmp_path / "school" / "key.csv"
    (told,) = pseudonymise([listed(tmp_path / "in")], key, tmp_path / "out", drop=["姓名"])
    for path in (key, told.path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_personal_columns_are_refused_unless_named(tmp_path):
    with pytest.raises(InputError, match="--drop 姓名") as caught:
        pseudonymise([listed(tmp_path)], tmp_path / "key", tmp_path / "out")
    assert "赵" not in str(caught.value)
    assert not (tmp_path / "key").exists()
    assert not (tmp_path / "out").exists()


def test_a_second_column_of_ids_would_give_the_first_away(tmp_path):
    rows = [{"学号": "1", "序号": "17", "年级": "1"}]
    with pytest.raises(InputError, match="--drop 序号"):
        pseudonymise([listed(tmp_path, rows)], tmp_path / "key", tmp_path / "out")
    (told,) = pseudonymise(
        [listed(tmp_path, rows)], tmp_path / "key", tmp_path / "out", drop=["序号"]
    )
    assert "17" not in told.path.read_text("utf-8-sig")


def test_any_column_may_be_named_as_the_id(tmp_path):
    rows = [{"身份证号": "11010519491231002X", "年级": "1"}]
    with pytest.raises(InputError, match="--id"):
        pseudonymise([listed(tmp_path, rows)], tmp_path / "key", tmp_path / "out")
    (told,) = pseudonymise(
        [listed(tmp_path, rows)], tmp_path / "key", tmp_path / "out", id_column="身份证号"
    )
    assert list(made(told.path)) == ["学生编号", "年级"]


def test_ids_that_a_spreadsheet_has_rounded_are_refused(tmp_path):
    book = openpyxl.Workbook()
    for row in (["学号", "年级"], [371502201501010017, 1], [371502201501010025, 1]):
        book.active.append(row)
    book.save(tmp_path / "学生.xlsx")
    with pytest.raises(InputError, match="rounded"):
        pseudonymise([tmp_path / "学生.xlsx"], tmp_path / "key", tmp_path / "out")


def test_workbooks_and_map_files_become_workbooks(tmp_path):
    geo(STUDENTS).to_file(tmp_path / "students.gpkg")
    (told,) = pseudonymise([tmp_path / "students.gpkg"], tmp_path / "key", tmp_path / "out")
    assert told.path.name == "students.xlsx"
    table = made(told.path)
    assert [float(x) if x else None for x in table["lon"]] == [116.05, 116.09, 116.01, None]


def test_text_that_a_spreadsheet_would_run_is_only_text(tmp_path):
    rows = [{"学号": "=1+1", "年级": "1", "村": "@SUM(A1)", "经度": "-1.5"}]
    key = tmp_path / "key"
    (told,) = pseudonymise([listed(tmp_path, rows)], key, tmp_path / "out")
    assert "'@SUM(A1)" in told.path.read_text("utf-8-sig")
    assert ",-1.5" in told.path.read_text("utf-8-sig")
    assert ",'=1+1," in key.read_text("utf-8-sig")
    (again,) = pseudonymise([listed(tmp_path, rows)], key, tmp_path / "b")
    assert again.n_new == 0


def test_every_sheet_of_pupils_is_written_and_two_of_one_name_are_refused(tmp_path):
    book = openpyxl.Workbook()
    for name, pupil in (("一年级", "1"), ("二年级", "2")):
        page = book.create_sheet(name)
        for row in (["学号", "学校", "年级"], [pupil, "001", pupil]):
            page.append(row)
    book.save(tmp_path / "学生.xlsx")
    told = pseudonymise([tmp_path / "学生.xlsx"], tmp_path / "key", tmp_path / "out")
    assert [one.path.name for one in told] == ["学生-一年级.xlsx", "学生-二年级.xlsx"]
    files = [listed(tmp_path / name) for name in ("east", "west")]
    with pytest.raises(InputError, match="two files"):
        pseudonymise(files, tmp_path / "k2", tmp_path / "out", drop=["姓名"])


def test_the_key_must_not_lie_with_the_tables(tmp_path):
    with pytest.raises(RoutingError, match="must not lie"):
        pseudonymise([listed(tmp_path)], tmp_path / "out" / "key", tmp_path / "out", drop=["姓名"])


def test_a_key_file_of_another_kind_is_left_alone(tmp_path):
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("years of work")
    with pytest.raises(InputError, match="key file"):
        pseudonymise([listed(tmp_path)], thesis, tmp_path / "out", drop=["姓名"])
    assert schoolbus("forget", "--key", thesis, "--yes").returncode == 3
    assert thesis.read_text() == "years of work"


def test_a_key_in_the_county_folder_is_refused_by_name(tmp_path):
    folder = write_county(tmp_path / "county")
    key = tmp_path / "key.csv"
    pseudonymise([folder / "students.csv"], key, tmp_path / "out")
    (folder / "notes.csv").write_bytes(key.read_bytes())
    faults = check_inputs(folder, cache=False).faults
    assert [fault.file for fault in faults] == ["notes.csv"]
    assert "Move it out" in faults[0].remedy.en


def test_only_the_one_module_knows_the_key_file():
    """Nothing else names its mark or opens it; what refuses it reads the mark only."""
    sources = Path(routing.__file__).parent.rglob("*.py")
    knowing = {path.name for path in sources if MARK in path.read_text("utf-8")}
    assert knowing == {"pseudonyms.py"}
    users = {
        path.name
        for path in Path(routing.__file__).parent.rglob("*.py")
        if "inputs.pseudonyms import" in path.read_text("utf-8")
    }
    assert users == {"county.py", "privacy.py"}


def test_without_the_key_everything_goes_on(tmp_path):
    """Made, planned with, deleted: the county is read as before, and the ids lead nowhere."""
    folder = write_county(tmp_path / "county")
    key = tmp_path / "key.csv"
    done = schoolbus("pseudonymise", folder / "students.csv", "--key", key, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert "4 new pseudonym(s)" in done.stdout
    (folder / "students.csv").write_bytes((tmp_path / "o" / "students.csv").read_bytes())
    before = read_district(folder, cache=False)
    done = schoolbus("forget", "--key", key, "--yes")
    assert done.returncode == 0, done.stderr
    assert "4 pupil(s)" in done.stdout
    assert not key.exists()
    assert read_district(folder, cache=False).students.equals(before.students)
