"""On real roads the engine's ways equal networkx on the same turns, to the ms and dm."""

import numpy as np
import pytest
from made_turns import turning_map
from travel_by_networkx import positions_at, reference_travel
from turns_by_networkx import Oracle, travel_keys

from routing.policy import Policy
from routing.roads import (
    bus_network,
    place_on_links,
    prepare_network,
    read_roads,
    walk_network,
)
from routing.roads.keys import NO_WAY, unpack_key
from routing.roads.network import BusSize
from routing.roads.positions import take_positions
from routing.roads.travel import find_pair_keys, measure_pairs, measure_travel

SIZES = {
    "nine": BusSize(9.0, 2.5, 3.7, 12.0),
    "van": BusSize(6.0, 2.0, 2.6, 4.5),
}
"""The bus that the policy assumes, and one that turns in 13 m."""

EXTRACTS = {
    "andorra.osm.pbf": 20, "liechtenstein.osm.pbf": 20, "malta.osm.pbf": 5, "porto.osm.pbf": 2,
    "beatty.osm": 50, "campo-grande.osm.gz": 8, "north-bayreuth.osm.gz": 50,
    "reisterstown.osm.pbf": 10,
}  # fmt: skip
"""How many origins: each is a search by networkx. With targets they make 1,000 pairs."""


@pytest.fixture(scope="module", params=list(EXTRACTS))
def extract(request, shared_data):
    """Roads of an extract, and how many origins."""
    path = shared_data / "roads" / request.param
    return read_roads(path, cache=False), EXTRACTS[request.param]


def random_places(network, n, seed, *, sides):
    """Places anywhere on links that serve, some at their very ends."""
    draw = np.random.default_rng(seed)
    link = draw.choice(np.flatnonzero(network.component == 0), n)
    share = draw.choice([0.0, 1.0, *draw.random(8)], n)
    offset_dm = np.rint(network.roads.length_dm[link] * share).astype(np.int64)
    side = draw.integers(-1, 2, n) if sides else np.zeros(n)
    return place_on_links(network, link, offset_dm, side.astype(np.int8))


def assert_same(network, origins, targets, wanted):
    """The engine's keys, pairs and table are those wanted: ms, dm, reached."""
    time_ms, length_dm, reached = wanted
    row, column = np.indices(reached.shape).reshape(2, -1)
    pairs = take_positions(origins, row), take_positions(targets, column)
    keys = find_pair_keys(network, *pairs).reshape(reached.shape)
    assert ((keys < NO_WAY) == reached).all()
    found_ms, found_dm = unpack_key(keys)
    assert (found_ms == time_ms)[reached].all()
    assert (found_dm == length_dm)[reached].all()
    travel = measure_travel(network, origins, targets)
    assert (travel.reached == reached).all()
    assert (travel.duration_s == np.where(reached, -(-time_ms // 1000), 0)).all()
    assert (travel.distance_m == np.where(reached, -(-length_dm // 10), 0)).all()
    distance_m, duration_s, _ = measure_pairs(network, *pairs)
    assert (distance_m == travel.distance_m.reshape(-1)).all()
    assert (duration_s == travel.duration_s.reshape(-1)).all()


def assert_same_prepared(network, origins, targets, wanted):
    """The same of the network as it is, and prepared."""
    assert_same(network, origins, targets, wanted)
    assert_same(prepare_network(network), origins, targets, wanted)


def test_300_ways_by_bus_are_those_of_networkx(extract):
    """With turns, restrictions, turning places, limits of size, and a side for each place."""
    roads, n = extract
    network = bus_network(roads, Policy())
    oracle = Oracle(roads, Policy(), SIZES["nine"], network.forward_ms, network.backward_ms)
    origins = random_places(network, n, 1, sides=True)
    targets = random_places(network, 300 // n, 2, sides=True)
    wanted = travel_keys(oracle, origins, targets)
    assert wanted[2].mean() > 0.5
    assert_same_prepared(network, origins, targets, wanted)


def test_1000_ways_on_foot_are_those_of_networkx(extract):
    roads, n = extract
    network = walk_network(roads)
    origins = random_places(network, n, 3, sides=False)
    targets = random_places(network, 1000 // n, 4, sides=False)
    wanted = reference_travel(network, origins, targets)
    assert wanted[2].all()
    assert_same_prepared(network, origins, targets, wanted)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("loaded", [True, False])
def test_other_buses_have_other_ways_and_these_are_exact_too(shared_data, size, loaded):
    """North Bayreuth: 1,000 ways of a large and a small bus, with students and without."""
    roads = read_roads(shared_data / "roads" / "north-bayreuth.osm.gz", cache=False)
    policy = Policy(three_point_length_m=6.0)
    network = bus_network(roads, policy, size=SIZES[size], loaded=loaded)
    times = network.forward_ms, network.backward_ms
    oracle = Oracle(roads, policy, SIZES[size], *times, loaded)
    origins, targets = (random_places(network, n, n, sides=True) for n in (25, 40))
    assert_same(network, origins, targets, travel_keys(oracle, origins, targets))


@pytest.mark.parametrize("seed", range(100, 160))
def test_ways_on_any_small_map_are_those_of_networkx(seed):
    """Made maps where loops, limits, commands and chains of ways meet."""
    roads, draw = turning_map(seed), np.random.default_rng(seed)
    policy = Policy(
        three_point_length_m=float(draw.choice([0, 9, 12])), ferries=bool(seed % 2),
        soft_road_length_m=float(draw.choice([7, 9])), right_hand_traffic=seed % 7 > 0,
    )  # fmt: skip
    network = bus_network(roads, policy, size=SIZES["nine"], loaded=seed % 3 > 0)
    times = network.forward_ms, network.backward_ms
    oracle = Oracle(roads, policy, SIZES["nine"], *times, seed % 3 > 0)
    ahead, back = ({link for link, way in oracle.opened if way == side} for side in (0, 1))
    assert set(np.flatnonzero(network.forward)) == ahead
    assert set(np.flatnonzero(network.backward)) == back
    link = draw.integers(0, len(roads.start), 12)
    offset_dm = np.rint(roads.length_dm[link] * draw.choice([0, 1, 0.3, 0.5], 12)).astype(int)
    places = positions_at(link, offset_dm, draw.integers(-1, 2, 12))
    assert_same_prepared(network, places, places, travel_keys(oracle, places, places))
