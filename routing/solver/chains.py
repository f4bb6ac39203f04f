"""Chains of trips for the buses of one half-day: whole numbers in, confirmed ones out."""

import logging
import threading
from collections.abc import Callable, Sequence

from routing.solver.chain_build import EXACT_TRIPS, build_chains, choose_chains
from routing.solver.chain_search import close_chains
from routing.solver.crew import Ask, Better, Crew, ask_all, open_crew
from routing.solver.judge import confirm_chains
from routing.solver.links import draft_that_holds, find_links, price_draft
from routing.solver.problem import ChainProblem, ChainSolution
from routing.solver.spawn import COMMAND

log = logging.getLogger(__name__)


def solve_chains(
    problem: ChainProblem,
    *,
    seconds: float,
    seed: int,
    max_rounds: int | None = None,
    start: ChainSolution | None = None,
    better: Callable[[ChainSolution], None] | None = None,
    halt: threading.Event | None = None,
    command: Sequence[str] = COMMAND,
    crew: Crew | None = None,
) -> ChainSolution:
    """Return the fewest unserved students, then the cheapest buses found.

    Every trip starts as early as its chain allows. The search runs in a process of its
    own kind; when that dies twice, a simple chaining takes its place and a warning is
    logged.

    Parameters
    ----------
    problem
        The trips and the types of bus.
    seconds
        Wall-clock time (s); kept, unless ``max_rounds`` decides.
    seed
        Makes one search differ from another.
    max_rounds
        When given, no clock decides: the same seed gives the same chains on every
        machine, and ``seconds`` is only a net. One round takes about a second.
    start
        An answer to start from.
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
    links = find_links(problem)
    draft = choose_chains(links) if len(problem.duration_s) <= EXACT_TRIPS else None
    if draft is not None:
        return confirm_chains(problem, close_chains(links, draft, proven=True))
    halt = halt or threading.Event()
    with open_crew(crew, 1, command) as own:
        ask = Ask("chains", problem, seed, max_rounds, start)
        (answer,) = ask_all(own, [ask], seconds, better=_passing(problem, better), halt=halt)
    if answer is not None:
        return confirm_chains(problem, answer)
    if not halt.is_set():
        log.warning(
            "solver: %d trips got a simple chaining, as the search died.", len(links.servable)
        )
    drafts = [build_chains(links)] + ([] if start is None else [draft_that_holds(links, start)])
    best = min(drafts, key=lambda one: price_draft(links, one))
    return confirm_chains(problem, close_chains(links, best, proven=False))


def _passing(problem: ChainProblem, better: Callable[[ChainSolution], None] | None) -> Better:
    """Return what passes better answers on, each confirmed."""
    if better is None:
        return lambda *_: None
    return lambda _, answer: better(confirm_chains(problem, answer))
