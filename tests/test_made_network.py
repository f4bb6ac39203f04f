"""The made road networks of the benchmarks are whole, seeded and what they say."""

import importlib.util
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.policy import Policy
from routing.roads.engine import bus_network, walk_network
from routing.roads.network import ROAD_CLASSES
from routing.roads.shapes import distances_m


@pytest.fixture(scope="module")
def made():
    """The module benchmarks/made_network.py, which is in no package."""
    path = Path(__file__).parents[1] / "benchmarks" / "made_network.py"
    spec = importlib.util.spec_from_file_location("made_network", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["made_network"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rural(made):
    return made.make_network_roads(20_000, seed=3)


def nodes_of(roads):
    """Return how many nodes there are, bends included."""
    return len(roads.node_id) + len(roads.shape_lon) - 2 * len(roads.start)


def test_a_rural_network_has_about_as_many_nodes_as_wanted(made, rural):
    assert nodes_of(rural) == pytest.approx(20_000, rel=0.15)
    assert nodes_of(made.make_network_roads(60_000, seed=3)) == pytest.approx(60_000, rel=0.1)


def test_every_place_reaches_every_other(rural):
    n = len(rural.node_id)
    tail = np.concatenate((rural.start, rural.end[rural.bus_backward]))
    head = np.concatenate((rural.end, rural.start[rural.bus_backward]))
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(n, n))
    assert connected_components(graph, directed=True, connection="strong")[0] == 1
    assert (walk_network(rural).component == 0).all()
    assert (bus_network(rural, Policy(), turns=False).component == 0).all()


def test_most_of_it_can_be_driven_with_turns(rural):
    bus = bus_network(rural, Policy())
    assert rural.length_dm[bus.component == 0].sum() > 0.9 * rural.length_dm.sum()
    assert (bus.component < 0).any()  # dead ends without room to turn


def test_shapes_run_from_node_to_node_and_lengths_are_theirs(rural):
    first, last = rural.shape_from[:-1], rural.shape_from[1:] - 1
    for end, at in ((rural.start, first), (rural.end, last)):
        assert rural.shape_lon[at] == pytest.approx(rural.node_lon[end], abs=1e-12)
        assert rural.shape_lat[at] == pytest.approx(rural.node_lat[end], abs=1e-12)
    for link in range(0, len(first), 97):
        lon = rural.shape_lon[first[link] : last[link] + 1]
        lat = rural.shape_lat[first[link] : last[link] + 1]
        along_m = distances_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum()
        assert rural.length_dm[link] == pytest.approx(10 * along_m, abs=0.51)
        straight_m = distances_m(lon[:1], lat[:1], lon[-1:], lat[-1:])[0]
        assert along_m >= straight_m - 1e-6


def test_it_has_classes_towns_one_ways_dead_ends_and_bends(rural):
    classes = {ROAD_CLASSES[code] for code in np.unique(rural.road_class)}
    assert {"primary", "secondary", "tertiary", "unclassified", "residential"} <= classes
    assert 0.005 < rural.oneway.mean() < 0.2
    assert not rural.bus_backward[rural.oneway].any()
    degree = np.bincount(np.concatenate((rural.start, rural.end)))
    assert 0.02 < (degree == 1).mean() < 0.3
    turning = rural.node_turning_m > 0
    assert turning.any()
    assert (degree[turning] == 1).all()
    assert np.diff(rural.shape_from).mean() > 4


def test_the_same_seed_makes_the_same_network(made, rural):
    again, other = (made.make_network_roads(20_000, seed=seed) for seed in (3, 4))
    for field in fields(rural):
        one, two = getattr(rural, field.name), getattr(again, field.name)
        assert np.array_equal(one, two) if isinstance(one, np.ndarray) else one == two
    assert len(other.start) != len(rural.start) or (other.node_lon != rural.node_lon).any()


def test_a_grid_has_every_street(made):
    """4 x 6 crossings: 4 x 5 streets across and 3 x 6 up, about 150 m each."""
    grid = made.make_grid_roads(4, 6, seed=2)
    assert len(grid.node_id) == 24
    assert len(grid.start) == 4 * 5 + 3 * 6
    assert grid.length_dm.mean() == pytest.approx(1500, rel=0.15)
    assert not grid.oneway.any()
    assert (bus_network(grid, Policy()).component == 0).all()
