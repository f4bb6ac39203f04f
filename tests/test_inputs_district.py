"""Tests of routing.inputs.district, folder and frames."""

import hashlib
import random

import numpy as np
import pandas as pd
import pytest
from county_by_hand import (
    BOX,
    BUS_TYPES,
    PARKINGS,
    SCHOOLS,
    STUDENTS,
    frame,
    geo,
    street,
    write_county,
    write_csv,
    write_roads,
)
from pandas.testing import assert_frame_equal
from terrible_county import write_terrible_county

from routing import tables
from routing.errors import InputError
from routing.inputs import check_inputs, empty_table, make_district, read_district
from routing.inputs.sheet import MAX_ROWS

NAMES = ("schools", "students", "bus_types", "parkings", "stop_list")


def by_hand(**changes):
    """Return a district made of the frames by hand, some of them changed."""
    given = {
        "schools": frame(SCHOOLS), "students": frame(STUDENTS), "bus_types": frame(BUS_TYPES),
        "roads": street(), "parkings": frame(PARKINGS),
    }  # fmt: skip
    return make_district(**{**given, **changes})


def faults_of(**changes):
    with pytest.raises(InputError) as caught:
        by_hand(**changes)
    return caught.value.faults


def test_every_column_of_the_schema_is_there_with_its_type():
    district = by_hand()
    kinds = {
        "text": "object", "choice": "object", "flag": "bool", "clock": "int64", "number": "float64",
        "point": "geometry",
    }  # fmt: skip
    for table in tables.INPUT_TABLES:
        rows = getattr(district, table.name)
        assert list(rows.columns) == [column.name for column in table.planned]
        assert isinstance(rows.index, pd.RangeIndex)
        for column in table.planned:
            found = str(rows[column.name].dtype)
            if column.kind == "whole":
                optional = column.default is None and not column.required
                assert found == ("Int64" if optional else "int64"), column.name
            else:
                assert found == kinds[column.kind], column.name


def test_defaults_are_filled_in_and_file_order_is_kept():
    district = by_hand()
    assert district.students["student_id"].tolist() == ["a", "b", "c", "d"]
    assert district.students["boards"].tolist() == [False, False, True, False]
    assert district.students["needs"].tolist() == ["none"] * 4
    assert district.bus_types["pupil_seats"].isna().tolist() == [False, True]
    assert district.bus_types["kind"].tolist() == ["nine_year"] * 2
    assert district.schools["bell_s"].tolist() == [30_000, 28_800]


def test_a_home_without_location_is_none_and_noted():
    district = by_hand()
    assert district.students.geometry.isna().tolist() == [False, False, False, True]
    assert district.students.crs == "EPSG:4326"
    assert any("no location" in note.en for note in district.notes)


def test_tables_of_a_district_are_read_back_equal():
    """What the reader hands out, it takes in again, seconds and all."""
    once = by_hand()
    again = make_district(
        once.schools, once.students, once.bus_types, once.roads, once.parkings, once.stop_list
    )
    for name in NAMES:
        assert_frame_equal(getattr(once, name), getattr(again, name))


def test_points_in_columns_or_as_geometry_are_the_same():
    once, again = by_hand(), by_hand(schools=geo(SCHOOLS), students=geo(STUDENTS))
    assert_frame_equal(once.schools, again.schools)
    assert_frame_equal(once.students, again.students)


def test_tables_that_a_county_does_not_have_are_empty_with_every_column():
    district = by_hand(parkings=None)
    assert len(district.parkings) == len(district.stop_list) == 0
    assert list(district.parkings.columns) == ["parking_id", "name", "geometry", "n_buses"]
    assert list(district.stop_list.columns) == ["stop_id", "name", "geometry", "forbidden"]
    assert district.parkings.crs == district.stop_list.crs == "EPSG:4326"
    assert_frame_equal(empty_table(tables.PARKINGS), district.parkings)


def test_frames_are_checked_as_files_are():
    faults = faults_of(students=frame(STUDENTS, school_id=["009", "001", "002", "002"]))
    assert [(fault.file, fault.row, fault.value) for fault in faults] == [("students", 2, "009")]


def test_no_bus_no_student_no_school_are_faults():
    for name, rows in (("bus_types", BUS_TYPES), ("students", STUDENTS), ("schools", SCHOOLS)):
        assert [fault.file for fault in faults_of(**{name: frame(rows).iloc[:0]})] == [name]


