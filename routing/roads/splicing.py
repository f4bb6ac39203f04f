"""Put links into roads, cut links in two, and join nodes; every change gives new roads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Flags, Floats, Roads
from routing.roads.shapes import EARTH_M, measure_shapes

NODE_COLUMNS = (
    "node_id", "node_lon", "node_lat", "node_turning_m", "node_height_m", "node_width_m",
    "node_weight_t",
)  # fmt: skip
"""Fields of ``Roads`` with one value per node."""

_NOT_PER_LINK = frozenset((
    *NODE_COLUMNS, "shape_from", "shape_lon", "shape_lat", "names",
    "place_name", "place_kind", "place_lon", "place_lat", "source",
    "restriction_id", "restriction_only", "restriction_node", "restriction_from",
    "restriction_way",
))  # fmt: skip
LINK_COLUMNS = tuple(rule.name for rule in fields(Roads) if rule.name not in _NOT_PER_LINK)
"""Fields of ``Roads`` with one value per link."""


def flat_m(lon: Any, lat: Any, at_lat: float) -> Floats:
    """Return places on a flat map that is true around one latitude: metres, (n, 2)."""
    metres = EARTH_M * np.radians(np.stack((lon, lat), axis=-1))
    metres[..., 0] *= np.cos(np.radians(at_lat))
    return np.asarray(metres, np.float64)


def link_shape(roads: Roads, link: int) -> Floats:
    """Return the shape points of one link, degrees, (n, 2)."""
    part = slice(roads.shape_from[link], roads.shape_from[link + 1])
    return np.stack((roads.shape_lon[part], roads.shape_lat[part]), axis=1)


def add_links(roads: Roads, shapes: Sequence[Floats], columns: Mapping[str, NDArray[Any]]) -> Roads:
    """Return roads with links added at the end, each between two nodes of its own.

    Parameters
    ----------
    roads
        The roads.
    shapes
        Points of each new link, degrees, (n, 2).
    columns
        Every column of links but ``start``, ``end`` and ``length_dm``, one value per new
        link. The lengths are measured on the shapes.
    """
    n_nodes, n_new = len(roads.node_id), len(shapes)
    points = np.concatenate(shapes)
    counts = np.cumsum([len(shape) for shape in shapes])
    ends = np.concatenate([shape[[0, -1]] for shape in shapes])
    shape_from = np.concatenate(([0], counts))
    new: dict[str, NDArray[Any]] = {
        **columns,
        "start": n_nodes + 2 * np.arange(n_new), "end": n_nodes + 2 * np.arange(n_new) + 1,
        "length_dm": measure_shapes(shape_from, points[:, 0], points[:, 1]),
    }  # fmt: skip
    joined: dict[str, Any] = {
        name: _joined(getattr(roads, name), new[name]) for name in LINK_COLUMNS
    }
    return replace(
        _with_nodes(roads, ends),
        **joined,
        shape_from=np.concatenate((roads.shape_from, roads.shape_from[-1] + counts)),
        shape_lon=np.concatenate((roads.shape_lon, points[:, 0])),
        shape_lat=np.concatenate((roads.shape_lat, points[:, 1])),
    )


def split_link(roads: Roads, link: int, share: float, node: int | None = None) -> Roads:
    """Return roads with one link cut in two; both parts keep everything it said.

    The parts are the links ``link`` and ``link + 1``; later links move up by one. Their
    lengths add up to the length of the whole, and so do the metres by water, shared by
    length, and the signals, which stay where the whole was left.

    Parameters
    ----------
    roads
        The roads.
    link
        Its number; at least 2 dm long.
    share
        Where to cut, as a share of its length, above 0 and below 1.
    node
        The node that will be there, moved to the place; a new one where it is None.
    """
    shape = link_shape(roads, link)
    at, place = _place_on(shape, share)
    if node is None:
        roads, node = _with_nodes(roads, place[None]), len(roads.node_id)
    else:
        roads = move_node(roads, node, place)
    first = _tidy(np.concatenate((shape[: at + 1], place[None])))
    second = _tidy(np.concatenate((place[None], shape[at + 1 :])))
    low, high = roads.shape_from[link], roads.shape_from[link + 1]
    middle = np.concatenate((first, second))
    grown = len(middle) - (high - low)
    whole_dm = int(roads.length_dm[link])
    first_dm = min(max(1, round(share * whole_dm)), whole_dm - 1)
    twice = np.repeat(np.arange(len(roads.start)), 1 + (np.arange(len(roads.start)) == link))
    columns: dict[str, Any] = {name: getattr(roads, name)[twice] for name in LINK_COLUMNS}
    columns["end"][link] = columns["start"][link + 1] = node
    columns["length_dm"][link : link + 2] = first_dm, whole_dm - first_dm
    water_dm = int(roads.water_dm[link]) * first_dm // whole_dm
    columns["water_dm"][link : link + 2] = water_dm, roads.water_dm[link] - water_dm
    columns["signals_forward"][link] = columns["signals_backward"][link + 1] = 0
    return replace(
        roads, **columns,
        shape_from=np.concatenate((
            roads.shape_from[: link + 1], [low + len(first)], roads.shape_from[link + 1 :] + grown,
        )),
        shape_lon=np.concatenate((roads.shape_lon[:low], middle[:, 0], roads.shape_lon[high:])),
        shape_lat=np.concatenate((roads.shape_lat[:low], middle[:, 1], roads.shape_lat[high:])),
    )  # fmt: skip


def split_links(roads: Roads, cuts: Iterable[tuple[int, float]]) -> Roads:
    """Return roads with links cut at several places, given as link and share of its length."""
    last, whole = -1, 1.0
    for link, share in sorted(set(cuts), reverse=True):  # from the end: numbers stay true
        whole = whole if link == last else 1.0
        roads = split_link(roads, link, share / whole)
        last, whole = link, share
    return roads


def move_node(roads: Roads, node: int, place: Floats) -> Roads:
    """Return roads with a node, and the ends of the links that meet there, at a place."""
    node_lon, node_lat = roads.node_lon.copy(), roads.node_lat.copy()
    lon, lat = roads.shape_lon.copy(), roads.shape_lat.copy()
    node_lon[node], node_lat[node] = place
    starts = roads.shape_from[:-1][roads.start == node]
    ends = roads.shape_from[1:][roads.end == node] - 1
    lon[starts] = lon[ends] = place[0]
    lat[starts] = lat[ends] = place[1]
    return replace(roads, node_lon=node_lon, node_lat=node_lat, shape_lon=lon, shape_lat=lat)


def merge_node(roads: Roads, node: int, into: int) -> Roads:
    """Return roads with all links of one node moved to another; the first is left bare."""
    place = np.array([roads.node_lon[into], roads.node_lat[into]])
    roads = move_node(roads, node, place)
    start, end = (np.where(ends == node, into, ends) for ends in (roads.start, roads.end))
    return replace(roads, start=start, end=end)


def drop_bare_nodes(roads: Roads, n_kept: int) -> Roads:
    """Return roads without the nodes, from number ``n_kept`` on, at which no link ends."""
    keep = np.zeros(len(roads.node_id), bool)
    keep[:n_kept] = keep[roads.start] = keep[roads.end] = True
    number = np.cumsum(keep) - 1
    columns: dict[str, Any] = {name: getattr(roads, name)[keep] for name in NODE_COLUMNS}
    return replace(roads, start=number[roads.start], end=number[roads.end], **columns)


def measure_links(roads: Roads, links: Flags) -> Roads:
    """Return roads with the lengths of some links (flags) measured anew on their shapes."""
    measured = measure_shapes(roads.shape_from, roads.shape_lon, roads.shape_lat)
    return replace(roads, length_dm=np.where(links, measured, roads.length_dm))


def _with_nodes(roads: Roads, places: Floats) -> Roads:
    """Return roads with nodes added, with ids below all others."""
    lowest = min(0, int(roads.node_id.min(initial=0)))
    new_ids = lowest - 1 - np.arange(len(places))
    new = dict.fromkeys(NODE_COLUMNS, np.zeros(len(places))) | {
        "node_id": new_ids, "node_lon": places[:, 0], "node_lat": places[:, 1],
    }  # fmt: skip
    columns: dict[str, Any] = {
        name: _joined(getattr(roads, name), new[name]) for name in NODE_COLUMNS
    }
    return replace(roads, **columns)


def _joined(old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate((old, new.astype(old.dtype)))


def _place_on(shape: Floats, share: float) -> tuple[int, Floats]:
    """Return the shape point before a place on a line, and the place (degrees)."""
    steps_m = np.hypot(*np.diff(flat_m(shape[:, 0], shape[:, 1], shape[0, 1]), axis=0).T)
    run_m = np.concatenate(([0.0], np.cumsum(steps_m)))
    along_m = share * run_m[-1]
    at = int(np.clip(np.searchsorted(run_m, along_m, side="right") - 1, 0, len(steps_m) - 1))
    part = (along_m - run_m[at]) / steps_m[at] if steps_m[at] > 0 else 0.0
    return at, shape[at] + part * (shape[at + 1] - shape[at])


def _tidy(shape: Floats) -> Floats:
    """Return a line without points that stand where the one before stands; at least two."""
    keep = np.ones(len(shape), bool)
    keep[1:] = (shape[1:] != shape[:-1]).any(axis=1)
    return shape[keep] if keep.sum() > 1 else shape[[0, -1]]
