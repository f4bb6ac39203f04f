"""Who is told of better answers, and how often? Each one that is better, but not too often."""

import time
from collections.abc import Callable

from routing.solver.outward import Draft, Outward, price_draft

LEAST_GAP_S = 0.25
"""Time between two answers told (s): a few times a second are enough for a progress bar
(assumed)."""


class Herald:
    """Tells of better answers.

    Parameters
    ----------
    view
        The problem.
    tell_of
        Called with each draft told; None for nobody.
    """

    def __init__(self, view: Outward, tell_of: Callable[[Draft], None] | None) -> None:
        self.view = view
        self.tell_of = tell_of
        self.next_s = 0.0
        self.told: tuple[int, int, int] | None = None

    @property
    def is_due(self) -> bool:
        """Whether someone waits, and the last answer told is long enough ago."""
        return self.tell_of is not None and time.monotonic() >= self.next_s

    def tell(self, draft: Draft) -> None:
        """Tell of a draft if it is better than the last one told, and not too soon after it."""
        if self.tell_of is None or not self.is_due:
            return
        price = price_draft(self.view, draft)
        if self.told is None or price < self.told:
            self.told = price
            self.next_s = time.monotonic() + LEAST_GAP_S
            self.tell_of(draft)
