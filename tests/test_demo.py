"""The demo as a newcomer runs it: planned, judged, and opened with the network off."""

from pathlib import Path

import pytest
from shell import ROOT, schoolbus

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder of a hurried demo."""
    out = tmp_path_factory.mktemp("demo") / "demo"
    done = schoolbus("demo", "--out", out, "--seconds", 5, "--quiet", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return out, done


def test_the_demo_says_its_figures_and_where_the_map_is(demo):
    out, done = demo
    assert "0 breaches" in done.stdout
    assert str(out / "index.html") in done.stdout
    assert (out / "report.html").stat().st_size > 100_000


def test_the_demo_plan_is_judged_without_breach(demo):
    """Twelve or so pupils of the made county cannot be served: exit code 5."""
    done = schoolbus("check", demo[0])
    assert "No breach" in done.stdout
    assert done.returncode == 5


def test_the_made_county_does_not_claim_to_be_real(demo):
    page = (demo[0] / "index.html").read_text("utf-8")
    assert "made up" in page
    assert "OpenStreetMap contributors" not in page


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "report.html"])
def test_the_pages_ask_nothing_of_the_network_and_complain_of_nothing(demo, name):
    """One request, the file itself; the map draws its routes."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    url = (demo[0] / name).as_uri()
    with sync_api.sync_playwright() as engine:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        page = browser.new_context(offline=True).new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text))
        page.goto(url)
        if name == "index.html":
            page.wait_for_selector("body[data-ready]", state="attached")
            drawn = page.evaluate("({...document.body.dataset})")
            assert int(drawn["routesam"]) > 100
        browser.close()
    assert asked == [url]
    assert complaints == []
