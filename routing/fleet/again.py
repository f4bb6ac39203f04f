"""The two halves of a finished plan as they were chained: to be asked what if."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.costs import bus_costs
from routing.fleet.halves import Half, fleet_types, half_problem
from routing.fleet.trips import Trips, make_trips
from routing.records import Located, Plan, lonlat
from routing.roads import snap_points
from routing.roads.positions import Positions
from routing.solver import Chain, ChainProblem, ChainSolution, confirm_chains

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]

LAST_PRIMARY_GRADE = 6


def rebuild_halves(
    plan: Plan, at_stops: Positions, located: Located
) -> tuple[Trips, pd.DataFrame, tuple[Half, Half]]:
    """Return the trips, the types of bus and both halves of a plan.

    Parameters
    ----------
    plan
        The plan; it must keep its own rules.
    at_stops
        Its stops on the bus network.
    located
        Gates on the networks of its buses.

    Raises
    ------
    SolverError
        When its buses cannot drive their routes as it says.
    """
    district, policy, visits = plan.district, plan.policy, plan.visits
    routes = _with_types(plan, located)
    yards = snap_points(
        located.profiles[0].empty, *lonlat(district.parkings), within_m=policy.max_home_to_road_m
    )
    dwell_s = (visits["depart_s"] - visits["arrive_s"]).to_numpy(np.int64)
    trips = make_trips(
        district, routes, visits, dwell_s, plan.stops, at_stops, yards, located, policy
    )
    types = fleet_types(district.bus_types, policy)
    n_students = routes["n_students"].to_numpy(np.int64)
    first = visits.groupby("route_id", sort=False)["arrive_s"].first()
    start_s = first.reindex(routes["route_id"]).to_numpy(np.int64)
    halves = []
    for home in (False, True):
        rows = np.flatnonzero(trips.home == home)
        problem = half_problem(trips, rows, types, n_students)
        solution = _chained(problem, routes.iloc[rows], start_s[rows], district.bus_types)
        halves.append(Half(rows, problem, confirm_chains(problem, solution)))
    return trips, types, (halves[0], halves[1])


def _with_types(plan: Plan, located: Located) -> "gpd.GeoDataFrame":
    """Return the routes with their network and the types of bus that may drive them.

    A route may have been built on any network of its own bus; types are those that fit
    the narrowest of them, so that no answer needs a road its bus cannot take.
    """
    ids = plan.district.bus_types["bus_type_id"].tolist()
    own = plan.routes["bus_type_id"].map({key: k for k, key in enumerate(ids)})
    profiles = [
        max(number for number, of in enumerate(located.profiles) if k in of.types) for k in own
    ]
    needs = _needs(plan)
    able = _able(plan)
    types = []
    for route, number, k in zip(plan.routes.itertuples(), profiles, own, strict=True):
        n_chairs, junior = needs.get(route.route_id, (0, False))
        fitting = [
            kind
            for kind in located.profiles[number].types
            if able["seats"][kind] >= route.n_students
            and able["chairs"][kind] >= n_chairs
            and (able["both"][kind] or not junior)
        ]
        types.append(tuple(sorted({*fitting, int(k)})))
    column = pd.Series(types, index=plan.routes.index, dtype=object)
    return plan.routes.assign(profile=np.array(profiles, np.int64), types=column)


def _able(plan: Plan) -> dict[str, list[int]]:
    bus_types = plan.district.bus_types
    return {
        "seats": bus_costs(bus_types, plan.policy)["pupil_seats"].tolist(),
        "chairs": bus_types["wheelchairs"].tolist(),
        "both": (bus_types["kind"] == "nine_year").tolist(),
    }


def _needs(plan: Plan) -> dict[str, tuple[int, bool]]:
    """Return per route how many need a wheelchair place, and whether a junior is aboard."""
    students = plan.district.students.set_index("student_id")
    rides = plan.rides[plan.rides["mode"] == "bus"]
    rider = students.loc[rides["student_id"]]
    chairs = rides["n_students"].where((rider["needs"] == "wheelchair").to_numpy(), 0)
    junior = pd.Series((rider["grade"] > LAST_PRIMARY_GRADE).to_numpy(bool), rides.index)
    by_route = pd.DataFrame({"chairs": chairs, "junior": junior}).groupby(rides["route_id"])
    sums = by_route.agg({"chairs": "sum", "junior": "any"})
    return {str(key): (int(row["chairs"]), bool(row["junior"])) for key, row in sums.iterrows()}


def _chained(
    problem: ChainProblem, routes: pd.DataFrame, start_s: Ints, bus_types: pd.DataFrame
) -> ChainSolution:
    """Return the plan's own chains of one half."""
    kinds = {key: k for k, key in enumerate(bus_types["bus_type_id"])}
    place = pd.Series(range(len(routes)), index=routes.index)
    chains, yuan = [], 0
    for _, runs in routes.groupby("bus_id", sort=True):
        ordered = runs.sort_values("run")
        trips = tuple(int(place[row]) for row in ordered.index)
        kind = kinds[ordered["bus_type_id"].iloc[0]]
        chains.append(Chain(kind, trips, tuple(int(start_s[trip]) for trip in trips)))
        length_m = int(problem.trip_m[list(trips)].sum())
        length_m += sum(int(problem.between_m[a, b]) for a, b in pairwise(trips))
        yuan += problem.fixed_yuan[kind] - (-length_m * problem.yuan_per_km[kind] // 1000)
    return ChainSolution(tuple(chains), (), yuan, 0, proven=False)
