"""What is asked of all answers looked at: how many tours, which steps are not driven."""

from dataclasses import dataclass, field, replace

from routing.solver.columns.terms import MICROS, Terms
from routing.solver.outward import Order
from routing.solver.problem import Ints

Step = tuple[int, int]
"""From one place to another; (0, j) begins a tour at j, (i, 0) ends one at i."""


TOTAL, FIXED = -2, -1
"""Where a node limits the number of all tours, and what all buses cost (yuan)."""


@dataclass(frozen=True)
class Column:
    """One tour: places in order, and which of ``Terms.kinds`` drives it."""

    order: Order
    kind: int


@dataclass(frozen=True)
class Cut:
    """Of three stops at most one tour serves two or three (a subset-row cut).

    Jepsen, Petersen, Spoorendonk and Pisinger 2008; with limited memory (Pecin, Pessoa,
    Poggi and Uchoa 2017): a tour that leaves ``memory`` forgets that it served one.

    Parameters
    ----------
    stops
        Three places.
    memory
        Places where a tour does not forget; holds ``stops``.
    """

    stops: frozenset[int]
    memory: frozenset[int]


@dataclass(frozen=True)
class Node:
    """Part of all answers.

    Parameters
    ----------
    least, most
        Tours of each kind, of all together, and (last) what all buses cost before they
        drive (yuan).
    banned
        Steps that no tour drives.
    bound_micros
        No answer in this part is cheaper.
    depth
        How often the whole was divided to get here.
    """

    least: tuple[int, ...]
    most: tuple[int, ...]
    banned: frozenset[Step] = field(default_factory=frozenset)
    bound_micros: int = 0
    depth: int = 0

    def with_count(self, kind: int, least: int, most: int) -> "Node":
        """Return the part of this with a number in narrower limits."""
        lows = (*self.least[:kind], max(least, self.least[kind]), *self.least[kind + 1 :])
        highs = (*self.most[:kind], min(most, self.most[kind]), *self.most[kind + 1 :])
        return replace(self, least=lows, most=highs, depth=self.depth + 1)

    def with_banned(self, steps: frozenset[Step]) -> "Node":
        """Return the part of this where more steps are not driven."""
        return replace(self, banned=self.banned | steps, depth=self.depth + 1)


@dataclass(frozen=True, eq=False)
class Duals:
    """What the master problem says things are worth, in whole micro-yuan.

    Parameters
    ----------
    worth
        Per place, of serving it; 0 for the school.
    per_kind
        Per number that a node limits, of one more.
    fines
        Per cut, of using it up; none negative.
    """

    worth: Ints
    per_count: Ints
    fines: Ints


def count_cut(order: Order, cut: Cut) -> int:
    """Return how often a tour uses a cut: at every second of its stops remembered."""
    n, odd = 0, False
    for stop in order:
        odd = odd and stop in cut.memory
        if stop in cut.stops:
            n, odd = n + odd, not odd
    return n


def drives_banned(order: Order, banned: frozenset[Step]) -> bool:
    """Return whether a tour drives a banned step."""
    steps = zip((0, *order), (*order, 0), strict=True)
    return bool(banned) and any(step in banned for step in steps)


def begin_micros(terms: Terms, duals: Duals, k: int) -> int:
    """Return the reduced price of a tour of a kind before its first stop (micro-yuan)."""
    fixed_micros = terms.kinds[k].fixed_micros
    worth = duals.per_count[k] + duals.per_count[TOTAL]
    return int(fixed_micros - worth - duals.per_count[FIXED] * (fixed_micros // MICROS))


def price_column(terms: Terms, column: Column) -> int:
    """Return the price of a tour (micro-yuan, not rounded)."""
    kind = terms.kinds[column.kind]
    length_m = int(terms.step_m[[0, *column.order[:-1]], list(column.order)].sum())
    return kind.fixed_micros + kind.micros_per_m * length_m


def round_up(price_micros: int) -> int:
    """Return a price as it is really asked: whole yuan, rounded up (micro-yuan)."""
    return -(-price_micros // MICROS) * MICROS


def settle_bound(node: Node, duals: Duals, least_micros: list[int]) -> int:
    """Return what no answer in a node is cheaper than, from any duals whatever (micro-yuan).

    Every answer costs the worth of what it serves and keeps, and for each tour at least
    the least reduced price of its kind; only so many tours are allowed. All whole numbers:
    nothing is lost to rounding.

    Parameters
    ----------
    node
        Limits on the number of tours.
    duals
        Any; the better, the higher the bound.
    least_micros
        Per kind: no tour's reduced price is lower.
    """
    bound, left = _add_worth(node, duals), node.most[TOTAL]
    for least, most in sorted(zip(least_micros, node.most[:TOTAL], strict=True)):
        n = min(left, most)
        bound += n * min(0, least)
        left -= n
    return bound


def scale_bound(terms: Terms, node: Node, duals: Duals, least_micros: list[int]) -> int:
    """Return another bound from any duals: higher where they are far off (micro-yuan).

    All worths are made smaller together until no reduced price is below nothing (Farley,
    "A note on bounding a class of linear programming problems", 1990); a tour costs at
    least its bus. Nothing follows from it for the reduced prices at the duals themselves.

    Parameters
    ----------
    terms
        The problem.
    node, duals, least_micros
        As for ``settle_bound``.
    """
    worth = _add_worth(node, duals)
    if worth <= 0:
        return 0
    fixed = [kind.fixed_micros for kind in terms.kinds]
    short = [(f, f - least) for f, least in zip(fixed, least_micros, strict=True) if least < 0]
    return min((worth * f // whole for f, whole in short), default=worth)


def _add_worth(node: Node, duals: Duals) -> int:
    """Return the worth of all that an answer serves and keeps (micro-yuan)."""
    worth = int(duals.worth.sum()) - int(duals.fines.sum())
    for per_one, low, high in zip(duals.per_count.tolist(), node.least, node.most, strict=True):
        worth += per_one * (low if per_one > 0 else high)
    return worth
