"""Which part of all answers could still hold a better one? Divided until none can.

The part of the lowest bound is looked at first: cuts raise its bound; when few tours are
left that a better answer could use, they are listed and the choice is settled; otherwise
it is divided, by the number of tours of a kind first, by single steps driven after that.
"""

from dataclasses import dataclass, replace
from heapq import heappop, heappush

from routing.solver.columns.converge import Generator, Stand, begin_stand
from routing.solver.columns.dividing import WHOLE, divide
from routing.solver.columns.finish import Choice, choose_listed
from routing.solver.columns.listed import (
    Listed,
    count_cuts,
    gather_tours,
    is_simple,
    make_listed,
    reduce_prices,
)
from routing.solver.columns.master import Mixture
from routing.solver.columns.node import Column, Node
from routing.solver.columns.pricing import list_tours
from routing.solver.columns.terms import MICROS, Terms
from routing.solver.outward import Outward, measure_length_m, price_tour

MOST_LISTED = 400_000
"""Partial tours kept while listing (tried)."""
MOST_CHOSEN = 4_000
"""Tours that CP-SAT is asked to choose from at most (tried)."""
CHOICE_SHARE, MIX_SHARE = 0.4, 0.05
"""Shares of the time left for one choice of listed tours, and of those known (tried)."""
SHRUNK = 0.7
"""Listing is tried again when the gap is down to this share (tried)."""
LEAST_GAIN = 0.03
"""Cuts go on while a round closes this share of the gap (tried)."""
ROOT_ROUNDS, NODE_ROUNDS = 25, 2
"""Rounds of cuts at most (tried)."""


@dataclass(frozen=True)
class Goal:
    """The best answer known.

    Parameters
    ----------
    columns
        Its tours; None while it is not of these terms.
    yuan
        Its real price, with what is left behind.
    """

    columns: tuple[Column, ...] | None
    yuan: int

    @property
    def cutoff_micros(self) -> int:
        """Return what a better answer costs at most, and a millionth (micro-yuan)."""
        return (self.yuan - 1) * MICROS + 1


