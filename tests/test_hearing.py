"""The page of a hearing: every number has its row, nobody can be picked out, nothing runs from data."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pandas as pd
import pytest
from compare_by_hand import alternative
from plan_by_hand import gridtown
from test_escaping import PAYLOADS, poisoned
from transit_by_hand import riding

from routing.closures.records import Choice, Choices
from routing.compare import compare_plans
from routing.errors import RoutingError
from routing.gates import find_gates
from routing.gates.facts import find_facts
from routing.gates.judging import judge_facts
from routing.outputs.hearing import write_hearing
from routing.outputs.hearing_changes import say_change
from routing.outputs.hearing_costs import cost_rows
from routing.outputs.hearing_hidden import (
    amount_step,
    nice_step,
    round_up,
    safe_step,
    tell_blocks,
    tell_counts,
    tell_facts,
)
from routing.outputs.hearing_map import draw_maps
from routing.outputs.hearing_names import Name, place_names
from routing.outputs.hearing_page import linker
from routing.outputs.hearing_rules import MATTER, known_by, list_assumed
from routing.outputs.hearing_tables import Shown, make_table
from routing.outputs.hearing_words import TABLES, WORDS
from routing.outputs.masking import Mask
from routing.policy import Policy
from routing.scenario import (
    ChangeEnrolment,
    CloseSchool,
    MergeCampuses,
    MoveBell,
    MoveGrades,
    MoveStudents,
    OpenSchool,
    Scenario,
    SetFleet,
    SetPolicy,
)

PUBLIC, INTERNAL = Mask(5), Mask(5, "internal")


def without_junior():
    """Gridtown where S2 closes and its ten pupils (f 7, g 1, h 2) go to S1; no new way is found.

    The buses go where they went; the tables are believed as they are.
    """
    plan = gridtown()
    students = plan.district.students
    schools = plan.district.schools
    return replace(
        plan,
        district=replace(
            plan.district,
            schools=schools[schools["school_id"] == "S1"],
            students=students.assign(school_id="S1"),
        ),
        visits=plan.visits.replace({"place_id": {"S2": "S1"}}),
    )


PLANS = {"today": gridtown(), "more of the same": alternative(), "one school": without_junior()}
SCENARIOS = {
    "more of the same": Scenario("more of the same", (MoveStudents(to="S2", student_ids=("d",)),)),
    "one school": Scenario("one school", (CloseSchool("S2", "S1"),)),
}


class Page(HTMLParser):
    """Elements of a page, and what the tests look at."""

    VOID = frozenset({"meta", "path", "rect", "use", "circle"})

    def __init__(self, source):
        super().__init__()
        self.source = source
        self.tags, self.attributes, self.found, self.rows, self.loose = [], [], [], {}, []
        self._open, self._row, self._cell, self._section = [], None, None, ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.VOID:
            self._open.append((tag, given))
        if tag == "section":
            self._section = given["id"]
        if tag == "tr" and self._section == "tables" and "id" in given:
            self._row = self.rows.setdefault(given["id"], {})
        if tag == "td" and "data-col" in given:
            self._cell = given["data-col"]
            self._row[self._cell] = ""
        if "data-row" in given:
            self.found.append([given["data-row"], given["data-col"], given["href"], ""])

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "td":
            self._cell = None

    def handle_data(self, data):
        if self._cell is not None:
            self._row[self._cell] += data
        if self._open and "data-row" in self._open[-1][1]:
            self.found[-1][3] += data
        elif self._section not in {"", "tables"} and self._open and data.strip():
            self.loose.append(
                (self._section, [tag for tag, _ in self._open], dict(self._open[-1][1]), data)
            )

    def text(self):
        return " ".join(" ".join(part for *_, part in self.loose).split())


def written(folder, plans=PLANS, scenarios=SCENARIOS, **options):
    path = write_hearing(plans, scenarios, folder / "hearing.html", **options)
    return Page(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The public page in both languages, and the internal one."""
    folder = tmp_path_factory.mktemp("hearing")
    return {
        "en": written(folder),
        "zh": written(folder, lang="zh"),
        "internal": written(folder, privacy="internal"),
    }


