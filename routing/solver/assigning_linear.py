"""The assignment with rows that may be split: a linear programme, for prices and a start."""

import numpy as np
from numpy.typing import NDArray

from routing.solver.assigning_problem import NO_LIMIT, AssignProblem, Flags, Ints

Floats = NDArray[np.float64]

NEAREST = 8
"""Schools of each row, the cheapest ones, that are tried first; four times as many where these
do not do (measured: 2.6 s in place of 8.9 s where 3,000 rows choose among 40)."""


def solve_linear(problem: AssignProblem) -> tuple[list[Floats], Ints] | None:
    """Return a price for the room of each pool, and each row's largest part; None where not all fit.

    Pairs are left out, and so are a row's dearest schools where the others have room for
    all. The prices are floats and prove nothing by themselves; what is
    proven from them is summed anew in whole numbers.

    Parameters
    ----------
    problem
        Every row has an allowed school.

    Returns
    -------
    prices
        For each limit one a pool, in units of the cost; 0 where there is no limit.
    school
        Column of each row (int64).
    """
    cost = np.where(problem.cost < 0, np.int64(2**62), problem.cost)
    rank = np.argsort(np.argsort(cost, axis=1, kind="stable"), axis=1, kind="stable")
    n_schools, most = problem.cost.shape[1], NEAREST
    while True:
        found = _solve_pairs(problem, (problem.cost >= 0) & (rank < most))
        if found is not None or most >= n_schools:
            return found
        most *= 4


def _solve_pairs(problem: AssignProblem, tried: Flags) -> tuple[list[Floats], Ints] | None:
    """Return prices and parts where only some pairs of row and school are tried."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix

    row, column = np.nonzero(tried)
    n = len(row)
    entries, owners, rooms = [], [], []
    begin = 0
    for limit in problem.limits:
        use = limit.use[row, column]
        pool = limit.pool[column]
        picked = np.flatnonzero((use > 0) & (limit.room[pool] != NO_LIMIT))
        entries.append((begin + pool[picked], picked, use[picked]))
        owners.append(begin)
        rooms.append(np.maximum(limit.room, 0))
        begin += len(limit.room)
    if not entries:
        return None
    at, which, use = (np.concatenate(part) for part in zip(*entries, strict=True))
    scale = max(1.0, float(problem.cost.max()))
    found = linprog(
        problem.cost[row, column] / scale,
        A_ub=coo_matrix((use.astype(np.float64), (at, which)), shape=(begin, n)).tocsr(),
        b_ub=np.concatenate(rooms).astype(np.float64),
        A_eq=coo_matrix((np.ones(n), (row, np.arange(n))), shape=(len(problem.cost), n)).tocsr(),
        b_eq=np.ones(len(problem.cost)),
        bounds=(0, None),
        method="highs",
    )
    if found.status != 0:
        return None
    dual = np.maximum(0.0, -found.ineqlin.marginals * scale)
    prices = [
        dual[first : first + len(limit.room)]
        for first, limit in zip(owners, problem.limits, strict=True)
    ]
    part = np.full(problem.cost.shape, -1.0)
    part[row, column] = found.x
    return prices, part.argmax(axis=1).astype(np.int64)
