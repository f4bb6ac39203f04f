"""One school, one direction: tables turned into a problem for the solver."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.dwell import stop_dwell_s
from routing.policy import Policy
from routing.roads.positions import Positions, Travel
from routing.solver import RouteProblem

Ints = NDArray[np.int64]


class Boarder(NamedTuple):
    """Students of one row who board at one stop; see ``make_case``."""

    row: int
    stop: int
    n_students: int
    grade: int
    limit_s: int
    chair: bool
    junior: bool


@dataclass(frozen=True)
class Stand:
    """Students who board, or alight, together at one stop.

    Parameters
    ----------
    stop
        Row of ``stops``.
    members
        (row of students, how many of it).
    max_ride_s
        The tightest ride limit among them.
    n_young
        Of them, those handed over to an adult in the afternoon.
    chair
        Whether they ride in wheelchairs.
    junior
        Whether one of them asks for a bus approved for junior pupils.
    """

    stop: int
    members: tuple[tuple[int, int], ...]
    max_ride_s: int
    n_young: int
    chair: bool = False
    junior: bool = False

    @property
    def n(self) -> int:
        """How many students."""
        return sum(n for _, n in self.members)


@dataclass(frozen=True)
class Unserved:
    """Students of one row who cannot be carried in one direction, and why."""

    row: int
    n: int
    direction: str
    reason: str
    found: int | None = None
    limit: int | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """One school, direction and profile of buses: what the solver is asked.

    Parameters
    ----------
    school
        Row of schools.
    direction
        "to_school" or "to_home".
    profile
        Number of the profile whose network is driven.
    stands
        Places 1 to n of the problem.
    fleet
        The types of the problem: ``bus_type`` (row of bus_types), ``kind``, ``places``,
        ``chairs``, ``fixed_yuan``, ``yuan_per_km_year``, ``n_available``.
    travel
        Between the gate (0) and the stops of ``stop_rows`` (1 to n).
    stop_rows
        Rows of ``stops`` of the travel table.
    at
        Their places, with the gate's first: on the side where the bus stands.
    problem
        For the solver.
    """

    school: int
    direction: str
    profile: int
    stands: tuple[Stand, ...]
    fleet: pd.DataFrame
    travel: Travel
    stop_rows: Ints
    at: Positions
    problem: RouteProblem

    def place(self, stop: int) -> int:
        """Return the row of the travel table at which a stop stands."""
        return 1 + int(np.searchsorted(self.stop_rows, stop))


def make_case(
    school: int, direction: str, profile: int, boarders: pd.DataFrame, stop_rows: Ints, at: Positions,
    travel: Travel, fleet: pd.DataFrame, policy: Policy,
) -> tuple[Case | None, list[Unserved]]:  # fmt: skip
    """Return the case of one school and direction, and those who cannot be carried.

    Parameters
    ----------
    school, direction, profile
        As in ``Case``.
    boarders
        ``row`` (of students), ``stop`` (row of stops), ``n_students``, ``grade``,
        ``limit_s``, ``chair``, ``junior``.
    stop_rows, at, travel
        As in ``Case``; ``stop_rows`` rises.
    fleet
        Types that may drive here: ``bus_type`` (row), ``kind``, ``places``, ``chairs``,
        ``fixed_yuan``, ``yuan_per_km_year``, ``n_available``.
    policy
        Uses the ride limits and the dwell rules.
    """
    stands: list[Stand] = []
    unserved: list[Unserved] = []
    riders = [Boarder(*values) for values in boarders[list(Boarder._fields)].to_numpy().tolist()]
    riders.sort(key=lambda rider: (rider.stop, rider.chair, -rider.limit_s, rider.row))
    for (stop, chair), members in groupby(riders, key=lambda rider: (rider.stop, rider.chair)):
        group = list(members)
        place = 1 + int(np.searchsorted(stop_rows, stop))
        there, back = (0, place) if direction == "to_home" else (place, 0)
        if not travel.reached[there, back]:
            unserved += [Unserved(b.row, b.n_students, direction, "no_bus_road") for b in group]
            continue
        drive_s = int(travel.duration_s[there, back])
        junior = any(rider.junior for rider in group)
        most = _most(fleet, chair=chair, junior=junior)
        fitting, too_long = _split(stop, group, drive_s, direction, most, policy)
        stands += [replace(stand, chair=chair, junior=junior) for stand in fitting]
        unserved += too_long
    if not stands:
        return None, unserved
    problem = _problem(stands, direction, stop_rows, travel, fleet, policy)
    case = Case(school, direction, profile, tuple(stands), fleet, travel, stop_rows, at, problem)
    return case, unserved


def _most(fleet: pd.DataFrame, *, chair: bool, junior: bool) -> int:
    """Return how many of a stand the largest bus for them takes."""
    types = zip(*(fleet[name].tolist() for name in ("kind", "places", "chairs")), strict=True)
    return max(
        int(min(places, chairs) if chair else places)
        for kind, places, chairs in types
        if kind == "nine_year" or not junior
    )


def _split(
    stop: int, group: list[Boarder], drive_s: int, direction: str, most: int, policy: Policy
) -> tuple[list[Stand], list[Unserved]]:
    """Return stands that fit a bus and a ride limit, and those whose ride is too long."""
    stands: list[Stand] = []
    unserved: list[Unserved] = []
    members: list[tuple[int, int]] = []
    tightest, n_young = 0, 0
    alone_s = drive_s + (stop_dwell_s(policy, 1) if direction == "to_school" else 0)
    for rider in group:
        left, limit_s = rider.n_students, rider.limit_s
        if alone_s > limit_s:
            unserved.append(Unserved(rider.row, left, direction, "ride_too_long", alone_s, limit_s))
            continue
        young = rider.grade <= policy.handover_last_grade
        while left:
            room = min(most, _room(drive_s, limit_s, direction, policy)) - sum(
                n for _, n in members
            )
            if room <= 0:
                stands.append(Stand(stop, tuple(members), tightest, n_young))
                members, n_young = [], 0
                continue
            n = min(left, room)
            members.append((rider.row, n))
            tightest, left = limit_s, left - n
            n_young += n if young else 0
    if members:
        stands.append(Stand(stop, tuple(members), tightest, n_young))
    return stands, unserved


def _room(drive_s: int, limit_s: int, direction: str, policy: Policy) -> int:
    """Return how many can board at one stop before the ride of the first is too long."""
    if direction == "to_home" or policy.board_s == 0:
        return 10**6
    return (limit_s - drive_s - policy.stop_s) // policy.board_s


def _problem(
    stands: list[Stand], direction: str, stop_rows: Ints, travel: Travel,
    fleet: pd.DataFrame, policy: Policy,
) -> RouteProblem:  # fmt: skip
    place = np.array([0, *(1 + np.searchsorted(stop_rows, [s.stop for s in stands]))])
    square = np.ix_(place, place)
    home = direction == "to_home"
    dwell = [stop_dwell_s(policy, s.n, s.n_young if home else 0) for s in stands]
    duration_s, distance_m = (
        travel.duration_s[square].copy(),
        travel.distance_m[square].copy(),
    )
    apart = ~travel.reached[square]
    duration_s[apart] = max(int(s.max_ride_s) for s in stands) + 1
    for matrix in (duration_s, distance_m):
        np.fill_diagonal(matrix, 0)
    return RouteProblem(
        duration_s=duration_s,
        distance_m=distance_m,
        load=np.array([0, *(s.n for s in stands)], np.int64),
        dwell_s=np.array([0, *dwell], np.int64),
        max_ride_s=np.array([0, *(s.max_ride_s for s in stands)], np.int64),
        seats=tuple(int(n) for n in fleet["places"]),
        fixed_yuan=tuple(round(y) for y in fleet["fixed_yuan"]),
        yuan_per_km=tuple(round(y) for y in fleet["yuan_per_km_year"]),
        n_available=tuple(0 if n == 0 else None for n in fleet["n_available"].fillna(-1)),
        to_school=not home,
        n_chairs=np.array([0, *(s.n if s.chair else 0 for s in stands)], np.int64),
        chair_places=tuple(int(n) for n in fleet["chairs"]),
        fits=_fits(stands, fleet),
    )


def _fits(stands: list[Stand], fleet: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether a type of bus may carry a stand's students; the school's row is not used."""
    for_all = (fleet["kind"] == "nine_year").to_numpy()
    with_chairs = (fleet["chairs"] > 0).to_numpy()
    rows = [(for_all | (not stand.junior)) & (with_chairs | (not stand.chair)) for stand in stands]
    return np.array([np.ones(len(fleet), np.bool_), *rows], np.bool_)
