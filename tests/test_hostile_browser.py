"""Every page with all markup at once, in a real browser with the network off: nothing fires."""

import pytest
from hostile import OUTPUTS, PAGES
from payloads import EVERYTHING
from test_maps_browser import browser  # noqa: F401  (fixture)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_nothing_fires_and_nothing_is_asked_for(browser, name, tmp_path):  # noqa: F811
    """Each box is ticked and each detail opened; the page asks for itself and no more."""
    path = OUTPUTS[name](EVERYTHING, tmp_path, "internal")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    for box in page.locator("input[type=checkbox]").all():
        box.check(force=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.mouse.move(640, 400)
    page.mouse.click(640, 400)
    assert page.evaluate("window.fired") is None
    assert complaints == []
    assert asked == [path.as_uri()]
    assert "window.fired" in page.content()
    context.close()
