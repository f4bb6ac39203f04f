"""The state of a walk, told as an answer; an answer, told as a state to begin from."""

from dataclasses import replace

import numpy as np

from routing.solver.boarding.bound import bound_places, bound_routes, is_least
from routing.solver.boarding.ground import Ground
from routing.solver.boarding.nearest import send_to_nearest
from routing.solver.boarding.problem import BoardingProblem, BoardingRoute, BoardingSolution
from routing.solver.boarding.state import State, add_visit, make_state
from routing.solver.boarding.value import choose_buses, value_of


def tell_answer(problem: BoardingProblem, ground: Ground, state: State) -> BoardingSolution:
    """Return a state as an answer, with what bounds it."""
    types = choose_buses(ground, state)
    routes = tuple(
        BoardingRoute(
            tuple(
                (int(state.order[route, at]), int(state.aboard[route, at]))
                for at in range(int(state.length[route]))
            ),
            int(ground.type_number[types[route]]),
        )
        for route in range(int(state.n_routes[0]))
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
        cost=int(value_of(ground, state, 0)),
        n_routes_bound=bound_routes(problem) if whole else 0,
        n_places_bound=bound_places(problem) if whole else 0,
        proven=False,
    )
    return replace(answer, proven=is_least(problem, answer))


def begin_state(ground: Ground, start: BoardingSolution | None) -> State:
    """Return the state a walk begins from: an answer, or nothing open at all."""
    state = make_state(ground)
    if start is None:
        return state
    for number, route in enumerate(start.routes):
        for at, (place, n) in enumerate(route.visits):
            add_visit(ground, state, number, at, place, n)
    state.place_of[:] = start.place_of_group
    served = state.place_of >= 0
    np.add.at(state.due, state.place_of[served], ground.n_students[served])
    state.is_open[state.due > 0] = 1
    if ground.to_nearest:
        send_to_nearest(ground, state)
    return state
