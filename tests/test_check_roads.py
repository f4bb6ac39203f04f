"""The judge's own reading of the roads, by hand and against the planner's."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_by_hand import along, grid_roads, place

from routing.check.places import find_nearest
from routing.check.search import measure_ways
from routing.check.speeds import drive_ms, legal_caps_kmh
from routing.check.ways import Spots, bus_ways, unpack, walk_ways
from routing.policy import Policy
from routing.roads import (
    bus_network,
    measure_pairs,
    read_roads,
    snap_points,
    take_positions,
    walk_network,
)
from routing.roads.network import ROAD_CLASSES, BusSize
from routing.roads.speeds import link_times_ms

NINE = BusSize(9.0, 2.5, 3.7, 12.0)
"""The bus that the policy assumes."""

# the judge's own roads


def test_the_judge_finds_gates_on_the_nearest_road():
    """S1 (0.5, 1) is on the link from column 0 to 1 of row 1, 5,000 dm along it."""
    ways = bus_ways(grid_roads(), Policy(), NINE)
    gate = place(0.5, 1.02)
    near = find_nearest(ways, np.array([gate.x]), np.array([gate.y]), ways.serves)
    assert near.spots.link.tolist() == [along(1, 0)]
    assert abs(int(near.spots.offset_dm[0]) - 5000) <= 1
    assert near.moved_m[0] == pytest.approx(20, abs=0.1)


def test_the_island_serves_nobody():
    """Two dead ends and no turning place: a bus could never come back from it."""
    ways = bus_ways(grid_roads(), Policy(), NINE)
    assert ways.component[-1] == -1
    assert not ways.serves[-1]
    assert ways.serves[:-1].all()


def test_a_small_part_on_foot_serves_nobody():
    """The island holds 1 km of 32 km: below one twentieth."""
    ways = walk_ways(grid_roads())
    assert ways.component[-1] >= 0
    assert ways.serves.tolist() == [True] * 31 + [False]


def test_the_judge_measures_ways_along_the_grid():
    """S1 (0.5, 1) to P2 (2.4, 0): 1.9 + 1 km at 24 km/h = 435 s; on one link 100 m = 15 s.

    To the south one turns right, 2 s, and to the east left, 5 s.
    """
    ways = bus_ways(grid_roads(), Policy(), NINE)
    start = Spots(*np.array([[along(1, 0), along(0, 2)], [5000, 4000], [0, 0]]))
    target = Spots(*np.array([[along(0, 2), along(0, 2)], [4000, 5000], [0, 0]]))
    ms, dm = unpack(measure_ways(ways, start, target, np.array([1e6, 1e6])))
    assert dm.tolist() == [29_000, 1_000]
    assert ms.tolist() == [442_000, 15_000]


def one_link(**cells):
    """Gridtown's roads with other properties of the first link, 1 km long."""
    roads = grid_roads()
    arrays = {}
    for name, value in cells.items():
        array = getattr(roads, name).copy()
        array[0] = ROAD_CLASSES.index(value) if name == "road_class" else value
        arrays[name] = array
    return replace(roads, **arrays)


