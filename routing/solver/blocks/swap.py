"""Exchanges what two buses drive from a moment on when both are empty.

Trips found one by one are often good, and only chained badly. One cut of one block is
tried against every cut of every other at the cost of a few additions each, as the
earliest and latest times of both sides are known.
"""

import math

from routing.solver.blocks.insert import ENDLESS
from routing.solver.blocks.layout import (
    CHAIRS,
    CODE,
    DWELL,
    EARLY,
    LATE,
    LEG,
    LOAD,
    N_CALLS,
    NO_WAY,
    PLACE,
    PRICE,
    T_FIXED,
    T_KM,
    TYPE,
    Ground,
    Small,
)
from routing.solver.blocks.schedule import inner
from routing.solver.blocks.state import (
    FIXED_OFF,
    N_BLOCKS,
    TOP,
    VALUE,
    Walk,
    draw,
    settle,
    touch,
    undo,
)

BLINK_SHARE = 0.1
"""Share of blocks not looked at (tried)."""


@inner
def join_metres(ground: Ground, row: Small, i: int, tail: Small, j: int, n_tail: int) -> int:
    """Return the drive from call i - 1 of a block to call j of another; ENDLESS when late."""
    if i == 0 or j == n_tail:
        return 0
    way = ground.way[row[i - 1, PLACE], tail[j, PLACE]]
    free = row[i - 1, EARLY] + row[i - 1, DWELL]
    if way[0] >= NO_WAY or free + way[0] > tail[j, LATE]:
        return ENDLESS
    return int(way[1])


@inner
def is_empty(row: Small, i: int) -> bool:
    """Return whether the bus is empty on the way to call i."""
    return bool(i == 0 or row[i - 1, LOAD] + row[i - 1, CHAIRS] == 0)


@inner
def find_swap(ground: Ground, walk: Walk, a: int, i: int) -> tuple[int, int, int]:
    """Return the least that exchanging the end of block a from call i on costs, and with what.

    The cost is ENDLESS where there is nothing; a block that ends up empty saves its bus.
    """
    row, n = walk.rows[a], walk.head[a, N_CALLS]
    km_a = ground.kinds[walk.head[a, TYPE], T_KM]
    best, best_b, best_j = ENDLESS, -1, -1
    gone_a = row[i - 1, LEG] if i > 0 else 0
    for b in range(walk.tally[TOP]):
        m = walk.head[b, N_CALLS]
        if b == a or m == 0 or draw(walk.rng) < BLINK_SHARE:
            continue
        other = walk.rows[b]
        kind = ground.kinds[walk.head[b, TYPE]]
        price = max(km_a, kind[T_KM])
        for j in range(m + 1):
            trivial = (i == 0 and j == 0) or (i == n and j == m)
            if trivial or not is_empty(other, j) or max(i + m - j, j + n - i) > len(row):
                continue
            to_b = join_metres(ground, row, i, other, j, m)
            if to_b == ENDLESS:
                continue
            to_a = join_metres(ground, other, j, row, i, n)
            if to_a == ENDLESS:
                continue
            cost = (to_b + to_a - gone_a - (other[j - 1, LEG] if j > 0 else 0)) * price
            if (i == 0 and j == m) or (i == n and j == 0):
                cost -= kind[T_FIXED]
            if cost < best:
                best, best_b, best_j = cost, b, j
    return best, best_b, best_j


@inner
def _exchange(ground: Ground, walk: Walk, a: int, i: int, b: int, j: int) -> bool:
    """Exchange the ends of two touched blocks; return whether all limits hold."""
    n, m = walk.head[a, N_CALLS], walk.head[b, N_CALLS]
    for k in range(j, m):
        walk.rows[a, i + k - j, CODE] = walk.rows0[b, k, CODE]
    for k in range(i, n):
        walk.rows[b, j + k - i, CODE] = walk.rows0[a, k, CODE]
    if not (settle(ground, walk, a, int(i + m - j)) and settle(ground, walk, b, int(j + n - i))):
        return False
    for k in range(i, walk.head[a, N_CALLS]):
        if walk.rows[a, k, CODE] >= 0:
            walk.where[walk.rows[a, k, CODE]] = a
    for k in range(j, walk.head[b, N_CALLS]):
        if walk.rows[b, k, CODE] >= 0:
            walk.where[walk.rows[b, k, CODE]] = b
    return True


@inner
def swap_ends(ground: Ground, walk: Walk, heat: float) -> bool:
    """Exchange the end of a block with the best of another, or not; return whether it was."""
    tally = walk.tally
    if tally[N_BLOCKS] < 2:
        return False
    a = int(draw(walk.rng) * tally[TOP])
    while walk.head[a, N_CALLS] == 0:
        a = (a + 1) % tally[TOP]
    i = int(draw(walk.rng) * (walk.head[a, N_CALLS] + 1))
    while not is_empty(walk.rows[a], i):
        i -= 1
    cost, b, j = find_swap(ground, walk, a, i)
    if b < 0 or cost >= -heat * math.log(max(draw(walk.rng), 1e-12)):
        return False
    n_blocks, price = tally[N_BLOCKS], walk.head[a, PRICE] + walk.head[b, PRICE]
    for k in range(len(walk.left)):
        walk.left0[k] = walk.left[k]
    n_touched = touch(walk, b, touch(walk, a, a - a))
    kept = _exchange(ground, walk, a, i, b, j)
    if kept:
        tally[VALUE] += walk.head[a, PRICE] + walk.head[b, PRICE] - price
        tally[VALUE] -= walk.settings[FIXED_OFF] * (tally[N_BLOCKS] - n_blocks)
    else:
        undo(walk, n_touched)
        tally[N_BLOCKS] = n_blocks
        for k in range(len(walk.left)):
            walk.left[k] = walk.left0[k]
    walk.touched[1, a], walk.touched[1, b] = 0, 0
    return kept
