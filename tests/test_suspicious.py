"""Tests of routing.inputs.suspicious and odd_points: doubts that a planner would thank for."""

import numpy as np
import pytest
from county_by_hand import SCHOOLS, frame, write_county, write_csv

import routing
from routing.inputs import check_inputs
from routing.inputs.odd_points import MOST_AT_HOME, MOST_AT_VILLAGE

CHANCE = np.random.default_rng(7)
N = 60


def homes(n=N, **changes):
    """Return n pupils of both schools at homes strewn over the county, to six decimals."""
    lon = np.round(116.0 + 0.1 * CHANCE.random(n), 6) + 1e-6
    lat = np.round(36.4 + 0.1 * CHANCE.random(n), 6) + 1e-6
    of_first = np.arange(n) % 2 == 0
    return frame({
        "student_id": [f"s{at}" for at in range(n)],
        "school_id": np.where(of_first, "001", "002"),
        "grade": np.where(of_first, 1 + np.arange(n) % 6, 7 + np.arange(n) % 3),
        "lon": lon, "lat": lat,
    }).assign(**changes)  # fmt: skip


def schools(**changes):
    exact = {"lon": [116.020011, 116.080013], "lat": [36.420017, 36.480019]}
    return frame(SCHOOLS).assign(**{**exact, **changes})


def doubts(folder, students=None, of_schools=None):
    """Return code -> suspicion of a county with these pupils and schools."""
    write_county(folder)
    (folder / "parkings.csv").unlink()
    write_csv(folder, "students", homes() if students is None else students)
    write_csv(folder, "schools", schools() if of_schools is None else of_schools)
    return {one.code: one for one in check_inputs(folder, cache=False).suspicions}


def test_an_ordinary_county_is_not_troubled(tmp_path):
    assert doubts(tmp_path) == {}


@pytest.mark.parametrize("size", ["small"])
def test_the_made_counties_raise_no_doubt(tmp_path, size):
    folder = routing.make_sample(tmp_path / "county", seed=1, size=size)
    assert check_inputs(folder, cache=False).suspicions == ()


def at_one_point(n, **changes):
    rows = homes(n, **changes)
    return rows.assign(lon=116.051234, lat=36.451234)


def test_two_hundred_pupils_at_one_point_are_a_geocoders_default(tmp_path):
    rows = homes(260)
    rows.loc[:199, ["lon", "lat"]] = 116.051234, 36.451234
    found = doubts(tmp_path, rows)
    one = found.pop("crowded_point")
    assert (one.file, one.n_rows, one.rows) == ("students.csv", 200, tuple(range(2, 12)))
    assert "200 pupils at one point (116.051, 36.4512)" in one.what.en
    assert found == {}


def test_a_block_of_flats_is_no_doubt(tmp_path):
    assert "crowded_point" not in doubts(tmp_path / "a", at_one_point(MOST_AT_HOME))
    assert "crowded_point" in doubts(tmp_path / "b", at_one_point(MOST_AT_HOME + 1))


def test_rows_that_name_their_village_may_share_its_point(tmp_path):
    named = at_one_point(200, village="张家洼")
    assert "crowded_point" not in doubts(tmp_path / "a", named)
    mixed = named.assign(village=[("张家洼", "李官屯", "王寨")[at % 3] for at in range(200)])
    assert "crowded_point" in doubts(tmp_path / "b", mixed)


