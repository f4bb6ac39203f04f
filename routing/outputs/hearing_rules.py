"""The rules as a hearing reads them: those that matter for closing, and all that is assumed."""

import re
from collections.abc import Mapping
from dataclasses import fields

from routing.compare import Thresholds
from routing.compare.words import HARDSHIP
from routing.outputs.hearing_tables import Rows, Shown
from routing.outputs.hearing_words import KNOWN, say
from routing.outputs.rule_words import BAND_WORDS
from routing.outputs.rules_table import policy_rows
from routing.policy import ByGrade, Policy
from routing.records import Plan
from routing.words import Lang

MATTER = (
    "ride_beyond_m", "distance_measure", "merged_entitled", "max_ride_s", "max_door_to_door_s",
    "earliest_pickup_s", "max_walk_to_stop_m", "mixed_loads", "transit", "transit_from_grade",
    "transit_max_wait_s", "boarding", "board_from_grade", "small_below", "no_new_small",
    "keep_town_junior", "cross_town", "most_school_students", "worse_off_max_s",
    "meals_secured", "publicity_days", "school_upkeep_yuan", "funding_floor_students",
    "boarder_yuan", "meal_yuan", "cost_range_share", "min_cell",
)  # fmt: skip
"""Rules that decide who may close, who rides and what it costs: one page of them."""


def known_by(rule: str) -> tuple[str, ...]:
    """Return how well a rule is known: codes of ``KNOWN``, as its source says at its ends."""
    source = next(field.metadata["source"] for field in fields(Policy) if field.name == rule)
    return tuple(word for word in KNOWN if re.search(rf"\({word}\)", source))


def list_assumed(policy: Policy) -> list[str]:
    """Return the rules that are our own assumption, or recalled, and were left as they came."""
    came = Policy()
    return [
        field.name
        for field in fields(policy)
        if field.metadata
        and {"assumed", "recalled"} & set(known_by(field.name))
        and getattr(policy, field.name) == getattr(came, field.name)
    ]


def rule_rows(plans: Mapping[str, Plan], lang: Lang) -> Rows:
    """Return every rule of the present, and those that an alternative has otherwise.

    Returns
    -------
    rows
        Key: place of the plan and field of ``Policy``. Cells: plan, rule, value, unit,
        source, how well it is known, whether it is the value that came with the program.
    """
    given = list(plans.items())
    present, came = given[0][1].policy, Policy()
    rows: Rows = []
    for at, (name, plan) in enumerate(given):
        for words, value, unit, source, rule in policy_rows(plan.policy, lang):
            if at and getattr(plan.policy, rule) == getattr(present, rule):
                continue
            comma = "、" if lang == "zh" else ", "
            known = comma.join(KNOWN[code].say(lang) for code in known_by(rule))
            ours = getattr(plan.policy, rule) == getattr(came, rule)
            told = [known, say("as_it_came" if ours else "set_here", lang)]
            cells = _for_people(plan.policy, rule, (value, unit), lang)
            rows.append(((str(at), rule), [name, words, *cells, source, *told]))
    return rows


def band_rows(thresholds: Thresholds, lang: Lang) -> Rows:
    """Return from how many minutes more on a hardship counts, by level and grades."""
    levels = {
        "severe": thresholds.severe_s, "serious": thresholds.serious_s, "minor": thresholds.minor_s,
    }  # fmt: skip
    return [
        ((level,), [HARDSHIP[level].say(lang), *_minutes(limit)]) for level, limit in levels.items()
    ]


def _minutes(limit: ByGrade) -> list[Shown | str]:
    minutes = [getattr(limit, band) / 60 for band in BAND_WORDS]
    return [Shown(f"{number:g}", number) for number in minutes]


def _for_people(policy: Policy, rule: str, told: tuple[str, str], lang: Lang) -> tuple[Shown, str]:
    """Return value and unit: whole minutes for seconds, percent for shares, no unit for words."""
    value = getattr(policy, rule)
    unit = next(field.metadata["unit"] for field in fields(Policy) if field.name == rule)
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if unit == "s" and number is not None and number >= 60 and number % 60 == 0:
        return Shown(f"{number // 60}", number // 60), say("minutes", lang)
    if isinstance(value, ByGrade):
        parts = {band: getattr(value, band) / (60 if unit == "s" else 1) for band in BAND_WORDS}
        colon, semicolon = ("：", "；") if lang == "zh" else (": ", "; ")
        each = [f"{BAND_WORDS[band].say(lang)}{colon}{part:,.10g}" for band, part in parts.items()]
        return Shown(semicolon.join(each)), say("minutes", lang) if unit == "s" else told[1]
    if unit == "share" and number is not None:
        return Shown(f"{number:.0%}", number), ""
    if unit == "grade" or isinstance(value, str | bool):
        return Shown(told[0], number), ""
    return Shown(told[0], number if unit != "s after midnight" else None), told[1]
