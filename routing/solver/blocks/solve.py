"""Blocks for many schools: whole numbers in, confirmed whole numbers out."""

import threading

from routing.solver.blocks.judge import confirm_blocks
from routing.solver.blocks.problem import BlockProblem, BlockSolution
from routing.solver.crew import Ask, Search, ask_all, open_crew


def solve_blocks(
    problem: BlockProblem, search: Search, start: BlockSolution | None = None
) -> BlockSolution | None:
    """Return the best blocks found.

    The search runs in a process of its own, on two cores where there are two.

    Parameters
    ----------
    problem
        The schools, their stands and the fleet.
    search
        How hard and how long; ``workers`` is not used.
    start
        Blocks to start from, also where their times are not known or they break a limit.

    Returns
    -------
    solution
        None where the search died, or was not to begin.

    Raises
    ------
    SolverError
        When the recomputation does not confirm the answer.
    """
    ask = Ask("blocks", problem, search.seed, search.max_rounds, start)

    def note(number: int, better: BlockSolution) -> None:
        if search.better is not None:
            search.better(number, confirm_blocks(problem, better))

    halt = search.halt or threading.Event()
    with open_crew(search.crew, 1, search.command) as crew:
        (found,) = ask_all(crew, [ask], search.seconds, better=note, halt=halt)
    return None if found is None else confirm_blocks(problem, found)
