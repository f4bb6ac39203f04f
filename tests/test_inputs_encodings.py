"""Tests of encodings: which one, on files of one row to thousands, and where a byte is bad."""

import random

import pytest

from routing.inputs.delimited import read_delimited
from routing.inputs.encodings import decode
from routing.tables import STUDENTS

SIMPLE = "王李张刘陈杨黄赵吴周村庄镇中心第一二三河东西南北店寨堂邑沙梁堤闫寺斗虎屯郑家顾官道口于集侯营泉桥湾岭坡沟头新前后上下"
TRADITIONAL = "王李張劉陳楊黃趙吳周村莊鎮中心第一二三河東西南北店寨堂邑沙梁堤閆寺斗虎屯鄭家顧官道口於集侯營泉橋灣嶺坡溝頭新前後上下"
HEADS = {
    SIMPLE: "学生编号,就读学校,年级,经度,纬度,村",
    TRADITIONAL: "學生編號,就讀學校,年級,經度,緯度,村",
}
ENCODINGS = [
    ("utf-8", SIMPLE), ("utf-8-sig", SIMPLE), ("gb18030", SIMPLE), ("gbk", SIMPLE),
    ("gbk", TRADITIONAL), ("utf-16", SIMPLE), ("utf-16-le", SIMPLE), ("utf-16-be", SIMPLE),
    ("cp950", TRADITIONAL),
]  # fmt: skip


def made(signs, n_rows, seed, head=None):
    """Return a table of students with names of schools and villages out of common signs."""
    chance = random.Random(seed)

    def name(n):
        return "".join(chance.choices(signs, k=n))

    rows = [
        f"{row},{name(4)}小學,{chance.randint(1, 6)},116.{row % 90 + 10},36.45,{name(2)}村"
        for row in range(n_rows)
    ]
    school = "小学" if signs is SIMPLE else "小學"
    return "\r\n".join([head or HEADS[signs], *rows]).replace("小學", school)


@pytest.mark.parametrize("n_rows", [1, 2, 5, 20, 100, 1000, 5000])
@pytest.mark.parametrize(("encoding", "signs"), ENCODINGS)
def test_every_encoding_is_found_from_one_row_to_five_thousand(encoding, signs, n_rows):
    for seed in range(10 if n_rows <= 100 else 1):
        for head in (None, "student_id,school,grade,lon,lat,village"):
            text = made(signs, n_rows, seed, head)
            assert decode(text.encode(encoding), "f").text == text


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("cp950", "Big5"), ("utf-16-le", "UTF-16-LE"), ("gb18030", "GB18030"), ("utf-8", None)],
)
def test_the_encoding_is_told_and_traditional_headers_are_known(tmp_path, encoding, told):
    path = tmp_path / "students.csv"
    path.write_bytes(made(TRADITIONAL, 30, 7).encode(encoding))
    sheet = read_delimited(path, STUDENTS)
    assert sheet.headers[0] == "學生編號"
    assert len(sheet.rows) == 30
    assert [note.en for note in sheet.notes] == ([f"students.csv: read as {told}."] if told else [])


@pytest.mark.parametrize("encoding", ["gb18030", "cp950"])
def test_rare_signs_do_not_mislead(encoding):
    """Signs beyond the common ones of each encoding, among common ones."""
    rare = "垚堃犇淼鑫" if encoding == "gb18030" else "淼鑫"
    signs, head = (SIMPLE, "村") if encoding == "gb18030" else (TRADITIONAL, "村")
    text = "\n".join([head, *(sign + signs[at : at + 3] for at, sign in enumerate(rare))])
    assert decode(text.encode(encoding), "f").text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "cp950"])
def test_a_cut_last_byte_is_never_passed_over(encoding):
    """One byte less: either it is said which byte is bad, or it is another encoding's fault."""
    data = made(TRADITIONAL, 20, 3).encode(encoding)[:-1]
    decoded = decode(data, "f")
    assert decoded.fault is not None
    assert "byte" in decoded.fault.problem.en


def test_plain_ascii_is_utf8():
    assert decode(b"a,b\n1,2\n", "f").encoding == "utf-8"
    assert decode(b"", "f").text == ""
