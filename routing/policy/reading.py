"""Rules from TOML: presets and the planner's own files."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from routing.errors import Fault, InputError
from routing.policy.limits import describe
from routing.policy.rules import ByGrade, Policy, RunSpeeds, TimeFactors
from routing.words import Text

PRESETS = ("national", "dongchangfu", "anqiu")


def read_preset(name: str) -> Policy:
    """Return a named set of rules; ``Policy.preset`` is the same."""
    if name not in PRESETS:
        raise InputError([Fault(
            "policy", Text(f"there is no preset '{name}'.", f"没有名为“{name}”的预设。"),
            Text(f"Use one of {', '.join(PRESETS)}.", f"可用：{'、'.join(PRESETS)}。"),
        )])  # fmt: skip
    text = (files("routing.policy") / "presets" / f"{name}.toml").read_text("utf-8")
    return Policy(**_values(tomllib.loads(text), f"{name}.toml"))


def read_policy(path: Path | str, base: Policy | None = None) -> Policy:
    """Read a TOML file of rules.

    A key ``preset`` names the set it starts from; every other key is a field of
    ``Policy``. A distance rule is switched off by ``ride_beyond_m = "none"``.

    Parameters
    ----------
    path
        The TOML file; a byte-order mark is allowed.
    base
        The rules it starts from where it names no preset; default national.

    Raises
    ------
    InputError
        Unknown key, wrong type or a number out of range; every fault is listed.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Fault(
            path.name, Text(f"cannot be read: {error}.", f"无法读取：{error}。"),
            Text("Mend the file; it is TOML in UTF-8.", "请修正文件；须为UTF-8编码的TOML。"),
        )]) from error  # fmt: skip
    preset = data.pop("preset", None)
    start = Policy.preset(str(preset)) if preset else base or Policy.preset("national")
    return replace(start, **_values(data, path.name))


def change_rules(policy: Policy, values: Mapping[str, Any], file: str = "policy") -> Policy:
    """Return rules of which some are changed, written as in a file of rules.

    Parameters
    ----------
    policy
        The rules as they are; of a rule with several numbers only those given change.
    values
        Field of ``Policy`` -> value.
    file
        Where the values come from, for the faults.

    Raises
    ------
    InputError
        Unknown key, wrong type or a number out of range; every fault is listed.
    """
    try:
        return replace(policy, **_values(values, file, policy))
    except InputError as error:
        raise InputError([replace(fault, file=file) for fault in error.faults]) from error


def _values(data: Mapping[str, Any], file: str, base: Policy | None = None) -> dict[str, Any]:
    """Return the fields that a file sets, all its faults raised at once."""
    rules = {rule.name: rule for rule in fields(Policy)}
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in rules:
            faults.append(_unknown(key, value, file, tuple(rules)))
            continue
        start = rules[key].default if base is None else getattr(base, key)
        if isinstance(start, ByGrade | RunSpeeds | TimeFactors) and isinstance(value, dict):
            known = {part.name for part in fields(start)}
            extra = sorted(set(value) - known)
            names = tuple(f"{key}.{part}" for part in sorted(known))
            faults += [_unknown(f"{key}.{part}", value[part], file, names) for part in extra]
            values[key] = replace(start, **{part: value[part] for part in set(value) & known})
        elif isinstance(start, ByGrade) and _is_number(value):
            values[key] = ByGrade(value, value, value)
        else:
            values[key] = None if key == "ride_beyond_m" and value == "none" else value
    try:
        Policy(**values)
    except InputError as error:
        faults += [replace(fault, file=file) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return values


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unknown(key: str, value: object, file: str, known: tuple[str, ...]) -> Fault:
    stem = key.rsplit("_", 1)[0] if key.rsplit("_", 1)[-1] in {"km", "min", "h"} else key
    near = [name for name in known if name.rsplit("_", 1)[0] == stem] or difflib.get_close_matches(key, known, 1, 0.5)  # fmt: skip
    if near:
        found = describe(next(r for r in fields(Policy) if r.name == near[0].split(".")[0]))
        remedy = Text(f"Did you mean '{near[0]}' ({found.en})?", f"是否应为“{near[0]}”（{found.zh}）？")  # fmt: skip
    else:
        remedy = Text("Remove it, or see docs/policy.md for the names.", "请删除，或在docs/policy.md中查找名称。")  # fmt: skip
    return Fault(file, Text("there is no such rule.", "没有这条规则。"), remedy, column=key, value=str(value))  # fmt: skip
