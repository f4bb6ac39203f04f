"""Where should students board? Few places, near them: facility location.

Groups and places that share no pair, even over others, are solved apart: a small part is
proven by CP-SAT, a large one is searched by opening, closing and swapping places.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.solver.effort import make_cpsat, start_effort
from routing.solver.judge import confirm_cover
from routing.solver.problem import CoverProblem, CoverSolution, Ints

EXACT_PAIRS = 300
"""Pairs of a part up to which CP-SAT is asked for a proof (measured: mostly under 1 s)."""
EXACT_EFFORT = 0.05
"""Deterministic time for such a proof: about as many seconds (measured)."""
NEVER = 2**60
"""Cost of what cannot be: far above every sum."""


def solve_cover(
    problem: CoverProblem, *, seed: int, max_rounds: int = 1_000, exact_pairs: int = EXACT_PAIRS
) -> CoverSolution:
    """Return the places to open and the nearest one for each group.

    The same seed gives the same answer on every machine: no clock decides anything.

    Parameters
    ----------
    problem
        Groups, places, and the walks between them.
    seed
        For CP-SAT.
    max_rounds
        Openings, closings and swaps in each part at most.
    exact_pairs
        Pairs of a part up to which a proof is tried.

    Raises
    ------
    ValueError
        When shapes do not fit, a number is negative, or a group has no pair.
    SolverError
        When the recomputation does not confirm the answer.
    """
    _refuse(problem)
    part_of_pair = _find_parts(problem)
    chosen: list[int] = []
    proven = True
    for part in range(int(part_of_pair.max(initial=-1)) + 1):
        ground = _lay(problem, np.flatnonzero(part_of_pair == part))
        is_open = _improve(ground, _begin(ground), max_rounds)
        is_open, is_best = _prove(ground, is_open, seed, exact_pairs)
        chosen += ground.places[is_open].tolist()
        proven = proven and is_best
    return confirm_cover(problem, _close(problem, sorted(chosen), proven=proven))


def _refuse(problem: CoverProblem) -> None:
    pairs = (problem.group, problem.place, problem.walk_m)
    shapes = [
        len({len(row) for row in pairs}) != 1,
        len(problem.n_students) != problem.n_groups,
        len(problem.open_cost) != problem.n_places,
    ]
    if any(shapes):
        msg = f"cover problem: shapes do not fit {problem.n_groups} groups, {problem.n_places} places."
        raise ValueError(msg)
    if any((row < 0).any() for row in (*pairs, problem.n_students, problem.open_cost)):
        msg = "cover problem: no number may be negative."
        raise ValueError(msg)
    if (np.bincount(problem.group, minlength=problem.n_groups) == 0).any():
        msg = "cover problem: every group needs at least one pair."
        raise ValueError(msg)


@dataclass(frozen=True, eq=False)
class _Ground:
    """One part: its places and groups by number, and pairs sorted by group, then by walk.

    ``cost`` of a pair is students times metres; ``first`` is where a group's pairs begin.
    """

    places: Ints
    place: Ints
    group: Ints
    cost: Ints
    first: Ints
    open_cost: Ints


def _find_parts(problem: CoverProblem) -> Ints:
    """Return for each pair which part it belongs to, parts numbered from 0."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(problem.group):
        return np.zeros(0, dtype=np.int64)
    n = problem.n_groups + problem.n_places
    ones = np.ones(len(problem.group), dtype=np.int8)
    ends = (problem.group, problem.n_groups + problem.place)
    _, label = connected_components(coo_array((ones, ends), shape=(n, n)), directed=False)
    return np.unique(label[problem.group], return_inverse=True)[1].astype(np.int64)


def _lay(problem: CoverProblem, pairs: Ints) -> _Ground:
    walk_m = problem.walk_m[pairs]
    order = np.lexsort((problem.place[pairs], walk_m, problem.group[pairs]))
    pairs = pairs[order]
    places, place = np.unique(problem.place[pairs], return_inverse=True)
    groups, first, group = np.unique(problem.group[pairs], return_index=True, return_inverse=True)
    return _Ground(
        places=places,
        place=place.astype(np.int64),
        group=group.astype(np.int64),
        cost=problem.n_students[groups][group] * problem.walk_m[pairs],
        first=first.astype(np.int64),
        open_cost=problem.open_cost[places],
    )


