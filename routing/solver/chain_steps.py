"""Ruin and recreate through chains, compiled: trips are taken out of buses and put back.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle
routing problems", Transportation Science 54 (2020). The state and the money are those of
``chain_kernels``.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.solver.chain_kernels import (
    ABLE,
    BEFORE,
    HEAD,
    KIND,
    LINE,
    METRES,
    NEVER,
    NEXT,
    TRIPS,
    draw,
    find_cheapest,
    find_place,
    price_type,
    settle,
    weigh,
)

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

PASSED = 0.02
"""Share of lines passed over when a trip is put back (0.01 for each place in the paper)."""
MEAN_OUT, LONGEST = 8.0, 6
"""Trips taken out on average, and of one line at most (tried; 10 and 10 in the paper)."""


@njit(cache=True)
def _take_out(trip: int, state: Ints) -> None:
    before, after = state[BEFORE, trip], state[NEXT, trip]
    if before >= 0:
        state[NEXT, before] = after
    else:
        state[HEAD, state[LINE, trip]] = after
    if after >= 0:
        state[BEFORE, after] = before
    state[NEXT, trip], state[BEFORE, trip], state[LINE, trip] = -1, -1, -1


@njit(cache=True)
def _ruin(state: Ints, near: Ints, touched: Ints, n_lines: int, n: int, dice: Words) -> None:
    """Take strings of trips around one out of their lines; how many lines comes last in touched."""
    mean = max(1.0, min(float(LONGEST), n / max(1, n_lines)))
    strings = int(draw(dice) * (4 * MEAN_OUT / (1 + mean) - 1) + 1)
    middle = int(draw(dice) * n)
    n_touched = 0
    for at in range(near.shape[1]):
        one = near[middle, at]
        line = state[LINE, one]
        if line < 0:
            continue
        fresh = True
        for k in range(n_touched):
            fresh = fresh and touched[k] != line
        if not fresh:
            continue
        touched[n_touched] = line
        n_touched += 1
        length = 1 + int(draw(dice) * min(state[TRIPS, line], LONGEST))
        first = one
        for _ in range(int(draw(dice) * length)):
            if state[BEFORE, first] >= 0:
                first = state[BEFORE, first]
        for _ in range(length):
            if first < 0:
                break
            after = state[NEXT, first]
            _take_out(first, state)
            first = after
        if n_touched >= strings or n_touched == len(touched) - 1:
            break
    touched[len(touched) - 1] = n_touched


@njit(cache=True)
def _find_line(trip: int, state: Ints, n_lines: int, early: Ints, late: Ints, gap: Ints,
               between_m: Ints, trip_m: Ints, able: Ints, used: Ints, left: Ints, spare: Ints,
               lean: Ints, fixed: Ints, per_m: Ints, dice: Words) -> tuple[int, int, int]:  # fmt: skip
    """Return in which line, after whom and with which type a trip costs least.

    Line ``n_lines`` is a new one; type -1: no bus is left for it.
    """
    best, best_k = find_cheapest(
        able[trip], trip_m[trip], -1, used, left, spare, lean, fixed, per_m
    )
    best_line, best_after = n_lines, -1
    for line in range(n_lines):
        mask = state[ABLE, line] & able[trip]
        if not mask or draw(dice) < PASSED:
            continue
        more, after = find_place(trip, line, state, early, late, gap, between_m)
        if more >= NEVER:
            continue
        own = state[KIND, line]
        metres = state[METRES, line]
        price, k = find_cheapest(
            mask, metres + more + trip_m[trip], own, used, left, spare, lean, fixed, per_m
        )
        if k < 0:
            continue
        before = price_type(own, metres, used[own] - 1, spare, lean, fixed, per_m)
        if price - before < best or best_k < 0:
            best, best_k, best_line, best_after = price - before, k, line, after
    return best_line, best_after, best_k


@njit(cache=True)
def _put_in(trip: int, line: int, after: int, state: Ints) -> None:
    then = state[NEXT, after] if after >= 0 else state[HEAD, line]
    state[BEFORE, trip], state[NEXT, trip] = after, then
    if after >= 0:
        state[NEXT, after] = trip
    else:
        state[HEAD, line] = trip
    if then >= 0:
        state[BEFORE, then] = trip


@njit(cache=True)
def _sort(out: Ints, n_out: int, keys: Ints, dice: Words) -> None:
    """Shuffle the trips, then half of the time sort them by one of the keys."""
    for k in range(n_out - 1, 0, -1):
        other = int(draw(dice) * (k + 1))
        out[k], out[other] = out[other], out[k]
    row = int(draw(dice) * 2 * keys.shape[0])
    if row >= keys.shape[0]:
        return
    for k in range(1, n_out):
        one, at = out[k], k
        while at > 0 and keys[row, out[at - 1]] > keys[row, one]:
            out[at] = out[at - 1]
            at -= 1
        out[at] = one


@njit(cache=True)
def _close_up(state: Ints, n_lines: int, used: Ints) -> int:
    """Drop lines without trips; return how many lines are left."""
    line = 0
    while line < n_lines:
        if state[HEAD, line] >= 0:
            line += 1
            continue
        used[state[KIND, line]] -= 1
        n_lines -= 1
        for row in (HEAD, METRES, KIND, ABLE, TRIPS):
            state[row, line] = state[row, n_lines]
        trip = state[HEAD, line]
        while trip >= 0 and line < n_lines:
            state[LINE, trip] = line
            trip = state[NEXT, trip]
        state[HEAD, n_lines] = -1
    return n_lines


@njit(cache=True)
def step(state: Ints, n_lines: int, used: Ints, near: Ints, keys: Ints, early: Ints, late: Ints,
         gap: Ints, between_m: Ints, trip_m: Ints, able: Ints, every: int, left: Ints, spare: Ints,
         lean: Ints, fixed: Ints, per_m: Ints, out: Ints, touched: Ints, dice: Words) -> int:  # fmt: skip
    """Ruin and recreate; return how many lines there are, -1 when a line lost its way."""
    n = state.shape[1]
    _ruin(state, near, touched, n_lines, n, dice)
    for at in range(touched[len(touched) - 1]):
        line = touched[at]
        if state[HEAD, line] >= 0:
            if not settle(line, state, early, late, gap, between_m, trip_m, able, every):
                return -1
            old = state[KIND, line]
            _, k = find_cheapest(
                state[ABLE, line], state[METRES, line], old, used, left, spare, lean, fixed, per_m
            )
            used[old] -= 1
            used[k] += 1
            state[KIND, line] = k
    n_lines = _close_up(state, n_lines, used)
    n_out = 0
    for trip in range(n):
        if state[LINE, trip] < 0:
            out[n_out] = trip
            n_out += 1
    _sort(out, n_out, keys, dice)
    for at in range(n_out):
        trip = out[at]
        line, after, k = _find_line(
            trip, state, n_lines, early, late, gap, between_m, trip_m, able, used, left, spare,
            lean, fixed, per_m, dice,
        )  # fmt: skip
        if k < 0:
            continue
        if line == n_lines:
            n_lines += 1
        else:
            used[state[KIND, line]] -= 1
        _put_in(trip, line, after, state)
        used[k] += 1
        state[KIND, line] = k
        settle(line, state, early, late, gap, between_m, trip_m, able, every)
    return n_lines


@njit(cache=True)
def walk(state: Ints, best: Ints, facts: Ints, used: Ints, near: Ints, keys: Ints, early: Ints,
         late: Ints, gap: Ints, between_m: Ints, trip_m: Ints, able: Ints, every: int, left: Ints,
         spare: Ints, lean: Ints, fixed: Ints, per_m: Ints, penalty: Ints, heat: NDArray[np.float64],
         steps: int, dice: Words) -> None:  # fmt: skip
    """Walk so many steps of simulated annealing; the best state met is kept.

    Parameters
    ----------
    state, best
        Tables as said above; changed.
    facts
        Lines and worth of the state, lines and worth of the best; changed.
    used
        Buses of each type that drive; changed.
    near
        For each trip the others, those first that could stand in its place.
    keys
        Numbers by which trips are sorted before they are put back.
    early, late, gap, between_m, trip_m, able, every
        Windows (s), from start to start (s; large: never), driving empty and loaded (m),
        and types of bus that may drive (bits).
    left, spare, lean, fixed, per_m
        Per type: how many there are, how many cost nothing, price of one and of a metre.
    penalty
        Of leaving each trip behind.
    heat
        Temperature, and what it is multiplied by at each step.
    steps, dice
        How many, and the state of chance.
    """
    n = state.shape[1]
    out, touched = np.zeros(n + 1, np.int64), np.zeros(min(n, 64) + 1, np.int64)
    old, old_used = state.copy(), used.copy()
    for _ in range(steps):
        heat[0] *= heat[1]
        old[:], old_used[:] = state, used
        n_lines = step(
            state, facts[0], used, near, keys, early, late, gap, between_m, trip_m, able, every,
            left, spare, lean, fixed, per_m, out, touched, dice,
        )  # fmt: skip
        if n_lines >= 0:
            value = weigh(state, n_lines, used, spare, lean, fixed, per_m, penalty)
            if value <= facts[1] - heat[0] * math.log(max(draw(dice), 1e-12)):
                facts[0], facts[1] = n_lines, value
                if value < facts[3]:
                    facts[2], facts[3] = n_lines, value
                    best[:] = state
                continue
        state[:], used[:] = old, old_used
