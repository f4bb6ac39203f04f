"""The page of a hearing in a real browser, with the network off."""

from dataclasses import replace

import pytest
from plan_by_hand import gridtown
from test_escaping import PAYLOADS, poisoned
from test_hearing import PLANS, SCENARIOS
from test_maps_browser import browser, visit  # noqa: F401  (fixtures)

from routing.outputs.hearing import write_hearing
from routing.scenario import CloseSchool, Scenario

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("hearing") / "hearing.html"
    return write_hearing(PLANS, SCENARIOS, path).read_text("utf-8")


def views(page):
    """What part of the ground each map shows."""
    return page.evaluate(
        "[...document.querySelectorAll('svg.map')].map((map) => map.getAttribute('viewBox'))"
    )


def cursors(page):
    return page.evaluate(
        "[...document.querySelectorAll('.cursor')].map((one) => [one.getAttribute('visibility'), one.getAttribute('transform')])"
    )


def shown(page):
    return page.evaluate(
        "[...document.querySelectorAll('figure')].map((one) => one.clientHeight > 0)"
    )


def test_one_request_and_no_complaint(visit, source):  # noqa: F811
    """The fixture sees to it; the page says that its script ran to the end."""
    with visit(source) as page:
        assert page.title() == "Schools and ways to school: for the hearing"
        assert page.locator(".pick").is_visible()


def test_dragging_one_map_moves_the_other(visit, source):  # noqa: F811
    with visit(source) as page:
        before = views(page)
        assert len(set(before)) == 1
        page.click("[data-zoom=in]")
        zoomed = views(page)
        assert len(set(zoomed)) == 1
        assert zoomed[0] != before[0]
        box = page.locator("figure.present svg.map").bounding_box()
        page.mouse.move(box["x"] + 200, box["y"] + 150)
        page.mouse.down()
        page.mouse.move(box["x"] + 140, box["y"] + 120, steps=3)
        page.mouse.up()
        moved = views(page)
        assert len(set(moved)) == 1
        x = [float(view.split()[0]) for view in (zoomed[0], moved[0])]
        unit = float(zoomed[0].split()[2]) / page.locator("figure.present svg.map").evaluate(
            "(map) => map.clientWidth"
        )
        assert x[1] - x[0] == pytest.approx(60 * unit, abs=1)
        page.click("[data-zoom=all]")
        assert [float(part) for part in views(page)[0].split()] == pytest.approx(
            [float(part) for part in before[0].split()]
        )


def test_the_pointer_shows_the_same_place_on_both(visit, source):  # noqa: F811
    with visit(source) as page:
        page.locator(".maps").scroll_into_view_if_needed()
        box = page.locator("figure.then:not([hidden]) svg.map").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
        states = cursors(page)
        assert len({tuple(state) for state in states}) == 1
        assert states[0][0] == "visible"
        wide = float(views(page)[0].split()[2])
        x = float(states[0][1].split("(")[1].split()[0])
        assert x == pytest.approx(wide / 4, rel=0.02)
        page.mouse.move(5, 5)
        assert cursors(page)[0][0] == "hidden"


def test_the_name_near_the_pointer_is_told(visit, source):  # noqa: F811
    with visit(source) as page:
        page.locator(".maps").scroll_into_view_if_needed()
        spot = page.evaluate(
            """() => {
              const name = [...document.querySelectorAll("#names g")].find((one) => one.textContent === "Gridtown Junior");
              const at = name.transform.baseVal.getItem(0).matrix;
              const to = document.querySelector("figure.present svg.map").getScreenCTM();
              return [to.e + to.a * at.e, to.f + to.d * at.f];
            }"""
        )
        page.mouse.move(*spot)
        assert page.inner_text(".near output") == "Gridtown Junior"


def test_buttons_choose_the_alternative_at_the_right(visit, source):  # noqa: F811
    with visit(source) as page:
        assert shown(page) == [True, True, False]
        page.click("[data-pick='2']")
        assert shown(page) == [True, False, True]
        assert page.get_attribute("[data-pick='2']", "aria-pressed") == "true"
        assert page.get_attribute("[data-pick='1']", "aria-pressed") == "false"


def test_a_map_moves_by_the_keyboard_and_by_the_wheel_once_it_is_chosen(visit, source):  # noqa: F811
    with visit(source) as page:
        start = views(page)[0]
        page.locator("figure.present svg.map").hover()
        page.mouse.wheel(0, -200)
        page.wait_for_timeout(50)
        assert views(page)[0] == start
        page.focus("figure.present svg.map")
        page.keyboard.press("+")
        near = views(page)[0]
        assert near != start
        page.keyboard.press("ArrowRight")
        assert float(views(page)[0].split()[0]) > float(near.split()[0])
        assert len(set(views(page))) == 1


def test_paper_shows_every_map_whole(visit, source):  # noqa: F811
    with visit(source) as page:
        start = views(page)[0]
        page.click("[data-zoom=in]")
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert shown(page) == [True, True, True]
        assert [float(part) for part in views(page)[0].split()] == pytest.approx(
            [float(part) for part in start.split()]
        )
        assert not page.locator(".pick").is_visible()
        assert not page.locator("nav").is_visible()


def test_the_rules_fit_on_one_sheet(visit, source):  # noqa: F811
    """A4 less the margins: 184 mm by 269 mm = 695 by 1,017 px."""
    with visit(source, size=(695, 1_017)) as page:
        page.emulate_media(media="print")
        assert page.locator("#rules").bounding_box()["height"] <= 1_017
        assert page.evaluate("document.documentElement.scrollWidth") <= 695


@pytest.mark.parametrize("size", [(1_280, 800), (390, 800)])
def test_nothing_reaches_over_the_edge_of_the_window(visit, source, size):  # noqa: F811
    with visit(source, size=size) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_number_leads_to_its_row(visit, tmp_path):  # noqa: F811
    path = write_hearing(PLANS, SCENARIOS, tmp_path / "in.html")
    with visit(path.read_text("utf-8")) as page:
        link = page.locator("#alternatives a.num").first
        row = link.get_attribute("data-row").replace(":", "-")
        shown_text = link.inner_text()
        page.evaluate("(row) => { location.hash = row; }", row)
        cell = page.locator(f"#{row} td[data-col='{link.get_attribute('data-col')}']")
        assert cell.inner_text() == shown_text
        assert page.evaluate("document.querySelector('tr:target').id") == row


def test_no_payload_fires(visit, tmp_path):  # noqa: F811
    """All payloads one after the other, as every name of the one plan and the key of the other."""
    payload = " ".join(PAYLOADS.values())
    plan = poisoned(payload)
    other = replace(plan, district=replace(plan.district, schools=plan.district.schools.iloc[:1]))
    scenario = Scenario(payload, (CloseSchool(payload + "S2"),))
    path = write_hearing({"now": plan, payload: other}, {payload: scenario}, tmp_path / "in.html")
    with visit(path.read_text("utf-8")) as page:
        page.hover("figure.present svg.map")
        assert page.evaluate("window.fired") is None
        assert page.locator("img").count() == 0
        assert payload in page.inner_text("figure.then figcaption")


def test_gridtown_alone_beside_itself_says_that_nothing_changes(visit, tmp_path):  # noqa: F811
    path = write_hearing({"now": gridtown(), "same": gridtown()}, {}, tmp_path / "in.html")
    with visit(path.read_text("utf-8")) as page:
        text = page.inner_text("main")
        assert "Nothing changes for any village." in text
        assert "Nobody changes school." in text
        assert "no gate to pass" in text
