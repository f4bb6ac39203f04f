"""Routes as trips: when each may start, how long it keeps its bus, and the ways between."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.policy import Policy
from routing.records import District, Located
from routing.roads import join_positions, measure_travel, take_positions
from routing.roads.positions import Positions, Travel, read_sides

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trips:
    """The routes of the day, one row each.

    Parameters
    ----------
    duration_s
        From being at the first visit to being free at the last.
    earliest_s, latest_s
        When the bus may be at the first visit, seconds after midnight.
    length_m
        Driven with students.
    start, end
        Place of ``ways`` where the route starts and ends.
    ways
        Between all starts, ends and yards; yards are the last places.
    fits
        Whether a type of bus (row of bus_types) may drive it (bool, routes by types).
    home
        Whether it drives to home.
    was_s
        When an earlier plan had the bus at the first visit of a route that stays; -1: new.
    """

    duration_s: Ints
    earliest_s: Ints
    latest_s: Ints
    length_m: Ints
    start: Ints
    end: Ints
    ways: Travel
    fits: NDArray[np.bool_]
    home: NDArray[np.bool_]
    was_s: Ints


def make_trips(
    district: District, routes: "gpd.GeoDataFrame", visits: pd.DataFrame, dwell_s: Ints,
    stops: "gpd.GeoDataFrame", at_stops: Positions, yards: Positions, located: Located,
    policy: Policy,
) -> Trips:  # fmt: skip
    """Return the routes as trips; parameters as in ``assign_buses``."""
    spent = visits.assign(spent_s=visits["leg_s"] + dwell_s)
    by_route = spent.groupby("route_id", sort=False)
    duration_s = by_route["spent_s"].sum().reindex(routes["route_id"]).to_numpy(np.int64)
    length_m = by_route["leg_m"].sum().reindex(routes["route_id"]).to_numpy(np.int64)
    home = (routes["direction"] == "to_home").to_numpy(bool)
    earliest_s, latest_s = _windows(district, routes, spent, dwell_s, policy)
    start, end, ways = _ways(district, routes, visits, stops, at_stops, yards, located)
    able = np.zeros((len(routes), len(district.bus_types)), bool)
    for row, types in enumerate(routes["types"]):
        able[row, list(types)] = True
    was_s = routes["was_s"] if "was_s" in routes else pd.Series(-1, routes.index)
    return Trips(
        duration_s, earliest_s, latest_s, length_m, start, end, ways, able, home,
        was_s.to_numpy(np.int64),
    )  # fmt: skip


def _windows(
    district: District, routes: "gpd.GeoDataFrame", spent: pd.DataFrame, dwell_s: Ints,
    policy: Policy,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Return between when each route may start: every school on it has a window.

    ``spent`` are the visits with ``spent_s``, driving there and standing.
    """
    gone_s = spent.groupby("route_id", sort=False)["spent_s"].cumsum().to_numpy(np.int64)
    gate = (spent["kind"] == "school").to_numpy(bool)
    at = spent[gate]
    home = at["route_id"].map(routes.set_index("route_id")["direction"]) == "to_home"
    school = district.schools.set_index("school_id").loc[at["place_id"]]
    bell_s, off_s = (school[name].to_numpy(np.int64) for name in ("bell_s", "dismissal_s"))
    opens_s = np.where(home, off_s + policy.leave_after_min_s, bell_s - policy.arrive_before_max_s)
    shuts_s = np.where(home, off_s + policy.leave_after_max_s, bell_s - policy.arrive_before_min_s)
    offset_s = np.where(home, gone_s[gate], gone_s[gate] - dwell_s[gate])
    by_route = pd.DataFrame({
        "route_id": at["route_id"].to_numpy(object),
        "first_s": np.maximum(opens_s - offset_s, 0),
        "last_s": np.maximum(shuts_s - offset_s, 0),
    }).groupby("route_id", sort=False)  # fmt: skip
    ids = routes["route_id"]
    first_s = by_route["first_s"].max().reindex(ids).to_numpy(np.int64)
    return first_s, by_route["last_s"].min().reindex(ids).to_numpy(np.int64)


def _ways(
    district: District, routes: "gpd.GeoDataFrame", visits: pd.DataFrame,
    stops: "gpd.GeoDataFrame", at_stops: Positions, yards: Positions, located: Located,
) -> tuple[Ints, Ints, Travel]:  # fmt: skip
    """Return where routes start and end, and the ways between all those places."""
    by_route = visits.groupby("route_id", sort=False)
    ids = pd.Index([*("g" + district.schools["school_id"]), *("s" + stops["stop_id"])])
    ends = []
    for pick in (by_route.first(), by_route.last()):
        edge = pick.reindex(routes["route_id"])
        marks = np.where(edge["kind"] == "school", "g", "s")
        row = ids.get_indexer(marks + edge["place_id"].to_numpy(object))
        ends.append(np.stack((row, read_sides(edge["side"])), axis=1))
    own = np.tile(routes["profile"].to_numpy(np.int64), 2)
    table = np.column_stack([np.concatenate(ends), own])
    used, at = np.unique(table, axis=0, return_inverse=True)
    at = at.reshape(-1)
    everywhere = [join_positions(gates, at_stops) for gates in located.gates]
    ways = _measure(located, everywhere, used, yards)
    return at[: len(routes)], at[len(routes) :], ways


def _measure(located: Located, everywhere: list[Positions], used: Ints, yards: Positions) -> Travel:
    """Return the empty ways between places, each on the network of its smaller bus.

    ``used`` has, per place, its row of ``everywhere``, its side, and its profile; yards
    follow, and are of the first profile.
    """
    profile = np.concatenate([used[:, 2], np.zeros(len(yards), np.int64)])
    needed = np.maximum(profile[:, None], profile[None, :])
    side = used[:, 1].astype(np.int8)
    metres, seconds = np.zeros((2, *needed.shape), np.int64)
    reached = np.zeros(needed.shape, bool)
    for number in np.unique(needed).tolist():
        stands = replace(take_positions(everywhere[number], used[:, 0]), side=side)
        places = join_positions(stands, yards)
        found = measure_travel(located.profiles[number].empty, places, places)
        here = needed == number
        metres[here], seconds[here] = found.distance_m[here], found.duration_s[here]
        reached[here] = found.reached[here]
    return Travel(metres, seconds, reached)
