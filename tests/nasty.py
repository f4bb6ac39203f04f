"""Files that a machine dreams up: bytes, grids and texts, and valid files with a little damage."""

import io
import random
import zipfile

from hypothesis import strategies as st
from payloads import PAYLOADS

CELLS = (
    "", " ", "0", "-1", "1e400", "nan", "inf", "-inf", "1.5", "١٢", "１１６．０５", "116,05", "116。05",
    "东经116.05", "116°03′00″", "POINT (116 36)", "POINT EMPTY", "LINESTRING (0 0, 1 1)", "0x10",
    "五年级", "初一", "高三", "G5", "8:20", "25:61", "上午", "46000.5", "2026-09-01", "是", "否", "true",
    "371502201501011234", "合计", "备注", "#REF!", "\ufeff", "\u3000", "1" * 400, "\r", '"', "'",
    "1_000", "²", "Ⅳ", "½", "🚌", "\ud7ff", "\x7f", "{}", "{0}", "%s", "\\", "NULL", "None",
    *(text for name, text in PAYLOADS.items() if name != "lone half"),
)  # fmt: skip
HEADERS = (
    "学号", "student_id", "学校", "school_id", "年级", "经度", "纬度", "lon", "lat", "人数", "geometry",
    "n_students", "村庄", "住址", "姓名", "bell", "上课时间", "放学时间", "kind", "seats", "核载", "", " ",
    "bus_type_id", "name", "经度", "备注", "=1", "{{x}}",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "latin-1", "utf-32")  # fmt: skip

cells = st.one_of(st.sampled_from(CELLS), st.text(max_size=8), st.integers().map(str))
grids = st.lists(
    st.lists(st.one_of(st.sampled_from(HEADERS), cells), max_size=8), min_size=0, max_size=12
)


@st.composite
def tables(draw):
    """Return rows under headers that are understood, with nasty cells."""
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8))
    return [headers, *draw(st.lists(st.lists(cells, max_size=9), max_size=8))]


@st.composite
def delimited(draw):
    """Return the bytes of a CSV file that may be anything at all."""
    rows = draw(st.one_of(tables(), grids))
    comma = draw(st.sampled_from([",", "\t", ";", "，", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quote = draw(st.booleans())
    lines = [comma.join(f'"{c.replace(chr(34), chr(34) * 2)}"' if quote else c for c in row) for row in rows]  # fmt: skip
    data = end.join(lines).encode(draw(st.sampled_from(ENCODINGS)), "replace")
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


def damaged(data: bytes, seed: int) -> bytes:
    """Return bytes with some changed, cut out or doubled, by a seed."""
    chance, out = random.Random(seed), bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        if not out:
            break
        at, n = chance.randrange(len(out)), chance.randrange(1, 20)
        what = chance.randrange(5)
        if what == 0:
            out[at] = chance.randrange(256)
        elif what == 1:
            del out[at : at + n]
        elif what == 2:
            out[at:at] = out[at : at + n] * chance.randrange(1, 4)
        elif what == 3:
            out[at : at + n] = bytes(chance.randrange(256) for _ in range(n))
        else:
            out[at : at + 1] = chance.choice([b"-1", b"9" * 30, b"\0", b"<", b"NaN", b"\xff\xfe"])
    return bytes(out if chance.random() < 0.7 else out[: chance.randrange(len(out) + 1)])


def damaged_zip(data: bytes, seed: int) -> bytes:
    """Return a whole zip, one of whose members is damaged, missing, or there twice."""
    chance = random.Random(seed)
    source = zipfile.ZipFile(io.BytesIO(data))
    names = source.namelist()
    target, packed = chance.choice(names), io.BytesIO()
    lose = chance.random() < 0.1
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in names:
            content = source.read(name)
            if name == target:
                content = damaged(content, seed)
                if lose:
                    continue
            out.writestr(name, content)
    return packed.getvalue()
