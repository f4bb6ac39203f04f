"""What the fleet's largest bus meets: dead ends, what is too small, hazards, and the page."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import shapely
from plan_by_hand import grid_district
from roads_by_hand import lonlat, make_roads, metres_along

from routing.audit import audit_roads, count_audit
from routing.outputs.audit import write_audit
from routing.outputs.audit_words import WORDS
from routing.policy import Policy
from routing.roads import bus_network, bus_profiles, read_roads
from routing.roads.audit import count_found, find_hazards
from routing.roads.audit.fleet import survey_fleet
from routing.roads.edits import RoadEdit, apply_edits
from routing.roads.network import SURFACES

SOFT = SURFACES.index("soft")
POLICY = Policy()
FLEET = {
    "length_m": [6.0, 10.0],
    "width_m": [2.0, 2.5],
    "height_m": [2.6, 3.4],
    "weight_t": [5.0, 12.0],
}
"""A small and a large bus. With its margins the large one wants 3.5 m of height and 2.8 m of
width, the small one 2.7 m and 2.3 m."""

BLOCK = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
"""Corners of a block of 4 km, round which every bus comes back."""


def link(start, end, **more):
    return {"start": start, "end": end, **more}


RING = [link(0, 1), link(1, 2), link(2, 3), link(3, 0)]


def meet(points_m, links, policy=POLICY, fleet=FLEET, **more):
    """What the fleet meets on the block with further corners (metres) and links."""
    roads = make_roads([lonlat(*at) for at in [*BLOCK, *points_m]], [*RING, *links], **more)
    return survey_fleet(bus_profiles(roads, policy, fleet), policy)


# --- dead ends


def test_a_branch_is_told_with_its_mouth_its_far_end_and_the_way_between():
    """From corner 1 east 500 m, there a fork: 300 m on and 200 m north: 1 km, way in 800 m."""
    met = meet([(1500, 0), (1800, 0), (1500, 200)], [link(1, 4), link(4, 5), link(4, 6)])
    (branch,) = met.branches.itertuples()
    assert branch.kind == "dead_end"
    assert branch.length_km == pytest.approx(1.0, abs=0.001)
    assert branch.way_km == pytest.approx(0.8, abs=0.001)
    assert branch.n_ends == 2
    assert (branch.mouth_lon_deg, branch.mouth_lat_deg) == lonlat(1000, 0)
    assert (branch.lon_deg, branch.lat_deg) == lonlat(1800, 0)
    assert sorted(branch.links) == [4, 5, 6]
    assert met.lengths_km["network"] == pytest.approx(5.0, abs=0.002)
    assert met.lengths_km["dead_ends"] == pytest.approx(1.0, abs=0.001)


def test_branches_that_meet_only_on_a_road_of_the_bus_are_two():
    """From corner 1 east 300 m and south 200 m."""
    branches = meet([(1300, 0), (1000, -200)], [link(1, 4), link(1, 5)]).branches
    assert branches["length_km"].tolist() == pytest.approx([0.3, 0.2], abs=0.001)


def test_a_turning_place_at_the_far_end_opens_the_way_there_and_no_other():
    """The fork again: with a turning place at its east end only the 200 m north are left."""
    points, links = [(1500, 0), (1800, 0), (1500, 200)], [link(1, 4), link(4, 5), link(4, 6)]
    before = meet(points, links)
    far = before.branches.iloc[0]
    place = RoadEdit("turning_place", np.array([[far["lon_deg"], far["lat_deg"]]]))
    edited = apply_edits(before.network.roads, [place])
    assert edited.misses == ()
    after = survey_fleet(bus_profiles(edited.roads, POLICY, FLEET), POLICY).branches
    assert after["length_km"].tolist() == pytest.approx([0.2], abs=0.001)


def test_buses_that_may_reverse_leave_no_dead_end():
    policy = replace(POLICY, three_point_length_m=12)
    assert meet([(1300, 0)], [link(1, 4)], policy).branches.empty


def test_a_smaller_bus_that_can_turn_there_is_said():
    """A turning circle of 15 m: enough for 6 m (13 m), not for 10 m (21 m)."""
    at_nodes = {"node_turning_m": {4: 15.0}}
    branches = meet([(1300, 0), (1000, -200)], [link(1, 4), link(1, 5)], at_nodes=at_nodes).branches
    assert branches["smaller"].tolist() == [0, -1]


def test_a_way_that_a_restriction_keeps_from_coming_back_has_no_loose_end():
    """Corner 1 to 4 to corner 2 leads one way out of the ring; into it may only go nobody."""
    ban = (False, 2, (100, 104))
    straight = (False, 2, (101, 104))
    met = meet(
        [(1500, 500)], [link(1, 4, oneway=True), link(4, 2, oneway=True)], bans=[ban, straight]
    )
    (branch,) = met.branches.itertuples()
    assert (branch.kind, branch.n_ends) == ("no_way_back", 0)


def test_what_is_too_small_is_no_dead_end():
    """300 m east, of earth: too soft for the large bus, therefore not where it cannot turn."""
    met = meet([(1300, 0)], [link(1, 4, surface=SOFT)])
    assert met.branches.empty
    assert met.lengths_km["too_small"] == pytest.approx(0.3, abs=0.001)


# --- too small


def behind(first, **more):
    """From corner 1 a road of 300 m to another block of 400 m, which is cut off behind it."""
    corners = [(1300, 0), (1400, 0), (1400, 100), (1300, 100)]
    ring = [link(4, 5), link(5, 6), link(6, 7), link(7, 4)]
    return meet(corners, [link(1, 4, **first), *ring], **more)


@pytest.mark.parametrize(
    ("limit", "kind", "column", "smaller"),
    [
        ({"max_height_m": 3.4}, "height", "height_m", 0),
        ({"max_width_m": 2.0}, "width", "width_m", -1),
        ({"width_m": 2.5}, "narrow", "narrow_m", 0),
        ({"max_length_m": 9.0}, "length", "length_m", 0),
        ({"max_weight_t": 3.5}, "weight", "weight_t", -1),
        ({"surface": SOFT}, "soft", None, 0),
    ],
)
def test_each_limit_is_told_with_what_lies_behind_it(limit, kind, column, smaller):
    """300 m closed, 400 m behind; the small bus wants 2.7 m of height and 2.3 m of width."""
    met = behind(limit | {"name": "Mill Lane"})
    (found,) = met.obstacles.itertuples()
    assert (found.place, found.kind, found.name) == ("road", kind, "Mill Lane")
    assert found.length_km == pytest.approx(0.3, abs=0.001)
    assert found.behind_km == pytest.approx(0.4, abs=0.001)
    assert found.smaller == smaller
    assert found.osm_id == 104
    if column:
        assert getattr(found, column) == pytest.approx(next(iter(limit.values())))
    assert met.lengths_km["cut_off"] == pytest.approx(0.4, abs=0.001)


def test_a_limit_that_the_bus_just_keeps_is_no_obstacle():
    """3.5 m of height and 2.8 m of width are what 3.4 m and 2.5 m want with their margins."""
    assert behind({"max_height_m": 3.5, "width_m": 2.8}).obstacles.empty


def test_a_frame_at_a_node_cuts_off_what_lies_beyond_it():
    """A frame of 2.8 m at node 4, where the second block begins; the small bus passes."""
    met = behind({}, at_nodes={"node_height_m": {4: 2.8}})
    (found,) = met.obstacles.itertuples()
    assert (found.place, found.kind, found.osm_id) == ("node", "height", 5)
    assert found.height_m == pytest.approx(2.8)
    assert found.behind_km == pytest.approx(0.4, abs=0.001)
    assert (found.length_km, found.smaller) == (0, 0)
    assert met.branches["length_km"].tolist() == pytest.approx([0.3], abs=0.001)


def test_with_another_way_round_nothing_is_behind_an_obstacle():
    """The second block is reached by a road of its own as well."""
    corners = [(1300, 0), (1400, 0), (1400, 100), (1300, 100)]
    ring = [link(4, 5), link(5, 6), link(6, 7), link(7, 4), link(2, 6)]
    obstacles = meet(corners, [link(1, 4, max_height_m=2.0), *ring]).obstacles
    assert obstacles["behind_km"].tolist() == [0]
    assert shapely.is_empty(obstacles["cut_off"][0])


def test_closed_links_that_hang_together_are_one_obstacle():
    """A low bridge, then a narrow lane, then 400 m of block: one row, both limits."""
    corners = [(1200, 0), (1300, 0), (1400, 0), (1400, 100), (1300, 100)]
    ring = [link(5, 6), link(6, 7), link(7, 8), link(8, 5)]
    first = [link(1, 4, max_height_m=3.0, name="A"), link(4, 5, width_m=2.0, name="B")]
    (found,) = meet(corners, [*first, *ring]).obstacles.itertuples()
    assert (found.kind, found.height_m, found.narrow_m) == ("height+narrow", 3.0, 2.0)
    assert found.name == "A; B"
    assert found.behind_km == pytest.approx(0.4, abs=0.001)


# --- hazards


def hazards_of(links, points_m):
    roads = make_roads([lonlat(*at) for at in points_m], links)
    network = bus_network(roads, POLICY, turns=False)
    return find_hazards(network, np.ones(len(links), bool), POLICY)


def test_a_sharp_corner_is_drawn_where_it_is():
    """A right angle 500 m along: 2 x 30 / (4 sin 45) = 21.2 m; 30 m on both sides of it."""
    found = hazards_of([link(0, 1, via=[lonlat(500, 0)])], [(0, 0), (500, 500)])
    (bend,) = found.itertuples()
    assert (bend.kind, bend.hazard_km) == ("bend", pytest.approx(0.06, abs=1e-4))
    assert bend.road_km == pytest.approx(1.0, abs=0.001)
    (line,) = bend.geometry.geoms
    coords = shapely.get_coordinates(line)
    assert metres_along(coords) == pytest.approx(60, abs=0.5)
    assert coords[1].tolist() == pytest.approx(lonlat(500, 0))
    assert coords[0].tolist() == pytest.approx(lonlat(470, 0), abs=1e-5)
    assert coords[2].tolist() == pytest.approx(lonlat(500, 30), abs=1e-5)


def test_steep_links_of_one_way_that_follow_one_another_are_one_row():
    """Two steep links of way 7, a flat one, another steep one of it: 800 m and 300 m."""
    links = [
        link(i, i + 1, way_id=7, incline_pct=9 if i != 2 else 0, water_dm=500 if i == 2 else 0)
        for i in range(4)
    ]
    found = hazards_of(links, [(0, 0), (500, 0), (800, 0), (900, 0), (1200, 0)])
    assert found["kind"].tolist() == ["steep", "steep", "water"]
    assert found["hazard_km"].tolist() == pytest.approx([0.8, 0.3, 0.05], abs=0.001)
    assert found["road_km"].tolist() == pytest.approx([0.8, 0.3, 0.1], abs=0.001)


def test_all_bends_of_malta_are_drawn_and_as_long_as_they_count(shared_data):
    """Drawn lengths and counted ones are equal but for rounding, to 1 percent in all."""
    roads = read_roads(shared_data / "roads" / "malta.osm.pbf", cache=False)
    network = bus_network(roads, POLICY, turns=False)
    found = find_hazards(network, network.component >= 0, POLICY)
    bends = found[found["kind"] == "bend"]
    drawn_m = sum(
        metres_along(shapely.get_coordinates(line))
        for shape in bends["geometry"]
        for line in shape.geoms
    )
    assert drawn_m / 1000 == pytest.approx(bends["hazard_km"].sum(), rel=0.01)


# --- what reading found


def test_restrictions_and_every_count_of_the_reader_are_listed():
    bans = [(False, 1, (100, 103)), (True, 2, (100, 101)), (False, 0, (100, 101, 102))]
    roads = make_roads([lonlat(*at) for at in BLOCK], RING, bans=bans)
    source = replace(roads.source, repaired={"nodes missing": 3, "something new": 2})
    found = count_found(replace(roads, source=source))
    assert found["n"].tolist() == [3, 1, 1, 3, 2]
    assert found["what"].tolist()[3:] == ["nodes missing", "something new"]


# --- a district and its page


def dead_end_district(n_students=1):
    """Gridtown with its home c and n students on a dead end of row 0, closed in the west.

    The link from (1, 0) to (2, 0) is closed to buses, and so is column 2 between rows 0 and
    1: the link of home c, from (2, 0) to (3, 0), leads nowhere.
    """
    district = grid_district()
    roads = district.roads
    shut = _links_between(roads, (1, 0), (2, 0)) | _links_between(roads, (2, 0), (2, 1))
    roads = replace(
        roads, bus_forward=roads.bus_forward & ~shut, bus_backward=roads.bus_backward & ~shut
    )
    students = district.students.copy()
    students.loc[students["student_id"] == "c", "n_students"] = n_students
    return replace(district, roads=roads, students=students)


def _links_between(roads, *places_km):
    """Flags of the links that join two crossings of Gridtown."""
    from plan_by_hand import place

    points = [place(*at) for at in places_km]
    at = [
        int(np.argmin(np.hypot(roads.node_lon - point.x, roads.node_lat - point.y)))
        for point in points
    ]
    ends = np.stack((roads.start, roads.end), axis=1)
    return np.isin(ends, at).all(axis=1)


def page_parts(path):
    block = re.search(r'id="map-data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    return {part["key"]: part for part in json.loads(block[1])["parts"]}


def test_homes_and_schools_on_a_dead_end_are_counted():
    """Home c with 6 students and Southford stand on it, 1 km long; no school does."""
    audit = audit_roads(dead_end_district(6), POLICY)
    branch = audit.dead_ends.iloc[0]
    assert branch[["n_students", "n_villages", "n_schools"]].tolist() == [6, 1, 0]
    assert branch["length_km"] == pytest.approx(1, abs=0.001)
    counts = count_audit(audit)
    assert counts["n_dead_ends"] == len(audit.dead_ends)
    assert counts["dead_ends_km"] == round(audit.lengths_km["dead_ends"], 1)


@pytest.mark.parametrize(("n", "public", "internal"), [(1, "<5", "1"), (6, "6", "6")])
def test_few_students_on_a_dead_end_are_masked_in_public(tmp_path, n, public, internal):
    district = dead_end_district(n)
    audit = audit_roads(district, POLICY)
    for privacy, shown in (("public", public), ("internal", internal)):
        path = write_audit(audit, district, tmp_path / f"{privacy}.html", privacy=privacy)
        part = page_parts(path)["dead_ends"]
        assert part["rows"][0][part["heads"].index("students")] == shown


def test_in_public_the_order_of_dead_ends_says_nothing_of_few_students(tmp_path):
    """A dead end with one student is shorter than one with none: it comes second in public."""
    district = dead_end_district(1)
    audit = audit_roads(district, POLICY)
    rows = audit.dead_ends.iloc[[0, 0]].copy()
    rows["n_students"], rows["length_km"] = [1, 0], [1.0, 2.0]
    audit = replace(audit, dead_ends=rows)
    for privacy, lengths in (("public", ["2.0 km", "1.0 km"]), ("internal", ["1.0 km", "2.0 km"])):
        path = write_audit(audit, district, tmp_path / f"{privacy}.html", privacy=privacy)
        assert [row[2] for row in page_parts(path)["dead_ends"]["rows"]] == lengths


def test_a_dead_end_with_a_school_comes_before_one_with_more_students(tmp_path):
    district = dead_end_district(6)
    audit = audit_roads(district, POLICY)
    rows = audit.dead_ends.iloc[[0, 0]].copy()
    rows["n_students"], rows["n_schools"] = [9, 0], [0, 1]
    path = write_audit(replace(audit, dead_ends=rows), district, tmp_path / "p.html")
    assert [row[7] for row in page_parts(path)["dead_ends"]["rows"]] == ["1", "0"]


def low_frame(district):
    """The district with a frame of 2 m at the crossing (3, 0)."""
    roads = district.roads
    links = np.flatnonzero(_links_between(roads, (2, 0), (3, 0)))
    ends = np.concatenate((roads.start[links], roads.end[links]))
    height = roads.node_height_m.copy()
    height[ends[np.argmax(roads.node_lon[ends])]] = 2.0
    return replace(district, roads=replace(roads, node_height_m=height))


def test_an_obstacle_is_drawn_with_what_it_cuts_off_and_counts_no_students_in_public(tmp_path):
    """The frame parts the dead end of 1 km with home c from the rest."""
    district = low_frame(dead_end_district(6))
    audit = audit_roads(district, POLICY)
    (found,) = audit.obstacles.itertuples()
    assert (found.n_students, found.height_m) == (6, 2.0)
    assert found.behind_km == pytest.approx(1, abs=0.001)
    for privacy, shown in (("public", "–"), ("internal", "6")):
        path = write_audit(audit, district, tmp_path / f"{privacy}.html", privacy=privacy)
        part = page_parts(path)["obstacles"]
        (row,) = part["rows"]
        assert row[:2] == ["frame or gate", "height 2 m"]
        assert row[part["heads"].index("students")] == shown
        assert len(part["drawn"][0][0]) == 2
        assert len(part["thin"]) == 1


def test_the_page_says_what_mends_a_dead_end_in_both_languages(tmp_path):
    district = dead_end_district()
    audit = audit_roads(district, POLICY)
    for lang in ("en", "zh"):
        path = write_audit(audit, district, tmp_path / f"{lang}.html", lang=lang)
        text = page_parts(path)["dead_ends"]["text"]
        assert "turning_place" in text
        assert "three_point_length_m" in text
        assert "{" not in text


def test_every_count_of_the_reader_and_the_edits_has_words():
    from routing.roads.edits import _MARKS
    from routing.roads.repairs import REPAIR_WORDS

    named = {*_MARKS.values(), "restrictions", "restrictions only", "restrictions over ways"}
    assert not named - WORDS.keys()
    assert not REPAIR_WORDS.keys() & WORDS.keys()


def test_the_page_lists_what_reading_found_also_what_it_has_no_word_for(tmp_path):
    district = grid_district()
    source = replace(district.roads.source, repaired={"nodes missing": 3, "odd & new": 2})
    district = replace(district, roads=replace(district.roads, source=source))
    path = write_audit(audit_roads(district, POLICY), district, tmp_path / "p.html")
    rows = page_parts(path)["found"]["rows"]
    assert rows[-1] == ["odd & new", "2"]
    assert rows[-2][1] == "3"
    assert "3 point(s)" in rows[-2][0]
