"""The state of a walk, told as an answer; an answer, told as a state to begin from."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from routing.solver.boarding.bound import bound_places, bound_routes, is_least
from routing.solver.boarding.ground import (
    COST,
    COST_OF,
    FIRST,
    LEFT,
    METRES,
    NUMBER,
    SEATS,
    WHERE,
    Ground,
)
from routing.solver.boarding.judge import cost_of_boarding
from routing.solver.boarding.problem import (
    BoardingProblem,
    BoardingRoute,
    BoardingSolution,
    Ints,
)
from routing.solver.boarding.state import DUE, LENGTH, LOAD, OPEN, ROUTE, VISITS, State, make_state


def tell_answer(problem: BoardingProblem, ground: Ground, state: State) -> BoardingSolution:
    """Return a state as an answer, with its cost and with what bounds it."""
    types = _choose_buses(ground, state.routes[: state.places[0, VISITS], LOAD].tolist())
    routes = tuple(
        BoardingRoute(
            tuple(
                (int(state.order[route, at]), int(state.aboard[route, at]))
                for at in range(int(state.routes[route, LENGTH]))
            ),
            int(ground.types[kind, NUMBER]),
        )
        for route, kind in enumerate(types)
        if kind >= 0
    )
    n_unserved = int(problem.n_students.sum()) - sum(n for r in routes for _, n in r.visits)
    visited = {place for route in routes for place, _ in route.visits}
    missed = tuple(sorted(set(problem.fixed) - visited))
    whole = not n_unserved and not missed
    answer = BoardingSolution(
        routes=routes,
        place_of_group=state.place_of.copy(),
        n_unserved=n_unserved,
        missed=missed,
        cost=0,
        n_routes_bound=bound_routes(problem) if whole else 0,
        n_places_bound=bound_places(problem) if whole else 0,
        proven=False,
    )
    answer = replace(answer, cost=cost_of_boarding(problem, answer))
    return replace(answer, proven=is_least(problem, answer))


def _choose_buses(ground: Ground, loads: list[int]) -> list[int]:
    """Return for each load a type of bus, as the kernels choose it; -1 where none is left."""
    left, seats = ground.types[:, LEFT].tolist(), ground.types[:, SEATS].tolist()
    types = [-1] * len(loads)
    for route in sorted(range(len(loads)), key=lambda one: -loads[one]):
        fit = [k for k in range(len(left)) if left[k] > 0 and seats[k] >= loads[route]]
        if fit:
            types[route] = fit[0]
            left[fit[0]] -= 1
    return types


def begin_state(
    problem: BoardingProblem, ground: Ground, start: BoardingSolution | None, n_routes: int,
    but: int = -1,
) -> State:  # fmt: skip
    """Return the state a walk begins from: an answer, perhaps but for one route, or nothing.

    Parameters
    ----------
    problem, ground
        The problem in both forms.
    start
        The answer; None for none.
    n_routes
        For how many routes there is to be room.
    but
        Number of the route left out.
    """
    state = make_state(ground, n_routes)
    if start is None:
        return state
    for number, route in enumerate(start.routes):
        if number != but:
            _add_route(problem, state, route)
    served = start.place_of_group >= 0
    if not ground.to_nearest:
        served &= state.places[np.maximum(start.place_of_group, 0), VISITS] > 0
    state.place_of[served] = start.place_of_group[served]
    np.add.at(state.places[:, DUE], state.place_of[served], problem.n_students[served])
    state.places[(state.places[:, DUE] > 0) | (state.places[:, VISITS] > 0), OPEN] = 1
    return state


def _add_route(problem: BoardingProblem, state: State, route: BoardingRoute) -> None:
    row = int(state.places[0, VISITS])
    places = [place for place, _ in route.visits]
    load = sum(n for _, n in route.visits)
    order = places if problem.direction == "to_school" else [0, *places]
    order = order if problem.direction == "to_home" else [*order, 0]
    drive_s = sum(int(problem.duration_s[a, b]) for a, b in pairwise(order))
    dwell_s = problem.stop_s * len(places) + problem.board_s * load
    state.order[row, : len(places)] = places
    state.aboard[row, : len(places)] = [n for _, n in route.visits]
    state.routes[row] = len(places), load, drive_s + dwell_s
    state.places[places, VISITS] += 1
    state.places[places, ROUTE] = row
    state.places[0, VISITS] = row + 1


def copy_answer(source: State, target: State) -> None:
    """Make one state what another is."""
    for mine, theirs in zip(target, source, strict=True):
        mine[...] = theirs


def price_of_visit(ground: Ground, state: State) -> float:
    """Return what coming to a place costs on average; 0 where no place is visited."""
    total, n_visits, end = 0, 0, len(state.places)
    for route in range(int(state.places[0, VISITS])):
        places = state.order[route, : state.routes[route, LENGTH]].tolist()
        for here, there in zip([0, *places], [*places, end], strict=True):
            total += int(ground.steps[COST_OF, here, there])
        total += int(ground.places[places, COST].sum())
        n_visits += len(places)
    return total / n_visits if n_visits else 0.0


def settle_groups(problem: BoardingProblem, ground: Ground, place_of: Ints) -> BoardingProblem:
    """Return the problem with every group at one place: its own, or else the nearest usable."""
    first = ground.groups[:, FIRST]
    group = np.repeat(np.arange(len(place_of)), np.diff(first))
    place, walk_m = ground.reach[:, WHERE], ground.reach[:, METRES]
    order = np.lexsort((place, walk_m, place_of[group] != place, group))
    _, nearest = np.unique(group[order], return_index=True)
    pairs = order[nearest]
    return replace(
        problem, rule="nearest", group=group[pairs], place=place[pairs], walk_m=walk_m[pairs]
    )


def rank(answer: BoardingSolution) -> tuple[int, int, int]:
    """Return what an answer is judged by: the students left, the places missed, the cost."""
    return answer.n_unserved, len(answer.missed), answer.cost
