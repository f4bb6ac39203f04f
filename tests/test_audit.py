"""What looks wrong in the roads: islands, detours, gaps, one-ways, tags, and the page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from plan_by_hand import grid_district
from roads_by_hand import lonlat, make_roads
from shell import schoolbus

from routing.audit import audit_roads, count_audit, score_town
from routing.errors import RoutingError
from routing.outputs.audit import write_audit
from routing.policy import Policy
from routing.roads import bus_network, read_roads
from routing.roads.audit import (
    find_detours,
    find_gaps,
    find_islands,
    find_oneways,
    measure_tags,
    pair_neighbours,
    place_anywhere,
)

CHROMIUM = Path("/usr/bin/chromium")


def network_of(points_m, links):
    """A bus network of nodes in metres and links."""
    return bus_network(
        make_roads([lonlat(*point) for point in points_m], links), Policy(), turns=False
    )


def places(*points_m):
    lon, lat = np.array([lonlat(*point) for point in points_m]).T
    return lon, lat


def link(start, end, **more):
    return {"start": start, "end": end, **more}


# --- islands


@pytest.fixture(scope="module")
def split():
    """Main road 0-1-2 of 3 km; 3-4 of 1 km apart; 5-6 of 500 m, reached one way from 2."""
    return network_of(
        [(0, 0), (1500, 0), (3000, 0), (0, 5000), (1000, 5000), (3200, 0), (3700, 0)],
        [link(0, 1), link(1, 2), link(3, 4), link(2, 5, oneway=True), link(5, 6)],
    )


def test_islands_are_listed_by_length_and_say_how_they_are_joined(split):
    islands = find_islands(split)
    assert islands["length_km"].tolist() == pytest.approx([1.0, 0.5], abs=0.002)
    assert islands["by_one_way"].tolist() == [False, True]
    assert islands["large"].tolist() == [True, True]
    assert [shape.length > 0 for shape in islands["geometry"]] == [True, True]


def test_a_network_in_one_piece_has_no_island():
    islands = find_islands(network_of([(0, 0), (1000, 0)], [link(0, 1)]))
    assert islands.empty
    assert "by_one_way" in islands


def test_a_place_is_put_on_an_island_only_where_nothing_larger_is_near():
    """Main 30 km (a twentieth is 1.5 km), island of 1 km from (0, 300) to (1000, 300)."""
    network = network_of(
        [(0, 0), (30_000, 0), (0, 300), (1000, 300), (50, 9000)],
        [link(0, 1), link(2, 3)],
    )
    placed = place_anywhere(network, *places((500, 250), (500, 600), (500, 9000)), 400)
    assert placed.link.tolist() == [0, 1, -1]
    assert placed.moved_m[:2].round().tolist() == [250, 300]
    assert placed.reason[2] == "far_from_road"


# --- detours and gaps


def around(gap_m, height_m=2000):
    """Villages at (0, 0) and (1000, 0), joined by a road `height_m` north of them.

    Each also has a lane towards the other; between the lanes is a gap in the middle.
    """
    west, east = 500 - gap_m / 2, 500 + gap_m / 2
    network = network_of(
        [(0, 0), (0, height_m), (1000, height_m), (1000, 0), (west, 0), (east, 0)],
        [link(0, 1), link(1, 2), link(2, 3), link(0, 4), link(3, 5)],
    )
    lon, lat = places((0, 0), (1000, 0))
    standing = place_anywhere(network, lon, lat, 500)
    return network, standing, find_detours(network, standing, *pair_neighbours(lon, lat))


def test_a_way_three_times_the_straight_line_and_two_km_longer_is_an_outlier():
    """2 + 1 + 2 = 5 km for 1 km straight: five times, 4 km more."""
    _, _, pairs = around(200)
    assert pairs["way_m"].tolist() == [pytest.approx(5000, abs=2)]
    assert pairs["ratio"].tolist() == [pytest.approx(5, abs=0.01)]
    assert pairs["outlier"].tolist() == [True]


def test_a_way_less_than_two_km_longer_is_none():
    """0.95 + 1 + 0.95 = 2.9 km: 1.9 km more, though it is nearly three times."""
    assert not around(200, height_m=950)[2]["outlier"].any()


def test_the_gap_that_would_close_a_detour_is_found_and_what_it_saves():
    """Two dead ends 200 m apart; joined, the way is 1 km instead of 5."""
    network, standing, pairs = around(200)
    gaps, of_outlier = find_gaps(network, standing, pairs)
    assert of_outlier.tolist() == [0]
    assert gaps["kind"].tolist() == ["dead_ends"]
    assert gaps["gap_m"].tolist() == [pytest.approx(200, abs=1)]
    assert gaps["saves_m"].tolist() == [pytest.approx(4000, abs=3)]
    assert gaps["n_pairs"].tolist() == [1]
    assert gaps["from_lon_deg"][0] == pytest.approx(lonlat(400, 0)[0])


def test_ends_further_apart_than_the_limit_are_no_gap():
    network, standing, pairs = around(400)
    gaps, of_outlier = find_gaps(network, standing, pairs)
    assert gaps.empty
    assert of_outlier.tolist() == [-1]


def test_a_gap_that_leads_to_an_island_saves_nothing_that_can_be_said():
    """Villages at (0, 0) and (1900, 0) with no way between; lanes end 100 m apart."""
    network = network_of([(0, 0), (900, 0), (1000, 0), (1900, 0)], [link(0, 1), link(2, 3)])
    lon, lat = places((0, 0), (1900, 0))
    standing = place_anywhere(network, lon, lat, 500)
    pairs = find_detours(network, standing, *pair_neighbours(lon, lat))
    assert pairs["outlier"].tolist() == [True]
    assert pairs["way_m"].isna().all()
    gaps, _ = find_gaps(network, standing, pairs)
    assert gaps["gap_m"].tolist() == [pytest.approx(100, abs=1)]
    assert gaps["saves_m"].isna().all()


def test_neighbours_are_paired_once_and_no_further_than_six_km():
    """Three on a line, 4 km apart: the two ends are 8 km from each other."""
    first, second = pair_neighbours(*places((0, 0), (4000, 0), (8000, 0)))
    assert list(zip(first, second, strict=True)) == [(0, 1), (1, 2)]
    assert len(pair_neighbours(np.zeros(1), np.zeros(1))[0]) == 0


# --- one-ways


def test_one_ways_without_way_out_or_in_are_told_apart():
    """0-1 is two-way; 1 -> 2 leads in, 3 -> 0 leads out; 1 -> 4 parts 0-1 from 4-5 (1 km)."""
    network = network_of(
        [(0, 0), (3000, 0), (3000, 500), (0, 500), (4000, 0), (5000, 0)],
        [link(0, 1), link(1, 2, oneway=True), link(3, 0, oneway=True),
         link(1, 4, oneway=True), link(4, 5)],
    )  # fmt: skip
    found = find_oneways(network)
    assert found[["link", "kind"]].to_numpy().tolist() == [
        [3, "joins"], [1, "no_way_out"], [2, "no_way_in"],
    ]  # fmt: skip
    assert found["cut_off_km"].round(3).tolist() == [1.0, 0.0, 0.0]


def test_one_ways_that_lead_round_and_slip_roads_are_left_out():
    """A one-way ring hangs together; a slip road and a closed way may end anywhere."""
    corners = [(0, 0), (100, 0), (100, 100), (0, 100), (500, 0)]
    ring = [link(i, (i + 1) % 4, oneway=True, way_id=7) for i in range(4)]
    slip = link(0, 4, oneway=True, road_class="motorway_link")
    assert find_oneways(network_of(corners, [*ring, slip])).empty
    assert len(find_oneways(network_of(corners, [*ring, link(0, 4, oneway=True)]))) == 1


# --- tags


def test_tags_are_shares_of_the_length_a_bus_may_drive():
    """1 km unclassified without anything, 3 km residential with a name; a footpath is out."""
    network = network_of(
        [(0, 0), (1000, 0), (4000, 0), (9000, 0)],
        [link(0, 1), link(1, 2, road_class="residential", name="Mill Lane", lanes=2),
         link(2, 3, road_class="footway", bus_forward=False, bus_backward=False)],
    )  # fmt: skip
    tags = measure_tags(network).set_index("road_class")
    assert list(tags.index) == ["all", "no_class", "residential", "unclassified"]
    assert tags.loc["all", "length_km"] == pytest.approx(4, abs=0.001)
    assert tags.loc["all", "no_name_share"] == pytest.approx(0.25, abs=0.001)
    assert tags.loc["all", "no_speed_share"] == 1
    assert tags.loc["residential", "no_lanes_share"] == 0
    assert tags.loc["no_class", "length_share"] == pytest.approx(0.25, abs=0.001)


# --- a district


@pytest.fixture(scope="module")
def gridtown():
    district = grid_district()
    return district, audit_roads(district, Policy())


def test_the_island_of_gridtown_is_found_with_who_lives_on_it(gridtown):
    """One link of 1 km in the east, on both networks: Farholm, home i, no school."""
    islands = gridtown[1].islands
    assert sorted(islands["network"]) == ["bus", "walk"]
    assert islands["length_km"].tolist() == [1.0, 1.0]
    counts = islands[["n_villages", "n_schools", "n_homes"]]
    assert counts.to_numpy().tolist() == [[1, 0, 1], [1, 0, 1]]


def test_villages_far_from_a_road_are_listed_the_furthest_first(gridtown):
    """Gridtown's middle is 250 m north of row 1, three villages are 200 m off a road."""
    far = gridtown[1].far_places
    far = far[far["to_road_m"] > 150]
    assert far["name"].tolist()[0] == "Gridtown"
    assert set(far["name"]) == {"Gridtown", "Northfield", "Southford", "Westham"}
    assert far["to_road_m"].tolist() == pytest.approx([250, 200, 200, 200], abs=1)
    assert set(far["limit_m"]) == {100}


