"""All figures of a plan as one table: a row for a figure, a column for a group."""

import math
from typing import TYPE_CHECKING

from routing.measure import GROUPS, METRICS
from routing.outputs.facts import BANDS, band_of, rows_of
from routing.outputs.masking import Mask
from routing.records import Plan
from routing.units import format_metres, format_minutes, format_yuan
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[str, ...]


def measure_rows(
    plan: Plan, metrics: "pd.DataFrame", mask: Mask, lang: Lang
) -> tuple[list[str], list[Row]]:
    """Return heads and rows: name, what it means, and a value for each group.

    In public, numbers of students are left out (the page has them masked elsewhere), and
    so are the figures of bands with fewer students than ``min_cell``.

    Parameters
    ----------
    plan
        The plan.
    metrics
        From ``measure_plan``.
    mask
        What may be said.
    lang
        "en" or "zh".
    """
    hidden = _small_bands(plan, mask)
    values = {
        (row.metric, row.group): row.value
        for row in rows_of(metrics)
        if row.group in GROUPS and row.metric in METRICS and row.group not in hidden
    }
    groups = [group for group in GROUPS if any(group == key for _, key in values)]
    rows = []
    for name, metric in METRICS.items():
        if metric.unit == "students" and mask.privacy == "public":
            continue
        cells = [_value(name, values.get((name, group)), lang) for group in groups]
        if any(cells):
            rows.append((metric.name.say(lang), metric.meaning.say(lang), *cells))
    return [GROUPS[group].say(lang) for group in groups], rows


def _small_bands(plan: Plan, mask: Mask) -> set[str]:
    students = plan.district.students
    entitled = students[students["entitled"].astype(bool)]
    sizes = dict.fromkeys(BANDS, 0)
    for row in rows_of(entitled):
        sizes[band_of(int(row.grade))] += int(row.n_students)
    return {band for band, n in sizes.items() if mask.hides(n)}


def _value(name: str, value: float | None, lang: Lang) -> str:
    """Return a figure as people read it; "" where there is none."""
    unit = METRICS[name].unit
    if value is None or math.isnan(value):
        return ""
    if unit == "s":
        return format_minutes(value, lang)
    if unit == "m":
        return format_metres(value, lang)
    if unit.startswith("yuan"):
        return format_yuan(float(f"{value:.3g}"), lang)
    if unit:
        return f"{value:,.1f}" if unit.startswith("km") else f"{value:,.0f}"
    return f"{value:.2f}" if name == "detour_factor" else f"{value:.1%}"
