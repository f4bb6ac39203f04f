"""Every file written for people has its line in the run's log, and nothing personal is in it."""

import hashlib
import json
from datetime import datetime

import pytest
from plan_by_hand import gridtown
from shell import schoolbus

from routing.errors import RoutingError
from routing.outputs.exports import HEADS, LOG_FILE, log_export, read_log, start_log
from routing.outputs.maps import write_map
from routing.outputs.report import write_report
from routing.outputs.schematic import write_line_sheets
from routing.outputs.store import save_plan
from routing.outputs.workbook import write_workbook


@pytest.fixture
def run(tmp_path):
    return save_plan(gridtown(), tmp_path / "run")


def test_maps_reports_workbooks_and_line_sheets_are_logged_in_order(run):
    plan = gridtown()
    write_map(plan, run / "index.html", lang="zh")
    write_report(plan, run / "report.html", privacy="internal")
    write_workbook(plan, run / "plan.xlsx", privacy="public")
    write_line_sheets(plan, run / "lines.html")
    assert [(line.file, line.privacy, line.language) for line in read_log(run)] == [
        ("plan.gpkg", "internal", ""), ("index.html", "public", "zh"),
        ("report.html", "internal", "en"), ("plan.xlsx", "public", "en"),
        ("lines.html", "public", "en"),
    ]  # fmt: skip


def test_a_line_says_when_and_which_bytes_and_which_version(run):
    page = write_map(gridtown(), run / "index.html")
    line = read_log(run)[-1]
    assert datetime.strptime(line.when_utc, "%Y-%m-%dT%H:%M:%SZ").year >= 2024
    assert line.sha256_12 == hashlib.sha256(page.read_bytes()).hexdigest()[:12]
    assert line.version


def test_the_log_only_grows(run):
    write_map(gridtown(), run / "index.html")
    before = (run / LOG_FILE).read_bytes()
    write_map(gridtown(), run / "index.html", privacy="internal")
    save_plan(gridtown(), run)
    assert (run / LOG_FILE).read_bytes().startswith(before)
    assert [line.privacy for line in read_log(run)] == [
        "internal",
        "public",
        "internal",
        "internal",
    ]


def test_a_file_in_a_folder_of_the_run_is_logged_with_its_way(run):
    write_map(gridtown(), run / "for the hearing" / "map.html")
    assert read_log(run)[-1].file == "for the hearing/map.html"


def test_a_file_that_belongs_to_no_run_leaves_no_log(tmp_path):
    write_map(gridtown(), tmp_path / "map.html")
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_copy_elsewhere_is_logged_in_the_run_with_its_whole_way(run, tmp_path):
    done = schoolbus("lines", run, "--out", tmp_path / "elsewhere" / "strips.html", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    line = read_log(run)[-1]
    assert line.file == str((tmp_path / "elsewhere" / "strips.html").resolve())
    assert (line.privacy, line.language) == ("public", "zh")


def test_names_of_files_are_no_formulas_and_no_lines(run):
    page = run / "=1+1,\n,x.html"
    page.write_text("x")
    log_export(page, "public", "en")
    text = (run / LOG_FILE).read_text("utf-8-sig")
    assert len(text.splitlines()) == 3
    assert "'=1+1" in text
    assert read_log(run)[-1].file.startswith("=1+1")


def test_a_line_that_was_cut_off_spoils_only_itself(run):
    with (run / LOG_FILE).open("ab") as log:
        log.write(b"2026-11-22T10:00:00Z,ind")
    write_map(gridtown(), run / "index.html")
    assert [line.file for line in read_log(run)] == ["plan.gpkg", "index.html"]


def test_an_empty_log_is_begun_and_a_begun_one_kept(tmp_path):
    folder = start_log(tmp_path / "new")
    assert (folder / LOG_FILE).read_text("utf-8-sig").splitlines() == [",".join(HEADS)]
    assert read_log(folder) == ()
    write_map(gridtown(), folder / "a.html")
    assert len(read_log(start_log(folder))) == 1


def test_a_log_that_leads_elsewhere_is_not_written_to(run, tmp_path):
    (run / LOG_FILE).unlink()
    (tmp_path / "mine.txt").write_text("mine")
    (run / LOG_FILE).symlink_to(tmp_path / "mine.txt")
    with pytest.raises(RoutingError, match=r"exports\.csv"):
        write_map(gridtown(), run / "index.html")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_command_prints_the_log(run):
    write_map(gridtown(), run / "index.html")
    done = schoolbus("exports", run)
    assert [line.split()[1:3] for line in done.stdout.splitlines()] == [
        ["plan.gpkg", "internal"], ["index.html", "public"],
    ]  # fmt: skip
    told = json.loads(schoolbus("exports", run, "--json").stdout)
    assert [line["file"] for line in told] == ["plan.gpkg", "index.html"]


def test_comparing_is_logged_in_each_of_the_runs(run, tmp_path):
    other = save_plan(gridtown(), tmp_path / "other")
    done = schoolbus("compare", run, other, "--out", tmp_path / "hearing")
    assert done.returncode == 0, done.stderr
    for folder in (run, other):
        away = {line.file for line in read_log(folder)} - {"plan.gpkg"}
        assert away == {
            str(tmp_path / "hearing" / name) for name in ("hearing.html", "comparison.xlsx")
        }
    inside = {line.file for line in read_log(tmp_path / "hearing")}
    assert inside == {"hearing.html", "hearing.xlsx", "comparison.xlsx"}
