"""The map of Gridtown, read back from its page: what it shows, and what it keeps quiet."""

import json
from dataclasses import replace

import folium
import numpy as np
import pytest
from plan_by_hand import gridtown, nobody_rides, place
from transit_by_hand import riding

from routing.errors import RoutingError
from routing.outputs.basemap import STEP_DEG, Grid
from routing.outputs.layers import pupil_seats
from routing.outputs.map_words import FIGURES, REASONS, WORDS
from routing.outputs.maps import draw_plan, show_plan, write_map
from routing.outputs.masking import Mask
from routing.outputs.offline import (
    JQUERY_JS,
    LEAFLET_CSS,
    LEAFLET_JS,
    offline_page,
    refuse_outside,
)
from routing.outputs.transit import tell_parts
from routing.tables import REASONS as REASON_CODES
from routing.tables import SCHOOL_KINDS


def data_of(drawn):
    """What the page's scripts read."""
    start = drawn.html.index('id="map-data">') + len('id="map-data">')
    return json.loads(drawn.html[start : drawn.html.index("</script>", start)])


def figure(data, name):
    """The value of one of the panel's figures."""
    return dict(data["figures"])[FIGURES[name].say(data["lang"])]


@pytest.fixture(scope="module")
def public():
    return data_of(draw_plan(gridtown()))


@pytest.fixture(scope="module")
def internal():
    return data_of(draw_plan(gridtown(), privacy="internal"))


# what is shown


def test_every_school_stop_and_route_is_on_the_map(public):
    assert [school["name"] for school in public["schools"]] == [
        "Gridtown Primary",
        "Gridtown Junior",
    ]
    assert [stop["name"] for stop in public["stops"]] == [
        "Northfield crossing", "Southford bridge", "Westham farm",
    ]  # fmt: skip
    assert [(route["bus"], route["run"], route["id"]) for route in public["routes"]] == [
        ("B1", 1, "R2"), ("B1", 2, "R1"), ("B1", 3, "R3"), ("B2", 1, "R4"),
    ]  # fmt: skip


def test_a_route_carries_its_times_loads_and_visits(public):
    """R1: P1 at 27,420 with 5, P2 at 27,875 with 6, S1 at 28,364; 11 in 17 seats."""
    route = next(route for route in public["routes"] if route["id"] == "R1")
    assert (route["depart"], route["arrive"], route["metres"]) == (27_420, 28_364, 5_600)
    assert (route["load"], route["seats"], route["type"]) == ("11", 17, "T19")
    assert route["visits"] == [
        [0, "P1", 27_420, 27_470, "5", "", ""],
        [0, "P2", 27_875, 27_929, "6", "", ""],
        [1, "S1", 28_364, 28_415, "", "", ""],
    ]


def test_internal_maps_add_who_is_aboard(internal):
    route = next(route for route in internal["routes"] if route["id"] == "R3")
    assert [visit[4:] for visit in route["visits"]] == [
        ["11", "", "11"], ["", "6", "5"], ["", "5", "0"],
    ]  # fmt: skip


def test_the_line_of_a_route_is_the_way_driven(public):
    """R2 goes from (0.2, 2) to (3, 2), south to (3, 1) and east to (3.5, 1)."""
    route = next(route for route in public["routes"] if route["id"] == "R2")
    steps = np.cumsum(np.reshape(route["line"], (-1, 2)), axis=0) * STEP_DEG + public["corner"]
    corners = [place(x, y) for x, y in ((0.2, 2), (3, 2), (3, 1), (3.5, 1))]
    assert np.allclose(steps, [(point.x, point.y) for point in corners], atol=STEP_DEG)


