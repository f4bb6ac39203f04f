"""Which of all tours that a better answer could use go best together? CP-SAT says.

Tours far above their price at the bound's worth cannot be in any better answer: when the
others are few, all are listed and the choice among them is exact, in whole yuan.
"""

from dataclasses import dataclass
from typing import Any

from routing.solver.columns.listed import Listed
from routing.solver.columns.node import FIXED, Column, Node
from routing.solver.columns.terms import MICROS, Terms
from routing.solver.effort import Effort, make_cpsat


@dataclass(frozen=True)
class Choice:
    """The best choice of options.

    Parameters
    ----------
    columns
        Tours chosen; None when no choice is cheaper than the limit, or none was found.
    bound_yuan
        No choice is cheaper; at most the limit.
    worked_s
        Work done, counted as seconds.
    """

    columns: list[Column] | None
    bound_yuan: int
    worked_s: float


def choose_listed(
    terms: Terms, node: Node, options: Listed, below_yuan: int, effort: Effort, seconds: float
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
        Whether the clock decides, and the longest it may take (s; where rounds decide, work
        counted as seconds).
    """
    from ortools.sat.python import cp_model

    model, used = _model(terms, node, options, below_yuan)
    solver = make_cpsat(effort, seconds, max(seconds, 0.01))
    status = solver.solve(model)
    worked_s = solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        return Choice(None, below_yuan, worked_s)
    bound = max(0, int(-(-(solver.best_objective_bound - 1e-6) // 1)))
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Choice(None, min(bound, below_yuan), worked_s)
    chosen = [options.column(k) for k, flag in enumerate(used) if solver.value(flag)]
    return Choice(chosen, min(bound, below_yuan), worked_s)


def _model(terms: Terms, node: Node, options: Listed, below_yuan: int) -> tuple[Any, Any]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in range(len(options))]
    through: dict[int, list[Any]] = {place: [] for place in range(1, len(terms.weight))}
    of_kind: list[list[Any]] = [[] for _ in terms.kinds]
    prices = (options.price_micros // MICROS).tolist()
    flags = list(used)
    rows = zip(options.kind.tolist(), options.places.tolist(), used, strict=True)
    for kind, places, flag in rows:
        of_kind[kind].append(flag)
        for place in places:
            if place:
                through[place].append(flag)
    for place, flags_here in through.items():
        behind_yuan = int(terms.behind_micros[place]) // MICROS
        if behind_yuan < below_yuan:
            flags.append(model.new_bool_var(""))
            flags_here.append(flags[-1])
            prices.append(behind_yuan)
        model.add_exactly_one(flags_here)
    for k, flags_k in enumerate((*of_kind, used)):
        if node.least[k] > 0 or len(flags_k) > node.most[k]:
            model.add_linear_constraint(sum(flags_k), node.least[k], node.most[k])
    fixed = [terms.kinds[k].fixed_micros // MICROS for k in options.kind.tolist()]
    spent = cp_model.LinearExpr.weighted_sum(used, fixed)
    model.add_linear_constraint(spent, node.least[FIXED], node.most[FIXED])
    total = cp_model.LinearExpr.weighted_sum(flags, prices)
    model.add(total < below_yuan)
    model.minimize(total)
    return model, used