def test_homes_far_from_a_road_are_counted_and_have_no_place(gridtown):
    """Home i is moved 3 km north of the island: beyond 500 m of any road."""
    district = gridtown[0]
    students = district.students.copy()
    row = students.index[students["student_id"] == "i"][0]
    students.loc[[row], "geometry"] = students.geometry[[row]].translate(0, 0.027)
    far = audit_roads(replace(district, students=students), Policy()).far_places
    homes = far[far["kind"] == "homes"]
    assert homes[["limit_m", "n_places"]].to_numpy().tolist() == [[500, 1]]
    assert homes[["lon_deg", "lat_deg", "to_road_m"]].isna().all(axis=None)


def test_no_way_to_an_island_is_a_detour_with_names(gridtown):
    """Farholm and each of the other four, on both networks; nothing else is an outlier."""
    detours = gridtown[1].detours
    assert len(detours) == 8
    assert detours["way_m"].isna().all()
    assert all("Farholm" in pair for pair in zip(detours["from_name"], detours["to_name"]))  # noqa: B905


def test_the_score_of_a_town_is_the_stated_sum(gridtown):
    """Reach 4 of 5, outliers 4 of 10 pairs, tagged 3 of 4: 50x.8 + 30x.6 + 20x.75 = 73."""
    towns = gridtown[1].towns
    assert towns["town"].tolist() == ["Gridtown"]
    assert towns[["n_villages", "n_pairs"]].to_numpy().tolist() == [[5, 10]]
    assert towns["score"].tolist() == [pytest.approx(73)]


