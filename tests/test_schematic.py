"""Line sheets: stops in order, times both ways, lengths; no place on earth, no pupils."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from plan_by_hand import gridtown, nobody_rides

from routing.errors import RoutingError
from routing.outputs.masking import Mask
from routing.outputs.schematic import write_line_sheets
from routing.outputs.schematic_lines import find_lines

PUBLIC = Mask(5)
CHROMIUM = Path("/usr/bin/chromium")


def page(tmp_path, plan=None, **options):
    return write_line_sheets(plan or gridtown(), tmp_path / "l.html", **options).read_text("utf-8")


def words(source):
    """What stands on the page, without its style."""
    body = source.split("<body>")[1]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_morning_and_afternoon_of_the_same_stops_are_one_line():
    """R2 and R4 with P3; R1 and R3 with P1 and P2: by bus and run of the morning."""
    first, second = find_lines(gridtown(), PUBLIC)
    assert (first.routes, first.buses) == (("R2", "R4"), ("B1", "B2"))
    assert (second.routes, second.buses) == (("R1", "R3"), ("B1",))


def test_a_line_has_names_times_and_lengths_in_order():
    """P1 07:37 (27,420 s) and 16:19 (58,794 s); 2.7 km to P2, 2.9 km on to S1."""
    line = find_lines(gridtown(), PUBLIC)[1]
    assert [(call.name, call.morning_s, call.afternoon_s, call.leg_m) for call in line.calls] == [
        ("Northfield crossing", 27_420, 58_794, None),
        ("Southford bridge", 27_875, 58_335, 2_700),
        ("Gridtown Primary", 28_364, 57_900, 2_900),
    ]
    assert (line.length_m, line.duration_s) == (5_600, 944)


def test_an_afternoon_without_its_morning_is_a_line_of_its_own():
    plan = gridtown()
    keep = plan.routes["route_id"].isin(["R3", "R4"])
    kept = plan.visits["route_id"].isin(["R3", "R4"])
    lines = find_lines(replace(plan, routes=plan.routes[keep], visits=plan.visits[kept]), PUBLIC)
    assert [line.routes for line in lines] == [("R3",), ("R4",)]
    assert [call.morning_s for call in lines[0].calls] == [None] * 3
    assert lines[0].calls[0].name == "Gridtown Primary"


def test_other_stops_in_the_afternoon_make_another_line():
    plan = gridtown()
    visits = plan.visits[~((plan.visits["route_id"] == "R3") & (plan.visits["place_id"] == "P2"))]
    lines = find_lines(replace(plan, visits=visits), PUBLIC)
    assert [line.routes for line in lines] == [("R2", "R4"), ("R1",), ("R3",)]


def test_an_afternoon_in_another_order_says_that_the_times_hold(tmp_path):
    plan = gridtown()
    swapped = plan.visits.copy()
    third = swapped["route_id"] == "R3"
    swapped.loc[third, "place_id"] = ["S1", "P1", "P2"]
    text = words(page(tmp_path, replace(plan, visits=swapped)))
    assert text.count("in another order") == 1


@pytest.mark.parametrize(("lang", "told"), [("en", "Not a map"), ("zh", "线路示意图：")])
def test_the_public_page_says_that_it_is_schematic_and_counts_nobody(tmp_path, lang, told):
    text = words(page(tmp_path, lang=lang))
    assert told in text
    assert "07:37" in text
    assert "16:19" in text
    assert "Pupils" not in text
    assert "人数" not in text


def test_the_internal_page_counts_pupils_and_says_that_it_is_internal(tmp_path):
    text = words(page(tmp_path, lang="zh", privacy="internal"))
    assert "内部工作用图" in text
    assert "Northfield crossing 5 16:19" in text


def test_no_place_on_earth_is_on_the_page(tmp_path):
    for privacy in ("public", "internal"):
        source = page(tmp_path, privacy=privacy)
        assert not re.search(r"\d\.\d{3,}", source)
        assert "115." not in source
        assert "36.4" not in source


def test_nothing_is_fetched_and_nothing_runs(tmp_path):
    source = page(tmp_path)
    assert "default-src 'none'" in source
    assert "<script" not in source
    assert not re.search(r"(src|href)=", source)


def test_hostile_names_are_text(tmp_path):
    plan = gridtown()
    bad = "<img src=x onerror=alert(1)>{{7*7}}\u202e"
    named = replace(plan, stops=plan.stops.assign(name=bad))
    source = page(tmp_path, named)
    assert "<img" not in source
    assert "&lt;img" in source
    assert "{{7*7}}" in source
    assert "\u202e" not in source


def test_a_plan_without_buses_says_so(tmp_path):
    assert "No bus drives" in words(page(tmp_path, nobody_rides()))


def test_a_word_that_is_neither_public_nor_internal_is_refused(tmp_path):
    with pytest.raises(RoutingError, match="secret"):
        page(tmp_path, privacy="secret")


def test_every_line_of_many_has_a_colour_of_the_page(tmp_path):
    source = page(tmp_path)
    used = set(re.findall(r'<section class="(c\d)">', source))
    assert used == {"c0", "c1"}
    assert all(f".{name} {{ --c: #" in source for name in [f"c{at}" for at in range(8)])


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")
def test_the_page_prints_on_a4_with_no_line_cut_in_two(tmp_path):
    from playwright.sync_api import sync_playwright

    path = write_line_sheets(gridtown(), tmp_path / "l.html")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(path.as_uri())
        assert tab.evaluate("getComputedStyle(document.querySelector('section')).breakInside") == "avoid"  # fmt: skip
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        pdf = tab.pdf(prefer_css_page_size=True)
        browser.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
