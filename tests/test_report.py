"""The report says what the plan says, hides what must be hidden, and runs nothing."""

import base64
import hashlib
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from plan_by_hand import gridtown, nobody_rides

from routing.check import RULES
from routing.errors import RoutingError
from routing.outputs.charts import Axes, Limits, Mark, count_bars, draw_bars
from routing.outputs.masking import Mask
from routing.outputs.report import write_report
from routing.outputs.report_words import WORDS
from routing.policy import Policy
from routing.records import Breach
from routing.words import Text

METRICS = pd.DataFrame(
    {"metric": ["yuan_per_year"], "group": ["all"], "value": [312_345.6], "unit": ["yuan"]}
)

PAYLOADS = (
    "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "</style><b>",
    "{{7*7}}", "{% for x in y %}", "{# 3号楼", "${window.hit=1}", "`window.hit=1`",
    "\" onmouseover=\"window.hit=1", "' onload='window.hit=1", "\\x3cscript\\x3e", "-->&lt;b&gt;",
)  # fmt: skip


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, source):
        super().__init__()
        self.source, self.tags, self.attributes, self.texts = source, [], [], []
        self.feed(source)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def report(plan, folder, **options):
    options = {"breaches": [], "metrics": METRICS} | options
    return Page(write_report(plan, folder / "report.html", **options).read_text("utf-8"))


def poisoned(text):
    """Gridtown with a text from outside wherever the report may say one."""
    plan = gridtown()
    district = replace(
        plan.district,
        schools=plan.district.schools.assign(name=text, town=text),
        students=plan.district.students.assign(village=text),
        notes=(Text(text, text),),
        roads=replace(plan.district.roads, source=replace(plan.district.roads.source, name=text)),
    )
    return replace(
        plan,
        policy=replace(plan.policy, name=text),
        district=district,
        stops=plan.stops.assign(name=text),
        routes=plan.routes.assign(bus_id=text),
    )


def row_of(page, first, section="unserved"):
    """The cells of the table row whose first cell is so, behind the first."""
    part = page.source.split(f'<section id="{section}">')[1].split("</section>")[0]
    cells = re.findall(rf"<tr><td>{re.escape(first)}</td>(.*?)</tr>", part)[0]
    return re.findall(r"<td[^>]*>(.*?)</td>", cells)


def test_the_figures_of_the_plan_stand_on_the_page(tmp_path):
    """24 pupils, 20 entitled, 18 served, 2 not; the cost is rounded to three digits."""
    page = report(gridtown(), tmp_path, privacy="internal")
    cards = re.findall(r"<dd>(.*?)</dd><dt>(.*?)</dt>", page.source)
    values = [value for value, _ in cards]
    assert values[:4] == ["24", "20", "18", "2"]
    assert "312,000 yuan" in values
    assert "between 250,000 yuan and 374,000 yuan (± 20%)" in page.text


def test_each_school_has_its_row(tmp_path):
    """S1: 12 of 14 entitled, i is left out; longest ride 944 s = 15.7 min."""
    page = report(gridtown(), tmp_path, privacy="internal")
    assert row_of(page, "Gridtown Primary", "schools") == [
        "Gridtown", "08:20", "16:00", "14", "12", "11", "1", "2", "15.7 min",
    ]  # fmt: skip


def test_the_timetable_of_a_bus_is_in_the_order_of_its_day(tmp_path):
    """B1: R2 at 07:18, R1 at 07:37, R3 from school at 16:05."""
    page = report(gridtown(), tmp_path)
    order = [
        page.source.index(part) for part in ("Bus B1", ">07:18<", ">07:37<", ">16:05<", "Bus B2")
    ]
    assert order == sorted(order)


def test_the_internal_report_names_the_rows_of_the_unserved(tmp_path):
    page = report(gridtown(), tmp_path, privacy="internal")
    assert row_of(page, "g")[0] == "Gridtown Junior"
    assert "the home&#39;s place is unknown" in row_of(page, "g")
    assert "Internal" in page.text


