"""Every tour that a better answer could use: looked through instead of grown anew.

Once all of them are known, prices are real ones in whole yuan, and a look for tours that
help is a sum over arrays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.solver.columns.node import TOTAL, Column, Cut, Duals, Node, begin_micros
from routing.solver.columns.pricing import WORTHLESS_MICROS, Priced, Tours
from routing.solver.columns.terms import MICROS, Terms
from routing.solver.problem import Ints

COLUMNS_AT_A_LOOK = 200
"""Tours added to the master problem after one look (tried)."""


@dataclass(frozen=True, eq=False)
class Listed:
    """Tours, the cheapest order of each set of stops, by kind.

    Parameters
    ----------
    places
        Per tour its places in order, then zeros (n by the longest).
    kind, price_micros
        Per tour; the price is real: whole yuan.
    """

    places: Ints
    kind: Ints
    price_micros: Ints

    def __len__(self) -> int:
        """Return how many tours there are."""
        return len(self.kind)

    def column(self, tour: int) -> Column:
        """Return one tour."""
        order = tuple(place for place in self.places[tour].tolist() if place)
        return Column(order, int(self.kind[tour]))

    def only(self, which: NDArray[np.bool_]) -> "Listed":
        """Return some of the tours."""
        return Listed(self.places[which], self.kind[which], self.price_micros[which])


def make_listed(terms: Terms, grown: list[Tours]) -> Listed:
    """Return the cheapest order of every set of stops, per kind that may be worth it.

    Parameters
    ----------
    terms
        The problem.
    grown
        Per kind, tours in any order with the price of their driving.
    """
    longest = max((tours.places.shape[1] for tours in grown), default=1)
    places = np.concatenate([_widen(tours.places, longest) for tours in grown])
    kind = np.concatenate([np.full(len(t.paid_micros), t.kind, dtype=np.int64) for t in grown])
    fixed = np.array([k.fixed_micros for k in terms.kinds], dtype=np.int64)
    paid = np.concatenate([tours.paid_micros for tours in grown])
    price = fixed[kind] - (-paid // MICROS) * MICROS
    words = _sets(places, len(terms.weight))
    order = np.lexsort((price, kind, *words.T))
    words, kind, price, places = words[order], kind[order], price[order], places[order]
    new_set = np.concatenate([[True], (words[1:] != words[:-1]).any(axis=1)])
    new_kind = np.concatenate([[True], kind[1:] != kind[:-1]])
    endless = np.array([k.n_available is None for k in terms.kinds])[kind]
    begins = np.flatnonzero(new_set)
    never = np.iinfo(np.int64).max
    cheapest = np.minimum.reduceat(np.where(endless, price, never), begins)
    kept = (new_set | new_kind) & (price <= cheapest[np.cumsum(new_set) - 1])
    return Listed(places[kept], kind[kept], price[kept])


def is_simple(terms: Terms, column: Column) -> bool:
    """Return whether a tour can really be driven: no stop twice, none that must stay apart."""
    met = np.zeros(terms.blocked.shape[1], dtype=np.uint64)
    for place in column.order:
        if (met & terms.blocked[place]).any():
            return False
        met[place // 64] |= np.uint64(1) << np.uint64(place % 64)
    return True


def gather_tours(terms: Terms, columns: list[Column]) -> list[Tours]:
    """Return tours by kind, as they come from listing."""
    by_kind: list[Tours] = []
    for k, kind in enumerate(terms.kinds):
        orders = [column.order for column in columns if column.kind == k]
        longest = max((len(order) for order in orders), default=1)
        places = np.array([order + (0,) * (longest - len(order)) for order in orders])
        places = places.reshape(len(orders), longest).astype(np.int64)
        before = np.concatenate([np.zeros((len(orders), 1), dtype=np.int64), places], axis=1)
        driven_m = np.where(places > 0, terms.step_m[before[:, :-1], places], 0).sum(axis=1)
        by_kind.append(Tours(k, places, driven_m * kind.micros_per_m))
    return by_kind


def _widen(places: Ints, longest: int) -> Ints:
    return np.pad(places, ((0, 0), (0, longest - places.shape[1])))


def _sets(places: Ints, n_places: int) -> NDArray[np.uint64]:
    """Return the set of stops of each tour, bit by bit."""
    words = np.zeros((len(places), n_places // 64 + 1), dtype=np.uint64)
    for column in places.T:
        bit = np.where(column > 0, np.uint64(1) << (column % 64).astype(np.uint64), np.uint64(0))
        words[np.arange(len(places)), column // 64] |= bit
    return words


def count_cuts(listed: Listed, cuts: tuple[Cut, ...], n_places: int) -> NDArray[np.int8]:
    """Return how often each tour uses each cut, nothing forgotten (cuts by tours)."""
    counts = np.zeros((len(cuts), len(listed)), dtype=np.int8)
    for c, cut in enumerate(cuts):
        inside = np.zeros(n_places, dtype=np.int8)
        inside[list(cut.stops)] = 1
        counts[c] = inside[listed.places].sum(axis=1, dtype=np.int8) // 2
    return counts


def reduce_prices(terms: Terms, listed: Listed, duals: Duals, counts: NDArray[np.int8]) -> Ints:
    """Return the reduced price of every tour (micro-yuan)."""
    reduced = listed.price_micros - duals.worth[listed.places].sum(axis=1)
    begins = [
        begin_micros(terms, duals, k) - kind.fixed_micros for k, kind in enumerate(terms.kinds)
    ]
    reduced += np.array(begins, dtype=np.int64)[listed.kind]
    for fine, count in zip(duals.fines.tolist(), counts, strict=True):
        if fine:
            reduced += np.int64(fine) * count
    return reduced


def price_listed(terms: Terms, listed: Listed, duals: Duals, counts: NDArray[np.int8]) -> Priced:
    """Look through the list for tours of negative reduced price.

    Parameters
    ----------
    terms
        The problem.
    listed
        All tours there are.
    duals
        The present prices.
    counts
        From ``count_cuts``.
    """
    reduced = reduce_prices(terms, listed, duals, counts)
    order = np.argsort(reduced, kind="stable")[:COLUMNS_AT_A_LOOK]
    columns = [listed.column(tour) for tour in order.tolist() if reduced[tour] < WORTHLESS_MICROS]
    least = [int(reduced[listed.kind == k].min(initial=0)) for k in range(len(terms.kinds))]
    return Priced(columns, least, complete=True, n_trials=len(listed) // 100)


def keep_node(listed: Listed, node: Node, n_places: int) -> Listed:
    """Return the tours that a node allows."""
    most = np.array(node.most[:TOTAL], dtype=np.int64)
    allowed = most[listed.kind] > 0
    if node.banned:
        banned = np.zeros((n_places, n_places), dtype=np.bool_)
        for a, b in node.banned:
            banned[a, b] = True
        banned[0, 0] = False
        edge = np.zeros((len(listed), 1), dtype=np.int64)
        ways = np.concatenate([edge, listed.places, edge], axis=1)
        allowed &= ~banned[ways[:, :-1], ways[:, 1:]].any(axis=1)
    return listed.only(allowed)
