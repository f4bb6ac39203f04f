"""The search for one school's routes: what is tried, in which order, for how long.

A small school is solved outright: every possible tour is listed, and the best choice of
them is proven. Elsewhere each cycle walks by ruin and recreate, hands a few neighbouring
tours with a tight fleet to the routing library (the whole mixed fleet would drown it),
and recombines all tours ever driven.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from routing.solver.bound import bound_by_rules, bound_cost, bound_fixed
from routing.solver.construct import construct_draft
from routing.solver.effort import Effort, left_s
from routing.solver.every import Pool, choose_tours, count_fewest, find_every_tour
from routing.solver.ground import ground_of_routes
from routing.solver.outward import (
    Draft,
    Outward,
    Tour,
    count_students,
    drive,
    price_draft,
    turn_outward,
)
from routing.solver.parts import draft_firsts, search_part
from routing.solver.problem import RouteProblem, RouteSolution
from routing.solver.recombine import bound_routes, note_orders, recombine_tours
from routing.solver.ruin import Ground, begin_walk, throw_dice, walk

if TYPE_CHECKING:
    from numpy.random import Generator

TINY_STOPS = 7
"""Stops up to which a school is solved on the spot, in milliseconds (measured)."""
MOST_LABELS = 150_000
"""Partial tours tried at most for a full list of tours: about 1 s (measured)."""
LISTING_SHARE = 0.12
"""Share of the time for that list, where the clock decides (tried)."""
LISTING_S = 0.3
"""At least so long, though never more than half the time: it proves most small schools
(measured)."""
LONG_S = 3.0
"""With so much time left a bound over many possible tours is affordable (measured)."""
EASY_TOURS = 1_500
"""Possible tours up to which the best choice is proven without a search first (tried)."""
MEDIUM_TOURS = 10_000
"""Possible tours up to which a proof is tried after the first cycle already (tried)."""
CYCLES = 5
"""Cycles in the time given (measured: recombine every 15 to 25 per cent)."""
WALK_SHARE, PARTS_SHARE, RECOMBINE_SHARE = 0.6, 0.25, 0.1
"""Shares of a cycle's time (tried)."""
PROOF_SHARE = 0.3
"""Share of the whole time for a proof over all possible tours (tried)."""
ROUND_STEPS, ROUND_PARTS = 1_000, 2
"""Steps walked and parts searched in a cycle where rounds decide: about 1 s (measured)."""
WARM_SHARE, COLD_SHARE = 0.05, 1e-4
"""Temperatures of the walk as shares of the mean price of a tour (tried)."""


@dataclass(frozen=True)
class Best:
    """The best draft of a search.

    Parameters
    ----------
    draft
        Tours and unserved stops.
    n_routes_bound
        No answer that serves every stop has fewer routes; 0 where nothing was proven.
    proven
        Whether no answer is cheaper.
    """

    draft: Draft
    n_routes_bound: int
    proven: bool


def solve_school(
    problem: RouteProblem,
    effort: Effort,
    start: RouteSolution | None = None,
    report: Callable[[RouteSolution], None] | None = None,
) -> RouteSolution:
    """Return the best routes found for one school and one direction.

    Parameters
    ----------
    problem
        The school, its stops and the types of bus.
    effort
        When to end.
    start
        An answer to begin from, of this problem or of one much like it: what still holds
        is kept, the rest is made anew.
    report
        Told of each better answer, a few times a second at most.
    """
    view = turn_outward(problem)
    best = search_routes(view, effort)
    bound = max(best.n_routes_bound, bound_by_rules(view))
    return close_draft(view, best.draft, bound, proven=best.proven)


def solve_tiny(problem: RouteProblem) -> RouteSolution | None:
    """Return the best routes where a few milliseconds prove them, without any library.

    Returns
    -------
    solution
        None where it takes a search.
    """
    if len(problem.load) - 1 > TINY_STOPS:
        return None
    view = turn_outward(problem)
    draft = construct_draft(view)
    if not draft.tours:
        return close_draft(view, draft, 0, proven=True)
    every = find_every_tour(view, MOST_LABELS)
    chosen = None if every is None else choose_tours(view, every)
    if every is None or chosen is None:
        return None
    bound = max(count_fewest(view, every), bound_by_rules(view))
    return close_draft(view, chosen, bound, proven=True)


