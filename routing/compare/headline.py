"""The few figures that say the most about each plan, the present too."""

import numpy as np
import pandas as pd

from routing.compare.equity import Measured
from routing.compare.figures import HEADLINE
from routing.compare.groups import is_worse
from routing.compare.permits import count_new_lines, count_new_stops
from routing.measure.riders import numbers
from routing.measure.schools import cost_table
from routing.records import Plan


def headline_figures(
    present: Plan, plan: Plan, days: pd.DataFrame, pupils: pd.DataFrame, equity: Measured
) -> dict[str, float]:
    """Return every figure of ``HEADLINE`` for one plan.

    Parameters
    ----------
    present, plan
        The present, and this plan (which may be the present).
    days
        Of this plan, from ``routing.compare.losses.pupil_days``.
    pupils
        This plan beside the present, from ``routing.compare.losses.pair_days``.
    equity
        From ``routing.compare.equity.measure_equity``.
    """
    n = numbers(days, "n_students")
    gone = set(present.district.schools["school_id"]) - set(plan.district.schools["school_id"])
    more_s = numbers(pupils, "more_s")
    known = more_s[np.isfinite(more_s)]
    figures = {
        **find_cost(plan),
        "n_buses": float(plan.routes["bus_id"].nunique()),
        "n_schools": float(len(plan.district.schools)),
        "n_closed": float(len(gone)),
        "n_students": float(n.sum()),
        "n_changed": _sum(pupils, pupils["changed"]),
        "n_worse": _sum(pupils, is_worse(pupils)),
        "n_severe": _sum(pupils, pupils["hardship"] == "severe"),
        "max_more_s": float(max(known.max(), 0)) if len(known) else 0.0,
        "child_hours_per_day": float(np.nansum(n * numbers(days, "both_s")) / 3600),
        "worst5_door_s": equity["worst5_door_s"][0],
        "share_over": equity["share_over"][0],
        **{
            f"n_{mode}": float(n[(days["mode"] == mode).to_numpy()].sum())
            for mode in ("walk", "bus", "transit", "board", "unserved")
        },
        "n_new_stops": float(count_new_stops(present, plan)),
        "n_new_lines": float(count_new_lines(present, plan)),
        "n_only_before": _sum(pupils, pupils["side"] == "only_before"),
        "n_only_after": _sum(pupils, pupils["side"] == "only_after"),
    }
    return {name: figures[name] for name in HEADLINE}


def find_cost(plan: Plan) -> dict[str, float]:
    """Return the estimated cost of a year with its range (yuan per year).

    All items of the cost table, at the prices of the plan's own policy.
    """
    table = cost_table(plan)
    table = table[table["group"] == "all"]
    names = {"yuan_per_year": "yuan", "yuan_low": "low_yuan", "yuan_high": "high_yuan"}
    return {name: float(numbers(table, column).sum()) for name, column in names.items()}


def headline_table(name: str, figures: dict[str, float]) -> pd.DataFrame:
    """Return the figures of one plan as rows ``plan``, ``figure``, ``value``, ``unit``."""
    rows = [(name, figure, figures[figure], what.unit) for figure, what in HEADLINE.items()]
    return pd.DataFrame(rows, columns=["plan", "figure", "value", "unit"])


def _sum(pupils: pd.DataFrame, flag: "pd.Series[bool]") -> float:
    return float(pupils.loc[flag.astype(bool), "n_students"].sum())
