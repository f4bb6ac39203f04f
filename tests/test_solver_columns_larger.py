"""Bounds of schools too large to try everything: against good answers, and repeated."""

import numpy as np
import pytest
from made_problems import made_school

from routing.solver.columns.prove import Proof, prove_tours
from routing.solver.columns.simple import bound_fixed, bound_length_m, bound_simply
from routing.solver.columns.warming import try_pricing
from routing.solver.construct import construct_draft
from routing.solver.effort import start_effort
from routing.solver.every import choose_tours, find_every_tour
from routing.solver.outward import Draft, price_draft, turn_outward
from routing.solver.problem import RouteProblem
from routing.solver.search import search_routes


def prove(problem, rounds=2, seconds=60.0, draft=None):
    view = turn_outward(problem)
    draft = construct_draft(view) if draft is None else draft
    return view, prove_tours(view, draft, {}, start_effort(seconds, 1, rounds), seconds)


@pytest.mark.parametrize("to_school", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_stops_equal_the_best_of_all_choices(seed, to_school):
    """Another method that tries every choice of tours has the same cost."""
    view, proof = prove(made_school(10, seed, to_school=to_school))
    every = find_every_tour(view, 10**6)
    best = choose_tours(view, every)
    assert proof.proven
    assert price_draft(view, proof.draft)[1] == price_draft(view, best)[1] == proof.bound_yuan


@pytest.mark.parametrize("n_available", [(2, 1, None), (1, 1, 1), (3, 0, 2)])
def test_buses_that_run_out_are_counted(n_available):
    """Seven stops, few buses: the same as when every choice is tried."""
    for seed in (4, 5):
        view, proof = prove(made_school(7, seed, n_available=n_available))
        best = choose_tours(view, find_every_tour(view, 10**6))
        assert proof.proven
        assert price_draft(view, proof.draft)[:2] == price_draft(view, best)[:2]


@pytest.mark.parametrize("n_stops", [20, 30])
def test_the_bound_is_not_above_a_good_answer(n_stops):
    """The simple answer is far from good: the bound is under what a search finds."""
    view, proof = prove(made_school(n_stops, 1), rounds=1)
    found = search_routes(view, start_effort(60, 1, 1), 0)
    best = min(price_draft(view, found.draft)[1], price_draft(view, proof.draft)[1])
    assert proof.bound_yuan <= best
    assert proof.n_routes_bound <= len(found.draft.tours)
    assert proof.bound_yuan >= 0.95 * best


def test_rounds_repeat_exactly():
    """Two runs with the same rounds give the same answer, bounds and all."""
    problem = made_school(24, 7)
    assert prove(problem, rounds=1)[1] == prove(problem, rounds=1)[1]


def test_a_large_school_has_a_bound_when_time_is_short():
    """150 stops, a clock of a tenth of a second: seats and steps alone say something."""
    problem = made_school(150, 3)
    view, proof = prove(problem, rounds=None, seconds=0.1)
    assert 0.3 * price_draft(view, proof.draft)[1] < proof.bound_yuan
    assert proof.bound_yuan <= price_draft(view, proof.draft)[1]
    assert not proof.proven


def school(duration_s, load, **changes):
    """Return a school whose metres are ten times its seconds."""
    n = len(load)
    parts = {
        "duration_s": np.array(duration_s, dtype=np.int64),
        "distance_m": np.array(duration_s, dtype=np.int64) * 10,
        "load": np.array(load, dtype=np.int64), "dwell_s": np.zeros(n, dtype=np.int64),
        "max_ride_s": np.full(n, 1_000, dtype=np.int64), "seats": (10,), "fixed_yuan": (5_000,),
        "yuan_per_km": (1_000,), "n_available": (None,), "to_school": True,
    }  # fmt: skip
    return RouteProblem(**(parts | changes))


def test_no_stop_costs_nothing():
    _, proof = prove(school([[0]], [0]))
    assert proof == Proof(Draft((), ()), 0, 0, proven=True)


def test_one_stop_is_its_own_tour():
    """100 s are 1 km: 5,000 and 1,000 yuan."""
    _, proof = prove(school([[0, 100], [100, 0]], [0, 4]))
    assert (proof.bound_yuan, proof.n_routes_bound, proof.proven) == (6_000, 1, True)


def test_no_bus_leaves_all_behind():
    view, proof = prove(school([[0, 100], [100, 0]], [0, 4], n_available=(0,)))
    assert view.stops == ()
    assert proof.proven


def test_one_bus_too_few_leaves_the_fewest_behind():
    """Two stops of 6 and 9 students, one bus of ten seats: the 6 stay."""
    ways = [[0, 100, 100], [100, 0, 10], [100, 10, 0]]
    _, proof = prove(school(ways, [0, 6, 9], n_available=(1,)))
    assert proof.draft.unserved == (1,)
    assert (proof.bound_yuan, proof.n_routes_bound, proof.proven) == (6_000, 1, True)


@pytest.mark.parametrize("per_km", [0, 1_000])
def test_zero_distances_and_equal_places(per_km):
    """Twelve stops of 5 at the school's own place: six buses of ten seats, no driving."""
    _, proof = prove(school(np.zeros((13, 13)), [0] + [5] * 12, yuan_per_km=(per_km,)))
    assert (proof.bound_yuan, proof.n_routes_bound, proof.proven) == (30_000, 6, True)


def test_loads_at_the_limit_never_share():
    """Each of eight stops fills a bus; the ways between them do not matter."""
    ways = np.full((9, 9), 50)
    np.fill_diagonal(ways, 0)
    _, proof = prove(school(ways, [0] + [10] * 8))
    assert (proof.bound_yuan, proof.n_routes_bound, proof.proven) == (44_000, 8, True)


def test_buses_that_cost_nothing():
    """Neither fixed nor running cost: every answer is the best."""
    _, proof = prove(school(np.full((6, 6), 7), [0] + [3] * 5, fixed_yuan=(0,), yuan_per_km=(0,)))
    assert (proof.bound_yuan, proof.proven) == (0, True)


def test_the_dearest_prices_allowed_do_not_overflow():
    """Prices so large that tours are not generated still have a simple bound."""
    problem = school([[0, 9, 9], [9, 0, 9], [9, 9, 0]], [0, 4, 4], fixed_yuan=(10**11,))
    view, proof = prove(problem)
    assert proof.bound_yuan <= price_draft(view, proof.draft)[1]
    assert proof.bound_yuan >= 10**11


def test_a_very_large_bus_has_a_simple_bound():
    """A bus for a thousand: seats are not counted one by one, the bound is simple."""
    problem = school(
        np.full((12, 12), 30) - 30 * np.eye(12, dtype=int), [0] + [90] * 11, seats=(1_000,)
    )
    view, proof = prove(problem)
    assert not proof.proven
    assert 5_000 <= proof.bound_yuan <= price_draft(view, proof.draft)[1]


def test_seats_are_bought_as_cheaply_as_can_be():
    """55 students: 36 + 19 seats for 3 + 2 yuan; 56 at once would be 6."""
    problem = school(
        np.zeros((6, 6)), [0] + [11] * 5, seats=(19, 36, 56), fixed_yuan=(2, 3, 6),
        yuan_per_km=(0, 0, 0), n_available=(None,) * 3,
    )  # fmt: skip
    view = turn_outward(problem)
    assert bound_fixed(view, 55) == 5
    assert bound_fixed(view, 0) == 0
    assert bound_fixed(view, 57) == 6


def test_every_stop_is_reached_over_its_shortest_step():
    """Stops 100 s and 110 s away and 20 s apart: 200 + 200 m at the least."""
    ways = [[0, 100, 110], [100, 0, 20], [110, 20, 0]]
    view = turn_outward(school(ways, [0, 6, 6]))
    assert bound_length_m(view) == 400
    assert bound_simply(view, Draft((), ())) == 2 * 5_000 + 400


def test_compiling_ahead_changes_nothing():
    """Two runs, one before and one after: the same answer."""
    before = prove(made_school(8, 1))[1]
    try_pricing()
    assert prove(made_school(8, 1))[1] == before
