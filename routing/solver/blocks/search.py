"""The search for blocks: what is tried, in which order, for how long.

A first answer puts stands in one by one. Two walks with different chances go on from it:
first for lower cost, then for fewer blocks (one block is emptied, its stands stay absent
at a growing price until all have found room, then the next), and for lower cost again.
The walks meet at fixed points and the one behind takes the answer of the one ahead.
"""

from collections.abc import Callable
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
from routing.solver.blocks.pace import Stretch, cut_steps, plan_stretches
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
MEAN_REMOVED_STANDS, LONGEST_STRING = 10, 10
"""Stands taken out on average, and of one block at most (from the paper)."""
COLD = 0.01
"""Last temperature of a phase that seeks lower cost, as a share of the mean running price of
a stand (tried)."""
PHASES = ((0.0, 0.05, False, 0.3), (0.05, 0.9, True, 0.3), (0.9, 1.0, False, 0.1))
"""Shares of the effort at begin and end, whether fewer blocks or lower cost, and the first
temperature as a share of the mean running price of a stand (tried)."""
ABSENT_PRICE, ABSENT_GROWTH, ABSENT_DECAY = 10.0, 0.2, 0.5
"""What absence costs at first and more with every step, as shares of the mean running price
of a stand; how much of it is kept when all have found room (tried)."""
BATCH, HURRY_SHARE, HURRY_S = 50, 0.3, 3.0
"""Stands put in between two looks at the clock; with less than such a share of the time and so
many seconds left, each that remains gets a block of its own (tried)."""
EASY_SHARE = 0.85
"""Another order of putting in is tried while more than such a share of the time is left
(tried)."""
MOST_ROOM = 8_000_000
"""Pairs of stands and blocks for which places are known at most: 200 MB (three words each)."""
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
        for begin, end, fewer, warm in PHASES:
            if fewer and len(best.head) <= field.n_blocks_bound:
                continue
            scale = _mean_running_price(field, best)
            for walk in walks:
                _begin(field, walk, best, scale, fewer=fewer)
            go = _seek_fewer if fewer else _seek_cheaper
            cold = warm if fewer else COLD
            for stretch in plan_stretches(effort, begin, end, scale * warm, scale * cold):
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
    """Return a first answer: what holds of the start, and the rest put in one by one.

    The best of a few orders: the earliest schools first, the latest, the furthest stands.
    """
    ground = field.ground
    codes, head = np.zeros((0, 1), np.int32), np.zeros((0, N_HEAD), np.int64)
    if start is not None:
        codes, head = read_start(problem, start, field.most_calls)
    stand, far = ground.stand, ground.keys[:, 1]
    able = np.flatnonzero(stand[:, S_ALONE])
    late = ground.school[stand[:, S_SCHOOL], H_LATE]
    orders = ((far, stand[:, S_SCHOOL], late), (far, stand[:, S_SCHOOL], -late), (far,))
    room = min(len(able), int(field.available.sum()), max(MOST_ROOM // len(able), 64))
    walk = make_walk(ground, max(room, len(head)), field.most_calls, effort.seed)
    walk.penalty[:] = field.left_penalty
    answers: list[Answer] = []
    for keys in orders:
        if answers and effort.is_timed and left_s(effort) < EASY_SHARE * effort.seconds:
            break
        enter_blocks(ground, walk, codes, head, field.available)
        walk.settings[CAP], walk.settings[SEEK] = room, ALL_BLOCKS
        absent = np.lexsort(keys)
        absent = absent[np.isin(absent, walk.absent[: walk.tally[N_ABSENT]])]
        for first in range(0, len(absent), BATCH):
            if effort.is_timed and left_s(effort) < min(HURRY_SHARE * effort.seconds, HURRY_S):
                walk.settings[SEEK] = NO_BLOCKS
            put_all_in(ground, walk, absent[first : first + BATCH])
        answers.append(read_answer(ground, walk, best=False))
    return min(answers, key=lambda answer: answer.key)


def _new_walk(field: Field, best: Answer, seed: int) -> Walk:
    return make_walk(field.ground, len(best.head) + SPARE_BLOCKS, field.most_calls, seed)


def _mean_running_price(field: Field, best: Answer) -> float:
    """Return the mean price of driving for a stand (thousandths of a yuan)."""
    running = best.head[:, LENGTH] * field.ground.kinds[best.head[:, TYPE], T_KM]
    return max(1.0, float(running.sum()) / max(1, int((best.codes >= 0).sum())))


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
    for n_steps in cut_steps(stretch):
        take_steps(field.ground, walk, n_steps, stretch.heat)
    return read_answer(field.ground, walk, best=True)


def _seek_fewer(field: Field, walk: Walk, stretch: Stretch) -> Answer | None:
    """Walk towards fewer blocks; return the last answer that left nobody, if any."""
    found = None
    for n_steps in cut_steps(stretch):
        left = n_steps
        while left > 0:
            if walk.tally[N_ABSENT] == 0:
                found = read_answer(field.ground, walk, best=False)
                if len(found.head) <= field.n_blocks_bound:
                    return found
                _empty_one(field, walk)
            left -= take_steps(field.ground, walk, left, stretch.heat)
    return found if walk.tally[N_ABSENT] > 0 else read_answer(field.ground, walk, best=False)


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
