"""Timetables, enrolment and catchments: read from files, frames and GTFS, with their faults."""

import json
import zipfile

import geopandas as gpd
import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, frame, street, write_county, write_csv
from pandas.testing import assert_frame_equal
from plan_by_hand import gridtown

from routing import tables
from routing.blank import blank_table, fill_stages
from routing.errors import InputError
from routing.inputs import check_inputs, make_district, read_district, write_template
from routing.inputs.gtfs import read_gtfs
from routing.outputs.store import FORMAT, load_plan, save_plan
from routing.tables import CATCHMENTS, ENROLMENT, INPUT_TABLES, RIDES, TRANSIT

TIMES = [
    {"line_id": "村1", "trip_id": "1", "order": "2", "stop_name": "中学", "lon": 116.08, "lat": 36.48, "depart_s": "07:30"},
    {"line_id": "村1", "trip_id": "1", "order": "1", "stop_name": "张庄", "lon": 116.01, "lat": 36.41, "depart_s": "07:10"},
    {"line_id": "村1", "trip_id": "2", "order": "1", "stop_name": "中学", "lon": 116.08, "lat": 36.48, "depart_s": "17:15"},
    {"line_id": "村1", "trip_id": "2", "order": "2", "stop_name": "张庄", "lon": 116.01, "lat": 36.41, "depart_s": "17:35"},
]  # fmt: skip
PUPILS = [{"year": "2027", "school_id": "001", "grade": "1", "n_students": "12"}]
AREAS = [{"village": "张庄", "school_id": "001"}, {"village": "张庄", "school_id": "002"}]

GTFS = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,Zhang,36.41,116.01\nb,Town,36.48,116.08\n",
    "routes.txt": "route_id,route_short_name,route_type\nr1,7,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr1,week,m\nr1,week,e\nr1,sun,s\nr1,week,night\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday\n"
    "week,1,1,1,1,1,0,0\nsun,0,0,0,0,0,1,1\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "m,7:30:00,7:31:00,b,5\nm,7:10:00,7:10:30,a,1\n"
    "e,17:15:00,17:15:00,b,1\ne,17:35:00,17:35:00,a,2\n"
    "s,09:00:00,09:00:00,a,1\ns,09:20:00,09:20:00,b,2\n"
    "night,23:50:00,23:50:00,a,1\nnight,24:10:00,24:10:00,b,2\n",
}


def with_tables(**changes):
    given = {
        "schools": frame(SCHOOLS), "students": frame(STUDENTS, village=["张庄", "", "", ""]),
        "bus_types": frame(BUS_TYPES), "roads": street(), "transit": frame(TIMES),
        "enrolment": frame(PUPILS), "catchments": frame(AREAS),
    }  # fmt: skip
    return make_district(**{**given, **changes})


def faults_of(**changes):
    with pytest.raises(InputError) as caught:
        with_tables(**changes)
    return [(f.file, f.row, f.problem.en) for f in caught.value.faults]


def write_gtfs(place, **changes):
    """Write the timetable as a folder, or as a .zip; a file given as None is left out."""
    parts = {**GTFS, **{f"{name}.txt": text for name, text in changes.items()}}
    parts = {name: text for name, text in parts.items() if text is not None}
    if place.suffix == ".zip":
        with zipfile.ZipFile(place, "w") as archive:
            for name, text in parts.items():
                archive.writestr(f"feed/{name}", text)
        return place
    place.mkdir()
    for name, text in parts.items():
        (place / name).write_text(text, "utf-8")
    return place


def test_the_stops_of_a_trip_are_put_in_their_order():
    """07:10 is 25,800 s; an arrival that is not given is the departure."""
    transit = with_tables().transit
    assert transit["order"].tolist() == [1, 2, 1, 2]
    assert transit["depart_s"].tolist() == [25_800, 27_000, 62_100, 63_300]
    assert transit["arrive_s"].tolist() == transit["depart_s"].tolist()
    assert transit["n_seats"].isna().all()
    assert (transit.crs, transit["arrive_s"].dtype) == ("EPSG:4326", "int64")


def test_a_district_without_them_has_empty_tables_with_every_column():
    district = with_tables(transit=None, enrolment=None, catchments=None)
    for table in (TRANSIT, ENROLMENT, CATCHMENTS):
        held = getattr(district, table.name)
        assert len(held) == 0
        assert list(held.columns) == [column.name for column in table.planned]
    assert isinstance(gridtown().district.transit, gpd.GeoDataFrame)


def test_what_the_reader_hands_out_it_takes_in_again():
    once = with_tables()
    again = with_tables(transit=once.transit, enrolment=once.enrolment, catchments=once.catchments)
    for name in ("transit", "enrolment", "catchments"):
        assert_frame_equal(getattr(once, name), getattr(again, name))


