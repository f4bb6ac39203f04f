"""Say how fast a school bus drives each link, with pupils aboard and without, within the law.

The speed is planned, not promised: of a signed limit a bus drives a share on average,
and a sign lifts a road above its class only so far. Then the law caps it. The caps for
roads without a centre line and for one lane each way in a town hold for signed roads
too, which is stricter than the law; so is taking small roads of unknown lanes for roads
without a centre line.

Decree 617 art. 35 binds the bus with pupils aboard: 80 and 60 km/h, and
``cap_hazard_kmh`` on hazards (``routing.roads.hazards``). Without pupils it is a bus like
any other. On narrow roads and in bad weather road traffic rules art. 46 leaves that one
30 km/h; here it keeps ``cap_narrow_kmh`` and ``cap_hazard_kmh``, which is stricter.
"""

import numpy as np

from routing.policy import Policy, RunSpeeds
from routing.roads.hazards import hazard_lengths_dm
from routing.roads.network import ROAD_CLASSES, SURFACES, Flags, Floats, Ints, Roads

_PARENT = {
    "road": "unclassified", "busway": "service", "pedestrian": "living_street",
    "footway": "service", "path": "service", "steps": "service", "cycleway": "service",
    "bridleway": "service",
}  # fmt: skip
"""Classes without a speed of their own take that of another; links, of their road."""

_SMALL = ("unclassified", "residential", "living_street", "service", "track")
_FERRY = ROAD_CLASSES.index("ferry")
_UNSEALED = (SURFACES.index("unpaved"), SURFACES.index("soft"))
_MS_PER_DM_AT_1_KMH = 360
"""0.1 m at 1 km/h takes 0.36 s."""

SLOWEST_KMH = 1.0
"""No road is planned slower, whatever a sign says: such a sign is a slip (km/h, assumed)."""


def road_parent(name: str) -> str:
    """Return the class of road whose speed and time factor another class takes."""
    name = name.removesuffix("_link")
    return _PARENT.get(name, name)


def planned_speeds(roads: Roads, policy: Policy, *, loaded: bool = True) -> tuple[Floats, Floats]:
    """Return the planned speed of a bus along each link, and against it, hazards apart.

    Parameters
    ----------
    roads
        Signs, lanes, widths, surfaces and classes.
    policy
        Uses ``run_speed_kmh``, ``signed_share``, ``signed_gain_max``, the ``cap_..._kmh``,
        ``narrow_below_m`` and ``bad_weather``.
    loaded
        Whether pupils are aboard.

    Returns
    -------
    forward_kmh, backward_kmh
        float64 per link, at least ``SLOWEST_KMH``; the same whether or not the bus may go
        that way.
    """
    run_kmh = _by_class(policy.run_speed_kmh)[roads.road_class]
    cap_kmh = _caps(roads, policy, loaded)
    forward_kmh, backward_kmh = (
        np.minimum(_driven(run_kmh, signed.astype(np.float64), policy), cap_kmh)
        for signed in (roads.signed_forward_kmh, roads.signed_backward_kmh)
    )
    return forward_kmh, backward_kmh


