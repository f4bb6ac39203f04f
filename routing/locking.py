"""Who else is at this folder? Locks that end with their process, however it ends."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE_S = 0.02
"""Between two tries at a lock that somebody holds (s, assumed)."""


@contextmanager
def locked(folder: Path, *, shared: bool = False, wait_s: float = 0.0) -> Iterator[bool]:
    """Hold a folder against other processes and other callers.

    The lock is the system's, on the folder itself, and leaves no file; it ends when the
    process ends, also by kill -9. Disks that know no locks are taken as free. On Windows a
    file ``.lock`` in the folder is held, and shared holders hold nothing.

    Parameters
    ----------
    folder
        It must be there.
    shared
        Many may hold it so at once, while nobody holds it alone.
    wait_s
        How long to wait for others (s).

    Yields
    ------
    held
        False where somebody else still holds it.

    Raises
    ------
    OSError
        When the folder is not there or cannot be opened.
    """
    handle = _open(folder, shared=shared)
    if handle is None:
        yield True
        return
    try:
        until_s = time.monotonic() + wait_s
        while not (held := _try(handle, shared=shared)) and time.monotonic() < until_s:
            time.sleep(PAUSE_S)
        if held and not _is_still(handle, folder):
            raise FileNotFoundError(2, "the folder was removed meanwhile", str(folder))
        yield held
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _open(folder: Path, *, shared: bool) -> int | None:
        return None if shared else os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)

    def _try(handle: int, *, shared: bool) -> bool:  # noqa: ARG001 - as on other systems
        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _is_still(handle: int, folder: Path) -> bool:  # noqa: ARG001 - as on other systems
        return folder.is_dir()

else:
    import fcntl

    def _open(folder: Path, *, shared: bool) -> int | None:  # noqa: ARG001 - as on Windows
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def _try(handle: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # no locks on this disk
            return True
        return True

    def _is_still(handle: int, folder: Path) -> bool:
        """Whether the folder held is the one of that name, not one that was removed."""
        try:
            return os.path.samestat(os.fstat(handle), folder.stat())
        except FileNotFoundError:
            return False
