"""Open a file of a table by the door of its format; what cannot be opened is a fault."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from routing.errors import Fault
from routing.inputs.archives import zip_fault
from routing.inputs.naming import plain_stems
from routing.inputs.schools_said import say_school
from routing.inputs.shapes import holds_shapes
from routing.inputs.sheet import Sheet
from routing.inputs.workbooks import WORKBOOKS, read_workbook
from routing.tables import Table
from routing.words import Text

MAX_FILE_BYTES = 200_000_000
"""A table's file may be so large (bytes; 100,000 rows take about 0.02 GB, assumed)."""

TEXTS = (".csv", ".tsv", ".txt")
LAYERS = (".gpkg", ".geojson", ".shp", ".shp.zip")
TABLE_SUFFIXES = (*TEXTS, *WORKBOOKS, *LAYERS)

_LARGE = Text(
    "is {size_mb} MB large; at most {most_mb} MB are read.",
    "大小为{size_mb} MB，最多可读{most_mb} MB。",
)
_SPLIT = Text("Remove what is not needed, or split the district.", "请删除不需要的内容，或拆分。")
_OPEN = Text("cannot be opened ({why}).", "无法打开（{why}）。")
_CLOSE = Text(
    "Close it in Excel or WPS, and see that you may read it.",
    "请在Excel或WPS中关闭该文件，并确认有读取权限。",
)


@dataclass(frozen=True)
class Place:
    """Where a table is: a file and, in a workbook of several tables, the sheet.

    Parameters
    ----------
    path
        The file, or a GTFS folder.
    sheet
        The only sheet that counts; None: whichever hold the table.
    rest
        What the file's name says beside the table: a school, say.
    """

    path: Path
    sheet: str | None = None
    rest: str = ""

    def __str__(self) -> str:
        """Return the file's name, with the sheet where it has a say."""
        return f"{self.path.name} [{self.sheet}]" if self.sheet else self.path.name


def read_sheets(place: Place, table: Table, *, declared: bool = False) -> tuple[Sheet, ...]:
    """Return the table at a place, from as many sheets as hold it, at least one.

    A file that cannot be read is a fault of the sheet.

    Parameters
    ----------
    place, table
        Where it is, and what it should hold.
    declared
        Whether the planner says in which system the points of the table are.
    """
    path, names = place.path, plain_stems(table.name)
    if path.is_dir():
        return _reader(path, declared=declared)(path, table, names, place.sheet)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            problem = _LARGE.fill(size_mb=size // 1_000_000, most_mb=MAX_FILE_BYTES // 1_000_000)
            return (Sheet(path.name, (), (), (), faults=(Fault(path.name, problem, _SPLIT),)),)
        with path.open("rb") as file:
            file.read(1)
        if fault := zip_fault(path):
            return (Sheet(path.name, (), (), (), faults=(fault,)),)
        sheets = _reader(path, declared=declared)(path, table, names, place.sheet)
        return tuple(say_school(sheet, table, place.rest) for sheet in sheets)
    except OSError as error:
        fault = Fault(path.name, _OPEN.fill(why=error.strerror or error), _CLOSE)
        return (Sheet(path.name, (), (), (), faults=(fault,)),)


Reader = Callable[[Path, Table, tuple[str, ...], str | None], tuple[Sheet, ...]]


def _reader(path: Path, *, declared: bool) -> Reader:
    """Return the door for a file's format; each is loaded when it is first needed."""
    name = path.name.lower()
    if name.endswith(WORKBOOKS):
        return read_workbook
    if path.is_dir() or (name.endswith(".zip") and not holds_shapes(path)):
        from routing.inputs.gtfs import read_gtfs

        return lambda path, _table, _names, _sheet: (read_gtfs(path),)
    if name.endswith(TEXTS):
        from routing.inputs.delimited import read_delimited

        return lambda path, table, _names, _sheet: (read_delimited(path, table),)
    from routing.inputs.layers import read_layer

    return lambda path, table, names, _sheet: (read_layer(path, table, names, declared=declared),)
