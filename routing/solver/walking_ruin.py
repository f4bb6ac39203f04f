"""Which stops are taken out of an answer? Strings of neighbours, each out of its own tour.

What a step changes is written to a log first, so that a step that is not accepted costs no
more than what it touched.
"""

from routing.solver.walking_marks import (
    AFTER,
    BEFORE,
    CHAIRS,
    FIRST,
    FITS,
    K_LEFT,
    KIND,
    LENGTH_M,
    N_BEHIND,
    N_LOG,
    N_TEXT,
    N_TOURS,
    NONE,
    PLACE,
    PRICE,
    SEATS,
    SIZE,
    STEPS,
    TOUCHED,
    TOUR,
    VERSION,
    ZERO,
    Dice,
    Ints,
    Walk,
    compiled,
    inlined,
)
from routing.solver.walking_tours import choose_kind, draw, measure_tour, take_out

MEAN_REMOVED = 10
"""Stops taken out on average (from the paper)."""
LONGEST_STRING = 10
"""Stops taken out of one tour at most (from the paper)."""
SPLIT_SHARE = 0.5
"""Share of strings that leave a stop in their middle (from the paper)."""
GROW_SHARE = 0.01
"""How often the middle left grows by one more (from the paper)."""


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
    stops, n_out = w.stops, ZERO
    n_tours = tally[N_TOURS]
    if n_tours == 0:
        return n_out
    mean = (len(stops) - tally[N_BEHIND]) / n_tours
    longest = min(float(LONGEST_STRING), mean)
    n_strings = int(draw(dice) * (4 * MEAN_REMOVED / (1 + longest) - 1) + 1)
    middle = stops[int(draw(dice) * len(stops))]
    keeps, most = True, max(1, int(longest))
    for g in range(near.shape[1]):
        if tally[N_LOG] >= n_strings:
            break
        one = near[middle, g]
        k = at[one, TOUR]
        if k < 0 or tour[k, TOUCHED] == tally[STEPS]:
            continue
        touch(at, tour, w.log, tally, k)
        n_out = take_string(at, tour, w.out, dice, k, one, most, n_out)
        keeps = measure_tour(w.link, w.stop, at, tour, k) and keeps
        if tour[k, SIZE] == 0:
            close_tour(kind, tour, w.live, w.spare, tally, k)
        else:
            retype(kind, tour, k)
    return n_out if keeps else NONE
