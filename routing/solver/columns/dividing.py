"""Into which parts is a node divided? Each without its present mixture."""

from collections import defaultdict
from dataclasses import replace

from routing.solver.columns.converge import Stand
from routing.solver.columns.listed import keep_node
from routing.solver.columns.node import FIXED, TOTAL, Column, Node, Step
from routing.solver.columns.terms import MICROS, Terms

WHOLE = 1e-5
"""So near a whole number a share is one (the library's tolerance, with room)."""
MOST_FLEETS = 20_000
"""Fleets told apart when all answers are divided by what the buses cost (memory)."""
COARSE = 0.25
"""Fleets are told apart by their price only when steps between prices are at least this
share of the least step between kinds (tried)."""


def divide(terms: Terms, stand: Stand, *, coarsely: bool = False) -> list[Stand]:
    """Return a node in parts without its present mixture; none when it is not divided.

    By the number of tours first, then by what the buses cost before they drive, by the
    number of tours of a kind, and by single steps driven.

    Parameters
    ----------
    terms
        The problem.
    stand
        A node and its mixture.
    coarsely
        Only by the number of all tours and what all buses cost.
    """
    if stand.mixture is None:
        return []
    node, shares, n_places = stand.node, stand.mixture.shares, len(terms.weight)
    split = _split_counts(terms, node, shares, coarsely=coarsely)
    if split is not None:
        count, low, high = split
        nodes = [node.with_count(count, 0, low), node.with_count(count, high, node.most[count])]
        return _parts(stand, nodes, n_places)
    step = None if coarsely else _find_step(shares)
    if step is None:
        return []
    nodes = [node.with_banned(frozenset({step})), node.with_banned(_others(n_places, step))]
    return _parts(stand, nodes, n_places)


def _parts(stand: Stand, nodes: list[Node], n_places: int) -> list[Stand]:
    """Return the parts of a node that can hold an answer at all."""
    return [
        _part(stand, node, n_places)
        for node in nodes
        if all(low <= high for low, high in zip(node.least, node.most, strict=True))
    ]


def _part(stand: Stand, node: Node, n_places: int) -> Stand:
    """Return a part of a node before anything more is known of it."""
    listed = stand.listed
    if listed is not None:
        listed = keep_node(listed, node, n_places)
    return replace(stand, node=node, listed=listed, mixture=None, witness=None, finished=False)


def _split_counts(
    terms: Terms, node: Node, shares: list[tuple[Column, float]], *, coarsely: bool
) -> tuple[int, int, int] | None:
    """Return a number that is uneven in a mixture, and the even values around it."""
    n_kinds = len(terms.kinds)
    counts = [0.0] * n_kinds
    for column, share in shares:
        counts[column.kind] += share
    total = sum(counts)
    if abs(total - round(total)) > WHOLE:
        return n_kinds, int(total), int(total) + 1
    fixed = [kind.fixed_micros // MICROS for kind in terms.kinds]
    spent = sum(n * yuan for n, yuan in zip(counts, fixed, strict=True))
    around = _fixed_around(fixed, node, spent)
    if around is not None or coarsely:
        return None if around is None else (n_kinds + 1, *around)
    uneven = [abs(n - round(n)) for n in counts]
    k = max(range(n_kinds), key=uneven.__getitem__)
    return (k, int(counts[k]), int(counts[k]) + 1) if uneven[k] > WHOLE else None


def _fixed_around(fixed: list[int], node: Node, spent: float) -> tuple[int, int] | None:
    """Return the fixed prices next below and above that whole buses can have (yuan)."""
    sums: set[tuple[int, int]] = {(0, 0)}
    for yuan, least, most in zip(fixed, node.least, node.most, strict=False):
        sums = {
            (n + more, total + more * yuan)
            for n, total in sums
            for more in range(least, most + 1)
            if n + more <= node.most[TOTAL]
        }
        if len(sums) > MOST_FLEETS:
            return None
    near = 10 * WHOLE * max(1, *fixed)
    able = [
        total
        for n, total in sums
        if n >= node.least[TOTAL] and node.least[FIXED] <= total <= node.most[FIXED]
    ]
    if not able or any(abs(total - spent) <= near for total in able):
        return None
    below = [total for total in able if total < spent]
    above = [total for total in able if total > spent]
    low, high = max(below, default=min(able) - 1), min(above, default=max(able) + 1)
    apart = [abs(a - b) for a in fixed for b in fixed if a != b]
    return (low, high) if high - low >= COARSE * min(apart, default=0) else None


def _find_step(shares: list[tuple[Column, float]]) -> Step | None:
    """Return the step between stops driven nearest to half a time."""
    driven: defaultdict[Step, float] = defaultdict(float)
    for column, share in shares:
        for step in zip(column.order, column.order[1:], strict=False):
            driven[step] += share
    uneven = [(round(abs(n - 0.5), 6), step) for step, n in driven.items()]
    best = min(uneven, default=None)
    return None if best is None or best[0] > 0.5 - WHOLE else best[1]


def _others(n_places: int, step: Step) -> frozenset[Step]:
    """Return the steps that are not driven where this one is."""
    a, b = step
    places = range(n_places)
    away = {(a, place) for place in places if place != b}
    return frozenset(away | {(place, b) for place in places if place != a})
