"""How a file is written: beside its place, then moved there whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from routing.errors import RoutingError
from routing.words import Text


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
    RoutingError
        When the folder or the file cannot be written: open in another program,
        read-only, disk full.
    """
    path = Path(path)
    with replacing_all(path.parent, (path.name,)) as drafts:
        yield drafts / path.name


@contextmanager
def replacing_all(folder: Path | str, names: tuple[str, ...]) -> Iterator[Path]:
    """Give an empty folder to write to; move the named files when all are written.

    The files move one by one in the order of ``names``, each in one step of the file
    system, and only after the last of them is safely on disk. The last one may
    therefore seal the others. Other files of the folder are not touched.

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
    RoutingError
        When something cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drafts = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        yield drafts
        for name in names:
            _flush(drafts / name)
        for name in names:
            (drafts / name).replace(folder / name)
    except OSError as error:
        place = Path(error.filename2 or error.filename or folder).name
        raise _cannot_write(folder / place, error) from error
    finally:
        shutil.rmtree(drafts, ignore_errors=True)


def write_text(path: Path | str, text: str) -> Path:
    """Write a text in UTF-8 with plain line ends, whole or not at all; return its path.

    Raises
    ------
    RoutingError
        When it cannot be written.
    """
    path = Path(path)
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    return path


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _cannot_write(path: Path, error: OSError) -> RoutingError:
    cause = error.strerror or str(error)
    return RoutingError(Text(
        f"'{path}' cannot be written: {cause}. Close it where it is open in another "
        "program, check that there is room on the disk and that you may write there; "
        "what was there before is unchanged.",
        f"无法写入“{path}”：{cause}。请关闭正在使用它的程序，"
        "并检查磁盘空间和写入权限；原有文件未改动。",
    ))  # fmt: skip