def close_draft(
    view: Outward, draft: Draft, n_routes_bound: int, *, proven: bool, bound_yuan: int = 0
) -> RouteSolution:
    """Return a draft as a solution, its routes in the order they are driven.

    Parameters
    ----------
    view
        The problem.
    draft
        Tours, and stops for which no bus is left.
    n_routes_bound
        For answers that serve every stop that can be served; where some of those are
        unserved, seats alone count.
    proven
        Whether no answer is cheaper.
    bound_yuan
        For answers that serve every stop that can be served, where more is known than
        buses and their room tell.
    """
    served = {stop for tour in draft.tours for stop in tour.stops}
    unserved = tuple(stop for stop in range(1, len(view.load)) if stop not in served)
    cost_yuan = price_draft(view, draft)[1]
    if served.issuperset(view.stops):
        bound_yuan = max(bound_yuan, bound_cost(view, n_routes_bound))
    else:
        rooms = tuple(map(add, view.seats, view.chair_places))
        n_students = count_students(view, served)
        n_routes_bound = -(-n_students // max(1, *rooms))
        bound_yuan = bound_fixed(view, n_students, rooms, n_routes_bound)
    bound_yuan = cost_yuan if proven else min(bound_yuan, cost_yuan)
    routes = sorted((drive(view, tour) for tour in draft.tours), key=lambda route: route.stops)
    return RouteSolution(tuple(routes), unserved, cost_yuan, n_routes_bound, proven, bound_yuan)


def search_routes(view: Outward, effort: Effort, most_labels: int = MOST_LABELS) -> Best:
    """Return the best tours found for one school and one direction.

    Parameters
    ----------
    view
        The problem, read outward.
    effort
        When to end.
    most_labels
        Partial tours tried at most for a full list of tours; 0 for none.
    """
    draft = construct_draft(view)
    if not draft.tours:
        return Best(draft, 0, proven=True)
    best = Best(draft, 0, proven=False)
    listing_s = max(LISTING_SHARE * effort.seconds, min(LISTING_S, 0.5 * effort.seconds))
    until_s = effort.begun_s + listing_s if effort.is_timed else effort.until_s
    every = find_every_tour(view, most_labels, until_s)
    if every is None:
        return _search_on(view, best, None, effort)
    chosen = choose_tours(view, every)
    if chosen is not None:
        return Best(chosen, count_fewest(view, every), proven=True)
    if len(every) <= EASY_TOURS or left_s(effort) > LONG_S:
        best = replace(best, n_routes_bound=bound_routes(view, every))
    if len(every) <= EASY_TOURS:
        best = _prove(view, best, every, effort)
    return best if best.proven else _search_on(view, best, every, effort)


def _prove(view: Outward, best: Best, every: Pool, effort: Effort) -> Best:
    """Return the best choice of all possible tours, as far as time allows."""
    seconds = min(left_s(effort), PROOF_SHARE * effort.seconds)
    found = recombine_tours(view, every, best.draft, effort, seconds, complete=True)
    if found is None:
        return best
    draft = min(best.draft, found.draft, key=lambda d: price_draft(view, d))
    return replace(best, draft=draft, proven=found.proven)


def _search_on(view: Outward, best: Best, every: Pool | None, effort: Effort) -> Best:
    """Return the best draft after all cycles; early or two in three on, a proof is tried."""
    pool: Pool = {}
    rng = np.random.default_rng(effort.seed)
    ground = ground_of_routes(view)
    best = replace(best, draft=draft_firsts(view, best.draft, pool, effort))
    n_cycles = CYCLES if effort.max_rounds is None else effort.max_rounds
    for cycle in range(n_cycles):
        if left_s(effort) <= 0:
            break
        begun = _cycle_effort(effort, n_cycles - cycle)
        best = replace(best, draft=_cycle(view, ground, best.draft, pool, begun, rng, cycle))
        early = every is not None and cycle == 0 and len(every) <= MEDIUM_TOURS
        if every is not None and (early or cycle == (2 * n_cycles) // 3):
            best = _prove(view, best, every, effort)
            if best.proven:
                break
    return best


def _cycle_effort(effort: Effort, n_left: int) -> Effort:
    """Return the effort of one of so many cycles left: an equal share where the clock decides."""
    if not effort.is_timed:
        return effort
    now_s = time.monotonic()
    return replace(effort, begun_s=now_s, until_s=now_s + left_s(effort) / n_left)


def _cycle(
    view: Outward,
    ground: Ground,
    draft: Draft,
    pool: Pool,
    effort: Effort,
    rng: "Generator",
    cycle: int,
) -> Draft:
    """Return the best draft after a walk, some parts searched, and a recombination."""
    lines = ((tour.stops, tour.bus_type) for tour in draft.tours)
    state, orders = begin_walk(ground, lines, draft.unserved), []
    price = sum(line.price for line in state.lines) / len(state.lines) / (1 + cycle)
    dice, heats = throw_dice(rng), _heats(price, effort)
    found = walk(ground, state, dice, heats, lambda line: orders.append(line.order))
    note_orders(view, pool, orders)
    tours = tuple(Tour(line.order, line.bus_type) for line in found.lines)
    walked = Draft(tours, tuple(sorted(found.behind)))
    draft = min(draft, walked, key=lambda d: price_draft(view, d))
    ends_s = effort.begun_s + (WALK_SHARE + PARTS_SHARE) * effort.seconds
    n_parts = 0
    while time.monotonic() < ends_s if effort.is_timed else n_parts < ROUND_PARTS:
        draft = search_part(view, ground.near, draft, pool, effort, rng)
        n_parts += 1
    seconds = RECOMBINE_SHARE * effort.seconds
    recombined = recombine_tours(view, pool, draft, effort, seconds)
    if recombined is None:
        return draft
    return min(draft, recombined.draft, key=lambda d: price_draft(view, d))


def _heats(price: float, effort: Effort) -> Iterator[float]:
    """Yield falling temperatures (yuan): so many, or until the walk's share is over."""
    warm, fall = WARM_SHARE * price, COLD_SHARE / WARM_SHARE
    if not effort.is_timed:
        yield from (warm * fall ** (step / ROUND_STEPS) for step in range(ROUND_STEPS))
        return
    lasts_s = WALK_SHARE * effort.seconds
    while (share := (time.monotonic() - effort.begun_s) / lasts_s) < 1:
        yield warm * fall**share
