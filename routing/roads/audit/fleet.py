"""What a fleet meets on its roads: dead ends, roads too small for it, hazards."""

from dataclasses import dataclass

import pandas as pd

from routing.policy import Policy
from routing.roads.audit.ends import find_branches
from routing.roads.audit.fits import find_obstacles
from routing.roads.audit.hazards import HAZARD_KINDS, find_hazards
from routing.roads.audit.reach import Reach, survey_reach
from routing.roads.network import Network
from routing.roads.profiles import Profile


@dataclass(frozen=True, eq=False)
class FleetRoads:
    """What the largest bus of a fleet meets.

    Parameters
    ----------
    network
        Every road that some bus may drive.
    branches, obstacles, hazards
        As in ``find_branches``, ``find_obstacles`` and ``find_hazards``.
    lengths_km
        Of the large parts of the network (``network``), and how much of it are dead ends
        (``dead_ends``), too small (``too_small``), open but only behind what is too small
        (``cut_off``), and hazards (``bend``, ``steep``, ``water``).
    """

    network: Network
    branches: pd.DataFrame
    obstacles: pd.DataFrame
    hazards: pd.DataFrame
    lengths_km: dict[str, float]


def survey_fleet(profiles: tuple[Profile, ...], policy: Policy) -> FleetRoads:
    """Return what the largest bus of a fleet meets on its roads.

    Parameters
    ----------
    profiles
        Of ``bus_profiles``: the first is the largest bus's.
    policy
        The rules they were made under.
    """
    first, smaller = profiles[0], profiles[1:]
    reach = survey_reach(policy, first.size, first.bus)
    branches = find_branches(reach, [profile.bus for profile in smaller])
    obstacles = find_obstacles(reach, policy, [profile.size for profile in smaller])
    hazards = find_hazards(reach.network, reach.wide, policy)
    lengths_km = _measure(reach) | {
        kind: float(hazards.loc[hazards["kind"] == kind, "hazard_km"].sum())
        for kind in HAZARD_KINDS
    }
    return FleetRoads(reach.network, branches, obstacles, hazards, lengths_km)


def _measure(reach: Reach) -> dict[str, float]:
    length_dm, shut = reach.network.roads.length_dm, reach.shut
    parts = {
        "network": reach.wide, "dead_ends": reach.fitting & ~reach.turning, "too_small": shut,
        "cut_off": reach.wide & ~reach.fitting & ~shut,
    }  # fmt: skip
    return {name: float(length_dm[part].sum()) / 1e4 for name, part in parts.items()}