def of_row(page, row):
    return page.rows[row.replace(":", "-")]


# --- every number leads to its row


@pytest.mark.parametrize("which", ["en", "zh", "internal"])
def test_every_number_shown_equals_the_cell_of_its_row(pages, which):
    page = pages[which]
    assert len(page.found) > 300
    for row, column, link, shown in page.found:
        assert shown == of_row(page, row)[column]
        assert link == f"#{row.replace(':', '-')}"


@pytest.mark.parametrize("which", ["en", "zh", "internal"])
def test_no_number_stands_outside_such_a_link(pages, which):
    """Names, sources of rules and heads of columns aside: no sentence and no cell of numbers says
    one by itself, but for the unit "l per 100 km"."""
    for section, tags, given, text in pages[which].loose:
        if tags[-1] == "p" and given.get("class") != "ask":
            assert not re.search(r"\d", text), (section, text)
        if tags[-1] in {"td", "small"} and "n" in given.get("class", "").split():
            assert not re.search(r"\d", text.replace("l per 100 km", "")), (section, text)


def test_the_workbook_beside_it_has_the_same_rows(tmp_path):
    page = written(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "hearing.xlsx")
    assert book.sheetnames[0] == "about"
    cells = {}
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows(min_row=2, values_only=True):
            cells[row[0]] = row[1:]
    assert {row.replace(":", "-") for row in cells} == set(page.rows)
    for row, column, _, shown in page.found:
        place = list(of_row(page, row)).index(column)
        told = cells[row][place]
        if isinstance(told, int | float):
            number = float(shown.rstrip("%").replace(",", "").replace("−", "-"))
            assert told == pytest.approx(number / (100 if shown.endswith("%") else 1))
        else:
            assert told == shown


def test_the_hand_arithmetic_of_gridtown(pages):
    """Two schools at 60,000 = 120,000, less and more a fifth 96,000 and 144,000; 24 pupils, 2
    buses; one school: 60,000. All of a year; d alone changes school in the second plan, the ten of
    S2 in the third."""
    page = pages["en"]
    costs = [row for key, row in page.rows.items() if key.startswith("costs-")]
    upkeep = [row for row in costs if row["item"] == "fixed upkeep of open schools"]
    assert [(row["yuan"], row["low_yuan"], row["high_yuan"]) for row in upkeep] == [
        ("120,000", "96,000", "144,000"), ("120,000", "96,000", "144,000"),
        ("60,000", "48,000", "72,000"),
    ]  # fmt: skip
    figures = {row["what"]: row for key, row in page.rows.items() if key.startswith("figures-")}

    def of(name):
        return [figures[name][f"p{at}"] for at in range(3)]

    assert of("pupils") == ["24", "24", "24"]
    assert of("buses") == ["2", "2", "2"]
    assert of("pupils who change school") == ["0", "<5", "10"]
    assert of("schools closed") == ["0", "0", "1"]
    assert of("by school bus") == ["18", "16", "18"]


def test_a_cell_that_is_not_there_is_an_error():
    table = make_table("t", "T", {"a": "A"}, [(("x",), [Shown("7", 7)])])
    num = linker({"t": table})
    assert num("t", "a", "x") == '<a class="num" data-row="t:1" data-col="a" href="#t-1">7</a>'
    with pytest.raises(ValueError, match="not in"):
        num("t", "b", "x")
    with pytest.raises(KeyError):
        num("t", "a", "y")
    with pytest.raises(ValueError, match="one key a row"):
        make_table("t", "T", {"a": "A"}, [(("x",), ["1"]), (("x",), ["2"])])


# --- nobody can be picked out


COUNTS = {"n", "n_students", "n_changed", "n_better", "n_worse", "n_over"}


