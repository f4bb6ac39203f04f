"""A disk that is full or read-only is told in words, with what to do; old files stay."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from plan_by_hand import gridtown

from routing.atomic import replacing_all, write_text
from routing.cli.shared import OWN_FAULT, said
from routing.disk import REFUSALS, DiskError, cannot_write, say_refusal
from routing.outputs.store import load_plan, save_plan
from routing.solver import Ledger


@contextmanager
def small_disk(folder, size, *more):
    """A disk in memory; skips where we may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *more]), "none", str(folder)]
    try:
        done = subprocess.run(mount, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_plan_that_does_not_fit_on_the_disk_leaves_the_old_one_and_says_so(tmp_path):
    """Filled up to the last few blocks, the GeoPackage's library fails in words of its own."""
    with small_disk(tmp_path / "disk", "3m") as disk:
        run = save_plan(gridtown(), disk / "run")
        old = bytes_of(run)
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        for left in (200_000, 120_000, 20_000):
            (disk / "filler").write_bytes(b"x" * (free - left))
            with pytest.raises(DiskError, match="the disk is full") as caught:
                save_plan(gridtown(), run)
            assert "磁盘已满" in caught.value.say("zh")
            assert "unchanged" in caught.value.say("en")
            now = bytes_of(run)
            assert {name: now[name] for name in ("plan.gpkg", "plan.json", "roads.npz")} == {
                name: old[name] for name in ("plan.gpkg", "plan.json", "roads.npz")
            }
            assert [path.name for path in run.glob(".*")] == []
        (disk / "filler").unlink()
        load_plan(run)
        save_plan(gridtown(), run)


def test_a_text_that_does_not_fit_leaves_the_old_one(tmp_path):
    with small_disk(tmp_path / "disk", "64k") as disk:
        write_text(disk / "a.html", "old")
        with pytest.raises(DiskError, match="the disk is full"):
            write_text(disk / "a.html", "x" * 100_000)
        assert (disk / "a.html").read_text() == "old"
        assert [path.name for path in disk.iterdir()] == ["a.html"]


def test_a_read_only_disk_is_told_and_a_plan_on_it_can_be_read(tmp_path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        save_plan(gridtown(), disk / "run")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(DiskError, match="the disk is read-only") as caught:
            write_text(disk / "run" / "report.html", "x")
        assert "磁盘为只读" in caught.value.say("zh")
        assert load_plan(disk / "run").made == gridtown().made


def test_what_a_killed_writer_left_ready_is_read_from_a_read_only_disk_too(tmp_path):
    """Nothing can be put in place there: the new files are read where they lie."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        run = save_plan(gridtown(), disk / "run")
        ready = run / ".ready-x"
        ready.mkdir()
        for name in ("plan.gpkg", "plan.json"):
            (run / name).rename(ready / name)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert load_plan(run).made == gridtown().made


@pytest.mark.parametrize("number", sorted(REFUSALS))
def test_every_refusal_is_told_in_both_languages_with_what_to_do(number):
    error = OSError(number, os.strerror(number), "runs/plan.xlsx")
    for text in (cannot_write(Path("runs/plan.xlsx"), error), say_refusal(error)):
        en = text.say("en")
        zh = text.say("zh")
        assert "plan.xlsx" in en
        assert "plan.xlsx" in zh
        assert os.strerror(number) not in zh
        assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
        assert len(en.split(". ")) >= 2


def test_a_file_open_in_excel_says_close_it(tmp_path, monkeypatch):
    """Windows refuses to replace it with 'permission denied'; nothing of the set is moved."""
    for name in ("a.txt", "b.txt"):
        write_text(tmp_path / name, "old")

    def refuse(self, target):
        raise PermissionError(errno.EACCES, "Permission denied", str(self), None, str(target))

    with (  # noqa: PT012 - the move comes after the body
        pytest.raises(DiskError, match="Close it where it is open") as caught,
        replacing_all(tmp_path, ("a.txt",)) as drafts,
    ):
        (drafts / "a.txt").write_text("new")
        monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.undo()
    assert "请在其他程序（Excel" in caught.value.say("zh")
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["old", "old"]


def test_a_set_that_was_cut_off_half_way_by_the_disk_is_put_in_place_later(tmp_path, monkeypatch):
    for name in ("a.txt", "b.txt"):
        write_text(tmp_path / name, "old")
    moves = []
    replace = Path.replace

    def fail_second(self, target):
        moves.append(target)
        if len(moves) == 2:
            raise OSError(errno.EIO, "Input/output error", str(self), None, str(target))
        return replace(self, target)

    with (  # noqa: PT012 - the move comes after the body
        pytest.raises(DiskError, match="put in place when the folder is opened next"),
        replacing_all(tmp_path, ("a.txt", "b.txt")) as drafts,
    ):
        for name in ("a.txt", "b.txt"):
            (drafts / name).write_text("new")
        monkeypatch.setattr(Path, "replace", fail_second)
    monkeypatch.undo()
    write_text(tmp_path / "c.txt", "other")
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["new", "new", "other"]


@pytest.mark.parametrize(("lang", "told"), [("en", "the disk is full"), ("zh", "磁盘已满")])
def test_the_commands_say_what_the_system_refused_and_end_with_our_fault(lang, told, capsys):
    with pytest.raises(typer.Exit) as ended, said(lang):
        raise OSError(errno.ENOSPC, "No space left on device", "runs/x.csv")
    assert ended.value.exit_code == OWN_FAULT
    shown = capsys.readouterr().err
    assert told in shown
    assert "runs/x.csv" in shown


def test_a_disk_that_refuses_the_ledger_costs_the_note_and_not_the_run(tmp_path, caplog):
    ledger = Ledger(tmp_path / "no folder" / "ledger")
    ledger.note("a", {"routes": []}, is_done=True)
    ledger.note("b", {"routes": []}, is_done=True)
    assert ledger.n_done == 2
    assert caplog.text.count("not kept any more") == 1
