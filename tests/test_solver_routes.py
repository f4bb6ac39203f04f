"""Routes: against every possibility for tiny schools, by their rules for larger ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_problems import best_routes, made_school, wild_school

from routing.solver import Route, RouteProblem, Search, confirm_routes, solve_many, solve_routes
from routing.solver.bound import bound_by_seats, max_clique
from routing.solver.construct import construct_draft
from routing.solver.effort import start_effort
from routing.solver.every import choose_tours, find_every_tour
from routing.solver.outward import price_draft, turn_outward
from routing.solver.recombine import recombine_tours
from routing.solver.search import search_routes, solve_school, solve_tiny


def worth(problem, solution):
    """Students unserved and yuan, of a solution."""
    return sum(int(problem.load[s]) for s in solution.unserved), solution.cost_yuan


def line(to_school, *, limit_s=1_000, seats=10):
    """Two stops on a road: 300 s apart, the nearer 200 s from school; dwell 50 s each."""
    duration_s = np.array([[0, 200, 500], [200, 0, 300], [500, 300, 0]])
    return RouteProblem(
        duration_s, duration_s * 10, np.array([0, 3, 4]), np.array([999, 50, 50]),
        np.array([0, 500, limit_s]), (seats,), (100_000,), (1_000,), (None,), to_school,
    )  # fmt: skip


def test_to_school_dwell_at_a_stop_is_in_its_own_ride():
    """2 then 1 then school: 50 + 300 + 50 + 200 = 600 s; at 599 s two buses are needed."""
    assert len(solve_routes(line(True, limit_s=600), seconds=1, seed=1).routes) == 1
    assert len(solve_routes(line(True, limit_s=599), seconds=1, seed=1).routes) == 2


def test_to_home_dwell_at_a_stop_is_in_later_rides_only():
    """School, 1, then 2: 200 + 50 + 300 = 550 s; the dwell at the school counts in none."""
    assert len(solve_routes(line(False, limit_s=550), seconds=1, seed=1).routes) == 1
    assert len(solve_routes(line(False, limit_s=549), seconds=1, seed=1).routes) == 2


def test_routes_are_in_the_order_driven_and_priced_without_the_empty_leg():
    """5 km with children aboard, 1 yuan a metre and year: 100,000 + 5,000."""
    morning = solve_routes(line(True), seconds=1, seed=1)
    evening = solve_routes(line(False), seconds=1, seed=1)
    assert morning.routes == (Route((2, 1), 0),)
    assert evening.routes == (Route((1, 2), 0),)
    assert morning.cost_yuan == evening.cost_yuan == 105_000


@pytest.mark.parametrize("seed", range(120))
def test_a_tiny_school_gets_the_best_answer_there_is(seed):
    """Any numbers, both directions, types that run out: all partitions and orders tried."""
    problem = wild_school(seed)
    solution = confirm_routes(problem, solve_tiny(problem))
    assert worth(problem, solution) == best_routes(problem)
    assert solution.proven


@pytest.mark.parametrize("n_available", [(None, None), (2, 1), (1, None), (0, 1)])
@pytest.mark.parametrize("to_school", [True, False])
def test_the_search_for_large_schools_finds_the_best_answer_of_a_tiny_one(n_available, to_school):
    """Five stops, no list of all tours, against every possibility."""
    problem = made_school(5, 3, to_school=to_school, seats=(12, 25), n_available=n_available)
    view = turn_outward(problem)
    found = search_routes(view, start_effort(60, 1, 2), most_labels=0)
    assert price_draft(view, found.draft)[:2] == best_routes(problem)
    assert not found.proven


@pytest.mark.parametrize("seed", range(10))
def test_set_partitioning_proves_what_trying_out_proves(seed):
    """Both from the same full list of tours; any numbers, types that run out."""
    view = turn_outward(wild_school(seed, 6))
    every = find_every_tour(view, 10**6)
    tried = choose_tours(view, every)
    effort = start_effort(60, 1, 1)
    found = recombine_tours(view, every, construct_draft(view), effort, 60, complete=True)
    assert price_draft(view, found.draft)[:2] == price_draft(view, tried)[:2]
    assert found.proven


@settings(max_examples=15, deadline=None)
@given(
    n_stops=st.integers(1, 14),
    seed=st.integers(0, 10_000),
    to_school=st.booleans(),
    n_available=st.sampled_from([(None, None, None), (2, 1, 0), (0, 3, None), (1, 1, 1)]),
)
def test_every_stop_is_served_once_or_unserved(n_stops, seed, to_school, n_available):
    """Whatever the shape: the judge, who shares no code with the search, agrees."""
    problem = made_school(n_stops, seed, to_school=to_school, n_available=n_available)
    solution = confirm_routes(problem, solve_school(problem, start_effort(60, seed, 1)))
    assert len(solution.routes) >= solution.n_routes_bound or solution.unserved
    if n_available == (None, None, None):
        assert not solution.unserved


def test_the_same_seed_gives_the_same_routes():
    """Rounds, not the clock, decide: also beside another search, in another order."""
    problems = [made_school(24, 5), made_school(21, 8, to_school=False)]
    alone = [solve_routes(p, seconds=120, seed=7, max_rounds=1, workers=1) for p in problems]
    beside = solve_many(problems[::-1], Search(120, 7, 1))
    assert alone == beside[::-1]


def test_many_schools_come_back_in_the_order_asked_and_progress_is_told():
    problems = [made_school(n, n) for n in (9, 0, 3, 14, 1)]
    told = []
    search = Search(4, 1, progress=lambda done, total: told.append((done, total)))
    solutions = solve_many(problems, search)
    for problem, solution in zip(problems, solutions, strict=True):
        confirm_routes(problem, solution)
        assert sum(len(route.stops) for route in solution.routes) == len(problem.load) - 1
    assert told[-1] == (5, 5)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_no_stop_gives_an_empty_answer():
    solution = solve_routes(made_school(0, 1), seconds=1, seed=1)
    assert solution.routes == solution.unserved == ()
    assert solution.cost_yuan == 0


def test_without_any_bus_every_stop_is_unserved():
    problem = made_school(12, 1, n_available=(0, 0, 0))
    solution = solve_routes(problem, seconds=1, seed=1)
    assert solution.routes == ()
    assert solution.unserved == tuple(range(1, 13))


def test_one_bus_serves_the_most_students_it_can():
    """Loads 6, 5, 5 and one bus of 10 seats: 5 + 5 beat 6."""
    zero = np.zeros((4, 4), dtype=np.int64)
    load = np.array([0, 6, 5, 5])
    limits = np.full(4, 100)
    problem = RouteProblem(zero, zero, load, zero[0], limits, (10,), (1,), (1,), (1,), True)
    solution = solve_routes(problem, seconds=1, seed=1)
    assert solution.unserved == (1,)


def test_all_stops_at_one_place_and_no_distance_fill_buses_by_seats():
    """Twelve stops of 5 students at the school's gate, buses of 20: three of them."""
    zero = np.zeros((13, 13), dtype=np.int64)
    load = np.array([0, *[5] * 12])
    problem = RouteProblem(
        zero, zero, load, zero[0], np.full(13, 60), (20,), (1_000,), (500,), (None,), False
    )
    solution = confirm_routes(problem, solve_school(problem, start_effort(60, 1, 1)))
    assert len(solution.routes) == solution.n_routes_bound == 3
    assert solution.cost_yuan == 3_000


