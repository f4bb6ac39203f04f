"""From a folder, or from frames in memory, to a District; or to every fault at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from routing.errors import Fault, InputError, RoadsError
from routing.inputs.database import Given, read_database
from routing.inputs.declared import Declared, read_declared
from routing.inputs.detection import settle_systems
from routing.inputs.edits import edit_roads
from routing.inputs.folder import Folder, digest_files, look_into
from routing.inputs.frames import build_frame, empty_table
from routing.inputs.ground import Box, check_ground, inside
from routing.inputs.inspection import Inspection, Repair, Suspicion, parter, sheet_labels
from routing.inputs.joining import read_parts, split_readings
from routing.inputs.layers import sheet_of_frame
from routing.inputs.opening import read_sheets
from routing.inputs.personal import leave_out_personal
from routing.inputs.placing import names_of_map, place_students
from routing.inputs.points import Points
from routing.inputs.pseudonyms import refuse_keys
from routing.inputs.reading import Reading, identity_notes
from routing.inputs.rules import check_buses, check_schools, check_students
from routing.inputs.services import check_transit, note_villages, sort_transit
from routing.inputs.sheet import Sheet
from routing.inputs.suspicious import find_suspicious, written_oddly
from routing.inputs.village_schools import give_schools
from routing.inputs.villages import shape_villages
from routing.policy import read_policy
from routing.records import District
from routing.roads.network import Roads
from routing.roads.repairs import repair_notes
from routing.tables import INPUT_TABLES, PLACE_TABLES, ROAD_EDITS, TRANSIT
from routing.words import Text


@dataclass(frozen=True, eq=False)
class _Found:
    """What a folder holds, read as far as it can be."""

    readings: Mapping[str, Reading]
    roads: Roads | None
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    files: tuple[Path, ...]
    repairs: tuple[Repair, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    systems: tuple[Any, ...] = ()
    database: str = ""


def read_district(folder: Path | str, *, cache: bool = True) -> District:
    """Read a county folder: its tables and its roads.

    Tables are schools, students, bus_types and, where the county has them, parkings,
    stops, transit (also as a GTFS folder or .zip), enrolment and catchments; villages and
    locations place pupils without coordinates (docs/places.md); in one
    file or one for each school (docs/files.md), or in a database that county.toml names;
    with English or Chinese names and headers. Columns that the schema does not know are
    kept as text, named ``other:`` and their header.
    The roads are one OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) or
    .graphml, changed by the planner's own road_edits (.geojson, .gpkg). A policy.toml is
    checked with them, since nothing starts on faulty input; ``routing.policy.read_policy``
    reads it.

    Parameters
    ----------
    folder
        The county folder.
    cache
        Whether parsed roads are kept on disk for the next time.

    Returns
    -------
    district
        Rows in the order of the files; ``digest`` covers the tables' and roads' files,
        not the policy, which no District holds.

    Raises
    ------
    InputError
        Every fault in all files.
    """
    found = _read_folder(Path(folder), cache=cache)
    if found.faults or found.roads is None:
        raise InputError(found.faults)
    digest = digest_files(found.files, found.database)
    notes = (*found.notes, *(repair.told() for repair in found.repairs))
    return _district(found.readings, found.roads, notes, digest)


def check_inputs(folder: Path | str, *, cache: bool = True) -> Inspection:
    """Return every fault of a county folder, what was repaired, left out, or is odd.

    Never raises for what the files hold.

    Parameters
    ----------
    folder
        The county folder.
    cache
        Whether parsed roads are kept on disk for the next time.
    """
    found = _read_folder(Path(folder), cache=cache)
    return Inspection(
        found.faults, found.notes, found.repairs, found.suspicions, found.systems
    )  # fmt: skip


def read_placed(folder: Path, *, drop: Iterable[str] = ()) -> tuple[Mapping[str, Reading], Roads]:
    """Return a county's tables as read, students placed as far as they can be, and its roads.

    Parameters
    ----------
    folder
        The county folder.
    drop
        Headers of personal columns to leave out unread, beside those of county.toml.

    Raises
    ------
    InputError
        Every fault in all files.
    """
    found = _read_folder(folder, cache=True, drop=drop)
    if found.faults or found.roads is None:
        raise InputError(found.faults)
    return found.readings, found.roads


def make_district(
    schools: pd.DataFrame,
    students: pd.DataFrame,
    bus_types: pd.DataFrame,
    roads: Roads,
    parkings: pd.DataFrame | None = None,
    stop_list: pd.DataFrame | None = None,
    *,
    transit: pd.DataFrame | None = None,
    enrolment: pd.DataFrame | None = None,
    catchments: pd.DataFrame | None = None,
    villages: pd.DataFrame | None = None,
    drop: Iterable[str] = (),
    systems: Mapping[str, str | Mapping[str, str]] | None = None,
) -> District:
    """Make a District of frames in memory, checked as files are.

    Parameters
    ----------
    schools, students, bus_types, parkings, stop_list
        Frames with any headers that files may have; points as geometry of a GeoDataFrame
        with a coordinate system, or as ``lon`` and ``lat``. Faults name the table, and
        rows as in a spreadsheet: the first record is row 2.
    roads
        The road network.
    transit, enrolment, catchments
        The same, of the public buses, of other years and of villages.
    villages
        The same, of the county's villages: places pupils without coordinates.
    drop
        Headers of personal columns that may be left out unread; others are refused.
    systems
        Table, or "default" -> coordinate system, as in county.toml; frames for which none
        is said are asked about where they fit GCJ-02 or BD-09.

    Raises
    ------
    InputError
        Every fault in all frames.
    """
    given = {
        "schools": schools, "students": students, "bus_types": bus_types,
        "parkings": parkings, "stop_list": stop_list, "transit": transit,
        "enrolment": enrolment, "catchments": catchments, "villages": villages,
    }  # fmt: skip
    tables = {table.name: table for table in (*INPUT_TABLES, *PLACE_TABLES)}
    sheets = {
        name: (leave_out_personal(_of_frame(frame, name, systems), tables[name], drop),)
        for name, frame in given.items()
        if frame is not None
    }
    settled, astray, turned, _ = settle_systems(
        _read_tables(sheets), roads, Declared(coordinates=systems or {})
    )
    placing = place_students(settled, lambda: names_of_map(roads))
    readings = placing.readings
    faults = [*astray, *_all_faults(readings, roads.source.box, roads.source.name)]
    if faults:
        raise InputError(faults)
    repairs = (repair.told() for reading in readings.values() for repair in reading.repairs)
    notes = (*_all_notes(readings), *turned, *placing.notes, *repairs, *repair_notes(roads.source))
    return _district(readings, roads, notes, "")


def _read_folder(folder: Path, *, cache: bool, drop: Iterable[str] = ()) -> _Found:
    declared, declared_faults = read_declared(folder)
    given = read_database(declared.database, declared.coordinates)
    held = look_into(folder, given.names)
    sheets = _read_sheets(held, given, declared, (*declared.drop, *drop))
    readings = _read_tables(sheets, placeless=bool(drop))
    written = written_oddly(readings)
    roads, road_faults = _read_roads(held.roads, cache=cache)
    roads, edit_faults, edit_notes = edit_roads(
        next(iter(sheets.get(ROAD_EDITS.name, ())), None), roads
    )
    readings, astray, turned, systems = settle_systems(readings, roads, declared)
    placing = place_students(readings, lambda: names_of_map(roads, held.roads))
    readings = placing.readings
    box = roads.source.box if roads is not None else None
    name = held.roads.name if held.roads else "roads"
    faults = [
        *declared_faults, *refuse_keys(folder), *held.faults, *road_faults, *_policy_faults(held.policy),
        *astray, *_all_faults(readings, box, name), *edit_faults,
    ]  # fmt: skip
    notes = (
        *held.notes,
        *_all_notes(readings),
        *turned,
        *placing.notes,
        *(repair_notes(roads.source) if roads else ()),
        *edit_notes,
    )
    files = held.files
    files += (held.roads,) if held.roads else ()
    part = parter(sheet_labels(sheets))
    repairs = [repair for reading in readings.values() for repair in reading.repairs]
    odd = [*written, *placing.suspicions, *find_suspicious(readings, faults)]
    return _Found(
        readings, roads, tuple(map(part, faults)), notes, files,
        tuple(map(part, repairs)), tuple(map(part, odd)), systems, given.digest,
    )  # fmt: skip


def _of_frame(frame: pd.DataFrame, name: str, systems: Mapping[str, Any] | None) -> Sheet:
    declared = bool({name, "default"} & (systems or {}).keys())
    return sheet_of_frame(frame, name, name=name, declared=declared)


def _read_sheets(
    held: Folder, given: Given, declared: Declared, drop: Iterable[str]
) -> dict[str, tuple[Sheet, ...]]:
    """Return the sheets of each table, of files or of a database, without personal columns."""
    tables = {table.name: table for table in (*INPUT_TABLES, *PLACE_TABLES, ROAD_EDITS)}
    said = declared.coordinates.keys()
    sheets = {
        name: tuple(
            sheet
            for place in places
            for sheet in read_sheets(place, tables[name], declared=bool({name, "default"} & said))
        )
        for name, places in held.places.items()
    }
    sheets |= {name: (sheet,) for name, sheet in given.sheets.items()}
    return {
        name: tuple(leave_out_personal(sheet, tables[name], drop) for sheet in several)
        for name, several in sheets.items()
    }


def _read_tables(
    sheets: Mapping[str, Sequence[Sheet]], *, placeless: bool = False
) -> dict[str, Reading]:
    """Return what the sheets of each table hold, checked within and between the tables."""
    if "students" in sheets:
        lacks = placeless or "locations" in sheets
        shaped = tuple(
            give_schools(shape_villages(sheet, placeless=lacks), sheets)
            for sheet in sheets["students"]
        )
        sheets = {**sheets, "students": shaped}
    readings = {
        table.name: read_parts(sheets[table.name], table)
        for table in (*INPUT_TABLES, *PLACE_TABLES)
        if table.name in sheets
    }
    if "schools" in readings:
        readings["schools"] = check_schools(readings["schools"])
    if "bus_types" in readings:
        readings["bus_types"] = check_buses(readings["bus_types"])
    if "students" in readings and "schools" in readings:
        students = check_students(readings["students"], readings["schools"])
        readings["students"] = students
    for name in ("enrolment", "catchments"):
        if name in readings and "schools" in readings:
            readings[name] = check_students(readings[name], readings["schools"])
    if "transit" in readings:
        readings["transit"] = check_transit(readings["transit"])
    return readings


def _all_faults(readings: Mapping[str, Reading], box: Box | None, roads: str) -> list[Fault]:
    """Return the faults of all tables and of their points, by file and row."""
    points = [
        reading.points
        for reading in split_readings(readings)
        if reading.points is not None and reading.table is not TRANSIT
    ]
    faults = [fault for reading in readings.values() for fault in reading.faults]
    faults += check_ground(points, box, roads)
    if "transit" in readings and readings["transit"].points is not None:
        faults += check_ground([_beyond_roads(readings["transit"].points, box)], box, roads)
    order = {reading.file: at for at, reading in enumerate(split_readings(readings), 1)}
    return sorted(faults, key=lambda fault: (order.get(fault.file, 0), fault.row or 0))


def _beyond_roads(points: Points, box: Box | None) -> Points:
    """Return the points without those beyond the roads: a public bus may come from afar."""
    if box is None:
        return points
    near = inside(points.lon, points.lat, box) | inside(points.lat, points.lon, box)
    far = ~near & (np.abs(points.lon) <= 180) & (np.abs(points.lat) <= 90)
    return replace(
        points, lon=np.where(far, np.nan, points.lon), lat=np.where(far, np.nan, points.lat)
    )


def _all_notes(readings: Mapping[str, Reading]) -> tuple[Text, ...]:
    notes: list[Text] = []
    for reading in readings.values():
        notes += [*reading.notes, *identity_notes(reading)]
    if {"catchments", "students"} <= readings.keys():
        notes += note_villages(readings["catchments"], readings["students"])
    return tuple(notes)


def _read_roads(path: Path | None, *, cache: bool) -> tuple[Roads | None, list[Fault]]:
    if path is None:
        return None, []
    from routing.roads import read_roads

    try:
        return read_roads(path, cache=cache), []
    except RoadsError as error:
        # a RoadsError names its file and says by itself what to do
        problem = Text(
            error.text.en.removeprefix(f"{path.name}: "),
            error.text.zh.removeprefix(f"{path.name}："),
        )
        return None, [Fault(path.name, problem, Text("", ""))]


def _policy_faults(path: Path | None) -> tuple[Fault, ...]:
    if path is None:
        return ()
    try:
        read_policy(path)
    except InputError as error:
        return error.faults
    return ()


def _district(
    readings: Mapping[str, Reading], roads: Roads, notes: tuple[Text, ...], digest: str
) -> District:
    frames: dict[str, Any] = {
        table.name: build_frame(readings[table.name])
        if table.name in readings
        else empty_table(table)
        for table in INPUT_TABLES
    }
    frames["transit"] = sort_transit(frames["transit"])
    return District(roads=roads, notes=notes, digest=digest, **frames)
