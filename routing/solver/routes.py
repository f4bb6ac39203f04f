"""Routes for one school or many: whole numbers in, confirmed whole numbers out."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from routing.errors import SolverError
from routing.solver.bound import bound_by_rules
from routing.solver.construct import construct_draft, mend_draft
from routing.solver.crew import Ask, Crew, Search, ask_all, open_crew
from routing.solver.judge import confirm_routes
from routing.solver.outward import turn_outward
from routing.solver.problem import RouteProblem, RouteSolution
from routing.solver.search import close_draft, solve_tiny

log = logging.getLogger(__name__)

WEIGHT_POWER = 1.3
"""A school's share of the time grows with its stops to this power (tried)."""
MEDIUM_STOPS = 12
"""Schools up to so many stops come first: most are solved outright and give time back."""
FIRST_SHARE = 0.6
"""Share of the time after which what is left goes where most could still be won (tried)."""
AGAIN_S = 4.0
"""With less time left than so much there is no second turn: its start would eat it (tried)."""


def solve_routes(
    problem: RouteProblem,
    *,
    seconds: float,
    seed: int,
    max_rounds: int | None = None,
    start: RouteSolution | None = None,
    better: Callable[[RouteSolution], None] | None = None,
    workers: int = 2,
) -> RouteSolution:
    """Return the best routes found for one school and one direction.

    Interrupted from the keyboard, it returns the best found so far.

    Parameters
    ----------
    problem
        The school, its stops and the types of bus.
    seconds, seed, max_rounds
        As in ``Search``.
    start
        An answer to start from, of this problem or of one much like it.
    better
        Called with better answers as they are found.
    workers
        With more than one, so many searches with different seeds; the best counts.

    Raises
    ------
    SolverError
        When the recomputation does not confirm the answer.
    """
    search = Search(
        seconds, seed, max_rounds, workers,
        better=None if better is None else lambda _, solution: better(solution),
    )  # fmt: skip
    (solution,) = solve_many([problem], search, [start])
    return solution


def solve_many(
    problems: Sequence[RouteProblem],
    search: Search,
    starts: Sequence[RouteSolution | None] | None = None,
) -> list[RouteSolution]:
    """Return the best routes found for each problem, in the order given.

    Each search runs in a process of its own kind: one that crashes, hangs or takes all
    memory is started again once; then its best answer so far takes its place, or a simple
    one, and a warning is logged. No other problem is touched. Where the clock decides,
    the last part of the time goes to the problems whose gap to their bound is largest.

    Parameters
    ----------
    problems
        One for each school and direction.
    search
        How hard and how long.
    starts
        Answers to start from, or None, one for each problem.

    Raises
    ------
    SolverError
        When the recomputation does not confirm an answer.
    """
    until_s = time.monotonic() + search.seconds
    search = replace(search, halt=search.halt or threading.Event())
    starts = starts or [None] * len(problems)
    found = {k: solve_tiny(problem) for k, problem in enumerate(problems)}
    left = sorted((k for k in found if found[k] is None), key=lambda k: _turn(problems[k]))
    if search.progress is not None and len(left) < len(problems):
        search.progress(len(problems) - len(left), len(problems))
    with open_crew(search.crew, search.workers, search.command) as crew:
        sizes = {k: len(problems[k].load) ** WEIGHT_POWER for k in left}
        twice = len(left) > search.workers and search.max_rounds is None
        seconds = search.seconds * (FIRST_SHARE if twice else 1.0)
        found |= _ask(crew, problems, sizes, {k: starts[k] for k in left}, search, seconds)
        gaps = {k: _gap(found[k]) for k in left if _gap(found[k]) > 0}
        left_s = until_s - time.monotonic()
        if twice and gaps and left_s > AGAIN_S:
            search = replace(search, progress=None)
            again = _ask(crew, problems, gaps, {k: found[k] for k in gaps}, search, left_s)
            found |= {k: _better(problems[k], found[k], one) for k, one in again.items()}
    confirmed = [
        confirm_routes(problem, _settle(problem, found[k], starts[k], search.halt))
        for k, problem in enumerate(problems)
    ]
    n_proven = sum(solution.proven for solution in confirmed)
    log.info("solver: %d problems, %d of them proven", len(confirmed), n_proven)
    return confirmed


