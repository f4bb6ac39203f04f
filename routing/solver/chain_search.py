"""The search for chains: a walk, then CP-SAT on parts, then CP-SAT on all trips at once."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from routing.solver.chain_bound import bound_buses
from routing.solver.chain_build import build_chains, choose_chains
from routing.solver.chain_exact import Chained, bound_exactly, chain_exactly
from routing.solver.chain_walk import walk_chains
from routing.solver.effort import Effort, left_s
from routing.solver.links import (
    Draft,
    Line,
    Links,
    close_draft,
    draft_that_holds,
    find_links,
    price_draft,
    weigh_unserved,
)
from routing.solver.problem import ChainProblem, ChainSolution

if TYPE_CHECKING:
    from numpy.random import Generator

Report = Callable[[ChainSolution], None]

WALK_SHARE = 0.7
"""Share of the time for the walk (tried)."""
PARTS_SHARE = 0.85
"""Share of the time after which CP-SAT is given all trips instead of parts (tried)."""
EXACT_SHARE = 0.7
"""Share of the time after that for CP-SAT on all trips (tried)."""
COUNT_SHARE = 0.3
"""Share of the time left for a bound on the number of buses (tried)."""
EXACT_MOST_TRIPS = 250
"""Trips up to which CP-SAT is given all of them at once (measured)."""
PART_TRIPS = 60
"""Trips that CP-SAT searches again together (measured: 40 and 90 do worse)."""
ROUND_PARTS = 3
"""Parts in a round where rounds decide: about a second (tried)."""
PART_S = 0.6
"""Longest for such a part where the clock decides (tried)."""


def search_chains(
    problem: ChainProblem,
    effort: Effort,
    start: ChainSolution | None = None,
    report: Report = lambda _: None,
) -> ChainSolution:
    """Return the best chaining found.

    Parameters
    ----------
    problem
        The trips and the types of bus.
    effort
        When to end.
    start
        An answer to start from: what holds of it is kept.
    report
        Called with better answers on the way.
    """
    links = find_links(problem)
    draft = choose_chains(links)
    if draft is not None:
        return close_chains(links, draft, proven=True)
    draft = _first(links, start)
    if not draft.lines:
        return close_chains(links, draft, proven=True)
    if len(links.servable) <= PART_TRIPS:
        found = _exactly(links, draft, effort)
        draft = draft if found is None else found.draft
        if found is not None and found.proven:
            return close_chains(links, draft, _count(links, draft, effort), proven=True)
    report(close_chains(links, draft, proven=False))
    draft = _walk(links, draft, effort)
    report(close_chains(links, draft, proven=False))
    return _search_long(links, draft, effort, report)


def _first(links: Links, start: ChainSolution | None) -> Draft:
    """Return the better of a simple chaining and the answer to start from."""
    simple = build_chains(links)
    if start is None:
        return simple
    given = draft_that_holds(links, start)
    return min(given, simple, key=lambda draft: price_draft(links, draft))


def _search_long(links: Links, draft: Draft, effort: Effort, report: Report) -> ChainSolution:
    """Return the best chaining by parts, by all trips at once, and by parts again."""
    draft = _part_by_part(links, draft, effort, PARTS_SHARE)
    report(close_chains(links, draft, proven=False))
    proven, n_bound = False, 0
    if len(links.servable) <= EXACT_MOST_TRIPS:
        found = _exactly(links, draft, effort)
        if found is not None:
            draft, proven = found.draft, found.proven
        n_bound = _count(links, draft, effort)
    if not proven and effort.is_timed:
        draft = _part_by_part(links, draft, effort, 1.0)
    return close_chains(links, draft, n_bound, proven=proven)


def close_chains(links: Links, draft: Draft, n_bound: int = 0, *, proven: bool) -> ChainSolution:
    """Return a draft as a solution, with the best bound there is on its buses."""
    bound = max(n_bound, bound_buses(links, weigh_unserved(links, draft)))
    return close_draft(links, draft, min(bound, len(draft.lines)), proven=proven)


def _walk(links: Links, draft: Draft, effort: Effort) -> Draft:
    """Return the best of a draft and a walk of ruin and recreate from it."""
    walked = walk_chains(links, draft, effort, WALK_SHARE * left_s(effort))
    return min(draft, walked, key=lambda d: price_draft(links, d))


def _exactly(links: Links, draft: Draft, effort: Effort) -> Chained | None:
    seconds = EXACT_SHARE * left_s(effort)
    return chain_exactly(links, draft, links.problem.n_available, effort, seconds)


def _count(links: Links, draft: Draft, effort: Effort) -> int:
    """Return CP-SAT's bound on the buses, where the simple bounds leave a gap."""
    if bound_buses(links, weigh_unserved(links, draft)) >= len(draft.lines):
        return 0
    return bound_exactly(links, draft, effort, COUNT_SHARE * left_s(effort))


def _part_by_part(links: Links, draft: Draft, effort: Effort, share: float) -> Draft:
    """Return the draft after CP-SAT chained some of its lines again and again.

    ``share`` is of the whole time; where rounds decide each has ``ROUND_PARTS`` parts.
    """
    rng = np.random.default_rng(effort.seed)
    n_done, n_most = 0, None if effort.max_rounds is None else ROUND_PARTS * effort.max_rounds
    least_s = (1 - share) * effort.seconds if effort.is_timed else 0.0
    while left_s(effort) > least_s and (n_most is None or n_done < n_most):
        part, rest = _pick_part(draft, rng)
        used = Counter(line.bus_type for line in rest.lines)
        n_available = links.problem.n_available
        n_left = tuple(None if n is None else n - used[k] for k, n in enumerate(n_available))
        seconds = min(PART_S, max(0.05, left_s(effort)))
        found = chain_exactly(links, part, n_left, effort, seconds)
        n_done += 1
        if found is not None:
            draft = Draft((*rest.lines, *found.draft.lines), found.draft.unserved)
    return draft


def _pick_part(draft: Draft, rng: "Generator") -> tuple[Draft, Draft]:
    """Return lines drawn by chance, up to ``PART_TRIPS``, with all unserved; the others.

    Chance does better here than nearness (measured): a bus may save another one anywhere.
    """
    inside: list[Line] = []
    outside: list[Line] = []
    n_trips = 0
    for k in rng.permutation(len(draft.lines)):
        line = draft.lines[int(k)]
        if n_trips + len(line.trips) <= PART_TRIPS or len(inside) < 2:
            inside.append(line)
            n_trips += len(line.trips)
        else:
            outside.append(line)
    return Draft(tuple(inside), draft.unserved), Draft(tuple(outside), ())
