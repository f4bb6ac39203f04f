"""Which file of a county folder holds which table, and which the roads? Found by name."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from routing.errors import Fault
from routing.inputs.declared import COUNTY_FILE
from routing.inputs.headers import plain
from routing.inputs.naming import STEMS, Named, name_table, plain_stems, stem_of
from routing.inputs.opening import TABLE_SUFFIXES, Place
from routing.inputs.shapes import holds_shapes, sidecars_among, sidecars_of
from routing.inputs.workbooks import WORKBOOKS, sheet_names
from routing.tables import (
    BUS_TYPES,
    INPUT_TABLES,
    PLACE_TABLES,
    ROAD_EDITS,
    SCHOOLS,
    STUDENTS,
    TRANSIT,
)
from routing.words import Text

ROAD_SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml")
OPEN_SUFFIXES = (".gpkg-wal", ".gpkg-shm", ".gpkg-journal")
"""Beside a GeoPackage while a map program holds it open."""
POLICY_FILE = "policy.toml"
REQUIRED = (SCHOOLS, STUDENTS, BUS_TYPES)

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
_UNUSED = Text("files that were not read: {names}.", "未读取的文件：{names}。")


@dataclass(frozen=True)
class Folder:
    """What a county folder holds.

    Parameters
    ----------
    places
        Name of the table -> where it is, one or more; tables that are not there are left
        out.
    roads, policy
        Their files; None where there is none (or, for roads, not just one).
    faults, notes
        Files that are missing, doubled or of no use.
    files
        The files of the tables, with those that belong to them, and county.toml.
    """

    places: dict[str, tuple[Place, ...]]
    roads: Path | None
    policy: Path | None
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    files: tuple[Path, ...] = ()


def look_into(folder: Path, elsewhere: Collection[str] = ()) -> Folder:
    """Say which file of a folder holds what; what is missing or doubled is a fault.

    A table is a file with one of its ``STEMS`` and ``TABLE_SUFFIXES``; several files
    whose stems say the table and something more (``students_01``, ``学生-堂邑小学``), or
    a folder of that name with a file for each school, are one table together. It may
    also be a sheet of a workbook that holds all of ``REQUIRED`` (as the empty template
    does). The timetable may be a GTFS folder or .zip with one of its stems. Files that
    begin with a dot or with ``~$``, or end in ``OPEN_SUFFIXES``, are the system's, those that
    begin with the name of the roads are kept copies of them, README is for people; all are
    passed over.

    Parameters
    ----------
    folder
        The county folder.
    elsewhere
        Names of tables that come from a database.
    """
    if not folder.is_dir():
        fault = Fault(folder.name or str(folder), _NO_FOLDER, _GIVE_FOLDER)
        return Folder({}, None, None, (fault,), ())
    files = _readable(folder)
    roads = [path for path in files if path.name.lower().endswith(ROAD_SUFFIXES)]
    policy = [path for path in files if path.name.lower() == POLICY_FILE]
    kept = tuple(f"{path.name}." for path in roads)
    others = [
        path for path in files
        if path not in roads and path not in policy and not path.name.startswith(kept)
        and path.name.lower() != COUNTY_FILE
    ]  # fmt: skip
    sidecars = sidecars_among(others)
    tables = [path for path in others if path not in sidecars]
    found, faults, unused = _find_tables([*tables, *_gtfs_folders(folder)])
    _add_folders(folder, found, unused)
    faults += _table_faults(found, {fault.file for fault in faults}, elsewhere)
    faults += _road_faults(roads)
    places = {name: tuple(here) for name, here in found.items() if not _ambiguous(here)}
    names = ", ".join(path.name for path in unused)
    held = [place.path for here in places.values() for place in here]
    declared = [path for path in files if path.name.lower() == COUNTY_FILE]
    return Folder(
        places, roads[0] if len(roads) == 1 else None,
        policy[0] if policy else None, tuple(faults),
        (_UNUSED.fill(names=names),) if names else (),
        (*held, *(path for shape in held for path in sidecars_of(shape)), *declared),
    )  # fmt: skip


def digest_files(paths: Iterable[Path], more: str = "") -> str:
    """Return the SHA-256 over names and bytes of files, in the order of their names.

    A folder counts as the files in it.

    Parameters
    ----------
    paths
        The files.
    more
        A digest of what came from elsewhere.
    """
    total = hashlib.sha256()
    files = {file for path in paths for file in (path.iterdir() if path.is_dir() else [path])}
    for path in sorted(filter(Path.is_file, files), key=lambda path: path.name):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        total.update(hashlib.sha256(path.name.encode()).digest() + content)
    total.update(more.encode())
    return total.hexdigest()


def _readable(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir()
        if path.is_file()
        and not path.name.lower().startswith((".", "~$", "readme"))
        and not path.name.lower().endswith(OPEN_SUFFIXES)
    )  # fmt: skip


def _find_tables(files: list[Path]) -> tuple[dict[str, list[Place]], list[Fault], list[Path]]:
    """Return table -> places, faults of formats, and the files that hold no table."""
    found: dict[str, list[Place]] = {}
    faults, unused = [], []
    for path in files:
        named = name_table(stem_of(path))
        if named and _is_table(path, named):
            found.setdefault(named.table, []).append(Place(path, rest=named.rest))
        elif named and not named.rest:
            remedy = _SAVE_LINES if named.table == ROAD_EDITS.name else _SAVE_AS
            faults.append(Fault(path.name, _FORMAT, remedy))
        elif sheets := _county_sheets(path):
            for table, sheet in sheets.items():
                found.setdefault(table, []).append(Place(path, sheet))
        else:
            unused.append(path)
    return found, faults, unused


def _is_table(path: Path, named: Named) -> bool:
    """Return whether a file is of a format in which its table may come."""
    zipped = path.suffix.lower() == ".zip"
    if named.table == TRANSIT.name and (zipped or path.is_dir()):
        return True
    if path.is_dir():
        return False
    return path.name.lower().endswith(TABLE_SUFFIXES) or (zipped and holds_shapes(path))


def _gtfs_folders(folder: Path) -> list[Path]:
    """Return the folders in a county folder that hold a GTFS timetable."""
    return sorted(path.parent for path in folder.glob("*/stops.txt") if path.is_file())


def _add_folders(folder: Path, found: dict[str, list[Place]], unused: list[Path]) -> None:
    """Add the files of folders that are named as a table."""
    timetables = set(_gtfs_folders(folder))
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        named = (
            None if inner in timetables or inner.name.startswith(".") else name_table(inner.name)
        )
        if not named or named.rest or named.table == ROAD_EDITS.name:
            continue
        files = _readable(inner)
        sidecars = sidecars_among(files)
        for path in files:
            if path in sidecars:
                continue
            if path.name.lower().endswith(TABLE_SUFFIXES):
                found.setdefault(named.table, []).append(Place(path, rest=stem_of(path)))
            else:
                unused.append(path)


def _county_sheets(path: Path) -> dict[str, str]:
    """Return table -> sheet of a workbook that holds all required tables, else nothing."""
    if not path.name.lower().endswith(WORKBOOKS):
        return {}
    sheets = {plain(sheet): sheet for sheet in sheet_names(path)}
    held = {
        name: sheets[stem]
        for name in STEMS
        for stem in reversed(plain_stems(name))
        if stem in sheets
    }
    return held if all(table.name in held for table in REQUIRED) else {}


def _ambiguous(places: list[Place]) -> bool:
    """Return whether several places each claim to be the whole table."""
    return len(places) > 1 and sum(not place.rest for place in places) > 1


def _table_faults(
    found: dict[str, list[Place]], unread: set[str], elsewhere: Collection[str]
) -> list[Fault]:
    faults = []
    for table in (*INPUT_TABLES, *PLACE_TABLES, ROAD_EDITS):
        places = found.get(table.name, [])
        if _ambiguous(places):
            whole = [place for place in places if not place.rest]
            files = ", ".join(str(place) for place in whole)
            faults.append(Fault(str(whole[1]), _SEVERAL.fill(files=files), _KEEP_ONE))
        stems = set(plain_stems(table.name))
        in_other_format = any(plain(Path(file).stem) in stems for file in unread)
        given = places or table.name in elsewhere
        if places and table.name in elsewhere:
            files = f"{places[0]}, {COUNTY_FILE} [database]"
            faults.append(Fault(str(places[0]), _SEVERAL.fill(files=files), _KEEP_ONE))
        if not given and table in REQUIRED and not in_other_format:
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
