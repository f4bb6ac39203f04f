"""The search for blocks: what is tried, in which order, for how long.

A first answer puts stands in one by one. Two walks with different chances go on from it:
first for lower cost, then for fewer blocks (one block is emptied, its stands stay absent
at a growing price until all have found room, then the next), and for lower cost again.
The walks meet at fixed points and the one behind takes the answer of the one ahead.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from routing.solver.blocks.answer import Answer, Teller, read_answer, read_start
from routing.solver.blocks.bound import bound_blocks
from routing.solver.blocks.layout import (
    CODE,
    H_LATE,
    LENGTH,
    MOST_CALLS,
    N_CALLS,
    N_HEAD,
    S_ALONE,
    S_CHAIRS,
    S_LOAD,
    S_SCHOOL,
    T_FIXED,
    T_KM,
    TYPE,
    Ground,
    lay_ground,
)
from routing.solver.blocks.problem import BlockProblem, BlockSolution
from routing.solver.blocks.recreate import put_all_in
from routing.solver.blocks.ruin import drop_block
from routing.solver.blocks.state import (
    ALL_BLOCKS,
    CAP,
    FIXED_OFF,
    GROWTH,
    LONGEST,
    MEAN_REMOVED,
    MIXED_BLOCKS,
    N_ABSENT,
    NEAR_BLOCKS,
    NO_BLOCKS,
    SEEK,
    Walk,
    keep_best,
    make_walk,
)
from routing.solver.blocks.walk import enter_blocks, take_steps
from routing.solver.effort import Effort, left_s
from routing.solver.problem import Ints

N_WALKS = 2
"""Walks where rounds decide, whatever the number of cores."""
ROUND_S, CHUNK_S = 0.4, 0.03
"""Time between two meetings of the walks, and between two looks at the clock (tried)."""
ROUND_STEPS = 500
"""Steps of each walk between two meetings where rounds decide: about half a second
(measured)."""
MEAN_REMOVED_STANDS, LONGEST_STRING = 10, 10
"""Stands taken out on average, and of one block at most (from the paper)."""
COLD = 0.01
"""Last temperature of a phase that seeks lower cost, as a share of the mean running price of
a stand (tried)."""
PHASES = ((False, 0.3, 0.05), (True, 0.3, 0.85), (False, 0.1, 1.0))
"""Whether fewer blocks or lower cost, the first temperature as a share of the mean running
price of a stand, and the share of the effort at which it ends (tried)."""
ABSENT_PRICE, ABSENT_GROWTH, ABSENT_DECAY = 10.0, 0.2, 0.5
"""What absence costs at first and more with every step, as shares of the mean running price
of a stand; how much of it is kept when all have found room (tried)."""
BATCH, HURRY_SHARE = 50, 0.3
"""Stands put in between two looks at the clock; with less than such a share of the time left,
each that remains gets a block of its own (tried)."""
MOST_ROOM = 8_000_000
"""Pairs of stands and blocks for which places are kept at most: 300 MB (measured)."""
SPARE_S = 0.1
"""Kept back for writing the answer (measured)."""
SPARE_BLOCKS = 10
"""Room for more blocks than the first answer has."""


@dataclass(frozen=True, eq=False)
class Field:
    """What all walks of one search share.

    Parameters
    ----------
    ground, origin
        The problem, and the moment its times count from.
    available
        Buses of each type.
    left_penalty
        What it weighs to leave each stand: more than any block costs.
    n_blocks_bound
        No answer that serves everyone has fewer blocks.
    most_calls
        Room in a row.
    """

    ground: Ground
    origin: int
    available: Ints
    left_penalty: Ints
    n_blocks_bound: int
    most_calls: int


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


def search_blocks(
    problem: BlockProblem,
    effort: Effort,
    start: BlockSolution | None = None,
    report: Callable[[BlockSolution], None] | None = None,
    n_threads: int = 2,
) -> BlockSolution:
    """Return the best blocks found for many schools and one fleet.

    Parameters
    ----------
    problem
        The schools, their stands and the fleet.
    effort
        When to end; with rounds the answer is the same on any number of cores.
    start
        An answer to begin from: what still holds is kept.
    report
        Told of each better answer, a few times a second at most.
    n_threads
        Cores to use.
    """
    field = _survey(problem)
    if not (field.ground.stand[:, S_ALONE].any() and field.available.any()):
        return BlockSolution((), tuple(range(len(problem.place))), 0, 0, proven=True)
    best = _first_answer(field, problem, effort, start)
    n_walks = N_WALKS if not effort.is_timed else max(1, min(N_WALKS, n_threads))
    walks = [_new_walk(field, best, effort.seed + 7_919 * k) for k in range(n_walks)]
    teller = Teller(field.ground, field.origin, field.n_blocks_bound, report)
    teller.tell(best)
    with ThreadPoolExecutor(max_workers=max(1, min(n_threads, n_walks))) as pool:
        for fewer, warm, end in PHASES:
            if fewer and len(best.head) <= field.n_blocks_bound:
                continue
            scale = _mean_running_price(field, best)
            for walk in walks:
                _begin(field, walk, best, scale, fewer=fewer)
            go = _seek_fewer if fewer else _seek_cheaper
            for stretch in _stretches(effort, end, scale * warm, scale * (warm if fewer else COLD)):
                runs = [pool.submit(go, field, walk, stretch) for walk in walks]
                found = [answer for run in runs if (answer := run.result()) is not None]
                best = min([best, *found], key=lambda answer: answer.key)
                if fewer and found:
                    fewest = min(found, key=lambda answer: (len(answer.head), answer.key))
                    if len(fewest.head) <= field.n_blocks_bound:
                        break
                    for walk in walks:
                        _catch_up(field, walk, fewest)
                teller.tell(best)
    return teller.write(best)


def _survey(problem: BlockProblem) -> Field:
    ground, origin = lay_ground(problem)
    n = len(problem.place)
    enough = max(1, n)
    counts = [enough if k is None else min(k, enough) for k in problem.n_available]
    students = ground.stand[:, S_LOAD] + ground.stand[:, S_CHAIRS]
    longest_m = int(ground.way[:, :, 1].max(initial=0))
    dearest = ground.kinds[:, T_FIXED].max(initial=0) + 4 * longest_m * ground.kinds[:, T_KM].max(
        initial=0
    )
    return Field(
        ground, origin, np.array(counts, np.int64), students * (int(dearest) + 1),
        bound_blocks(ground), min(2 * n + 2, MOST_CALLS),
    )  # fmt: skip


def _first_answer(
    field: Field, problem: BlockProblem, effort: Effort, start: BlockSolution | None
) -> Answer:
    """Return a first answer: what holds of the start, and the rest put in one by one."""
    ground = field.ground
    codes, head = np.zeros((0, 1), np.int32), np.zeros((0, N_HEAD), np.int64)
    if start is not None:
        codes, head = read_start(problem, start, field.most_calls)
    able = np.flatnonzero(ground.stand[:, S_ALONE])
    room = min(len(able), int(field.available.sum()), max(MOST_ROOM // len(able), 64))
    walk = make_walk(ground, max(room, len(head)), field.most_calls, effort.seed)
    walk.penalty[:] = field.left_penalty
    enter_blocks(ground, walk, codes, head, field.available)
    walk.settings[CAP], walk.settings[SEEK] = room, ALL_BLOCKS
    absent = walk.absent[: walk.tally[N_ABSENT]].copy()
    late = ground.school[ground.stand[absent, S_SCHOOL], H_LATE]
    order = absent[np.lexsort((ground.keys[absent, 1], ground.stand[absent, S_SCHOOL], late))]
    for first in range(0, len(order), BATCH):
        if effort.is_timed and left_s(effort) < HURRY_SHARE * effort.seconds:
            walk.settings[SEEK] = NO_BLOCKS
        put_all_in(ground, walk, order[first : first + BATCH])
    return read_answer(ground, walk, best=False)


def _new_walk(field: Field, best: Answer, seed: int) -> Walk:
    return make_walk(field.ground, len(best.head) + SPARE_BLOCKS, field.most_calls, seed)


def _mean_running_price(field: Field, best: Answer) -> float:
    """Return the mean price of driving for a stand (thousandths of a yuan)."""
    running = best.head[:, LENGTH] * field.ground.kinds[best.head[:, TYPE], T_KM]
    return max(1.0, float(running.sum()) / max(1, int((best.codes >= 0).sum())))


def _stretches(effort: Effort, end: float, warm: float, cold: float) -> Iterator[Stretch]:
    """Yield the stretches up to a share of the effort, from warm to cold."""
    if effort.max_rounds is not None:
        done = [int(share * effort.max_rounds) for share in (_before(end), end)]
        for k in range(done[0], done[1]):
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


def _before(end: float) -> float:
    """Return the share of the effort at which the phase that ends there begins."""
    return max([0.0, *(other for _, _, other in PHASES if other < end)])


def _begin(field: Field, walk: Walk, best: Answer, scale: float, *, fewer: bool) -> None:
    """Set a walk on the best answer, to seek fewer blocks or lower cost."""
    walk.settings[CAP], walk.settings[MEAN_REMOVED] = len(walk.head), MEAN_REMOVED_STANDS
    walk.settings[FIXED_OFF] = field.ground.kinds[:, T_FIXED].min() if fewer else 0
    walk.settings[GROWTH] = max(1, int(scale * ABSENT_GROWTH)) if fewer else 0
    walk.settings[SEEK] = MIXED_BLOCKS if fewer else NEAR_BLOCKS
    walk.settings[LONGEST] = LONGEST_STRING
    walk.penalty[:] = max(1, int(scale * ABSENT_PRICE)) if fewer else field.left_penalty
    enter_blocks(field.ground, walk, best.codes, best.head, field.available)
    if not fewer:
        keep_best(walk)


def _seek_cheaper(field: Field, walk: Walk, stretch: Stretch) -> Answer | None:
    """Walk towards lower cost; return the best answer of the walk."""
    for n_steps in _chunks(stretch):
        take_steps(field.ground, walk, n_steps, stretch.heat)
    return read_answer(field.ground, walk, best=True)


def _seek_fewer(field: Field, walk: Walk, stretch: Stretch) -> Answer | None:
    """Walk towards fewer blocks; return the last answer that left nobody, if any."""
    found = None
    for n_steps in _chunks(stretch):
        left = n_steps
        while left > 0:
            if walk.tally[N_ABSENT] == 0:
                found = read_answer(field.ground, walk, best=False)
                if len(found.head) <= field.n_blocks_bound:
                    return found
                _empty_one(field, walk)
            left -= take_steps(field.ground, walk, left, stretch.heat)
    return found


def _empty_one(field: Field, walk: Walk) -> None:
    """Empty the block whose stands have been absent least, and allow no other instead."""
    used = np.flatnonzero(walk.head[:, N_CALLS])
    sums = []
    for b in used:
        codes = walk.rows[b, : walk.head[b, N_CALLS], CODE]
        sums.append(int(walk.penalty[codes[codes >= 0]].sum()))
    first_price = walk.settings[GROWTH] / ABSENT_GROWTH * ABSENT_PRICE
    walk.penalty[:] = np.maximum(int(first_price), (walk.penalty * ABSENT_DECAY).astype(np.int64))
    drop_block(field.ground, walk, int(used[int(np.argmin(sums))]))
    walk.settings[CAP] = len(used) - 1


def _catch_up(field: Field, walk: Walk, fewest: Answer) -> None:
    """Give a walk that seeks as few blocks as were found elsewhere that answer."""
    if walk.settings[CAP] >= len(fewest.head):
        enter_blocks(field.ground, walk, fewest.codes, fewest.head, field.available)


def _chunks(stretch: Stretch) -> Iterator[int]:
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
