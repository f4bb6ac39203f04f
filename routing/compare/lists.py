"""The lists that people read: who is hit how hard, by pupil inside the office, by village outside."""

from typing import Any

import numpy as np
import pandas as pd

from routing.compare.hardship import LEVELS
from routing.compare.record import Comparison
from routing.compare.small import POOLED, Privacy, check_privacy, pool_small
from routing.compare.watch import rows_of
from routing.compare.words import HARDSHIP, HEADS, MODES, PHRASES, say_breaks
from routing.measure.riders import mean, numbers
from routing.words import Lang


def hardship_list(
    comparison: Comparison, plan_name: str, lang: Lang = "en", privacy: Privacy = "public"
) -> pd.DataFrame:
    """Return who is hit how hard by an alternative, the hardest first, in words.

    Parameters
    ----------
    comparison
        From ``compare_plans``.
    plan_name
        An alternative.
    lang
        "en" or "zh": language of heads and cells.
    privacy
        "internal": a row for each row of pupils with a hardship. "public": a row for each
        level and village, no pupil; villages with fewer than the policy's ``min_cell`` in
        a level are told together, so that the numbers still add up.

    Returns
    -------
    rows
        Heads from ``routing.compare.words.HEADS``. Times in minutes, rounded up to a
        tenth. A level of fewer pupils in all than ``min_cell`` says "<5".

    Raises
    ------
    KeyError
        When there is no such alternative.
    RoutingError
        When ``privacy`` is neither word.
    """
    check_privacy(privacy)
    mine = rows_of(comparison, plan_name)
    mine = mine[mine["hardship"] != "none"]
    rows = (
        _each(comparison, mine, lang) if privacy == "internal" else _pooled(comparison, mine, lang)
    )
    return rows.rename(columns={name: HEADS[name].say(lang) for name in rows})


def to_minutes(seconds: "pd.Series[Any]") -> "pd.Series[float]":
    """Return seconds as minutes rounded up to a tenth; NaN where empty."""
    return pd.Series(np.ceil(numbers(seconds.to_frame("s"), "s") / 6) / 10 + 0.0, seconds.index)


def _each(comparison: Comparison, mine: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return a row for each row of pupils."""
    schools = comparison.schools
    return pd.DataFrame(
        {
            "hardship": [HARDSHIP[level].say(lang) for level in mine["hardship"]],
            "student_id": mine["student_id"],
            "village": mine["village"],
            "grade": mine["grade"],
            "n_students": mine["n_students"],
            "school_before": [schools.get(key, key) for key in mine["school_before"]],
            "school_after": [schools.get(key, key) for key in mine["school_after"]],
            "mode_before": [MODES[mode].say(lang) for mode in mine["mode_before"]],
            "mode_after": [MODES[mode].say(lang) for mode in mine["mode_after"]],
            "door_before_min": to_minutes(mine["door_before_s"]),
            "door_after_min": to_minutes(mine["door_after_s"]),
            "more_min": to_minutes(mine["more_s"]),
            "breaks": [say_breaks(codes, lang) for codes in mine["breaks"]],
        }
    ).reset_index(drop=True)


def _pooled(comparison: Comparison, mine: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return a row for each level and village, small ones together."""
    min_cell = comparison.policy.min_cell
    rows: list[tuple[object, ...]] = []
    for level in reversed(LEVELS[1:]):
        level_rows = mine[mine["hardship"] == level]
        counts = level_rows.groupby("village")["n_students"].sum()
        pooled = pool_small(counts.tolist(), min_cell)
        small = set(counts.index[pooled])
        label = level_rows["village"].where(~level_rows["village"].isin(small), POOLED)
        told = [
            _village_row(group, name, min_cell, lang) for name, group in level_rows.groupby(label)
        ]
        told.sort(key=lambda row: (row[0] == PHRASES["elsewhere"].say(lang), -float(row[4])))
        rows += [(HARDSHIP[level].say(lang), *row[:4]) for row in told]
    columns = ["hardship", "village", "n_students", "mean_more_min", "max_more_min"]
    return pd.DataFrame(rows, columns=columns)


def _village_row(group: pd.DataFrame, name: object, min_cell: int, lang: Lang) -> tuple[Any, ...]:
    """Return village, number, mean and most minutes more, and what to sort by."""
    n, more_s = numbers(group, "n_students"), numbers(group, "more_s")
    known = np.isfinite(more_s)
    whole = int(n.sum())
    words = {POOLED: PHRASES["elsewhere"].say(lang), "": PHRASES["unknown_village"].say(lang)}
    village = words.get(str(name), str(name))
    if whole < min_cell or n[known].sum() < min_cell:
        return village, whole if whole >= min_cell else f"<{min_cell}", np.nan, np.nan, 0.0
    mean_s, most_s = mean(more_s, n), float(more_s[known].max())
    mean_min, most_min = (float(np.ceil(value / 6) / 10 + 0.0) for value in (mean_s, most_s))
    return village, whole, mean_min, most_min, mean_s
