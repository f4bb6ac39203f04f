"""Which kinds of problem can a process be asked? And who searches them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from routing.solver.bells_problem import BellProblem, BellSolution
from routing.solver.blocks.problem import BlockProblem, BlockSolution
from routing.solver.boarding.problem import BoardingProblem, BoardingSolution
from routing.solver.problem import ChainProblem, ChainSolution, RouteProblem, RouteSolution


@dataclass(frozen=True)
class Kind:
    """What is asked, what is answered, and where the search is.

    Parameters
    ----------
    problem, solution
        The records that travel.
    module, name
        The search: called with (problem, effort, start=, report=). It is imported only
        in the process that searches.
    """

    problem: type[Any]
    solution: type[Any]
    module: str
    name: str

    def find_search(self) -> Callable[..., Any]:
        """Return the search, imported now."""
        search: Callable[..., Any] = getattr(import_module(self.module), self.name)
        return search


KINDS = {
    "routes": Kind(RouteProblem, RouteSolution, "routing.solver.search", "solve_school"),
    "chains": Kind(ChainProblem, ChainSolution, "routing.solver.chain_search", "search_chains"),
    "bells": Kind(BellProblem, BellSolution, "routing.solver.bells_search", "search_bells"),
    "boarding": Kind(
        BoardingProblem, BoardingSolution, "routing.solver.boarding.search", "search_boarding"
    ),
    "blocks": Kind(BlockProblem, BlockSolution, "routing.solver.blocks.search", "search_blocks"),
}
