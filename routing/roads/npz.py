"""Arrays in a file: written whole or not at all, and read without running anything."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from routing.atomic import replacing
from routing.disk import DiskError

UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What reading a missing, damaged or foreign file may raise."""


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Write arrays to a file that is replaced if it is there.

    Parameters
    ----------
    path
        The file.
    arrays
        By name.

    Returns
    -------
    written
        False where the folder cannot be written; what was there stays.
    """
    if not path.parent.is_dir():
        return False
    try:
        with replacing(path) as draft, draft.open("wb") as stream:
            np.savez(stream, **cast("Any", dict(arrays)))
    except DiskError:
        return False
    return True


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file; raises one of ``UNREADABLE`` where there are none."""
    with np.load(path, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}
