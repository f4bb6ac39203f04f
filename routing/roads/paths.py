"""Say along which roads the fastest way between two places goes."""

from dataclasses import dataclass

import numpy as np

from routing.roads.ends import Ends, direct_keys, entering_ends, leaving_ends
from routing.roads.keys import NO_WAY
from routing.roads.network import Flags, Floats, Ints, Network
from routing.roads.placing import lay_out
from routing.roads.positions import Positions
from routing.roads.search import find_ways, has_numba
from routing.roads.travel import plan_pairs, refuse_uneven


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Parts of links in the order travelled, of all pairs one after the other.

    ``from_dm`` is over ``to_dm`` where a part is travelled backward; ``stop[i]`` is one
    after the last part of pair i.
    """

    link: Ints
    from_dm: Ints
    to_dm: Ints
    stop: Ints


def trace_paths(network: Network, origins: Positions, targets: Positions) -> list[Floats]:
    """Return the line of the fastest way from each origin to its own target.

    The way is one of those that ``measure_pairs`` and ``measure_travel`` measure.

    Parameters
    ----------
    network
        The network.
    origins, targets
        As many of both.

    Returns
    -------
    paths
        Per pair its points, lon and lat (float64, k x 2, degrees): at least two, and
        none where there is no way.

    Raises
    ------
    ValueError
        When there are not as many origins as targets.
    """
    pieces = _find_pieces(network, origins, targets)
    return _draw(network, pieces)


def trace_links(network: Network, origins: Positions, targets: Positions) -> list[Ints]:
    """Return the links of the fastest way from each origin to its own target, in order.

    Parameters
    ----------
    network
        The network.
    origins, targets
        As many of both.

    Returns
    -------
    links
        Per pair the link numbers (int64), partly travelled ones included; none where
        there is no way, or no length to travel.

    Raises
    ------
    ValueError
        When there are not as many origins as targets.
    """
    pieces = _find_pieces(network, origins, targets)
    moves = pieces.from_dm != pieces.to_dm
    kept = np.concatenate((np.zeros(1, np.int64), np.cumsum(moves)))[pieces.stop]
    return np.split(pieces.link[moves], kept[:-1]) if len(kept) else []


@dataclass(frozen=True, eq=False)
class _Routes:
    """What is travelled whole between the links of two places, of all pairs.

    Parameters
    ----------
    arc
        ``Arcs.arc`` of all pairs one after the other, in order of travel (int64).
    count
        How many each pair has; -1: no way, or straight along one link (int64).
    straight
        Which pairs go straight along one link (bool).
    first, last
        Node or state at which the first begins and the last ends; -1 where none is
        travelled whole (int64).
    """

    arc: Ints
    count: Ints
    straight: Flags
    first: Ints
    last: Ints


def _find_pieces(network: Network, origins: Positions, targets: Positions) -> _Pieces:
    routes = _find_routes(network, origins, targets)
    leave, reach = leaving_ends(network, origins), entering_ends(network, targets)
    exit_back, entry_back = _choose_ends(leave, reach, routes)
    whole, count, straight = routes.arc, routes.count, routes.straight
    n_pieces = np.where(straight, 1, np.where(count >= 0, count + 2, 0))
    stop = np.cumsum(n_pieces)
    link, from_dm, to_dm = (np.empty(n_pieces.sum(), np.int64) for _ in range(3))
    length_dm = network.roads.length_dm

    ways = np.flatnonzero((count >= 0) & ~straight)
    first, last = (stop - n_pieces)[ways], stop[ways] - 1
    link[first], from_dm[first] = origins.link[ways], origins.offset_dm[ways]
    to_dm[first] = np.where(exit_back[ways], 0, length_dm[origins.link[ways]])
    link[last], to_dm[last] = targets.link[ways], targets.offset_dm[ways]
    from_dm[last] = np.where(entry_back[ways], length_dm[targets.link[ways]], 0)

    between = np.repeat(first + 1, count[ways]) + _count_up(count[ways])
    link[between] = whole >> 1
    back = (whole & 1) == 1
    from_dm[between] = np.where(back, length_dm[whole >> 1], 0)
    to_dm[between] = np.where(back, 0, length_dm[whole >> 1])

    only = stop[straight] - 1
    link[only] = origins.link[straight]
    from_dm[only], to_dm[only] = origins.offset_dm[straight], targets.offset_dm[straight]
    return _Pieces(link, from_dm, to_dm, stop)


def _find_routes(network: Network, origins: Positions, targets: Positions) -> _Routes:
    """Return what is travelled whole; every way is one that ``find_pair_keys`` measures."""
    direct = direct_keys(network, origins, targets)
    find = _search_ways if network.hierarchy is None else _climb_ways
    keys, at, count = find(network, origins, targets)
    straight = (direct <= keys) & (direct < NO_WAY)
    of_pair = np.repeat(np.arange(len(count)), np.maximum(count, 0))
    at = at[~straight[of_pair]]
    count = np.where(straight | (keys >= NO_WAY), -1, count)
    arcs = network.leaving
    some = np.flatnonzero(count > 0)
    stop = np.cumsum(np.maximum(count, 0))
    first, last = np.full(len(count), -1), np.full(len(count), -1)
    first[some] = arcs.tail[at[(stop - count)[some]]]
    last[some] = arcs.head[at[stop[some] - 1]]
    return _Routes(arcs.arc[at], count, straight, first, last)


def _climb_ways(
    network: Network, origins: Positions, targets: Positions
) -> tuple[Ints, Ints, Ints]:
    """Return keys, and the arcs of all ways in order of travel, found on the hierarchy."""
    from routing.roads.unpack import find_ways as climb

    refuse_uneven(origins, targets)
    return climb(network.hierarchy, leaving_ends(network, origins), entering_ends(network, targets))


def _search_ways(
    network: Network, origins: Positions, targets: Positions
) -> tuple[Ints, Ints, Ints]:
    """Return the same, found by searching from the side with fewer different places."""
    search, order = plan_pairs(network, origins, targets, NO_WAY)
    found, way, size = find_ways(search)
    keys, begin, count = (np.empty(len(order), np.int64) for _ in range(3))
    keys[order], count[order] = found, size
    # a search against the traffic walks back from its goal in the direction of travel
    against = search.arcs is network.entering
    begin[order] = np.cumsum(size) - (size if against else 1)
    count[keys >= NO_WAY] = -1
    n_whole = np.maximum(count, 0)
    nth = _count_up(n_whole)
    at = way[np.repeat(begin, n_whole) + (nth if against else -nth)]
    if against:
        at = _same_arcs(network)[at]
    return keys, at, count


def _same_arcs(network: Network) -> Ints:
    """Return for each arc of ``entering`` its position in ``leaving``."""
    leaving, entering, n = network.leaving, network.entering, len(network.leaving.first)
    ends = entering.head.astype(np.int64) * n + entering.tail
    return np.searchsorted(leaving.tail.astype(np.int64) * n + leaving.head, ends)


def _choose_ends(leave: Ends, reach: Ends, routes: _Routes) -> tuple[Flags, Flags]:
    """Return per pair whether its two links are travelled backward."""
    n = len(routes.count)
    # both links meet at one node: of all ways of meeting, the fastest
    meets = leave.node[:, :, None] == reach.node[:, None, :]
    meets &= leave.node[:, :, None] >= 0
    total = np.where(meets, leave.key[:, :, None] + reach.key[:, None, :], NO_WAY)
    best = total.reshape(n, -1 if n else 1).argmin(axis=1) // reach.node.shape[1]
    meet = leave.node[np.arange(n), best]
    whole = routes.count > 0
    first, last = (np.where(whole, node, meet) for node in (routes.first, routes.last))
    return _is_back(leave, first), _is_back(reach, last)


def _is_back(ends: Ends, node: Ints) -> Flags:
    """Return whether the fastest way between each place and a node of its is backward."""
    column = np.where(ends.node == node[:, None], ends.key, NO_WAY).argmin(axis=1)
    flags: Flags = ends.back[np.arange(len(node)), column]
    return flags


def _draw(network: Network, pieces: _Pieces) -> list[Floats]:
    """Return the line of every pair; points that repeat the one before are left out."""
    if not len(pieces.link):
        return [np.zeros((0, 2)) for _ in pieces.stop]
    return (_draw_compiled if has_numba() else _draw_plain)(network, pieces)


def _draw_compiled(network: Network, pieces: _Pieces) -> list[Floats]:
    from routing.roads.draw_kernels import draw_lines

    roads = network.roads
    room = (roads.shape_from[pieces.link + 1] - roads.shape_from[pieces.link]).sum()
    points = np.empty((int(room) + 2 * len(pieces.stop), 2))
    stops = np.empty(len(pieces.stop), np.int64)
    shape = roads.shape_from, network.shape_dm, roads.shape_lon, roads.shape_lat
    parts = pieces.link, pieces.from_dm, pieces.to_dm, pieces.stop
    size = draw_lines(parts, shape, points, stops)
    return np.split(points[:size], stops[:-1])


def _draw_plain(network: Network, pieces: _Pieces) -> list[Floats]:
    roads = network.roads
    base_dm, laid_dm = lay_out(network)
    from_dm, to_dm = (base_dm[pieces.link] + dm for dm in (pieces.from_dm, pieces.to_dm))
    low = np.searchsorted(laid_dm, np.minimum(from_dm, to_dm), "right")
    high = np.searchsorted(laid_dm, np.maximum(from_dm, to_dm), "left")
    inner = np.maximum(high - low, 0)

    begins = np.zeros(len(inner), bool)
    pair_begin = np.concatenate((np.zeros(1, np.int64), pieces.stop[:-1]))
    begins[pair_begin[pieces.stop > pair_begin]] = True
    after = np.cumsum(inner + 1 + begins)
    points = np.empty((int(after[-1]) if len(after) else 0, 2))
    nth = _count_up(inner)
    at = np.repeat(after - 1 - inner, inner) + nth
    ahead = np.repeat(to_dm >= from_dm, inner)
    source = np.where(ahead, np.repeat(low, inner) + nth, np.repeat(high, inner) - 1 - nth)
    for axis, shape in enumerate((roads.shape_lon, roads.shape_lat)):
        points[at, axis] = shape[source]
        points[after - 1, axis] = np.interp(to_dm, laid_dm, shape)
        points[(after - 2 - inner)[begins], axis] = np.interp(from_dm[begins], laid_dm, shape)
    stop = np.concatenate((np.zeros(1, np.int64), after))[pieces.stop]
    return _split(points, stop)


def _split(points: Floats, stop: Ints) -> list[Floats]:
    """Return the points of each pair without repeats, but two where there are any."""
    begin = np.concatenate((np.zeros(1, np.int64), stop[:-1]))
    some = stop > begin
    keep = np.ones(len(points), bool)
    keep[1:] = (points[1:] != points[:-1]).any(axis=1)
    keep[begin[some]] = True
    kept = np.concatenate((np.zeros(1, np.int64), np.cumsum(keep)))
    alone = some & (kept[stop] - kept[begin] == 1)
    keep[stop[alone] - 1] = True
    kept = np.concatenate((np.zeros(1, np.int64), np.cumsum(keep)))
    return np.split(points[keep], kept[stop][:-1])


def _count_up(count: Ints) -> Ints:
    """Return 0, 1, 2, ... anew for each count."""
    return np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
