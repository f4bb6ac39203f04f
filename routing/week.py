"""How boarders get home on Friday and back on Sunday, with the fleet of the school days."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from routing.costs import bus_costs
from routing.measure import summarise_plan
from routing.plan import make_plan
from routing.policy import ByGrade, Policy
from routing.records import District, Plan
from routing.tables import STUDENTS

if TYPE_CHECKING:
    import geopandas as gpd

WEEK_RIDE_S = 3_600
"""Boarders travel twice a week: an hour aboard, whatever the grade (s, assumed)."""

WEEK_DOOR_TO_DOOR_S = 4_500
"""The same with a quarter of an hour's walk (s, assumed)."""

SUNDAY_BELL_S = 64_800
"""Evening study on Sunday begins at 18:00 (s after midnight, assumed)."""

TURN_S = 7_200
"""On one clock, Sunday's bell stands so long before Friday's dismissal at least (s, assumed)."""

STEP_S = 300
"""Bells stand at whole steps of five minutes (s, assumed)."""

DAYS_PER_WEEK = 5


def plan_week(
    plan: Plan, *, seconds: int = 20, seed: int = 1, max_rounds: int | None = None
) -> Plan:
    """Plan the Friday and Sunday runs of the boarders of a plan.

    Boarders are the students given as boarding and those whom the plan lets board; who of
    them rides is told by the policy's distance, as for day pupils. The runs home begin on
    Friday when the last daily run is over, those to school end on Sunday by 18:00, or
    earlier where one clock for both asks for it: a plan holds both directions on one
    clock. No more buses of a type are used than in the daily plan.

    Parameters
    ----------
    plan
        Of the school days.
    seconds, seed, max_rounds
        As in ``make_plan``.

    Returns
    -------
    week
        A plan of a district whose students are the boarders, as day pupils: "to_home" is
        Friday, "to_school" is Sunday. Its bells and its policy (ride limits of at least an
        hour; no public buses, nobody boards, no bell moves) are those of these runs. Who
        is not carried has a reason, as always.

    Raises
    ------
    RoadsError, SolverError
        As ``make_plan``.
    """
    district = plan.district
    week = replace(
        district,
        schools=_week_schools(plan),
        students=_boarders(district),
        bus_types=_daily_fleet(plan),
    )
    return make_plan(
        week, week_policy(plan.policy), seconds=seconds, seed=seed, max_rounds=max_rounds
    )


def week_policy(policy: Policy) -> Policy:
    """Return the rules of the Friday and Sunday runs: longer rides, no other way to school."""
    return replace(
        policy,
        max_ride_s=_at_least(policy.max_ride_s, WEEK_RIDE_S),
        max_door_to_door_s=_at_least(policy.max_door_to_door_s, WEEK_DOOR_TO_DOOR_S),
        move_bells_max_s=0,
        transit=False,
        boarding="given",
    )


def week_cost(week: Plan) -> float:
    """Return what a year's Friday and Sunday runs cost beside the daily plan (yuan per year).

    Driving alone, empty kilometres and overhead included; buses and crews are those of the
    daily plan. A year has a week for every five school days.

    Parameters
    ----------
    week
        From ``plan_week``.
    """
    routes = week.routes
    costs = bus_costs(week.district.bus_types, week.policy).set_index("bus_type_id")
    driven_m = routes[["distance_m", "empty_m", "return_m"]].astype("float64").sum(axis="columns")
    yuan_per_km = routes["bus_type_id"].map(costs["yuan_per_km_year"]) / DAYS_PER_WEEK
    return float((driven_m / 1000 * yuan_per_km.astype("float64")).sum())


def has_boarders(plan: Plan) -> bool:
    """Return whether anybody boards: as given, or because the plan says so."""
    return not _boarders(plan.district).empty


def summarise_week(week: Plan) -> dict[str, int | float]:
    """Return the figures that say the most about the Friday and Sunday runs, ready for JSON.

    Parameters
    ----------
    week
        From ``plan_week``.

    Returns
    -------
    summary
        ``n_boarders``; of them ``n_entitled`` (to be carried), ``n_served`` (carried both
        ways) and ``n_unserved``, each with a reason in ``rides``; ``n_buses_friday``,
        ``n_buses_sunday``, ``km_per_week`` (empty ones included) and ``yuan_per_year``
        (``week_cost``).
    """
    whole = summarise_plan(week, n_breaches=0)
    buses = week.routes.groupby("direction")["bus_id"].nunique()
    return {
        "n_boarders": int(week.district.students["n_students"].sum()),
        "n_entitled": whole["n_entitled"],
        "n_served": whole["n_served"],
        "n_unserved": whole["n_unserved"],
        "n_buses_friday": int(buses.get("to_home", 0)),
        "n_buses_sunday": int(buses.get("to_school", 0)),
        "km_per_week": whole["km_per_day"],
        "yuan_per_year": round(week_cost(week)),
    }


def _at_least(limits: ByGrade, least_s: int) -> ByGrade:
    return ByGrade(*(max(limit, least_s) for limit in (limits.g1_3, limits.g4_6, limits.g7_9)))


def _boarders(district: District) -> "gpd.GeoDataFrame":
    """Return the students who board, as if they travelled daily; what stages wrote is gone."""
    students = district.students
    boards = students["boards"].to_numpy(bool)
    if "mode" in students:
        boards = boards | (students["mode"] == "board").to_numpy(bool)
    written = [
        c.name for c in STUDENTS.columns if c.by in {"demand", "modes"} and c.name in students
    ]
    mine = students[boards].drop(columns=written).reset_index(drop=True)
    return mine.assign(boards=False)


def _week_schools(plan: Plan) -> "gpd.GeoDataFrame":
    """Return the schools with Friday's dismissal and Sunday's bell."""
    schools = plan.district.schools
    over_s = -(-_daily_end_s(plan) // STEP_S) * STEP_S
    dismissal_s = schools["dismissal_s"].clip(lower=over_s)
    bell_s = min(SUNDAY_BELL_S, int(dismissal_s.min()) - TURN_S)
    return schools.assign(bell_s=bell_s, dismissal_s=dismissal_s, bell_moved_s=0)


def _daily_end_s(plan: Plan) -> int:
    """Return when the last bus of the daily plan is back in its yard (s after midnight)."""
    home = plan.routes[plan.routes["direction"] == "to_home"]
    if home.empty:
        return 0
    free_s = plan.visits.groupby("route_id")["depart_s"].max()
    back_s = home["route_id"].map(free_s) + home["return_s"].fillna(0)
    return int(back_s.max())


def _daily_fleet(plan: Plan) -> pd.DataFrame:
    """Return the types of bus, of each as many as the daily plan uses."""
    buses = plan.routes.drop_duplicates("bus_id")
    used = buses["bus_type_id"].value_counts()
    types = plan.district.bus_types
    n_used = types["bus_type_id"].map(used).fillna(0).astype("Int64")
    return types.assign(n_available=n_used)
