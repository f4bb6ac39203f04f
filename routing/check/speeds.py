"""How fast a loaded bus drives along each link, worked out again from the policy.

Written from the rules alone and not from the code that plans with them, so that a
mistake in either shows as a difference.
"""

import numpy as np

from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, Flags, Floats, Ints, Roads

SAME_AS = {"road": "unclassified", "pedestrian": "living_street"}
"""Classes without a speed of their own; all others without one are as service."""

SMALL_ROADS = ("unclassified", "residential", "living_street", "service", "track")
"""Roads that have no centre line unless they are known to have two lanes (assumed)."""


def drive_ms(roads: Roads, policy: Policy) -> tuple[Ints, Ints]:
    """Return the time along every link, forward and backward (ms, int64)."""
    run_kmh = _run_kmh(roads, policy)
    cap_kmh = legal_caps_kmh(roads, policy)
    # A crossing is not driven: the policy's time factor is for roads.
    ferry = _of_class(roads, "ferry")
    both = []
    for signed in (roads.signed_forward_kmh, roads.signed_backward_kmh):
        sign_kmh = np.where(signed > 0, signed.astype(np.float64), np.inf)
        by_sign_kmh = np.minimum(sign_kmh * policy.signed_share, run_kmh * policy.signed_gain_max)
        wanted_kmh = np.where(signed > 0, by_sign_kmh, run_kmh)
        kmh = np.minimum(np.minimum(wanted_kmh, cap_kmh), sign_kmh)
        driven_ms = roads.length_dm * 360 / kmh * np.where(ferry, 1, policy.time_factor)
        known = ferry & (roads.ferry_s > 0)
        exact_ms = np.where(known, roads.ferry_s.astype(np.int64) * 1000, driven_ms)
        # A whole number of ms must not become the next one by a float's last digit.
        whole_ms = np.ceil(np.round(exact_ms, 6)).astype(np.int64)
        both.append(np.maximum(whole_ms, 1))
    return both[0], both[1]


def _run_kmh(roads: Roads, policy: Policy) -> Floats:
    """Return the planned speed of each link's class."""
    speeds = policy.run_speed_kmh
    by_class = []
    for name in ROAD_CLASSES:
        parent = name.removesuffix("_link")
        parent = SAME_AS.get(parent, parent)
        by_class.append(float(getattr(speeds, parent, speeds.service)))
    return np.array(by_class)[roads.road_class]


def legal_caps_kmh(roads: Roads, policy: Policy) -> Floats:
    """Return the legal limit of a loaded bus on each link, signs apart (km/h).

    Decree 617 art. 35 (80, 60, and 20 on narrow roads) and road traffic rules art. 45
    (one lane each way in a town, no centre line).
    """
    cap = np.full(len(roads.length_dm), float(policy.cap_other_kmh))
    cap[_of_class(roads, "motorway", "motorway_link")] = policy.cap_motorway_kmh
    single = np.where(roads.oneway, roads.lanes <= 1, roads.lanes <= 2)
    _lower(cap, roads.urban & single, policy.cap_single_urban_kmh)
    small = _of_class(roads, *SMALL_ROADS)
    bare = roads.no_centreline | (small & (roads.lanes <= 1))
    _lower(cap, bare & roads.urban, policy.cap_no_centreline_urban_kmh)
    _lower(cap, bare & ~roads.urban, policy.cap_no_centreline_rural_kmh)
    slim = (roads.width_m > 0) & (roads.width_m < policy.narrow_below_m)
    _lower(cap, slim | ((roads.lanes == 1) & ~roads.oneway), policy.cap_narrow_kmh)
    return cap


def _lower(cap: Floats, where: Flags, kmh: float) -> None:
    cap[where] = np.minimum(cap[where], kmh)


def _of_class(roads: Roads, *names: str) -> Flags:
    return np.isin(roads.road_class, [ROAD_CLASSES.index(name) for name in names])
