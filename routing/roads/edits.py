"""Apply the planner's own edits to roads: a new bridge, a closed road, a limit, a stop.

Added roads come first, then closures last, the others between in their order. Only the
ends of an added road join other roads: what it crosses on the way stays apart, as under
a bridge. Other edits act on the part of a road that they are drawn along, and cut the
link where that part ends. A turning place, and a limit drawn as a point, act on a node:
one is made where there is none.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from routing.roads.alongside import NEAR_M, Spot, find_spots, find_stretches, is_whole
from routing.roads.network import ROAD_CLASSES, UNMEASURED_M, Flags, Floats, Ints, Roads
from routing.roads.splicing import (
    LINK_COLUMNS,
    add_links,
    drop_bare_nodes,
    measure_links,
    merge_node,
    split_link,
    split_links,
)

_NODE_DM = 10
"""An end so near to a node, along the road, joins the node itself (dm; assumed)."""
_ALONG_LEAST = 0.5
"""At least this share of a line must have a road beside it (assumed)."""
_ALONG_MOST = 0.9
"""An added road of which this share has a road already is there already (assumed)."""
_TIE_M = 1.0
"""A point means none of two roads whose distances differ by less than this (m; assumed)."""

_TURNING_M = 5.0
"""A turning place so near to a node, along the road, is at the node (m; assumed)."""

_MARKS = {
    "add_road": "roads added by the planner", "close_road": "roads closed by the planner",
    "oneway": "one-ways set by the planner", "two_way": "two-ways set by the planner",
    "speed": "speeds set by the planner", "limit": "limits set by the planner",
    "stop": "stops allowed or not by the planner",
    "turning_place": "turning places added by the planner",
}  # fmt: skip
"""How ``Source.repaired`` counts each kind of edit."""


@dataclass(frozen=True, eq=False)
class RoadEdit:
    """One edit of the roads.

    Parameters
    ----------
    kind
        add_road, close_road, oneway, two_way, speed, limit, stop or turning_place.
    shape
        Degrees, (n, 2); one row is a point, on the road that is meant.
    highway, name, width_m, oneway, bus, bridge, dead_end
        Of an added road: its class, name, carriageway (0 unknown), whether it is one-way
        along its line, for buses, a bridge on which no bus stops, and open at one end.
        The width of a limit is what it lets pass.
    walk
        Of an added road: open to walkers; of a closed one: stays open to them.
    kmh
        Signed speed, 0 for none.
    height_m, weight_t
        What a limit lets pass, 0 where it says nothing.
    allowed
        Whether a stop may stand there.
    diameter_m
        Of a turning place, 0 unknown.
    """

    kind: str
    shape: Floats
    highway: str = "unclassified"
    name: str = ""
    width_m: float = 0.0
    oneway: bool = False
    bus: bool = True
    walk: bool = True
    bridge: bool = False
    dead_end: bool = False
    kmh: int = 0
    height_m: float = 0.0
    weight_t: float = 0.0
    allowed: bool = True
    diameter_m: float = 0.0


@dataclass(frozen=True)
class Miss:
    """An edit, by position, that could not be applied, and why.

    ``why`` is free_start, free_end (an added road that joins nothing there), same_place
    (both ends join one place), no_road (nothing to act on) or several_roads (a point
    that may mean any of several).
    """

    edit: int
    why: str


@dataclass(frozen=True, eq=False)
class Edited:
    """Roads with edits applied, those that were not, and added roads already there."""

    roads: Roads
    misses: tuple[Miss, ...]
    doubles: tuple[int, ...]


def apply_edits(roads: Roads, edits: Sequence[RoadEdit]) -> Edited:
    """Apply edits to roads; the roads given are not changed.

    Parameters
    ----------
    roads
        As read.
    edits
        In the order of the planner's file; of two that set the same the later wins.

    Returns
    -------
    edited
        New roads, with ``source.repaired`` counting the edits; meant for use only where
        there is no miss.
    """
    added = [at for at, edit in enumerate(edits) if edit.kind == "add_road"]
    doubles = tuple(at for at in added if _is_there(roads, edits[at]))
    new, misses = _add_roads(roads, edits, added)
    others = [at for at in range(len(edits)) if at not in added]
    new, more = _change_roads(new, edits, others)
    counts = Counter(_MARKS[edit.kind] for edit in edits)
    west, south, east, north = roads.source.box
    lon, lat = (degrees[len(roads.node_id) :] for degrees in (new.node_lon, new.node_lat))
    box = (
        float(lon.min(initial=west)), float(lat.min(initial=south)),
        float(lon.max(initial=east)), float(lat.max(initial=north)),
    )  # fmt: skip
    repaired = {**roads.source.repaired, **counts}
    source = replace(roads.source, repaired=repaired, box=box)
    return Edited(replace(new, source=source), tuple(sorted(misses + more, key=_order)), doubles)


def _order(miss: Miss) -> tuple[int, str]:
    return miss.edit, miss.why


def _usable(roads: Roads, edit: RoadEdit) -> Flags:
    """Return which links an edit may mean: the bus's, or the walkers' for a footpath."""
    land = roads.road_class != ROAD_CLASSES.index("ferry")
    bus = roads.bus_forward | roads.bus_backward
    if edit.kind == "add_road" and not edit.bus:
        return land & roads.walks
    if edit.kind == "close_road" and not edit.walk:
        return land & (bus | roads.walks)
    return land & bus


def _is_there(roads: Roads, edit: RoadEdit) -> bool:
    return find_stretches(roads, edit.shape, _usable(roads, edit))[1] >= _ALONG_MOST


def _add_roads(
    roads: Roads, edits: Sequence[RoadEdit], added: list[int]
) -> tuple[Roads, list[Miss]]:
    """Return roads with the added ones joined: to the extract first, then to each other."""
    if not added:
        return roads, []
    n_nodes = len(roads.node_id)
    first_id = min(0, int(roads.way_id.min(initial=0))) - 1
    names = tuple(dict.fromkeys((*roads.names, *(edits[at].name for at in added))))
    columns = _new_columns([edits[at] for at in added], names, first_id)
    roads = add_links(replace(roads, names=names), [edits[at].shape for at in added], columns)
    free: list[tuple[int, int, str]] = []
    for number, at in enumerate(added):
        for node, why in ((2 * number, "free_start"), (2 * number + 1, "free_end")):
            roads, joined = _join(roads, n_nodes + node, edits[at], roads.way_id > first_id)
            free += [] if joined else [(number, n_nodes + node, why)]
    misses = []
    for number, node, why in free:
        own = first_id - number
        allowed = (roads.way_id <= first_id) & (roads.way_id != own)
        roads, joined = _join(roads, node, edits[added[number]], allowed)
        misses += [] if joined else [Miss(added[number], why)]
    lone = Counter(miss.edit for miss in misses)
    misses = [m for m in misses if not edits[m.edit].dead_end or lone[m.edit] > 1]
    roads = measure_links(drop_bare_nodes(roads, n_nodes), roads.way_id <= first_id)
    for number, at in enumerate(added):
        links = np.flatnonzero(roads.way_id == first_id - number)
        small = roads.length_dm[links].sum() < 20 * NEAR_M
        if small and roads.start[links[0]] == roads.end[links[-1]]:
            misses.append(Miss(at, "same_place"))
    return roads, misses


def _new_columns(edits: list[RoadEdit], names: tuple[str, ...], first_id: int) -> dict[str, Any]:
    """Return the columns of added links; what nobody said is 0 or False, as in ``Roads``."""

    def column(values: Any) -> Any:
        return np.array(list(values))

    kmh = column(edit.kmh for edit in edits)
    return dict.fromkeys(LINK_COLUMNS, np.zeros(len(edits), np.int64)) | {
        "way_id": first_id - np.arange(len(edits)),
        "road_class": column(ROAD_CLASSES.index(edit.highway) for edit in edits),
        "name": column(names.index(edit.name) for edit in edits),
        "bus_forward": column(edit.bus for edit in edits),
        "bus_backward": column(edit.bus and not edit.oneway for edit in edits),
        "walks": column(edit.walk for edit in edits),
        "signed_forward_kmh": kmh, "signed_backward_kmh": kmh,
        "width_m": column(edit.width_m for edit in edits),
        "oneway": column(edit.oneway for edit in edits),
        "structure": column(edit.bridge for edit in edits),
    }  # fmt: skip


def _join(roads: Roads, node: int, edit: RoadEdit, allowed: Flags) -> tuple[Roads, bool]:
    """Return roads with the end node of an added road joined, and whether it is."""
    place = np.array([roads.node_lon[node], roads.node_lat[node]])
    spots = find_spots(roads, place, allowed & _usable(roads, edit))
    if not spots:
        return roads, False
    link, share = spots[0].link, spots[0].share
    length_dm = int(roads.length_dm[link])
    from_end_dm = min(share, 1 - share) * length_dm
    if from_end_dm > _NODE_DM:
        return split_link(roads, link, share, node), True
    into = int((roads.start if share < 0.5 else roads.end)[link])
    return (roads if into == node else merge_node(roads, node, into)), True


def _change_roads(
    roads: Roads, edits: Sequence[RoadEdit], others: list[int]
) -> tuple[Roads, list[Miss]]:
    """Cut links where edits end, find what each acts on, then let all act."""
    nodes: dict[int, int] = {}
    for at in others:
        edit = edits[at]
        if len(edit.shape) > 1:
            roads = _cut_ends(roads, edit)
        elif edit.kind in {"limit", "turning_place"}:
            roads, nodes[at] = _cut_at(roads, edit)
    columns: dict[str, Any] = {name: getattr(roads, name).copy() for name in _CHANGED}
    misses = []
    for at in sorted(others, key=lambda at: edits[at].kind == "close_road"):
        if nodes.get(at, -1) >= 0:
            _change_node(columns, edits[at], nodes[at])
            continue
        links, onward, why = _find_links(roads, edits[at])
        if why:
            misses.append(Miss(at, why))
        else:
            _change(columns, edits[at], links, onward)
    return replace(roads, **columns), misses


_CHANGED = (
    "bus_forward", "bus_backward", "walks", "oneway", "signed_forward_kmh", "signed_backward_kmh",
    "max_height_m", "max_width_m", "max_weight_t", "stop_rule", "node_turning_m",
    "node_height_m", "node_width_m", "node_weight_t",
)  # fmt: skip


def _cut_ends(roads: Roads, edit: RoadEdit) -> Roads:
    """Return roads with links cut where a line drawn along them begins and ends."""
    stretches, share = find_stretches(roads, edit.shape, _usable(roads, edit))
    if share < _ALONG_LEAST:
        return roads
    ends = [(one.link, part) for one in stretches for part in (one.low, one.high)]
    return split_links(roads, [cut for cut in ends if 0 < cut[1] < 1])


def _cut_at(roads: Roads, edit: RoadEdit) -> tuple[Roads, int]:
    """Return roads with a node where a point is drawn, and that node; -1 where none is meant.

    A limit beside a junction is on its own road, not on all that meet there.
    """
    spots = find_spots(roads, edit.shape[0], _usable(roads, edit))
    near_dm = _NODE_DM if edit.kind == "limit" else 10 * _TURNING_M
    meant = {_nearest_node(roads, spot, near_dm) for spot in _equally_near(spots)}
    if len(meant) != 1:
        return roads, -1
    node = meant.pop()
    if node >= 0:
        n_ends = int((roads.start == node).sum() + (roads.end == node).sum())
        return roads, -1 if edit.kind == "limit" and n_ends > 2 else node
    return split_link(roads, spots[0].link, spots[0].share), len(roads.node_id)


def _equally_near(spots: Sequence[Spot]) -> list[Spot]:
    """Return the nearest of several places, and those that are as near."""
    return [spot for spot in spots if spot.away_m - spots[0].away_m < _TIE_M]


def _nearest_node(roads: Roads, spot: Spot, near_dm: float) -> int:
    """Return the end of a link that is so near along it; else a number below 0 for the link."""
    length_dm = int(roads.length_dm[spot.link])
    if min(spot.share, 1 - spot.share) * length_dm > near_dm:
        return -1 - spot.link
    return int((roads.start if spot.share < 0.5 else roads.end)[spot.link])


def _find_links(roads: Roads, edit: RoadEdit) -> tuple[Ints, Flags, str]:
    """Return the links an edit acts on, whether each has its direction, and why none."""
    usable = _usable(roads, edit)
    none = np.zeros(0, np.int64), np.zeros(0, bool)
    if len(edit.shape) == 1:
        spots = find_spots(roads, edit.shape[0], usable)
        if len(_equally_near(spots)) > 1:
            return *none, "several_roads"
        links = np.array([spot.link for spot in spots[:1]], np.int64)
        return links, np.ones(len(links), bool), "" if spots else "no_road"
    stretches, share = find_stretches(roads, edit.shape, usable)
    whole = [stretch for stretch in stretches if is_whole(stretch)]
    if share < _ALONG_LEAST or not whole:
        return *none, "no_road"
    links = np.array([stretch.link for stretch in whole], np.int64)
    return links, np.array([stretch.onward for stretch in whole]), ""


def _change(columns: dict[str, Any], edit: RoadEdit, links: Ints, onward: Flags) -> None:
    """Let one edit act on columns of links."""
    if edit.kind == "close_road":
        columns["bus_forward"][links] = columns["bus_backward"][links] = False
        columns["walks"][links] &= edit.walk
    elif edit.kind == "speed":
        columns["signed_forward_kmh"][links] = columns["signed_backward_kmh"][links] = edit.kmh
    elif edit.kind == "limit":
        for column, limit in _limits(edit).items():
            columns[f"max_{column}"][links] = limit
    elif edit.kind == "stop":
        columns["stop_rule"][links] = 1 if edit.allowed else -1
    elif edit.kind == "oneway":
        columns["bus_forward"][links], columns["bus_backward"][links] = onward, ~onward
        columns["oneway"][links] = True
    else:
        columns["bus_forward"][links] = columns["bus_backward"][links] = True
        columns["oneway"][links] = False


def _change_node(columns: dict[str, Any], edit: RoadEdit, node: int) -> None:
    """Let one edit act on columns of nodes."""
    if edit.kind == "turning_place":
        columns["node_turning_m"][node] = edit.diameter_m or UNMEASURED_M
        return
    for column, limit in _limits(edit).items():
        columns[f"node_{column}"][node] = limit


def _limits(edit: RoadEdit) -> dict[str, float]:
    """Return what a limit says."""
    said = {"height_m": edit.height_m, "width_m": edit.width_m, "weight_t": edit.weight_t}
    return {column: limit for column, limit in said.items() if limit}