def test_no_count_of_pupils_under_five_is_public(pages):
    for which in ("en", "zh"):
        for key, row in pages[which].rows.items():
            name = key.split("-")[0]
            if name in {"found", "figures", "years"}:
                continue
            for column in COUNTS & row.keys():
                assert row[column] not in {"1", "2", "3", "4"}, key
    figures = [row for key, row in pages["en"].rows.items() if key.startswith("figures-")]
    for row in figures:
        if row["unit"] == "students":
            assert not {row["p0"], row["p1"], row["p2"]} & {"1", "2", "3", "4"}, row["what"]


def test_no_figure_of_the_headline_is_one_childs_or_a_sum_told_with_its_parts(pages):
    """The most that a way gets longer is one child's; who is worse off stands with its classes."""
    figures = {row["what"] for key, row in pages["en"].rows.items() if key.startswith("figures-")}
    assert "pupils who change school" in figures
    assert not figures & {"most that a way gets longer", "pupils worse off", "pupils hit severely"}


def test_the_internal_page_shows_them(pages):
    """d, one pupil, goes from S1 to S2."""
    moves = [row for key, row in pages["internal"].rows.items() if key.startswith("moves-")]
    assert moves[0] == {
        "plan": "more of the same", "before": "Gridtown Primary", "after": "Gridtown Junior", "n": "1",
    }  # fmt: skip
    public = [row for key, row in pages["en"].rows.items() if key.startswith("moves-")]
    assert [row["n"] for row in public] == ["<5", "10"]


def test_no_pupil_no_home_and_no_key_of_one_is_on_the_page(pages):
    for which in ("en", "internal"):
        page = pages[which]
        words = {cell for row in page.rows.values() for cell in row.values()}
        assert not words & set("abcdefghij")
        assert "student_id" not in page.source


def test_small_villages_are_told_together(pages):
    """Farholm (i: 1), the unknown village (g: 1) and Gridtown (d, e: 2; j is new: 3 in all) have
    fewer than five each."""
    villages = [row for key, row in pages["en"].rows.items() if key.startswith("villages-")]
    named = {row["village"] for row in villages}
    assert not named & {"Farholm", "Gridtown"}
    assert "other villages" in named
    assert {"Northfield", "Southford", "Westham"} <= named


def test_a_small_part_is_not_to_be_had_as_the_rest_of_a_whole():
    """3 of 110 is hidden, and 7 with it: 110 - 100 - 7 would say it."""
    assert [cell.text for cell in tell_counts([100, 3, 7], PUBLIC)] == ["100", "<5", "–"]
    assert [cell.text for cell in tell_counts([100, 3, 7], INTERNAL)] == ["100", "3", "7"]
    assert [cell.text for cell in tell_counts([0, 5, 6], PUBLIC)] == ["0", "5", "6"]


def test_parts_of_a_hidden_sum_are_hidden_too():
    """The block of 3 is hidden; of the others the least, 8, with it: so are its parts 8 and 0."""
    told = tell_blocks({"few": [3, 0], "some": [8, 0], "many": [50, 40]}, PUBLIC)
    assert [cell.text for cell in told["few"]] == ["<5", "<5", "0"]
    assert [cell.text for cell in told["some"]] == ["–", "–", "0"]
    assert [cell.text for cell in told["many"]] == ["90", "50", "40"]


@pytest.mark.parametrize("each", [1_560.0, 2_700.0, -1_560.0])
@pytest.mark.parametrize("base", [0.0, 48_320.0, 1_999_999.0])
def test_an_amount_does_not_say_how_many_of_a_few_there_are(base, each):
    """Whatever the number from 1 to 4, the amount reads the same in the step that is found."""
    for n in range(1, 5):
        yuan = base + 10_000 + n * each
        step = amount_step([(yuan, n, each)], PUBLIC)
        read = {round_up(yuan + (k - n) * each, step) for k in range(1, 5)}
        assert len(read) == 1
    assert amount_step([(base, 3, each)], INTERNAL) == 1_000
    assert amount_step([(base, 0, each)], PUBLIC) == 1_000


def test_steps_are_easy_to_read():
    assert [nice_step(at) for at in range(5)] == [1_000, 2_000, 5_000, 10_000, 20_000]
    assert safe_step(4_260, PUBLIC) == 50_000  # 5 x 4,260 = 21,300
    assert safe_step(4_260, INTERNAL) == 1_000


