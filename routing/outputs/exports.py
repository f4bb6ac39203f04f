"""What was written for people, when, and for whom: a line in exports.csv for every file.

The log lies in the run's folder. It holds no pupil, only names of files, and never names
its reader. Lines are appended in one write each; nothing is ever taken out of it.
"""

import csv
import hashlib
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from routing.errors import RoutingError
from routing.words import Text

LOG_FILE = "exports.csv"
HEADS = ("when_utc", "file", "privacy", "language", "sha256_12", "version")
_SEAL_FILE = "plan.json"

_CANNOT = Text(
    "'{path}' was written, but its line in {log} could not be: {why}. See that there is room "
    "on the disk and that you may write there, and write it again.",
    "“{path}”已写出，但无法登记到{log}：{why}。请检查磁盘空间和写入权限后重新导出。",
)


class Export(NamedTuple):
    """One file that was written.

    Parameters
    ----------
    when_utc
        Like 2026-11-22T16:48:00Z.
    file
        Inside the run's folder relative to it, else the whole path.
    privacy
        "public" or "internal".
    language
        "en" or "zh"; "" where the file has none.
    sha256_12
        The first 12 signs of its SHA-256: which of two versions was passed on?
    version
        Of this package.
    """

    when_utc: str
    file: str
    privacy: str
    language: str
    sha256_12: str
    version: str


def log_export(path: Path, privacy: str, lang: str = "", *, run: Path | None = None) -> Path:
    """Add a line for a file that was written; return the file.

    Parameters
    ----------
    path
        The file, as it is on disk.
    privacy, lang
        How it was written.
    run
        The run's folder; None: that of the file, or the one above, where it holds a plan or
        a log. A file that belongs to no run is not logged.

    Raises
    ------
    RoutingError
        When the line cannot be written.
    """
    folder = run or _run_of(path)
    if folder is None:
        return path
    try:
        line = Export(
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _name(path, folder), privacy, lang,
            _digest(path), _version(),
        )  # fmt: skip
        _append(folder / LOG_FILE, line)
    except OSError as error:
        told = _CANNOT.fill(path=path, log=LOG_FILE, why=error.strerror or error)
        raise RoutingError(told) from error
    return path


def start_log(folder: Path) -> Path:
    """Make an empty log in a folder that holds no plan; return the folder, made if absent.

    Raises
    ------
    RoutingError
        When it cannot be written.
    """
    log = folder / LOG_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not log.exists():
            _append(log, None)
    except OSError as error:
        told = _CANNOT.fill(path=folder, log=LOG_FILE, why=error.strerror or error)
        raise RoutingError(told) from error
    return folder


def read_log(folder: Path) -> tuple[Export, ...]:
    """Return the lines of a run's log; none where there is no log. Broken lines are passed over."""
    log = folder / LOG_FILE
    return tuple(_lines(log)) if is_log(log) else ()


def is_log(log: Path) -> bool:
    """Say whether a file is a log of ours."""
    if log.is_symlink() or not log.is_file():
        return False
    with log.open("rb") as file:
        return file.read(200).decode("utf-8-sig", "replace").startswith(",".join(HEADS))


def _lines(log: Path) -> Iterator[Export]:
    text = log.read_text("utf-8-sig", errors="replace")
    for row in csv.reader(io.StringIO(text, newline="")):
        if len(row) == len(HEADS) and tuple(row) != HEADS:
            yield Export(*(cell.removeprefix("'") for cell in row))


def _append(log: Path, line: Export | None) -> None:
    """Append one line in one write, so that two programs at once do not mix theirs."""
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(log, flags, 0o600)
    try:
        text = ""
        if os.fstat(handle).st_size == 0:
            text = "\ufeff" + _row(HEADS)
        elif log.read_bytes()[-1:] != b"\n":
            text = "\r\n"  # a line that was cut off by a full disk
        text += "" if line is None else _row([_quoted(cell) for cell in line])
        os.write(handle, text.encode("utf-8"))
        os.fsync(handle)
    finally:
        os.close(handle)


def _row(cells: list[str] | tuple[str, ...]) -> str:
    content = io.StringIO()
    csv.writer(content, lineterminator="\r\n").writerow(cells)
    return content.getvalue()


def _quoted(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, without line breaks."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in cell)
    return f"'{plain}" if plain.startswith(("'", "=", "+", "-", "@")) else plain


def _run_of(path: Path) -> Path | None:
    parent = path.resolve().parent
    for folder in (parent, parent.parent):
        if (folder / _SEAL_FILE).is_file() or (folder / LOG_FILE).is_file():
            return folder
    return None


def _name(path: Path, folder: Path) -> str:
    full, inside = path.resolve(), folder.resolve()
    return full.relative_to(inside).as_posix() if full.is_relative_to(inside) else str(full)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _version() -> str:
    try:
        return version("schoolbus-routing")
    except PackageNotFoundError:
        return ""
