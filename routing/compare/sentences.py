"""One pupil's change in one sentence, for use inside the office."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from routing.compare.words import MODES, PHRASES, say_breaks
from routing.units import format_minutes
from routing.words import Lang


def say_pupil(
    row: "pd.Series[Any]", lang: Lang = "en", schools: Mapping[str, str] | None = None
) -> str:
    """Return one row of pupils as a sentence; for use inside the office only.

    Parameters
    ----------
    row
        A row of ``Comparison.pupils``.
    lang
        "en" or "zh".
    schools
        Names of schools, as ``Comparison.schools``; keys are said without.
    """
    names = schools or {}
    before, after = (
        names.get(row[f"school_{side}"], row[f"school_{side}"]) for side in ("before", "after")
    )
    head = PHRASES["pupil"].say(
        lang, student=row["student_id"], grade=row["grade"], n=row["n_students"],
        village=row["village"] or PHRASES["unknown_village"].say(lang),
    )  # fmt: skip
    if row["side"] != "both":
        word, school = ("leaves", before) if row["side"] == "only_before" else ("comes", after)
        return _sentence([head, PHRASES[word].say(lang, school=school)], lang)
    where = (
        PHRASES["moves"].say(lang, before=before, after=after)
        if row["changed"]
        else PHRASES["stays"].say(lang, school=after)
    )
    ways = PHRASES["now_then"].say(
        lang, before=_way(row, "before", lang), after=_way(row, "after", lang)
    )
    parts = [head, where, ways, *_loss(row, lang)]
    if row["breaks"]:
        parts.append(PHRASES["breaks"].say(lang, breaks=say_breaks(row["breaks"], lang)))
    return _sentence(parts, lang)


def _sentence(parts: list[str], lang: Lang) -> str:
    head, rest = parts[0], parts[1:]
    colon, stop = ("：", "；") if lang == "zh" else (": ", "; ")
    return f"{head}{colon}{stop.join(rest)}{'。' if lang == 'zh' else '.'}"


def _way(row: "pd.Series[Any]", side: str, lang: Lang) -> str:
    mode, door_s = MODES[row[f"mode_{side}"]].say(lang), row[f"door_{side}_s"]
    if pd.isna(door_s):
        return mode
    return PHRASES["way"].say(lang, mode=mode, minutes=format_minutes(float(door_s), lang))


def _loss(row: "pd.Series[Any]", lang: Lang) -> list[str]:
    if pd.isna(row["more_s"]):
        return []
    more_s = float(row["more_s"])
    word = "same" if more_s == 0 else "longer" if more_s > 0 else "shorter"
    return [PHRASES[word].fill(minutes=format_minutes(abs(more_s), lang)).say(lang)]
