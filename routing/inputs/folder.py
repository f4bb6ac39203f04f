"""Which file of a county folder holds which table, and which the roads? Found by name."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from routing.errors import Fault
from routing.inputs.headers import plain
from routing.inputs.sheet import Sheet
from routing.inputs.workbooks import read_workbook, sheet_names
from routing.tables import (
    BUS_TYPES,
    INPUT_TABLES,
    ROAD_EDITS,
    SCHOOLS,
    STUDENTS,
    TRANSIT,
    Table,
)
from routing.words import Text

MAX_FILE_BYTES = 200_000_000
"""A table's file may be so large (bytes; 100,000 rows take about 0.02 GB, assumed)."""

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".gpkg", ".geojson")
ROAD_SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml")
OPEN_SUFFIXES = (".gpkg-wal", ".gpkg-shm", ".gpkg-journal")
"""Beside a GeoPackage while a map program holds it open."""
POLICY_FILE = "policy.toml"
REQUIRED = (SCHOOLS, STUDENTS, BUS_TYPES)

STEMS = {
    "schools": ("schools", "学校", "school", "学校表", "学校名单"),
    "students": ("students", "学生", "student", "pupils", "学生表", "学生名单"),
    "bus_types": ("bus_types", "车型", "bus_type", "buses", "车型表", "校车"),
    "parkings": ("parkings", "停放点", "停车场", "parking", "停放点表"),
    "stop_list": ("stops", "站点", "停靠点", "stop_list", "站点表"),
    "transit": ("transit", "公交", "公交时刻表", "公交线路", "timetable", "gtfs"),
    "enrolment": ("enrolment", "招生预测", "学生预测", "在校生预测", "enrollment"),
    "catchments": ("catchments", "学区", "学区划分", "招生范围", "catchment"),
    "road_edits": ("road_edits", "道路修改", "道路修改表"),
}
"""File stems, sheets and layers of each table; the first two are those of the template."""

_NO_FOLDER = Text("is no folder.", "不是文件夹。")
_GIVE_FOLDER = Text(
    "Give the folder that holds schools, students, bus_types and the roads.",
    "请给出包含学校、学生、车型和路网文件的文件夹。",
)
_NO_TABLE = Text("there is no file of this table.", "缺少该表的文件。")
_ADD_TABLE = Text(
    "Add {name}.csv, .xlsx, .gpkg or .geojson (or {zh}.csv, ...).",
    "请添加{zh}.csv、.xlsx、.gpkg或.geojson（或{name}.csv等）。",
)
_SEVERAL = Text("there are several files of this table: {files}.", "该表有多个文件：{files}。")
_SEVERAL_ROADS = Text("there are several files of roads: {files}.", "有多个路网文件：{files}。")
_KEEP_ONE = Text("Keep one in the folder.", "请只在文件夹中保留一个。")
_NO_ROADS = Text("there is no file of roads.", "缺少路网文件。")
_ADD_ROADS = Text(
    "Add an OpenStreetMap extract of the county: roads{suffixes}.",
    "请添加本县的OpenStreetMap数据：roads{suffixes}。",
)
_FORMAT = Text("is of a format that is not read.", "为不支持的格式。")
_SAVE_AS = Text("Save it as .xlsx or .csv.", "请另存为.xlsx或.csv。")
_SAVE_LINES = Text("Save it as .geojson or .gpkg.", "请另存为.geojson或.gpkg。")
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
_UNUSED = Text("files that were not read: {names}.", "未读取的文件：{names}。")


@dataclass(frozen=True)
class Place:
    """Where a table is: a file and, in a workbook of several tables, the sheet."""

    path: Path
    sheet: str | None = None

    def __str__(self) -> str:
        """Return the file's name, with the sheet where it has a say."""
        return f"{self.path.name} [{self.sheet}]" if self.sheet else self.path.name


@dataclass(frozen=True)
class Folder:
    """What a county folder holds.

    Parameters
    ----------
    places
        Name of the table -> where it is; tables that are not there are left out.
    roads, policy
        Their files; None where there is none (or, for roads, not just one).
    faults, notes
        Files that are missing, doubled or of no use.
    """

    places: dict[str, Place]
    roads: Path | None
    policy: Path | None
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def look_into(folder: Path) -> Folder:
    """Say which file of a folder holds what; what is missing or doubled is a fault.

    A table is a file with one of its ``STEMS`` and ``TABLE_SUFFIXES``, or a sheet of a
    workbook that holds all of ``REQUIRED`` (as the empty template does). The timetable may
    be a GTFS folder or .zip with one of its stems. Files that
    begin with a dot or with ``~$``, or end in ``OPEN_SUFFIXES``, are the system's, those that
    begin with the name of the roads are kept copies of them, README is for people; all are
    passed over.
    """
    if not folder.is_dir():
        fault = Fault(folder.name or str(folder), _NO_FOLDER, _GIVE_FOLDER)
        return Folder({}, None, None, (fault,), ())
    files = sorted(
        path for path in folder.iterdir()
        if path.is_file()
        and not path.name.lower().startswith((".", "~$", "readme"))
        and not path.name.lower().endswith(OPEN_SUFFIXES)
    )  # fmt: skip
    roads = [path for path in files if path.name.lower().endswith(ROAD_SUFFIXES)]
    policy = [path for path in files if path.name.lower() == POLICY_FILE]
    kept = tuple(f"{path.name}." for path in roads)
    others = [
        path for path in files
        if path not in roads and path not in policy and not path.name.startswith(kept)
    ]  # fmt: skip
    found, faults, unused = _find_tables([*others, *_gtfs_folders(folder)])
    places = {name: places[0] for name, places in found.items() if len(places) == 1}
    faults += _table_faults(found, {fault.file for fault in faults}) + _road_faults(roads)
    names = ", ".join(path.name for path in unused)
    notes = (_UNUSED.fill(names=names),) if names else ()
    return Folder(
        places, roads[0] if len(roads) == 1 else None,
        policy[0] if policy else None, tuple(faults), notes,
    )  # fmt: skip


