"""What a rule may be: type, range, and order; every fault is told."""

import math
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from routing.errors import Fault
from routing.units import UNIT_ZH
from routing.words import Text

if TYPE_CHECKING:
    from routing.policy.rules import Policy


CROSSED = (
    "none", "service", "living_street", "residential", "unclassified", "tertiary",
    "secondary", "primary", "trunk",
)  # fmt: skip
"""From the smallest class of road to the largest; values of ``cross_from``."""

CHOICES = {
    "distance_measure": ("walk", "straight", "drive"),
    "cross_from": CROSSED,
    "mixed_loads": ("never", "same_kind", "any"),
    "door_to_door_kept": ("never", "moved", "all"),
    "boarding": ("given", "when_needed", "before_bus"),
}
"""Rules that are words."""


def find_faults(policy: "Policy") -> list[Fault]:
    """Return what is wrong with the rules themselves."""
    found: list[Fault] = []
    for rule in fields(policy):
        if not rule.metadata:
            continue
        value = getattr(policy, rule.name)
        parts = {rule.name: value}
        if is_dataclass(rule.default) and type(value) is not type(rule.default):
            parts = {rule.name: None}
        elif is_dataclass(value):
            parts = {f"{rule.name}.{p.name}": getattr(value, p.name) for p in fields(value)}
        for key, part in parts.items():
            if not _allowed(rule, part):
                range_ = describe(rule)
                found.append(Fault(
                    "policy", Text("is not allowed.", "不允许。"),
                    Text(f"Give a value in {range_.en}.", f"请按单位和范围填写（{range_.zh}）。"),
                    column=key, value=str(value if part is None else part),
                ))  # fmt: skip
    if not found:
        found += _order_faults(policy)
    return found


def _allowed(rule: Any, value: Any) -> bool:
    default = rule.default
    if is_dataclass(default):
        default = 1.0 if rule.name in {"walk_m_per_s", "time_factors"} else 1
    if rule.name in CHOICES:
        return value in CHOICES[rule.name]
    if rule.name == "ride_beyond_m" and value is None:
        return True
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(default, int) and not isinstance(value, int):
        return False
    return bool(rule.metadata["low"] <= value <= rule.metadata["high"])


def _order_faults(policy: "Policy") -> list[Fault]:
    found = []
    for low, high in (("arrive_before_min_s", "arrive_before_max_s"), ("leave_after_min_s", "leave_after_max_s")):  # fmt: skip
        if getattr(policy, low) > getattr(policy, high):
            found.append(Fault(
                "policy", Text(f"is over '{high}' ({getattr(policy, high)}).", f"大于“{high}”（{getattr(policy, high)}）。"),
                Text("Make it smaller, or the other larger.", "请减小此值或增大另一值。"),
                column=low, value=str(getattr(policy, low)),
            ))  # fmt: skip
    return found


def describe(rule: Any) -> Text:
    """Return the unit and the range of a rule, in words."""
    if not rule.metadata:
        return Text("text", "文字")
    if rule.name in CHOICES:
        words = CHOICES[rule.name]
        return Text("one of " + ", ".join(words), "、".join(words) + "之一")
    low, high = rule.metadata["low"], rule.metadata["high"]
    unit = rule.metadata["unit"]
    unit_zh = UNIT_ZH.get(unit, unit)
    if math.isfinite(high):
        return Text(f"{unit}, {low:g} to {high:g}", f"{unit_zh}，{low:g}至{high:g}")
    return Text(f"{unit}, {low:g} or more", f"{unit_zh}，不小于{low:g}")
