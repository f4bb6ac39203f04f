"""How the plans of a hearing came about: what is proven of other choices, other years, the making."""

from typing import Any

from routing.outputs.hearing_hidden import round_up, safe_step, tell_count
from routing.outputs.hearing_record import Hearing, shown_as
from routing.outputs.hearing_tables import HIDDEN, Rows, Shown
from routing.outputs.hearing_words import MADE, say


def found_rows(hearing: Hearing) -> Rows:
    """Return what is proven for each number of schools closed."""
    if hearing.choices is None:
        return []
    rows: Rows = []
    for row in hearing.choices.bounds.astype(object).to_dict("records"):
        counts = [shown_as(row[name]) for name in ("n_closed", "n_sets", "n_planned")]
        yuan = [_money(row[name], hearing) for name in ("best_yuan", "least_yuan", "gap_yuan")]
        rows.append(((str(row["n_closed"]),), [*counts, *yuan]))
    return rows


def _money(value: Any, hearing: Hearing) -> Shown:
    """Return an amount of a choice, in steps by which nobody counts a few boarders."""
    import pandas as pd

    if pd.isna(value):
        return Shown(HIDDEN)
    policy = hearing.comparison.policy
    each = policy.meal_yuan * policy.school_days + policy.boarder_yuan + policy.boarder_funds_yuan
    amount = round_up(float(value), safe_step(each, hearing.mask))
    return Shown(f"{amount:,}", amount)


def year_rows(hearing: Hearing) -> Rows:
    """Return whether each choice holds with the pupils of other years."""
    if hearing.choices is None:
        return []
    rows: Rows = []
    for at, row in enumerate(hearing.choices.years.astype(object).to_dict("records")):
        n = row["n_changed"]
        changed = Shown(HIDDEN) if str(n) == "<NA>" else tell_count(int(n), hearing.mask)
        flags = [say("yes" if row[name] else "no", hearing.lang) for name in ("feasible", "chosen")]
        year = Shown(str(row["year"]), int(row["year"]))
        cells = [_money(row["cost_yuan"], hearing), changed, _or_none(row["n_small"])]
        rows.append(((str(at),), [str(row["choice"]), year, *cells, *flags]))
    return rows


def _or_none(value: Any) -> Shown:
    return Shown(HIDDEN) if str(value) in {"<NA>", "nan", "None"} else shown_as(value)


def made_rows(hearing: Hearing) -> Rows:
    """Return how each plan was made."""
    rows: Rows = []
    for at, (name, plan) in enumerate(hearing.plans.items()):
        made = plan.made
        values = {
            "version": Shown(made.version),
            "seed": Shown(str(made.seed), made.seed),
            "seconds": Shown(str(made.seconds), made.seconds),
            "buses": shown_as(plan.routes["bus_id"].nunique()),
            "buses_least": shown_as(made.n_buses_bound),
            "digest": Shown(made.digest[:16] or HIDDEN),
            "roads": Shown(plan.district.roads.source.name or HIDDEN),
        }
        rows += [
            ((str(at), code), [name, MADE[code].say(hearing.lang), cell])
            for code, cell in values.items()
        ]
    return rows
