"""Faults 25 to 34 of the forty: roads that are not there, not whole, or lead nowhere."""

import socket
import time
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from county_by_hand import write_county, write_roads
from forty import command, look, only_fault, survives
from osm_by_hand import place_of, read_map
from plan_by_hand import along, grid_district, gridtown, place
from test_plan import GIVEN, homes, reasons
from test_roads_graph import simple_graph
from test_roads_web import ok, refuse

from routing.check import check_plan
from routing.errors import RoadsError
from routing.inputs import make_district
from routing.plan import make_plan
from routing.policy import ByGrade, Policy
from routing.roads import read_place, read_roads
from routing.roads.repairs import repair_notes


@pytest.fixture
def district():
    """Gridtown before anything was measured."""
    made = grid_district()
    return replace(made, students=made.students.drop(columns=GIVEN))


def planned(district, **rules):
    made = make_plan(district, Policy(**rules), seed=1, max_rounds=1)
    assert check_plan(made) == []
    return made


def no_waiting(_):
    pytest.fail("slept")


@survives(
    25, "no network", "没有网络", "R",
    "Maps and reports need none; a place from the internet is given up within seconds.",
    "地图和报告无需联网；联网读取在数秒内放弃。",
)  # fmt: skip
def test_without_a_network_pages_are_made_and_nothing_waits(tmp_path, monkeypatch):
    from routing.outputs.maps import write_map
    from routing.outputs.report import write_report

    def off(*_, **__):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", off)
    monkeypatch.setattr(socket, "getaddrinfo", off)
    monkeypatch.setattr(time, "sleep", no_waiting)
    assert write_map(gridtown(), tmp_path / "index.html").stat().st_size > 100_000
    assert write_report(gridtown(), tmp_path / "report.html").is_file()
    with pytest.raises(RoadsError) as caught:
        read_place(gpd.points_from_xy([118], [36.5]).buffer(0.01)[0])
    assert ".osm.pbf" in caught.value.say("en")


@survives(
    26, "the map server is too busy (HTTP 429, 504)", "地图服务器繁忙（HTTP 429、504）", "E",
    "It is asked three times; then the advice is to take an .osm.pbf extract.",
    "最多请求三次，之后建议使用.osm.pbf文件。",
)  # fmt: skip
@pytest.mark.parametrize("code", [429, 504])
def test_a_busy_server_is_not_asked_for_ever(code):
    said, n_asked = refuse((code, {"Retry-After": "0"}, b""))
    assert n_asked == 3
    assert f"HTTP {code}" in said


@survives(
    27, "the map server sends half the roads, and says so in a remark", "地图服务器只返回部分道路（remark）", "E",
    "Half an answer is refused, with the server's remark.", "拒绝不完整的数据，并转述服务器的说明。",
)  # fmt: skip
def test_half_an_answer_is_no_map():
    body = b'<osm version="0.6"><node id="1" lat="36.5" lon="118"/><remark> runtime error: Query timed out </remark></osm>'
    said, n_asked = refuse(ok(body))
    assert n_asked == 1
    assert "Query timed out" in said


