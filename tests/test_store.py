"""A plan saved and read back is the same; a damaged one is named, never believed."""

import json
from dataclasses import fields, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from plan_by_hand import gridtown, nobody_rides
from shapely import LineString, Point, to_wkb

from routing.errors import InputError, RoutingError
from routing.outputs.atomic import replacing_all, write_text
from routing.outputs.store import OUR_FILES, load_plan, save_plan
from routing.policy import Policy
from routing.tables import INPUT_TABLES, PLAN_TABLES
from routing.words import Text


def assert_same_frame(left, right):
    assert_frame_equal(pd.DataFrame(left), pd.DataFrame(right))
    assert type(left) is type(right)
    assert left.index.tolist() == right.index.tolist()
    if "geometry" in left:
        assert left.crs == right.crs
        assert to_wkb(left.geometry.values).tolist() == to_wkb(right.geometry.values).tolist()


def assert_same_plan(left, right):
    for table in INPUT_TABLES:
        assert_same_frame(getattr(left.district, table.name), getattr(right.district, table.name))
    for table in PLAN_TABLES:
        assert_same_frame(getattr(left, table.name), getattr(right, table.name))
    assert (left.policy, left.made) == (right.policy, right.made)
    assert (left.district.notes, left.district.digest) == (
        right.district.notes,
        right.district.digest,
    )
    for item in fields(left.district.roads):
        one, other = (
            getattr(left.district.roads, item.name),
            getattr(right.district.roads, item.name),
        )
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, item.name
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other, item.name


def with_district(plan, **changes):
    return replace(plan, district=replace(plan.district, **changes))


@pytest.fixture
def saved(tmp_path):
    return save_plan(gridtown(), tmp_path / "run")


def test_a_plan_read_back_is_the_plan_that_was_saved(tmp_path):
    """Text, whole numbers with gaps, flags, places, lines, an unknown home."""
    plan = gridtown()
    assert plan.district.students.geometry.isna().tolist().count(True) == 1
    assert_same_plan(load_plan(save_plan(plan, tmp_path / "run")), plan)


def test_a_plan_in_which_nobody_rides_is_read_back_with_its_empty_tables(tmp_path):
    plan = nobody_rides()
    back = load_plan(save_plan(plan, tmp_path / "run"))
    assert [len(back.stops), len(back.routes), len(back.visits), len(back.rides)] == [0] * 4
    assert_same_plan(back, plan)


def test_rules_notes_and_digest_come_back(tmp_path):
    """A rule switched off stays off; whole numbers and fractions stay so."""
    rules = replace(Policy.preset("anqiu"), min_cell=7, time_factor=1.25)
    notes = (Text("row 3: 'ｘ' became 'x'", "第3行：“ｘ”改为“x”"),)
    plan = with_district(replace(gridtown(), policy=rules), notes=notes, digest="ab" * 32)
    back = load_plan(save_plan(plan, tmp_path / "run"))
    assert back.policy.ride_beyond_m is None
    assert isinstance(back.policy.max_ride_s.g1_3, type(rules.max_ride_s.g1_3))
    assert_same_plan(back, plan)


def test_coordinates_survive_to_the_last_bit(tmp_path):
    """A sum such as 0.1 + 0.2 has no short decimal; the double is kept."""
    plan = gridtown()
    where = [Point(115 + (0.1 + 0.2) * row, np.nextafter(36.5, 0)) for row in range(9)]
    plan = with_district(plan, students=plan.district.students.set_geometry(where, crs=4326))
    back = load_plan(save_plan(plan, tmp_path / "run"))
    assert [point.coords[0] for point in back.district.students.geometry] == [
        point.coords[0] for point in where
    ]


def test_row_labels_and_order_of_a_filtered_table_survive(tmp_path):
    plan = gridtown()
    students = plan.district.students.iloc[[5, 2, 7]]
    back = load_plan(save_plan(with_district(plan, students=students), tmp_path / "run"))
    assert back.district.students.index.tolist() == [5, 2, 7]
    assert_same_frame(back.district.students, students)


def test_columns_with_nothing_in_them_and_more_columns_survive(tmp_path):
    """Gaps in flags and fractions, None, quotes, Chinese, emoji."""
    plan = gridtown()
    bus_types = plan.district.bus_types.assign(
        note=pd.Series([None, None], dtype=object),
        quoted=pd.Series(['it\'s "so"; DROP TABLE routes', "第一小学 🚌\n{{7*7}}"], dtype=object),
        sure=pd.array([True, None], "boolean"),
        share=pd.array([0.1, None], "Float64"),
        small=np.array([1, -2], np.int16),
        empty="",
    )
    plan = with_district(plan, bus_types=bus_types)
    assert_same_plan(load_plan(save_plan(plan, tmp_path / "run")), plan)


def test_roads_with_odd_names_and_without_places_survive(tmp_path):
    plan = gridtown()
    names = ("", "路\x00", " trailing ", "🚌")
    nowhere = np.array([], np.float64)
    roads = replace(
        plan.district.roads,
        names=names,
        place_name=(),
        place_kind=(),
        place_lon=nowhere,
        place_lat=nowhere,
    )
    roads = replace(roads, source=replace(roads.source, repaired={"nodes missing": np.int64(3)}))
    plan = with_district(plan, roads=roads)
    assert_same_plan(load_plan(save_plan(plan, tmp_path / "run")), plan)


