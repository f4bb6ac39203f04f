"""Say how a place on a link is left and reached, and how far apart two on one link are.

The time of a part of a link is whole milliseconds, cut so that the parts of a link
always add up to the whole.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.roads.keys import NO_WAY, pack_key
from routing.roads.network import Arcs, Ints, Network
from routing.roads.positions import Positions


@dataclass(frozen=True, eq=False)
class Ends:
    """Where places touch the nodes, or the states where turns count.

    Parameters
    ----------
    node
        int32, places x k; -1 for none.
    key
        Time and length between the place and that node (int64, places x k; 0 for none).
    back
        Whether the place's own link is travelled backward (bool, places x k).
    """

    node: NDArray[np.int32]
    key: Ints
    back: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Search:
    """What to search.

    Parameters
    ----------
    arcs
        The graph.
    seeds, goals
        Places where searches begin and end.
    rows
        int64, searches x 4: seed, first goal, one after the last goal, and where in the
        answer the key of the first goal is written.
    n_out
        Length of the answer.
    limit
        Keys above are no way.
    """

    arcs: Arcs
    seeds: Ends
    goals: Ends
    rows: Ints
    n_out: int
    limit: int = NO_WAY


@dataclass(frozen=True, eq=False)
class Passages:
    """Keys from a link's start to each place going forward, and from the place back.

    Parameters
    ----------
    open
        Whether the place may be passed forward, and backward (bool, places x 2).
    from_start, to_end
        Keys of the two parts going forward (int64); meaningless where not open.
    from_end, to_start
        The same going backward.
    """

    open: NDArray[np.bool_]
    from_start: Ints
    to_end: Ints
    from_end: Ints
    to_start: Ints


def find_passages(network: Network, positions: Positions) -> Passages:
    """Return how each place is passed; nothing is open where there is no link.

    Raises
    ------
    ValueError
        When a position is on no link of these roads, or beyond its end.
    """
    roads = network.roads
    _refuse_wrong(positions, roads.length_dm)
    placed = positions.link >= 0
    # a network without links has no link 0 to stand in for the missing one
    if not len(roads.length_dm):
        none = np.zeros(len(positions), np.int64)
        return Passages(np.zeros((len(none), 2), bool), none, none, none, none)
    link = np.where(placed, positions.link, 0)
    length_dm = roads.length_dm[link]
    at_dm = np.where(placed, positions.offset_dm, 0)
    forward_ms = np.where(network.forward[link], network.forward_ms[link], 0)
    backward_ms = np.where(network.backward[link], network.backward_ms[link], 0)
    ahead_ms = forward_ms * at_dm // length_dm
    back_ms = backward_ms * at_dm // length_dm
    rest_dm = length_dm - at_dm
    forward = placed & network.forward[link] & (positions.side >= 0)
    backward = placed & network.backward[link] & (positions.side <= 0)
    return Passages(
        np.stack((forward, backward), axis=1),
        from_start=pack_key(ahead_ms, at_dm),
        to_end=pack_key(forward_ms - ahead_ms, rest_dm),
        from_end=pack_key(backward_ms - back_ms, rest_dm),
        to_start=pack_key(back_ms, at_dm),
    )


def leaving_ends(network: Network, positions: Positions) -> Ends:
    """Return the nodes to which one gets from each place, and the keys of getting there.

    Where turns count: the states that one turns into at the end of the place's link.
    """
    passages = find_passages(network, positions)
    roads = network.roads
    rest = np.stack((passages.to_end, passages.to_start), axis=1)
    if network.states is None:
        return _ends(positions, passages, (roads.end, roads.start), rest)
    arcs = network.leaving

    def turned(link: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        state = network.states.first[link]  # type: ignore[union-attr]
        whole = link >> 1
        time_ms = np.where(link & 1, network.backward_ms[whole], network.forward_ms[whole])
        own = pack_key(time_ms, roads.length_dm[whole])
        low, high = arcs.first[state], arcs.first[state + 1]
        which = np.repeat(np.arange(len(link)), high - low)
        at = np.arange(len(which)) - np.repeat(np.cumsum(high - low) - high, high - low)
        return which, arcs.head[at].astype(np.int64), arcs.key[at] - own[which], high - low

    return _state_ends(positions, passages, rest, turned)


def entering_ends(network: Network, positions: Positions) -> Ends:
    """Return the nodes from which one gets to each place, and the keys of getting there."""
    passages = find_passages(network, positions)
    roads, states = network.roads, network.states
    part = np.stack((passages.from_start, passages.from_end), axis=1)
    if states is None:
        return _ends(positions, passages, (roads.start, roads.end), part)

    def about(link: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        low, high = states.first[link], states.first[link + 1]
        which = np.repeat(np.arange(len(link)), high - low)
        state = np.arange(len(which)) - np.repeat(np.cumsum(high - low) - high, high - low)
        return which, state, np.zeros(len(which), np.int64), high - low

    return _state_ends(positions, passages, part, about)


def direct_keys(network: Network, origins: Positions, targets: Positions) -> Ints:
    """Return keys of going straight along one link from each origin to its target.

    Parameters
    ----------
    network
        The network.
    origins, targets
        As many of both.

    Returns
    -------
    keys
        int64; ``NO_WAY`` where they are on two links, or where that is against the
        traffic or a side.
    """
    leave, reach = find_passages(network, origins), find_passages(network, targets)
    keys = np.full(len(origins), NO_WAY, np.int64)
    same = origins.link == targets.link
    both = same[:, None] & leave.open & reach.open
    ahead = both[:, 0] & (origins.offset_dm <= targets.offset_dm)
    keys[ahead] = (reach.from_start - leave.from_start)[ahead]
    back = both[:, 1] & (origins.offset_dm >= targets.offset_dm)
    keys[back] = np.minimum(keys, reach.from_end - leave.from_end)[back]
    return keys


def take_ends(ends: Ends, rows: Ints) -> Ends:
    """Return the ends of the places at the given rows."""
    return Ends(ends.node[rows], ends.key[rows], ends.back[rows])


def find_same(positions: Positions) -> tuple[Ints, Ints]:
    """Return the row of one of each different place, and of each place, which it equals."""
    table = np.stack((positions.link, positions.offset_dm, positions.side), axis=1)
    _, first, same = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return first, same.reshape(-1)


def _ends(positions: Positions, passages: Passages, nodes: tuple[Ints, Ints], key: Ints) -> Ends:
    node = np.full((len(positions), 2), -1, np.int32)
    for way in range(2):
        open_ = passages.open[:, way]
        node[open_, way] = nodes[way][positions.link[open_]]
    back = np.broadcast_to(np.array([False, True]), node.shape)
    return Ends(node, np.where(node >= 0, key, 0), back)


def _state_ends(
    positions: Positions, passages: Passages, part: Ints,
    find: Callable[[Ints], tuple[Ints, Ints, Ints, Ints]],
) -> Ends:  # fmt: skip
    """Lay out the states of each place in columns, forward and backward together.

    ``find`` gives for directed links, one after the other: which of them, its state, the
    key on top of the part of the link travelled; and how many states each has.
    """
    place, way = np.nonzero(passages.open)
    which, state, more, count = find(2 * positions.link[place] + way)
    of_place = np.bincount(place, count, minlength=len(positions)).astype(np.int64)
    row = place[which]
    column = np.arange(len(row)) - (np.cumsum(of_place) - of_place)[row]
    shape = len(positions), max(1, int(of_place.max(initial=0)))
    node, key = np.full(shape, -1, np.int32), np.zeros(shape, np.int64)
    back = np.zeros(shape, bool)
    node[row, column] = state
    key[row, column] = part[row, way[which]] + more
    back[row, column] = way[which] == 1
    return Ends(node, key, back)


def _refuse_wrong(positions: Positions, length_dm: Ints) -> None:
    link, offset_dm = positions.link, positions.offset_dm
    placed = link >= 0
    if (link >= len(length_dm)).any():
        msg = f"positions: link {link.max()} is none of the {len(length_dm)} links."
        raise ValueError(msg)
    wrong = placed & (
        (offset_dm < 0)
        | (offset_dm > length_dm[np.where(placed, link, 0)] if len(length_dm) else placed)
    )
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        msg = f"positions: offset {offset_dm[row]} dm is not on link {link[row]}."
        raise ValueError(msg)
