"""The simplest answer to begin from: every place chosen has buses of its own."""

from dataclasses import replace

import numpy as np

from routing.solver.boarding.judge import cost_of_boarding
from routing.solver.boarding.problem import BoardingProblem, BoardingRoute, BoardingSolution, Ints


def drive_directly(problem: BoardingProblem, chosen: Ints) -> BoardingSolution | None:
    """Return the answer in which a bus, or several, drive from each place to the school.

    Parameters
    ----------
    problem
        Without limited types of bus, fixed places, or routes that begin at the school.
    chosen
        Places to use (int64).

    Returns
    -------
    answer
        Every group at the nearest of the places, or at none where it has none at all in
        reach; None where another has none of these, or no bus can come to one in time.
    """
    used = np.isin(problem.place, chosen)
    order = np.lexsort((problem.place, problem.walk_m, problem.group))
    order = order[used[order]]
    groups, first = np.unique(problem.group[order], return_index=True)
    if len(groups) < len(np.unique(problem.group)):
        return None
    place_of = np.full(len(problem.n_students), -1, np.int64)
    place_of[groups] = problem.place[order[first]]
    routes: list[BoardingRoute] = []
    for place in np.unique(place_of[groups]).tolist():
        spare_s = problem.max_route_s - int(problem.duration_s[place, 0]) - problem.stop_s
        most = min(max(problem.seats), spare_s // problem.board_s if problem.board_s else 10**6)
        left = int(problem.n_students[place_of == place].sum())
        if spare_s < 0 or most < 1 or (left > most and not problem.may_split):
            return None
        while left > 0:
            n = min(left, most)
            routes.append(BoardingRoute(((place, n),), _cheapest(problem, n)))
            left -= n
    n_left = int(problem.n_students[place_of < 0].sum())
    answer = BoardingSolution(tuple(routes), place_of, n_left, (), 0, 0, 0, proven=False)
    return replace(answer, cost=cost_of_boarding(problem, answer))


def _cheapest(problem: BoardingProblem, n: int) -> int:
    """Return the cheapest type of bus with seats for so many."""
    known = zip(problem.fixed_cost, problem.seats, strict=True)
    return min((cost, kind) for kind, (cost, seats) in enumerate(known) if seats >= n)[1]
