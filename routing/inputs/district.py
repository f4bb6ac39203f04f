"""From a folder, or from frames in memory, to a District; or to every fault at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from routing.errors import InputError
from routing.inputs.checked import all_faults, all_notes, read_tables
from routing.inputs.county import read_folder
from routing.inputs.declared import Declared
from routing.inputs.detection import settle_systems
from routing.inputs.folder import digest_files
from routing.inputs.frames import build_frame, empty_table
from routing.inputs.inspection import Inspection
from routing.inputs.layers import sheet_of_frame
from routing.inputs.personal import leave_out_personal
from routing.inputs.placing import names_of_map, place_students
from routing.inputs.reading import Reading
from routing.inputs.services import sort_transit
from routing.inputs.sheet import Sheet
from routing.records import District
from routing.roads.network import Roads
from routing.roads.repairs import repair_notes
from routing.tables import INPUT_TABLES, PLACE_TABLES
from routing.words import Text


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
    found = read_folder(Path(folder), cache=cache)
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
    found = read_folder(Path(folder), cache=cache)
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
    found = read_folder(folder, cache=True, drop=drop)
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
        read_tables(sheets), roads, Declared(coordinates=systems or {})
    )
    placing = place_students(settled, lambda: names_of_map(roads))
    readings = placing.readings
    faults = [*astray, *all_faults(readings, roads.source.box, roads.source.name)]
    if faults:
        raise InputError(faults)
    repairs = (repair.told() for reading in readings.values() for repair in reading.repairs)
    notes = (*all_notes(readings), *turned, *placing.notes, *repairs, *repair_notes(roads.source))
    return _district(readings, roads, notes, "")


def _of_frame(frame: pd.DataFrame, name: str, systems: Mapping[str, Any] | None) -> Sheet:
    declared = bool({name, "default"} & (systems or {}).keys())
    return sheet_of_frame(frame, name, name=name, declared=declared)


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
