"""From the solver's answers to tables: routes, visits and rides."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routing.blank import fill_stages
from routing.records import District, Located
from routing.roads import join_positions, take_positions, trace_paths
from routing.roads.positions import name_sides
from routing.routes.cases import Unserved
from routing.routes.drives import Drive
from routing.tables import RIDES

if TYPE_CHECKING:
    import geopandas as gpd


NONE = pd.NA
_OF_MODES = replace(RIDES, columns=tuple(c for c in RIDES.columns if c.by == "modes"))
"""What only rides by public bus have."""


@dataclass(frozen=True, eq=False)
class Answer:
    """Routes, visits and rides, still without bus and clock.

    Parameters
    ----------
    routes, visits, rides
        Columns that the schema says routes writes; ``routes`` has ``profile`` (whose
        network it drives) and ``types`` (rows of bus_types that may drive it) for the
        fleet, ``block``, ``turn`` and ``was_s`` (see ``Drive``) for where its search starts,
        ``visits`` has ``hold_s``: how long the bus waits there with students
        aboard, because a school on its way opens later.
    """

    routes: "gpd.GeoDataFrame"
    visits: pd.DataFrame
    rides: pd.DataFrame


def tabulate(
    district: District, students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame",
    boardings: pd.DataFrame, drives: list[Drive], unserved: list[Unserved],
    located: Located,
) -> Answer:  # fmt: skip
    """Return the tables of what the solver answered.

    Parameters
    ----------
    district, students, stops, boardings, located
        As in ``build_routes``.
    drives
        The routes.
    unserved
        Those who ride on none of them.
    """
    stop_ids, school_ids = stops["stop_id"].tolist(), district.schools["school_id"].tolist()
    visits = [visit for drive in drives for visit in _visits(drive, school_ids, stop_ids)]
    rides = [ride for drive in drives for ride in _rides(drive, stop_ids)]
    rides += [_unserved_ride(lost) for lost in unserved]
    return Answer(
        _routes_table(drives, located),
        _visits_table(visits),
        _rides_table(rides, students, boardings),
    )


def _visits(drive: Drive, school_ids: list[str], stop_ids: list[str]) -> Iterator[dict[str, Any]]:
    travel, before, aboard = drive.travel, drive.halts[0].place, 0
    sides = name_sides(drive.at.side[[halt.place for halt in drive.halts]])
    for order, (halt, (on, off)) in enumerate(zip(drive.halts, drive.counts(), strict=True)):
        aboard += on - off
        yield {
            "route_id": drive.route_id,
            "order": order,
            "place_id": stop_ids[halt.stop] if halt.school is None else school_ids[halt.school],
            "kind": "stop" if halt.school is None else "school",
            "side": sides[order],
            "n_on": on,
            "n_off": off,
            "n_aboard": aboard,
            "leg_m": int(travel.distance_m[before, halt.place]),
            "leg_s": int(travel.duration_s[before, halt.place]),
            "hold_s": halt.hold_s,
        }
        before = halt.place


def _rides(drive: Drive, stop_ids: list[str]) -> Iterator[dict[str, Any]]:
    for k, halt in enumerate(drive.halts):
        for member in halt.members:
            gate = drive.gate(member.school, k)
            yield {
                "row": member.row,
                "direction": drive.direction,
                "n_students": member.n,
                "mode": "bus",
                "stop_id": stop_ids[halt.stop],
                "route_id": drive.route_id,
                "board_order": gate if drive.home else k,
                "alight_order": k if drive.home else gate,
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


def _routes_table(drives: list[Drive], located: Located) -> "gpd.GeoDataFrame":
    import geopandas as gpd

    return gpd.GeoDataFrame(
        {
            "route_id": pd.Series([drive.route_id for drive in drives], dtype=object),
            "direction": pd.Series([drive.direction for drive in drives], dtype=object),
            "n_students": pd.Series([drive.n for drive in drives], dtype="int64"),
            "profile": pd.Series([drive.profile for drive in drives], dtype="int64"),
            "bus_type": pd.Series([drive.bus_type for drive in drives], dtype="int64"),
            "types": pd.Series([drive.able for drive in drives], dtype=object),
            "block": pd.Series([drive.block for drive in drives], dtype="int64"),
            "turn": pd.Series([drive.turn for drive in drives], dtype="int64"),
            "was_s": pd.Series([drive.was_s for drive in drives], dtype="int64"),
        },
        geometry=_lines(drives, located),
        crs="EPSG:4326",
    )


def _lines(drives: list[Drive], located: Located) -> list[Any]:
    """Return the way of each route, leg after leg."""
    import shapely

    if not drives:
        return []
    stands = [take_positions(drive.at, [halt.place for halt in drive.halts]) for drive in drives]
    every = join_positions(*stands)
    last = np.cumsum([len(stand) for stand in stands]) - 1
    leaves = np.delete(np.arange(len(every)), last)
    profile = np.repeat([d.profile for d in drives], [len(stand) - 1 for stand in stands])
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
    whole = ("order", "n_on", "n_off", "n_aboard", "leg_m", "leg_s", "hold_s")
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
        "hold_s",
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
    return fill_stages(table[order].reset_index(drop=True), _OF_MODES)


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
