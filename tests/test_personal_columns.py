"""Names, phones and identity numbers are refused at the door, and never said aloud."""

import pandas as pd
import pytest
from county_by_hand import (
    BUS_TYPES,
    SCHOOLS,
    STUDENTS,
    frame,
    geo,
    street,
    write_county,
    write_csv,
)

from routing.errors import InputError
from routing.inputs import check_inputs, make_district, read_district
from routing.inputs.personal import is_identity, leave_out_personal, mask_personal
from routing.inputs.sheet import Sheet
from routing.tables import SCHOOLS as SCHOOL_TABLE
from routing.tables import STUDENTS as STUDENT_TABLE

PHONE = "13912345678"
IDENTITY = "11010519491231002X"
"""The example of the standard GB 11643-1999: its last sign proves the others."""


def sheet(headers, *rows):
    """A sheet of students with further columns of cells."""
    cells = tuple([row[at] for row in rows] for at in range(len(headers)))
    return Sheet("学生.csv", tuple(headers), cells, tuple(range(2, 2 + len(rows))))


def refused(found):
    return [fault.column for fault in found.faults]


def said(found):
    faults = "".join(fault.say("en") + fault.say("zh") for fault in found.faults)
    return faults + "".join(note.en + note.zh for note in found.notes)


@pytest.mark.parametrize(
    "header",
    ["姓名", "学生姓名", "联系电话", "家长手机", "身份证号", "监护人", "住址", "家庭地址",
     "出生日期", "班主任", "name", "Phone No.", "Mother's name", "home address", "E-mail"],
)  # fmt: skip
def test_a_column_of_personal_data_is_refused_by_its_header(header):
    found = leave_out_personal(sheet(["学号", header], ["1", "赵某"]), STUDENT_TABLE)
    assert refused(found) == [header]
    assert found.headers == ("学号",)
    assert f'drop = ["{header}"]' in found.faults[0].remedy.en
    assert "赵某" not in said(found)


@pytest.mark.parametrize("header", ["村", "人数", "年级", "是否寄宿", "班级", "favourite colour", "school name"])  # fmt: skip
def test_other_columns_pass(header):
    found = leave_out_personal(sheet(["学号", header], ["1", "3"]), STUDENT_TABLE)
    assert found.faults == ()
    assert found.headers == ("学号", header)


def test_the_address_of_a_school_is_no_secret_but_its_headmasters_phone_is():
    given = sheet(["学校编号", "学校地址", "校长电话"], ["1", "人民路1号", "5"])
    assert refused(leave_out_personal(given, SCHOOL_TABLE)) == ["校长电话"]


def test_a_dropped_column_is_left_out_with_a_note_and_never_looked_at():
    class Bomb(str):
        __slots__ = ()

        def __len__(self):
            raise AssertionError

    given = sheet(["学号", "姓名", "备注"], ["1", Bomb("赵某"), Bomb("x")])
    found = leave_out_personal(given, STUDENT_TABLE, ["姓 名", "备注"])
    assert found.faults == ()
    assert found.headers == ("学号",)
    assert "姓名, 备注" in found.notes[0].zh


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        (PHONE, "mobile phone"), (13912345678, "mobile phone"), (13912345678.0, "mobile phone"),
        (f"+86 {PHONE}", "mobile phone"), ("139-1234-5678", "mobile phone"),
        ("１３９１２３４５６７８", "mobile phone"), (f"赵某 {PHONE}", "mobile phone"),
        (IDENTITY, "identity"), (f"G{IDENTITY}", "identity"), ("371502201501011234", "identity"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("header", ["备注", "村"])
def test_phones_and_identity_numbers_in_other_columns_are_counted_not_shown(header, cell, what):
    found = leave_out_personal(
        sheet(["学号", header], ["1", "王庄"], ["2", cell], ["3", cell]), STUDENT_TABLE
    )
    assert refused(found) == [header]
    assert "2 value(s)" in found.faults[0].problem.en
    assert what in found.faults[0].problem.en
    assert found.faults[0].value is None
    for secret in (PHONE, IDENTITY, "371502201501011234", "1234"):
        assert secret not in said(found)


@pytest.mark.parametrize(
    "cell",
    ["12345678901", "23912345678", "139123456789", "116.13912345678", "2026-09-01 08:20:00", 20260901,
     "371502000000099999", None, float("nan")],
)  # fmt: skip
def test_numbers_of_other_kinds_are_no_phones(cell):
    found = leave_out_personal(sheet(["学号", "备注"], ["1", cell]), STUDENT_TABLE)
    assert found.faults == ()


def test_pupils_keys_that_are_identity_numbers_are_refused_with_the_way_out():
    found = leave_out_personal(sheet(["学号"], [IDENTITY], ["7"]), STUDENT_TABLE)
    assert "1 value(s) that are identity numbers" in found.faults[0].problem.en
    assert "pseudonymise" in found.faults[0].remedy.en
    assert found.headers == ("学号",)


def test_an_identity_number_is_known_by_its_last_sign():
    assert is_identity(IDENTITY)
    assert is_identity(IDENTITY.lower())
    assert is_identity(f"G{IDENTITY}")
    assert not is_identity("110105194912310021")


def test_faults_about_other_things_do_not_tell_the_number_either():
    assert mask_personal(PHONE) == "*" * 11
    assert mask_personal(f"a{IDENTITY}b") == "a" + "*" * 18 + "b"
    assert mask_personal("36.4512345678901") == "36.4512345678901"


def test_a_phone_in_the_column_of_a_number_is_masked_in_its_fault(tmp_path):
    rows = [row | {"grade": PHONE} for row in STUDENTS]
    write_csv(write_county(tmp_path), "students", rows)
    faults = check_inputs(tmp_path, cache=False).faults
    assert faults
    assert not any(PHONE in fault.say(lang) for fault in faults for lang in ("en", "zh"))


def test_the_folder_is_refused_until_the_column_is_dropped_in_county_toml(tmp_path):
    folder = write_county(tmp_path)
    write_csv(folder, "students", [row | {"姓名": "赵某", "电话": PHONE} for row in STUDENTS])
    with pytest.raises(InputError) as caught:
        read_district(folder, cache=False)
    assert {fault.column for fault in caught.value.faults} == {"姓名", "电话"}
    assert PHONE not in str(caught.value)
    (folder / "county.toml").write_text('[columns]\ndrop = ["姓名", "电话"]\n', "utf-8")
    district = read_district(folder, cache=False)
    assert any("姓名, 电话" in note.zh for note in district.notes)
    assert not any(PHONE in note.zh or "赵某" in note.zh for note in district.notes)
    assert not {"姓名", "电话"} & set(district.students.columns)


def test_frames_are_refused_and_dropped_alike():
    students = geo(STUDENTS).assign(姓名="赵某")
    given = (geo(SCHOOLS), students, frame(BUS_TYPES), street())
    with pytest.raises(InputError, match="姓名"):
        make_district(*given)
    assert "姓名" not in make_district(*given, drop=["姓名"]).students.columns


def test_a_hundred_thousand_rows_are_looked_through(tmp_path):
    n = 100_000
    rows = pd.DataFrame({"村": ["王庄"] * n, "备注": [f"第{at}组" for at in range(n)]})
    given = Sheet(
        "s", ("村", "备注"), (rows["村"].tolist(), rows["备注"].tolist()), tuple(range(2, n + 2))
    )
    assert leave_out_personal(given, STUDENT_TABLE) is given
