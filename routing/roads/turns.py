"""Which turns a bus may make, how long each takes, and the arcs between directed links.

A state is "about to drive a directed link"; an arc drives that link and turns into the
next. Directed link 2 i is link i from start to end, 2 i + 1 the same link back. Where a
restriction runs over several ways, a link that lies on it has further states, which
remember how the bus came (docs/decisions/0012-turns-and-sizes.md).
"""

from dataclasses import dataclass

import numpy as np

from routing.policy import Policy
from routing.roads.bans import find_bans
from routing.roads.keys import pack_key
from routing.roads.network import Arcs, BusSize, Flags, Floats, Ints, Roads, States
from routing.roads.past import add_states
from routing.roads.sizes import passes_node, turning_circle_m

STRAIGHT_DEG = 45
SHARP_DEG = 135
"""A turn of up to the first costs nothing, above the second it is sharp (degrees)."""


@dataclass(frozen=True, eq=False)
class Turns:
    """Turns between open directed links, sorted by ``tail``, then ``head``.

    Parameters
    ----------
    tail, head
        Directed links left and entered (int64).
    time_ms
        What turning takes (int64).
    """

    tail: Ints
    head: Ints
    time_ms: Ints


def find_turns(roads: Roads, allowed: tuple[Flags, Flags], policy: Policy, size: BusSize) -> Turns:
    """Return every turn that a bus may make where no restriction says otherwise.

    Parameters
    ----------
    roads
        The roads.
    allowed
        Whether each link is open to this bus forward, and backward (bool).
    policy
        Uses ``three_point_length_m``, the margins and the times of turns.
    size
        The bus.
    """
    open_ = np.stack(allowed, axis=1).reshape(-1)
    begins = np.stack((roads.start, roads.end), axis=1).reshape(-1)
    ends = np.stack((roads.end, roads.start), axis=1).reshape(-1)
    links = np.flatnonzero(open_)
    out = links[np.argsort(begins[links], kind="stable")]
    n_out = np.bincount(begins[links], minlength=len(roads.node_id))
    first_out = np.cumsum(n_out) - n_out
    count = n_out[ends[links]]
    tail = np.repeat(links, count)
    nth = np.arange(len(tail)) - np.repeat(np.cumsum(count) - count, count)
    head = out[first_out[ends[tail]] + nth]
    node = ends[tail]
    back = head == tail ^ 1
    room = roads.node_turning_m >= turning_circle_m(size)
    dead_end = (n_out[node] == 1) & (size.length_m <= policy.three_point_length_m)
    kept = np.where(back, room[node] | dead_end, passes_node(roads, policy, size)[node])
    tail, head, node, back = tail[kept], head[kept], node[kept], back[kept]
    meeting = _count_ends(roads, allowed)[node] >= 3
    angle_deg = _turn_angles(roads, tail, head)
    time_s = np.where(meeting, _turn_seconds(angle_deg, policy), 0)
    time_s = np.where(back, policy.turn_back_s, time_s)
    return Turns(tail, head, time_s * 1000)


def _count_ends(roads: Roads, allowed: tuple[Flags, Flags]) -> Ints:
    """Return how many ends of open links meet at each node."""
    used = allowed[0] | allowed[1]
    ends = np.concatenate((roads.start[used], roads.end[used]))
    return np.bincount(ends, minlength=len(roads.node_id))


def _turn_seconds(angle_deg: Floats, policy: Policy) -> Ints:
    """Return the time of a turn by its angle: 0 straight on, positive clockwise."""
    right_s, left_s = policy.turn_near_s, policy.turn_across_s
    if not policy.right_hand_traffic:
        right_s, left_s = left_s, right_s
    size = np.abs(angle_deg)
    side_s = np.where(angle_deg > 0, right_s, left_s)
    turned_s = np.where(size > SHARP_DEG, policy.turn_sharp_s, side_s)
    return np.where(size <= STRAIGHT_DEG, 0, turned_s).astype(np.int64)


