"""What restrictions forbid, read again: pairs of directed links, and longer chains.

Directed link d of n links is link d driven from its start where d < n, else link d - n
driven from its end. A command (only_...) forbids whatever it does not command, so that in
the end there are chains of directed links that must not be driven one after the other.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from routing.roads.network import Flags, Ints, Roads

Chain = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Lanes:
    """The directed links that a bus may drive, by their ways, and where they lead it.

    Parameters
    ----------
    n_links
        Links of the roads.
    tail, head
        Node where each directed link begins, and where it ends.
    of_way
        Those of each way.
    onward
        Those that the roads let the bus turn into from one on a way with a restriction.
    """

    n_links: int
    tail: list[int]
    head: list[int]
    of_way: dict[int, list[int]]
    onward: dict[int, list[int]]

    def turned(self, directed: int) -> int:
        """Return the same link driven the other way."""
        return (directed + self.n_links) % (2 * self.n_links)


def find_bans(roads: Roads, allowed: Flags, turn: tuple[Ints, Ints]) -> set[Chain]:
    """Return every chain of two or more directed links that no bus may drive in a row.

    Parameters
    ----------
    roads
        The restrictions, and the ways they speak of.
    allowed
        Per directed link: whether the bus may drive it at all.
    turn
        Directed links left and entered by the turns that the roads let it make: what it
        cannot do anyway is neither commanded nor forbidden.
    """
    lanes = _open_lanes(roads, allowed, turn)
    node_of = {osm_id: node for node, osm_id in enumerate(roads.node_id.tolist())}
    first = roads.restriction_from.tolist()
    chains: set[Chain] = set()
    for row, only in enumerate(roads.restriction_only.tolist()):
        ways = roads.restriction_way[first[row] : first[row + 1]].tolist()
        osm_id = int(roads.restriction_node[row])
        if osm_id and ways:
            found = _at_node(lanes, node_of.get(osm_id, -1), ways, only=only)
        else:
            found = _over_ways(lanes, ways, only=only)
        chains.update(found)
    return chains


def _open_lanes(roads: Roads, allowed: Flags, turn: tuple[Ints, Ints]) -> Lanes:
    n = len(roads.start)
    tail = roads.start.tolist() + roads.end.tolist()
    head = roads.end.tolist() + roads.start.tolist()
    named = np.isin(roads.way_id, roads.restriction_way)
    of_way: dict[int, list[int]] = defaultdict(list)
    for link in np.flatnonzero(named).tolist():
        of_way[int(roads.way_id[link])] += [d for d in (link, link + n) if allowed[d]]
    onward: dict[int, list[int]] = defaultdict(list)
    left, entered = turn
    rows = np.flatnonzero(np.concatenate([named, named])[left])
    for directed, other in zip(left[rows].tolist(), entered[rows].tolist(), strict=True):
        onward[directed].append(other)
    return Lanes(n, tail, head, of_way, onward)


def _at_node(lanes: Lanes, node: int, ways: list[int], *, only: bool) -> Iterator[Chain]:
    """Give the pairs that a restriction at one node forbids."""
    come = [d for d in lanes.of_way.get(ways[0], ()) if lanes.head[d] == node]
    go = [d for d in lanes.of_way.get(ways[-1], ()) if lanes.tail[d] == node]
    if not go:
        return
    for left in come:
        if only:
            yield from ((left, other) for other in lanes.onward[left] if other not in go)
        elif ways[0] == ways[-1]:
            yield left, lanes.turned(left)
        else:
            yield from ((left, entered) for entered in go)


def _over_ways(lanes: Lanes, ways: list[int], *, only: bool) -> Iterator[Chain]:
    """Give the chains that a restriction over ways forbids."""
    if len(ways) < 3:
        return
    chains = {chain for d in lanes.of_way.get(ways[0], ()) for chain in _drive(lanes, (d,), ways)}
    if not only:
        yield from chains
        return
    begun = {chain[:n] for chain in chains for n in range(1, len(chain) + 1)}
    for chain in begun - chains:
        for other in lanes.onward[chain[-1]]:
            if (*chain, other) not in begun:
                yield *chain, other


def _drive(lanes: Lanes, driven: Chain, ways: list[int]) -> Iterator[Chain]:
    """Give every way of driving on along the ways that are left, never straight back.

    ``ways[0]`` is the way being driven; its first link may not yet lead to the last way,
    which must be reached from the way before it.
    """
    if len(ways) == 1:
        yield driven
        return
    for onward in lanes.onward[driven[-1]]:
        if onward in driven or onward == lanes.turned(driven[-1]):
            continue
        if onward in lanes.of_way.get(ways[1], ()):
            yield from _drive(lanes, (*driven, onward), ways[1:])
        # The way left (the first) and the way entered (the last) count with one link.
        if len(driven) > 1 and onward in lanes.of_way.get(ways[0], ()):
            yield from _drive(lanes, (*driven, onward), ways)
