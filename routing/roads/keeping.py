"""Keep whole networks in a file, so that a county is open again at once."""

import hashlib
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from routing.policy import Policy
from routing.roads.engine import bus_network, walk_network
from routing.roads.hierarchy import Hierarchy
from routing.roads.network import Arcs, BusSize, Network, Roads, States
from routing.roads.npz import UNREADABLE, read_arrays, write_arrays
from routing.roads.preparing import prepare_network
from routing.roads.search import is_numba_there

_MAKERS = (
    "keeping", "network", "keys", "engine", "turns", "past", "bans", "sizes", "speeds", "hazards",
    "shapes", "hierarchy", "hierarchy_kernels", "hierarchy_layout", "hierarchy_lists", "contracting",
)  # fmt: skip
"""Modules whose text decides what networks look like; a change makes old files stale."""

_PARTS = {"leaving": Arcs, "entering": Arcs, "states": States, "hierarchy": Hierarchy}


def open_networks(
    roads: Roads, policy: Policy, folder: Path, *, size: BusSize | None = None
) -> tuple[Network, Network]:
    """Return the networks on foot and of a loaded bus, prepared, kept in a folder if need be.

    Parameters
    ----------
    roads
        The roads.
    policy
        Its rules, as for ``bus_network``.
    folder
        Where they are kept, in a file named by the content of roads, rules and size; what
        is damaged or foreign there is made anew. A folder that cannot be written costs
        time only.
    size
        The bus. Default: as the policy assumes.

    Raises
    ------
    RoadsError
        When the roads are too large for exact sums.
    """
    key = _digest(roads, policy, size)
    path = folder / f"networks-{key[:16]}.npz"
    found = _load(path, key, roads)
    if found is None:
        walk = walk_network(roads)
        found = walk, prepare_network(bus_network(roads, policy, size=size))
        _save(path, key, found)
    return found


def _digest(roads: Roads, policy: Policy, size: BusSize | None) -> str:
    content = hashlib.sha256(f"{_version()} {policy!r} {size!r} {is_numba_there()}".encode())
    for field in fields(roads):
        value = getattr(roads, field.name)
        if isinstance(value, np.ndarray):
            content.update(f"{field.name} {value.dtype.str} {value.shape};".encode())
            content.update(np.ascontiguousarray(value).data)
    return content.hexdigest()


@cache
def _version() -> str:
    content = hashlib.sha256()
    for name in _MAKERS:
        content.update((files("routing.roads") / f"{name}.py").read_bytes())
    return content.hexdigest()


def _save(path: Path, key: str, networks: tuple[Network, Network]) -> None:
    arrays = {"key": np.array(key)}
    for network in networks:
        arrays |= {f"{network.profile}.{name}": array for name, array in _flat(network).items()}
    write_arrays(path, arrays)


def _flat(value: Any) -> dict[str, Any]:
    """Return the arrays of a record, and of those in it, by name."""
    found: dict[str, Any] = {}
    for field in fields(value):
        own = getattr(value, field.name)
        if isinstance(own, np.ndarray):
            found[field.name] = own
        elif is_dataclass(own) and field.name in _PARTS:
            found |= {f"{field.name}.{name}": array for name, array in _flat(own).items()}
    return found


def _load(path: Path, key: str, roads: Roads) -> tuple[Network, Network] | None:
    try:
        arrays = read_arrays(path)
        if str(arrays["key"]) != key:
            return None
        return _network("walk", arrays, roads), _network("bus", arrays, roads)
    except UNREADABLE:
        return None


def _network(profile: str, arrays: dict[str, Any], roads: Roads) -> Network:
    def part(prefix: str, kind: type) -> Any:
        names = [field.name for field in fields(kind)]
        if f"{prefix}.{names[0]}" not in arrays:
            return None
        return kind(**{name: arrays[f"{prefix}.{name}"] for name in names})

    own = {
        field.name: arrays[f"{profile}.{field.name}"]
        for field in fields(Network)
        if field.name not in {"roads", "profile", *_PARTS}
    }
    parts = {name: part(f"{profile}.{name}", kind) for name, kind in _PARTS.items()}
    return Network(roads=roads, profile=profile, **own, **parts)
