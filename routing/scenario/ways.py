"""How far it is from homes to schools, and who cannot walk home for lunch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.policy import Policy
from routing.records import District, lonlat
from routing.roads import bus_profiles, measure_travel, snap_points, walk_network
from routing.roads.shapes import distances_m

if TYPE_CHECKING:
    from routing.roads.network import Network

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_WAY = -1
"""Where there is no way, or none was asked."""

LUNCH_M = 2_000
"""Who lives further away on foot eats at school, where the policy has no distance rule (m; assumed)."""


ALL_FROM = 0.1
"""Share of wanted pairs from which all are measured: one search a school (tried)."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways from rows of students to schools.

    Parameters
    ----------
    time_s
        What one pupil of the row spends on the way (s, int64, rows x schools): the drive
        and one stop, or the walk where that is within the limit and shorter; ``NO_WAY``
        for pairs that were not asked.
    far
        Whether the row is too far away to walk, so that a pupil rides and eats at school
        (bool).
    """

    time_s: Ints
    far: Flags


def school_rows(district: District) -> Ints:
    """Return the row of schools that each student row attends (int64); -1 where it is none."""
    import pandas as pd

    at = pd.Index(district.schools["school_id"]).get_indexer(district.students["school_id"])
    return np.asarray(at, np.int64)


def measure_ways(
    district: District, rows: Ints, policy: Policy, *, within: Flags | None = None
) -> Ways:
    """Measure the ways from some rows of students to the schools.

    A home that is unknown counts as standing at the gate of the school attended now. Where
    no road leads from a home to a school, the way counts as the straight line at one metre
    a second: far, but nobody is left without a school because a road is not on the map.

    Parameters
    ----------
    district
        Uses ``schools``, ``students``, ``bus_types`` and ``roads``.
    rows
        Rows of ``students``.
    policy
        Uses ``ride_beyond_m``, ``distance_measure``, ``walk_m_per_s``, ``stop_s``,
        ``school_stop_s``, and the rules of the roads.
    within
        Which pairs are wanted (bool, rows x schools). Default: all.

    Returns
    -------
    ways
        Rows x schools.

    Raises
    ------
    RoadsError
        When the roads cannot be used.
    """
    wanted = np.ones((len(rows), len(district.schools)), np.bool_) if within is None else within
    homes, gates = _points(district, rows), lonlat(district.schools)
    now = school_rows(district)[rows]
    walk_m, _, walks = _measure(_walk(district), homes, gates, now, policy, wanted)
    drive_m, drive_s, drives = _measure(_drive(district, policy), homes, gates, now, policy, wanted)
    straight_m = _straight_m(homes, gates)
    measure = {"walk": (walk_m, walks), "drive": (drive_m, drives)}
    found_m, found = measure.get(policy.distance_measure, (straight_m, wanted))
    far = ~found | (found_m > (policy.ride_beyond_m or LUNCH_M))
    grades = district.students["grade"].to_numpy(np.int64)[rows]
    pace = np.array([policy.walk_m_per_s.at(int(grade)) for grade in grades], np.float64)
    walk_s = np.ceil(walk_m / pace[:, None]).astype(np.int64)
    ride_s = drive_s + policy.stop_s + policy.school_stop_s
    time_s = np.where(drives, ride_s, straight_m)
    near = walks & ~far
    time_s[near] = np.where(drives, np.minimum(walk_s, drive_s), walk_s)[near]
    return Ways(np.where(wanted, time_s, NO_WAY), far)


def find_far(district: District, policy: Policy) -> Flags:
    """Return which rows of students live too far from their own school to walk (bool).

    Parameters
    ----------
    district
        Its students attend schools that it has.
    policy
        As for ``measure_ways``.
    """
    own = school_rows(district)
    rows = np.arange(len(own))
    within = np.zeros((len(own), len(district.schools)), np.bool_)
    within[rows, own] = True
    homes, gates = _points(district, rows), lonlat(district.schools)
    if policy.distance_measure == "straight":
        metres, found = _straight_m(homes, gates), within
    else:
        by_foot = policy.distance_measure == "walk"
        network = _walk(district) if by_foot else _drive(district, policy)
        metres, _, found = _measure(network, homes, gates, own, policy, within)
    far = ~found | (metres > (policy.ride_beyond_m or LUNCH_M))
    return np.asarray(far[rows, own], np.bool_)


def _walk(district: District) -> "Network":
    return walk_network(district.roads)


def _drive(district: District, policy: Policy) -> "Network":
    """Return the network that every bus can drive."""
    return bus_profiles(district.roads, policy, district.bus_types)[0].bus


def _points(district: District, rows: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the homes of rows; the gate of the school attended where one is unknown."""
    home, gate = lonlat(district.students), lonlat(district.schools)
    now = school_rows(district)[rows]
    lon, lat = (
        np.where(np.isnan(at[rows]), there[now], at[rows])
        for at, there in zip(home, gate, strict=True)
    )
    return lon, lat


def _measure(
    network: "Network",
    homes: tuple[NDArray[np.float64], NDArray[np.float64]],
    gates: tuple[NDArray[np.float64], NDArray[np.float64]],
    now: Ints,
    policy: Policy,
    wanted: Flags,
) -> tuple[Ints, Ints, Flags]:
    """Return metres, seconds and whether there is a way; the walk to the road is included."""
    within_m = policy.max_home_to_road_m
    doors = snap_points(network, *gates, within_m=within_m)
    link = doors.link[now]
    component = np.where(link >= 0, network.component[link], 0)
    at = snap_points(network, *homes, within_m=within_m, component=component)
    most = wanted.mean() > ALL_FROM if wanted.size else False
    travel = measure_travel(network, at, doors, within=None if most else wanted)
    moved = np.ceil(np.nan_to_num(at.moved_m))[:, None] + np.ceil(np.nan_to_num(doors.moved_m))
    metres = travel.distance_m + np.where(travel.reached, moved, 0).astype(np.int64)
    return metres, travel.duration_s, travel.reached


def _straight_m(
    homes: tuple[NDArray[np.float64], NDArray[np.float64]],
    gates: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Ints:
    shape = len(homes[0]), len(gates[0])
    pairs = [np.broadcast_to(at[:, None], shape).ravel() for at in homes]
    pairs += [np.broadcast_to(at[None, :], shape).ravel() for at in gates]
    return np.ceil(distances_m(*pairs)).astype(np.int64).reshape(shape)
