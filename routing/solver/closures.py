"""Which schools close, and who goes where, for the least cost, time and disruption? CP-SAT."""

from typing import Any

from routing.errors import SolverError
from routing.solver.closures_model import ClosureModel, ask_closures, build_closures
from routing.solver.closures_problem import (
    ClosureAsk,
    ClosureProblem,
    ClosureSolution,
    Floor,
    Need,
    Status,
    Worth,
)
from routing.solver.effort import make_cpsat, start_effort
from routing.words import Text

WORK = 20.0
"""Counted work of one question where no clock decides (CP-SAT's units, about seconds; tried)."""

_WRONG = Text("closures: {what} does not add up.", "撤并选择：{what}核算不符。")


def solve_closures(
    problem: ClosureProblem, ask: ClosureAsk, *, seconds: float | None = None, seed: int = 1
) -> ClosureSolution:
    """Return the set of schools to close that is best for what is asked.

    Pupils of a closed school are spread over its options, a group over several if need
    be, as the weighted sum wants it.

    Parameters
    ----------
    problem
        What may be decided.
    ask
        What is wanted.
    seconds
        Longest it may take (s); None: by counted work, the same on every machine.
    seed
        Of the search.

    Returns
    -------
    solution
        Its own figures computed anew from the answer.

    Raises
    ------
    SolverError
        When the answer does not keep the rules, or its figures are not those claimed.
    """
    from ortools.sat.python import cp_model

    built = build_closures(problem)
    ask_closures(ask, built)
    effort = start_effort(
        3_600 if seconds is None else seconds, seed, 1 if seconds is None else None
    )
    solver = make_cpsat(effort, seconds or 0.0, WORK)
    status = solver.solve(built.model)
    if status == cp_model.INFEASIBLE:
        return ClosureSolution("none")
    if status == cp_model.MODEL_INVALID:
        raise SolverError(_WRONG.fill(what=built.model.validate()[:200]))
    proven = _whole_bound(solver.best_objective_bound, ask)
    if status == cp_model.UNKNOWN:
        return ClosureSolution("unknown", bound=proven)
    said: Status = "best" if status == cp_model.OPTIMAL else "found"
    return _read(problem, ask, built, solver, said, proven)


def confirm_closures(
    problem: ClosureProblem, ask: ClosureAsk, solution: ClosureSolution
) -> ClosureSolution:
    """Return the solution if its own recomputation agrees.

    Raises
    ------
    SolverError
        When it does not.
    """
    if solution.worth is None:
        return solution
    closed = frozenset(solution.closed)
    worth = weigh_closures(problem, closed, solution.moved, solution.buses)
    value = sum(w * figure for w, figure in zip(ask.weights, worth, strict=True))
    faults = [*_broken(problem, closed, solution), *_unasked(ask, closed, worth)]
    if worth != solution.worth or value != solution.value:
        faults.append("worth")
    if faults:
        raise SolverError(_WRONG.fill(what=", ".join(faults)))
    return solution


def weigh_closures(
    problem: ClosureProblem, closed: frozenset[int], moved: tuple[int, ...], buses: tuple[int, ...]
) -> Worth:
    """Return what a choice costs by the problem's own figures."""
    yuan, time_s = problem.fixed_yuan, problem.fixed_time_s
    n_changed = 0
    for g, school in enumerate(problem.group_school):
        n = problem.group_n[g]
        if school in closed:
            n_changed += n
        else:
            yuan += n * problem.stay_yuan[g]
            time_s += n * problem.stay_time_s[g]
    for option, n in zip(problem.options, moved, strict=True):
        yuan += n * option.yuan
        time_s += n * option.time_s
    for school, extra in zip(problem.candidates, problem.close_yuan, strict=True):
        yuan += extra if school in closed else 0
    if problem.close_time_s:
        pairs = zip(problem.candidates, problem.close_time_s, strict=True)
        time_s += sum(extra for school, extra in pairs if school in closed)
    for floor in problem.floors:
        if floor.school not in closed:
            n = _pupils(problem, floor, closed, moved)
            yuan += floor.yuan * max(0, floor.floor - n)
    yuan += sum(n * price for n, price in zip(buses, problem.bus_yuan, strict=True))
    return Worth(yuan, time_s, n_changed)


