"""Keep a hierarchy in a file, addressed by the content of the graph it belongs to."""

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import numpy as np

from routing.roads.hierarchy import Hierarchy
from routing.roads.network import Arcs
from routing.roads.npz import UNREADABLE, read_arrays, write_arrays

_KINDS = {
    "number": np.int32, "up_first": np.int64, "up_node": np.int32, "up_key": np.int64,
    "down_first": np.int64, "down_node": np.int32, "down_key": np.int64, "halves": np.int32,
}  # fmt: skip


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
    return write_arrays(path, {name: getattr(hierarchy, name) for name in _KINDS})


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
        kept = read_arrays(path)
        hierarchy = Hierarchy(**{name: cast("Any", kept[name]) for name in _KINDS})
    except UNREADABLE:
        return None
    return hierarchy if _is_sound(hierarchy, arcs) else None


def _is_sound(hierarchy: Hierarchy, arcs: Arcs) -> bool:
    """Whether every array has its kind and length, and every arc is what it should be."""
    from routing.roads.hierarchy_layout import is_numbering, rows_fit, shortcuts_fit

    for name, kind in _KINDS.items():
        array = getattr(hierarchy, name)
        if array.dtype != kind or array.ndim != (2 if name == "halves" else 1):
            return False
    n, number, halves = len(arcs.first) - 1, hierarchy.number, hierarchy.halves
    up = hierarchy.up_first, hierarchy.up_node, hierarchy.up_key
    down = hierarchy.down_first, hierarchy.down_node, hierarchy.down_key
    if halves.shape != (len(up[1]) + len(down[1]), 2) or len(number) != n:
        return False
    if not (is_numbering(number) and rows_fit(n, *up) and rows_fit(n, *down)):
        return False
    tail, head = arcs.tail.astype(np.int32), arcs.head.astype(np.int32)
    return bool(shortcuts_fit(number, up, down, halves, tail, head, arcs.key))
