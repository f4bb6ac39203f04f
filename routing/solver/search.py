"""The search for one school's routes: simple answers first, then part after part again.

Handing the whole mixed fleet to the routing library drowns it. So: one size of bus
first, then the cheapest size for each route; then again and again a few neighbouring
routes with a fleet that is tight; every tour ever driven goes into a pool, and set
partitioning picks the best of the pool.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routing.solver.construct import construct_draft, insert_stops, retype
from routing.solver.effort import Effort, left_s
from routing.solver.every import Pool, choose_tours, find_every_tour
from routing.solver.library import Found, Search, search_tours
from routing.solver.outward import Draft, Outward, Tour, is_unlimited, measure_load, price_draft
from routing.solver.recombine import note_orders, recombine_tours

if TYPE_CHECKING:
    from numpy.random import Generator

MOST_LABELS = 250_000
"""Partial tours tried at most for a full list of tours: about 2 s (measured)."""
LABELS_PER_S = 12_000
"""No more partial tours than so many per second given, where the clock decides: about a
tenth of the time (measured)."""
ROUND_SOLUTIONS = 60
"""Accepted solutions of one round where rounds decide: about 0.3 s (measured)."""
PART_STOPS = 35
"""Stops searched at once: 35 to 50 is where the library shines (measured)."""
SKIPPED_SHARE = 0.15
"""Share of neighbouring stops passed over, so that no two parts are the same (tried)."""
SHAKEN_SHARE = 0.5
"""Share of rounds that start from a part shaken first (tried)."""
RECOMBINE_EVERY = 0.2
"""Share of the whole effort between two recombinations (measured: 0.15 to 0.25)."""
RECOMBINE_SHARE = 0.06
"""Share of the time for one recombination (measured)."""
FIRSTS = ("SAVINGS", "PARALLEL_CHEAPEST_INSERTION", "PARALLEL_SAVINGS")


@dataclass(frozen=True)
class Best:
    """The best draft of a search, and whether it is proven that none is cheaper."""

    draft: Draft
    proven: bool


def search_routes(view: Outward, effort: Effort) -> Best:
    """Return the best tours found for one school and one direction.

    Parameters
    ----------
    view
        The problem, read outward.
    effort
        When to end.
    """
    draft = construct_draft(view)
    if not draft.tours:
        return Best(draft, proven=True)
    pool: Pool = {}
    exact = _search_fully(view, draft, pool, effort)
    if exact is not None and exact.proven:
        return exact
    draft = exact.draft if exact is not None else draft
    note_orders(view, pool, (tour.stops for tour in draft.tours))
    draft = _first_drafts(view, draft, pool, effort)
    return Best(_improve(view, draft, pool, effort), proven=False)


def _search_fully(view: Outward, draft: Draft, pool: Pool, effort: Effort) -> Best | None:
    most = MOST_LABELS
    if effort.is_timed:
        most = min(most, 4_000 + int(LABELS_PER_S * effort.seconds))
    every = find_every_tour(view, most)
    if every is None:
        return None
    chosen = choose_tours(view, every)
    if chosen is not None:
        return Best(chosen, proven=True)
    pool.update(every)
    found = recombine_tours(view, pool, draft, effort, 0.5 * left_s(effort), complete=True)
    if found is None:
        return None
    return Best(min(found.draft, draft, key=lambda d: price_draft(view, d)), found.proven)


def _first_drafts(view: Outward, draft: Draft, pool: Pool, effort: Effort) -> Draft:
    """Return the best of the library's simple answers with one size of bus, and the draft."""
    kinds = [k for k, n in enumerate(view.n_available) if n != 0]
    largest = max(kinds, key=lambda k: (view.seats[k], -view.fixed_yuan[k]))
    load, seats = measure_load(view, view.stops), view.seats[largest]
    fleet = (largest,) * min(len(view.stops), int(1.7 * load / seats) + 6)
    for first in FIRSTS:
        left = left_s(effort)
        if effort.is_timed and left < 0.6 * effort.seconds:
            break
        share = 0.1 if effort.is_timed else 1.0
        time_ms = int(1000 * max(0.05, share * left))
        search = Search(time_ms, first=first, guided=False)
        found = search_tours(view, view.stops, fleet, None, search)
        if found is None:
            continue
        note_orders(view, pool, found.orders)
        trial = retype(view, found.draft)
        if _is_allowed(view, trial):
            draft = min(draft, trial, key=lambda d: price_draft(view, d))
    return draft


def _is_allowed(view: Outward, draft: Draft) -> bool:
    used = Counter(tour.bus_type for tour in draft.tours)
    return all(n is None or used[k] <= n for k, n in enumerate(view.n_available))