def test_the_figures_are_those_of_the_plan():
    """20 entitled (5 + 6 + 7 + g + i), two without a bus.

    Driven: with pupils 2 x (5.6 + 4.3) = 19.8 km; empty 2.4 + 1.7 + 1 + 4 = 9.1 and back
    1 + 6.4 + 1.7 = 9.1 km, together 38 km. Rides: longest 944 s = 15.7 min; mean
    (5 x 944 + 6 x 489 + 7 x 703 + 5 x 894 + 6 x 435 + 7 x 645) / 36 = 671.7 s = 11.2 min.
    """
    data = data_of(draw_plan(gridtown(), privacy="internal", figures=[("Extra", "7")]))
    expected = {
        "entitled": "20", "served": "18", "unserved": "2", "stops": "3", "buses": "2",
        "routes": "2 + 2", "km": "38 km", "empty_km": "18 km (48 %)",
        "mean_ride": "11.2 min", "max_ride": "15.7 min",
    }  # fmt: skip
    assert {name: figure(data, name) for name in expected} == expected
    assert data["figures"][-1] == ["Extra", "7"]


def test_seats_left_open_are_the_approved_number_less_the_crew():
    """36 seats: driver and one attendant leave 34; 56 seats have two attendants: 53."""
    plan = gridtown()
    types = plan.district.bus_types.assign(seats=[36, 56])
    types["pupil_seats"] = types["pupil_seats"].where([False, False])
    open_seats = replace(plan, district=replace(plan.district, bus_types=types))
    assert pupil_seats(open_seats) == {"T19": 34, "T36": 53}


def test_a_plan_in_which_nobody_rides_says_so():
    data = data_of(draw_plan(nobody_rides()))
    assert data["nobody"]
    assert data["routes"] == data["stops"] == data["cells"] == data["unserved"] == []
    assert len(data["schools"]) == 2
    assert figure(data, "entitled") == "0"


def test_a_route_without_a_line_goes_straight_from_visit_to_visit():
    plan = gridtown()
    bare = replace(plan, routes=plan.routes.set_geometry([None] * 4, crs=4326))
    route = next(r for r in data_of(draw_plan(bare))["routes"] if r["id"] == "R4")
    assert len(route["line"]) == 4


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_words_are_of_one_language(lang):
    data = data_of(draw_plan(gridtown(), lang=lang))
    chinese = any(
        "\u4e00" <= sign <= "\u9fff" for sign in json.dumps(data["words"], ensure_ascii=False)
    )
    assert chinese == (lang == "zh")
    assert data["title"] == ("校车线路方案" if lang == "zh" else "School bus plan")
    page_lang = "zh-CN" if lang == "zh" else "en"
    assert f'<html lang="{page_lang}">' in draw_plan(gridtown(), lang=lang).html


def test_only_lines_that_pupils_ride_are_drawn_with_their_stops_and_times():
    (line,) = data_of(draw_plan(riding()))["transit"]
    assert (line["id"], line["n"]) == ("L1", "7")
    assert len(line["ways"]) == 2
    stops = {stop["name"]: stop["times"] for stop in line["stops"]}
    assert stops == {
        "N": [[27_300, "T1"], [60_000, "T2"]],
        "A": [[27_600, "T1"], [59_700, "T2"]],
        "B": [[28_500, "T1"], [58_800, "T2"]],
    }
    assert data_of(draw_plan(gridtown()))["transit"] == []


def test_few_riders_of_a_line_are_counted_inside_the_office_only():
    (line,) = data_of(draw_plan(riding(4)))["transit"]
    assert line["n"] == "<5"
    (line,) = data_of(draw_plan(riding(4), privacy="internal"))["transit"]
    assert line["n"] == "4"


def test_counts_of_lines_do_not_give_each_other_away():
    """2 of 9 are hidden, and the 7 with them: the sum of all is told."""
    assert tell_parts([2, 7, 9, 0], Mask(5)) == ["<5", "–", "9", ""]
    assert tell_parts([2, 7], Mask(5, "internal")) == ["2", "7"]


