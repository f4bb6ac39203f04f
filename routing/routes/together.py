"""All schools of one half-day searched together: routes that suit the fleet, and mixed loads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.dwell import gate_dwell_s
from routing.policy import Policy
from routing.records import District, Located
from routing.roads import join_positions, measure_travel
from routing.roads.positions import Positions, Travel
from routing.routes.cases import Case, Stand
from routing.routes.drives import find_able
from routing.routes.starts import Step
from routing.solver import BlockProblem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY_S = 86_400
"""Afternoons are asked backwards: a moment becomes what is left of the day (s)."""


@dataclass(frozen=True, eq=False)
class Together:
    """The cases of one direction and profile as one problem.

    Parameters
    ----------
    cases
        In the order of their places.
    first_place
        Per case: the row of ``travel`` of its gate; its stops follow.
    owner
        Per stand of the problem: the case (position in ``cases``) and its stand.
    schools
        Rows of schools, in the problem's order.
    gate
        Per school of the problem: the row of ``travel`` at which its buses call.
    at, travel, paid_m
        All places, the ways between them, and what length each is counted at (m).
    types
        Rows of bus_types, in the problem's order.
    """

    cases: tuple[Case, ...]
    first_place: tuple[int, ...]
    owner: tuple[tuple[int, Stand], ...]
    schools: tuple[int, ...]
    gate: tuple[int, ...]
    at: Positions
    travel: Travel
    paid_m: Ints
    types: tuple[int, ...]

    @property
    def home(self) -> bool:
        """Whether buses drive to home."""
        return self.cases[0].direction == "to_home"


def join_cases(
    cases: Sequence[Case],
    located: Located,
    steps: frozenset[Step] | None = None,
    stay_close_m: int = 0,
) -> Together:
    """Return cases of one direction and profile with the ways between all their places.

    Parameters
    ----------
    cases, located
        The cases, and the profiles' networks.
    steps, stay_close_m
        Every other way with students aboard costs so much more (m), where given.
    """
    at = join_positions(*(case.at for case in cases))
    first = np.cumsum([0, *(len(case.at) for case in cases)])[:-1].tolist()
    travel = measure_travel(located.profiles[cases[0].profile].bus, at, at)
    owner = tuple((k, stand) for k, case in enumerate(cases) for stand in case.stands)
    gates = {case.school: first[k] for k, case in enumerate(cases)}
    schools = tuple(sorted(gates))
    types = sorted({int(row) for case in cases for row in case.fleet["bus_type"]})
    gate = tuple(gates[school] for school in schools)
    paid_m = travel.distance_m
    if steps is not None:
        paid_m = paid_m + _added_m(cases, steps, stay_close_m)
    return Together(
        tuple(cases), tuple(first), owner, schools, gate, at, travel, paid_m, tuple(types)
    )


def _added_m(cases: Sequence[Case], steps: frozenset[Step], stay_close_m: int) -> Ints:
    """Return what each way costs beyond its length; from a school on the bus is empty."""
    names = [
        name for case in cases for name in (-1 - case.school, *np.asarray(case.stop_rows).tolist())
    ]
    direction, home = cases[0].direction, cases[0].direction == "to_home"
    added = np.full((len(names), len(names)), stay_close_m, np.int64)
    row_of: dict[int, list[int]] = {}
    for row, name in enumerate(names):
        row_of.setdefault(name, []).append(row)
    for way, here, there in steps:
        if way == direction:
            added[np.ix_(row_of.get(here, []), row_of.get(there, []))] = 0
    gates = np.array(names) < 0
    added[:, gates] = 0 if home else added[:, gates]
    added[gates, :] = added[gates, :] if home else 0
    np.fill_diagonal(added, 0)
    return added


def ask_together(together: Together, district: District, policy: Policy) -> BlockProblem:
    """Return the problem of the cases for the solver; afternoons are turned round.

    Parameters
    ----------
    together
        The cases.
    district
        Uses ``schools`` and ``bus_types``.
    policy
        Uses the windows at school, the dwell rules and ``mixed_loads``.
    """
    cases, travel, home = together.cases, together.travel, together.home
    stands = [stand for _, stand in together.owner]
    case_of = [cases[k] for k, _ in together.owner]
    dwell = np.concatenate([case.problem.dwell_s[1:] for case in cases])
    ride = np.concatenate([case.problem.max_ride_s[1:] for case in cases])
    place = [together.first_place[k] + cases[k].place(s.stop) for k, s in together.owner]
    turn = np.transpose if home else np.asarray
    fleet = _fleet(together)
    opens_s, shuts_s = find_windows(together, district, policy)
    each_s = policy.board_s if home else policy.school_alight_s
    return BlockProblem(
        duration_s=np.ascontiguousarray(turn(travel.duration_s)).astype(np.int64),
        distance_m=np.ascontiguousarray(turn(together.paid_m)).astype(np.int64),
        linked=np.ascontiguousarray(turn(travel.reached)),
        place=np.array(place, np.int64),
        school=np.searchsorted(together.schools, [c.school for c in case_of]).astype(np.int64),
        load=np.array([stand.n for stand in stands], np.int64),
        n_chairs=np.array([stand.n if stand.chair else 0 for stand in stands], np.int64),
        dwell_s=dwell,
        # Turned round, a ride begins when the bus has let everybody off.
        max_ride_s=ride + dwell if home else ride,
        school_place=np.array(together.gate, np.int64),
        earliest_s=opens_s,
        latest_s=shuts_s,
        unload_s=np.full(len(opens_s), gate_dwell_s(policy, 0, alight=not home), np.int64),
        unload_each_s=np.full(len(opens_s), each_s, np.int64),
        shares=_shares(together, district, policy),
        fits=_fits(together),
        seats=fleet["places"],
        chair_places=fleet["chairs"],
        fixed_yuan=fleet["fixed_yuan"],
        yuan_per_km=fleet["yuan_per_km_year"],
        n_available=tuple(
            None if np.isnan(n) else int(n)
            for n in district.bus_types["n_available"].astype(float).to_numpy()[[*together.types]]
        ),
    )


def find_windows(together: Together, district: District, policy: Policy) -> tuple[Ints, Ints]:
    """Return when buses may arrive at each school; turned round, when they may leave."""
    schools = district.schools.iloc[[*together.schools]]
    if together.home:
        off_s = schools["dismissal_s"].to_numpy(np.int64)
        opens_s = DAY_S - (off_s + policy.leave_after_max_s)
        return opens_s, DAY_S - (off_s + policy.leave_after_min_s)
    bell_s = schools["bell_s"].to_numpy(np.int64)
    return bell_s - policy.arrive_before_max_s, bell_s - policy.arrive_before_min_s


def _shares(together: Together, district: District, policy: Policy) -> Bools:
    kind = district.schools["kind"].to_numpy(object)[[*together.schools]]
    alone = np.eye(len(kind), dtype=np.bool_)
    if policy.mixed_loads == "never":
        return alone
    shares = (kind != "kindergarten")[:, None] & (kind != "kindergarten")[None, :]
    if policy.mixed_loads == "same_kind":
        shares = shares & (kind[:, None] == kind[None, :])
    return np.asarray(shares, np.bool_) | alone


def _fits(together: Together) -> Bools:
    rows = []
    for k, stand in together.owner:
        able = find_able(together.cases[k], [stand])
        rows.append([row in able for row in together.types])
    return np.array(rows, np.bool_).reshape(len(rows), len(together.types))


def _fleet(together: Together) -> dict[str, tuple[int, ...]]:
    """Return what each type carries and costs, in the problem's order."""
    known: dict[int, tuple[int, ...]] = {}
    names = ("places", "chairs", "fixed_yuan", "yuan_per_km_year")
    for case in together.cases:
        for row, *values in case.fleet[["bus_type", *names]].itertuples(index=False):
            known[int(row)] = tuple(round(value) for value in values)
    columns = zip(*(known[row] for row in together.types), strict=True)
    return dict(zip(names, columns, strict=True))
