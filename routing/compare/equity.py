"""How evenly the ways are shared: shares beyond limits, the worst-off, Gini and Palma."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.compare.figures import EQUITY
from routing.measure.riders import bands, mean, numbers, quantile, worst_mean

Floats = NDArray[np.float64]

COLUMNS = ("plan", "figure", "before", "after", "unit", "source", "n_before", "n_after")
"""Of ``Comparison.equity``; the last two: over how many students."""

BANDS = ("g1_3", "g4_6", "g7_9")


def gini(values: Floats, n: Floats) -> float:
    """Return the Gini coefficient of a quantity shared by students.

    The mean absolute difference of all pairs over twice the mean,
    ``sum_ij n_i n_j |x_i - x_j| / (2 N² mean)``, found by the Lorenz curve: one less twice
    the area under it. 0 where all are equal or all are 0, ``(N - 1) / N`` where one of N
    has everything.

    Parameters
    ----------
    values
        Not negative; NaN is left out.
    n
        How many students have each.
    """
    known = np.isfinite(values) & (n > 0)
    order = np.argsort(values[known], kind="stable")
    x, weight = values[known][order], n[known][order]
    whole = float((x * weight).sum())
    if whole <= 0:
        return 0.0
    upto = np.cumsum(x * weight)
    twice_area = float((weight * (2 * upto - x * weight)).sum()) / (whole * float(weight.sum()))
    return max(0.0, 1.0 - twice_area)


def palma(values: Floats, n: Floats) -> float:
    """Return all of the largest tenth over all of the smallest 40 % of students.

    Where the border falls within a student, that part of the student counts; 0.25 where
    all are equal, NaN where the smallest 40 % have nothing or nobody is there.

    Parameters
    ----------
    values, n
        As for ``gini``.
    """
    known = np.isfinite(values) & (n > 0)
    order = np.argsort(values[known], kind="stable")
    x, weight = values[known][order], n[known][order]
    whole = float(weight.sum())
    least = _sum_of_first(x, weight, 0.4 * whole)
    most = _sum_of_first(x[::-1], weight[::-1], 0.1 * whole)
    return most / least if least > 0 else float("nan")


def _sum_of_first(x: Floats, weight: Floats, wanted: float) -> float:
    before = np.cumsum(weight) - weight
    return float((x * np.clip(wanted - before, 0, weight)).sum())


Measured = dict[str, tuple[float, float]]
"""By figure its value, and over how many students it is taken."""


def measure_equity(days: pd.DataFrame) -> Measured:
    """Return every figure of ``EQUITY`` for one plan; 0 of nobody.

    Parameters
    ----------
    days
        From ``routing.compare.losses.pupil_days``.
    """
    door_s, n, grade = (numbers(days, name) for name in ("door_s", "n_students", "grade"))
    over = (days["breaks"] != "").to_numpy(np.float64)
    # what breaks which limit is decided in one place: breaks.py
    door_over = np.array(["door" in codes.split() for codes in days["breaks"]], np.float64)
    door_over = np.where(np.isfinite(door_s), door_over, np.nan)
    band = bands(grade)
    figures: dict[str, tuple[float, float]] = {}
    for key, flag in (("share_over", over), ("share_door_over", door_over)):
        figures[key] = mean(flag, n), _number(flag, n)
        for name in BANDS:
            mine = band == name
            figures[f"{key}_{name}"] = mean(flag[mine], n[mine]), _number(flag[mine], n[mine])
    times = {
        "worst5_door_s": worst_mean(door_s, n, 0.05),
        "median_door_s": quantile(door_s, n, 0.5),
        "p90_door_s": quantile(door_s, n, 0.9),
        "mean_door_s": mean(door_s, n),
        "gini_door": gini(door_s, n),
        "palma_door": palma(door_s, n),
        "n_timed": _number(door_s, n),
    }
    figures |= {name: (value, times["n_timed"]) for name, value in times.items()}
    return {name: figures[name] for name in EQUITY}


def _number(values: Floats, n: Floats) -> float:
    """Return over how many students a figure is taken."""
    return float(n[np.isfinite(values)].sum())


def equity_table(name: str, before: Measured, after: Measured) -> pd.DataFrame:
    """Return the figures of the present and of one alternative side by side.

    Parameters
    ----------
    name
        Of the alternative.
    before, after
        From ``measure_equity``.
    """
    rows = [
        (
            name, figure, before[figure][0], after[figure][0], what.unit, what.source.en,
            before[figure][1], after[figure][1],
        )
        for figure, what in EQUITY.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
