"""In which encoding are the texts of a Shapefile? Its .cpg may be wrong, or not there."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from routing.inputs.encodings import is_big5
from routing.inputs.headers import known_columns, plain
from routing.tables import Table

BYTES_AS_TEXT = "ISO-8859-1"
"""Every byte is a character of this encoding: texts are read in it first, then in their own."""

NAME_BYTES = 10
"""A .dbf cuts the names of its columns after so many bytes (the format)."""

_MOST_RECORDS = 5_000
"""So many records tell the encoding (assumed)."""

_WORDS = {"936": "gbk", "cp936": "gbk", "gb2312": "gbk", "950": "cp950", "big5": "cp950",
          "65001": "utf-8", "oem": "", "system": ""}  # fmt: skip
"""What programs write into a .cpg -> Python's name."""


def find_encoding(dbf: bytes, cpg: bytes | None) -> str:
    """Return the encoding of a .dbf: what the .cpg says where that fits, else what does fit.

    Parameters
    ----------
    dbf
        The file.
    cpg
        The file beside it that names the encoding; None where there is none.
    """
    texts = list(_texts(dbf))
    said = _said(cpg)
    if said and all(_reads(text, said) for text in texts):
        return said
    if all(_reads(text, "utf-8") for text in texts):
        return "utf-8"
    return "cp950" if is_big5(b"\n".join(texts)) else "gb18030"


def read_texts(frame: Any, encoding: str, table: Table) -> Any:
    """Return a frame whose names and texts were read as ``BYTES_AS_TEXT`` in their encoding.

    The format cuts names and texts after so many bytes, and so within a character: what is
    left of it goes.

    Parameters
    ----------
    frame
        As read; its geometry is left alone.
    encoding
        Of its texts.
    table
        The table, whose names are known though they are cut.
    """
    frame = frame.copy()
    fields = [name for name in frame.columns if name != "geometry"]
    for name in fields:
        if any(isinstance(cell, str) for cell in frame[name]):
            frame[name] = [_decoded(cell, encoding) for cell in frame[name]]
    whole = _whole_names([_decoded(name, encoding) for name in fields], table, encoding)
    return frame.rename(columns=dict(zip(fields, whole, strict=True)))


def _decoded(cell: Any, encoding: str) -> Any:
    if not isinstance(cell, str) or cell.isascii():
        return cell
    return codecs.getincrementaldecoder(encoding)().decode(cell.encode(BYTES_AS_TEXT))


def _whole_names(headers: Iterable[str], table: Table, encoding: str) -> list[str]:
    """Return names of columns, those that were cut (``bus_type_i``) as the table knows them."""
    known = known_columns(table)
    found = []
    for header in headers:
        key = plain(header)
        full = {name for name in known if key and name.startswith(key)}
        cut = len(header.encode(encoding, "replace")) >= NAME_BYTES - 1
        columns = {known[name][1] for name in full}
        alone = cut and key not in known and len(columns) == 1
        found.append(min(full, key=len) if alone else header)
    return found


def _said(cpg: bytes | None) -> str:
    word = (cpg or b"").decode("ascii", "ignore").strip().lower()
    word = _WORDS.get(word, word)
    try:
        return codecs.lookup(word).name if word else ""
    except LookupError:
        return ""


def _reads(text: bytes, encoding: str) -> bool:
    """Return whether bytes are text of an encoding, but for a character cut at the end."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _texts(dbf: bytes) -> Iterator[bytes]:
    """Give the names of the columns and the texts of the first records."""
    n_records = int.from_bytes(dbf[4:8], "little")
    start, length = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    spans: list[tuple[int, int]] = []
    at = 1
    for field in _fields(dbf[32:start]):
        yield field[:11].split(b"\0")[0]
        width = field[16] + (256 * field[17] if field[11:12] == b"C" else 0)
        if field[11:12] == b"C":
            spans.append((at, at + width))
        at += width
    for record in range(min(n_records, _MOST_RECORDS)):
        row = dbf[start + record * length : start + (record + 1) * length]
        for left, right in spans:
            yield row[left:right].strip(b" \0")


def _fields(head: bytes) -> Sequence[bytes]:
    return [head[at : at + 32] for at in range(0, len(head) - 31, 32) if head[at] != 0x0D]