def _nearest_two(ground: _Ground, is_open: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Return per group its cost at the nearest open place, that place, and the next cost."""
    n = len(ground.first)
    rank = np.cumsum(is_open[ground.place])
    before = np.concatenate([[0], rank])[ground.first]
    rank = rank - before[ground.group]
    best, second = np.full(n, NEVER), np.full(n, NEVER)
    home = np.full(n, -1)
    for turn, costs in ((1, best), (2, second)):
        hits = np.flatnonzero((rank == turn) & is_open[ground.place])
        costs[ground.group[hits]] = ground.cost[hits]
        if turn == 1:
            home[ground.group[hits]] = ground.place[hits]
    return best, home, second


def _begin(ground: _Ground) -> NDArray[np.bool_]:
    """Return places opened one by one: each serves new groups at the least cost per group."""
    is_open = np.zeros(len(ground.places), dtype=np.bool_)
    is_served = np.zeros(len(ground.first), dtype=np.bool_)
    while not is_served.all():
        new = ~is_served[ground.group]
        n_new = np.bincount(ground.place[new], minlength=len(is_open))
        walks = np.bincount(ground.place[new], ground.cost[new], minlength=len(is_open))
        each = np.where(n_new > 0, (ground.open_cost + walks) / np.maximum(n_new, 1), np.inf)
        place = int(np.argmin(each))
        is_open[place] = True
        is_served[ground.group[ground.place == place]] = True
    return is_open


def _improve(ground: _Ground, is_open: NDArray[np.bool_], max_rounds: int) -> NDArray[np.bool_]:
    """Return the places after the best opening, closing or swap, again and again."""
    for _ in range(max_rounds):
        best, home, second = _nearest_two(ground, is_open)
        gain = np.maximum(best[ground.group] - ground.cost, 0)
        opening = np.bincount(ground.place, gain, minlength=len(is_open)) - ground.open_cost
        opening[is_open] = -np.inf
        losses = np.bincount(home, np.minimum(second - best, NEVER / 2**8), minlength=len(is_open))
        closing = np.where(is_open, ground.open_cost - losses, -np.inf)
        place = int(np.argmax(opening)) if opening.max() >= closing.max() else -1
        other = int(np.argmax(closing)) if place < 0 else -1
        if max(opening.max(), closing.max()) <= 0:
            place, other = _find_swap(ground, is_open, best, home, second)
        if place < 0 and other < 0:
            break
        is_open = is_open.copy()
        if place >= 0:
            is_open[place] = True
        if other >= 0:
            is_open[other] = False
    return is_open


def _find_swap(
    ground: _Ground, is_open: NDArray[np.bool_], best: Ints, home: Ints, second: Ints
) -> tuple[int, int]:
    """Return a place to open while another closes, and that other; -1 for none.

    The first that pays is taken, the most promising places being tried first.
    """
    by_place = np.argsort(ground.place, kind="stable")
    begins = np.searchsorted(ground.place[by_place], np.arange(len(is_open) + 1))
    loss = np.minimum(second - best, NEVER // 2**8)
    losses = np.bincount(home, loss, minlength=len(is_open)) - ground.open_cost
    gain = np.bincount(
        ground.place, np.maximum(best[ground.group] - ground.cost, 0), minlength=len(is_open)
    )
    gain = np.where(is_open, -np.inf, gain - ground.open_cost)
    for place in np.argsort(-gain, kind="stable")[: int((~is_open).sum())]:
        pairs = by_place[begins[place] : begins[place + 1]]
        group = ground.group[pairs]
        lost = np.minimum(np.maximum(ground.cost[pairs] - best[group], 0), loss[group])
        spared = np.bincount(home[group], loss[group] - lost, minlength=len(is_open))
        others = np.flatnonzero(np.bincount(home[group], minlength=len(is_open)))
        total = gain[place] - (losses[others] - spared[others])
        if len(others) and total.max() > 0.5:
            return int(place), int(others[total.argmax()])
    return -1, -1


def _prove(
    ground: _Ground, is_open: NDArray[np.bool_], seed: int, exact_pairs: int
) -> tuple[NDArray[np.bool_], bool]:
    """Return CP-SAT's places for a small part, or those at hand, and whether they are best."""
    if len(ground.places) == 1:
        return is_open, True
    if len(ground.place) > exact_pairs:
        return is_open, False
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in ground.places]
    walked = [model.new_bool_var("") for _ in ground.place]
    of_group: list[list[cp_model.IntVar]] = [[] for _ in ground.first]
    for flag, place, group in zip(walked, ground.place, ground.group, strict=True):
        model.add_implication(flag, opened[place])
        of_group[group].append(flag)
    for flags in of_group:
        model.add_exactly_one(flags)
    prices = [*ground.open_cost.tolist(), *ground.cost.tolist()]
    model.minimize(cp_model.LinearExpr.weighted_sum([*opened, *walked], prices))
    home = _nearest_two(ground, is_open)[1]
    for flag, now in zip(opened, is_open, strict=True):
        model.add_hint(flag, bool(now))
    for flag, place, group in zip(walked, ground.place, ground.group, strict=True):
        model.add_hint(flag, bool(home[group] == place))
    effort = start_effort(seconds=3_600.0, seed=seed, max_rounds=1)
    solver = make_cpsat(effort, 0.0, EXACT_EFFORT)
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return is_open, False
    found = np.array([bool(solver.value(flag)) for flag in opened])
    better = _total(ground, found) < _total(ground, is_open)
    return (found if better else is_open), status == cp_model.OPTIMAL


def _total(ground: _Ground, is_open: NDArray[np.bool_]) -> int:
    return int(_nearest_two(ground, is_open)[0].sum() + ground.open_cost[is_open].sum())


def _close(problem: CoverProblem, chosen: list[int], *, proven: bool) -> CoverSolution:
    """Return the solution: every group at its nearest place, places without a group closed."""
    is_open = np.zeros(problem.n_places, dtype=np.bool_)
    is_open[chosen] = True
    ground = _lay(problem, np.arange(len(problem.group)))
    best, home, _ = _nearest_two(ground, is_open[ground.places])
    place_of_group = ground.places[home] if len(home) else np.zeros(0, dtype=np.int64)
    used = np.unique(place_of_group)
    cost = int(best.sum() + problem.open_cost[used].sum())
    return CoverSolution(tuple(used.tolist()), place_of_group.astype(np.int64), cost, proven)
