"""Snapping: by hand, and against every piece of every road one by one."""

from dataclasses import fields

import numpy as np
import pytest
from roads_by_hand import EARTH_M, lonlat, make_roads

from routing.policy import Policy
from routing.roads.engine import bus_network, walk_network
from routing.roads.positions import Positions
from routing.roads.shapes import distances_m
from routing.roads.snapping import large_components, snap_points


def snap(network, *xy_m, within_m=500, **more):
    """Snap points given in metres east and north of the village."""
    lon, lat = np.array([lonlat(*point) for point in xy_m]).T
    return snap_points(network, lon, lat, within_m=within_m, **more)


def both_ways(monkeypatch, *args, **more):
    """Return what the compiled grid finds, after seeing that the tree finds the same."""
    found = []
    for off in ("0", "1"):
        monkeypatch.setenv("SCHOOLBUS_NO_NUMBA", off)
        found.append(snap_points(*args, **more))
    grid, tree = found
    assert grid.reason == tree.reason
    for field in fields(Positions):
        if field.name != "reason":
            one, other = (getattr(at, field.name) for at in found)
            assert np.array_equal(one, other, equal_nan=one.dtype == float), field.name
    return grid


def scatter(roads, n, seed, spread):
    """Return n places about shape points, so many degrees off; every tenth right on one."""
    random = np.random.default_rng(seed)
    point = random.integers(0, len(roads.shape_lon), n)
    off = random.normal(0, spread, (2, n)) * (np.arange(n) % 10 > 0)
    return roads.shape_lon[point] + off[0], roads.shape_lat[point] + off[1]


@pytest.fixture
def roads():
    """A road 2 km east, bent 1 km north at its end; an island 400 m north; a long way off.

    Link 0: (0, 0) to (2000, 0) to (2000, 1000). Link 1: the same two ends, longer.
    Link 2: the island, (0, 400) to (100, 400): 100 m of 6.6 km is under a twentieth.
    Link 3: one-way out of the network, (0, 0) to (-300, 0). A bus can turn on the island.
    """
    nodes = [lonlat(*xy) for xy in ((0, 0), (2000, 1000), (0, 400), (100, 400), (-300, 0))]
    return make_roads(nodes, [
        {"start": 0, "end": 1, "via": [lonlat(2000, 0)]},
        {"start": 0, "end": 1, "via": [lonlat(1000, -1200), lonlat(2200, -400)]},
        {"start": 2, "end": 3},
        {"start": 0, "end": 4, "oneway": True},
    ], at_nodes={"node_turning_m": {2: 30.0, 3: 30.0}})  # fmt: skip


@pytest.fixture
def bus(roads):
    return bus_network(roads, Policy())


def test_a_point_stands_at_the_nearest_place_on_a_road_not_at_a_node(bus):
    """(700, 30) is 30 m north of link 0, 700 m along it; (2010, 400) is 2,400 m along."""
    at = snap(bus, (700, 30), (2010, 400))
    assert at.link.tolist() == [0, 0]
    assert at.offset_dm == pytest.approx([7000, 24_000], abs=2)
    assert at.moved_m == pytest.approx([30, 10], abs=0.02)
    assert np.stack((at.lon, at.lat), 1) == pytest.approx(
        np.array([lonlat(700, 0), lonlat(2000, 400)]), abs=1e-7
    )
    assert at.side.tolist() == [0, 0]
    assert at.reason == ("", "")


def test_a_point_beyond_an_end_stands_at_the_end(bus):
    at = snap(bus, (2000, 1050))
    assert at.moved_m == pytest.approx([50], abs=0.02)
    assert at.link.tolist() == [0]
    assert at.offset_dm[0] == bus.roads.length_dm[0]


def test_of_links_equally_near_the_lowest_counts(bus):
    """At node 0 links 0, 1 and 3 meet; only 0 and 1 can be reached and left."""
    at = snap(bus, (0, 0))
    assert (at.link[0], at.offset_dm[0], at.moved_m[0]) == (0, 0, 0.0)


