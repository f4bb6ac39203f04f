"""A run is forgotten whole: all that the tool wrote goes, all else stays and is told."""

import stat
from datetime import date

import pytest
from county_by_hand import write_county
from plan_by_hand import gridtown
from shell import schoolbus

from routing.errors import RoutingError
from routing.outputs.exports import start_log
from routing.outputs.forgetting import find_leavings, forget_run
from routing.outputs.internal_mark import last_day
from routing.outputs.maps import write_map
from routing.outputs.schematic import write_line_sheets
from routing.outputs.store import save_plan


@pytest.fixture
def run(tmp_path):
    folder = save_plan(gridtown(), tmp_path / "run")
    write_map(gridtown(), folder / "index.html")
    write_map(gridtown(), folder / "for the office.html", privacy="internal")
    return folder


def names(paths):
    return {path.name for path in paths}


def test_all_that_was_written_goes_and_the_folder_with_it(run):
    found = find_leavings(run)
    assert names(found.files) == {
        "plan.gpkg", "plan.json", "roads.npz", "INTERNAL.txt", "exports.csv", "index.html",
        "for the office.html",
    }  # fmt: skip
    assert forget_run(found) == 7
    assert not run.exists()


def test_what_others_put_there_stays(run):
    (run / "minutes of the meeting.docx").write_text("mine")
    found = find_leavings(run)
    assert names(found.others) == {"minutes of the meeting.docx"}
    forget_run(found)
    assert names(run.iterdir()) == {"minutes of the meeting.docx"}


def test_plans_inside_a_run_and_drafts_of_killed_programs_go_too(run):
    save_plan(gridtown(), run / "present")
    save_plan(gridtown(), run / "choice-01")
    (run / ".draft-abc").mkdir()
    (run / ".draft-abc" / "plan.gpkg").write_text("half")
    (run / "photos").mkdir()
    (run / "photos" / "a.jpg").write_text("mine")
    found = find_leavings(run)
    assert names(found.others) == {"a.jpg"}
    forget_run(found)
    assert {path.relative_to(run).as_posix() for path in run.rglob("*")} == {
        "photos", "photos/a.jpg",
    }  # fmt: skip


def test_personal_files_go_first_and_the_files_that_name_the_run_last(run):
    """Killed half-way, the folder is still known as a run and is forgotten the second time."""
    found = find_leavings(run)
    assert [path.name for path in found.files[-2:]] == ["plan.json", "exports.csv"]
    for path in found.files[:-1]:
        path.unlink()
    assert names(find_leavings(run).files) == {"exports.csv"}


def test_a_damaged_plan_can_be_forgotten(run):
    (run / "exports.csv").unlink()
    (run / "plan.json").write_text("{")
    assert "plan.gpkg" in names(find_leavings(run).files)


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "exports.csv").write_text("country,tons\nX,5\n")
    (tmp_path / "plan.json").write_text('{"my": "plan"}')
    with pytest.raises(RoutingError, match="not the folder of a run"):
        find_leavings(tmp_path)
    with pytest.raises(RoutingError, match="not the folder of a run"):
        find_leavings(tmp_path / "nowhere")


def test_links_are_refused_and_never_followed(run, tmp_path):
    (tmp_path / "link").symlink_to(run, target_is_directory=True)
    with pytest.raises(RoutingError, match="link"):
        find_leavings(tmp_path / "link")
    outside = tmp_path / "outside"
    save_plan(gridtown(), outside)
    (tmp_path / "thesis").write_text("years of work")
    (run / "present").symlink_to(outside, target_is_directory=True)
    (run / "report.html").symlink_to(tmp_path / "thesis")
    found = find_leavings(run)
    assert {"present", "report.html"} <= names(found.others)
    forget_run(found)
    assert (tmp_path / "thesis").read_text() == "years of work"
    assert (outside / "plan.gpkg").is_file()


def test_a_log_cannot_lead_out_of_the_folder(run, tmp_path):
    """A line that names ../thesis, or a file in a folder, deletes nothing of the kind."""
    (tmp_path / "thesis").write_text("years of work")
    with (run / "exports.csv").open("a") as log:
        log.write("2026-11-22T10:00:00Z,../thesis,public,en,000000000000,1\r\n")
    forget_run(find_leavings(run))
    assert (tmp_path / "thesis").read_text() == "years of work"


def test_the_county_folder_is_refused(tmp_path):
    folder = start_log(write_county(tmp_path / "county"))
    with pytest.raises(RoutingError, match="county's own files"):
        find_leavings(folder)
    assert (folder / "students.csv").is_file()


def test_copies_elsewhere_and_public_files_are_told(run, tmp_path):
    away = tmp_path / "elsewhere" / "strips.html"
    assert schoolbus("lines", run, "--out", away).returncode == 0
    done = schoolbus("forget", run, "--yes")
    assert done.returncode == 0, done.stderr
    assert str(away.resolve()) in done.stdout
    assert "May have been passed on (public): " in done.stdout
    assert "index.html" in done.stdout.split("passed on")[1]
    assert "7 file(s) deleted" in done.stdout
    assert away.is_file()
    assert not run.exists()


def test_without_a_yes_nothing_goes(run):
    done = schoolbus("forget", run)
    assert done.returncode != 0
    assert "plan.gpkg" in done.stdout
    assert (run / "plan.gpkg").is_file()


def test_of_several_folders_none_goes_when_one_is_no_run(run, tmp_path):
    done = schoolbus("forget", run, tmp_path, "--yes")
    assert done.returncode == 1
    assert (run / "plan.gpkg").is_file()


def test_either_runs_or_a_key_are_named(run, tmp_path):
    assert schoolbus("forget", "--yes").returncode == 2
    assert schoolbus("forget", run, "--key", tmp_path / "k", "--yes").returncode == 2


@pytest.mark.skipif(not hasattr(stat, "S_IRWXG"), reason="needs permissions")
def test_a_saved_plan_is_marked_internal_and_closed_to_others(run):
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    mark = (run / "INTERNAL.txt").read_text("utf-8")
    assert "内部资料" in mark
    assert "-08-31" in mark
    assert "8月31日" in mark


@pytest.mark.parametrize(
    ("today", "last"),
    [((2026, 11, 22), (2027, 8, 31)), ((2027, 8, 31), (2027, 8, 31)), ((2027, 9, 1), (2028, 8, 31))],
)  # fmt: skip
def test_a_run_is_kept_to_the_end_of_its_school_year(today, last):
    assert last_day(date(*today)) == date(*last)


def test_line_sheets_in_a_folder_without_a_plan_are_no_run(tmp_path):
    write_line_sheets(gridtown(), tmp_path / "lines.html")
    with pytest.raises(RoutingError):
        find_leavings(tmp_path)