def link_times_ms(roads: Roads, policy: Policy, *, loaded: bool = True) -> tuple[Ints, Ints]:
    """Return the time a bus takes for each link, along it and against it.

    A loaded bus drives the hazards of a link at ``cap_hazard_kmh`` at most. Driving is
    multiplied by ``time_factor`` and by that of its class in ``time_factors``, but never
    becomes faster than signs and law allow; a wait of ``signal_s`` for each signal passed
    is not multiplied, nor is the crossing of a ferry.

    Parameters
    ----------
    roads
        The links; a ferry takes its timetabled crossing, where that is known.
    policy
        As for ``planned_speeds`` and ``hazard_lengths_dm``, and ``time_factor``,
        ``time_factors``, ``signal_s``.
    loaded
        Whether pupils are aboard.

    Returns
    -------
    forward_ms, backward_ms
        int64 per link, rounded up, at least 1.
    """
    ferry = roads.road_class == _FERRY
    factor = np.where(ferry, 1.0, _time_factors(policy)[roads.road_class])
    crossing_ms = roads.ferry_s.astype(np.int64) * 1000
    known = ferry & (crossing_ms > 0)
    slow_dm = hazard_lengths_dm(roads, policy).total_dm if loaded else np.zeros_like(crossing_ms)
    clear_dm = roads.length_dm - slow_dm

    def spent(part_dm: Ints, speed_kmh: Floats, lawful_kmh: Floats) -> Floats:
        return np.maximum(part_dm / speed_kmh * factor, part_dm / lawful_kmh)

    cap_kmh = _caps(roads, policy, loaded)
    times_ms = []
    for speed_kmh, signed, signals in zip(
        planned_speeds(roads, policy, loaded=loaded),
        (roads.signed_forward_kmh, roads.signed_backward_kmh),
        (roads.signals_forward, roads.signals_backward),
        strict=True,
    ):
        lawful_kmh = np.where(
            signed > 0, np.maximum(np.minimum(signed, cap_kmh), SLOWEST_KMH), cap_kmh
        )
        slow_kmh, most_kmh = np.minimum((speed_kmh, lawful_kmh), policy.cap_hazard_kmh)
        driven_ms = _whole_ms(
            spent(clear_dm, speed_kmh, lawful_kmh) + spent(slow_dm, slow_kmh, most_kmh)
        )
        waited_ms = np.maximum(signals.astype(np.int64), 0) * policy.signal_s * 1000
        times_ms.append(np.where(known, crossing_ms, driven_ms) + waited_ms)
    return times_ms[0], times_ms[1]


def _whole_ms(dm_per_kmh: Floats) -> Ints:
    """Round up, forgiving the last bits of a float."""
    ms = np.ceil(dm_per_kmh * _MS_PER_DM_AT_1_KMH - 1e-6).astype(np.int64)
    return np.maximum(1, ms)


def _by_class(numbers: RunSpeeds) -> Floats:
    """Return a speed by position in ``ROAD_CLASSES``."""
    speeds = [getattr(numbers, road_parent(name)) for name in ROAD_CLASSES]
    return np.array(speeds, np.float64)


def _time_factors(policy: Policy) -> Floats:
    """Return what driving time is multiplied by, by position in ``ROAD_CLASSES``."""
    own = [getattr(policy.time_factors, road_parent(name), 1.0) for name in ROAD_CLASSES]
    return np.array(own, np.float64) * policy.time_factor


def _driven(run_kmh: Floats, signed_kmh: Floats, policy: Policy) -> Floats:
    """Return what is driven before the caps; never above a sign."""
    lifted = np.minimum(signed_kmh * policy.signed_share, run_kmh * policy.signed_gain_max)
    signed = np.maximum(np.minimum(lifted, signed_kmh), SLOWEST_KMH)
    return np.where(signed_kmh > 0, signed, run_kmh)


def _caps(roads: Roads, policy: Policy, loaded: bool) -> Floats:
    """Return the highest speed that the law, as the policy reads it, leaves on each link."""
    fast = _of_class(roads, ("motorway", "motorway_link"))
    motorway_kmh, other_kmh = (
        (policy.cap_motorway_kmh, policy.cap_other_kmh)
        if loaded
        else (policy.cap_empty_motorway_kmh, policy.cap_empty_other_kmh)
    )
    cap_kmh = np.where(fast, motorway_kmh, other_kmh).astype(np.float64)
    unmarked = roads.no_centreline | (_of_class(roads, _SMALL) & (roads.lanes <= 1))
    single = np.where(roads.oneway, roads.lanes <= 1, roads.lanes <= 2)
    narrow = (roads.width_m > 0) & (roads.width_m < policy.narrow_below_m)
    narrow |= (roads.lanes == 1) & ~roads.oneway
    for where, limit_kmh in (
        (roads.urban & single, policy.cap_single_urban_kmh),
        (unmarked & ~roads.urban, policy.cap_no_centreline_rural_kmh),
        (unmarked & roads.urban, policy.cap_no_centreline_urban_kmh),
        (narrow, policy.cap_narrow_kmh),
        (np.isin(roads.surface, _UNSEALED), policy.cap_unpaved_kmh),
        ((roads.road_class != _FERRY) & policy.bad_weather, policy.cap_hazard_kmh),
    ):
        cap_kmh[where] = np.minimum(cap_kmh[where], limit_kmh)
    return cap_kmh


def _of_class(roads: Roads, names: tuple[str, ...]) -> Flags:
    return np.isin(roads.road_class, [ROAD_CLASSES.index(name) for name in names])
