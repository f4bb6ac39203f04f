"""A map is written whole or not at all, and always the same."""

import pytest
from osm_by_hand import place_of

from routing.errors import RoadsError
from routing.roads import read_roads, write_osm

NODES = [(2, *place_of(2), {}), (1, *place_of(1), {"b": "2", "a": "村庄"})]
WAYS = [(7, [1, 2], {"highway": "primary", "name": "中心路"})]
TURN = [(3, [("way", 7, "from"), ("n", 2, "via")], {"type": "restriction"})]


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_the_same_content_gives_the_same_bytes_in_every_format(tmp_path, suffix):
    one = write_osm(tmp_path / f"one{suffix}", NODES, WAYS, TURN)
    other = write_osm(tmp_path / f"other{suffix}", NODES[::-1], WAYS, TURN)
    assert one.read_bytes() == other.read_bytes()
    roads = read_roads(one, cache=False)
    assert roads.names == ("", "中心路")
    assert roads.node_id.tolist() == [1, 2]
    assert (roads.node_lon[0], roads.node_lat[0]) == place_of(1)


def test_relations_and_tags_stand_in_the_file(tmp_path):
    text = write_osm(tmp_path / "map.osm", NODES, WAYS, TURN).read_text("utf-8")
    assert '<member type="way" ref="7" role="from"/>' in text
    assert '<member type="node" ref="2" role="via"/>' in text
    assert text.index('k="a"') < text.index('k="b"')


def test_an_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'map\.txt' does not end in one of"):
        write_osm(tmp_path / "map.txt", NODES, WAYS)


def test_a_failed_writing_leaves_the_old_file_and_no_half_one(tmp_path):
    path = write_osm(tmp_path / "map.osm", NODES, WAYS)
    before = path.read_bytes()

    def broken():
        yield NODES[0]
        message = "the source broke"
        raise ValueError(message)

    with pytest.raises(ValueError, match="the source broke"):
        write_osm(path, broken(), WAYS)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["map.osm"]


def test_a_folder_that_cannot_be_made_is_said_in_both_languages(tmp_path):
    (tmp_path / "nowhere").write_text("a file")
    with pytest.raises(RoadsError) as error:
        write_osm(tmp_path / "nowhere" / "map.osm", NODES, WAYS)
    assert "map.osm: cannot be written" in error.value.say("en")
    assert "map.osm：无法写入" in error.value.say("zh")
