"""Which school takes whom? Whole rows of students, limited places, the least way in all.

Where nothing fills up, every row's cheapest school is the answer and no solver is asked.
Where something does, prices for room leave few pairs of row and school in question, and
CP-SAT answers those: rows are whole, so a flow through a network would split them.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from routing.solver.assigning_free import FAR, assign_freely, grow_forest
from routing.solver.assigning_prices import Priced, mend, price_rooms
from routing.solver.assigning_problem import (
    NO_LIMIT,
    NO_ROOM,
    NO_SCHOOL,
    PLACED,
    AssignProblem,
    AssignSolution,
    Flags,
    Ints,
    cost_of,
    room_left,
)
from routing.solver.effort import make_cpsat, start_effort

ASSIGN_EFFORT = 20.0
"""Deterministic time of one call of CP-SAT: about as many seconds."""

MOST_PAIRS = 60_000
"""Pairs of row and school in question above which the priced answer is taken without proof: CP-SAT
needs minutes for more (tried: over two with 380,000)."""

_NET_S = 3_600.0
"""Counted work ends CP-SAT; the clock is only a net (s)."""


def solve_assigning(
    problem: AssignProblem, *, seed: int = 1, effort: float = ASSIGN_EFFORT
) -> AssignSolution:
    """Return the school of each row: as many students placed as can be, then the least cost.

    Of equally cheap answers the one with the smaller columns is taken, each row's weighed by
    ``tie_weights`` so that hardly two answers are alike. The same problem and seed give the
    same answer: no clock decides anything.

    Parameters
    ----------
    problem
        Rows, schools, costs and limits.
    seed
        For CP-SAT.
    effort
        Counted work that CP-SAT may do (deterministic seconds) before its best answer is
        taken without proof.

    Returns
    -------
    solution
        Rows without a school have -1 and say why.
    """
    scaled, scale = _with_ties(problem)
    able: Flags = np.asarray((problem.cost >= 0).any(axis=1), np.bool_)
    school = np.full(len(able), -1, np.int64)
    school[able], is_best = _solve_able(_take(scaled, able), seed, effort)
    return _close(problem, school, is_best=is_best and scale > 1)


def _solve_able(problem: AssignProblem, seed: int, effort: float) -> tuple[Ints, bool]:
    """Return the school of rows that all have one allowed, and whether that is proven best."""
    forest = grow_forest(len(problem.cost), problem.pairs)
    if forest is None:
        return _search(problem, Priced(None, int(FAR), 0, problem.cost >= 0), seed, effort)
    cost = np.where(problem.cost < 0, FAR, problem.cost)
    school, _ = assign_freely(cost, problem.bonus, forest)
    if all((left >= 0).all() for left in room_left(problem, school)):
        return school, True
    priced = price_rooms(problem, forest, school)
    if priced.school is not None and priced.bound >= priced.cost:
        return priced.school, True
    if priced.school is not None and priced.worth.sum() > MOST_PAIRS:
        return priced.school, False
    return _search(problem, priced, seed, effort)


def tie_weights(n_rows: int) -> Ints:
    """Return how much the column of each row counts between equally cheap answers (int64)."""
    return np.arange(n_rows, dtype=np.int64) * 617 % 1009 + 1


def _with_ties(problem: AssignProblem) -> tuple[AssignProblem, int]:
    """Return the problem with columns as the last digits of the cost, and how it was scaled."""
    n_rows, n_schools = problem.cost.shape
    ties = tie_weights(n_rows)[:, None] * np.arange(n_schools)
    scale = int(ties.sum(axis=0).max(initial=0)) + 2
    if int(problem.cost.max(initial=0)) * n_rows * scale >= 2**58:
        return problem, 1
    cost = np.where(problem.cost < 0, -1, problem.cost * scale + ties)
    return replace(problem, cost=cost, bonus=problem.bonus * scale), scale


def _take(problem: AssignProblem, able: Flags) -> AssignProblem:
    """Return the problem of some of the rows."""
    number = np.cumsum(able) - 1
    pairs = problem.pairs[able[problem.pairs].all(axis=1)]
    return replace(
        problem, cost=problem.cost[able], n_students=problem.n_students[able],
        limits=tuple(replace(limit, use=limit.use[able]) for limit in problem.limits),
        pairs=number[pairs].astype(np.int64),
    )  # fmt: skip


def _close(problem: AssignProblem, school: Ints, *, is_best: bool) -> AssignSolution:
    """Return the solution, with the limit that kept each row out."""
    why = np.full(len(school), PLACED, np.int64)
    left = room_left(problem, school)
    for row in np.flatnonzero(school < 0):
        to = int(np.where(problem.cost[row] < 0, FAR, problem.cost[row]).argmin())
        if problem.cost[row, to] < 0:
            why[row] = NO_SCHOOL
            continue
        short = [
            limit.use[row, to] > room[limit.pool[to]]
            for limit, room in zip(problem.limits, left, strict=True)
        ]
        why[row] = NO_ROOM + (short.index(True) if any(short) else 0)
    n_left = int(problem.n_students[school < 0].sum())
    return AssignSolution(school, why, cost_of(problem, school), n_left, is_best)


def _search(problem: AssignProblem, priced: Priced, seed: int, effort: float) -> tuple[Ints, bool]:
    """Return CP-SAT's answer; where not all rows fit, as many students as can be."""
    from ortools.sat.python import cp_model

    model, flags = _model(problem, priced.worth, must=True)
    _add_cost(model, problem, flags)
    if priced.school is not None:
        for row, column, flag in flags:
            model.add_hint(flag, bool(priced.school[row] == column))
    status, school = _solve(model, problem, flags, seed, effort)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return school, status == cp_model.OPTIMAL
    if priced.school is not None:
        return priced.school, False
    if status != cp_model.INFEASIBLE:
        return _by_hand(problem), False
    return _place_most(problem, seed, effort)


