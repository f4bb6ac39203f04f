"""In which encoding is a text file? Its mark, UTF-16 without one, UTF-8, GB18030 or Big5."""

import codecs
from typing import NamedTuple

from routing.errors import Fault
from routing.words import Text

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURELY_UTF8 = 10
"""So many Chinese characters read well as UTF-8 before a bad byte are no accident (assumed)."""

_SAMPLE_PAIRS = 20_000
"""So many Chinese characters tell GB18030 from Big5 (assumed)."""

_SAMPLE_BYTES = 4_000
"""So many bytes tell whether it is UTF-16 (assumed)."""

_NAMES = {"utf-8-sig": "UTF-8", "cp950": "Big5"}

_BAD_BYTE = Text(
    "cannot be read as {encoding}: byte {offset} (row {row}) is damaged or cut off.",
    "无法按{encoding}读取：第{offset}字节（第{row}行）损坏或被截断。",
)
_SAVE_AGAIN = Text(
    "Open it in a spreadsheet, look at that row, and save it again as CSV UTF-8 or .xlsx.",
    "请用表格软件打开并检查该行，再另存为CSV UTF-8或.xlsx。",
)


class Decoded(NamedTuple):
    """The text of a file and the encoding that fits; or the fault where none does."""

    text: str
    encoding: str
    fault: Fault | None = None


def decode(data: bytes, file: str) -> Decoded:
    """Return the text of a file's bytes, or the fault that names its first bad byte.

    Encodings are tried in order: the file's own mark (UTF-8, UTF-16), UTF-16 without a
    mark, UTF-8, then GB18030 or Big5, whichever makes its characters the common ones.

    Parameters
    ----------
    data
        The file.
    file
        How faults name it.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding, file)
    if (order := _unmarked_utf16(data)) is not None:
        return _decoded(data, order, file)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        n_chinese = sum(not char.isascii() for char in before)
        at_end = n_chinese > 0 and error.reason == "unexpected end of data"
        if n_chinese >= _SURELY_UTF8 or at_end:
            return Decoded("", "utf-8", _byte_fault(data, error, file))
    return _decoded(data, "cp950" if is_big5(data) else "gb18030", file)


def name_encoding(encoding: str) -> str:
    """Return the name of an encoding for people."""
    return _NAMES.get(encoding, encoding.upper())


def _unmarked_utf16(data: bytes) -> str | None:
    """Return the order of UTF-16 without a mark: every second byte of its ASCII is zero."""
    head = data[:_SAMPLE_BYTES]
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if len(data) % 2 or len(head) < 4 or max(odd, even) < max(len(head) // 40, 2):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else encoding


def is_big5(data: bytes) -> bool:
    """Return whether the Chinese characters are common ones in Big5, and less so in GB2312.

    Both encodings take two bytes and nearly every file of one can be read as the other;
    but Big5 has its 5,401 common characters from A440 to C67E, GB2312 its 3,755 from B0A1
    to D7F9, each with gaps that the other fills with rare ones.
    """
    n_gb, n_big5, n_pairs = 0, 0, 0
    at, end = 0, len(data) - 1
    while at < end and n_pairs < _SAMPLE_PAIRS:
        lead = data[at]
        if lead < 0x80:
            at += 1
            continue
        trail = data[at + 1]
        n_pairs += 1
        n_gb += trail >= 0xA1 and (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3)
        n_big5 += (0xA4 <= lead <= 0xC6 or 0xA1 <= lead <= 0xA3) and (
            0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE
        )
        at += 2
    if n_big5 <= n_gb:
        return False
    try:
        data.decode("cp950")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str, file: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return Decoded("", encoding, _byte_fault(data, error, file))


def _byte_fault(data: bytes, error: UnicodeDecodeError, file: str) -> Fault:
    row = data[: error.start].replace(b"\0", b"").count(b"\n") + 1
    name = error.encoding.upper().removesuffix("-SIG")
    problem = _BAD_BYTE.fill(encoding=name, offset=error.start + 1, row=row)
    return Fault(file, problem, _SAVE_AGAIN, row=row)
