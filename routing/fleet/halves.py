"""Morning and afternoon as problems for the solver: trips, and the buses both halves share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.costs import bus_costs
from routing.fleet.trips import Trips
from routing.policy import Policy
from routing.solver import ChainProblem, ChainSolution

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Half:
    """One half of the day: rows of routes, and how they are chained."""

    rows: Ints
    problem: ChainProblem
    solution: ChainSolution


def fleet_types(bus_types: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return what one bus of each type costs, and how many there are.

    Parameters
    ----------
    bus_types
        The district's.
    policy
        Uses the rules of money.
    """
    costs = bus_costs(bus_types, policy)
    return costs.assign(n_available=bus_types["n_available"])


def half_problem(trips: Trips, rows: Ints, types: pd.DataFrame, n_students: Ints) -> ChainProblem:
    """Return the chains to be found for some routes; half of a bus is paid by each half.

    Parameters
    ----------
    trips
        All routes of the day.
    rows
        Those of this half.
    types
        From ``fleet_types``.
    n_students
        Aboard each route of the day.
    """
    between = np.ix_(trips.end[rows], trips.start[rows])
    return ChainProblem(
        duration_s=trips.duration_s[rows],
        earliest_s=trips.earliest_s[rows],
        latest_s=trips.latest_s[rows],
        between_s=trips.ways.duration_s[between],
        between_m=trips.ways.distance_m[between],
        linked=trips.ways.reached[between],
        fits=trips.fits[rows],
        fixed_yuan=tuple(round(yuan / 2) for yuan in types["fixed_yuan"]),
        yuan_per_km=tuple(round(yuan) for yuan in types["yuan_per_km_year"]),
        n_available=tuple(None if pd.isna(n) else int(n) for n in types["n_available"]),
        trip_m=trips.length_m[rows],
        weight=n_students[rows],
    )
