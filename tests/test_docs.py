"""The generated pages say what the code says; the check notices when they do not."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from routing.outputs.rule_words import RULE_WORDS
from routing.policy import Policy
from routing.tables import ALL_TABLES
from routing.units import UNIT_ZH

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "docs" / "make_docs.py"


@pytest.fixture(scope="module")
def pages():
    spec = importlib.util.spec_from_file_location("make_docs", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook(path, **cell):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": [{"cell_type": "code", **cell}]}), "utf-8")


@pytest.fixture
def project(pages, tmp_path):
    """A project folder whose pages are up to date."""
    (tmp_path / "docs").mkdir()
    for name, make in pages.PAGES.items():
        (tmp_path / "docs" / name).write_text(make(), "utf-8", newline="\n")
    return tmp_path


def test_every_column_of_every_table_has_its_row(pages):
    page = pages.tables_page()
    for table in ALL_TABLES:
        part = page.split(f"## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            row = next(line for line in part.splitlines() if line.startswith(f"| `{column.name}`"))
            assert column.meaning.en in row
            assert column.meaning.zh in row
            assert row.count("|") == 10


def test_every_rule_has_default_unit_range_and_source(pages):
    """ride_beyond_m: 2,000 m, 100 to 20,000; a rule by grade has a row for each band."""
    rows = pages.policy_page().splitlines()
    beyond = next(row for row in rows if row.startswith("| `ride_beyond_m`"))
    assert "| 2,000 | m | 100 to 20000 |" in beyond
    assert "Dongchangfu plan 2023" in beyond
    assert sum(row.startswith("| `max_ride_s.g") for row in rows) == 3
    assert sum(row.startswith("| `run_speed_kmh.") for row in rows) == 11


def test_every_rule_has_words_and_a_unit_in_chinese():
    assert set(RULE_WORDS) == {rule.name for rule in fields(Policy)}
    units = {rule.metadata["unit"] for rule in fields(Policy) if rule.metadata}
    units |= {column.unit for table in ALL_TABLES for column in table.columns}
    assert {unit for unit in units if unit not in UNIT_ZH} == set()


def test_a_source_in_chinese_keeps_how_well_it_is_known():
    """(law), (excerpt), (assumed), (derived), (recalled) are said in Chinese too."""
    said = {
        "(law)": "（法规）", "(excerpt)": "（摘录）", "(assumed)": "（假定）",
        "(derived)": "（推算）", "(recalled)": "（记忆）",
    }  # fmt: skip
    for rule in fields(Policy):
        source = rule.metadata.get("source", "")
        marks = {zh for en, zh in said.items() if en in source}
        wording = RULE_WORDS[rule.name].source_zh
        assert marks == {zh for zh in said.values() if zh in wording}, rule.name


def test_pages_that_are_up_to_date_pass(pages, project):
    notebook(project / "notebooks" / "01.ipynb", outputs=[], execution_count=None)
    assert pages.find_stale(project) == []


def test_a_page_that_is_out_of_date_or_missing_is_named(pages, project):
    (project / "docs" / "tables.md").write_text("old", "utf-8")
    (project / "docs" / "policy.md").unlink()
    assert [line.split()[0] for line in pages.find_stale(project)] == [
        "docs/tables.md",
        "docs/policy.md",
    ]


@pytest.mark.parametrize("cell", [{"outputs": [{"text": "a home"}]}, {"execution_count": 3}])
def test_a_notebook_with_outputs_is_refused(pages, project, cell):
    notebook(project / "notebooks" / "01.ipynb", **cell)
    assert pages.find_stale(project) == ["notebooks/01.ipynb carries outputs: clear them."]


def test_the_pages_of_this_project_are_up_to_date():
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
