"""Which school bells to move so that fewer buses do: whole numbers in, confirmed ones out."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from routing.solver.bells_judge import confirm_bells
from routing.solver.bells_problem import BellProblem, BellSolution
from routing.solver.bells_state import State, close_state, prepare_bells
from routing.solver.chain_build import build_chains
from routing.solver.crew import Ask, Better, Crew, ask_all, open_crew
from routing.solver.links import draft_of
from routing.solver.problem import ChainSolution
from routing.solver.spawn import COMMAND

log = logging.getLogger(__name__)


def solve_bells(
    problem: BellProblem,
    *,
    seconds: float,
    seed: int,
    max_rounds: int | None = None,
    start: BellSolution | None = None,
    better: Callable[[BellSolution], None] | None = None,
    halt: threading.Event | None = None,
    command: Sequence[str] = COMMAND,
    crew: Crew | None = None,
) -> BellSolution:
    """Return the fewest unserved students, then the cheapest buses, driving and moves.

    Never worse than moving no bell. Small half-days are solved exactly; in larger ones a
    few schools at a time are moved, with all buses that serve them. The search runs in a
    process of its own; when that dies, the answer given or a simple chaining with no bell
    moved takes its place and a warning is logged.

    Parameters
    ----------
    problem
        Both half-days, and the shifts allowed.
    seconds
        Wall-clock time (s); kept, unless ``max_rounds`` decides.
    seed
        Makes one search differ from another.
    max_rounds
        When given, no clock decides: the same seed gives the same answer on every
        machine, and ``seconds`` is only a net. One round takes a few seconds.
    start
        An answer to begin from; the result is no worse.
    better
        Called with better answers as they are found.
    halt
        Set when the user interrupts: the best so far is returned.
    command
        How the process is started.
    crew
        Processes to use; None: an own one.

    Raises
    ------
    SolverError
        When the recomputation does not confirm the answer.
    """
    if start is not None:
        confirm_bells(problem, start)
        if start.proven:
            return start
    halt = halt or threading.Event()
    with open_crew(crew, 1, command) as own:
        ask = Ask("bells", problem, seed, max_rounds, start)
        (answer,) = ask_all(own, [ask], seconds, better=_passing(problem, better), halt=halt)
    if answer is not None:
        return confirm_bells(problem, answer)
    if not halt.is_set():
        log.warning("solver: no bell was moved, as the search died.")
    return start if start is not None else confirm_bells(problem, _stay(problem))


def _stay(problem: BellProblem) -> BellSolution:
    """Return simple chains of both halves, no bell moved."""
    bells = prepare_bells(problem)
    morning, afternoon = (build_chains(links) for links in bells.halves)
    state = State((0,) * len(problem.shifts_s), (morning, afternoon))
    return close_state(bells, state, proven=False)


def join_halves(
    problem: BellProblem, morning: ChainSolution, afternoon: ChainSolution
) -> BellSolution:
    """Return chains of both halves, found one by one, as an answer that moves no bell.

    Where no bell may move, no answer is cheaper than both halves, each at its cheapest;
    an answer that costs no more than that is proven.

    Parameters
    ----------
    problem
        The problem; its half-days are those that were chained.
    morning, afternoon
        Solutions of them.
    """
    bells = prepare_bells(problem)
    drafts = (draft_of(bells.halves[0], morning), draft_of(bells.halves[1], afternoon))
    state = State((0,) * len(problem.shifts_s), drafts)
    if any(len(own) > 1 for own in problem.shifts_s):
        return close_state(bells, state, proven=False)
    n_bound = max(morning.n_buses_bound, afternoon.n_buses_bound)
    joined = close_state(bells, state, n_bound, proven=morning.proven and afternoon.proven)
    apart_yuan = morning.cost_yuan + afternoon.cost_yuan
    return replace(joined, proven=joined.proven and joined.cost_yuan == apart_yuan)


def _passing(problem: BellProblem, better: Callable[[BellSolution], None] | None) -> Better:
    """Return what passes better answers on, each confirmed."""
    if better is None:
        return lambda *_: None
    return lambda _, answer: better(confirm_bells(problem, answer))
