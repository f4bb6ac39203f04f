"""What does a search need compiled? It is run once on something tiny, before any clock runs."""

import numpy as np

from routing.solver.bells_problem import BellProblem
from routing.solver.blocks.problem import BlockProblem
from routing.solver.boarding.problem import BoardingProblem
from routing.solver.effort import start_effort
from routing.solver.problem import ChainProblem, Ints

TRIPS = 9
"""More than are chained by trying every choice (trips)."""
NET_S = 60.0
"""Longest that a search of something tiny may take (s)."""


def warm_up(kind: str) -> None:
    """Compile what a kind of search needs, or load it.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    """
    _WARMERS[kind]()


def _warm_routes() -> None:
    from routing.solver.columns.warming import try_pricing
    from routing.solver.walking_search import start_compiling

    start_compiling().join()
    try_pricing()


def _warm_chains() -> None:
    from routing.solver.chain_build import build_chains
    from routing.solver.chain_walk import walk_chains
    from routing.solver.links import find_links

    links = find_links(_trips())
    walk_chains(links, build_chains(links), start_effort(0.01, 1, None), 0.01)


def _warm_bells() -> None:
    from routing.solver.bells_state import prepare_bells
    from routing.solver.bells_walk import walk_shifts

    _warm_chains()
    walk_shifts(prepare_bells(_bells()), (0,) * TRIPS, start_effort(0.01, 1, None), 0.01)


def _warm_blocks() -> None:
    from routing.solver.blocks.search import search_blocks

    search_blocks(_blocks(), start_effort(NET_S, 1, 8))


def _warm_boarding() -> None:
    from dataclasses import replace

    from routing.solver.boarding.search import search_boarding

    for rule in ("nearest", "any"):
        problem = replace(_boarding(), rule=rule, may_split=rule == "nearest")
        search_boarding(problem, start_effort(NET_S, 1, 1))


def _line(n: int) -> Ints:
    """Return distances between places in a row, 60 apart."""
    at = np.arange(n, dtype=np.int64) * 60
    return np.abs(at[:, None] - at[None, :])


def _ones(n: int) -> Ints:
    return np.ones(n, dtype=np.int64)


def _trips() -> ChainProblem:
    return ChainProblem(
        duration_s=60 * _ones(TRIPS), earliest_s=_line(TRIPS)[0], latest_s=_line(TRIPS)[0] + 60,
        between_s=_line(TRIPS), between_m=_line(TRIPS), linked=np.ones((TRIPS, TRIPS), np.bool_),
        fits=np.ones((TRIPS, 2), np.bool_), fixed_yuan=(100, 120), yuan_per_km=(10, 12),
        n_available=(None, 2), trip_m=_ones(TRIPS), weight=_ones(TRIPS),
    )  # fmt: skip


def _bells() -> BellProblem:
    school = np.arange(TRIPS, dtype=np.int64)
    return BellProblem(_trips(), _trips(), school, school, ((0, 60),) * TRIPS, (1,) * TRIPS)


def _blocks() -> BlockProblem:
    n, ways = 6, _line(8)
    return BlockProblem(
        duration_s=ways, distance_m=ways, linked=np.ones((8, 8), np.bool_),
        place=np.arange(n, dtype=np.int64), school=np.arange(n, dtype=np.int64) % 2,
        load=_ones(n), n_chairs=0 * _ones(n), dwell_s=_ones(n), max_ride_s=900 * _ones(n),
        school_place=np.array([6, 7], np.int64), earliest_s=1_000 * _ones(2),
        latest_s=2_000 * _ones(2), unload_s=_ones(2), unload_each_s=_ones(2),
        shares=np.ones((2, 2), np.bool_), fits=np.ones((n, 2), np.bool_), seats=(3, 4),
        chair_places=(0, 0), fixed_yuan=(100, 120), yuan_per_km=(10, 12), n_available=(None, 2),
    )  # fmt: skip


def _boarding() -> BoardingProblem:
    n, near = 6, np.arange(6, dtype=np.int64)
    return BoardingProblem(
        duration_s=_line(n + 1), cost=_line(n + 1), n_students=_ones(n),
        group=np.concatenate([near, near[1:]]), place=np.concatenate([near + 1, near[1:]]),
        walk_m=np.concatenate([10 * _ones(n), 70 * _ones(n - 1)]), fixed=(), forbidden=(),
        rule="nearest", may_split=True, stop_s=1, board_s=1, max_route_s=900, seats=(3, 4),
        fixed_cost=(100, 120), n_available=(None, 2), visit_cost=1, open_cost=_ones(n + 1),
        walk_cost=1, direction="to_school",
    )  # fmt: skip


_WARMERS = {
    "routes": _warm_routes,
    "chains": _warm_chains,
    "bells": _warm_bells,
    "boarding": _warm_boarding,
    "blocks": _warm_blocks,
}
