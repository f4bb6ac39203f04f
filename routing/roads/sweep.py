"""Find the keys of the fastest ways from all seeds to all goals, on a hierarchy.

All of them at once, or one row and one column for a place added or moved.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.ends import Ends
from routing.roads.hierarchy import Hierarchy
from routing.roads.network import Ints

Numbers = NDArray[np.int32]

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
    node: Numbers
    key: Ints


@dataclass(frozen=True, eq=False)
class KeptPlaces:
    """Places with what is above them in a hierarchy, ready to measure one of them.

    Parameters
    ----------
    hierarchy
        Of the graph.
    seeds, goals
        How each place is left and reached: numbers of states (int32, places x k, -1 for
        none) and keys (int64).
    above_seeds, above_goals
        Numbers of their states and of all above them, rising (int32).
    """

    hierarchy: Hierarchy
    seeds: tuple[Numbers, Ints]
    goals: tuple[Numbers, Ints]
    above_seeds: Numbers
    above_goals: Numbers


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


def keep_places(hierarchy: Hierarchy, seeds: Ends, goals: Ends) -> KeptPlaces:
    """Return places ready for one of them to be measured against all. Needs numba.

    Parameters
    ----------
    hierarchy
        Of the graph.
    seeds, goals
        How each place is left and reached; as many of both.
    """
    from routing.roads.sweep_kernels import find_above

    from_, to = number_ends(hierarchy, seeds), number_ends(hierarchy, goals)
    above_seeds = find_above(hierarchy.up_first, hierarchy.up_node, from_[0])
    above_goals = find_above(hierarchy.down_first, hierarchy.down_node, to[0])
    return KeptPlaces(hierarchy, from_, to, above_seeds, above_goals)


def change_place(
    hierarchy: Hierarchy, kept: KeptPlaces, at: int, seed: Ends, goal: Ends
) -> KeptPlaces:
    """Return the places with one moved, or one more; ``kept`` stays as it is.

    What is above the old place stays in the new places' lists: after some thousand
    changes ``keep_places`` anew makes the next ones faster.

    Parameters
    ----------
    hierarchy
        That of ``kept``.
    kept
        The places.
    at
        Which one moves; as many as there are places for one more at the end.
    seed, goal
        How the place is left and reached: one row each, any number of columns.
    """
    from routing.roads.sweep_kernels import join_states

    one = keep_places(hierarchy, seed, goal)
    return KeptPlaces(
        hierarchy,
        _put_in(kept.seeds, at, one.seeds),
        _put_in(kept.goals, at, one.goals),
        join_states(kept.above_seeds, one.above_seeds),
        join_states(kept.above_goals, one.above_goals),
    )


def measure_place(kept: KeptPlaces, at: int) -> tuple[Ints, Ints]:
    """Return the keys from one of the places to all of them, and from all to it.

    Returns
    -------
    row, column
        int64, one for each place, itself included; ``NO_WAY`` where there is no way.
    """
    from routing.roads.sweep_kernels import sweep_one

    hierarchy = kept.hierarchy
    up = hierarchy.up_first, hierarchy.up_node, hierarchy.up_key
    down = hierarchy.down_first, hierarchy.down_node, hierarchy.down_key
    seed, goal = ((part[0][at], part[1][at]) for part in (kept.seeds, kept.goals))
    row: Any = sweep_one(up, down, seed, kept.above_goals, kept.goals)
    column: Any = sweep_one(down, up, goal, kept.above_seeds, kept.seeds)
    return row, column


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


def number_ends(hierarchy: Hierarchy, ends: Ends) -> tuple[Numbers, Ints]:
    """Return the states of places by their numbers (int32, -1 for none), and the keys."""
    if not len(hierarchy.number):
        return np.full(ends.node.shape, -1, np.int32), ends.key
    number = np.where(ends.node >= 0, hierarchy.number[ends.node], np.int32(-1))
    return number, np.ascontiguousarray(ends.key)


def _side(rows: tuple[Any, ...], number: Numbers, key: Ints) -> Side:
    from routing.roads.sweep_kernels import Region, cut_region

    *fields, node = cut_region(*rows, np.ascontiguousarray(number))
    return Side(Region(*fields), node, key)


def _put_in(
    places: tuple[Numbers, Ints], at: int, one: tuple[Numbers, Ints]
) -> tuple[Numbers, Ints]:
    """Return places with another in one row; rows are as wide as the widest."""
    n, k = max(len(places[0]), at + 1), max(places[0].shape[1], one[0].shape[1])
    node, key = np.full((n, k), -1, np.int32), np.zeros((n, k), np.int64)
    for part, rows in ((places, slice(len(places[0]))), (one, slice(at, at + 1))):
        node[rows], key[rows] = -1, 0
        node[rows, : part[0].shape[1]], key[rows, : part[1].shape[1]] = part
    return node, key