def test_mixed_kinds_of_geometry_survive(tmp_path):
    plan = gridtown()
    lines = [LineString([(0, 0), (1, 1)]), None, LineString(), Point(1, 2)]
    plan = replace(plan, routes=plan.routes.set_geometry(lines, crs=4326))
    assert_same_plan(load_plan(save_plan(plan, tmp_path / "run")), plan)


def test_the_tables_open_in_other_programs(saved):
    routes = gpd.read_file(saved / "plan.gpkg", layer="routes")
    assert routes["route_id"].tolist() == ["R1", "R2", "R3", "R4"]
    with np.load(saved / "roads.npz", allow_pickle=False) as arrays:
        assert len(arrays["length_dm"]) == len(gridtown().district.roads.length_dm)


def test_a_later_plan_replaces_the_earlier_and_leaves_other_files(saved):
    (saved / "notes by the planner.txt").write_text("mine")
    save_plan(nobody_rides(), saved)
    assert len(load_plan(saved).routes) == 0
    found = sorted(path.name for path in saved.iterdir())
    ours = ["plan.gpkg", "plan.json", "roads.npz"]
    assert found == ["INTERNAL.txt", "exports.csv", "notes by the planner.txt", *ours]


@pytest.mark.parametrize("name", ["plan.gpkg", "roads.npz", "plan.json"])
def test_a_damaged_file_is_named(saved, name):
    """One byte in the middle is turned over."""
    content = bytearray((saved / name).read_bytes())
    content[len(content) // 2] ^= 1
    (saved / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_plan(saved)
    assert [fault.file for fault in caught.value.faults] == [name]


def test_all_missing_files_are_named_at_once(saved):
    (saved / "plan.gpkg").unlink()
    (saved / "roads.npz").unlink()
    with pytest.raises(InputError) as caught:
        load_plan(saved)
    assert [fault.file for fault in caught.value.faults] == ["roads.npz", "plan.gpkg"]
    assert "缺少" in caught.value.say("zh")


def test_a_rule_changed_by_hand_is_noticed_and_read_only_on_demand(saved):
    """min_cell 5 becomes 6: refused, unless the reader says not to verify."""
    seal = json.loads((saved / "plan.json").read_text("utf-8"))
    seal["policy"]["min_cell"] = 6
    (saved / "plan.json").write_text(json.dumps(seal), "utf-8")
    with pytest.raises(InputError, match=r"plan\.json"):
        load_plan(saved)
    assert load_plan(saved, verify=False).policy.min_cell == 6


def test_a_cut_file_is_refused_even_without_verifying(saved):
    content = (saved / "roads.npz").read_bytes()
    (saved / "roads.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="cannot be read"):
        load_plan(saved, verify=False)


def test_a_plan_of_another_format_is_refused(saved):
    seal = json.loads((saved / "plan.json").read_text("utf-8"))
    (saved / "plan.json").write_text(json.dumps(seal | {"format": 99}), "utf-8")
    with pytest.raises(InputError, match="format 99"):
        load_plan(saved)


def test_a_folder_without_a_plan_is_no_plan(tmp_path):
    with pytest.raises(InputError, match="no saved plan"):
        load_plan(tmp_path / "nothing")


def test_a_folder_of_something_else_is_not_written_to(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(RoutingError, match=r"thesis\.docx"):
        save_plan(gridtown(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_folder_that_only_holds_our_outputs_is_taken(tmp_path):
    """A map written first, or a first saving that was cut off, is no obstacle."""
    for name in OUR_FILES - {"plan.json"}:
        (tmp_path / name).write_text("")
    (tmp_path / ".DS_Store").write_text("")
    assert len(load_plan(save_plan(gridtown(), tmp_path)).routes) == 4


def test_a_text_that_the_file_would_cut_is_refused(tmp_path):
    """A GeoPackage ends a text at its first NUL."""
    plan = gridtown()
    plan = replace(plan, stops=plan.stops.assign(name="a\x00b"))
    with pytest.raises(TypeError, match="stops: column 'name'"):
        save_plan(plan, tmp_path / "run")


def test_a_saving_that_fails_leaves_the_earlier_plan(saved):
    """A column that no layer can hold stops the saving before any file is moved."""
    plan = gridtown()
    odd = plan.rides.assign(odd=[{"a": {1}}] * len(plan.rides))
    with pytest.raises(TypeError, match="rides: column 'odd'"):
        save_plan(replace(plan, rides=odd), saved)
    assert_same_plan(load_plan(saved), plan)
    assert sorted(path.name for path in saved.iterdir()) == [
        "INTERNAL.txt",
        "exports.csv",
        "plan.gpkg",
        "plan.json",
        "roads.npz",
    ]


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    def fail(text):
        with replacing_all(tmp_path, ("a.txt",)) as drafts:
            (drafts / "a.txt").write_text(text)
            raise ZeroDivisionError

    (tmp_path / "a.txt").write_text("old a")
    with pytest.raises(ZeroDivisionError):
        fail("new a")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old a"


def test_a_file_that_was_promised_and_not_written_changes_nothing(tmp_path):
    (tmp_path / "a.txt").write_text("old a")
    with (
        pytest.raises(RoutingError, match=r"b\.txt"),
        replacing_all(tmp_path, ("a.txt", "b.txt")) as drafts,
    ):
        (drafts / "a.txt").write_text("new a")
    assert (tmp_path / "a.txt").read_text() == "old a"


def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path):
    """The folder's name is taken by a file."""
    (tmp_path / "run").write_text("")
    with pytest.raises(RoutingError, match="cannot be written") as caught:
        write_text(tmp_path / "run" / "report.html", "x")
    assert "无法写入" in caught.value.say("zh")
