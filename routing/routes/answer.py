"""From the solver's answers to tables: routes, visits and rides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routing.records import District, Located
from routing.roads import join_positions, take_positions, trace_paths
from routing.roads.positions import name_sides
from routing.routes.cases import Case, Stand, Unserved

if TYPE_CHECKING:
    import geopandas as gpd

    from routing.solver import RouteSolution

NONE = pd.NA


@dataclass(frozen=True, eq=False)
class Answer:
    """Routes, visits and rides, still without bus and clock.

    Parameters
    ----------
    routes, visits, rides
        Columns that the schema says routes writes; ``routes`` has ``school_row``,
        ``profile`` (whose network it drives) and ``types`` (rows of bus_types that may
        drive it) for the fleet.
    """

    routes: "gpd.GeoDataFrame"
    visits: pd.DataFrame
    rides: pd.DataFrame


@dataclass(frozen=True)
class _Drive:
    """One route: its stands in the order driven, stands at one stop joined."""

    route_id: str
    case: Case
    bus_type: int
    stands: tuple[Stand, ...]

    @property
    def home(self) -> bool:
        return self.case.direction == "to_home"

    def places(self) -> list[int]:
        """Return the rows of the case's travel table in the order driven."""
        stops = [self.case.place(stand.stop) for stand in self.stands]
        return [0, *stops] if self.home else [*stops, 0]


def tabulate(
    district: District, students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame",
    boardings: pd.DataFrame, cases: list[Case],
    solutions: "list[RouteSolution]", unserved: list[Unserved], located: Located,
) -> Answer:  # fmt: skip
    """Return the tables of what the solver answered.

    Parameters
    ----------
    district, students, stops, boardings, located
        As in ``build_routes``.
    cases, solutions
        One solution per case.
    unserved
        Those who never reached the solver.
    """
    drives = list(_drives(district, cases, solutions))
    left_over = [
        Unserved(row, n, case.direction, "no_bus")
        for case, solution in zip(cases, solutions, strict=True)
        for place in solution.unserved
        for row, n in case.stands[place - 1].members
    ]
    visits = [visit for drive in drives for visit in _visits(drive, district, stops)]
    rides = [ride for drive in drives for ride in _rides(drive, stops)]
    rides += [_unserved_ride(lost) for lost in [*unserved, *left_over]]
    return Answer(
        _routes_table(drives, located),
        _visits_table(visits),
        _rides_table(rides, students, boardings),
    )


def _drives(
    district: District, cases: list[Case], solutions: "list[RouteSolution]"
) -> Iterator[_Drive]:
    numbers: dict[tuple[int, str], int] = {}
    for case, solution in zip(cases, solutions, strict=True):
        for route in solution.routes:
            key = (case.school, case.direction)
            numbers[key] = numbers.get(key, 0) + 1
            half = "am" if case.direction == "to_school" else "pm"
            school_id = district.schools["school_id"].iloc[case.school]
            stands = _join([case.stands[place - 1] for place in route.stops])
            bus_type = case.bus_types[route.bus_type]
            yield _Drive(f"{school_id}-{half}{numbers[key]}", case, bus_type, stands)


def _join(stands: list[Stand]) -> tuple[Stand, ...]:
    """Return the stands with neighbours at one stop made one."""
    joined: list[Stand] = []
    for stand in stands:
        last = joined[-1] if joined else None
        if last and last.stop == stand.stop:
            joined[-1] = Stand(
                stand.stop, last.members + stand.members,
                min(last.max_ride_s, stand.max_ride_s), last.n_young + stand.n_young,
            )  # fmt: skip
        else:
            joined.append(stand)
    return tuple(joined)


def _visits(
    drive: _Drive, district: District, stops: "gpd.GeoDataFrame"
) -> Iterator[dict[str, Any]]:
    places, travel = drive.places(), drive.case.travel
    n_all = sum(stand.n for stand in drive.stands)
    aboard = 0
    for order, place in enumerate(places):
        at_school = place == 0
        stand = None if at_school else drive.stands[order - drive.home]
        n = n_all if stand is None else stand.n
        on = at_school == drive.home
        aboard += n if on else -n
        before = places[order - 1] if order else place
        yield {
            "route_id": drive.route_id,
            "order": order,
            "place_id": district.schools["school_id"].iloc[drive.case.school]
            if stand is None
            else stops["stop_id"].iloc[stand.stop],
            "kind": "school" if at_school else "stop",
            "side": name_sides(drive.case.at.side[[place]])[0],
            "n_on": n if on else 0,
            "n_off": 0 if on else n,
            "n_aboard": aboard,
            "leg_m": int(travel.distance_m[before, place]) if order else 0,
            "leg_s": int(travel.duration_s[before, place]) if order else 0,
        }


def _rides(drive: _Drive, stops: "gpd.GeoDataFrame") -> Iterator[dict[str, Any]]:
    last = len(drive.stands)
    for k, stand in enumerate(drive.stands):
        for row, n in stand.members:
            yield {
                "row": row,
                "direction": drive.case.direction,
                "n_students": n,
                "mode": "bus",
                "stop_id": stops["stop_id"].iloc[stand.stop],
                "route_id": drive.route_id,
                "board_order": 0 if drive.home else k,
                "alight_order": k + 1 if drive.home else last,
                "reason": "",
                "reason_found": NONE,
                "reason_limit": NONE,
            }


