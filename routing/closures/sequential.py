"""What if schools were chosen first and buses planned after? The usual way, to compare with."""

from dataclasses import replace

from routing.closures.problem import Ground
from routing.solver import ClosureAsk, solve_closures

SOLVE_S = 5.0
"""Longest that one choice takes where a clock decides (s; assumed)."""


def choose_without_buses(
    ground: Ground, n_closed: int, *, seed: int = 1, clock: bool = False
) -> frozenset[int] | None:
    """Return the schools that one would close knowing no bus.

    Of all sets of a size the one that costs the schools least (upkeep, what small schools
    have above their pupils' funds), and of equal ones the one with the shortest ways, as a
    planner does who has the schools' figures and a map; buses and canteens of those who
    ride come after.

    Parameters
    ----------
    ground
        The question.
    n_closed
        How many schools close.
    seed, clock
        Of the solver, and whether a clock ends it.

    Returns
    -------
    closed
        Rows of schools; None where no set of that size keeps room and limits.
    """
    bound = ground.bound
    blind = replace(
        bound, needs=(), bus_yuan=(), bus_most=(), stay_yuan=(0,) * len(bound.group_n),
        options=tuple(option._replace(yuan=0) for option in bound.options),
    )  # fmt: skip
    # a yuan of the schools counts more than any sum of ways could
    longest_s = bound.fixed_time_s + sum(
        n * max([o.time_s for o in bound.options if o.group == g] or [0])
        for g, n in enumerate(bound.group_n)
    )
    seconds = SOLVE_S if clock else None
    first = ClosureAsk((1, 0, 0), (n_closed, n_closed))
    cheapest = solve_closures(blind, first, seconds=seconds, seed=seed)
    if cheapest.worth is None:
        return None
    second = ClosureAsk(
        (0, 1, 0), (n_closed, n_closed), most=(cheapest.worth.yuan, longest_s, None)
    )
    found = solve_closures(blind, second, seconds=seconds, seed=seed)
    return frozenset((found if found.worth is not None else cheapest).closed)
