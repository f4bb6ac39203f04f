"""Planning on: a changed district is planned anew only where something changed."""

import threading
from dataclasses import replace

from routing.plan import make_plan
from routing.policy import Policy
from routing.records import District, Plan
from routing.solver import Crew

FREE_RULES = (
    "name", "ride_beyond_m", "merged_entitled", "worse_off_max_s", "no_new_small", "small_below",
    "keep_town_junior", "cross_town", "most_school_students", "meals_secured", "publicity_days",
    "school_upkeep_yuan", "funds_primary_yuan", "funds_junior_yuan", "funding_floor_students",
    "boarder_funds_yuan", "boarder_yuan", "meal_yuan", "cost_range_share", "min_cell",
)  # fmt: skip
"""Rules that touch no stop and no route: who is entitled is seen from the riders themselves."""


def replan(
    before: Plan,
    district: District,
    policy: Policy | None = None,
    *,
    seconds: int = 10,
    seed: int = 1,
    max_rounds: int | None = None,
    from_scratch: bool = False,
    crew: Crew | None = None,
    halt: threading.Event | None = None,
) -> Plan:
    """Plan a district that differs little from that of an earlier plan.

    Schools whose gate and riders are as before keep their stops and routes; the others get
    new ones, and all routes are shared out among the buses anew. Where other rules or other
    kinds of bus are given, everything is planned anew, starting from the earlier plan.

    Parameters
    ----------
    before
        The earlier plan.
    district
        As ``apply_scenario`` returns it, on the roads of the earlier plan.
    policy
        Default: that of the earlier plan.
    seconds, seed, max_rounds, crew, halt
        As in ``make_plan``.
    from_scratch
        Plan everything anew, as if there were no earlier plan.

    Returns
    -------
    plan
        A whole plan of the district.
    """
    policy = policy or before.policy
    keep = not from_scratch and _is_like(before, district, policy)
    return make_plan(
        district, policy, seconds=seconds, seed=seed, max_rounds=max_rounds,
        start=None if from_scratch else before, keep=keep, crew=crew,
        halt=halt,
    )  # fmt: skip


def _is_like(before: Plan, district: District, policy: Policy) -> bool:
    """Return whether stops and routes of the earlier plan mean the same in this district."""
    same = {name: getattr(policy, name) for name in FREE_RULES}
    if replace(before.policy, **same) != policy:
        return False
    read_alike = bool(district.digest) and district.digest == before.district.digest
    if district.roads is not before.district.roads and not read_alike:
        return False
    kinds = [
        table.drop(columns="n_available").astype(object).fillna("").reset_index(drop=True)
        for table in (before.district.bus_types, district.bus_types)
    ]
    return kinds[0].equals(kinds[1])
