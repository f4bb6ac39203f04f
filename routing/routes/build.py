"""Building the routes: cases for all schools, one search, tables from its answers."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routing.costs import bus_costs
from routing.doors import door_limits_s
from routing.policy import Policy
from routing.records import District, Located, Plan
from routing.roads import join_positions, measure_travel, take_positions
from routing.roads.positions import Positions
from routing.routes.answer import Answer, tabulate
from routing.routes.cases import Case, Unserved, make_case
from routing.routes.drives import name_drives
from routing.routes.kept import drive_kept, split_kept
from routing.routes.search import Better, Routed, find_drives
from routing.routes.sides import choose_sides
from routing.routes.starts import Start, find_starts, find_steps, stay_close
from routing.solver import Search
from routing.tables import DIRECTIONS

if TYPE_CHECKING:
    import geopandas as gpd

LAST_PRIMARY_GRADE = 6


def build_routes(
    district: District, students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame",
    at_stops: Positions, boardings: pd.DataFrame, located: Located, policy: Policy, *,
    search: Search, better: Better | None = None, start: Plan | None = None,
    kept_schools: Collection[int] = (),
) -> tuple[Answer, Routed]:  # fmt: skip
    """Build the routes of every school in both directions.

    Morning and afternoon are solved each in its own direction. Students in a wheelchair
    ride on buses with places for them, junior pupils on buses approved for them; others
    may ride along.

    Parameters
    ----------
    district
        Uses ``schools`` and ``bus_types``.
    students
        With ``entitled``.
    stops, at_stops
        The stops and their places on the bus network.
    boardings
        Where each entitled row boards, with ``stop_id``.
    located
        Gates on the bus network.
    policy
        Ride limits, dwell, money.
    search
        How hard, how long and under whose eyes.
    better
        Called with the number of routes and their cost (yuan per year) whenever the
        schools' own searches find better ones.
    start
        A plan to start from, of this district or of one much like it.
    kept_schools
        Rows of schools whose routes stay as they are there, where they serve all.

    Returns
    -------
    answer
        Tables ``routes``, ``visits`` and ``rides``, still without bus and clock.
    routed
        What the search proved.
    """
    cases, unserved = _make_cases(
        district, students, stops, at_stops, boardings, located, policy
    )  # fmt: skip
    starts: list[Start | None] = [None] * len(cases)
    steps = None
    if start is not None:
        starts = find_starts(start, cases, stops, district.schools)
        if policy.stay_close_m:
            steps = find_steps(start, stops, district.schools)
            cases = [stay_close(case, steps, policy.stay_close_m) for case in cases]
    kept, searched = split_kept(cases, starts, kept_schools)
    routed = find_drives(
        district, [cases[number] for number in searched], located, policy, search, better,
        [starts[number] for number in searched], steps,
    )  # fmt: skip
    first_block = 1 + max((drive.block for drive in routed.drives), default=-1)
    routed = replace(
        routed,
        drives=name_drives(district, [*routed.drives, *drive_kept(kept, first_block)]),
        n_routes_bound=routed.n_routes_bound + sum(one.solution.n_routes_bound for one in kept),
        bound_yuan=routed.bound_yuan + sum(one.solution.bound_yuan for one in kept),
    )
    answer = tabulate(
        district, students, stops, boardings, routed.drives, unserved + routed.unserved, located
    )  # fmt: skip
    return answer, routed


def _make_cases(
    district: District, students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame",
    at_stops: Positions, boardings: pd.DataFrame, located: Located, policy: Policy,
) -> tuple[list[Case], list[Unserved]]:  # fmt: skip
    """Return the cases of all schools, and those who never reach one."""
    fleet = _fleet(district, policy)
    boarders = _boarders(students, stops, boardings, located, policy)
    cases: list[Case] = []
    unserved = _never_boarding(students, boardings)
    for (school, profile), group in boarders.groupby(["school", "profile"], sort=True):
        fitting = fleet[fleet["bus_type"].isin(located.profiles[profile].types)]
        riders, usable, lost = _fit(group, fitting)
        unserved += lost
        if riders.empty:
            continue
        stop_rows = np.unique(riders["stop"].to_numpy(np.int64))
        gate = take_positions(located.gates[profile], [int(school)])
        bus = located.profiles[profile].bus
        for direction in DIRECTIONS:
            at = choose_sides(
                bus, gate, take_positions(at_stops, stop_rows),
                to_gate=direction == "to_school",
            )  # fmt: skip
            places = join_positions(gate, at)
            travel = measure_travel(bus, places, places)
            case, lost = make_case(
                int(school), direction, int(profile), riders, stop_rows, places, travel,
                usable, policy,
            )  # fmt: skip
            cases += [case] if case else []
            unserved += lost
    return cases, unserved


def _boarders(
    students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame", boardings: pd.DataFrame,
    located: Located, policy: Policy,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per student row with a stop: where, which school, which limits."""
    placed = boardings[boardings["stop_id"] != ""]
    row = placed["row"].to_numpy(np.int64)
    rider = students.iloc[row]
    grade = rider["grade"].to_numpy(np.int64)
    pace = np.array([policy.walk_m_per_s.at(g) for g in grade])
    walk_s = np.ceil(placed["to_stop_m"].to_numpy(np.float64) / pace).astype(np.int64)
    ride_s = np.array([policy.max_ride_s.at(g) for g in grade], np.int64)
    limit_s = np.minimum(ride_s, door_limits_s(rider, policy) - walk_s)
    return pd.DataFrame({
        "row": row,
        "stop": pd.Index(stops["stop_id"]).get_indexer(placed["stop_id"]),
        "school": located.school_row[row],
        "profile": placed["profile"].to_numpy(np.int64),
        "n_students": rider["n_students"].to_numpy(np.int64),
        "grade": grade,
        "junior": grade > LAST_PRIMARY_GRADE,
        "chair": rider["needs"].to_numpy() == "wheelchair",
        "limit_s": np.maximum(limit_s, 0),
    })  # fmt: skip