@pytest.mark.parametrize(
    ("cells", "kmh"),
    [
        ({"road_class": "primary"}, 42),
        ({"road_class": "primary_link"}, 42),
        ({"road_class": "motorway"}, 70),
        ({"road_class": "road"}, 24),
        ({"road_class": "busway"}, 12),
        ({"road_class": "primary", "signed_forward_kmh": 70}, 56),  # 70 x 0.8
        ({"road_class": "primary", "signed_forward_kmh": 90}, 60),  # 63 by the class, law 60
        ({"road_class": "primary", "signed_forward_kmh": 90, "urban": True}, 50),
        ({"road_class": "motorway", "signed_forward_kmh": 120}, 80),
        ({"road_class": "unclassified", "signed_forward_kmh": 80}, 36),  # 24 x 1.5
        ({"road_class": "unclassified", "signed_forward_kmh": 10}, 8),
        ({"road_class": "tertiary", "no_centreline": True, "urban": True}, 30),
        ({"road_class": "primary", "width_m": 3.5}, 20),
        ({"road_class": "primary", "lanes": 1}, 20),
        ({"road_class": "primary", "lanes": 1, "oneway": True}, 42),
    ],
)
def test_the_judge_knows_how_fast_a_loaded_bus_may_go(cells, kmh):
    """A kilometre at so many km/h takes 3,600,000 / kmh ms, rounded up."""
    forward_ms, _ = drive_ms(one_link(**cells), Policy())
    assert forward_ms[0] == -(-3_600_000 // kmh)


def any_roads(seed):
    """Gridtown's roads with every link's class, signs, lanes, width and flags at random."""
    draw = np.random.default_rng(seed)
    roads = grid_roads()
    n = len(roads.start)
    road_class = draw.integers(0, len(ROAD_CLASSES), n).astype(np.int8)
    ferry = road_class == ROAD_CLASSES.index("ferry")
    signs = np.array([0, 0, 5, 20, 30, 40, 48.28, 60, 80, 120], np.float32)
    flags = {name: draw.random(n) < 0.5 for name in ("oneway", "no_centreline", "urban")}
    return replace(
        roads, road_class=road_class, **flags,
        signed_forward_kmh=draw.choice(signs, n), signed_backward_kmh=draw.choice(signs, n),
        lanes=draw.integers(0, 5, n).astype(np.int8),
        width_m=draw.choice(np.array([0, 3, 3.99, 4, 7], np.float32), n),
        ferry_s=np.where(ferry, draw.choice([0, 600], n), 0).astype(np.int32),
        length_dm=draw.integers(1, 30_000, n),
    )  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_judge_and_planner_read_the_speed_rules_alike(seed):
    """Two readings of the same rules, written apart, give the same time on every link."""
    policy = replace(Policy(), time_factor=1.0 + seed % 7 / 10)
    for mine, theirs in zip(
        drive_ms(any_roads(seed), policy), link_times_ms(any_roads(seed), policy), strict=True
    ):
        assert mine.tolist() == theirs.tolist()


def test_judge_and_planner_measure_real_roads_alike(shared_data):
    """Places, ways by bus and ways on foot of 200 random pairs in Liechtenstein."""
    roads = read_roads(shared_data / "roads" / "liechtenstein.osm.pbf", cache=False)
    draw = np.random.default_rng(1)
    lon = draw.uniform(roads.node_lon.min(), roads.node_lon.max(), 400)
    lat = draw.uniform(roads.node_lat.min(), roads.node_lat.max(), 400)
    for ways, network in (
        (bus_ways(roads, Policy(), NINE), bus_network(roads, Policy())),
        (walk_ways(roads), walk_network(roads)),
    ):
        placed = snap_points(network, lon, lat, within_m=1000)
        rows = np.flatnonzero(placed.link >= 0)
        near = find_nearest(ways, lon[rows], lat[rows], ways.serves)
        found = set(zip(near.point, near.spots.link, near.spots.offset_dm, strict=True))
        assert found >= {
            (at, placed.link[row], placed.offset_dm[row]) for at, row in enumerate(rows)
        }
        one, other = (take_positions(placed, draw.choice(rows, 200)) for _ in range(2))
        distance_m, duration_s, reached = measure_pairs(network, one, other)
        assert reached.all()
        spots = (Spots(p.link, p.offset_dm, np.zeros(200, np.int64)) for p in (one, other))
        key = measure_ways(ways, *spots, duration_s * 500.0)
        ms, dm = unpack(key)
        if network.profile == "walk":
            ms, dm = distance_m * 1000, key
        assert (np.ceil(ms / 1000) == duration_s).all()
        assert (np.ceil(dm / 10) == distance_m).all()


def test_a_village_road_without_centre_line_is_capped_at_forty():
    roads = one_link(lanes=0, signed_forward_kmh=60)
    assert legal_caps_kmh(roads, Policy())[0] == 40
    assert legal_caps_kmh(one_link(lanes=2), Policy())[0] == 60
