"""Say which links one may walk, or drive by bus, and how long each takes."""

import numpy as np

from routing.errors import RoadsError
from routing.policy import Policy
from routing.roads.keys import pack_key, refuse_large
from routing.roads.network import (
    ROAD_CLASSES,
    Arcs,
    Flags,
    Floats,
    Ints,
    Network,
    Roads,
)
from routing.roads.speeds import link_times_ms
from routing.words import Text

EARTH_M = 6_371_008.8
"""Mean radius of the earth, IUGG 1980 (m)."""

WALK_MS_PER_DM = 100
"""Walking time stands for length: 1 m = 1 s, so that the fastest way is the shortest."""

_FERRY = ROAD_CLASSES.index("ferry")


def walk_network(roads: Roads) -> Network:
    """Return the network of everyone on foot: the shortest way is the fastest.

    Every link that one may walk along, both ways, at 1 m/s: seconds are metres. Divide
    by a policy's ``walk_m_per_s`` for the time. A ferry is not walked.

    Parameters
    ----------
    roads
        The roads.

    Raises
    ------
    RoadsError
        When the roads are too large for exact sums.
    """
    walks = roads.walks & (roads.road_class != _FERRY)
    time_ms = roads.length_dm * WALK_MS_PER_DM
    return make_network(roads, "walk", (walks, walks), (time_ms, time_ms))


def bus_network(roads: Roads, policy: Policy) -> Network:
    """Return the network of a loaded school bus under a policy.

    Parameters
    ----------
    roads
        The roads.
    policy
        Uses ``ferries`` and the rules of speed (``routing.roads.speeds``).

    Raises
    ------
    RoadsError
        When the roads are too large for exact sums.
    """
    drives = policy.ferries | (roads.road_class != _FERRY)
    allowed = roads.bus_forward & drives, roads.bus_backward & drives
    return make_network(roads, "bus", allowed, link_times_ms(roads, policy))


def make_network(
    roads: Roads,
    profile: str,
    allowed: tuple[Flags, Flags],
    times_ms: tuple[Ints, Ints],
) -> Network:
    """Return a network of the links allowed, with its components and arcs.

    Parameters
    ----------
    roads
        The roads.
    profile
        "walk" or "bus".
    allowed
        Whether each link may be travelled forward, and backward (bool).
    times_ms
        Time of each link forward, and backward (int64, at least 1 where allowed).

    Raises
    ------
    RoadsError
        When the roads are too large for exact sums.
    """
    forward, backward = allowed
    forward_ms, backward_ms = times_ms
    if (forward_ms[forward] < 1).any() or (backward_ms[backward] < 1).any():
        msg = "network: a link's travel time must be at least 1 ms."
        raise ValueError(msg)
    refuse_large(np.concatenate((forward_ms[forward], backward_ms[backward])), roads.length_dm)
    component, component_dm = components(roads, forward, backward)
    tail, head, key, arc = _directed(roads, allowed, times_ms)
    return Network(
        roads, profile, forward, backward, forward_ms, backward_ms,
        component, component_dm, measure_shapes(roads),
        leaving=_sorted_arcs(len(roads.node_id), tail, head, key, arc),
        entering=_sorted_arcs(len(roads.node_id), head, tail, key, arc),
    )  # fmt: skip


def components(roads: Roads, forward: Flags, backward: Flags) -> tuple[Ints, Ints]:
    """Return the strongly connected component of each link, and their lengths.

    Within a component there is a way from every link to every other and back.

    Parameters
    ----------
    roads
        The roads.
    forward, backward
        Whether each link may be travelled from start to end, and back (bool).

    Returns
    -------
    component
        Per link (int64): 0 is the longest; -1 where the link may not be travelled or
        joins two components.
    component_dm
        Length of each component (int64, dm), falling.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(roads.node_id)
    tail = np.concatenate((roads.start[forward], roads.end[backward]))
    head = np.concatenate((roads.end[forward], roads.start[backward]))
    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
    _, of_node = connected_components(graph, directed=True, connection="strong")
    of_node = of_node.astype(np.int64)
    inside = (forward | backward) & (of_node[roads.start] == of_node[roads.end])
    labels, first, of_link = np.unique(
        of_node[roads.start][inside], return_index=True, return_inverse=True
    )
    total_dm = np.zeros(len(labels), np.int64)
    np.add.at(total_dm, of_link, roads.length_dm[inside])
    order = np.lexsort((first, -total_dm))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    component = np.full(len(inside), -1, np.int64)
    component[inside] = rank[of_link]
    return component, total_dm[order]


def measure_shapes(roads: Roads) -> Floats:
    """Return how far along its link each shape point lies (float64, dm).

    Great-circle lengths between shape points, stretched so that a link's last point
    lies at its ``length_dm``.

    Raises
    ------
    RoadsError
        When a link has fewer than two shape points.
    """
    if (np.diff(roads.shape_from) < 2).any():
        raise RoadsError(Text(
            "A road has no shape. Read the extract again.", "有道路缺少形状点。请重新读取路网。"
        ))  # fmt: skip
    piece_m = distances_m(
        roads.shape_lon[:-1], roads.shape_lat[:-1], roads.shape_lon[1:], roads.shape_lat[1:]
    )
    piece_m[roads.shape_from[1:-1] - 1] = 0  # from one link to the next
    run_m = np.concatenate((np.zeros(1), np.cumsum(piece_m)))
    link = np.repeat(np.arange(len(roads.length_dm)), np.diff(roads.shape_from))
    first, last = roads.shape_from[:-1], roads.shape_from[1:] - 1
    along_m = run_m - run_m[first][link]
    total_m = along_m[last]
    # a link whose points all coincide has no length of its own to share out
    factor = roads.length_dm / np.where(total_m > 0, total_m, 1)
    along_dm: Floats = along_m * factor[link]
    along_dm[last] = roads.length_dm
    return np.minimum(along_dm, roads.length_dm[link])


def distances_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Return great-circle distances (float64, m) between points in degrees, by haversine."""
    lon, lat, to_lon, to_lat = (np.radians(a) for a in (lon, lat, to_lon, to_lat))
    chord = (
        np.sin((to_lat - lat) / 2) ** 2
        + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_M * np.arcsin(np.sqrt(chord))


def _directed(
    roads: Roads, allowed: tuple[Flags, Flags], times_ms: tuple[Ints, Ints]
) -> tuple[Ints, Ints, Ints, Ints]:
    links = [np.flatnonzero(flags & (roads.start != roads.end)) for flags in allowed]
    tail = np.concatenate((roads.start[links[0]], roads.end[links[1]]))
    head = np.concatenate((roads.end[links[0]], roads.start[links[1]]))
    key = np.concatenate([
        pack_key(time_ms[link], roads.length_dm[link])
        for time_ms, link in zip(times_ms, links, strict=True)
    ])  # fmt: skip
    arc = np.concatenate((2 * links[0], 2 * links[1] + 1))
    order = np.lexsort((arc, key, head, tail))
    tail, head, key, arc = tail[order], head[order], key[order], arc[order]
    best = np.ones(len(arc), bool)
    best[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return tail[best], head[best], key[best], arc[best]


def _sorted_arcs(n_nodes: int, tail: Ints, head: Ints, key: Ints, arc: Ints) -> Arcs:
    order = np.lexsort((head, tail))
    first = np.zeros(n_nodes + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(tail, minlength=n_nodes))
    return Arcs(
        first, tail[order].astype(np.int32), head[order].astype(np.int32),
        key[order], arc[order],
    )  # fmt: skip
