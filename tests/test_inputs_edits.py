"""Tests of routing.inputs.edits: the file of the planner's own road edits."""

import json
import shutil

import geopandas as gpd
import numpy as np
import pytest
from county_by_hand import write_county
from shapely import MultiLineString, Point

from routing import Policy
from routing.demand import find_entitled
from routing.errors import InputError
from routing.inputs import check_inputs, read_district
from routing.inputs.edits import USED
from routing.locate import locate_places
from routing.roads import bus_network, bus_profiles, snap_points, walk_network
from routing.roads.network import ROAD_CLASSES
from routing.roads.writing import write_osm
from routing.tables import ADDED_HIGHWAYS, ROAD_EDIT_KINDS, ROAD_EDITS
from routing.units import UNIT_ZH

POINT = {"type": "Point", "coordinates": [116.05, 36.45]}
STREET = [(116.0, 36.4), (116.05, 36.45), (116.1, 36.5)]


def write_edits(folder, *edits, name="road_edits.geojson"):
    """Write edits, each (geometry, properties), as a GeoJSON file."""
    features = [
        {"type": "Feature", "geometry": shape, "properties": properties}
        for shape, properties in edits
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / name).write_text(text, encoding="utf-8")


def line(*places):
    return {"type": "LineString", "coordinates": [list(place) for place in places]}


def faults_of(folder):
    return [
        fault for fault in check_inputs(folder, cache=False).faults if "road_edits" in fault.file
    ]


def only_fault(folder, shape, properties):
    write_edits(folder, (line(*STREET), {"edit_id": "a", "kind": "two_way"}), (shape, properties))
    faults = faults_of(folder)
    assert len(faults) == 1, faults
    assert faults[0].say("zh") != faults[0].say("en")
    return faults[0]


@pytest.fixture
def county(tmp_path):
    return write_county(tmp_path / "county")


@pytest.mark.parametrize("name", ["road_edits.geojson", "道路修改.geojson"])
def test_edits_are_read_and_covered_by_the_digest(county, name):
    before = read_district(county, cache=False)
    write_edits(county, (line(*STREET), {"修改编号": "a", "类型": "限速", "限速": 30}), name=name)
    after = read_district(county, cache=False)
    assert set(after.roads.signed_forward_kmh.tolist()) == {30.0}
    assert after.roads.source.repaired["speeds set by the planner"] == 1
    assert after.digest != before.digest
    assert f"{name}: 1 edit(s) of the roads applied." in [note.en for note in after.notes]


def test_edits_in_a_geopackage_of_another_system(county):
    frame = gpd.GeoDataFrame(
        {"edit_id": ["a"], "kind": ["close_road"], "walk": ["no"]},
        geometry=[MultiLineString([STREET[:2]])], crs="EPSG:4326",
    )  # fmt: skip
    frame.to_crs("EPSG:32650").to_file(county / "road_edits.gpkg")
    roads = read_district(county, cache=False).roads
    shut = ~(roads.bus_forward | roads.walks)
    assert roads.length_dm[shut].sum() == pytest.approx(roads.length_dm.sum() / 2, abs=20)


def test_limits_stops_and_turning_places_in_chinese(county):
    """The street is one link; the turning place in its middle cuts it in two."""
    write_edits(
        county,
        (line(*STREET), {"修改编号": "桥", "类型": "限高", "限高": 3.2, "限重": 8, "限宽": 2.4}),
        (line(*STREET), {"修改编号": "站", "类型": "设站", "可设站": "否"}),
        (POINT, {"修改编号": "回", "类型": "掉头点", "掉头直径": 20}),
    )
    roads = read_district(county, cache=False).roads
    assert roads.max_height_m.tolist() == pytest.approx([3.2, 3.2])
    assert roads.max_weight_t.tolist() == [8, 8]
    assert roads.max_width_m.tolist() == pytest.approx([2.4, 2.4])
    assert roads.stop_rule.tolist() == [-1, -1]
    assert sorted(roads.node_turning_m.tolist()) == [0, 0, 20]