def _improve(view: Outward, draft: Draft, pool: Pool, effort: Effort) -> Draft:
    """Return the draft after rounds of partial searches, recombined now and then."""
    rng = np.random.default_rng(effort.seed)
    near = _find_near(view)
    n_done, turn = 0, RECOMBINE_EVERY
    while _goes_on(effort, n_done):
        draft = _search_part(view, draft, near[int(rng.integers(len(near)))], rng, pool, effort)
        n_done += 1
        if _share_done(effort, n_done) >= turn:
            draft = _recombine(view, draft, pool, effort)
            turn = _share_done(effort, n_done) + RECOMBINE_EVERY
    return _recombine(view, draft, pool, effort)


def _goes_on(effort: Effort, n_done: int) -> bool:
    if effort.max_rounds is not None:
        return n_done < effort.max_rounds and left_s(effort) > 0
    return left_s(effort) > RECOMBINE_SHARE * effort.seconds


def _share_done(effort: Effort, n_done: int) -> float:
    if effort.max_rounds is not None:
        return n_done / effort.max_rounds
    return 1 - left_s(effort) / effort.seconds


def _find_near(view: Outward) -> list[list[int]]:
    """Return for each stop all stops, nearest first in the shorter direction."""
    stops = np.array(view.stops)
    steps = np.array(view.step_s)[np.ix_(stops, stops)]
    order = np.argsort(np.minimum(steps, steps.T), axis=1, kind="stable")
    return [[int(stops[k]) for k in row] for row in order]


def _search_part(
    view: Outward, draft: Draft, near: list[int], rng: "Generator", pool: Pool, effort: Effort
) -> Draft:
    """Return the draft with a few neighbouring tours searched again, if that is no worse."""
    part, rest = _pick_part(draft, near, rng)
    stops = np.array([stop for tour in part.tours for stop in tour.stops] + [*part.unserved])
    shuffled = tuple(int(stop) for stop in rng.permutation(stops))
    start = _shake(view, part, rng) if rng.random() < SHAKEN_SHARE else part
    fleet = _tight_fleet(view, start, rest)
    found = search_tours(view, shuffled, fleet, start, _round(effort))
    if found is None:
        return draft
    note_orders(view, pool, found.orders)
    better = retype(view, found.draft)
    if price_draft(view, better) > price_draft(view, part):
        return draft
    return Draft((*rest.tours, *better.tours), (*rest.unserved, *better.unserved))


def _round(effort: Effort) -> Search:
    if effort.max_rounds is not None:
        return Search(int(1000 * max(0.05, left_s(effort))), n_solutions=ROUND_SOLUTIONS)
    seconds = min(0.5, max(0.08, effort.seconds / 60), max(0.02, left_s(effort)))
    return Search(int(1000 * seconds))


def _pick_part(draft: Draft, near: list[int], rng: "Generator") -> tuple[Draft, Draft]:
    """Return the tours around a stop, up to ``PART_STOPS``, and all the others."""
    tour_of = {stop: k for k, tour in enumerate(draft.tours) for stop in tour.stops}
    picked: set[int] = set()
    behind: set[int] = set()
    n_stops = 0
    for stop in near:
        k = tour_of.get(stop)
        if (k in picked) or rng.random() < SKIPPED_SHARE:
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
        Draft(inside, tuple(s for s in draft.unserved if s in behind)),
        Draft(outside, tuple(s for s in draft.unserved if s not in behind)),
    )


def _tight_fleet(view: Outward, part: Draft, rest: Draft) -> tuple[int, ...]:
    """Return the buses used in a part, and one spare of each size that is left."""
    used = Counter(tour.bus_type for tour in part.tours)
    elsewhere = Counter(tour.bus_type for tour in rest.tours)
    fleet: list[int] = []
    for k, n in enumerate(view.n_available):
        spare = 1 if n is None else min(1, n - used[k] - elsewhere[k])
        fleet += [k] * (used[k] + spare)
    return tuple(fleet)


def _shake(view: Outward, part: Draft, rng: "Generator") -> Draft:
    """Return the part with some neighbouring stops taken out and put back one by one."""
    stops = [stop for tour in part.tours for stop in tour.stops]
    if len(stops) < 3:
        return part
    middle = int(rng.choice(np.array(stops)))
    steps = view.step_s
    nearest = sorted(stops, key=lambda s: (min(steps[middle][s], steps[s][middle]), s))
    out = nearest[: int(rng.integers(2, 2 + max(2, len(stops) // 3)))]
    kept = tuple(
        Tour(order, tour.bus_type)
        for tour in part.tours
        if (order := tuple(stop for stop in tour.stops if stop not in out))
    )
    order = tuple(int(stop) for stop in rng.permutation(np.array(out)))
    return insert_stops(view, Draft(kept, (*part.unserved, *order)))


def _recombine(view: Outward, draft: Draft, pool: Pool, effort: Effort) -> Draft:
    seconds = min(left_s(effort), max(0.2, RECOMBINE_SHARE * effort.seconds))
    if effort.is_timed and seconds < 0.05:
        return draft
    found = recombine_tours(view, pool, draft, effort, seconds)
    if found is None:
        return draft
    return min(draft, retype(view, found.draft), key=lambda d: price_draft(view, d))
