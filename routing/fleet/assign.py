"""Buses for routes: chains in each half of the day, halves paired, yards chosen."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.fleet.bells import list_schools, move_bells, shift_trips
from routing.fleet.halves import Half, fleet_types, half_problem
from routing.fleet.more import find_more_buses
from routing.fleet.pairing import Bus, choose_yards, pair_halves
from routing.fleet.trips import Trips, make_trips
from routing.policy import Policy
from routing.records import District, Located, MoreBus, lonlat
from routing.roads import snap_points
from routing.roads.positions import Positions
from routing.solver import Chain, ChainSolution, Crew, solve_chains

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]

MORE_SHARE = 0.1
"""Beyond the time given, the share of it for the question which buses are missing (assumed)."""
APART_SHARE, APART_SHARE_MOVING = 0.4, 0.15
"""Share of the time for chaining each half for itself, before both together; where bells
may move that matters less (assumed)."""


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
        No plan with these routes has fewer buses, wherever the policy lets bells move.
    schools
        The district's, their bells as moved, with ``bell_moved_s``.
    more_buses
        Buses that would serve what was dropped, the fullest first.
    """

    routes: "gpd.GeoDataFrame"
    dropped: tuple[str, ...]
    n_buses_bound: int
    schools: "gpd.GeoDataFrame"
    more_buses: tuple[MoreBus, ...]


def assign_buses(
    district: District, routes: "gpd.GeoDataFrame", visits: pd.DataFrame, dwell_s: Ints,
    stops: "gpd.GeoDataFrame", at_stops: Positions, located: Located, policy: Policy, *,
    seconds: int, seed: int, max_rounds: int | None = None, halt: threading.Event | None = None,
    crew: Crew | None = None, held: NDArray[np.bool_] | None = None,
) -> Fleet:  # fmt: skip
    """Chain the routes of both half-days to shared buses, move bells, and choose yards.

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
        Uses the windows, the money, and how far bells may move.
    seconds, seed, max_rounds
        How hard and how the search tries.
    halt
        Set when the user interrupts: the chains that the routes came with are used.
    crew
        Processes to use; None: own ones.
    held
        Per row of ``schools``, whether its bells stay, as where pupils come by public bus.
    """
    yards = snap_points(
        located.profiles[0].empty, *lonlat(district.parkings), within_m=policy.max_home_to_road_m
    )
    trips = make_trips(district, routes, visits, dwell_s, stops, at_stops, yards, located, policy)
    types = fleet_types(district.bus_types, policy)
    n_students = routes["n_students"].to_numpy(np.int64)
    share = APART_SHARE_MOVING if policy.move_bells_max_s else APART_SHARE
    each_s = max(1.0, share * seconds / 2)
    morning, afternoon = (
        _chain_half(trips, routes, home, types, n_students, each_s, seed, max_rounds, halt, crew)
        for home in (False, True)
    )
    moved = move_bells(
        district.schools, visits, routes["route_id"], (morning, afternoon), policy,
        seconds=max(1.0, (1 - share) * seconds), seed=seed, max_rounds=max_rounds, halt=halt, crew=crew,
        held=held,
    )  # fmt: skip
    trips = shift_trips(trips, moved.halves)
    halves = [(half.rows, half.solution) for half in moved.halves]
    buses = pair_halves(halves, trips, types)
    yard = choose_yards(buses, trips, district.parkings, len(yards))
    more = find_more_buses(
        moved.halves, district.bus_types["bus_type_id"].tolist(),
        list_schools(routes["route_id"], visits),
        seconds=max(1.0, MORE_SHARE * seconds), seed=seed, max_rounds=max_rounds, halt=halt, crew=crew,
    )  # fmt: skip
    dropped = [int(rows[trip]) for rows, solution in halves for trip in solution.unserved]
    driven = _tabulate(routes, buses, yard, trips, district, len(yards))
    return Fleet(
        driven, tuple(routes["route_id"].iloc[dropped]), moved.n_buses_bound,
        move_schools(district.schools, moved.shift_s), more,
    )  # fmt: skip


def move_schools(schools: "gpd.GeoDataFrame", shift_s: Ints) -> "gpd.GeoDataFrame":
    """Return schools with both bells moved and ``bell_moved_s`` saying how far (s)."""
    return schools.assign(
        bell_s=schools["bell_s"] + shift_s,
        dismissal_s=schools["dismissal_s"] + shift_s,
        bell_moved_s=shift_s,
    )


def _chain_half(
    trips: Trips, routes: pd.DataFrame, home: bool, types: pd.DataFrame, n_students: Ints,
    seconds: float, seed: int, max_rounds: int | None, halt: threading.Event | None, crew: Crew | None,
) -> Half:  # fmt: skip
    """Return one half of the day chained for itself, from the blocks of the routes."""
    rows = np.flatnonzero(trips.home == home)
    problem = half_problem(trips, rows, types, n_students)
    solution = solve_chains(
        problem, seconds=seconds, seed=seed, max_rounds=max_rounds,
        start=_start(routes.iloc[rows]), halt=halt, crew=crew,
    )  # fmt: skip
    return Half(rows, problem, solution)


def _start(routes: pd.DataFrame) -> ChainSolution:
    """Return the blocks in which routes were searched as chains; their times are not known."""
    block = routes["block"].to_numpy(np.int64)
    alone = block < 0
    block = np.where(alone, block.max(initial=0) + 1 + np.arange(len(block)), block)
    order = np.lexsort((routes["turn"].to_numpy(np.int64), block))
    chains = []
    for trips in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
        if len(trips):
            kind = int(routes["bus_type"].iloc[int(trips[0])])
            chains.append(Chain(kind, tuple(trips.tolist()), (0,) * len(trips)))
    return ChainSolution(tuple(chains), (), 0, 0, proven=False)


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
