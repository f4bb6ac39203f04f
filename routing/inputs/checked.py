"""The tables of a county, read from their sheets and checked within and between them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from routing.errors import Fault
from routing.inputs.ground import Box, check_ground, inside
from routing.inputs.joining import read_parts, split_readings
from routing.inputs.points import Points
from routing.inputs.reading import Reading, identity_notes
from routing.inputs.rules import check_buses, check_schools, check_students
from routing.inputs.services import check_transit, note_villages
from routing.inputs.sheet import Sheet
from routing.inputs.village_schools import give_schools
from routing.inputs.villages import shape_villages
from routing.tables import INPUT_TABLES, PLACE_TABLES, TRANSIT
from routing.words import Text


def read_tables(
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


def all_faults(readings: Mapping[str, Reading], box: Box | None, roads: str) -> list[Fault]:
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


def all_notes(readings: Mapping[str, Reading]) -> tuple[Text, ...]:
    """Return what to tell of all tables: what was noticed while reading and between them."""
    notes: list[Text] = []
    for reading in readings.values():
        notes += [*reading.notes, *identity_notes(reading)]
    if {"catchments", "students"} <= readings.keys():
        notes += note_villages(readings["catchments"], readings["students"])
    return tuple(notes)
