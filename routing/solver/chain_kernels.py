"""Chains as a table of whole numbers, compiled: prices, times and places for a trip.

Money is in thousandths of a yuan.

A state is one table of whole numbers (10 rows): per trip NEXT, BEFORE (-1: none), LINE
(-1: left behind), EARLY and LATE (first and last start that its line allows, s); per line
HEAD (-1: no line), METRES, KIND, ABLE (types that may drive all of it, bit k for type k)
and TRIPS.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

NEXT, BEFORE, LINE, EARLY, LATE, HEAD, METRES, KIND, ABLE, TRIPS = range(10)
NEVER = 2**60


@njit(cache=True)
def draw(dice: Words) -> float:
    """Return the next number from 0 to below 1 (splitmix64)."""
    dice[0] += np.uint64(0x9E3779B97F4A7C15)
    z = dice[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def price_type(
    k: int, metres: int, used: int, spare: Ints, lean: Ints, fixed: Ints, per_m: Ints
) -> int:
    """Return what a line costs with a type of bus of which ``used`` others drive."""
    own = fixed[k] if used >= spare[k] else lean[k]
    return int(own + metres * per_m[k])


@njit(cache=True)
def find_cheapest(able: int, metres: int, own: int, used: Ints, left: Ints, spare: Ints,
              lean: Ints, fixed: Ints, per_m: Ints) -> tuple[int, int]:  # fmt: skip
    """Return the least price and its type; type -1 when no bus is left. ``own`` drives now."""
    best, best_k = NEVER, -1
    for k in range(len(fixed)):
        if not (able >> k) & 1:
            continue
        others = used[k] - (1 if k == own else 0)
        if others >= left[k]:
            continue
        price = price_type(k, metres, others, spare, lean, fixed, per_m)
        if price < best:
            best, best_k = price, k
    return best, best_k


@njit(cache=True)
def settle(line: int, state: Ints, early: Ints, late: Ints, gap: Ints, between_m: Ints,
           trip_m: Ints, able: Ints, every: int) -> bool:  # fmt: skip
    """Work out starts, metres and types of a line anew; say whether it can be driven."""
    metres, mask, n = 0, every, 0
    trip, before, keeps = state[HEAD, line], -1, True
    while trip >= 0:
        start = early[trip]
        if before >= 0:
            start = max(start, state[EARLY, before] + gap[before, trip])
            metres += between_m[before, trip]
        keeps = keeps and start <= late[trip]
        state[EARLY, trip] = start
        state[LINE, trip] = line
        metres += trip_m[trip]
        mask &= able[trip]
        n += 1
        before, trip = trip, state[NEXT, trip]
    trip = before
    while trip >= 0:
        after = state[NEXT, trip]
        last = late[trip]
        if after >= 0:
            last = min(last, state[LATE, after] - gap[trip, after])
        state[LATE, trip] = last
        trip = state[BEFORE, trip]
    state[METRES, line], state[ABLE, line], state[TRIPS, line] = metres, mask, n
    return keeps


@njit(cache=True)
def find_place(trip: int, line: int, state: Ints, early: Ints, late: Ints, gap: Ints,
           between_m: Ints) -> tuple[int, int]:  # fmt: skip
    """Return how much longer a line gets with a trip, its own metres left out, and after whom.

    After -1: first; metres are NEVER where it fits nowhere.
    """
    best, best_after = NEVER, -1
    before, after = -1, state[HEAD, line]
    while True:
        start, more = early[trip], 0
        if before >= 0:
            start = max(start, state[EARLY, before] + gap[before, trip])
            more = between_m[before, trip]
        if start > late[trip]:
            break
        fits = True
        if after >= 0:
            fits = start + gap[trip, after] <= state[LATE, after]
            more += between_m[trip, after]
            if before >= 0:
                more -= between_m[before, after]
        if fits and more < best:
            best, best_after = more, before
        if after < 0:
            break
        before, after = after, state[NEXT, after]
    return best, best_after


@njit(cache=True)
def weigh(state: Ints, n_lines: int, used: Ints, spare: Ints, lean: Ints, fixed: Ints, per_m: Ints,
          penalty: Ints) -> int:  # fmt: skip
    """Return what a state is worth: buses beyond the spare ones, metres, trips left behind."""
    value = 0
    for k in range(len(fixed)):
        value += fixed[k] * max(0, used[k] - spare[k]) + lean[k] * min(used[k], spare[k])
    for line in range(n_lines):
        value += state[METRES, line] * per_m[state[KIND, line]]
    for trip in range(state.shape[1]):
        if state[LINE, trip] < 0:
            value += penalty[trip]
    return int(value)
