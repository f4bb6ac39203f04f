"""What is too small for the fleet's largest bus, and what lies cut off behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from routing.policy import Policy
from routing.roads.audit.ends import first_with
from routing.roads.audit.islands import draw_links
from routing.roads.audit.nodes import group_links, take_apart, touched_nodes
from routing.roads.audit.reach import (
    LINK_LIMITS,
    NODE_LIMITS,
    Reach,
    any_of,
    closing_links,
    closing_nodes,
    name_links,
)
from routing.roads.network import BusSize, Flags, Ints

LIMITS = tuple(dict.fromkeys((*LINK_LIMITS, *NODE_LIMITS)))
"""Kinds of limit; ``soft`` is one without a number."""


@dataclass(frozen=True, eq=False)
class _Obstacle:
    """A closed stretch of links, or a closed node (else -1), and the links behind it."""

    links: Ints
    node: int
    behind: Ints


def find_obstacles(reach: Reach, policy: Policy, smaller: Sequence[BusSize]) -> pd.DataFrame:
    """Return what is too small for a bus, that which cuts off most first.

    A stretch is all closed links that hang together between roads where the bus fits. What
    lies behind it is what it touches and what the bus therefore cannot reach; a part of
    the network behind several obstacles counts at each of them.

    Parameters
    ----------
    reach
        Of the fleet's largest bus.
    policy
        The rules of sizes.
    smaller
        Sizes of smaller buses, the larger first.

    Returns
    -------
    obstacles
        One row each: ``place`` ("road": a stretch; "node": a frame or gate), ``kind``
        (those of ``LIMITS`` that are too small, joined by "+"), ``height_m``, ``width_m``,
        ``narrow_m``, ``length_m``, ``weight_t`` (the smallest of each that is too small;
        else empty), ``length_km`` (closed), ``behind_km``, ``smaller`` (position of the
        first smaller bus that passes, -1: none), ``name``, ``osm_id`` (way or node),
        ``lon_deg``, ``lat_deg``, ``geometry`` (stretch or node, EPSG:4326), ``cut_off``
        (the links behind it, drawn; empty where none) and ``links`` (numbers of all).
    """
    found = _find_stretches(reach)
    passes = [_passing(reach, policy, size) for size in smaller]
    rows = [_describe(reach, obstacle, passes) for obstacle in found]
    table = pd.DataFrame(rows, columns=[
        "place", "kind", *(limit_column(kind) for kind in LIMITS if kind != "soft"),
        "length_km", "behind_km", "smaller", "name", "osm_id", "lon_deg", "lat_deg",
        "geometry", "cut_off", "links",
    ])  # fmt: skip
    order = ["behind_km", "length_km"]
    return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def limit_column(kind: str) -> str:
    """Return the column in which a kind of limit has its number."""
    return f"{kind}_t" if kind == "weight" else f"{kind}_m"


def _find_stretches(reach: Reach) -> list[_Obstacle]:
    """Return the closed stretches and nodes, each with the open links cut off behind it."""
    roads = reach.network.roads
    blocked = any_of(reach.blocked.values())
    ends = take_apart(roads, touched_nodes(roads, reach.fitting) | blocked)
    parts = group_links(ends, np.flatnonzero(reach.wide & ~reach.fitting & ~reach.shut))
    part_of_link = np.full(len(roads.start), -1, np.int64)
    part_at = np.full(len(ends.node), -1, np.int64)
    for number, part in enumerate(parts):
        part_of_link[part] = part_at[ends.start[part]] = part_at[ends.end[part]] = number

    def behind(numbers: Ints) -> Ints:
        touched = np.unique(numbers[numbers >= 0])
        return np.concatenate([np.zeros(0, np.int64), *(parts[number] for number in touched)])

    stretches = [
        _Obstacle(links, -1, behind(part_at[np.concatenate((ends.start[links], ends.end[links]))]))
        for links in group_links(ends, np.flatnonzero(reach.shut))
    ]  # fmt: skip
    nodes = [
        _Obstacle(np.zeros(0, np.int64), node, behind(part_of_link[links]))
        for node, links in _links_at(reach, blocked)
    ]
    return stretches + nodes


def _links_at(reach: Reach, nodes: Flags) -> list[tuple[int, Ints]]:
    """Return the nodes flagged at which two or more ends of links meet, with the links."""
    roads, links = reach.network.roads, np.flatnonzero(reach.wide)
    at = np.concatenate((roads.start[links], roads.end[links]))
    order = np.argsort(at, kind="stable")
    order = order[nodes[at[order]]]
    node, first = np.unique(at[order], return_index=True)
    groups = np.split(np.tile(links, 2)[order], first[1:]) if len(node) else []
    return [(int(one), some) for one, some in zip(node, groups, strict=True) if len(some) > 1]


def _passing(reach: Reach, policy: Policy, size: BusSize) -> tuple[Flags, Flags]:
    """Return which links and which nodes are no obstacle to another bus (bool)."""
    roads = reach.network.roads
    closed, blocked = closing_links(roads, policy, size), closing_nodes(roads, policy, size)
    return ~any_of(closed.values()), ~any_of(blocked.values())


def _describe(
    reach: Reach, obstacle: _Obstacle, passes: Sequence[tuple[Flags, Flags]]
) -> dict[str, Any]:
    """Return the row of an obstacle."""
    from shapely import Point

    roads, links, node = reach.network.roads, obstacle.links, obstacle.node
    every = np.concatenate((links, obstacle.behind))
    limits = _smallest(reach, obstacle)
    row: dict[str, Any] = {
        "kind": "+".join(limits),
        **{limit_column(kind): limit for kind, limit in limits.items() if kind != "soft"},
        "length_km": roads.length_dm[links].sum() / 1e4,
        "behind_km": roads.length_dm[obstacle.behind].sum() / 1e4,
        "name": name_links(roads, links if node < 0 else _around(reach, node)),
        "cut_off": draw_links(reach.network, obstacle.behind), "links": every,
    }  # fmt: skip
    if node >= 0:
        lon, lat = float(roads.node_lon[node]), float(roads.node_lat[node])
        return row | {
            "place": "node", "osm_id": int(roads.node_id[node]), "geometry": Point(lon, lat),
            "smaller": first_with([nodes for _, nodes in passes], np.array([node])),
            "lon_deg": lon, "lat_deg": lat,
        }  # fmt: skip
    middle = roads.shape_from[links[len(links) // 2]]
    return row | {
        "place": "road", "osm_id": int(roads.way_id[links[0]]),
        "geometry": draw_links(reach.network, links),
        "smaller": first_with([some for some, _ in passes], links),
        "lon_deg": float(roads.shape_lon[middle]), "lat_deg": float(roads.shape_lat[middle]),
    }  # fmt: skip


def _smallest(reach: Reach, obstacle: _Obstacle) -> dict[str, float]:
    """Return the kinds of limit that close an obstacle, each with the smallest."""
    roads, found = reach.network.roads, {}
    flags, columns, at = (
        (reach.closed, LINK_LIMITS, obstacle.links) if obstacle.node < 0
        else (reach.blocked, NODE_LIMITS, np.array([obstacle.node]))
    )  # fmt: skip
    for kind, closes in flags.items():
        if closes[at].any():
            found[kind] = round(float(getattr(roads, columns[kind])[at[closes[at]]].min()), 3)
    return found


def _around(reach: Reach, node: int) -> Ints:
    roads = reach.network.roads
    return np.flatnonzero(reach.wide & ((roads.start == node) | (roads.end == node)))
