"""Is an answer about bells true? Windows are moved anew and every sum is made again."""

from collections import Counter
from dataclasses import replace

from routing.errors import SolverError
from routing.solver.bells_problem import BellProblem, BellSolution
from routing.solver.judge import confirm_chains
from routing.solver.problem import ChainProblem, Ints
from routing.words import Text

_SHIFTS = Text("a shift for each school, among those allowed", "每校的调整量在允许范围内")
_COST = Text("the cost", "成本")
_BUSES = Text("the number of buses", "车辆数")
_BOUND = Text("the bound on buses", "车辆数下界")


def confirm_bells(problem: BellProblem, solution: BellSolution) -> BellSolution:
    """Return the solution after recomputing it.

    Raises
    ------
    SolverError
        A shift that is not allowed, chains of a half that its own recomputation does not
        confirm in the windows as moved, or another cost or number of buses.
    """
    shifts = zip(solution.shift_s, problem.shifts_s, strict=False)
    allowed = len(solution.shift_s) == len(problem.shifts_s)
    _refuse(not allowed or any(own not in able for own, able in shifts), _SHIFTS)
    halves = (
        (problem.morning, problem.school_am, solution.morning),
        (problem.afternoon, problem.school_pm, solution.afternoon),
    )
    used = []
    yuan = sum(price for price, own in zip(problem.move_yuan, solution.shift_s, strict=True) if own)
    for half, school, chains in halves:
        confirm_chains(_moved(half, school, solution.shift_s), chains)
        used.append(Counter(chain.bus_type for chain in chains.chains))
        fixed = sum(half.fixed_yuan[chain.bus_type] for chain in chains.chains)
        yuan += chains.cost_yuan - fixed
    n_buses = 0
    for k in range(len(problem.morning.fixed_yuan)):
        most = max(half[k] for half in used)
        n_buses += most
        yuan += most * (problem.morning.fixed_yuan[k] + problem.afternoon.fixed_yuan[k])
    _refuse(n_buses != solution.n_buses, _BUSES)
    _refuse(solution.n_buses_bound > n_buses, _BOUND)
    _refuse(yuan != solution.cost_yuan, _COST)
    return solution


def _moved(half: ChainProblem, school: Ints, shift_s: tuple[int, ...]) -> ChainProblem:
    early_s, late_s = half.earliest_s.copy(), half.latest_s.copy()
    for trip, own in enumerate(school.tolist()):
        early_s[trip] += shift_s[own]
        late_s[trip] += shift_s[own]
    return replace(half, earliest_s=early_s, latest_s=late_s)


def _refuse(wrong: bool, what: Text) -> None:
    if wrong:
        en = f"the search gave an answer that its recomputation does not confirm: {what.en}."
        raise SolverError(Text(en, f"求解结果未通过重新核算：{what.zh}。"))
