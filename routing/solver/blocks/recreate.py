"""Puts the absent back where they cost least."""

from routing.solver.blocks.insert import ENDLESS, find_place, price_block
from routing.solver.blocks.layout import (
    CODE,
    H_PLACE,
    N_CALLS,
    S_CHAIRS,
    S_LOAD,
    S_MASK,
    S_PLACE,
    S_SCHOOL,
    STAMP,
    TYPE,
    Ground,
)
from routing.solver.blocks.schedule import compiled, inner
from routing.solver.blocks.state import (
    ALL_BLOCKS,
    CAP,
    FIXED_OFF,
    LOOKS,
    MIXED_BLOCKS,
    N_ABSENT,
    N_BLOCKS,
    NO_BLOCKS,
    SEEK,
    TOP,
    Walk,
    draw,
    settle,
    touch,
    undo,
)
from routing.solver.problem import Ints

PASSED_SHARE = 0.02
"""Share of blocks passed over when a stand is put back (tried)."""


@inner
def sort_absent(ground: Ground, walk: Walk) -> None:
    """Sort the absent by chance, load, distance, time, or by what their absence costs."""
    absent, n = walk.absent, walk.tally[N_ABSENT]
    which = int(draw(walk.rng) * 14.0)
    for k in range(n - 1, 0, -1):
        q = int(draw(walk.rng) * (k + 1))
        absent[k], absent[q] = absent[q], absent[k]
    if which < 4:
        return
    column = 0 if which < 7 else 1 if which < 9 else 2 if which < 10 else 3 if which < 12 else -1
    for k in range(1, n):
        one = absent[k]
        key = ground.keys[one, column] if column >= 0 else -walk.penalty[one]
        q = k - 1
        while q >= 0:
            other = ground.keys[absent[q], column] if column >= 0 else -walk.penalty[absent[q]]
            if other <= key:
                break
            absent[q + 1] = absent[q]
            q -= 1
        absent[q + 1] = one


@inner
def _best_in_block(ground: Ground, walk: Walk, r: int, b: int) -> int:
    """Return what stand r costs in block b; known for as long as b stays so."""
    known = walk.known[r, b]
    stamp, kind = walk.head[b, STAMP], known[2]
    if known[0] != stamp or (kind != walk.head[b, TYPE] and kind >= 0 and walk.left[kind] <= 0):
        found = find_place(ground, walk.rows[b], walk.head[b], r, walk.left, walk.seq)
        known[0], known[1], known[2] = stamp, found[0], found[3]
    return known[1]


@inner
def put_in(ground: Ground, walk: Walk, r: int, b: int, i: int, j: int) -> bool:
    """Put stand r into block b before call i, its school before call j (-1: it is there)."""
    row, n = walk.rows[b], walk.head[b, N_CALLS]
    more = 1 if j < 0 else 2
    for k in range(n - 1, -1, -1):
        if k >= i:
            row[k + 1 + (0 <= j <= k), CODE] = row[k, CODE]
    row[i, CODE] = r
    if j >= 0:
        row[j + 1, CODE] = -1 - ground.stand[r, S_SCHOOL]
    walk.where[r] = b
    return settle(ground, walk, b, n + more)


@inner
def _price_alone(ground: Ground, walk: Walk, r: int) -> int:
    """Return the price of a block for one stand."""
    stand = ground.stand[r]
    there = ground.way[stand[S_PLACE], ground.school[stand[S_SCHOOL], H_PLACE], 1]
    return price_block(
        ground, there, stand[S_LOAD], stand[S_CHAIRS], stand[S_MASK], (-1), walk.left
    )[0]


@compiled
def recreate(ground: Ground, walk: Walk, n_touched: int) -> int:  # noqa: C901, PLR0912
    """Put the absent back where they cost least; return blocks touched, negative when broken."""
    tally, head, settings = walk.tally, walk.head, walk.settings
    n, kept = tally[N_ABSENT], 0
    for a in range(n):
        r = int(walk.absent[a])
        best, best_b = ENDLESS, -1
        if settings[SEEK] == ALL_BLOCKS or (settings[SEEK] == MIXED_BLOCKS and walk.marked[r]):
            for b in range(tally[TOP]):
                if head[b, N_CALLS] > 0 and draw(walk.rng) >= PASSED_SHARE:
                    delta = _best_in_block(ground, walk, r, int(b))
                    if delta < best:
                        best, best_b = delta, b
        elif settings[SEEK] != NO_BLOCKS:
            tally[LOOKS] += 1
            for k in range(ground.near.shape[1]):
                b = int(walk.where[ground.near[r, k]])
                if b < 0 or walk.touched[2, b] == tally[LOOKS]:
                    continue
                walk.touched[2, b] = tally[LOOKS]
                if draw(walk.rng) >= PASSED_SHARE:
                    delta = _best_in_block(ground, walk, r, int(b))
                    if delta < best:
                        best, best_b = delta, b
        i, j = 0, 0
        if best_b >= 0:
            row, its = walk.rows[best_b], walk.head[best_b]
            _, i, j, _ = find_place(ground, row, its, r, walk.left, walk.seq)
            best_b = best_b if i >= 0 else -1
        if tally[N_BLOCKS] < settings[CAP]:
            price = _price_alone(ground, walk, r) - settings[FIXED_OFF]
            if price < best:
                best, best_b, i, j = price, 0, 0, 0
                while head[best_b, N_CALLS] > 0:
                    best_b += 1
                tally[TOP] = max(tally[TOP], best_b + 1)
        if best_b < 0:
            walk.absent[kept] = r
            kept += 1
            continue
        n_touched = touch(walk, int(best_b), int(n_touched))
        if not put_in(ground, walk, r, int(best_b), int(i), int(j)):
            return -1 - n_touched
    tally[N_ABSENT] = kept
    return n_touched


@compiled
def put_all_in(ground: Ground, walk: Walk, stands: Ints) -> None:
    """Put stands in one after the other, each where it costs least; those left are absent."""
    tally = walk.tally
    for k in range(len(stands)):
        walk.absent[0], tally[N_ABSENT] = stands[k], 1
        n_blocks = tally[N_BLOCKS]
        for q in range(len(walk.left)):
            walk.left0[q] = walk.left[q]
        n_touched = recreate(ground, walk, k - k)
        if n_touched < 0:
            n_touched = -1 - n_touched
            undo(walk, int(n_touched))
            tally[N_BLOCKS], walk.where[stands[k]] = n_blocks, -1
            for q in range(len(walk.left)):
                walk.left[q] = walk.left0[q]
        for q in range(n_touched):
            walk.touched[1, walk.touched[0, q]] = 0
