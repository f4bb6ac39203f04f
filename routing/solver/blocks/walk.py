"""One walk through the answers: strings of stands out, all that is absent back in, cheaply.

Ruin and recreate after Christiaens and Vanden Berghe, "Slack induction by string removals
for vehicle routing problems", Transportation Science 54 (2020). A stand may stay absent at
a price that grows the longer it does, so that the walk can be held to fewer blocks than it
has found room for.
"""

import math
from typing import NamedTuple

import numpy as np

from routing.solver.blocks.insert import ENDLESS, find_place, price_block
from routing.solver.blocks.layout import (
    CODE,
    DROP,
    FIRST,
    H_PLACE,
    LENGTH,
    MASK,
    N_CALLS,
    N_FIELDS,
    N_HEAD,
    PEAK,
    PEAK_CHAIRS,
    PRICE,
    S_ALONE,
    S_CHAIRS,
    S_LOAD,
    S_MASK,
    S_PLACE,
    S_SCHOOL,
    STAMP,
    TYPE,
    Ground,
    Small,
    Words,
)
from routing.solver.blocks.schedule import compiled, inner, lay_block, make_scratch
from routing.solver.problem import Ints

LONGEST_STRING = 10
"""Stands taken out of one block at most (from the paper)."""
SPLIT_SHARE, GROW_SHARE = 0.5, 0.01
"""Share of strings that leave stands in their middle, and how often one more (the paper)."""
PASSED_SHARE = 0.02
"""Share of blocks passed over when a stand is put back (tried)."""

# Fields of the tally of a walk.
VALUE, N_ABSENT, N_BLOCKS, TOP, STAMPS, BEST_VALUE, LOOKS = range(7)
N_TALLY = 7
# Settings of a walk: most blocks, what is taken off the fixed cost of each, stands taken out on
# average, growth of the price of absence, and in which blocks a place is sought.
CAP, FIXED_OFF, MEAN_REMOVED, GROWTH, SEEK = range(5)
N_SETTINGS = 5
NEAR_BLOCKS, ALL_BLOCKS, NO_BLOCKS = range(3)


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
    kept_delta, kept_place
        Best places found before, while the block still has the same stamp.
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
    kept_delta: Ints
    kept_place: Ints
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
        ints(n), ints(N_TALLY), ints(3, n_blocks), ints(n), ints(n, n_blocks),
        ints(n, n_blocks, 4), np.zeros(shape[:2], np.int32), ints(n_blocks, N_HEAD),
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
def take_out(ground: Ground, walk: Walk, b: int) -> bool:
    """Take the marked stands out of a block; return whether its times still hold."""
    row, head, seq = walk.rows[b], walk.head[b], walk.seq
    n, m = head[N_CALLS], 0
    for k in range(n):
        seq[k, 0] = 0
    for k in range(n):
        if row[k, DROP] >= 0 and not walk.marked[row[k, CODE]]:
            seq[row[k, DROP], 0] = 1
    for k in range(n):
        code = row[k, CODE]
        if code >= 0 and walk.marked[code]:
            walk.where[code] = -1
            walk.absent[walk.tally[N_ABSENT]] = code
            walk.tally[N_ABSENT] += 1
        elif code >= 0 or seq[k, 0] == 1:
            row[m, CODE] = code
            m += 1
    return settle(ground, walk, b, int(m))


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


@inner
def _mark_string(walk: Walk, b: int, near: int, longest: float) -> None:
    """Mark a string of stands of a block around one of them, perhaps with some left inside."""
    row, order, n, middle = walk.rows[b], walk.order, 0, 0
    for k in range(walk.head[b, N_CALLS]):
        if row[k, CODE] >= 0:
            if row[k, CODE] == near:
                middle = n
            order[n] = row[k, CODE]
            n += 1
    length = 1 + int(draw(walk.rng) * min(n, max(1, int(longest))))
    inside = 0
    if 1 < length < n and draw(walk.rng) < SPLIT_SHARE:
        inside = 1
        while length + inside < n and draw(walk.rng) < GROW_SHARE:
            inside += 1
    span = length + inside
    first = max(0, middle - span + 1)
    last = min(middle, n - span)
    begin = first + int(draw(walk.rng) * (last - first + 1))
    gap = begin + 1 + int(draw(walk.rng) * max(1, length - 1)) if inside > 0 else n
    for k in range(begin, begin + span):
        if not gap <= k < gap + inside:
            walk.marked[order[k]] = 1


