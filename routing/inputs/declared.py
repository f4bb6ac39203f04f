"""What does the planner say about the files themselves? county.toml, every key optional."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from routing.errors import Fault
from routing.tables import INPUT_TABLES, PLACE_TABLES
from routing.words import Text

COUNTY_FILE = "county.toml"

_UNREADABLE = Text("cannot be read: {why}.", "无法读取：{why}。")
_MEND = Text("Mend the file; it is TOML in UTF-8.", "请修正文件；须为UTF-8编码的TOML。")
_UNKNOWN = Text("there is no such key.", "没有这个键。")
_KNOWN = Text("Use one of: {names}.", "可用：{names}。")
_WRONG = Text("is not what this key wants.", "不符合该键的要求。")
_WANTS = {
    "text": Text('Write a text in quotes, as key = "value".', '请写带引号的文字：key = "value"。'),
    "texts": Text(
        'Write a list of texts, as key = ["a", "b"].', '请写文字列表：key = ["a", "b"]。'
    ),
    "flag": Text("Write true or false.", "请写true或false。"),
    "systems": Text(
        'Write a text, as key = "GCJ-02", or one for each file or school, as '
        'key = { default = "WGS-84", "S03" = "GCJ-02" }.',
        '请写文字：key = "GCJ-02"；或按文件、学校分别写：key = { default = "WGS-84", "S03" = "GCJ-02" }。',
    ),
}

TABLE_NAMES = tuple(table.name for table in (*INPUT_TABLES, *PLACE_TABLES))
KEYS: Mapping[str, Mapping[str, str]] = {
    "coordinates": {"default": "text", **dict.fromkeys(TABLE_NAMES, "systems")},
    "columns": {"drop": "texts"},
    "addresses": {"service": "text", "url": "text", "key_env": "text", "may_leave": "flag"},
    "database": dict.fromkeys(("url_env", *TABLE_NAMES), "text"),
}
"""Section -> key -> what it wants."""


@dataclass(frozen=True)
class Declared:
    """What a planner declares about the county's files.

    Parameters
    ----------
    coordinates
        Table, or "default" for all others -> coordinate system, as written; or for a table
        file, school_id or "default" -> coordinate system.
    drop
        Headers of personal columns that may be left out unread; others are refused.
    addresses
        ``service`` (the geocoder asked for addresses; none unless named), its ``url``,
        ``key_env`` (environment variable that holds its key), and ``may_leave``: whether
        the planner confirms that addresses leave this machine.
    database
        ``url_env`` (environment variable that holds the connection string), and table ->
        name of the table in the database.
    """

    coordinates: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    addresses: Mapping[str, str | bool] = field(default_factory=dict)
    database: Mapping[str, str] = field(default_factory=dict)


def read_declared(folder: Path) -> tuple[Declared, tuple[Fault, ...]]:
    """Return what county.toml declares (nothing where there is none), and all its faults."""
    path = folder / COUNTY_FILE
    if not path.is_file():
        return Declared(), ()
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return Declared(), (Fault(path.name, _UNREADABLE.fill(why=error), _MEND),)
    faults: list[Fault] = []
    good = {
        name: _section(name, section, faults)
        for name, section in data.items()
        if _known(name, section, KEYS, name, faults)
    }
    columns = good.pop("columns", {})
    return Declared(drop=tuple(columns.get("drop", ())), **good), tuple(faults)


def _section(name: str, section: Any, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(section, dict):
        faults.append(Fault(COUNTY_FILE, _WRONG, _KNOWN.fill(names=f"[{name}]"), column=name))
        return {}
    found = {}
    for key, value in section.items():
        said = f"{name}.{key}"
        if _known(key, value, KEYS[name], said, faults):
            wants = KEYS[name][key]
            if _FITS[wants](value):
                found[key] = value
            else:
                faults.append(
                    Fault(COUNTY_FILE, _WRONG, _WANTS[wants], column=said, value=str(value))
                )
    return found


def _known(key: str, value: Any, keys: Mapping[str, Any], said: str, faults: list[Fault]) -> bool:
    if key not in keys:
        remedy = _KNOWN.fill(names=", ".join(keys))
        faults.append(Fault(COUNTY_FILE, _UNKNOWN, remedy, column=said, value=str(value)[:60]))
    return key in keys


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "texts": lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
    "flag": lambda value: isinstance(value, bool),
    "systems": lambda value: (
        all(isinstance(v, str) and v.strip() for v in value.values())
        if isinstance(value, dict) and value
        else isinstance(value, str) and bool(value.strip())
    ),
}
