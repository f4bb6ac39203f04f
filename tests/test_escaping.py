"""Hostile text stays text: the table of payloads, in every place a map can show."""

import json
from dataclasses import replace

import folium
import jinja2
import pytest
from plan_by_hand import gridtown

from routing.outputs.escaping import safe_json, safe_text
from routing.outputs.maps import draw_plan, show_plan
from routing.records import Plan

PAYLOADS = {
    "element": "<img src=x onerror=window.fired=1>",
    "end of script": "</script><script>window.fired=1</script>",
    "template string": "${window.fired=1}",
    "escaped bracket": r"\x3cimg src=x onerror=window.fired=1\x3e",
    "end of string": "';window.fired=1;//\"",
    "backtick": "`;window.fired=1;`",
    "jinja": "{{ cycler.__init__.__globals__.os.environ['PATH'] }}",
    "jinja left open": "{# \u697c",
    "jinja statement": "{% raw %}",
    "comment": "<!--<script>window.fired=1//",
}
"""What a school, a stop or a village may be called by someone who means harm."""


def poisoned(payload: str) -> Plan:
    """Gridtown in which every text of the planner's files is the payload.

    Keys too: a school, a stop, a bus, a route, a type of bus and a student are called so.
    """
    plan = gridtown()
    keys = {key: payload + key for key in ("S1", "P1", "B1", "R1", "T19", "i", "a")}

    def renamed(table, **texts):
        columns = [name for name in table.columns if name.endswith("_id")]
        changed = {name: table[name].replace(keys) for name in columns}
        return table.assign(**changed, **texts)

    district = plan.district
    roads = replace(
        district.roads,
        place_name=tuple(payload for _ in district.roads.place_name),
        names=tuple(payload for _ in district.roads.names),
    )
    visits = renamed(plan.visits)
    return replace(
        plan,
        policy=replace(plan.policy, name=payload),
        district=replace(
            district,
            roads=roads,
            schools=renamed(district.schools, name=payload, kind=payload, town=payload),
            students=renamed(district.students, village=payload),
            bus_types=renamed(district.bus_types),
            parkings=district.parkings.assign(name=payload),
        ),
        stops=renamed(plan.stops, name=payload, kind=payload),
        routes=renamed(plan.routes),
        visits=visits.assign(place_id=visits["place_id"].replace(keys)),
        rides=renamed(plan.rides).assign(reason=plan.rides["reason"].replace("island", payload)),
    )


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_safe_text_survives_html_javascript_and_jinja(payload):
    """No sign is left that HTML, a template string or Jinja would act upon."""
    safe = safe_text(payload)
    assert not set(safe) & set("<>\"'`${}\\")
    assert jinja2.Template(safe).render() == safe


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_safe_text_shows_in_a_folium_popup_what_was_given(payload):
    """Folium evaluates the popup twice; what was written comes out, unevaluated."""
    drawn = folium.Map()
    folium.Marker([0, 0], popup=safe_text(payload), tooltip=safe_text(payload)).add_to(drawn)
    page = drawn.get_root().render()
    assert safe_text(payload) in page
    assert "onerror=window" not in page.replace(safe_text(payload), "")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_safe_json_reads_back_equal_and_ends_no_element(payload):
    data = {payload: [payload, 1]}
    written = safe_json(data)
    assert json.loads(written) == data
    assert not set(written) & set("<>&\u2028\u2029")


def test_safe_json_refuses_what_json_cannot_say():
    with pytest.raises(ValueError, match="JSON"):
        safe_json({"minutes": float("nan")})


@pytest.mark.parametrize("privacy", ["public", "internal"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_map_holds_a_payload_as_data_only(payload, privacy):
    """Outside the data block and the title, which is escaped, the payload is nowhere."""
    page = draw_plan(
        poisoned(payload), privacy=privacy, title=payload, figures=[(payload, payload)]
    ).html
    before, data, after = _around_data(page)
    assert payload not in before + after
    assert json.loads(data)["title"] == payload
    assert json.loads(data)["figures"][-1] == [payload, payload]
    assert "<" not in data


def test_a_frame_for_a_notebook_keeps_a_payload_inside():
    """The page is one attribute of the frame: no quote and no bracket gets out of it."""
    frame = show_plan(poisoned(PAYLOADS["element"]))
    assert frame.count("<") == 2
    assert frame.count(">") == 2
    assert 'sandbox="allow-scripts"' in frame


def test_our_scripts_never_write_html():
    """Text goes into elements as text; the words that could write HTML do not occur."""
    from importlib.resources import files

    scripts = [
        file for file in (files("routing") / "outputs").iterdir()
        if file.name.startswith("map_") and file.name.endswith(".js")
    ]  # fmt: skip
    assert len(scripts) == 8
    for script in scripts:
        for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("):
            assert word not in script.read_text("utf-8"), script.name


def _around_data(page: str) -> tuple[str, str, str]:
    start = page.index('id="map-data">') + len('id="map-data">')
    end = page.index("</script>", start)
    return page[:start], page[start:end], page[end:]
