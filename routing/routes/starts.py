"""Where does a search start that has an earlier plan? At its routes, as far as they still fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

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


class Turn(NamedTuple):
    """Which route it was, which bus drove it on which of its runs, and when it began (s)."""

    route_id: str
    bus_id: str
    run: int
    start_s: int


@dataclass(frozen=True)
class Start:
    """An earlier plan's routes of one case.

    Parameters
    ----------
    solution
        To start from: what still fits; its cost and bounds are not known.
    turns
        By the places of a route: which it was in that plan.
    """

    solution: RouteSolution
    turns: Mapping[tuple[int, ...], Turn]


class _Earlier(NamedTuple):
    """A route of an earlier plan: its calls are rows of stops, or -1 - row of schools."""

    direction: str
    bus_type_id: str
    turn: Turn
    calls: list[int]
    n_riders: list[int]


def find_starts(
    plan: Plan, cases: Sequence[Case], stops: "gpd.GeoDataFrame", schools: "gpd.GeoDataFrame"
) -> list[Start | None]:
    """Return the plan's routes as answers to start from; the search mends what breaks a rule.

    Parameters
    ----------
    plan
        Of the same district, or of one much like it. Stops are found again by place.
    cases
        The problems.
    stops
        The stops of the cases, in the order of their rows.
    schools
        The schools of the cases, in the order of their rows.
    """
    orders: dict[tuple[int, str], list[_Earlier]] = {}
    for route in _routes(plan, stops, schools):
        gates = {call for call in route.calls if call < 0}
        if len(gates) == 1:
            orders.setdefault((-1 - gates.pop(), route.direction), []).append(route)
    types = {name: row for row, name in enumerate(plan.district.bus_types["bus_type_id"])}
    return [_start(case, orders.get((case.school, case.direction), []), types) for case in cases]


def find_steps(
    plan: Plan, stops: "gpd.GeoDataFrame", schools: "gpd.GeoDataFrame"
) -> frozenset[Step]:
    """Return the ways that a plan drives between stops and schools that are still there."""
    return frozenset(
        (route.direction, here, there)
        for route in _routes(plan, stops, schools)
        for here, there in pairwise(route.calls)
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


def _routes(
    plan: Plan, stops: "gpd.GeoDataFrame", schools: "gpd.GeoDataFrame"
) -> Iterator[_Earlier]:
    """Yield the routes of a plan, as far as their stops and schools are known."""
    row_at = {place: row for row, place in enumerate(_places(stops))}
    rows = [row_at.get(place) for place in _places(plan.stops)]
    row_of: dict[str, int | None] = dict(zip(plan.stops["stop_id"], rows, strict=True))
    for row, school_id in enumerate(schools["school_id"]):
        row_of[f"school {school_id}"] = -1 - row
    by_route: dict[str, list[tuple[int, int]]] = {}
    start_s = plan.visits.groupby("route_id")["arrive_s"].min().to_dict()
    for visit in plan.visits.itertuples(index=False):
        name = f"school {visit.place_id}" if visit.kind == "school" else visit.place_id
        call = row_of.get(name)
        if call is not None:
            riders = (call, int(visit.n_on + visit.n_off))
            by_route.setdefault(str(visit.route_id), []).append(riders)
    for route in plan.routes.itertuples(index=False):
        calls = by_route.get(str(route.route_id), [])
        begun_s = int(start_s.get(route.route_id, -1))
        turn = Turn(str(route.route_id), str(route.bus_id), int(route.run), begun_s)
        yield _Earlier(
            str(route.direction), str(route.bus_type_id), turn,
            [call for call, _ in calls], [n for _, n in calls],
        )  # fmt: skip


def _places(stops: "gpd.GeoDataFrame") -> list[tuple[float, float]]:
    lon, lat = lonlat(stops)
    return [(round(x, DIGITS), round(y, DIGITS)) for x, y in zip(lon, lat, strict=True)]


def _start(case: Case, orders: list[_Earlier], types: dict[str, int]) -> Start | None:
    """Return the routes with the case's stands at each stop; the rest is left to the search."""
    free: dict[int, list[int]] = {}
    for place, stand in enumerate(case.stands, start=1):
        free.setdefault(stand.stop, []).append(place)
    row_of_type = [int(row) for row in case.fleet["bus_type"]]
    routes, turns = [], {}
    for earlier in orders:
        places = tuple(
            place
            for stop, n in zip(earlier.calls, earlier.n_riders, strict=True)
            for place in _take(case, free.get(stop, []), n)
        )
        if places:
            row = types.get(earlier.bus_type_id, -1)
            bus_type = row_of_type.index(row) if row in row_of_type else 0
            routes.append(Route(places, bus_type))
            turns[places] = earlier.turn
    if not routes:
        return None
    behind = tuple(sorted(place for places in free.values() for place in places))
    solution = RouteSolution(tuple(routes), behind, 0, 0, proven=False, bound_yuan=0)
    return Start(solution, turns)


def _take(case: Case, free: list[int], n_riders: int) -> list[int]:
    """Take from the places at one stop those whose stands make up so many riders, one at least."""
    n = {place: case.stands[place - 1].n for place in free}
    taken = next(([place] for place in free if n[place] == n_riders), free[:1])
    for place in free:
        if place not in taken and sum(n[one] for one in (*taken, place)) <= n_riders:
            taken = [*taken, place]
    free[:] = [place for place in free if place not in taken]
    return taken
