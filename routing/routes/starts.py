"""Where does a search start that has an earlier plan? At its routes, as far as they still fit."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from routing.records import Plan, lonlat
from routing.routes.cases import Case
from routing.solver import Route, RouteSolution

if TYPE_CHECKING:
    import geopandas as gpd

DIGITS = 5
"""Decimals of a degree, about 1 m: stops that agree so far are the same."""


Step = tuple[str, int, int]
"""A way of a route: direction, and from and to where: a row of stops, or -1 - row of schools."""


def find_starts(
    plan: Plan, cases: Sequence[Case], stops: "gpd.GeoDataFrame"
) -> list[RouteSolution | None]:
    """Return the plan's routes as answers to start from; the search mends what breaks a rule.

    Parameters
    ----------
    plan
        Of the same district, or of one much like it. Stops are found again by place.
    cases
        The problems.
    stops
        The stops of the cases, in the order of their rows.
    """
    orders: dict[tuple[int, str], list[tuple[str, list[int]]]] = {}
    for direction, bus_type_id, calls in _routes(plan, stops):
        gates = {call for call in calls if call < 0}
        if len(gates) == 1:
            key = (-1 - gates.pop(), direction)
            orders.setdefault(key, []).append((bus_type_id, [c for c in calls if c >= 0]))
    types = {name: row for row, name in enumerate(plan.district.bus_types["bus_type_id"])}
    return [_start(case, orders.get((case.school, case.direction), []), types) for case in cases]


def find_steps(plan: Plan, stops: "gpd.GeoDataFrame") -> frozenset[Step]:
    """Return the ways that a plan drives between stops and schools that are still there."""
    return frozenset(
        (direction, here, there)
        for direction, _, calls in _routes(plan, stops)
        for here, there in pairwise(calls)
    )


def stay_close(case: Case, steps: frozenset[Step], stay_close_m: int) -> Case:
    """Return the case with every way longer that an earlier plan does not drive.

    Parameters
    ----------
    case
        The problem.
    steps
        From ``find_steps``.
    stay_close_m
        By how much (m).
    """
    places = [-1 - case.school, *(stand.stop for stand in case.stands)]
    kept = [[(case.direction, a, b) in steps or a == b for b in places] for a in places]
    more_m = np.where(np.array(kept), 0, stay_close_m).astype(np.int64)
    problem = replace(case.problem, distance_m=case.problem.distance_m + more_m)
    return replace(case, problem=problem)


def _routes(plan: Plan, stops: "gpd.GeoDataFrame") -> Iterator[tuple[str, str, list[int]]]:
    """Yield direction, type of bus and calls of each route, as far as its stops are known."""
    row_at = {place: row for row, place in enumerate(_places(stops))}
    rows = [row_at.get(place) for place in _places(plan.stops)]
    row_of: dict[str, int | None] = dict(zip(plan.stops["stop_id"], rows, strict=True))
    for row, school_id in enumerate(plan.district.schools["school_id"]):
        row_of[f"school {school_id}"] = -1 - row
    visits = plan.visits.merge(plan.routes[["route_id", "direction", "bus_type_id"]])
    gate = np.where(visits["kind"] == "school", "school ", "")
    visits = visits.assign(key=gate + visits["place_id"].to_numpy(object))
    for _, route in visits.groupby("route_id", sort=False):
        known = [row_of.get(key) for key in route["key"]]
        calls = [call for call in known if call is not None]
        yield str(route["direction"].iloc[0]), str(route["bus_type_id"].iloc[0]), calls


def _places(stops: "gpd.GeoDataFrame") -> list[tuple[float, float]]:
    lon, lat = lonlat(stops)
    return [(round(x, DIGITS), round(y, DIGITS)) for x, y in zip(lon, lat, strict=True)]


def _start(
    case: Case, orders: list[tuple[str, list[int]]], types: dict[str, int]
) -> RouteSolution | None:
    """Return the routes with the case's stands at each stop; the rest is left to the search."""
    free: dict[int, list[int]] = {}
    for place, stand in enumerate(case.stands, start=1):
        free.setdefault(stand.stop, []).append(place)
    row_of_type = [int(row) for row in case.fleet["bus_type"]]
    routes = []
    for name, order in orders:
        places = [free[stop].pop(0) for stop in order if free.get(stop)]
        if places:
            row = types.get(name, -1)
            bus_type = row_of_type.index(row) if row in row_of_type else 0
            routes.append(Route(tuple(places), bus_type))
    if not routes:
        return None
    behind = tuple(sorted(place for places in free.values() for place in places))
    return RouteSolution(tuple(routes), behind, 0, 0, proven=False, bound_yuan=0)
