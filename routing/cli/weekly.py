"""The Friday and Sunday runs of boarders, as ``plan`` and ``close`` make them."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from routing.records import Plan

Week = Annotated[
    bool | None,
    typer.Option("--week/--no-week", help="Plan the boarders' Friday and Sunday runs too, into OUT/week, in a fifth of --seconds more; else where somebody boards."),
]  # fmt: skip

SHARE = 0.2
"""Seconds for the week beside those for the school days (assumed: far fewer riders)."""


def week_of(
    plan: "Plan", asked: bool | None, seconds: int, seed: int, rounds: int | None
) -> "Plan | None":
    """Return the Friday and Sunday runs; None where nobody boards, or they are not asked for."""
    from routing.week import has_boarders, plan_week

    if asked is False or (asked is None and not has_boarders(plan)):
        return None
    return plan_week(plan, seconds=max(1, round(seconds * SHARE)), seed=seed, max_rounds=rounds)
