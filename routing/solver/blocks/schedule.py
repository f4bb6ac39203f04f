"""When can a block be at each of its calls? Earliest and latest, rides and windows kept.

Differences of times along a line: a call follows the one before by dwell and drive, a
school call lies in its window, and a school call follows each stand it serves by at most
that stand's ride. Waiting is the only freedom, so an earliest solution exists if any does:
drive as early as possible; where a ride is too long because of waiting, be at its stand
later, and go on from there.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from routing.solver.blocks.layout import (
    CHAIRS,
    CODE,
    DROP,
    DWELL,
    EARLY,
    FIRST,
    GO,
    H_EACH,
    H_EARLY,
    H_LATE,
    H_PLACE,
    H_UNLOAD,
    HI,
    LATE,
    LEG,
    LENGTH,
    LO,
    LOAD,
    LONGEST_TIME,
    MASK,
    N_CALLS,
    N_FIELDS,
    N_HEAD,
    NO_WAY,
    PEAK,
    PEAK_CHAIRS,
    PLACE,
    RIDE,
    S_CHAIRS,
    S_DWELL,
    S_HI,
    S_LO,
    S_LOAD,
    S_MASK,
    S_PLACE,
    S_RIDE,
    S_SCHOOL,
    SLACK,
    SUM,
    Ground,
    Small,
)
from routing.solver.problem import Ints


def compiled(function: Callable[..., Any], *, inside: bool = False) -> Any:
    """Return the function compiled; kept on disk where there is a folder to keep it in."""
    options = {"nogil": True, "no_cpython_wrapper": inside, "no_cfunc_wrapper": True}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:
        return njit(**options)(function)


def inner(function: Callable[..., Any]) -> Any:
    """Return the function compiled for other compiled ones only: half the work."""
    return compiled(function, inside=True)


@inner
def find_early(seq: Ints, n: int) -> bool:
    """Set EARLY of the first n calls of a scratch row; return whether all limits hold.

    LO is raised where a ride forces a later start.
    """
    total = 0
    for k in range(n):
        seq[k, SUM] = total
        total += seq[k, GO]
    k = 0
    while k < n:
        time = seq[k, LO]
        if k > 0:
            time = max(time, seq[k - 1, EARLY] + seq[k - 1, GO])
        if time > seq[k, HI]:
            return False
        seq[k, EARLY] = time
        again = -1
        if seq[k, DROP] < 0:
            for q in range(k - 1, seq[k, FIRST] - 1, -1):
                if seq[q, DROP] == k:
                    if seq[k, SUM] - seq[q, SUM] > seq[q, RIDE]:
                        return False
                    if time - seq[q, EARLY] > seq[q, RIDE]:
                        seq[q, LO] = time - seq[q, RIDE]
                        again = q
        k = again if again >= 0 else k + 1
    return True


@inner
def find_late(seq: Ints, n: int) -> None:
    """Set LATE of the first n calls of a scratch row that has an earliest solution."""
    k = n - 1
    while k >= 0:
        time = seq[k, HI]
        if k < n - 1:
            time = min(time, seq[k + 1, LATE] - seq[k, GO])
        seq[k, LATE] = time
        drop = seq[k, DROP]
        if drop >= 0 and seq[drop, LATE] - time > seq[k, RIDE]:
            seq[drop, HI] = time + seq[k, RIDE]
            k = drop
        else:
            k -= 1


@inner
def _lay_calls(ground: Ground, seq: Ints, n: int) -> None:
    """Fill a scratch row from its codes, all but loads and what follows from the order."""
    for k in range(n):
        code = seq[k, CODE]
        if code >= 0:
            stand = ground.stand[code]
            seq[k, PLACE], seq[k, FIRST] = stand[S_PLACE], stand[S_SCHOOL]
            seq[k, LO], seq[k, HI] = stand[S_LO], stand[S_HI]
            seq[k, DWELL], seq[k, RIDE], seq[k, DROP] = stand[S_DWELL], stand[S_RIDE], n
        else:
            school = ground.school[-1 - code]
            seq[k, PLACE], seq[k, FIRST] = school[H_PLACE], k
            seq[k, LO], seq[k, HI] = school[H_EARLY], school[H_LATE]
            seq[k, DWELL], seq[k, RIDE], seq[k, DROP] = school[H_UNLOAD], 0, -1


@inner
def _lay_loads(ground: Ground, seq: Ints, n: int, head: Ints) -> bool:
    """Set who is aboard after each call and where all get off; return whether that is true.

    False for a stand whose school is not called at later, and a call where nobody leaves.
    """
    load, chairs = 0, 0
    peak, peak_chairs, mask = 0, 0, -1
    for k in range(n):
        code = seq[k, CODE]
        if code >= 0:
            stand = ground.stand[code]
            load += stand[S_LOAD]
            chairs += stand[S_CHAIRS]
            mask &= stand[S_MASK]
        else:
            off = 0
            for q in range(k - 1, -1, -1):
                if seq[q, DROP] == n and seq[q, FIRST] == -1 - code:
                    stand = ground.stand[seq[q, CODE]]
                    seq[q, DROP] = k
                    seq[k, FIRST] = q
                    off += stand[S_LOAD] + stand[S_CHAIRS]
                    load -= stand[S_LOAD]
                    chairs -= stand[S_CHAIRS]
            if off == 0:
                return False
            seq[k, DWELL] += off * ground.school[-1 - code, H_EACH]
        seq[k, LOAD], seq[k, CHAIRS] = load, chairs
        peak, peak_chairs = max(peak, load), max(peak_chairs, chairs)
    head[PEAK], head[PEAK_CHAIRS], head[MASK] = peak, peak_chairs, mask
    return load == 0 and chairs == 0


@inner
def _lay_legs(ground: Ground, seq: Ints, n: int) -> int:
    """Set drives; return the length of the block, -1 where there is no way."""
    length = 0
    for k in range(n):
        seq[k, GO], seq[k, LEG] = seq[k, DWELL], 0
        if k + 1 < n:
            way = ground.way[seq[k, PLACE], seq[k + 1, PLACE]]
            if way[0] >= NO_WAY:
                return -1
            seq[k, GO] += way[0]
            seq[k, LEG] = way[1]
            length += way[1]
    return length


@inner
def _lay_slack(seq: Ints, n: int) -> None:
    """Set by how much each leg may grow before a ride of someone aboard is too long."""
    for k in range(n):
        seq[k, SLACK] = LONGEST_TIME
    for k in range(n):
        drop = seq[k, DROP]
        if drop >= 0:
            room = seq[k, RIDE] - (seq[drop, SUM] - seq[k, SUM])
            for q in range(k, drop):
                seq[q, SLACK] = min(seq[q, SLACK], room)


@inner
def lay_block(ground: Ground, row: Small, head: Ints, n: int, seq: Ints) -> bool:
    """Work out a block from the codes of its n calls; return whether its times hold.

    Seats, chairs and who may ride together are the caller's to keep; its type and price
    too.
    """
    for k in range(n):
        seq[k, CODE] = row[k, CODE]
    head[N_CALLS], head[LENGTH] = n, 0
    _lay_calls(ground, seq, n)
    if not _lay_loads(ground, seq, n, head):
        return False
    head[LENGTH] = _lay_legs(ground, seq, n)
    if head[LENGTH] < 0 or not find_early(seq, n):
        return False
    find_late(seq, n)
    _lay_slack(seq, n)
    for k in range(n):
        for f in range(seq.shape[1]):
            row[k, f] = seq[k, f]
    return True


@compiled
def find_times(ground: Ground, codes: Small) -> Ints:
    """Return when a block that keeps its limits is at each call.

    At each school as early as can be; at each stand as late as leaves that so, so that
    the bus waits before students board rather than with them aboard.
    """
    n = len(codes)
    seq = np.zeros((n, N_FIELDS), np.int64)
    head = np.zeros(N_HEAD, np.int64)
    for k in range(n):
        seq[k, CODE] = codes[k]
    _lay_calls(ground, seq, n)
    _lay_loads(ground, seq, n, head)
    _lay_legs(ground, seq, n)
    find_early(seq, n)
    for k in range(n - 2, -1, -1):
        if seq[k, DROP] >= 0:
            seq[k, EARLY] = seq[k + 1, EARLY] - seq[k, GO]
    return seq[:, EARLY].copy()


def make_scratch(most_calls: int, n_fields: int) -> Ints:
    """Return a scratch row with room for an insertion."""
    return np.zeros((most_calls + 4, n_fields), np.int64)
