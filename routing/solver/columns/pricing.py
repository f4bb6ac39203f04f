"""Which tours would make the answer cheaper at the present prices? None: a bound."""

from dataclasses import dataclass

import numpy as np

from routing.solver.columns.arrays import (
    LISTING,
    PAID,
    PRICE,
    PROVING,
    SAMPLING,
    STOP,
    Arcs,
    Labels,
    Memory,
    Room,
    Tries,
)
from routing.solver.columns.growing import bound_least, complete, grow, unroll
from routing.solver.columns.node import Column, Cut, Duals, Node, begin_micros
from routing.solver.columns.terms import Kind, Terms, Words
from routing.solver.outward import Order
from routing.solver.problem import Ints

CELLS, CELLS_AT_A_LOOK = 20_000_000, 6_000_000
"""Steps looked at for one completion bound at most, and for a quick look: 20 ms and 6 ms
(measured)."""
FEWEST_BUCKETS, MOST_BUCKETS = 4, 160
"""Time buckets of the completion bound (tried)."""
WORTHLESS_MICROS = -2_000
"""Tours no further below nothing than this are not looked for (micro-yuan)."""
TRIALS_PER_LABEL = 8
"""Room for partial tours tried, for each label kept (measured: mostly under 2)."""
COLUMNS_PER_KIND, COLUMNS_PER_STOP = 60, 4
"""Tours added to the master problem after one look (tried)."""


@dataclass(frozen=True, eq=False)
class Priced:
    """What one look found.

    Parameters
    ----------
    columns
        Tours of negative reduced price, the best first.
    least_micros
        Per kind: no tour's reduced price is lower.
    complete
        Whether the labels were finished; otherwise ``least_micros`` is from the completion
        bound alone.
    n_trials
        Partial tours tried: the work done.
    """

    columns: list[Column]
    least_micros: list[int]
    complete: bool
    n_trials: int


@dataclass(frozen=True, eq=False)
class Tours:
    """Tours of one kind.

    Parameters
    ----------
    kind
        Of all.
    places
        Per tour its places in order, then zeros (n by the longest).
    paid_micros
        Per tour, the price of its driving.
    """

    kind: int
    places: Ints
    paid_micros: Ints


@dataclass(frozen=True, eq=False)
class Field:
    """Where tours grow: the terms, a node's limits, what is remembered, and the cuts."""

    terms: Terms
    node: Node
    near: Words
    cuts: tuple[Cut, ...]


def price_tours(field: Field, duals: Duals, most_kept: int, most_labels: int) -> Priced:
    """Look for tours of negative reduced price.

    Parameters
    ----------
    field, duals
        Where tours grow, and the present prices.
    most_kept
        0 to find the very least prices; otherwise a quick look that keeps so many labels
        per stop and weight.
    most_labels
        Labels for each kind at most.
    """
    columns: list[Column] = []
    least_micros, n_trials, finished = [], 0, True
    memory = _remember(field, duals)
    for k in range(len(field.terms.kinds)):
        if field.node.most[k] == 0:
            least_micros.append(0)
            continue
        look = _look(field, duals, k, CELLS_AT_A_LOOK if most_kept else CELLS)
        least_price = look.begin + look.floor
        if least_price >= WORTHLESS_MICROS:
            least_micros.append(least_price)
            continue
        how = SAMPLING if most_kept else PROVING
        found = _grow(look, memory, WORTHLESS_MICROS, most_kept, most_labels, how)
        n_trials += found.n_trials
        complete_ = found.finished and not most_kept
        finished = finished and complete_
        orders, prices = _pick(found)
        columns += [Column(order, k) for order in orders]
        proven = min([*prices, WORTHLESS_MICROS]) if complete_ else least_price
        least_micros.append(max(proven, least_price))
    return Priced(columns, least_micros, finished, n_trials)


def list_tours(
    field: Field, duals: Duals, below: int, most_labels: int
) -> tuple[list[Tours] | None, int]:
    """Return every tour of a reduced price below a limit, and the work done.

    Of several orders of the same stops that end at the same stop only those are listed
    that no other beats in money and ride.

    Parameters
    ----------
    field, duals
        Where tours grow, and the present prices.
    below
        Limit (micro-yuan).
    most_labels
        Labels for each kind at most.

    Returns
    -------
    listed
        Per kind; None when there were too many.
    n_trials
        Partial tours tried.
    """
    listed: list[Tours] = []
    n_places = len(field.terms.weight)
    everything = np.full_like(field.near, ~np.uint64(0))
    memory = _remember(Field(field.terms, field.node, everything, field.cuts), duals)
    n_trials = n_places
    for k in range(len(field.terms.kinds)):
        if field.node.most[k] == 0:
            continue
        look = _look(field, duals, k, CELLS)
        if look.begin + look.floor >= below:
            continue
        found = _grow(look, memory, below, 0, most_labels, LISTING)
        n_trials += found.n_trials
        if not found.finished:
            return None, n_trials
        number, ends = found.number, look.arcs.ends
        good = np.flatnonzero((number[:, PRICE] < below) & (ends[number[:, STOP]] > 0))
        listed.append(Tours(k, unroll(number, good), number[good, PAID]))
    return listed, n_trials