def read_sheet(place: Place, table: Table) -> Sheet:
    """Return the table at a place; a file that cannot be read is a fault of the sheet."""
    path, names = place.path, plain_stems(table.name)
    if path.is_dir():
        return _reader(path)(path, table, names, place.sheet)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            problem = _LARGE.fill(size_mb=size // 1_000_000, most_mb=MAX_FILE_BYTES // 1_000_000)
            return Sheet(path.name, (), (), (), faults=(Fault(path.name, problem, _SPLIT),))
        with path.open("rb") as file:
            file.read(1)
        return _reader(path)(path, table, names, place.sheet)
    except OSError as error:
        fault = Fault(path.name, _OPEN.fill(why=error.strerror or error), _CLOSE)
        return Sheet(path.name, (), (), (), faults=(fault,))


def digest_files(paths: Iterable[Path]) -> str:
    """Return the SHA-256 over names and bytes of files, in the order of their names.

    A folder counts as the files in it.
    """
    total = hashlib.sha256()
    files = {file for path in paths for file in (path.iterdir() if path.is_dir() else [path])}
    for path in sorted(filter(Path.is_file, files), key=lambda path: path.name):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        total.update(hashlib.sha256(path.name.encode()).digest() + content)
    return total.hexdigest()


def plain_stems(name: str) -> tuple[str, ...]:
    """Return the plain names of a table's files, sheets and layers."""
    return tuple(plain(stem) for stem in STEMS[name])


def _reader(path: Path) -> Callable[[Path, Table, tuple[str, ...], str | None], Sheet]:
    """Return the door for a file's format; each is loaded when it is first needed."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return read_workbook
    if suffix == ".zip" or path.is_dir():
        from routing.inputs.gtfs import read_gtfs

        return lambda path, _table, _names, _sheet: read_gtfs(path)
    if suffix in {".csv", ".tsv"}:
        from routing.inputs.delimited import read_delimited

        return lambda path, table, _names, _sheet: read_delimited(path, table)
    from routing.inputs.layers import read_layer

    return lambda path, table, names, _sheet: read_layer(path, table, names)


def _find_tables(files: list[Path]) -> tuple[dict[str, list[Place]], list[Fault], list[Path]]:
    """Return table -> places, faults of formats, and the files that hold no table."""
    found: dict[str, list[Place]] = {}
    faults, unused = [], []
    for path in files:
        stem = plain(unicodedata.normalize("NFKC", path.stem))
        name = next((name for name in STEMS if stem in plain_stems(name)), None)
        suffix = path.suffix.lower()
        gtfs = name == TRANSIT.name and (suffix == ".zip" or path.is_dir())
        if name and (suffix in TABLE_SUFFIXES or gtfs):
            found.setdefault(name, []).append(Place(path))
        elif name:
            remedy = _SAVE_LINES if name == ROAD_EDITS.name else _SAVE_AS
            faults.append(Fault(path.name, _FORMAT, remedy))
        elif sheets := _county_sheets(path):
            for table, sheet in sheets.items():
                found.setdefault(table, []).append(Place(path, sheet))
        else:
            unused.append(path)
    return found, faults, unused


def _gtfs_folders(folder: Path) -> list[Path]:
    """Return the folders in a county folder that hold a GTFS timetable."""
    return sorted(path.parent for path in folder.glob("*/stops.txt") if path.is_file())


def _county_sheets(path: Path) -> dict[str, str]:
    """Return table -> sheet of a workbook that holds all required tables, else nothing."""
    if path.suffix.lower() != ".xlsx":
        return {}
    sheets = {plain(sheet): sheet for sheet in sheet_names(path)}
    held = {
        name: sheets[stem]
        for name in STEMS
        for stem in reversed(plain_stems(name))
        if stem in sheets
    }
    return held if all(table.name in held for table in REQUIRED) else {}


def _table_faults(found: dict[str, list[Place]], unread: set[str]) -> list[Fault]:
    faults = []
    for table in (*INPUT_TABLES, ROAD_EDITS):
        places = found.get(table.name, [])
        if len(places) > 1:
            files = ", ".join(str(place) for place in places)
            faults.append(Fault(str(places[1]), _SEVERAL.fill(files=files), _KEEP_ONE))
        stems = set(plain_stems(table.name))
        in_other_format = any(plain(Path(file).stem) in stems for file in unread)
        if not places and table in REQUIRED and not in_other_format:
            name, zh = STEMS[table.name][:2]
            faults.append(Fault(name, _NO_TABLE, _ADD_TABLE.fill(name=name, zh=zh)))
    return faults


def _road_faults(roads: list[Path]) -> list[Fault]:
    if not roads:
        return [Fault("roads", _NO_ROADS, _ADD_ROADS.fill(suffixes=", ".join(ROAD_SUFFIXES)))]
    if len(roads) > 1:
        names = ", ".join(path.name for path in roads)
        return [Fault(roads[1].name, _SEVERAL_ROADS.fill(files=names), _KEEP_ONE)]
    return []
