"""Look into a workbook before it is opened: how far its cells reach, which formulas failed.

The reader lays out every cell up to the farthest, and shows failed formulas as empty.
"""

import html
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

NO_RESULT = "#FORMULA!"
"""What stands for a formula that was never worked out."""

FAILED = re.compile(
    r"#(FORMULA!|REF!|VALUE!|DIV/0!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)"
)
"""What a spreadsheet shows where a formula failed."""

_ROW = re.compile(rb'<row r="(\d{1,7})"')
_FAR_CELL = re.compile(rb'<c r="([A-Z]{2,3})\d')
_OPEN_TOKEN = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>"
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_ATTRIBUTES = re.compile(r'([\w:]+)="([^"]*)"')
_BAD_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?:[^>]*\bt="e"[^>]*>(?:<f[^>]*(?:/>|>[^<]*</f>))?<v>([^<]*)</v>'
    rb'|(?![^>]*\bt="str")[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>)'
)


def failed_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Return (row, column), both from 0, of a sheet -> what stands there, as ``#REF!``.

    Parameters
    ----------
    path
        An .xlsx that is safe to open.
    sheet
        The name of the sheet; an unknown one has no such cells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            part = _sheet_part(archive, sheet)
            content = archive.read(part) if part in archive.namelist() else b""
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError, NotImplementedError, RuntimeError):
        return {}
    found: dict[tuple[int, int], str] = {}
    if b't="e"' not in content and b"<f" not in content:
        return found  # the search below takes a second where there are 100,000 rows
    for column, row, shown in _BAD_CELL.findall(content):
        text = html.unescape(shown.decode("utf-8", "replace")) or NO_RESULT
        found[int(row) - 1, _column(column.decode())] = text
    return found


def count_cells(archive: zipfile.ZipFile) -> int:
    """Return the cells of the largest sheet: rows times columns up to its farthest cell."""
    most = 0
    for part in archive.namelist():
        if part == "content.xml":
            most = max(most, _count_repeated(archive.read(part)))
        elif part.startswith("xl/worksheets/") and part.endswith(".xml"):
            content = archive.read(part)
            n_rows = max(map(int, _ROW.findall(content)), default=0)
            far = {column.decode() for column in _FAR_CELL.findall(content)}
            n_columns = max((_column(letters) + 1 for letters in far), default=26)
            most = max(most, n_rows * n_columns)
    return most


def _count_repeated(content: bytes) -> int:
    """Return the cells of the largest sheet of an OpenDocument file, with all repeats."""
    most = n_rows = width = far = 0
    for token in _OPEN_TOKEN.finditer(content):
        kind, attributes = token[1], token[2]
        found = _REPEATED.search(attributes)
        n = int(found[1]) if found else 1
        if kind == b"table":
            n_rows = far = 0
        elif kind == b"table-row":
            n_rows, width = n_rows + n, 0
        else:
            width += n
            if b"value-type=" in attributes:
                far = max(far, width)
                most = max(most, n_rows * far)
    return most


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name inside the workbook of a sheet's part; empty where there is none."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    wanted = ""
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        attributes = dict(_ATTRIBUTES.findall(tag))
        if html.unescape(attributes.get("name", "")) == sheet:
            wanted = attributes.get("r:id", "")
    for tag in re.findall(r"<Relationship\b[^>]*>", links):
        attributes = dict(_ATTRIBUTES.findall(tag))
        if wanted and attributes.get("Id") == wanted:
            return str(PurePosixPath("xl") / attributes.get("Target", "")).removeprefix("/")
    return ""


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1
