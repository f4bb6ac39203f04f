"""What restrictions of turns ban: pairs of directed links, and longer sequences."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from routing.roads.network import Flags, Ints, Roads

Sequence = tuple[int, ...]

MOST_PIECES = 200
"""A restriction whose ways have more links than this between its ends is not followed."""


@dataclass(frozen=True, eq=False)
class Bans:
    """What a bus may not do.

    Parameters
    ----------
    pairs
        Directed links that may not follow each other (int64, n x 2).
    sequences
        Three or more directed links that may not be driven one after the other.
    """

    pairs: Ints
    sequences: list[Sequence]


@dataclass(frozen=True, eq=False)
class _Ways:
    """Directed links, looked up.

    ``onward`` tells the directed links that may follow one; ``ends`` the nodes.
    """

    way: Ints
    begins: Ints
    ends: Ints
    tail: Ints
    head: Ints
    links_of: dict[int, list[int]]

    def onward(self, link: int) -> list[int]:
        low, high = np.searchsorted(self.tail, [link, link + 1])
        found: list[int] = self.head[low:high].tolist()
        return found


def find_bans(roads: Roads, allowed: tuple[Flags, Flags], tail: Ints, head: Ints) -> Bans:
    """Return what the restrictions ban, of turns that a bus could make.

    Parameters
    ----------
    roads
        Uses the restrictions, ways and nodes.
    allowed
        Whether each link is open forward, and backward (bool).
    tail, head
        The turns (directed links, int64), sorted by ``tail``.
    """
    pairs: list[Sequence] = []
    longer: list[Sequence] = []
    if len(roads.restriction_id):
        ways = _look_up(roads, allowed, tail, head)
        at = np.flatnonzero(np.isin(roads.node_id, roads.restriction_node))
        node_of = dict(zip(roads.node_id[at].tolist(), at.tolist(), strict=True))
        for k, only in enumerate(roads.restriction_only.tolist()):
            members = roads.restriction_way[slice(*roads.restriction_from[k : k + 2])].tolist()
            via = int(roads.restriction_node[k])
            if via:
                pairs += _at_node(ways, members, node_of.get(via, -1), only=only)
            elif len(members) > 2:
                for ban in _over_ways(ways, members, only=only):
                    (pairs if len(ban) == 2 else longer).append(ban)
    table = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    return Bans(table, sorted(set(longer)))


def _look_up(roads: Roads, allowed: tuple[Flags, Flags], tail: Ints, head: Ints) -> _Ways:
    way = np.repeat(roads.way_id, 2)
    begins = np.stack((roads.start, roads.end), axis=1).reshape(-1)
    ends = np.stack((roads.end, roads.start), axis=1).reshape(-1)
    open_ = np.stack(allowed, axis=1).reshape(-1)
    named = np.isin(way, roads.restriction_way) & open_
    links_of: dict[int, list[int]] = {}
    for link in np.flatnonzero(named).tolist():
        links_of.setdefault(int(way[link]), []).append(link)
    return _Ways(way, begins, ends, tail, head, links_of)


def _at_node(ways: _Ways, members: list[int], node: int, *, only: bool) -> Iterator[Sequence]:
    """Yield the pairs that a restriction at a node bans."""
    into = [link for link in ways.links_of.get(members[0], []) if ways.ends[link] == node]
    out = {link for link in ways.links_of.get(members[-1], []) if ways.begins[link] == node}
    if not into or not out:
        return
    for link in into:
        for onward in ways.onward(link):
            if only:
                banned = onward not in out
            else:
                same = members[0] == members[-1]
                banned = onward in out and (not same or onward == link ^ 1)
            if banned:
                yield link, onward


def _over_ways(ways: _Ways, members: list[int], *, only: bool) -> Iterator[Sequence]:
    """Yield what a restriction over ways bans: whole sequences, or departures from them."""
    whole = [found for link in ways.links_of.get(members[0], [])
             for found in _follow(ways, (link,), members, 0)]  # fmt: skip
    if not only:
        yield from whole
        return
    commanded = {found[: at + 1] for found in whole for at in range(len(found))}
    for found in whole:
        for at in range(len(found) - 1):
            for onward in ways.onward(found[at]):
                if (*found[: at + 1], onward) not in commanded:
                    yield *found[: at + 1], onward


def _follow(ways: _Ways, driven: Sequence, members: list[int], at: int) -> Iterator[Sequence]:
    """Yield every way of driving on to the last member without turning back."""
    if len(driven) > MOST_PIECES:
        return
    for onward in ways.onward(driven[-1]):
        if onward == driven[-1] ^ 1 or onward in driven:
            continue
        way = ways.way[onward]
        if way == members[at + 1]:
            if at + 2 == len(members):
                yield *driven, onward
            else:
                yield from _follow(ways, (*driven, onward), members, at + 1)
        elif at and way == members[at]:
            yield from _follow(ways, (*driven, onward), members, at)
