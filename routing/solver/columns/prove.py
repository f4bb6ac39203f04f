"""How good is the best answer found? A bound on every answer, and often a proof.

Column generation over tours as a set-partitioning problem: the linear relaxation is
bounded by its duals, tightened by subset-row cuts, and what is left of the gap is closed
by listing every tour that a better answer could use, or by dividing all answers into
parts. All bounds are computed from duals in whole numbers: they hold whatever the
tolerance of the library that proposed the duals.
"""

from dataclasses import dataclass

from routing.solver.bound import bound_by_rules
from routing.solver.columns.allowance import Allowance
from routing.solver.columns.converge import Generator, begin_stand
from routing.solver.columns.node import Column, Node
from routing.solver.columns.simple import bound_simply
from routing.solver.columns.terms import (
    COUNTED_YUAN,
    MICROS,
    Terms,
    is_small,
    make_counting,
    make_terms,
)
from routing.solver.columns.tree import Goal, Tree
from routing.solver.effort import Effort
from routing.solver.every import Pool
from routing.solver.outward import (
    Draft,
    Order,
    Outward,
    Tour,
    count_students,
    find_types_worth,
    measure_length_m,
    price_draft,
)

MOST_WEIGHT = 400
"""Seats and wheelchair places of a bus up to which tours are generated (memory)."""
COUNT_SHARE = 0.15
"""Share of the time for the fewest routes (tried)."""
FIRST_TOURS = 4_000
"""Tours of the pool that the master problem begins with at most (tried)."""


@dataclass(frozen=True)
class Proof:
    """What is known of the best answer.

    Parameters
    ----------
    draft
        The best answer, never worse than the one given.
    bound_yuan
        No answer that leaves no more students behind costs less (yuan per year).
    n_routes_bound
        No answer that leaves no more students behind has fewer routes.
    proven
        Whether no answer leaves fewer students behind, or as few and costs less.
    """

    draft: Draft
    bound_yuan: int
    n_routes_bound: int
    proven: bool


def prove_tours(view: Outward, best: Draft, pool: Pool, effort: Effort, seconds: float) -> Proof:
    """Return a bound on every answer, and a better one when there is one on the way.

    Where the best answer serves every stop of ``view.stops``, the bounds are on all that
    do. Where it leaves some behind (too few buses), they are on answers that leave no
    more students behind.

    Parameters
    ----------
    view
        The problem.
    best
        The best answer at hand.
    pool
        Tours known; any will do.
    effort
        Whether the clock decides, and the seed.
    seconds
        Longest it may take where the clock decides (s).
    """
    simple, n_routes = bound_simply(view, best), _fewest_routes(view, best)
    if not view.stops:
        return Proof(best, 0, 0, proven=True)
    terms = make_terms(view, None if best.unserved else price_draft(view, best)[1])
    allowance = Allowance(effort, seconds)
    widest = max((k.seats + k.chair_places for k in terms.kinds), default=0)
    if not terms.kinds or widest > MOST_WEIGHT or not is_small(terms) or allowance.is_over():
        return Proof(best, simple, n_routes, proven=False)
    columns = first_columns(view, terms, best, pool)
    if not best.unserved and n_routes < len(best.tours):
        n_routes = max(n_routes, _count_routes(terms, best, columns, allowance))
    goal = Goal(None, price_goal(view, terms, best))
    tree = Tree(view, Generator(terms, allowance), goal)
    tree.explore(make_root(terms, goal.yuan, 0 if best.unserved else n_routes), columns)
    draft = best if tree.goal.columns is None else make_draft(terms, tree.goal.columns)
    yuan = price_draft(view, draft)[1]
    bound = max(simple, tree.bound_yuan() - (tree.goal.yuan - yuan))
    proven = tree.bound_yuan() >= tree.goal.yuan
    return Proof(draft, min(bound, yuan), n_routes, proven)


def price_goal(view: Outward, terms: Terms, draft: Draft) -> int:
    """Return what an answer costs, with what it leaves behind (yuan)."""
    behind = dict(zip(terms.stops, terms.behind_micros[1:].tolist(), strict=True))
    left = sum(behind[stop] // MICROS for stop in draft.unserved if stop in behind)
    return price_draft(view, draft)[1] + left


def first_columns(view: Outward, terms: Terms, best: Draft, pool: Pool) -> list[Column]:
    """Return the tours to begin with: each stop alone, the best answer's, the pool's.

    Parameters
    ----------
    view, terms
        The problem.
    best, pool
        Tours known; of the pool the latest.
    """
    place_of = {stop: place for place, stop in enumerate(terms.stops, start=1)}
    kind_of = {kind.bus_type: k for k, kind in enumerate(terms.kinds)}
    orders: list[Order] = [(stop,) for stop in terms.stops]
    orders += [tour.stops for tour in best.tours]
    orders += [stops for _, stops in list(pool.values())[-FIRST_TOURS:]]
    columns = []
    for stops in dict.fromkeys(orders):
        if not place_of.keys() >= set(stops):
            continue
        places = tuple(place_of[stop] for stop in stops)
        worth = find_types_worth(view, stops, measure_length_m(view, stops))
        columns += [Column(places, kind_of[k]) for k in worth if k in kind_of]
    return columns


def make_root(terms: Terms, goal_yuan: int, n_routes: int) -> Node:
    """Return the node of all answers cheaper than a goal, of so many routes at least."""
    n = len(terms.stops)
    cheapest = max(MICROS, min(kind.fixed_micros for kind in terms.kinds))
    most = min(n, goal_yuan * MICROS // cheapest)
    per_kind = [most if k.n_available is None else min(most, k.n_available) for k in terms.kinds]
    return Node((*([0] * len(per_kind)), min(n_routes, most), 0), (*per_kind, most, goal_yuan))


def make_draft(terms: Terms, columns: tuple[Column, ...]) -> Draft:
    """Return tours of these terms as an answer to the problem."""
    tours = tuple(
        Tour(
            tuple(terms.stops[place - 1] for place in column.order),
            terms.kinds[column.kind].bus_type,
        )
        for column in columns
    )
    served = {stop for tour in tours for stop in tour.stops}
    return Draft(tours, tuple(stop for stop in terms.stops if stop not in served))


def _fewest_routes(view: Outward, best: Draft) -> int:
    """Return how few routes seats and rules allow."""
    served = count_students(view, [stop for tour in best.tours for stop in tour.stops])
    rooms = zip(view.seats, view.chair_places, view.n_available, strict=True)
    most = max((seats + places for seats, places, n in rooms if n != 0), default=0)
    by_seats = -(-served // most) if most else 0
    return by_seats if best.unserved else max(by_seats, bound_by_rules(view))


def _count_routes(terms: Terms, best: Draft, columns: list[Column], whole: Allowance) -> int:
    """Return a number of routes that no answer serving every stop goes below."""
    n_routes = len(best.tours)
    allowance = Allowance(whole.effort, COUNT_SHARE * whole.seconds, COUNT_SHARE)
    root = make_root(make_counting(terms), n_routes * COUNTED_YUAN, 0)
    generator = Generator(make_counting(terms), allowance)
    cutoff_micros = (n_routes - 1) * COUNTED_YUAN * MICROS + 1
    stand = generator.converge(begin_stand(root, columns), cutoff_micros)
    whole.spend(allowance.worked_s())
    return min(n_routes, -(-stand.node.bound_micros // (COUNTED_YUAN * MICROS)))