def test_where_a_few_board_what_boarding_costs_is_told_as_a_limit(pages):
    """h, two pupils, boards: 2 x 2,700 = 5,400 would say so; the whole would too."""
    plans = {"today": gridtown()}
    told = {
        key[1]: cells
        for key, cells in cost_rows(plans, compare_plans(plans).headline, PUBLIC, "en")
    }
    for item in ("boarding", "canteens", "all"):
        assert told[item][2].number is None
        assert told[item][2].text.startswith("≤")
        assert told[item][4].number % 1_000 == 0
    assert told["schools"][2].number == 120_000
    inside = {
        key[1]: cells
        for key, cells in cost_rows(plans, compare_plans(plans).headline, INTERNAL, "en")
    }
    assert inside["boarding"][2] == Shown("6,000", 6_000)


def test_the_evidence_of_the_gates_counts_out_no_few():
    """In the second plan d moves, one pupil, and her way is over the limit: the verdict stands,
    the numbers do not."""
    before, after = PLANS["today"], PLANS["more of the same"]
    scenario = SCENARIOS["more of the same"]
    facts = find_facts(before, after)
    names = {"S1": "Gridtown Primary", "S2": "Gridtown Junior"}
    told = judge_facts(tell_facts(facts, names, PUBLIC), scenario, after.policy)
    plain = find_gates(before, after, scenario)
    assert [gate.status for gate in told] == [gate.status for gate in plain]
    evidence = {gate.code: gate.evidence.en for gate in told}
    assert facts.n_moved == 1
    assert evidence["majority"].startswith("<5 pupils change school; for <5")
    assert "the longest is – minutes" in evidence["half_hour"]
    assert "Gridtown Junior" in evidence["build_first"]
    inside = judge_facts(tell_facts(facts, {}, INTERNAL), scenario, after.policy)
    assert [gate.evidence for gate in inside if gate.code != "half_hour"] == [
        gate.evidence for gate in plain if gate.code != "half_hour"
    ]


def test_the_mean_of_the_worst_twentieth_is_hidden_where_that_is_a_pupil(pages):
    """A twentieth of 24 is one."""
    rows = [row for key, row in pages["en"].rows.items() if row.get("what") == "worst 5 %, mean"]
    assert len(rows) == 2
    for row in rows:
        assert {row["p0"], row["p1"], row["p2"]} == {"–"}
    inside = [
        row for row in pages["internal"].rows.values() if row.get("what") == "worst 5 %, mean"
    ]
    assert inside[0]["p1"] == "50"  # d: 3,000 s


# --- nothing runs from data, nothing is asked of a network


@pytest.fixture(scope="module")
def harmless(tmp_path_factory):
    scenario = Scenario("b", (CloseSchool("S2", "S1"), SetFleet("T19", 2)))
    return written(
        tmp_path_factory.mktemp("plain"), {"a": gridtown(), "b": gridtown()}, {"b": scenario}
    )


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_names_stay_text(tmp_path, harmless, payload):
    """No element and no attribute that harmless names do not have; the payload is shown."""
    plan = poisoned(payload)
    scenario = Scenario(payload, (CloseSchool(payload, payload), SetFleet(payload, 2)))
    page = written(tmp_path, {"a": plan, payload: plan}, {payload: scenario})
    assert set(page.tags) == set(harmless.tags)
    for tag in ("script", "style", "svg", "section", "figure", "dd", "button"):
        assert page.tags.count(tag) == harmless.tags.count(tag)
    names = {name for _, name, _ in page.attributes}
    assert names == {name for _, name, _ in harmless.attributes}
    assert payload in page.text()


