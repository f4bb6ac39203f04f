"""Chains: against every possibility for few trips, by their rules for a half-day."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_problems import best_chains, best_weighted_chains, made_trips, wild_trips

from routing.solver import ChainProblem, confirm_chains, solve_chains
from routing.solver.chain_bound import bound_buses
from routing.solver.chain_build import build_chains
from routing.solver.chain_exact import chain_exactly
from routing.solver.chain_search import close_chains, search_chains
from routing.solver.effort import start_effort
from routing.solver.links import find_links, price_draft, weigh_unserved


def two_trips(latest_s):
    """Trips of 600 s, 300 s of empty driving between: the second may start at 1,000."""
    square = np.array([[0, 300], [300, 0]])
    return ChainProblem(
        np.array([600, 600]), np.array([0, 500]), np.array([0, latest_s]), square, square * 10,
        np.ones((2, 2), dtype=np.bool_), np.ones((2, 1), dtype=np.bool_),
        (100_000,), (1_000,), (None,), np.array([5_000, 6_000]),
    )  # fmt: skip


def test_one_bus_drives_two_trips_when_the_window_lets_it():
    """600 + 300 = 900 s after the first start; 5 + 3 + 6 km: 100,000 + 14,000 yuan."""
    solution = solve_chains(two_trips(900), seconds=1, seed=1)
    (chain,) = solution.chains
    assert (chain.trips, chain.start_s) == ((0, 1), (0, 900))
    assert solution.cost_yuan == 114_000
    assert solution.n_buses_bound == 1


def test_one_second_less_takes_two_buses():
    solution = solve_chains(two_trips(899), seconds=1, seed=1)
    assert len(solution.chains) == solution.n_buses_bound == 2
    assert solution.cost_yuan == 211_000


@pytest.mark.parametrize("seed", range(120))
def test_few_trips_get_the_best_answer_there_is(seed):
    """Any numbers, ways missing, types that run out: all partitions and orders tried."""
    problem = wild_trips(seed)
    solution = solve_chains(problem, seconds=5, seed=1)
    assert (len(solution.unserved), solution.cost_yuan) == best_chains(problem)
    assert solution.proven


@pytest.mark.parametrize("seed", range(25))
def test_cpsat_finds_what_trying_out_finds(seed):
    """Within the rounding of each bus to a whole yuan."""
    problem = wild_trips(seed, 5)
    links = find_links(problem)
    start = build_chains(links)
    found = chain_exactly(links, start, problem.n_available, start_effort(60, 1, 1), 60)
    unserved, yuan = best_chains(problem)
    draft = found.draft if found is not None else start
    lost = len(problem.duration_s) - len(links.servable)
    assert price_draft(links, draft)[0] + lost == unserved
    assert yuan <= price_draft(links, draft)[1] <= yuan + len(draft.lines)


def weighted(seed, n_trips=None):
    """Any whole numbers, and 1 to 40 students aboard each trip."""
    problem = wild_trips(seed, n_trips)
    rng = np.random.default_rng(seed)
    return replace(problem, weight=rng.integers(1, 41, len(problem.duration_s)))


@pytest.mark.parametrize("seed", range(60))
def test_where_buses_are_short_the_fewest_students_stay_behind(seed):
    problem = weighted(seed)
    solution = solve_chains(problem, seconds=5, seed=1)
    left = sum(int(problem.weight[trip]) for trip in solution.unserved)
    assert (left, solution.cost_yuan) == best_weighted_chains(problem)


@pytest.mark.parametrize("seed", range(20))
def test_cpsat_leaves_as_few_students_as_trying_out(seed):
    problem = weighted(seed, 5)
    links = find_links(problem)
    start = build_chains(links)
    found = chain_exactly(links, start, problem.n_available, start_effort(60, 1, 1), 60)
    draft = found.draft if found is not None else start
    never = sum(int(problem.weight[t]) for t in range(5) if t not in links.servable)
    assert weigh_unserved(links, draft) + never == best_weighted_chains(problem)[0]


def test_one_bus_takes_the_trip_with_more_students():
    """One second too little for one bus to drive both: the 20 students ride, not the 3."""
    problem = two_trips(899)
    one = replace(problem, n_available=(1,), weight=np.array([3, 20]))
    assert solve_chains(one, seconds=1, seed=1).unserved == (0,)


def test_with_one_bus_for_thirty_trips_no_more_students_stay_than_in_a_simple_chaining():
    many = made_trips(30, 1, n_available=(0, 0, 1))
    rng = np.random.default_rng(1)
    heavy = replace(many, weight=rng.integers(1, 50, 30))
    solution = search_chains(heavy, start_effort(60, 1, 1))
    behind = int(heavy.weight[list(solution.unserved)].sum())
    simple = build_chains(find_links(heavy))
    assert behind <= weigh_unserved(find_links(heavy), simple)


def test_the_bound_holds_where_light_trips_may_stay_behind():
    """Five trips at one moment, one student each but for one of 9: leaving 9 leaves four at most."""
    square = np.zeros((5, 5), dtype=np.int64)
    problem = ChainProblem(
        np.full(5, 600), np.zeros(5, np.int64), np.zeros(5, np.int64), square, square,
        np.ones((5, 5), dtype=np.bool_), np.ones((5, 1), dtype=np.bool_),
        (100_000,), (1_000,), (None,), np.full(5, 5_000), np.array([1, 1, 1, 1, 9]),
    )  # fmt: skip
    links = find_links(problem)
    assert [bound_buses(links, left) for left in (0, 1, 3, 4, 9, 13)] == [5, 4, 2, 1, 1, 0]


@pytest.mark.parametrize("weight", [np.array([1, 0]), np.array([1])])
def test_a_trip_without_students_is_refused(weight):
    with pytest.raises(ValueError, match="chain problem"):
        find_links(replace(two_trips(900), weight=weight))


@settings(max_examples=8, deadline=None)
@given(
    n_trips=st.integers(8, 20),
    seed=st.integers(0, 10_000),
    n_available=st.sampled_from([(None, None, None), (1, 2, 1), (0, None, 2)]),
)
def test_every_trip_is_driven_once_or_unserved(n_trips, seed, n_available):
    """The judge, who shares no code with the search, agrees; and the bound holds."""
    problem = made_trips(n_trips, seed, n_available=n_available)
    solution = confirm_chains(problem, search_chains(problem, start_effort(60, seed, 1)))
    assert solution.n_buses_bound <= len(solution.chains)
    if n_available == (None, None, None):
        assert not solution.unserved
        simple = build_chains(find_links(problem))
        assert solution.cost_yuan <= price_draft(find_links(problem), simple)[1]


def test_the_same_seed_gives_the_same_chains():
    """More trips than CP-SAT proves at once: a walk, parts, and all trips together."""
    problem = made_trips(70, 3)
    first, second = (solve_chains(problem, seconds=600, seed=5, max_rounds=1) for _ in range(2))
    assert first == second


def test_a_half_day_is_chained_within_the_time_given():
    """80 trips are searched by walk and parts; the answer is no worse than the simple one."""
    problem = made_trips(80, 1)
    solution = confirm_chains(problem, solve_chains(problem, seconds=3, seed=1))
    simple = close_chains(find_links(problem), build_chains(find_links(problem)), proven=False)
    assert solution.cost_yuan <= simple.cost_yuan
    assert solution.n_buses_bound >= bound_buses(find_links(problem), 0)


def test_no_trip_gives_an_empty_answer():
    solution = solve_chains(made_trips(0, 1), seconds=1, seed=1)
    assert solution.chains == solution.unserved == ()


def test_without_any_bus_every_trip_is_unserved():
    solution = solve_chains(made_trips(9, 1, n_available=(0, 0, 0)), seconds=1, seed=1)
    assert solution.unserved == tuple(range(9))


def test_shapes_that_do_not_fit_are_refused():
    problem = two_trips(900)
    with pytest.raises(ValueError, match="shapes"):
        find_links(ChainProblem(**{**vars(problem), "trip_m": np.array([1])}))
