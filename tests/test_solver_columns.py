"""Bounds hold, proofs are right: against answers found by trying everything."""

from dataclasses import replace

import pytest
from made_problems import best_routes, wild_school
from test_solver_routes_needs import best_with_needs, with_needs

from routing.solver.columns.prove import prove_tours
from routing.solver.construct import construct_draft
from routing.solver.effort import start_effort
from routing.solver.outward import find_types_at_hand, price_draft, turn_outward


def prove(problem, rounds=20, draft=None, seconds=60):
    view = turn_outward(problem)
    draft = construct_draft(view) if draft is None else draft
    return view, prove_tours(view, draft, {}, start_effort(seconds, 1, rounds), seconds)


def refuse_wrong_draft(view, draft):
    """Every stop once or left behind, rides and rooms kept, no type used up."""
    stops = sorted([*draft.unserved, *(stop for tour in draft.tours for stop in tour.stops)])
    assert stops == list(view.stops)
    for tour in draft.tours:
        ride_s, here = 0, 0
        for stop in tour.stops:
            ride_s += view.step_s[here][stop]
            assert ride_s <= view.max_ride_s[stop]
            here = stop
        assert tour.bus_type in find_types_at_hand(view, tour.stops)
    for k, n in enumerate(view.n_available):
        assert n is None or sum(tour.bus_type == k for tour in draft.tours) <= n


def refuse_wrong_proof(view, proof, best):
    """The bound is at most the best answer; where proven the draft is the best answer."""
    lost = sum(view.load) + sum(view.n_chairs)
    lost -= sum(view.load[stop] + view.n_chairs[stop] for stop in view.stops)
    refuse_wrong_draft(view, proof.draft)
    unserved, yuan, _ = price_draft(view, proof.draft)
    assert (unserved + lost, yuan) >= best
    assert proof.bound_yuan <= best[1]
    assert proof.bound_yuan <= yuan
    if proof.proven:
        assert (unserved + lost, yuan) == best


@pytest.mark.parametrize("block", range(6))
def test_wild_schools_are_proven_and_right(block):
    """Any whole numbers, buses that may run out: 120 schools of 1 to 5 stops."""
    for seed in range(20 * block, 20 * block + 20):
        problem = wild_school(seed)
        view, proof = prove(problem)
        refuse_wrong_proof(view, proof, best_routes(problem))
        assert proof.proven, seed


@pytest.mark.parametrize("block", range(6))
def test_schools_with_needs_are_proven_and_right(block):
    """Wheelchair places, types that may not stop, stops kept apart: 120 schools."""
    for seed in range(20 * block, 20 * block + 20):
        problem = with_needs(wild_school(seed), seed)
        view, proof = prove(problem)
        refuse_wrong_proof(view, proof, best_with_needs(problem))
        assert proof.proven, seed


def test_the_bound_on_routes_holds():
    """Fewest routes of all partitions of five stops into sets that one bus can serve."""
    n_tight = 0
    for seed in range(40):
        problem = replace(
            wild_school(seed, 5), n_available=(None,) * len(wild_school(seed, 5).seats)
        )
        view, proof = prove(problem)
        if proof.draft.unserved or len(view.stops) == 0:
            continue
        cheap = replace(
            problem, fixed_yuan=(1,) * len(problem.seats), yuan_per_km=(0,) * len(problem.seats)
        )
        fewest = best_routes(cheap)[1]
        assert proof.n_routes_bound <= fewest, seed
        n_tight += proof.n_routes_bound == fewest
    assert n_tight >= 30


def test_one_round_gives_a_bound_that_holds():
    """Cut short anywhere, what is said is true."""
    for seed in range(60):
        problem = wild_school(seed, 5)
        view = turn_outward(problem)
        draft = construct_draft(view)
        for seconds in (0.0, 1e-9, 0.002):
            proof = prove_tours(view, draft, {}, start_effort(seconds, 1, None), seconds)
            refuse_wrong_proof(view, proof, best_routes(problem))
