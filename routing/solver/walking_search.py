"""How is the time of a hunt for better tours shared out? Walks, parts, recombinations.

The walk cools down over the whole time. Every so often the routing library searches a few
neighbouring tours again, and all tours noted are recombined; where that gives a better
answer, the walk goes on from it.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from routing.solver.construct import insert_stops
from routing.solver.effort import Effort, left_s
from routing.solver.every import Pool
from routing.solver.herald import Herald
from routing.solver.outward import Draft, Outward, price_draft
from routing.solver.parts import MOST_NEAR, draft_firsts, near_stops, search_part
from routing.solver.recombine import note_orders, recombine_tours

STEPS_PER_STOP = 3_000
"""Steps for each stop that one walk should have before a second one is worth its time
(tried: at 100 stops a walk of 2,000 for each stop ends where longer ones do)."""
MOST_WALKS, LEAST_SMALL_WALKS, SMALL_STOPS = 8, 3, 60
"""Walks at most, and at least for schools of so few stops: proofs are tried in between."""
END_SHARE = 0.985
"""Share of the time after which the last recombination should be over: it can be late."""
PARTS_SHARE, RECOMBINE_SHARE = 0.0, 0.06
"""Shares of a cycle's time for parts and for the recombination (tried)."""
ROUND_STEPS, ROUND_PARTS, ROUND_BATCHES = 20_000, 1, 20
"""Steps walked at so many temperatures and parts searched in a cycle where rounds decide:
about 1 s (measured)."""
WARM_SHARE, SHORT_WARM_SHARE, START_WARM_SHARE, COLD_SHARE = 0.1, 0.03, 0.01, 2e-4
"""Temperatures of a walk as shares of the mean price of a tour: where it begins, where it
begins when it is short, where the first one begins from an answer given, and where it ends
(tried: warmer ones forget, colder ones stay with the buses they have)."""
SHORT_STEPS = 600
"""Steps for each stop up to which a walk is short (tried)."""
NOTED_SHARE = 0.1
"""Tours are noted of answers so much dearer than the best one at most, as a share of the
mean price of a tour (tried)."""
MOST_PLAIN = 400
"""Stops up to which a plain answer in Python takes seconds, not minutes (measured)."""
LOADING_S = 2.0
"""How long a search waits for the walk to be read from disk (s, measured: 1)."""
BATCH_S, FIRST_STEPS = 0.03, 200
"""Time between two looks at the clock (s): short against any time given; and the steps of
the first batch, which tells how many there can be."""


@dataclass(frozen=True)
class Hunt:
    """What is hunted in, until when, who is told, and whether an answer was given."""

    view: Outward
    effort: Effort
    herald: Herald
    is_given: bool = False


@dataclass(frozen=True)
class Cycle:
    """Which cycle of a hunt, of how many."""

    number: int
    n_cycles: int


@cache
def start_compiling() -> threading.Thread:
    """Return the thread that makes the walk ready, once for a process.

    Its compiled form is read from disk in about a second; where it is not there yet the
    compiler takes a quarter of a minute, and searches do without the walk meanwhile.
    """
    thread = threading.Thread(target=_compile, daemon=True)
    thread.start()
    return thread


def _compile() -> None:
    from routing.solver.walking import try_walk

    try_walk()


def hunt_tours(hunt: Hunt, draft: Draft, pool: Pool) -> Iterator[tuple[Cycle, Draft]]:
    """Yield the best draft so far after each cycle of a hunt.

    Parameters
    ----------
    hunt
        What is hunted in.
    draft
        Where to start.
    pool
        Where good tours are noted.
    """
    effort = hunt.effort
    compiling = start_compiling()
    if effort.is_timed and compiling.is_alive():
        compiling.join(min(LOADING_S, left_s(effort) / 2))
    if effort.is_timed and compiling.is_alive():
        draft = _hunt_without_walk(hunt, draft, pool, compiling)
        yield Cycle(0, 1), draft
    compiling.join(max(0.0, left_s(effort)))
    if not compiling.is_alive():
        yield from _Hunter(hunt, draft, pool).hunt()


def _hunt_without_walk(hunt: Hunt, draft: Draft, pool: Pool, compiling: threading.Thread) -> Draft:
    """Return the best draft the routing library alone finds until the walk is ready."""
    view, effort = hunt.view, hunt.effort
    draft = draft_firsts(view, draft, pool, effort)
    if not draft.tours and len(view.stops) <= MOST_PLAIN:
        draft = insert_stops(view, draft)
    near, rng = near_stops(view, MOST_NEAR), np.random.default_rng(effort.seed)
    while compiling.is_alive() and left_s(effort) > 0:
        draft = search_part(view, near, draft, pool, effort, rng)
        hunt.herald.tell(draft)
    return draft


