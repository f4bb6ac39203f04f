"""How fast a bus drives along each link, worked out again from the policy.

Written from the rules alone and not from the code that plans with them, so that a
mistake in either shows as a difference.
"""

import numpy as np

from routing.check.bends import bends_m
from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, SURFACES, Flags, Floats, Ints, Roads

SAME_AS = {"road": "unclassified", "pedestrian": "living_street"}
"""Classes without a speed of their own; all others without one are as service."""

SMALL_ROADS = ("unclassified", "residential", "living_street", "service", "track")
"""Roads that have no centre line unless they are known to have two lanes (assumed)."""

LEAST_KMH = 1
"""Nothing is driven slower, whatever a sign says."""


def drive_ms(roads: Roads, policy: Policy, *, loaded: bool = True) -> tuple[Ints, Ints]:
    """Return the time along every link, forward and backward (ms, int64).

    Parameters
    ----------
    roads
        The links.
    policy
        The rules of speed.
    loaded
        Whether pupils are aboard: then hazards are driven at ``cap_hazard_kmh``.
    """
    # A crossing is not driven: the policy's time factors are for roads.
    ferry = _of_class(roads, "ferry")
    factor = np.where(ferry, 1, policy.time_factor * _by_class(policy.time_factors, roads, 1.0))
    known = ferry & (roads.ferry_s > 0)
    slow_dm = hazards_dm(roads, policy) if loaded else np.zeros(len(roads.start))
    both = []
    signs = (roads.signed_forward_kmh, roads.signed_backward_kmh)
    signals = (roads.signals_forward, roads.signals_backward)
    for signed, signal in zip(signs, signals, strict=True):
        kmh = _planned_kmh(roads, policy, signed.astype(np.float64), loaded=loaded)
        # A factor below one may not lift a speed over the law, in a hazard or elsewhere.
        lawful_kmh = _lawful_kmh(roads, policy, signed.astype(np.float64), loaded=loaded)
        clear_kmh = np.minimum(kmh / factor, lawful_kmh)
        slow_kmh = np.minimum(kmh, policy.cap_hazard_kmh) / factor
        slow_kmh = np.minimum(slow_kmh, np.minimum(lawful_kmh, policy.cap_hazard_kmh))
        driven_ms = ((roads.length_dm - slow_dm) / clear_kmh + slow_dm / slow_kmh) * 360
        exact_ms = np.where(known, roads.ferry_s.astype(np.int64) * 1000, driven_ms)
        # A whole number of ms must not become the next one by a float's last digit.
        whole_ms = np.ceil(np.round(exact_ms, 6)).astype(np.int64)
        waits_ms = signal.astype(np.int64) * policy.signal_s * 1000
        both.append(np.maximum(whole_ms, 1) + waits_ms)
    return both[0], both[1]


def hazards_dm(roads: Roads, policy: Policy) -> Floats:
    """Return how much of each link is bend, steep or beside water, each added (dm)."""
    slow_dm = np.minimum(np.rint(bends_m(roads, policy.bend_radius_m) * 10), roads.length_dm)
    if policy.slow_by_water:
        slow_dm += roads.water_dm
    slow_dm[roads.incline_pct >= np.float32(policy.steep_pct)] = np.inf
    slow_dm[_of_class(roads, "ferry")] = 0
    return np.minimum(slow_dm, roads.length_dm)


def _planned_kmh(roads: Roads, policy: Policy, signed_kmh: Floats, *, loaded: bool) -> Floats:
    """Return the speed wanted on each link and lawful, hazards apart."""
    run_kmh = _by_class(policy.run_speed_kmh, roads, policy.run_speed_kmh.service)
    sign_kmh = np.where(signed_kmh > 0, signed_kmh, np.inf)
    by_sign_kmh = np.minimum(sign_kmh * policy.signed_share, run_kmh * policy.signed_gain_max)
    wanted_kmh = np.where(signed_kmh > 0, by_sign_kmh, run_kmh)
    lawful_kmh = _lawful_kmh(roads, policy, signed_kmh, loaded=loaded)
    return np.minimum(np.maximum(wanted_kmh, LEAST_KMH), lawful_kmh)


def _lawful_kmh(roads: Roads, policy: Policy, signed_kmh: Floats, *, loaded: bool) -> Floats:
    """Return the fastest that law and sign allow on each link, hazards apart."""
    sign_kmh = np.where(signed_kmh > 0, signed_kmh, np.inf)
    cap_kmh = legal_caps_kmh(roads, policy, loaded=loaded)
    return np.maximum(np.minimum(cap_kmh, sign_kmh), LEAST_KMH)


def _by_class(numbers: object, roads: Roads, otherwise: float) -> Floats:
    """Return the number of each link's class of road; that of service for the rest."""
    by_class = []
    for name in ROAD_CLASSES:
        parent = name.removesuffix("_link")
        parent = SAME_AS.get(parent, parent)
        unnamed = otherwise if name == "ferry" else getattr(numbers, "service", otherwise)
        by_class.append(float(getattr(numbers, parent, unnamed)))
    return np.array(by_class)[roads.road_class]


def legal_caps_kmh(roads: Roads, policy: Policy, *, loaded: bool = True) -> Floats:
    """Return the legal limit of a bus on each link, signs and hazards apart (km/h).

    Decree 617 art. 35 (80, 60, and 20 on narrow roads) and road traffic rules arts. 45
    (one lane each way in a town, no centre line) and 46 (bad weather).
    """
    motorway = _of_class(roads, "motorway", "motorway_link")
    fast_kmh, other_kmh = (
        (policy.cap_motorway_kmh, policy.cap_other_kmh)
        if loaded
        else (policy.cap_empty_motorway_kmh, policy.cap_empty_other_kmh)
    )
    cap = np.where(motorway, float(fast_kmh), float(other_kmh))
    single = np.where(roads.oneway, roads.lanes <= 1, roads.lanes <= 2)
    _lower(cap, roads.urban & single, policy.cap_single_urban_kmh)
    small = _of_class(roads, *SMALL_ROADS)
    bare = roads.no_centreline | (small & (roads.lanes <= 1))
    _lower(cap, bare & roads.urban, policy.cap_no_centreline_urban_kmh)
    _lower(cap, bare & ~roads.urban, policy.cap_no_centreline_rural_kmh)
    slim = (roads.width_m > 0) & (roads.width_m < policy.narrow_below_m)
    _lower(cap, slim | ((roads.lanes == 1) & ~roads.oneway), policy.cap_narrow_kmh)
    rough = np.isin(roads.surface, [SURFACES.index("unpaved"), SURFACES.index("soft")])
    _lower(cap, rough, policy.cap_unpaved_kmh)
    if policy.bad_weather:
        _lower(cap, ~_of_class(roads, "ferry"), policy.cap_hazard_kmh)
    return cap


def _lower(cap: Floats, where: Flags, kmh: float) -> None:
    cap[where] = np.minimum(cap[where], kmh)


def _of_class(roads: Roads, *names: str) -> Flags:
    return np.isin(roads.road_class, [ROAD_CLASSES.index(name) for name in names])
