"""Keep parsed roads beside their file, so that the next reading takes no parsing."""

import contextlib
import hashlib
import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from routing.roads.network import Roads
from routing.roads.npz import UNREADABLE, read_arrays, write_arrays
from routing.roads.packing import is_sound, pack_roads, unpack_roads

_MAKERS = (
    "network", "tags", "values", "limits", "restrictions", "water", "extracting", "parsing",
    "cutting", "shapes", "barriers", "building", "edges", "graph", "packing", "cache",
)  # fmt: skip
"""Modules whose text decides what roads look like; a change makes old caches stale."""


def cache_path(path: Path, digest: str) -> Path:
    """Return where the parsed roads of a file are kept.

    Parameters
    ----------
    path
        The file.
    digest
        SHA-256 of its content.
    """
    return path.with_name(f"{path.name}.roads-{_version()}-{digest[:12]}.npz")


def load_cached(path: Path, digest: str) -> Roads | None:
    """Return the roads kept beside a file; None where there are none, or damaged ones.

    Parameters
    ----------
    path
        The file.
    digest
        SHA-256 of its content.
    """
    try:
        roads = unpack_roads(read_arrays(cache_path(path, digest)))
    except UNREADABLE:
        return None
    if roads.source.digest != digest or not is_sound(roads):
        return None
    return replace(roads, source=replace(roads.source, name=path.name))


def save_cached(path: Path, roads: Roads) -> bool:
    """Keep roads beside their file, whole or not at all; remove stale ones.

    Parameters
    ----------
    path
        The file.
    roads
        What was read from it.

    Returns
    -------
    saved
        False where the folder cannot be written; nothing is lost but time.
    """
    target = cache_path(path, roads.source.digest)
    if not write_arrays(target, pack_roads(roads)):
        return False
    stale = re.compile(re.escape(path.name) + r"\.roads-[0-9a-f]{8}-[0-9a-f]{12}\.npz")
    for other in path.parent.iterdir():
        if other.name != target.name and stale.fullmatch(other.name):
            with contextlib.suppress(OSError):
                other.unlink()
    return True


@cache
def _version() -> str:
    """Eight hex digits that change with the code that makes roads."""
    content = hashlib.sha256()
    for name in _MAKERS:
        module = files("routing.roads") / f"{name}.py"
        content.update(module.read_bytes() if module.is_file() else name.encode())
    return content.hexdigest()[:8]
