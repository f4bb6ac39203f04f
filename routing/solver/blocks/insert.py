"""Where does a stand fit best into a block, and what does that cost?

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
from routing.solver.blocks.schedule import compiled, find_early
from routing.solver.problem import Ints

ENDLESS = 2**60
"""More than any cost."""


@compiled
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


@compiled
def _most_room(ground: Ground, mask: int, own: int, left: Ints) -> tuple[int, int]:
    """Return most seats and most chairs of the types of bus that may still be taken."""
    seats, chairs = -1, -1
    for k in range(len(ground.kinds)):
        if (mask >> k) & 1 and (k == own or left[k] > 0):
            seats = max(seats, ground.kinds[k, T_SEATS])
            chairs = max(chairs, ground.kinds[k, T_CHAIRS])
    return seats, chairs


@compiled
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


@compiled
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
    m = _copy_stretch(row, a, e, i, j, seq)
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
    if not find_early(seq, m):
        return False
    return bool(e + 1 >= n or seq[m - 1, EARLY] + seq[m - 1, GO] <= row[e + 1, LATE])


@compiled
def _may_join(ground: Ground, row: Small, i: int, school: int) -> bool:
    """Return whether a school's students may join those aboard before call i."""
    for k in range(i):
        if row[k, DROP] >= i and not ground.together[row[k, FIRST], school]:
            return False
    return True


@compiled
def find_place(  # noqa: C901, PLR0912, PLR0915
    ground: Ground, row: Small, head: Ints, r: int, left: Ints, seq: Ints
) -> tuple[int, int, int, int]:
    """Return the least it costs more, before which calls stand and school go, and the type.

    The school's place is -1 where it is called at already; a cost of ENDLESS where the
    stand does not fit.
    """
    stand = ground.stand[r]
    s, load, chairs = stand[S_SCHOOL], stand[S_LOAD], stand[S_CHAIRS]
    school = ground.school[s]
    n, own, mask = head[N_CALLS], head[TYPE], head[MASK] & stand[S_MASK]
    best, best_i, best_j, best_type = ENDLESS, -1, -1, -1
    seats, places = _most_room(ground, mask, own, left)
    if n + 2 > len(row) or load > seats or chairs > places:
        return best, best_i, best_j, best_type
    to = ground.way[stand[S_PLACE]]
    back = ground.way[school[H_PLACE]]
    dwell, ride, at_school = stand[S_DWELL], stand[S_RIDE], school[H_PLACE]
    last = school[H_LATE] - dwell
    unload = school[H_UNLOAD] + (load + chairs) * school[H_EACH]
    direct, direct_m = to[at_school, 0], to[at_school, 1]
    c, mates = -1, False
    for i in range(n + 1):
        if c < i:
            c = i
            while c < n and row[c, CODE] != -1 - s:
                c += 1
        aboard, there, to_r, gone_m, gone = False, stand[S_LO], 0, 0, 0
        base, base_chairs = 0, 0
        if i > 0:
            if row[i - 1, DROP] < 0:
                mates = mates and row[i - 1, CODE] != -1 - s
            elif row[i - 1, FIRST] == s:
                mates = True
            base, base_chairs = row[i - 1, LOAD], row[i - 1, CHAIRS]
            aboard = base + base_chairs > 0
            free = row[i - 1, EARLY] + row[i - 1, DWELL]
            if free > last:
                break
            to_r = to[row[i - 1, PLACE], 2]
            gone_m = to[row[i - 1, PLACE], 3] - row[i - 1, LEG]
            gone = row[i - 1, DWELL] - row[i - 1, GO] + to_r
            there = max(there, free + to_r)
        if there > last or base + load > seats or base_chairs + chairs > places:
            continue
        if aboard and (
            (ground.shares == 0 and not mates)
            or (ground.shares == 2 and not _may_join(ground, row, i, s))
        ):
            continue
        slack = row[i - 1, SLACK] if aboard else ENDLESS
        if not mates and direct < NO_WAY:
            arrive = max(school[H_EARLY], there + dwell + direct)
            more_m = gone_m + direct_m
            fits = arrive <= school[H_LATE]
            if fits and i < n:
                on = back[row[i, PLACE], 0]
                more_m += back[row[i, PLACE], 1]
                fits = on < NO_WAY and arrive + unload + on <= row[i, LATE]
                fits = fits and gone + dwell + direct + unload + on <= slack
            if fits:
                price, kind = price_block(
                    ground, head[LENGTH] + more_m, max(head[PEAK], base + load),
                    max(head[PEAK_CHAIRS], base_chairs + chairs), mask, own, left,
                )  # fmt: skip
                if price - head[PRICE] < best and keeps_time(ground, row, n, r, i, i, -1, seq):
                    best, best_i, best_j, best_type = price - head[PRICE], i, i, kind
        if i == n or (ground.shares == 0 and not aboard and row[i, FIRST] != s):
            continue
        on = to[row[i, PLACE], 0]
        time = there + dwell + on
        if on >= NO_WAY or time > row[i, LATE] or gone + dwell + on > slack:
            continue
        time = max(time, row[i, EARLY])
        stretch, with_m = dwell + on, gone_m + to[row[i, PLACE], 1]
        peak, peak_chairs = base + load, base_chairs + chairs
        may_call, k = not mates, i
        while stretch <= ride:
            if k == c:
                price, kind = price_block(
                    ground, head[LENGTH] + with_m, max(head[PEAK], peak),
                    max(head[PEAK_CHAIRS], peak_chairs), mask, own, left,
                )  # fmt: skip
                if price - head[PRICE] < best and keeps_time(ground, row, n, r, i, -1, c, seq):
                    best, best_i, best_j, best_type = price - head[PRICE], i, -1, kind
                break
            if row[k, DROP] >= 0:
                may_call = may_call and row[k, FIRST] != s
                if ground.shares == 2 and not ground.together[row[k, FIRST], s]:
                    break
            peak = max(peak, row[k, LOAD] + load)
            peak_chairs = max(peak_chairs, row[k, CHAIRS] + chairs)
            if peak > seats or peak_chairs > places:
                break
            to_s = back[row[k, PLACE], 2]
            arrive = max(school[H_EARLY], time + row[k, DWELL] + to_s)
            fits = may_call and arrive <= school[H_LATE]
            if fits and stretch + row[k, DWELL] + to_s <= ride:
                more_m = with_m + back[row[k, PLACE], 3]
                if k + 1 < n:
                    on = back[row[k + 1, PLACE], 0]
                    more_m += back[row[k + 1, PLACE], 1] - row[k, LEG]
                    fits = on < NO_WAY and arrive + unload + on <= row[k + 1, LATE]
                    fits = fits and row[k, DWELL] + to_s + unload + on - row[k, GO] <= row[k, SLACK]
                if fits:
                    price, kind = price_block(
                        ground, head[LENGTH] + more_m, max(head[PEAK], peak),
                        max(head[PEAK_CHAIRS], peak_chairs), mask, own, left,
                    )  # fmt: skip
                    if price - head[PRICE] < best and keeps_time(
                        ground, row, n, r, i, k + 1, -1, seq
                    ):
                        best, best_i, best_j, best_type = price - head[PRICE], i, k + 1, kind
            if k + 1 == n:
                break
            time = max(row[k + 1, EARLY], time + row[k, GO])
            stretch += row[k, GO]
            k += 1
            if time > row[k, LATE]:
                break
    return best, best_i, best_j, best_type
