"""The command line, as a planner meets it: words, files, exit codes."""

import json
import shutil
import sqlite3

from shell import schoolbus


def test_help_lists_the_verbs_and_the_exit_codes():
    done = schoolbus("--help")
    assert done.returncode == 0
    for verb in ("demo", "plan", "check", "check-inputs", "template", "sample", "Exit codes"):
        assert verb in done.stdout


def test_an_unknown_command_is_a_usage_error():
    assert schoolbus("drive").returncode == 2
    assert schoolbus("plan", "x", "--lang", "fr").returncode == 2


def test_a_plan_is_one_json_object_and_nothing_else(small_run):
    """Some pupils of the made county live on an island: exit code 5."""
    _, done = small_run
    summary = json.loads(done.stdout)
    assert done.returncode == 5, done.stderr
    assert done.stdout.count("\n") == 1
    names = {
        "n_students", "n_entitled", "n_served", "n_unserved", "n_buses", "n_routes", "n_breaches",
        "km_per_day", "yuan_per_year", "max_ride_s", "mean_ride_s", "seconds",
    }  # fmt: skip
    assert names <= set(summary)
    assert summary["n_breaches"] == 0
    assert summary["n_entitled"] == summary["n_served"] + summary["n_unserved"]


def test_a_plan_leaves_map_report_workbook_and_tables(small_run):
    out, _ = small_run
    assert {"index.html", "report.html", "plan.xlsx", "plan.gpkg", "plan.json"} <= {
        path.name for path in out.iterdir()
    }


def test_boarders_get_their_friday_and_sunday_runs(small_run):
    """Twelve pupils of S01 board: the runs are a plan of their own, and are told."""
    out, done = small_run
    week = json.loads(done.stdout)["week"]
    assert week["n_boarders"] == 12
    assert week["n_entitled"] == week["n_served"] + week["n_unserved"]
    assert {"plan.gpkg", "plan.json", "index.html"} <= {
        path.name for path in (out / "week").iterdir()
    }
    assert "Fridays and Sundays" in (out / "report.html").read_text("utf-8")
    assert "Boarders: home on Friday" in (out / "week" / "index.html").read_text("utf-8")
    judged = schoolbus("check", out / "week", "--json")
    assert json.loads(judged.stdout)["n_breaches"] == 0


def test_a_saved_plan_is_judged_without_breach(small_run):
    out, _ = small_run
    done = schoolbus("check", out)
    assert done.returncode == 5
    assert "No breach" in done.stdout
    assert "未发现违规" in schoolbus("check", out, "--lang", "zh").stdout


def test_a_plan_damaged_by_hand_is_told_what_is_wrong_with_it(small_run, tmp_path):
    """One bus is made to carry 99 pupils: the file that was changed and the rules are named."""
    damaged = shutil.copytree(small_run[0], tmp_path / "damaged")
    with sqlite3.connect(damaged / "plan.gpkg") as tables:
        tables.execute('UPDATE visits SET n_aboard = 99 WHERE "order" = 0 AND kind = "stop"')
    tables.close()
    done = schoolbus("check", damaged)
    assert done.returncode == 4
    assert "plan.gpkg" in done.stderr
    assert "seats_enough" in done.stdout
    assert "counts_add_up" in done.stdout


def test_a_plan_that_cannot_be_opened_is_bad_input(small_run, tmp_path):
    damaged = shutil.copytree(small_run[0], tmp_path / "cut")
    (damaged / "plan.gpkg").write_bytes(b"")
    done = schoolbus("check", damaged)
    assert done.returncode == 3
    assert "plan.gpkg" in done.stderr


def test_faults_are_listed_and_nothing_is_written(small_county, tmp_path):
    bad = shutil.copytree(small_county, tmp_path / "bad")
    students = bad / "students.csv"
    lines = students.read_text("utf-8-sig").splitlines()
    students.write_text("\n".join([*lines, lines[1]]), "utf-8-sig")
    (bad / "policy.toml").write_text("ride_beyond_km = 2", "utf-8")
    out = tmp_path / "out"
    done = schoolbus("plan", bad, "--out", out)
    assert done.returncode == 3
    assert "2 fault(s)" in done.stderr
    assert "students.csv" in done.stderr
    assert "ride_beyond_m" in done.stderr
    assert not out.exists()
    told = schoolbus("check-inputs", bad, "--json")
    assert told.returncode == 3
    assert json.loads(told.stdout)["n_faults"] == 2


def test_a_folder_that_is_not_there_is_bad_input(tmp_path):
    done = schoolbus("plan", tmp_path / "nowhere")
    assert done.returncode == 3
    assert "nowhere" in done.stderr


def test_the_rules_may_come_from_a_preset_or_a_file(small_county, tmp_path):
    done = schoolbus(
        "plan",
        small_county,
        "--out",
        tmp_path / "a",
        "--policy",
        "anqiu",
        "--rounds",
        0,
        "--no-week",
        "--json",
        "-q",
    )
    few = json.loads(done.stdout)["n_entitled"]
    rules = tmp_path / "rules.toml"
    rules.write_text("ride_beyond_m = 500", "utf-8")
    done = schoolbus(
        "plan",
        small_county,
        "--out",
        tmp_path / "b",
        "--policy",
        rules,
        "--rounds",
        0,
        "--no-week",
        "--json",
        "-q",
    )
    assert json.loads(done.stdout)["n_entitled"] > few


def test_a_template_is_written(tmp_path):
    done = schoolbus("template", "--out", tmp_path / "empty.xlsx", "--lang", "zh")
    assert done.returncode == 0
    assert (tmp_path / "empty.xlsx").stat().st_size > 0


def test_a_saved_plan_is_asked_what_moved_bells_would_save(small_run):
    """The plan is read, not changed; JSON and words say the same number of buses."""
    out, _ = small_run
    before = (out / "plan.json").read_bytes()
    asked = ("ask", out, "--bells", 20, "--rounds", 0)
    gain = json.loads(schoolbus(*asked, "--json").stdout)
    assert gain["within_s"] == 1_200
    assert gain["n_buses_then"] <= gain["n_buses_now"]
    assert (gain["saved_yuan"] > 0) == bool(gain["shifts"])
    said = schoolbus(*asked, "--lang", "zh").stdout
    assert "20分钟" in said
    assert f"{gain['n_buses_now']}辆" in said
    assert (out / "plan.json").read_bytes() == before
    assert schoolbus("ask", out).returncode == 2


def test_the_ways_out_for_the_unserved_are_said_in_short_lines(small_run):
    from routing.cli.shared import ways_out
    from routing.outputs.store import load_plan

    lines = ways_out(load_plan(small_run[0]), "en", "public")
    assert 1 <= len(lines) <= 9
    assert all(len(line) < 160 and "\n" not in line for line in lines)
    assert any("students" in line for line in lines)
