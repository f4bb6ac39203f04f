"""Roads come from files of every kind; what cannot be read says so and what to do."""

import bz2
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from osm_by_hand import ban, bans_of, draw_map, place_of, ways_of

from routing.errors import RoadsError
from routing.roads import read_roads
from routing.roads.repairs import REPAIR_WORDS, repair_notes

ROAD = {"highway": "residential", "name": "a,b=c d%e@村", "maxspeed": "30"}
WAYS = [(1, (1, 2, 3), ROAD), (2, (2, 12), {"highway": "footway"})]


def refuse(source, *said):
    """Return the refusal in both languages, after checking that it says all this."""
    with pytest.raises(RoadsError) as error:
        read_roads(source, cache=False)
    english, chinese = error.value.say("en"), error.value.say("zh")
    for part in said:
        assert part in english
    assert any("一" <= sign <= "鿿" for sign in chinese)
    return english, chinese


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_every_format_gives_the_same_roads(tmp_path, suffix):
    path = draw_map(tmp_path / f"map{suffix}", WAYS)
    roads = read_roads(path, cache=False)
    assert ways_of(roads) == {1: [(1, 2, "FBW"), (2, 3, "FBW")], 2: [(2, 12, "W")]}
    assert roads.names == ("", "a,b=c d%e@村")
    assert roads.source.name == path.name
    assert len(roads.source.digest) == 64


@pytest.mark.parametrize(
    "name", ["MAP.OSM.PBF", "Map.OSM", "map.OSM.GZ", "map.pbf", "map.osm.xml", "路网.osm"]
)
def test_capitals_and_other_usual_suffixes_are_understood(tmp_path, name):
    plain = "map.osm.pbf" if name.lower().endswith("pbf") else "map.osm"
    path = draw_map(tmp_path / (f"{plain}.gz" if name.lower().endswith("gz") else plain), WAYS)
    assert len(read_roads(path.rename(tmp_path / name)).start) == 3


def test_a_path_may_be_text(tmp_path):
    path = draw_map(tmp_path / "map.osm", WAYS)
    assert len(read_roads(str(path), cache=False).start) == 3


@pytest.mark.parametrize("name", ["map.osm", "MAP.OSM", "map.osm.gz"])
def test_ways_may_stand_before_their_nodes(tmp_path, name):
    # and so may the shore of a lake, a line of its own without tags, and a restriction
    lake = (8, [("way", 3, "outer")], {"type": "multipolygon", "natural": "water"})
    bans = [lake, ban(7, "no_u_turn", "from 1, via node 2, to 1")]
    path = draw_map(tmp_path / "plain.osm", [*WAYS, (3, (2, 22), {})], relations=bans)
    lines = path.read_text("utf-8").splitlines()
    nodes = [line for line in lines if "<node" in line]
    rest = [line for line in lines if "<node" not in line]
    content = "\n".join([*rest[:-1], *nodes, rest[-1]]).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    roads = read_roads(path, cache=False)
    assert ways_of(roads) == {1: [(1, 2, "FBW"), (2, 3, "FBW")], 2: [(2, 12, "W")]}
    assert roads.source.repaired == {}
    assert roads.water_dm.tolist() == [100, 100, 0]
    assert bans_of(roads) == [(7, False, 2, (1, 1))]


def test_new_nodes_of_an_editor_are_found(tmp_path):
    (tmp_path / "map.osm").write_text(
        '<?xml version="1.0"?><osm version="0.6">'
        '<node id="-1" lat="36.5" lon="118.0"/><node id="-2" lat="36.501" lon="118.0"/>'
        '<way id="-1"><nd ref="-1"/><nd ref="-2"/><tag k="highway" v="service"/></way></osm>'
    )
    roads = read_roads(tmp_path / "map.osm", cache=False)
    assert ways_of(roads) == {-1: [(-1, -2, "FBW")]}
    assert roads.length_dm.tolist() == [1112]


def test_a_missing_file_is_named(tmp_path):
    refuse(tmp_path / "gone.osm.pbf", "gone.osm.pbf: there is no such file")
    refuse(str(tmp_path / "gone.osm"), "gone.osm: there is no such file")
    refuse("gone.osm.pbf", "there is no such file")


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "map.osm").mkdir()
    refuse(tmp_path / "map.osm", "there is no such file")


def test_an_unknown_kind_of_file_is_refused(tmp_path):
    (tmp_path / "map.shp").write_bytes(b"something")
    refuse(tmp_path / "map.shp", "map.shp: this kind of file is not known", ".osm.pbf")
    refuse(str(tmp_path / "map.shp"), "map.shp: this kind of file is not known")


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml"])
def test_an_empty_file_is_refused(tmp_path, suffix):
    path = tmp_path / f"map{suffix}"
    path.write_bytes(b"")
    refuse(path, f"map{suffix}: the file is empty", "Download it again")


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_cut_file_is_refused(tmp_path, suffix, share):
    ways = [(way, (way, way + 1, way + 12), ROAD) for way in range(1, 300)]
    path = draw_map(tmp_path / f"map{suffix}", ways)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refuse(path, f"map{suffix}: the file is cut short, damaged")


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml"])
@pytest.mark.parametrize("content", [b"hello", b"<gpx></gpx>", b"\x00" * 400, b"PK\x03\x04zip"])
def test_another_kind_of_content_is_refused(tmp_path, suffix, content):
    path = tmp_path / f"map{suffix}"
    path.write_bytes(content)
    refuse(path, f"map{suffix}")


