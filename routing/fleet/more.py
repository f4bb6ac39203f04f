"""Which buses would serve the routes for which none was left."""

import threading
from collections import defaultdict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from routing.fleet.halves import Half
from routing.records import MoreBus
from routing.solver import Chain, ChainProblem, ChainSolution, Crew, solve_chains, weigh_trips

Ints = NDArray[np.int64]

MOST_S = 5.0
"""Longest for the question in one half of the day (s, assumed)."""


def find_more_buses(
    halves: tuple[Half, Half], bus_type_ids: list[str], schools_of: list[tuple[str, ...]], *,
    seconds: float, seed: int, max_rounds: int | None, halt: threading.Event | None = None,
    crew: Crew | None = None,
) -> tuple[MoreBus, ...]:  # fmt: skip
    """Return the buses to be added to those there are, the ones for most students first.

    The buses there are may be chained anew: a route left out may go into a gap of theirs.

    Parameters
    ----------
    halves
        Both halves as chained; routes left out are unserved.
    bus_type_ids
        Per type of bus.
    schools_of
        Per route of the day, the schools it serves.
    seconds, seed, max_rounds
        How hard and how the search tries.
    halt
        Set when the user interrupts: the best so far is used.
    crew
        Processes to use; None: own ones.
    """
    kinds: dict[int, list[list[tuple[int, tuple[str, ...]]]]] = defaultdict(lambda: [[], []])
    for h, half in enumerate(halves):
        if not half.solution.unserved:
            continue
        wider, start = _with_more(half.problem, half.solution)
        found = solve_chains(
            wider, seconds=min(MOST_S, seconds), seed=seed, max_rounds=max_rounds,
            start=start, halt=halt, crew=crew,
        )  # fmt: skip
        n_types, weight = len(bus_type_ids), weigh_trips(half.problem)
        for chain in found.chains:
            if chain.bus_type >= n_types:
                rows = half.rows[list(chain.trips)]
                own = {school_id for row in rows for school_id in schools_of[int(row)]}
                n = int(weight[list(chain.trips)].sum())
                kinds[chain.bus_type - n_types][h].append((n, tuple(sorted(own))))
    return _pair(kinds, bus_type_ids)


def _with_more(
    problem: ChainProblem, solution: ChainSolution
) -> tuple[ChainProblem, ChainSolution]:
    """Return the problem with every type a second time, to be bought; and where to begin.

    Buses there are cost nothing more: what is dear is every bus added, and it drives only
    what was left out.
    """
    n_types = len(problem.fixed_yuan)
    behind = np.zeros((len(problem.trip_m), 1), dtype=np.bool_)
    behind[list(solution.unserved)] = True
    wider = replace(
        problem,
        fits=np.hstack([problem.fits, problem.fits & behind]),
        fixed_yuan=(0,) * n_types + problem.fixed_yuan,
        yuan_per_km=problem.yuan_per_km * 2,
        n_available=problem.n_available + (None,) * n_types,
    )
    km = problem.yuan_per_km
    chains = list(solution.chains)
    for trip in solution.unserved:
        able = [k for k in range(n_types) if problem.fits[trip, k]]
        if able and problem.earliest_s[trip] <= problem.latest_s[trip]:
            cheapest = min(able, key=lambda k: problem.fixed_yuan[k])
            chains.append(Chain(n_types + cheapest, (trip,), (int(problem.earliest_s[trip]),)))
    served = {trip for chain in chains for trip in chain.trips}
    unserved = tuple(t for t in range(len(problem.trip_m)) if t not in served)
    yuan = 0
    for chain in chains:
        length_m = int(problem.trip_m[list(chain.trips)].sum())
        steps = zip(chain.trips, chain.trips[1:], strict=False)
        length_m += sum(int(problem.between_m[a, b]) for a, b in steps)
        yuan += wider.fixed_yuan[chain.bus_type] - (
            -length_m * km[chain.bus_type % n_types] // 1000
        )
    return wider, ChainSolution(tuple(chains), unserved, yuan, 0, proven=False)


def _pair(
    kinds: dict[int, list[list[tuple[int, tuple[str, ...]]]]], bus_type_ids: list[str]
) -> tuple[MoreBus, ...]:
    """Return one bus for a morning and an afternoon of one type, the fullest together."""
    more = []
    for k, lines in kinds.items():
        morning, afternoon = (sorted(half, reverse=True) for half in lines)
        for at in range(max(len(morning), len(afternoon))):
            n_am, own_am = morning[at] if at < len(morning) else (0, ())
            n_pm, own_pm = afternoon[at] if at < len(afternoon) else (0, ())
            schools = tuple(sorted({*own_am, *own_pm}))
            more.append(MoreBus(bus_type_ids[k], n_am, n_pm, schools))
    return tuple(sorted(more, key=lambda bus: -max(bus.n_to_school, bus.n_to_home)))
