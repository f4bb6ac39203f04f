"""Keep parsed roads beside their file, so that the next reading takes no parsing."""

import contextlib
import hashlib
import json
import os
import re
import zipfile
import zlib
from dataclasses import asdict, fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import ROAD_CLASSES, Roads, Source

_TEXTS = ("names", "place_name", "place_kind")
_MAKERS = ("network", "tags", "values", "parsing", "building", "edges", "graph", "cache")
"""Modules whose text decides what roads look like; a change makes old caches stale."""

_KINDS = {
    "road_class": np.int8, "name": np.int32, "lanes": np.int8, "ferry_s": np.int32,
    "signed_forward_kmh": np.float32, "signed_backward_kmh": np.float32,
    "width_m": np.float32,
    **dict.fromkeys((
        "max_height_m", "max_width_m", "max_length_m", "max_weight_t", "incline_pct",
        "node_turning_m", "node_height_m", "node_width_m", "node_weight_t",
    ), np.float32),
    **dict.fromkeys(("surface", "signals_forward", "signals_backward", "stop_rule"), np.int8),
    **dict.fromkeys((
        "bus_forward", "bus_backward", "walks", "oneway", "no_centreline", "urban", "structure",
        "restriction_only",
    ), np.bool_),
    **dict.fromkeys((
        "node_id", "start", "end", "way_id", "length_dm", "shape_from", "water_dm",
        "restriction_id", "restriction_node", "restriction_from", "restriction_way",
    ), np.int64),
    **dict.fromkeys((
        "node_lon", "node_lat", "shape_lon", "shape_lat", "place_lon", "place_lat",
    ), np.float64),
}  # fmt: skip
_UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip


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
        with np.load(cache_path(path, digest), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        roads = _unpack(arrays)
    except _UNREADABLE:
        return None
    if roads.source.digest != digest or not _is_sound(roads):
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
    part = target.with_name(f".part-{os.getpid()}-{target.name}")
    try:
        with part.open("wb") as stream:
            np.savez(stream, **cast("Any", _pack(roads)))
        part.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
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


def _pack(roads: Roads) -> dict[str, NDArray[Any]]:
    arrays = {name: getattr(roads, name) for name in _KINDS}
    for name in _TEXTS:
        arrays[name] = _bytes("\0".join(getattr(roads, name)))
        arrays[f"n_{name}"] = np.array(len(getattr(roads, name)), np.int64)
    arrays["source"] = _bytes(json.dumps(asdict(roads.source)))
    return arrays


def _unpack(arrays: dict[str, NDArray[Any]]) -> Roads:
    values: dict[str, Any] = {name: arrays[name] for name in _KINDS}
    for name in _TEXTS:
        texts = arrays[name].tobytes().decode("utf-8").split("\0")
        values[name] = tuple(texts) if arrays[f"n_{name}"] else ()
    source = json.loads(arrays["source"].tobytes())
    values["source"] = Source(**{**source, "box": tuple(source["box"])})
    return Roads(**values)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), np.uint8)


def _is_sound(roads: Roads) -> bool:
    """Whether every array has its kind and length, and every position points at something."""
    n_links, n_nodes = len(roads.start), len(roads.node_id)
    n_shape, n_places = len(roads.shape_lon), len(roads.place_name)
    sizes = {"shape_from": n_links + 1, "shape_lon": n_shape, "shape_lat": n_shape}
    sizes |= dict.fromkeys((
        "node_id", "node_lon", "node_lat", "node_turning_m", "node_height_m", "node_width_m",
        "node_weight_t",
    ), n_nodes)  # fmt: skip
    n_bans = len(roads.restriction_id)
    sizes |= dict.fromkeys(("restriction_id", "restriction_only", "restriction_node"), n_bans)
    sizes |= {"restriction_from": n_bans + 1, "restriction_way": len(roads.restriction_way)}
    sizes |= dict.fromkeys(("place_kind", "place_lon", "place_lat"), n_places)
    own = {rule.name for rule in fields(Roads)} - {"names", "place_name", "source"}
    if any(len(getattr(roads, name)) != sizes.get(name, n_links) for name in own):
        return False
    if any(getattr(roads, name).dtype != kind for name, kind in _KINDS.items()):
        return False
    spans = ((roads.start, n_nodes), (roads.end, n_nodes), (roads.name, len(roads.names)),
             (roads.road_class, len(ROAD_CLASSES)))  # fmt: skip
    if n_links and any(part.min() < 0 or part.max() >= size for part, size in spans):
        return False
    steps = np.diff(roads.shape_from)
    whole = roads.shape_from[0] == 0 and roads.shape_from[-1] == n_shape
    return bool(whole and (steps >= 2).all() and (roads.length_dm >= 1).all())
