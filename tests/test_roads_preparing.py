"""A prepared network answers as the plain one does; a table keeps up with its places."""

from dataclasses import replace

import numpy as np
import pytest
from made_turns import turning_map

from benchmarks.made_network import make_grid_roads
from routing.policy import Policy
from routing.roads import (
    bus_network,
    change_table,
    measure_pairs,
    measure_travel,
    open_networks,
    open_table,
    place_on_links,
    prepare_network,
    take_positions,
    trace_paths,
    walk_network,
)
from routing.roads.network import BusSize
from routing.roads.preparing import PAYS_FROM, prepare_large


def some_places(network, n, seed):
    """Places on any links, with any sides, some of them twice."""
    random = np.random.default_rng(seed)
    links = random.integers(0, len(network.roads.start), n)
    offset_dm = (random.random(n) * network.roads.length_dm[links]).astype(np.int64)
    places = place_on_links(network, links, offset_dm, random.integers(-1, 2, n))
    return take_positions(places, np.append(np.arange(n), [0, 1]))


def assert_equal(travel, other):
    for name in ("reached", "duration_s", "distance_m"):
        assert (getattr(travel, name) == getattr(other, name)).all()


@pytest.fixture(scope="module", params=[1, 2, 3, "walk"])
def networks(request):
    """A network as it is, and prepared."""
    seed = request.param
    roads = turning_map(seed if seed != "walk" else 4)
    plain = walk_network(roads) if seed == "walk" else bus_network(roads, Policy())
    return plain, prepare_network(plain)


def test_tables_and_pairs_are_those_of_the_plain_network(networks):
    plain, prepared = networks
    places = some_places(plain, 40, 1)
    assert_equal(measure_travel(prepared, places, places), measure_travel(plain, places, places))
    within_s = measure_travel(plain, places, places).duration_s.max() / 2
    limited = [measure_travel(n, places, places, limit_s=within_s) for n in networks]
    assert_equal(*limited)
    assert 0 < limited[0].reached.sum() < limited[0].reached.size
    start, end = (some_places(plain, 200, seed) for seed in (2, 3))
    for one, other in zip(*(measure_pairs(n, start, end) for n in networks), strict=True):
        assert (one == other).all()


def test_ways_are_those_of_the_plain_network(networks):
    """Of two ways with the same time and length either may be drawn."""
    plain, prepared = networks
    start, end = (some_places(plain, 60, seed) for seed in (4, 5))
    same = 0
    for a, b in zip(trace_paths(plain, start, end), trace_paths(prepared, start, end), strict=True):
        assert (len(a) == 0) == (len(b) == 0)
        same += a.tolist() == b.tolist()
        if len(a):
            assert a[[0, -1]].tolist() == b[[0, -1]].tolist()
    assert same >= 0.9 * len(start)


def test_a_table_follows_its_places(networks):
    """Moving a place, moving it onto another's link, and adding two."""
    plain, prepared = networks
    places = some_places(plain, 20, 6)
    others = some_places(plain, 5, 7)
    table = open_table(prepared, places)
    moves = [(3, 0), (3, 1), (7, 2), (len(places), 3), (len(places) + 1, 4)]
    for at, which in moves:
        place = take_positions(others if which else places, [which])
        table, travel = change_table(table, at, place)
        whole = measure_travel(plain, table.places, table.places)
        for name in ("reached", "duration_s", "distance_m"):
            assert (getattr(travel, name)[0] == getattr(whole, name)[at]).all()
            assert (getattr(travel, name)[1] == getattr(whole, name)[:, at]).all()
    assert len(table.places) == len(places) + 2


