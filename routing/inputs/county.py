"""What does a county folder hold? Read as far as it can be, with every fault."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.errors import Fault, InputError, RoadsError
from routing.inputs.checked import all_faults, all_notes, read_tables
from routing.inputs.database import Given, read_database
from routing.inputs.declared import Declared, read_declared
from routing.inputs.detection import settle_systems
from routing.inputs.edits import edit_roads
from routing.inputs.folder import Folder, look_into
from routing.inputs.inspection import Repair, Suspicion, parter, sheet_labels
from routing.inputs.opening import read_sheets
from routing.inputs.personal import leave_out_personal
from routing.inputs.placing import names_of_map, place_students
from routing.inputs.pseudonyms import refuse_keys
from routing.inputs.reading import Reading
from routing.inputs.sheet import Sheet
from routing.inputs.suspicious import find_suspicious, written_oddly
from routing.policy import read_policy
from routing.roads.network import Roads
from routing.roads.repairs import repair_notes
from routing.tables import INPUT_TABLES, PLACE_TABLES, ROAD_EDITS
from routing.words import Text


@dataclass(frozen=True, eq=False)
class Found:
    """What a folder holds, read as far as it can be.

    Parameters
    ----------
    readings
        The tables, by name; students placed as far as they can be.
    roads
        The road network with the planner's edits; None where it cannot be read.
    faults, notes, repairs, suspicions, systems
        As in ``Inspection``.
    files
        All files that were read, for the digest.
    database
        Digest of what came from a database; "" where nothing did.
    """

    readings: Mapping[str, Reading]
    roads: Roads | None
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]
    files: tuple[Path, ...]
    repairs: tuple[Repair, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    systems: tuple[Any, ...] = ()
    database: str = ""


def read_folder(folder: Path, *, cache: bool, drop: Iterable[str] = ()) -> Found:
    """Return what a county folder holds; whatever is wrong is among its faults.

    Parameters
    ----------
    folder
        The county folder.
    cache
        Whether parsed roads are kept on disk for the next time.
    drop
        Headers of personal columns to leave out unread, beside those of county.toml.
    """
    declared, declared_faults = read_declared(folder)
    given = read_database(declared.database, declared.coordinates)
    held = look_into(folder, given.names)
    sheets = _read_sheets(held, given, declared, (*declared.drop, *drop))
    readings = read_tables(sheets, placeless=bool(drop))
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
        *astray, *all_faults(readings, box, name), *edit_faults,
    ]  # fmt: skip
    notes = (
        *held.notes,
        *all_notes(readings),
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
    return Found(
        readings, roads, tuple(map(part, faults)), notes, files,
        tuple(map(part, repairs)), tuple(map(part, odd)), systems, given.digest,
    )  # fmt: skip


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
