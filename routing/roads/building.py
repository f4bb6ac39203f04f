"""Cut ways into links at every junction, and close barriers to the bus.

A way is cut where another way, or itself, uses the same node, where it ends, where its
nodes are missing, and at barriers. A barrier that stops the bus must still let walkers
through, and both travel on the same nodes: each road that reaches the barrier gets a
node of its own there, and links of one decimetre, for walkers only, join them. The new
nodes have ids below every id of the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import (
    ROAD_CLASSES,
    Flags,
    Floats,
    Ints,
    Roads,
    Source,
    plain_columns,
)
from routing.roads.parsing import Parsed, Place
from routing.roads.tags import WayRule

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Links before they know what may be done on them.

    Parameters
    ----------
    node_id, node_lon, node_lat
        Per node.
    start, end, way
        Per link: node positions, and the position of its way.
    shape_from, shape_lon, shape_lat, length_dm
        As in ``Roads``.
    """

    node_id: Ints
    node_lon: Floats
    node_lat: Floats
    start: Ints
    end: Ints
    way: Ints
    shape_from: Ints
    shape_lon: Floats
    shape_lat: Floats
    length_dm: Ints


@dataclass(frozen=True, eq=False)
class Ways:
    """What the links of a way share: id, rule (position in ``rules``) and name."""

    way_id: Ints
    rule: Ints
    name: Sequence[str]
    rules: Sequence[WayRule]


def build_roads(parsed: Parsed, name: str, digest: str) -> Roads:
    """Make roads of what a file holds.

    Parameters
    ----------
    parsed
        The ways, barriers and places.
    name, digest
        Of the file, for ``Source``.

    Returns
    -------
    roads
        Without links where no way could be used.
    """
    cut, repaired = cut_ways(parsed)
    ways = Ways(parsed.way_id, parsed.way_rule, parsed.way_name, parsed.rules)
    counts = {**parsed.repaired, **repaired}
    return assemble(cut, ways, parsed.barriers, parsed.places, (name, digest, counts))


def cut_ways(parsed: Parsed) -> tuple[Cut, dict[str, int]]:
    """Cut the ways into links.

    Returns
    -------
    cut
        In the order of the ways.
    repaired
        Missing nodes, and pieces left with a single node.
    """
    way, run = _runs(parsed)
    repeated = np.zeros(len(way), bool)
    same = (parsed.ref[1:] == parsed.ref[:-1]) & (run[1:] == run[:-1])
    repeated[1:] = same & parsed.known[1:]
    kept = np.flatnonzero(parsed.known & ~repeated)
    size = np.bincount(run[kept], minlength=int(run.max(initial=-1)) + 1)
    lone = size[run[kept]] < 2
    repaired = {
        "nodes missing": int((~parsed.known).sum()),
        "ways of one node": int(lone.sum()),
    }
    kept = kept[~lone]
    cut = _cut_runs(parsed, kept, way[kept], run[kept])
    return cut, {key: count for key, count in repaired.items() if count}


def _runs(parsed: Parsed) -> tuple[Ints, Ints]:
    """Per point: its way, and the unbroken run of known nodes it belongs to."""
    n_points = len(parsed.ref)
    counts = np.diff(parsed.point_from)
    way = np.repeat(np.arange(len(counts)), counts)
    breaks = ~parsed.known
    breaks[1:] |= way[1:] != way[:-1]
    return way, np.cumsum(breaks) if n_points else np.zeros(0, np.int64)


def _cut_runs(parsed: Parsed, kept: Ints, way: Ints, run: Ints) -> Cut:
    ids, node = np.unique(parsed.ref[kept], return_inverse=True)
    lon, lat = parsed.lon[kept], parsed.lat[kept]
    ends = np.ones(len(kept) + 1, bool)
    ends[1:-1] = run[1:] != run[:-1]
    barriers = np.fromiter(parsed.barriers, np.int64, len(parsed.barriers))
    cuts = ends[:-1] | ends[1:] | (np.bincount(node, minlength=len(ids)) > 1)[node]
    at = np.flatnonzero(cuts | np.isin(ids, barriers)[node])
    links = np.flatnonzero(run[at[1:]] == run[at[:-1]])
    first, last = at[links], at[links + 1]
    shape_from = np.concatenate(([0], np.cumsum(last - first + 1)))
    points = np.repeat(first - shape_from[:-1], last - first + 1) + np.arange(shape_from[-1])
    used, ends_at = np.unique(np.concatenate((node[first], node[last])), return_inverse=True)
    node_lon, node_lat = np.zeros(len(ids)), np.zeros(len(ids))
    node_lon[node], node_lat[node] = lon, lat
    shape = tidy_shapes(shape_from, lon[points], lat[points])
    return Cut(
        ids[used], node_lon[used], node_lat[used],
        ends_at[: len(links)], ends_at[len(links) :], way[first],
        *shape, measure_shapes(*shape),
    )  # fmt: skip