@survives(
    28, "a road file that is cut off or damaged", "路网文件被截断或损坏", "E",
    "The file is named, with the advice to download it again.", "指出该文件，建议重新下载。",
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_a_cut_road_file_is_named(tmp_path, suffix):
    county = write_county(tmp_path)
    (county / "roads.osm.pbf").unlink()
    path = write_roads(county, name=f"roads{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 20])
    fault = only_fault(county)
    assert fault.file == f"roads{suffix}"
    assert "again" in fault.problem.en + fault.remedy.en


@survives(
    29, "the roads of another county", "路网属于其他县", "E",
    "One fault, with the box of the roads and the box of the points.",
    "仅一条错误，给出路网范围和点位范围。",
)  # fmt: skip
def test_roads_of_another_county_are_one_fault_with_both_boxes(tmp_path):
    county = write_county(tmp_path)
    write_roads(county, (120.0, 30.0, 120.1, 30.1))
    fault = only_fault(county)
    assert fault.file == "roads.osm.pbf"
    assert "120.0000, 30.0000" in fault.problem.en
    assert "116." in fault.problem.en


@survives(
    30, "a home more than 500 m from any road", "住址距任何道路超过500米", "U",
    "The pupil is unserved, with the distance found and the limit.", "列为未安排，给出实际距离和限值。",
)  # fmt: skip
def test_a_home_far_from_every_road_is_told_how_far(district):
    """(2.5, 2.5) lies half a kilometre and more from rows 2 and 3; then a little further north."""
    far = replace(district, students=homes(("z", (-0.8, 2.5), "S1", 5, 2)))
    rides = planned(far).rides
    assert set(rides["reason"]) == {"far_from_road"}
    assert (rides["reason_found"] == 800).all() or rides["reason_found"].between(795, 805).all()
    assert set(rides["reason_limit"]) == {500}


@survives(
    31, "a home beside roads that connect to nothing", "住址旁的道路为孤立路段", "R/U",
    "It is placed on the next road within the limit that leads to school; else it is unserved.",
    "改接限值内可通往学校的道路；否则列为未安排。",
)  # fmt: skip
def test_a_home_by_an_island_takes_the_next_road_that_leads_to_school(district):
    """(4.7, 0.5): 500 m from the island, 700 m from column 4; i in Gridtown is 1.9 km off."""
    near = replace(district, students=homes(("z", (4.7, 0.5), "S1", 5, 2)))
    assert set(planned(near, max_home_to_road_m=900, max_walk_to_stop_m=ByGrade(1_500, 1_500, 1_500)).rides["mode"]) == {"bus"}  # fmt: skip
    assert reasons(planned(district))["i"] == "island"


@survives(
    32, "a school that only private roads, a ferry or a one-way road reach", "学校仅有私有道路、渡口或单行路可达", "U",
    "Its pupils are unserved, and the reason is the school's road.", "该校学生列为未安排，原因为学校道路。",
)  # fmt: skip
@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "residential", "access": "private"}, {"island", "no_bus_road"}),
        ({"route": "ferry"}, {"island", "no_bus_road"}),
        ({"highway": "residential", "oneway": "yes"}, {"island", "no_bus_road"}),
    ],
)
def test_a_school_no_bus_may_reach_is_the_reason(tmp_path, tags, reason):
    """Node 1 to 5 is a road north; 10 steps (1.1 km) on, behind the link in question, the school."""
    road = {"highway": "tertiary"}
    roads = read_map(tmp_path, [(1, (1, 2, 3, 4, 5), road), (2, (5, 205), tags), (3, (205, 206), road)])  # fmt: skip
    school, home = place_of(206), place_of(1)
    schools = pd.DataFrame([{"school_id": "S", "name": "S", "lon": school[0], "lat": school[1], "kind": "primary", "bell": "08:20", "dismissal": "16:30"}])  # fmt: skip
    students = pd.DataFrame([{"student_id": "a", "school_id": "S", "grade": 2, "lon": home[0], "lat": home[1]}])  # fmt: skip
    buses = pd.DataFrame([{"bus_type_id": "T", "seats": 19}])
    rides = planned(make_district(schools, students, buses, roads), ride_beyond_m=100).rides
    assert set(rides["mode"]) == {"unserved"}
    assert set(rides["reason"]) <= reason


@survives(
    33, "lengths and speeds that are zero, negative or no number", "道路长度或限速为零、负数或非数字", "R",
    "Lengths are measured anew, such speeds left out; a note counts both.",
    "长度重新量算，不合理限速略去，并提示数量。",
)  # fmt: skip
@pytest.mark.parametrize("length", [0.0, -5.0, float("nan"), float("inf"), 1e18])
def test_a_length_that_cannot_be_is_measured(length):
    """One step of the map is 111.2 m."""
    roads = read_roads(simple_graph(length=length, maxspeed="-40", highway="primary"))
    assert roads.length_dm.tolist() == [1112]
    assert (roads.signed_forward_kmh <= 0).all()
    assert roads.source.repaired["lengths"] == 1
    said = " ".join(note.say("en") for note in repair_notes(roads.source))
    assert "1 length(s)" in said


@survives(
    34, "a stop at the school's gate, two schools at one gate", "站点就在校门口、两校同一校门", "R",
    "A distance of nothing is a distance; the plan is made.", "距离为零照常计算。",
)  # fmt: skip
def test_a_distance_of_nothing_is_a_distance(district):
    """z lives at S1's gate and goes to S2; then both schools stand at one gate."""
    at_gate = homes(("z", (0.5, 1), "S2", 8, 2), ("f", (0.4, 2.0), "S2", 7, 7))
    assert set(planned(replace(district, students=at_gate)).rides["mode"]) == {"bus"}
    one_gate = district.schools.set_geometry([place(0.5, 1)] * 2, crs=4326)
    rides = planned(replace(district, schools=one_gate)).rides
    assert "bus" in set(rides["mode"])


def test_gridtown_itself_serves_all_but_two(district):
    assert set(reasons(planned(district))) == {"g", "i"}
    assert np.isfinite(along(0, 0))


def test_the_commands_say_the_same_of_a_missing_network(tmp_path):
    county = write_county(tmp_path)
    (county / "roads.osm.pbf").unlink()
    assert command("check-inputs", county)[0] == 3
    assert [fault.file for fault in look(county).faults] == ["roads"]
