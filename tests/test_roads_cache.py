"""Parsed roads are kept beside their file, and never believed blindly."""

from dataclasses import fields, replace

import numpy as np
import pytest
from osm_by_hand import ban, draw_map

from routing.roads import read_roads
from routing.roads.cache import cache_path, load_cached, save_cached
from routing.roads.network import Roads
from routing.roads.packing import pack_roads, unpack_roads

WAYS = [
    (1, (1, 2, 3), {"highway": "residential", "name": "学校路", "maxspeed": "30", "lanes": "2"}),
    (2, (2, 12), {"highway": "footway"}),
]
TAGGED = {
    1: {"highway": "turning_circle"}, 2: {"barrier": "bollard"},
    3: {"highway": "traffic_signals", "maxheight": "3"},
    44: {"place": "village", "name": "王家庄"},
}  # fmt: skip
BANS = [ban(7, "no_u_turn", "from 1, via node 2, to 1"), ban(8, "no_exit", "from 1, via 2, to 1")]


@pytest.fixture
def path(tmp_path):
    return draw_map(tmp_path / "map.osm.pbf", WAYS, TAGGED, relations=BANS)


def assert_same(one: Roads, other: Roads) -> None:
    for field in fields(Roads):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype, field.name
            assert np.array_equal(mine, theirs), field.name
        else:
            assert mine == theirs, field.name


def kept(path):
    return [file for file in path.parent.iterdir() if file.suffix == ".npz"]


def test_what_is_kept_is_what_was_read(path):
    fresh = read_roads(path)
    assert kept(path) == [cache_path(path, fresh.source.digest)]
    assert load_cached(path, fresh.source.digest) is not None
    assert_same(read_roads(path), fresh)
    assert_same(read_roads(path, cache=False), fresh)


def test_every_field_is_kept(path):
    roads = read_roads(path)
    assert roads.node_turning_m.any()
    assert roads.signals_forward.any()
    arrays = {name for name in vars(roads) if isinstance(getattr(roads, name), np.ndarray)}
    texts = {"names", "place_name", "place_kind", "source"}
    assert arrays | texts == {field.name for field in fields(Roads)}
    assert arrays | texts == pack_roads(roads).keys()
    assert_same(unpack_roads(pack_roads(roads)), roads)


def test_the_second_reading_uses_what_is_kept(path):
    roads = read_roads(path)
    marked = replace(roads, names=("", "kept"))
    assert save_cached(path, marked)
    assert read_roads(path).names == ("", "kept")
    assert read_roads(path, cache=False).names == ("", "学校路")


def test_nothing_is_kept_when_it_is_not_wanted(path):
    read_roads(path, cache=False)
    assert kept(path) == []


def test_a_changed_file_is_read_anew_and_the_stale_cache_goes(path):
    read_roads(path)
    (old,) = kept(path)
    stale = path.with_name(f"{path.name}.roads-00000000-000000000000.npz")
    stale.write_bytes(b"older")
    other = path.with_name("other.osm.pbf.roads-00000000-000000000000.npz")
    other.write_bytes(b"of another file")
    draw_map(path, [(5, (1, 2), {"highway": "primary"})])
    assert read_roads(path).way_id.tolist() == [5]
    assert not old.exists()
    assert not stale.exists()
    assert other.exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_cut_cache_is_ignored_and_written_again(path, share):
    fresh = read_roads(path)
    (file,) = kept(path)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert load_cached(path, fresh.source.digest) is None
    assert_same(read_roads(path), fresh)
    assert load_cached(path, fresh.source.digest) is not None


def test_a_cache_with_a_flipped_byte_is_ignored(path):
    fresh = read_roads(path)
    (file,) = kept(path)
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 0xFF
    file.write_bytes(content)
    assert_same(read_roads(path), fresh)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": np.array([99, 99, 99, 99], np.int64)},
        {"start": np.array([-1, 0, 0, 0], np.int64)},
        {"length_dm": np.zeros(4, np.int64)},
        {"lanes": np.zeros(2, np.int8)},
        {"lanes": np.zeros(4, np.float64)},
        {"road_class": np.full(4, 77, np.int8)},
        {"shape_from": np.array([0, 2, 1, 3, 8], np.int64)},
        {"place_kind": ()},
        {"surface": np.full(4, 9, np.int8)},
        {"water_dm": np.full(4, -1, np.int64)},
        {"node_turning_m": np.zeros(9, np.float32)},
        {"restriction_from": np.array([0, 2, 99], np.int64)},
        {"restriction_from": np.array([0, 5, 5], np.int64)},
        {"restriction_from": np.array([0, 3, 5], np.int64)},  # a way between is missing
        {"restriction_from": np.array([0], np.int64)},
        {"restriction_node": np.array([2], np.int64)},
        {"restriction_way": np.array([1.0, 1, 1, 2, 1])},
    ],
)
def test_a_cache_that_points_at_nothing_is_ignored(path, wrong):
    fresh = read_roads(path)
    assert len(fresh.start) == 4  # two pieces, the footway, and the way round the bollard
    assert fresh.restriction_from.tolist() == [0, 2, 5]
    save_cached(path, replace(fresh, **wrong))
    assert load_cached(path, fresh.source.digest) is None


def test_a_cache_of_pickled_objects_is_never_opened(path):
    fresh = read_roads(path)
    with cache_path(path, fresh.source.digest).open("wb") as stream:
        np.savez(stream, start=np.array([{"any": "object"}], dtype=object))
    assert load_cached(path, fresh.source.digest) is None


def test_a_folder_that_cannot_be_written_only_costs_time(path, tmp_path):
    roads = read_roads(path, cache=False)
    assert not save_cached(tmp_path / "nowhere" / "map.osm.pbf", roads)


def test_a_renamed_file_keeps_its_own_name(path):
    read_roads(path)
    (file,) = kept(path)
    moved = path.rename(path.with_name("county.osm.pbf"))
    file.rename(moved.with_name(file.name.replace("map.osm.pbf", "county.osm.pbf")))
    assert read_roads(moved).source.name == "county.osm.pbf"
