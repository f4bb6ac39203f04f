"""Where should students board? Few places, near them: facility location.

Groups and places that share no pair, even over others, are solved apart: a small part is
proven by CP-SAT, a large one is searched by opening, closing and swapping places.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.solver.effort import make_cpsat, start_effort
from routing.solver.judge import confirm_cover
from routing.solver.problem import CoverProblem, CoverSolution, Ints

EXACT_PAIRS = 2_500
"""Pairs of a part up to which CP-SAT is asked for a proof (measured: mostly under 1 s)."""
EXACT_EFFORT = 0.5
"""Deterministic time for such a proof: about as many seconds (measured)."""
NEVER = 2**60
"""Cost of what cannot be: far above every sum."""


def solve_cover(problem: CoverProblem, *, seed: int, max_rounds: int = 1_000) -> CoverSolution:
    """Return the places to open and the nearest one for each group.

    The same seed gives the same answer on every machine: no clock decides anything.

    Parameters
    ----------
    problem
        Groups, places, and the walks between them.
    seed
        For CP-SAT.
    max_rounds
        Openings, closings and swaps in each part at most.

    Raises
    ------
    ValueError
        When shapes do not fit, a number is negative, or a group has no pair.
    SolverError
        When the recomputation does not confirm the answer.
    """
    _refuse(problem)
    part_of_pair = _find_parts(problem)
    chosen: list[int] = []
    proven = True
    for part in range(int(part_of_pair.max(initial=-1)) + 1):
        ground = _lay(problem, np.flatnonzero(part_of_pair == part))
        is_open = _improve(ground, _begin(ground), max_rounds)
        is_open, is_best = _prove(ground, is_open, seed)
        chosen += ground.places[is_open].tolist()
        proven = proven and is_best
    return confirm_cover(problem, _close(problem, sorted(chosen), proven=proven))
