"""Who is entitled: students who live further from school than the policy lets them walk."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.policy import Policy
from routing.records import District, Located, lonlat
from routing.roads import measure_pairs, take_positions
from routing.roads.network import Network
from routing.roads.positions import Positions
from routing.roads.shapes import distances_m

if TYPE_CHECKING:
    import geopandas as gpd

MEASURES = ("walk", "straight", "drive")


def find_entitled(district: District, located: Located, policy: Policy) -> "gpd.GeoDataFrame":
    """Measure every student's way to school and say who is entitled to transport.

    The way walked is home to road, road network, road to gate. A student exactly at the
    limit walks. Where the policy's measure finds no way, or the home is unknown, the
    student counts as entitled until shown otherwise, so that nobody is lost in silence.

    Parameters
    ----------
    district
        Uses ``schools`` and ``students``.
    located
        Where homes and gates stand on the networks.
    policy
        Uses ``ride_beyond_m``, ``distance_measure``, ``merged_entitled`` and
        ``kindergarten_by_bus``.

    Returns
    -------
    students
        A copy with ``straight_m``, ``walk_m``, ``drive_m`` (m), ``entitled`` (flag) and
        ``why`` (a code of ``routing.reasons.WHY``); same rows, same order.
    """
    row = located.school_row
    walk_m = _way_m(located.walk, located.homes_walk, located.gates_walk, row)
    walk_m += np.ceil(located.homes_walk.moved_m) + np.ceil(located.gates_walk.moved_m[row])
    # how far it is does not depend on the side on which a bus would stand
    gates_bus = replace(located.gates_bus, side=np.zeros_like(located.gates_bus.side))
    measured = {
        "straight_m": _straight_m(district, row),
        "walk_m": walk_m,
        "drive_m": _way_m(located.bus, located.homes_bus, gates_bus, row),
    }
    columns = {
        name: pd.Series(metres, district.students.index).astype("Int64")
        for name, metres in measured.items()
    }
    students = district.students.assign(**columns)
    why = _why(students, policy)
    entitled = why.isin(["beyond_limit", "merged", "no_location", "no_way"])
    return students.assign(entitled=entitled.to_numpy(bool), why=why)


def find_disputed(students: "gpd.GeoDataFrame", policy: Policy) -> "gpd.GeoDataFrame":
    """Select the students whose entitlement would change with another measure.

    Parameters
    ----------
    students
        With the columns that ``find_entitled`` adds.
    policy
        Uses ``ride_beyond_m``; without a distance rule nobody is disputed.

    Returns
    -------
    students
        The disputed rows, with flags ``by_walk``, ``by_straight`` and ``by_drive``: beyond
        the limit by that measure, or without a way.
    """
    limit_m = np.inf if policy.ride_beyond_m is None else policy.ride_beyond_m
    by = {
        f"by_{measure}": (students[f"{measure}_m"].astype("Float64") > limit_m).fillna(True)
        for measure in MEASURES
    }
    flagged = students.assign(**{name: flag.astype(bool) for name, flag in by.items()})
    votes = flagged[list(by)].sum(axis="columns")
    by_distance = students["why"].isin(["beyond_limit", "within_limit"])
    return flagged[by_distance & votes.between(1, len(MEASURES) - 1)]


def _straight_m(district: District, row: NDArray[np.int64]) -> NDArray[np.float64]:
    lon, lat = lonlat(district.students)
    to_lon, to_lat = (part[row] for part in lonlat(district.schools))
    return np.ceil(distances_m(lon, lat, to_lon, to_lat))


def _way_m(
    network: Network, homes: Positions, gates: Positions, row: NDArray[np.int64]
) -> NDArray[np.float64]:
    distance_m, _, reached = measure_pairs(network, homes, take_positions(gates, row))
    return np.where(reached, distance_m, np.nan)


def _why(students: "gpd.GeoDataFrame", policy: Policy) -> "pd.Series[str]":
    """Return the code of each student; later lines overrule earlier ones."""
    why = pd.Series("within_limit", students.index, dtype=object)
    if policy.ride_beyond_m is None:
        why[:] = "not_merged"
    else:
        measured = students[f"{policy.distance_measure}_m"]
        why[(measured > policy.ride_beyond_m).fillna(False).astype(bool)] = "beyond_limit"
        why[measured.isna()] = "no_way"
        why[students.geometry.isna()] = "no_location"
    if policy.merged_entitled:
        why[students["merged"]] = "merged"
    if not policy.kindergarten_by_bus:
        why[students["grade"] == 0] = "kindergarten"
    why[students["boards"]] = "boards"
    return why
