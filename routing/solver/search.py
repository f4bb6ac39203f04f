"""The search for one school's routes: what is tried, in which order, for how long.

A small school is solved outright: every possible tour is listed, and the best choice of
them is proven. Elsewhere a compiled walk takes stops out and puts them back, neighbouring
tours with a tight fleet are handed to the routing library (the whole mixed fleet would
drown it), and all tours ever driven are recombined: see ``walking_search``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import add

from routing.solver.bound import bound_by_rules, bound_cost, bound_fixed
from routing.solver.construct import construct_draft, insert_stops, mend_draft
from routing.solver.effort import Effort, left_s
from routing.solver.every import Pool, choose_tours, count_fewest, find_every_tour
from routing.solver.herald import Herald
from routing.solver.outward import (
    Draft,
    Outward,
    count_students,
    drive,
    price_draft,
    turn_outward,
)
from routing.solver.problem import RouteProblem, RouteSolution
from routing.solver.recombine import bound_routes, recombine_tours
from routing.solver.walking_search import Hunt, hunt_tours

TINY_STOPS = 7
"""Stops up to which a school is solved on the spot, in milliseconds (measured)."""
MOST_LABELS = 150_000
"""Partial tours tried at most for a full list of tours: about 1 s (measured)."""
LISTED_STOPS = 60
"""Stops beyond which a full list of tours is hardly ever possible, and a tenth of the partial
tours is tried only (measured)."""
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
PROOF_SHARE = 0.3
"""Share of the whole time for a proof over all possible tours (tried)."""
BOUND_SHARES = ((60, 0.5), (150, 0.15))
"""Up to so many stops, such a share of the time goes into a bound by column generation: it
closes the gap of most schools of 60 (measured), and tells little beyond 150 (measured)."""
BOUND_S = 0.5
"""With less time than so much for it, no such bound is tried (tried)."""
BOUND_ROUNDS = 3
"""Nor with fewer rounds than so many, where rounds decide: it is work for seconds."""
SPARE_S = 0.05
"""Kept back from it for closing the answer (assumed)."""
LARGE_STOPS = 40
"""Stops beyond which the simple first answer of plain Python takes too long (measured: 0.1 s)."""


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
    bound_yuan
        No answer that serves every stop costs less; 0 where nothing was proven.
    """

    draft: Draft
    n_routes_bound: int
    proven: bool
    bound_yuan: int = 0


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
        is kept, the rest is made anew. It costs time only where a search is needed.
    report
        Told of each better answer, a few times a second at most.
    """
    view = turn_outward(problem)
    n_routes = bound_by_rules(view)
    bound_yuan = bound_cost(view, n_routes)

    def close(draft: Draft) -> RouteSolution:
        return close_draft(view, draft, n_routes, proven=False, bound_yuan=bound_yuan)

    herald = Herald(view, None if report is None else lambda draft: report(close(draft)))
    begun = None if start is None else mend_draft(view, start)
    best = search_routes(view, effort, start=begun, herald=herald)
    return close_draft(
        view,
        best.draft,
        max(best.n_routes_bound, n_routes),
        proven=best.proven,
        bound_yuan=max(best.bound_yuan, bound_yuan),
    )


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
    view: Outward,
    draft: Draft,
    n_routes_bound: int,
    *,
    proven: bool,
    bound_yuan: int | None = None,
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
        unserved, room alone counts.
    proven
        Whether no answer is cheaper.
    bound_yuan
        For answers that serve every stop that can be served; None for what buses and
        their room tell.
    """
    served = {stop for tour in draft.tours for stop in tour.stops}
    unserved = tuple(stop for stop in range(1, len(view.load)) if stop not in served)
    cost_yuan = price_draft(view, draft)[1]
    if not served.issuperset(view.stops):
        rooms = tuple(map(add, view.seats, view.chair_places))
        n_students = count_students(view, served)
        n_routes_bound = -(-n_students // max(1, *rooms))
        bound_yuan = bound_fixed(view, n_students, rooms, n_routes_bound)
    elif bound_yuan is None:
        bound_yuan = bound_cost(view, n_routes_bound)
    bound_yuan = cost_yuan if proven else min(bound_yuan, cost_yuan)
    routes = sorted((drive(view, tour) for tour in draft.tours), key=lambda route: route.stops)
    return RouteSolution(tuple(routes), unserved, cost_yuan, n_routes_bound, proven, bound_yuan)


def search_routes(
    view: Outward,
    effort: Effort,
    most_labels: int = MOST_LABELS,
    *,
    start: Draft | None = None,
    herald: Herald | None = None,
) -> Best:
    """Return the best tours found for one school and one direction.

    Parameters
    ----------
    view
        The problem, read outward.
    effort
        When to end.
    most_labels
        Partial tours tried at most for a full list of tours; 0 for none.
    start
        A draft to begin from.
    herald
        Told of better drafts.
    """
    herald = Herald(view, None) if herald is None else herald
    if not view.stops:
        return Best(Draft((), ()), 0, proven=True)
    draft = _first(view, start)
    herald.tell(draft)
    best = Best(draft, 0, proven=False)
    listing_s = max(LISTING_SHARE * effort.seconds, min(LISTING_S, 0.5 * effort.seconds))
    until_s = effort.begun_s + listing_s if effort.is_timed else effort.until_s
    if len(view.stops) > LISTED_STOPS:
        most_labels //= 10
    every = find_every_tour(view, most_labels, until_s)
    if every is None:
        return _search_on(Hunt(view, effort, herald, start is not None), best, None)
    chosen = choose_tours(view, every)
    if chosen is not None:
        return Best(chosen, count_fewest(view, every), proven=True)
    if len(every) <= EASY_TOURS or left_s(effort) > LONG_S:
        best = replace(best, n_routes_bound=bound_routes(view, every))
    if len(every) <= EASY_TOURS:
        best = _prove(view, best, every, effort)
    if best.proven:
        return best
    return _search_on(Hunt(view, effort, herald, start is not None), best, every)


def _first(view: Outward, start: Draft | None) -> Draft:
    """Return a simple answer, or the start with all put in that fits; cheaply if many stops."""
    if len(view.stops) > LARGE_STOPS:
        return Draft((), view.stops) if start is None else start
    draft = construct_draft(view)
    if start is None:
        return draft
    return min(draft, insert_stops(view, start), key=lambda d: price_draft(view, d))


def _prove(view: Outward, best: Best, every: Pool, effort: Effort) -> Best:
    """Return the best choice of all possible tours, as far as time allows."""
    seconds = min(left_s(effort), PROOF_SHARE * effort.seconds)
    found = recombine_tours(view, every, best.draft, effort, seconds, complete=True)
    if found is None:
        return best
    draft = min(best.draft, found.draft, key=lambda d: price_draft(view, d))
    bound_yuan = max(best.bound_yuan, found.bound_yuan)
    return replace(best, draft=draft, proven=found.proven, bound_yuan=bound_yuan)


def _search_on(hunt: Hunt, best: Best, every: Pool | None) -> Best:
    """Return the best draft after a hunt, and a proof or a bound.

    Early or two in three on a proof over all tours is tried, where they are all known.
    """
    view, effort, pool = hunt.view, hunt.effort, Pool()
    share = _bound_share(view, effort)
    hunting = replace(effort, until_s=effort.until_s - share * left_s(effort))
    for cycle, draft in hunt_tours(replace(hunt, effort=hunting), best.draft, pool):
        best = replace(best, draft=min(best.draft, draft, key=lambda d: price_draft(view, d)))
        early = every is not None and cycle.number == 0 and len(every) <= MEDIUM_TOURS
        if every is not None and (early or cycle.number == (2 * cycle.n_cycles) // 3):
            best = _prove(view, best, every, effort)
            hunt.herald.tell(best.draft)
            if best.proven:
                return best
    return _bound(view, best, pool, effort) if share else best


def _bound_share(view: Outward, effort: Effort) -> float:
    """Return the share of the time left that goes into a bound."""
    share = next((share for most, share in BOUND_SHARES if len(view.stops) <= most), 0.0)
    if not effort.is_timed:
        return share if (effort.max_rounds or 0) >= BOUND_ROUNDS else 0.0
    return share if share * left_s(effort) >= BOUND_S else 0.0


def _bound(view: Outward, best: Best, pool: Pool, effort: Effort) -> Best:
    """Return the best answer after column generation: with a bound, perhaps a proof."""
    from routing.solver.columns.prove import prove_tours

    proof = prove_tours(view, best.draft, pool, effort, max(0.0, left_s(effort) - SPARE_S))
    return Best(
        min(best.draft, proof.draft, key=lambda d: price_draft(view, d)),
        max(best.n_routes_bound, proof.n_routes_bound),
        proven=proof.proven,
        bound_yuan=max(best.bound_yuan, proof.bound_yuan),
    )
