"""Where would rows go if nothing filled up? Exact, without a solver, for thousands of rows."""

import numpy as np

from routing.solver.assigning_problem import Ints

FAR = np.int64(2**60)
"""Cost of what cannot be; above every sum."""


def grow_forest(n_rows: int, pairs: Ints) -> tuple[Ints, Ints] | None:
    """Return rows in pairs from leaf to root and the parent of each; None where pairs form a ring.

    Parameters
    ----------
    n_rows
        How many rows there are.
    pairs
        Rows that would rather be together (int64, pairs x 2).

    Returns
    -------
    order
        Rows that have a parent, each before its parent (int64).
    parent
        Of every row; -1 at a root (int64).
    """
    near: dict[int, list[int]] = {}
    for one, other in pairs.tolist():
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    parent = np.full(n_rows, -1, np.int64)
    seen: set[int] = set()
    order: list[int] = []
    n_edges = 0
    for root in sorted(near):
        if root in seen:
            continue
        seen.add(root)
        stack = [root]
        while stack:
            row = stack.pop()
            n_edges += len(near[row])
            for other in near[row]:
                if other not in seen:
                    seen.add(other)
                    parent[other] = row
                    order.append(other)
                    stack.append(other)
    if n_edges != 2 * len(order):
        return None
    return np.array(order[::-1], np.int64), parent


def assign_freely(cost: Ints, bonus: int, forest: tuple[Ints, Ints]) -> tuple[Ints, int]:
    """Return the cheapest school of each row where nothing fills up, and the cost of all.

    Pairs at one school earn the bonus; along a forest of pairs the answer is exact: each
    row tells its parent what the parent's choice would cost its own branch.

    Parameters
    ----------
    cost
        Rows x schools (int64), ``FAR`` where not allowed; every row has a school.
    bonus
        Worth of a pair at one school.
    forest
        From ``grow_forest``.

    Returns
    -------
    school
        Column of each row (int64); the first of equally cheap ones.
    total
        Cost of all rows less the bonuses.
    """
    order, parent = forest
    branch = cost.copy() if len(order) else cost
    for row in order:
        above = branch[parent[row]]
        above += np.minimum(branch[row].min(), branch[row] - bonus)
        np.minimum(above, FAR, out=above)
    school = branch.argmin(axis=1) if len(cost) else np.zeros(0, np.int64)
    roots = parent < 0
    total = int(branch[roots, school[roots]].sum())
    for row in order[::-1]:
        with_parent = school[parent[row]]
        if branch[row, with_parent] - bonus <= branch[row, school[row]]:
            school[row] = with_parent
    return school.astype(np.int64), total
