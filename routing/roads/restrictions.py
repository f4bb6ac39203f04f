"""Which restrictions of turns hold for a school bus, and between which ways of an extract.

A relation says: from this way, over that node or those ways, to that way one must not
(no_...) or can only (only_...) go. What the most specific of bus, psv, motor vehicle
and all says is what counts; a restriction from which buses are excepted is left out, as
is one for lorries, cars or bicycles alone. By hour or season (conditional) it is not
applied: it is counted, for the planner to look at.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

Tags = Mapping[str, str]
Member = tuple[str, int, str]
"""Kind ("n", "w" or "r"), id and role."""

_KEYS = (
    "restriction:bus", "restriction:psv", "restriction:motor_vehicle", "restriction:vehicle",
    "restriction",
)  # fmt: skip
_OWN_KEYS = _KEYS[:2]
_CONDITIONAL = tuple(f"{key}:conditional" for key in _KEYS)
_HOURS = ("day_on", "day_off", "hour_on", "hour_off")
"""How conditions were written of old."""
_EXEMPT = frozenset(("bus", "psv", "motor_vehicle", "vehicle"))

RELATION_KEYS = (*_KEYS, *_CONDITIONAL)
"""A restriction that a bus may have to keep has one of these tags."""

CONDITIONAL, NOT_FOR_BUSES, OUTSIDE = (
    "conditional restrictions", "restrictions not for buses", "restrictions outside",
)  # fmt: skip
"""How ``Source.repaired`` counts what is not applied. Outside: a way or node is missing in
a clipped extract, or the relation does not say where it holds."""


@dataclass(frozen=True)
class Ban:
    """One restriction of turns.

    Parameters
    ----------
    relation
        OSM id.
    only
        Whether it commands; else it forbids.
    node
        OSM id of the node it is at; 0 where it runs over ways.
    ways
        OSM ids: from, over, to.
    """

    relation: int
    only: bool
    node: int
    ways: tuple[int, ...]


def read_restriction(
    relation: int, tags: Tags, members: Sequence[Member]
) -> tuple[list[Ban], list[str]]:
    """Return the bans of one relation, and under which names it is counted.

    Several ways in (no_entry) or out (no_exit) give one ban for each pair.

    Parameters
    ----------
    relation
        OSM id.
    tags, members
        What it says.
    """
    kind = tags.get("type", "")
    if kind not in {"restriction", *_KEYS}:
        return [], []
    counted = [CONDITIONAL] if any(key in tags for key in _CONDITIONAL) else []
    key = next((key for key in _KEYS if key in tags), "")
    value = tags.get(key, "")
    if "@" in value or (key and any(hours in tags for hours in _HOURS)):
        return [], [CONDITIONAL]
    if not value.startswith(("no_", "only_")):
        return [], counted
    excepted = {part.strip() for part in tags.get("except", "").replace(",", ";").split(";")}
    if excepted & _EXEMPT and key not in _OWN_KEYS:
        return [], [*counted, NOT_FOR_BUSES]
    bans = _expand(relation, value.startswith("only_"), members)
    return bans, counted if bans else [*counted, OUTSIDE]


def _expand(relation: int, only: bool, members: Sequence[Member]) -> list[Ban]:
    """Return a ban for each pair of ways in and out; none where that is not clear."""
    parts = {
        role: [(kind, id_) for kind, id_, own in members if own == role]
        for role in ("from", "via", "to")
    }
    starts, vias, ends = parts["from"], parts["via"], parts["to"]
    kinds = {kind for kind, _ in vias}
    is_node = kinds == {"n"} and len(vias) == 1
    if {kind for kind, _ in (*starts, *ends)} != {"w"} or not (is_node or kinds == {"w"}):
        return []
    if only and len(ends) > 1:
        return []
    over = () if is_node else tuple(id_ for _, id_ in vias)
    node = vias[0][1] if is_node else 0
    return [
        Ban(relation, only, node, (start, *over, end))
        for (_, start), (_, end) in product(starts, ends)
    ]


def settle_bans(
    bans: Iterable[Ban],
    chains: Mapping[int, Sequence[int]],
    nodes: Collection[int],
    unused: Collection[int],
    twins: Mapping[int, int],
) -> tuple[list[Ban], int]:
    """Return the bans that lie within the roads, and how many point outside.

    Parameters
    ----------
    bans
        As read.
    chains
        OSM ids of the nodes of every way among the roads that a ban names.
    nodes
        OSM ids at which links end.
    unused
        Ways of the extract that neither a bus nor a walker may use; a ban with one of
        these says nothing to a bus and is no fault.
    twins
        Ways drawn twice, left out, and the ways that stand for them.
    """
    kept: list[Ban] = []
    outside: set[int] = set()
    for ban in bans:
        ways = tuple(twins.get(way, way) for way in ban.ways)
        if any(way in unused for way in ways):
            continue
        if all(way in chains for way in ways) and (ban.node == 0 or ban.node in nodes):
            kept.append(replace(ban, ways=_in_order(ways, chains)))
        else:
            outside.add(ban.relation)
    return kept, len(outside)


def _in_order(ways: tuple[int, ...], chains: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Return the ways with those between first and last in the order of travel."""
    if len(ways) < 4:
        return ways
    ordered, left = [ways[0]], list(ways[1:-1])
    while left:
        here = set(chains[ordered[-1]])
        following = next((way for way in left if here & set(chains[way])), None)
        if following is None:
            return ways
        ordered.append(following)
        left.remove(following)
    return (*ordered, ways[-1])


def ban_columns(bans: Sequence[Ban]) -> dict[str, Any]:
    """Return the fields of ``Roads`` that hold restrictions."""
    sizes = [len(ban.ways) for ban in bans]
    return {
        "restriction_id": np.array([ban.relation for ban in bans], np.int64),
        "restriction_only": np.array([ban.only for ban in bans], np.bool_),
        "restriction_node": np.array([ban.node for ban in bans], np.int64),
        "restriction_from": np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        "restriction_way": np.array([way for ban in bans for way in ban.ways], np.int64),
    }
