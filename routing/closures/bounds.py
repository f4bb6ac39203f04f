"""What does a choice cost at the least, whatever the routes? Proven, for one set or for any."""

from collections.abc import Iterable
from dataclasses import replace
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.closures.problem import Ground
from routing.closures.records import Choice
from routing.solver import ClosureAsk, solve_closures
from routing.solver.closures_problem import Floor, Worth

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

BOUND_S = 5.0
"""Longest that the bound of one number of closures is sought (s; assumed)."""


def bound_set(ground: Ground, closed: frozenset[int], school: Ints) -> tuple[Worth, int]:
    """Return what a set of closures costs at the least with its pupils where they go.

    Parameters
    ----------
    ground
        The question.
    closed
        Schools closed, as rows of schools.
    school
        Per row of students: the school attended then, as a row of the schools at present.

    Returns
    -------
    least, n_buses
        No plan of it costs less, takes less time or has fewer buses.
    """
    county, money, problem = ground.county, ground.money, ground.bound
    rows = np.arange(len(school))
    at = rows, school
    n_at = np.bincount(school, county.n, len(money.floor_yuan)).astype(np.int64)
    floors = tuple(
        Floor(j, int(n_at[j]), money.floor, int(rate))
        for j, rate in enumerate(money.floor_yuan)
        if j not in closed
    )
    pupil_yuan = ground.run_yuan[at] + money.meals_yuan[at]
    now = rows, county.school
    today = ground.run_yuan[now] + money.meals_yuan[now]
    moves = np.isin(county.school, ground.rows)
    # the fixed part of the question counts those who stay whatever is decided
    base = problem.fixed_yuan - int(np.ceil((today[~moves] * county.n[~moves]).sum()))
    alone = replace(
        problem, candidates=(), group_school=(), group_n=(), stay_yuan=(), stay_time_s=(),
        options=(), close_yuan=(), limits=(), keep=(), floors=floors,
        fixed_yuan=base - money.upkeep_yuan * len(closed) + int(np.floor((pupil_yuan * county.n).sum())),
        fixed_time_s=int(np.floor((county.time_s[at] * county.n).sum())),
        needs=tuple(
            need._replace(fixed=int((use.use[at] * county.n).sum()), stay=(), moved=())
            for need, use in zip(problem.needs, ground.needs, strict=True)
        ),
    )  # fmt: skip
    found = solve_closures(alone, ClosureAsk())
    if found.worth is None:
        # more buses are needed than there are
        return Worth(2**53, 2**53, 2**53), 2**53
    n_changed = int(county.n[school != county.school].sum())
    yuan = min(found.worth.yuan, found.bound if found.bound is not None else found.worth.yuan)
    asked = (-(-need.fixed // max(need.per_bus)) for need in alone.needs if max(need.per_bus))
    return Worth(yuan, found.worth.time_s, n_changed), max(asked, default=0)


def bound_numbers(
    ground: Ground, tried: Iterable[Choice], ruled_out: Iterable[frozenset[int]], most_closed: int,
    *, seconds: float | None, seed: int,
) -> "pd.DataFrame":  # fmt: skip
    """Return for each number of closures the best plan found and what is proven.

    Parameters
    ----------
    ground
        The question.
    tried
        All choices for which a plan was made, or could not be.
    ruled_out
        Sets that bounds alone ruled out.
    most_closed
        Most schools closed.
    seconds
        For all numbers together (s); None: by counted work.
    seed
        Of the solver.

    Returns
    -------
    bounds
        As in ``Choices``.
    """
    import pandas as pd

    half_s = None if seconds is None else seconds / 2
    whole = solve_closures(
        ground.bound, ClosureAsk(n_closed=(0, most_closed)), seconds=half_s, seed=seed
    ).bound
    tried, out = list(tried), [len(one) for one in ruled_out]
    rows = []
    for n in range(most_closed + 1):
        own = [one for one in tried if len(one.closed) == n]
        fit = sorted((one for one in own if not one.breaks), key=lambda c: (c.cost_yuan, c.name))
        n_sets = comb(len(ground.rows), n)
        limit_s = (
            None if seconds is None else min(BOUND_S, max(0.1, seconds / 2 / (most_closed + 1)))
        )
        found = solve_closures(
            ground.bound, ClosureAsk(n_closed=(n, n)), seconds=limit_s, seed=seed
        )
        # what no number of closures undercuts, this one does not either
        least = None if found.status == "none" else max(found.bound or 0, whole or 0)
        if len(own) == n_sets and own:
            least = min(one.least_yuan for one in own)
        best = fit[0] if fit else None
        rows.append({
            "n_closed": n, "n_sets": n_sets, "n_planned": sum(one.plan_made for one in own),
            "n_ruled_out": out.count(n), "best_yuan": best.cost_yuan if best else None,
            "best": best.name if best else "", "least_yuan": least,
            "gap_yuan": best.cost_yuan - least if best and least is not None else None,
            "gap_share": 1 - least / best.cost_yuan if best and least is not None else None,
        })  # fmt: skip
    table = pd.DataFrame(rows)
    yuan = ["best_yuan", "least_yuan", "gap_yuan"]
    return table.astype(dict.fromkeys(yuan, "Int64") | {"gap_share": "Float64"})
