"""The made county: what it promises is counted, on the files that it writes."""

import csv
import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from routing.inputs import read_district
from routing.policy import Policy, read_policy
from routing.roads import (
    bus_network,
    measure_pairs,
    read_roads,
    snap_points,
    take_positions,
    walk_network,
)
from routing.roads.network import ROAD_CLASSES, Network, Roads
from routing.roads.positions import Positions
from routing.sample import make_sample
from routing.sample.__main__ import main
from routing.sample.crossings import join_crossings
from routing.sample.highways import near_pairs
from routing.sample.lines import Road, bend, cut_bridge, put_points, split_at
from routing.sample.names import town_names, village_names

TABLES = (
    "schools.csv", "students.csv", "bus_types.csv", "parkings.csv", "transit.csv",
    "enrolment.csv", "policy.toml",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Made:
    """A made county, read again without the project's own reader of tables."""

    folder: Path
    schools: list[dict[str, str]]
    students: list[dict[str, str]]
    roads: Roads
    walk: Network
    homes: Positions
    gates: Positions

    def n_students(self) -> np.ndarray:
        return np.array([int(s["人数"]) for s in self.students])


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def degrees(rows: list[dict[str, str]], header: str) -> np.ndarray:
    return np.array([float(row[header] or "nan") for row in rows])


def read_made(folder: Path) -> Made:
    schools, students = read_rows(folder / "schools.csv"), read_rows(folder / "students.csv")
    roads = read_roads(folder / "roads.osm.pbf", cache=False)
    walk = walk_network(roads)
    homes = snap_points(walk, degrees(students, "经度"), degrees(students, "纬度"), within_m=500)
    gates = snap_points(walk, degrees(schools, "lon"), degrees(schools, "lat"), within_m=500)
    return Made(folder, schools, students, roads, walk, homes, gates)


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Made:
    return read_made(make_sample(tmp_path_factory.mktemp("county"), seed=1))


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Made:
    return read_made(make_sample(tmp_path_factory.mktemp("small"), seed=1, size="small"))


def count_beyond_2_km(made: Made) -> int:
    """Day pupils whose way on foot, by the project's own engine, is over 2,000 m."""
    row = {school["school_id"]: n for n, school in enumerate(made.schools)}
    gates = take_positions(made.gates, [row[s["学校编号"]] for s in made.students])
    metres, _, reached = measure_pairs(made.walk, made.homes, gates)
    day = np.array([s["是否寄宿"] != "是" for s in made.students])
    return int(made.n_students()[reached & day & (metres > 2_000)].sum())


def bridge_classes(roads: Roads) -> Counter:
    """Class of road of every bridge; the motorway's go over roads, not over the river."""
    names = [ROAD_CLASSES[roads.road_class[link]] for link in np.flatnonzero(roads.structure)]
    return Counter(name for name in names if name != "motorway")


# the files


def test_the_same_seed_gives_the_same_bytes_and_the_same_roads(small, tmp_path):
    again = make_sample(tmp_path / "again", seed=1, size="small")
    for name in (*TABLES, "README.md"):
        assert (again / name).read_bytes() == (small.folder / name).read_bytes(), name
    roads = read_roads(again / "roads.osm.pbf", cache=False)
    for field in ("node_id", "shape_lon", "shape_lat", "length_dm", "road_class", "oneway"):
        assert np.array_equal(getattr(roads, field), getattr(small.roads, field)), field
    assert roads.names == small.roads.names


def test_another_seed_gives_another_county(small, tmp_path):
    other = make_sample(tmp_path / "other", seed=2, size="small")
    assert (other / "schools.csv").read_bytes() != (small.folder / "schools.csv").read_bytes()


def test_students_have_chinese_headers_and_a_mark_for_excel_schools_english_ones(small):
    students = (small.folder / "students.csv").read_bytes()
    assert students.startswith("\ufeff学生编号,学校编号,年级,经度,纬度,人数".encode())
    assert (small.folder / "schools.csv").read_bytes().startswith(b"school_id,name,lon,lat,kind")


def test_the_county_is_small_enough_to_be_stored(county):
    """Under 1 MB of roads, under 700 kB of students, 20 to 40 thousand shape points."""
    assert (county.folder / "roads.osm.pbf").stat().st_size < 1_000_000
    assert (county.folder / "students.csv").stat().st_size < 700_000
    assert 20_000 <= len(county.roads.shape_lon) <= 40_000


def test_the_readme_says_that_it_is_made_how_and_under_which_licence(small):
    text = (small.folder / "README.md").read_text("utf-8")
    assert "Nobody in it is real" in text
    assert "python -m routing.sample OUT --seed 1 --size small" in text
    assert "CC0" in text


def test_the_policy_is_that_of_dongchangfu(small):
    assert read_policy(small.folder / "policy.toml") == Policy.preset("dongchangfu")


def test_the_command_writes_a_county_and_says_where(tmp_path, capsys):
    assert main([str(tmp_path / "out"), "--seed", "3", "--size", "small"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "out")
    assert (tmp_path / "out" / "roads.osm.pbf").is_file()


def test_a_size_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ValueError, match="there is no size 'tiny'"):
        make_sample(tmp_path, size="tiny")


def test_the_planners_door_takes_it_and_misses_only_unknown_homes(small):
    district = read_district(small.folder)
    assert len(district.schools) == 6
    assert int(district.students["n_students"].sum()) == 400
    assert (
        int(district.students.geometry.is_empty.sum())
        + int(district.students.geometry.isna().sum())
        == 1
    )


def test_the_stored_sample_is_the_whole_county(county):
    """Names and homes may change with another version of numpy; the counts do not."""
    stored = Path(__file__).parents[1] / "data" / "sample"
    for name in (*TABLES, "README.md", "roads.osm.pbf"):
        assert (stored / name).is_file(), name
    assert len(read_rows(stored / "schools.csv")) == len(county.schools)
    assert len(read_rows(stored / "students.csv")) == len(county.students)
    assert "--seed 1 --size county" in (stored / "README.md").read_text("utf-8")


@pytest.mark.parametrize("seed", [0, 2, 5, 23])
def test_other_seeds_give_whole_counties_too(seed, tmp_path):
    """120 pupils beyond 2 km, two bridges, one network and an island, whatever the seed."""
    made = read_made(make_sample(tmp_path, seed=seed, size="small"))
    assert 105 <= count_beyond_2_km(made) <= 135
    assert bridge_classes(made.roads).total() == 2
    assert len(made.walk.component_dm) == 2
    assert Counter(made.homes.reason)["island"] == 3


# schools


def test_the_county_has_its_schools(county):
    """12 towns with a junior or nine-year school each; 9 teaching points; 60 in all."""
    kinds = Counter(school["kind"] for school in county.schools)
    assert kinds == {"primary": 39, "junior": 8, "nine_year": 4, "teaching_point": 9}
    senior = [s["town"] for s in county.schools if s["last_grade"] == "9"]
    assert len(senior) == len(set(senior)) == 12


def test_about_a_third_of_the_schools_have_under_100_pupils(county):
    counts = Counter()
    for student in county.students:
        counts[student["学校编号"]] += int(student["人数"])
    assert len(counts) == 60
    assert 15 <= sum(n < 100 for n in counts.values()) <= 25


def test_no_bell_rings_before_what_the_ministry_allows_and_buses_can_chain(county):
    """Primary not before 08:20, junior not before 08:00; several bells and dismissals."""
    earliest = {
        "primary": "08:20",
        "teaching_point": "08:20",
        "junior": "08:00",
        "nine_year": "08:00",
    }
    assert all(s["bell_s"] >= earliest[s["kind"]] for s in county.schools)
    assert len({s["bell_s"] for s in county.schools}) >= 3
    dismissals = {s["dismissal_s"] for s in county.schools}
    assert min(dismissals) == "16:10"
    assert max(dismissals) == "17:10"


def test_every_school_has_room_and_beds_for_its_own(county):
    pupils, boarders = Counter(), Counter()
    for student in county.students:
        pupils[student["学校编号"]] += int(student["人数"])
        boarders[student["学校编号"]] += student["是否寄宿"] == "是"
    for school in county.schools:
        assert int(school["n_places"]) >= pupils[school["school_id"]], school["name"]
        assert int(school["n_beds"]) >= boarders[school["school_id"]], school["name"]


@pytest.mark.parametrize("which", ["county", "small"])
def test_every_pupil_attends_a_school_that_teaches_the_grade(which, request):
    made = request.getfixturevalue(which)
    grades = {s["school_id"]: (int(s["first_grade"]), int(s["last_grade"])) for s in made.schools}
    for student in made.students:
        first, last = grades[student["学校编号"]]
        assert first <= int(student["年级"]) <= last


# pupils


def test_the_county_has_9000_pupils_some_with_their_own_needs(county):
    """270 of 9,000 board (3 %), 10 use a wheelchair, 3 homes are unknown, 30 rows are hamlets."""
    assert county.n_students().sum() == 9_000
    assert sum(s["是否寄宿"] == "是" for s in county.students) == 270
    assert sum(s["特殊需要"] == "轮椅" for s in county.students) == 10
    assert sum(s["经度"] == "" for s in county.students) == 3
    assert sum(n > 1 for n in county.n_students()) == 30
    assert 50 < sum(s["撤并学生"] == "是" for s in county.students) < 500


def test_nobody_below_grade_4_boards(county):
    assert min(int(s["年级"]) for s in county.students if s["是否寄宿"] == "是") >= 4


def test_some_3000_day_pupils_of_the_county_live_beyond_2_km(county):
    assert 2_700 <= count_beyond_2_km(county) <= 3_300


def test_some_120_day_pupils_of_the_small_county_live_beyond_2_km(small):
    assert small.n_students().sum() == 400
    assert 105 <= count_beyond_2_km(small) <= 135


@pytest.mark.parametrize(("which", "n_island", "n_unknown"), [("county", 6, 3), ("small", 3, 1)])
def test_only_the_islanders_and_the_unknown_have_no_place_on_the_network(
    which, n_island, n_unknown, request
):
    made = request.getfixturevalue(which)
    reasons = Counter(made.homes.reason)
    assert reasons["island"] == n_island
    assert reasons["no_location"] == n_unknown
    assert reasons["far_from_road"] == 0
    assert {
        s["村"] for s, r in zip(made.students, made.homes.reason, strict=True) if r == "island"
    } == {"河心滩"}


# roads


@pytest.mark.parametrize(("which", "n_bridges"), [("county", 5), ("small", 2)])
def test_the_river_has_few_bridges_one_of_them_a_village_bridge(which, n_bridges, request):
    classes = bridge_classes(request.getfixturevalue(which).roads)
    assert classes.total() == n_bridges
    assert classes["unclassified"] >= 1


@pytest.mark.parametrize("which", ["county", "small"])
def test_the_roads_are_one_network_and_an_island(which, request):
    """Two parts on foot and by bus: all the roads, and the hamlet's lanes (under 3 km)."""
    made = request.getfixturevalue(which)
    for network in (made.walk, bus_network(made.roads, Policy())):
        assert len(network.component_dm) == 2
        assert 0 < network.component_dm[1] < 30_000


@pytest.mark.parametrize("which", ["county", "small"])
def test_a_bus_reaches_every_school_and_yard(which, request):
    made = request.getfixturevalue(which)
    bus = bus_network(made.roads, Policy())
    rows = made.schools + read_rows(made.folder / "parkings.csv")
    lon, lat = degrees(rows, "lon"), degrees(rows, "lat")
    # some schools stand on a street without a turning place: the bus stops at its mouth
    placed = snap_points(bus, lon, lat, within_m=150, component=0)
    assert set(placed.reason) == {""}


def test_the_roads_have_a_hierarchy_of_plausible_lengths(county):
    """Kilometres of each class, the motorway's both carriageways together."""
    km = Counter()
    for road_class, length_dm in zip(county.roads.road_class, county.roads.length_dm, strict=True):
        km[ROAD_CLASSES[road_class]] += length_dm / 10_000
    assert 30 < km["trunk"] < 80
    assert 30 < km["primary"] < 80
    assert 150 < km["secondary"] + km["tertiary"] < 500
    assert 600 < km["unclassified"] < 1_200
    assert 500 < km["residential"] < 1_100
    assert km["track"] > 50
    assert km["motorway"] > 40


def test_the_places_and_schools_are_on_the_map_by_name(county):
    kinds = Counter(county.roads.place_kind)
    assert kinds == {"town": 12, "village": 300, "hamlet": 1, "school": 60}
    names = [
        n
        for n, k in zip(county.roads.place_name, county.roads.place_kind, strict=True)
        if k == "village"
    ]
    assert len(set(names)) == 300


def test_the_county_lies_in_western_shandong(county):
    assert 115.6 <= min(county.roads.node_lon) < max(county.roads.node_lon) <= 116.25
    assert 36.2 <= min(county.roads.node_lat) < max(county.roads.node_lat) <= 36.7


@pytest.mark.parametrize("which", ["county", "small"])
def test_the_map_has_its_oddities(which, request):
    """Roundabout, one-way pair, narrow lane, private road, bollard, a banned turn, the river."""
    import osmium

    nodes, ways, bans = Counter(), Counter(), []
    known = set()
    for thing in osmium.FileProcessor(str(request.getfixturevalue(which).folder / "roads.osm.pbf")):
        tags = {f"{tag.k}={tag.v}" for tag in thing.tags}
        known.add((thing.type_str(), thing.id))
        if thing.is_node():
            nodes.update(tags)
        elif thing.is_way():
            ways.update(tags)
        else:
            bans.append((tags, [(member.type, member.ref) for member in thing.members]))
    assert nodes["barrier=bollard"] == 1
    assert nodes["highway=motorway_junction"] >= 1
    assert ways["junction=roundabout"] == 1
    assert ways["oneway=yes"] > 4
    assert min(ways[tag] for tag in ("width=3.5", "access=private", "lanes=1", "maxspeed=40")) > 0
    assert ways["waterway=river"] == 2
    assert [tags for tags, _ in bans] == [{"type=restriction", "restriction=no_left_turn"}]
    assert set(bans[0][1]) <= known


# how it is drawn


def test_crossing_roads_meet_at_a_point_unless_one_runs_apart():
    """The diagonals of a square of 100 m cross at (50, 50)."""
    up, down = Road(((0.0, 0.0), (100.0, 100.0))), Road(((0.0, 100.0), (100.0, 0.0)))
    assert [r.points[1] for r in join_crossings([up, down])] == [(50.0, 50.0), (50.0, 50.0)]
    over = Road(up.points, {}, apart=True)
    assert [len(r.points) for r in join_crossings([over, down])] == [2, 2]


def test_a_crossing_near_a_point_of_a_road_becomes_that_point():
    """The second road crosses 4 m from the corner at (50, 0): nearer than 9 m."""
    first = Road(((0.0, 0.0), (50.0, 0.0), (100.0, 0.0)))
    second = Road(((54.0, -30.0), (54.0, 30.0)))
    joined = join_crossings([first, second])
    assert joined[1].points == ((54.0, -30.0), (50.0, 0.0), (54.0, 30.0))
    assert joined[0].points == first.points


def test_a_bridge_is_cut_out_of_its_road():
    """100 m of road, a bridge of 2 x 10 m in the middle: pieces of 40, 20 and 40 m."""
    road = Road(((0.0, 0.0), (100.0, 0.0)), {"highway": "primary"})
    pieces = cut_bridge(road, (50.0, 0.0), reach_m=10, tags={"bridge": "yes"})
    assert [piece.line.length for piece in pieces] == [40.0, 20.0, 40.0]
    assert [piece.tags.get("bridge") for piece in pieces] == [None, "yes", None]


def test_points_are_put_into_a_road_in_order_and_it_can_be_split_there():
    road = put_points(Road(((0.0, 0.0), (100.0, 0.0))), [(70.0, 0.0), (30.0, 0.0)])
    assert road.points == ((0.0, 0.0), (30.0, 0.0), (70.0, 0.0), (100.0, 0.0))
    assert [part.points[0] for part in split_at([road], (30.0, 0.0))] == [(0.0, 0.0), (30.0, 0.0)]


def test_neighbours_have_no_third_point_in_the_circle_between_them():
    """A square of 10 m with its middle: the four spokes; each side touches the circle's edge."""
    spots = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (5.0, 5.0)]
    assert {(0, 4), (1, 4), (2, 4), (3, 4)} <= set(near_pairs(spots))
    assert (0, 2) not in near_pairs(spots)