@inner
def ruin(ground: Ground, walk: Walk, mean_removed: int) -> int:
    """Take strings of stands out around one stand; return blocks touched, -1 when one broke."""
    tally, n_touched = walk.tally, 0
    n_served = len(walk.where) - tally[N_ABSENT]
    if n_served <= 0 or tally[N_BLOCKS] == 0:
        return 0
    longest = min(float(LONGEST_STRING), n_served / tally[N_BLOCKS])
    n_strings = int(draw(walk.rng) * (4.0 * mean_removed / (1.0 + longest) - 1.0) + 1.0)
    middle = int(draw(walk.rng) * len(walk.where))
    if tally[N_ABSENT] > 0 and draw(walk.rng) < 0.5:
        middle = walk.absent[int(draw(walk.rng) * tally[N_ABSENT])]
    for k in range(ground.near.shape[1]):
        if n_touched >= n_strings:
            break
        one = int(ground.near[middle, k])
        b = int(walk.where[one])
        if b < 0 or walk.touched[1, b]:
            continue
        n_touched = touch(walk, b, int(n_touched))
        before = tally[N_ABSENT]
        _mark_string(walk, b, one, longest)
        kept = take_out(ground, walk, b)
        for q in range(before, tally[N_ABSENT]):
            walk.marked[walk.absent[q]] = 0
        if not kept:
            return -1 - n_touched
    return n_touched


@inner
def _sort_absent(ground: Ground, walk: Walk) -> None:
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
    """Return what stand r costs in block b; the place is kept for as long as b stays so."""
    place = walk.kept_place[r, b]
    stamp = walk.head[b, STAMP]
    if place[0] != stamp or (
        place[3] >= 0 and place[3] != walk.head[b, TYPE] and walk.left[place[3]] <= 0
    ):
        delta, i, j, kind = find_place(ground, walk.rows[b], walk.head[b], r, walk.left, walk.seq)
        place[0], place[1], place[2], place[3] = stamp, i, j, kind
        walk.kept_delta[r, b] = delta
    return walk.kept_delta[r, b]


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
        if settings[SEEK] == ALL_BLOCKS:
            for b in range(tally[TOP]):
                if head[b, N_CALLS] > 0 and draw(walk.rng) >= PASSED_SHARE:
                    delta = _best_in_block(ground, walk, r, int(b))
                    if delta < best:
                        best, best_b = delta, b
        elif settings[SEEK] == NEAR_BLOCKS:
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
            i = int(walk.kept_place[r, best_b, 1])
            j = int(walk.kept_place[r, best_b, 2])
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


@inner
def undo(walk: Walk, n_touched: int) -> None:
    """Put all touched blocks back as they were."""
    for k in range(n_touched):
        b = int(walk.touched[0, k])
        _copy_block(walk.rows0[b], walk.head0[b], walk.rows[b], walk.head[b])
    for k in range(n_touched):
        b = int(walk.touched[0, k])
        for q in range(walk.head[b, N_CALLS]):
            if walk.rows[b, q, CODE] >= 0:
                walk.where[walk.rows[b, q, CODE]] = b


@compiled
def keep_best(walk: Walk) -> None:
    """Remember the answer as the best."""
    walk.tally[BEST_VALUE] = walk.tally[VALUE]
    for b in range(len(walk.head)):
        for f in range(N_HEAD):
            walk.best_head[b, f] = walk.head[b, f]
        for k in range(walk.head[b, N_CALLS]):
            walk.best_codes[b, k] = walk.rows[b, k, CODE]


@inner
def step(ground: Ground, walk: Walk, heat: float) -> bool:  # noqa: C901, PLR0912
    """Take one step; return whether it was kept."""
    tally, settings = walk.tally, walk.settings
    value0, absent0, blocks0, top0 = tally[VALUE], tally[N_ABSENT], tally[N_BLOCKS], tally[TOP]
    for k in range(absent0):
        walk.before[k] = walk.absent[k]
    for k in range(len(walk.left)):
        walk.left0[k] = walk.left[k]
    n_touched = ruin(ground, walk, settings[MEAN_REMOVED])
    if n_touched >= 0:
        _sort_absent(ground, walk)
        n_touched = recreate(ground, walk, int(n_touched))
    broken = n_touched < 0
    if broken:
        n_touched = -1 - n_touched
    for k in range(n_touched):
        walk.touched[1, walk.touched[0, k]] = 0
    value = value0 - settings[FIXED_OFF] * (tally[N_BLOCKS] - blocks0)
    for k in range(n_touched):
        b = int(walk.touched[0, k])
        value += walk.head[b, PRICE] - walk.head0[b, PRICE]
    for k in range(absent0):
        value -= walk.penalty[walk.before[k]]
    for k in range(tally[N_ABSENT]):
        value += walk.penalty[walk.absent[k]]
    if not broken and value < value0 - heat * math.log(max(draw(walk.rng), 1e-12)):
        tally[VALUE] = value
        return True
    for k in range(n_touched):
        b = int(walk.touched[0, k])
        for q in range(walk.head[b, N_CALLS]):
            if walk.rows[b, q, CODE] >= 0:
                walk.where[walk.rows[b, q, CODE]] = -1
    undo(walk, int(n_touched))
    for k in range(len(walk.left)):
        walk.left[k] = walk.left0[k]
    for k in range(absent0):
        walk.absent[k] = walk.before[k]
        walk.where[walk.before[k]] = -1
    tally[VALUE], tally[N_ABSENT] = value0, absent0
    tally[N_BLOCKS], tally[TOP] = blocks0, top0
    return False