def tidy_shapes(shape_from: Ints, lon: Floats, lat: Floats) -> tuple[Ints, Floats, Floats]:
    """Drop shape points that stand where the one before stands; the ends stay.

    Parameters
    ----------
    shape_from, lon, lat
        As in ``Roads``.
    """
    link = np.repeat(np.arange(len(shape_from) - 1), np.diff(shape_from))
    end = np.zeros(len(lon), bool)
    end[shape_from[:-1]] = end[shape_from[1:] - 1] = True
    same = (lon[1:] == lon[:-1]) & (lat[1:] == lat[:-1])
    keep = end.copy()
    keep[1:] |= ~same
    before_end = np.zeros(len(lon), bool)
    before_end[:-1] = same & end[1:]
    keep &= end | ~before_end
    counts = np.bincount(link[keep], minlength=len(shape_from) - 1)
    return np.concatenate(([0], np.cumsum(counts))), lon[keep], lat[keep]


def measure_shapes(shape_from: Ints, lon: Floats, lat: Floats) -> Ints:
    """Return the length of each shape on the sphere, in whole decimetres, at least 1."""
    if len(shape_from) < 2:
        return np.zeros(0, np.int64)
    steps_m = np.zeros(len(lon))
    steps_m[:-1] = haversine_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps_m[shape_from[1:] - 1] = 0
    length_m = np.add.reduceat(steps_m, shape_from[:-1])
    return np.maximum(1, np.rint(length_m * 10)).astype(np.int64)


def haversine_m(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Return the distance between points on the sphere (degrees in, metres out)."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((phi_b - phi_a) / 2) ** 2
    half = half + np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1, half)))


def assemble(
    cut: Cut,
    ways: Ways,
    barriers: Mapping[int, tuple[bool, bool]],
    places: Sequence[Place],
    source: tuple[str, str, Mapping[str, int]],
) -> Roads:
    """Put links, rules, names and places together.

    Parameters
    ----------
    cut, ways
        The links and what their ways say.
    barriers
        Node id to whether it stops a bus, and walkers.
    places
        Name, kind, degrees.
    source
        Name, digest, what was repaired.
    """
    rule = ways.rule[cut.way]
    bus = _column(ways, rule, "forward", np.bool_) | _column(ways, rule, "backward", np.bool_)
    walks = _column(ways, rule, "walks", np.bool_)
    cut, join = _split_barriers(cut, bus, walks, barriers)
    columns = _columns(ways, ways.rule[cut.way], join)
    names = tuple(dict.fromkeys(("", *ways.name)))
    place_of = {name: at for at, name in enumerate(names)}
    name = np.array([place_of[name] for name in ways.name], np.int32)
    place_lon, place_lat = (np.array([place[k] for place in places], float) for k in (2, 3))
    box = _box(cut, columns["road_class"])
    return Roads(
        **plain_columns(len(cut.node_id), len(cut.start)),
        node_id=cut.node_id, node_lon=cut.node_lon, node_lat=cut.node_lat,
        start=cut.start, end=cut.end, way_id=ways.way_id[cut.way], name=name[cut.way],
        ferry_s=_ferry_seconds(cut, _column(ways, ways.rule[cut.way], "ferry_s", np.int64)),
        length_dm=cut.length_dm, shape_from=cut.shape_from,
        shape_lon=cut.shape_lon, shape_lat=cut.shape_lat, names=names,
        place_name=tuple(place[0] for place in places),
        place_kind=tuple(place[1] for place in places),
        place_lon=place_lon, place_lat=place_lat,
        source=Source(source[0], source[1], box, dict(source[2])),
        **columns,
    )  # fmt: skip


