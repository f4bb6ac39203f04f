"""One network for the buses that share it: large buses fit on fewer roads than small ones."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

import numpy as np

from routing.policy import Policy
from routing.roads.engine import bus_network
from routing.roads.network import BusSize, Network, Roads
from routing.roads.preparing import prepare_large
from routing.roads.sizes import fits_links, passes_node, policy_size, turning_circle_m


@dataclass(frozen=True, eq=False)
class Profile:
    """Where some types of bus can all drive.

    Parameters
    ----------
    types
        Rows of the bus types.
    size
        The largest of each measure among them.
    bus, empty
        The networks with students aboard, and without; prepared where they are large.
    """

    types: tuple[int, ...]
    size: BusSize
    bus: Network
    empty: Network


def bus_profiles(roads: Roads, policy: Policy, types: Mapping[str, Any]) -> tuple[Profile, ...]:
    """Return the networks on which a fleet drives, from all its buses' to the smallest's.

    The first is for roads that every type fits on; each further one leaves out the
    longest type left and is there only where that opens a road or a turn.

    Parameters
    ----------
    roads
        The roads.
    policy
        Its rules, and the measures of a type that does not say its own.
    types
        Columns ``length_m``, ``width_m``, ``height_m``, ``weight_t`` (empty or NaN where
        unknown; one may be missing) and ``n_available``: 0 leaves a type out.
    """
    sizes = type_sizes(policy, types)
    spare = {row for row, n in enumerate(_numbers(types, "n_available")) if n == 0}
    rows = [row for row in range(len(sizes)) if row not in spare] or list(range(len(sizes)))
    rows.sort(key=lambda row: [getattr(sizes[row], rule.name) for rule in fields(BusSize)])
    found: list[Profile] = []
    known: set[bytes] = set()
    while rows or not found:
        size = largest_size([sizes[row] for row in rows]) if rows else policy_size(policy)
        look = _fingerprint(roads, policy, size)
        if look not in known:
            known.add(look)
            networks = (
                prepare_large(bus_network(roads, policy, size=size, loaded=on))
                for on in (True, False)
            )
            found.append(Profile(tuple(sorted(rows)), size, *networks))
        rows = rows[:-1]
    return tuple(found)


def type_sizes(policy: Policy, types: Mapping[str, Any]) -> list[BusSize]:
    """Return the size of each type of bus; what one does not say is as the policy assumes."""
    known = policy_size(policy)
    columns = {rule.name: _numbers(types, rule.name) for rule in fields(BusSize)}
    n = max((len(column) for column in columns.values()), default=0)
    return [
        BusSize(**{
            name: (column[row] if row < len(column) else None) or getattr(known, name)
            for name, column in columns.items()
        })
        for row in range(n)
    ]  # fmt: skip


def largest_size(sizes: list[BusSize]) -> BusSize:
    """Return a bus as long, wide, high and heavy as the largest of each; at least one given."""
    return BusSize(*(max(getattr(s, rule.name) for s in sizes) for rule in fields(BusSize)))


def _numbers(types: Mapping[str, Any], name: str) -> list[float | None]:
    """Return a column as numbers, None where there is none."""
    values = np.asarray(types.get(name, ()), object).tolist()
    return [float(v) if isinstance(v, Real) and not math.isnan(v) else None for v in values]


def _fingerprint(roads: Roads, policy: Policy, size: BusSize) -> bytes:
    """Return what decides the roads and turns open to a bus, as bytes."""
    room = roads.node_turning_m >= turning_circle_m(size)
    reverses = np.array([size.length_m <= policy.three_point_length_m])
    flags = (fits_links(roads, policy, size), passes_node(roads, policy, size), room, reverses)
    return np.packbits(np.concatenate(flags)).tobytes()
