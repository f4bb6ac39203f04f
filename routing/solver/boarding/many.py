"""Stops and routes of many schools, each searched in a process of its own kind."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace

from routing.errors import SolverError
from routing.solver.boarding.judge import confirm_boarding
from routing.solver.boarding.problem import BoardingProblem, BoardingSolution
from routing.solver.crew import Ask, Search, ask_all, open_crew

log = logging.getLogger(__name__)

WEIGHT_POWER = 1.3
"""A school's share of the time grows with its groups to this power (assumed, as for routes)."""


def search_boardings(
    problems: Sequence[BoardingProblem], search: Search,
    starts: Sequence[BoardingSolution | None] | None = None,
) -> list[BoardingSolution | None]:  # fmt: skip
    """Return the best answer found to each problem, in the order given.

    Parameters
    ----------
    problems
        One for each school.
    search
        How hard and how long; shared out by the number of groups.
    starts
        Answers to begin from, or None, one for each problem; none is lost.

    Returns
    -------
    answers
        Confirmed; None where a search died or found nothing.
    """
    search = replace(search, halt=search.halt or threading.Event())
    asks = [
        Ask("boarding", problem, search.seed, search.max_rounds, start, _weight(problem))
        for problem, start in zip(problems, starts or [None] * len(problems), strict=True)
    ]
    with open_crew(search.crew, search.workers, search.command) as crew:
        answers = ask_all(crew, asks, search.seconds, halt=search.halt)
    return [_confirmed(*pair) for pair in zip(problems, answers, strict=True)]


def _weight(problem: BoardingProblem) -> float:
    return float(max(1, len(problem.n_students)) ** WEIGHT_POWER)


def _confirmed(
    problem: BoardingProblem, answer: BoardingSolution | None
) -> BoardingSolution | None:
    if answer is None:
        return None
    try:
        return confirm_boarding(problem, answer)
    except SolverError as error:
        log.warning("solver: stops and routes of one school are not used: %s", error)
        return None
