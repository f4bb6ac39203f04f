"""Read a CSV, TSV or TXT file: which encoding, which separator, which rows."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from routing.errors import Fault
from routing.inputs.encodings import decode, name_encoding
from routing.inputs.heading import HEADER_ROWS, find_heading
from routing.inputs.mending import byte_mark_repair
from routing.inputs.sheet import MAX_ROWS, Sheet, cut_sheet
from routing.tables import Table
from routing.words import Text

DELIMITERS = (",", "\t", ";", "|", "，")

_BAD_QUOTE = Text("a quotation mark is not closed ({why}).", "引号不成对（{why}）。")
_SAVE_AGAIN = Text(
    "Open it in a spreadsheet, look at that row, and save it again as CSV UTF-8 or .xlsx.",
    "请用表格软件打开并检查该行，再另存为CSV UTF-8或.xlsx。",
)
_ENCODED = Text("{file}: read as {encoding}.", "{file}：按{encoding}编码读取。")


def read_delimited(path: Path, table: Table, most_rows: int = MAX_ROWS) -> Sheet:
    """Return the table in a text file; what cannot be read is a fault of the sheet.

    The encoding is found by ``decode``. The separator is the one of ``DELIMITERS`` under
    which most headers are known.

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
        encoding = name_encoding(decoded.encoding)
        notes = (_ENCODED.fill(file=path.name, encoding=encoding),)
    delimiter = _delimiter(decoded.text, table)
    grid: list[list[str]] = []
    try:
        grid.extend(csv.reader(io.StringIO(decoded.text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        problem = _BAD_QUOTE.fill(why=error)
        fault = Fault(path.name, problem, _SAVE_AGAIN, row=len(grid) + 1)
        return Sheet(path.name, (), (), (), faults=(fault,), notes=notes)
    sheet = cut_sheet(grid, table, path.name, notes, most_rows)
    if decoded.encoding == "utf-8-sig":
        return replace(sheet, repairs=(byte_mark_repair(path.name),))
    return sheet


def _delimiter(text: str, table: Table) -> str:
    """Return the separator under which one row shows most headers; else the commonest."""
    head = "\n".join(text[:100_000].splitlines()[:HEADER_ROWS])

    def fit(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(io.StringIO(head), delimiter=delimiter))
        return find_heading(rows, table).n_known if rows else 0, head.count(delimiter)

    return max(DELIMITERS, key=fit)