def test_a_bus_that_is_there_before_it_left_the_stop_before_is_a_fault():
    backwards = [*TIMES[:1], {**TIMES[1], "depart_s": "07:40"}, *TIMES[2:]]
    assert faults_of(transit=frame(backwards)) == [
        ("transit", 2, "the bus is there before it leaves the stop before it on the trip (07:40, row 3).")
    ]  # fmt: skip
    early = frame(TIMES, arrive_s=["07:31", "", "", ""])
    assert faults_of(transit=early)[0][2] == "the bus leaves (07:30) before it arrives."


def test_a_stop_said_twice_and_a_trip_of_one_stop_are_faults():
    """The same order twice on one trip; the same order on two trips is none."""
    twice = [*TIMES, {**TIMES[3], "depart_s": "17:40"}]
    assert faults_of(transit=frame(twice)) == [("transit", 6, "is also in row 5.")]
    assert faults_of(transit=frame(TIMES[:3])) == [("transit", 4, "the trip has no other stop.")]


def test_unknown_schools_and_grades_not_taught_are_faults():
    """School 001 teaches grades 1 to 6; a name that one school bears is its key."""
    wrong = [*PUPILS, {**PUPILS[0], "school_id": "009"}, {**PUPILS[0], "grade": "7"}]
    found = faults_of(enrolment=frame(wrong), catchments=frame(AREAS, school_id=["x", "001"]))
    assert [fault[:2] for fault in found] == [("enrolment", 3), ("enrolment", 4), ("catchments", 2)]
    named = with_tables(enrolment=frame(PUPILS, school_id=["堂邑镇中心小学"]))
    assert named.enrolment["school_id"].tolist() == ["001"]


def test_a_pair_of_village_and_school_said_twice_is_a_fault():
    assert faults_of(catchments=frame([*AREAS, AREAS[1]])) == [
        ("catchments", 4, "is also in row 3.")
    ]


def test_a_village_that_nobody_lives_in_is_noted():
    notes = with_tables(catchments=frame(AREAS, village=["张庄", "李庄"])).notes
    assert any("1 village(s) of no student: 李庄" in note.en for note in notes)


def test_a_public_bus_may_come_from_beyond_the_roads():
    """A stop 1 degree east of the roads is read; swapped coordinates are a fault still."""
    far = [{**TIMES[0], "lon": 117.08}, *TIMES[1:]]
    assert len(with_tables(transit=frame(far)).transit) == 4
    swapped = [{**TIMES[0], "lon": 36.48, "lat": 116.08}, *TIMES[1:]]
    assert "swapped" in faults_of(transit=frame(swapped))[0][2]


@pytest.mark.parametrize("names", [
    ("transit", "enrolment", "catchments"), ("公交", "招生预测", "学区"), ("公交", "学生预测", "学区"),
])  # fmt: skip
def test_a_folder_holds_them_under_english_or_chinese_names(tmp_path, names):
    write_county(tmp_path)
    for name, rows in zip(names, (TIMES, PUPILS, AREAS), strict=True):
        write_csv(tmp_path, name, rows)
    district = read_district(tmp_path, cache=False)
    assert [len(getattr(district, t.name)) for t in (TRANSIT, ENROLMENT, CATCHMENTS)] == [4, 1, 2]


def test_chinese_headers_are_understood(tmp_path):
    write_county(tmp_path)
    heads = ("线路编号", "班次", "站序", "站名", "经度", "纬度", "发车时间", "余座")
    rows = [dict(zip(heads, [*row.values(), "9"], strict=True)) for row in TIMES]
    write_csv(tmp_path, "公交", rows, "gb18030")
    transit = read_district(tmp_path, cache=False).transit
    assert transit["n_seats"].tolist() == [9] * 4
    assert transit["depart_s"].tolist() == [25_800, 27_000, 62_100, 63_300]


def test_the_template_has_a_sheet_for_each(tmp_path):
    import openpyxl

    book = openpyxl.load_workbook(write_template(tmp_path / "county.xlsx", "zh"))
    assert {"公交", "招生预测", "学区"} <= set(book.sheetnames)
    assert [cell.value for cell in book["学区"][1]] == ["村", "学校编号"]


@pytest.mark.parametrize("name", ["transit", "transit.zip", "gtfs.zip", "公交"])
def test_a_gtfs_timetable_is_read_from_a_folder_or_a_zip(tmp_path, name):
    """Trips on Sundays and past midnight are left out; the line is the route's short name."""
    write_gtfs(write_county(tmp_path) / name)
    district = read_district(tmp_path, cache=False)
    transit = district.transit
    assert transit["line_id"].tolist() == ["7"] * 4
    assert transit["trip_id"].tolist() == ["e", "e", "m", "m"]
    assert transit["order"].tolist() == [1, 2, 1, 5]
    assert transit["stop_name"].tolist() == ["Town", "Zhang", "Zhang", "Town"]
    assert transit["arrive_s"].tolist() == [62_100, 63_300, 25_800, 27_000]
    assert transit["depart_s"].tolist() == [62_100, 63_300, 25_830, 27_060]
    assert transit.geometry.x.tolist() == [116.08, 116.01, 116.01, 116.08]
    notes = " ".join(note.en for note in district.notes)
    assert "1 trip(s) that run on fewer than 3 weekdays" in notes
    assert "1 trip(s) past midnight" in notes


