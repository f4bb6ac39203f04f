"""How much work is left? By the clock, or by counted work that repeats exactly."""

import time

from routing.solver.effort import Effort, left_s

TRIALS_PER_S = 2_000_000
"""Partial tours tried in a second (measured on a free core)."""
ROUND_S = 2.0
"""One round, where rounds decide: about as long as a round of the search (tried)."""
LOOK_S = 0.02
"""A look for tours costs at least so long (measured: solving the master problem)."""


class Allowance:
    """What a proof may spend: seconds, or work counted as seconds.

    Parameters
    ----------
    effort
        Whether the clock decides.
    seconds
        Longest it may take (s); where rounds decide the clock is only a net.
    share
        Of the rounds, where rounds decide.
    """

    def __init__(self, effort: Effort, seconds: float, share: float = 1.0) -> None:
        """Begin now."""
        self.effort = effort
        self.seconds = max(0.0, min(seconds, left_s(effort)))
        self._begun_s = time.monotonic()
        self._worked_s = 0.0
        self._work_s = share * ROUND_S * (effort.max_rounds or 0)

    def spend(self, worked_s: float) -> None:
        """Note work done, counted as seconds."""
        self._worked_s += worked_s

    def spend_look(self, n_trials: int) -> None:
        """Note a look for tours."""
        self._worked_s += LOOK_S + n_trials / TRIALS_PER_S

    def worked_s(self) -> float:
        """Return the work done, counted as seconds."""
        return self._worked_s

    def left_s(self) -> float:
        """Return how long it may still work (s); 0 or less at the end."""
        by_clock = self._begun_s + self.seconds - time.monotonic()
        if self.effort.is_timed or by_clock <= 0:
            return by_clock
        return self._work_s - self._worked_s

    def is_over(self) -> bool:
        """Return whether nothing is left."""
        return self.left_s() <= 0
