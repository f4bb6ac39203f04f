"""The judge of the solver refuses every damaged answer, and names what is wrong."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from made_problems import made_school, made_trips, made_walks

from routing.errors import SolverError
from routing.solver import (
    Chain,
    Route,
    confirm_chains,
    confirm_cover,
    confirm_routes,
    solve_chains,
    solve_cover,
    solve_routes,
)


@pytest.fixture(scope="module")
def school():
    return made_school(6, 2)


@pytest.fixture(scope="module")
def routes(school):
    return solve_routes(school, seconds=5, seed=1)


@pytest.fixture(scope="module")
def half_day():
    return made_trips(6, 4)


@pytest.fixture(scope="module")
def chains(half_day):
    return solve_chains(half_day, seconds=5, seed=1)


@pytest.fixture(scope="module")
def walks():
    return made_walks(12, 8, 1)


@pytest.fixture(scope="module")
def cover(walks):
    return solve_cover(walks, seed=1)


def test_a_true_answer_passes(school, routes, half_day, chains, walks, cover):
    assert confirm_routes(school, routes) is routes
    assert confirm_chains(half_day, chains) is chains
    assert confirm_cover(walks, cover) is cover


def changed(routes, place, route):
    return replace(routes, routes=(*routes.routes[:place], route, *routes.routes[place + 1 :]))


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda a: replace(a, routes=a.routes[1:]), "every stop once"),
        (lambda a: replace(a, routes=(*a.routes, a.routes[0])), "every stop once"),
        (lambda a: replace(a, unserved=(1,)), "every stop once"),
        (lambda a: replace(a, routes=(*a.routes, Route((), 0))), "no empty route"),
        (lambda a: changed(a, 0, replace(a.routes[0], bus_type=3)), "known types"),
        (lambda a: replace(a, cost_yuan=0), "the cost"),
        (lambda a: replace(a, cost_yuan=a.cost_yuan - 1), "the cost"),
        (lambda a: replace(a, n_routes_bound=99), "the bound on routes"),
    ],
)
def test_damaged_routes_are_refused(school, routes, damage, what):
    with pytest.raises(SolverError, match=what):
        confirm_routes(school, damage(routes))


def test_too_many_aboard_is_refused(school, routes):
    small = replace(school, seats=(12, 12, 12), load=np.minimum(school.load, 12))
    everyone = replace(routes, routes=(Route((1, 2, 3, 4, 5, 6), 0),))
    with pytest.raises(SolverError, match="seats"):
        confirm_routes(small, everyone)


@pytest.mark.parametrize("to_school", [True, False])
def test_a_ride_one_second_too_long_is_refused(school, routes, to_school):
    problem = replace(school, to_school=to_school)
    solution = solve_routes(problem, seconds=5, seed=1)
    stop = solution.routes[0].stops[0 if to_school else -1]
    limits = problem.max_ride_s.copy()
    driven = (*solution.routes[0].stops, 0) if to_school else (0, *solution.routes[0].stops)
    limits[stop] = sum(
        int(problem.duration_s[a, b]) + (int(problem.dwell_s[a]) if a else 0)
        for a, b in pairwise(driven)
    )
    assert confirm_routes(replace(problem, max_ride_s=limits), solution) is solution
    limits[stop] -= 1
    with pytest.raises(SolverError, match="ride limit"):
        confirm_routes(replace(problem, max_ride_s=limits), solution)


def test_more_buses_than_there_are_is_refused(school, routes):
    with pytest.raises(SolverError, match="number of buses"):
        confirm_routes(replace(school, n_available=(0, 0, 0)), routes)


def late(chain):
    return replace(chain, start_s=tuple(start_s + 10_000 for start_s in chain.start_s))


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda a: replace(a, chains=a.chains[1:]), "every trip once"),
        (lambda a: replace(a, unserved=(0,)), "every trip once"),
        (lambda a: replace(a, chains=(late(a.chains[0]), *a.chains[1:])), "window"),
        (lambda a: replace(a, chains=tuple(replace(c, bus_type=0) for c in a.chains)), "type of"),
        (lambda a: replace(a, cost_yuan=a.cost_yuan + 1), "the cost"),
        (lambda a: replace(a, n_buses_bound=len(a.chains) + 1), "the bound on buses"),
        (
            lambda a: replace(a, chains=(replace(a.chains[0], start_s=()), *a.chains[1:])),
            "a start for each trip",
        ),
    ],
)
def test_damaged_chains_are_refused(half_day, chains, damage, what):
    with pytest.raises(SolverError, match=what):
        confirm_chains(half_day, damage(chains))


def test_a_bus_that_cannot_be_there_in_time_is_refused(half_day, chains):
    """All trips on one bus, each at the start of its window."""
    fits = np.ones_like(half_day.fits)
    order = tuple(int(trip) for trip in np.argsort(half_day.earliest_s))
    starts = tuple(int(half_day.earliest_s[trip]) for trip in order)
    one = replace(chains, chains=(Chain(2, order, starts),))
    with pytest.raises(SolverError, match="time between trips"):
        confirm_chains(replace(half_day, fits=fits), one)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda a: replace(a, cost=a.cost - 1), "the cost"),
        (lambda a: replace(a, chosen=a.chosen[1:]), "chosen place within reach"),
        (lambda a: replace(a, place_of_group=a.place_of_group[1:]), "a place for each group"),
    ],
)
def test_a_damaged_cover_is_refused(walks, cover, damage, what):
    with pytest.raises(SolverError, match=what):
        confirm_cover(walks, damage(cover))


def test_the_refusal_speaks_chinese_too(school, routes):
    with pytest.raises(SolverError) as caught:
        confirm_routes(school, replace(routes, cost_yuan=0))
    assert "成本" in caught.value.say("zh")
