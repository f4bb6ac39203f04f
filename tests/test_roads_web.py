"""Roads from the internet: every answer a server may give ends soon and says what to do.

The server is our own, on this machine; nothing leaves it.
"""

import json

import pytest
import shapely
from osm_by_hand import draw_map, place_of, ways_of
from web_server import Server

from routing.errors import RoadsError
from routing.roads import read_place

AREA = shapely.box(*place_of(0), *place_of(99))


@pytest.fixture
def world(tmp_path):
    path = draw_map(tmp_path / "world.osm", [(1, (1, 2), {"highway": "primary"})])
    return path.read_bytes()


def ok(body):
    return 200, {}, body


def refuse(*answers, **more):
    with Server(*answers) as server, pytest.raises(RoadsError) as error:
        read_place(AREA, overpass_url=server.url, **more)
    assert "127.0.0.1" in error.value.say("en")
    assert ".osm.pbf" in error.value.say("en")
    assert ".osm.pbf" in error.value.say("zh")
    return error.value.say("en"), len(server.asked)


def test_a_polygon_is_asked_for_and_read(world):
    with Server(ok(world)) as server:
        roads = read_place(AREA, overpass_url=server.url)
    assert ways_of(roads) == {1: [(1, 2, "FBW")]}
    assert roads.source.name == "polygon"
    (query,) = server.asked
    assert query.startswith("[out:xml][timeout:180];")
    assert "way[highway](poly:" in query
    assert "36.4" in query  # the outline is a little wider than the area


def test_a_place_is_found_by_its_name(world):
    found = json.dumps([{"geojson": shapely.geometry.mapping(AREA)}]).encode()
    with Server(ok(found)) as finder, Server(ok(world)) as server:
        roads = read_place("安丘市", overpass_url=server.url, nominatim_url=finder.url)
    assert roads.source.name == "安丘市"
    assert "q=%E5%AE%89%E4%B8%98%E5%B8%82" in finder.asked[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"[]", "no area of this name is known"),
        (b'[{"geojson": {"type": "Point", "coordinates": [1, 2]}}]', "no area of this name"),
        (b"<html>sign in</html>", "the answer is no map"),
        (b'{"error": "quota"}', "the answer is no map"),
    ],
)
def test_a_name_without_an_area_is_refused(answer, said):
    with Server(ok(answer)) as server, pytest.raises(RoadsError) as error:
        read_place("Nowhere", nominatim_url=server.url, overpass_url=server.url)
    assert said in error.value.say("en")


def test_nothing_is_kept_unless_a_folder_is_named(world, tmp_path):
    folder = tmp_path / "kept"
    with Server(ok(world)) as server:
        read_place(AREA, overpass_url=server.url)
        assert not folder.exists()
        first = read_place(AREA, overpass_url=server.url, folder=folder)
        second = read_place(AREA, overpass_url=server.url, folder=folder, timeout_s=60)
    assert len(server.asked) == 2
    assert ways_of(first) == ways_of(second)
    assert sorted(file.suffix for file in folder.iterdir()) == [".npz", ".osm"]


def test_a_busy_server_is_asked_again_and_then_used(world):
    with Server(
        (429, {"Retry-After": "0"}, b""), (504, {"Retry-After": "0"}, b""), ok(world)
    ) as server:
        roads = read_place(AREA, overpass_url=server.url)
    assert len(server.asked) == 3
    assert len(roads.start) == 1


@pytest.mark.parametrize("code", [429, 504])
def test_a_server_that_stays_busy_is_given_up_after_three_tries(code):
    said, n_asked = refuse((code, {"Retry-After": "0"}, b""))
    assert f"too busy (HTTP {code})" in said
    assert n_asked == 3


def test_a_long_pause_is_not_waited_for_beyond_the_time_given():
    said, n_asked = refuse((429, {"Retry-After": "3600"}, b""), timeout_s=5)
    assert "HTTP 429" in said
    assert n_asked == 1


def test_a_refusal_is_not_asked_again():
    said, n_asked = refuse((400, {}, b"bad query"))
    assert "HTTP 400" in said
    assert n_asked == 1


def test_half_an_answer_with_a_remark_is_refused(world):
    remark = b"<remark>runtime error: Query timed out in &quot;recurse&quot;</remark></osm>"
    said, _ = refuse(ok(world.replace(b"</osm>", remark)))
    assert "incomplete (runtime error: Query timed out" in said


@pytest.mark.parametrize("body", [b"", b"<html><body>Sign in</body></html>", b"{}"])
def test_an_answer_that_is_no_map_is_refused(body):
    said, _ = refuse(ok(body))
    assert "the answer is no map" in said


def test_an_answer_that_breaks_off_is_refused_and_not_kept(world, tmp_path):
    half = world[: len(world) // 2]
    said, _ = refuse((200, {"Content-Length": str(len(world))}, half), folder=tmp_path / "kept")
    assert "did not answer in time" in said
    assert list((tmp_path / "kept").iterdir()) == []
    said, _ = refuse(ok(half), folder=tmp_path / "kept")
    assert "the answer is no map" in said
    assert list((tmp_path / "kept").iterdir()) == []


def test_where_nothing_answers_the_error_says_so_without_waiting_for_the_time_given():
    with Server(ok(b"")) as server:
        pass  # closed: the port answers no more
    with pytest.raises(RoadsError) as error:
        read_place(AREA, overpass_url=server.url, timeout_s=180)
    assert "cannot be reached" in error.value.say("en")


@pytest.mark.parametrize(
    ("area", "said"),
    [
        (shapely.box(100, 20, 110, 30), "larger than 30000 km²"),
        (shapely.box(5e5, 4e6, 6e5, 4.1e6), "is no area in degrees"),
        (shapely.Point(118, 36), "is no area in degrees"),
        (shapely.Polygon(), "is no area in degrees"),
    ],
)
def test_an_area_that_cannot_be_asked_for_is_refused_at_once(area, said):
    with pytest.raises(RoadsError) as error:
        read_place(area, overpass_url="http://127.0.0.1:9/")
    assert said in error.value.say("en")


def test_osmnx_settings_are_left_alone(world):
    import osmnx as ox

    before = {key: repr(value) for key, value in vars(ox.settings).items()}
    with Server(ok(world)) as server:
        read_place(AREA, overpass_url=server.url)
    assert {key: repr(value) for key, value in vars(ox.settings).items()} == before
