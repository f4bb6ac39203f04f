"""The choices as a workbook and as a drawing."""

from dataclasses import replace

import openpyxl
import pandas as pd
from plan_by_hand import gridtown

from routing.closures import Choice, Choices
from routing.closures.candidates import Candidate
from routing.outputs.choices import MOST_SHOWN, name_plans, pick_shown, write_choices
from routing.outputs.tradeoff import draw_choices
from routing.scenario import CloseSchool, Scenario
from routing.words import Text

PLAN = gridtown()
BOUNDS = pd.DataFrame({"n_closed": [0, 1], "best_yuan": [9, 8], "least_yuan": [5, 4]})


def choice(name, cost_yuan, time_s, n_changed):
    closed = () if name == "present" else (name,)
    changes = tuple(CloseSchool(school) for school in closed)
    return Choice(name, closed, Scenario(name, changes), PLAN, cost_yuan, time_s, n_changed)


def choices(*others):
    present = choice("present", 1_000_000, 36_000, 0)
    every = (present, *others)
    candidate = Candidate("S1", "<b>一小</b>", 3, "small", Text("few pupils", "学生少"))
    return Choices(present, every, every, BOUNDS, (candidate,), (), pd.DataFrame(), 1, "settled")


def test_small_numbers_of_pupils_are_hidden_from_the_public(tmp_path):
    made = choices(choice("S1", 900_000, 40_000, 3), choice("S2", 800_000, 50_000, 30))
    for privacy, shown in (("public", "<5"), ("internal", 3)):
        book = openpyxl.load_workbook(write_choices(made, tmp_path / privacy, privacy=privacy))
        sheet = book["choices"]
        head = [cell.value for cell in sheet[1]]
        column = [row[head.index("pupils who change school")].value for row in sheet.iter_rows(min_row=2)]  # fmt: skip
        assert column == [0, shown, 30]


def test_five_alternatives_at_most_are_shown_and_the_corners_are_among_them():
    others = [choice(f"S{k}", 900_000 - 1_000 * k, 40_000 + 100 * k, 100 - k) for k in range(1, 9)]
    shown = pick_shown(choices(*others))
    assert len(shown) == MOST_SHOWN
    assert {"S8", "S1"} <= {one.name for one in shown}
    assert next(iter(name_plans(choices(*others), "zh"))) == "现状"


def test_a_choice_without_a_plan_is_not_shown():
    lost = replace(choice("S1", 1, 1, 1), plan=None)
    assert pick_shown(choices(lost)) == ()


def test_the_drawing_has_a_mark_for_each_choice_and_escapes_names():
    drawn = draw_choices(choices(choice("<script>", 900_000, 40_000, 3)))
    assert drawn.svg.count("<circle") == 2
    assert "<script>" not in drawn.svg
    assert "&lt;script&gt;" in drawn.svg


def test_sentences_that_count_pupils_are_for_the_office_only(tmp_path):
    broken = replace(choice("S1", 1, 1, 30), breaks=(Text("2 students lose.", "2名学生。"),))
    for privacy, told in (("public", "✗"), ("internal", "2名学生。")):
        path = write_choices(choices(broken), tmp_path / privacy, lang="zh", privacy=privacy)
        rows = list(openpyxl.load_workbook(path)["备选方案"].iter_rows(values_only=True))
        assert [row[rows[0].index("违反规则")] or "" for row in rows[1:]] == ["", told]
