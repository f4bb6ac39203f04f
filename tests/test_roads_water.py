"""How much of a road runs by water: on the hand-made grid, and against shapely.

One step north is 1,111.95 dm; east-west steps are cos(36.5 deg) = 0.80386 as long, so
893.85 dm. Ten metres are 100 dm.
"""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_by_hand import STEP, place_of, read_map

from routing.roads import read_roads, write_osm
from routing.roads.network import NEAR_WATER_M
from routing.roads.splicing import flat_m, split_link
from routing.roads.water import is_water, measure_water

ROAD = {"highway": "residential"}
RIVER = {"waterway": "river"}
NORTH_M = 111.195


def beside(folder, tags, *, east_m=5.0, road=ROAD, relations=()):
    """Return decimetres by water of a road 1 - 3, two steps north, beside a line 1 step long."""
    lon, lat = place_of(1)
    lon += east_m / NORTH_M * STEP / np.cos(np.radians(lat))
    nodes = [(node, *place_of(node), {}) for node in (1, 3)]
    nodes += [(91, lon, lat + 0.5 * STEP, {}), (92, lon, lat + 1.5 * STEP, {})]
    ways = [(1, (1, 3), road), (2, (91, 92), tags)]
    roads = read_roads(write_osm(folder / "map.osm.pbf", nodes, ways, relations), cache=False)
    return int(roads.water_dm[0])


@pytest.mark.parametrize(
    ("tags", "near"),
    [
        ({"natural": "water"}, True),
        ({"natural": "coastline"}, True),
        ({"natural": "cliff"}, True),
        ({"waterway": "river"}, True),
        ({"waterway": "canal"}, True),
        ({"waterway": "riverbank"}, True),
        ({"waterway": "canal", "tunnel": "culvert"}, False),
        ({"waterway": "canal", "tunnel": "no"}, True),
        ({"natural": "water", "covered": "yes"}, False),
        ({"natural": "water", "location": "underground"}, False),
        ({"waterway": "stream"}, False),
        ({"waterway": "ditch"}, False),
        ({"natural": "wood"}, False),
        ({}, False),
    ],
)
def test_open_water_and_cliffs_count_and_nothing_else(tmp_path, tags, near):
    assert is_water(tags) == near
    # 1,112 dm beside it at 5 m, and sqrt(10^2 - 5^2) = 8.66 m more at each end: 1,285 dm
    assert beside(tmp_path, tags) == pytest.approx(1285 if near else 0, abs=1)


def test_beyond_ten_metres_nothing_counts(tmp_path):
    assert beside(tmp_path, RIVER, east_m=9.9) > 1100
    assert beside(tmp_path, RIVER, east_m=10.1) == 0


@pytest.mark.parametrize("structure", [{"bridge": "yes"}, {"tunnel": "yes"}])
def test_bridges_and_tunnels_do_not_count(tmp_path, structure):
    assert beside(tmp_path, RIVER, road={**ROAD, **structure}) == 0


def test_neither_ferries_nor_footpaths_count(tmp_path):
    ferry = {"route": "ferry", "motor_vehicle": "yes"}
    assert beside(tmp_path, RIVER, road=ferry) == 0
    assert beside(tmp_path, RIVER, road={"highway": "footway"}) == 0


def test_a_crossing_without_a_bridge_counts_for_the_metres_at_the_water(tmp_path):
    # the river runs east-west over the middle of a road north: 10 m to each side
    ways = [(1, (11, 13), ROAD), (2, (2, 22), RIVER)]
    assert read_map(tmp_path, ways).water_dm.tolist() == [200]


def test_two_waters_beside_the_same_metres_count_once(tmp_path):
    ways = [(1, (11, 13), ROAD), (2, (2, 22), RIVER), (3, (22, 2), {"natural": "water"})]
    assert read_map(tmp_path, ways).water_dm.tolist() == [200]


def test_water_never_exceeds_the_length(tmp_path):
    ways = [(1, (1, 2, 3), ROAD), (2, (1, 2, 3), RIVER)]
    roads = read_map(tmp_path, ways)
    assert roads.water_dm.tolist() == roads.length_dm.tolist()


def test_an_outline_drawn_in_several_lines_counts_too(tmp_path):
    lake = (8, [("way", 2, "outer")], {"type": "multipolygon", "natural": "water"})
    assert beside(tmp_path, {}, relations=[lake]) == pytest.approx(1285, abs=1)
    wood = (8, [("way", 2, "outer")], {"type": "multipolygon", "natural": "wood"})
    assert beside(tmp_path, {}, relations=[wood]) == 0


def test_a_lake_clipped_off_the_map_is_no_fault(tmp_path):
    lake = (8, [("way", 77, "outer")], {"type": "multipolygon", "natural": "water"})
    assert beside(tmp_path, {}, relations=[lake]) == 0


def test_shores_with_missing_nodes_are_taken_as_far_as_they_go(tmp_path):
    ways = [(1, (11, 13), ROAD), (2, (2, 22, 32), RIVER), (3, (41, 42), RIVER)]
    roads = read_map(tmp_path, ways, missing=[32, 41])
    assert roads.water_dm.tolist() == [200]


def test_a_link_that_is_cut_shares_its_water_and_keeps_its_signals(tmp_path):
    light = {"highway": "traffic_signals"}
    ways = [(1, (11, 13), ROAD), (2, (2, 22), RIVER)]
    roads = split_link(read_map(tmp_path, ways, {13: light, 11: light}), 0, 0.25)
    assert roads.water_dm.tolist() == [50, 150]
    assert (roads.signals_forward.tolist(), roads.signals_backward.tolist()) == ([0, 1], [1, 0])


lines = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=5, unique=True
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=3), st.lists(lines, min_size=1, max_size=4))
def test_what_is_near_is_what_shapely_finds_in_a_zone_around_the_water(chains, shores):
    # crooked roads and shores on a grid of one metre; shapely's round zone has 4 x 256 corners
    from roads_by_hand import lonlat, make_roads

    ends = [chain[at] for chain in chains for at in (0, -1)]
    links = [
        {"start": 2 * at, "end": 2 * at + 1, "via": [lonlat(*place) for place in chain[1:-1]]}
        for at, chain in enumerate(chains)
    ]
    roads = make_roads([lonlat(*place) for place in ends], links)
    waters = [np.array([lonlat(*place) for place in shore]) for shore in shores]
    measured = measure_water(roads, waters).water_dm
    water = shapely.MultiLineString([flat_m(*line.T, waters[0][0, 1]) for line in waters])
    zone = shapely.buffer(water, NEAR_WATER_M, quad_segs=256)
    points = np.column_stack((roads.shape_lon, roads.shape_lat))
    for link, (low, high) in enumerate(zip(roads.shape_from, roads.shape_from[1:], strict=False)):
        road = shapely.LineString(flat_m(*points[low:high].T, waters[0][0, 1]))
        parts = [
            shapely.LineString(piece).intersection(zone).length
            for piece in zip(road.coords, road.coords[1:], strict=False)
        ]
        assert measured[link] == pytest.approx(10 * sum(parts), abs=2)


def test_waters_of_a_real_map(shared_data):
    roads = read_roads(shared_data / "roads" / "malta.osm.pbf", cache=False)
    bus = roads.bus_forward | roads.bus_backward
    assert (roads.water_dm <= roads.length_dm).all()
    assert not roads.water_dm[~bus | roads.structure].any()
    # an island: some road runs by the sea, most does not
    assert 0.001 < roads.water_dm.sum() / roads.length_dm[bus].sum() < 0.05
