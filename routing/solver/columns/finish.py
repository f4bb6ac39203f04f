"""Which of all tours that a better answer could use go best together? CP-SAT says.

Tours far above their price at the bound's worth cannot be in any better answer: when the
others are few, all are listed and the choice among them is exact, in whole yuan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from routing.solver.columns.node import Column, Node
from routing.solver.columns.terms import MILS, Terms
from routing.solver.effort import Effort, make_cpsat
from routing.solver.outward import Order

CPSAT_ROUND = 8.0
"""Deterministic time of one choice where rounds decide: about as many seconds (assumed)."""


@dataclass(frozen=True)
class Option:
    """One tour and its type of bus, at its real price (yuan)."""

    column: Column
    price_yuan: int


@dataclass(frozen=True)
class Choice:
    """The best choice of options.

    Parameters
    ----------
    columns
        Tours chosen; None when no choice is cheaper than the limit, or none was found.
    bound_yuan
        No choice is cheaper; at most the limit.
    """

    columns: list[Column] | None
    bound_yuan: int


def make_options(terms: Terms, listed: Iterable[tuple[Column, int]]) -> list[Option]:
    """Return the cheapest order of every set of stops, per kind that may be worth it.

    Parameters
    ----------
    terms
        The problem.
    listed
        Tours and the price of their driving (mils).
    """
    best: dict[tuple[frozenset[int], int], tuple[int, Order]] = {}
    for column, paid in listed:
        key = (frozenset(column.order), column.kind)
        if key not in best or (paid, column.order) < best[key]:
            best[key] = (paid, column.order)
    options = []
    endless: dict[frozenset[int], int] = {}
    for (stops, k), (paid, _) in best.items():
        if terms.kinds[k].n_available is None:
            yuan = _real_yuan(terms, k, paid)
            endless[stops] = min(yuan, endless.get(stops, yuan))
    for (stops, k), (paid, order) in best.items():
        yuan = _real_yuan(terms, k, paid)
        if yuan <= endless.get(stops, yuan):
            options.append(Option(Column(order, k), yuan))
    return options


def _real_yuan(terms: Terms, k: int, paid: int) -> int:
    return terms.kinds[k].fixed_mils // MILS - (-paid // MILS)


def choose_options(
    terms: Terms, node: Node, options: list[Option], below_yuan: int, effort: Effort, seconds: float
) -> Choice:
    """Return the cheapest choice of options that serves every stop, below a limit.

    Stops may be left behind at their price.

    Parameters
    ----------
    terms, node
        The problem, and the limits on numbers of tours.
    options
        Every tour that a cheaper choice could use.
    below_yuan
        Only choices cheaper than this are of use.
    effort, seconds
        When to end.
    """
    from ortools.sat.python import cp_model

    model, used = _model(terms, node, options, below_yuan)
    solver = make_cpsat(effort, seconds, CPSAT_ROUND)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Choice(None, below_yuan)
    bound = max(0, int(-(-(solver.best_objective_bound - 1e-6) // 1)))
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Choice(None, min(bound, below_yuan))
    chosen = [o.column for o, flag in zip(options, used, strict=True) if solver.value(flag)]
    return Choice(chosen, min(bound, below_yuan))


def _model(terms: Terms, node: Node, options: list[Option], below_yuan: int) -> tuple[Any, Any]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in options]
    through: dict[int, list[Any]] = {place: [] for place in range(1, len(terms.weight))}
    of_kind: list[list[Any]] = [[] for _ in terms.kinds]
    prices = [option.price_yuan for option in options]
    flags = list(used)
    for option, flag in zip(options, used, strict=True):
        of_kind[option.column.kind].append(flag)
        for place in option.column.order:
            through[place].append(flag)
    for place, flags_here in through.items():
        behind_yuan = int(terms.behind_mils[place]) // MILS
        if behind_yuan < below_yuan:
            flags.append(model.new_bool_var(""))
            flags_here.append(flags[-1])
            prices.append(behind_yuan)
        model.add_exactly_one(flags_here)
    for k, flags_k in enumerate((*of_kind, used)):
        if node.least[k] > 0 or len(flags_k) > node.most[k]:
            model.add_linear_constraint(sum(flags_k), node.least[k], node.most[k])
    total = cp_model.LinearExpr.weighted_sum(flags, prices)
    model.add(total < below_yuan)
    model.minimize(total)
    return model, used
