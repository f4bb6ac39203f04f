"""Which routes are possible at all? For small schools: every one, and the best answer.

Tours grow outward stop by stop. Of all orders of the same stops with the same last stop
only those matter that no other beats in both ride and length; of all orders of the same
stops only the shortest matters in the end, since the price knows stops and length only.
"""

from dataclasses import dataclass

from routing.solver.outward import (
    Draft,
    Order,
    Outward,
    Tour,
    find_cheapest_type,
    is_unlimited,
    measure_load,
    price_tour,
)

EXACT_STOPS = 10
"""Stops up to which the best choice of tours is found by trying every subset: 3**10 steps."""

Pool = dict[frozenset[int], tuple[int, Order]]
"""Tours known: for a set of stops the shortest order driven, and its length (m)."""


@dataclass(frozen=True)
class _Label:
    ride_s: int
    length_m: int
    stops: Order
    load: int


def find_every_tour(view: Outward, most: int) -> Pool | None:
    """Return the shortest order of every set of stops that one bus can serve.

    Parameters
    ----------
    view
        The problem.
    most
        Give up beyond so many partial tours: the count decides, not a clock.

    Returns
    -------
    pool
        None when there are too many.
    """
    most_seats = max(
        (seats for seats, n in zip(view.seats, view.n_available, strict=True) if n != 0),
        default=0,
    )
    pool: Pool = {}
    layer = {(frozenset(), 0): [_Label(0, 0, (), 0)]}
    n_labels = 0
    while layer:
        following: dict[tuple[frozenset[int], int], list[_Label]] = {}
        for (members, last), labels in layer.items():
            for label in labels:
                n_labels += _extend(view, members, last, label, most_seats, following)
            if n_labels > most:
                return None
        for (members, _), labels in following.items():
            shortest = min(labels, key=lambda label: (label.length_m, label.stops))
            known = pool.get(members)
            if known is None or (shortest.length_m, shortest.stops) < known:
                pool[members] = (shortest.length_m, shortest.stops)
        layer = following
    return pool


def _extend(
    view: Outward,
    members: frozenset[int],
    last: int,
    label: _Label,
    most_seats: int,
    following: dict[tuple[frozenset[int], int], list[_Label]],
) -> int:
    """Add every tour with one stop more; return how many partial tours were tried."""
    tried = 0
    step_s, step_m = view.step_s[last], view.step_m[last]
    for stop in view.stops:
        ride_s = label.ride_s + step_s[stop]
        load = label.load + view.load[stop]
        if stop in members or ride_s > view.max_ride_s[stop] or load > most_seats:
            continue
        tried += 1
        key = (members | {stop}, stop)
        grown = _Label(ride_s, label.length_m + step_m[stop], (*label.stops, stop), load)
        kept = following.setdefault(key, [])
        if any(other.ride_s <= ride_s and other.length_m <= grown.length_m for other in kept):
            continue
        kept[:] = [
            other for other in kept if other.ride_s < ride_s or other.length_m < grown.length_m
        ]
        kept.append(grown)
    return tried


def choose_tours(view: Outward, pool: Pool) -> Draft | None:
    """Return the cheapest answer made of tours of the pool, tried out in full.

    Returns
    -------
    draft
        None when there are too many stops, or types of which only some are there.
    """
    if len(view.stops) > EXACT_STOPS or not is_unlimited(view):
        return None
    bit = {stop: 1 << k for k, stop in enumerate(view.stops)}
    priced: list[list[tuple[int, int, int, Tour]]] = [[] for _ in view.stops]
    for members, (length_m, stops) in pool.items():
        bus_type = find_cheapest_type(view, measure_load(view, stops), length_m)
        mask = sum(bit[stop] for stop in members)
        lowest = (mask & -mask).bit_length() - 1
        price = price_tour(view, length_m, bus_type)
        priced[lowest].append((mask, price, length_m, Tour(stops, bus_type)))
    everything = (1 << len(view.stops)) - 1
    best: dict[int, tuple[int, int, Tour | None, int]] = {0: (0, 0, None, 0)}
    for covered in range(everything):
        if covered not in best:
            continue
        yuan, metres, _, _ = best[covered]
        first = (~covered & -~covered).bit_length() - 1
        for mask, price, length_m, tour in priced[first]:
            if mask & covered:
                continue
            trial = (yuan + price, metres + length_m, tour, covered)
            known = best.get(covered | mask)
            if known is None or trial[:2] < known[:2]:
                best[covered | mask] = trial
    return _walk_back(best, everything)


def _walk_back(best: dict[int, tuple[int, int, Tour | None, int]], everything: int) -> Draft:
    tours = []
    covered = everything
    while covered:
        _, _, tour, before = best[covered]
        if tour is not None:
            tours.append(tour)
        covered = before
    return Draft(tuple(tours), ())
