"""A walk of ruin and recreate through the chains of a half-day, from a draft to a better one."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.solver.chain_cooling import Cooling, cool_walk
from routing.solver.chain_kernels import (
    BEFORE,
    HEAD,
    KIND,
    LINE,
    NEXT,
    settle,
    weigh,
)
from routing.solver.chain_steps import walk
from routing.solver.effort import Effort
from routing.solver.links import Draft, Line, Links

Ints = NDArray[np.int64]

NEVER_S = 2**40
"""From trip to trip where no bus can drive both (s)."""
MOST_NEAR = 100
"""Trips looked at around one that is taken out (assumed)."""
WARM_SHARE, COLD_SHARE = 0.02, 1e-4
"""Temperatures of the walk as shares of the mean price of a bus (tried)."""
BATCH_STEPS = 500
"""Steps between two looks at the clock: 10 to 40 ms (measured)."""
ROUND_STEPS = 10_000
"""Steps in a round where rounds decide: about 0.3 s for 160 trips (measured)."""


@dataclass(frozen=True)
class Shared:
    """Buses that the other half of the day has, whatever this half does.

    Parameters
    ----------
    n_buses
        Per type, how many.
    fixed_yuan
        Per type, what one bus more than those costs (yuan per year).
    lean_share
        What one of those counts for, of that: fewer make way for savings elsewhere.
    """

    n_buses: tuple[int, ...]
    fixed_yuan: tuple[int, ...]
    lean_share: float


def walk_chains(
    links: Links, draft: Draft, effort: Effort, seconds: float, shared: Shared | None = None
) -> Draft:
    """Return the best chaining met on a walk from a draft.

    Parameters
    ----------
    links
        The problem.
    draft
        Where the walk starts.
    effort, seconds
        Whether the clock decides, and how long (s).
    shared
        Buses that drive in the other half anyway; None: there is no other half.
    """
    trips = np.array(links.servable, np.int64)
    if not len(trips):
        return draft
    problem = links.problem
    other = shared or Shared((0,) * len(problem.fixed_yuan), problem.fixed_yuan, 0.0)
    field = _field(links, trips, other)
    early, late, gap, between_m, trip_m, able, every = field.trips
    state, used, n_lines = _table(trips, draft, len(problem.fixed_yuan))
    for line in range(n_lines):
        settle(line, state, early, late, gap, between_m, trip_m, able, every)
    left, *prices = field.types
    value = weigh(state, n_lines, used, *prices, field.penalty)
    best, facts = state.copy(), np.array([n_lines, value, n_lines, value], np.int64)
    near, dice = _near(links, trips), np.array([effort.seed % 2**63 + 7], np.uint64)

    def steps(heat: NDArray[np.float64], n_steps: int) -> None:
        walk(
            state, best, facts, used, near, field.keys, *field.trips, left, *prices,
            field.penalty, heat, n_steps, dice,
        )  # fmt: skip

    cooling = Cooling(WARM_SHARE * field.bus, COLD_SHARE / WARM_SHARE, BATCH_STEPS, ROUND_STEPS)
    cool_walk(steps, cooling, effort, seconds)
    return _draft(trips, best, int(facts[2]))


@dataclass(frozen=True, eq=False)
class _Field:
    """What the compiled walk knows of the half-day, as it takes it.

    Parameters
    ----------
    trips
        Windows, gaps, metres and types of the trips.
    types
        Per type how many there are, how many are shared, and the prices.
    penalty
        Of leaving each trip behind: more than all lines cost.
    keys
        Numbers by which trips are sorted.
    bus
        Mean price of a bus with a trip.
    """

    trips: tuple[Any, ...]
    types: tuple[Ints, ...]
    penalty: Ints
    keys: Ints
    bus: float


def _field(links: Links, trips: Ints, other: Shared) -> _Field:
    problem, own = links.problem, np.ix_(trips, trips)
    n_types = len(problem.fixed_yuan)
    fits = problem.fits[trips] & np.array([n != 0 for n in problem.n_available])[None, :]
    able = (fits * (1 << np.arange(n_types))).sum(axis=1)
    gap = np.where(links.follows[own], links.gap_s[own], NEVER_S)
    early, late = problem.earliest_s[trips], problem.latest_s[trips]
    between_m, trip_m = problem.between_m[own].astype(np.int64), problem.trip_m[trips]
    left = np.array([len(trips) + 1 if n is None else n for n in problem.n_available], np.int64)
    fixed = 1000 * np.array(other.fixed_yuan, np.int64)
    lean = (other.lean_share * fixed).astype(np.int64)
    per_m = np.array(problem.yuan_per_km, np.int64)
    longest_m = int(trip_m.sum()) + len(trips) * int(between_m.max(initial=0))
    weight = links.weight[trips]
    return _Field(
        (early, late, gap, between_m, trip_m, able, (1 << n_types) - 1),
        (left, np.array(other.n_buses, np.int64), lean, fixed, per_m),
        weight * (1 + int((fixed + longest_m * per_m).max())),
        np.stack([early, fits.sum(axis=1), -weight, -trip_m]).astype(np.int64),
        float(fixed.mean() + trip_m.mean() * per_m.mean()),
    )


def _table(trips: Ints, draft: Draft, n_types: int) -> tuple[Ints, Ints, int]:
    """Return the draft as a table, the buses of each type, and the number of lines."""
    place = {int(trip): k for k, trip in enumerate(trips)}
    state = np.full((10, len(trips)), -1, np.int64)
    used = np.zeros(n_types, np.int64)
    for number, line in enumerate(draft.lines):
        order = [place[trip] for trip in line.trips]
        state[HEAD, number], state[KIND, number] = order[0], line.bus_type
        used[line.bus_type] += 1
        for before, after in pairwise(order):
            state[NEXT, before], state[BEFORE, after] = after, before
        state[LINE, order] = number
    return state, used, len(draft.lines)


def _draft(trips: Ints, state: Ints, n_lines: int) -> Draft:
    lines = []
    for number in range(n_lines):
        order, trip = [], int(state[HEAD, number])
        while trip >= 0:
            order.append(int(trips[trip]))
            trip = int(state[NEXT, trip])
        lines.append(Line(int(state[KIND, number]), tuple(order)))
    behind = tuple(int(trip) for trip in trips[state[LINE] < 0])
    return Draft(tuple(lines), behind)


def _near(links: Links, trips: Ints) -> Ints:
    """Return for each trip those that could stand in its place in a chain, itself first."""
    problem = links.problem
    between_s, early_s = problem.between_s[np.ix_(trips, trips)], problem.earliest_s[trips]
    apart_s = np.minimum(between_s, between_s.T) + abs(early_s[:, None] - early_s[None, :])
    np.fill_diagonal(apart_s, -1)
    order = np.argsort(apart_s, axis=1, kind="stable")[:, :MOST_NEAR]
    return np.ascontiguousarray(order, np.int64)
