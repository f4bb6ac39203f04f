"""The judge of blocks: one answer that holds, and one broken by a known amount for each rule."""

from dataclasses import replace

import numpy as np
import pytest
from test_solver_blocks import two_schools

from routing.errors import SolverError
from routing.solver.blocks.judge import confirm_blocks
from routing.solver.blocks.problem import Block, BlockSolution

PROBLEM = two_schools(mixed=True, late=(1_000, 1_125))
BLOCK = Block(0, (0, 1, -1, -2), (780, 890, 1_000, 1_125))
GOOD = BlockSolution((BLOCK,), (), 103_000, 1, proven=False)


def test_an_answer_that_holds_is_handed_on():
    assert confirm_blocks(PROBLEM, GOOD) is GOOD


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        (replace(BLOCK, arrive_s=(781, 890, 1_000, 1_125)), "time between calls"),
        (replace(BLOCK, arrive_s=(780, 890, 1_000, 1_124)), "time between calls"),
        (replace(BLOCK, arrive_s=(780, 890, 1_001, 1_126)), "the window of a school"),
        (replace(BLOCK, arrive_s=(599, 890, 1_000, 1_125)), "the ride limit"),
        (replace(BLOCK, arrive_s=(780, 890, 1_000)), "a time for each call"),
        (replace(BLOCK, bus_type=1), "known calls and types"),
        (replace(BLOCK, calls=(0, 7, -1, -2)), "known calls and types"),
        (replace(BLOCK, calls=(0, 0, -1, -2)), "every stand once"),
        (Block(0, (0, -1, 1, -1), (780, 1_000, 1_125, 1_235)), "a school for each stand"),
        (Block(0, (0, 1, -1), (780, 890, 1_000)), "a school for each stand"),
    ],
)
def test_a_broken_block_is_refused_with_its_rule(block, rule):
    with pytest.raises(SolverError, match=rule):
        confirm_blocks(PROBLEM, replace(GOOD, blocks=(block,)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"shares": np.eye(2, dtype=bool)}, "schools that may share a bus"),
        ({"seats": (9,)}, "seats"),
        ({"n_chairs": np.array([0, 1])}, "wheelchair places"),
        ({"fits": np.array([[True], [False]])}, "the type of bus"),
        ({"n_available": (0,)}, "the number of buses"),
        ({"linked": np.eye(4, dtype=bool)}, "a way between calls"),
        ({"unload_each_s": np.array([2, 0])}, "time between calls"),
        ({"fixed_yuan": (100_001,)}, "the cost"),
    ],
)
def test_another_problem_does_not_confirm_it(change, rule):
    with pytest.raises(SolverError, match=rule):
        confirm_blocks(replace(PROBLEM, **change), GOOD)


def test_a_call_where_nobody_gets_off_and_a_bound_above_the_answer_are_refused():
    empty = Block(0, (0, 1, -1, -2, -2), (780, 890, 1_000, 1_125, 1_125))
    with pytest.raises(SolverError, match="students for each call"):
        confirm_blocks(replace(PROBLEM, latest_s=np.array([1_000, 2_000])), replace(
            GOOD, blocks=(replace(empty, arrive_s=(780, 890, 1_000, 1_125, 1_200)),)
        ))  # fmt: skip
    with pytest.raises(SolverError, match="the bound on blocks"):
        confirm_blocks(PROBLEM, replace(GOOD, n_blocks_bound=2))