@compiled
def take_steps(ground: Ground, walk: Walk, n_steps: int, heat: float) -> int:
    """Walk on for so many steps at one temperature; return how many were taken.

    Ends at once when nobody is absent while absence has a growing price.
    """
    tally, growth = walk.tally, walk.settings[GROWTH]
    for k in range(n_steps):
        kept = step(ground, walk, heat)
        if growth > 0:
            if tally[N_ABSENT] == 0:
                return k + 1
            for a in range(tally[N_ABSENT]):
                walk.penalty[walk.absent[a]] += growth
                tally[VALUE] += growth
        elif kept and tally[VALUE] < tally[BEST_VALUE]:
            keep_best(walk)
    return n_steps


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


@compiled
def drop_block(ground: Ground, walk: Walk, b: int) -> bool:
    """Take all stands out of a block and give its bus back."""
    row = walk.rows[b]
    before = walk.tally[N_ABSENT]
    for k in range(walk.head[b, N_CALLS]):
        if row[k, CODE] >= 0:
            walk.marked[row[k, CODE]] = 1
    price = walk.head[b, PRICE]
    done = take_out(ground, walk, b)
    for a in range(before, walk.tally[N_ABSENT]):
        walk.marked[walk.absent[a]] = 0
        walk.tally[VALUE] += walk.penalty[walk.absent[a]]
    walk.tally[VALUE] -= price - walk.settings[FIXED_OFF]
    return done


@inner
def shares_kept(ground: Ground, row: Small, n: int) -> bool:
    """Return whether all who are aboard together may be."""
    for k in range(n):
        for q in range(k + 1, n):
            both = q < row[k, DROP] and row[q, DROP] >= 0
            if both and not ground.together[row[k, FIRST], row[q, FIRST]]:
                return False
    return True


@compiled
def enter_blocks(ground: Ground, walk: Walk, codes: Small, head: Ints, available: Ints) -> None:  # noqa: C901, PLR0912
    """Begin anew from the given blocks; one that breaks a limit is left, its stands absent."""
    tally = walk.tally
    tally[N_BLOCKS], tally[TOP], tally[N_ABSENT], tally[VALUE] = 0, len(head), 0, 0
    for k in range(len(walk.left)):
        walk.left[k] = available[k]
    for r in range(len(walk.where)):
        walk.where[r] = -1
    for b in range(len(walk.head)):
        for f in range(N_HEAD):
            walk.head[b, f] = 0
    for b in range(len(head)):
        if head[b, N_CALLS] > 0:
            walk.left[head[b, TYPE]] -= 1
            walk.head[b, TYPE], walk.head[b, STAMP] = head[b, TYPE], 1
            tally[N_BLOCKS] += 1
    for b in range(len(head)):
        n = head[b, N_CALLS]
        for k in range(n):
            walk.rows[b, k, CODE] = codes[b, k]
        if n > 0 and not (settle(ground, walk, b, n) and shares_kept(ground, walk.rows[b], n)):
            walk.left[walk.head[b, TYPE]] += 1
            tally[N_BLOCKS] -= 1
            for f in range(N_HEAD):
                walk.head[b, f] = 0
        for k in range(walk.head[b, N_CALLS]):
            if walk.rows[b, k, CODE] >= 0:
                walk.where[walk.rows[b, k, CODE]] = b
        tally[VALUE] += walk.head[b, PRICE]
    tally[VALUE] -= walk.settings[FIXED_OFF] * tally[N_BLOCKS]
    for r in range(len(walk.where)):
        if walk.where[r] < 0 and ground.stand[r, S_ALONE]:
            walk.absent[tally[N_ABSENT]] = r
            tally[N_ABSENT] += 1
            tally[VALUE] += walk.penalty[r]
