"""When every bus is where: clock times of visits, routes and rides."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.policy import Policy

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]


def time_visits(routes: "gpd.GeoDataFrame", visits: pd.DataFrame, dwell_s: Ints) -> pd.DataFrame:
    """Return the visits with ``arrive_s`` and ``depart_s`` (s after midnight).

    Parameters
    ----------
    routes
        Needs ``route_id`` and ``start_s``, when the bus is at the first visit.
    visits
        Needs ``route_id``, ``order`` and ``leg_s``; routes one after the other, in order.
    dwell_s
        Seconds that the bus stands at each visit; the bus waits nowhere else.
    """
    spent = pd.Series(visits["leg_s"].to_numpy() + dwell_s, visits.index)
    since_start = spent.groupby(visits["route_id"], sort=False).cumsum()
    start_s = visits["route_id"].map(routes.set_index("route_id")["start_s"])
    depart_s = (start_s + since_start).astype("int64")
    return visits.assign(arrive_s=depart_s - dwell_s, depart_s=depart_s)


def time_routes(routes: "gpd.GeoDataFrame", visits: pd.DataFrame) -> "gpd.GeoDataFrame":
    """Return the routes with length, duration, departure and arrival.

    Parameters
    ----------
    routes
        Needs ``route_id`` and ``direction``.
    visits
        With ``arrive_s`` and ``depart_s``.
    """
    by_route = visits.groupby("route_id", sort=False)
    first = by_route.first().reindex(routes["route_id"])
    last = by_route.last().reindex(routes["route_id"])
    home = (routes["direction"] == "to_home").to_numpy(bool)
    arrive_s = last["arrive_s"].to_numpy(np.int64)
    begin_s = first["arrive_s"].to_numpy(np.int64)
    return routes.assign(
        distance_m=by_route["leg_m"].sum().reindex(routes["route_id"]).to_numpy(np.int64),
        duration_s=arrive_s - begin_s,
        depart_s=np.where(home, first["depart_s"].to_numpy(np.int64), begin_s),
        arrive_s=arrive_s,
    )


def time_rides(
    rides: pd.DataFrame, visits: pd.DataFrame, students: pd.DataFrame,
    schools: pd.DataFrame, policy: Policy,
) -> pd.DataFrame:  # fmt: skip
    """Return the rides with ``wait_s``, ``ride_s`` and ``door_to_door_s``; empty for the unserved.

    A ride to school lasts from the bus's arrival at the stop to its arrival at school; a
    ride home from leaving school to arriving at the stop. The walk counts at the speed of
    the grade, rounded up.

    Parameters
    ----------
    rides, visits
        ``visits`` with ``arrive_s`` and ``depart_s``.
    students, schools
        Grades, and the bells of the schools attended.
    policy
        Uses ``walk_m_per_s``.
    """
    served = (rides["mode"] == "bus").to_numpy(bool)
    bus = rides[served]
    clock = visits.set_index(["route_id", "order"])
    board = clock.reindex(pd.MultiIndex.from_frame(bus[["route_id", "board_order"]]))
    alight = clock.reindex(pd.MultiIndex.from_frame(bus[["route_id", "alight_order"]]))
    home = (bus["direction"] == "to_home").to_numpy(bool)
    left_s = np.where(home, board["depart_s"], board["arrive_s"]).astype(np.int64)
    there_s = alight["arrive_s"].to_numpy(np.int64)
    student = students.set_index("student_id").loc[bus["student_id"], ["school_id", "grade"]]
    school = schools.set_index("school_id").loc[student["school_id"]]
    bell_s, off_s = (school[name].to_numpy(np.int64) for name in ("bell_s", "dismissal_s"))
    pace = np.array([policy.walk_m_per_s.at(grade) for grade in student["grade"]], float)
    walk_s = np.ceil(bus["to_stop_m"].to_numpy(float) / pace).astype(np.int64)
    ride_s = there_s - left_s
    added = {
        "wait_s": np.where(home, left_s - off_s, bell_s - there_s),
        "ride_s": ride_s,
        "door_to_door_s": walk_s + ride_s,
    }
    columns = {}
    for name, values in added.items():
        column = pd.array([pd.NA] * len(rides), "Int64")
        column[served] = values
        columns[name] = column
    return rides.assign(**columns)
