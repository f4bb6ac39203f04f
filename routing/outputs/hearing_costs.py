"""What each plan costs a year, item by item with its range, as it may be told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from routing.compare.told import WAYS
from routing.measure.schools import COST_SOURCES, ITEMS, cost_table
from routing.outputs.hearing_hidden import STEP_YUAN, amount_step, round_up
from routing.outputs.hearing_tables import Shown
from routing.outputs.hearing_words import say
from routing.outputs.masking import Mask
from routing.records import Plan
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = ("yuan", "low_yuan", "high_yuan")
FED = ("n_bus", "n_transit", "n_board")
"""Whose lunches are in the item of canteens."""


def cost_rows(
    plans: Mapping[str, Plan], headline: "pd.DataFrame", mask: Mask, lang: Lang
) -> list[tuple[tuple[str, ...], list[Shown | str]]]:
    """Return a row for each plan and item, and one for the whole ("all").

    Amounts in yuan a year, rounded up to thousands; where the public is not told how many
    pupils go by some way, what their lunches and beds cost is told in steps so wide that
    no count under the policy's ``min_cell`` follows, and so is the whole.

    Parameters
    ----------
    plans
        The present first.
    headline
        ``Comparison.headline``: how many pupils go by which way.
    mask, lang
        What may be said, in which language.
    """
    tables = {name: cost_table(plan).query("group == 'all'").set_index("item") for name, plan in plans.items()}
    wide = max(
        _step(plans[name], tables[name], _ways(headline, name), mask) for name in plans
    )
    rows: list[tuple[tuple[str, ...], list[Shown | str]]] = []
    for at, (name, table) in enumerate(tables.items()):
        for item, what in ITEMS.items():
            step = wide if item in {"canteens", "boarding"} else STEP_YUAN
            cells = [_told(float(table.loc[item, column]), step) for column in AMOUNTS]
            source = COST_SOURCES[str(table.loc[item, "source"])]
            rows.append(((str(at), item), [name, what.say(lang), *cells, source.say(lang)]))
        sums = [_told(float(table[column].sum()), wide) for column in AMOUNTS]
        rows.append(((str(at), "all"), [name, say("all_costs", lang), *sums, say("all_costs_source", lang)]))
    return rows


def _ways(headline: "pd.DataFrame", name: str) -> dict[str, int]:
    mine = headline[headline["plan"] == name].set_index("figure")["value"]
    return {way: round(float(mine[way])) for way in WAYS}


def _step(plan: Plan, table: "pd.DataFrame", ways: dict[str, int], mask: Mask) -> int:
    """Return the step in which the plan's amounts that grow with pupils may be told."""
    policy = plan.policy
    lunch = float(policy.meal_yuan * policy.school_days)
    bed = float(policy.boarder_yuan + policy.boarder_funds_yuan)
    each = {way: (lunch if way in FED else 0.0) + (bed if way == "n_board" else 0.0) for way in WAYS}
    # who has no way, or walks, is missing among those who eat
    each |= {"n_unserved": lunch, "n_walk": lunch}
    amounts = []
    for share in (1.0, 1 - policy.cost_range_share, 1 + policy.cost_range_share):
        for way, n in ways.items():
            few = n if mask.hides(n) else 0
            for column_sum in (table.loc[["canteens", "boarding"], "yuan"].sum(), table["yuan"].sum()):
                amounts.append((float(column_sum) * share, few, each[way] * share))
            if way == "n_board":
                amounts.append((float(table.loc["boarding", "yuan"]) * share, few, bed * share))
            amounts.append((float(table.loc["canteens", "yuan"]) * share, few, lunch * share))
    return amount_step(amounts, mask)


def _told(yuan: float, step: int) -> Shown:
    amount = round_up(yuan, step)
    return Shown(f"{amount:,}", amount)
