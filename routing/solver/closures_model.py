"""The choice of closures as a CP-SAT model."""

from typing import Any, NamedTuple

from routing.solver.closures_problem import ClosureAsk, ClosureProblem, Floor


class ClosureModel(NamedTuple):
    """A CP-SAT model and its variables.

    Parameters
    ----------
    model
        The model.
    closed
        Per candidate: whether it closes.
    moved
        Pupils on each option.
    missing
        Per floor: pupils that an open school lacks.
    buses
        Of each type.
    worth
        Expressions of yuan, seconds and pupils.
    """

    model: Any
    closed: dict[int, Any]
    moved: list[Any]
    missing: list[Any]
    buses: list[Any]
    worth: tuple[Any, Any, Any]


def build_closures(problem: ClosureProblem) -> ClosureModel:
    """Return the model of a problem; nothing is asked of it yet."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    closed = {school: model.new_bool_var("") for school in problem.candidates}
    moved = [model.new_int_var(0, problem.group_n[o.group], "") for o in problem.options]
    leaving: list[list[Any]] = [[] for _ in problem.group_n]
    for variable, option in zip(moved, problem.options, strict=True):
        leaving[option.group].append(variable)
        if option.school in closed:
            n = problem.group_n[option.group]
            model.add(variable + n * closed[option.school] <= n)
    for g, school in enumerate(problem.group_school):
        model.add(sum(leaving[g]) == problem.group_n[g] * closed[school])
    for limit in problem.limits:
        own = [moved[o] for o in limit.options]
        model.add(cp_model.LinearExpr.weighted_sum(own, list(limit.uses)) <= limit.most)
    for names in problem.keep:
        model.add(sum(closed[school] for school in names) <= len(names) - 1)
    built = ClosureModel(model, closed, moved, [], [], (0, 0, 0))
    missing = [_miss(problem, floor, built) for floor in problem.floors]
    buses = _add_buses(problem, built)
    built = built._replace(missing=missing, buses=buses)
    return built._replace(worth=_worth(problem, built))


def _miss(problem: ClosureProblem, floor: Floor, built: ClosureModel) -> Any:
    """Return how many pupils an open school lacks to its floor (at least)."""
    lacking = built.model.new_int_var(0, floor.floor, "")
    shut = built.closed.get(floor.school)
    own = sum(
        n for n, school in zip(problem.group_n, problem.group_school, strict=True)
        if school == floor.school
    )  # fmt: skip
    come = sum(
        variable
        for variable, option in zip(built.moved, problem.options, strict=True)
        if option.school == floor.school
    )
    n = floor.n_fixed + own + come
    if shut is None:
        built.model.add(lacking >= floor.floor - n)
    else:
        built.model.add(lacking >= floor.floor - n - floor.floor * shut)
    return lacking


def _add_buses(problem: ClosureProblem, built: ClosureModel) -> list[Any]:
    """Return the number of buses of each type, enough for every need."""
    high = [_most_buses(problem, k) for k in range(len(problem.bus_yuan))]
    buses = [built.model.new_int_var(0, most, "") for most in high]
    for need in problem.needs:
        held = sum(each * n for each, n in zip(need.per_bus, buses, strict=True))
        stay = sum(
            use * n * (1 - built.closed[school])
            for use, n, school in zip(need.stay, problem.group_n, problem.group_school, strict=True)
            if use
        )
        moved = sum(use * n for use, n in zip(need.moved, built.moved, strict=True) if use)
        built.model.add(held >= need.fixed + stay + moved)
    return buses


def _most_buses(problem: ClosureProblem, k: int) -> int:
    """Return more buses of a type than any answer wants."""
    most = 0
    for need in problem.needs:
        dearest = list(need.stay)
        for option, use in zip(problem.options, need.moved, strict=True):
            dearest[option.group] = max(dearest[option.group], use)
        whole = need.fixed + sum(n * use for n, use in zip(problem.group_n, dearest, strict=True))
        most = max(most, -(-whole // need.per_bus[k]) if need.per_bus[k] else 0)
    limit = problem.bus_most[k]
    return most if limit is None else min(most, limit)


def _worth(problem: ClosureProblem, built: ClosureModel) -> tuple[Any, Any, Any]:
    stays = [1 - built.closed[school] for school in problem.group_school]
    yuan, time_s, changed = problem.fixed_yuan, problem.fixed_time_s, 0
    for g, stay in enumerate(stays):
        n = problem.group_n[g]
        yuan += n * problem.stay_yuan[g] * stay
        time_s += n * problem.stay_time_s[g] * stay
        changed += n * built.closed[problem.group_school[g]]
    for variable, option in zip(built.moved, problem.options, strict=True):
        yuan += option.yuan * variable
        time_s += option.time_s * variable
    for school, extra in zip(problem.candidates, problem.close_yuan, strict=True):
        yuan += extra * built.closed[school]
    if problem.close_time_s:
        for school, extra in zip(problem.candidates, problem.close_time_s, strict=True):
            time_s += extra * built.closed[school]
    for floor, lacking in zip(problem.floors, built.missing, strict=True):
        yuan += floor.yuan * lacking
    for price, n in zip(problem.bus_yuan, built.buses, strict=True):
        yuan += price * n
    return yuan, time_s, changed


def ask_closures(ask: ClosureAsk, built: ClosureModel) -> None:
    """Add to the model what is asked."""
    model, closed = built.model, built.closed
    if ask.n_closed is not None:
        model.add(sum(closed.values()) >= ask.n_closed[0])
        model.add(sum(closed.values()) <= ask.n_closed[1])
    if ask.only is not None:
        for school, shut in closed.items():
            model.add(shut == (school in ask.only))
    for names in ask.seen:
        model.add_bool_or(
            [shut.negated() if school in names else shut for school, shut in closed.items()]
            or [model.new_constant(0)]
        )
    for figure, most in zip(built.worth, ask.most, strict=True):
        if most is not None:
            model.add(figure <= most)
    for known in ask.beaten:
        better = [model.new_bool_var("") for _ in known]
        model.add_bool_or(better)
        for flag, figure, than in zip(better, built.worth, known, strict=True):
            model.add(figure <= than - 1).only_enforce_if(flag)
    parts = zip(ask.weights, built.worth, strict=True)
    model.minimize(sum(weight * figure for weight, figure in parts if weight) + 0)
