"""Where a bus fits: links and nodes against its length, width, height and weight."""

import math

import numpy as np
from numpy.typing import NDArray

from routing.policy import Policy
from routing.roads.network import SURFACES, BusSize, Flags, Roads

_SOFT = SURFACES.index("soft")


def policy_size(policy: Policy) -> BusSize:
    """Return the bus of which nothing is known: as the policy assumes."""
    return BusSize(
        policy.bus_length_m, policy.bus_width_m, policy.bus_height_m, policy.bus_weight_t
    )


def turning_circle_m(size: BusSize) -> float:
    """Return the outer diameter (m) within which a bus can turn: 2 x length + 1.

    GB 1589 gives 25 m for a bus of 12 m (recalled); in proportion for others (assumed).
    """
    return 2 * size.length_m + 1


def fits_links(roads: Roads, policy: Policy, size: BusSize) -> Flags:
    """Return on which links a bus fits (bool).

    Parameters
    ----------
    roads
        Uses the four limits, ``width_m``, ``surface`` and loops' lengths.
    policy
        Uses ``height_margin_m``, ``width_margin_m`` and ``soft_road_length_m``.
    size
        The bus.
    """
    wide_m = size.width_m + policy.width_margin_m
    fits = _lets(roads.max_height_m, size.height_m + policy.height_margin_m)
    fits &= _lets(roads.max_width_m, wide_m) & _lets(roads.width_m, wide_m)
    fits &= _lets(roads.max_length_m, size.length_m) & _lets(roads.max_weight_t, size.weight_t)
    if size.length_m > policy.soft_road_length_m:
        fits &= roads.surface != _SOFT
    around_dm = 10 * math.pi * turning_circle_m(size)
    return fits & ((roads.start != roads.end) | (roads.length_dm >= around_dm))


def passes_node(roads: Roads, policy: Policy, size: BusSize) -> Flags:
    """Return through which nodes a bus passes: frames, gates and their like (bool)."""
    passes = _lets(roads.node_height_m, size.height_m + policy.height_margin_m)
    passes &= _lets(roads.node_width_m, size.width_m + policy.width_margin_m)
    return passes & _lets(roads.node_weight_t, size.weight_t)


def _lets(limit: NDArray[np.float32], wanted: float) -> Flags:
    """Whether a limit, 0 for none, lets a measure through; 1 mm is forgiven, not 1 cm."""
    return (limit <= 0) | (limit.astype(np.float64) >= wanted - 1e-3)
