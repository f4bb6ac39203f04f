"""Finds where a stand fits best into a block, and what that costs.

A stand may go before a call of its school that is there, or bring a call with it; for
single loads only where the bus is empty. Cheap necessary conditions come first; what
passes them and costs least so far is checked exactly, over the stretch on which the bus
is never empty.
"""

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
    NO_WAY,
    PEAK,
    PEAK_CHAIRS,
    PLACE,
    PRICE,
    RIDE,
    S_CHAIRS,
    S_DWELL,
    S_LO,
    S_LOAD,
    S_MASK,
    S_PLACE,
    S_RIDE,
    S_SCHOOL,
    SLACK,
    T_CHAIRS,
    T_FIXED,
    T_KM,
    T_SEATS,
    TYPE,
    Ground,
    Small,
)
from routing.solver.blocks.schedule import find_early, inner
from routing.solver.problem import Ints

ENDLESS = 2**60
"""More than any cost."""


@inner
def price_block(
    ground: Ground, length: int, peak: int, chairs: int, mask: int, own: int, left: Ints
) -> tuple[int, int]:
    """Return the lowest price of a block and its type of bus (-1: none is left for it).

    A bus of the type ``own`` is at hand; of others, as many as are left.
    """
    best, best_type = ENDLESS, -1
    for k in range(len(ground.kinds)):
        kind = ground.kinds[k]
        if (mask >> k) & 1 and kind[T_SEATS] >= peak and kind[T_CHAIRS] >= chairs:
            price = kind[T_FIXED] + length * kind[T_KM]
            if price < best and (k == own or left[k] > 0):
                best, best_type = price, k
    return best, best_type


@inner
def _most_room(ground: Ground, mask: int, own: int, left: Ints) -> tuple[int, int]:
    """Return most seats and most chairs of the types of bus that may still be taken."""
    seats, chairs = -1, -1
    for k in range(len(ground.kinds)):
        if (mask >> k) & 1 and (k == own or left[k] > 0):
            seats = max(seats, ground.kinds[k, T_SEATS])
            chairs = max(chairs, ground.kinds[k, T_CHAIRS])
    return seats, chairs


@inner
def _copy_stretch(row: Small, a: int, e: int, i: int, j: int, seq: Ints) -> int:
    """Copy calls a to e to a scratch row, with gaps before calls i and j; return its length."""
    at = 0
    for k in range(a, e + 2):
        if k == i:
            at += 1
        if k == j:
            at += 1
        if k > e:
            break
        drop, first = row[k, DROP], row[k, FIRST]
        seq[at, LO], seq[at, HI], seq[at, GO] = row[k, EARLY], row[k, LATE], row[k, GO]
        seq[at, RIDE] = row[k, RIDE]
        if drop >= 0:
            seq[at, DROP] = drop - a + (drop >= i) + (0 <= j <= drop)
        else:
            seq[at, DROP] = -1
            seq[at, FIRST] = first - a + (first >= i) + (0 <= j <= first)
        at += 1
    return at


@inner
def keeps_time(
    ground: Ground, row: Small, n: int, r: int, i: int, j: int, c: int, seq: Ints
) -> bool:
    """Return whether times hold with stand r before call i.

    Its school is called at anew before call j, or, where j is -1, at call c.
    """
    stand = ground.stand[r]
    school = ground.school[stand[S_SCHOOL]]
    a = i
    while a > 0 and row[a - 1, LOAD] + row[a - 1, CHAIRS] > 0:
        a -= 1
    e = c if j < 0 else j - 1
    if e >= 0:
        while row[e, LOAD] + row[e, CHAIRS] > 0:
            e += 1
    m = _copy_stretch(row, int(a), int(e), i, j, seq)
    at = i - a
    more = (stand[S_LOAD] + stand[S_CHAIRS]) * school[H_EACH]
    way = ground.way[stand[S_PLACE]]
    seq[at, LO], seq[at, HI], seq[at, RIDE] = stand[S_LO], school[H_LATE], stand[S_RIDE]
    if i > 0:
        to_r = row[i - 1, DWELL] + way[row[i - 1, PLACE], 2]
        seq[at, LO] = max(stand[S_LO], row[i - 1, EARLY] + to_r)
        if at > 0:
            seq[at - 1, GO] = to_r
    follower = school[H_PLACE] if j == i else row[i, PLACE]
    seq[at, GO] = stand[S_DWELL] + way[follower, 0]
    if j < 0:
        drop = c - a + 1
        seq[drop, FIRST] = min(seq[drop, FIRST], at)
        seq[drop, GO] += more
    else:
        drop = j - a + 1
        back = ground.way[school[H_PLACE]]
        seq[drop, LO], seq[drop, HI] = school[H_EARLY], school[H_LATE]
        seq[drop, DROP], seq[drop, FIRST] = -1, at
        seq[drop, GO] = school[H_UNLOAD] + more + (back[row[j, PLACE], 0] if j < n else 0)
        if j > i:
            seq[drop - 1, GO] = row[j - 1, DWELL] + back[row[j - 1, PLACE], 2]
    seq[at, DROP] = drop
    if not find_early(seq, int(m)):
        return False
    return bool(e + 1 >= n or seq[m - 1, EARLY] + seq[m - 1, GO] <= row[e + 1, LATE])


