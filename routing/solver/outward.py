"""How does the search look at routes? Outward from the school, in both directions.

A route to school, read backwards, begins at the school and grows outward like a route
home. Along it the ride of each stop is the sum of steps up to that stop: so one search
serves both directions, and a ride limit is a plain upper bound at the stop.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import and_

import numpy as np

from routing.solver.problem import Ints, Route, RouteProblem

LARGEST = 2**58
"""Sums stay below this (no unit): far from the overflow of 64 bits inside the library."""

Order = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Outward:
    """A ``RouteProblem`` as lists of plain whole numbers, every route leaving the school.

    Parameters
    ----------
    step_s
        By how much the ride grows from one place to the next (s), n + 1 by n + 1.
    step_m
        Driving from one place to the next in the direction really driven (m).
    load, max_ride_s, n_chairs
        As in ``RouteProblem``, by place.
    seats, fixed_yuan, yuan_per_km, n_available, chair_places
        As in ``RouteProblem``, by type of bus.
    fits
        Types of bus that may carry each place's students, as bits (bit k for type k).
    apart
        Pairs of stops (a, b), a < b, that may not share a tour.
    to_school
        Whether routes are driven the other way round than they are read here.
    stops
        Stops that can be served at all: the direct ride keeps the limit, and there is a
        bus that can carry them.
    """

    step_s: list[list[int]]
    step_m: list[list[int]]
    load: list[int]
    max_ride_s: list[int]
    seats: tuple[int, ...]
    fixed_yuan: tuple[int, ...]
    yuan_per_km: tuple[int, ...]
    n_available: tuple[int | None, ...]
    to_school: bool
    stops: Order
    n_chairs: list[int]
    chair_places: tuple[int, ...]
    fits: list[int]
    apart: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Tour:
    """One route read outward: its stops, nearest the school first, and its type of bus."""

    stops: Order
    bus_type: int


@dataclass(frozen=True)
class Draft:
    """An answer under way: tours, and the stops for which no bus is left."""

    tours: tuple[Tour, ...]
    unserved: Order


def turn_outward(problem: RouteProblem) -> Outward:
    """Return the problem as the search sees it.

    To school, a step from a to b outward is the drive from b to a after standing at b;
    to home, it is the drive from a to b after standing at a (not at the school).

    Raises
    ------
    ValueError
        When sums could overflow inside the library.
    """
    dwell_s = problem.dwell_s.copy()
    dwell_s[0] = 0
    if problem.to_school:
        step_s, step_m = problem.duration_s.T + dwell_s[None, :], problem.distance_m.T
    else:
        step_s, step_m = problem.duration_s + dwell_s[:, None], problem.distance_m
    step_s, step_m = _open(step_s), _open(step_m)
    _refuse_overflow(problem, step_s, step_m)
    n_types = len(problem.seats)
    chairs = np.zeros_like(problem.load) if problem.n_chairs is None else problem.n_chairs
    places = (0,) * n_types if problem.chair_places is None else problem.chair_places
    shape = (len(problem.load), n_types)
    fits = np.ones(shape, dtype=np.bool_) if problem.fits is None else problem.fits
    carried = (
        fits
        & (problem.load[:, None] <= np.array(problem.seats))
        & (chairs[:, None] <= np.array(places))
        & np.array([n != 0 for n in problem.n_available])
    ).any(axis=1)
    pairs = [] if problem.apart is None else problem.apart.tolist()
    served = np.flatnonzero(carried & (step_s[0] <= problem.max_ride_s))
    return Outward(
        step_s=step_s.tolist(),
        step_m=step_m.tolist(),
        load=problem.load.tolist(),
        max_ride_s=problem.max_ride_s.tolist(),
        seats=tuple(int(n) for n in problem.seats),
        fixed_yuan=tuple(int(n) for n in problem.fixed_yuan),
        yuan_per_km=tuple(int(n) for n in problem.yuan_per_km),
        n_available=tuple(None if n is None else int(n) for n in problem.n_available),
        to_school=problem.to_school,
        stops=tuple(int(stop) for stop in served if stop > 0),
        n_chairs=chairs.tolist(),
        chair_places=tuple(int(n) for n in places),
        fits=[sum(1 << k for k, fit in enumerate(row) if fit) for row in fits.tolist()],
        apart=frozenset((min(a, b), max(a, b)) for a, b in pairs),
    )


def _open(steps: Ints) -> Ints:
    """Return the steps with nothing to pay for ending a route: it is open outward."""
    steps = steps.copy()
    steps[:, 0] = 0
    np.fill_diagonal(steps, 0)
    return steps


def _refuse_overflow(problem: RouteProblem, step_s: Ints, step_m: Ints) -> None:
    n = len(problem.load)
    chairs = 0 if problem.n_chairs is None else int(problem.n_chairs.sum())
    n_students = int(problem.load.sum()) + chairs
    largest_yuan = max(problem.fixed_yuan) * 1000 + int(step_m.max()) * max(problem.yuan_per_km)
    sums = (int(step_s.max()) * n, largest_yuan * n * (1 + n_students))
    if max(sums) > LARGEST or int(problem.max_ride_s.max()) > LARGEST:
        msg = "route problem: times, distances or prices are too large to be added safely."
        raise ValueError(msg)


def measure_load(view: Outward, stops: Order) -> int:
    """Return the seats taken when all stops of a tour are served."""
    return sum(view.load[stop] for stop in stops)


def count_students(view: Outward, stops: Iterable[int]) -> int:
    """Return the students of some stops, those in wheelchairs too."""
    return sum(view.load[stop] + view.n_chairs[stop] for stop in stops)


def measure_length_m(view: Outward, stops: Order) -> int:
    """Return the length of a tour (m)."""
    step_m = view.step_m
    return sum(step_m[a][b] for a, b in zip((0, *stops), stops, strict=False))


def keeps_rides(view: Outward, stops: Order) -> bool:
    """Return whether every stop of a tour keeps its ride limit."""
    ride_s, here = 0, 0
    for stop in stops:
        ride_s += view.step_s[here][stop]
        if ride_s > view.max_ride_s[stop]:
            return False
        here = stop
    return True


def price_tour(view: Outward, length_m: int, bus_type: int) -> int:
    """Return what a tour costs per year with a type of bus (yuan, rounded up once)."""
    return view.fixed_yuan[bus_type] + (length_m * view.yuan_per_km[bus_type] + 999) // 1000


def find_types(view: Outward, stops: Order) -> Order:
    """Return the types of bus that can carry all stops of a tour together, by the rules.

    Seats, wheelchair places and ``fits`` count, not how many buses there are. None at all
    when two of the stops must stay apart.
    """
    if not keeps_apart(view, stops):
        return ()
    load, chairs = measure_load(view, stops), sum(view.n_chairs[stop] for stop in stops)
    bits = reduce(and_, (view.fits[stop] for stop in stops), -1)
    rooms = zip(view.seats, view.chair_places, strict=True)
    return tuple(
        k
        for k, (seats, places) in enumerate(rooms)
        if seats >= load and places >= chairs and bits >> k & 1
    )


def find_types_at_hand(view: Outward, stops: Order) -> Order:
    """Return those types of ``find_types`` of which there is a bus at all."""
    return tuple(k for k in find_types(view, stops) if view.n_available[k] != 0)


def is_plain(view: Outward) -> bool:
    """Return whether seats alone say what a bus can carry."""
    every = (1 << len(view.seats)) - 1
    bits = (view.fits[stop] & every for stop in view.stops)
    return not view.apart and not any(view.n_chairs) and all(fit == every for fit in bits)


def keeps_apart(view: Outward, stops: Order) -> bool:
    """Return whether no two stops of a tour must stay apart."""
    if not view.apart:
        return True
    return not any(pair in view.apart for pair in combinations(sorted(stops), 2))


def find_cheapest_type(view: Outward, stops: Order, length_m: int) -> int:
    """Return the cheapest type of bus that carries a tour, whatever is available."""
    fitting = find_types(view, stops)
    return min(fitting, key=lambda k: (price_tour(view, length_m, k), k))


def find_types_worth(view: Outward, stops: Order, length_m: int) -> Iterator[int]:
    """Yield the cheapest type that never runs out, and all cheaper ones that may.

    Every other type is never part of a cheapest answer.
    """
    price = {k: price_tour(view, length_m, k) for k in find_types_at_hand(view, stops)}
    endless = [k for k in price if view.n_available[k] is None]
    best = min(endless, key=lambda k: (price[k], k), default=None)
    if best is not None:
        yield best
    for k, yuan in price.items():
        if view.n_available[k] is not None and (best is None or yuan < price[best]):
            yield k


def price_draft(view: Outward, draft: Draft) -> tuple[int, int, int]:
    """Return how bad a draft is: students unserved, yuan per year, metres."""
    lengths = [measure_length_m(view, tour.stops) for tour in draft.tours]
    yuan = sum(
        price_tour(view, length, tour.bus_type)
        for length, tour in zip(lengths, draft.tours, strict=True)
    )
    return count_students(view, draft.unserved), yuan, sum(lengths)


def is_unlimited(view: Outward) -> bool:
    """Return whether as many buses of every type as needed are there."""
    return all(n is None for n in view.n_available)


def drive(view: Outward, tour: Tour) -> Route:
    """Return a tour as the route driven."""
    return Route(tour.stops[::-1] if view.to_school else tour.stops, tour.bus_type)
