"""Scenarios in files: TOML that a planner writes by hand."""

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

from routing.atomic import write_text
from routing.errors import Fault, InputError
from routing.scenario.changes import KINDS, Change, Scenario
from routing.scenario.checking import find_field_faults, read_value, wanted
from routing.units import format_clock
from routing.words import Text

KEYS = {"kind": "school_kind"}
"""Field of a change -> its key in a file, where ``kind`` says what is changed."""

_UNREADABLE = Text("cannot be read: {error}.", "无法读取：{error}。")
_TOML = Text("Mend the file; it is TOML in UTF-8.", "请修正文件；须为UTF-8编码的TOML。")
_NO_NAME = Text("has no name.", "没有名称。")
_GIVE_NAME = Text('Write name = "..." in the first line.', '请在首行填写name = "..."。')
_NO_LIST = Text("is no list of changes.", "不是变更列表。")
_BRACKETS = Text("Begin each change with [[change]].", "每项变更以[[change]]开头。")
_NO_KIND = Text("is no kind of change.", "不是变更类型。")
_KIND = Text("Use one of: {kinds}.", "可用：{kinds}。")
_NO_KEY = Text("is not known here.", "在此处无效。")
_KEYS = Text("Use: {keys}.", "可用：{keys}。")
_NEAR = Text("Did you mean '{near}'?", "是否应为“{near}”？")
_MISSING = Text("is missing.", "缺少。")


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario from a TOML file.

    ``name`` says what it is called; each ``[[change]]`` has a ``kind`` (close_school,
    open_school, move_grades, merge_campuses, move_bell, move_students, set_fleet,
    set_policy, change_enrolment) and the fields of that change by their names; the kind of a
    school that opens is ``school_kind``. Clock times are written 08:20; what may be left out
    in Python may be left out here.

    Parameters
    ----------
    path
        The file, in UTF-8; a byte-order mark is allowed.

    Raises
    ------
    InputError
        Every fault of the file. Whether its schools exist is seen when it is applied.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        problem = _UNREADABLE.fill(error=error)
        raise InputError([Fault(path.name, problem, _TOML)]) from error
    faults = _unknown_keys(data, {"name", "change"}, path.name)
    name = data.get("name")
    if not isinstance(name, str) or not name.strip():
        faults.append(Fault(path.name, _NO_NAME, _GIVE_NAME, column="name"))
    listed = data.get("change", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        faults.append(Fault(path.name, _NO_LIST, _BRACKETS, column="change"))
        listed = []
    changes = []
    for number, entry in enumerate(listed, 1):
        try:
            changes.append(_read_change(entry))
        except InputError as error:
            faults += [replace(fault, file=f"{path.name} #{number}") for fault in error.faults]
    if faults:
        raise InputError(faults)
    return Scenario(str(name).strip(), tuple(changes))


def write_scenario(scenario: Scenario, path: Path | str) -> Path:
    """Write a scenario so that ``read_scenario`` gives the same one; returns the path.

    Parameters
    ----------
    scenario
        The scenario; its rules hold numbers, texts, flags, or records of numbers.
    path
        The file; one that is there is replaced.
    """
    lines = [f"name = {_toml(scenario.name)}"]
    words = {kind: word for word, kind in KINDS.items()}
    for change in scenario.changes:
        lines += ["", "[[change]]", f'kind = "{words[type(change)]}"']
        for rule in fields(change):
            value = getattr(change, rule.name)
            if value == rule.default or value is None:
                continue
            if rule.metadata["as"] == "clock" and value % 60 == 0:
                value = format_clock(value)
            lines.append(f"{KEYS.get(rule.name, rule.name)} = {_toml(value)}")
    return write_text(path, "\n".join(lines) + "\n")


def _read_change(entry: dict[str, Any]) -> Change:
    """Return the change that one part of a file means.

    Raises
    ------
    InputError
        Every fault of it.
    """
    word = entry.get("kind")
    if word not in KINDS:
        near = difflib.get_close_matches(str(word), KINDS, 1, 0.5)
        remedy = _NEAR.fill(near=near[0]) if near else _KIND.fill(kinds=", ".join(KINDS))
        value = None if word is None else str(word)
        raise InputError(
            [Fault("", _NO_KIND if word else _MISSING, remedy, column="kind", value=value)]
        )
    kind = KINDS[word]
    rules = {KEYS.get(rule.name, rule.name): rule for rule in fields(kind)}
    faults = _unknown_keys(entry, {*rules, "kind"}, "")
    missing = {
        key: rule for key, rule in rules.items() if key not in entry and rule.default is MISSING
    }
    faults += [Fault("", _MISSING, wanted(rule), column=key) for key, rule in missing.items()]
    values = {
        rule.name: read_value(entry[key], rule) for key, rule in rules.items() if key in entry
    }
    blank: dict[str, Any] = {rule.name: None for rule in missing.values()}
    change = kind(**values, **blank)
    faults += [
        replace(fault, column=KEYS.get(str(fault.column), fault.column))
        for fault in find_field_faults(change)
        if fault.column not in blank
    ]
    if faults:
        raise InputError(faults)
    return change


def _unknown_keys(data: Mapping[str, Any], known: set[str], file: str) -> list[Fault]:
    faults = []
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), 1, 0.6)
            keys = ", ".join(sorted(known))
            remedy = _NEAR.fill(near=near[0]) if near else _KEYS.fill(keys=keys)
            faults.append(Fault(file, _NO_KEY, remedy, column=key))
    return faults


def _toml(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # a basic string of TOML is a string of JSON, but for the sign DEL
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if hasattr(value, "__dataclass_fields__"):
        return _toml({rule.name: getattr(value, rule.name) for rule in fields(value)})
    return '"none"' if value is None else repr(value)