def test_the_public_report_names_no_pupil_and_counts_no_small_group(tmp_path):
    """The two unserved are one at each school; 12 less "<5" must not show as 11."""
    page = report(gridtown(), tmp_path, privacy="public")
    assert row_of(page, "Gridtown Primary", "schools")[3:7] == ["14", "12", "≥8", "&lt;5"]
    assert "<td>i</td>" not in page.source
    assert "<td>Farholm</td>" in page.source


def test_what_was_measured_at_one_home_is_not_public(tmp_path):
    """i is 812 m from a road where 500 m are allowed: the public reads "over 500 m"."""
    plan = gridtown()
    left = plan.rides["student_id"] == "i"
    rides = plan.rides.copy()
    rides.loc[left, "reason"] = "far_from_road"
    rides.loc[left, ["reason_found", "reason_limit"]] = [812, 500]
    plan = replace(plan, rides=rides)
    assert "the home is 812 m from" in report(plan, tmp_path, privacy="internal").text
    public = report(plan, tmp_path, privacy="public").text
    assert "the home is over 500 m from" in public
    assert "812" not in public


def test_a_ride_too_long_is_told_in_minutes(tmp_path):
    plan = gridtown()
    left = plan.rides["student_id"] == "i"
    rides = plan.rides.copy()
    rides.loc[left, "reason"] = "ride_too_long"
    rides.loc[left, ["reason_found", "reason_limit"]] = [2_700, 2_400]
    text = report(replace(plan, rides=rides), tmp_path, privacy="internal").text
    assert "the direct drive takes 45.0 min; the ride limit is 40.0 min" in text


def test_breaches_stand_under_their_rule_and_only_inside_by_name(tmp_path):
    """25 breaches: 20 are printed, 5 are counted; the public reads their number."""
    found = [Breach("seats_enough", f"R{n}", 2, "students", Text(f"R{n} is over.", "超")) for n in range(25)]  # fmt: skip
    internal = report(gridtown(), tmp_path, privacy="internal", breaches=found)
    assert "broken 25 ×" in internal.text
    assert "R19 is over." in internal.text
    assert "R20 is over." not in internal.text
    assert "and 5 more" in internal.text
    public = report(gridtown(), tmp_path, breaches=found)
    assert "broken 25 ×" in public.text
    assert "R1 is over." not in public.text
    assert "cannot be driven" in public.text


def test_every_rule_is_named_and_kept_when_nothing_is_broken(tmp_path):
    from routing.check import RULES

    page = report(gridtown(), tmp_path)
    assert all(rule.text.en in page.text for rule in RULES)
    assert f"All {len(RULES)} rules are kept" in page.text


def test_the_disputed_are_counted_by_school_and_listed_inside(tmp_path):
    """a, 3 pupils: 1,900 m straight and 3,700 m by road; another measure, another answer."""
    plan = gridtown()
    students = plan.district.students.copy()
    students.loc[students["student_id"] == "a", "straight_m"] = 1_900
    plan = replace(plan, district=replace(plan.district, students=students))
    public = report(plan, tmp_path)
    assert "For &lt;5 students the answer" in public.source
    assert row_of(public, "Gridtown Primary", "disputed") == ["0", "&lt;5"]
    internal = report(plan, tmp_path, privacy="internal")
    assert "For 3 students the answer" in internal.text
    assert row_of(internal, "a", "disputed") == [
        "Gridtown Primary",
        "2",
        "3",
        "3,700",
        "1,900",
        "3,700",
        "yes",
    ]


def test_without_a_rule_of_distance_nothing_is_disputed(tmp_path):
    plan = replace(gridtown(), policy=Policy.preset("anqiu"))
    text = report(plan, tmp_path).text
    assert "an earlier school was closed" in text
    assert "would be another one" not in text


def test_the_report_judges_and_measures_by_itself(tmp_path):
    """Mean ride 11.2 min over all, as in the hand-made plan; the cost is not nothing."""
    page = Page(write_report(gridtown(), tmp_path / "r.html").read_text("utf-8"))
    assert f"All {len(RULES)}" in page.text
    assert "mean ride time aboard of a student and direction, mean 11.2 min" in page.text
    assert "No bus drives" not in page.text


