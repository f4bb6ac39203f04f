"""Building the routes: cases for all schools, one search, tables from its answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routing.costs import bus_costs
from routing.policy import Policy
from routing.records import District, Located
from routing.roads import join_positions, measure_travel, take_positions
from routing.roads.positions import Positions
from routing.routes.answer import Answer, tabulate
from routing.routes.cases import Case, Unserved, make_case
from routing.routes.sides import choose_sides
from routing.solver import solve_many
from routing.tables import DIRECTIONS

if TYPE_CHECKING:
    import geopandas as gpd

Progress = Callable[[int, int], None]

LAST_PRIMARY_GRADE = 6


def build_routes(
    district: District, students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame",
    at_stops: Positions, boardings: pd.DataFrame, located: Located, policy: Policy, *,
    seconds: int, seed: int, max_rounds: int | None = None, progress: Progress | None = None,
) -> tuple[Answer, int]:  # fmt: skip
    """Build the routes of every school in both directions.

    Morning and afternoon are solved each in its own direction. Students in a wheelchair
    ride with others of their school who do, on buses with places for them.

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
    seconds, seed, max_rounds
        How hard and how the search tries; with ``max_rounds`` no clock decides.
    progress
        Called with (schools and directions done, of how many).

    Returns
    -------
    answer
        Tables ``routes``, ``visits`` and ``rides``, still without bus and clock.
    n_routes_bound
        No plan with these stops has fewer routes.
    """
    fleet = _fleet(district, policy)
    boarders = _boarders(students, stops, boardings, located, policy)
    cases: list[Case] = []
    unserved = _never_boarding(students, boardings)
    kinds = boarders.groupby(["school", "chair", "profile"], sort=True)
    for (school, chair, profile), group in kinds:
        fitting = fleet[fleet["bus_type"].isin(located.profiles[profile].types)]
        riders, usable, lost = _fit(group, fitting, chair=bool(chair))
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
    solutions = solve_many(
        [case.problem for case in cases],
        seconds=seconds, seed=seed, max_rounds=max_rounds, progress=progress,
    )  # fmt: skip
    answer = tabulate(
        district,
        students,
        stops,
        boardings,
        cases,
        solutions,
        unserved,
        located,
    )
    return answer, sum(solution.n_routes_bound for solution in solutions)


def _boarders(
    students: "gpd.GeoDataFrame", stops: "gpd.GeoDataFrame", boardings: pd.DataFrame,
    located: Located, policy: Policy,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per student row with a stop: where, which school, which limits."""
    placed = boardings[boardings["stop_id"] != ""]
    row = placed["row"].to_numpy(np.int64)
    rider = students.iloc[row]
    grade = rider["grade"].to_numpy(np.int64)
    return pd.DataFrame({
        "row": row,
        "stop": pd.Index(stops["stop_id"]).get_indexer(placed["stop_id"]),
        "school": located.school_row[row],
        "profile": placed["profile"].to_numpy(np.int64),
        "n_students": rider["n_students"].to_numpy(np.int64),
        "grade": grade,
        "chair": rider["needs"].to_numpy() == "wheelchair",
        "limit_s": np.array([policy.max_ride_s.at(g) for g in grade], np.int64),
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
    group: pd.DataFrame, fleet: pd.DataFrame, *, chair: bool
) -> tuple[pd.DataFrame, pd.DataFrame, list[Unserved]]:
    """Return who can ride, the types that may carry them, and who cannot, and why.

    A bus approved for primary pupils carries no junior pupil; a school's pupils ride
    together, so one junior pupil asks for buses approved for both.
    """
    usable = fleet[(fleet["n_available"].fillna(1) > 0) & (fleet["places"] > 0)]
    if chair:
        usable = usable[usable["chairs"] > 0].assign(places=lambda types: types["chairs"])
    junior = group["grade"] > LAST_PRIMARY_GRADE
    both = usable[usable["kind"] == "nine_year"]
    if usable.empty:
        return (
            group.iloc[:0],
            usable,
            _refuse(group, "no_place_for_need" if chair else "no_bus"),
        )
    if junior.any() and both.empty:
        return group[~junior], usable, _refuse(group[junior], "bus_kind")
    return group, both if junior.any() else usable, []


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
