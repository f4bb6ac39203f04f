"""Bells: against every possibility for few trips, by their rules for larger half-days."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from made_problems import made_trips, wild_trips

from routing.errors import SolverError
from routing.solver import BellProblem, confirm_bells, solve_bells
from routing.solver.bells_problem import shift_halves
from routing.solver.bells_search import search_bells
from routing.solver.effort import start_effort
from routing.solver.problem import ChainProblem


def one_half(earliest_s, latest_s, *, n_available=(None,), weight=None):
    """Trips of 600 s and 5 km with 300 s and 3 km between; 50,000 yuan is half a bus."""
    n = len(earliest_s)
    apart = 1 - np.eye(n, dtype=np.int64)
    return ChainProblem(
        np.full(n, 600), np.array(earliest_s), np.array(latest_s), 300 * apart, 3_000 * apart,
        np.ones((n, n), dtype=np.bool_), np.ones((n, 1), dtype=np.bool_),
        (50_000,), (1_000,), n_available, np.full(n, 5_000), weight,
    )  # fmt: skip


def two_schools(shifts_s, *, price=0, n_available=(None,)):
    """One trip of each school in each half, all at the same moment."""
    half = one_half([30_000] * 2, [30_000] * 2, n_available=n_available)
    return BellProblem(
        half, replace(half, earliest_s=half.earliest_s + 30_000, latest_s=half.latest_s + 30_000),
        np.arange(2), np.arange(2), shifts_s, (price, price),
    )  # fmt: skip


def search(problem, seed=1, rounds=1, **more):
    return confirm_bells(problem, search_bells(problem, start_effort(120, seed, rounds), **more))


def test_a_bell_moved_by_the_time_between_saves_a_bus():
    """Trip and way take 900 s. 100,000 a bus; halves of 5 + 3 + 5 km: 26,000; two stay 220,000."""
    solution = search(two_schools(((0,), (0, 600, 900))))
    assert solution.shift_s == (0, 900)
    assert (solution.n_buses, solution.n_buses_bound) == (1, 1)
    assert solution.cost_yuan == 126_000
    assert solution.proven


def test_a_bell_moved_one_step_too_little_stays():
    solution = search(two_schools(((0,), (0, 600, 899))))
    assert solution.shift_s == (0, 0)
    assert (solution.n_buses, solution.cost_yuan) == (2, 220_000)


@pytest.mark.parametrize(("price", "moved_s"), [(93_999, 900), (94_001, 0)])
def test_a_bell_moves_only_where_it_saves_more_than_its_price(price, moved_s):
    """220,000 - 126,000: the move saves 94,000 yuan."""
    assert search(two_schools(((0,), (0, 900)), price=price)).shift_s == (0, moved_s)


def test_where_buses_are_short_a_move_serves_everybody():
    """One bus: unmoved, one trip of each half stays behind, whatever a move costs."""
    solution = search(two_schools(((0,), (0, 900)), price=10**6, n_available=(1,)))
    assert solution.shift_s == (0, 900)
    assert solution.morning.unserved == solution.afternoon.unserved == ()


def best_bells(problem):
    """Return (students unserved, yuan, schools moved) of the best answer: all tried."""
    best = None
    n_types = len(problem.morning.fixed_yuan)
    for shift_s in itertools.product(*problem.shifts_s):
        moves = sum(y for y, own in zip(problem.move_yuan, shift_s, strict=True) if own)
        halves = [list(_chainings(half)) for half in shift_halves(problem, shift_s)]
        for (am_left, am_yuan, am), (pm_left, pm_yuan, pm) in itertools.product(*halves):
            buses = sum(
                max(am[k], pm[k])
                * (problem.morning.fixed_yuan[k] + problem.afternoon.fixed_yuan[k])
                for k in range(n_types)
            )
            worth = (am_left + pm_left, moves + buses + am_yuan + pm_yuan, sum(map(bool, shift_s)))
            best = worth if best is None else min(best, worth)
    return best


def _chainings(half):
    """Yield (students behind, running yuan, buses per type) of every way to chain a half."""
    n_types = len(half.fixed_yuan)
    weight = np.ones(len(half.duration_s)) if half.weight is None else half.weight
    best = {}

    def put(trip, lines, behind):
        if trip == len(half.duration_s):
            for types in itertools.product(range(n_types), repeat=len(lines)):
                counts = tuple(types.count(k) for k in range(n_types))
                over = any(
                    n is not None and c > n for c, n in zip(counts, half.n_available, strict=True)
                )
                if over:
                    continue
                yuan = [_running(half, line, k) for line, k in zip(lines, types, strict=True)]
                if None not in yuan:
                    key = (behind, counts)
                    best[key] = min(sum(yuan), best.get(key, 10**12))
            return
        put(trip + 1, lines, behind + int(weight[trip]))
        put(trip + 1, [*lines, (trip,)], behind)
        for at, line in enumerate(lines):
            for cut in range(len(line) + 1):
                longer = (*line[:cut], trip, *line[cut:])
                put(trip + 1, [*lines[:at], longer, *lines[at + 1 :]], behind)

    put(0, [], 0)
    for (behind, counts), yuan in best.items():
        yield behind, yuan, counts


def _running(half, line, k):
    """Return what driving a line costs; None where it cannot be driven."""
    clock_s, metres, before = 0, 0, None
    for trip in line:
        if before is not None:
            if not half.linked[before, trip]:
                return None
            clock_s += int(half.duration_s[before] + half.between_s[before, trip])
            metres += int(half.between_m[before, trip])
        clock_s = max(clock_s, int(half.earliest_s[trip]))
        if clock_s > half.latest_s[trip] or not half.fits[trip, k]:
            return None
        metres, before = metres + int(half.trip_m[trip]), trip
    return -(-metres * half.yuan_per_km[k] // 1000)


def wild_bells(seed):
    """Two wild half-days of 2 to 4 trips, two or three schools, shifts of no sense."""
    rng = np.random.default_rng(seed)
    morning = wild_trips(seed, int(rng.integers(2, 5)))
    n_types = len(morning.fixed_yuan)
    n_pm = int(rng.integers(2, 4))
    afternoon = wild_trips(seed + 1000, n_pm)
    afternoon = replace(
        afternoon, fixed_yuan=tuple(rng.integers(0, 90_000, n_types).tolist()),
        yuan_per_km=tuple(rng.integers(0, 3_000, n_types).tolist()),
        n_available=morning.n_available, fits=rng.random((n_pm, n_types)) < 0.8,
        weight=rng.integers(1, 30, n_pm),
    )  # fmt: skip
    n_schools = int(rng.integers(2, 4))
    shifts = [(0,), (0, 300), (0, 300, 600), (0, 450)]
    return BellProblem(
        replace(morning, weight=rng.integers(1, 30, len(morning.duration_s))), afternoon,
        rng.integers(0, n_schools, len(morning.duration_s)), rng.integers(0, n_schools, n_pm),
        tuple(shifts[int(k)] for k in rng.integers(0, len(shifts), n_schools)),
        tuple(rng.integers(0, 20_000, n_schools).tolist()),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_few_trips_get_the_best_answer_there_is(seed):
    """All shifts, partitions, orders and types tried; within a yuan of rounding for each bus."""
    problem = wild_bells(seed)
    solution = search(problem)
    unserved, yuan, _ = best_bells(problem)
    halves = zip(
        (problem.morning, problem.afternoon), (solution.morning, solution.afternoon), strict=True
    )
    left = sum(int(half.weight[trip]) for half, own in halves for trip in own.unserved)
    n_lines = len(solution.morning.chains) + len(solution.afternoon.chains)
    assert left == unserved
    assert yuan <= solution.cost_yuan <= yuan + n_lines
    assert solution.proven


def made_bells(n_trips, seed, shifts_s=(0, 300, 600, 900, 1_200)):
    """Two half-days of a county; the afternoon has its windows nine hours later."""
    rng = np.random.default_rng(seed)
    morning, afternoon = made_trips(n_trips, seed), made_trips(n_trips, seed + 50)
    later = replace(
        afternoon, earliest_s=afternoon.earliest_s + 32_400, latest_s=afternoon.latest_s + 32_400
    )
    n_schools = max(1, n_trips // 4)
    return BellProblem(
        morning, later, rng.integers(0, n_schools, n_trips), rng.integers(0, n_schools, n_trips),
        (shifts_s,) * n_schools, (5_000,) * n_schools,
    )  # fmt: skip


def test_a_county_is_never_worse_off_than_with_its_bells_as_they_are():
    problem = made_bells(31, 2)
    still = replace(problem, shifts_s=((0,),) * len(problem.shifts_s))
    unmoved, moved = search(still), search(problem)
    assert moved.cost_yuan <= unmoved.cost_yuan
    assert moved.n_buses_bound <= moved.n_buses


def test_an_answer_to_begin_from_is_never_made_worse():
    problem = made_bells(31, 4)
    first = search(problem, seed=1)
    second = search(problem, seed=2, start=first)
    assert second.cost_yuan <= first.cost_yuan


def test_the_same_seed_gives_the_same_shifts():
    problem = made_bells(31, 3)
    first, second = (solve_bells(problem, seconds=600, seed=7, max_rounds=1) for _ in range(2))
    assert first == second


def test_within_the_time_given_the_answer_is_confirmed_and_better_ones_are_told():
    problem, told = made_bells(40, 5), []
    solution = solve_bells(problem, seconds=4, seed=1, better=told.append)
    assert told
    assert solution.cost_yuan <= told[0].cost_yuan


@pytest.mark.parametrize("n_trips", [0, 1])
def test_hardly_any_trip_moves_no_bell(n_trips):
    solution = search(made_bells(n_trips, 1))
    assert set(solution.shift_s) <= {0}
    assert solution.n_buses == n_trips


def test_without_any_bus_every_trip_is_unserved():
    problem = made_bells(8, 1)
    none = (0, 0, 0)
    problem = replace(
        problem, morning=replace(problem.morning, n_available=none),
        afternoon=replace(problem.afternoon, n_available=none),
    )  # fmt: skip
    solution = search(problem)
    assert solution.morning.unserved == solution.afternoon.unserved == tuple(range(8))
    assert solution.cost_yuan == 0


def test_a_window_that_cannot_be_met_stays_unmet():
    """The first trip's window is empty whatever its school's bell: it stays behind."""
    half = one_half([30_000, 30_000], [29_000, 30_000])
    problem = BellProblem(
        half, half, np.array([0, 1]), np.array([0, 1]), ((0, 5_000), (0,)), (0, 0)
    )
    solution = search(problem)
    assert solution.morning.unserved == solution.afternoon.unserved == (0,)
    assert solution.shift_s == (0, 0)


def test_an_answer_that_is_not_true_is_refused():
    problem = two_schools(((0,), (0, 900)))
    good = search(problem)
    for wrong in (
        replace(good, shift_s=(0, 0)),
        replace(good, shift_s=(0, 300)),
        replace(good, cost_yuan=good.cost_yuan - 1),
        replace(good, n_buses=0),
        replace(good, n_buses_bound=2),
    ):
        with pytest.raises(SolverError):
            confirm_bells(problem, wrong)


def test_what_cannot_be_meant_is_refused():
    problem = two_schools(((0,), (0, 900)))
    for wrong in (
        {"shifts_s": ((0,), (900,))}, {"shifts_s": ((0,), (900, 0))}, {"move_yuan": (0, -1)},
        {"shifts_s": ((0,), (-40_000, 0))}, {"school_am": np.array([0, 2])},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="bell problem"):
            replace(problem, **wrong)
