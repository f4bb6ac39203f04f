"""The rules of a policy as rows to print: name, value, unit, source."""

from dataclasses import Field, fields
from typing import Any

from routing.outputs.rule_words import (
    BAND_WORDS,
    MEASURE_WORDS,
    find_words,
)
from routing.policy import ByGrade, Policy, RunSpeeds, TimeFactors
from routing.units import UNIT_ZH, format_clock
from routing.words import Lang

MONEY = (
    "school_days", "price_yuan", "price_share_per_seat", "life_years", "residual_share",
    "driver_yuan", "attendant_yuan", "insurance_yuan", "upkeep_yuan", "fuel_l_per_100km",
    "fuel_yuan_per_l", "overhead_share", "cost_range_share",
)  # fmt: skip
"""The rules that the estimate of cost rests on."""

Row = tuple[str, str, str, str, str]


def policy_rows(policy: Policy, lang: Lang) -> list[Row]:
    """Return every rule: name in words, value, unit, source, key in policy.toml."""
    return [_row(policy, rule, lang) for rule in fields(policy) if rule.metadata]


def cost_rows(policy: Policy, lang: Lang) -> list[Row]:
    """Return the rules that the estimate of cost rests on, as ``policy_rows`` does."""
    return [_row(policy, rule, lang) for rule in fields(policy) if rule.name in MONEY]


def _row(policy: Policy, rule: "Field[Any]", lang: Lang) -> Row:
    words = find_words(rule.name)
    unit = rule.metadata["unit"]
    value = getattr(policy, rule.name)
    source = words.source_zh if lang == "zh" and words.source_zh else rule.metadata["source"]
    shown_unit = "" if unit in _UNIT_SAID else UNIT_ZH.get(unit, unit) if lang == "zh" else unit
    return words.name.say(lang), _value(value, unit, lang), shown_unit, source, rule.name


_UNIT_SAID = {"flag", "s after midnight", "walk, straight or drive", "class of road"}


def _value(value: Any, unit: str, lang: Lang) -> str:
    if isinstance(value, ByGrade):
        parts = (
            (BAND_WORDS[band.name].say(lang), getattr(value, band.name)) for band in fields(value)
        )
        return "; ".join(f"{band}: {_number(part)}" for band, part in parts)
    if isinstance(value, RunSpeeds | TimeFactors):
        return ", ".join(f"{road.name} {getattr(value, road.name):g}" for road in fields(value))
    if value is None:
        return "无" if lang == "zh" else "none"
    if isinstance(value, bool):
        yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
        return yes if value else no
    if isinstance(value, str):
        return MEASURE_WORDS[value].say(lang) if value in MEASURE_WORDS else value
    return format_clock(value) if unit == "s after midnight" else _number(value)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