def _fleet(district: District, policy: Policy) -> pd.DataFrame:
    """Return what each type of bus carries and costs; fixed cost is shared by two runs."""
    types = district.bus_types
    costs = bus_costs(types, policy)
    return pd.DataFrame({
        "bus_type": np.arange(len(types)),
        "kind": types["kind"].to_numpy(),
        "places": costs["pupil_seats"].to_numpy(np.int64),
        "chairs": types["wheelchairs"].to_numpy(np.int64),
        "fixed_yuan": costs["fixed_yuan"].to_numpy() / 2,
        "yuan_per_km_year": costs["yuan_per_km_year"].to_numpy(),
        "n_available": types["n_available"].astype("Int64").to_numpy(),
    })  # fmt: skip


def _fit(
    group: pd.DataFrame, fleet: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[Unserved]]:
    """Return who can ride, the types that may carry them, and who cannot, and why.

    A bus approved for primary pupils carries no junior pupil.
    """
    usable = fleet[(fleet["n_available"].fillna(1) > 0) & (fleet["places"] > 0)]
    if usable.empty:
        return group.iloc[:0], usable, _refuse(group, "no_bus")
    for_all = usable["kind"] == "nine_year"
    has_chairs = usable["chairs"] > 0
    no_kind = group["junior"] & ~for_all.any()
    no_chair = group["chair"] & ~(
        has_chairs.any() & (~group["junior"] | (has_chairs & for_all).any())
    )
    lost = _refuse(group[no_kind], "bus_kind")
    lost += _refuse(group[no_chair & ~no_kind], "no_place_for_need")
    return group[~no_kind & ~no_chair], usable, lost


def _refuse(group: pd.DataFrame, reason: str) -> list[Unserved]:
    return [
        Unserved(int(rider.row), int(rider.n_students), direction, reason)
        for rider in group.itertuples()
        for direction in DIRECTIONS
    ]


def _never_boarding(students: "gpd.GeoDataFrame", boardings: pd.DataFrame) -> list[Unserved]:
    n_students = students["n_students"].to_numpy(np.int64)
    return [
        Unserved(
            int(lost.row), int(n_students[lost.row]), direction, lost.reason,
            None if pd.isna(lost.reason_found) else int(lost.reason_found),
            None if pd.isna(lost.reason_limit) else int(lost.reason_limit),
        )
        for lost in boardings[boardings["stop_id"] == ""].itertuples()
        for direction in DIRECTIONS
    ]  # fmt: skip
