"""Which trips can follow which on one bus, and when? Chains of trips as whole numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from routing.solver.chain_bound import bound_all
from routing.solver.problem import Chain, ChainProblem, ChainSolution, Ints

LARGEST = 2**58
"""Sums stay below this (no unit): far from the overflow of 64 bits inside the library."""


@dataclass(frozen=True)
class Line:
    """One bus: its type and its trips in order, the times left open."""

    bus_type: int
    trips: tuple[int, ...]


@dataclass(frozen=True)
class Draft:
    """An answer under way: lines, and the trips for which no bus is left."""

    lines: tuple[Line, ...]
    unserved: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Links:
    """A ``ChainProblem`` made ready for the search.

    Parameters
    ----------
    problem
        The problem as it was asked.
    gap_s
        From the start of trip i to the earliest start of j after it on one bus (s).
    follows
        Whether j can come directly after i, each at its best time (bool, n by n).
    servable
        Trips that some bus may drive and whose window is not empty.
    weight
        Students aboard each trip; 1 each where the problem does not say.
    """

    problem: ChainProblem
    gap_s: Ints
    follows: NDArray[np.bool_]
    servable: tuple[int, ...]
    weight: Ints

    @cached_property
    def least_buses(self) -> int:
        """Buses that no answer serving every trip can go below, found once."""
        return bound_all(self)


def find_links(problem: ChainProblem) -> Links:
    """Return which trips can follow which.

    Raises
    ------
    ValueError
        When shapes do not fit, numbers are negative, or sums could overflow.
    """
    _refuse(problem)
    gap_s = problem.duration_s[:, None] + problem.between_s
    fits = problem.fits & np.array([n != 0 for n in problem.n_available])[None, :]
    follows = problem.linked & (problem.earliest_s[:, None] + gap_s <= problem.latest_s[None, :])
    follows &= (fits.astype(np.int64) @ fits.T.astype(np.int64)) > 0
    np.fill_diagonal(follows, val=False)
    servable = fits.any(axis=1) & (problem.earliest_s <= problem.latest_s)
    trips = tuple(int(trip) for trip in np.flatnonzero(servable))
    return Links(problem, gap_s, follows, trips, weigh_trips(problem))


def weigh_trips(problem: ChainProblem) -> Ints:
    """Return the students aboard each trip; 1 each where the problem does not say."""
    if problem.weight is None:
        return np.ones(len(problem.duration_s), dtype=np.int64)
    return problem.weight


def _refuse(problem: ChainProblem) -> None:
    n, n_types = len(problem.duration_s), len(problem.fixed_yuan)
    weight = weigh_trips(problem)
    rows = (problem.earliest_s, problem.latest_s, problem.trip_m, weight)
    squares = (problem.between_s, problem.between_m, problem.linked)
    shapes = [
        any(len(row) != n for row in rows),
        any(square.shape != (n, n) for square in squares),
        problem.fits.shape != (n, n_types) or n_types < 1,
        len(problem.yuan_per_km) != n_types or len(problem.n_available) != n_types,
    ]
    if any(shapes):
        msg = f"chain problem: shapes do not fit {n} trips and {n_types} types of bus."
        raise ValueError(msg)
    if (weight < 1).any():
        msg = "chain problem: every trip has one student aboard or more."
        raise ValueError(msg)
    numbers = (problem.duration_s, *rows, problem.between_s, problem.between_m)
    if any((array < 0).any() for array in numbers):
        msg = "chain problem: no number may be negative."
        raise ValueError(msg)
    lengths_m = int(problem.trip_m.sum()) + int(problem.between_m.max(initial=0)) * n
    prices = max(problem.fixed_yuan) * 1000 * (n + 1) + lengths_m * max(problem.yuan_per_km)
    if (
        prices * (int(weight.sum()) + 1) > LARGEST
        or max(int(a.max(initial=0)) for a in numbers) > 2**40
    ):
        msg = "chain problem: times, distances or prices are too large to be added safely."
        raise ValueError(msg)


def time_line(links: Links, trips: Iterable[int]) -> tuple[int, ...] | None:
    """Return the earliest start of each trip of a line (s); None when one is too late."""
    problem, before = links.problem, -1
    starts: list[int] = []
    for trip in trips:
        start_s = int(problem.earliest_s[trip])
        if before >= 0:
            if not problem.linked[before, trip]:
                return None
            start_s = max(start_s, starts[-1] + int(links.gap_s[before, trip]))
        if start_s > problem.latest_s[trip]:
            return None
        starts.append(start_s)
        before = trip
    return tuple(starts)


def measure_line_m(links: Links, trips: tuple[int, ...]) -> int:
    """Return the length of a line, trips and ways between (m)."""
    problem = links.problem
    between_m = sum(int(problem.between_m[a, b]) for a, b in pairwise(trips))
    return between_m + sum(int(problem.trip_m[trip]) for trip in trips)


def price_line(links: Links, trips: tuple[int, ...], bus_type: int) -> int:
    """Return what a line costs per year with a type of bus (yuan, rounded up once)."""
    problem = links.problem
    running = measure_line_m(links, trips) * problem.yuan_per_km[bus_type]
    return problem.fixed_yuan[bus_type] + (running + 999) // 1000


def price_draft(links: Links, draft: Draft) -> tuple[int, int]:
    """Return how bad a draft is: students unserved, then yuan per year."""
    yuan = sum(price_line(links, line.trips, line.bus_type) for line in draft.lines)
    return weigh_unserved(links, draft), yuan


def weigh_unserved(links: Links, draft: Draft) -> int:
    """Return the students on trips that a draft leaves behind."""
    return sum(int(links.weight[trip]) for trip in draft.unserved)


def draft_of(links: Links, solution: ChainSolution) -> Draft:
    """Return a solution as a draft; trips that no bus may drive are in no draft."""
    lines = tuple(Line(chain.bus_type, chain.trips) for chain in solution.chains)
    able = set(links.servable)
    return Draft(lines, tuple(trip for trip in solution.unserved if trip in able))


def draft_that_holds(links: Links, solution: ChainSolution) -> Draft:
    """Return what holds of an answer to this problem or one much like it."""
    problem, able = links.problem, set(links.servable)
    left = [len(able) if n is None else n for n in problem.n_available]
    lines: list[Line] = []
    for chain in solution.chains:
        trips, k = tuple(trip for trip in chain.trips if trip in able), chain.bus_type
        fits = bool(trips) and left[k] > 0 and bool(problem.fits[list(trips), k].all())
        if fits and time_line(links, trips) is not None:
            lines.append(Line(k, trips))
            left[k] -= 1
            able -= set(trips)
    return Draft(tuple(lines), tuple(sorted(able)))


def close_draft(links: Links, draft: Draft, n_buses_bound: int, *, proven: bool) -> ChainSolution:
    """Return a draft as a solution, every trip starting as early as its chain allows."""
    chains = []
    for line in draft.lines:
        start_s = time_line(links, line.trips)
        if start_s is None:
            msg = "a chain cannot be driven in time."
            raise ValueError(msg)
        chains.append(Chain(line.bus_type, line.trips, start_s))
    chains.sort(key=lambda chain: (chain.start_s[0], chain.trips))
    served = {trip for line in draft.lines for trip in line.trips}
    unserved = tuple(t for t in range(len(links.problem.duration_s)) if t not in served)
    cost_yuan = price_draft(links, draft)[1]
    return ChainSolution(tuple(chains), unserved, cost_yuan, n_buses_bound, proven)
