"""A plan on disk: saved to a folder, and read back equal, alone and years later.

The folder holds three files:

plan.gpkg
    All tables of the plan, one layer each (routing.tables); those without a place are
    layers of attributes. QGIS opens it. Homes are in it: it is not for the public.
roads.npz
    A copy of the roads as read, so that the plan needs no road file to be opened. Plain
    arrays; texts are JSON in UTF-8. Nothing in it can be executed.
plan.json
    The policy, how the plan was made, notes, the types of the columns; written last, it
    seals the folder with the SHA-256 of the other two and of itself.

All three are replaced together (routing.atomic): a plan that is read is the old one or the
new one, also where its writer was killed. Other files of the folder (maps, reports) are left alone.
"""

import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from routing.atomic import newest_path, reading, replacing_all
from routing.blank import blank_table, fill_stages
from routing.errors import Fault, InputError, RoutingError
from routing.outputs.exports import LOG_FILE, log_export
from routing.outputs.internal_mark import MARK_FILE, mark_internal
from routing.outputs.packing import (
    describe_table,
    plain_number,
    plan_tables,
    read_roads,
    read_table,
    write_roads,
    write_tables,
)
from routing.policy import ByGrade, Policy, RunSpeeds, TimeFactors
from routing.records import District, Made, MoreBus, Plan
from routing.roads.network import Roads
from routing.tables import (
    CATCHMENTS,
    ENROLMENT,
    INPUT_TABLES,
    RIDES,
    SCHOOLS,
    STUDENTS,
    TRANSIT,
)
from routing.words import Text

FORMAT = 3
"""Of saved plans; 2: roads with turns and limits of size, visits with a side; 3: public
buses, enrolment and catchments, and ways to school."""

READ_FORMATS = (2, 3)
"""What an older plan does not have is read as empty."""

SINCE_3 = (TRANSIT, ENROLMENT, CATCHMENTS)

TABLES_FILE, ROADS_FILE, SEAL_FILE = "plan.gpkg", "roads.npz", "plan.json"
_SEALED = (ROADS_FILE, TABLES_FILE)
OUR_FILES = {
    TABLES_FILE, ROADS_FILE, SEAL_FILE,
    "index.html", "map.html", "report.html", "plan.xlsx", "run.log",
    LOG_FILE, MARK_FILE, "lines.html",
}  # fmt: skip
"""What may lie in a folder of ours that has no seal yet."""

_NEXT = Text(
    "Save the plan again, or take it from a copy; to read it as it is, load it without verifying.",
    "请重新保存方案或使用备份；如需按现状读取，请在读取时关闭校验。",
)


