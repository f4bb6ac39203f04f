"""Measure how far it is by road, and how long it takes, from every origin to every target."""

import math

import numpy as np

from routing.roads.ends import (
    Ends,
    Search,
    direct_keys,
    entering_ends,
    find_same,
    leaving_ends,
    take_ends,
)
from routing.roads.keys import LENGTH_BITS, NO_WAY, refuse_overflow, unpack_key
from routing.roads.network import Flags, Ints, Network
from routing.roads.positions import Positions, Travel, take_positions
from routing.roads.search import find_keys

PAIRS_AT_ONCE = 10_000
"""Pairs whose ways are held at a time, some hundred arcs each."""


def measure_travel(
    network: Network,
    origins: Positions,
    targets: Positions,
    *,
    limit_s: float | None = None,
    within: Flags | None = None,
) -> Travel:
    """Return distance and time of the fastest way from each origin to each target.

    Of equally fast ways the shorter one counts. A place with a side is left and reached
    only in that direction of its link; between links one may turn in any direction,
    also back. A place that is not on the network, or on a link closed to it, is reached
    from nowhere. Times are exact to the millisecond and lengths to the decimetre
    before both are rounded up, once, here.

    Parameters
    ----------
    network
        The network.
    origins, targets
        Places on it.
    limit_s
        Ways that take longer (s) count as none, and are not searched for.
    within
        Which pairs are wanted (bool, origins x targets); others count as not reached.
        Default: all.

    Returns
    -------
    travel
        Origins x targets.

    Raises
    ------
    RoadsError
        When a way is too long to be measured exactly (1,677 km).
    ValueError
        When a position is on no link of these roads, or ``within`` has another shape.
    """
    shape = len(origins), len(targets)
    if within is not None and within.shape != shape:
        msg = f"travel: want 'within' {shape}, got {within.shape}."
        raise ValueError(msg)
    if within is not None:
        row, column = np.nonzero(within)
        found = find_pair_keys(
            network, take_positions(origins, row), take_positions(targets, column), limit_s=limit_s
        )
        keys = np.full(shape, NO_WAY, np.int64)
        keys[row, column] = found
    else:
        keys = _find_all_keys(network, origins, targets, limit_s)
    return Travel(*_whole(keys))


def measure_pairs(
    network: Network,
    origins: Positions,
    targets: Positions,
    *,
    limit_s: float | None = None,
) -> tuple[Ints, Ints, Flags]:
    """Return distance and time of the fastest way from each origin to its own target.

    As ``measure_travel``, but one pair per row; where many rows share a target, as homes
    share a school, there is one search for each target.

    Parameters
    ----------
    network
        The network.
    origins, targets
        As many of both.
    limit_s
        Ways that take longer (s) count as none.

    Returns
    -------
    distance_m, duration_s
        int64; 0 where not reached.
    reached
        Whether there is a way (bool).

    Raises
    ------
    RoadsError
        When a way is too long to be measured exactly.
    ValueError
        When there are not as many origins as targets, or one is on no link.
    """
    return _whole(find_pair_keys(network, origins, targets, limit_s=limit_s))


def find_pair_keys(
    network: Network,
    origins: Positions,
    targets: Positions,
    *,
    limit_s: float | None = None,
) -> Ints:
    """Return the key of the fastest way of each pair (int64), ``NO_WAY`` for none."""
    limit = limit_key(limit_s)
    if network.hierarchy is not None:
        keys = _prepared_pairs(network, origins, targets)
    else:
        search, order = plan_pairs(network, origins, targets, limit)
        keys = np.empty(len(origins), np.int64)
        keys[order] = find_keys(search)
    keys = np.minimum(keys, direct_keys(network, origins, targets))
    keys = np.where(keys <= limit, keys, NO_WAY)
    _refuse_long(network, keys)
    return keys


def _prepared_pairs(network: Network, origins: Positions, targets: Positions) -> Ints:
    from routing.roads.unpack import find_ways

    refuse_uneven(origins, targets)
    parts = [np.zeros(0, np.int64)]
    for begin in range(0, len(origins), PAIRS_AT_ONCE):
        rows = slice(begin, begin + PAIRS_AT_ONCE)
        leave = leaving_ends(network, take_positions(origins, rows))
        reach = entering_ends(network, take_positions(targets, rows))
        parts.append(find_ways(network.hierarchy, leave, reach)[0])
    return np.concatenate(parts)


def refuse_uneven(origins: Positions, targets: Positions) -> None:
    """Refuse pairs of which one side has more places.

    Raises
    ------
    ValueError
        When there are not as many origins as targets.
    """
    if len(origins) != len(targets):
        msg = f"pairs: want as many targets as origins, got {len(targets)} and {len(origins)}."
        raise ValueError(msg)


