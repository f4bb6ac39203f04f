"""What the solver is asked and what it answers, in whole numbers by position.

No table, no school and no pupil is known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RouteProblem:
    """One school, one direction. Place 0 is the school; stops are 1 to n.

    Routes are open: to school, a route begins at its first stop and ends at the school;
    to home, it begins at the school and ends at its last stop. The ride of a stop is, to
    school, from arrival at the stop to arrival at the school; to home, from leaving the
    school to arrival at the stop. Dwell at the school is in no ride.

    Routes that shall stay close to those driven today need nothing of the solver: the
    caller makes a step that is not driven today longer in ``distance_m``.

    Parameters
    ----------
    duration_s, distance_m
        Driving between places (int64, n + 1 by n + 1), zero on the diagonal.
    load
        Seats taken at each place (int64); ``load[0]`` is 0; none above the most seats.
        At a stop ``load`` and ``n_chairs`` together are at least 1.
    dwell_s
        Standing at each place (int64); ``dwell_s[0]`` is not used.
    max_ride_s
        Longest ride allowed for each place (int64); ``max_ride_s[0]`` is not used. A stop
        whose direct ride (to school with its own dwell) is longer is left unserved.
    seats, fixed_yuan, yuan_per_km, n_available
        Per type of bus: seats for students; yuan per year for one bus; yuan per year for
        a kilometre driven every school day; how many, None for no limit.
    to_school
        Direction.
    n_chairs
        Wheelchair places taken at each place (int64), beside ``load``; ``n_chairs[0]`` is
        0. None for none at all.
    chair_places
        Per type of bus: wheelchair places. None for none at all.
    fits
        Whether a type of bus may carry the students of a place (bool, n + 1 by types);
        row 0 is not used. None where every type may. A stop that no type of bus at hand
        can carry is left unserved.
    apart
        Pairs of stops that may not share a route (int64, k by 2). None for none.
    """

    duration_s: Ints
    distance_m: Ints
    load: Ints
    dwell_s: Ints
    max_ride_s: Ints
    seats: tuple[int, ...]
    fixed_yuan: tuple[int, ...]
    yuan_per_km: tuple[int, ...]
    n_available: tuple[int | None, ...]
    to_school: bool
    n_chairs: Ints | None = None
    chair_places: tuple[int, ...] | None = None
    fits: NDArray[np.bool_] | None = None
    apart: Ints | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be solved or would crash the engine."""
        _refuse_shapes(self)
        for array in _whole_numbers(self):
            if array.dtype != np.int64 or (array < 0).any():
                msg = "route problem: want int64, none negative."
                raise ValueError(msg)
        chairs = np.zeros_like(self.load) if self.n_chairs is None else self.n_chairs
        if (
            self.load[0] != 0
            or chairs[0] != 0
            or (self.load[1:] + chairs[1:] < 1).any()
            or self.load.max(initial=0) > max(self.seats)
        ):
            msg = (
                "route problem: every stop's load must be 1 to the most seats, "
                "or 0 where it takes wheelchair places; the school's 0."
            )
            raise ValueError(msg)
        _refuse_pairs(self)


def _refuse_shapes(problem: RouteProblem) -> None:
    n, n_types = len(problem.load), len(problem.seats)
    square = (n, n)
    per_place = (problem.dwell_s, problem.max_ride_s, problem.n_chairs)
    per_type = (problem.fixed_yuan, problem.yuan_per_km, problem.n_available, problem.chair_places)
    wrong = [
        n < 1,
        problem.duration_s.shape != square or problem.distance_m.shape != square,
        any(row is not None and len(row) != n for row in per_place),
        n_types < 1,
        any(row is not None and len(row) != n_types for row in per_type),
        problem.fits is not None and problem.fits.shape != (n, n_types),
        problem.apart is not None and problem.apart.shape != (len(problem.apart), 2),
    ]
    if any(wrong):
        msg = f"route problem: shapes do not fit {n} places and {n_types} types of bus."
        raise ValueError(msg)


def _whole_numbers(problem: RouteProblem) -> Iterator[Ints]:
    yield from (problem.duration_s, problem.distance_m, problem.load)
    yield from (problem.dwell_s, problem.max_ride_s)
    if problem.n_chairs is not None:
        yield problem.n_chairs
    if problem.apart is not None:
        yield problem.apart


