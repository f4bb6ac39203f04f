"""Where homes and schools stand on the roads."""

from dataclasses import replace

import numpy as np
import pandas as pd

from routing.policy import Policy
from routing.records import District, Located, lonlat
from routing.roads import kerb_sides, snap_points
from routing.roads.network import Network, Positions


def locate_places(
    district: District, walk: Network, bus: Network, empty: Network, policy: Policy
) -> Located:
    """Place every school's gate and every home on both networks.

    A home is placed on the part of the network from which its own school is reached, or
    not at all, with the reason: nobody is moved in silence.

    Parameters
    ----------
    district
        Uses ``schools`` and ``students``.
    walk, bus, empty
        The networks.
    policy
        Uses ``max_home_to_road_m``, ``turn_at_school`` and ``right_hand_traffic``.
    """
    schools, students = district.schools, district.students
    row = pd.Index(schools["school_id"]).get_indexer(students["school_id"]).astype(np.int64)
    points, gates = lonlat(students), lonlat(schools)
    within_m = policy.max_home_to_road_m

    def place(network: Network) -> tuple[Positions, Positions]:
        at_gate = snap_points(network, *gates, within_m=within_m)
        link = at_gate.link[row]
        component = np.where(link >= 0, network.component[link], 0)
        return at_gate, snap_points(network, *points, within_m=within_m, component=component)

    gates_walk, homes_walk = place(walk)
    gates_bus, homes_bus = place(bus)
    if not policy.turn_at_school:
        side = kerb_sides(bus, gates_bus, *gates, right_hand=policy.right_hand_traffic)
        gates_bus = replace(gates_bus, side=side)
    return Located(walk, bus, empty, gates_walk, gates_bus, homes_walk, homes_bus, row)
