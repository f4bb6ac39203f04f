"""How cheap could answers in a node be? Tours are generated until none helps any more."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from routing.solver.columns.allowance import Allowance
from routing.solver.columns.cuts import find_circles, find_cuts, keeps_memory
from routing.solver.columns.listed import Listed, count_cuts, price_listed
from routing.solver.columns.master import Master, Mixture
from routing.solver.columns.node import (
    Column,
    Cut,
    Duals,
    Node,
    price_column,
    round_up,
    scale_bound,
    settle_bound,
)
from routing.solver.columns.pricing import Field, Priced, price_tours
from routing.solver.columns.terms import Terms, pack_sets

KEPT_AT_A_LOOK = (1, 4)
"""Labels kept per stop and weight in quick looks, one after the other (tried)."""
SPARE = 2
"""With less time left than so many looks took, no other is begun (the clock is kept)."""
MOST_LABELS = 1_500_000
"""Partial tours kept for one kind of bus: about 150 MB."""
LABELS_PER_S = 150_000
"""Partial tours kept per second left (measured on a busy machine, with cuts)."""
MOST_COLUMNS = 3_000
"""Tours handed on to the next master problem at most (tried)."""
NEAR_AT_FIRST, NEAR_AT_MOST = 8, 18
"""Stops remembered at a place (prototype's; tried)."""


@dataclass(frozen=True, eq=False)
class Witness:
    """Duals that prove a bound, and the cuts that they speak of."""

    duals: Duals
    cuts: tuple[Cut, ...]
    bound_micros: int


@dataclass(frozen=True, eq=False)
class Stand:
    """Where a node stands.

    Parameters
    ----------
    node
        Its limits, and the best bound.
    columns
        Tours to go on with.
    cuts
        Cuts at hand.
    witness
        Duals that say which tours can be in a better answer; None at first.
    mixture
        The last one; None when there was none.
    listed
        Every tour that a better answer in the node could use; None while unknown.
    finished
        Whether no tour helps any more.
    """

    node: Node
    columns: list[Column]
    cuts: tuple[Cut, ...]
    witness: Witness | None
    mixture: Mixture | None
    listed: Listed | None
    finished: bool


@dataclass(frozen=True, eq=False)
class _Source:
    """Where tours come from: their price, a look for those that help, and quick looks."""

    price: Callable[[Column], int]
    look: Callable[[Duals, int], Priced]
    looks: tuple[int, ...]


class Generator:
    """Generates tours for one problem; remembers what partial tours must remember."""

    def __init__(self, terms: Terms, allowance: Allowance) -> None:
        """Begin with the nearest stops remembered."""
        self.terms, self.allowance = terms, allowance
        self.near = _nearest(terms, NEAR_AT_FIRST)

    def field(self, node: Node, cuts: tuple[Cut, ...]) -> Field:
        """Return where tours of a node grow."""
        pairs = [(place, other) for place, near in enumerate(self.near) for other in near]
        return Field(self.terms, node, pack_sets(len(self.near), pairs), cuts)

    def most_labels(self) -> int:
        """Return how many labels there is time for."""
        return int(max(5_000, min(MOST_LABELS, LABELS_PER_S * self.allowance.left_s())))

    def converge(self, stand: Stand, cutoff_micros: int) -> Stand:
        """Generate tours until none helps, the bound reaches a limit, or time is over.

        Parameters
        ----------
        stand
            Where to begin.
        cutoff_micros
            A bound so high is enough.
        """
        terms, source = self.terms, self._source(stand)
        master = Master(terms, stand.node, stand.cuts, source.price)
        for column in stand.columns:
            master.add(column)
        best, looks = replace(stand, finished=False), list(source.looks)
        while (mixture := master.solve()) is not None:
            begun_s = self.allowance.left_s()
            best = replace(best, mixture=mixture)
            priced = source.look(mixture.duals, looks[0] if looks else 0)
            self.allowance.spend_look(priced.n_trials)
            best = _raise_bound(terms, best, mixture.duals, priced)
            n_new = sum([master.add(column) for column in priced.columns])
            left_s = self.allowance.left_s()
            if best.node.bound_micros >= cutoff_micros:
                break
            if left_s <= SPARE * (begun_s - left_s):
                return replace(best, columns=stand.columns)
            if not looks and (n_new == 0 or not priced.complete):
                best = replace(best, finished=priced.complete)
                break
            if looks and n_new == 0:
                looks.pop(0)
        return replace(best, columns=master.rank()[:MOST_COLUMNS])

    def _source(self, stand: Stand) -> "_Source":
        """Return where tours come from: from a list when there is one, otherwise grown."""
        terms, listed = self.terms, stand.listed
        if listed is None:
            field = self.field(stand.node, stand.cuts)
            return _Source(
                lambda column: price_column(terms, column),
                lambda duals, kept: price_tours(field, duals, kept, self.most_labels()),
                KEPT_AT_A_LOOK,
            )
        counts = count_cuts(listed, stand.cuts, len(terms.weight))
        return _Source(
            lambda column: round_up(price_column(terms, column)),
            lambda duals, _: price_listed(terms, listed, duals, counts),
            (),
        )

    def forbid_circles(self, stand: Stand, most: int = NEAR_AT_MOST) -> Stand | None:
        """Remember more, so that the mixture's tours do not come back to a stop.

        Parameters
        ----------
        stand
            A node and its mixture.
        most
            Stops remembered at a place at most.

        Returns
        -------
        stand
            To go on with; None when nothing more is to be remembered.
        """
        if stand.mixture is None or stand.listed is not None:
            return None
        used = [column for column, _ in stand.mixture.shares]
        lessons = find_circles(self.terms, used, self.near, most)
        if not lessons:
            return None
        for here, stop in lessons:
            self.near[here].add(stop)
        kept = [c for c in stand.columns if keeps_memory(self.terms, c.order, self.near)]
        return replace(stand, columns=kept)

    def add_cuts(self, stand: Stand) -> Stand | None:
        """Add the cuts that the mixture breaks and drop those it does not use.

        Returns
        -------
        stand
            To go on with; None when no cut is broken.
        """
        if stand.mixture is None:
            return None
        new = find_cuts(self.terms, stand.mixture, stand.cuts, forgets=stand.listed is None)
        if not new:
            return None
        grown = {cut.stops for cut in new}
        pairs = zip(stand.cuts, stand.mixture.duals.fines.tolist(), strict=True)
        old = tuple(cut for cut, fine in pairs if fine > 0 and cut.stops not in grown)
        return replace(stand, cuts=(*old, *new))


def begin_stand(node: Node, columns: list[Column], cuts: tuple[Cut, ...] = ()) -> Stand:
    """Return a node before anything was generated."""
    return Stand(node, columns, cuts, None, None, None, finished=False)


def _raise_bound(terms: Terms, stand: Stand, duals: Duals, priced: Priced) -> Stand:
    bound = settle_bound(stand.node, duals, priced.least_micros)
    scaled = scale_bound(terms, stand.node, duals, priced.least_micros)
    best = max(bound, scaled, stand.node.bound_micros)
    stand = replace(stand, node=replace(stand.node, bound_micros=best))
    if stand.witness is not None and bound <= stand.witness.bound_micros:
        return stand
    return replace(stand, witness=Witness(duals, stand.cuts, bound))


def _nearest(terms: Terms, n: int) -> list[set[int]]:
    """Return for each place the stops nearest to it, itself and those it is apart from."""
    n_places = len(terms.weight)
    away = terms.step_m + terms.step_m.T
    near: list[set[int]] = [set()]
    for place in range(1, n_places):
        ranked = sorted(range(1, n_places), key=lambda stop: (int(away[place, stop]), stop))
        near.append({place, *ranked[:n]})
    return near
