"""How much work is left? By the clock, or by counted work that repeats exactly."""

import time

from routing.solver.effort import Effort, left_s

TRIALS_PER_ROUND = 4_000_000
"""Partial tours tried for each round, where rounds decide: about 2 s (measured)."""
TRIALS_PER_LOOK = 2_000
"""A look for tours costs at least so many (measured: building and solving the master)."""


class Allowance:
    """What a proof may spend: seconds, or partial tours tried.

    Parameters
    ----------
    effort
        Whether the clock decides.
    seconds
        Longest it may take (s); where rounds decide the clock is only a net.
    """

    def __init__(self, effort: Effort, seconds: float, share: float = 1.0) -> None:
        """Begin now; of the rounds only a share may be spent."""
        self.effort = effort
        self._spent = 0
        self._begun_s = time.monotonic()
        self.seconds = max(0.0, min(seconds, left_s(effort)))
        self._most = int(share * TRIALS_PER_ROUND * (effort.max_rounds or 0))

    def spend(self, n_trials: int) -> None:
        """Note work done."""
        self._spent += n_trials + TRIALS_PER_LOOK

    def spent(self) -> int:
        """Return the work done."""
        return self._spent

    def share_left(self) -> float:
        """Return how much is left, 1 at the beginning, 0 or less at the end."""
        by_clock = 1.0 - self.spent_s() / max(self.seconds, 1e-9)
        if self.effort.is_timed:
            return by_clock
        by_work = 1.0 - self._spent / max(self._most, 1)
        return by_work if by_clock > 0 else by_clock

    def spent_s(self) -> float:
        """Return the time since it began (s)."""
        return time.monotonic() - self._begun_s

    def left_s(self) -> float:
        """Return the time left (s)."""
        return self.seconds - self.spent_s()