def _unserved_ride(lost: Unserved) -> dict[str, Any]:
    return {
        "row": lost.row,
        "direction": lost.direction,
        "n_students": lost.n,
        "mode": "unserved",
        "stop_id": "",
        "route_id": "",
        "board_order": NONE,
        "alight_order": NONE,
        "reason": lost.reason,
        "reason_found": NONE if lost.found is None else lost.found,
        "reason_limit": NONE if lost.limit is None else lost.limit,
    }


def _routes_table(drives: list[_Drive], located: Located) -> "gpd.GeoDataFrame":
    import geopandas as gpd

    return gpd.GeoDataFrame(
        {
            "route_id": pd.Series([drive.route_id for drive in drives], dtype=object),
            "direction": pd.Series([drive.case.direction for drive in drives], dtype=object),
            "n_students": pd.Series([sum(s.n for s in d.stands) for d in drives], dtype="int64"),
            "school_row": pd.Series([drive.case.school for drive in drives], dtype="int64"),
            "profile": pd.Series([drive.case.profile for drive in drives], dtype="int64"),
            "bus_type": pd.Series([drive.bus_type for drive in drives], dtype="int64"),
            "types": pd.Series([_able(drive) for drive in drives], dtype=object),
        },
        geometry=_lines(drives, located),
        crs="EPSG:4326",
    )


def _able(drive: _Drive) -> tuple[int, ...]:
    """Return the rows of bus_types that may drive the route."""
    n = sum(stand.n for stand in drive.stands)
    seats = drive.case.problem.seats
    return tuple(
        row for row, places in zip(drive.case.bus_types, seats, strict=True) if places >= n
    )


def _lines(drives: list[_Drive], located: Located) -> list[Any]:
    """Return the way of each route, leg after leg."""
    import shapely

    if not drives:
        return []
    stands = [take_positions(drive.case.at, drive.places()) for drive in drives]
    every = join_positions(*stands)
    last = np.cumsum([len(stand) for stand in stands]) - 1
    leaves = np.delete(np.arange(len(every)), last)
    profile = np.repeat([d.case.profile for d in drives], [len(stand) - 1 for stand in stands])
    paths: list[Any] = [None] * len(leaves)
    for number in np.unique(profile).tolist():
        legs = np.flatnonzero(profile == number)
        ends = take_positions(every, leaves[legs]), take_positions(every, leaves[legs] + 1)
        for leg, path in zip(legs, trace_paths(located.profiles[number].bus, *ends), strict=True):
            paths[leg] = path
    drawn = iter(paths)
    lines = []
    for stand in stands:
        parts = [next(drawn) for _ in range(len(stand) - 1)]
        points = np.concatenate(parts) if parts else np.zeros((0, 2))
        if len(points) < 2:
            here = [stand.lon[0], stand.lat[0]]
            points = np.array([here, here])
        moved = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
        lines.append(shapely.LineString(points[moved] if moved.sum() > 1 else points[:2]))
    return lines


def _visits_table(visits: list[dict[str, Any]]) -> pd.DataFrame:
    whole = ("order", "n_on", "n_off", "n_aboard", "leg_m", "leg_s")
    columns = [
        "route_id",
        "order",
        "place_id",
        "kind",
        "side",
        "n_on",
        "n_off",
        "n_aboard",
        "leg_m",
        "leg_s",
    ]
    table = pd.DataFrame(visits, columns=columns)
    return table.astype({name: "int64" if name in whole else object for name in columns})


def _rides_table(
    rides: list[dict[str, Any]], students: "gpd.GeoDataFrame", boardings: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per entitled row, direction and part, in the students' order."""
    columns = [
        "row",
        "direction",
        "n_students",
        "mode",
        "stop_id",
        "route_id",
        "board_order",
        "alight_order",
        "reason",
        "reason_found",
        "reason_limit",
    ]
    table = pd.DataFrame(rides, columns=columns)
    walk_m = boardings.set_index("row")["to_stop_m"]
    backwards = table["direction"] == "to_home"
    table = table.assign(backwards=backwards).sort_values(["backwards", "row"], kind="stable")
    part = table.groupby(["row", "direction"]).cumcount()
    whole = ("board_order", "alight_order", "reason_found", "reason_limit")
    to_stop_m = walk_m.reindex(table["row"]).array.astype("Int64").copy()
    to_stop_m[(table["mode"] != "bus").to_numpy()] = pd.NA
    student_id = students["student_id"].to_numpy()[table["row"].to_numpy(np.int64)]
    table = table.assign(student_id=student_id, part=part.astype("int64"), to_stop_m=to_stop_m)
    table = table.astype(dict.fromkeys(whole, "Int64") | {"n_students": "int64"})
    order = [
        "student_id",
        "direction",
        "part",
        "n_students",
        "mode",
        "stop_id",
        "route_id",
        "board_order",
        "alight_order",
        "to_stop_m",
        "reason",
        "reason_found",
        "reason_limit",
    ]
    return table[order].reset_index(drop=True)


def drop_routes(answer: Answer, dropped: tuple[str, ...]) -> Answer:
    """Return the answer without some routes; their students are unserved for want of a bus."""
    gone = answer.rides["route_id"].isin(dropped)
    rides = answer.rides.copy()
    rides.loc[gone, ["mode", "stop_id", "route_id", "reason"]] = [
        "unserved",
        "",
        "",
        "no_bus",
    ]
    rides.loc[gone, ["board_order", "alight_order", "to_stop_m"]] = NONE
    routes = answer.routes[~answer.routes["route_id"].isin(dropped)].reset_index(drop=True)
    visits = answer.visits[~answer.visits["route_id"].isin(dropped)].reset_index(drop=True)
    return Answer(routes, visits, rides)