def test_a_load_of_all_seats_rides_alone():
    problem = line(True, seats=4)
    assert len(solve_routes(problem, seconds=1, seed=1).routes) == 2


def test_a_stop_beyond_its_ride_limit_is_unserved_not_a_crash():
    """The direct ride of stop 2 takes 50 + 500 s."""
    solution = solve_routes(line(True, limit_s=549), seconds=1, seed=1)
    assert solution.unserved == (2,)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=7))
def test_the_bound_by_seats_is_never_above_the_fewest_buses(loads):
    """First fit decreasing needs no fewer buses than the bound says."""
    rooms: list[int] = []
    for load in sorted(loads, reverse=True):
        place = next((k for k, room in enumerate(rooms) if room >= load), len(rooms))
        rooms[place : place + 1] = [(rooms[place] if place < len(rooms) else 10) - load]
    assert -(-sum(loads) // 10) <= bound_by_seats(loads, 10) <= len(rooms)


def test_the_bound_by_seats_sees_halves_that_do_not_share():
    """6 + 6 + 6 are 18 of 20 seats, but no two fit one bus of 10."""
    assert bound_by_seats([6, 6, 6], 10) == 3


def test_the_largest_set_apart_is_found_where_it_is_plain():
    apart = np.zeros((5, 5), dtype=np.bool_)
    apart[:3, :3] = True
    np.fill_diagonal(apart, val=False)
    assert max_clique(apart) == 3
