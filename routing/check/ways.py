"""The graphs on which the judge finds its ways: of nodes on foot, of turns for a bus.

A way's key is its time in ms and its length in dm packed into one float, exact up to
2^53, so that the fastest way is found and, among equally fast ones, the shortest. The
walking network's keys hold the length alone.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from routing.check.bans import Chain, find_bans
from routing.check.speeds import drive_ms
from routing.check.turns import find_open, find_turns
from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, BusSize, Flags, Floats, Ints, Roads

LENGTH_BITS = 1 << 24
"""Lengths below this (dm) are packed under the time: 1,677 km."""


@dataclass(frozen=True, eq=False)
class Ties:
    """What joins each directed link to the points of a graph.

    Parameters
    ----------
    first
        Length directed links + 1: ties of directed link d are ``first[d]:first[d + 1]``.
    point
        Of the graph.
    key
        From the link's end to the point, or from the point to the link's start.
    """

    first: Ints
    point: Ints
    key: Floats

    @property
    def turned(self) -> "Ties":
        """The ties of the same links driven the other way, in their order."""
        count = np.roll(np.diff(self.first), (len(self.first) - 1) // 2)
        half = self.first[(len(self.first) - 1) // 2]
        first = np.concatenate([[0], np.cumsum(count)])
        return Ties(first, np.roll(self.point, -half), np.roll(self.key, -half))


@dataclass(frozen=True, eq=False)
class Ways:
    """A graph of the roads for one profile.

    Directed link d of n links is link d driven from its start where d < n, else link
    d - n driven from its end.

    Parameters
    ----------
    roads
        What it was made from.
    forward, backward
        Whether each link may be travelled so.
    forward_ms, backward_ms
        Time along each link (int64); 0 on foot, where only the length counts.
    graph
        scipy sparse array of keys, points x points. On foot a point is a node. For a
        bus it is the start of a directed link, just turned into; links on which it
        matters how the bus came have several.
    leaving, entering
        To which points the end of each directed link leads, and from which its start is
        reached.
    component
        Per link: number of the part in which one gets from everywhere to everywhere; of
        its directions' parts the longest; -1 in none.
    serves
        Per link: in a part that holds at least 1/20 of the longest part's length.
    """

    roads: Roads
    forward: Flags
    backward: Flags
    forward_ms: Ints
    backward_ms: Ints
    graph: Any
    leaving: Ties
    entering: Ties
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
            leaving=self.entering.turned,
            entering=self.leaving.turned,
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


def pack(ms: Ints, dm: Ints) -> Floats:
    """Return time (ms) and length (dm) as keys."""
    return ms.astype(np.float64) * LENGTH_BITS + dm


def unpack(key: Floats) -> tuple[Floats, Floats]:
    """Return time (ms) and length (dm) of keys; infinite where there is no way."""
    ms = np.floor(key / LENGTH_BITS)
    reached = np.isfinite(key)
    dm = np.where(reached, key - np.where(reached, ms, 0) * LENGTH_BITS, np.inf)
    return ms, dm


def walk_ways(roads: Roads) -> Ways:
    """Return the graph that one may walk, both ways along every link."""
    n, n_nodes = len(roads.start), len(roads.node_id)
    walks = roads.walks & (roads.road_class != ROAD_CLASSES.index("ferry"))
    both = np.concatenate([walks, walks])
    tail = np.concatenate([roads.start, roads.end])
    head = np.concatenate([roads.end, roads.start])
    dm = np.concatenate([roads.length_dm, roads.length_dm]).astype(np.float64)
    graph = lightest(tail[both], head[both], dm[both], (n_nodes, n_nodes))
    part = _parts(graph)
    component = np.where(walks, part[roads.start], -1).astype(np.int64)
    each, still = np.arange(2 * n + 1), np.zeros(n, np.int64)
    return Ways(
        roads, walks, walks, still, still, graph,
        Ties(each, head, np.zeros(2 * n)), Ties(each, tail, np.zeros(2 * n)),
        component, _serves(roads, component),
    )  # fmt: skip


def bus_ways(roads: Roads, policy: Policy, size: BusSize, loaded: bool = True) -> Ways:
    """Return the graph that a bus may drive, with its turns.

    Parameters
    ----------
    roads
        The roads.
    policy
        The rules of sizes, turns and speed.
    size
        The bus.
    loaded
        Whether pupils are aboard.
    """
    allowed = find_open(roads, policy, size, loaded=loaded)
    forward_ms, backward_ms = drive_ms(roads, policy, loaded=loaded)
    turns = find_turns(roads, policy, size, allowed)
    banned = find_bans(roads, allowed, (turns.left, turns.entered))
    points = _points(allowed, {chain for chain in banned if len(chain) > 2})
    ms = np.concatenate([forward_ms, backward_ms])
    dm = np.concatenate([roads.length_dm, roads.length_dm])
    start, end, turn_ms = _arcs(points, (turns.left, turns.entered, turns.ms), banned)
    link = points.directed
    key = pack(ms[link[start]] + turn_ms, dm[link[start]])
    graph = lightest(start, end, key, (len(link), len(link)))
    # The end of a link is left as by a bus that began on it: nothing is remembered.
    fresh = np.flatnonzero(points.fresh[start])
    leaving = _tie(link[start[fresh]], end[fresh], pack(turn_ms[fresh], np.zeros(1, int)), len(ms))
    entering = _tie(link, np.arange(len(link)), np.zeros(len(link)), len(ms))
    n = len(roads.start)
    component = _of_links(roads, graph, link % max(n, 1))
    return Ways(
        roads, allowed[:n], allowed[n:], forward_ms, backward_ms, graph,
        leaving, entering, component, _serves(roads, component),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Points:
    """The points of a bus's graph.

    ``past``: the directed links driven last that must be remembered, the point's own
    included; ``directed``: its own; ``fresh``: whether nothing is remembered; ``named``:
    the points by what they remember.
    """

    past: list[Chain]
    directed: Ints
    fresh: Flags
    named: dict[Chain, int]


def _points(allowed: Flags, chains: set[Chain]) -> _Points:
    begun = sorted({chain[:n] for chain in chains for n in range(2, len(chain))})
    past: list[Chain] = [(d,) for d in np.flatnonzero(allowed).tolist()] + begun
    directed = np.array([chain[-1] for chain in past], np.int64)
    fresh = np.arange(len(past)) < len(past) - len(begun)
    return _Points(past, directed, fresh, {chain: at for at, chain in enumerate(past)})


def _arcs(points: _Points, turn: tuple[Ints, Ints, Ints], banned: set[Chain]) -> Any:
    """Return the arcs between points, and what their turns take (ms).

    Turns between links that no ban names are copied as they are; the few others are
    driven one by one, with all that must be remembered.
    """
    left, entered, ms = turn
    number = np.full(int(max(left.max(initial=0), entered.max(initial=0))) + 1, -1)
    fresh = points.directed[points.fresh]
    number[fresh[fresh < len(number)]] = np.flatnonzero(fresh < len(number))
    watched = np.zeros(len(number), bool)
    watched[[d for chain in banned for d in chain[:-1] if d < len(number)]] = True
    plain = ~watched[left]
    start, end = [number[left[plain]]], [number[entered[plain]]]
    took = [ms[plain]]
    by_left: dict[int, list[tuple[int, int]]] = {}
    for tail, head, turn_ms in zip(left[~plain], entered[~plain], ms[~plain], strict=True):
        by_left.setdefault(int(tail), []).append((int(head), int(turn_ms)))
    longest = max(map(len, banned), default=0)
    found = [
        (at, points.named[_remember(past, head, points.named)], turn_ms)
        for at, past in enumerate(points.past)
        for head, turn_ms in by_left.get(past[-1], ())
        if not any((*past, head)[-n:] in banned for n in range(2, longest + 1))
    ]
    extra = np.array(found, np.int64).reshape(-1, 3)
    return (
        np.concatenate([*start, extra[:, 0]]),
        np.concatenate([*end, extra[:, 1]]),
        np.concatenate([*took, extra[:, 2]]),
    )


def _remember(past: Chain, head: int, named: dict[Chain, int]) -> Chain:
    """Return the longest end of what was driven that is the beginning of a ban."""
    driven = (*past, head)
    return next(driven[n:] for n in range(len(driven)) if driven[n:] in named)


def _tie(directed: Ints, point: Ints, key: Floats, n_directed: int) -> Ties:
    order = np.argsort(directed, kind="stable")
    count = np.bincount(directed, minlength=n_directed)
    return Ties(np.concatenate([[0], np.cumsum(count)]), point[order], key[order])


def lightest(tail: Ints, head: Ints, key: Floats, shape: tuple[int, int]) -> Any:
    """Return a graph; of parallel arcs only the lightest, where scipy would add them up."""
    from scipy.sparse import csr_array

    order = np.lexsort((key, head, tail))
    tail, head, key = tail[order], head[order], key[order]
    first = np.ones(len(key), bool)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    return csr_array((key[first], (tail[first], head[first])), shape=shape)


def _parts(graph: Any) -> Ints:
    from scipy.sparse.csgraph import connected_components

    return connected_components(graph, directed=True, connection="strong")[1].astype(np.int64)


def _of_links(roads: Roads, graph: Any, link: Ints) -> Ints:
    """Return the longest part that a point of each link is in; alone, a point is in none."""
    part = _parts(graph)
    size = np.bincount(part, minlength=1)
    inside = (size[part] > 1) | (graph.diagonal() > 0)
    pair = np.unique(np.stack([part[inside], link[inside]]), axis=1)
    length_dm = np.bincount(pair[0], roads.length_dm[pair[1]], minlength=1)
    order = np.lexsort((-pair[0], length_dm[pair[0]]))
    component = np.full(len(roads.start), -1, np.int64)
    component[pair[1][order]] = pair[0][order]
    return component


def _serves(roads: Roads, component: Ints) -> Flags:
    inside = component >= 0
    length_dm = np.bincount(component[inside], roads.length_dm[inside], minlength=1)
    return inside & (length_dm[component] * 20 >= length_dm.max())
