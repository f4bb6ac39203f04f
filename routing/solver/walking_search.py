"""How is the time of a hunt for better tours shared out? Walks, parts, recombinations.

The walk cools down over the whole time. Every so often the routing library searches a few
neighbouring tours again, and all tours noted are recombined; where that gives a better
answer, the walk goes on from it.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from routing.solver.construct import insert_stops
from routing.solver.effort import Effort, left_s
from routing.solver.every import Pool
from routing.solver.herald import Herald
from routing.solver.outward import Draft, Outward, price_draft
from routing.solver.parts import MOST_NEAR, draft_firsts, near_stops, search_part
from routing.solver.recombine import note_orders, recombine_tours

CYCLES = (0.3, 0.55, 0.75, 0.9, 1.0)
"""Shares of the time after which all tours are recombined (tried)."""
PARTS_SHARE, RECOMBINE_SHARE = 0.0, 0.12
"""Shares of a cycle's time for parts and for the recombination (tried)."""
ROUND_STEPS, ROUND_PARTS = 20_000, 1
"""Steps walked and parts searched in a cycle where rounds decide: about 1 s (measured)."""
WARM_SHARE, COLD_SHARE = 0.03, 3e-5
"""Temperatures of the walk as shares of the mean price of a tour (tried)."""
NOTED_SHARE = 0.02
"""Tours are noted of answers so much dearer than the best one at most, as a share of the
mean price of a tour (tried)."""
LOADING_S = 2.0
"""How long a search waits for the walk to be read from disk (s, measured: 1)."""
ROUND_BATCHES = 20
"""Temperatures in a cycle where rounds decide."""
BATCH_S = 0.03
"""Time between two looks at the clock (s): short against any time given."""


@dataclass(frozen=True)
class Hunt:
    """What is hunted in, until when, and who is told."""

    view: Outward
    effort: Effort
    herald: Herald


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


def hunt_tours(hunt: Hunt, draft: Draft) -> Iterator[tuple[Cycle, Draft]]:
    """Yield the best draft so far after each cycle of a hunt.

    Parameters
    ----------
    hunt
        What is hunted in.
    draft
        Where to start.
    """
    effort, pool = hunt.effort, Pool()
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
    if not draft.tours:
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
        self.steps_per_s = 1_000.0
        self._take(self.walker.draft())
        self.tour_yuan = price_draft(hunt.view, self.best)[1] / max(1, len(self.best.tours))

    def hunt(self) -> Iterator[tuple[Cycle, Draft]]:
        """Yield the best draft after each cycle."""
        effort = self.hunt_.effort
        ends: tuple[float, ...] = CYCLES
        if effort.max_rounds is not None:
            ends = tuple((k + 1) / effort.max_rounds for k in range(effort.max_rounds))
        for number, end in enumerate(ends):
            if left_s(effort) <= 0:
                break
            self._walk(ends[number - 1] if number else 0.0, end)
            self._search_parts(end)
            self._recombine(end)
            yield Cycle(number, len(ends)), self.best

    def _take(self, draft: Draft) -> bool:
        """Keep a draft if it is the best; return whether it is."""
        view = self.hunt_.view
        if price_draft(view, draft) >= price_draft(view, self.best):
            return False
        self.best = draft
        self.hunt_.herald.tell(draft)
        return True

    def _walk(self, begin: float, end: float) -> None:
        """Walk until so much of the whole is over, but for parts and the recombination."""
        effort, walker, fall = self.hunt_.effort, self.walker, COLD_SHARE / WARM_SHARE
        noted = NOTED_SHARE * self.tour_yuan
        walk_share = 1.0 - PARTS_SHARE - RECOMBINE_SHARE
        if not effort.is_timed:
            for batch in range(ROUND_BATCHES):
                share = begin + (end - begin) * batch / ROUND_BATCHES
                heat = WARM_SHARE * self.tour_yuan * fall**share
                walker.step(ROUND_STEPS // ROUND_BATCHES, heat, noted)
        ends_s = effort.begun_s + effort.seconds * (begin + (end - begin) * walk_share)
        while effort.is_timed and (now_s := time.monotonic()) < ends_s:
            share = min(1.0, (now_s - effort.begun_s) / effort.seconds)
            n_steps = max(1, int(self.steps_per_s * min(BATCH_S, ends_s - now_s)))
            walker.step(n_steps, WARM_SHARE * self.tour_yuan * fall**share, noted)
            self.steps_per_s = n_steps / max(1e-4, time.monotonic() - now_s)
            if self.hunt_.herald.is_due:
                self._take(walker.draft())
        self._take(walker.draft())
        note_orders(self.hunt_.view, self.pool, walker.take_notes())

    def _search_parts(self, end: float) -> None:
        """Search some neighbouring tours again with the routing library."""
        effort, view = self.hunt_.effort, self.hunt_.view
        if effort.is_timed and PARTS_SHARE <= 0:
            return
        ends_s = effort.begun_s + effort.seconds * (end - RECOMBINE_SHARE * 0.2)
        n_parts, draft, near = 0, self.best, self.walker.walk.near
        while time.monotonic() < ends_s if effort.is_timed else n_parts < ROUND_PARTS:
            draft = search_part(view, near, draft, self.pool, effort, self.rng)
            n_parts += 1
        if self._take(draft):
            self.walker.begin(draft)

    def _recombine(self, end: float) -> None:
        """Recombine all tours noted; go on from the answer if it is better."""
        effort = self.hunt_.effort
        seconds = effort.begun_s + end * effort.seconds - time.monotonic()
        if effort.is_timed and seconds <= 0:
            return
        found = recombine_tours(self.hunt_.view, self.pool, self.best, effort, seconds)
        if found is not None and self._take(found.draft):
            self.walker.begin(found.draft)
