"""Where homes and schools stand on the roads."""

from dataclasses import replace

import numpy as np
import pandas as pd

from routing.policy import Policy
from routing.records import District, Located, lonlat
from routing.roads import kerb_sides, snap_points
from routing.roads.network import Network
from routing.roads.positions import Positions
from routing.roads.profiles import Profile


def locate_places(
    district: District, walk: Network, profiles: tuple[Profile, ...], policy: Policy
) -> Located:
    """Place every school's gate and every home on the networks.

    A home is placed on the part of the network from which its own school is reached, or
    not at all, with the reason: nobody is moved in silence.

    Parameters
    ----------
    district
        Uses ``schools`` and ``students``.
    walk
        The network on foot.
    profiles
        Those of the buses; homes are placed on the first.
    policy
        Uses ``max_home_to_road_m``, ``turn_at_school`` and ``right_hand_traffic``.
    """
    schools, students = district.schools, district.students
    row = pd.Index(schools["school_id"]).get_indexer(students["school_id"]).astype(np.int64)
    within_m = policy.max_home_to_road_m
    points = lonlat(schools)

    def homes(network: Network, gates: Positions) -> Positions:
        link = gates.link[row]
        component = np.where(link >= 0, network.component[link], 0)
        return snap_points(network, *lonlat(students), within_m=within_m, component=component)

    gates_walk = snap_points(walk, *points, within_m=within_m)
    gates = []
    for profile in profiles:
        at = snap_points(profile.bus, *points, within_m=within_m)
        if not policy.turn_at_school:
            side = kerb_sides(profile.bus, at, *points, right_hand=policy.right_hand_traffic)
            at = replace(at, side=side)
        gates.append(at)
    bus = profiles[0].bus
    return Located(
        walk, profiles, gates_walk, tuple(gates),
        homes(walk, gates_walk), homes(bus, gates[0]), row,
    )  # fmt: skip
