"""Which parts of a network hang apart from the main one, and what lies on them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from routing.roads.audit.nodes import label_nodes
from routing.roads.network import Flags, Floats, Ints, Network
from routing.roads.positions import Positions, join_positions, take_positions
from routing.roads.snapping import large_components, snap_points


def find_islands(network: Network) -> pd.DataFrame:
    """Return the components of a network other than the longest, the longest first.

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    islands
        One row each: ``network`` (its profile), ``component``, ``length_km``, ``n_links``,
        ``large`` (long enough that places are put on it), ``by_one_way`` (one-way links
        join it to the main network, so that a bus could only go in, or only out),
        ``lon_deg``, ``lat_deg`` (a point on it), ``geometry`` (its links, EPSG:4326).
    """
    links = np.flatnonzero(network.component > 0)
    links = links[np.argsort(network.component[links], kind="stable")]
    number, first = np.unique(network.component[links], return_index=True)
    groups = np.split(links, first[1:]) if len(number) else []
    roads, weak = network.roads, label_nodes(network, "weak")
    lines = draw_groups(network, groups)
    middle = np.array([roads.shape_from[group[len(group) // 2]] for group in groups], np.int64)
    main = np.flatnonzero(network.component == 0)[:1]
    joined = np.isin(weak[roads.start[[group[0] for group in groups]]], weak[roads.start[main]])
    return pd.DataFrame({
        "network": pd.Series([network.profile] * len(number), dtype=str),
        "component": number,
        "length_km": network.component_dm[number] / 1e4,
        "n_links": np.array([len(group) for group in groups], np.int64),
        "large": large_components(network)[number],
        "by_one_way": joined if len(number) else np.zeros(0, bool),
        "lon_deg": roads.shape_lon[middle],
        "lat_deg": roads.shape_lat[middle],
        "geometry": pd.Series(lines, dtype=object),
    })  # fmt: skip


def place_anywhere(network: Network, lon: Floats, lat: Floats, within_m: float) -> Positions:
    """Return places on a large component where one is near enough, else on any island.

    Parameters
    ----------
    network
        The network.
    lon, lat
        Degrees (float64); NaN where unknown.
    within_m
        How far a point may be moved (m).
    """
    placed = snap_points(network, lon, lat, within_m=within_m)
    lost = placed.link < 0
    found = snap_points(as_one(network), lon[lost], lat[lost], within_m=within_m, component=0)
    order = np.argsort(np.concatenate((np.flatnonzero(~lost), np.flatnonzero(lost))))
    return take_positions(join_positions(take_positions(placed, ~lost), found), order)


def as_one(network: Network) -> Network:
    """Return the network with every usable link in one component, for looking up places."""
    usable: Flags = network.forward | network.backward
    total_dm: Ints = np.array([network.roads.length_dm[usable].sum()], np.int64)
    component = np.where(usable, 0, -1).astype(np.int64)
    return replace(network, component=component, component_dm=total_dm)


def draw_links(network: Network, links: Ints) -> Any:
    """Return links as one shapely MultiLineString (degrees)."""
    return draw_groups(network, [links])[0]


def draw_groups(network: Network, groups: Sequence[Ints]) -> list[Any]:
    """Return each group of links as one shapely MultiLineString (degrees)."""
    from shapely import linestrings

    links, roads = np.concatenate([*groups, np.zeros(0, np.int64)]), network.roads
    size = roads.shape_from[links + 1] - roads.shape_from[links]
    line = np.repeat(np.arange(len(links)), size)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(size) - size, size)
    point = roads.shape_from[links][line] + nth
    coords = np.column_stack((roads.shape_lon[point], roads.shape_lat[point]))
    return join_lines(linestrings(coords, indices=line), [len(group) for group in groups])


def join_lines(lines: Any, sizes: Sequence[int]) -> list[Any]:
    """Return lines, so many at a time, as MultiLineStrings; none makes an empty one."""
    from shapely import MultiLineString, multilinestrings

    found = np.full(len(sizes), MultiLineString(), object)
    group = np.repeat(np.arange(len(sizes)), sizes)
    if len(group):
        found[np.unique(group)] = multilinestrings(
            lines, indices=np.unique(group, return_inverse=True)[1]
        )
    return found.tolist()
