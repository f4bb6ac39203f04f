"""Where a bus fits and how it may turn, worked out again from the rules.

Directed link d of n links is link d driven from its start where d < n, else link d - n
driven from its end.
"""

from dataclasses import dataclass
from math import pi

import numpy as np

from routing.policy import Policy
from routing.roads.network import (
    ROAD_CLASSES,
    SURFACES,
    BusSize,
    Flags,
    Floats,
    Ints,
    Roads,
)

SLACK = 0.001
"""Limits (m, t) are kept to a millimetre and a kilogram: a float's last digits forbid nothing."""

SAME_DEG, SHARP_DEG = 45, 135
"""Up to the first a bus goes straight on; above the second it turns sharply."""


@dataclass(frozen=True, eq=False)
class Turn:
    """Turns, one a row.

    Parameters
    ----------
    left, entered
        Directed links.
    ms
        What the turn takes (int64).
    """

    left: Ints
    entered: Ints
    ms: Ints


def find_open(roads: Roads, policy: Policy, size: BusSize, *, loaded: bool) -> Flags:
    """Return which directed links a bus of a size may drive at all."""
    fits = np.ones(len(roads.start), bool)
    if not policy.ferries:
        fits &= roads.road_class != ROAD_CLASSES.index("ferry")
    if loaded and not policy.motorways_loaded:
        motorways = [ROAD_CLASSES.index(name) for name in ("motorway", "motorway_link")]
        fits &= ~np.isin(roads.road_class, motorways)
    width_m = size.width_m + policy.width_margin_m
    fits &= _room(roads.max_height_m, size.height_m + policy.height_margin_m)
    fits &= _room(roads.max_width_m, width_m) & _room(roads.width_m, width_m)
    fits &= _room(roads.max_length_m, size.length_m) & _room(roads.max_weight_t, size.weight_t)
    if size.length_m > policy.soft_road_length_m:
        fits &= roads.surface != SURFACES.index("soft")
    round_m = pi * turning_circle_m(size)
    fits &= (roads.start != roads.end) | (roads.length_dm / 10 >= round_m)
    return np.concatenate([roads.bus_forward & fits, roads.bus_backward & fits])


def turning_circle_m(size: BusSize) -> float:
    """Return the diameter in which a bus can turn: GB 1589's 25 m for 12 m, in proportion."""
    return 2 * size.length_m + 1


def _room(limit: "np.ndarray[tuple[int], np.dtype[np.float32]]", wanted: float) -> Flags:
    return (limit == 0) | (limit >= wanted - SLACK)


def find_turns(roads: Roads, policy: Policy, size: BusSize, allowed: Flags) -> Turn:
    """Return the turns that the roads let a bus make; what signs forbid is not in here."""
    n, n_nodes = len(roads.start), len(roads.node_id)
    tail = np.concatenate([roads.start, roads.end])
    head = np.concatenate([roads.end, roads.start])
    drivable = np.flatnonzero(allowed)
    out = drivable[np.argsort(tail[drivable], kind="stable")]
    n_out = np.bincount(tail[drivable], minlength=n_nodes)
    before = np.cumsum(n_out) - n_out
    times = n_out[head[drivable]]
    left = np.repeat(drivable, times)
    nth = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    entered = out[before[head[left]] + nth]
    back = entered == (left + n) % (2 * n)
    node = head[left]
    width_m = size.width_m + policy.width_margin_m
    passes = _room(roads.node_height_m, size.height_m + policy.height_margin_m)
    passes &= _room(roads.node_width_m, width_m) & _room(roads.node_weight_t, size.weight_t)
    round_here = roads.node_turning_m >= turning_circle_m(size)
    if size.length_m <= policy.three_point_length_m:
        # Nothing else leaves a node at which the only way on is the way back.
        round_here |= n_out == 1
    made = np.where(back, round_here[node], passes[node])
    left, entered, back = left[made], entered[made], back[made]
    seconds = np.where(
        back, policy.turn_back_s, _turn_s(roads, policy, left, entered, _n_ends(roads, allowed))
    )
    return Turn(left, entered, seconds.astype(np.int64) * 1000)


def _n_ends(roads: Roads, allowed: Flags) -> Ints:
    """Return how many ends of links that the bus may drive either way meet at each node."""
    used = allowed.reshape(2, -1).any(axis=0)
    ends = np.concatenate([roads.start[used], roads.end[used]])
    return np.bincount(ends, minlength=len(roads.node_id))


def _turn_s(roads: Roads, policy: Policy, left: Ints, entered: Ints, n_ends: Ints) -> Ints:
    """Return the seconds of turns that are not straight back."""
    bend_deg = turn_degrees(roads, left, entered)
    node = np.concatenate([roads.end, roads.start])[left]
    rightward = bend_deg > 0
    near = rightward if policy.right_hand_traffic else ~rightward
    seconds = np.where(near, policy.turn_near_s, policy.turn_across_s)
    seconds[np.abs(bend_deg) <= SAME_DEG] = 0
    seconds[np.abs(bend_deg) > SHARP_DEG] = policy.turn_sharp_s
    seconds[n_ends[node] < 3] = 0
    return seconds


def turn_degrees(roads: Roads, left: Ints, entered: Ints) -> Floats:
    """Return by how much one turns, from -180 to 180, to the right above 0 (degrees)."""
    first, last = _end_pieces(roads)
    n = len(roads.start)
    # Out along the piece at the end that is left behind, seen from the node.
    at_end, at_start = left < n, entered < n
    back_x, back_y = np.where(at_end, last[:, left % n], first[:, left % n])
    on_x, on_y = np.where(at_start, first[:, entered % n], last[:, entered % n])
    x, y = -back_x, -back_y
    turn = np.arctan2(on_x * y - on_y * x, x * on_x + y * on_y)
    return np.round(np.degrees(turn), 6)


def _end_pieces(roads: Roads) -> tuple[Floats, Floats]:
    """Return each link's first and last piece, seen from its node: east and north (2 x n)."""
    lon, lat = roads.shape_lon, roads.shape_lat
    begin, end = roads.shape_from[:-1].copy(), roads.shape_from[1:] - 1
    ahead, back = begin + 1, end - 1
    # A point drawn twice is one point.
    for _ in range(int(np.diff(roads.shape_from).max(initial=2))):
        same = (lon[ahead] == lon[begin]) & (lat[ahead] == lat[begin]) & (ahead < end)
        twin = (lon[back] == lon[end]) & (lat[back] == lat[end]) & (back > begin)
        if not (same.any() or twin.any()):
            break
        ahead, back = ahead + same, back - twin
    pieces = []
    for here, there in ((begin, ahead), (end, back)):
        east = (lon[there] - lon[here]) * np.cos(np.radians(lat[here]))
        pieces.append(np.stack([east, lat[there] - lat[here]]))
    return pieces[0], pieces[1]
