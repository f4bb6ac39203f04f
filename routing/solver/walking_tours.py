"""Where does a stop fit, and what does a tour then cost? The small parts of a compiled walk."""

import numpy as np
from numpy.typing import NDArray

from routing.solver.walking_marks import (
    AFTER,
    BEFORE,
    CHAIRS,
    CHAIRS_OF,
    ENDLESS,
    FIRST,
    FITS,
    FITS_OF,
    IN_M,
    IN_S,
    K_CHAIRS,
    K_FIXED,
    K_LEFT,
    K_PER_M,
    K_SEATS,
    LAST,
    LENGTH_M,
    LIMIT_S,
    MARK,
    MARK_OF,
    NONE,
    OUT_M,
    OUT_S,
    RIDE_S,
    RUN_M,
    SEATS,
    SEATS_OF,
    SIZE,
    SLACK_S,
    TOUR,
    ZERO,
    Ints,
    Links,
    compiled,
    inlined,
)


@inlined
def draw(dice: NDArray[np.uint64]) -> float:
    """Return a number from 0 to below 1: the xorshift64* of Vigna (2016)."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def measure_tour(link: Links, stop: Ints, at: Ints, tour: Ints, k: int) -> bool:
    """Measure a tour anew along its stops; return whether it keeps its ride limits."""
    here, ride_s, run_m, n = 0, 0, 0, 0
    seats, chairs, fits, mark = 0, 0, -1, 0
    one = tour[k, FIRST]
    while one > 0:
        ride_s += link[one, here, IN_S]
        run_m += link[one, here, IN_M]
        at[one, RIDE_S], at[one, RUN_M], at[one, TOUR] = ride_s, run_m, k
        seats += stop[one, SEATS_OF]
        chairs += stop[one, CHAIRS_OF]
        fits &= stop[one, FITS_OF]
        mark ^= stop[one, MARK_OF]
        n += 1
        here, one = one, at[one, AFTER]
    tour[k, SIZE], tour[k, LENGTH_M], tour[k, LAST] = n, run_m, here
    tour[k, SEATS], tour[k, CHAIRS], tour[k, FITS], tour[k, MARK] = seats, chairs, fits, mark
    slack_s = ENDLESS
    while here > 0:
        slack_s = min(slack_s, stop[here, LIMIT_S] - at[here, RIDE_S])
        at[here, SLACK_S] = slack_s
        here = at[here, BEFORE]
    return slack_s >= 0


@inlined
def choose_kind(
    kind: Ints, seats: int, chairs: int, fits: int, length_m: int, own: int
) -> tuple[int, int]:
    """Return the lowest price and its type of bus, the own one or one left; -1 for none."""
    best, chosen = ENDLESS, NONE
    for k in range(len(kind)):
        if seats > kind[k, K_SEATS] or chairs > kind[k, K_CHAIRS] or not (fits >> k) & 1:
            continue
        if kind[k, K_LEFT] <= 0 and k != own:
            continue
        price = kind[k, K_FIXED] + length_m * kind[k, K_PER_M]
        if price < best:
            best, chosen = price, k
    return best, chosen


@inlined
def find_place(link: Links, limit_s: int, at: Ints, first: int, one: int) -> tuple[int, int]:
    """Return how much longer a tour gets with a stop, and behind which; -1 for nowhere."""
    best_m, place = ENDLESS, NONE
    before, ride_s, run_m = ZERO, ZERO, ZERO
    after = first
    while after > 0:
        to_m, to_s = link[one, before, IN_M], link[one, before, IN_S]
        next_s, next_m = at[after, RIDE_S], at[after, RUN_M]
        more_m = to_m + link[one, after, OUT_M] - (next_m - run_m)
        if (
            more_m < best_m
            and ride_s + to_s <= limit_s
            and to_s + link[one, after, OUT_S] - (next_s - ride_s) <= at[after, SLACK_S]
        ):
            best_m, place = more_m, before
        before, ride_s, run_m = after, next_s, next_m
        after = at[after, AFTER]
    if link[one, before, IN_M] < best_m and ride_s + link[one, before, IN_S] <= limit_s:
        best_m, place = int(link[one, before, IN_M]), before
    return best_m, place


@inlined
def put_behind(at: Ints, tour: Ints, k: int, place: int, one: int) -> None:
    """Link a stop into a tour behind another one (0: at its beginning)."""
    if place == 0:
        after = tour[k, FIRST]
        tour[k, FIRST] = one
    else:
        after = at[place, AFTER]
        at[place, AFTER] = one
    at[one, BEFORE], at[one, AFTER] = place, after
    if after > 0:
        at[after, BEFORE] = one


@inlined
def take_out(at: Ints, tour: Ints, k: int, one: int) -> None:
    """Unlink a stop from its tour."""
    before, after = at[one, BEFORE], at[one, AFTER]
    if before > 0:
        at[before, AFTER] = after
    else:
        tour[k, FIRST] = after
    if after > 0:
        at[after, BEFORE] = before
    at[one, TOUR] = -1


@inlined
def is_apart(apart: Ints, at: Ints, one: int, k: int) -> bool:
    """Return whether a tour has a stop that must not share one with this stop.

    ``apart`` holds, for each stop, where its others begin, and behind those the others.
    """
    for slot in range(apart[one], apart[one + 1]):  # noqa: SIM110
        if at[apart[slot], TOUR] == k:
            return True
    return False
