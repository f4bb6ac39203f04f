"""The figures of a comparison as they may be told: names, units, sources, small counts hidden."""

from typing import Any

import numpy as np
import pandas as pd

from routing.compare.figures import EQUITY, HEADLINE, Figure
from routing.compare.record import Comparison
from routing.compare.small import HIDDEN, Privacy, check_privacy, hide_column
from routing.compare.watch import rows_of
from routing.compare.words import HEADS
from routing.units import UNIT_ZH
from routing.words import Lang

WAYS = ("n_walk", "n_bus", "n_transit", "n_board", "n_unserved")
"""Figures that together are all pupils."""

BANDED = ("share_over", "share_door_over")
"""Figures told of all and of each band."""


def headline_list(
    comparison: Comparison, lang: Lang = "en", privacy: Privacy = "public"
) -> pd.DataFrame:
    """Return the headline in words, a column for each plan, the present first.

    Parameters
    ----------
    comparison
        From ``compare_plans``.
    lang
        "en" or "zh".
    privacy
        "public": counts of students under the policy's ``min_cell`` are "<5", and what
        would give one away is "–"; so are shares that stand for so few.

    Returns
    -------
    rows
        Figure, one column a plan (numbers; text where hidden), unit, meaning, source.

    Raises
    ------
    RoutingError
        When ``privacy`` is neither word.
    """
    check_privacy(privacy)
    values = comparison.headline.pivot_table(
        index="figure", columns="plan", values="value", sort=False
    )
    cells = {}
    for name in comparison.names:
        figures = {figure: float(values.loc[figure, name]) for figure in HEADLINE}
        public = privacy == "public"
        told = _hide_headline(figures, comparison.policy.min_cell) if public else figures
        cells[name] = [in_words(figure, told[figure]) for figure in HEADLINE]
    return _told(HEADLINE, cells, lang)


def equity_list(
    comparison: Comparison, plan_name: str, lang: Lang = "en", privacy: Privacy = "public"
) -> pd.DataFrame:
    """Return the figures of equity in words, now and then.

    Parameters
    ----------
    comparison
        From ``compare_plans``.
    plan_name
        An alternative.
    lang, privacy
        As for ``headline_list``.

    Returns
    -------
    rows
        Figure, now, then (numbers; text where hidden), unit, meaning, source.

    Raises
    ------
    KeyError
        When there is no such alternative.
    RoutingError
        When ``privacy`` is neither word.
    """
    check_privacy(privacy)
    rows_of(comparison, plan_name)
    mine = comparison.equity[comparison.equity["plan"] == plan_name].set_index("figure")
    cells: dict[str, list[Any]] = {}
    for side in ("before", "after"):
        values = {figure: float(mine.loc[figure, side]) for figure in EQUITY}
        told: dict[str, Any] = dict(values)
        if privacy == "public":
            n = {figure: float(mine.loc[figure, f"n_{side}"]) for figure in EQUITY}
            told |= _hide_shares(values, n, comparison.policy.min_cell)
        cells[HEADS[side].say(lang)] = [in_words(figure, told[figure]) for figure in EQUITY]
    return _told(EQUITY, cells, lang)


def _told(figures: dict[str, Figure], cells: dict[str, list[Any]], lang: Lang) -> pd.DataFrame:
    words = {
        "unit": [say_unit(name, what.unit, lang) for name, what in figures.items()],
        "meaning": [what.meaning.say(lang) for what in figures.values()],
        "source": [what.source.say(lang) for what in figures.values()],
    }
    table = pd.DataFrame(
        {HEADS["figure"].say(lang): [what.name.say(lang) for what in figures.values()]}
    )
    parts = [*cells.items(), *((HEADS[name].say(lang), told) for name, told in words.items())]
    for name, told in parts:
        # a plan may be called like a head
        cells_told = pd.Series(told, dtype=object)
        table.insert(len(table.columns), name, cells_told, allow_duplicates=True)
    return table


def say_unit(figure: str, unit: str, lang: Lang) -> str:
    """Return the unit in which ``in_words`` gives a figure: seconds are told as minutes."""
    if figure.startswith("share_"):
        return "%"
    if unit == "s":
        return "分钟" if lang == "zh" else "min"
    more = {"schools": "所", "stops": "个", "routes": "条", "hours per day": "小时/天"}
    return (UNIT_ZH | more).get(unit, unit) if lang == "zh" else unit


def in_words(figure: str, value: Any) -> Any:
    """Return a figure as people read it; texts (of what is hidden) as they are.

    Shares in percent, times in minutes, both rounded up to a tenth; money in whole yuan,
    rounded up; coefficients to three places.
    """
    if isinstance(value, str) or not np.isfinite(value):
        return value
    unit = (EQUITY | HEADLINE)[figure].unit
    if figure.startswith("share_"):
        return _up(value * 100)
    if unit in {"s", "hours per day"}:
        return _up(value / 60 if unit == "s" else value)
    if unit == "yuan per year":
        return float(np.ceil(round(value, 6)))
    return round(value, 3)


def _up(value: float) -> float:
    """Round up to a tenth; what is a tenth but for the last bit stays."""
    return float(np.ceil(round(value * 10, 6)) / 10)


def _hide_headline(figures: dict[str, float], min_cell: int) -> dict[str, Any]:
    """Return the figures with small counts of students hidden."""
    told: dict[str, Any] = dict(figures)
    ways = np.array([round(figures[name]) for name in WAYS], np.int64)
    hidden = dict(zip(WAYS, hide_column(ways, np.zeros(len(ways), bool), min_cell), strict=True))
    for name, what in HEADLINE.items():
        if what.unit == "students" and 0 < figures[name] < min_cell:
            told[name] = f"<{min_cell}"
        elif hidden.get(name, False):
            told[name] = HIDDEN
    n_over = figures["share_over"] * figures["n_students"]
    if 0 < round(n_over, 6) < min_cell:
        told["share_over"] = HIDDEN
    return told


def _hide_shares(values: dict[str, float], n: dict[str, float], min_cell: int) -> dict[str, str]:
    """Return which shares are hidden: those of few students, and those that give one away."""
    told: dict[str, str] = {}
    for key in BANDED:
        bands = [name for name in values if name.startswith(f"{key}_g")]
        counts = np.array([round(values[name] * n[name]) for name in bands], np.int64)
        hidden = hide_column(counts, np.zeros(len(bands), bool), min_cell)
        told |= {name: HIDDEN for name, hide in zip(bands, hidden, strict=True) if hide}
        if 0 < round(values[key] * n[key]) < min_cell:
            told[key] = HIDDEN
    if 0 < n["n_timed"] < min_cell:
        told |= {name: HIDDEN for name in values if name not in told and "door" in name}
    # to the unit it would say how many walk, board or have no way
    told["n_timed"] = f"≈{round(n['n_timed'], -1):.0f}"
    return told
