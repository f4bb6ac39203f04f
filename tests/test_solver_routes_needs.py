"""Wheelchair places, allowed types, stops kept apart; warm starts, reports, bounds."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_problems import _best, follow, made_school, wild_school

from routing.errors import SolverError
from routing.solver.effort import start_effort
from routing.solver.every import choose_tours, find_every_tour
from routing.solver.judge import confirm_routes
from routing.solver.outward import price_draft, turn_outward
from routing.solver.problem import Route, RouteProblem, RouteSolution
from routing.solver.recombine import recombine_tours
from routing.solver.search import search_routes, solve_school, solve_tiny
from routing.solver.wire import pack, unpack


def with_needs(problem, seed):
    """The problem with a chair at some stops, types that may not stop, and pairs apart."""
    rng = np.random.default_rng([seed, 77])
    n, n_types = len(problem.load), len(problem.seats)
    n_chairs = np.where(rng.random(n) < 0.3, rng.integers(1, 3, n), 0)
    n_chairs[0] = 0
    load = np.where((n_chairs > 0) & (rng.random(n) < 0.5), 0, problem.load)
    pairs = [p for p in itertools.combinations(range(1, n), 2) if rng.random() < 0.2]
    return replace(
        problem,
        load=load,
        n_chairs=n_chairs.astype(np.int64),
        chair_places=tuple(rng.integers(0, 4, n_types).tolist()),
        fits=rng.random((n, n_types)) < 0.8,
        apart=np.array(pairs, dtype=np.int64).reshape(-1, 2),
    )


def may_drive(problem, order, k):
    """Whether a type of bus has the room and the right to serve stops, all of them together."""
    apart = {(int(a), int(b)) for a, b in problem.apart} | {
        (int(b), int(a)) for a, b in problem.apart
    }
    return (
        sum(int(problem.load[s]) for s in order) <= problem.seats[k]
        and sum(int(problem.n_chairs[s]) for s in order) <= problem.chair_places[k]
        and all(problem.fits[s, k] for s in order)
        and not any(pair in apart for pair in itertools.permutations(order, 2))
    )


def best_with_needs(problem):
    """Return (students unserved, yuan): every partition, order and type of bus tried."""
    types = [k for k, n in enumerate(problem.n_available) if n != 0]
    stops = [
        s
        for s in range(1, len(problem.load))
        if follow(problem, (s,))[0] and any(may_drive(problem, (s,), k) for k in types)
    ]
    students = (problem.load + problem.n_chairs).tolist()
    options, weights = {}, {s: students[s] for s in stops}
    for n in range(1, len(stops) + 1):
        for order in itertools.permutations(stops, n):
            keeps, metres = follow(problem, order)
            for k in range(len(problem.seats)):
                if keeps and may_drive(problem, order, k):
                    yuan = problem.fixed_yuan[k] + -(-metres * problem.yuan_per_km[k] // 1000)
                    key = (frozenset(order), k)
                    options[key] = min(yuan, options.get(key, yuan))
    unserved, yuan = _best(options, weights, problem.n_available)
    return unserved + sum(students) - sum(weights.values()), yuan


def worth(problem, solution):
    """Students unserved, those in wheelchairs too, and yuan."""
    chairs = np.zeros_like(problem.load) if problem.n_chairs is None else problem.n_chairs
    unserved = list(solution.unserved)
    return int((problem.load + chairs)[unserved].sum()), solution.cost_yuan


@pytest.mark.parametrize("seed", range(60))
def test_a_tiny_school_with_needs_gets_the_best_answer_there_is(seed):
    """Whatever the numbers: all partitions, orders and types tried."""
    problem = with_needs(wild_school(seed), seed)
    solution = confirm_routes(problem, solve_tiny(problem))
    assert worth(problem, solution) == best_with_needs(problem)
    assert solution.proven
    assert solution.bound_yuan == solution.cost_yuan


@pytest.mark.parametrize("seed", range(12))
def test_the_hunt_finds_the_best_answer_of_a_tiny_school_with_needs(seed):
    """The compiled walk, the routing library and CP-SAT, without a list of all tours."""
    problem = with_needs(made_school(5, seed, n_available=(None, 2, 1)), seed)
    view = turn_outward(problem)
    found = search_routes(view, start_effort(600, seed, 1), most_labels=0)
    unserved, yuan, _ = price_draft(view, found.draft)
    left_out = set(range(1, 6)) - set(view.stops)
    unserved += sum(int(problem.load[s] + problem.n_chairs[s]) for s in left_out)
    assert (unserved, yuan) == best_with_needs(problem)


@settings(max_examples=12, deadline=None)
@given(
    n_stops=st.integers(8, 40),
    seed=st.integers(0, 10_000),
    to_school=st.booleans(),
    n_available=st.sampled_from([(None, None, None), (2, 1, 0), (0, 3, None), (1, 1, 1)]),
)
def test_larger_schools_with_needs_keep_every_rule(n_stops, seed, to_school, n_available):
    """The judge, who shares no code with the search, agrees; the bound is below the cost."""
    made = made_school(n_stops, seed, to_school=to_school, n_available=n_available)
    problem = with_needs(made, seed)
    solution = confirm_routes(problem, solve_school(problem, start_effort(600, seed, 1)))
    assert 0 <= solution.bound_yuan <= solution.cost_yuan


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_below_the_best_answer_of_a_tiny_school(seed):
    """Before anything is proven, against all partitions, orders and types."""
    problem = made_school(5, seed)
    view = turn_outward(problem)
    found = recombine_tours(
        view, find_every_tour(view, 10**6), choose_tours(view, find_every_tour(view, 10**6)),
        start_effort(600, 1, 1), 60, complete=True,
    )  # fmt: skip
    best_yuan = solve_tiny(problem).cost_yuan
    assert 0 < found.bound_yuan <= best_yuan


def chairs_and_seats(chair_places):
    """Two stops at the gate: one student on foot, one in a wheelchair; any bus seats both."""
    zero = np.zeros((3, 3), dtype=np.int64)
    return RouteProblem(
        zero, zero, np.array([0, 1, 0]), zero[0], np.full(3, 60), (20,), (1_000,), (0,), (None,),
        to_school=True, n_chairs=np.array([0, 0, 1]), chair_places=chair_places,
    )  # fmt: skip


def test_a_wheelchair_takes_its_own_place_and_no_seat():
    assert len(solve_tiny(chairs_and_seats((1,))).routes) == 1
    assert solve_tiny(chairs_and_seats(None)).unserved == (2,)


def test_twelve_groups_that_must_not_meet_take_twelve_buses():
    """Each pair of twelve stops at the gate is apart, though one bus would seat all."""
    zero = np.zeros((13, 13), dtype=np.int64)
    apart = np.array(list(itertools.combinations(range(1, 13), 2)))
    problem = RouteProblem(
        zero, zero, np.array([0, *[1] * 12]), zero[0], np.full(13, 60), (20,), (1_000,), (0,),
        (None,), to_school=False, apart=apart,
    )  # fmt: skip
    solution = confirm_routes(problem, solve_school(problem, start_effort(600, 1, 1)))
    assert len(solution.routes) == solution.n_routes_bound == 12
    assert solution.bound_yuan == solution.cost_yuan == 12_000


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"n_chairs": np.array([0, 2, 1]), "chair_places": (2,)}, "wheelchair places"),
        ({"fits": np.array([[True], [True], [False]])}, "the types of a stop"),
        ({"apart": np.array([[2, 1]])}, "stops kept apart"),
    ],
)
def test_the_judge_refuses_an_answer_that_breaks_a_need(change, what):
    problem = chairs_and_seats((1,))
    together = RouteSolution((Route((1, 2), 0),), (), 1_000, 1, proven=False)
    assert confirm_routes(problem, together) is together
    with pytest.raises(SolverError, match=what):
        confirm_routes(replace(problem, **change), together)


@pytest.mark.parametrize("bound_yuan", [1_001, 999])
def test_the_judge_refuses_a_bound_above_the_cost_or_below_a_proven_one(bound_yuan):
    solution = RouteSolution((Route((1, 2), 0),), (), 1_000, 1, True, bound_yuan)
    with pytest.raises(SolverError, match="bound on the cost"):
        confirm_routes(chairs_and_seats((1,)), solution)


@pytest.mark.parametrize(
    "change",
    [
        {"n_chairs": np.array([0, 0, 0])},
        {"n_chairs": np.array([1, 0, 1])},
        {"fits": np.ones((3, 2), dtype=np.bool_)},
        {"fits": np.ones((3, 1), dtype=np.int64)},
        {"chair_places": (1, 1)},
        {"chair_places": (-1,)},
        {"apart": np.array([[1, 1]])},
        {"apart": np.array([[0, 1]])},
        {"apart": np.array([[1, 3]])},
        {"apart": np.array([1, 2])},
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(change):
    with pytest.raises(ValueError, match="route problem"):
        replace(chairs_and_seats((1,)), **change)


def test_needs_travel_between_processes():
    problem = with_needs(made_school(6, 1), 1)
    back = unpack(RouteProblem, pack(problem))
    assert (back.fits == problem.fits).all()
    assert (back.apart == problem.apart).all()
    assert back.chair_places == problem.chair_places
    assert unpack(RouteProblem, pack(made_school(6, 1))).fits is None


WRONG = (
    RouteSolution((), (), 0, 0, proven=False),
    RouteSolution((Route((99, 1, 1, 2, 3), 7), Route((2, 5, -1), -2)), (4,), 0, 0, proven=True),
    RouteSolution((Route(tuple(range(1, 31)), 0),), (), 5, 99, proven=True),
)


@pytest.mark.parametrize("start", WRONG)
@pytest.mark.parametrize("n_available", [(None, None, None), (1, 1, 1)])
def test_a_start_may_be_wrong_in_any_way(start, n_available):
    """Unknown stops and types, stops twice, far too many aboard, none at all."""
    problem = with_needs(made_school(30, 4, n_available=n_available), 3)
    confirm_routes(problem, solve_school(problem, start_effort(600, 1, 1), start=start))


def test_better_answers_are_reported_each_better_than_the_last():
    problem, told = made_school(40, 9), []
    final = solve_school(problem, start_effort(1.5, 1, None), report=told.append)
    assert told
    for one, other in itertools.pairwise(told):
        assert worth(problem, confirm_routes(problem, other)) <= worth(problem, one)
    assert worth(problem, final) <= worth(problem, told[-1])


def test_the_same_seed_walks_the_same_way_and_a_start_is_never_made_worse():
    problem = made_school(60, 3)
    once, again = (solve_school(problem, start_effort(600, 5, 1)) for _ in range(2))
    assert once == again
    further = solve_school(problem, start_effort(600, 6, 1), start=once)
    assert further.cost_yuan <= once.cost_yuan
