"""Which part of an answer is searched again? A few neighbouring tours, with a tight fleet."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.solver.construct import retype
from routing.solver.effort import Effort, left_s
from routing.solver.every import Pool
from routing.solver.library import Search, search_tours
from routing.solver.outward import Draft, Outward, measure_load, price_draft
from routing.solver.recombine import note_orders

if TYPE_CHECKING:
    from numpy.random import Generator

FIRSTS = ("SAVINGS",)
"""The library's simple answers worth their time: the walk finds the rest (measured)."""
FIRSTS_SHARE = 0.1
"""Share of the time for each of them at most (measured)."""
PART_STOPS = 35
"""Stops searched at once: 35 to 50 is where the library shines (measured)."""
MOST_NEAR = 100
"""Neighbours of each stop that are known: enough for all strings of a walk's step (tried)."""
SKIPPED_SHARE = 0.15
"""Share of neighbouring tours passed over, so that no two parts are the same (tried)."""
PART_SHARE = 1 / 60
"""Share of the whole time for one part, within 0.08 and 0.5 s (measured)."""
ROUND_SOLUTIONS = 60
"""Accepted solutions of one part where rounds decide: about 0.3 s (measured)."""


def near_stops(view: Outward, most: int) -> NDArray[np.int32]:
    """Return for each place (n + 1) its nearest stops, itself first, by the shorter way.

    Places that are no stop of the view have a row of the view's first stop.
    """
    stops = np.array(view.stops, dtype=np.int64)
    n_near = min(len(stops), most)
    near = np.full((len(view.load), n_near), stops[0], dtype=np.int32)
    step_s = np.array(view.step_s, dtype=np.int64)
    for stop in view.stops:
        nearness = np.minimum(step_s[stop, stops], step_s[stops, stop])
        nearness[np.searchsorted(stops, stop)] = -1
        near[stop] = stops[np.argsort(nearness, kind="stable")[:n_near]]
    return near


def draft_firsts(view: Outward, draft: Draft, pool: Pool, effort: Effort) -> Draft:
    """Return the best of a draft and the library's simple answers with one size of bus.

    All tours go into the pool, also where they take more buses than there are.
    """
    usable = [k for k, n in enumerate(view.n_available) if n != 0]
    largest = max(usable, key=lambda k: (view.seats[k], -view.fixed_yuan[k]))
    needed = measure_load(view, view.stops) / view.seats[largest]
    fleet = (largest,) * min(len(view.stops), int(1.7 * needed) + 6)
    note_orders(view, pool, (tour.stops for tour in draft.tours))
    for first in FIRSTS:
        seconds = min(left_s(effort), FIRSTS_SHARE * effort.seconds)
        if seconds <= 0 or (effort.is_timed and left_s(effort) < effort.seconds / 2):
            break
        time_ms = int(1000 * (seconds if effort.is_timed else left_s(effort)))
        search = Search(time_ms, first=first, guided=False)
        found = search_tours(view, view.stops, fleet, None, search)
        if found is None:
            continue
        note_orders(view, pool, found.orders)
        trial = retype(view, found.draft)
        if _is_allowed(view, trial):
            draft = min(draft, trial, key=lambda d: price_draft(view, d))
    return draft


def search_part(
    view: Outward,
    near: NDArray[np.int32],
    draft: Draft,
    pool: Pool,
    effort: Effort,
    rng: "Generator",
) -> Draft:
    """Return the draft with a few neighbouring tours searched again, if that is no worse."""
    middle = view.stops[int(rng.integers(len(view.stops)))]
    part, rest = _pick_part(draft, near[middle].tolist(), rng)
    stops = [*(stop for tour in part.tours for stop in tour.stops), *part.unserved]
    shuffled = tuple(int(stop) for stop in rng.permutation(np.array(stops, dtype=np.int64)))
    found = search_tours(view, shuffled, _tight_fleet(view, part, rest), part, _search(effort))
    if found is None:
        return draft
    note_orders(view, pool, found.orders)
    better = retype(view, found.draft)
    if price_draft(view, better) > price_draft(view, part):
        return draft
    return Draft((*rest.tours, *better.tours), tuple(sorted((*rest.unserved, *better.unserved))))


def _search(effort: Effort) -> Search:
    if not effort.is_timed:
        return Search(int(1000 * left_s(effort)), n_solutions=ROUND_SOLUTIONS)
    seconds = min(0.5, max(0.08, PART_SHARE * effort.seconds), max(0.02, left_s(effort)))
    return Search(int(1000 * seconds))


def _pick_part(draft: Draft, near: list[int], rng: "Generator") -> tuple[Draft, Draft]:
    """Return the tours around a stop, up to ``PART_STOPS``, and all the others."""
    tour_of = {stop: k for k, tour in enumerate(draft.tours) for stop in tour.stops}
    picked: set[int] = set()
    behind: set[int] = set()
    n_stops = 0
    for stop in near:
        k = tour_of.get(stop)
        if k in picked or rng.random() < SKIPPED_SHARE:
            continue
        n_more = 1 if k is None else len(draft.tours[k].stops)
        if n_stops + n_more > PART_STOPS and len(picked) >= 2:
            break
        n_stops += n_more
        if k is None:
            behind.add(stop)
        else:
            picked.add(k)
    inside = tuple(tour for k, tour in enumerate(draft.tours) if k in picked)
    outside = tuple(tour for k, tour in enumerate(draft.tours) if k not in picked)
    return (
        Draft(inside, tuple(stop for stop in draft.unserved if stop in behind)),
        Draft(outside, tuple(stop for stop in draft.unserved if stop not in behind)),
    )


def _tight_fleet(view: Outward, part: Draft, rest: Draft) -> tuple[int, ...]:
    """Return the buses used in a part, and one spare of each type that is left."""
    used = Counter(tour.bus_type for tour in part.tours)
    elsewhere = Counter(tour.bus_type for tour in rest.tours)
    fleet: list[int] = []
    for k, n in enumerate(view.n_available):
        spare = 1 if n is None else min(1, n - used[k] - elsewhere[k])
        fleet += [k] * (used[k] + spare)
    return tuple(fleet)


def _is_allowed(view: Outward, draft: Draft) -> bool:
    used = Counter(tour.bus_type for tour in draft.tours)
    return all(n is None or used[k] <= n for k, n in enumerate(view.n_available))