def test_roads_of_another_county_are_one_fault():
    """Twelve points, but one sentence."""
    (fault,) = faults_of(roads=street((120.0, 30.0, 120.1, 30.1)))
    assert "another county" in fault.problem.en


def test_one_school_far_off_is_that_school_s_fault():
    (fault,) = faults_of(schools=frame(SCHOOLS, lon=[116.02, 117.5]))
    assert (fault.file, fault.row) == ("schools", 3)


def test_a_folder_is_read(tmp_path):
    district = read_district(write_county(tmp_path), cache=False)
    for name in NAMES:
        assert_frame_equal(getattr(district, name), getattr(by_hand(), name))
    assert district.roads.source.box == pytest.approx(BOX)


def test_a_folder_in_chinese_and_excel_is_the_same(tmp_path):
    """Chinese file names and headers, GB18030 and Excel; the same district."""
    zh = {
        "lon": "经度",
        "lat": "纬度",
        "kind": "学校类别",
        "bell": "上课时间",
        "dismissal": "放学时间",
    }
    for table, stem, rows in (
        (tables.SCHOOLS, "学校", SCHOOLS), (tables.STUDENTS, "学生", STUDENTS),
        (tables.BUS_TYPES, "车型", BUS_TYPES), (tables.PARKINGS, "停放点", PARKINGS),
    ):  # fmt: skip
        headers = {column.name: column.zh for column in table.columns} | zh
        renamed = frame(rows).rename(columns=headers)
        if stem == "学生":
            renamed.to_excel(tmp_path / "学生.xlsx", index=False, engine="xlsxwriter")
        else:
            (tmp_path / f"{stem}.csv").write_text(renamed.to_csv(index=False), encoding="gb18030")
    write_roads(tmp_path)
    district = read_district(tmp_path, cache=False)
    for name in NAMES:
        assert_frame_equal(getattr(district, name), getattr(by_hand(), name))


def test_the_digest_is_that_of_names_and_bytes(tmp_path):
    """The same files give the same digest; one byte, or one name, another."""
    first = read_district(write_county(tmp_path / "a"), cache=False).digest
    assert read_district(write_county(tmp_path / "b"), cache=False).digest == first
    assert len(first) == len(hashlib.sha256().hexdigest())
    write_csv(tmp_path / "b", "bus_types", [{"bus_type_id": "big", "seats": "35"}])
    changed = read_district(tmp_path / "b", cache=False).digest
    (tmp_path / "a" / "bus_types.csv").rename(tmp_path / "a" / "bus_type.csv")
    renamed = read_district(tmp_path / "a", cache=False).digest
    assert len({first, changed, renamed}) == 3


def test_cached_roads_are_no_file_of_the_planner(tmp_path):
    folder = write_county(tmp_path)
    first = read_district(folder)
    again = read_district(folder)
    assert again.digest == first.digest
    assert again.notes == first.notes


def test_an_empty_folder_misses_three_tables_and_the_roads(tmp_path):
    faults = check_inputs(tmp_path).faults
    assert [fault.file for fault in faults] == ["schools", "students", "bus_types", "roads"]
    assert "学校.csv" in faults[0].remedy.en.replace("{zh}", "学校")


def test_what_is_no_folder_is_a_fault(tmp_path):
    faults = check_inputs(tmp_path / "nowhere").faults
    assert [fault.file for fault in faults] == ["nowhere"]


def test_two_files_of_one_table_are_a_fault_that_names_both(tmp_path):
    write_csv(write_county(tmp_path), "学校", SCHOOLS)
    (fault,) = check_inputs(tmp_path, cache=False).faults
    assert "schools.csv" in fault.problem.en
    assert "学校.csv" in fault.problem.en


def test_two_files_of_roads_are_a_fault(tmp_path):
    write_roads(write_county(tmp_path), name="old.osm")
    (fault,) = check_inputs(tmp_path, cache=False).faults
    assert "old.osm" in fault.problem.zh
    assert "roads.osm.pbf" in fault.problem.zh


def test_a_cut_file_of_roads_is_a_fault(tmp_path):
    path = write_county(tmp_path) / "roads.osm.pbf"
    path.write_bytes(path.read_bytes()[:-20])
    faults = check_inputs(tmp_path, cache=False).faults
    assert [fault.file for fault in faults] == ["roads.osm.pbf"]