def test_figures_of_a_small_band_are_not_public(tmp_path):
    """Only a is in grades 1 to 3: three pupils, whose mean ride would be theirs."""
    page = Page(write_report(gridtown(), tmp_path / "r.html").read_text("utf-8"))
    heads = page.source.split('<table class="measures">')[1].split("</thead>")[0]
    assert "grades 4-6" in heads
    assert "grades 1-3" not in heads


def test_nobody_entitled_is_said_in_plain_words(tmp_path):
    text = report(nobody_rides(), tmp_path, metrics=METRICS.iloc[:0]).text
    assert "Nobody is entitled under these rules" in text
    assert "No bus drives, so nothing is spent." in text


def test_every_rule_of_the_policy_has_value_unit_and_source(tmp_path):
    page = report(gridtown(), tmp_path)
    assert "grades 1-3: 1,800; grades 4-6: 2,400; grades 7-9: 2,700" in page.text
    assert '<code>ride_beyond_m</code></td><td class="n">2,000</td><td>m</td>' in page.source
    assert "07:00" in page.text
    assert "State Council office 2018-27 (excerpt)" in page.text


def test_bounds_are_told_in_words(tmp_path):
    """4 routes, proven fewest; then 3 proven: one could be saved; shared buses prove nothing."""
    plan = gridtown()
    text = report(plan, tmp_path).text
    assert "one school a route, nobody can do with fewer than the 4 routes of this plan." in text
    made = replace(plan.made, n_routes_bound=3, n_buses_least=1)
    text = report(replace(plan, made=made), tmp_path).text
    assert "fewer than 3 routes. This plan has 4; more and shorter routes" in text
    assert "whatever the routes, at least 1 buses are needed." in text
    mixed = replace(plan, made=made, policy=replace(plan.policy, mixed_loads="any"))
    assert "fewer than 3 routes" not in report(mixed, tmp_path).text


def test_the_page_is_chinese_when_asked(tmp_path):
    page = report(gridtown(), tmp_path, lang="zh", privacy="internal")
    assert '<html lang="zh-CN">' in page.source
    assert "住址位置不明" in page.text
    assert "东昌府区2023年方案第11条" in page.text
    english = [text.en for text in WORDS.values() if len(text.en) > 12 and text.en != text.zh]
    assert [text for text in english if text in page.text] == []


@pytest.mark.parametrize("privacy", ["public", "internal"])
def test_text_from_data_is_shown_and_never_run(tmp_path, privacy):
    """All payloads, wherever a text may come in: the same elements as without them."""
    payload = " ".join(PAYLOADS)
    page = report(poisoned(payload), tmp_path, privacy=privacy)
    clean = report(poisoned("plain"), tmp_path, privacy=privacy)
    assert page.tags == clean.tags
    assert [name for name, _ in page.attributes] == [name for name, _ in clean.attributes]
    assert page.text.count(payload) == clean.text.count("plain")


def test_pupils_and_routes_are_escaped_too(tmp_path):
    plan = gridtown()
    keys = {"g": "<script>", "i": "{{7*7}}"}
    students = plan.district.students.replace({"student_id": keys})
    plan = replace(
        plan, rides=plan.rides.replace({"student_id": keys}),
        district=replace(plan.district, students=students),
    )  # fmt: skip
    page = report(plan, tmp_path, privacy="internal")
    assert "script" not in page.tags
    assert "{{7*7}}" in page.text
    breach = Breach("seats_enough", "x", 1, "", Text("<img src=x>", "<img src=x>"))
    assert "img" not in report(plan, tmp_path, privacy="internal", breaches=[breach]).tags


def test_signs_that_steer_a_screen_are_removed(tmp_path):
    page = report(poisoned("a\u202eb\x07c\x00d"), tmp_path)
    assert "abcd" in page.text
    assert not re.search("[\u202e\x07\x00]", page.source)