def test_a_bend_keeps_its_ends_and_is_little_longer_than_the_straight_line():
    points = bend((0.0, 0.0), (1_000.0, 0.0), np.random.default_rng(1), sway=0.05, step_m=100)
    assert (points[0], points[-1], len(points)) == ((0.0, 0.0), (1_000.0, 0.0), 11)
    length_m = sum(math.dist(a, b) for a, b in pairwise(points))
    assert 1_000 <= length_m < 1_050


def test_no_name_is_given_twice():
    villages, towns = (
        village_names(np.random.default_rng(1)),
        list(town_names(np.random.default_rng(1))),
    )
    assert len({next(villages) for _ in range(300)}) == 300
    assert len({name[0] for name in towns}) == len(towns) == 12


# public buses and later years


@pytest.mark.parametrize(("which", "n_lines"), [("county", 8), ("small", 2)])
def test_village_lines_reach_the_school_before_the_bell_and_leave_after_it(which, n_lines, request):
    """Trip 1 is there 14 to 18 minutes before the bell of a senior school; trip 4 leaves 13
    to 17 minutes after its dismissal.
    """
    made = request.getfixturevalue(which)
    district = read_district(made.folder)
    transit = district.transit
    assert transit["line_id"].nunique() == n_lines
    assert transit.groupby("line_id")["trip_id"].nunique().eq(4).all()
    schools = district.schools[district.schools["last_grade"] == 9]
    for _, line in transit.groupby("line_id"):
        assert line["order"].max() >= 3
        there_s = line.loc[line["trip_id"] == "1", "arrive_s"].max()
        leaves_s = line.loc[line["trip_id"] == "4", "depart_s"].min()
        before = (schools["bell_s"] - there_s).between(14 * 60, 18 * 60)
        after = (leaves_s - schools["dismissal_s"]).between(13 * 60, 17 * 60)
        assert (before & after).any()
    seats = transit.groupby("trip_id")["n_seats"].min()
    assert seats["1"] >= 12
    assert transit.loc[transit["trip_id"].isin(["2", "3"]), "n_seats"].isna().all()


@pytest.mark.parametrize("which", ["county", "small"])
def test_every_public_stop_is_near_a_road_one_may_walk(which, request):
    made = request.getfixturevalue(which)
    rows = read_rows(made.folder / "transit.csv")
    placed = snap_points(made.walk, degrees(rows, "lon"), degrees(rows, "lat"), within_m=60)
    assert set(placed.reason) == {""}


@pytest.mark.parametrize("which", ["county", "small"])
def test_fewer_pupils_are_expected_each_year_and_none_where_there_are_none(which, request):
    made = request.getfixturevalue(which)
    now, later = Counter(), Counter()
    for student in made.students:
        now[student["学校编号"], student["年级"]] += int(student["人数"])
    for row in read_rows(made.folder / "enrolment.csv"):
        assert int(row["n_students"]) <= now[row["school_id"], row["grade"]]
        later[row["year"]] += int(row["n_students"])
    assert set(later) == {"2027", "2030"}
    assert now.total() > later["2027"] > later["2030"] > now.total() / 2
