"""The walk itself, compiled: strings of stops are taken out of tours and put back, cheaply.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle
routing problems", Transportation Science 54 (2020). What a step changes is written to a
log first, so that a step that is not accepted costs no more than what it touched. Where a
stop fits best in a tour that no step has changed since is remembered.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.solver.walking_marks import (
    ACCEPTED,
    AFTER,
    BEFORE,
    BEST,
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
    MARK,
    N_BEHIND,
    N_KNOWN,
    N_LOG,
    N_NOTES,
    N_TEXT,
    N_TOURS,
    PLACE,
    PRICE,
    SEATS,
    SEATS_OF,
    SEEN,
    SEES,
    SIZE,
    STEPS,
    TOUCHED,
    TOUR,
    VALUE,
    VERSION,
    VERSIONS,
    WEIGHT,
    Ints,
    Links,
    compiled,
    inlined,
)
from routing.solver.walking_tours import (
    choose_kind,
    draw,
    find_place,
    is_apart,
    measure_tour,
    put_behind,
    take_out,
)

MEAN_REMOVED = 10
"""Stops taken out on average (from the paper)."""
LONGEST_STRING = 10
"""Stops taken out of one tour at most (from the paper)."""
SPLIT_SHARE = 0.5
"""Share of strings that leave a stop in their middle (from the paper)."""
GROW_SHARE = 0.01
"""How often the middle left grows by one more (from the paper)."""
PASSED_SHARE = 0.03
"""Share of tours passed over when a stop is put back (tried; 0.01 for each place in the
paper)."""
MANY_TOURS = 40
"""Up to so many tours each is tried for a stop; beyond, those of its neighbours (tried)."""
MOST_TRIED = 40
"""Stops left behind that are tried again in one step, at most (tried)."""


Dice = NDArray[np.uint64]
Near = NDArray[np.int32]


class Walk(NamedTuple):
    """All arrays of a walk; their columns are named in ``walking_marks``.

    Parameters
    ----------
    link, stop, kind
        Steps, stops and types of bus.
    stops
        The stops to serve.
    near
        For each stop its nearest ones, itself first (n + 1, some).
    apart
        Stops kept apart: see ``is_apart``.
    at, tour
        Where each stop is, and the tours.
    live, spare, tried
        The tours in use, those not in use, and those under trial.
    behind
        The stops no bus is left for.
    out, key
        Stops to be put back, and by what they are sorted.
    log
        What a step changed: for each tour its number, type, change, price, size, stops.
    cache
        Where a stop fits a tour best: metres, and change and place as one number.
    notes, known
        Tours driven, each as its size and its stops, and a table of those already noted.
    best
        The best answer: each tour as its type, its size and its stops.
    dice, tally
        The state of chance, and the counters.
    """

    link: Links
    stop: Ints
    kind: Ints
    stops: Ints
    near: Near
    apart: Ints
    at: Ints
    tour: Ints
    live: Ints
    spare: Ints
    tried: Ints
    behind: Ints
    out: Ints
    key: Ints
    log: Ints
    cache: Ints
    notes: Ints
    known: Ints
    best: Ints
    dice: Dice
    tally: Ints


@compiled
def touch(at: Ints, tour: Ints, log: Ints, tally: Ints, k: int) -> None:
    """Write a tour to the log of this step, unless it is there."""
    if tour[k, TOUCHED] == tally[STEPS]:
        return
    tour[k, TOUCHED] = tally[STEPS]
    p = tally[N_TEXT]
    log[p], log[p + 1], log[p + 2] = k, tour[k, KIND], tour[k, VERSION]
    log[p + 3], log[p + 4] = tour[k, PRICE], tour[k, SIZE]
    p += 5
    one = tour[k, FIRST]
    while one > 0:
        log[p] = one
        p += 1
        one = at[one, AFTER]
    tally[N_TEXT] = p
    tally[N_LOG] += 1


@compiled
def open_tour(at: Ints, tour: Ints, live: Ints, spare: Ints, log: Ints, tally: Ints) -> int:
    """Return an empty tour, now in use and in the log, without a bus."""
    n = tally[N_TOURS]
    k = spare[len(spare) - 1 - n]
    tour[k, FIRST] = 0
    tour[k, SIZE] = 0
    tour[k, PRICE] = 0
    tour[k, KIND] = -1
    touch(at, tour, log, tally, k)
    tour[k, PLACE] = n
    live[n] = k
    tally[N_TOURS] = n + 1
    return k


@compiled
def close_tour(kind: Ints, tour: Ints, live: Ints, spare: Ints, tally: Ints, k: int) -> None:
    """Put a tour out of use; its bus is free."""
    n = tally[N_TOURS] - 1
    if tour[k, KIND] >= 0:
        kind[tour[k, KIND], K_LEFT] += 1
    place, last = tour[k, PLACE], live[n]
    live[place] = last
    tour[last, PLACE] = place
    tour[k, PLACE] = -1
    tour[k, SIZE] = 0
    tour[k, FIRST] = 0
    tour[k, PRICE] = 0
    spare[len(spare) - 1 - n] = k
    tally[N_TOURS] = n


@inlined
def set_kind(kind: Ints, tour: Ints, k: int, bus_type: int) -> None:
    """Give a tour a bus of a type, in place of the one it has."""
    if tour[k, KIND] >= 0:
        kind[tour[k, KIND], K_LEFT] += 1
    tour[k, KIND] = bus_type
    kind[bus_type, K_LEFT] -= 1


@compiled
def retype(kind: Ints, tour: Ints, k: int) -> None:
    """Give a tour the cheapest bus that is left, or let it keep its own."""
    seats, chairs, fits, length_m = (
        tour[k, SEATS], tour[k, CHAIRS], tour[k, FITS], tour[k, LENGTH_M],
    )  # fmt: skip
    price, bus_type = choose_kind(kind, seats, chairs, fits, length_m, tour[k, KIND])
    if bus_type >= 0:
        if bus_type != tour[k, KIND]:
            set_kind(kind, tour, k, bus_type)
        tour[k, PRICE] = price


@compiled
def take_string(
    at: Ints, tour: Ints, out: Ints, dice: Dice, k: int, one: int, longest: int, n_out: int
) -> int:
    """Take a string around a stop out of its tour, perhaps leaving some inside it."""
    n = tour[k, SIZE]
    length = 1 + int(draw(dice) * min(n, longest))
    inside = 0
    if 1 < length < n and draw(dice) < SPLIT_SHARE:
        inside = 1
        while length + inside < n and draw(dice) < GROW_SHARE:
            inside += 1
    whole = length + inside
    place, here = 0, at[one, BEFORE]
    while here > 0:
        place, here = place + 1, at[here, BEFORE]
    low, high = max(0, place - whole + 1), min(place, n - whole)
    begin = low + int(draw(dice) * (high - low + 1))
    cut = begin + 1 + int(draw(dice) * (length - 1)) if inside > 0 else -1
    here = one
    while place > begin:
        here, place = at[here, BEFORE], place - 1
    for p in range(begin, begin + whole):
        after = at[here, AFTER]
        if not cut <= p < cut + inside:
            take_out(at, tour, k, here)
            out[n_out] = here
            n_out += 1
        here = after
    return n_out


@compiled
def ruin(w: Walk) -> int:
    """Take strings out of tours around a stop; return how many stops, -1 if a limit broke.

    Without a triangle inequality a ride can grow when a stop is left out.
    """
    at, tour, kind, near, tally, dice = w.at, w.tour, w.kind, w.near, w.tally, w.dice
    stops, n_out = w.stops, 0
    n_tours = tally[N_TOURS]
    if n_tours == 0:
        return 0
    mean = (len(stops) - tally[N_BEHIND]) / n_tours
    longest = min(float(LONGEST_STRING), mean)
    n_strings = int(draw(dice) * (4 * MEAN_REMOVED / (1 + longest) - 1) + 1)
    middle = stops[int(draw(dice) * len(stops))]
    keeps = True
    for g in range(near.shape[1]):
        if tally[N_LOG] >= n_strings:
            break
        one = near[middle, g]
        k = at[one, TOUR]
        if k < 0 or tour[k, TOUCHED] == tally[STEPS]:
            continue
        touch(at, tour, w.log, tally, k)
        n_out = take_string(at, tour, w.out, dice, k, one, max(1, int(longest)), n_out)
        keeps = measure_tour(w.link, w.stop, at, tour, k) and keeps
        if tour[k, SIZE] == 0:
            close_tour(kind, tour, w.live, w.spare, tally, k)
        else:
            retype(kind, tour, k)
    return n_out if keeps else -1


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
    into, behind, with_type = -1, -1, -1
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
    n = 0
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
def recreate(w: Walk, n_out: int, passed: float) -> int:
    """Put every stop back where it costs least, in a tour or a new one.

    Returns
    -------
    n_failed
        How many found no place: they are first in ``out`` then.
    """
    link, stop, kind, at, tour = w.link, w.stop, w.kind, w.at, w.tour
    log, tally, out, n_failed = w.log, w.tally, w.out, 0
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


@compiled
def find_least_per_m(kind: Ints) -> int:
    """Return what a metre costs at least; 0 where types run out and may change at will."""
    least = ENDLESS
    for k in range(len(kind)):
        least = min(least, kind[k, K_PER_M])
        if kind[k, K_LEFT] < ENDLESS // 2:
            return 0
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
def undo(w: Walk, n_tried: int) -> None:
    """Put everything back as the log of this step says."""
    at, tour, log, tally = w.at, w.tour, w.log, w.tally
    for p in range(n_tried):
        at[w.behind[p], TOUR] = -1
    p = 0
    for _ in range(tally[N_LOG]):
        k, size = log[p], log[p + 4]
        if tour[k, PLACE] >= 0:
            close_tour(w.kind, tour, w.live, w.spare, tally, k)
        p += 5 + size
    p = 0
    for _ in range(tally[N_LOG]):
        k, size = log[p], log[p + 4]
        if size > 0:
            n = tally[N_TOURS]
            # the slots free now are those of the log and older ones: take this very one
            q = len(w.spare) - 1 - n
            while w.spare[q] != k:
                q -= 1
            w.spare[q] = w.spare[len(w.spare) - 1 - n]
            w.live[n], tour[k, PLACE] = k, n
            tally[N_TOURS] = n + 1
            tour[k, KIND], tour[k, VERSION], tour[k, PRICE] = log[p + 1], log[p + 2], log[p + 3]
            w.kind[tour[k, KIND], K_LEFT] -= 1
            before = 0
            for q in range(p + 5, p + 5 + size):
                put_behind(at, tour, k, before, log[q])
                before = log[q]
            measure_tour(w.link, w.stop, at, tour, k)
        p += 5 + size


@compiled
def note_tour(w: Walk, k: int) -> None:
    """Write a tour to the notes, unless one with the same stops and no longer is known."""
    tally, known, notes = w.tally, w.known, w.notes
    mark, length_m, size = w.tour[k, MARK], w.tour[k, LENGTH_M], w.tour[k, SIZE]
    p = tally[N_NOTES]
    if p + size + 1 > len(notes) or 2 * tally[N_KNOWN] > len(known):
        return
    slot = mark & (len(known) - 1)
    while known[slot, 0] != 0 and known[slot, 0] != mark:
        slot = (slot + 1) & (len(known) - 1)
    if known[slot, 0] == mark and known[slot, 1] <= length_m:
        return
    if known[slot, 0] == 0:
        tally[N_KNOWN] += 1
    known[slot, 0], known[slot, 1] = mark, length_m
    notes[p] = size
    one = w.tour[k, FIRST]
    while one > 0:
        p += 1
        notes[p] = one
        one = w.at[one, AFTER]
    tally[N_NOTES] = p + 1


@compiled
def keep_best(w: Walk) -> None:
    """Write the answer down as the best one."""
    best, p = w.best, 1
    best[0] = w.tally[N_TOURS]
    for q in range(w.tally[N_TOURS]):
        k = w.live[q]
        best[p], best[p + 1] = w.tour[k, KIND], w.tour[k, SIZE]
        p += 2
        one = w.tour[k, FIRST]
        while one > 0:
            best[p] = one
            p += 1
            one = w.at[one, AFTER]
    w.tally[BEST] = w.tally[VALUE]


@compiled
def measure_change(w: Walk, n_tried: int, n_failed: int) -> int:
    """Return by how much this step changed what the answer is worth (thousandths of a yuan)."""
    change, p = 0, 0
    for _ in range(w.tally[N_LOG]):
        k = w.log[p]
        change += w.tour[k, PRICE] - w.log[p + 3]
        p += 5 + w.log[p + 4]
    for p in range(n_tried):
        change -= w.stop[w.behind[p], WEIGHT]
    for p in range(n_failed):
        change += w.stop[w.out[p], WEIGHT]
    return change


@compiled
def accept(w: Walk, change: int, n_tried: int, n_failed: int, noted: int) -> None:
    """Make a step stay; its tours are noted where the answer is worth no more than so much."""
    tally = w.tally
    tally[VALUE] += change
    tally[ACCEPTED] += 1
    n_behind, p = tally[N_BEHIND], 0
    for q in range(n_tried, n_behind):
        w.behind[q - n_tried] = w.behind[q]
    n_behind -= n_tried
    for q in range(n_failed):
        w.behind[n_behind + q] = w.out[q]
    tally[N_BEHIND] = n_behind + n_failed
    for _ in range(tally[N_LOG]):
        k = w.log[p]
        p += 5 + w.log[p + 4]
        tally[VERSIONS] += 1
        w.tour[k, VERSION] = tally[VERSIONS]
        if w.tour[k, SIZE] > 0 and tally[VALUE] <= noted:
            note_tour(w, k)
    if tally[VALUE] < tally[BEST]:
        keep_best(w)


@compiled
def walk_steps(w: Walk, n_steps: int, heat: float, noted: int) -> None:
    """Walk so many steps of simulated annealing at one temperature (thousandths of a yuan)."""
    tally = w.tally
    for _ in range(n_steps):
        tally[STEPS] += 1
        tally[N_LOG], tally[N_TEXT] = 0, 0
        n_removed = ruin(w)
        if n_removed < 0:
            undo(w, 0)
            continue
        n_tried = min(tally[N_BEHIND], MOST_TRIED)
        n_out = add_behind(w, n_removed)
        sort_out(w, n_out)
        n_failed = recreate(w, n_out, PASSED_SHARE)
        change = measure_change(w, n_tried, n_failed)
        if change < -heat * math.log(max(draw(w.dice), 1e-12)):
            accept(w, change, n_tried, n_failed, noted)
        else:
            undo(w, n_tried)


@compiled
def put_rest(w: Walk) -> None:
    """Put all stops in no tour where they cost least, and say what the answer is worth."""
    tally, n_out, value = w.tally, 0, 0
    for one in w.stops:
        if w.at[one, TOUR] < 0:
            w.out[n_out] = one
            n_out += 1
    sort_out(w, n_out)
    tally[N_BEHIND] = recreate(w, n_out, 0.0)
    for p in range(tally[N_BEHIND]):
        w.behind[p] = w.out[p]
    for p in range(tally[N_TOURS]):
        tally[VERSIONS] += 1
        w.tour[w.live[p], VERSION] = tally[VERSIONS]
        value += w.tour[w.live[p], PRICE]
        note_tour(w, w.live[p])
    for p in range(tally[N_BEHIND]):
        value += w.stop[w.behind[p], WEIGHT]
    tally[VALUE] = value
    if value < tally[BEST]:
        keep_best(w)


@compiled
def begin_walk(w: Walk, orders: Ints, kinds: Ints) -> None:
    """Set out from an answer; stops in none of its tours are put where they cost least.

    Parameters
    ----------
    w
        The walk; whatever it held is forgotten, but for the notes, the chance and the best.
    orders
        Each tour as its size and its stops.
    kinds
        The type of bus of each tour.
    """
    tally = w.tally
    while tally[N_TOURS] > 0:
        close_tour(w.kind, w.tour, w.live, w.spare, tally, w.live[tally[N_TOURS] - 1])
    tally[STEPS] += 1
    tally[N_LOG], tally[N_TEXT], p = 0, 0, 0
    for one in w.stops:
        w.at[one, TOUR] = -1
    for bus_type in kinds:
        k, before = open_tour(w.at, w.tour, w.live, w.spare, w.log, tally), 0
        for q in range(p + 1, p + 1 + orders[p]):
            put_behind(w.at, w.tour, k, before, orders[q])
            before = orders[q]
        p += 1 + orders[p]
        measure_tour(w.link, w.stop, w.at, w.tour, k)
        set_kind(w.kind, w.tour, k, bus_type)
        retype(w.kind, w.tour, k)
    put_rest(w)
