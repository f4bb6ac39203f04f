"""Measure one place, added or moved, against all the others: one row and one column."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.ends import Ends
from routing.roads.hierarchy import Hierarchy
from routing.roads.network import Ints
from routing.roads.sweep import number_ends

Numbers = NDArray[np.int32]


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


def change_place(kept: KeptPlaces, at: int, seed: Ends, goal: Ends) -> KeptPlaces:
    """Return the places with one moved, or one more; ``kept`` stays as it is.

    What is above the old place stays in the new places' lists: after some thousand
    changes ``keep_places`` anew makes the next ones faster.

    Parameters
    ----------
    kept
        The places.
    at
        Which one moves; as many as there are places for one more at the end.
    seed, goal
        How the place is left and reached: one row each, any number of columns.
    """
    from routing.roads.sweep_kernels import join_states

    one = keep_places(kept.hierarchy, seed, goal)
    return KeptPlaces(
        kept.hierarchy,
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
