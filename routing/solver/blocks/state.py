"""Where a walk is: its blocks, who is absent, and how to take a step back."""

from typing import NamedTuple

import numpy as np

from routing.solver.blocks.insert import price_block
from routing.solver.blocks.layout import (
    CODE,
    LENGTH,
    MASK,
    N_CALLS,
    N_FIELDS,
    N_HEAD,
    PEAK,
    PEAK_CHAIRS,
    PRICE,
    STAMP,
    TYPE,
    Ground,
    Small,
    Words,
)
from routing.solver.blocks.schedule import compiled, inner, lay_block, make_scratch
from routing.solver.problem import Ints

# Fields of the tally of a walk.
VALUE, N_ABSENT, N_BLOCKS, TOP, STAMPS, BEST_VALUE, LOOKS = range(7)
N_TALLY = 7
# Settings of a walk: most blocks, what is taken off the fixed cost of each, stands taken out on
# average, growth of the price of absence, in which blocks a place is sought, and stands taken out
# of one block at most.
CAP, FIXED_OFF, MEAN_REMOVED, GROWTH, SEEK, LONGEST = range(6)
N_SETTINGS = 6
NEAR_BLOCKS, ALL_BLOCKS, NO_BLOCKS, MIXED_BLOCKS = range(4)


class Walk(NamedTuple):
    """Where a walk is. Arrays ending in 0 hold what a step has changed, as it was before.

    Parameters
    ----------
    rows, head
        Calls and totals of each block (int32, int64).
    where
        The block of each stand; -1 when absent (int64).
    absent
        Absent stands; the first ``N_ABSENT`` count (int64).
    left
        Buses left of each type (int64).
    penalty
        What it costs to leave each stand absent (int64).
    tally
        Value, numbers of absent stands and blocks, and more (int64).
    touched
        Blocks changed by a step, flags of them, and blocks looked at (int64, 3 by blocks).
    marked
        Scratch per stand (int64).
    known
        For stands and blocks: stamp of the block when looked at, cost found, type (int64).
    best_codes, best_head
        The best answer so far.
    settings
        How to walk (int64).
    seq, rng
        Scratch row, and the state of chance.
    """

    rows: Small
    head: Ints
    where: Ints
    absent: Ints
    left: Ints
    rows0: Small
    head0: Ints
    before: Ints
    order: Ints
    left0: Ints
    penalty: Ints
    tally: Ints
    touched: Ints
    marked: Ints
    known: Ints
    best_codes: Small
    best_head: Ints
    settings: Ints
    seq: Ints
    rng: Words


def make_walk(ground: Ground, n_blocks: int, most_calls: int, seed: int) -> Walk:
    """Return a walk with room for so many blocks; it has not begun yet."""
    n, n_types = len(ground.stand), len(ground.kinds)
    shape = (n_blocks, most_calls, N_FIELDS)

    def ints(*sizes: int) -> Ints:
        return np.zeros(sizes, np.int64)

    return Walk(
        np.zeros(shape, np.int32), ints(n_blocks, N_HEAD), ints(n), ints(n), ints(n_types),
        np.zeros(shape, np.int32), ints(n_blocks, N_HEAD), ints(n), ints(n), ints(n_types),
        ints(n), ints(N_TALLY), ints(3, n_blocks), ints(n),
        ints(n, n_blocks, 3), np.zeros(shape[:2], np.int32), ints(n_blocks, N_HEAD),
        ints(N_SETTINGS), make_scratch(most_calls, N_FIELDS),
        np.array([seed % 2**63], np.uint64),
    )  # fmt: skip


@inner
def draw(rng: Words) -> float:
    """Return a number from 0 to below 1 (splitmix64)."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def _copy_block(row: Small, head: Ints, row_to: Small, head_to: Ints) -> None:
    for k in range(head[N_CALLS]):
        for f in range(N_FIELDS):
            row_to[k, f] = row[k, f]
    for f in range(N_HEAD):
        head_to[f] = head[f]


@inner
def touch(walk: Walk, b: int, n_touched: int) -> int:
    """Remember a block as it is, once in a step; return how many are remembered."""
    if walk.touched[1, b]:
        return n_touched
    walk.touched[1, b] = 1
    walk.touched[0, n_touched] = b
    _copy_block(walk.rows[b], walk.head[b], walk.rows0[b], walk.head0[b])
    return n_touched + 1


@inner
def undo(walk: Walk, n_touched: int) -> None:
    """Put all touched blocks back as they were."""
    for k in range(n_touched):
        b = walk.touched[0, k]
        for q in range(walk.head[b, N_CALLS]):
            if walk.rows[b, q, CODE] >= 0:
                walk.where[walk.rows[b, q, CODE]] = -1
    for k in range(n_touched):
        b = walk.touched[0, k]
        _copy_block(walk.rows0[b], walk.head0[b], walk.rows[b], walk.head[b])
    for k in range(n_touched):
        b = walk.touched[0, k]
        for q in range(walk.head[b, N_CALLS]):
            if walk.rows[b, q, CODE] >= 0:
                walk.where[walk.rows[b, q, CODE]] = b


@inner
def settle(ground: Ground, walk: Walk, b: int, n: int) -> bool:
    """Work out a block anew with the cheapest bus for it; return whether all holds."""
    head = walk.head[b]
    own = head[TYPE] if head[STAMP] > 0 else -1
    walk.tally[STAMPS] += 1
    if n == 0:
        if own >= 0:
            walk.left[own] += 1
            walk.tally[N_BLOCKS] -= 1
        for f in range(N_HEAD):
            head[f] = 0
        return True
    if not lay_block(ground, walk.rows[b], head, n, walk.seq):
        return False
    price, kind = price_block(
        ground, head[LENGTH], head[PEAK], head[PEAK_CHAIRS], head[MASK], int(own), walk.left
    )
    if kind < 0:
        return False
    if own < 0:
        walk.tally[N_BLOCKS] += 1
    else:
        walk.left[own] += 1
    walk.left[kind] -= 1
    head[TYPE], head[PRICE], head[STAMP] = kind, price, walk.tally[STAMPS]
    return True


@compiled
def keep_best(walk: Walk) -> None:
    """Remember the answer as the best."""
    walk.tally[BEST_VALUE] = walk.tally[VALUE]
    for b in range(len(walk.head)):
        for f in range(N_HEAD):
            walk.best_head[b, f] = walk.head[b, f]
        for k in range(walk.head[b, N_CALLS]):
            walk.best_codes[b, k] = walk.rows[b, k, CODE]
