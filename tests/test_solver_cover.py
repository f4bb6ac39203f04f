"""Places to board: against every possibility for few places, by the rules for many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_problems import best_cover, made_walks

from routing.solver import CoverProblem, confirm_cover, solve_cover


def pairs(rows, open_cost):
    """A problem from rows of (group, place, metres); one student in each group."""
    group, place, walk_m = (np.array(column) for column in zip(*rows, strict=True))
    n_groups = int(group.max()) + 1
    return CoverProblem(
        n_groups, len(open_cost), group, place, walk_m, np.ones(n_groups, dtype=np.int64),
        np.array(open_cost),
    )  # fmt: skip


def test_one_place_between_two_groups_beats_two_at_their_doors():
    """Two at the door: 2 x 500; one between: 500 + 2 x 200 = 900."""
    rows = [(0, 0, 0), (1, 1, 0), (0, 2, 200), (1, 2, 200)]
    solution = solve_cover(pairs(rows, [500, 500, 500]), seed=1)
    assert (solution.chosen, solution.cost) == ((2,), 900)
    assert solution.place_of_group.tolist() == [2, 2]
    assert solution.proven


def test_a_longer_walk_than_a_new_place_opens_it():
    """One between: 500 + 2 x 300 = 1,100 is more than 2 x 500."""
    rows = [(0, 0, 0), (1, 1, 0), (0, 2, 300), (1, 2, 300)]
    assert solve_cover(pairs(rows, [500, 500, 500]), seed=1).chosen == (0, 1)


def test_two_places_as_near_give_the_lower_number():
    """Groups 1 and 2 have one place each, so both are open; group 0 is 50 m from either."""
    rows = [(0, 1, 50), (0, 0, 50), (1, 0, 0), (2, 1, 0)]
    solution = solve_cover(pairs(rows, [1_000, 1_000]), seed=1)
    assert solution.chosen == (0, 1)
    assert solution.place_of_group.tolist() == [0, 0, 1]


@pytest.mark.parametrize("seed", range(40))
def test_few_places_get_the_best_choice_there_is(seed):
    problem = made_walks(1 + seed % 7, 1 + seed % 8, seed, reach_m=1_500)
    solution = solve_cover(problem, seed=1)
    assert solution.cost == best_cover(problem)
    assert solution.proven


@pytest.mark.parametrize("seed", range(40))
def test_opening_closing_and_swapping_alone_come_near_the_best(seed):
    """Local search of a part that is thought too large for a proof: within a tenth."""
    problem = made_walks(7, 8, seed, reach_m=1_500)
    solution = solve_cover(problem, seed=1, exact_pairs=0)
    assert solution.cost <= 1.1 * best_cover(problem)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 80), st.integers(1, 60), st.integers(0, 10_000))
def test_every_group_boards_at_its_nearest_open_place(n_groups, n_places, seed):
    problem = made_walks(n_groups, n_places, seed)
    solution = confirm_cover(problem, solve_cover(problem, seed=1))
    assert set(solution.place_of_group.tolist()) == set(solution.chosen)


def test_the_same_problem_gives_the_same_places():
    problem = made_walks(300, 300, 1, side_m=6_000)
    first, second = solve_cover(problem, seed=1), solve_cover(problem, seed=1)
    assert first.chosen == second.chosen
    assert first.place_of_group.tolist() == second.place_of_group.tolist()


def test_no_group_opens_no_place():
    empty = np.zeros(0, dtype=np.int64)
    problem = CoverProblem(0, 3, empty, empty, empty, empty, np.array([1, 2, 3]))
    solution = solve_cover(problem, seed=1)
    assert (solution.chosen, solution.cost) == ((), 0)


def test_a_group_without_any_place_is_refused():
    problem = pairs([(1, 0, 10)], [5])
    with pytest.raises(ValueError, match="at least one pair"):
        solve_cover(problem, seed=1)