def test_the_page_may_run_its_own_script_only_and_ask_for_nothing(pages):
    for page in pages.values():
        policy = next(
            value
            for _, name, value in page.attributes
            if name == "content" and "default-src" in value
        )
        for kind in ("script", "style"):
            (inside,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page.source, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert not re.search(r"https?:|wss?:|//[\w-]+\.\w", page.source)
        for tag, name, value in page.attributes:
            assert name not in {"src", "srcset", "style", "action"}, (tag, name)
            if name in {"href", "xlink:href"}:
                assert value.startswith("#")


def test_control_signs_of_names_are_left_out(tmp_path):
    plan = gridtown()
    schools = plan.district.schools.assign(name="Left\u202eRight\x07")
    plan = replace(plan, district=replace(plan.district, schools=schools))
    page = written(tmp_path, {"a": plan, "b\u202e": plan}, {})
    assert "\u202e" not in page.source
    assert "LeftRight" in page.source


# --- both languages, paper, maps


def test_the_pages_speak_one_language_each(pages):
    assert not re.search(
        "[\u4e00-\u9fff]", pages["en"].source.split("<style>")[0] + pages["en"].text()
    )
    zh = pages["zh"].text()
    for key in (
        "question",
        "rules",
        "alternatives",
        "maps",
        "villages",
        "worse",
        "gates",
        "assumed",
        "check",
    ):
        assert WORDS[key].zh in zh
        assert WORDS[key].en in pages["en"].text()
    # sources of rules may be called by their Latin names (OSRM, GB)
    said = " ".join(
        text for section, *_, text in pages["zh"].loose if section not in {"rules", "assumed"}
    )
    names = "Gridtown|Northfield|Southford|Westham|Primary|Junior|today|more of the same|one school|hearing.xlsx|OpenStreetMap|gridtown"
    assert re.findall(r"[A-Za-z]{3,}", re.sub(names, "", said)) == []


def test_every_table_and_word_has_both_languages():
    for texts in (WORDS, TABLES):
        for key, text in texts.items():
            assert text.en, key
            assert re.search("[\u4e00-\u9fff]|“", text.zh), key
            assert set(re.findall(r"\{\w+\}", text.en)) == set(re.findall(r"\{\w+\}", text.zh)), key


def test_the_page_prints_without_its_script(pages):
    """Nothing that matters is hidden before the script runs; paper shows every map."""
    page = pages["en"]
    style = re.findall(r"<style>(.*?)</style>", page.source, re.DOTALL)[0]
    assert "@page" in style
    assert "@media print" in style
    assert "break-before: page" in style
    assert "figure[hidden] { display: block; }" in style
    assert page.tags.count("figure") == len(PLANS)
    assert [tag for tag, name, _ in page.attributes if name == "hidden"] == ["div", "p"]


def test_the_sections_stand_in_the_order_of_a_hearing(pages):
    order = [
        value for tag, name, value in pages["en"].attributes if (tag, name) == ("section", "id")
    ]
    assert order == [
        "question", "rules", "alternatives", "maps", "villages", "worse", "gates", "assumed",
        "check", "tables",
    ]  # fmt: skip


def test_a_closed_school_is_crossed_out_and_its_pupils_way_drawn():
    maps = draw_maps([PLANS["today"], PLANS["one school"]], [[], [("S2", "S1")]], [{}, {}])
    present, after = maps.drawings
    assert present.closed == ()
    assert len(after.closed) == 1
    (x, y) = after.closed[0]
    assert after.flows.startswith(f"M{x} {y}L")
    assert present.schools.count("M") == 2
    assert after.schools.count("M") == 1
    assert present.new_routes == ""
    assert present.routes == after.routes


def test_public_buses_that_pupils_ride_are_drawn():
    """f rides from N (3, 2) by A to B, and back the same way: two ways of three stops."""
    maps = draw_maps([PLANS["today"], riding()], [[], []], [{}, {}])
    present, after = maps.drawings
    assert (present.lines, present.halts) == ("", "")
    assert (after.lines.count("M"), after.halts.count("h0")) == (2, 3)
    assert maps.with_lines
    assert not draw_maps([PLANS["today"]] * 2, [[], []], [{}, {}]).with_lines


def test_a_village_is_marked_at_the_middle_of_a_cell_not_at_a_home():
    """Westham is one home, f; its mark lies elsewhere, within a kilometre (100 units)."""
    maps = draw_maps(
        [PLANS["today"], alternative()], [[], []], [{}, {"Westham": -5.0, "Southford": 0.4}]
    )
    (spot,) = maps.drawings[1].shorter
    assert maps.drawings[1].longer == ()
    homes = gridtown().district.students.set_index("student_id").geometry
    schools = gridtown().district.schools.set_index("school_id").geometry
    s1 = [int(part) for part in maps.drawings[0].schools[1:].split("h0")[0].split()]
    east_m = (homes["f"].x - schools["S1"].x) * 111_195 * 0.805
    south_m = (schools["S1"].y - homes["f"].y) * 111_195
    far_m = ((spot[0] - s1[0]) * 10 - east_m) ** 2 + ((spot[1] - s1[1]) * 10 - south_m) ** 2
    assert 20**2 < far_m < 1_000**2


def test_names_that_would_touch_wait_for_the_zoom():
    """Two names of four letters 26 px wide, 20 units apart: apart from zoom 2 on."""
    names = [Name("Long", 1, 100, 100), Name("Late", 2, 120, 100), Name("Same", 3, 100, 100)]
    placed = {name.text: name for name in place_names(names, 1.0, 2.0)}
    assert placed["Long"].zoom == 1
    assert placed["Late"].zoom == 2
    assert "Same" not in placed
    assert placed["Long"].on_paper
    assert not placed["Late"].on_paper


# --- rules, changes, choices, faults


def test_the_rules_that_matter_are_rules_and_say_how_well_they_are_known():
    for rule in MATTER:
        assert known_by(rule), rule
    assert known_by("max_ride_s") == ("excerpt", "assumed")
    assert known_by("ride_beyond_m") == ("law",)
    assert "meal_yuan" in list_assumed(Policy())
    assert "meal_yuan" not in list_assumed(Policy(meal_yuan=10))
    assert "ride_beyond_m" not in list_assumed(Policy())


def test_rules_are_told_in_the_units_of_people(pages):
    rules = {row["rule"]: row for key, row in pages["en"].rows.items() if key.startswith("rules-")}
    limit = rules["longest way from door to door"]
    assert limit["value"] == "grades 1-3: 30; grades 4-6: 40; grades 7-9: 45"
    assert limit["unit"] == "min"
    assert rules["the estimate is shown with a range of, either way"]["value"] == "20%"
    assert rules["longest wait on the platform"]["value"] == "15"
    assert rules["no bus comes before"]["value"] == "07:00"
    assert rules["one canteen lunch"]["set"] == "as it came"
    assert rules["turning to the near side"]["set"] == "set here"


def test_an_alternative_with_other_rules_says_so(tmp_path):
    other = replace(gridtown(), policy=replace(gridtown().policy, meal_yuan=12))
    page = written(
        tmp_path,
        {"now": gridtown(), "dear": other},
        {"dear": Scenario("dear", (SetPolicy({"meal_yuan": 12}),))},
    )
    assert "“dear” is planned with other rules" in page.text()
    rules = [
        row for key, row in page.rows.items() if key.startswith("rules-") and row["plan"] == "dear"
    ]
    assert [(row["rule"], row["value"]) for row in rules] == [("one canteen lunch", "12")]
    changes = [row["change"] for key, row in page.rows.items() if key.startswith("changes-")]
    assert changes == ["other rules: one canteen lunch"]


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        (CloseSchool("S2", "S1"), "Junior closes; its pupils go to Primary", "撤并Junior，学生转入Primary"),
        (CloseSchool("S2"), "Junior closes; each pupil goes to the best school with room", "撤并Junior，学生分别转入条件最合适且有余量的学校"),
        (OpenSchool("S3", "New", 1, 2, "primary", "Town", 1, 6, 30_000, 57_600), "New opens in Town, grades 1 to 6", "在Town新开办New，1至6年级"),
        (MoveGrades("S1", 1, 3), "Primary keeps grades 1 to 3; the others go elsewhere", "Primary保留1至3年级，其余年级转出"),
        (MoveGrades("S1", 1, 3, "S2"), "Primary keeps grades 1 to 3; the others go to Junior", "Primary保留1至3年级，其余年级转入Junior"),
        (MergeCampuses(("S1", "S2"), "Both"), "Primary, Junior become one school, Both, on several campuses", "Primary、Junior合并为Both，一校多区"),
        (MoveBell("S1", 30_600), "Primary begins at 08:30", "Primary改为08:30上课"),
        (MoveStudents(to="S2", village="{x}"), "pupils of {x} go to Junior", "{x}的学生转入Junior"),
        (MoveStudents(to="S2", student_ids=("a", "b")), "some pupils go to Junior", "部分学生转入Junior"),
        (SetFleet("T19", 3), "buses of type T19: 3", "T19型校车：3辆"),
        (SetFleet("T19", None), "buses of type T19: as many as needed", "T19型校车：按需"),
        (SetPolicy({"meal_yuan": 9}), "other rules: one canteen lunch", "规则调整：食堂午餐每餐费用"),
        (ChangeEnrolment(2030), "the pupils expected in 2030", "按2030年预计学生"),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_a_sentence(change, en, zh):
    names = {"S1": "Primary", "S2": "Junior"}
    assert say_change(change, names, "en") == en
    assert say_change(change, names, "zh") == zh


def found_choices(present):
    """Two choices: nothing closed, and S2 closed, that fails in 2030."""
    first = Choice("present", (), Scenario("present"), present, 640_000, 37_000, 0)
    second = Choice("S2", ("S2",), Scenario("S2", (CloseSchool("S2"),)), None, 580_000, 40_000, 10)
    bounds = pd.DataFrame({
        "n_closed": [0, 1], "n_sets": [1, 1], "n_planned": [1, 1], "best_yuan": pd.array([640_000, None], "Int64"),
        "best": ["present", ""], "least_yuan": [601_000, 510_000], "gap_yuan": pd.array([39_000, None], "Int64"),
        "gap_share": [0.06, None],
    })  # fmt: skip
    years = pd.DataFrame({
        "choice": ["S2", "S2"], "year": [2027, 2030], "cost_yuan": pd.array([580_000, None], "Int64"),
        "time_s": pd.array([40_000, None], "Int64"), "n_changed": pd.array([3, 12], "Int64"),
        "n_small": pd.array([0, None], "Int64"), "feasible": [True, False], "chosen": [True, False], "why": ["", "x"],
    })  # fmt: skip
    return Choices(first, (first, second), (first, second), bounds, (), (), years, 2, "settled")


def test_what_is_proven_of_the_other_choices_is_told(tmp_path):
    """In steps of 50,000: 640,000 reads 650,000; who changes school in 2027, three, "<5"."""
    page = written(tmp_path, choices=found_choices(gridtown()))
    assert "A full round of proposals changed nothing" in page.text()
    assert page.rows["found-1"] == {
        "n_closed": "0", "n_sets": "1", "n_planned": "1", "best_yuan": "650,000",
        "least_yuan": "650,000", "gap_yuan": "50,000",
    }  # fmt: skip
    assert page.rows["found-2"]["best_yuan"] == "–"
    years = [page.rows[f"years-{at}"] for at in (1, 2)]
    assert [(row["year"], row["n_changed"], row["feasible"]) for row in years] == [
        ("2027", "<5", "yes"), ("2030", "12", "no"),
    ]  # fmt: skip


@pytest.mark.parametrize("n", [0, 6])
def test_a_hearing_needs_one_to_five_alternatives(tmp_path, n):
    plans = {f"plan {at}": gridtown() for at in range(n + 1)}
    with pytest.raises(RoutingError, match=f"there are {n}"):
        write_hearing(plans, {}, tmp_path / "hearing.html")
    assert list(tmp_path.iterdir()) == []


def test_a_word_that_is_neither_public_nor_internal_is_refused(tmp_path):
    with pytest.raises(RoutingError, match="secret"):
        write_hearing(PLANS, SCENARIOS, tmp_path / "hearing.html", privacy="secret")


def test_the_same_plans_give_the_same_page(pages, tmp_path):
    assert written(tmp_path).source == pages["en"].source