@dataclass(frozen=True, eq=False)
class _Look:
    """One kind at the present prices; ``floor`` is the completion bound from the school."""

    arcs: Arcs
    room: Room
    least: Ints
    begin: int
    floor: int


@dataclass(frozen=True, eq=False)
class _Found:
    number: Ints
    finished: bool
    n_trials: int
    ends: Ints


def _look(field: Field, duals: Duals, k: int, most_cells: int) -> _Look:
    terms, kind = field.terms, field.terms.kinds[k]
    arcs = _arcs(field, kind, duals)
    room = _room(terms, kind, most_cells // max(1, len(arcs.head)))
    n_buckets = int(terms.limit_s.max()) // int(room.size[2]) + 1
    least = complete(arcs, room, n_buckets)
    return _Look(arcs, room, least, begin_micros(terms, duals, k), bound_least(arcs, room, least))


def _arcs(field: Field, kind: Kind, duals: Duals) -> Arcs:
    toll = kind.cost_micros - duals.worth[kind.head]
    n_places = len(field.terms.weight)
    ends = np.ones(n_places, dtype=np.int64)
    if not field.node.banned:
        return Arcs(kind.first, kind.head, toll, kind.cost_micros, kind.arc_s, ends)
    banned = np.zeros((n_places, n_places), dtype=np.bool_)
    for a, b in field.node.banned:
        banned[a, b] = True
    ends[1:] = ~banned[1:, 0]
    kept = np.flatnonzero(~banned[kind.tail, kind.head])
    first = np.searchsorted(kind.tail[kept], np.arange(n_places + 1)).astype(np.int64)
    return Arcs(first, kind.head[kept], toll[kept], kind.cost_micros[kept], kind.arc_s[kept], ends)


def _room(terms: Terms, kind: Kind, most_per_arc: int) -> Room:
    n_buckets = most_per_arc // max(1, kind.seats + kind.chair_places)
    n_buckets = max(FEWEST_BUCKETS, min(n_buckets, MOST_BUCKETS))
    width = int(terms.limit_s.max()) // n_buckets + 1
    size = np.array([kind.seats, kind.chair_places, width], dtype=np.int64)
    return Room(terms.weight, terms.chairs, terms.limit_s, size)


def _remember(field: Field, duals: Duals) -> Memory:
    n_places, cuts = len(field.terms.weight), field.cuts
    n_words = max(1, -(-len(cuts) // 64))
    touches = np.zeros((n_places, n_words), dtype=np.uint64)
    keeps = np.zeros((n_places, n_words), dtype=np.uint64)
    fines = np.zeros(n_words * 64, dtype=np.int64)
    fines[: len(cuts)] = duals.fines
    for c in np.flatnonzero(fines).tolist():
        bit = np.uint64(1) << np.uint64(c % 64)
        touches[list(cuts[c].stops), c // 64] |= bit
        keeps[list(cuts[c].memory), c // 64] |= bit
    return Memory(field.near, field.terms.blocked, touches, keeps, fines)


def _grow(
    look: _Look, memory: Memory, below: int, most_kept: int, most_labels: int, how: int
) -> _Found:
    n_words, n_odd = memory.near.shape[1], memory.touches.shape[1]
    labels = Labels(
        np.empty((most_labels, 6), dtype=np.int64),
        np.empty((most_labels, n_words), dtype=np.uint64),
        np.empty((most_labels, n_odd), dtype=np.uint64),
    )
    n_tries = TRIALS_PER_LABEL * most_labels + len(memory.near)
    tries = Tries(*(np.empty(n_tries, dtype=np.int64) for _ in range(4)))
    n_labels, n_trials, finished = grow(
        look.arcs, look.room, memory, look.least, labels, tries,
        look.begin, below, most_kept, how,
    )  # fmt: skip
    return _Found(labels.number[:n_labels], finished, n_trials, look.arcs.ends)


def _pick(found: _Found) -> tuple[list[Order], list[int]]:
    """Return the best tours found, not too many with the same last stop, and their prices."""
    number = found.number
    good = np.flatnonzero((number[:, PRICE] < WORTHLESS_MICROS) & (found.ends[number[:, STOP]] > 0))
    good = good[np.argsort(number[good, PRICE], kind="stable")]
    per_stop: dict[int, int] = {}
    picked = []
    for label in good.tolist():
        stop = int(number[label, STOP])
        if per_stop.get(stop, 0) < COLUMNS_PER_STOP:
            per_stop[stop] = per_stop.get(stop, 0) + 1
            picked.append(label)
        if len(picked) >= COLUMNS_PER_KIND:
            break
    places = unroll(number, np.array(picked, dtype=np.int64)).tolist()
    orders = [tuple(place for place in row if place) for row in places]
    return orders, [int(number[label, PRICE]) for label in picked]
