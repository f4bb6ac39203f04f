"""Find the keys of the fastest ways from all seeds to all goals, on a hierarchy."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.ends import Ends
from routing.roads.hierarchy import Hierarchy
from routing.roads.network import Ints

LANES_PER_THREAD = 64
"""Fewer seeds than this are not worth a thread: they would share one sweep."""


@dataclass(frozen=True, eq=False)
class Side:
    """Places on one side of a search, and the part of the hierarchy above them.

    Parameters
    ----------
    region
        States, and arcs between them, as ``sweep_kernels.Region``.
    node
        Where in the region each place begins or ends (int32, places x k, -1 for none).
    key
        Keys of the places there (int64, places x k).
    """

    region: Any
    node: NDArray[np.int32]
    key: Ints


def find_keys_all(
    hierarchy: Hierarchy, seeds: Ends, goals: Ends, *, n_threads: int | None = None
) -> Ints:
    """Return the smallest key of seed, way and goal, for every seed and every goal.

    Parameters
    ----------
    hierarchy
        Of the graph.
    seeds, goals
        Places, with any number of columns.
    n_threads
        Threads to use. Default: one for each core.

    Returns
    -------
    keys
        Seeds x goals (int64), ``NO_WAY`` where there is no way.
    """
    from_, to = seed_side(hierarchy, seeds), goal_side(hierarchy, goals)
    if _work(to, from_) < _work(from_, to):
        return np.ascontiguousarray(sweep_sides(to, from_, n_threads).T)
    return sweep_sides(from_, to, n_threads)


def _work(from_: Side, to: Side) -> int:
    """Return how much a sweep from one side to the other reads and writes."""
    blocks = -(-len(from_.node) // LANES_PER_THREAD)
    return blocks * (len(to.region.node) + to.node.size)


def seed_side(hierarchy: Hierarchy, seeds: Ends) -> Side:
    """Return the seeds with the part of the hierarchy above them."""
    rows = hierarchy.up_first, hierarchy.up_node, hierarchy.up_key
    return _side(rows, *number_ends(hierarchy, seeds))


def goal_side(hierarchy: Hierarchy, goals: Ends) -> Side:
    """Return the goals with the part of the hierarchy above them."""
    rows = hierarchy.down_first, hierarchy.down_node, hierarchy.down_key
    return _side(rows, *number_ends(hierarchy, goals))


def sweep_sides(seeds: Side, goals: Side, n_threads: int | None = None) -> Ints:
    """Return the keys as ``find_keys_all`` does, of sides of one hierarchy.

    With a ``goal_side`` first and a ``seed_side`` second it goes against the traffic.

    Parameters
    ----------
    seeds, goals
        One from ``seed_side`` and one from ``goal_side``.
    n_threads
        Threads to use. Default: one for each core.
    """
    from routing.roads.sweep_kernels import find_meeting, sweep

    n_seeds = len(seeds.node)
    out = np.empty((n_seeds, len(goals.node)), np.int64)
    meet = find_meeting(seeds.region.states, goals.region.states)
    # states near each other have numbers near each other
    order = np.argsort(seeds.node.max(axis=1, initial=-1), kind="stable")
    fixed = (
        seeds.region, goals.region, meet, (seeds.node, seeds.key), (goals.node, goals.key)
    )  # fmt: skip
    most = max(1, n_seeds // LANES_PER_THREAD)
    parts = np.array_split(order, min(n_threads or os.cpu_count() or 1, most))
    if len(parts) == 1:
        sweep(*fixed, order, out)
        return out
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(lambda part: sweep(*fixed, part, out), parts))
    return out


def number_ends(hierarchy: Hierarchy, ends: Ends) -> tuple[NDArray[np.int32], Ints]:
    """Return the states of places by their numbers (int32, -1 for none), and the keys."""
    if not len(hierarchy.number):
        return np.full(ends.node.shape, -1, np.int32), ends.key
    number = np.where(ends.node >= 0, hierarchy.number[ends.node], np.int32(-1))
    return number, np.ascontiguousarray(ends.key)


def _side(rows: tuple[Any, ...], number: NDArray[np.int32], key: Ints) -> Side:
    from routing.roads.sweep_kernels import Region, cut_region

    *fields, node = cut_region(*rows, np.ascontiguousarray(number))
    return Side(Region(*fields), node, key)