def test_schools_with_boarders_are_marked():
    """h, 2 pupils, boards at S2, which has 40 beds."""
    schools = {
        one["id"]: one for one in data_of(draw_plan(gridtown(), privacy="internal"))["schools"]
    }
    assert [schools["S2"][name] for name in ("boarding", "boarders", "beds")] == [True, "2", "40"]
    assert [schools["S1"][name] for name in ("boarding", "boarders", "beds")] == [False, "", ""]
    schools = {one["id"]: one for one in data_of(draw_plan(gridtown()))["schools"]}
    assert schools["S2"]["boarders"] == "<5"


def test_every_word_exists_in_both_languages():
    for words in (WORDS, FIGURES, REASONS):
        assert all(text.en and text.zh and text.en != text.zh for text in words.values())
    assert set(REASONS) == set(REASON_CODES)
    assert {*SCHOOL_KINDS, *(f"{kind}_sign" for kind in SCHOOL_KINDS)} <= set(WORDS)


def test_the_same_plan_gives_the_same_page():
    assert draw_plan(gridtown()).html == draw_plan(gridtown()).html


# what is kept quiet


def test_public_maps_hold_no_home(public):
    """i, the one left out with a known home, stands at the middle of its cell."""
    assert public["homes"] == []
    marked = next(group for group in public["unserved"] if group["at"])
    assert set(marked) == {"village", "n", "reasons", "at"}
    home = Grid(*public["corner"]).one(place(5.9, 0.5))
    assert marked["at"] != home
    assert marked["at"] in [cell["at"] for cell in public["cells"]]


def test_internal_maps_show_homes_and_full_reasons(internal):
    assert {home["id"]: home["n"] for home in internal["homes"]} == {
        "a": 3, "b": 2, "c": 6, "f": 7, "i": 1,
    }  # fmt: skip
    left = {group["id"]: group for group in internal["unserved"]}
    assert left["g"]["at"] is None
    assert left["i"]["reasons"] == [["the roads near the home do not connect to the school's", ""]]
    assert left["i"]["at"] == Grid(*internal["corner"]).one(place(5.9, 0.5))


def test_small_groups_are_not_counted_in_public(public):
    """Five is shown, one is not; the served of S1 would give away that one is left out.

    S1 has 3 + 2 + 6 + 1 = 12 entitled, one unserved: served at least 12 - 4 = 8.
    """
    assert sorted(cell["n"] for cell in public["cells"]) == ["5", "6", "7", "<5"]
    school = public["schools"][0]
    assert (school["entitled"], school["served"], school["unserved"]) == ("12", "≥8", "<5")
    assert figure(public, "unserved") == "<5"
    assert figure(public, "served") == "≥16"
    assert [group["n"] for group in public["unserved"]] == ["<5", "<5"]


def test_a_hidden_stop_shows_neither_in_its_size_nor_in_the_load():
    """Groups under 6 are hidden: of R1's 5 and 6 the load is 6 and 1 to 5, 7 to 11."""
    plan = gridtown()
    strict = replace(plan, policy=replace(plan.policy, min_cell=6))
    data = data_of(draw_plan(strict))
    stop = data["stops"][0]
    assert (stop["students"], stop["size"]) == ("<6", 5)
    route = next(route for route in data["routes"] if route["id"] == "R1")
    assert route["load"] == "7–11"
    assert [visit[4] for visit in route["visits"]] == ["<6", "6", ""]


@pytest.mark.parametrize(
    ("total", "part", "shown"),
    [
        (20, 0, ("0", "20")),
        (20, 2, ("<5", "≥16")),
        (20, 17, ("≥16", "<5")),
        (20, 10, ("10", "10")),
        (20, 20, ("20", "0")),
        (3, 1, ("<5", "<5")),
        (3, 0, ("0", "<5")),
        (7, 3, ("<5", "<5")),
        (0, 0, ("0", "0")),
    ],
)
def test_a_part_and_the_rest_never_give_each_other_away(total, part, shown):
    assert Mask(5).shown_split(total, part) == shown


