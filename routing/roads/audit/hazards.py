"""Where a bus with students aboard may only creep: sharp bends, steep roads, water."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.policy import Policy
from routing.roads.audit.islands import draw_groups, join_lines
from routing.roads.audit.nodes import Ends, group_links
from routing.roads.hazards import find_bends, hazard_lengths_dm
from routing.roads.network import ROAD_CLASSES, Flags, Floats, Ints, Network, Roads

HAZARD_KINDS = ("bend", "steep", "water")

_APART_DM = 10
"""Between the links on one long line, so that none touches the next (dm)."""


def find_hazards(network: Network, within: Flags, policy: Policy) -> pd.DataFrame:
    """Return the hazards of a network by road, the longest first.

    Links of one way that follow one another and have a hazard of one kind are one row.

    Parameters
    ----------
    network
        The bus network.
    within
        Which links count (bool).
    policy
        Uses ``bend_radius_m``, ``steep_pct`` and ``slow_by_water``.

    Returns
    -------
    hazards
        One row each: ``kind`` (of ``HAZARD_KINDS``), ``hazard_km``, ``road_km`` (of the
        links that it is on), ``name``, ``road_class``, ``way_id``, ``lon_deg``,
        ``lat_deg``, ``geometry`` (the bends themselves; of steep roads and of water the
        whole links, EPSG:4326).
    """
    roads, lengths = network.roads, hazard_lengths_dm(network.roads, policy)
    bends = _cut_bends(network, policy.bend_radius_m)
    tables = []
    for kind in HAZARD_KINDS:
        hazard_dm: Ints = getattr(lengths, f"{kind}_dm")
        groups = group_links(_by_way(roads), np.flatnonzero(within & (hazard_dm > 0)))
        lines = bends.draw(groups) if kind == "bend" else draw_groups(network, groups)
        tables.append(_describe(roads, kind, groups, hazard_dm))
        tables[-1]["geometry"] = pd.Series(lines, dtype=object)
    joined = pd.concat(tables, ignore_index=True)
    return joined.sort_values("hazard_km", ascending=False, kind="stable", ignore_index=True)


def _describe(roads: Roads, kind: str, groups: list[Ints], hazard_dm: Ints) -> pd.DataFrame:
    """Return the rows of one kind, without what is drawn; placed where the most of it is."""
    worst = np.array([group[np.argmax(hazard_dm[group])] for group in groups], np.int64)
    middle = (roads.shape_from[worst] + roads.shape_from[worst + 1]) // 2
    return pd.DataFrame({
        "kind": pd.Series([kind] * len(groups), dtype=str),
        "hazard_km": np.array([hazard_dm[group].sum() for group in groups], float) / 1e4,
        "road_km": np.array([roads.length_dm[group].sum() for group in groups], float) / 1e4,
        "name": pd.Series([roads.names[number] for number in roads.name[worst]], dtype=str),
        "road_class": pd.Series([ROAD_CLASSES[number] for number in roads.road_class[worst]], dtype=str),
        "way_id": roads.way_id[worst],
        "lon_deg": roads.shape_lon[middle],
        "lat_deg": roads.shape_lat[middle],
    })  # fmt: skip


def _by_way(roads: Roads) -> Ends:
    """Return the ends of links where a node leads on along the same way only."""
    nodes = np.concatenate((roads.start, roads.end))
    _, way = np.unique(roads.way_id, return_inverse=True)
    code = np.tile(way, 2) * len(roads.node_id) + nodes
    _, first, spot = np.unique(code, return_index=True, return_inverse=True)
    start, end = np.split(spot.astype(np.int64), 2)
    return Ends(start, end, nodes[first])


@dataclass(frozen=True, eq=False)
class _Cut:
    """Lines cut out of links, by rising link."""

    link: Ints
    lines: NDArray[np.object_]

    def draw(self, groups: list[Ints]) -> list[Any]:
        """Return those of each group of links as one MultiLineString (degrees)."""
        links = np.concatenate([*groups, np.zeros(0, np.int64)])
        low, high = (np.searchsorted(self.link, links, side) for side in ("left", "right"))
        count = high - low
        row = np.repeat(low - (np.cumsum(count) - count), count) + np.arange(count.sum())
        of_group = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        sizes = np.bincount(of_group, count, minlength=len(groups)).astype(np.int64).tolist()
        return join_lines(self.lines[row], sizes)


def _cut_bends(network: Network, bend_radius_m: float) -> _Cut:
    """Return all sharp bends, cut out of their links."""
    roads, bends = network.roads, find_bends(network.roads, bend_radius_m)
    along_dm = network.shape_dm[bends.point]
    before_dm = along_dm - network.shape_dm[bends.point - 1]
    low = np.maximum(along_dm - np.minimum(before_dm / 2, 10 * bend_radius_m), 0)
    high = np.minimum(low + 10 * bends.stretch_m, roads.length_dm[bends.link])
    on_line = np.cumsum(roads.length_dm + _APART_DM) - roads.length_dm
    low, high = low + on_line[bends.link], high + on_line[bends.link]
    begins = np.ones(len(low), bool)
    begins[1:] = low[1:] > high[:-1] + 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(high))[: len(first)] - 1
    low, high = low[first], high[last]
    return _Cut(bends.link[first], _draw_between(network, on_line, low, high))


def _draw_between(network: Network, on_line: Ints, low: Floats, high: Floats) -> Any:
    """Return lines (degrees) from one spot to another, given along the line of all links."""
    from shapely import linestrings

    roads = network.roads
    at = network.shape_dm + np.repeat(on_line, np.diff(roads.shape_from))
    first, last = np.searchsorted(at, low, "right"), np.searchsorted(at, high, "left")
    size = np.maximum(last - first, 0) + 2
    line = np.repeat(np.arange(len(low)), size)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(size) - size, size)
    spots = at[np.minimum(first[line] + nth - 1, len(at) - 1)]
    spots = np.where(nth == 0, low[line], np.where(nth == size[line] - 1, high[line], spots))
    lon, lat = (np.interp(spots, at, degrees) for degrees in (roads.shape_lon, roads.shape_lat))
    return linestrings(np.column_stack((lon, lat)), indices=line)
