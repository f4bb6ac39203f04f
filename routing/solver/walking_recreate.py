"""Where are stops put back? Each where it costs least, one after the other.

Where a stop fits best in a tour that no step has changed since is remembered.
"""

from routing.solver.walking_marks import (
    CHAIRS,
    CHAIRS_OF,
    ENDLESS,
    FIRST,
    FITS,
    FITS_OF,
    IN_M,
    K_LEFT,
    K_PER_M,
    KIND,
    LENGTH_M,
    LIMIT_S,
    N_BEHIND,
    N_TOURS,
    NONE,
    PRICE,
    SEATS,
    SEATS_OF,
    SEEN,
    SEES,
    STEPS,
    TOUCHED,
    TOUR,
    VERSION,
    ZERO,
    Dice,
    Ints,
    Links,
    Near,
    Walk,
    compiled,
)
from routing.solver.walking_ruin import open_tour, retype, set_kind, touch
from routing.solver.walking_tours import (
    choose_kind,
    draw,
    find_place,
    is_apart,
    measure_tour,
    put_behind,
)

PASSED_SHARE = 0.03
"""Share of tours passed over when a stop is put back (tried; 0.01 for each place in the
paper)."""
MANY_TOURS = 40
"""Up to so many tours each is tried for a stop; beyond, those of its neighbours (tried)."""
MOST_TRIED = 40
"""Stops left behind that are tried again in one step, at most (tried)."""


@compiled
def add_behind(w: Walk, n_out: int) -> int:
    """Add stops left behind to those put back; return how many there are then.

    Those tried move to the front of their list, beyond a number of them by chance.
    """
    n = w.tally[N_BEHIND]
    n_tried = min(n, MOST_TRIED)
    for p in range(n_tried):
        if n > n_tried:
            q = p + int(draw(w.dice) * (n - p))
            w.behind[p], w.behind[q] = w.behind[q], w.behind[p]
        w.out[n_out + p] = w.behind[p]
    return n_out + n_tried


@compiled
def sort_out(w: Walk, n_out: int) -> None:
    """Sort the stops to be put back: by chance, large, far or near ones first (4 : 4 : 2 : 1)."""
    turn = int(draw(w.dice) * 11)
    out, key = w.out, w.key
    for p in range(n_out):
        one = out[p]
        if turn < 4:
            key[p] = int(draw(w.dice) * 1e15)
        elif turn < 8:
            key[p] = -(w.stop[one, SEATS_OF] + w.stop[one, CHAIRS_OF])
        elif turn < 10:
            key[p] = -w.link[0, one, 0]
        else:
            key[p] = w.link[0, one, 0]
    gap = 1
    while 3 * gap + 1 < n_out:
        gap = 3 * gap + 1
    while gap > 0:
        for p in range(gap, n_out):
            one, own, q = out[p], key[p], p - gap
            while q >= 0 and key[q] > own:
                out[q + gap], key[q + gap] = out[q], key[q]
                q -= gap
            out[q + gap], key[q + gap] = one, own
        gap //= 3


