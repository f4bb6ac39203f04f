"""What is a safe first answer? Stops inserted one by one where they cost least.

Plain Python without any library: it is what remains when a search crashes or hangs.
"""

from collections import Counter
from collections.abc import Iterator

from routing.solver.outward import (
    Draft,
    Order,
    Outward,
    Tour,
    find_cheapest_type,
    find_types,
    keeps_rides,
    measure_length_m,
    price_draft,
    price_tour,
)
from routing.solver.problem import RouteSolution


def construct_draft(view: Outward) -> Draft:
    """Return the best of two simple answers: far stops first, large stops first."""
    far = sorted(view.stops, key=lambda stop: (-view.step_s[0][stop], stop))
    large = sorted(view.stops, key=lambda stop: (-view.load[stop], -view.n_chairs[stop], stop))
    drafts = [insert_stops(view, Draft((), tuple(order))) for order in (far, large)]
    return min(drafts, key=lambda draft: price_draft(view, draft))


def insert_stops(view: Outward, draft: Draft) -> Draft:
    """Return the draft with its unserved stops inserted, in their order, where there is room.

    Parameters
    ----------
    view
        The problem.
    draft
        Tours to start from, and the stops to insert.
    """
    tours = list(draft.tours)
    left = []
    for stop in draft.unserved:
        options = [*_into_tours(view, tours, stop), *_alone(view, tours, stop)]
        if not options:
            left.append(stop)
            continue
        _, place, tour = min(options, key=lambda option: option[:2])
        tours[place : place + 1] = [tour]
    return Draft(tuple(tours), tuple(sorted(left)))


def _into_tours(view: Outward, tours: list[Tour], stop: int) -> Iterator[tuple[int, int, Tour]]:
    for place, tour in enumerate(tours):
        types = find_types(view, (*tour.stops, stop))
        if not types:
            continue
        others = [other for k, other in enumerate(tours) if k != place]
        old_m = measure_length_m(view, tour.stops)
        before = price_tour(view, old_m, tour.bus_type)
        stops, length_m = _best_place(view, tour.stops, stop)
        if not stops:
            continue
        bus_type = _cheapest_left(view, others, types, length_m)
        if bus_type is not None:
            yield price_tour(view, length_m, bus_type) - before, place, Tour(stops, bus_type)


def _best_place(view: Outward, stops: Order, stop: int) -> tuple[Order, int]:
    best: tuple[Order, int] = ((), 0)
    for cut in range(len(stops) + 1):
        trial = (*stops[:cut], stop, *stops[cut:])
        length_m = measure_length_m(view, trial)
        if (not best[0] or length_m < best[1]) and keeps_rides(view, trial):
            best = (trial, length_m)
    return best


def _alone(view: Outward, tours: list[Tour], stop: int) -> Iterator[tuple[int, int, Tour]]:
    length_m = view.step_m[0][stop]
    bus_type = _cheapest_left(view, tours, find_types(view, (stop,)), length_m)
    if bus_type is not None:
        yield price_tour(view, length_m, bus_type), len(tours), Tour((stop,), bus_type)


def _cheapest_left(view: Outward, tours: list[Tour], types: Order, length_m: int) -> int | None:
    used = Counter(tour.bus_type for tour in tours)
    left = [k for k in types if (n := view.n_available[k]) is None or used[k] < n]
    return min(left, key=lambda k: (price_tour(view, length_m, k), k), default=None)


def mend_draft(view: Outward, start: RouteSolution) -> Draft:
    """Return what holds of an answer to this problem, or to one much like it.

    Of each route those stops are kept, in their order, that keep all rules together on a
    bus that is there; all others are unserved.

    Parameters
    ----------
    view
        The problem.
    start
        Any answer; it may be wrong in any way.
    """
    open_, tours = set(view.stops), list[Tour]()
    for route in start.routes:
        kept: Order = ()
        for stop in route.stops[::-1] if view.to_school else route.stops:
            longer = (*kept, stop)
            if stop in open_ and keeps_rides(view, longer) and find_types(view, longer):
                open_.discard(stop)
                kept = longer
        tour = _with_bus(view, tours, kept, route.bus_type)
        if tour is not None:
            tours.append(tour)
        else:
            open_.update(kept)
    return Draft(tuple(tours), tuple(sorted(open_)))


def _with_bus(view: Outward, tours: list[Tour], stops: Order, wish: int) -> Tour | None:
    """Return a tour with the type of bus wished for, else the cheapest left, else None."""
    if not stops:
        return None
    types = find_types(view, stops)
    if wish in types and _cheapest_left(view, tours, (wish,), 0) is not None:
        return Tour(stops, wish)
    bus_type = _cheapest_left(view, tours, types, measure_length_m(view, stops))
    return None if bus_type is None else Tour(stops, bus_type)


def retype(view: Outward, draft: Draft) -> Draft:
    """Return the draft with the cheapest type for each tour; only where none is limited."""
    if any(n is not None for n in view.n_available):
        return draft
    types = [
        find_cheapest_type(view, tour.stops, measure_length_m(view, tour.stops))
        for tour in draft.tours
    ]
    tours = (Tour(tour.stops, k) for tour, k in zip(draft.tours, types, strict=True))
    return Draft(tuple(tours), draft.unserved)
