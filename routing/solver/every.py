"""Which routes are possible at all? For small schools: every one, and the best answer.

Tours grow outward stop by stop. Of all orders of the same stops with the same last stop
only those matter that no other beats in both ride and length; of all orders of the same
stops only the shortest matters in the end, since the price knows stops and length only.
"""

import math
import time

from routing.solver.choose import Option, choose_options
from routing.solver.outward import (
    Draft,
    Order,
    Outward,
    Tour,
    count_students,
    find_types_at_hand,
    find_types_worth,
    is_plain,
    is_unlimited,
    price_tour,
)

EXACT_STOPS, EXACT_LIMITED_STOPS = 10, 7
"""Stops up to which every choice of tours is tried out: at most 3**10 steps, and more where
buses are counted."""

Pool = dict[int, tuple[int, Order]]
"""Tours known: for a set of stops (bit k for stop k) the shortest length (m) and its order."""

_Label = tuple[int, int, int, Order]
"""Ride at the last stop (s), length (m), load and order of a tour under way."""


def find_every_tour(view: Outward, most: int, until_s: float = math.inf) -> Pool | None:
    """Return the shortest order of every set of stops that one bus can serve.

    Parameters
    ----------
    view
        The problem.
    most
        Give up beyond so many tours under way.
    until_s
        Give up then, too (s of ``time.monotonic``).

    Returns
    -------
    pool
        None when there are too many.
    """
    room = _Room(view)
    pool: Pool = {}
    layer: dict[tuple[int, int], list[_Label]] = {(0, 0): [(0, 0, 0, ())]}
    n_tried = 0
    while layer:
        longer: dict[tuple[int, int], list[_Label]] = {}
        for (mask, last), labels in layer.items():
            for label in labels:
                n_tried += _extend(room, mask, last, label, longer)
            if n_tried > most or time.monotonic() > until_s:
                return None
        for (mask, _), labels in longer.items():
            for _, length_m, _, stops in labels:
                known = pool.get(mask)
                if known is None or (length_m, stops) < known:
                    pool[mask] = (length_m, stops)
        layer = longer
    return pool


class _Room:
    """Whether some bus can carry a set of stops; remembered where the rules are many."""

    def __init__(self, view: Outward) -> None:
        at_hand = (s for s, n in zip(view.seats, view.n_available, strict=True) if n != 0)
        self.view = view
        self.most_seats = max(at_hand, default=0)
        self.plain = is_plain(view)
        self.known: dict[int, bool] = {}

    def holds(self, mask: int, load: int, stops: Order) -> bool:
        """Return whether one bus can carry all of a mask: these stops, with this load."""
        if load > self.most_seats or self.plain:
            return load <= self.most_seats
        known = self.known.get(mask)
        if known is None:
            known = self.known[mask] = bool(find_types_at_hand(self.view, stops))
        return known


def _extend(
    room: _Room,
    mask: int,
    last: int,
    label: _Label,
    longer: dict[tuple[int, int], list[_Label]],
) -> int:
    """Add every tour with one stop more; return how many were tried."""
    view, n_tried = room.view, 0
    step_s, step_m = view.step_s[last], view.step_m[last]
    ride_s, length_m, load, stops = label
    for stop in view.stops:
        new_s = ride_s + step_s[stop]
        if mask >> stop & 1 or new_s > view.max_ride_s[stop]:
            continue
        if not room.holds(mask | 1 << stop, load + view.load[stop], (*stops, stop)):
            continue
        n_tried += 1
        new_m = length_m + step_m[stop]
        kept = longer.setdefault((mask | 1 << stop, stop), [])
        for other in kept:
            if other[0] <= new_s and other[1] <= new_m:
                break
        else:
            kept[:] = [other for other in kept if other[0] < new_s or other[1] < new_m]
            kept.append((new_s, new_m, load + view.load[stop], (*stops, stop)))
    return n_tried


def choose_tours(view: Outward, pool: Pool) -> Draft | None:
    """Return the cheapest answer made of tours of the pool, every choice tried out.

    Returns
    -------
    draft
        None when there are too many stops for that.
    """
    most = EXACT_STOPS if is_unlimited(view) else EXACT_LIMITED_STOPS
    if len(view.stops) > most:
        return None
    options = [
        Option(mask, price_tour(view, length_m, k), length_m, k, stops)
        for mask, (length_m, stops) in pool.items()
        for k in find_types_worth(view, stops, length_m)
    ]
    weights = {stop: count_students(view, (stop,)) for stop in view.stops}
    chosen = choose_options(options, weights, view.n_available)
    served = {stop for option in chosen for stop in option.order}
    tours = tuple(Tour(option.order, option.bus_type) for option in chosen)
    return Draft(tours, tuple(stop for stop in view.stops if stop not in served))


def count_fewest(view: Outward, pool: Pool) -> int:
    """Return the fewest tours of a complete pool that serve every stop, all choices tried."""
    options = [Option(mask, 1, 0, 0, stops) for mask, (_, stops) in pool.items()]
    return len(choose_options(options, dict.fromkeys(view.stops, 1), (None,)))
