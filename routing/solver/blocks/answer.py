"""What an answer is between the walks and the outside: blocks as codes, and back."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from routing.solver.blocks.layout import (
    CODE,
    LENGTH,
    N_CALLS,
    N_HEAD,
    S_CHAIRS,
    S_LOAD,
    TYPE,
    Ground,
    Small,
)
from routing.solver.blocks.problem import Block, BlockProblem, BlockSolution
from routing.solver.blocks.schedule import find_times
from routing.solver.blocks.state import Walk
from routing.solver.problem import Ints

REPORT_S = 0.3
"""At least so long between two reports."""


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer on its way.

    Parameters
    ----------
    codes, head
        Calls and totals of each block, none empty.
    n_left
        Students (seats and chairs) who could be brought but are not.
    cost_yuan
        Of all blocks.
    """

    codes: Small
    head: Ints
    n_left: int
    cost_yuan: int

    @property
    def key(self) -> tuple[int, int]:
        """Return what decides which of two answers is better: the smaller."""
        return self.n_left, self.cost_yuan


def read_answer(ground: Ground, walk: Walk, *, best: bool) -> Answer:
    """Return a walk's answer as it stands, or the best it remembers."""
    head = walk.best_head if best else walk.head
    codes = walk.best_codes if best else walk.rows[:, :, CODE]
    used = np.flatnonzero(head[:, N_CALLS])
    head = head[used].copy()
    most = int(head[:, N_CALLS].max(initial=1))
    return make_answer(ground, np.ascontiguousarray(codes[used, :most]), head)


def make_answer(ground: Ground, codes: Small, head: Ints) -> Answer:
    """Return blocks as an answer, with what it costs and whom it leaves."""
    kinds = ground.kinds[head[:, TYPE]]
    running = -(-(head[:, LENGTH] * kinds[:, 3]) // 1000)
    cost_yuan = int((kinds[:, 2] // 1000 + running).sum())
    inside = np.arange(codes.shape[1])[None, :] < head[:, N_CALLS][:, None]
    served = codes[inside & (codes >= 0)]
    students = ground.stand[:, S_LOAD] + ground.stand[:, S_CHAIRS]
    return Answer(codes, head, int(students.sum() - students[served].sum()), cost_yuan)


def read_start(problem: BlockProblem, start: BlockSolution, most_calls: int) -> tuple[Small, Ints]:
    """Return what holds of an earlier answer's blocks: known calls, nobody twice."""
    seen: set[int] = set()
    rows: list[list[int]] = []
    types: list[int] = []
    for block in start.blocks:
        calls = _calls_that_hold(problem, block, seen)
        if calls and len(calls) <= most_calls:
            rows.append(calls)
            types.append(block.bus_type if 0 <= block.bus_type < len(problem.seats) else 0)
    codes = np.zeros((len(rows), max(map(len, rows), default=1)), np.int32)
    head = np.zeros((len(rows), N_HEAD), np.int64)
    for b, calls in enumerate(rows):
        codes[b, : len(calls)] = calls
        head[b, N_CALLS], head[b, TYPE] = len(calls), types[b]
    return codes, head


def _calls_that_hold(problem: BlockProblem, block: Block, seen: set[int]) -> list[int]:
    """Return the calls of known stands not seen before, and of schools they get off at."""
    kept: list[int] = []
    waiting: set[int] = set()
    school_of = problem.school
    ahead = [call for call in block.calls if call < 0]
    for call in block.calls:
        if call < 0:
            ahead.pop(0)
            if -1 - call in waiting:
                waiting.discard(-1 - call)
                kept.append(call)
        elif call < len(school_of) and call not in seen and -1 - int(school_of[call]) in ahead:
            seen.add(call)
            waiting.add(int(school_of[call]))
            kept.append(call)
    return kept


class Teller:
    """Writes answers for the outside, and reports the better ones, not too often.

    Parameters
    ----------
    ground, origin
        The problem, and the moment its times count from.
    n_blocks_bound
        No answer that serves everyone has fewer blocks.
    report
        Who is told.
    """

    def __init__(
        self,
        ground: Ground,
        origin: int,
        n_blocks_bound: int,
        report: Callable[[BlockSolution], None] | None,
    ) -> None:
        self.ground, self.origin, self.n_blocks_bound = ground, origin, n_blocks_bound
        self.report = report
        self.told: tuple[int, int] | None = None
        self.told_s = -REPORT_S

    def tell(self, answer: Answer) -> None:
        """Report an answer if it is better than what was told, and it is time."""
        now_s = time.monotonic()
        if self.report is None or now_s < self.told_s + REPORT_S:
            return
        if self.told is None or answer.key < self.told:
            self.told, self.told_s = answer.key, now_s
            self.report(self.write(answer))

    def write(self, answer: Answer) -> BlockSolution:
        """Return the answer for the outside."""
        blocks = []
        for codes, head in zip(answer.codes, answer.head, strict=True):
            calls = codes[: head[N_CALLS]]
            arrive = find_times(self.ground, calls) + self.origin
            blocks.append(Block(int(head[TYPE]), tuple(calls.tolist()), tuple(arrive.tolist())))
        served = {call for block in blocks for call in block.calls}
        unserved = tuple(one for one in range(len(self.ground.stand)) if one not in served)
        least = 0 if answer.n_left else self.n_blocks_bound
        return BlockSolution(tuple(blocks), unserved, answer.cost_yuan, least, proven=False)