def _place_most(problem: AssignProblem, seed: int, effort: float) -> tuple[Ints, bool]:
    """Return the cheapest of the answers that place most students, and whether that is proven."""
    from ortools.sat.python import cp_model

    model, flags = _model(problem, problem.cost >= 0, must=False)
    weights = [int(problem.n_students[row]) for row, _, _ in flags]
    placed = cp_model.LinearExpr.weighted_sum([flag for _, _, flag in flags], weights)
    model.maximize(placed)
    first, school = _solve(model, problem, flags, seed, effort)
    if first not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return _by_hand(problem), False
    most = int(problem.n_students[school >= 0].sum())
    model.clear_objective()
    model.add(placed >= most)
    for row, column, flag in flags:
        model.add_hint(flag, bool(school[row] == column))
    _add_cost(model, problem, flags)
    second, cheaper = _solve(model, problem, flags, seed, effort)
    if second in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        school = cheaper
    return school, first == second == cp_model.OPTIMAL


def _by_hand(problem: AssignProblem) -> Ints:
    """Return an assignment without a solver: largest rows first, each where there is room."""
    cost = np.where(problem.cost < 0, FAR, problem.cost)
    school = np.full(len(cost), -1, np.int64)
    for row in np.argsort(-problem.n_students, kind="stable"):
        left = room_left(problem, school)
        free = cost[row] < FAR
        for limit, room in zip(problem.limits, left, strict=True):
            free = free & (limit.use[row] <= room[limit.pool])
        if free.any():
            school[row] = int(np.where(free, cost[row], FAR).argmin())
    mended = mend(problem, cost, school) if (school >= 0).all() else None
    return school if mended is None else mended


def _model(problem: AssignProblem, worth: Flags, *, must: bool) -> tuple[Any, list[Any]]:
    """Return a model of who goes where, and its flags as (row, column, flag)."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    flags = [(int(row), int(column), model.new_bool_var("")) for row, column in np.argwhere(worth)]
    of_row: list[list[Any]] = [[] for _ in range(len(worth))]
    for row, _, flag in flags:
        of_row[row].append(flag)
    for options in of_row:
        _ = model.add_exactly_one(options) if must else model.add_at_most_one(options)
    for limit in problem.limits:
        terms: dict[int, list[tuple[Any, int]]] = {}
        for row, column, flag in flags:
            if limit.use[row, column]:
                terms.setdefault(int(limit.pool[column]), []).append(
                    (flag, int(limit.use[row, column]))
                )
        for pool, drawn in terms.items():
            if limit.room[pool] != NO_LIMIT:
                total = cp_model.LinearExpr.weighted_sum(*map(list, zip(*drawn, strict=True)))
                model.add(total <= int(limit.room[pool]))
    return model, flags


def _add_cost(model: Any, problem: AssignProblem, flags: list[Any]) -> None:
    """Minimise the cost of the flags less the bonus of the pairs together."""
    from ortools.sat.python import cp_model

    at = {(row, column): flag for row, column, flag in flags}
    terms = [flag for _, _, flag in flags]
    prices = [int(problem.cost[row, column]) for row, column, _ in flags]
    columns = range(problem.cost.shape[1])
    for one, other in problem.pairs.tolist() if problem.bonus else []:
        for column in columns:
            if (one, column) in at and (other, column) in at:
                together = model.new_bool_var("")
                model.add_implication(together, at[one, column])
                model.add_implication(together, at[other, column])
                terms.append(together)
                prices.append(-problem.bonus)
    model.minimize(cp_model.LinearExpr.weighted_sum(terms, prices))


def _solve(
    model: Any, problem: AssignProblem, flags: list[Any], seed: int, effort: float
) -> tuple[Any, Ints]:
    """Return CP-SAT's status, and its assignment where it has one."""
    from ortools.sat.python import cp_model

    solver = make_cpsat(start_effort(_NET_S, seed, 1), 0.0, effort)
    status = solver.solve(model)
    school = np.full(len(problem.cost), -1, np.int64)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        for row, column, flag in flags:
            if solver.value(flag):
                school[row] = column
    return status, school