def _turn_angles(roads: Roads, tail: Ints, head: Ints) -> Floats:
    """Return by how much the bus turns from one directed link into another (degrees).

    Measured on a flat map around the node, between the last straight piece before it and
    the first after it; above -180 and up to 180, clockwise positive, rounded to 1e-6.
    """
    first, last = roads.shape_from[:-1], roads.shape_from[1:] - 1
    leaving = np.stack((
        _bearings(roads, first, first + 1), _bearings(roads, last, last - 1)
    ), axis=1).reshape(-1)  # fmt: skip
    arriving = leaving.reshape(-1, 2)[:, ::-1].reshape(-1) + 180
    angle = (leaving[head] - arriving[tail]) % 360
    turned: Floats = np.where(angle > 180, angle - 360, angle)
    return turned.round(6)


def _bearings(roads: Roads, at: Ints, to: Ints) -> Floats:
    """Return bearings (degrees, clockwise from north) from shape points at a node to others."""
    lon, lat = roads.shape_lon, roads.shape_lat
    east = (lon[to] - lon[at]) * np.cos(np.radians(lat[at]))
    bearing: Floats = np.degrees(np.arctan2(east, lat[to] - lat[at]))
    return bearing


def expand_turns(
    roads: Roads, allowed: tuple[Flags, Flags], turns: Turns
) -> tuple[States, Ints, Ints, Ints]:
    """Return the states, and the turns between them that no restriction bans.

    Returns
    -------
    states
        Of all open directed links.
    tail, head
        States (int64).
    time_ms
        What turning takes (int64).
    """
    bans = find_bans(roads, allowed, turns.tail, turns.head)
    n_links = 2 * len(roads.start)
    code = turns.tail * n_links + turns.head
    kept = ~np.isin(code, bans.pairs[:, 0] * n_links + bans.pairs[:, 1])
    tail, head, time_ms = turns.tail[kept], turns.head[kept], turns.time_ms[kept]
    head, further = add_states(bans.sequences, tail, head)
    open_ = np.stack(allowed, axis=1).reshape(-1)
    links = np.concatenate((np.flatnonzero(open_), further.link))
    order = np.argsort(links, kind="stable")
    number = np.empty(len(links), np.int64)
    number[order] = np.arange(len(links))
    first = np.zeros(n_links + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(links, minlength=n_links))
    base = np.cumsum(open_) - 1

    def state(at: Ints) -> Ints:
        """Directed links, or -1 - k for the k-th further state, as states."""
        more = at < 0
        return number[np.where(more, open_.sum() - 1 - at, base[np.where(more, 0, at)])]

    tails = state(np.concatenate((tail, further.tail)))
    heads = state(np.concatenate((head, further.head)))
    times = np.concatenate((time_ms, time_ms[further.turn]))
    return States(first, links[order]), tails, heads, times


def state_arcs(
    states: States, tail: Ints, head: Ints, time_ms: Ints, link_keys: Ints
) -> tuple[Arcs, Arcs]:
    """Return the arcs by the state they leave, and by the state they enter.

    Parameters
    ----------
    states, tail, head, time_ms
        As ``expand_turns`` gives them.
    link_keys
        Key of driving each directed link (int64).
    """
    link = states.link[tail]
    key = link_keys[link] + pack_key(time_ms, np.zeros(len(time_ms), np.int64))
    n = len(states.link)
    return sort_arcs(n, tail, head, key, link), sort_arcs(n, head, tail, key, link)


def sort_arcs(n: int, tail: Ints, head: Ints, key: Ints, arc: Ints) -> Arcs:
    """Return arcs of ``n`` nodes or states sorted by where they are found from."""
    order = np.argsort(tail * max(n, 1) + head, kind="stable")
    first = np.zeros(n + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(tail, minlength=n))
    return Arcs(
        first, tail[order].astype(np.int32), head[order].astype(np.int32),
        key[order], arc[order],
    )  # fmt: skip
