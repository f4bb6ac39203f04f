"""Networks: which links each profile may use, in what time, and what hangs together."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from roads_by_hand import lonlat, make_roads

from routing.errors import RoadsError
from routing.policy import Policy
from routing.roads.engine import bus_network, make_network, walk_network
from routing.roads.keys import unpack_key
from routing.roads.shapes import measure_along
from routing.roads.speeds import link_times_ms


@pytest.fixture
def roads():
    """A path, a road, a one-way to and fro, a ferry, a one-way out; 1 km between nodes.

    0 ==1== 1 --path-- 2      3 ~ferry~ 0      1 --> 4 (no way back)
    """
    nodes = [lonlat(1000 * i, 0) for i in range(5)]
    return make_roads(nodes, [
        {"start": 1, "end": 2, "road_class": "path", "bus_forward": False, "bus_backward": False},
        {"start": 0, "end": 1, "oneway": True},
        {"start": 1, "end": 0, "oneway": True, "via": [lonlat(500, 10)]},
        {"start": 3, "end": 0, "road_class": "ferry", "ferry_s": 600},
        {"start": 1, "end": 4, "oneway": True, "walks": False},
    ])  # fmt: skip


def test_one_walks_both_ways_and_a_metre_is_a_second(roads):
    network = walk_network(roads)
    assert network.forward.tolist() == [True, True, True, False, False]
    assert (network.forward == network.backward).all()
    assert network.forward_ms.tolist() == (100 * roads.length_dm).tolist()


def test_a_bus_drives_where_it_may_at_planned_times(roads):
    network = bus_network(roads, Policy(), turns=False)
    assert network.forward.tolist() == [False, True, True, False, True]
    assert not network.backward.any()
    forward_ms, backward_ms = link_times_ms(roads, Policy())
    assert (network.forward_ms == forward_ms).all()
    assert (network.backward_ms == backward_ms).all()


def test_a_bus_takes_a_ferry_only_if_the_policy_says_so(roads):
    network = bus_network(roads, replace(Policy(), ferries=True), turns=False)
    assert network.forward[3]
    assert network.backward[3]
    assert network.forward_ms[3] >= 600_000


def test_components_are_numbered_by_length_and_a_way_without_return_is_in_none(roads):
    """On foot 0, 1, 2 hang together; by bus only the two one-ways between 0 and 1."""
    walk, bus = walk_network(roads), bus_network(roads, Policy(), turns=False)
    assert walk.component.tolist() == [0, 0, 0, -1, -1]
    assert bus.component.tolist() == [-1, 0, 0, -1, -1]
    assert walk.component_dm.tolist() == [roads.length_dm[:3].sum()]
    assert bus.component_dm.tolist() == [roads.length_dm[1:3].sum()]


def test_arcs_are_the_best_of_parallel_links_and_no_loops():
    """Three links 0 to 1 of 300, 200 and 250 m, one loop at 1."""
    nodes = [lonlat(0, 0), lonlat(100, 0)]
    links = [{"start": 0, "end": 1, "length_dm": dm} for dm in (3000, 2000, 2500)]
    loop = {"start": 1, "end": 1, "via": [lonlat(100, 50)]}
    network = walk_network(make_roads(nodes, [*links, loop]))
    assert network.leaving.arc.tolist() == [2, 3]
    assert network.entering.arc.tolist() == [3, 2]
    assert network.leaving.first.tolist() == [0, 1, 2]
    time_ms, length_dm = unpack_key(network.leaving.key)
    assert time_ms.tolist() == [200_000, 200_000]
    assert length_dm.tolist() == [2000, 2000]


def test_shape_points_lie_along_their_link():
    """1,000 m and 500 m of a link said to be 3,000.0 m long: 0, 2,000 and 3,000 m."""
    nodes = [lonlat(0, 0), lonlat(1000, 500)]
    links = [
        {"start": 0, "end": 1, "via": [lonlat(1000, 0)], "length_dm": 30_000},
        {"start": 1, "end": 1, "length_dm": 5},
    ]
    along = measure_along(make_roads(nodes, links))
    assert along == pytest.approx([0, 20_000, 30_000, 0, 5], abs=2)
    assert along[[0, 2, 3, 4]].tolist() == [0, 30_000, 0, 5]


def test_what_cannot_be_meant_is_refused(roads):
    none = np.zeros(5, np.int64)
    with pytest.raises(ValueError, match="at least 1 ms"):
        make_network(roads, "bus", (roads.walks, roads.walks), (none, none))
    with pytest.raises(RoadsError, match="no shape"):
        measure_along(replace(roads, shape_from=np.array([0, 1, 2, 3, 4, 5])))


def test_no_roads_are_a_network_of_nothing():
    network = walk_network(make_roads([], []))
    assert len(network.component_dm) == len(network.leaving.key) == 0


def test_components_of_real_roads_are_those_of_networkx(shared_data):
    from routing.roads.reading import read_roads

    roads = read_roads(shared_data / "roads" / "liechtenstein.osm.pbf", cache=False)
    network = bus_network(roads, Policy(), turns=False)
    graph = nx.DiGraph()
    graph.add_edges_from(zip(roads.start[network.forward], roads.end[network.forward], strict=True))
    graph.add_edges_from(
        zip(roads.end[network.backward], roads.start[network.backward], strict=True)
    )
    part = {}
    for number, nodes in enumerate(nx.strongly_connected_components(graph)):
        part.update(dict.fromkeys(nodes, number))
    used = np.flatnonzero(network.forward | network.backward)
    inside = [part[roads.start[link]] == part[roads.end[link]] for link in used]
    assert (network.component[used] >= 0).tolist() == inside
    pairs = {
        (part[roads.start[link]], network.component[link])
        for link in used
        if network.component[link] >= 0
    }
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert (np.diff(network.component_dm) <= 0).all()
    in_some = network.component >= 0
    total_dm = np.bincount(network.component[in_some], roads.length_dm[in_some])
    assert network.component_dm.tolist() == total_dm.astype(int).tolist()
