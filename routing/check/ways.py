"""The fastest way between two places, found again with scipy from the bare roads.

A way's key is its time in ms and its length in dm packed into one float, exact up to
2^53, so that the fastest way is found and, among equally fast ones, the shortest. The
walking network's keys hold the length alone.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.check.speeds import drive_ms
from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, Flags, Floats, Ints, Roads

LENGTH_BITS = 1 << 24
"""Lengths below this (dm) are packed under the time: 1,677 km."""

CELLS_AT_ONCE = 4_000_000
"""Distances held in memory at one time: 32 MB."""


@dataclass(frozen=True, eq=False)
class Ways:
    """A graph of the roads for one profile.

    Parameters
    ----------
    roads
        What it was made from.
    forward, backward
        Whether each link may be travelled so.
    forward_ms, backward_ms
        Time along each link (int64); 0 on foot, where only the length counts.
    graph
        scipy sparse array of keys, nodes x nodes.
    component
        Per link: number of the strongly connected part, -1 between two.
    serves
        Per link: in a part that holds at least 1/20 of the longest part's length.
    """

    roads: Roads
    forward: Flags
    backward: Flags
    forward_ms: Ints
    backward_ms: Ints
    graph: Any
    component: Ints
    serves: Flags

    @cached_property
    def reverse(self) -> "Ways":
        """The same roads driven backwards: the way there is then the way back."""
        return replace(
            self,
            forward=self.backward,
            backward=self.forward,
            forward_ms=self.backward_ms,
            backward_ms=self.forward_ms,
            graph=self.graph.T.tocsr(),
        )


@dataclass(frozen=True, eq=False)
class Spots:
    """Places on links; arrays of one length.

    Parameters
    ----------
    link, offset_dm
        Link and distance from its start (int64).
    side
        +1 only in the link's direction, -1 only against it, 0 either (int64).
    """

    link: Ints
    offset_dm: Ints
    side: Ints

    def take(self, rows: Any) -> "Spots":
        """Return the places at the given rows."""
        return Spots(self.link[rows], self.offset_dm[rows], self.side[rows])


def bus_ways(roads: Roads, policy: Policy) -> Ways:
    """Return the graph that a bus may drive, ferries only where the policy has them."""
    open_to_bus = np.ones(len(roads.start), bool)
    if not policy.ferries:
        open_to_bus = roads.road_class != ROAD_CLASSES.index("ferry")
    forward_ms, backward_ms = drive_ms(roads, policy)
    return _make(
        roads, roads.bus_forward & open_to_bus, roads.bus_backward & open_to_bus,
        forward_ms, backward_ms,
    )  # fmt: skip


def walk_ways(roads: Roads) -> Ways:
    """Return the graph that one may walk, both ways along every link."""
    still = np.zeros(len(roads.start), np.int64)
    walks = roads.walks & (roads.road_class != ROAD_CLASSES.index("ferry"))
    return _make(roads, walks, walks, still, still)


def _make(
    roads: Roads, forward: Flags, backward: Flags, forward_ms: Ints, backward_ms: Ints
) -> Ways:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    tail = np.concatenate([roads.start[forward], roads.end[backward]])
    head = np.concatenate([roads.end[forward], roads.start[backward]])
    forward_key = _pack(forward_ms, roads.length_dm)
    backward_key = _pack(backward_ms, roads.length_dm)
    key = np.concatenate([forward_key[forward], backward_key[backward]])
    n = len(roads.node_id)
    order = np.lexsort((key, head, tail))
    tail, head, key = tail[order], head[order], key[order]
    # Of parallel links only the fastest: scipy would add them up.
    first = np.ones(len(key), bool)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    graph = csr_array((key[first], (tail[first], head[first])), shape=(n, n))
    _, part = connected_components(graph, directed=True, connection="strong")
    inside = (part[roads.start] == part[roads.end]) & (forward | backward)
    component = np.where(inside, part[roads.start], -1).astype(np.int64)
    length_dm = np.bincount(component[inside], roads.length_dm[inside], minlength=max(n, 1))
    serves = inside & (length_dm[component] * 20 >= length_dm.max())
    return Ways(roads, forward, backward, forward_ms, backward_ms, graph, component, serves)


def unpack(key: Floats) -> tuple[Floats, Floats]:
    """Return time (ms) and length (dm) of keys; infinite where there is no way."""
    ms = np.floor(key / LENGTH_BITS)
    reached = np.isfinite(key)
    dm = np.where(reached, key - np.where(reached, ms, 0) * LENGTH_BITS, np.inf)
    return ms, dm


def measure_ways(ways: Ways, start: Spots, target: Spots, look_ms: Floats) -> Floats:
    """Return the key of the fastest way of every pair; infinite where there is none.

    Parameters
    ----------
    ways
        The graph.
    start, target
        Where each way begins and ends; same length.
    look_ms
        How far to look first (ms; dm on foot); what is not found is looked for without
        a limit.
    """
    keys = np.full(len(start.link), np.inf)
    if not len(keys):
        return keys
    limit = (look_ms + 2000) * (LENGTH_BITS if ways.forward_ms.any() else 1)
    origin = np.stack([start.link, start.offset_dm, start.side])
    origin, which = np.unique(origin, axis=1, return_inverse=True)
    sources = Spots(origin[0], origin[1], origin[2])
    which = which.ravel()
    for bound in (limit, np.full(len(keys), np.inf)):
        missing = np.flatnonzero(np.isinf(keys))
        keys[missing] = _search(ways, sources, which, target, missing, bound)
    return keys


def _search(
    ways: Ways, sources: Spots, which: Ints, target: Spots, pairs: Ints, limit: Floats
) -> Floats:
    """Return the keys of some pairs, looking no further than their limits."""
    from scipy.sparse.csgraph import dijkstra

    graph = _with_sources(ways, sources)
    n = ways.graph.shape[0]
    keys = np.full(len(which), np.inf)
    furthest = np.zeros(len(sources.link))
    np.maximum.at(furthest, which[pairs], limit[pairs])
    wanted = np.unique(which[pairs])
    wanted = wanted[np.argsort(furthest[wanted], kind="stable")]
    at_once = max(1, CELLS_AT_ONCE // graph.shape[0])
    for chunk in (wanted[i : i + at_once] for i in range(0, len(wanted), at_once)):
        far = furthest[chunk].max()
        reach = dijkstra(graph, indices=n + chunk, limit=far)[:, :n]
        row = np.full(len(sources.link), -1)
        row[chunk] = np.arange(len(chunk))
        mine = pairs[row[which[pairs]] >= 0]
        keys[mine] = _arrive(ways, reach, row[which[mine]], target.take(mine))
    direct = _along_one_link(ways, sources.take(which[pairs]), target.take(pairs))
    return np.minimum(keys[pairs], direct)


def _with_sources(ways: Ways, sources: Spots) -> Any:
    """Return the graph with a node for each source, tied to the ends of its link."""
    from scipy.sparse import coo_array, csr_array

    n, n_sources = ways.graph.shape[0], len(sources.link)
    ahead_key, back_key = _to_ends(ways, sources, leaving=True)
    base = ways.graph.tocoo()
    number = np.arange(n, n + n_sources)
    link = sources.link
    tail = np.concatenate([number, number])
    head = np.concatenate([ways.roads.end[link], ways.roads.start[link]])
    key = np.concatenate([ahead_key, back_key])
    is_open = np.isfinite(key)
    tail, head, key = tail[is_open], head[is_open], key[is_open]
    order = np.lexsort((key, head, tail))
    tail, head, key = tail[order], head[order], key[order]
    first = np.ones(len(key), bool)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    whole = coo_array(
        (
            np.concatenate([base.data, key[first]]),
            (
                np.concatenate([base.coords[0], tail[first]]),
                np.concatenate([base.coords[1], head[first]]),
            ),
        ),
        shape=(n + n_sources, n + n_sources),
    )
    return csr_array(whole)


def _to_ends(ways: Ways, spots: Spots, *, leaving: bool) -> tuple[Floats, Floats]:
    """Return keys between places and their links' ends: driving ahead, and back.

    Leaving ahead runs to the link's end and back to its start; arriving ahead comes
    from its start and back from its end.
    """
    link, roads = spots.link, ways.roads
    rest_dm = roads.length_dm[link] - spots.offset_dm
    ahead_dm, back_dm = (rest_dm, spots.offset_dm) if leaving else (spots.offset_dm, rest_dm)
    ahead = _part(ways.forward_ms[link], ahead_dm, roads.length_dm[link])
    back = _part(ways.backward_ms[link], back_dm, roads.length_dm[link])
    return (
        np.where(ways.forward[link] & (spots.side >= 0), ahead, np.inf),
        np.where(ways.backward[link] & (spots.side <= 0), back, np.inf),
    )


def _arrive(ways: Ways, reach: Floats, row: NDArray[np.int64], target: Spots) -> Floats:
    ahead, back = _to_ends(ways, target, leaving=False)
    link = target.link
    return np.minimum(
        reach[row, ways.roads.start[link]] + ahead,
        reach[row, ways.roads.end[link]] + back,
    )


def _along_one_link(ways: Ways, start: Spots, target: Spots) -> Floats:
    """Return the keys of ways that never leave their link; infinite for others."""
    link = start.link
    step_dm = target.offset_dm - start.offset_dm
    same = link == target.link
    ahead = same & (step_dm >= 0) & ways.forward[link]
    ahead &= (start.side >= 0) & (target.side >= 0)
    back = same & (step_dm <= 0) & ways.backward[link]
    back &= (start.side <= 0) & (target.side <= 0)
    length_dm = ways.roads.length_dm[link]
    by_ahead = _part(ways.forward_ms[link], np.abs(step_dm), length_dm)
    by_back = _part(ways.backward_ms[link], np.abs(step_dm), length_dm)
    return np.minimum(np.where(ahead, by_ahead, np.inf), np.where(back, by_back, np.inf))


def _part(ms: Ints, part_dm: Ints, length_dm: Ints) -> Floats:
    """Return the key of a part of a link, its time rounded to the nearest ms."""
    return _pack(np.rint(ms * (part_dm / length_dm)).astype(np.int64), part_dm)


def _pack(ms: Ints, dm: Ints) -> Floats:
    return ms.astype(np.float64) * LENGTH_BITS + dm