@compiled
def find_tour(
    link: Links, stop: Ints, kind: Ints, at: Ints, tour: Ints, tours: Ints, n_tours: int,
    cache: Ints, apart: Ints, stamp: int, one: int, best: int, least_per_m: int,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Return the cheapest way to put a stop into one of some tours.

    Parameters
    ----------
    link, stop, kind, at, tour, cache, apart
        As in ``Walk``.
    tours, n_tours
        The tours to try are the first so many of these.
    stamp
        This step; what is remembered holds for tours it has not touched.
    one
        The stop.
    best
        Only ways that add less than this to the price matter.
    least_per_m
        No metre costs less; 0 where types of bus run out and so may change at will.

    Returns
    -------
    price, tour, place, type
        What it adds, the tour (-1 for none), the stop before it, and the type of bus then.
    """
    limit_s = stop[one, LIMIT_S]
    own_seats, own_chairs, own_fits = stop[one, SEATS_OF], stop[one, CHAIRS_OF], stop[one, FITS_OF]
    into, behind, with_type = NONE, NONE, NONE
    for p in range(n_tours):
        k = tours[p]
        if tour[k, TOUCHED] == stamp or k >= cache.shape[1]:
            more_m, place = find_place(link, limit_s, at, tour[k, FIRST], one)
        elif cache[one, k, 1] >> 21 == tour[k, VERSION]:
            more_m, place = cache[one, k, 0], (cache[one, k, 1] & 0x1FFFFF) - 1
        else:
            more_m, place = find_place(link, limit_s, at, tour[k, FIRST], one)
            cache[one, k, 0] = more_m
            cache[one, k, 1] = (tour[k, VERSION] << 21) | (place + 1)
        if place < 0 or (least_per_m > 0 and more_m * least_per_m >= best):
            continue
        seats, chairs = tour[k, SEATS] + own_seats, tour[k, CHAIRS] + own_chairs
        fits, length_m = tour[k, FITS] & own_fits, tour[k, LENGTH_M] + more_m
        price, bus_type = choose_kind(kind, seats, chairs, fits, length_m, tour[k, KIND])
        price -= tour[k, PRICE]
        if bus_type >= 0 and price < best and not is_apart(apart, at, one, k):
            best, into, behind, with_type = price, k, place, bus_type
    return best, into, behind, with_type


@compiled
def pick_tours(
    near: Near, at: Ints, tour: Ints, live: Ints, tried: Ints, tally: Ints, dice: Dice,
    one: int, passed: float,
) -> int:  # fmt: skip
    """List the tours to try for a stop in ``tried``; return how many.

    All of them where there are few, else those of its neighbours; some are passed over.
    """
    n = ZERO
    if tally[N_TOURS] <= MANY_TOURS:
        for p in range(tally[N_TOURS]):
            if draw(dice) >= passed:
                tried[n] = live[p]
                n += 1
        return n
    tally[SEES] += 1
    for p in range(near.shape[1]):
        k = at[near[one, p], TOUR]
        if k >= 0 and tour[k, SEEN] != tally[SEES]:
            tour[k, SEEN] = tally[SEES]
            if draw(dice) >= passed:
                tried[n] = k
                n += 1
    return n


@compiled
def find_least_per_m(kind: Ints) -> int:
    """Return what a metre costs at least; 0 where types run out and may change at will."""
    least = ENDLESS
    for k in range(len(kind)):
        least = min(least, kind[k, K_PER_M])
        if kind[k, K_LEFT] < ENDLESS // 2:
            return ZERO
    return least


@compiled
def retype_all(w: Walk) -> None:
    """Give every tour for which a cheaper bus has become free that bus."""
    tour = w.tour
    for p in range(w.tally[N_TOURS]):
        k = w.live[p]
        seats, chairs, fits, length_m = (
            tour[k, SEATS], tour[k, CHAIRS], tour[k, FITS], tour[k, LENGTH_M],
        )  # fmt: skip
        price, _ = choose_kind(w.kind, seats, chairs, fits, length_m, tour[k, KIND])
        if price < tour[k, PRICE]:
            touch(w.at, tour, w.log, w.tally, k)
            retype(w.kind, tour, k)


@compiled
def recreate(w: Walk, n_out: int, passed: float) -> int:
    """Put every stop back where it costs least, in a tour or a new one.

    Returns
    -------
    n_failed
        How many found no place: they are first in ``out`` then.
    """
    link, stop, kind, at, tour = w.link, w.stop, w.kind, w.at, w.tour
    log, tally, out, n_failed = w.log, w.tally, w.out, ZERO
    least_per_m = find_least_per_m(kind)
    for p in range(n_out):
        one = out[p]
        seats, chairs, fits = stop[one, SEATS_OF], stop[one, CHAIRS_OF], stop[one, FITS_OF]
        alone, alone_type = choose_kind(kind, seats, chairs, fits, link[one, 0, IN_M], -1)
        n = pick_tours(w.near, at, tour, w.live, w.tried, tally, w.dice, one, passed)
        best, into, place, bus_type = find_tour(
            link, stop, kind, at, tour, w.tried, n, w.cache, w.apart,
            tally[STEPS], one, alone, least_per_m,
        )  # fmt: skip
        if into < 0 and alone_type < 0:
            out[n_failed] = one
            n_failed += 1
            continue
        if into < 0:
            into, place, bus_type = open_tour(at, tour, w.live, w.spare, log, tally), 0, alone_type
        touch(at, tour, log, tally, into)
        put_behind(at, tour, into, place, one)
        if tour[into, KIND] != bus_type:
            set_kind(kind, tour, into, bus_type)
        tour[into, PRICE] += best
        measure_tour(link, stop, at, tour, into)
    if least_per_m == 0:
        retype_all(w)
    return n_failed
