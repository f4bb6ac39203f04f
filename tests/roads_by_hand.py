"""Roads drawn by hand: nodes in metres east and north of a village, links by attributes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from routing.roads.network import ROAD_CLASSES, Roads, Source, plain_columns

VILLAGE = (118.0, 36.5)  # lon, lat: in Shandong, where nothing in particular stands
EARTH_M = 6_371_008.8


def lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    """Return degrees of a point so many metres east and north of the village."""
    lat = VILLAGE[1] + np.degrees(y_m / EARTH_M)
    lon = VILLAGE[0] + np.degrees(x_m / EARTH_M / np.cos(np.radians(VILLAGE[1])))
    return float(lon), float(lat)


def metres_along(points: np.ndarray) -> float:
    """Return the length (m) of a line of points (lon, lat), by haversine."""
    lon, lat = np.radians(np.asarray(points, float)).T
    chord = (
        np.sin(np.diff(lat) / 2) ** 2
        + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    )
    return float((2 * EARTH_M * np.arcsin(np.sqrt(chord))).sum())


Ban = tuple[bool, int, Sequence[int]]
"""A restriction: whether it commands (only_...), node number + 1 or 0, ways' ids."""


def make_roads(
    nodes: Sequence[tuple[float, float]],
    links: Sequence[Mapping[str, Any]],
    *,
    bans: Sequence[Ban] = (),
    at_nodes: Mapping[str, Mapping[int, float]] | None = None,
) -> Roads:
    """Return roads from nodes (lon, lat) and links.

    A link is a mapping with ``start`` and ``end`` (node numbers) and, where wanted, any of:
    ``via`` (shape points between them, lon and lat), ``length_dm`` (default: along the
    shape, rounded), ``road_class`` (a word of ROAD_CLASSES, default "unclassified"),
    ``oneway`` (True: a bus drives from start to end only), ``bus_forward``,
    ``bus_backward``, ``walks`` (default True), ``name``, and every other field of Roads
    that has one value per link (default: 0 or False). ``bans`` are restrictions of turns;
    ``at_nodes`` sets fields of nodes, as {"node_turning_m": {3: 25.0}}. Node i has the id
    i + 1, link i the way 100 + i.
    """
    shapes = [[nodes[link["start"]], *link.get("via", ()), nodes[link["end"]]] for link in links]
    names = ("", *sorted({link["name"] for link in links if link.get("name")}))
    points = np.array([point for shape in shapes for point in shape], float).reshape(-1, 2)

    def column(name: str, default: Any, dtype: Any) -> np.ndarray:
        return np.array([link.get(name, default) for link in links], dtype)

    length_dm = [
        link.get("length_dm") or max(1, round(10 * metres_along(shape)))
        for link, shape in zip(links, shapes, strict=True)
    ]
    oneway = column("oneway", False, bool)
    place = np.array(nodes, float).reshape(-1, 2)
    box = (*place.min(0), *place.max(0)) if len(place) else (0.0, 0.0, 0.0, 0.0)
    plain = plain_columns(len(nodes), len(links))
    for name in plain.keys() & {key for link in links for key in link}:
        plain[name] = column(name, 0, plain[name].dtype)
    for name, values in (at_nodes or {}).items():
        plain[name][list(values)] = list(values.values())
    plain["restriction_id"] = np.arange(1, len(bans) + 1, dtype=np.int64)
    plain["restriction_only"] = np.array([only for only, _, _ in bans], bool)
    plain["restriction_node"] = np.array([node for _, node, _ in bans], np.int64)
    plain["restriction_from"] = np.cumsum([0, *(len(ways) for *_, ways in bans)], dtype=np.int64)
    plain["restriction_way"] = np.array([way for *_, ways in bans for way in ways], np.int64)
    return Roads(
        **plain,
        node_id=np.arange(1, len(nodes) + 1, dtype=np.int64),
        node_lon=place[:, 0].copy(),
        node_lat=place[:, 1].copy(),
        start=column("start", 0, np.int64),
        end=column("end", 0, np.int64),
        way_id=np.array([link.get("way_id", 100 + i) for i, link in enumerate(links)], np.int64),
        road_class=np.array(
            [ROAD_CLASSES.index(link.get("road_class", "unclassified")) for link in links], np.int8
        ),
        name=np.array([names.index(link.get("name", "")) for link in links], np.int32),
        bus_forward=column("bus_forward", True, bool),
        bus_backward=np.array(
            [link.get("bus_backward", not link.get("oneway", False)) for link in links], bool
        ),
        walks=column("walks", True, bool),
        signed_forward_kmh=column("signed_forward_kmh", 0, np.float32),
        signed_backward_kmh=column("signed_backward_kmh", 0, np.float32),
        lanes=column("lanes", 0, np.int8),
        width_m=column("width_m", 0, np.float32),
        oneway=oneway,
        no_centreline=column("no_centreline", False, bool),
        urban=column("urban", False, bool),
        structure=column("structure", False, bool),
        ferry_s=column("ferry_s", 0, np.int32),
        length_dm=np.array(length_dm, np.int64),
        shape_from=np.cumsum([0, *map(len, shapes)], dtype=np.int64),
        shape_lon=points[:, 0].copy(),
        shape_lat=points[:, 1].copy(),
        names=names,
        place_name=(),
        place_kind=(),
        place_lon=np.zeros(0),
        place_lat=np.zeros(0),
        source=Source("by hand", "", tuple(float(edge) for edge in box), {}),
    )