def keep_routes(problem: RouteProblem, start: RouteSolution) -> RouteSolution | None:
    """Return routes as they are, priced, bounded and confirmed, without any search.

    Parameters
    ----------
    problem
        The school, its stops and the types of bus.
    start
        Routes; cost and bounds are not believed.

    Returns
    -------
    solution
        None where the routes leave somebody behind or break a rule.
    """
    view = turn_outward(problem)
    draft = mend_draft(view, start)
    if draft.unserved or len(draft.tours) != len(start.routes):
        return None
    return confirm_routes(problem, close_draft(view, draft, bound_by_rules(view), proven=False))


Found = dict[int, RouteSolution | None]


def _ask(
    crew: Crew,
    problems: Sequence[RouteProblem],
    weights: dict[int, float],
    starts: Found,
    search: Search,
    seconds: float,
) -> Found:
    """Return the best answer to each problem of ``weights``; None where its search died.

    A single problem is searched once per process, with different seeds.
    """
    n_copies = search.workers if len(weights) == 1 else 1
    asked = [(k, search.seed + copy) for k in weights for copy in range(n_copies)]
    asks = [
        Ask("routes", problems[k], seed, search.max_rounds, starts[k], weights[k])
        for k, seed in asked
    ]
    best: Found = dict.fromkeys(weights)

    def note(number: int, answer: RouteSolution) -> None:
        k = asked[number][0]
        trial = _better(problems[k], best[k], answer)
        if trial is not best[k]:
            best[k] = trial
            if search.better is not None:
                search.better(k, confirm_routes(problems[k], answer))

    def progress(n_done: int) -> None:
        if search.progress is not None:
            search.progress(len(problems) - len(asks) + n_done, len(problems))

    for number, answer in enumerate(
        ask_all(crew, asks, seconds, progress=progress, better=note, halt=search.halt)
    ):
        k = asked[number][0]
        best[k] = _better(problems[k], best[k], answer)
    return best


def _better(
    problem: RouteProblem, one: RouteSolution | None, other: RouteSolution | None
) -> RouteSolution | None:
    """Return the answer that serves more students, then costs less, then is proven."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda solution: _worth(problem, solution))


def _worth(problem: RouteProblem, solution: RouteSolution) -> tuple[int, int, bool]:
    behind = list(solution.unserved)
    n_left = int(problem.load[behind].sum())
    if problem.n_chairs is not None:
        n_left += int(problem.n_chairs[behind].sum())
    return n_left, solution.cost_yuan, not solution.proven


def _gap(solution: RouteSolution | None) -> float:
    """Return what could still be won (yuan), at least 1; 0 where nothing can."""
    if solution is None:
        return 1.0
    return 0.0 if solution.proven else max(1.0, solution.cost_yuan - solution.bound_yuan)


def _turn(problem: RouteProblem) -> tuple[bool, int]:
    """Return when a problem has its turn: small ones first, then the largest."""
    n_stops = len(problem.load) - 1
    is_large = n_stops > MEDIUM_STOPS
    return is_large, -n_stops if is_large else n_stops


def _settle(
    problem: RouteProblem,
    found: RouteSolution | None,
    start: RouteSolution | None,
    halt: threading.Event | None,
) -> RouteSolution:
    """Return the better of what was found, or a simple answer, and what was there before."""
    if found is None:
        n_stops = len(problem.load) - 1
        if halt is None or not halt.is_set():
            log.warning("solver: %d stops got a simple answer only, as their search died.", n_stops)
        view = turn_outward(problem)
        found = close_draft(view, construct_draft(view), bound_by_rules(view), proven=False)
    try:
        known = None if start is None else confirm_routes(problem, start)
    except SolverError:
        known = None
    return _better(problem, found, known) or found