def _refuse_pairs(problem: RouteProblem) -> None:
    if problem.fits is not None and problem.fits.dtype != np.bool_:
        msg = "route problem: fits must be true or false."
        raise ValueError(msg)
    if problem.chair_places is not None and min(problem.chair_places) < 0:
        msg = "route problem: no type of bus has less than no wheelchair places."
        raise ValueError(msg)
    apart = problem.apart
    if apart is None or not len(apart):
        return
    if apart.min() < 1 or apart.max() >= len(problem.load) or (apart[:, 0] == apart[:, 1]).any():
        msg = "route problem: apart names pairs of two different stops."
        raise ValueError(msg)


@dataclass(frozen=True)
class Route:
    """One route: stops in the order driven (the school not named), and its type of bus."""

    stops: tuple[int, ...]
    bus_type: int


@dataclass(frozen=True)
class RouteSolution:
    """Routes for a ``RouteProblem``.

    Parameters
    ----------
    routes
        Every stop is in one route, or in ``unserved``.
    unserved
        Stops for which no bus was left, whose direct ride is over their limit, or that no
        type of bus at hand can carry.
    cost_yuan
        Fixed and running cost per year, recomputed from the routes.
    n_routes_bound
        No answer that serves as many students has fewer routes than this.
    proven
        Whether the search proved that no cheaper answer exists.
    bound_yuan
        No answer that serves as many students costs less; the cost where that is proven.
    """

    routes: tuple[Route, ...]
    unserved: tuple[int, ...]
    cost_yuan: int
    n_routes_bound: int
    proven: bool
    bound_yuan: int = 0


@dataclass(frozen=True, eq=False)
class ChainProblem:
    """Trips of one half-day, to be chained to as few and as cheap buses as possible.

    Parameters
    ----------
    duration_s
        Per trip (int64): from its start to the moment the bus is free at its end.
    earliest_s, latest_s
        Per trip (int64): allowed start, seconds after midnight.
    between_s, between_m
        Driving empty from the end of trip i to the start of trip j (int64, n by n).
    linked
        Whether there is a way from the end of i to the start of j (bool, n by n).
    fits
        Whether a type of bus may drive a trip (bool, n by types).
    fixed_yuan, yuan_per_km, n_available
        As in ``RouteProblem``.
    trip_m
        Length of each trip (int64, m), for the running cost of a dearer type.
    weight
        Students aboard each trip (int64, 1 or more): where buses are short, the fewest
        students stay unserved. None: every trip counts 1.
    """

    duration_s: Ints
    earliest_s: Ints
    latest_s: Ints
    between_s: Ints
    between_m: Ints
    linked: NDArray[np.bool_]
    fits: NDArray[np.bool_]
    fixed_yuan: tuple[int, ...]
    yuan_per_km: tuple[int, ...]
    n_available: tuple[int | None, ...]
    trip_m: Ints
    weight: Ints | None = None


@dataclass(frozen=True)
class Chain:
    """One bus: its type, its trips in order, and the start time of each (s)."""

    bus_type: int
    trips: tuple[int, ...]
    start_s: tuple[int, ...]


@dataclass(frozen=True)
class ChainSolution:
    """Chains for a ``ChainProblem``; trips for which no bus was left are unserved.

    ``n_buses_bound``: no answer that serves as many students has fewer buses than this.
    ``proven``: no answer is cheaper, but for rounding each bus up to a whole yuan. Every
    trip starts as early as its chain allows.
    """

    chains: tuple[Chain, ...]
    unserved: tuple[int, ...]
    cost_yuan: int
    n_buses_bound: int
    proven: bool


@dataclass(frozen=True, eq=False)
class CoverProblem:
    """Groups of students and places where they could board.

    Parameters
    ----------
    n_groups, n_places
        How many there are.
    group, place, walk_m
        Pairs within walking reach (int64, one length): which group, which place, how far.
        Every group has at least one pair.
    n_students
        Per group (int64).
    open_cost
        Per place (int64): what opening it is worth in student-metres of walking.
    """

    n_groups: int
    n_places: int
    group: Ints
    place: Ints
    walk_m: Ints
    n_students: Ints
    open_cost: Ints


@dataclass(frozen=True, eq=False)
class CoverSolution:
    """Places for a ``CoverProblem``.

    Parameters
    ----------
    chosen
        Places opened, ascending; every one is the place of a group.
    place_of_group
        Per group (int64): its nearest chosen place, the lowest number where two are as
        near.
    cost
        Opening and walking together, in student-metres.
    proven
        Whether no choice is cheaper.
    """

    chosen: tuple[int, ...]
    place_of_group: Ints
    cost: int
    proven: bool
