"""Whole rows of students to schools: against every possible answer, and on counties of size."""

import itertools

import numpy as np
import pytest

from routing.solver import AssignProblem, Limit, solve_assigning
from routing.solver.assigning import tie_weights
from routing.solver.assigning_problem import NO_LIMIT, NO_ROOM, NO_SCHOOL, PLACED, room_left

NO_PAIRS = np.zeros((0, 2), np.int64)


def ints(values) -> np.ndarray:
    """Whole numbers."""
    return np.array(values, np.int64)


def plain_limit(n_students, n_schools, room) -> Limit:
    """Places: every row takes its students, every school has its own room."""
    use = np.repeat(ints(n_students)[:, None], n_schools, axis=1)
    return Limit(use, np.arange(n_schools), ints(room))


def made_problem(rng, n_rows, n_schools, *, tight) -> AssignProblem:
    """A problem of chance: pooled places, meals that only some rows take, pairs, forbidden ways."""
    n_students = rng.integers(1, 4, n_rows)
    cost = rng.integers(0, 12, (n_rows, n_schools)) * n_students[:, None]
    cost[rng.random(cost.shape) < 0.2] = -1
    pool = rng.integers(0, n_schools, n_schools)
    total = int(n_students.sum())
    room = rng.integers(0, max(2, int(total * tight)), n_schools)
    room[rng.random(n_schools) < 0.3] = NO_LIMIT
    use = np.repeat(n_students[:, None], n_schools, axis=1)
    meals = use * (rng.random(use.shape) < 0.5)
    limits = (
        Limit(use, pool.astype(np.int64), room),
        Limit(meals, np.arange(n_schools), rng.integers(0, total + 1, n_schools)),
    )
    every = list(itertools.combinations(range(n_rows), 2))
    rng.shuffle(every)
    pairs = ints(every[: rng.integers(0, 4)]).reshape(-1, 2)
    return AssignProblem(cost, n_students, limits, pairs, int(rng.integers(0, 8)))


def by_trying_all(problem):
    """The best of all answers: fewest students left, least cost, least weighed columns."""
    weights = tie_weights(len(problem.cost))
    options = [[-1, *np.flatnonzero(row >= 0)] for row in problem.cost]
    best = None
    for chosen in itertools.product(*options):
        left, cost, columns = 0, 0, 0
        for row, column in enumerate(chosen):
            if column < 0:
                left += int(problem.n_students[row])
            else:
                cost += int(problem.cost[row, column])
                columns += int(weights[row] * column)
        for one, other in problem.pairs:
            cost -= problem.bonus * (chosen[one] == chosen[other] >= 0)
        fits = True
        for limit in problem.limits:
            used = [0] * len(limit.room)
            for row, column in enumerate(chosen):
                if column >= 0:
                    used[limit.pool[column]] += int(limit.use[row, column])
            fits &= all(
                room == NO_LIMIT or n <= room for n, room in zip(used, limit.room, strict=True)
            )
        if fits and (best is None or (left, cost, columns) < best):
            best = (left, cost, columns)
    return best


@pytest.mark.parametrize("tight", [0.4, 0.8, 2.0])
def test_small_problems_are_answered_as_well_as_by_trying_everything(tight):
    """240 problems of chance: rows kept out, cost and ties are those of the best of all."""
    rng = np.random.default_rng(round(tight * 10))
    n_left_out = 0
    for _ in range(80):
        problem = made_problem(rng, int(rng.integers(1, 6)), int(rng.integers(1, 4)), tight=tight)
        found = solve_assigning(problem)
        placed = found.school >= 0
        columns = int((tie_weights(len(placed)) * found.school)[placed].sum())
        assert (found.n_left, found.cost, columns) == by_trying_all(problem)
        assert found.is_best
        assert all((left >= 0).all() for left in room_left(problem, found.school))
        assert ((found.why == PLACED) == placed).all()
        n_left_out += int((~placed).sum())
    assert n_left_out > 0 or tight > 1


