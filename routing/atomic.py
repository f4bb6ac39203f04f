"""How a file is written: beside its place, then moved there whole, or not at all.

Every file of this package goes through this door. What is written lies in a folder
``.draft-…`` beside its place until it is on the disk. One file is then moved by one step of
the file system. Several files that belong together are moved so: their folder is renamed to
``.ready-…``, which is the one step that counts, and then they are moved file by file. Who
finds such a folder, because its writer was killed, moves the rest. Whoever reads all of them
(``reading``) therefore sees the old files or the new ones, never some of each. Drafts of
writers that are no more are removed by the next one.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from routing.disk import DiskError, cannot_write, find_refusal, sync_file, sync_folder
from routing.locking import locked
from routing.words import Text

DRAFT, READY = ".draft-", ".ready-"

MOST_WAIT_S = 60.0
"""How long to wait for another process that is moving or reading files there (s, assumed)."""

OLD_S = 86_400
"""Where the system has no locks, drafts older than this have no writer any more (s, assumed)."""

IN_USE = Text(
    "'{folder}' is being read or written by another program for over a minute. Let it end or "
    "choose another folder; what was there before is unchanged.",
    "“{folder}”正被其他程序读写，已超过一分钟。请等待其结束或改用其他文件夹；原有文件未改动。",
)


@contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Give a path to write to; move what was written to ``path`` when all went well.

    Folders above are made. When the body raises, ``path`` stays as it was and nothing
    is left beside it.

    Parameters
    ----------
    path
        The file to make or replace.

    Yields
    ------
    draft
        A path in the same folder, with the same ending, that does not exist yet.

    Raises
    ------
    DiskError
        When the folder or the file cannot be written: open in another program,
        read-only, disk full.
    """
    path = Path(path)
    with replacing_all(path.parent, (path.name,)) as drafts:
        yield drafts / path.name


@contextmanager
def replacing_all(folder: Path | str, names: tuple[str, ...]) -> Iterator[Path]:
    """Give an empty folder to write to; move the named files when all are written.

    Either all of them are replaced or none, for whoever reads them within ``reading``,
    also where this process is killed between two of them. Other files of the folder are
    not touched.

    Parameters
    ----------
    folder
        The folder that holds, or will hold, the files; made where it is absent.
    names
        The files, which the body must all write.

    Yields
    ------
    drafts
        A temporary folder on the same disk.

    Raises
    ------
    DiskError
        When something cannot be written.
    """
    folder = Path(folder)
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            drafts = _open_drafts(folder, stack)
        except OSError as error:
            raise cannot_write(_shown(folder), error) from error
        try:
            yield drafts
            _move_all(drafts, folder, names)
        except OSError as error:
            raise _told(folder, drafts, error) from error
        except DiskError:
            raise
        except Exception as error:
            refused = find_refusal(drafts) if drafts.is_dir() else None
            if refused is None:
                raise
            raise cannot_write(_shown(folder), refused) from error
        finally:
            shutil.rmtree(drafts, ignore_errors=True)


@contextmanager
def reading(folder: Path | str) -> Iterator[Path]:
    """Hold a folder's files still while they are read, those of a killed writer put in place.

    Parameters
    ----------
    folder
        As given to ``replacing_all``.

    Yields
    ------
    newest
        Where files lie that could not be put in place, as the disk is read-only; else the
        folder itself. ``newest_path`` finds a file.
    """
    folder = Path(folder)
    with suppress(OSError):
        if _ready(folder):
            with locked(folder, wait_s=MOST_WAIT_S) as held:
                if held:
                    _finish(folder)
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(locked(folder, shared=True, wait_s=MOST_WAIT_S))
        yield next(iter(_ready(folder)), folder)


def newest_path(folder: Path, newest: Path, name: str) -> Path:
    """Return where a file of a folder lies while it is held by ``reading``."""
    return newest / name if (newest / name).exists() else folder / name


def write_text(path: Path | str, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a text with plain line ends, whole or not at all; return its path.

    Raises
    ------
    DiskError
        When it cannot be written.
    """
    return write_bytes(path, text.encode(encoding))


def write_bytes(path: Path | str, content: bytes) -> Path:
    """Write a file whole or not at all; return its path.

    Raises
    ------
    DiskError
        When it cannot be written.
    """
    path = Path(path)
    with replacing(path) as draft:
        draft.write_bytes(content)
    return path


def _open_drafts(folder: Path, stack: ExitStack) -> Path:
    """Return a new folder for drafts, held by this process; drafts of dead ones are removed."""
    _clear_leftovers(folder)
    while True:
        drafts = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
        if os.name == "nt":
            return drafts
        with suppress(FileNotFoundError):
            if stack.enter_context(locked(drafts)):
                return drafts


def _clear_leftovers(folder: Path) -> None:
    for left in list(folder.glob(f"{DRAFT}*")):
        with suppress(OSError):
            if os.name == "nt":
                if time.time() - left.stat().st_mtime > OLD_S:
                    shutil.rmtree(left)
            else:
                with locked(left) as dead:
                    if dead:
                        shutil.rmtree(left)


def _move_all(drafts: Path, folder: Path, names: tuple[str, ...]) -> None:
    """Put the drafts in place, in one step that counts."""
    for name in names:
        sync_file(drafts / name)
    for path in list(drafts.iterdir()):
        if path.name not in names:
            path.unlink()
    sync_folder(drafts)
    for name in names:
        _refuse_target(folder / name)
    with ExitStack() as stack:
        if not folder.name.startswith(DRAFT):  # else it is held by its writer, which is us
            if not stack.enter_context(locked(folder, wait_s=MOST_WAIT_S)):
                raise DiskError(IN_USE.fill(folder=_shown(folder)))
            _finish(folder)
        if len(names) == 1:
            (drafts / names[0]).replace(folder / names[0])
        else:
            drafts.rename(folder / drafts.name.replace(DRAFT, READY, 1))
            sync_folder(folder)
            _finish(folder)
        sync_folder(folder)


def _refuse_target(target: Path) -> None:
    """Raise what moving a file here would raise, before anything is moved."""
    if target.is_dir():
        raise IsADirectoryError(21, "is a directory", str(target))
    if os.name == "nt" and target.exists():
        with target.open("rb+"):
            pass


def _ready(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{READY}*"))


def _finish(folder: Path) -> None:
    """Put in place what was ready when its writer was killed."""
    for ready in _ready(folder):
        for path in sorted(ready.iterdir()):
            path.replace(folder / path.name)
        sync_folder(folder)
        ready.rmdir()


def _told(folder: Path, drafts: Path, error: OSError) -> DiskError:
    name = Path(error.filename2 or error.filename or folder).name
    place = folder if name in {folder.name, drafts.name} else folder / name
    is_ready = (folder / drafts.name.replace(DRAFT, READY, 1)).exists()
    return cannot_write(_shown(place), error, kept=not is_ready)


def _shown(path: Path) -> Path:
    """Return a path without the folders of drafts in which it is first written."""
    return Path(*[part for part in path.parts if not part.startswith(DRAFT)])
