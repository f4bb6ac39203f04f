"""Read a CSV file: which encoding, which separator, which rows."""

import codecs
import csv
import io
from pathlib import Path
from typing import NamedTuple

from routing.errors import Fault
from routing.inputs.headers import score_headers
from routing.inputs.sheet import HEADER_ROWS, MAX_ROWS, Sheet, cut_sheet, find_header
from routing.tables import Table
from routing.words import Text

DELIMITERS = (",", "\t", ";")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURELY_UTF8 = 10
"""So many Chinese characters read well as UTF-8 before a bad byte are no accident (assumed)."""

_BAD_BYTE = Text(
    "cannot be read as {encoding}: byte {offset} (row {row}) is damaged or cut off.",
    "无法按{encoding}读取：第{offset}字节（第{row}行）损坏或被截断。",
)
_BAD_QUOTE = Text("a quotation mark is not closed ({why}).", "引号不成对（{why}）。")
_SAVE_AGAIN = Text(
    "Open it in a spreadsheet, look at that row, and save it again as CSV UTF-8 or .xlsx.",
    "请用表格软件打开并检查该行，再另存为CSV UTF-8或.xlsx。",
)
_ENCODED = Text("{file}: read as {encoding}.", "{file}：按{encoding}编码读取。")


class Decoded(NamedTuple):
    """The text of a file and the encoding that fits; or the fault where none does."""

    text: str
    encoding: str
    fault: Fault | None = None


def read_delimited(path: Path, table: Table, most_rows: int = MAX_ROWS) -> Sheet:
    """Return the table in a CSV file; what cannot be read is a fault of the sheet.

    Encodings are tried in order: the file's own mark (UTF-8, UTF-16), UTF-8, GB18030. The
    separator is the one of ``DELIMITERS`` under which most headers are known.

    Parameters
    ----------
    path
        The file.
    table
        The table it should hold.
    most_rows
        More rows are a fault.
    """
    decoded = decode(path.read_bytes(), path.name)
    if decoded.fault:
        return Sheet(path.name, (), (), (), faults=(decoded.fault,))
    notes: tuple[Text, ...] = ()
    if decoded.encoding not in {"utf-8", "utf-8-sig"}:
        notes = (_ENCODED.fill(file=path.name, encoding=decoded.encoding.upper()),)
    delimiter = _delimiter(decoded.text, table)
    grid: list[list[str]] = []
    try:
        grid.extend(csv.reader(io.StringIO(decoded.text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        problem = _BAD_QUOTE.fill(why=error)
        fault = Fault(path.name, problem, _SAVE_AGAIN, row=len(grid) + 1)
        return Sheet(path.name, (), (), (), faults=(fault,), notes=notes)
    return cut_sheet(grid, table, path.name, notes, most_rows)


def decode(data: bytes, file: str) -> Decoded:
    """Return the text of a file's bytes, or the fault that names its first bad byte."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding, file)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        n_chinese = sum(not char.isascii() for char in before)
        at_end = n_chinese > 0 and error.reason == "unexpected end of data"
        if n_chinese >= _SURELY_UTF8 or at_end:
            return Decoded("", "utf-8", _byte_fault(data, error, file))
    return _decoded(data, "gb18030", file)


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


def _delimiter(text: str, table: Table) -> str:
    """Return the separator under which one row shows most headers; else the commonest."""
    head = "\n".join(text[:100_000].splitlines()[:HEADER_ROWS])

    def fit(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(io.StringIO(head), delimiter=delimiter))
        best = score_headers(rows[find_header(rows, table)], table) if rows else 0
        return best, head.count(delimiter)

    return max(DELIMITERS, key=fit)
