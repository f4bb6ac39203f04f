"""Routes for one school or many: whole numbers in, confirmed whole numbers out."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from routing.solver.bound import bound_by_rules
from routing.solver.construct import construct_draft
from routing.solver.crew import COMMAND, ask_all
from routing.solver.judge import confirm_routes
from routing.solver.outward import Draft, turn_outward
from routing.solver.problem import RouteProblem, RouteSolution
from routing.solver.search import close_draft, solve_tiny
from routing.solver.wire import pack_problem, unpack_routes

log = logging.getLogger(__name__)

WEIGHT_POWER = 1.3
"""A school's share of the time grows with its stops to this power (tried)."""
MEDIUM_STOPS = 12
"""Schools up to so many stops come first: most are solved outright and give time back."""

Progress = Callable[[int, int], None]
"""Called with how many problems are done, of how many."""


def solve_routes(
    problem: RouteProblem,
    *,
    seconds: float,
    seed: int,
    max_rounds: int | None = None,
    progress: Progress | None = None,
) -> RouteSolution:
    """Return the best routes found for one school and one direction.

    Parameters
    ----------
    problem
        The school, its stops and the types of bus.
    seconds
        Wall-clock time (s); kept, unless ``max_rounds`` decides.
    seed
        Makes one search differ from another.
    max_rounds
        When given, no clock decides: the same seed gives the same routes on every
        machine, and ``seconds`` is only a net. One round takes about a second.
    progress
        Called with (done, total).

    Raises
    ------
    SolverError
        When the recomputation does not confirm the answer.
    """
    (solution,) = solve_many(
        [problem], seconds=seconds, seed=seed, max_rounds=max_rounds, progress=progress, workers=1
    )
    return solution


def solve_many(
    problems: Sequence[RouteProblem],
    *,
    seconds: float,
    seed: int,
    max_rounds: int | None = None,
    progress: Progress | None = None,
    workers: int = 2,
    command: Sequence[str] = COMMAND,
) -> list[RouteSolution]:
    """Return the best routes found for each problem, in the order given.

    Each search runs in a process of its own kind: one that crashes, hangs or takes all
    memory is started again once; then a simple answer takes its place, and a warning is
    logged. No other problem is touched.

    Parameters
    ----------
    problems
        One for each school and direction.
    seconds
        Wall-clock time for all together (s), shared out by their numbers of stops.
    seed, max_rounds, progress
        As in ``solve_routes``.
    workers
        How many processes search at the same time.
    command
        How such a process is started.

    Raises
    ------
    SolverError
        When the recomputation does not confirm an answer.
    """
    solutions: list[RouteSolution | None] = [solve_tiny(problem) for problem in problems]
    left = [k for k, solution in enumerate(solutions) if solution is None]
    left.sort(key=lambda k: _turn(problems[k]))
    n_tiny = len(problems) - len(left)

    def report(n_done: int) -> None:
        if progress is not None:
            progress(n_tiny + n_done, len(problems))

    if n_tiny:
        report(0)
    questions = [_question(problems[k], seed, max_rounds) for k in left]
    weights = [len(problems[k].load) ** WEIGHT_POWER for k in left]
    answers = (
        ask_all(questions, weights, seconds, workers=workers, progress=report, command=command)
        if questions
        else []
    )
    for k, answer in zip(left, answers, strict=True):
        solutions[k] = _read(problems[k], answer)
    confirmed = [
        confirm_routes(problem, solution)
        for problem, solution in zip(problems, solutions, strict=True)
        if solution is not None
    ]
    n_proven = sum(solution.proven for solution in confirmed)
    log.info("solver: %d problems, %d of them proven", len(confirmed), n_proven)
    return confirmed


def _turn(problem: RouteProblem) -> tuple[bool, int]:
    """Return when a problem has its turn: small ones first, then the largest."""
    n_stops = len(problem.load) - 1
    is_large = n_stops > MEDIUM_STOPS
    return is_large, -n_stops if is_large else n_stops


def _question(problem: RouteProblem, seed: int, max_rounds: int | None) -> dict[str, Any]:
    packed = pack_problem(problem)
    return {"kind": "routes", "problem": packed, "seed": seed, "max_rounds": max_rounds}


def _read(problem: RouteProblem, answer: dict[str, Any] | None) -> RouteSolution:
    if answer is not None:
        return unpack_routes(answer["solution"])
    n_stops = len(problem.load) - 1
    log.warning("solver: %d stops got a simple answer only, as their search died.", n_stops)
    view = turn_outward(problem)
    draft: Draft = construct_draft(view)
    return close_draft(view, draft, bound_by_rules(view), proven=False)
