"""Can a change be meant? Types and ranges of its fields, before anything is applied."""

from collections.abc import Mapping
from dataclasses import Field, fields
from numbers import Integral, Real
from typing import Any

from routing.errors import Fault
from routing.scenario.changes import Change
from routing.scenario.moving import WHERE
from routing.tables import SCHOOL_KINDS
from routing.units import parse_clock
from routing.words import Text

WANTED = {
    "text": Text("Write a text.", "请填写文字。"),
    "whole": Text("Write a whole number from {low:g} to {high:g}.", "请填写{low:g}至{high:g}的整数。"),
    "number": Text("Write a number from {low:g} to {high:g}.", "请填写{low:g}至{high:g}的数字。"),
    "clock": Text("Write it as 08:20.", "请写成08:20的形式。"),
    "flag": Text("Write true or false.", "请填写true或false。"),
    "texts": Text("Write a list of texts.", "请填写文字列表。"),
    "wholes": Text("Write a list of whole numbers from {low:g} to {high:g}.", "请填写{low:g}至{high:g}的整数列表。"),
    "kind": Text("Write one of: " + ", ".join(SCHOOL_KINDS) + ".", "请填写：" + "、".join(SCHOOL_KINDS) + "之一。"),
    "rules": Text("Write rules and their values, as in a file of rules.", "请填写规则及其值，与规则文件相同。"),
}  # fmt: skip
"""What to write in a field of each kind."""

_NOT_MEANT = Text("is not allowed here.", "不允许。")


def find_field_faults(change: Change) -> list[Fault]:
    """Return every field of a change that holds what it cannot mean.

    Parameters
    ----------
    change
        Any change, from a file or from Python.
    """
    faults = []
    for rule in fields(change):
        value = getattr(change, rule.name)
        if value is None and rule.default is None:
            continue
        if not _is_meant(value, rule):
            faults.append(Fault(
                WHERE, _NOT_MEANT, wanted(rule), column=rule.name, value=str(value),
            ))  # fmt: skip
    return faults


def wanted(rule: "Field[Any]") -> Text:
    """Return in words what a field wants."""
    return WANTED[rule.metadata["as"]].fill(**{key: rule.metadata[key] for key in ("low", "high")})


def read_value(value: Any, rule: "Field[Any]") -> Any:
    """Return a value of a file as its field wants it; as it is, where it cannot be read so."""
    if rule.metadata["as"] == "clock":
        text = value.isoformat() if hasattr(value, "isoformat") else value
        try:
            return parse_clock(text) if isinstance(text, str) else value
        except ValueError:
            return value
    return tuple(value) if isinstance(value, list) else value


def _is_meant(value: Any, rule: "Field[Any]") -> bool:
    kind = rule.metadata["as"]
    low, high = rule.metadata["low"], rule.metadata["high"]
    if kind in {"texts", "wholes"}:
        each = "text" if kind == "texts" else "whole"
        return isinstance(value, tuple | list) and all(
            _is_one(one, each, low, high) for one in value
        )
    return _is_one(value, kind, low, high)


def _is_one(value: Any, kind: str, low: float, high: float) -> bool:
    if kind == "rules":
        return isinstance(value, Mapping)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "kind":
        return value in SCHOOL_KINDS
    if kind == "text":
        return isinstance(value, str)
    if isinstance(value, bool):
        return False
    is_number = isinstance(value, Integral) or (kind == "number" and isinstance(value, Real))
    return is_number and low <= float(value) <= high