def test_a_one_way_out_is_no_place_to_stand(bus):
    """(-200, 10) is 10 m from link 3, from which no bus returns, and 200.2 m from node 0."""
    at = snap(bus, (-200, 10))
    assert at.link.tolist() == [0]
    assert at.moved_m == pytest.approx([200.25], abs=0.02)


def test_a_point_on_an_island_is_not_moved_in_silence(bus):
    """(50, 410) is 10 m from the island and 410 m from link 0."""
    near, far = snap(bus, (50, 410)), snap(bus, (50, 410), within_m=300)
    assert near.link.tolist() == [0]
    assert (far.link.tolist(), far.reason) == ([-1], ("island",))
    assert far.moved_m == pytest.approx([410], abs=0.05)
    assert (far.lon[0], far.lat[0]) == lonlat(50, 410)


def test_reasons_tell_unknown_from_far(bus):
    lon, lat = np.array([lonlat(5000, 5000), lonlat(0, 0), lonlat(0, 0), lonlat(0, 0)]).T
    lon[1], lat[2], lat[3] = np.nan, np.inf, 95
    at = snap_points(bus, lon, lat, within_m=500)
    assert at.link.tolist() == [-1] * 4
    assert at.reason == ("far_from_road", "no_location", "no_location", "no_location")
    assert at.moved_m[0] == pytest.approx(5000, abs=5)
    assert np.isnan(at.moved_m[1:]).all()


def test_a_point_exactly_at_the_limit_is_placed(bus):
    moved_m = snap(bus, (700, 300)).moved_m[0]
    assert snap(bus, (700, 300), within_m=moved_m).link.tolist() == [0]
    assert snap(bus, (700, 300), within_m=moved_m - 0.001).reason == ("far_from_road",)


def test_each_point_is_placed_on_its_own_component(bus):
    """(50, 380): on the main part 380 m away, on the island 20 m."""
    island = int(bus.component[2])
    at = snap(bus, (50, 380), (50, 380), (50, 380), component=[0, island, -1])
    assert at.link.tolist() == [0, 2, -1]
    assert at.moved_m[:2] == pytest.approx([380, 20], abs=0.05)
    assert at.reason == ("", "", "island")
    assert np.isnan(at.moved_m[2])
    assert snap(bus, (50, 380), component=island).link.tolist() == [2]


def test_only_links_allowed_are_used(bus):
    allowed = np.array([False, True, True, True])
    assert snap(bus, (700, -10), within_m=3000, allowed=allowed).link.tolist() == [1]
    nowhere = snap(bus, (700, -10), allowed=np.zeros(4, bool))
    assert nowhere.reason == ("far_from_road",)


def test_nothing_to_place_and_nowhere_to_stand(bus):
    assert len(snap_points(bus, np.zeros(0), np.zeros(0), within_m=500)) == 0
    empty = walk_network(make_roads([], []))
    at = snap_points(empty, np.array([118.0]), np.array([36.5]), within_m=500)
    assert at.reason == ("far_from_road",)
    assert np.isnan(at.moved_m).all()


