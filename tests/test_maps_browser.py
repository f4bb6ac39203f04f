"""The map of Gridtown in a real browser, with the network off."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from plan_by_hand import gridtown, nobody_rides
from test_escaping import PAYLOADS, poisoned
from transit_by_hand import riding

from routing.outputs.maps import draw_plan, show_plan

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDE, NARROW = (1280, 800), (390, 800)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with sync_api.sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open pages with the network off, and see that none asks for anything or complains."""

    @contextmanager
    def opened(html, size=WIDE, *, ready="body[data-ready]"):
        path = tmp_path / "map.html"
        path.write_text(html, "utf-8")
        context = browser.new_context(offline=True, viewport={"width": size[0], "height": size[1]})
        page, asked, complaints = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: complaints.append(f"failed {request.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(f"{line.type}: {line.text}"))
        page.goto(path.as_uri())
        page.wait_for_selector(ready, state="attached")
        yield page
        assert complaints == []
        assert asked == [path.as_uri()]
        context.close()

    return opened


def counts(page):
    """What the map's scripts say is drawn."""
    return page.evaluate("({...document.body.dataset})")


def inked(page):
    """How many pixels of the front canvas have a colour, once what was asked for is drawn."""
    return page.evaluate(
        """async () => {
          for (let n = 0; n < 3; n += 1) await new Promise((go) => requestAnimationFrame(go));
          const canvas = document.querySelector(".leaflet-overlay-pane canvas");
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let count = 0;
          for (let i = 3; i < pixels.length; i += 4) if (pixels[i]) count += 1;
          return count;
        }"""
    )


def test_the_map_asks_nothing_of_the_network_and_draws_all(visit):
    """One request, the file; no failure, no word on the console; two morning routes."""
    with visit(draw_plan(gridtown()).html) as page:
        drawn = counts(page)
        assert [drawn[name] for name in ("schools", "stops", "routesam", "routespm")] == [
            "2",
            "3",
            "2",
            "0",
        ]
        assert [drawn[name] for name in ("density", "unserved", "homes")] == ["4", "1", "0"]
        assert inked(page) > 5_000
        assert page.title() == "School bus plan"


def test_layers_switch_on_and_off_from_the_keyboard(visit):
    with visit(draw_plan(gridtown()).html) as page:
        page.focus("#layer-routes_pm")
        page.keyboard.press("Space")
        assert counts(page)["routespm"] == "2"
        for name in ("routes_am", "routes_pm", "density", "stops"):
            page.uncheck(f"#layer-{name}")
        drawn = counts(page)
        assert [drawn[name] for name in ("routesam", "routespm", "density", "stops")] == ["0"] * 4
        assert inked(page) == 0


def test_a_bus_or_a_school_shows_only_its_routes_and_stops(visit):
    """B2 drives R4 only; S1 has R1 in the morning, from P1 and P2."""
    with visit(draw_plan(gridtown()).html) as page:
        page.check("#layer-routes_pm")
        page.select_option("#only-bus", "B2")
        drawn = counts(page)
        assert [drawn[name] for name in ("routesam", "routespm", "stops")] == ["0", "1", "1"]
        page.select_option("#only-bus", "")
        page.select_option("#only-school", "S1")
        drawn = counts(page)
        assert [drawn[name] for name in ("routesam", "routespm", "stops")] == ["1", "1", "2"]
        assert page.locator(".route:visible").count() == 2


def test_a_route_picked_in_the_list_tells_its_times(visit):
    with visit(draw_plan(gridtown()).html) as page:
        page.click('[data-route="R1"]')
        text = page.inner_text(".popup")
        assert counts(page)["chosen"] == "R1"
        for words in (
            "Bus B1 · run 2 · morning",
            "11 / 17",
            "07:37",
            "07:44",
            "07:52",
            "5.6 km, 16 min",
        ):
            assert words in text
        page.keyboard.press("Escape")
        assert counts(page)["chosen"] == ""


def test_a_route_is_found_by_clicking_its_line(visit):
    """R1 runs along row 0: a click in the middle between (1, 0) and (2.4, 0)."""
    with visit(draw_plan(gridtown()).html) as page:
        page.uncheck("#layer-density")
        spot = page.evaluate(
            "() => { const b = busMap.layers.routes_am.getLayers().find((l) => l.options.lane === 1"
            " || l.getLatLngs().length > 4).getBounds();"
            " const at = busMap.map.latLngToContainerPoint([b.getSouth(), (b.getWest() + b.getEast()) / 2]);"
            " return [at.x, at.y]; }"
        )
        page.mouse.click(*spot)
        assert counts(page)["chosen"] == "R1"


def test_a_stop_and_a_school_tell_who_comes_when(visit):
    with visit(draw_plan(gridtown()).html) as page:
        page.evaluate("() => { busMap.layers.stops.getLayers()[1].openPopup(); }")
        text = page.inner_text(".popup")
        for words in ("Southford bridge", "6", "07:44", "16:12", "R1", "R3"):
            assert words in text
        page.click("[title='Gridtown Primary']")
        text = page.locator(".popup", has_text="Gridtown Primary").inner_text()
        for words in ("Gridtown Primary", "kept open", "1–6", "08:20", "≥8", "07:52", "16:05"):
            assert words in text


def test_the_chinese_page_speaks_chinese(visit):
    with visit(draw_plan(gridtown(), lang="zh").html) as page:
        text = page.inner_text("body")
        for words in ("校车线路方案", "主要指标", "上学线路", "未安排", "住址不明", "打印"):
            assert words in text
        page.click('[data-route="R1"]')
        assert "车辆 B1 · 趟次 2 · 上学" in page.inner_text(".popup")
        assert page.get_attribute("html", "lang") == "zh-CN"


def test_a_map_for_nobody_says_so(visit):
    with visit(draw_plan(nobody_rides()).html) as page:
        assert "Nobody is entitled" in page.inner_text("#nobody")
        assert counts(page)["schools"] == "2"
        assert page.locator("#only-bus").count() == 0


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_reaches_over_the_edge_of_the_window(visit, size):
    with visit(draw_plan(gridtown(), title="A title that goes on and on " * 4).html, size) as page:
        if size == NARROW:
            assert page.is_hidden(".panel .body")
            page.click(".handle")
        assert page.is_visible(".panel .body")
        box = page.locator(".panel").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_notebook_shows_the_map_in_a_frame(visit):
    """The frame may run scripts only; its page still draws, and asks for nothing."""
    shell = f"<!DOCTYPE html><title>notebook</title><body>{show_plan(gridtown())}</body>"
    with visit(shell, ready="iframe") as page:
        frame = page.frames[1]
        frame.wait_for_selector("body[data-ready]", state="attached")
        assert frame.evaluate("document.body.dataset.routesam") == "2"
        assert frame.locator("#print").count() == 0
        assert page.locator("iframe").bounding_box()["height"] == pytest.approx(642)


@pytest.mark.parametrize("privacy", ["public", "internal"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_payload_fires_and_each_is_shown_as_it_is(visit, payload, privacy):
    """Every text of the plan is hostile; all popups are opened, and it is only text."""
    drawn = draw_plan(
        poisoned(payload), privacy=privacy, title=payload, figures=[(payload, payload)]
    )
    with visit(drawn.html) as page:
        for box in page.locator(".layer input").all():
            box.check()
        opened = page.evaluate(
            """() => {
              const texts = [];
              for (const group of Object.values(busMap.layers)) {
                for (const layer of group.getLayers()) {
                  if (!layer.getPopup || !layer.getPopup()) continue;
                  layer.openPopup();
                  texts.push(layer.getPopup().getElement().textContent);
                }
              }
              return texts;
            }"""
        )
        assert len(opened) >= 14
        assert sum(payload in text for text in opened) >= 10
        assert page.inner_text(".panel h1") == payload
        assert page.evaluate("window.fired") is None
        assert page.locator("img").count() == 0


@pytest.mark.parametrize(("lang", "bus", "trip"), [("en", "Public bus L1", "trip T1"), ("zh", "公交 L1", "班次 T1")])  # fmt: skip
def test_public_buses_tell_their_stops_and_times_at_hover(visit, lang, bus, trip):
    """L1: two ways of three stops; N at 07:35 and 16:40. The layer goes off like any other."""
    with visit(draw_plan(riding(), lang=lang).html) as page:
        assert counts(page)["transit"] == "5"
        spot = page.evaluate(
            """() => {
              const [stop] = busMap.layers.transit.getLayers().filter((one) => one.getRadius);
              const at = busMap.map.latLngToContainerPoint(stop.getLatLng());
              return [at.x, at.y];
            }"""
        )
        page.mouse.move(spot[0] - 40, spot[1] - 40)
        page.wait_for_timeout(100)  # the canvas looks at the mouse every 32 ms only
        page.mouse.move(*spot)
        text = page.locator(".times").inner_text()
        for words in ("N", bus, "07:35", "16:40", trip):
            assert words in text
        page.evaluate("() => { busMap.layers.transit.getLayers()[0].openPopup(); }")
        assert "7" in page.locator(".popup", has_text=bus).last.inner_text()
        page.uncheck("#layer-transit")
        assert counts(page)["transit"] == "0"


def test_a_map_without_public_buses_has_no_such_layer(visit):
    with visit(draw_plan(gridtown()).html) as page:
        assert page.locator("#layer-transit").count() == 0


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_payload_fires_in_the_names_of_public_buses(visit, payload):
    plan = riding()
    transit = plan.district.transit.assign(line_id=payload, stop_name=payload)
    rides = plan.rides.assign(line_id=plan.rides["line_id"].str.replace("L1", payload, regex=False))
    plan = replace(plan, district=replace(plan.district, transit=transit), rides=rides)
    with visit(draw_plan(plan).html) as page:
        texts = page.evaluate(
            """() => busMap.layers.transit.getLayers().map((layer) => {
              if (layer.getTooltip()) {
                layer.openTooltip();
                return layer.getTooltip().getElement().textContent;
              }
              layer.openPopup();
              return layer.getPopup().getElement().textContent;
            })"""
        )
        assert len(texts) == 5
        assert all(payload in text for text in texts)
        assert page.evaluate("window.fired") is None
        assert page.locator("img").count() == 0