@inner
def _may_join(ground: Ground, row: Small, i: int, school: int) -> bool:
    """Return whether a school's students may join those aboard before call i."""
    for k in range(i):
        if row[k, DROP] >= i and not ground.together[row[k, FIRST], school]:
            return False
    return True


@inner
def find_place(  # noqa: C901, PLR0912, PLR0915
    ground: Ground, row: Small, head: Ints, r: int, left: Ints, seq: Ints
) -> tuple[int, int, int, int]:
    """Return the least it costs more, before which calls stand and school go, and the type.

    The school's place is -1 where it is called at already; the cost is ENDLESS where the
    stand does not fit.
    """
    stand = ground.stand[r]
    s, load, chairs, ride = stand[S_SCHOOL], stand[S_LOAD], stand[S_CHAIRS], stand[S_RIDE]
    school = ground.school[s]
    n, own, mask = head[N_CALLS], head[TYPE], head[MASK] & stand[S_MASK]
    best, best_i, best_j, best_type = ENDLESS, -1, -1, -1
    seats, places = _most_room(ground, mask, own, left)
    if n + 2 > len(row) or load > seats or chairs > places:
        return best, best_i, best_j, best_type
    to, back = ground.way[stand[S_PLACE]], ground.way[school[H_PLACE]]
    dwell, last = stand[S_DWELL], school[H_LATE] - stand[S_DWELL]
    unload = school[H_UNLOAD] + (load + chairs) * school[H_EACH]
    c, mates = -1, False
    for i in range(n + 1):
        if c < i:
            c = i
            while c < n and row[c, CODE] != -1 - s:
                c += 1
        if i > 0:
            if row[i - 1, DROP] < 0:
                mates = mates and row[i - 1, CODE] != -1 - s
            elif row[i - 1, FIRST] == s:
                mates = True
        if i < n and row[i, LATE] < stand[S_LO] + dwell:
            continue
        # Put the stand between calls i - 1 and i.
        aboard, free, spent, with_m = False, stand[S_LO], dwell, 0
        peak, peak_chairs = load, chairs
        if i > 0:
            peak, peak_chairs = load + row[i - 1, LOAD], chairs + row[i - 1, CHAIRS]
            aboard = peak + peak_chairs > load + chairs
            before = row[i - 1, EARLY] + row[i - 1, DWELL]
            if before > last:
                break
            if (aboard and not mates and ground.shares == 0) or peak > seats:
                continue
            to_r = to[row[i - 1, PLACE], 2]
            free = max(free, before + to_r)
            with_m = to[row[i - 1, PLACE], 3] - row[i - 1, LEG]
            spent += row[i - 1, DWELL] - row[i - 1, GO] + to_r
        if free > last or peak_chairs > places:
            continue
        if aboard and ground.shares == 2 and not _may_join(ground, row, i, s):
            continue
        # Its school after call k; all aboard there have room for a detour of slack - spent.
        slack = row[i - 1, SLACK] if aboard else LONGEST_TIME
        free, stretch, here, k = free + dwell, dwell, stand[S_PLACE], i - 1
        may_call = not mates
        while True:
            j, more_m = -2, with_m
            if i <= k == c:
                j = -1
            elif may_call:
                arrive = max(school[H_EARLY], free + back[here, 2])
                fits = arrive <= school[H_LATE] and stretch + back[here, 2] <= ride
                more_m += back[here, 3]
                if fits and k + 1 < n:
                    on = back[row[k + 1, PLACE], 0]
                    more_m += back[row[k + 1, PLACE], 1] - (row[k, LEG] if k >= i else 0)
                    fits = on < NO_WAY and arrive + unload + on <= row[k + 1, LATE]
                    fits = fits and spent + back[here, 2] + unload + on <= slack
                if fits:
                    j = k + 1
            if j >= -1:
                price, kind = price_block(
                    ground, int(head[LENGTH] + more_m), int(max(head[PEAK], peak)),
                    int(max(head[PEAK_CHAIRS], peak_chairs)), mask, own, left,
                )  # fmt: skip
                if price - head[PRICE] < best and keeps_time(
                    ground, row, n, r, int(i), int(j), int(c), seq
                ):
                    best, best_i, best_j, best_type = price - head[PRICE], i, j, kind
            if k + 1 == n or i <= k == c:
                break
            if k < i:
                # Go on with the stand aboard to call i.
                on = to[row[i, PLACE], 0]
                if on >= NO_WAY or spent + on > slack:
                    break
                if ground.shares == 0 and not aboard and row[i, FIRST] != s:
                    break
                with_m += to[row[i, PLACE], 1]
            else:
                on = row[k, GO] - row[k, DWELL]
            k += 1
            free, stretch = max(row[k, EARLY], free + on), stretch + on
            if free > row[k, LATE] or stretch > ride:
                break
            if k == c:
                continue
            if row[k, DROP] >= 0:
                may_call = may_call and row[k, FIRST] != s
                if ground.shares == 2 and not ground.together[row[k, FIRST], s]:
                    break
            peak = max(peak, row[k, LOAD] + load)
            peak_chairs = max(peak_chairs, row[k, CHAIRS] + chairs)
            if peak > seats or peak_chairs > places:
                break
            here, slack, spent = row[k, PLACE], row[k, SLACK], row[k, DWELL] - row[k, GO]
            free, stretch = free + row[k, DWELL], stretch + row[k, DWELL]
    return best, best_i, best_j, best_type
