"""Keep a hierarchy in a file, addressed by the content of the graph it belongs to."""

import contextlib
import hashlib
import os
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from routing.roads.hierarchy import Hierarchy
from routing.roads.network import Arcs, Ints

_KINDS = {
    "number": np.int32, "up_first": np.int64, "up_node": np.int32, "up_key": np.int64,
    "down_first": np.int64, "down_node": np.int32, "down_key": np.int64, "halves": np.int32,
}  # fmt: skip
_UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip


def arcs_digest(arcs: Arcs) -> str:
    """Return the SHA-256 of a graph, by which its hierarchy may be kept and found again."""
    content = hashlib.sha256()
    for field in fields(arcs):
        part = np.ascontiguousarray(getattr(arcs, field.name))
        content.update(f"{field.name} {part.dtype.str} {part.shape};".encode())
        content.update(part.data)
    return content.hexdigest()


def save_hierarchy(path: Path, hierarchy: Hierarchy) -> bool:
    """Write a hierarchy to a file, whole or not at all.

    Parameters
    ----------
    path
        The file; replaced if it is there.
    hierarchy
        What to keep.

    Returns
    -------
    saved
        False where the folder cannot be written; nothing is lost but time.
    """
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    arrays = {name: getattr(hierarchy, name) for name in _KINDS}
    try:
        with part.open("wb") as stream:
            np.savez(stream, **cast("Any", arrays))
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def load_hierarchy(path: Path, arcs: Arcs) -> Hierarchy | None:
    """Return the hierarchy kept in a file; None where there is none, or a damaged one.

    Parameters
    ----------
    path
        The file.
    arcs
        The graph; one that does not fit it counts as damaged. That it is the same graph
        is up to the caller: name the file by ``arcs_digest``.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            hierarchy = Hierarchy(**{name: kept[name] for name in _KINDS})
    except _UNREADABLE:
        return None
    return hierarchy if _is_sound(hierarchy, arcs) else None


def _is_sound(hierarchy: Hierarchy, arcs: Arcs) -> bool:
    """Whether every array has its kind and length, and every position points at something."""
    for name, kind in _KINDS.items():
        array = getattr(hierarchy, name)
        if array.dtype != kind or array.ndim != (2 if name == "halves" else 1):
            return False
    n = len(arcs.first) - 1
    numbered = np.zeros(n, bool)
    if len(hierarchy.number) != n or not _within(hierarchy.number, 0, n):
        return False
    numbered[hierarchy.number] = True
    up = hierarchy.up_first, hierarchy.up_node, hierarchy.up_key
    down = hierarchy.down_first, hierarchy.down_node, hierarchy.down_key
    rows = all(_are_rows(n, *part) for part in (up, down))
    return bool(numbered.all()) and rows and _are_halves(hierarchy, arcs)


def _are_rows(n: int, first: Ints, node: NDArray[np.int32], key: Ints) -> bool:
    """Whether arcs stand in rows and lead to higher states only."""
    if len(first) != n + 1 or first[0] != 0 or first[-1] != len(node) or len(key) != len(node):
        return False
    count = np.diff(first)
    if (count < 0).any():
        return False
    own = np.repeat(np.arange(n, dtype=np.int32), count)
    return bool((node >= 0).all() and (node < own).all())


def _are_halves(hierarchy: Hierarchy, arcs: Arcs) -> bool:
    """Whether arcs are those of the graph, and shortcuts the sum of an arc down and one up.

    Both halves of a shortcut stand in one row below its own, so taking apart ends.
    """
    n, n_up = len(hierarchy.number), len(hierarchy.up_node)
    own = [
        np.repeat(np.arange(n, dtype=np.int32), np.diff(first))
        for first in (hierarchy.up_first, hierarchy.down_first)
    ]
    row, key = np.concatenate(own), np.concatenate((hierarchy.up_key, hierarchy.down_key))
    halves = hierarchy.halves
    if halves.shape != (len(key), 2):
        return False
    whole = halves[:, 1] == -1
    arc, first, second = halves[whole, 0], halves[~whole, 0], halves[~whole, 1]
    if not (
        _within(arc, 0, len(arcs.key))
        and _within(first, n_up, len(key))
        and _within(second, 0, n_up)
    ):
        return False
    return bool(
        (key[whole] == arcs.key[arc]).all()
        and (key[~whole] == key[first] + key[second]).all()
        and (row[first] == row[second]).all()
        and (row[first] > row[~whole]).all()
    )


def _within(values: NDArray[Any], low: int, stop: int) -> bool:
    return not len(values) or bool(values.min() >= low and values.max() < stop)
