"""How far the fleet's largest bus gets: which roads its size closes, which its turns do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from routing.policy import Policy
from routing.roads.audit.nodes import take_apart
from routing.roads.engine import bus_network, components
from routing.roads.network import BusSize, Flags, Ints, Network, Roads
from routing.roads.sizes import fits_links, passes_node
from routing.roads.snapping import large_components

LINK_LIMITS = {
    "height": "max_height_m", "width": "max_width_m", "narrow": "width_m",
    "length": "max_length_m", "weight": "max_weight_t", "soft": "surface",
}  # fmt: skip
"""What may close a road, and the column that says so. Width is signed, narrow measured."""

NODE_LIMITS = {"height": "node_height_m", "width": "node_width_m", "weight": "node_weight_t"}
"""What may close a node: a frame, a gate."""

_ANY_BUS = BusSize(0, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Reach:
    """The bus roads, and how many of them are left to one bus.

    Only large parts count, as where places are put on roads; each is within the one
    before.

    Parameters
    ----------
    network
        Every road that some bus may drive, whatever its size, with any turn at once.
    closed
        Per kind of limit which links are too small (bool).
    blocked
        Per kind of limit which nodes are too small to pass (bool).
    wide
        Links in large parts of ``network`` (bool).
    fitting
        Of these, links in large parts where the bus fits (bool).
    turning
        Of these, links in large parts where it can also turn (bool).
    """

    network: Network
    closed: dict[str, Flags]
    blocked: dict[str, Flags]
    wide: Flags
    fitting: Flags
    turning: Flags

    @property
    def shut(self) -> Flags:
        """Links of the large parts that are too small for the bus (bool)."""
        return self.wide & any_of(self.closed.values())


def survey_reach(policy: Policy, size: BusSize, turning: Network) -> Reach:
    """Return which bus roads are left to a bus by its size, and by its turns.

    Parameters
    ----------
    policy
        Uses the rules of the bus network.
    size
        The bus.
    turning
        Its network, with turns.
    """
    roads = turning.roads
    network = bus_network(roads, policy, size=_ANY_BUS, turns=False)
    closed, blocked = closing_links(roads, policy, size), closing_nodes(roads, policy, size)
    wide = on_large(network)
    open_ = ~any_of(closed.values())
    ends = take_apart(roads, any_of(blocked.values()))
    parts = replace(roads, node_id=ends.node, start=ends.start, end=ends.end)
    component, component_dm = components(parts, network.forward & open_, network.backward & open_)
    fitting = wide & on_large(replace(network, component=component, component_dm=component_dm))
    return Reach(network, closed, blocked, wide, fitting, fitting & on_large(turning))


def on_large(network: Network) -> Flags:
    """Return which links lie in a large part of a network (bool)."""
    large = np.append(large_components(network), False)  # the last is for -1
    on: Flags = large[network.component]
    return on


def any_of(flags: Iterable[Flags]) -> Flags:
    """Return where at least one holds (bool)."""
    some: Flags = np.logical_or.reduce(list(flags))
    return some


def closing_links(roads: Roads, policy: Policy, size: BusSize) -> dict[str, Flags]:
    """Return for each of ``LINK_LIMITS`` which links it closes to a bus (bool).

    A loop too tight to drive round is not among them: that is a matter of turning.
    """
    n = len(roads.start)
    none: dict[str, Any] = dict.fromkeys(LINK_LIMITS.values(), np.zeros(n, np.float32))
    bare = replace(roads, length_dm=np.full(n, np.iinfo(np.int64).max), **none)
    return {
        kind: ~fits_links(_only(bare, roads, column), policy, size)
        for kind, column in LINK_LIMITS.items()
    }


def closing_nodes(roads: Roads, policy: Policy, size: BusSize) -> dict[str, Flags]:
    """Return for each of ``NODE_LIMITS`` which nodes it closes to a bus (bool)."""
    zero = np.zeros(len(roads.node_id), np.float32)
    none: dict[str, Any] = dict.fromkeys(NODE_LIMITS.values(), zero)
    bare = replace(roads, **none)
    return {
        kind: ~passes_node(_only(bare, roads, column), policy, size)
        for kind, column in NODE_LIMITS.items()
    }


def _only(bare: Roads, roads: Roads, column: str) -> Roads:
    """Return roads with one column as it is and the others saying nothing."""
    said: dict[str, Any] = {column: getattr(roads, column)}
    return replace(bare, **said)


def name_links(roads: Roads, links: Ints) -> str:
    """Return the names of the roads of some links, the longest first, joined by "; "."""
    if len(links) == 1:
        return roads.names[roads.name[links[0]]]
    number, of_link = np.unique(roads.name[links], return_inverse=True)
    order = np.argsort(-np.bincount(of_link, roads.length_dm[links]), kind="stable")
    return "; ".join(roads.names[name] for name in number[order] if name)
