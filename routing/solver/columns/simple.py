"""What do buses and driving cost at the very least? A bound in no time, at any size."""

import numpy as np

from routing.solver.bound import bound_by_rules
from routing.solver.outward import Draft, Outward, count_students, measure_load

MOST_STUDENTS = 200_000
"""Students up to which seats are packed exactly (memory and time: under 1 s)."""


def bound_simply(view: Outward, best: Draft) -> int:
    """Return what no answer that leaves no more students behind costs less than (yuan).

    Seats for all loads bought as cheaply as can be, and every stop reached over the
    shortest step to it. Both are paid by every answer, so their sum is a bound.

    Parameters
    ----------
    view
        The problem.
    best
        An answer; where it leaves students behind, the driving is not counted.
    """
    least = bound_fixed(view, measure_load(view, view.stops) - count_students(view, best.unserved))
    usable = [k for k, n in enumerate(view.n_available) if n != 0]
    if best.unserved or not usable:
        return least
    fewest = bound_by_rules(view) * min(view.fixed_yuan[k] for k in usable)
    driving = bound_length_m(view) * min(view.yuan_per_km[k] for k in usable)
    return max(least, fewest) - (-driving // 1000)


def bound_fixed(view: Outward, load: int) -> int:
    """Return the least fixed price of buses with seats for so many students (yuan).

    Parameters
    ----------
    view
        The problem; how many buses there are of a type is not asked.
    load
        Students to be seated.
    """
    types = [
        (min(view.seats[k], load), view.fixed_yuan[k])
        for k, n in enumerate(view.n_available)
        if n != 0 and view.seats[k] > 0
    ]
    if load <= 0 or not types:
        return 0
    if load > MOST_STUDENTS:
        return min(load * yuan // seats for seats, yuan in types)
    least = [0] * (load + 1)
    for seated in range(1, load + 1):
        least[seated] = min(least[max(0, seated - seats)] + yuan for seats, yuan in types)
    return least[load]


def bound_length_m(view: Outward) -> int:
    """Return the sum of the shortest steps to every stop (m)."""
    if not view.stops:
        return 0
    places = np.array((0, *view.stops))
    step_m = np.array(view.step_m, dtype=np.int64)[np.ix_(places, places)]
    np.fill_diagonal(step_m, np.iinfo(np.int64).max)
    return int(step_m.min(axis=0)[1:].sum())
