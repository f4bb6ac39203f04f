"""Roads as plain arrays, for files, and back again, exactly."""

import json
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import ROAD_CLASSES, SURFACES, Ints, Roads, Source

_TEXTS = ("names", "place_name", "place_kind")
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
"""Every field of ``Roads`` that is an array, and the kind of its values."""


def pack_roads(roads: Roads) -> dict[str, Any]:
    """Return roads as arrays by name; texts and source as JSON in bytes: nothing in it runs.

    Parameters
    ----------
    roads
        The roads.
    """
    arrays: dict[str, Any] = {name: getattr(roads, name) for name in _KINDS}
    for name in _TEXTS:
        arrays[name] = _bytes(getattr(roads, name))
    return arrays | {"source": _bytes(asdict(roads.source))}


def unpack_roads(arrays: dict[str, Any]) -> Roads:
    """Return the roads that ``pack_roads`` packed.

    Parameters
    ----------
    arrays
        By name; what is no field of ``Roads`` is not looked at.

    Raises
    ------
    KeyError, ValueError, TypeError
        When one is missing or holds something else.
    """
    values: dict[str, Any] = {name: arrays[name] for name in _KINDS}
    for name in _TEXTS:
        values[name] = tuple(json.loads(arrays[name].tobytes()))
    source = json.loads(arrays["source"].tobytes())
    values["source"] = Source(**source | {"box": tuple(source["box"])})
    return Roads(**values)


def _bytes(value: Any) -> NDArray[np.uint8]:
    text = json.dumps(value, default=lambda number: number.item())
    return np.frombuffer(text.encode("ascii"), dtype=np.uint8)


def is_sound(roads: Roads) -> bool:
    """Return whether arrays have their kinds and lengths, and positions point at something.

    Parameters
    ----------
    roads
        As unpacked.
    """
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
             (roads.road_class, len(ROAD_CLASSES)), (roads.surface, len(SURFACES)))  # fmt: skip
    if n_links and any(part.min() < 0 or part.max() >= size for part, size in spans):
        return False
    counts = (roads.water_dm, roads.signals_forward, roads.signals_backward)
    if n_links and (roads.length_dm.min() < 1 or any(part.min() < 0 for part in counts)):
        return False
    least = np.where(roads.restriction_node == 0, 3, 2)  # ways of a restriction
    return _are_parts(roads.shape_from, n_shape, 2) and _are_parts(
        roads.restriction_from, len(roads.restriction_way), least
    )


def _are_parts(firsts: Ints, n: int, least: Any) -> bool:
    """Whether firsts cut n values into parts of at least so many."""
    whole = firsts[0] == 0 and firsts[-1] == n
    return bool(whole and (np.diff(firsts) >= least).all())
