"""From a folder, or from frames in memory, to a District; or to every fault at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from routing.errors import Fault, InputError, RoadsError
from routing.inputs.edits import edit_roads
from routing.inputs.folder import digest_files, look_into, read_sheet
from routing.inputs.frames import build_frame, empty_table
from routing.inputs.ground import Box, check_ground, inside
from routing.inputs.layers import sheet_of_frame
from routing.inputs.points import Points
from routing.inputs.reading import Reading, identity_notes, read_table
from routing.inputs.rules import check_buses, check_schools, check_students
from routing.inputs.services import check_transit, note_villages, sort_transit
from routing.inputs.sheet import Sheet
from routing.policy import read_policy
from routing.records import District
from routing.roads.network import Roads
from routing.roads.repairs import repair_notes
from routing.tables import INPUT_TABLES, ROAD_EDITS, TRANSIT
from routing.words import Text


@dataclass(frozen=True, eq=False)
class _Found:
    """What a folder holds, read as far as it can be."""

    readings: Mapping[str, Reading]
    roads: Roads | None
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    files: tuple[Path, ...]


def read_district(folder: Path | str, *, cache: bool = True) -> District:
    """Read a county folder: its tables and its roads.

    Tables are schools, students, bus_types and, where the county has them, parkings,
    stops, transit (also as a GTFS folder or .zip), enrolment and catchments; as .csv,
    .xlsx, .gpkg or .geojson, with English or Chinese names and headers.
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
    digest = digest_files(found.files)
    return _district(found.readings, found.roads, found.notes, digest)


def check_inputs(
    folder: Path | str, *, cache: bool = True
) -> tuple[tuple[Fault, ...], tuple[Text, ...]]:
    """Return every fault of a county folder, and notes on what was repaired or left out.

    Never raises for what the files hold.

    Parameters
    ----------
    folder
        The county folder.
    cache
        Whether parsed roads are kept on disk for the next time.
    """
    found = _read_folder(Path(folder), cache=cache)
    return found.faults, found.notes


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

    Raises
    ------
    InputError
        Every fault in all frames.
    """
    given = {
        "schools": schools, "students": students, "bus_types": bus_types,
        "parkings": parkings, "stop_list": stop_list, "transit": transit,
        "enrolment": enrolment, "catchments": catchments,
    }  # fmt: skip
    sheets = {
        name: sheet_of_frame(frame, name) for name, frame in given.items() if frame is not None
    }
    readings = _read_tables(sheets)
    faults = _all_faults(readings, roads.source.box, roads.source.name)
    if faults:
        raise InputError(faults)
    notes = (*_all_notes(readings), *repair_notes(roads.source))
    return _district(readings, roads, notes, "")


def _read_folder(folder: Path, *, cache: bool) -> _Found:
    held = look_into(folder)
    tables = {table.name: table for table in (*INPUT_TABLES, ROAD_EDITS)}
    sheets = {name: read_sheet(place, tables[name]) for name, place in held.places.items()}
    readings = _read_tables(sheets)
    roads, road_faults = _read_roads(held.roads, cache=cache)
    roads, edit_faults, edit_notes = edit_roads(sheets.get(ROAD_EDITS.name), roads)
    box = roads.source.box if roads is not None else None
    name = held.roads.name if held.roads else "roads"
    faults = [
        *held.faults, *road_faults, *_policy_faults(held.policy),
        *_all_faults(readings, box, name), *edit_faults,
    ]  # fmt: skip
    notes = (
        *held.notes,
        *_all_notes(readings),
        *(repair_notes(roads.source) if roads else ()),
        *edit_notes,
    )
    files = tuple(place.path for place in held.places.values())
    files += (held.roads,) if held.roads else ()
    return _Found(readings, roads, tuple(faults), notes, files)


def _read_tables(sheets: Mapping[str, Sheet]) -> dict[str, Reading]:
    """Return what each sheet holds, checked within and between the tables."""
    readings = {
        table.name: read_table(sheets[table.name], table)
        for table in INPUT_TABLES
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
        for reading in readings.values()
        if reading.points is not None and reading.table is not TRANSIT
    ]
    faults = [fault for reading in readings.values() for fault in reading.faults]
    faults += check_ground(points, box, roads)
    if "transit" in readings and readings["transit"].points is not None:
        faults += check_ground([_beyond_roads(readings["transit"].points, box)], box, roads)
    order = {reading.file: at for at, reading in enumerate(readings.values(), 1)}
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
