"""Figures of buses: how many, how far, how full, and what a year of them costs."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from routing.costs import bus_costs
from routing.measure.riders import Figure, numbers
from routing.records import Plan
from routing.tables import DIRECTIONS


def count_fleet(plan: Plan) -> Iterator[Figure]:
    """Give buses, routes, stops, kilometres and seat use of a day."""
    routes = plan.routes
    buses = _buses(plan)
    yield "n_buses", "all", float(len(buses))
    for bus_type_id, n in buses["bus_type_id"].value_counts(sort=False).items():
        yield "n_buses", f"type:{bus_type_id}", float(n)
    yield "n_routes", "all", float(len(routes))
    for direction in DIRECTIONS:
        yield "n_routes", direction, float((routes["direction"] == direction).sum())
    ridden = plan.rides.loc[plan.rides["mode"] == "bus", "stop_id"]
    yield "n_stops", "all", float(ridden.nunique())
    with_km, empty_km = _km(routes)
    whole_km = with_km + empty_km
    yield "km_per_day", "all", float(whole_km.sum())
    yield "km_with_students", "all", float(with_km.sum())
    yield "km_empty", "all", float(empty_km.sum())
    yield "share_empty", "all", _over(empty_km.sum(), whole_km.sum())
    yield "mean_seat_use", "all", _seat_use(plan)
    few = numbers(routes, "n_students") < plan.policy.min_riders
    yield "n_routes_few", "all", float(few.sum())


def count_money(plan: Plan) -> Iterator[Figure]:
    """Give the yearly cost of the plan by the policy's model: an estimate."""
    fixed, running = yearly_yuan(plan)
    whole = fixed + running
    yield "yuan_per_year", "all", whole
    yield "yuan_fixed", "all", fixed
    yield "yuan_running", "all", running
    yield "yuan_low", "all", whole * (1 - plan.policy.cost_range_share)
    yield "yuan_high", "all", whole * (1 + plan.policy.cost_range_share)
    yield "yuan_per_rider", "all", _over(whole, _n_riders(plan))


def _buses(plan: Plan) -> pd.DataFrame:
    """Return one row for each bus, with its type."""
    named = plan.routes[plan.routes["bus_id"].fillna("") != ""]
    return pd.DataFrame(named[["bus_id", "bus_type_id"]].drop_duplicates("bus_id"))


def _km(routes: pd.DataFrame) -> "tuple[pd.Series[float], pd.Series[float]]":
    """Return the kilometres of each route with students, and empty."""
    metres = {
        name: pd.Series(numbers(routes, name), routes.index, dtype="float64").fillna(0)
        for name in ("distance_m", "empty_m", "return_m")
    }
    empty_m = metres["empty_m"] + metres["return_m"]
    return metres["distance_m"] / 1000, empty_m / 1000


def yearly_yuan(plan: Plan) -> tuple[float, float]:
    """Return the fixed cost of the buses and the cost of their driving (yuan per year)."""
    costs = bus_costs(plan.district.bus_types, plan.policy)
    costs = costs.drop_duplicates("bus_type_id").set_index("bus_type_id")
    fixed = _buses(plan)["bus_type_id"].map(costs["fixed_yuan"])
    with_km, empty_km = _km(plan.routes)
    per_km = plan.routes["bus_type_id"].map(costs["yuan_per_km_year"])
    running = (with_km + empty_km) * per_km.astype("float64")
    return float(fixed.sum()), float(running.sum())


def _n_riders(plan: Plan) -> float:
    """Return the students with a bus in at least one direction."""
    rides = plan.rides[plan.rides["mode"] == "bus"]
    n = pd.Series(numbers(rides, "n_students"), dtype="float64")
    keys = [rides["student_id"].to_numpy(), rides["direction"].to_numpy()]
    if rides.empty:
        return 0.0
    return float(n.groupby(keys).sum().groupby(level=0).max().sum())


def _seat_use(plan: Plan) -> float:
    """Return the most students aboard of the bus's seats, mean over routes."""
    costs = bus_costs(plan.district.bus_types, plan.policy)
    seats = costs.drop_duplicates("bus_type_id").set_index("bus_type_id")["pupil_seats"]
    aboard = pd.Series(numbers(plan.visits, "n_aboard"), dtype="float64")
    most = aboard.groupby(plan.visits["route_id"].to_numpy()).max()
    routes = plan.routes
    peak = routes["route_id"].map(most).astype("float64").fillna(0).to_numpy()
    room = routes["bus_type_id"].map(seats).astype("float64").to_numpy()
    known = np.isfinite(room) & (room > 0)
    return float((peak[known] / room[known]).mean()) if known.any() else 0.0


def _over(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