def test_what_cannot_be_said_of_a_town_is_left_out_of_its_score():
    """No pair of neighbours: 50 x 1 + 20 x 0.5 of 70 points."""
    assert score_town(1, np.nan, 0.5) == pytest.approx(100 * 60 / 70)
    assert np.isnan(score_town(np.nan, np.nan, np.nan))


def test_where_no_school_says_its_town_the_towns_of_the_map_are_scored(gridtown):
    district = gridtown[0]
    bare = replace(district, schools=district.schools.assign(town=""))
    assert audit_roads(bare, Policy()).towns["town"].tolist() == ["Gridtown"]
    roads = replace(district.roads, place_name=(), place_kind=(), place_lon=np.zeros(0), place_lat=np.zeros(0))  # fmt: skip
    empty = audit_roads(replace(bare, roads=roads), Policy())
    assert empty.towns.empty
    assert empty.detours.empty
    assert count_audit(empty)["min_town_score"] is None


# --- the page


def page_data(path):
    block = re.search(r'id="map-data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    data = json.loads(block[1])
    return data | {"parts": {part["key"]: part for part in data["parts"]}}


def test_the_page_masks_small_counts_in_public_only(gridtown, tmp_path):
    district, audit = gridtown
    public = page_data(write_audit(audit, district, tmp_path / "p.html"))
    inside = page_data(write_audit(audit, district, tmp_path / "i.html", privacy="internal"))
    at = public["parts"]["islands"]["heads"].index("homes")
    assert [row[at] for row in public["parts"]["islands"]["rows"]] == ["<5", "<5"]
    assert [row[at] for row in inside["parts"]["islands"]["rows"]] == ["1", "1"]
    with pytest.raises(RoutingError):
        write_audit(audit, district, tmp_path / "x.html", privacy="secret")


def test_in_public_an_island_without_homes_looks_like_one_with_few(gridtown, tmp_path):
    """Without home i the island has none: the public page says "<5" as before."""
    district, _ = gridtown
    fewer = replace(district, students=district.students.query("student_id != 'i'"))
    audit = audit_roads(fewer, Policy())
    for privacy, shown in (("public", "<5"), ("internal", "0")):
        path = write_audit(audit, fewer, tmp_path / f"{privacy}.html", privacy=privacy)
        rows = page_data(path)["parts"]["islands"]["rows"]
        assert [row[6] for row in rows] == [shown, shown]


def test_the_page_has_a_row_and_a_drawing_for_everything_found(gridtown, tmp_path):
    district, audit = gridtown
    parts = page_data(write_audit(audit, district, tmp_path / "p.html"))["parts"]
    for name, part in parts.items():
        assert len(part["rows"]) == part["n"] == len(getattr(audit, name))
        assert all(len(row) == len(part["heads"]) for row in part["rows"])
    assert len(parts["islands"]["drawn"]) == 2
    assert all(len(flat) == 4 for row in parts["detours"]["drawn"] for flat in row)
    assert "50 × share" in parts["towns"]["text"]


def test_the_page_speaks_chinese(gridtown, tmp_path):
    district, audit = gridtown
    data = page_data(write_audit(audit, district, tmp_path / "p.html", lang="zh"))
    assert data["title"] == "路网审核"
    assert "无路" in data["parts"]["detours"]["rows"][0]


def test_names_from_files_are_text_and_nothing_else(gridtown, tmp_path):
    """A village named like a script and a template stays in the data block, escaped."""
    district, _ = gridtown
    name = "</script><script>alert({{7*7}})</script>"
    names = tuple(name if old == "Farholm" else old for old in district.roads.place_name)
    poisoned = replace(district, roads=replace(district.roads, place_name=names))
    path = write_audit(audit_roads(poisoned, Policy()), poisoned, tmp_path / "p.html")
    assert name not in path.read_text("utf-8")
    shown = {cell for row in page_data(path)["parts"]["detours"]["rows"] for cell in row}
    assert name in shown


def test_the_command_writes_the_page_and_counts(small_county, tmp_path):
    done = schoolbus("audit", small_county, "--out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert (tmp_path / "index.html").is_file()
    assert counts["n_islands_bus"] >= 1
    assert 0 <= counts["min_town_score"] <= 100
    said = schoolbus("audit", small_county, "--out", tmp_path, "--lang", "zh")
    assert said.stdout.strip() == str(tmp_path / "index.html")


@pytest.mark.browser
def test_the_page_opens_offline_and_a_row_shows_its_place(gridtown, tmp_path):
    engine = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    district, audit = gridtown
    path = write_audit(audit, district, tmp_path / "p.html")
    with engine.sync_playwright() as drive:
        browser = drive.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text))
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready]", state="attached")
        before = page.evaluate("window.map_plan.getZoom()")
        page.locator("#islands tr[tabindex]").first.click()
        assert page.evaluate("window.map_plan.getZoom()") > before
        assert page.locator("#detours tbody tr").count() == 8
        browser.close()
    assert complaints == []
    assert asked == [path.as_uri()]


def test_the_islands_of_malta_are_told_by_size(shared_data):
    """Gozo's roads, over 300 km, are a part of their own; the next island is much smaller."""
    roads = read_roads(shared_data / "roads" / "malta.osm.pbf", cache=False)
    islands = find_islands(bus_network(roads, Policy(), turns=False))
    assert islands["large"].tolist()[:2] == [True, False]
    assert islands["length_km"][0] > 300
    assert islands["length_km"][1] < 10
