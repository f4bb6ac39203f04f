"""Travel and paths: by hand, and against networkx on made and on real roads."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads_by_hand import lonlat, make_roads, metres_along
from travel_by_networkx import positions_at, random_positions, reference_travel

from routing.errors import RoadsError
from routing.policy import Policy
from routing.roads.engine import bus_network, make_network, walk_network
from routing.roads.keys import NO_WAY, unpack_key
from routing.roads.paths import trace_links, trace_paths
from routing.roads.positions import take_positions
from routing.roads.search import (
    find_with_numba,
    find_with_scipy,
    trace_with_numba,
    trace_with_scipy,
)
from routing.roads.shrinking import shrink_search
from routing.roads.travel import find_pair_keys, measure_pairs, measure_travel, plan_pairs


def network_of(roads, forward_ms=None, backward_ms=None):
    """A bus network with given times; default 1 s a metre."""
    times = [
        np.array(ms, np.int64) if ms else roads.length_dm * 100 for ms in (forward_ms, backward_ms)
    ]
    return make_network(roads, "bus", (roads.bus_forward, roads.bus_backward), tuple(times))


@pytest.fixture
def square():
    """Four corners, one kilometre apart; links 0 to 3 go round, 3 is one-way.

    3 --2-- 2
    |       |
    3       1      link 3 leads from corner 3 to corner 0 only
    |       |
    0 --0-- 1
    """
    corners = [lonlat(0, 0), lonlat(1000, 0), lonlat(1000, 1000), lonlat(0, 1000)]
    links = [{"start": i, "end": (i + 1) % 4, "length_dm": 10_000} for i in range(4)]
    links[3]["oneway"] = True
    return network_of(make_roads(corners, links))


def test_a_way_is_the_fastest_and_is_rounded_up_once(square):
    """From 100.1 m on link 0 to 250.0 m on link 1: 899.9 + 250.0 = 1,149.9 m, so 1,150."""
    travel = measure_travel(square, positions_at([0], [1001]), positions_at([1], [2500]))
    assert (travel.distance_m.item(), travel.duration_s.item()) == (1150, 1150)
    assert travel.reached.item()


def test_parts_of_a_link_add_up_to_the_whole_link(square):
    """Link of 1,000 m in 7 ms: cut at 333.3 m it is 2 + 5 ms, not 3 + 5."""
    network = network_of(square.roads, forward_ms=[7] * 4, backward_ms=[7] * 4)
    cut = positions_at([0], [3333])
    start, end = positions_at([0], [0]), positions_at([0], [10_000])
    first = find_pair_keys(network, start, cut)
    second = find_pair_keys(network, cut, end)
    assert unpack_key(first)[0] + unpack_key(second)[0] == 7
    assert unpack_key(first + second)[1] == 10_000


def test_against_a_one_way_one_goes_round(square):
    """On link 3 from 600 m to 400 m: 400 m on to the corner, 3 links, 400 m: 3,800 m."""
    distance_m, _, reached = measure_pairs(
        square, positions_at([3, 3], [6000, 4000]), positions_at([3, 3], [4000, 6000])
    )
    assert distance_m.tolist() == [3800, 200]
    assert reached.all()


def test_a_side_is_reached_and_left_in_its_direction_only(square):
    """The place is 300 m along link 0. From 200 m before it, forward side: 200 m.

    Backward side, from 100 m: on to corner 1 and back (turning at a node): 900 + 700.
    Leaving it on the backward side to 400 m: back to corner 0, then forward: 300 + 400.
    """
    ahead, back = positions_at([0], [3000], [1]), positions_at([0], [3000], [-1])
    before, after = positions_at([0], [1000]), positions_at([0], [4000])
    assert measure_pairs(square, before, ahead)[0] == 200
    assert measure_pairs(square, before, back)[0] == 1600
    assert measure_pairs(square, back, after)[0] == 700
    assert measure_pairs(square, ahead, back)[0] == 1400


def test_a_place_is_no_way_from_itself(square):
    places = positions_at([0, 0, 0, 3], [5000] * 4, [0, 1, -1, 1])
    travel = measure_travel(square, places, places)
    assert travel.distance_m.diagonal().tolist() == [0, 0, 0, 0]
    assert travel.reached.diagonal().all()


def test_a_side_closed_to_traffic_is_reached_from_nowhere(square):
    closed, place = positions_at([3], [5000], [-1]), positions_at([1], [0])
    assert not measure_travel(square, place, closed).reached.any()
    assert not measure_travel(square, closed, place).reached.any()
    assert not measure_travel(square, closed, closed).reached.any()


def test_an_unplaced_point_is_reached_from_nowhere(square):
    places = positions_at([-1, 0], [0, 0])
    travel = measure_travel(square, places, places)
    assert travel.reached.tolist() == [[False, False], [False, True]]
    assert travel.distance_m.sum() == 0


def test_places_at_one_node_are_no_way_apart(square):
    """End of link 0 = start of link 1."""
    assert measure_pairs(square, positions_at([0], [10_000]), positions_at([1], [0]))[0] == 0


def test_round_can_be_faster_than_straight(square):
    """Link 0 takes 1,000 s, the three others 10 s each; link 3 is open towards corner 0."""
    ms = [1_000_000, 10_000, 10_000, 10_000]
    network = network_of(square.roads, forward_ms=ms, backward_ms=ms)
    near_1, near_0 = positions_at([0], [9990]), positions_at([0], [10])
    _, duration_s, _ = measure_pairs(network, near_1, near_0)
    # straight 998 s; on to corner 1: 1 s, three links 30 s, 1 s along link 0
    assert duration_s.item() == 32


def test_a_loop_is_gone_round_the_shorter_way():
    """A loop of 3,000 m: from 200 m to 2,900 m it is 300 m through its node."""
    nodes = [lonlat(0, 0), lonlat(500, 0)]
    loop = {"start": 0, "end": 0, "via": [lonlat(0, 1000), lonlat(1000, 1000)], "length_dm": 30_000}
    roads = make_roads(nodes, [loop, {"start": 0, "end": 1}])
    network = walk_network(roads)
    places = positions_at([0, 0, 1], [2000, 29_000, 5000])
    travel = measure_travel(network, places, places)
    assert travel.distance_m.tolist() == [[0, 300, 700], [300, 0, 600], [700, 600, 0]]
    oneway = network_of(make_roads(nodes, [{**loop, "oneway": True}, {"start": 0, "end": 1}]))
    travel = measure_travel(oneway, places, places)
    assert travel.distance_m.tolist() == [[0, 2700, 3300], [300, 0, 600], [700, 3400, 0]]


def test_of_equally_fast_ways_the_shorter_counts():
    """Two parallel links, both 60 s, 900 m and 800 m long."""
    nodes = [lonlat(0, 0), lonlat(700, 0)]
    links = [{"start": 0, "end": 1, "length_dm": dm} for dm in (9000, 8000)]
    network = network_of(
        make_roads(nodes, [*links, links[0], links[0]]), [60_000] * 4, [60_000] * 4
    )
    distance_m, duration_s, _ = measure_pairs(
        network, positions_at([2], [0]), positions_at([3], [9000])
    )
    assert (distance_m.item(), duration_s.item()) == (800, 60)


def test_a_node_found_first_by_a_slow_way_is_left_at_its_faster_time():
    """Straight to node 1: 100 s. By node 2: 10 + 10 s. On to nodes 3 and 4: 20 s more."""
    nodes = [lonlat(1000 * i, 500 * (i == 2)) for i in range(5)]
    ends = ((0, 1), (0, 2), (2, 1), (1, 3), (3, 4))
    roads = make_roads(nodes, [{"start": a, "end": b, "length_dm": 10_000} for a, b in ends])
    ms = [100_000, 10_000, 10_000, 10_000, 10_000]
    network = network_of(roads, ms, ms)
    _, duration_s, _ = measure_pairs(network, positions_at([0], [0]), positions_at([4], [10_000]))
    assert duration_s.item() == 40


def test_a_limit_counts_ways_up_to_it_and_no_longer(square):
    """400.0 m take 400 s; one decimetre more takes longer."""
    origin, targets = positions_at([0], [0]), positions_at([0, 0, 1], [4000, 4001, 0])
    travel = measure_travel(square, origin, targets, limit_s=400)
    assert travel.reached.tolist() == [[True, False, False]]
    assert travel.distance_m.tolist() == [[400, 0, 0]]
    assert measure_pairs(square, origin, take_positions(targets, [2]), limit_s=1000)[2].all()
    assert not measure_pairs(square, origin, take_positions(targets, [2]), limit_s=999)[2].any()


def test_only_the_pairs_wanted_are_measured(square):
    places = random_positions(square, 5, 1)
    within = np.eye(5, dtype=bool)[::-1]
    travel, every = (measure_travel(square, places, places, within=w) for w in (within, None))
    assert (travel.reached == within).all()
    assert (travel.distance_m == np.where(within, every.distance_m, 0)).all()
    with pytest.raises(ValueError, match="within"):
        measure_travel(square, places, places, within=within[:2])


def test_nobody_travels_where_nobody_is(square):
    none, one = positions_at([], []), positions_at([0], [0])
    assert measure_travel(square, none, one).reached.shape == (0, 1)
    assert measure_travel(square, one, none).reached.shape == (1, 0)
    assert len(measure_pairs(square, none, none)[0]) == 0
    assert trace_paths(square, none, none) == []
    assert trace_links(square, none, none) == []
    empty = network_of(make_roads([], []))
    assert not measure_travel(empty, positions_at([-1], [0]), positions_at([-1], [0])).reached.any()
    assert trace_paths(empty, positions_at([-1], [0]), positions_at([-1], [0]))[0].shape == (0, 2)


def test_a_position_that_is_on_no_link_is_refused(square):
    good = positions_at([0], [0])
    for link, offset in ((4, 0), (0, 10_001), (0, -1)):
        with pytest.raises(ValueError, match="positions"):
            measure_travel(square, good, positions_at([link], [offset]))
    with pytest.raises(ValueError, match="as many"):
        measure_pairs(square, good, positions_at([0, 0], [0, 0]))


def test_ways_too_long_for_exact_sums_are_refused():
    """Two links of 900 km are 1,800 km; the room for a length is 1,677 km."""
    nodes = [lonlat(0, 0), lonlat(1000, 0), lonlat(2000, 0)]
    links = [{"start": i, "end": i + 1, "length_dm": 9_000_000} for i in range(2)]
    network = network_of(make_roads(nodes, links), [1_000_000] * 2, [1_000_000] * 2)
    start, end = positions_at([0], [0]), positions_at([1], [9_000_000])
    with pytest.raises(RoadsError, match="1,677 km"):
        measure_pairs(network, start, end)
    with pytest.raises(RoadsError, match="1,677 km"):
        measure_travel(network, start, end)
    assert measure_pairs(network, start, positions_at([1], [0]))[0] == 900_000
    with pytest.raises(RoadsError, match="1,677 km"):
        network_of(make_roads(nodes, [{**links[0], "length_dm": 1 << 24}]))


def test_a_path_follows_the_shape_of_its_links():
    """From 400 m along the first to 900 m along the second, travelled against its shape."""
    corners = [lonlat(1000, 500), lonlat(1100, 500)]
    nodes = [lonlat(0, 0), lonlat(1000, 0), lonlat(2000, 500)]
    links = [{"start": 0, "end": 1}, {"start": 2, "end": 1, "via": corners[::-1]}]
    network = walk_network(make_roads(nodes, links))
    length_dm = network.roads.length_dm[1]
    path = trace_paths(network, positions_at([0], [4000]), positions_at([1], [length_dm - 9000]))[0]
    want = [lonlat(400, 0), nodes[1], *corners, lonlat(1400, 500)]
    assert np.abs(path - want).max() < 1e-6
    assert path[1].tolist() == list(nodes[1])
    assert path[2:4].tolist() == [list(corner) for corner in corners]


def test_a_path_of_no_length_has_two_points_and_no_way_has_none(square):
    origins = positions_at([0, 0, 0], [5000, 10_000, 0])
    targets = positions_at([0, 1, -1], [5000, 0, 0])
    paths = trace_paths(square, origins, targets)
    assert [path.shape for path in paths] == [(2, 2), (2, 2), (0, 2)]
    assert (paths[0][0] == paths[0][1]).all()
    assert [links.tolist() for links in trace_links(square, origins, targets)] == [[], [], []]


def test_links_are_named_in_the_order_travelled(square):
    """Against one-way link 3, from 600 m to 400 m: 3, then round, then 3 again."""
    links = trace_links(square, positions_at([3, 0], [6000, 10]), positions_at([3, 0], [4000, 20]))
    assert [part.tolist() for part in links] == [[3, 0, 1, 2, 3], [0]]


@st.composite
def made_networks(draw):
    """Up to six nodes and ten links at random: loops, parallels, one-ways, dead ends."""
    n = draw(st.integers(1, 6))
    nodes = [lonlat(700 * (i % 3) + 31 * i, 800 * (i // 3)) for i in range(n)]
    links, times = [], []
    for i in range(draw(st.integers(1, 10))):
        start, end = draw(st.integers(0, n - 1)), draw(st.integers(0, n - 1))
        bends = [lonlat(100 * i - 300, 333 + 50 * i), lonlat(90 * i, -40)]
        shape = {"via": bends[: draw(st.integers(0, 2))]}
        if start == end and not shape["via"]:
            shape = {"via": [lonlat(17 * i + 5, -90)]}
        ways = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
        links.append({
            "start": start, "end": end, "bus_forward": ways[0], "bus_backward": ways[1], **shape,
        })  # fmt: skip
        times.append(draw(st.tuples(st.integers(1, 4), st.integers(1, 90_000))))
    roads = make_roads(nodes, links)
    return network_of(roads, [t[0] for t in times], [t[1] for t in times])


def draw_positions(draw, network, most):
    n = draw(st.integers(1, most))
    link = [draw(st.integers(-1, len(network.forward) - 1)) for _ in range(n)]
    length_dm = [int(network.roads.length_dm[i]) if i >= 0 else 0 for i in link]
    offset = [draw(st.sampled_from([0, dm // 3, dm // 2, dm])) for dm in length_dm]
    return positions_at(link, offset, [draw(st.integers(-1, 1)) for _ in range(n)])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_travel_on_any_small_map_is_that_of_networkx(data):
    """Whatever the links, places and sides: equal to the millisecond and decimetre."""
    network = data.draw(made_networks())
    origins, targets = (draw_positions(data.draw, network, 5) for _ in range(2))
    time_ms, length_dm, reached = reference_travel(network, origins, targets)
    travel = measure_travel(network, origins, targets)
    assert (travel.reached == reached).all()
    assert (travel.duration_s == -(-time_ms // 1000)).all()
    assert (travel.distance_m == -(-length_dm // 10)).all()
    row, column = np.indices(reached.shape).reshape(2, -1)
    ends = take_positions(origins, row), take_positions(targets, column)
    keys = find_pair_keys(network, *ends)
    found_ms, found_dm = unpack_key(keys)
    assert ((keys < NO_WAY) == reached[row, column]).all()
    assert (found_ms == time_ms[row, column])[keys < NO_WAY].all()
    assert (found_dm == length_dm[row, column])[keys < NO_WAY].all()
    check_paths(network, *ends, np.where(keys < NO_WAY, found_dm, -1))


def check_paths(network, origins, targets, length_dm):
    """Every path is as long as was measured and is drawn along the links named."""
    paths, links = (trace(network, origins, targets) for trace in (trace_paths, trace_links))
    for path, along, dm in zip(paths, links, length_dm.tolist(), strict=True):
        if dm < 0:
            assert path.shape == (0, 2)
            continue
        assert abs(metres_along(path) - dm / 10) < 0.06 * (len(along) + 1)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_scipy_and_numba_and_the_smaller_graph_answer_the_same(data):
    network = data.draw(made_networks())
    origins, targets = (draw_positions(data.draw, network, 12) for _ in range(2))
    n = min(len(origins), len(targets))
    origins, targets = (take_positions(p, slice(n)) for p in (origins, targets))
    search, _ = plan_pairs(network, origins, targets, data.draw(st.sampled_from([NO_WAY, 9 << 24])))
    keys = find_with_numba(search)
    assert keys.tolist() == find_with_scipy(search).tolist()
    assert keys.tolist() == find_with_numba(shrink_search(search)).tolist()
    way_keys, way, size = trace_with_numba(search)
    scipy_keys, scipy_way, scipy_size = trace_with_scipy(search)
    assert way_keys.tolist() == scipy_keys.tolist() == keys.tolist()
    if search.limit == NO_WAY:
        total, scipy_total = (
            [part.sum() for part in np.split(search.arcs.key[arcs], np.cumsum(sizes)[:-1])]
            for arcs, sizes in ((way, size), (scipy_way, scipy_size))
        )
        assert total == scipy_total


def read(shared_data, name):
    from routing.roads.reading import read_roads

    return read_roads(shared_data / "roads" / f"{name}.osm.pbf", cache=False)


@pytest.fixture(scope="module", params=["malta", "andorra", "liechtenstein"])
def real_roads(request, shared_data):
    return read(shared_data, request.param)


@pytest.mark.parametrize("profile", ["walk", "bus"])
def test_travel_on_real_roads_is_that_of_networkx(real_roads, profile):
    """1,000 pairs, with sides, equal to the millisecond and decimetre."""
    bus = profile == "bus"
    network = bus_network(real_roads, Policy(), turns=False) if bus else walk_network(real_roads)
    origins = random_positions(network, 10, 1, sides=bus)
    targets = random_positions(network, 100, 2, sides=bus)
    time_ms, length_dm, reached = reference_travel(network, origins, targets)
    assert reached.mean() > 0.2
    row, column = np.indices(reached.shape).reshape(2, -1)
    ends = take_positions(origins, row), take_positions(targets, column)
    search, _ = plan_pairs(network, *ends, NO_WAY)
    keys = find_pair_keys(network, *ends)
    found_ms, found_dm = (part.reshape(reached.shape) for part in unpack_key(keys))
    assert ((keys < NO_WAY).reshape(reached.shape) == reached).all()
    assert (found_ms[reached] == time_ms[reached]).all()
    assert (found_dm[reached] == length_dm[reached]).all()
    assert find_with_scipy(search).tolist() == find_with_numba(search).tolist()
    check_paths(network, *ends, np.where(keys < NO_WAY, unpack_key(keys)[1], -1))


def test_no_detour_is_faster_and_many_rows_answer_as_few(real_roads):
    """Triangle: a to c is never slower than a to b and b to c, each rounded up."""
    network = bus_network(real_roads, Policy(), turns=False)
    places = random_positions(network, 40, 3)
    travel = measure_travel(network, places, places)
    far_s = np.where(travel.reached, travel.duration_s, 10**9)
    for i in range(len(places)):
        assert (far_s <= far_s[:, [i]] + far_s[[i], :]).all()
    assert (np.diagonal(travel.duration_s) == 0).all()
    for i in (0, 39):
        row = measure_travel(network, take_positions(places, [i]), places)
        assert (row.duration_s[0] == travel.duration_s[i]).all()
        assert (row.distance_m[0] == travel.distance_m[i]).all()
    limited = measure_travel(network, places, places, limit_s=600)
    assert (limited.reached == (travel.reached & (travel.duration_s <= 600))).all()
    assert (limited.distance_m == np.where(limited.reached, travel.distance_m, 0)).all()


def test_order_of_places_does_not_matter(square):
    places = random_positions(square, 30, 4, sides=True)
    order = np.random.default_rng(5).permutation(30)
    travel = measure_travel(square, places, places)
    shuffled = measure_travel(square, take_positions(places, order), take_positions(places, order))
    assert (shuffled.distance_m == travel.distance_m[np.ix_(order, order)]).all()
    fewer = measure_travel(square, places, replace(take_positions(places, order[:3])))
    assert (fewer.distance_m == travel.distance_m[:, order[:3]]).all()