def test_rows_that_count_pupils_may_share_a_point_up_to_a_whole_village(tmp_path):
    counted = homes(9).assign(n_students=40, lon=116.051234, lat=36.451234)
    assert "crowded_point" not in doubts(tmp_path / "a", counted)
    many = counted.assign(n_students=MOST_AT_VILLAGE // 9 + 1)
    assert f"{9 * (MOST_AT_VILLAGE // 9 + 1)} pupils" in (
        doubts(tmp_path / "b", many)["crowded_point"].what.en
    )


def test_a_pupil_fifty_km_from_school_is_doubted(tmp_path):
    from county_by_hand import write_roads

    rows = homes()
    rows.loc[3, ["lon", "lat"]] = 116.9, 36.912345
    write_county(tmp_path)
    write_roads(tmp_path, box=(116.0, 36.4, 117.0, 37.0))
    write_csv(tmp_path, "students", rows)
    found = {one.code: one for one in check_inputs(tmp_path, cache=False).suspicions}
    assert found["far_from_school"].rows == (5,)
    assert "87 km" in found["far_from_school"].what.en


def test_a_point_that_is_a_fault_already_is_not_doubted_too(tmp_path):
    rows = homes()
    rows.loc[3, ["lon", "lat"]] = 36.451234, 116.051234
    rows.loc[4, ["lon", "lat"]] = 119.123456, 36.451234
    assert doubts(tmp_path, rows) == {}


def test_schools_without_pupils_are_doubted_together(tmp_path):
    rows = homes().assign(school_id="001", grade=[1 + at % 6 for at in range(N)])
    one = doubts(tmp_path, rows)["school_without_pupils"]
    assert (one.file, one.rows) == ("schools.csv", (3,))
    assert "1 school(s) have no pupils: 002." in one.what.en


def test_a_village_whose_homes_lie_far_apart_is_doubted_with_the_homes_aside(tmp_path):
    rows = homes().assign(village=[f"村{at % 20}" for at in range(N)])
    close = rows.assign(lon=116.051234 + 1e-4 * np.arange(N), lat=36.451234)
    assert "wide_village" not in doubts(tmp_path / "a", close)
    apart = close.copy()
    apart.loc[5, ["lon", "lat"]] = 116.009876, 36.409876
    apart.loc[25, ["lon", "lat"]] = 116.089876, 36.489876
    apart["village"] = [f"村{at % 5}" for at in range(N)]
    one = doubts(tmp_path / "b", apart)["wide_village"]
    assert "'村0'" in one.what.en
    assert "11 km" in one.what.en
    assert one.rows == (7, 27)


def test_points_of_two_decimals_are_doubted_and_a_single_round_number_is_not(tmp_path):
    rows = homes()
    rows.loc[0, "lon"] = 116.05
    assert "rough_points" not in doubts(tmp_path / "a", rows)
    rows.loc[0, "lat"] = 36.45
    assert doubts(tmp_path / "b", rows)["rough_points"].rows == (2,)


def test_two_schools_of_the_same_grades_at_one_point_are_doubted(tmp_path):
    same = {"lon": 116.020011, "lat": 36.420017}
    assert "schools_at_one_point" not in doubts(tmp_path / "a", of_schools=schools(**same))
    twice = schools(**same, kind="nine_year", first_grade=["1", "5"], last_grade=["6", "9"])
    assert doubts(tmp_path / "b", of_schools=twice)["schools_at_one_point"].rows == (2, 3)


def test_twins_are_no_doubt_and_a_list_put_in_twice_is(tmp_path):
    rows = homes()
    twins = rows.copy()
    twins.loc[2:8, ["lon", "lat"]] = 116.051234, 36.451234
    assert doubts(tmp_path / "a", twins) == {}
    import pandas as pd

    again = rows[rows["school_id"] == "002"].assign(student_id=lambda r: r["student_id"] + "x")
    one = doubts(tmp_path / "b", pd.concat([rows, again]))["doubled_list"]
    assert "school 002" in one.what.en
    assert one.n_rows == N


def test_homes_in_the_gate_of_their_school_are_doubted_unless_they_board(tmp_path):
    rows = homes()
    rows.loc[[0, 2, 4], ["lon", "lat"]] = 116.020011, 36.420017
    assert doubts(tmp_path / "a", rows)["home_at_gate"].rows == (2, 4, 6)
    assert "home_at_gate" not in doubts(tmp_path / "b", rows.assign(boards="yes"))
    assert "home_at_gate" not in doubts(tmp_path / "c", rows.drop(index=4))


@pytest.mark.parametrize(
    ("bell", "dismissal"), [("06:30", "16:30"), ("09:40", "16:30"), ("8:20", "11:30")]
)
def test_lessons_at_unusual_hours_are_doubted(tmp_path, bell, dismissal):
    odd = schools(bell=["08:20", bell], dismissal=["16:30", dismissal])
    assert doubts(tmp_path, of_schools=odd)["odd_bells"].rows == (3,)


def test_points_on_one_line_are_a_cell_dragged_down(tmp_path):
    along = np.arange(N)
    rows = homes().assign(lon=116.001234 + 0.001 * along, lat=36.401234 + 0.0015 * along)
    assert doubts(tmp_path / "a", rows)["points_in_line"].n_rows == N
    bent = rows.assign(lat=rows["lat"] + 0.002 * np.sin(along / 5))
    assert "points_in_line" not in doubts(tmp_path / "b", bent)


def test_a_long_list_of_one_grade_is_doubted(tmp_path):
    rows = homes(120).assign(grade="6")
    taught = schools(kind="nine_year", first_grade="1", last_grade="9")
    assert doubts(tmp_path / "a", rows, taught)["one_grade"].n_rows == 120
    assert "one_grade" not in doubts(tmp_path / "b", rows.iloc[:80], taught)


def test_a_doubt_over_two_files_is_told_of_each(tmp_path):
    rows = homes(100).assign(lon=116.051234, lat=36.451234)
    write_county(tmp_path)
    write_csv(tmp_path, "schools", schools())
    (tmp_path / "students.csv").unlink()
    write_csv(tmp_path, "学生_一校", rows.iloc[:30])
    write_csv(tmp_path, "学生_二校", rows.iloc[30:])
    found = check_inputs(tmp_path, cache=False)
    assert found.faults == ()
    crowds = {one.file: one for one in found.suspicions if one.code == "crowded_point"}
    assert {file: one.n_rows for file, one in crowds.items()} == {
        "学生_一校.csv": 30, "学生_二校.csv": 70,
    }  # fmt: skip
    assert crowds["学生_二校.csv"].rows[0] == 2