def test_a_geopackage_that_is_open_elsewhere_is_no_second_file(county):
    write_edits(county, (line(*STREET), {"edit_id": "a", "kind": "two_way"}))
    (county / "road_edits.gpkg-wal").write_bytes(b"")
    assert check_inputs(county, cache=False).faults == ()


def test_a_file_without_edits_changes_nothing(county):
    write_edits(county)
    assert read_district(county, cache=False).roads.source.repaired == {}


@pytest.mark.parametrize(
    ("shape", "properties", "problem"),
    [
        (line(*STREET), {"edit_id": "b", "kind": "mend"}, "is not among the choices."),
        (line(*STREET), {"edit_id": "a", "kind": "two_way"}, "is also in row 1."),
        (line(*STREET), {"edit_id": "b", "kind": "speed"}, "is empty, and the edit sets a speed."),
        (line(*STREET), {"edit_id": "b", "kind": "speed", "kmh": 90}, "is outside 5 to 80 km/h."),
        (line(*STREET), {"edit_id": "b", "kind": "add_road", "highway": "lane"}, "is no class of road that can be added."),
        (line(*STREET), {"edit_id": "b", "kind": "add_road", "bus": "no", "walk": "no"}, "neither a bus nor a walker may use the added road."),
        (line(*STREET), {"edit_id": "b", "kind": "limit"}, "is empty, and so are width and weight: the edit limits nothing."),
        (line(*STREET), {"edit_id": "b", "kind": "limit", "height_m": 0.5}, "is outside 1 to 20 m."),
        (line(*STREET), {"edit_id": "b", "kind": "limit", "weight_t": "heavy"}, "is no number."),
        (line(*STREET), {"edit_id": "b", "kind": "stop"}, "is empty, and the edit says whether a bus may stop."),
        (line(*STREET), {"edit_id": "b", "kind": "stop", "allowed": "maybe"}, "is neither yes nor no."),
        (line(*STREET), {"edit_id": "b", "kind": "turning_place"}, "is no single point."),
        (POINT, {"edit_id": "b", "kind": "turning_place", "diameter_m": 2}, "is outside 5 to 200 m."),
        ({"type": "Point", "coordinates": [116.07, 36.42]}, {"edit_id": "b", "kind": "turning_place"}, "it runs along no road of the extract, within 15 m."),
        ({"type": "Point", "coordinates": [116.05, 36.45]}, {"edit_id": "b", "kind": "oneway"}, "is no single line."),
        ({"type": "Polygon", "coordinates": [[*STREET, STREET[0]]]}, {"edit_id": "b", "kind": "close_road"}, "is neither a single line nor a single point."),
        (None, {"edit_id": "b", "kind": "close_road"}, "is neither a single line nor a single point."),
        (line(STREET[0], STREET[0]), {"edit_id": "b", "kind": "oneway"}, "has no length."),
        (line((36.4, 116.0), (36.5, 116.1)), {"edit_id": "b", "kind": "oneway"}, "longitude and latitude are swapped."),
        (line((117.4, 36.4), (117.5, 36.5)), {"edit_id": "b", "kind": "oneway"}, "lies outside the roads, whose box is [116.0000, 36.4000, 116.1000, 36.5000]."),
        (line((116.06, 36.42), (116.07, 36.42)), {"edit_id": "b", "kind": "oneway"}, "it runs along no road of the extract, within 15 m."),
        (line((116.05, 36.45), (116.07, 36.42)), {"edit_id": "b", "kind": "add_road"}, "its last point joins no road within 15 m."),
    ],
)  # fmt: skip
def test_every_fault_names_the_feature(county, shape, properties, problem):
    fault = only_fault(county, shape, properties)
    assert fault.problem.en == problem
    assert fault.feature == 2
    assert fault.row is None
    assert fault.say().startswith("road_edits.geojson, feature 2, column '")
    with pytest.raises(InputError, match="feature 2"):
        read_district(county, cache=False)


