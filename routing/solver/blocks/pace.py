"""Cuts the time of a search into stretches, and those into steps between looks at the clock."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from routing.solver.effort import Effort, left_s

ROUND_S, CHUNK_S = 0.4, 0.03
"""Time between two meetings of the walks, and between two looks at the clock (tried)."""
ROUND_STEPS = 500
"""Steps of each walk between two meetings where rounds decide: about half a second
(measured)."""
SPARE_S = 0.1
"""Kept back for writing the answer (measured)."""


@dataclass(frozen=True)
class Stretch:
    """A part of the search between two meetings.

    Parameters
    ----------
    heat
        Temperature (thousandths of a yuan).
    until_s, n_steps
        When it ends: the clock (s of ``time.monotonic``), or so many steps where not None.
    """

    heat: float
    until_s: float
    n_steps: int | None


def plan_stretches(
    effort: Effort, begin: float, end: float, warm: float, cold: float
) -> Iterator[Stretch]:
    """Yield the stretches between two shares of the effort, from warm to cold.

    The clock decides when the first begins, whatever its share.
    """
    if effort.max_rounds is not None:
        done = [int(share * effort.max_rounds) for share in (begin, end)]
        for k in range(done[0], done[1]):
            if left_s(effort) <= 0:
                return
            part = (k - done[0]) / (done[1] - done[0])
            yield Stretch(warm * (cold / warm) ** part, effort.until_s, ROUND_STEPS)
        return
    begun_s = time.monotonic()
    spare_s = min(SPARE_S, 0.1 * effort.seconds)
    end_s = min(effort.begun_s + end * effort.seconds, effort.until_s - spare_s)
    round_s = min(ROUND_S, max(CHUNK_S, (end_s - begun_s) / 8))
    while (now_s := time.monotonic()) < end_s:
        part = (now_s - begun_s) / (end_s - begun_s)
        yield Stretch(warm * (cold / warm) ** part, min(end_s, now_s + round_s), None)


def cut_steps(stretch: Stretch) -> Iterator[int]:
    """Yield numbers of steps, so that the clock is looked at often."""
    if stretch.n_steps is not None:
        yield stretch.n_steps
        return
    n_steps, begun_s = 1, time.monotonic()
    while begun_s < stretch.until_s:
        yield n_steps
        now_s = time.monotonic()
        pace = n_steps / max(now_s - begun_s, 1e-6)
        room_s = min(CHUNK_S, max(0.0, stretch.until_s - now_s))
        n_steps = max(1, min(8 * n_steps, int(pace * room_s)))
        begun_s = now_s