def test_without_limits_each_row_takes_its_cheapest_school_and_the_first_of_two():
    """9,000 rows: no search, the answer is the smallest number of each row."""
    rng = np.random.default_rng(1)
    cost = rng.integers(0, 3_000, (9_000, 60))
    problem = AssignProblem(
        cost, np.ones(9_000, np.int64), (plain_limit([1] * 9_000, 60, [200] * 60),), NO_PAIRS, 0
    )
    found = solve_assigning(problem)
    assert found.school.tolist() == cost.argmin(axis=1).tolist()
    assert found.is_best
    assert found.cost == cost.min(axis=1).sum()


def test_a_row_is_never_split_over_two_schools():
    """Two rows of 3 and room for 4 and 4: a flow would fit the third row of 2 in halves."""
    n = [3, 3, 2]
    cost = ints([[1, 9], [1, 9], [1, 9]]) * ints(n)[:, None]
    problem = AssignProblem(cost, ints(n), (plain_limit(n, 2, [4, 4]),), NO_PAIRS, 0)
    found = solve_assigning(problem)
    assert found.n_left == 2
    assert found.why.tolist() == [PLACED, PLACED, NO_ROOM]


def test_siblings_stay_together_where_it_costs_less_than_the_wish():
    """The second sibling is 5 s better off alone: a wish of 6 holds them, one of 4 does not."""
    cost = ints([[10, 20], [15, 10]])
    for bonus, expected in ((6, [0, 0]), (4, [0, 1])):
        problem = AssignProblem(cost, ints([1, 1]), (), ints([[0, 1]]), bonus)
        assert solve_assigning(problem).school.tolist() == expected


def test_three_siblings_in_a_ring_are_answered_too():
    cost = ints([[0, 3], [0, 3], [4, 0]])
    problem = AssignProblem(cost, ints([1, 1, 1]), (), ints([[0, 1], [1, 2], [0, 2]]), 3)
    assert (0, solve_assigning(problem).cost) == by_trying_all(problem)[:2]


def test_a_row_that_no_school_takes_says_so_and_the_others_are_placed():
    cost = ints([[-1, -1], [2, -1]])
    problem = AssignProblem(cost, ints([4, 1]), (), ints([[0, 1]]), 9)
    found = solve_assigning(problem)
    assert found.school.tolist() == [-1, 0]
    assert found.why.tolist() == [NO_SCHOOL, PLACED]
    assert (found.n_left, found.cost) == (4, 2)


def test_the_limit_that_keeps_a_row_out_is_named():
    """Places for all, beds for none."""
    beds = Limit(ints([[2]]), ints([0]), ints([1]))
    problem = AssignProblem(ints([[5]]), ints([2]), (plain_limit([2], 1, [9]), beds), NO_PAIRS, 0)
    assert solve_assigning(problem).why.tolist() == [NO_ROOM + 1]


def test_the_same_problem_has_the_same_answer_and_the_bound_of_a_relaxation_holds():
    """300 rows, 20 schools with room for little more than all: full, no better than without limits."""
    rng = np.random.default_rng(5)
    n = rng.integers(1, 3, 300)
    at, of = rng.random((300, 2)), rng.random((20, 2))
    away = np.abs(at[:, None] - of[None]).sum(axis=2)
    cost = (away * 1_000).astype(np.int64) * n[:, None]
    room = [int(n.sum() // 20 + 2)] * 20
    pairs = ints([[k, k + 1] for k in range(0, 120, 3)])
    problem = AssignProblem(cost, n, (plain_limit(n, 20, room),), pairs, 60)
    first, again = solve_assigning(problem), solve_assigning(problem)
    assert first.school.tolist() == again.school.tolist()
    assert first.n_left == 0
    assert first.cost >= cost.min(axis=1).sum() - 60 * len(pairs)
    assert all((left >= 0).all() for left in room_left(problem, first.school))


@pytest.mark.parametrize("change", ["cost", "pairs", "room"])
def test_what_is_no_problem_is_refused(change):
    values = {"cost": ints([[1]]), "pairs": NO_PAIRS, "room": ints([1])}
    values[change] = {"cost": ints([[-2]]), "pairs": ints([[0, 1]]), "room": ints([-2])}[change]
    with pytest.raises(ValueError, match="assign problem"):
        AssignProblem(
            values["cost"], ints([1]),
            (Limit(ints([[1]]), ints([0]), values["room"]),), values["pairs"], 0,
        )  # fmt: skip
