"""Who is served and who is not: counts over the rides that the map and its panel show."""

from typing import TYPE_CHECKING

from routing.outputs.map_words import FIGURES
from routing.outputs.masking import Mask
from routing.units import format_minutes
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

    from routing.records import Plan


def count_unserved(rides: "pd.DataFrame") -> "pd.Series[int]":
    """Return per row of students how many lack a bus in at least one direction.

    Where the two directions differ, the larger number counts: the same students may be
    left out both ways.
    """
    left = rides[rides["mode"] == "unserved"]
    each = left.groupby(["student_id", "direction"])["n_students"].sum()
    return each.groupby("student_id").max()


def list_figures(plan: "Plan", mask: Mask, lang: Lang) -> list[tuple[str, str]]:
    """Return the plan's figures in words: label and value.

    Students and buses are counted; "served" have a way to school both ways. Kilometres are those
    of one school day, with the empty ones. Rides are weighted by students.
    """
    students = plan.district.students
    chosen = students["entitled"].fillna(False).astype(bool)
    total = int(students.loc[chosen, "n_students"].sum())
    unserved, served = mask.shown_split(total, int(count_unserved(plan.rides).sum()))
    morning = int((plan.routes["direction"] == "to_school").sum())
    values = {
        "entitled": mask.shown(total),
        "served": served,
        **_otherwise(plan.rides, mask),
        "unserved": unserved,
        "stops": str(len(plan.stops)),
        "buses": str(plan.routes["bus_id"].nunique()),
        "routes": f"{morning} + {len(plan.routes) - morning}",
        **_driven(plan.routes, lang),
        **_ridden(plan.rides, lang),
    }
    return [(FIGURES[name].say(lang), value) for name, value in values.items()]


def _otherwise(rides: "pd.DataFrame", mask: Mask) -> dict[str, str]:
    """Return how many of the served go by public bus, or board, where somebody does."""
    morning = rides[rides["direction"] == "to_school"]
    n = morning.groupby("mode")["n_students"].sum()
    return {mode: mask.shown(int(n[mode])) for mode in ("transit", "board") if mode in n.index}


def _driven(routes: "pd.DataFrame", lang: Lang) -> dict[str, str]:
    if routes.empty:
        return {}
    empty_m = int((routes["empty_m"].fillna(0) + routes["return_m"].fillna(0)).sum())
    all_m = int(routes["distance_m"].sum()) + empty_m
    unit = "公里" if lang == "zh" else "km"
    share = 100 * empty_m / all_m if all_m else 0
    return {
        "km": f"{all_m / 1000:,.0f} {unit}",
        "empty_km": f"{empty_m / 1000:,.0f} {unit} ({share:.0f} %)",
    }


def _ridden(rides: "pd.DataFrame", lang: Lang) -> dict[str, str]:
    bus = rides[rides["mode"] == "bus"]
    if bus.empty:
        return {}
    seconds, n = bus["ride_s"].astype(float), bus["n_students"].astype(float)
    return {
        "mean_ride": format_minutes(float((seconds * n).sum() / n.sum()), lang),
        "max_ride": format_minutes(float(seconds.max()), lang),
    }
