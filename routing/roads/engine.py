"""Say which links one may walk, or drive by bus, with which turns, and how long each takes."""

import numpy as np
from numpy.typing import NDArray

from routing.policy import Policy
from routing.roads.keys import pack_key, refuse_large
from routing.roads.network import (
    ROAD_CLASSES,
    BusSize,
    Flags,
    Ints,
    Network,
    Roads,
    States,
)
from routing.roads.shapes import measure_along
from routing.roads.sizes import fits_links, policy_size
from routing.roads.speeds import link_times_ms
from routing.roads.turns import expand_turns, find_turns, sort_arcs, state_arcs

WALK_MS_PER_DM = 100
"""Walking time stands for length: 1 m = 1 s, so that the fastest way is the shortest."""

_FERRY = ROAD_CLASSES.index("ferry")
_MOTORWAYS = [ROAD_CLASSES.index(name) for name in ("motorway", "motorway_link")]


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


def bus_network(
    roads: Roads,
    policy: Policy,
    *,
    size: BusSize | None = None,
    loaded: bool = True,
    turns: bool = True,
) -> Network:
    """Return the network of a school bus under a policy: where it fits and how it may turn.

    Parameters
    ----------
    roads
        The roads.
    policy
        Uses ``ferries``, ``motorways_loaded`` and the rules of sizes, turns and speed.
    size
        The bus. Default: as the policy assumes.
    loaded
        Whether students are aboard: then it avoids motorways and keeps to lower speeds.
    turns
        False for a quick look: any turn at once, and back at every junction.

    Raises
    ------
    RoadsError
        When the roads are too large for exact sums.
    """
    size = size or policy_size(policy)
    drives = (policy.ferries | (roads.road_class != _FERRY)) & fits_links(roads, policy, size)
    if loaded and not policy.motorways_loaded:
        drives = drives & ~np.isin(roads.road_class, _MOTORWAYS)
    allowed = roads.bus_forward & drives, roads.bus_backward & drives
    times_ms = link_times_ms(roads, policy, loaded=loaded)
    if not turns:
        return make_network(roads, "bus", allowed, times_ms)
    _refuse_times(roads, allowed, times_ms)
    states, tail, head, turn_ms = expand_turns(
        roads, allowed, find_turns(roads, allowed, policy, size)
    )
    keys = np.stack([pack_key(time_ms, roads.length_dm) for time_ms in times_ms], axis=1)
    leaving, entering = state_arcs(states, tail, head, turn_ms, keys.reshape(-1))
    component, component_dm, sides = state_components(roads, states, tail, head)
    return Network(
        roads, "bus", *allowed, *times_ms, component, component_dm, sides,
        measure_along(roads), leaving, entering, states,
    )  # fmt: skip


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
    _refuse_times(roads, allowed, times_ms)
    component, component_dm = components(roads, forward, backward)
    tail, head, key, arc = _directed(roads, allowed, times_ms)
    return Network(
        roads, profile, forward, backward, forward_ms, backward_ms,
        component, component_dm, _open_sides(*allowed), measure_along(roads),
        leaving=sort_arcs(len(roads.node_id), tail, head, key, arc),
        entering=sort_arcs(len(roads.node_id), head, tail, key, arc),
    )  # fmt: skip


def _refuse_times(roads: Roads, allowed: tuple[Flags, Flags], times_ms: tuple[Ints, Ints]) -> None:
    used = [time_ms[flags] for flags, time_ms in zip(allowed, times_ms, strict=True)]
    if any((time_ms < 1).any() for time_ms in used):
        msg = "network: a link's travel time must be at least 1 ms."
        raise ValueError(msg)
    refuse_large(np.concatenate(used), roads.length_dm)


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
    return _rank_components(np.where(inside, of_node[roads.start], -1), roads.length_dm)


def state_components(
    roads: Roads, states: States, tail: Ints, head: Ints
) -> tuple[Ints, Ints, NDArray[np.int8]]:
    """Return the strongly connected component of each link where turns count.

    Parameters
    ----------
    roads
        The roads.
    states, tail, head
        The states and the turns between them.

    Returns
    -------
    component, component_dm
        As ``components`` gives them. A link of which each direction is in another
        component counts in the longer; one that no bus can come back to is in none.
    sides
        As in ``Network``.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(states.link)
    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
    n_parts, part = connected_components(graph, directed=True, connection="strong")
    circles = np.bincount(part, minlength=n_parts) > 1
    circles[part[tail[tail == head]]] = True
    inside = circles[part]
    code = np.unique(((states.link >> 1) * max(n_parts, 1) + part)[inside])
    pairs = np.stack(np.divmod(code, max(n_parts, 1)), axis=1)
    total_dm = np.bincount(pairs[:, 1], roads.length_dm[pairs[:, 0]], minlength=n_parts)
    of_link = np.full(len(roads.start), -1, np.int64)
    best = np.argsort(total_dm[pairs[:, 1]], kind="stable")
    of_link[pairs[best, 0]] = pairs[best, 1]  # of several, the longest is written last
    there = np.zeros((len(roads.start), 2), bool)
    there.reshape(-1)[states.link[inside & (part == of_link[states.link >> 1])]] = True
    return *_rank_components(of_link, roads.length_dm), _open_sides(*there.T)


def _open_sides(forward: Flags, backward: Flags) -> NDArray[np.int8]:
    """Return +1 where only the first holds, -1 where only the second does, else 0."""
    return forward.astype(np.int8) - backward.astype(np.int8)


def _rank_components(label: Ints, length_dm: Ints) -> tuple[Ints, Ints]:
    """Return components numbered by falling length, of equally long ones by first link."""
    inside = label >= 0
    labels, first, of_link = np.unique(label[inside], return_index=True, return_inverse=True)
    total_dm = np.zeros(len(labels), np.int64)
    np.add.at(total_dm, of_link, length_dm[inside])
    order = np.lexsort((first, -total_dm))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    component = np.full(len(inside), -1, np.int64)
    component[inside] = rank[of_link]
    return component, total_dm[order]


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
