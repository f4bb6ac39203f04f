"""Which stops would the routes rather come to? Stops chosen again with the driving known."""

import logging
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.costs import bus_costs
from routing.policy import Policy
from routing.records import District, Located
from routing.roads import join_positions, measure_travel, take_positions
from routing.roads.positions import Travel
from routing.solver import Search
from routing.solver.boarding import BoardingProblem
from routing.solver.boarding.direct import drive_directly
from routing.solver.boarding.many import search_boardings
from routing.stops.candidates import Candidates
from routing.stops.table import find_sides

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

log = logging.getLogger(__name__)

MOST_PLACES = 250
"""Places that a search is given at most (assumed): it slows down with their number."""
FEN = 100
"""Of a yuan; costs are whole fen."""
NO_WAY_S = 10**6
"""Time of a way that is not there: above every limit (s)."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Where the groups of one school and profile may board, and where they do so far.

    Parameters
    ----------
    school, profile
        Row of schools; number of the profile.
    rows, of_row
        Rows of students, and the group of each (int64).
    n_students, homes, limit_s
        Per group: how many; longitude and latitude; the tightest ride limit.
    places
        Candidates near the homes (int64).
    walk_m, within
        Groups by places: the walk (m, inf: too far), and whether it is short enough.
    chosen
        Per group: column of ``places`` where it boards, -1 for none.
    """

    school: int
    profile: int
    rows: Ints
    of_row: Ints
    n_students: Ints
    homes: tuple[Floats, Floats]
    limit_s: Ints
    places: Ints
    walk_m: Floats
    within: NDArray[np.bool_]
    chosen: Ints


def choose_again(
    choices: list[Choice], district: District, located: Located, candidates: Candidates,
    policy: Policy, search: Search,
) -> list[Ints]:  # fmt: skip
    """Return for each choice the column of the place where each group boards, -1 for none.

    Buses, driving and walking are weighed against each other: a metre of walking costs so
    much that what a further stop must save in walking (``policy.stop_worth_student_m``)
    is what coming to a stop costs on average. A group that the search cannot carry stays
    where it was.

    Parameters
    ----------
    choices
        What was chosen for each school and profile before routes were known.
    district
        Uses ``bus_types``.
    located
        Gates and the networks of the buses.
    candidates
        All places where a stop could be.
    policy
        Money, dwell, and what a stop is worth.
    search
        How hard and how long.
    """
    asked = [
        k
        for k, choice in enumerate(choices)
        if (choice.chosen >= 0).sum() > 1
        and len(_fleet(district, located.profiles[choice.profile].types, policy))
    ]
    columns = {k: _shortlist(choices[k], candidates) for k in asked}
    problems = [
        _problem(choices[k], columns[k], district, located, candidates, policy) for k in asked
    ]
    starts = [
        drive_directly(problem, 1 + np.searchsorted(columns[k], _used(choices[k])))
        for k, problem in zip(asked, problems, strict=True)
    ]
    chosen = [choice.chosen.copy() for choice in choices]
    n_better = 0
    for k, answer in zip(asked, search_boardings(problems, search, starts), strict=True):
        if answer is not None:
            placed = answer.place_of_group >= 0
            chosen[k][placed] = columns[k][answer.place_of_group[placed] - 1]
            n_better += 1
    log.info("stops: chosen with their routes for %d of %d schools", n_better, len(choices))
    return chosen


def _used(choice: Choice) -> Ints:
    """Return the columns of the places chosen so far, rising."""
    return np.unique(choice.chosen[choice.chosen >= 0])


def _shortlist(choice: Choice, candidates: Candidates) -> Ints:
    """Return the columns searched: those chosen, the county's own, and each group's busiest."""
    n = len(choice.places)
    busy = choice.n_students @ choice.within
    keep = np.zeros(n, bool)
    keep[choice.chosen[choice.chosen >= 0]] = True
    keep |= (candidates.own[choice.places] >= 0) & (busy > 0)
    order = np.argsort(-busy, kind="stable")
    ranked = [order[choice.within[group, order]] for group in range(len(choice.chosen))]
    for nth in range(n):
        if keep.sum() >= MOST_PLACES:
            break
        keep[[own[nth] for own in ranked if len(own) > nth]] = True
    return np.flatnonzero(keep)