def save_plan(plan: Plan, folder: Path | str, *, with_roads: bool = True) -> Path:
    """Save a plan to a folder, replacing the plan that is there.

    Nothing of the plan that is there changes until all of the new one is on disk.

    Parameters
    ----------
    plan
        The plan.
    folder
        Made where it is absent. It may hold an earlier plan with its maps and reports.
    with_roads
        Without them, the plan can be read only by who has the same roads.

    Returns
    -------
    folder
        The folder.

    Raises
    ------
    RoutingError
        When the folder holds something else, or cannot be written.
    """
    folder = Path(folder)
    refuse_foreign(folder)
    if with_roads:
        mark_internal(folder)
    sealed = _SEALED if with_roads else (TABLES_FILE,)
    with replacing_all(folder, (*sealed, SEAL_FILE)) as drafts:
        write_tables(plan_tables(plan), drafts / TABLES_FILE)
        if with_roads:
            write_roads(plan.district.roads, drafts / ROADS_FILE)
        seal = _describe(plan)
        seal["files"] = {name: _digest(drafts / name) for name in sealed}
        seal["seal"] = _seal(seal)
        text = json.dumps(seal, ensure_ascii=False, indent=1, default=plain_number)
        (drafts / SEAL_FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    if with_roads:
        log_export(folder / TABLES_FILE, "internal")
    return folder


def load_plan(folder: Path | str, *, verify: bool = True, roads: Roads | None = None) -> Plan:
    """Read a saved plan: the same tables, types, order of rows, roads and rules.

    Parameters
    ----------
    folder
        The folder given to ``save_plan``.
    verify
        Refuse files that are not as they were saved. Without it, a plan that was edited
        by hand is read as it is.
    roads
        Those of a plan that was saved without them; what the folder holds is not read then.

    Raises
    ------
    InputError
        When there is no plan, or a file is missing or not as saved; it is named.
    """
    folder = Path(folder)
    with reading(folder) as newest:
        places = {name: newest_path(folder, newest, name) for name in (*_SEALED, SEAL_FILE)}
        seal = _read_seal(places[SEAL_FILE], verify=verify)
        sealed = _SEALED if roads is None else (TABLES_FILE,)
        found = [
            _find_fault(places[name], seal["files"].get(name), verify=verify) for name in sealed
        ]
        if faults := [fault for fault in found if fault]:
            raise InputError(faults)
        try:
            return _rebuild(places, seal, roads)
        except InputError:
            raise
        except Exception as error:  # files made by other hands fail in many ways
            raise InputError([_broken(folder.name, error)]) from error


def _rebuild(places: dict[str, Path], seal: dict[str, Any], roads: Roads | None) -> Plan:
    tables = {
        name: read_table(places[TABLES_FILE], name, shape) for name, shape in seal["tables"].items()
    }
    tables |= {t.name: blank_table(t) for t in SINCE_3 if t.name not in tables}
    tables |= {t.name: fill_stages(tables[t.name], t) for t in (SCHOOLS, STUDENTS, RIDES)}
    district = District(
        **{table.name: tables.pop(table.name) for table in INPUT_TABLES},
        roads=roads or read_roads(places[ROADS_FILE]),
        notes=tuple(Text(**note) for note in seal["notes"]),
        digest=seal["digest"],
    )
    made = _made(seal["made"])
    return Plan(_policy(seal["policy"]), district, **tables, made=made)


def _describe(plan: Plan) -> dict[str, Any]:
    import geopandas
    import pandas as pd

    libraries = {"geopandas": geopandas, "numpy": np, "pandas": pd}
    versions = {name: library.__version__ for name, library in libraries.items()}
    tables = plan_tables(plan)
    return {
        "format": FORMAT,
        "made": asdict(plan.made),
        "digest": plan.district.digest,
        "versions": {"schoolbus-routing": plan.made.version, **versions},
        "roads": asdict(plan.district.roads.source),
        "notes": [note._asdict() for note in plan.district.notes],
        "policy": asdict(plan.policy),
        "tables": {name: describe_table(table) for name, table in tables.items()},
    }


def _made(values: dict[str, Any]) -> Made:
    more = tuple(
        MoreBus(**{**bus, "school_ids": tuple(bus["school_ids"])})
        for bus in values.get("more_buses", ())
    )
    return Made(**{**values, "more_buses": more})


def _policy(values: dict[str, Any]) -> Policy:
    nested: dict[Any, Any] = {kind: kind for kind in (ByGrade, RunSpeeds, TimeFactors)}
    for rule in fields(Policy):
        kind = nested.get(type(rule.default))
        if kind and rule.name in values:
            values = {**values, rule.name: kind(**values[rule.name])}
    return Policy(**values)


def _seal(content: dict[str, Any]) -> str:
    """Return the SHA-256 of everything that plan.json says but the seal itself."""
    plain = {key: value for key, value in content.items() if key != "seal"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, default=plain_number)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_seal(path: Path, *, verify: bool) -> dict[str, Any]:
    if not path.is_file():
        problem = Text("there is no saved plan here.", "此处没有保存的方案。")
        remedy = Text("Name the folder that the plan was saved to.", "请指定保存方案的文件夹。")
        raise InputError([Fault(str(path), problem, remedy)])
    try:
        seal = json.loads(path.read_text("utf-8"))
        form, files, digest = seal["format"], seal["files"], seal["seal"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError([_broken(path.name, error)]) from error
    if form not in READ_FORMATS or not isinstance(files, dict):
        problem = Text(
            f"the plan has format {form}; this version reads {READ_FORMATS[0]} to {FORMAT}.",
            f"方案格式为{form}，本版本可读取格式{READ_FORMATS[0]}至{FORMAT}。",
        )
        remedy = Text("Read it with the version that saved it.", "请用保存它的版本读取。")
        raise InputError([Fault(path.name, problem, remedy)])
    if verify and digest != _seal(seal):
        raise InputError([_changed(path.name)])
    return dict(seal)


def _find_fault(path: Path, digest: str | None, *, verify: bool) -> Fault | None:
    if not path.is_file():
        problem = Text("is missing from the saved plan.", "保存的方案缺少此文件。")
        return Fault(path.name, problem, _NEXT)
    try:
        return _changed(path.name) if verify and _digest(path) != digest else None
    except OSError as error:
        return _broken(path.name, error)


def _changed(file: str) -> Fault:
    problem = Text("is damaged: it is not as it was saved.", "文件已损坏：与保存时不一致。")
    return Fault(file, problem, _NEXT)


def _broken(file: str, error: Exception) -> Fault:
    problem = Text(f"cannot be read as a saved plan: {error}.", f"无法作为方案读取：{error}。")
    return Fault(file, problem, _NEXT)


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder with files that are not ours and no plan: it may be a mistake."""
    if not folder.exists() or (folder / SEAL_FILE).is_file():
        return
    found = [] if not folder.is_dir() else sorted(path.name for path in folder.iterdir())
    strange = [name for name in found if name not in OUR_FILES and not name.startswith(".")]
    if strange or not folder.is_dir():
        shown = ", ".join(strange[:3]) or folder.name
        raise RoutingError(Text(
            f"'{folder}' is not a saved plan: it holds {shown}. Choose an "
            "empty folder or that of an earlier plan.",
            f"“{folder}”不是保存方案的文件夹：其中有{shown}。请选择空文件夹或以前保存方案的文件夹。",
        ))  # fmt: skip
