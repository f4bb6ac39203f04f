"""Points of an undeclared system are asked about, of a declared one turned; never silently else."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from county_by_hand import BUS_TYPES, frame
from strewn_roads import SOUTH, WEST, homes, off_m, said_lines, settle, strewn, written

import routing as rt
from routing.errors import InputError
from routing.inputs.declared import read_declared
from routing.inputs.headers import match_headers
from routing.inputs.systems import BD09, GCJ02, WGS84, System
from routing.roads.network import Roads
from routing.tables import STUDENTS

GAUSS = System("projected", 4548)


@pytest.fixture(scope="module")
def roads() -> Roads:
    """Return four hundred short roads strewn over 15 km by 15 km of Shandong."""
    return strewn(WEST, SOUTH)


def test_points_beside_the_roads_are_not_asked_about(roads):
    points, faults, notes, (fit,) = settle(homes(roads), roads)
    assert (faults, notes) == ((), ())
    assert (fit.declared, fit.likely, fit.n_points) == ("", "WGS-84", 200)
    assert fit.medians_m["WGS-84"] < 15 < fit.medians_m["GCJ-02"]
    assert fit.sure > 0.999
    assert max(abs(fit.offset_east_m), abs(fit.offset_north_m)) <= 25
    assert off_m(points, homes(roads)) == 0


@pytest.mark.parametrize(("system", "east", "north"), [(GCJ02, 506, 8), (BD09, 1096, 640)])
def test_an_undeclared_shift_is_a_question_and_nothing_is_turned(roads, system, east, north):
    pupils = written(homes(roads), system)
    points, (fault,), _, (fit,) = settle(pupils, roads)
    assert system.name in fault.problem.en
    assert system.name in fault.problem.zh
    assert f"{fit.medians_m[system.name]:.0f} m" in fault.problem.en
    assert fault.value.startswith(f"{pupils['lon'][0]:.10g}")
    assert (fit.likely, fit.sure > 0.999) == (system.name, True)
    assert fit.offset_east_m == pytest.approx(east, abs=40)
    assert fit.offset_north_m == pytest.approx(north, abs=40)
    assert off_m(points, pupils) == 0


@pytest.mark.parametrize("system", [GCJ02, BD09])
def test_either_answer_that_the_question_offers_settles_it(roads, system):
    pupils = homes(roads)
    _, (fault,), _, _ = settle(written(pupils, system), roads)
    yes, no = said_lines(fault)
    points, faults, notes, _ = settle(written(pupils, system), roads, **yes)
    assert (faults, len(notes)) == ((), 1)
    assert off_m(points, pupils) < 0.01
    points, faults, notes, _ = settle(written(pupils, system), roads, **no)
    assert faults == ()
    assert "is said to be WGS-84" in notes[0].en
    assert off_m(points, written(pupils, system)) == 0


def test_a_header_or_a_column_may_say_it(roads):
    pupils = homes(roads)
    shifted = written(pupils, GCJ02)
    by_header = shifted.rename(columns={"lon": "高德经度", "lat": "纬度(GCJ-02)"})
    points, faults, _, _ = settle(by_header, roads)
    assert faults == ()
    assert off_m(points, pupils) < 0.01
    half = np.arange(len(pupils)) % 2 == 0
    by_row = written(pupils, BD09, half).assign(坐标系=np.where(half, "百度", None))
    points, faults, _, _ = settle(by_row, roads, default="WGS-84")
    assert faults == ()
    assert off_m(points, pupils) < 0.01


def test_a_plain_header_comes_before_one_that_names_a_map_service():
    headers = ["学生编号", "高德经度", "高德纬度", "经度", "纬度"]
    match = match_headers(headers, STUDENTS, "f.csv")
    assert {name: headers[at] for name, at in match.at.items() if name in {"lon", "lat"}} == {
        "lon": "经度", "lat": "纬度",
    }  # fmt: skip
    assert match.faults == ()


def test_an_unknown_name_is_a_fault_that_lists_the_known_ones(roads):
    _, (fault,), _, _ = settle(homes(roads), roads, students="Bessel")
    assert (fault.file, fault.column, fault.value) == (
        "county.toml",
        "coordinates.students",
        "Bessel",
    )
    assert "GCJ-02" in fault.remedy.en
    odd = homes(roads).assign(坐标系=["Bessel", *[None] * 199])
    _, (fault,), _, _ = settle(odd, roads)
    assert (fault.row, fault.column, fault.value) == (2, "坐标系", "Bessel")


def test_a_key_that_is_no_file_and_no_school_is_a_fault(roads):
    said = {"default": "WGS-84", "S1": "WGS-84", "S9": "GCJ-02"}
    _, (fault,), _, _ = settle(homes(roads), roads, students=said)
    assert (fault.column, fault.value) == ("coordinates.students", "S9")
    assert "f1.csv" in fault.remedy.en


def test_county_toml_takes_a_text_or_one_for_each_file_or_school(tmp_path):
    (tmp_path / "county.toml").write_text(
        '[coordinates]\ndefault = "GPS"\nstudents = { default = "高德", "a.csv" = "百度" }\n',
        "utf-8",
    )
    declared, faults = read_declared(tmp_path)
    assert faults == ()
    assert declared.coordinates["students"] == {"default": "高德", "a.csv": "百度"}
    (tmp_path / "county.toml").write_text("[coordinates]\nstudents = { a = 3 }\n", "utf-8")
    _, (fault,) = read_declared(tmp_path)
    assert fault.column == "coordinates.students"


def test_the_schools_that_differ_are_named_and_the_offered_line_mends_them(roads):
    pupils = homes(roads, 400)
    bent = written(pupils, GCJ02, pupils["school_id"] == "S1")
    bent = written(bent, BD09, pupils["school_id"] == "S3")
    _, (fault,), _, fits = settle(bent, roads)
    assert "pupils of S1 fit GCJ-02" in fault.problem.en
    assert "pupils of S3 fit BD-09" in fault.problem.en
    assert {fit.group: fit.likely for fit in fits} == {
        "": fits[0].likely,
        "S1": "GCJ-02",
        "S3": "BD-09",
    }
    line = said_lines(fault)[0]
    assert line["students"]["S1"] == "GCJ-02"
    points, faults, _, _ = settle(bent, roads, **line)
    assert faults == ()
    assert off_m(points, pupils) < 0.01


def test_of_several_files_only_the_shifted_one_is_asked_about(roads):
    first, second = (
        homes(roads),
        homes(roads, seed=2).assign(student_id=[f"Q{at}" for at in range(200)]),
    )
    files = [first, written(second, GCJ02)]
    _, (fault,), _, fits = settle(files, roads)
    assert fault.file == "f2.csv"
    assert [fit.likely for fit in fits] == ["WGS-84", "GCJ-02"]
    points, faults, _, _ = settle(files, roads, **said_lines(fault)[0])
    assert faults == ()
    assert off_m(points, pd.concat([first, second])) < 0.01


@pytest.mark.parametrize("system", [WGS84, GCJ02, BD09])
def test_three_points_are_too_few_to_ask(roads, system):
    _, faults, _, _ = settle(written(homes(roads, 3), system), roads)
    assert faults == ()


def test_weak_evidence_is_a_note(roads):
    notes = []
    for seed in range(8):
        _, faults, told, _ = settle(written(homes(roads, 9, seed), BD09), roads)
        assert all("fit the roads as BD-09" in fault.problem.en for fault in faults)
        notes += told
    assert any("That is too little to ask" in note.en for note in notes)
    assert all("students = " in note.zh for note in notes)


@pytest.mark.parametrize("system", [GAUSS, System("projected", 4527), System("projected", 32650), System("projected", 3857)])  # fmt: skip
def test_metres_without_a_system_are_a_question_that_offers_the_right_one(roads, system):
    pupils = homes(roads)
    points, (fault,), _, fits = settle(written(pupils, system), roads)
    assert system.name in fault.remedy.en
    assert fault.value.startswith(f"{written(pupils, system)['lon'][0]:.10g}")
    assert np.isnan(points.lon).all()
    assert fits == ()
    points, faults, notes, _ = settle(written(pupils, system), roads, students=system.name)
    assert faults == ()
    assert system.name in notes[0].en
    assert off_m(points, pupils) < 0.01


def test_a_projected_system_of_another_zone_is_a_fault(roads):
    zoned = written(homes(roads), System("projected", 4527))
    _, (fault,), _, _ = settle(zoned, roads, students="EPSG:4548")
    assert "EPSG:4527" in fault.remedy.en


def test_surveyors_may_write_the_northing_first(roads):
    pupils = homes(roads)
    turned = written(pupils, GAUSS).rename(columns={"lon": "Y(EPSG:4548)", "lat": "X(EPSG:4548)"})
    points, faults, notes, _ = settle(turned, roads)
    assert faults == ()
    assert "northing" in notes[1].en
    assert off_m(points, pupils) < 0.01


def test_degrees_said_to_be_metres_are_a_fault(roads):
    _, (fault,), _, _ = settle(homes(roads), roads, default="EPSG:4548")
    assert "holds degrees" in fault.problem.en


def test_outside_china_nothing_is_ever_asked():
    malta = strewn(14.3, 35.9)
    pupils = homes(malta)
    off = pupils.assign(lon=pupils["lon"] + 0.0056)
    for one in (pupils, off):
        _, faults, notes, fits = settle(one, malta)
        assert (faults, notes, fits) == ((), (), ())


def test_a_map_file_says_wgs84_as_map_files_do_and_is_asked_about_all_the_same(roads):
    pupils = homes(roads)
    bent = written(pupils, GCJ02)
    points = gpd.points_from_xy(bent["lon"], bent["lat"], crs="EPSG:4326")
    layer = gpd.GeoDataFrame(bent.drop(columns=["lon", "lat"]), geometry=points)
    _, (fault,), _, _ = settle(layer, roads)
    assert "fit the roads as GCJ-02" in fault.problem.en
    found, faults, _, _ = settle(layer, roads, students="GCJ-02")
    assert faults == ()
    assert off_m(found, pupils) < 0.01
    turned = layer.set_crs("EPSG:4326").to_crs("EPSG:4548")
    _, faults, (note,), _ = settle(turned, roads, default="EPSG:4548")
    assert faults == ()
    assert "fit the roads as GCJ-02" in note.en


def test_without_roads_what_is_said_is_believed_and_nothing_asked(roads):
    pupils = homes(roads)
    points, faults, _, fits = settle(written(pupils, GCJ02), None, default="高德")
    assert (faults, fits) == ((), ())
    assert off_m(points, pupils) < 0.01


def test_faults_of_turned_points_show_the_numbers_of_the_file(roads):
    pupils = written(homes(roads), GCJ02)
    pupils.loc[5, ["lon", "lat"]] = (121.5, 31.2)
    schools = frame([{"school_id": f"S{at}", "name": f"校{at}", "lon": WEST + 0.05, "lat": SOUTH + 0.05,
                      "bell": "08:00", "dismissal": "16:30"} for at in range(4)])  # fmt: skip
    with pytest.raises(InputError) as caught:
        rt.make_district(schools, pupils, frame(BUS_TYPES), roads, systems={"students": "GCJ-02"})
    (fault,) = caught.value.faults
    assert (fault.row, fault.value) == (7, "121.5, 31.2")
