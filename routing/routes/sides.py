"""On which side of the road the bus stands, where students may cross and either will do."""

from dataclasses import replace

import numpy as np

from routing.roads import measure_travel
from routing.roads.network import Network
from routing.roads.positions import Positions


def choose_sides(bus: Network, gate: Positions, stops: Positions, *, to_gate: bool) -> Positions:
    """Return the stops with one side each, so that no bus needs to turn round at a stop.

    A bus to school comes by on the way to school, and one to the homes on the way from it:
    of the two directions, the one with the shorter drive between stop and gate.

    Parameters
    ----------
    bus
        The bus network.
    gate
        The school's gate: one place.
    stops
        Places; those with a side keep it.
    to_gate
        Whether the bus drives to the gate.
    """
    drives = []
    for side in (1, -1):
        sided = replace(stops, side=np.full(len(stops), side, np.int8))
        ends = (sided, gate) if to_gate else (gate, sided)
        travel = measure_travel(bus, *ends)
        far = np.where(travel.reached, travel.duration_s, np.iinfo(np.int64).max)
        drives.append(far.reshape(-1))
    nearer = np.where(drives[0] <= drives[1], 1, -1)
    return replace(stops, side=np.where(stops.side == 0, nearer, stops.side).astype(np.int8))
