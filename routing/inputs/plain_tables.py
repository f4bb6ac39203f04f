"""Write a sheet as a plain table again, .csv or .xlsx: texts only, nothing that a spreadsheet runs."""

import csv
import io
import re
from pathlib import Path
from typing import Any

from routing.atomic import replacing
from routing.inputs.cells import clean, to_text
from routing.inputs.sheet import Sheet

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_ACTS = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def pack_sheet(sheet: Sheet, suffix: str) -> bytes:
    """Return a sheet as the content of a .csv (UTF-8 with its mark) or an .xlsx.

    Parameters
    ----------
    sheet
        Points become the columns lon and lat (degrees of WGS-84).
    suffix
        ".csv" or ".xlsx".
    """
    headers, columns = list(sheet.headers), [list(map(_text, cells)) for cells in sheet.cells]
    if sheet.points is not None:
        headers += ["lon", "lat"]
        columns += _degrees(sheet.points)
    rows = [headers, *map(list, zip(*columns, strict=True))]
    return _csv(rows) if suffix == ".csv" else _xlsx(rows)


def write_private(path: Path, content: bytes, *, mode: int = 0o600) -> Path:
    """Write a file whole or not at all, for its owner only; folders above are made.

    Parameters
    ----------
    path
        The file to make or replace.
    content
        What it shall hold.
    mode
        Its permissions; nobody else has any at any moment.

    Raises
    ------
    RoutingError
        When it cannot be written.
    """
    with replacing(path) as draft:
        draft.touch(mode=mode)
        draft.write_bytes(content)
    return path


def _text(cell: Any) -> str:
    return clean(to_text(cell)) or ""


def _degrees(points: Any) -> list[list[str]]:
    known = [point is not None and not point.is_empty for point in points]
    spots = [point.centroid if there else None for point, there in zip(points, known, strict=True)]
    return [
        ["" if spot is None else f"{getattr(spot, axis):.7f}" for spot in spots]
        for axis in ("x", "y")
    ]


def _csv(rows: list[list[str]]) -> bytes:
    content = io.StringIO()
    write = csv.writer(content, lineterminator="\r\n")
    for row in rows:
        write.writerow([_harmless(cell) for cell in row])
    return content.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{text}" if text.startswith(_ACTS) and not _NUMBER.fullmatch(text) else text


def _xlsx(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    })  # fmt: skip
    page = book.add_worksheet("students")
    for line, row in enumerate(rows):
        for at, cell in enumerate(row):
            page.write_string(line, at, cell)
    book.close()
    return content.getvalue()