def test_the_page_asks_for_nothing_and_runs_nothing(tmp_path):
    page = report(gridtown(), tmp_path)
    assert "script" not in page.tags
    assert "link" not in page.tags
    targets = [value for name, value in page.attributes if name in {"src", "href"}]
    assert all(target.startswith("#") for target in targets)
    assert not [name for name, _ in page.attributes if name == "style" or name.startswith("on")]
    assert "url(" not in page.source
    assert "@import" not in page.source


def test_the_styles_are_those_that_the_security_policy_allows(tmp_path):
    page = report(gridtown(), tmp_path)
    style = re.search(r"<style>(.*?)</style>", page.source, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page.source


def test_the_same_plan_gives_the_same_page(tmp_path):
    assert report(gridtown(), tmp_path).source == report(gridtown(), tmp_path).source


def test_an_unknown_word_for_privacy_is_refused(tmp_path):
    with pytest.raises(RoutingError, match="privacy"):
        report(gridtown(), tmp_path, privacy="secret")
    assert list(tmp_path.iterdir()) == []


def test_every_word_of_the_report_fills_the_same_gaps_in_both_languages():
    gaps = {
        key: [set(re.findall(r"{(\w+)}", said)) for said in text] for key, text in WORDS.items()
    }
    assert {key for key, (en, zh) in gaps.items() if en != zh} == set()


def test_a_value_at_the_edge_of_a_class_is_in_the_lower_one():
    """30 min keeps a limit of 30: class 25-30; 30.1 is beyond it."""
    bars = count_bars([0, 4, 30, 30.1], [1, 2, 3, 4], 5, Limits(high=30))
    assert [(bar.low, bar.high, bar.n, bar.n_beyond) for bar in bars if bar.n] == [
        (0, 5, 3, 0), (25, 30, 3, 0), (30, 35, 4, 4),
    ]  # fmt: skip


def test_classes_reach_below_zero_and_stay_few():
    """A bus 3 minutes late is 3 minutes below zero; 1,000 minutes make no 200 bars."""
    assert [bar.n for bar in count_bars([-3, 12], [1, 1], 5, Limits(0, 30))] == [1, 0, 0, 1]
    assert count_bars([-3], [1], 5, Limits(0, 30))[0].n_beyond == 1
    bars = count_bars([1_000], [1], 5)
    assert len(bars) <= 25
    assert sum(bar.n for bar in bars) == 1
    assert count_bars([], [], 5) == []


def test_a_chart_escapes_its_words_and_hides_small_counts():
    """3 rides: the bar is as high as 4 would be, and says "<5"."""
    bars = count_bars([3, 8], [3, 9], 5)
    axes = Axes("<b>", "<i>", "rides")
    drawn = draw_bars(bars, axes, marks=[Mark(20, "<u>")], mask=Mask(5, "public"))
    assert Page(drawn).tags.count("rect") == 2
    assert not {"b", "i", "u"} & set(Page(drawn).tags)
    assert "0–5: &lt;5" in drawn
    assert drawn == draw_bars(count_bars([3, 8], [4, 9], 5), axes, marks=[Mark(20, "<u>")], mask=Mask(5, "public"))  # fmt: skip


def test_what_is_beyond_a_limit_is_drawn_apart():
    """Of 4 rides in one class, 1 is beyond 7 min: two pieces, 3 and 1 high."""
    drawn = draw_bars(count_bars([6, 8], [3, 1], 5, Limits(high=7)), Axes("t", "x", "y"))
    heights = [
        float(height) for height in re.findall(r'class="(?:bar|beyond)".*?height="(.*?)"', drawn)
    ]
    assert heights[0] == pytest.approx(3 * heights[1], rel=0.01)


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_the_page_opens_in_a_browser_without_a_request_or_an_error(tmp_path):
    from playwright.sync_api import sync_playwright

    asked, said = [], []
    path = write_report(
        poisoned(" ".join(PAYLOADS)), tmp_path / "r.html", breaches=[], metrics=METRICS
    )
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        hit = page.evaluate("window.hit")
        colour = page.evaluate("getComputedStyle(document.querySelector('svg .bar')).fill")
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert asked == [path.as_uri()]
    assert said == []
    assert hit is None
    assert colour == "rgb(0, 114, 178)"
    assert wide <= 1000
