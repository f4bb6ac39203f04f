"""What is room at a full school worth? Prices that bound the cost from below, and a start.

A school that would overflow asks a price for its room; rows then choose freely again. The
cost of that choice less the prices of all room is a bound that no assignment undercuts,
whatever the prices; all sums are whole numbers, so the bound is exact.
"""

from dataclasses import dataclass

import numpy as np

from routing.solver.assigning_free import FAR, assign_freely
from routing.solver.assigning_linear import Floats, solve_linear
from routing.solver.assigning_problem import (
    NO_LIMIT,
    AssignProblem,
    Flags,
    Ints,
    cost_of,
    room_left,
)

ROUNDS = 40
"""Rounds that mend the prices of the linear programme for rows that want to be together (tried)."""


MEND_EVERY = 8
"""Rounds after which another assignment is made from the prices (tried)."""


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices tell.

    Parameters
    ----------
    school
        The cheapest assignment met that keeps all limits (int64); None where none was met.
    cost
        Its cost; ``FAR`` for none.
    bound
        No assignment of all rows that keeps the limits costs less.
    worth
        Which pairs of row and school may be in a best assignment (bool, rows x schools).
    """

    school: Ints | None
    cost: int
    bound: int
    worth: Flags


def price_rooms(problem: AssignProblem, forest: tuple[Ints, Ints], start: Ints) -> Priced:
    """Return a bound, a good assignment, and the pairs that a better one may use.

    Parameters
    ----------
    problem
        Every row has an allowed school.
    forest
        Its pairs, from ``assigning_free.grow_forest``.
    start
        The assignment without limits.
    """
    cost = np.where(problem.cost < 0, FAR, problem.cost)
    linear = solve_linear(problem)
    zero = [np.zeros(len(limit.room), np.float64) for limit in problem.limits]
    prices, rounded = (zero, start) if linear is None else linear
    best_prices = _whole(prices)
    school, total = assign_freely(_priced(problem, cost, best_prices), problem.bonus, forest)
    bound = total - _rent(problem, best_prices)
    best, best_cost = _cheaper(problem, cost, (None, int(FAR)), start, rounded, school)
    scale = 1.0
    for turn in range(ROUNDS if linear is not None else 0):
        over = _overflows(problem, school)
        steepness = float(sum((part**2).sum() for part in over))
        if steepness == 0 or bound >= best_cost:
            break
        goal = float(best_cost) if best is not None else bound * 1.01 + 1
        step = scale * (goal - bound) / steepness
        prices = [
            np.maximum(0.0, price + step * part) for price, part in zip(prices, over, strict=True)
        ]
        school, total = assign_freely(_priced(problem, cost, _whole(prices)), problem.bonus, forest)
        found = total - _rent(problem, _whole(prices))
        if found > bound:
            bound, best_prices = found, _whole(prices)
        else:
            scale *= 0.9
        if turn % MEND_EVERY == 0:
            best, best_cost = _cheaper(problem, cost, (best, best_cost), school)
    priced = _priced(problem, cost, best_prices)
    return Priced(best, best_cost, bound, _worth(problem, priced, best_cost - bound))


def _whole(prices: list[Floats]) -> list[Ints]:
    return [np.rint(price).astype(np.int64) for price in prices]


def _cheaper(
    problem: AssignProblem, cost: Ints, best: tuple[Ints | None, int], *tries: Ints
) -> tuple[Ints | None, int]:
    """Return the cheapest assignment that keeps the limits, of one at hand and some mended ones."""
    for school in tries:
        mended = mend(problem, cost, school)
        if mended is not None and cost_of(problem, mended) < best[1]:
            best = mended, cost_of(problem, mended)
    return best


def _overflows(problem: AssignProblem, school: Ints) -> list[Floats]:
    left = room_left(problem, school)
    return [_overflow(limit.room, one) for limit, one in zip(problem.limits, left, strict=True)]


def _overflow(room: Ints, left: Ints) -> Floats:
    """Return by how much each pool is overfull; below 0: how much is left."""
    return np.where(room == NO_LIMIT, 0.0, -left.astype(np.float64))


def _priced(problem: AssignProblem, cost: Ints, prices: list[Ints]) -> Ints:
    total = cost.copy()
    for limit, price in zip(problem.limits, prices, strict=True):
        if price.any():
            total += limit.use * price[limit.pool]
    return np.minimum(total, FAR)


def _rent(problem: AssignProblem, prices: list[Ints]) -> int:
    """Return what all room is worth at these prices."""
    return sum(
        int((price * np.maximum(limit.room, 0)).sum())
        for limit, price in zip(problem.limits, prices, strict=True)
    )


def _worth(problem: AssignProblem, priced: Ints, gap: int) -> Flags:
    """Return the pairs whose use alone does not already cost more than the gap."""
    n_pairs = np.bincount(problem.pairs.ravel(), minlength=len(priced))
    # a row's pairs may earn their bonus elsewhere, so a pair of row and school is given that much
    extra = priced - priced.min(axis=1, keepdims=True) - problem.bonus * n_pairs[:, None]
    return (extra <= gap) & (problem.cost >= 0)


def mend(problem: AssignProblem, cost: Ints, school: Ints) -> Ints | None:
    """Return an assignment that keeps the limits, near a given one; None where none was met.

    Rows leave overfull pools, the one that loses least a student first; then every row
    whose better school has room goes there.

    Parameters
    ----------
    problem
        The question.
    cost
        Its costs with ``FAR`` for what is not allowed.
    school
        Column of each row, all placed.
    """
    school = school.copy()
    left = room_left(problem, school)
    for _ in range(len(school)):
        full = _full_rows(problem, school, left)
        if not len(full):
            break
        moves = [(_best_move(problem, cost, school, left, row), int(row)) for row in full]
        able = [(loss / problem.n_students[row], row, to) for (loss, to), row in moves if to >= 0]
        if not able:
            return None
        for _, row, to in sorted(able):
            is_full = any(
                left_k[limit.pool[school[row]]] < 0 and limit.use[row, school[row]] > 0
                for limit, left_k in zip(problem.limits, left, strict=True)
            )
            if is_full and _fits(problem, left, row, int(school[row]), to):
                _move(problem, school, left, row, to)
    if _full_rows(problem, school, left).size:
        return None
    loss_now = cost[np.arange(len(school)), school] - cost.min(axis=1)
    for row in np.argsort(-loss_now, kind="stable")[: int((loss_now > 0).sum())]:
        loss, to = _best_move(problem, cost, school, left, int(row))
        if to >= 0 and loss < 0:
            _move(problem, school, left, int(row), to)
    return school


def _full_rows(problem: AssignProblem, school: Ints, left: list[Ints]) -> Ints:
    """Return the rows that draw on an overfull pool."""
    rows = np.arange(len(school))
    full = np.zeros(len(school), np.bool_)
    for limit, room in zip(problem.limits, left, strict=True):
        full |= (room[limit.pool[school]] < 0) & (limit.use[rows, school] > 0)
    return np.flatnonzero(full)


def _fits(problem: AssignProblem, left: list[Ints], row: int, now: int, to: int) -> bool:
    """Return whether a row finds room at a school, its present room given back."""
    for limit, room in zip(problem.limits, left, strict=True):
        own = limit.use[row, now] if limit.pool[now] == limit.pool[to] else 0
        if limit.use[row, to] and room[limit.pool[to]] + own < limit.use[row, to]:
            return False
    return True


def _best_move(
    problem: AssignProblem, cost: Ints, school: Ints, left: list[Ints], row: int
) -> tuple[int, int]:
    """Return the cheapest other school with room, as (what it costs more, column or -1)."""
    now = int(school[row])
    room = cost[row] < FAR
    for limit, left_k in zip(problem.limits, left, strict=True):
        use = limit.use[row]
        own = np.where(limit.pool == limit.pool[now], use[now], 0)
        room = room & ((use == 0) | (left_k[limit.pool] + own >= use))
    room[now] = False
    if not room.any():
        return 0, -1
    to = int(np.where(room, cost[row], FAR).argmin())
    return int(cost[row, to] - cost[row, now]), to


def _move(problem: AssignProblem, school: Ints, left: list[Ints], row: int, to: int) -> None:
    """Move a row, its room given back and taken."""
    for limit, room in zip(problem.limits, left, strict=True):
        room[limit.pool[school[row]]] += limit.use[row, school[row]]
        room[limit.pool[to]] -= limit.use[row, to]
    school[row] = to
