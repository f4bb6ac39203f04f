"""Shifts by simulated annealing, compiled: buses are counted by what can follow what.

The count is that of a least cover of the trips by paths, found as a maximum matching and
mended after each change: a chain of three may be impossible though each step is possible,
so that the count can be too low and chains must be made afterwards.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.solver.chain_kernels import draw

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

HALVES = 2


@njit(cache=True)
def _reach(start: int, least: Ints, room: Ints, before: Ints, seen: Ints, mark: int,
           stack: Ints, parent: Ints, n: int) -> int:  # fmt: skip
    """Return the trip at the end of a way that adds a succession, -1 without one.

    ``least[i]`` is when trip i can begin, ``room[i, j]`` the gap to j less j's last start.
    """
    top = 0
    stack[0] = start
    while top >= 0:
        i = stack[top]
        top -= 1
        for j in range(n):
            if seen[j] == mark or least[i] + room[i, j] > least[n + j]:
                continue
            seen[j] = mark
            parent[j] = i
            if before[j] < 0:
                return j
            top += 1
            stack[top] = before[j]
    return -1


@njit(cache=True)
def follow(least: Ints, gap: Ints, then: Ints, before: Ints, seen: Ints, stack: Ints,
           parent: Ints, mark: int, n: int) -> int:  # fmt: skip
    """Mend a matching until no succession can be added; return the last mark used."""
    grown = True
    while grown:
        grown = False
        mark += 1
        for i in range(n):
            if then[i] >= 0:
                continue
            j = _reach(i, least, gap, before, seen, mark, stack, parent, n)
            if j < 0:
                continue
            grown = True
            while True:
                one = parent[j]
                other = then[one]
                then[one] = j
                before[j] = one
                if other < 0:
                    break
                j = other
            mark += 1
    return mark


@njit(cache=True)
def _drop(i: int, j: int, then: Ints, before: Ints) -> None:
    then[i] = -1
    before[j] = -1


@njit(cache=True)
def _move(school: int, by_s: int, of_school: Ints, n_of: Ints, least: Ints, gap: Ints,
          then: Ints, before: Ints, n: int) -> None:  # fmt: skip
    """Shift the trips of a school and forget successions that are no longer possible."""
    for k in range(n_of[school]):
        trip = of_school[school, k]
        least[trip] += by_s
        least[n + trip] += by_s
    for k in range(n_of[school]):
        trip = of_school[school, k]
        j = then[trip]
        if j >= 0 and least[trip] + gap[trip, j] > least[n + j]:
            _drop(trip, j, then, before)
        i = before[trip]
        if i >= 0 and least[i] + gap[i, trip] > least[n + trip]:
            _drop(i, trip, then, before)


@njit(cache=True)
def _free(then: Ints, n: int) -> int:
    found = 0
    for i in range(n):
        if then[i] < 0:
            found += 1
    return found


@njit(cache=True)
def _worth(then: Ints, n: Ints, bus: float, half: float) -> float:
    """Return what the buses of both halves cost: the busier one, and a share of each."""
    am, pm = _free(then[0], n[0]), _free(then[1], n[1])
    return bus * max(am, pm) + half * (am + pm)


@njit(cache=True)
def anneal_shifts(  # noqa: C901
    shifts: Ints, n_shifts: Ints, price: NDArray[np.float64], chosen: Ints, best: Ints,
    of_school: Ints, n_of: Ints, least: Ints, gap: Ints, n: Ints, then: Ints, before: Ints,
    values: NDArray[np.float64], heat: NDArray[np.float64], bus: float, half: float,
    steps: int, dice: Words,
) -> None:  # fmt: skip
    """Walk so many steps from the shifts chosen; the best met is kept in ``best``.

    Parameters
    ----------
    shifts, n_shifts
        Per school the shifts allowed (s), and how many.
    price
        Of moving each school (yuan).
    chosen, best
        Number of the shift of each school, now and at the best step; changed.
    of_school, n_of
        Per half, the trips of each school.
    least
        Per half, the first start of each trip and then the last; changed with the shifts.
    gap
        Per half, from the start of a trip to the start of another (s); large: never.
    n
        Trips of each half.
    then, before
        Per half, what follows each trip and what it follows (-1: nothing); changed.
    values
        What the state and the best are worth, below 0 at first; and what the moves of the
        state cost; changed.
    heat
        The temperature at the first step, and what it is multiplied by at each (yuan).
    bus, half
        Yuan for a bus of the busier half, and for one of either.
    steps, dice
        How many, and the state of chance.
    """
    most = then.shape[1]
    seen, stack, parent = (
        np.zeros(most, np.int64),
        np.zeros(most + 1, np.int64),
        np.zeros(most, np.int64),
    )
    old_then, old_before = then.copy(), before.copy()
    mark = 0
    for h in range(HALVES):
        mark = follow(least[h], gap[h], then[h], before[h], seen, stack, parent, mark, n[h])
    if values[0] < 0:
        values[:2] = values[2] + _worth(then, n, bus, half)
    for _ in range(steps):
        heat[0] *= heat[1]
        school = int(draw(dice) * len(n_shifts))
        if n_shifts[school] < 2:
            continue
        new = int(draw(dice) * (n_shifts[school] - 1))
        if new >= chosen[school]:
            new += 1
        old = chosen[school]
        by_s = shifts[school, new] - shifts[school, old]
        old_then[:], old_before[:] = then, before
        moved = (1.0 if shifts[school, new] else 0.0) - (1.0 if shifts[school, old] else 0.0)
        for h in range(HALVES):
            _move(school, by_s, of_school[h], n_of[h], least[h], gap[h], then[h], before[h], n[h])
            mark = follow(least[h], gap[h], then[h], before[h], seen, stack, parent, mark, n[h])
        value = values[2] + moved * price[school] + _worth(then, n, bus, half)
        if value <= values[0] - heat[0] * math.log(max(draw(dice), 1e-12)):
            values[0] = value
            values[2] += moved * price[school]
            chosen[school] = new
            if value < values[1]:
                values[1] = value
                best[:] = chosen
            continue
        then[:], before[:] = old_then, old_before
        for h in range(HALVES):
            for k in range(n_of[h, school]):
                trip = of_school[h, school, k]
                least[h, trip] -= by_s
                least[h, n[h] + trip] -= by_s
