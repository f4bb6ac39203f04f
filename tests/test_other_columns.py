"""A planner's own columns go through a plan unharmed, and out of the house never."""

import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from plan_by_hand import gridtown

from routing.blank import blank_table
from routing.check import check_plan
from routing.measure import measure_plan
from routing.outputs.maps import write_map
from routing.outputs.report import write_report
from routing.outputs.store import load_plan, save_plan
from routing.outputs.workbook import write_workbook
from routing.tables import INPUT_TABLES

TOKEN = "zz-own-word"


@pytest.fixture(scope="module")
def plan():
    """Return Gridtown with a column of the planner's own in every table of the district."""
    made = gridtown()
    tables = {}
    for table in INPUT_TABLES:
        frame = getattr(made.district, table.name)
        own = pd.Series([f"{TOKEN} {row}" for row in range(len(frame))], dtype=object)
        tables[table.name] = frame.assign(**{"other:备注 <b>": own.to_numpy(), "other:空": None})
    return replace(made, district=replace(made.district, **tables))


def test_the_judges_say_the_same_with_them(plan):
    plain = gridtown()
    assert check_plan(plan) == check_plan(plain)
    assert_frame_equal(measure_plan(plan), measure_plan(plain))


def test_a_saved_plan_has_them_again(plan, tmp_path):
    back = load_plan(save_plan(plan, tmp_path / "run"))
    for table in INPUT_TABLES:
        assert_frame_equal(getattr(back.district, table.name), getattr(plan.district, table.name))


@pytest.mark.parametrize("privacy", ["internal", "public"])
def test_no_map_report_or_workbook_shows_them(plan, tmp_path, privacy):
    write_map(plan, tmp_path / "map.html", privacy=privacy)
    write_report(plan, tmp_path / "report.html", privacy=privacy)
    write_workbook(plan, tmp_path / "plan.xlsx", privacy=privacy)
    for name in ("map.html", "report.html"):
        text = (tmp_path / name).read_text("utf-8")
        assert TOKEN not in text
        assert "other:" not in text
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as book:
        for part in book.namelist():
            assert TOKEN.encode() not in book.read(part)


def test_a_table_without_rows_has_none():
    assert not [name for name in blank_table(INPUT_TABLES[0]).columns if name.startswith("other:")]