def test_an_edit_that_a_new_extract_no_longer_matches_is_named(county):
    """The same edits on other roads: the edit is a fault with its own id."""
    write_edits(county, (line(*STREET[:2]), {"edit_id": "堤坝桥", "kind": "close_road"}))
    assert faults_of(county) == []
    nodes = [(1, 116.0, 36.5, {}), (2, 116.1, 36.4, {})]
    write_osm(county / "roads.osm.pbf", nodes, [(1, [1, 2], {"highway": "tertiary"})])
    (fault,) = faults_of(county)
    assert (fault.column, fault.value, fault.feature) == ("edit_id", "堤坝桥", 1)


def test_properties_that_a_kind_does_not_use_are_noted(county):
    write_edits(
        county, (line(*STREET), {"edit_id": "a", "kind": "two_way", "kmh": 30, "bus": "yes"})
    )
    notes = [note.en for note in check_inputs(county, cache=False).notes]
    assert "road_edits.geojson, edit 'a': not used by two_way: kmh." in notes


def test_other_formats_are_refused_with_what_to_do(county):
    (county / "road_edits.csv").write_text("edit_id,kind\na,two_way\n", encoding="utf-8")
    assert [fault.problem.en for fault in faults_of(county)] == ["holds no lines or points."]
    (county / "road_edits.csv").unlink()
    (county / "road_edits.kml").write_text("<kml/>", encoding="utf-8")
    assert [fault.remedy.en for fault in faults_of(county)] == ["Save it as .geojson or .gpkg."]


def test_faulty_roads_still_leave_the_edits_checked(county):
    (county / "roads.osm.pbf").unlink()
    write_edits(county, (line(*STREET), {"edit_id": "b", "kind": "speed"}))
    assert [fault.column for fault in faults_of(county)] == ["kmh"]


def test_a_bridge_to_the_island_reaches_its_pupils(small_county, tmp_path):
    """Three pupils live on the river island of the small county; a new road reaches them."""
    folder = tmp_path / "county"
    shutil.copytree(small_county, folder, ignore=shutil.ignore_patterns("*.npz"))

    def located(district):
        policy = Policy()
        profiles = bus_profiles(district.roads, policy, district.bus_types)
        places = locate_places(district, walk_network(district.roads), profiles, policy)
        return places, find_entitled(district, places, policy)

    district = read_district(folder, cache=False)
    before, students = located(district)
    lost = [row for row, reason in enumerate(before.homes_bus.reason) if reason == "island"]
    assert len(lost) == 3
    assert (students["why"].iloc[lost] == "no_way").all()

    bus = bus_network(district.roads, Policy(), turns=False)
    home = district.students.geometry.iloc[lost[0]]
    ways = [
        snap_points(bus, [home.x], [home.y], within_m=1e5, component=number)
        for number in np.unique(bus.component[bus.component >= 0])
    ]
    main, island = sorted(ways, key=lambda at: -bus.component_dm[bus.component[at.link[0]]])[:2]
    ends = [(float(at.lon[0]), float(at.lat[0])) for at in (main, island)]
    write_edits(folder, (line(*ends), {"edit_id": "岛桥", "kind": "add_road", "bridge": "yes"}))
    after, students = located(read_district(folder, cache=False))
    assert "island" not in after.homes_bus.reason
    assert "island" not in after.homes_walk.reason
    assert students["drive_m"].iloc[lost].notna().all()
    assert Point(ends[0]).distance(Point(ends[1])) > 0.005


def test_every_kind_of_edit_is_documented_and_every_number_has_a_unit():
    assert set(USED) == set(ROAD_EDIT_KINDS)
    assert {name for names in USED.values() for name in names} <= {
        c.name for c in ROAD_EDITS.columns
    }
    assert set(ADDED_HIGHWAYS) <= set(ROAD_CLASSES)
    for column in ROAD_EDITS.columns:
        assert column.meaning.en
        assert column.meaning.zh
        assert column.unit in UNIT_ZH
        assert bool(column.unit) == (column.kind in {"whole", "number", "line"})
