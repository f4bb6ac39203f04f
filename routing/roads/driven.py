"""Say which parts of links a bus drives between two places that it passes one way."""

import numpy as np

from routing.roads.network import Flags, Floats, Ints, Network
from routing.roads.paths import trace_links
from routing.roads.positions import Positions, take_positions


def drive_parts(
    network: Network, begin: Positions, end: Positions, length_m: Floats
) -> tuple[Ints, Ints, Ints, Flags]:
    """Return the parts of links on the fastest way of each pair of places.

    Parameters
    ----------
    network
        The network.
    begin, end
        As many of both, each with a side, none at an end of its link.
    length_m
        Of each way, as ``measure_pairs`` says (float64); each has one.

    Returns
    -------
    way, link, part_dm
        Per part, in the order driven: which pair, its link, how much of it (int64).
    backward
        Whether against the link's direction (bool).
    """
    paths = _find_paths(network, begin, end, length_m)
    count = np.array([len(path) for path in paths], np.int64)
    link = np.concatenate([*paths, np.zeros(0, np.int64)])
    way = np.repeat(np.arange(len(paths)), count)
    length_dm = network.roads.length_dm
    backward = _directions(network, link, way, begin)
    part_dm = length_dm[link].copy()
    some = count > 0
    first, last = (np.cumsum(count) - count)[some], (np.cumsum(count) - 1)[some]
    part_dm[first] -= _behind_dm(network, begin)[some]
    part_dm[last] -= _ahead_dm(network, end)[some]
    return way, link, part_dm, backward


def _find_paths(network: Network, begin: Positions, end: Positions, length_m: Floats) -> list[Ints]:
    """Return the links of each way; short ones are seen without a search."""
    here = (begin.link == end.link) & (begin.side == end.side)
    here &= _as_long(_behind_dm(network, end) - _behind_dm(network, begin), length_m)
    next_ = _far_node(network, begin, 1) == _far_node(network, end, -1)
    next_ &= _as_long(_ahead_dm(network, begin) + _behind_dm(network, end), length_m) & ~here
    rows = np.flatnonzero(~here & ~next_)
    traced = trace_links(network, take_positions(begin, rows), take_positions(end, rows))
    paths = [
        np.array(pair[: 1 + two]) for *pair, two in zip(begin.link, end.link, next_, strict=True)
    ]
    for row, path in zip(rows.tolist(), traced, strict=True):
        paths[row] = path
    return paths


def _as_long(straight_dm: Ints, length_m: Floats) -> Flags:
    """Return which ways are as long, in whole metres, as going on without a detour."""
    return (straight_dm > 0) & (-(-straight_dm // 10) == length_m)


def _far_node(network: Network, places: Positions, onward: int) -> Ints:
    """Return the node that a bus at each place comes to (onward 1) or came from (-1)."""
    roads = network.roads
    return np.where(places.side * onward > 0, roads.end[places.link], roads.start[places.link])


def _behind_dm(network: Network, places: Positions) -> Ints:
    """Return how much of its link a bus has behind it at each place."""
    length_dm = network.roads.length_dm[places.link]
    return np.where(places.side > 0, places.offset_dm, length_dm - places.offset_dm)


def _ahead_dm(network: Network, places: Positions) -> Ints:
    return network.roads.length_dm[places.link] - _behind_dm(network, places)


def _directions(network: Network, link: Ints, way: Ints, begin: Positions) -> Flags:
    """Return whether each link of a way is driven backward: by the node where it begins."""
    start, end = network.roads.start.tolist(), network.roads.end.tolist()
    sides = begin.side.tolist()
    backward = np.zeros(len(link), bool)
    node, last = -1, -1
    for at, (this, number) in enumerate(zip(link.tolist(), way.tolist(), strict=True)):
        loop = start[this] == end[this]
        if number != last:
            backward[at] = sides[number] < 0
        else:
            backward[at] = start[this] != node or (loop and not network.forward[this])
        node = start[this] if backward[at] else end[this]
        last = number
    return backward
