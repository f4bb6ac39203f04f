"""Blocks: against every possibility for few stands, by their rules for many."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from made_blocks import best_blocks, made_blocks, wild_blocks

from benchmarks import mixed_load
from routing.solver.blocks.bound import bound_blocks
from routing.solver.blocks.judge import confirm_blocks
from routing.solver.blocks.layout import lay_ground
from routing.solver.blocks.problem import Block, BlockProblem, BlockSolution
from routing.solver.blocks.search import search_blocks
from routing.solver.effort import start_effort


def search(problem, *, seed=1, rounds=8, start=None, report=None, n_threads=2):
    effort = start_effort(600.0, seed, rounds)
    return confirm_blocks(problem, search_blocks(problem, effort, start, report, n_threads))


def students(problem, stands):
    return sum(int(problem.load[one] + problem.n_chairs[one]) for one in stands)


def two_schools(*, mixed, late=(1_000, 1_000), seats=10):
    """A road of four places 100 s and 1 km apart: stand 0, stand 1, school 0, school 1."""
    at = np.arange(4)
    apart = np.abs(at[:, None] - at[None])
    return BlockProblem(
        apart * 100, apart * 1_000, np.ones((4, 4), dtype=bool), np.array([0, 1]),
        np.array([0, 1]), np.array([5, 5]), np.zeros(2, np.int64), np.array([10, 10]),
        np.array([400, 400]), np.array([2, 3]), np.array([1_000, 1_000]), np.array(late),
        np.array([20, 20]), np.array([1, 1]), np.eye(2, dtype=bool) | mixed,
        np.ones((2, 1), dtype=bool), (seats,), (0,), (100_000,), (1_000,), (None,),
    )  # fmt: skip


def test_a_mixed_load_needs_one_bus_where_single_loads_need_two():
    """School 0 at 1,000; 20 + 5 x 1 s to get off; 100 s on: school 1 at 1,125, within its window.

    Back from 1,000: stand 1 left by 900, reached at 890; stand 0 at 780. Stand 1 rides 235 s.
    3 km at 1 yuan a metre: 103,000 yuan.
    """
    solution = search(two_schools(mixed=True, late=(1_000, 1_125)))
    (block,) = solution.blocks
    assert block == Block(0, (0, 1, -1, -2), (780, 890, 1_000, 1_125))
    assert solution.cost_yuan == 103_000


@pytest.mark.parametrize(
    "problem",
    [
        two_schools(mixed=False, late=(1_000, 1_125)),
        two_schools(mixed=True, late=(1_000, 1_124)),
        two_schools(mixed=True, late=(1_000, 1_125), seats=9),
    ],
    ids=["single loads", "a second less", "a seat less"],
)
def test_two_buses_are_needed_when_one_rule_is_tighter(problem):
    """2 km each: 100,000 + 2,000 yuan, twice."""
    solution = search(problem)
    assert len(solution.blocks) == 2
    assert solution.cost_yuan == 204_000


def test_single_loads_follow_each_other_in_one_block():
    """School 0 at 1,000 and 25 s there; 100 s back to stand 1; 10 + 200 s: school 1 at 1,335."""
    solution = search(two_schools(mixed=False, late=(1_000, 1_335)))
    (block,) = solution.blocks
    assert block == Block(0, (0, -1, 1, -2), (790, 1_000, 1_125, 1_335))


def test_a_wait_for_a_window_is_taken_before_the_stand_when_the_ride_would_be_too_long():
    """Two stands of one school, 500 s apart, ride limit 1,000 s.

    The bus is free at once, but may be at school from 9,000 s only: stand 0 at 9,000 - 10 -
    500 - 10 - 100 = 8,380, which is late enough for its ride of 620 s.
    """
    duration_s = np.array([[0, 500, 600], [500, 0, 100], [600, 100, 0]])
    problem = BlockProblem(
        duration_s, duration_s * 10, np.ones((3, 3), dtype=bool), np.array([0, 1]),
        np.array([0, 0]), np.array([5, 5]), np.zeros(2, np.int64), np.array([10, 10]),
        np.array([1_000, 1_000]), np.array([2]), np.array([9_000]), np.array([9_900]),
        np.array([20]), np.array([1]), np.eye(1, dtype=bool), np.ones((2, 1), dtype=bool),
        (10,), (0,), (100_000,), (1_000,), (None,),
    )  # fmt: skip
    (block,) = search(problem).blocks
    assert block.calls == (0, 1, -1)
    assert block.arrive_s[2] == 9_000
    assert block.arrive_s[2] - block.arrive_s[0] <= 1_000


@pytest.mark.parametrize("seed", range(60))
def test_few_stands_get_the_best_answer_there_is(seed):
    """Shared places, wheelchairs, types that run out: all partitions and orders tried."""
    problem = wild_blocks(seed, n_stands=seed % 5, tidy=True)
    solution = search(problem)
    lost, yuan, _ = best_blocks(problem)
    assert (students(problem, solution.unserved), solution.cost_yuan) == (lost, yuan)


@pytest.mark.parametrize("mixed", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_few_stands_of_a_county_get_the_best_answer_there_is(seed, mixed):
    problem = made_blocks(4, seed, mixed=mixed)
    solution = search(problem)
    lost, yuan, n_blocks = best_blocks(problem)
    assert (students(problem, solution.unserved), solution.cost_yuan) == (lost, yuan)
    assert solution.n_blocks_bound <= n_blocks == len(solution.blocks)


@pytest.mark.parametrize("seed", range(150))
def test_the_bound_is_never_above_the_fewest_blocks(seed):
    """Only where everyone who can be brought is: otherwise nothing is claimed."""
    problem = wild_blocks(seed, n_stands=seed % 5)
    problem = replace(problem, n_available=(None,) * len(problem.seats))
    _, _, n_blocks = best_blocks(problem)
    assert bound_blocks(lay_ground(problem)[0]) <= n_blocks


@pytest.mark.parametrize("seed", range(120))
def test_every_answer_is_confirmed_whatever_the_numbers(seed):
    """Drives quicker by a detour, ways missing, no bus, none or one stand, windows reversed."""
    problem = wild_blocks(seed)
    solution = search(problem, seed=seed, rounds=3)
    assert solution == search(problem, seed=seed, rounds=3, n_threads=1)


@pytest.mark.parametrize("mixed", [True, False])
def test_a_county_is_served_within_its_rules(mixed):
    problem = made_blocks(60, 1, mixed=mixed, n_schools=6, seats=(20, 30))
    solution = search(problem, rounds=6)
    assert not solution.unserved
    assert solution.n_blocks_bound <= len(solution.blocks) < 40


def test_mixed_loads_need_no_more_buses_than_single_ones():
    """What is allowed with single loads is allowed with mixed ones, so start from there."""
    single = made_blocks(40, 2, mixed=False, n_schools=6)
    mixed = replace(single, shares=np.ones_like(single.shares))
    found = search(single)
    assert len(search(mixed, start=found).blocks) <= len(found.blocks)


def test_all_at_one_place_takes_as_many_buses_as_seats_ask_for():
    """12 stands of 5 students for one school at one moment, 20 seats: 60 / 20 = 3 buses."""
    problem = replace(
        made_blocks(12, 1, n_schools=1), place=np.zeros(12, np.int64),
        school_place=np.zeros(1, np.int64), load=np.full(12, 5),
        earliest_s=np.array([9_000]), latest_s=np.array([9_000]), dwell_s=np.full(12, 1),
    )  # fmt: skip
    solution = search(problem)
    assert len(solution.blocks) == solution.n_blocks_bound == 3


def test_loads_at_the_limit_ride_alone_when_there_is_one_moment_only():
    problem = replace(
        made_blocks(6, 3, n_schools=2), load=np.full(6, 20),
        earliest_s=np.array([9_000, 9_000]), latest_s=np.array([9_000, 9_000]),
    )  # fmt: skip
    solution = search(problem)
    assert len(solution.blocks) == 6
    assert solution.n_blocks_bound == 6


def test_one_bus_serves_whom_it_can_and_says_who_is_left():
    """Three full loads for one moment and one bus: 20 of 60 students."""
    problem = replace(
        made_blocks(3, 1, n_schools=1, n_available=(1,)), load=np.full(3, 20),
        earliest_s=np.array([9_000]), latest_s=np.array([9_000]),
    )  # fmt: skip
    solution = search(problem)
    assert len(solution.blocks) == 1
    assert len(solution.unserved) == 2
    assert not search(replace(problem, n_available=(0,))).blocks


def test_without_a_way_or_a_bus_that_fits_a_stand_is_unserved():
    problem = made_blocks(8, 4)
    linked = problem.linked.copy()
    linked[0, :] = False
    fits = problem.fits.copy()
    fits[1] = False
    solution = search(replace(problem, linked=linked, fits=fits))
    assert solution.unserved == (0, 1)


def test_nobody_needs_no_bus():
    problem = made_blocks(0, 1)
    assert search(problem) == BlockSolution((), (), 0, 0, proven=True)


def test_an_answer_is_never_worse_than_the_one_it_starts_from():
    problem = made_blocks(40, 5, n_schools=5)
    first = search(problem, rounds=6)
    again = search(problem, rounds=1, start=first)
    assert again.cost_yuan <= first.cost_yuan


def test_a_start_that_breaks_limits_gives_what_still_holds():
    """Unknown and doubled stands, an empty school call, a stand whose school never comes."""
    problem = made_blocks(10, 6)
    school = -1 - int(problem.school[0])
    odd = Block(5, (99, 0, 0, -1, -2, -3, school, 1), (0,) * 8)
    start = BlockSolution((odd, odd), (), 0, 0, proven=False)
    assert search(problem, start=start, rounds=2).cost_yuan > 0


def test_better_answers_are_told_and_hold():
    told = []
    problem = made_blocks(30, 7)
    solution = search(problem, report=told.append)
    assert told
    assert all(confirm_blocks(problem, one) for one in told)
    costs = [one.cost_yuan for one in told]
    assert costs == sorted(costs, reverse=True)
    assert solution.cost_yuan <= costs[-1]


def test_numbers_too_large_for_the_engine_are_refused():
    problem = made_blocks(3, 1)
    with pytest.raises(ValueError, match="larger unit"):
        search(replace(problem, latest_s=problem.latest_s + 2**40))
    with pytest.raises(ValueError, match="shapes"):
        search(replace(problem, load=problem.load[:2]))


def test_a_start_with_more_buses_than_there_are_keeps_to_those_there_are():
    """Every stand in a block of its own to begin with, and two buses."""
    problem = made_blocks(10, 8)
    blocks = tuple(Block(0, (k, -1 - int(problem.school[k])), (0, 0)) for k in range(10))
    start = BlockSolution(blocks, (), 0, 0, proven=False)
    solution = search(replace(problem, n_available=(2,)), start=start, rounds=2)
    assert len(solution.blocks) == 2


@pytest.mark.parametrize("rules", ["park", "single", "bird"])
def test_a_public_instance_is_written_as_its_scorer_wants_it(rules, shared_data, tmp_path):
    """CSCB02: 250 stops, 12 schools; the scorer is given no tolerance; BiRD has 37 buses."""
    folder = shared_data / "bench" / "mixed_load" / "instances" / "CSCB02"
    instance = mixed_load.read_instance(folder)
    problem = mixed_load.make_problem(instance, rules, 2_700.0)
    solution = search(problem, rounds=3)
    mixed_load.write_answer(tmp_path / "out.csv", instance, problem, solution)
    scorer = shared_data.parent / "bench" / "score_mixed_load.py"
    asked = [sys.executable, scorer, folder, tmp_path / "out.csv"]
    asked += ["--max-ride-s", "2700", "--rules", rules, "--tol", "0"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    assert f"buses {len(solution.blocks)};" in said.stdout
    assert len(solution.blocks) <= 37