def test_a_map_without_roads_is_refused(tmp_path):
    path = draw_map(tmp_path / "map.osm", [(1, (1, 2), {"waterway": "river"})])
    refuse(path, "map.osm: holds no road")
    path = draw_map(tmp_path / "map.osm", [(1, (1, 2), ROAD)], missing=[1, 2])
    refuse(path, "map.osm: holds no road")


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def test_xml_that_unfolds_itself_is_refused(tmp_path):
    path = tmp_path / "map.osm"
    path.write_text(
        f'{BILLION_LAUGHS}<osm version="0.6"><node id="1" lat="1" lon="2">'
        '<tag k="a" v="&i;"/></node></osm>'
    )
    refuse(path, "map.osm", "entities")
    path = tmp_path / "map.graphml"
    path.write_text(
        f'{BILLION_LAUGHS}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        '<graph edgedefault="directed"><node id="1"><data key="d0">&i;</data></node></graph></graphml>'
    )
    refuse(path, "map.graphml: the file is damaged or no GraphML")


@pytest.mark.parametrize(("suffix", "opener"), [(".osm.gz", gzip.open), (".osm.bz2", bz2.open)])
def test_a_packed_file_that_grows_out_of_proportion_is_refused(tmp_path, suffix, opener):
    # 80 MiB of one sign pack to less than 1/200 of that
    path = tmp_path / f"map{suffix}"
    with opener(path, "wb") as stream:
        for _ in range(80):
            stream.write(b" " * 2**20)
    refuse(path, f"map{suffix}: unpacks to more than 200 times its size")


def test_what_is_no_source_is_a_mistake_of_the_program():
    with pytest.raises(TypeError, match="not from int"):
        read_roads(5)


def test_importing_roads_imports_nothing_heavy():
    import subprocess
    import sys

    code = (
        "import sys, routing.roads; "
        "print([m for m in ('osmium', 'osmnx', 'numba', 'networkx', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "bus_km", "schools"),
    [
        ("andorra.osm.pbf", 442, 0),
        ("beatty.osm", 167, 0),
        ("campo-grande.osm.gz", 0, 0),
        ("liechtenstein.osm.pbf", 0, 10),
        ("malta.osm.pbf", 2177, 50),
        ("north-bayreuth.osm.gz", 0, 0),
        ("porto.osm.pbf", 8906, 0),
        ("reisterstown.osm.pbf", 0, 0),
    ],
)
def test_real_extracts_are_read(shared_data, name, bus_km, schools):
    # the kilometres were counted from the same extracts by another program, for cars:
    # a bus may use some that a car may not, and the other way round
    roads = read_roads(Path(shared_data) / "roads" / name, cache=False)
    bus = roads.bus_forward | roads.bus_backward
    assert (bus | roads.walks).all()
    assert roads.length_dm.min() >= 1
    km = roads.length_dm[bus].sum() / 10_000
    assert km > 100
    if bus_km:
        assert abs(km / bus_km - 1) < 0.2
    assert roads.place_kind.count("school") >= schools
    first, last = roads.shape_from[:-1], roads.shape_from[1:] - 1
    assert np.array_equal(roads.shape_lon[first], roads.node_lon[roads.start])
    assert np.array_equal(roads.shape_lat[last], roads.node_lat[roads.end])
    assert len(np.unique(roads.node_id)) == len(roads.node_id)


def test_node_places_are_kept_to_the_last_digit(tmp_path):
    roads = read_roads(draw_map(tmp_path / "map.osm.pbf", WAYS), cache=False)
    for node, lon, lat in zip(roads.node_id, roads.node_lon, roads.node_lat, strict=True):
        assert (round(lon, 7), round(lat, 7)) == tuple(round(at, 7) for at in place_of(int(node)))


def test_every_repair_is_told_in_both_languages(tmp_path):
    ways = [
        (1, (1, 2, 3, 4), {**ROAD, "maxspeed": "0", "maxweight:conditional": "3.5 @ (wet)"}),
        (2, (1, 2, 3, 4), {**ROAD, "maxspeed": "0", "maxweight:conditional": "3.5 @ (wet)"}),
    ]
    turn = "from 1, via node 1, to 1"
    bans = [
        ban(5, "", turn, restriction__conditional="no_u_turn @ (wet)"),
        ban(6, "no_u_turn", turn, **{"except": "bus"}), ban(7, "no_u_turn", "from 1"),
    ]  # fmt: skip
    path = draw_map(tmp_path / "map.osm.pbf", ways, missing=[3], relations=bans)
    roads = read_roads(path, cache=False)
    repaired = {**roads.source.repaired, "lengths": 2}
    assert repaired == dict.fromkeys(REPAIR_WORDS, 1) | {"lengths": 2}
    notes = repair_notes(replace(roads.source, repaired={**repaired, "roads added": 3}))
    assert len(notes) == len(REPAIR_WORDS)
    for note in notes:
        assert note.en.startswith("map.osm.pbf: ")
        assert any("一" <= sign <= "鿿" for sign in note.zh)
