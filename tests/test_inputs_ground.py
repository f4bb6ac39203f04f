"""Tests of routing.inputs.points and routing.inputs.ground."""

import geopandas as gpd
import numpy as np
import pytest
from county_by_hand import BOX, STUDENTS, frame, geo

from routing.inputs.ground import check_ground
from routing.inputs.layers import sheet_of_frame
from routing.inputs.points import Points
from routing.inputs.reading import read_table
from routing.tables import SCHOOLS
from routing.tables import STUDENTS as TABLE


def read(rows, table=TABLE):
    return read_table(sheet_of_frame(rows, "students"), table)


def points(*pairs, file="f"):
    lon, lat = np.array(pairs, dtype=float).T
    return Points(file, "lon, lat", tuple(range(2, len(pairs) + 2)), lon, lat)


INSIDE = (116.05, 36.45)


def test_points_inside_or_just_outside_the_box_are_fine():
    """The box ends at 116.1; 0.05 degrees more are allowed."""
    assert check_ground([points(INSIDE, (116.149, 36.45))], BOX, "roads") == []


def test_a_point_outside_is_a_fault_that_shows_the_box():
    given = [points(*[INSIDE] * 9, (116.151, 36.45))]
    (fault,) = check_ground(given, BOX, "roads")
    assert fault.row == 11
    assert fault.value == "116.151, 36.45"
    assert "[116.0000, 36.4000, 116.1000, 36.5000]" in fault.problem.zh


def test_a_swapped_point_is_told_how_to_write_it():
    (fault,) = check_ground([points(INSIDE, INSIDE, (36.46, 116.06))], BOX, "roads")
    assert fault.row == 4
    assert "swapped" in fault.problem.en
    assert fault.remedy.en == "Swap them: longitude 116.06, latitude 36.46."


def test_a_point_is_swapped_only_where_swapping_helps():
    (fault,) = check_ground([points(INSIDE, INSIDE, (36.46, 100.0))], BOX, "roads")
    assert "outside the roads" in fault.problem.en


def test_a_point_inside_is_not_swapped_though_it_would_be_inside_too():
    """In a box where longitude and latitude are alike, both ways round lie inside."""
    alike = (36.0, 36.0, 36.1, 36.1)
    assert check_ground([points((36.01, 36.09), (36.02, 36.03))], alike, "roads") == []


def test_a_file_swapped_in_most_rows_is_one_fault():
    """Three of four."""
    swapped = [(36.46, 116.06)] * 3
    (fault,) = check_ground([points(INSIDE, *swapped), points(INSIDE)], BOX, "roads")
    assert fault.row is None
    assert "3 of 4 rows" in fault.problem.en


def test_roads_of_another_county_are_one_fault_with_both_boxes():
    """All points of two tables lie in the next province."""
    given = [points((117.9, 30.1), (117.8, 30.2)), points((117.7, 30.3), file="g")]
    (fault,) = check_ground(given, BOX, "roads.osm.pbf")
    assert fault.file == "roads.osm.pbf"
    assert "[116.0000, 36.4000, 116.1000, 36.5000]" in fault.problem.en
    assert "[117.7000, 30.1000, 117.9000, 30.3000]" in fault.problem.zh


def test_metres_are_told_from_degrees():
    (fault,) = check_ground([points((500_000, 4_030_000)), points(INSIDE)], BOX, "roads")
    assert "metres" in fault.problem.en


def test_without_roads_only_points_on_no_map_are_faults():
    (fault,) = check_ground([points((200.0, 36.0), (10.0, 10.0), (np.nan, np.nan))], None, "roads")
    assert fault.row == 2


def test_no_points_are_no_faults():
    assert check_ground([], BOX, "roads") == []
    assert check_ground([points((np.nan, np.nan))], BOX, "roads") == []


def test_a_student_may_be_without_a_location():
    """Row 5 is blank in the data; row 2 is made (0, 0): two in the note, no fault."""
    lon = ["0", "116.09", "116.01", None]
    lat = ["0", "36.49", "36.41", " "]
    reading = read(frame(STUDENTS, lon=lon, lat=lat))
    assert reading.faults == ()
    assert np.isnan(reading.points.lon).tolist() == [True, False, False, True]
    assert "2 row(s) have no location (rows 2, 5)" in reading.notes[0].en
    assert [shape is None for shape in reading.points.geometry()] == [True, False, False, True]


def test_a_school_may_not_be_without_a_location():
    rows = frame(
        [{"school_id": "1", "lon": None, "lat": None, "bell": "8:00", "dismissal": "16:00"}]
    )
    (fault,) = read(rows, SCHOOLS).faults
    assert "no location" in fault.problem.en


def test_half_a_location_is_a_fault():
    reading = read(frame(STUDENTS, lat=["36.4", None, "36.4", None]))
    assert [fault.row for fault in reading.faults] == [3]
    assert reading.notes[0].en.count("rows 5")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("116°03′00″", "minutes / 60"), ("东经116.05", "decimal degrees such as"),
        ("116,05", "decimal degrees such as"), ("116。05", "decimal degrees such as"),
        ("116.05度", "minutes / 60"), ("#N/A", "decimal degrees such as"),
    ],
)  # fmt: skip
def test_coordinates_that_are_no_numbers_come_with_a_hint(text, hint):
    (fault,) = read(frame(STUDENTS, lon=[text, "116", "116", None])).faults
    assert fault.row == 2
    assert hint in fault.remedy.en


def test_full_width_coordinates_are_read():
    reading = read(frame(STUDENTS, lon=["１１６．０５", "116", "116", None]))
    assert reading.points.lon[0] == 116.05


def test_points_may_stand_in_one_cell():
    """As WKT, or as longitude and latitude with a comma."""
    rows = frame(STUDENTS).drop(columns=["lon", "lat"])
    cells = ["POINT (116.05 36.45)", "116.09, 36.49", "(116.01，36.41)", None]
    reading = read(rows.assign(坐标=cells))
    assert reading.faults == ()
    assert reading.points.lon.tolist()[:3] == [116.05, 116.09, 116.01]
    assert reading.points.lat.tolist()[:3] == [36.45, 36.49, 36.41]


def test_an_address_is_no_point():
    rows = frame(STUDENTS).drop(columns=["lon", "lat"])
    cells = ["堂邑镇1号", "116.09 36.49", "LINESTRING (0 0, 1 1)", None]
    faults = read(rows.assign(位置=cells)).faults
    assert [(fault.row, fault.value) for fault in faults] == [(2, "堂邑镇1号"), (4, "LineString")]


def test_geometries_win_over_columns_and_say_so():
    rows = geo(STUDENTS).assign(lon="1", lat="1")
    reading = read(rows)
    assert reading.points.lon[0] == 116.05
    assert "the geometries were read" in reading.notes[0].en


def test_a_frame_without_a_coordinate_system_is_a_fault():
    rows = geo(STUDENTS).set_crs(None, allow_override=True)
    assert "coordinate system" in read(gpd.GeoDataFrame(rows)).faults[0].problem.en


def test_a_missing_location_column_names_what_is_accepted():
    (fault,) = read(frame(STUDENTS).drop(columns=["lat"])).faults
    assert "lon + lat" in fault.remedy.en
    assert "经度 + 纬度" in fault.remedy.zh
