"""Say how fast a loaded school bus drives each link, within the law.

The speed is planned, not promised: of a signed limit a bus drives a share on average,
and a sign lifts a road above its class only so far. Then the law caps it. The caps for
roads without a centre line and for one lane each way in a town hold for signed roads
too, which is stricter than the law; so is taking small roads of unknown lanes for roads
without a centre line.
"""

import numpy as np

from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, Flags, Floats, Ints, Roads

_PARENT = {
    "road": "unclassified", "busway": "service", "pedestrian": "living_street",
    "footway": "service", "path": "service", "steps": "service", "cycleway": "service",
    "bridleway": "service",
}  # fmt: skip
"""Classes without a speed of their own take that of another; links, of their road."""

_SMALL = ("unclassified", "residential", "living_street", "service", "track")
_MS_PER_DM_AT_1_KMH = 360
"""0.1 m at 1 km/h takes 0.36 s."""


def planned_speeds(roads: Roads, policy: Policy) -> tuple[Floats, Floats]:
    """Return the planned speed of a loaded bus along each link, and against it.

    Parameters
    ----------
    roads
        Signs, lanes, widths and classes.
    policy
        Uses ``run_speed_kmh``, ``signed_share``, ``signed_gain_max``, the five
        ``cap_..._kmh`` and ``narrow_below_m``.

    Returns
    -------
    forward_kmh, backward_kmh
        float64 per link; the same whether or not the bus may go that way.
    """
    run_kmh = _run_speeds(policy)[roads.road_class]
    cap_kmh = _caps(roads, policy)
    forward_kmh, backward_kmh = (
        np.minimum(_driven(run_kmh, signed.astype(np.float64), policy), cap_kmh)
        for signed in (roads.signed_forward_kmh, roads.signed_backward_kmh)
    )
    return forward_kmh, backward_kmh


def link_times_ms(roads: Roads, policy: Policy) -> tuple[Ints, Ints]:
    """Return the time a loaded bus takes for each link, along it and against it.

    Parameters
    ----------
    roads
        The links; a ferry takes its timetabled crossing, where that is known.
    policy
        As for ``planned_speeds``, and ``time_factor``, which multiplies driving but
        not the crossing of a ferry.

    Returns
    -------
    forward_ms, backward_ms
        int64 per link, rounded up, at least 1.
    """
    ferry = roads.road_class == ROAD_CLASSES.index("ferry")
    factor = np.where(ferry, 1.0, policy.time_factor)
    crossing_ms = roads.ferry_s.astype(np.int64) * 1000
    known = ferry & (crossing_ms > 0)
    forward_ms, backward_ms = (
        np.where(known, crossing_ms, _whole_ms(roads.length_dm * factor / speed_kmh))
        for speed_kmh in planned_speeds(roads, policy)
    )
    return forward_ms, backward_ms


def _whole_ms(dm_per_kmh: Floats) -> Ints:
    """Round up, forgiving the last bits of a float."""
    ms = np.ceil(dm_per_kmh * _MS_PER_DM_AT_1_KMH - 1e-6).astype(np.int64)
    return np.maximum(1, ms)


def _run_speeds(policy: Policy) -> Floats:
    """Free-flow speed by position in ``ROAD_CLASSES``."""
    names = (name.removesuffix("_link") for name in ROAD_CLASSES)
    speeds = [getattr(policy.run_speed_kmh, _PARENT.get(name, name)) for name in names]
    return np.array(speeds, np.float64)


def _driven(run_kmh: Floats, signed_kmh: Floats, policy: Policy) -> Floats:
    """Return what is driven before the caps; never above a sign."""
    lifted = np.minimum(signed_kmh * policy.signed_share, run_kmh * policy.signed_gain_max)
    return np.where(signed_kmh > 0, np.minimum(lifted, signed_kmh), run_kmh)


def _caps(roads: Roads, policy: Policy) -> Floats:
    """Return the highest speed that the law, as the policy reads it, leaves on each link."""
    cap_kmh = np.where(
        _of_class(roads, ("motorway", "motorway_link")),
        policy.cap_motorway_kmh, policy.cap_other_kmh,
    ).astype(np.float64)  # fmt: skip
    unmarked = roads.no_centreline | (_of_class(roads, _SMALL) & (roads.lanes <= 1))
    single = np.where(roads.oneway, roads.lanes <= 1, roads.lanes <= 2)
    narrow = (roads.width_m > 0) & (roads.width_m < policy.narrow_below_m)
    narrow |= (roads.lanes == 1) & ~roads.oneway
    for where, limit_kmh in (
        (roads.urban & single, policy.cap_single_urban_kmh),
        (unmarked & ~roads.urban, policy.cap_no_centreline_rural_kmh),
        (unmarked & roads.urban, policy.cap_no_centreline_urban_kmh),
        (narrow, policy.cap_narrow_kmh),
    ):
        cap_kmh[where] = np.minimum(cap_kmh[where], limit_kmh)
    return cap_kmh


def _of_class(roads: Roads, names: tuple[str, ...]) -> Flags:
    return np.isin(roads.road_class, [ROAD_CLASSES.index(name) for name in names])