def _problem(
    choice: Choice, columns: Ints, district: District, located: Located, candidates: Candidates,
    policy: Policy,
) -> BoardingProblem:  # fmt: skip
    fleet = _fleet(district, located.profiles[choice.profile].types, policy)
    fen_per_km = FEN * float(fleet["yuan_per_km_year"].mean())
    there, back = _travel(choice, columns, located, candidates, policy)
    cost, duration_s, apart = _matrices(there, back, fen_per_km)
    reach = choice.within[:, columns] & ~apart[1:, 0][None]
    group, place = np.nonzero(reach)
    open_cost = candidates.open_cost[choice.places[columns]]
    per_metre = _worth_of_walking(choice, columns, cost) / max(1, policy.stop_worth_student_m)
    limit_s = int(np.sort(choice.limit_s)[len(choice.limit_s) // 2])
    return BoardingProblem(
        duration_s=duration_s,
        cost=cost,
        n_students=choice.n_students,
        group=group,
        place=place + 1,
        walk_m=choice.walk_m[:, columns][group, place].astype(np.int64),
        fixed=(),
        forbidden=(),
        rule="nearest",
        may_split=True,
        stop_s=policy.stop_s,
        board_s=policy.board_s,
        max_route_s=limit_s,
        seats=tuple(int(n) for n in fleet["pupil_seats"]),
        fixed_cost=tuple(round(FEN * yuan) for yuan in fleet["fixed_yuan"]),
        n_available=(None,) * len(fleet),
        visit_cost=0,
        open_cost=np.concatenate([[0], np.rint((open_cost - open_cost.min()) * per_metre)]).astype(
            np.int64
        ),
        walk_cost=max(0, round(per_metre)),
        direction="to_school",
    )


def _fleet(district: District, types: tuple[int, ...], policy: Policy) -> pd.DataFrame:
    """Return the types of bus of which there are any."""
    costs = bus_costs(district.bus_types, policy)
    any_left = district.bus_types["n_available"].astype("Int64").fillna(1).to_numpy() > 0
    costs = costs[any_left & (costs["pupil_seats"].to_numpy() > 0)]
    return costs[costs.index.isin(district.bus_types.index[list(types)])]


def _travel(
    choice: Choice, columns: Ints, located: Located, candidates: Candidates, policy: Policy
) -> tuple[Travel, Travel]:
    """Return the way between gate and places for buses to school, and for those to the homes.

    On the side where the bus would have to stand if all within reach came there.
    """
    bus = located.profiles[choice.profile].bus
    gate = take_positions(located.gates[choice.profile], [choice.school])
    at = take_positions(candidates.positions, choice.places[columns])
    group, column = np.nonzero(choice.within[:, columns])
    sides = find_sides(
        at, column, (choice.homes[0][group], choice.homes[1][group]), choice.n_students[group],
        np.full(len(columns), choice.profile), located, policy,
    )  # fmt: skip
    ways = []
    for to_gate in (True, False):
        drives = []
        for side in (1, -1):
            one = replace(at, side=np.full(len(columns), side, np.int8))
            way = measure_travel(bus, *((one, gate) if to_gate else (gate, one)))
            drives.append(np.where(way.reached, way.duration_s, NO_WAY_S).reshape(-1))
        nearer = np.where(drives[0] <= drives[1], 1, -1)
        sided = replace(at, side=np.where(sides == 0, nearer, sides).astype(np.int8))
        places = join_positions(gate, sided)
        ways.append(measure_travel(bus, places, places))
    return ways[0], ways[1]


def _matrices(
    there: Travel, back: Travel, fen_per_km: float
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return cost and time between the gate and the places, and which have no way between.

    The cost is that of driving a step to school and, in reverse, on the way to the homes.
    """
    apart = ~(there.reached & back.reached.T)
    far_m = 2 * int(max(there.distance_m.max(initial=1), back.distance_m.max(initial=1)))
    distance_m = np.where(apart, 2 * far_m, there.distance_m + back.distance_m.T)
    duration_s = np.where(apart, NO_WAY_S, there.duration_s)
    for matrix in (distance_m, duration_s):
        np.fill_diagonal(matrix, 0)
    cost = np.rint(distance_m * (fen_per_km / 1000)).astype(np.int64)
    return cost, duration_s.astype(np.int64), apart


def _worth_of_walking(choice: Choice, columns: Ints, cost: Ints) -> float:
    """Return what coming to one of the stops chosen so far costs on average (fen).

    Each is taken to lie on the way of the nearest one that is nearer to the school.
    """
    chosen = 1 + np.searchsorted(columns, _used(choice))
    to_gate = cost[chosen, 0]
    onward = cost[np.ix_(chosen, chosen)]
    nearer = to_gate[None] < to_gate[:, None]
    steps = np.where(nearer, onward, to_gate[:, None]).min(axis=1)
    return float(steps.mean())