def _columns(ways: Ways, rule: Ints, join: Flags) -> dict[str, NDArray[Any]]:
    """Return what rules give their links; links that join barriers are for walkers."""
    forward = _column(ways, rule, "forward", np.bool_) & ~join
    backward = _column(ways, rule, "backward", np.bool_) & ~join
    return {
        "road_class": _column(ways, rule, "road_class", np.int8),
        "bus_forward": forward,
        "bus_backward": backward,
        "walks": _column(ways, rule, "walks", np.bool_) | join,
        "signed_forward_kmh": _column(ways, rule, "forward_kmh", np.float32),
        "signed_backward_kmh": _column(ways, rule, "backward_kmh", np.float32),
        "lanes": _column(ways, rule, "lanes", np.int8),
        "width_m": _column(ways, rule, "width_m", np.float32),
        "oneway": forward != backward,
        "no_centreline": _column(ways, rule, "no_centreline", np.bool_),
        "urban": _column(ways, rule, "urban", np.bool_),
        "structure": _column(ways, rule, "structure", np.bool_),
    }


def _column(ways: Ways, rule: Ints, field: str, kind: type) -> NDArray[Any]:
    return np.array([getattr(one, field) for one in ways.rules], kind)[rule]


def _ferry_seconds(cut: Cut, whole_s: Ints) -> NDArray[np.int32]:
    """Give each link of a ferry its part of the time of the whole way, rounded up."""
    way_dm = np.bincount(cut.way, cut.length_dm)[cut.way] if len(cut.way) else cut.way
    return np.ceil(whole_s * cut.length_dm / np.maximum(1, way_dm)).astype(np.int32)


def _box(cut: Cut, road_class: NDArray[np.int8]) -> tuple[float, float, float, float]:
    """Ferries do not count where there are roads: they lead out of the map."""
    ferry = road_class == ROAD_CLASSES.index("ferry")
    counts = ~ferry | ferry.all()
    inside = np.repeat(counts, np.diff(cut.shape_from))
    lon, lat = cut.shape_lon[inside], cut.shape_lat[inside]
    if not len(lon):
        return 0.0, 0.0, 0.0, 0.0
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _split_barriers(
    cut: Cut, bus: Flags, walks: Flags, barriers: Mapping[int, tuple[bool, bool]]
) -> tuple[Cut, Flags]:
    """Give roads that meet at a barrier nodes of their own; say which links join them."""
    at_node = dict(zip(cut.node_id.tolist(), range(len(cut.node_id)), strict=True))
    stops = {at_node[id_]: stop for id_, stop in barriers.items() if id_ in at_node}
    ends = np.stack((cut.start, cut.end), axis=1).ravel()  # link i: slots 2 i and 2 i + 1
    near = np.flatnonzero(np.isin(ends, np.fromiter(stops, np.int64, len(stops))))
    parted: dict[int, list[int]] = {}
    for slot in near.tolist():
        node = int(ends[slot])
        stops_bus, stops_foot = stops[node]
        if stops_foot or (stops_bus and bus[slot // 2]):
            parted.setdefault(node, []).append(slot)
    copies: list[int] = []
    joins: list[tuple[int, int, int]] = []
    for node, slots in parted.items():
        for slot in slots[1:]:
            ends[slot] = len(cut.node_id) + len(copies)
            copies.append(node)
            if walks[slot // 2] and not stops[node][1]:
                joins.append((node, int(ends[slot]), int(cut.way[slot // 2])))
    return _extend(cut, ends.reshape(-1, 2), np.array(copies, np.int64), joins)


def _extend(
    cut: Cut, ends: Ints, copies: Ints, joins: list[tuple[int, int, int]]
) -> tuple[Cut, Flags]:
    """Add the copied nodes and the links that join them."""
    n_links = len(cut.start)
    one, other, way = np.array(joins, np.int64).reshape(-1, 3).T
    lowest = min(0, int(cut.node_id.min(initial=0)))
    lon, lat = (np.repeat(place[one], 2) for place in (cut.node_lon, cut.node_lat))
    more = cut.shape_from[-1] + 2 * np.arange(1, len(one) + 1)
    join = np.zeros(n_links + len(one), bool)
    join[n_links:] = True
    new_ids = lowest - 1 - np.arange(len(copies))
    return Cut(
        np.concatenate((cut.node_id, new_ids)),
        np.concatenate((cut.node_lon, cut.node_lon[copies])),
        np.concatenate((cut.node_lat, cut.node_lat[copies])),
        np.concatenate((ends[:, 0], one)), np.concatenate((ends[:, 1], other)),
        np.concatenate((cut.way, way)), np.concatenate((cut.shape_from, more)),
        np.concatenate((cut.shape_lon, lon)), np.concatenate((cut.shape_lat, lat)),
        np.concatenate((cut.length_dm, np.ones(len(one), np.int64))),
    ), join  # fmt: skip
