"""How few buses could a half-day do with at best? Bounds that hold for every answer."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from routing.solver.links import Links

Flags = NDArray[np.bool_]

MOST_STARTS = 60
"""Trips from which a set of trips that are apart is grown (tried: more find no larger one)."""


def bound_buses(links: "Links", left_weight: int) -> int:
    """Return a number of buses that no answer leaving as few students can go below.

    Parameters
    ----------
    links
        The problem.
    left_weight
        Students left behind, of those on trips that can be served.
    """
    lightest = np.cumsum(np.sort(links.weight[list(links.servable)]))
    return max(0, links.least_buses - int((lightest <= left_weight).sum()))


def bound_all(links: "Links") -> int:
    """Return a number of buses that no answer serving every trip can go below.

    The larger of two bounds: trips less the most that can directly follow another, and
    trips of which no two can be driven by one bus.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    trips = np.array(links.servable, dtype=np.int64)
    if not len(trips):
        return 0
    follows = csr_array(links.follows[np.ix_(trips, trips)])
    n_followed = int((maximum_bipartite_matching(follows, perm_type="column") >= 0).sum())
    apart = find_apart(~can_share(links)[np.ix_(trips, trips)])
    return max(len(trips) - n_followed, apart)


def can_share(links: "Links") -> Flags:
    """Return whether two trips can be on one bus, over the quickest chain between them."""
    problem = links.problem
    fits = problem.fits.astype(np.int64)
    never_s = np.int64(2**40)
    quickest_s = np.where(problem.linked, links.gap_s, never_s)
    for via in links.servable:
        through = quickest_s[:, via, None] + quickest_s[None, via, :]
        np.minimum(quickest_s, through, out=quickest_s)
    after = problem.earliest_s[:, None] + quickest_s <= problem.latest_s[None, :]
    shares = (after | after.T) & (fits @ fits.T > 0)
    np.fill_diagonal(shares, val=True)
    return shares


def find_apart(apart: Flags) -> int:
    """Return how many trips are in a large set of which no two can share a bus.

    Grown from those trips that are apart from most others, by the one that leaves most others open.

    Parameters
    ----------
    apart
        Symmetric (n by n), false on the diagonal.
    """
    whole = apart.astype(np.int64)
    degree = whole.sum(axis=1)
    best = min(1, len(apart))
    for first in np.argsort(-degree, kind="stable")[:MOST_STARTS]:
        if degree[first] + 1 <= best:
            break
        open_ = apart[first].copy()
        within = whole[:, open_].sum(axis=1)
        size = 1
        while size + int(open_.sum()) > best and open_.any():
            one = int(np.argmax(np.where(open_, within, -1)))
            gone = open_ & ~apart[one]
            open_ &= apart[one]
            within -= whole[:, gone].sum(axis=1)
            size += 1
        if not open_.any():
            best = max(best, size)
    return best
