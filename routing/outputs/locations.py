"""Write what was looked up of pupils' places: a table for the county folder, a list for repair."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from routing.atomic import write_text
from routing.inputs.geocoding import Geocoded
from routing.words import Lang, Text

HEADERS = ("student_id", "lon_wgs84", "lat_wgs84", "precision", "score")
"""Of the table; it is read from a county folder as ``locations.csv``, and says its system."""

_DOUBTFUL = (
    Text("student_id", "学生编号"), Text("file", "文件"), Text("row", "行"), Text("why", "原因"),
)  # fmt: skip


def write_locations(found: Geocoded, path: Path | str, lang: Lang = "en") -> tuple[Path, Path]:
    """Write the places found, and beside them the list of the doubtful; no address is in either.

    Parameters
    ----------
    found
        As ``geocode_county`` returns it.
    path
        The .csv of places; the list gets ``-doubtful`` behind its stem. Named
        ``locations.csv`` in the county folder, the table is read with it.
    lang
        Of the list.

    Returns
    -------
    table, doubtful
        Where they stand.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        (one.student_id, f"{one.lon:.6f}", f"{one.lat:.6f}", one.precision, f"{one.score:g}")
        for one in found.located
    ]
    listed = [(one.student_id, one.file, str(one.row), one.why.say(lang)) for one in found.doubtful]
    beside = path.with_name(f"{path.stem}-doubtful{path.suffix or '.csv'}")
    table = write_text(path, _rows(HEADERS, rows))
    return table, write_text(beside, _rows([header.say(lang) for header in _DOUBTFUL], listed))


def _rows(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return "\ufeff" + content.getvalue()


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line."""
    text = "".join(sign if sign.isprintable() else " " for sign in cell)
    number = text.removeprefix("-").replace(".", "", 1).isdecimal()
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) and not number else text
