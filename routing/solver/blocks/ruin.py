"""Takes strings of neighbouring stands out of blocks."""

from routing.solver.blocks.layout import CODE, DROP, N_CALLS, PRICE, Ground
from routing.solver.blocks.schedule import compiled, inner
from routing.solver.blocks.state import (
    FIXED_OFF,
    LONGEST,
    N_ABSENT,
    N_BLOCKS,
    VALUE,
    Walk,
    draw,
    settle,
    touch,
)

SPLIT_SHARE, GROW_SHARE = 0.5, 0.01
"""Share of strings that leave stands in their middle, and how often one more (the paper)."""


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
    longest = min(float(walk.settings[LONGEST]), n_served / tally[N_BLOCKS])
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