def test_a_preparation_is_kept_by_the_content_of_its_network(networks, tmp_path):
    plain, prepared = networks
    assert (prepare_network(plain, tmp_path).hierarchy.up_key == prepared.hierarchy.up_key).all()
    kept = list(tmp_path.iterdir())
    assert len(kept) == 1
    written = kept[0].stat().st_mtime_ns
    again = prepare_network(plain, tmp_path)
    assert kept[0].stat().st_mtime_ns == written
    assert (again.hierarchy.halves == prepared.hierarchy.halves).all()
    kept[0].write_bytes(b"damaged")
    assert (prepare_network(plain, tmp_path).hierarchy.number == prepared.hierarchy.number).all()


def test_small_networks_are_left_alone_and_so_are_all_without_numba(networks, monkeypatch):
    plain, prepared = networks
    assert len(plain.leaving.first) <= PAYS_FROM
    assert prepare_large(plain) is plain
    assert prepare_network(prepared) is prepared
    monkeypatch.setenv("SCHOOLBUS_NO_NUMBA", "1")
    assert prepare_network(plain) is plain
    with pytest.raises(ValueError, match="needs numba"):
        open_table(plain, some_places(plain, 3, 1))


def test_lines_are_drawn_alike_with_and_without_numba(networks, monkeypatch):
    plain, _ = networks
    start, end = (some_places(plain, 60, seed) for seed in (8, 9))
    compiled = trace_paths(plain, start, end)
    monkeypatch.setenv("SCHOOLBUS_NO_NUMBA", "1")
    for line, other in zip(compiled, trace_paths(plain, start, end), strict=True):
        assert line == pytest.approx(other, abs=1e-9)


def test_networks_are_open_again_as_they_were(tmp_path):
    roads = turning_map(5)
    first, again = (open_networks(roads, Policy(), tmp_path) for _ in range(2))
    assert len(list(tmp_path.iterdir())) == 1
    for network, other in zip(first, again, strict=True):
        places = some_places(network, 30, 10)
        assert (network.component == other.component).all()
        assert_equal(measure_travel(network, places, places), measure_travel(other, places, places))
        for line, same in zip(
            trace_paths(network, places, places), trace_paths(other, places, places), strict=True
        ):
            assert line.tolist() == same.tolist()
    assert again[1].hierarchy is not None


def test_other_rules_roads_or_sizes_are_other_networks(tmp_path):
    roads = turning_map(5)
    open_networks(roads, Policy(), tmp_path)
    open_networks(roads, Policy(turn_near_s=3), tmp_path)
    open_networks(roads, Policy(), tmp_path, size=BusSize(7, 2.3, 2.8, 6))
    slow = replace(roads, lanes=np.ones_like(roads.lanes))
    open_networks(slow, Policy(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("damage", [b"", b"no zip", None])
def test_a_damaged_or_foreign_file_is_made_anew(tmp_path, damage):
    roads = turning_map(6)
    wanted = open_networks(roads, Policy(), tmp_path)[1]
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    found = open_networks(roads, Policy(), tmp_path)[1]
    assert (found.leaving.key == wanted.leaving.key).all()
    assert kept.read_bytes() == whole or len(kept.read_bytes()) == len(whole)
    other = tmp_path / "other"
    other.mkdir()
    open_networks(turning_map(7), Policy(), other)
    (foreign,) = other.iterdir()
    kept.write_bytes(foreign.read_bytes())
    assert len(open_networks(roads, Policy(), tmp_path)[1].component) == len(wanted.component)


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path):
    walk, bus = open_networks(turning_map(6), Policy(), tmp_path / "missing")
    assert walk.profile == "walk"
    assert bus.profile == "bus"


def test_a_graph_that_grows_too_dense_is_left_as_it_is(monkeypatch, caplog):
    """With no growth allowed at all, a grid of 12 x 12 crossings is too dense."""
    network = bus_network(make_grid_roads(12, 12, 1), Policy())
    monkeypatch.setattr("routing.roads.contracting.MOST_GROWTH", 0)
    prepared = prepare_network(network)
    assert prepared.hierarchy is None
    assert "dense grid" in caplog.text
    places = some_places(network, 20, 3)
    assert_equal(measure_travel(network, places, places), measure_travel(prepared, places, places))