def test_large_is_a_twentieth_of_the_longest():
    """Lengths 2,000 m, 100 m, 99.9 m."""
    nodes = [lonlat(100 * i, 300 * (i // 2)) for i in range(6)]
    links = [
        {"start": 2 * i, "end": 2 * i + 1, "length_dm": dm}
        for i, dm in enumerate((999, 20_000, 1000))
    ]
    network = walk_network(make_roads(nodes, links))
    assert network.component.tolist() == [2, 0, 1]
    assert large_components(network).tolist() == [True, True, False]


def test_on_real_roads_it_is_the_nearest_of_all_pieces(shared_data):
    """200 points of Andorra against every piece, measured on a flat map around each."""
    from routing.roads.reading import read_roads

    network = walk_network(read_roads(shared_data / "roads" / "andorra.osm.pbf", cache=False))
    roads = network.roads
    random = np.random.default_rng(1)
    lon = random.uniform(roads.node_lon.min(), roads.node_lon.max(), 200)
    lat = random.uniform(roads.node_lat.min(), roads.node_lat.max(), 200)
    at = snap_points(network, lon, lat, within_m=2000)
    large = np.append(large_components(network), False)[network.component]
    piece = np.repeat(large, np.diff(roads.shape_from))
    piece[roads.shape_from[1:] - 1] = False
    first = np.flatnonzero(piece)
    for i in range(len(lon)):
        narrow = np.cos(np.radians(lat[i]))
        x, y = (roads.shape_lon - lon[i]) * narrow, roads.shape_lat - lat[i]
        dx, dy = x[first + 1] - x[first], y[first + 1] - y[first]
        square = np.where(dx * dx + dy * dy > 0, dx * dx + dy * dy, 1)
        share = np.clip(-(x[first] * dx + y[first] * dy) / square, 0, 1)
        nearest = np.hypot(x[first] + share * dx, y[first] + share * dy).min()
        nearest_m = np.radians(nearest) * EARTH_M
        assert at.moved_m[i] == pytest.approx(nearest_m, abs=0.01 + 2e-4 * nearest_m)
    placed = at.link >= 0
    assert placed.sum() > 50
    assert (distances_m(lon, lat, at.lon, at.lat)[placed] == at.moved_m[placed]).all()
    assert (at.offset_dm[placed] <= roads.length_dm[at.link[placed]]).all()


def test_a_place_on_a_road_is_found_again_where_it_is(shared_data):
    """Places on links of Liechtenstein, by link and offset, come back within 1 dm."""
    from routing.roads.placing import place_on_links
    from routing.roads.reading import read_roads

    roads = read_roads(shared_data / "roads" / "liechtenstein.osm.pbf", cache=False)
    network = bus_network(roads, Policy())
    random = np.random.default_rng(2)
    link = random.choice(np.flatnonzero(network.component == 0), 500)
    offset_dm = (random.random(500) * network.roads.length_dm[link]).astype(np.int64)
    there = place_on_links(network, link, offset_dm)
    back = snap_points(network, there.lon, there.lat, within_m=50)
    assert (back.moved_m < 0.01).all()
    same = back.link == link
    assert same.mean() > 0.95  # others lie where links meet or cross
    assert np.abs(back.offset_dm - offset_dm)[same].max() <= 1


def test_the_grid_and_the_tree_find_the_same(shared_data, monkeypatch):
    """Liechtenstein, bus and walk: near, far and unknown points; parts; links allowed."""
    from routing.roads.reading import read_roads

    roads = read_roads(shared_data / "roads" / "liechtenstein.osm.pbf", cache=False)
    random = np.random.default_rng(3)
    for network in (walk_network(roads), bus_network(roads, Policy())):
        lon, lat = scatter(roads, 1000, 3, 0.003)
        lon[:40] += random.normal(0, 0.2, 40)
        lon[40], lat[41], lat[42] = np.nan, np.inf, -89.9
        part = random.integers(-1, 5, len(lon))
        allowed = random.random(len(roads.start)) < 0.3
        for within_m in (50, 500, 5_000):
            at = both_ways(monkeypatch, network, lon, lat, within_m=within_m)
            assert {"", "far_from_road", "no_location"} <= set(at.reason)
        both_ways(monkeypatch, network, lon, lat, within_m=500, component=part)
        both_ways(monkeypatch, network, lon, lat, within_m=500, allowed=allowed)


def test_points_on_the_other_side_of_the_earth_are_far_from_every_road(bus, monkeypatch):
    """Latitude and longitude swapped, the poles' edge, the date line, 360 degrees too far."""
    lon = np.array([36.5, 118, -118, 179.9, -179.9, 118.0 + 360])
    lat = np.array([84.9, 84.9, -84.9, -36.5, 0, 36.5])
    at = both_ways(monkeypatch, bus, lon, lat, within_m=500)
    assert set(at.reason) == {"far_from_road"}
    assert (at.moved_m[:5] > 2_000_000).all()
    there_m = distances_m(lon, lat, np.full(6, 118.0), np.full(6, 36.5))
    assert at.moved_m == pytest.approx(there_m, abs=4_000)  # no road is farther from node 0


def test_a_road_across_a_thousand_kilometres_hides_no_lane(monkeypatch):
    """A lane of 1 km, and a straight piece from its start to a node far off by mistake.

    That ends at (130, 42): 12 degrees of longitude and 5.5 of latitude, some 1,200 km.
    (500, -3) is 3 m from the lane; (119.2, 37.05) is a tenth of the way along the other.
    """
    nodes = [lonlat(0, 0), lonlat(1000, 0), (130.0, 42.0)]
    network = walk_network(make_roads(nodes, [{"start": 0, "end": 1}, {"start": 0, "end": 2}]))
    lon, lat = np.array([lonlat(500, -3), (119.2, 37.05), (124.0, 39.25), (131.0, 42.0)]).T
    at = both_ways(monkeypatch, network, lon, lat, within_m=500)
    assert at.link.tolist() == [0, 1, 1, -1]
    assert at.moved_m[:3] == pytest.approx([3, 0, 0], abs=0.02)
    assert at.offset_dm[1:3] / network.roads.length_dm[1] == pytest.approx([0.1, 0.5], abs=0.02)
    degree_m = np.radians(np.cos(np.radians(42))) * EARTH_M
    assert at.moved_m[3] == pytest.approx(degree_m, rel=0.001)


def test_two_villages_far_apart_and_nothing_between(monkeypatch):
    """Lanes of 1 km at 0 and 500 km east; 300 km from the first it is 199 km to the second."""
    xy_m = ((0, 0), (1000, 0), (500_000, 0), (501_000, 0))
    links = [{"start": 0, "end": 1}, {"start": 2, "end": 3}]
    network = walk_network(make_roads([lonlat(*xy) for xy in xy_m], links))
    lon, lat = np.array([lonlat(500, 30), lonlat(300_000, 0), lonlat(500_500, -40)]).T
    at = both_ways(monkeypatch, network, lon, lat, within_m=100)
    assert at.link.tolist() == [0, -1, 1]
    assert at.moved_m == pytest.approx([30, 200_000, 40], rel=0.001)


def test_pieces_without_length_are_places_too(monkeypatch):
    """A link of two points in one place, 20 m north of a lane."""
    nodes = [lonlat(0, 0), lonlat(1000, 0), lonlat(500, 20), lonlat(500, 20)]
    links = [{"start": 0, "end": 1}, {"start": 2, "end": 3}]
    network = walk_network(make_roads(nodes, links))
    lon, lat = np.array([lonlat(500, 21), lonlat(500, 1)]).T
    at = both_ways(monkeypatch, network, lon, lat, within_m=100, component=[1, 1])
    assert at.link.tolist() == [1, 1]
    assert at.moved_m == pytest.approx([1, 19], abs=0.01)


def test_equally_near_roads_answer_alike(monkeypatch):
    """A square of four roads, its middle 100 m from each; drawn in every order."""
    corners = [lonlat(*xy) for xy in ((-100, -100), (100, -100), (100, 100), (-100, 100))]
    sides = [{"start": i, "end": (i + 1) % 4} for i in range(4)]
    lon, lat = np.array([corners[2]]).T
    for turn in range(4):
        network = walk_network(make_roads(corners, sides[turn:] + sides[:turn]))
        meeting = [
            link for link in range(4) if 2 in (network.roads.start[link], network.roads.end[link])
        ]
        at = both_ways(monkeypatch, network, lon, lat, within_m=500)
        assert at.link.tolist() == [min(meeting)]