def plan_pairs(
    network: Network, origins: Positions, targets: Positions, limit: int
) -> tuple[Search, Ints]:
    """Return the search for each pair's way, from the side with fewer different places.

    Returns
    -------
    search
        Runs against the traffic (``network.entering``) where targets are fewer.
    order
        The pairs in the order in which the search answers them (int64).

    Raises
    ------
    ValueError
        When there are not as many origins as targets.
    """
    refuse_uneven(origins, targets)
    from_first, from_same = find_same(origins)
    to_first, to_same = find_same(targets)
    leave, reach = leaving_ends(network, origins), entering_ends(network, targets)
    if len(to_first) < len(from_first):
        arcs, seeds, goals, first, same = network.entering, reach, leave, to_first, to_same
    else:
        arcs, seeds, goals, first, same = network.leaving, leave, reach, from_first, from_same
    order = np.argsort(same, kind="stable")
    stops = np.cumsum(np.bincount(same, minlength=len(first)))
    begins = stops - np.bincount(same, minlength=len(first))
    rows = np.stack((first, begins, stops, begins), axis=1).astype(np.int64)
    goals = Ends(goals.node[order], goals.key[order], goals.back[order])
    return Search(arcs, seeds, goals, rows, len(order), limit), order


def limit_key(limit_s: float | None) -> int:
    """Return the largest key of a way that takes no longer than a limit (s)."""
    if limit_s is None:
        return NO_WAY
    return min(((math.floor(limit_s * 1000) + 1) << LENGTH_BITS) - 1, NO_WAY)


def _find_all_keys(
    network: Network, origins: Positions, targets: Positions, limit_s: float | None
) -> Ints:
    from_first, from_same = find_same(origins)
    to_first, to_same = find_same(targets)
    leave, reach = leaving_ends(network, origins), entering_ends(network, targets)
    n_origins, n_targets = len(origins), len(targets)
    limit = limit_key(limit_s)
    if network.hierarchy is not None:
        from routing.roads.sweep import find_keys_all

        found = find_keys_all(
            network.hierarchy, take_ends(leave, from_first), take_ends(reach, to_first)
        )
        keys = found[np.ix_(from_same, to_same)]
    elif len(to_first) < len(from_first):
        rows = _every(to_first, n_origins)
        search = Search(network.entering, reach, leave, rows, len(rows) * n_origins, limit)
        keys = find_keys(search).reshape(len(rows), n_origins)[to_same].T
    else:
        rows = _every(from_first, n_targets)
        search = Search(network.leaving, leave, reach, rows, len(rows) * n_targets, limit)
        keys = find_keys(search).reshape(len(rows), n_targets)[from_same]
    keys = np.ascontiguousarray(keys)
    row, column = _on_one_link(origins, targets)
    direct = direct_keys(network, take_positions(origins, row), take_positions(targets, column))
    keys[row, column] = np.minimum(keys[row, column], direct)
    keys[keys > limit] = NO_WAY
    _refuse_long(network, keys)
    return keys


def _every(first: Ints, n_goals: int) -> Ints:
    """Return rows of a search that ask for all goals."""
    n = len(first)
    whole = np.full(n, n_goals)
    return np.stack((first, np.zeros(n), whole, np.arange(n) * n_goals), 1).astype(np.int64)


def _on_one_link(origins: Positions, targets: Positions) -> tuple[Ints, Ints]:
    """Return the pairs that stand on the same link."""
    order = np.argsort(targets.link, kind="stable")
    links = targets.link[order]
    low = np.searchsorted(links, origins.link, "left")
    count = np.searchsorted(links, origins.link, "right") - low
    count[origins.link < 0] = 0
    row = np.repeat(np.arange(len(origins)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, order[low[row] + nth]


def _refuse_long(network: Network, keys: Ints) -> None:
    longest = int(keys.max(initial=0, where=keys < NO_WAY))
    if unpack_key(np.array(longest))[0] <= network.safe_ms:
        return
    length_dm = network.roads.length_dm
    ways = ((network.forward, network.forward_ms), (network.backward, network.backward_ms))
    time_ms = np.concatenate([time[flags] for flags, time in ways])
    refuse_overflow(longest, time_ms, np.concatenate([length_dm[f] for f, _ in ways]))


def as_travel(network: Network, keys: Ints) -> Travel:
    """Return keys as whole metres and seconds; raises as ``measure_travel``."""
    _refuse_long(network, keys)
    return Travel(*_whole(keys))


def _whole(keys: Ints) -> tuple[Ints, Ints, Flags]:
    """Return whole metres and seconds, rounded up, and whether there is a way."""
    reached = keys < NO_WAY
    time_ms, length_dm = unpack_key(np.where(reached, keys, 0))
    return -(-length_dm // 10), -(-time_ms // 1000), reached
