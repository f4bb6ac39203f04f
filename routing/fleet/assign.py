"""Buses for routes: chains in each half of the day, halves paired, yards chosen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.costs import bus_costs
from routing.fleet.pairing import Bus, choose_yards, pair_halves
from routing.fleet.trips import Trips, make_trips
from routing.policy import Policy
from routing.records import District, Located, lonlat
from routing.roads import snap_points
from routing.roads.positions import Positions
from routing.solver import ChainProblem, solve_chains

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fleet:
    """What the fleet stage adds.

    Parameters
    ----------
    routes
        The routes that have a bus, with ``bus_type_id``, ``bus_id``, ``run``,
        ``parking_id``, ``empty_m``, ``empty_s``, ``return_m``, ``return_s`` and
        ``start_s``: when the bus is at the first visit.
    dropped
        Ids of routes for which no bus was left.
    n_buses_bound
        No plan with these routes has fewer buses.
    """

    routes: "gpd.GeoDataFrame"
    dropped: tuple[str, ...]
    n_buses_bound: int


def assign_buses(
    district: District, routes: "gpd.GeoDataFrame", visits: pd.DataFrame, dwell_s: Ints,
    stops: "gpd.GeoDataFrame", at_stops: Positions, located: Located, policy: Policy, *,
    seconds: int, seed: int, max_rounds: int | None = None,
) -> Fleet:  # fmt: skip
    """Chain the routes of each half-day to buses, pair the halves, and choose yards.

    A route may start whenever its arrival (or departure) stays inside the school's
    window; that freedom lets one bus serve several schools and runs.

    Parameters
    ----------
    district
        Uses ``schools``, ``bus_types`` and ``parkings``.
    routes, visits, dwell_s
        From the routes; ``dwell_s`` says how long the bus stands at each visit.
    stops, at_stops, located
        Where stops and gates are.
    policy
        Uses the windows and the money.
    seconds, seed, max_rounds
        How hard and how the search tries.
    """
    yards = snap_points(
        located.profiles[0].empty, *lonlat(district.parkings), within_m=policy.max_home_to_road_m
    )
    trips = make_trips(district, routes, visits, dwell_s, stops, at_stops, yards, located, policy)
    types = bus_costs(district.bus_types, policy).assign(
        n_available=district.bus_types["n_available"]
    )
    halves = []
    for home in (False, True):
        rows = np.flatnonzero(trips.home == home)
        problem = _problem(trips, rows, types)
        solution = solve_chains(
            problem, seconds=max(1, seconds // 2), seed=seed, max_rounds=max_rounds
        )
        halves.append((rows, solution))
    buses = pair_halves(halves, trips, types)
    yard = choose_yards(buses, trips, district.parkings, len(yards))
    dropped = [int(rows[trip]) for rows, solution in halves for trip in solution.unserved]
    bound = max(solution.n_buses_bound for _, solution in halves)
    driven = _tabulate(routes, buses, yard, trips, district, len(yards))
    return Fleet(driven, tuple(routes["route_id"].iloc[dropped]), bound)


def _problem(trips: Trips, rows: Ints, types: pd.DataFrame) -> ChainProblem:
    between = np.ix_(trips.end[rows], trips.start[rows])
    return ChainProblem(
        duration_s=trips.duration_s[rows],
        earliest_s=trips.earliest_s[rows],
        latest_s=trips.latest_s[rows],
        between_s=trips.ways.duration_s[between],
        between_m=trips.ways.distance_m[between],
        linked=trips.ways.reached[between],
        fits=trips.fits[rows],
        fixed_yuan=tuple(round(yuan / 2) for yuan in types["fixed_yuan"]),
        yuan_per_km=tuple(round(yuan) for yuan in types["yuan_per_km_year"]),
        n_available=tuple(None if pd.isna(n) else int(n) for n in types["n_available"]),
        trip_m=trips.length_m[rows],
    )


def _tabulate(
    routes: "gpd.GeoDataFrame", buses: list[Bus], yard: Ints, trips: Trips,
    district: District, n_yards: int,
) -> "gpd.GeoDataFrame":  # fmt: skip
    """Return the routes that have a bus, in the order given, with what the fleet adds."""
    n_places = len(trips.ways.reached) - n_yards
    width = len(str(len(buses)))
    rows: list[dict[str, object]] = []
    for number, bus in enumerate(buses, start=1):
        at_yard = n_places + int(yard[number - 1]) if yard[number - 1] >= 0 else None
        here = at_yard
        for run, (route, start_s) in enumerate(bus.runs, start=1):
            empty_m, empty_s = _way(trips, here, int(trips.start[route]))
            here = int(trips.end[route])
            last = run in {len(bus.morning), len(bus.runs)}
            return_m, return_s = _way(trips, here, at_yard) if last else (0, 0)
            here = at_yard if last and at_yard is not None else here
            rows.append({
                "row": route,
                "bus_type_id": district.bus_types["bus_type_id"].iloc[bus.bus_type],
                "bus_id": f"B{number:0{width}d}",
                "run": run,
                "parking_id": "" if at_yard is None else district.parkings["parking_id"].iloc[int(yard[number - 1])],
                "empty_m": empty_m, "empty_s": empty_s,
                "return_m": return_m, "return_s": return_s,
                "start_s": start_s,
            })  # fmt: skip
    columns = [
        "row",
        "bus_type_id",
        "bus_id",
        "run",
        "parking_id",
        "empty_m",
        "empty_s",
        "return_m",
        "return_s",
        "start_s",
    ]
    added = pd.DataFrame(rows, columns=columns).set_index("row").sort_index()
    whole = [name for name in columns[1:] if name.endswith(("_m", "_s")) or name == "run"]
    added = added.astype(
        dict.fromkeys(whole, "int64")
        | dict.fromkeys(("bus_type_id", "bus_id", "parking_id"), object)
    )
    return (
        routes.loc[added.index]
        .assign(**{name: added[name] for name in added})
        .reset_index(drop=True)
    )


def _way(trips: Trips, here: int | None, there: int | None) -> tuple[int, int]:
    if here is None or there is None:
        return 0, 0
    return int(trips.ways.distance_m[here, there]), int(trips.ways.duration_s[here, there])
