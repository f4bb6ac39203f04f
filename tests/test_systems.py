"""Coordinate systems: names, published control points, round trips, and where nothing is shifted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.inputs.systems import (
    BD09,
    GCJ02,
    WGS84,
    System,
    from_wgs84,
    in_shifted_area,
    parse_system,
    strip_system,
    system_of_header,
    to_wgs84,
)

EARTH_M = 6_371_008.8

# published test points of eviltransform (Shanghai, Shenzhen, Beijing) and, the last, an example
# of coordtransform: longitude, latitude, and both as GCJ-02
GCJ_POINTS = (
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    (116.404, 39.915, 116.41024449916938, 39.91640428150164),
)
# the examples of coordtransform
WGS_TO_BD = (116.404, 39.915, 116.41662724378733, 39.922699552216216)
GCJ_TO_BD = (116.404, 39.915, 116.41036949371029, 39.92133699351021)


def metres(lon, lat, other_lon, other_lat):
    """Return the distance of near points."""
    east = np.radians(np.subtract(other_lon, lon)) * np.cos(np.radians(lat))
    return EARTH_M * np.hypot(east, np.radians(np.subtract(other_lat, lat)))


@pytest.mark.parametrize(("lon", "lat", "x", "y"), GCJ_POINTS)
def test_gcj02_is_within_a_centimetre_of_published_points(lon, lat, x, y):
    assert metres(*from_wgs84(lon, lat, GCJ02), x, y) < 0.01
    assert metres(*to_wgs84(x, y, GCJ02), lon, lat) < 0.01


def test_bd09_is_within_a_centimetre_of_published_points():
    lon, lat, x, y = WGS_TO_BD
    assert metres(*from_wgs84(lon, lat, BD09), x, y) < 0.01
    assert metres(*to_wgs84(x, y, BD09), lon, lat) < 0.01
    lon, lat = to_wgs84(GCJ_TO_BD[0], GCJ_TO_BD[1], GCJ02)
    assert metres(*from_wgs84(lon, lat, BD09), *GCJ_TO_BD[2:]) < 0.01


@pytest.mark.parametrize(
    ("system", "least", "median", "most"), [(GCJ02, 400, 504, 572), (BD09, 1110, 1272, 1381)]
)
def test_the_offsets_over_shandong_are_the_known_ones(system, least, median, most):
    lon, lat = np.meshgrid(np.arange(114.8, 122.71, 0.02), np.arange(34.38, 38.41, 0.02))
    offsets = metres(lon, lat, *from_wgs84(lon, lat, system))
    assert offsets.min() == pytest.approx(least, abs=2)
    assert np.median(offsets) == pytest.approx(median, abs=2)
    assert offsets.max() == pytest.approx(most, abs=2)


@pytest.mark.parametrize(
    ("place", "gcj", "bd"),
    [((115.985, 36.456), (506, 8), (1096, 637)), ((119.219, 36.479), (514, 24), (1104, 652))],
)
def test_the_offsets_of_two_counties_are_the_known_ones(place, gcj, bd):
    for system, (east, north) in ((GCJ02, gcj), (BD09, bd)):
        x, y = from_wgs84(*place, system)
        assert metres(*place, x, place[1]) == pytest.approx(east, abs=10)
        assert metres(*place, place[0], y) == pytest.approx(north, abs=10)


@given(st.floats(73.5, 135), st.floats(18, 53.5), st.sampled_from([GCJ02, BD09]))
def test_there_and_back_is_under_a_millimetre_all_over_china(lon, lat, system):
    # within 1.5 km of the edge of the area the shift may lead out of it
    near = np.meshgrid([lon - 0.02, lon, lon + 0.02], [lat - 0.02, lat, lat + 0.02])
    if len(set(in_shifted_area(*near).ravel().tolist())) == 1:
        assert metres(*to_wgs84(*from_wgs84(lon, lat, system), system), lon, lat) < 0.001


@pytest.mark.parametrize("epsg", [4548, 4527, 4509, 32650, 3857])
def test_projected_systems_come_back_under_a_millimetre(epsg):
    lon, lat = np.array([115.9, 116.5]), np.array([36.4, 36.6])
    x, y = from_wgs84(lon, lat, System("projected", epsg))
    assert (np.abs(x) > 100_000).all()
    assert metres(*to_wgs84(x, y, System("projected", epsg)), lon, lat).max() < 0.001


def test_the_zone_stands_before_the_easting_in_zone_systems_only():
    plain = from_wgs84(115.985, 36.456, System("projected", 4548))
    zoned = from_wgs84(115.985, 36.456, System("projected", 4527))
    assert zoned[0] - plain[0] == pytest.approx(39_000_000, abs=0.001)
    assert zoned[1] == pytest.approx(float(plain[1]), abs=0.001)


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("GCJ-02", GCJ02), ("gcj02", GCJ02), ("火星坐标", GCJ02), ("高德", GCJ02), ("腾讯", GCJ02),
        ("BD09", BD09), ("bd-09ll", BD09), ("百度", BD09), ("WGS84", WGS84), ("ＷＧＳ－８４", WGS84),
        ("GPS", WGS84), ("CGCS2000", WGS84), ("国家2000", WGS84), ("天地图", WGS84),
        ("EPSG:4490", WGS84), ("4326", WGS84), ("EPSG:4548", System("projected", 4548)),
        ("4548", System("projected", 4548)), ("epsg 3857", System("projected", 3857)),
    ],
)  # fmt: skip
def test_a_system_is_known_by_its_names(text, system):
    assert parse_system(text) == system


@pytest.mark.parametrize("text", ["", "北京", "EPSG:999999", "4979", "经纬度", "1"])
def test_what_names_no_system_of_maps_is_none(text):
    assert parse_system(text) is None


def test_every_system_is_read_again_by_its_own_name():
    for system in (WGS84, GCJ02, BD09, System("projected", 4548)):
        assert parse_system(system.name) == system


@pytest.mark.parametrize(
    ("header", "system", "rest"),
    [
        ("经度(GCJ-02)", GCJ02, "经度"), ("高德经度", GCJ02, "经度"), ("百度坐标", BD09, "坐标"),
        ("lng_bd09", BD09, "lng"), ("X(EPSG:4548)", System("projected", 4548), "x"),
        ("经度", None, "经度"), ("学校4548", None, "学校4548"),
    ],
)  # fmt: skip
def test_a_header_may_say_the_system(header, system, rest):
    assert system_of_header(header) == system
    assert strip_system(header) == rest


def test_far_from_china_gcj02_is_wgs84():
    for lon, lat in (
        (14.5, 35.9),
        (9.5, 47.1),
        (1.5, 42.5),
        (127.0, 37.5),
        (139.7, 35.7),
        (77.2, 28.6),
    ):
        assert from_wgs84(lon, lat, GCJ02) == (lon, lat)
        assert to_wgs84(lon, lat, GCJ02) == (lon, lat)


@pytest.mark.parametrize(
    "place",
    [(122.5, 53.5), (134.7, 48.4), (124.4, 40.1), (109.5, 18.25), (97.85, 24.0), (88.9, 27.5),
     (75.2, 37.8), (80.4, 44.2), (117.4, 49.6), (121.5, 31.2), (128.2, 41.4), (116.0, 46.6)],
)  # fmt: skip
def test_the_shifted_area_holds_the_edges_of_the_mainland(place):
    assert in_shifted_area(*place)


def test_the_quick_box_lies_in_the_shifted_area():
    lon, lat = np.meshgrid(np.linspace(105.001, 122.499, 60), np.linspace(23.001, 40.999, 60))
    assert in_shifted_area(lon, lat).all()
    # with one point far away the corners of the area decide, not the box
    assert in_shifted_area(np.append(lon, 0.0), np.append(lat, 0.0))[:-1].all()


def test_empty_points_stay_empty():
    for system in (GCJ02, BD09):
        lon, lat = to_wgs84([np.nan, 116.0], [np.nan, 36.5], system)
        assert np.isnan(lon[0])
        assert np.isnan(lat[0])
        assert np.isfinite(lon[1])
