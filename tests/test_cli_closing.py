"""The commands of closing: close, compare and consolidate as a new user types them."""

import json

import pytest
from shell import schoolbus

TAIL = ("--rounds", 1, "--quiet")


@pytest.fixture(scope="session")
def merged(small_county, small_run, tmp_path_factory):
    """The teaching point S04 closed, planned on from the saved plan."""
    out = tmp_path_factory.mktemp("merge") / "run"
    done = schoolbus("close", small_county, "--schools", "S04", "--base", small_run[0], "--out", out, *TAIL)  # fmt: skip
    return out, done


def test_closing_a_school_writes_the_plan_the_page_and_the_tables(merged):
    out, done = merged
    assert done.returncode in {0, 5}, done.stderr
    names = {path.name for path in out.iterdir()}
    assert {"plan.gpkg", "index.html", "report.html", "hearing.html", "hearing.xlsx", "comparison.xlsx", "scenario.toml"} <= names  # fmt: skip
    assert "pupils who change school" in done.stdout
    assert "Fridays and Sundays: of 12 boarders" in done.stdout
    assert (out / "week" / "plan.json").is_file()


def test_nobody_is_lost_when_a_school_closes(merged, small_run):
    from routing.outputs.store import load_plan

    before, after = load_plan(small_run[0]), load_plan(merged[0])
    ids = [plan.district.students["student_id"].tolist() for plan in (before, after)]
    assert ids[0] == ids[1]
    was = before.district.students["school_id"] == "S04"
    assert was.any()
    assert (after.district.students.loc[was.to_numpy(), "from_school_id"] == "S04").all()
    assert "S04" not in set(after.district.schools["school_id"])


def test_evidence_with_counts_of_few_pupils_is_for_the_office_only(merged):
    told = [line for line in merged[1].stdout.splitlines() if line.startswith("Not met")]
    assert all(line.endswith("(why: hearing.html)") for line in told)


def test_saved_plans_are_compared(merged, small_run, tmp_path):
    done = schoolbus("compare", small_run[0], merged[0], "--out", tmp_path / "c", "--json")
    assert done.returncode == 0, done.stderr
    closed = [row for row in json.loads(done.stdout) if row["figure"] == "n_closed"]
    assert [row["value"] for row in closed] == [0, 1]
    assert (tmp_path / "c" / "hearing.html").is_file()


def test_an_unknown_and_a_protected_school_are_told_together(small_county, small_run, tmp_path):
    done = schoolbus("close", small_county, "--schools", "S01,S99", "--base", small_run[0], "--out", tmp_path / "x", *TAIL)  # fmt: skip
    assert done.returncode == 3
    assert "S01" in done.stderr
    assert "S99" in done.stderr
    assert not (tmp_path / "x").exists()


def test_either_schools_or_a_scenario_is_asked_for(small_county):
    assert schoolbus("close", small_county).returncode == 2


def test_years_are_numbers(small_county):
    assert schoolbus("consolidate", small_county, "--years", "soon").returncode == 2


def test_the_choices_are_written_with_their_plans(small_county, small_run, tmp_path):
    out = tmp_path / "choices"
    done = schoolbus("consolidate", small_county, "--base", small_run[0], "--candidates", "S04", "--out", out, *TAIL)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (out / "choices.xlsx").is_file()
    assert (out / "present" / "plan.gpkg").is_file()
    assert "present" in done.stdout


def test_a_saved_plan_and_other_rules_do_not_go_together(small_county, small_run):
    done = schoolbus(
        "close", small_county, "--schools", "S04", "--base", small_run[0], "--policy", "anqiu"
    )
    assert done.returncode == 2
    assert "--policy" in done.stderr


def test_a_saved_plan_of_other_files_is_told_apart_from_the_county_given(
    small_county, small_run, tmp_path
):
    import shutil

    other = tmp_path / "other"
    shutil.copytree(small_county, other)
    students = (other / "students.csv").read_text(encoding="utf-8").splitlines()
    (other / "students.csv").write_text("\n".join(students[:-1]) + "\n", encoding="utf-8")
    for lang, words in (("en", "Leave the county's folder out"), ("zh", "请不写县文件夹")):
        done = schoolbus(
            "close", other, "--schools", "S04", "--base", small_run[0], "--out", tmp_path / "x",
            "--lang", lang, *TAIL,
        )  # fmt: skip
        assert done.returncode == 3
        assert str(small_run[0]) in done.stderr
        assert str(other) in done.stderr
        assert words in done.stderr
        assert not (tmp_path / "x").exists()


def test_a_saved_plan_is_enough_without_the_county(merged, tmp_path):
    """Going on from a plan that a scenario has changed: its files are the county's no more."""
    done = schoolbus("close", "--schools", "S05", "--base", merged[0], "--out", tmp_path / "y", "--no-week", *TAIL)  # fmt: skip
    assert done.returncode in {0, 5}, done.stderr
    assert not (tmp_path / "y" / "week").exists()
    assert (tmp_path / "y" / "plan.gpkg").is_file()


@pytest.mark.parametrize("words", [("close", "--schools", "S04"), ("consolidate",)])
def test_the_county_or_a_saved_plan_is_asked_for(words):
    done = schoolbus(*words)
    assert done.returncode == 2
    assert "--base" in done.stderr
