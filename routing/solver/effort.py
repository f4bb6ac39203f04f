"""How hard and how long to search: by the clock, or in rounds that repeat exactly."""

import time
from dataclasses import dataclass
from typing import Any

CPSAT_EFFORT = 2.0
"""Deterministic time of one CP-SAT call where rounds decide: about as many seconds."""


@dataclass(frozen=True)
class Effort:
    """When a search ends.

    Parameters
    ----------
    begun_s, until_s
        When the search began and must be over (s of ``time.monotonic``).
    seed
        Makes one search differ from another.
    max_rounds
        None: the clock decides. Otherwise so many rounds, and the clock is only a net.
    """

    begun_s: float
    until_s: float
    seed: int
    max_rounds: int | None

    @property
    def seconds(self) -> float:
        """Return the whole time given (s)."""
        return self.until_s - self.begun_s

    @property
    def is_timed(self) -> bool:
        """Return whether the clock decides."""
        return self.max_rounds is None


def start_effort(seconds: float, seed: int, max_rounds: int | None) -> Effort:
    """Return the effort of a search that begins now."""
    now_s = time.monotonic()
    return Effort(now_s, now_s + max(seconds, 0.0), seed, max_rounds)


def left_s(effort: Effort) -> float:
    """Return how much time is left (s)."""
    return effort.until_s - time.monotonic()


def make_cpsat(effort: Effort, seconds: float, deterministic: float = CPSAT_EFFORT) -> Any:
    """Return a CP-SAT solver that ends by the clock, or by counted work.

    One thread and a fixed seed: with counted work the answer is the same everywhere.

    Parameters
    ----------
    effort
        Whether the clock decides, and the seed.
    seconds
        Longest it may take where the clock decides (s).
    deterministic
        Work it may do where rounds decide.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed % 2**31
    solver.parameters.catch_sigint_signal = False
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 2
    if effort.is_timed:
        solver.parameters.max_time_in_seconds = max(0.02, seconds)
    else:
        solver.parameters.max_deterministic_time = deterministic
        solver.parameters.max_time_in_seconds = max(0.02, left_s(effort))
    return solver