def test_the_digest_covers_every_file_of_a_gtfs_folder(tmp_path):
    folder = write_gtfs(write_county(tmp_path) / "transit")
    before = read_district(tmp_path, cache=False).digest
    (folder / "routes.txt").write_text("route_id,route_short_name\nr1,8\n", "utf-8")
    assert read_district(tmp_path, cache=False).digest != before


@pytest.mark.parametrize("calendar", [None, "service_id,monday\n"])
def test_without_a_calendar_every_trip_counts_and_that_is_said(tmp_path, calendar):
    sheet = read_gtfs(write_gtfs(tmp_path / "transit", calendar=calendar))
    assert sorted(set(sheet.cells[1])) == ["e", "m", "s"]
    assert any("without calendar.txt" in note.en for note in sheet.notes)


def test_a_gtfs_without_its_files_or_columns_is_a_fault(tmp_path):
    lacks = read_gtfs(write_gtfs(tmp_path / "one", trips=None))
    assert [fault.problem.en for fault in lacks.faults] == [
        "is no GTFS timetable: it lacks trips.txt."
    ]
    heads = read_gtfs(write_gtfs(tmp_path / "two", trips="trip_id,service_id\nm,week\n"))
    assert "trips.txt route_id" in heads.faults[0].problem.en
    strange = read_gtfs(write_gtfs(tmp_path / "three", stops=GTFS["stops.txt"].replace("b,", "z,")))
    assert [fault.problem.en for fault in strange.faults] == [
        "2 stop time(s) name a stop that stops.txt does not have."
    ]


def test_a_damaged_zip_is_a_fault_of_the_folder(tmp_path):
    write_county(tmp_path)
    (tmp_path / "transit.zip").write_bytes(b"PK no zip")
    faults = check_inputs(tmp_path, cache=False).faults
    assert [fault.file for fault in faults] == ["transit.zip"]


def test_two_timetables_are_one_too_many(tmp_path):
    write_gtfs(write_county(tmp_path) / "transit.zip")
    write_csv(tmp_path, "transit", TIMES)
    faults = check_inputs(tmp_path, cache=False).faults
    assert ["several files" in fault.problem.en for fault in faults] == [True]


def test_blank_tables_have_the_types_of_tables_read():
    district = with_tables(transit=None, enrolment=None, catchments=None)
    for table in INPUT_TABLES:
        assert blank_table(table).dtypes.equals(getattr(district, table.name).dtypes), table.name


def test_columns_of_stages_are_added_empty_and_kept_where_written():
    students = with_tables().students.assign(mode="walk")
    filled = fill_stages(students, tables.STUDENTS)
    assert filled["mode"].tolist() == ["walk"] * 4
    assert filled["from_school_id"].tolist() == [""] * 4
    assert filled["walk_m"].isna().all()
    assert filled.iloc[::-1].index.tolist() == students.iloc[::-1].index.tolist()


def test_an_older_plan_is_read_with_those_tables_and_columns_empty(tmp_path):
    """Format 2 had no public buses and no ways to school."""
    plan = gridtown()
    folder = save_plan(plan, tmp_path / "run")
    seal = json.loads((folder / "plan.json").read_text("utf-8"))
    assert seal["format"] == FORMAT == 3
    seal["format"] = 2
    for name in ("transit", "enrolment", "catchments"):
        del seal["tables"][name]
    for name, columns in (
        ("rides", ("line_id", "from_stop_m")), ("schools", ("campus_of",)),
        ("students", ("from_school_id", "mode", "mode_why")),
    ):  # fmt: skip
        for column in columns:
            del seal["tables"][name]["columns"][column]
    (folder / "plan.json").write_text(json.dumps(seal), "utf-8")
    again = load_plan(folder, verify=False)
    assert len(again.district.transit) == len(again.district.catchments) == 0
    for frame_, table in (
        (again.rides, RIDES), (again.district.students, tables.STUDENTS),
        (again.district.schools, tables.SCHOOLS),
    ):  # fmt: skip
        assert set(frame_.columns) == {column.name for column in table.columns}
    assert again.rides["line_id"].tolist() == [""] * len(plan.rides)
    assert again.rides["from_stop_m"].isna().all()


def test_a_plan_with_them_is_saved_and_read_back_equal(tmp_path):
    from dataclasses import replace

    source = with_tables()
    plan = gridtown()
    district = replace(
        plan.district, transit=source.transit, enrolment=source.enrolment,
        catchments=source.catchments,
    )  # fmt: skip
    again = load_plan(save_plan(replace(plan, district=district), tmp_path / "run")).district
    for name in ("transit", "enrolment", "catchments"):
        assert_frame_equal(getattr(district, name), getattr(again, name))
