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

    Only large parts count, as where places are put on roads: an island of the sea is one.
    In each of them the longest part is left to the bus that hangs together for it.

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
        Of these, links that the bus is not too large for, nor cut off from (bool).
    turning
        Of these, links that it can also come back from (bool).
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
    large = np.append(large_components(network), False)  # the last is for -1
    wide = large[network.component]
    ends = take_apart(roads, any_of(blocked.values()))
    parts = replace(roads, node_id=ends.node, start=ends.start, end=ends.end)
    open_ = ~any_of(closed.values())
    part, _ = components(parts, network.forward & open_, network.backward & open_)
    fitting = longest_within(roads, np.where(wide, network.component, -1), part)
    left = longest_within(roads, np.where(fitting, part, -1), turning.component)
    return Reach(network, closed, blocked, wide, fitting, left)


def longest_within(roads: Roads, outer: Ints, inner: Ints) -> Flags:
    """Return which links lie in the longest inner component of their outer one (bool).

    Parameters
    ----------
    roads
        Uses the lengths.
    outer, inner
        Per link the number of a component (int64), -1 for none.
    """
    both, n_inner = (outer >= 0) & (inner >= 0), int(inner.max(initial=0)) + 1
    code, of_link = np.unique(outer[both] * n_inner + inner[both], return_inverse=True)
    total_dm = np.bincount(of_link, roads.length_dm[both], minlength=len(code))
    order = np.lexsort((-total_dm, code // n_inner))
    longest = np.zeros(len(code), bool)
    longest[order[np.flatnonzero(np.diff(code[order] // n_inner, prepend=-1))]] = True
    found = np.zeros(len(outer), bool)
    found[both] = longest[of_link]
    return found


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
