"""One bus for a morning and an afternoon chain, and a yard for every bus."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.fleet.trips import Trips

if TYPE_CHECKING:
    from routing.solver import Chain, ChainSolution

Ints = NDArray[np.int64]

Runs = tuple[tuple[int, int], ...]
"""Rows of routes, each with the time the bus is at its first visit (s after midnight)."""

FAR_M = 10**9
"""A way that does not exist, in sums that are minimised (m)."""


@dataclass(frozen=True)
class Bus:
    """One bus and its day: a row of ``bus_types``, and its runs."""

    bus_type: int
    morning: Runs
    afternoon: Runs

    @property
    def runs(self) -> Runs:
        """The runs of the day in order."""
        return self.morning + self.afternoon


def pair_halves(
    halves: "list[tuple[Ints, ChainSolution]]", trips: Trips, types: pd.DataFrame
) -> list[Bus]:
    """Return buses: each drives a morning chain, an afternoon chain, or both.

    Chains of one type pair first, so that no type needs more buses than its busier half;
    then a chain left over takes a bus of the other half that may drive all its routes. No
    bus is paired over roads that do not connect.

    Parameters
    ----------
    halves
        For morning and afternoon: rows of routes, and the chains over them.
    trips
        Where routes start and end, and which types fit.
    types
        With ``fixed_yuan``.
    """
    mornings, afternoons = (
        [(chain.bus_type, _settle(rows, chain, trips)) for chain in solution.chains]
        for rows, solution in halves
    )
    buses: list[Bus] = []
    left: tuple[list[tuple[int, Runs]], list[tuple[int, Runs]]] = ([], [])
    for kind in range(len(types)):
        early = [runs for one, runs in mornings if one == kind]
        late = [runs for one, runs in afternoons if one == kind]
        empty_m = _empty_m(early, late, trips)
        pairs = [(i, j) for i, j in _match(empty_m) if empty_m[i, j] < FAR_M]
        buses += [Bus(kind, early[i], late[j]) for i, j in pairs]
        left[0].extend(
            (kind, runs) for k, runs in enumerate(early) if k not in {i for i, _ in pairs}
        )
        left[1].extend(
            (kind, runs) for k, runs in enumerate(late) if k not in {j for _, j in pairs}
        )
    buses += _pair_left(*left, trips, types)
    return sorted(buses, key=lambda bus: (bus.runs[0][1], bus.runs[0][0]))


def choose_yards(buses: list[Bus], trips: Trips, parkings: pd.DataFrame, n_yards: int) -> Ints:
    """Return the row of ``parkings`` for each bus, -1 where no yard has room for it.

    The metres driven empty to and from the yards are the fewest possible.
    """
    from scipy.optimize import linear_sum_assignment

    chosen = np.full(len(buses), -1, np.int64)
    if not n_yards or not buses:
        return chosen
    n_places = len(trips.ways.reached) - n_yards
    metres = np.array(
        [[_yard_m(bus, n_places + k, trips) for k in range(n_yards)] for bus in buses]
    )
    room = [len(buses) if pd.isna(n) else min(int(n), len(buses)) for n in parkings["n_buses"]]
    slots = np.repeat(np.arange(n_yards), room)
    if not len(slots):
        return chosen
    rows, columns = linear_sum_assignment(metres[:, slots])
    chosen[rows] = slots[columns]
    chosen[metres[np.arange(len(buses)), chosen] >= FAR_M] = -1
    return chosen


def _settle(rows: Ints, chain: "Chain", trips: Trips) -> Runs:
    """Return a chain's runs, moved inside their windows so that nobody waits for nothing.

    Routes that stay keep their times of the earlier plan where the bus's other runs allow;
    new ones are as late in the morning, and as early in the afternoon, as those allow.
    """
    routes = [int(rows[trip]) for trip in chain.trips]
    n = len(routes)
    taken_s = [_taken_s(trips, *routes[k : k + 2]) for k in range(n - 1)]
    latest_s = [int(trips.latest_s[route]) for route in routes]
    for k in reversed(range(n - 1)):
        latest_s[k] = min(latest_s[k], latest_s[k + 1] - taken_s[k])
    start_s, kept = list(chain.start_s), [False] * n
    for k, route in enumerate(routes):
        free_s = start_s[k - 1] + taken_s[k - 1] if k else 0
        start_s[k] = max(int(trips.earliest_s[route]), free_s)
        was_s = int(trips.was_s[route])
        if was_s >= 0 and start_s[k] <= was_s <= latest_s[k]:
            start_s[k], kept[k] = was_s, True
    for k in reversed(range(n)):
        if not kept[k] and not trips.home[routes[k]]:
            last_s = int(trips.latest_s[routes[k]])
            start_s[k] = min(last_s, start_s[k + 1] - taken_s[k]) if k < n - 1 else last_s
    return tuple(zip(routes, start_s, strict=True))


def _taken_s(trips: Trips, route: int, then: int) -> int:
    """Return the seconds from the start of a route until the bus can start the next."""
    way_s = trips.ways.duration_s[trips.end[route], trips.start[then]]
    return int(trips.duration_s[route] + way_s)


def _match(cost: NDArray[np.int64]) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment

    return [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(cost), strict=True)]


def _empty_m(early: list[Runs], late: list[Runs], trips: Trips) -> Ints:
    """Return the metres from the end of each morning to the start of each afternoon."""
    ends = [trips.end[runs[-1][0]] for runs in early]
    starts = [trips.start[runs[0][0]] for runs in late]
    square = np.ix_(np.array(ends, np.int64), np.array(starts, np.int64))
    return np.where(trips.ways.reached[square], trips.ways.distance_m[square], FAR_M)


def _pair_left(
    early: list[tuple[int, Runs]], late: list[tuple[int, Runs]], trips: Trips, types: pd.DataFrame
) -> list[Bus]:
    fixed = types["fixed_yuan"].to_numpy()
    saved = np.zeros((len(early), len(late)))
    kinds = np.full(saved.shape, -1, np.int64)
    for i, (kind, runs) in enumerate(early):
        for j, (other, more) in enumerate(late):
            rows = [route for route, _ in runs + more]
            able = np.asarray(trips.fits[rows].all(axis=0))
            joined = trips.ways.reached[trips.end[runs[-1][0]], trips.start[more[0][0]]]
            usable = [one for one in (kind, other) if able[one] and joined]
            if usable:
                kinds[i, j] = min(usable, key=lambda one: fixed[one])
                saved[i, j] = fixed[kind] + fixed[other] - fixed[kinds[i, j]]
    pairs = [(i, j) for i, j in _match(-saved.astype(np.int64)) if kinds[i, j] >= 0]
    buses = [Bus(int(kinds[i, j]), early[i][1], late[j][1]) for i, j in pairs]
    buses += [
        Bus(kind, runs, ())
        for i, (kind, runs) in enumerate(early)
        if i not in {a for a, _ in pairs}
    ]
    buses += [
        Bus(kind, (), runs) for j, (kind, runs) in enumerate(late) if j not in {b for _, b in pairs}
    ]
    return buses


def _yard_m(bus: Bus, yard: int, trips: Trips) -> int:
    """Return the metres driven empty from and to a yard in a day."""
    total = 0
    for runs in (bus.morning, bus.afternoon):
        if runs:
            out, back = int(trips.start[runs[0][0]]), int(trips.end[runs[-1][0]])
            for a, b in ((yard, out), (back, yard)):
                total += int(trips.ways.distance_m[a, b]) if trips.ways.reached[a, b] else FAR_M
    return total
