"""What the tool wrote into a run's folder, and how all of it is deleted.

Only files that are known to be ours are deleted: those of a saved plan, those that the
log of exports names, drafts that a killed program left, and the same in the folders of
plans inside. Everything else stays and is told.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from routing.errors import RoutingError
from routing.inputs.folder import look_into
from routing.outputs.exports import LOG_FILE, is_log, read_log
from routing.outputs.internal_mark import MARK_FILE
from routing.outputs.store import OUR_FILES, SEAL_FILE
from routing.words import Text

SCENARIO_FILE = "scenario.toml"
OURS = OUR_FILES | {
    SCENARIO_FILE, "hearing.html", "hearing.xlsx", "comparison.xlsx", "choices.xlsx",
}  # fmt: skip
DRAFTS = (".draft-", ".ready-", ".part-", ".unfinished")
LAST = (SEAL_FILE, LOG_FILE)
"""Deleted last: as long as one is there, the folder is known to be a run."""

_NO_RUN = Text(
    "'{folder}' is not the folder of a run: it holds neither a saved plan nor a log of exports. "
    "Nothing was deleted.",
    "“{folder}”不是方案文件夹：其中既无保存的方案，也无导出记录。未删除任何文件。",
)
_LINK = Text(
    "'{folder}' is a link to another place; name that place itself. Nothing was deleted.",
    "“{folder}”是指向别处的链接，请直接指定原文件夹。未删除任何文件。",
)
_COUNTY = Text(
    "'{folder}' holds the county's own files ({names}); a run is deleted only where it lies "
    "alone. Nothing was deleted.",
    "“{folder}”中有本县原始数据（{names}）；只删除单独存放的方案。未删除任何文件。",
)
_STUCK = Text(
    "'{path}' cannot be deleted: {why}. Close it where it is open, and forget the run again.",
    "无法删除“{path}”：{why}。请关闭正在使用它的程序后重试。",
)


@dataclass(frozen=True)
class Leavings:
    """What a run consists of, before anything is deleted.

    Parameters
    ----------
    folder
        The run.
    files
        Ours, in the order in which they are deleted; a folder among them goes with all in it.
    others
        Files in the folder that the tool did not write: they stay.
    elsewhere
        Files that the log names outside the folder: they stay, and somebody may have them.
    passed_on
        Public files written from this run: they may have been passed on.
    """

    folder: Path
    files: tuple[Path, ...]
    others: tuple[Path, ...]
    elsewhere: tuple[Path, ...]
    passed_on: tuple[str, ...]


def find_leavings(folder: Path) -> Leavings:
    """Return what a run left in its folder and, by its log, elsewhere.

    Raises
    ------
    RoutingError
        When the folder is no run, a link, or holds the county's own files.
    """
    if folder.is_symlink():
        raise RoutingError(_LINK.fill(folder=folder))
    if not is_run(folder):
        raise RoutingError(_NO_RUN.fill(folder=folder))
    held = look_into(folder)
    kept = [str(place) for place in held.places.values()] + (
        [held.roads.name] if held.roads else []
    )
    if kept:
        raise RoutingError(_COUNTY.fill(folder=folder, names=", ".join(kept[:5])))
    runs = [folder, *_runs_inside(folder)]
    files = [path for run in reversed(runs) for path in _ours(run)]
    ours = set(files)
    others = [
        path for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or not path.is_dir())
        and path not in ours and not ours & set(path.parents)
    ]  # fmt: skip
    log = [line for run in runs for line in read_log(run)]
    away = {Path(line.file) for line in log if Path(line.file).is_absolute()}
    passed = {line.file for line in log if line.privacy == "public"}
    return Leavings(folder, tuple(files), tuple(others), tuple(sorted(away)), tuple(sorted(passed)))


def forget_run(found: Leavings) -> int:
    """Delete what a run left, and its folders where they are then empty; return how many files.

    Killed half-way, it is begun again: the files that make the folder a run go last.

    Raises
    ------
    RoutingError
        When a file cannot be deleted; it is named, and later ones are still there.
    """
    n = 0
    for path in found.files:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise RoutingError(_STUCK.fill(path=path, why=error.strerror or error)) from error
        n += 1
    for folder in {path.parent for path in found.files} | {found.folder}:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return n


def is_run(folder: Path) -> bool:
    """Say whether a folder holds a saved plan or a log of exports, not a link to one."""
    seal = folder / SEAL_FILE
    if is_log(folder / LOG_FILE) or (folder / ".unfinished").is_dir():
        return True
    if seal.is_symlink() or not seal.is_file():
        return False
    try:
        said = json.loads(seal.read_text("utf-8"))
    except (OSError, ValueError):
        # a damaged seal beside our mark is still ours to delete
        return (folder / MARK_FILE).is_file()
    return isinstance(said, dict) and {"format", "files", "seal"} <= set(said)


def _runs_inside(folder: Path) -> list[Path]:
    """Return the folders of plans that a command wrote inside a run."""
    return sorted(
        path for path in folder.iterdir()
        if path.is_dir() and not path.is_symlink() and is_run(path)
    )  # fmt: skip


def _ours(run: Path) -> Iterator[Path]:
    """Give our files of one folder; the personal ones first, those that tell it is ours last."""
    named = {line.file for line in read_log(run) if not Path(line.file).is_absolute()}
    found = []
    for path in sorted(run.iterdir()):
        ours = path.name in OURS or path.name in named or path.name.startswith(DRAFTS)
        is_folder = path.is_dir() and not path.is_symlink()
        if path.is_symlink() or not ours or (is_folder and not path.name.startswith(DRAFTS)):
            continue
        found.append(path)
    yield from (path for path in found if path.name not in LAST)
    yield from (run / name for name in LAST if run / name in found)