class _Hunter:
    """A hunt under way: its walk, its pool of tours, and the best draft."""

    def __init__(self, hunt: Hunt, draft: Draft, pool: Pool) -> None:
        from routing.solver.walking import Walker

        self.hunt_, self.pool, self.best = hunt, pool, draft
        self.rng = np.random.default_rng(hunt.effort.seed)
        self.walker = Walker(hunt.view, hunt.effort.seed)
        self.walker.begin(draft)
        self._take(self.walker.draft())
        self.tour_yuan = price_draft(hunt.view, self.best)[1] / max(1, len(self.best.tours))
        self.steps_per_s = 0.0
        self._step(FIRST_STEPS, WARM_SHARE)

    def hunt(self) -> Iterator[tuple[Cycle, Draft]]:
        """Yield the best draft after each cycle: a walk, parts, and a recombination."""
        effort = self.hunt_.effort
        n_cycles = self._count_walks() if effort.max_rounds is None else effort.max_rounds
        for number in range(n_cycles):
            if left_s(effort) <= 0:
                break
            begun = time.monotonic()
            lasts_s = (left_s(effort) - (1 - END_SHARE) * effort.seconds) / (n_cycles - number)
            cycle = replace(effort, begun_s=begun, until_s=begun + max(0.0, lasts_s))
            self._walk(cycle, self._warm(number, n_cycles))
            self._search_parts(cycle)
            self._recombine(cycle)
            yield Cycle(number, n_cycles), self.best

    def _count_walks(self) -> int:
        """Return how many walks there is time for."""
        n_stops = len(self.hunt_.view.stops)
        n_steps = self.steps_per_s * left_s(self.hunt_.effort)
        least = LEAST_SMALL_WALKS if n_stops <= SMALL_STOPS else 1
        return max(least, min(MOST_WALKS, int(n_steps / (STEPS_PER_STOP * n_stops))))

    def _warm(self, number: int, n_cycles: int) -> float:
        """Return the temperature a walk begins with, as a share of the mean price."""
        if number == 0 and self.hunt_.is_given:
            return START_WARM_SHARE
        n_steps = float(ROUND_STEPS)
        if self.hunt_.effort.is_timed:
            n_steps = self.steps_per_s * left_s(self.hunt_.effort) / (n_cycles - number)
        is_short = n_steps < SHORT_STEPS * len(self.hunt_.view.stops)
        return SHORT_WARM_SHARE if is_short else WARM_SHARE

    def _step(self, n_steps: int, heat_share: float) -> None:
        """Walk so many steps at a temperature, and see how long they take."""
        begun_s = time.monotonic()
        heat, noted = heat_share * self.tour_yuan, NOTED_SHARE * self.tour_yuan
        self.walker.step(n_steps, heat, noted)
        self.steps_per_s = n_steps / max(1e-4, time.monotonic() - begun_s)

    def _take(self, draft: Draft) -> bool:
        """Keep a draft if it is the best; return whether it is."""
        view = self.hunt_.view
        if price_draft(view, draft) >= price_draft(view, self.best):
            return False
        self.best = draft
        self.hunt_.herald.tell(draft)
        return True

    def _walk(self, cycle: Effort, warm: float) -> None:
        """Walk for a cycle's time, but for parts and the recombination."""
        fall = COLD_SHARE / warm
        if not cycle.is_timed:
            for batch in range(ROUND_BATCHES):
                self._step(ROUND_STEPS // ROUND_BATCHES, warm * fall ** (batch / ROUND_BATCHES))
        lasts_s = cycle.seconds * (1.0 - PARTS_SHARE - RECOMBINE_SHARE)
        while cycle.is_timed and (over_s := time.monotonic() - cycle.begun_s) < lasts_s:
            n_steps = int(self.steps_per_s * min(BATCH_S, lasts_s - over_s))
            self._step(max(1, n_steps), warm * fall ** (over_s / lasts_s))
            if self.hunt_.herald.is_due:
                self._take(self.walker.draft())
        self._take(self.walker.draft())
        note_orders(self.hunt_.view, self.pool, self.walker.take_notes())

    def _search_parts(self, cycle: Effort) -> None:
        """Search some neighbouring tours again with the routing library."""
        if cycle.is_timed and PARTS_SHARE <= 0:
            return
        effort, view = self.hunt_.effort, self.hunt_.view
        ends_s = cycle.until_s - RECOMBINE_SHARE * cycle.seconds
        n_parts, draft, near = 0, self.best, self.walker.walk.near
        while time.monotonic() < ends_s if cycle.is_timed else n_parts < ROUND_PARTS:
            draft = search_part(view, near, draft, self.pool, effort, self.rng)
            n_parts += 1
        if self._take(draft):
            self.walker.begin(draft)

    def _recombine(self, cycle: Effort) -> None:
        """Recombine all tours noted; go on from the answer if it is better."""
        if cycle.is_timed and left_s(cycle) <= 0:
            return
        effort = self.hunt_.effort
        found = recombine_tours(self.hunt_.view, self.pool, self.best, effort, left_s(cycle))
        if found is not None and self._take(found.draft):
            self.walker.begin(found.draft)
