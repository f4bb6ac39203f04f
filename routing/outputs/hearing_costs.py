"""What each plan costs a year, item by item with its range, as it may be told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from routing.compare.told import WAYS
from routing.measure.schools import COST_SOURCES, ITEMS, cost_table
from routing.outputs.hearing_hidden import STEP_YUAN, amount_step, round_up
from routing.outputs.hearing_tables import Rows, Shown
from routing.outputs.hearing_words import say
from routing.outputs.masking import Mask
from routing.records import Plan
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = ("yuan", "low_yuan", "high_yuan")
FED = ("n_bus", "n_transit", "n_board")
"""Whose lunches are in the item of canteens."""


def cost_rows(plans: Mapping[str, Plan], headline: "pd.DataFrame", mask: Mask, lang: Lang) -> Rows:
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
    tables = {
        name: cost_table(plan).query("group == 'all'").set_index("item")
        for name, plan in plans.items()
    }
    wide = max(_step(plans[name], tables[name], _ways(headline, name), mask) for name in plans)
    rows: Rows = []
    for at, (name, table) in enumerate(tables.items()):
        for item, what in ITEMS.items():
            step = wide if item in {"canteens", "boarding"} else STEP_YUAN
            cells = _told(table.loc[item, list(AMOUNTS)].tolist(), step)
            source = COST_SOURCES[str(table.loc[item, "source"])]
            rows.append(((str(at), item), [name, what.say(lang), *cells, source.say(lang)]))
        sums = _told(table[list(AMOUNTS)].sum().tolist(), wide)
        texts = [say(key, lang) for key in ("all_costs", "all_costs_source")]
        rows.append(((str(at), "all"), [name, texts[0], *sums, texts[1]]))
    return rows


def _ways(headline: "pd.DataFrame", name: str) -> dict[str, int]:
    mine = headline[headline["plan"] == name].set_index("figure")["value"]
    return {way: round(float(mine[way])) for way in WAYS}


def _step(plan: Plan, table: "pd.DataFrame", ways: dict[str, int], mask: Mask) -> int:
    """Return the step in which the plan's amounts that grow with pupils may be told."""
    policy = plan.policy
    lunch = float(policy.meal_yuan * policy.school_days)
    bed = float(policy.boarder_yuan + policy.boarder_funds_yuan)
    # who has no way, or walks, is missing among those who eat
    meals = {way: lunch if way in FED else -lunch for way in WAYS}
    beds = {way: bed if way == "n_board" else 0.0 for way in WAYS}
    eaten, slept = (float(table.loc[item, "yuan"]) for item in ("canteens", "boarding"))
    whole = float(table["yuan"].sum())
    amounts: list[tuple[float, int, float]] = []
    for way, n in ways.items():
        few = n if mask.hides(n) else 0
        parts = [(eaten, meals[way]), (whole, meals[way] + beds[way]), (slept, beds[way])]
        for share in (1.0, 1 - policy.cost_range_share, 1 + policy.cost_range_share):
            amounts += [(yuan * share, few, each * share) for yuan, each in parts]
    return amount_step(amounts, mask)


def _told(amounts: list[float], step: int) -> list[Shown]:
    """Return estimate, low and high; in a wide step as what is surely in between."""
    middle, low, high = (round_up(float(yuan), step) for yuan in amounts)
    if step == STEP_YUAN:
        return [Shown(f"{yuan:,}", yuan) for yuan in (middle, low, high)]
    least = max(low - step, 0)
    return [Shown(f"≤{middle:,}"), Shown(f"{least:,}", least), Shown(f"{high:,}", high)]