class Tree:
    """All answers, divided into nodes; the lowest bound of those open bounds them all."""

    def __init__(self, view: Outward, generator: Generator, goal: Goal) -> None:
        """Begin with the goal to beat."""
        self.view, self.generator, self.goal = view, generator, goal
        self._open: list[tuple[int, int, Stand]] = []
        self._n_made = 0
        self._stuck_micros: list[int] = []

    def explore(self, root: Node, columns: list[Column]) -> None:
        """Divide and settle nodes until no better answer is left, or no time.

        Parameters
        ----------
        root
            All answers.
        columns
            Tours known.
        """
        self._push(begin_stand(root, columns))
        while self._open and not self.generator.allowance.is_over():
            if self._open[0][0] >= min([self.goal.cutoff_micros, *self._stuck_micros]):
                break
            _, _, stand = heappop(self._open)
            for part in self._visit(stand):
                self._push(part)

    def bound_yuan(self) -> int:
        """Return what no answer is cheaper than (yuan)."""
        lowest = min([entry[0] for entry in self._open] + self._stuck_micros, default=None)
        if lowest is None or lowest >= self.goal.cutoff_micros:
            return self.goal.yuan
        return min(self.goal.yuan, -(-lowest // MICROS))

    def _push(self, stand: Stand) -> None:
        if stand.node.bound_micros < self.goal.cutoff_micros:
            self._n_made += 1
            heappush(self._open, (stand.node.bound_micros, self._n_made, stand))

    def _visit(self, stand: Stand) -> list[Stand]:
        """Raise the bound of a node and settle it; return what is left of it."""
        generator, depth = self.generator, stand.node.depth
        stand = generator.converge(stand, self.goal.cutoff_micros)
        self._note(stand.mixture)
        if not depth and stand.finished:
            self._mix(stand)
        parts = divide(generator.terms, stand, coarsely=True) if stand.finished else []
        if parts and stand.node.bound_micros < self.goal.cutoff_micros:
            return parts
        stand, closed = self._tighten(stand, NODE_ROUNDS if depth else ROOT_ROUNDS)
        if closed or stand.node.bound_micros >= self.goal.cutoff_micros:
            return []
        if generator.allowance.is_over():
            return [stand]
        parts = divide(generator.terms, stand)
        if parts:
            return parts
        fewer = generator.forbid_circles(stand, len(generator.near))
        if fewer is None:
            self._stuck_micros.append(stand.node.bound_micros)
        return [] if fewer is None else [fewer]

    def _tighten(self, stand: Stand, n_rounds: int) -> tuple[Stand, bool]:
        """Forbid circles, add cuts, list tours; return whether nothing better is left."""
        generator, tried_micros = self.generator, 2 * self.goal.cutoff_micros
        for k in range(n_rounds + 1):
            gap = self.goal.cutoff_micros - stand.node.bound_micros
            if gap <= 0:
                return stand, True
            if not stand.finished or generator.allowance.is_over():
                break
            if gap < SHRUNK * tried_micros:
                tried_micros = gap
                stand, closed = self._settle(stand)
                if closed:
                    return stand, True
            fewer = generator.forbid_circles(stand)
            more = generator.add_cuts(fewer or stand) if k < n_rounds else fewer
            if fewer is None and more is None:
                break
            before = stand.node.bound_micros
            stand = generator.converge(more or fewer or stand, self.goal.cutoff_micros)
            self._note(stand.mixture)
            if stand.node.bound_micros - before < LEAST_GAIN * gap:
                n_rounds = min(n_rounds, k + 1)
        return stand, False

    def _settle(self, stand: Stand) -> tuple[Stand, bool]:
        """List what a better answer could use; when it is little, choose from it.

        Returns
        -------
        stand
            With a list when there are not too many.
        closed
            Whether no better answer is left in the node.
        """
        stand = self._shorten(self._list(stand))
        if stand.listed is None or len(stand.listed) > MOST_CHOSEN:
            return stand, False
        choice = self._choose(stand.node, stand.listed, CHOICE_SHARE)
        bound_micros = max(stand.node.bound_micros, (choice.bound_yuan - 1) * MICROS + 1)
        node = replace(stand.node, bound_micros=bound_micros)
        return replace(stand, node=node), bound_micros >= self.goal.cutoff_micros

    def _list(self, stand: Stand) -> Stand:
        """Grow every tour that a better answer in a node could use, unless too many."""
        generator, witness = self.generator, stand.witness
        if witness is None or stand.listed is not None:
            return stand
        field = generator.field(stand.node, witness.cuts)
        below = self.goal.cutoff_micros - witness.bound_micros
        most = min(MOST_LISTED, generator.most_labels())
        grown, n_trials = list_tours(field, witness.duals, below, most)
        generator.allowance.spend_look(n_trials)
        if grown is None:
            return stand
        listed = make_listed(generator.terms, grown)
        cuts = tuple(
            replace(cut, memory=frozenset(range(len(generator.near)))) for cut in stand.cuts
        )
        known = [column for column in stand.columns if is_simple(generator.terms, column)]
        stand = replace(stand, listed=listed, cuts=cuts, columns=known, witness=None)
        return generator.converge(stand, self.goal.cutoff_micros)

    def _shorten(self, stand: Stand) -> Stand:
        """Take those tours off a list that by now are too dear for a better answer."""
        listed, witness = stand.listed, stand.witness
        if listed is None or witness is None:
            return stand
        counts = count_cuts(listed, witness.cuts, len(self.generator.near))
        reduced = reduce_prices(self.generator.terms, listed, witness.duals, counts)
        return replace(
            stand, listed=listed.only(reduced < self.goal.cutoff_micros - witness.bound_micros)
        )

    def _mix(self, stand: Stand) -> None:
        """Look for a better answer made of tours known."""
        terms, allowance = self.generator.terms, self.generator.allowance
        known = [column for column in stand.columns if is_simple(terms, column)]
        if not known or allowance.is_over():
            return
        options = make_listed(terms, gather_tours(terms, known))
        self._choose(stand.node, options, MIX_SHARE)

    def _choose(self, node: Node, options: Listed, share: float) -> Choice:
        """Take the cheapest choice of options when it beats the goal."""
        terms, allowance = self.generator.terms, self.generator.allowance
        seconds = share * allowance.left_s()
        choice = choose_listed(terms, node, options, self.goal.yuan, allowance.effort, seconds)
        allowance.spend(choice.worked_s)
        if choice.columns is not None:
            self._take(tuple(choice.columns))
        return choice

    def _note(self, mixture: Mixture | None) -> None:
        """Take a mixture for the goal when it is an answer."""
        if mixture is None or any(abs(share - 1) > WHOLE for _, share in mixture.shares):
            return
        served = [place for column, _ in mixture.shares for place in column.order]
        if len(set(served)) == len(served):
            self._take(tuple(column for column, _ in mixture.shares))

    def _take(self, columns: tuple[Column, ...]) -> None:
        yuan = price_columns(self.view, self.generator.terms, columns)
        if yuan < self.goal.yuan:
            self.goal = Goal(columns, yuan)


def price_columns(view: Outward, terms: Terms, columns: tuple[Column, ...]) -> int:
    """Return what an answer costs, with what it leaves behind (yuan)."""
    served = {place for column in columns for place in column.order}
    behind = [place for place in range(1, len(terms.weight)) if place not in served]
    yuan = sum(int(terms.behind_micros[place]) // MICROS for place in behind)
    for column in columns:
        stops = tuple(terms.stops[place - 1] for place in column.order)
        bus_type = terms.kinds[column.kind].bus_type
        yuan += price_tour(view, measure_length_m(view, stops), bus_type)
    return yuan
