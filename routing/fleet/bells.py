"""Which bells move: schools, their shifts and their trips, as the solver is asked."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.fleet.halves import Half
from routing.fleet.trips import Trips
from routing.policy import Policy
from routing.solver import BellProblem, Crew, join_halves, shift_halves, solve_bells

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moved:
    """Both halves chained with buses shared, and how far the bells of each school move.

    Parameters
    ----------
    shift_s
        Per row of ``schools`` (s); 0 where the bells stay.
    halves
        Morning and afternoon, their starts as moved.
    n_buses_bound
        No plan with these routes has fewer buses, wherever the bells may move.
    """

    shift_s: Ints
    halves: tuple[Half, Half]
    n_buses_bound: int


def shift_trips(trips: Trips, halves: tuple[Half, Half]) -> Trips:
    """Return the trips with their windows as the halves have them after the move."""
    earliest_s, latest_s = trips.earliest_s.copy(), trips.latest_s.copy()
    for half in halves:
        earliest_s[half.rows] = half.problem.earliest_s
        latest_s[half.rows] = half.problem.latest_s
    return replace(trips, earliest_s=earliest_s, latest_s=latest_s)


def move_bells(
    schools: pd.DataFrame, visits: pd.DataFrame, route_ids: Iterable[str],
    halves: tuple[Half, Half], policy: Policy, *,
    seconds: float, seed: int, max_rounds: int | None, halt: threading.Event | None = None,
    crew: Crew | None = None, held: NDArray[np.bool_] | None = None,
) -> Moved:  # fmt: skip
    """Chain both halves again with shared buses, and move bells where the policy lets.

    Parameters
    ----------
    schools
        Needs ``school_id``, ``kind`` and ``bell_s``.
    visits
        Say which schools each route serves; schools on one route move together.
    route_ids
        The routes in the order of their rows.
    halves
        Both halves chained one by one; the answer is no worse.
    policy
        How far bells may move, in which steps, and what a move must save.
    seconds, seed, max_rounds
        How hard and how the search tries.
    halt
        Set when the user interrupts: the best so far is used.
    crew
        Processes to use; None: own ones.
    held
        Per row of ``schools``, whether its bells stay. Default: none do.
    """
    row = {school_id: k for k, school_id in enumerate(schools["school_id"])}
    served = [[row[one] for one in own] for own in list_schools(route_ids, visits)]
    group = tie_schools(len(schools), served)
    at = np.array([group[own[0]] for own in served], dtype=np.int64)
    problem = BellProblem(
        morning=halves[0].problem,
        afternoon=halves[1].problem,
        school_am=at[halves[0].rows],
        school_pm=at[halves[1].rows],
        shifts_s=_shifts(schools, group, policy, halves, at, held),
        move_yuan=tuple(
            policy.move_bells_yuan * int(n) for n in np.bincount(group, minlength=len(schools))
        ),
    )
    start = join_halves(problem, halves[0].solution, halves[1].solution)
    found = solve_bells(
        problem,
        seconds=seconds,
        seed=seed,
        max_rounds=max_rounds,
        start=start,
        halt=halt,
        crew=crew,
    )
    morning, afternoon = shift_halves(problem, found.shift_s)
    return Moved(
        np.array(found.shift_s, dtype=np.int64)[group],
        (
            Half(halves[0].rows, morning, found.morning),
            Half(halves[1].rows, afternoon, found.afternoon),
        ),
        found.n_buses_bound,
    )


def list_schools(route_ids: Iterable[str], visits: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the schools that each route serves, in the order of the ids."""
    at_school = visits[visits["kind"] == "school"].groupby("route_id", sort=False)["place_id"]
    served = {route_id: tuple(sorted(set(own))) for route_id, own in at_school.agg(list).items()}
    return [served[route_id] for route_id in route_ids]


def tie_schools(n_schools: int, served: Iterable[Sequence[int]]) -> Ints:
    """Return the group of each school (int64): the first of those it shares a bus with.

    Where pupils of several schools ride together, all bells of those schools move as one:
    the bus comes to each inside its window as before.

    Parameters
    ----------
    n_schools
        How many there are.
    served
        Per route, the schools it serves.
    """
    group = list(range(n_schools))
    for together in served:
        first, *others = sorted({_root(group, school) for school in together})
        for other in others:
            group[other] = first
    return np.array([_root(group, k) for k in range(n_schools)], dtype=np.int64)


def _root(group: list[int], at: int) -> int:
    while group[at] != at:
        at = group[at]
    return at


def allowed_shifts(kind: str, bell_s: int, policy: Policy) -> tuple[int, ...]:
    """Return how far the bells of a school may move (s, ascending; 0 among them).

    No bell moves to before the earliest that the policy lets its kind of school begin; one
    that begins earlier already may only move later.
    """
    step_s, most_s = policy.move_bells_step_s, policy.move_bells_max_s
    first_s = policy.bell_junior_from_s if kind == "junior" else policy.bell_primary_from_s
    n = most_s // step_s
    shifts = (step_s * k for k in range(-n, n + 1))
    return tuple(shift for shift in shifts if shift >= 0 or bell_s + shift >= first_s)


def _shifts(
    schools: pd.DataFrame,
    group: Ints,
    policy: Policy,
    halves: tuple[Half, Half],
    at: Ints,
    held: NDArray[np.bool_] | None,
) -> tuple[tuple[int, ...], ...]:
    """Return the shifts of each group: those that all its schools and its buses may take."""
    floor_s = np.full(len(schools), -86_400)
    for half in halves:
        np.maximum.at(floor_s, at[half.rows], -half.problem.earliest_s)
    pairs = zip(schools["kind"], schools["bell_s"], strict=True)
    own = [set(allowed_shifts(kind, int(bell_s), policy)) for kind, bell_s in pairs]
    for row in () if held is None else np.flatnonzero(held):
        own[row] = {0}
    shifts = []
    for k in range(len(schools)):
        together = [own[j] for j in range(len(schools)) if group[j] == k]
        common = set.intersection(*together) if together else {0}
        shifts.append(tuple(s for s in sorted(common) if s >= min(0, floor_s[k])))
    return tuple(shifts)