def _pupils(
    problem: ClosureProblem, floor: Floor, closed: frozenset[int], moved: tuple[int, ...]
) -> int:
    stay = sum(
        problem.group_n[g] for g, school in enumerate(problem.group_school)
        if school == floor.school and school not in closed
    )  # fmt: skip
    come = sum(
        n for option, n in zip(problem.options, moved, strict=True) if option.school == floor.school
    )
    return floor.n_fixed + stay + come


def _broken(
    problem: ClosureProblem, closed: frozenset[int], solution: ClosureSolution
) -> list[str]:
    """Return which rules an answer breaks."""
    out = [0] * len(problem.group_n)
    faults = [] if closed <= set(problem.candidates) else ["candidates"]
    faults += _broken_by_buses(problem, closed, solution)
    for option, n in zip(problem.options, solution.moved, strict=True):
        out[option.group] += n
        if n < 0 or (n and option.school in closed):
            faults.append("receivers")
    for g, school in enumerate(problem.group_school):
        if out[g] != (problem.group_n[g] if school in closed else 0):
            faults.append("groups")
    for limit in problem.limits:
        pairs = zip(limit.options, limit.uses, strict=True)
        if sum(use * solution.moved[o] for o, use in pairs) > limit.most:
            faults.append("limits")
    if any(set(names) <= closed for names in problem.keep):
        faults.append("keep")
    return faults


def _broken_by_buses(
    problem: ClosureProblem, closed: frozenset[int], solution: ClosureSolution
) -> list[str]:
    faults = []
    for need in problem.needs:
        held = sum(n * each for n, each in zip(solution.buses, need.per_bus, strict=True))
        if held < needed(problem, need, closed, solution.moved):
            faults.append("needs")
    most = zip(solution.buses, problem.bus_most, strict=True)
    if any(n < 0 or (limit is not None and n > limit) for n, limit in most):
        faults.append("buses")
    return faults


def needed(
    problem: ClosureProblem, need: Need, closed: frozenset[int], moved: tuple[int, ...]
) -> int:
    """Return how much the buses must hold under a choice."""
    stay = sum(
        problem.group_n[g] * need.stay[g]
        for g, school in enumerate(problem.group_school)
        if school not in closed
    )
    return need.fixed + stay + sum(n * use for n, use in zip(moved, need.moved, strict=True))


def _unasked(ask: ClosureAsk, closed: frozenset[int], worth: Worth) -> list[str]:
    low, high = ask.n_closed or (0, len(closed))
    faults = [] if low <= len(closed) <= high else ["number closed"]
    if closed in ask.seen or (ask.only is not None and closed != ask.only):
        faults.append("set")
    if any(limit is not None and n > limit for n, limit in zip(worth, ask.most, strict=True)):
        faults.append("most")
    if any(all(n >= m for n, m in zip(worth, known, strict=True)) for known in ask.beaten):
        faults.append("beaten")
    return faults


def _whole_bound(said: float, ask: ClosureAsk) -> int | None:
    """Return CP-SAT's bound as a whole number, never above what it proved."""
    if not abs(said) < 2**53:
        return None
    return int(-(-(said - 1e-6) // 1)) if any(ask.weights) else 0


def _read(
    problem: ClosureProblem, ask: ClosureAsk, built: ClosureModel, solver: Any, status: Status,
    bound: int | None,
) -> ClosureSolution:  # fmt: skip
    closed = tuple(sorted(school for school, shut in built.closed.items() if solver.value(shut)))
    moved = tuple(int(solver.value(variable)) for variable in built.moved)
    buses = tuple(int(solver.value(n)) for n in built.buses)
    worth = weigh_closures(problem, frozenset(closed), moved, buses)
    value = sum(w * figure for w, figure in zip(ask.weights, worth, strict=True))
    if bound is not None and bound > value:
        raise SolverError(_WRONG.fill(what=f"bound {bound} over {value}"))
    found = ClosureSolution(status, closed, moved, buses, worth, value, bound)
    return confirm_closures(problem, ask, found)