def test_a_format_that_is_not_read_is_a_fault(tmp_path):
    (write_county(tmp_path) / "schools.csv").rename(tmp_path / "schools.xls")
    faults = check_inputs(tmp_path, cache=False).faults
    assert [fault.file for fault in faults] == ["schools.xls"]


def test_other_files_are_named_and_those_of_the_system_are_not(tmp_path):
    write_county(tmp_path)
    for name in ("remarks.txt", "~$schools.xlsx", ".hidden", ".~lock.students.csv#"):
        (tmp_path / name).write_text("x")
    found = check_inputs(tmp_path, cache=False)
    assert found.faults == ()
    assert found.notes[0].en == "files that were not read: remarks.txt."


def test_faults_of_the_policy_stop_the_district_too(tmp_path):
    (write_county(tmp_path) / "policy.toml").write_text("ride_beyond_km = 2\n")
    with pytest.raises(InputError) as caught:
        read_district(tmp_path, cache=False)
    assert [fault.file for fault in caught.value.faults] == ["policy.toml"]


def test_every_fault_of_a_terrible_folder_is_told_at_once(tmp_path):
    """33 faults in six files, each in both languages; personal columns are refused unread."""
    inspection = check_inputs(write_terrible_county(tmp_path), cache=False)
    faults, notes = inspection.faults, inspection.notes
    found = {(fault.file, fault.row, fault.value) for fault in faults}
    for expected in (
        ("学生.csv", 6, "S2"), ("学生.csv", 7, "唐邑镇中心小学"), ("学生.csv", 8, "36.47, 116.06"),
        ("学生.csv", 9, None), ("学生.csv", 12, "2"), ("学生.csv", 13, "高一"),
        ("学生.csv", 13, "两人"), ("学生.csv", 14, None), ("学生.csv", 17, "=1+1"),
        ("schools.xlsx", 5, "上午"), ("schools.xlsx", 7, "大学"),
        ("bus_types.csv", 2, "36"), ("停车场.xlsx", None, None), ("policy.toml", None, "2"),
    ):  # fmt: skip
        assert expected in found
    assert len(faults) == 33
    for fault in faults:
        assert fault.say("en").isprintable()
        assert fault.say("zh").isprintable()
    refused = {(fault.file, fault.column) for fault in faults if "个人信息" in fault.problem.zh}
    assert refused == {("学生.csv", "姓名"), ("schools.xlsx", "校长电话")}
    said = "".join([*(note.zh for note in notes), *(fault.say("zh") for fault in faults)])
    assert "赵" not in said


@pytest.mark.parametrize("seed", range(8))
def test_no_damage_to_a_file_raises(tmp_path, seed):
    """Bytes of one file changed or cut at random: faults or none, never an exception."""
    chance = random.Random(seed)
    folder = write_county(tmp_path)
    frame(SCHOOLS).to_excel(folder / "schools.xlsx", index=False, engine="xlsxwriter")
    (folder / "schools.csv").unlink()
    geo(PARKINGS).to_file(folder / "parkings.gpkg")
    (folder / "parkings.csv").unlink()
    for name in ("schools.xlsx", "students.csv", "parkings.gpkg"):
        data = bytearray((folder / name).read_bytes())
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (folder / name).write_bytes(data[: chance.randrange(len(data) // 2, len(data) + 1)])
    found = check_inputs(folder, cache=False)
    faults, notes = found.faults, found.notes
    assert all(fault.say("zh") for fault in faults)
    assert all(isinstance(note.en, str) for note in notes)


def test_a_hundred_thousand_students_are_read(tmp_path):
    """As many rows as are allowed, each second one with the name of its school."""
    n = MAX_ROWS
    write_county(tmp_path)
    rows = pd.DataFrame({
        "student_id": [f"{371502_000000000000 + at}" for at in range(n)],
        "学校": np.where(np.arange(n) % 2, "001", "堂邑镇中心小学"),
        "年级": "五年级",
        "经度": np.round(116.0 + np.arange(n) / n / 10, 6),
        "纬度": np.round(36.4 + np.arange(n) / n / 10, 6),
    })  # fmt: skip
    rows.to_csv(tmp_path / "students.csv", index=False)
    students = read_district(tmp_path, cache=False).students
    assert len(students) == n
    assert students["student_id"].iloc[-1] == "371502000000099999"
    assert set(students["school_id"]) == {"001"}
    assert students.geometry.x.iloc[50_000] == 116.05
