"""Where does a search start that has an earlier plan? At its routes, as far as they still fit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from routing.records import Plan, lonlat
from routing.routes.cases import Case
from routing.solver import Route, RouteSolution

if TYPE_CHECKING:
    import geopandas as gpd

DIGITS = 5
"""Decimals of a degree, about 1 m: stops that agree so far are the same."""


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
    row_at = {place: row for row, place in enumerate(_places(stops))}
    rows = [row_at.get(place, -1) for place in _places(plan.stops)]
    row_of = dict(zip(plan.stops["stop_id"], rows, strict=True))
    school_row = pd.Index(plan.district.schools["school_id"])
    orders: dict[tuple[int, str], list[tuple[str, list[int]]]] = {}
    visits = plan.visits.merge(plan.routes[["route_id", "direction", "bus_type_id"]])
    for _, route in visits.groupby("route_id", sort=False):
        gates = route[route["kind"] == "school"]["place_id"].unique()
        if len(gates) != 1:
            continue
        key = (int(school_row.get_loc(gates[0])), str(route["direction"].iloc[0]))
        named = route[route["kind"] == "stop"]["place_id"]
        order = [row_of[stop_id] for stop_id in named if row_of.get(stop_id, -1) >= 0]
        orders.setdefault(key, []).append((str(route["bus_type_id"].iloc[0]), order))
    types = {name: row for row, name in enumerate(plan.district.bus_types["bus_type_id"])}
    return [_start(case, orders.get((case.school, case.direction), []), types) for case in cases]


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
