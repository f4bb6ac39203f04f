"""One walk through the answers: strings of stands out, all that is absent back in, cheaply.

Ruin and recreate after Christiaens and Vanden Berghe, "Slack induction by string removals
for vehicle routing problems", Transportation Science 54 (2020). A stand may stay absent at
a price that grows the longer it does, so that the walk can be held to fewer blocks than it
has found room for.
"""

import math

from routing.solver.blocks.layout import (
    CODE,
    DROP,
    FIRST,
    N_CALLS,
    N_HEAD,
    PRICE,
    S_ALONE,
    STAMP,
    TYPE,
    Ground,
    Small,
)
from routing.solver.blocks.recreate import recreate, sort_absent
from routing.solver.blocks.ruin import ruin
from routing.solver.blocks.schedule import compiled, inner
from routing.solver.blocks.state import (
    BEST_VALUE,
    FIXED_OFF,
    GROWTH,
    MEAN_REMOVED,
    N_ABSENT,
    N_BLOCKS,
    TOP,
    VALUE,
    Walk,
    draw,
    keep_best,
    settle,
    undo,
)
from routing.solver.blocks.swap import swap_ends
from routing.solver.problem import Ints


@inner
def step(ground: Ground, walk: Walk, heat: float) -> bool:  # noqa: C901
    """Take one step; return whether it was kept."""
    tally, settings = walk.tally, walk.settings
    value0, absent0, blocks0, top0 = tally[VALUE], tally[N_ABSENT], tally[N_BLOCKS], tally[TOP]
    for k in range(absent0):
        walk.before[k] = walk.absent[k]
        walk.marked[walk.absent[k]] = 1
    for k in range(len(walk.left)):
        walk.left0[k] = walk.left[k]
    n_touched = ruin(ground, walk, settings[MEAN_REMOVED])
    if n_touched >= 0:
        sort_absent(ground, walk)
        n_touched = recreate(ground, walk, int(n_touched))
    for k in range(absent0):
        walk.marked[walk.before[k]] = 0
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
        kept = swap_ends(ground, walk, heat)
        kept = step(ground, walk, heat) or kept
        if growth > 0:
            if tally[N_ABSENT] == 0:
                return k + 1
            for a in range(tally[N_ABSENT]):
                walk.penalty[walk.absent[a]] += growth
                tally[VALUE] += growth
        elif kept and tally[VALUE] < tally[BEST_VALUE]:
            keep_best(walk)
    return n_steps


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
        if head[b, N_CALLS] > 0 and walk.left[head[b, TYPE]] > 0:
            walk.left[head[b, TYPE]] -= 1
            walk.head[b, TYPE], walk.head[b, STAMP] = head[b, TYPE], 1
            tally[N_BLOCKS] += 1
    for b in range(len(head)):
        n = head[b, N_CALLS]
        for k in range(n):
            walk.rows[b, k, CODE] = codes[b, k]
        if n > 0 and not (settle(ground, walk, b, n) and shares_kept(ground, walk.rows[b], n)):
            if walk.head[b, STAMP] > 0:
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
