"""One bus for a morning and an afternoon chain, only where the roads connect."""

import numpy as np
import pandas as pd
import pytest

from routing.fleet.pairing import pair_halves
from routing.fleet.trips import Trips
from routing.roads.positions import Travel
from routing.solver import Chain, ChainSolution

TYPES = pd.DataFrame({"fixed_yuan": [100.0, 150.0]})


def halves(morning_type, afternoon_type):
    """Route 0 in the morning, route 1 in the afternoon, each a chain of one type of bus."""
    return [
        (np.array([row]), ChainSolution((Chain(kind, (0,), (start_s,)),), (), 0, 1, proven=True))
        for row, kind, start_s in ((0, morning_type, 25_000), (1, afternoon_type, 58_000))
    ]


def trips(*, joined):
    """Both routes may start when they do; the way from 0 to 1 is there or not."""
    reached = np.eye(2, dtype=bool) | joined
    metres = np.where(reached & ~np.eye(2, dtype=bool), 1_000, 0)
    start_s = np.array([25_000, 58_000])
    return Trips(
        np.array([900, 900]), start_s, start_s, np.array([5_000, 5_000]), np.arange(2),
        np.arange(2), Travel(metres, metres // 10, reached), np.ones((2, 2), bool),
        np.array([False, True]), np.array([-1, -1]),
    )  # fmt: skip


@pytest.mark.parametrize("types", [(0, 0), (0, 1)])
def test_one_bus_drives_both_halves_where_the_roads_connect(types):
    (bus,) = pair_halves(halves(*types), trips(joined=True), TYPES)
    assert (bus.morning, bus.afternoon) == (((0, 25_000),), ((1, 58_000),))
    assert bus.bus_type == 0


@pytest.mark.parametrize("types", [(0, 0), (0, 1)])
def test_no_bus_is_paired_over_roads_that_do_not_connect(types):
    """Two islands of the network: two buses, each of its own half."""
    buses = pair_halves(halves(*types), trips(joined=False), TYPES)
    assert [(bool(bus.morning), bool(bus.afternoon)) for bus in buses] == [
        (True, False),
        (False, True),
    ]