def test_a_sum_with_hidden_parts_is_a_span_within_the_seats():
    """4 + 4 hidden beside 20: 20 + 2 to 20 + 8, but there are only 25 seats."""
    assert Mask(5).shown_sum([20, 4, 4], 25) == "22–25"
    assert Mask(5).shown_sum([20, 5], 25) == "25"
    assert Mask(5, "internal").shown_sum([20, 4, 4], 25) == "28"


def test_an_unknown_privacy_is_refused():
    with pytest.raises(RoutingError, match="public"):
        draw_plan(gridtown(), privacy="secret")


# the page


def test_nothing_in_the_page_points_outside():
    page = draw_plan(gridtown()).html
    refuse_outside(page)
    assert "default-src 'none'" in page
    assert "cdn." not in page


@pytest.mark.parametrize(
    "leak",
    [
        '<script src="https://a.example/x.js"></script>',
        '<link rel="stylesheet" href="//a.example/x.css">',
        '<img src="https://a.example/x.png">',
        "<style>@import 'x.css';</style>",
        "<style>p { background: url(https://a.example/x.png) }</style>",
        '<p style="background: url(x.png)">',
        "<script>fetch('https://a.example/')</script>",
        '<script>new WebSocket("wss://a.example/")</script>',
        "<script>load('//a.example/x')</script>",
        '<iframe srcdoc="x"></iframe>',
        '<a href="https://a.example/">x</a>',
        '<meta http-equiv="refresh" content="0;url=https://a.example">',
        '<form action="https://a.example/"></form>',
    ],
)
def test_whatever_points_outside_is_refused(leak):
    with pytest.raises(ValueError, match="outside"):
        refuse_outside(f"<html><body>{leak}</body></html>")


def test_data_may_hold_an_address():
    refuse_outside('<script type="application/json">"https://a.example"</script>')


def test_a_folium_map_with_links_we_have_no_file_for_is_refused():
    """A bare folium.Map asks five hosts for ten files; Bootstrap is one of them."""
    with pytest.raises(ValueError, match="bootstrap"):
        offline_page(folium.Map(tiles=None), title="x")


def test_jquery_is_inlined_only_for_a_map_that_asks_for_it():
    class WithJquery(folium.Map):
        default_js = (("leaflet", LEAFLET_JS), ("jquery", JQUERY_JS))
        default_css = (("leaflet_css", LEAFLET_CSS),)

    page = offline_page(WithJquery(tiles=None), title="x")
    assert "jQuery v3.7" in page
    assert "jQuery v3.7" not in draw_plan(gridtown()).html


def test_tiles_open_the_policy_for_their_host_only():
    url = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    page = draw_plan(gridtown(), tiles_url=url).html
    assert "img-src data: https://*.tiles.example;" in page
    assert "img-src data:;" in draw_plan(gridtown()).html


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/tiles", "ftp://a.example/{z}/{x}/{y}", "https://a.example/{z}/{x}/{y}/{{7*7}}",
        "https://a.example/{z}/{x}/{y}'; script-src *", "https://*/{z}/{x}/{y}.png",
    ],
)  # fmt: skip
def test_an_address_that_is_no_tiles_is_refused(url):
    with pytest.raises(RoutingError, match="tiles"):
        draw_plan(gridtown(), tiles_url=url)


def test_a_map_is_written_whole_or_not_at_all(tmp_path):
    path = write_map(gridtown(), tmp_path / "maps" / "index.html", lang="zh")
    assert path.read_text("utf-8") == draw_plan(gridtown(), lang="zh").html
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]
    blocked = path / "below.html"
    with pytest.raises(RoutingError, match="cannot be written"):
        write_map(gridtown(), blocked)


def test_a_plan_shows_itself_in_a_frame_without_network():
    frame = gridtown()._repr_html_()
    assert frame == show_plan(gridtown()) == draw_plan(gridtown())._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts"' in frame
    assert 'height="640"' in frame
