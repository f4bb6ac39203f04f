"""Which rows, which schools, which limits: the question of an assignment, and its answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FORBIDDEN = -1
"""Cost of a school to which a row may not go."""

NO_LIMIT = -1
"""Room of a pool that never fills."""

PLACED, NO_SCHOOL, NO_ROOM = 0, 1, 2
"""Why a row has a school or none; ``NO_ROOM + k``: limit ``k`` kept it out."""


@dataclass(frozen=True, eq=False)
class Limit:
    """One thing of which schools have only so much: places, meals, beds.

    Parameters
    ----------
    use
        What a row takes of it at a school (int64, rows x schools).
    pool
        From which pool each school draws (int64, schools).
    room
        What is left in each pool (int64, pools); ``NO_LIMIT`` where nothing ends it.
    """

    use: Ints
    pool: Ints
    room: Ints


@dataclass(frozen=True, eq=False)
class AssignProblem:
    """Whole rows of students to be given to schools.

    Parameters
    ----------
    cost
        Of a row at a school, the row's number of students included (int64, rows x
        schools); ``FORBIDDEN`` where it may not go. Of equally cheap answers the one with
        the smaller columns counts.
    n_students
        In each row (int64), at least 1; only used where not all rows find a school.
    limits
        What ends.
    pairs
        Rows that would rather be together (int64, pairs x 2).
    bonus
        What one pair together is worth.
    """

    cost: Ints
    n_students: Ints
    limits: tuple[Limit, ...]
    pairs: Ints
    bonus: int

    def __post_init__(self) -> None:
        """Refuse what is no problem of assignment."""
        shape = self.cost.shape
        wrong = [
            len(shape) != 2 or self.n_students.shape != shape[:1],
            bool((self.cost < FORBIDDEN).any()) or bool((self.n_students < 1).any()),
            self.pairs.ndim != 2 or self.pairs.shape[1] != 2 or self.bonus < 0,
            any(limit.use.shape != shape or bool((limit.use < 0).any()) for limit in self.limits),
            any(limit.pool.shape != shape[1:] for limit in self.limits),
            any(bool((limit.room < NO_LIMIT).any()) for limit in self.limits),
        ]
        if any(wrong) or (self.pairs.size and self.pairs.max() >= shape[0]):
            msg = f"assign problem: shapes or numbers do not fit {shape} rows and schools."
            raise ValueError(msg)


@dataclass(frozen=True, eq=False)
class AssignSolution:
    """A school for each row, or why there is none.

    Parameters
    ----------
    school
        Column of each row (int64); -1 for none.
    why
        ``PLACED``, ``NO_SCHOOL`` (no school was allowed) or ``NO_ROOM + k``.
    cost
        Of the rows placed, less the bonus of the pairs together.
    n_left
        Students of rows without a school.
    is_best
        Whether no answer places more students, none as many for less, and of equal ones
        none has smaller columns, as ``assigning.tie_weights`` weighs them.
    """

    school: Ints
    why: Ints
    cost: int
    n_left: int
    is_best: bool


def room_left(problem: AssignProblem, school: Ints) -> list[Ints]:
    """Return what each pool of each limit has left; large where it has no limit.

    Parameters
    ----------
    problem
        The question.
    school
        Column of each row; -1 for none.
    """
    rows = np.flatnonzero(school >= 0)
    left = []
    for limit in problem.limits:
        used = np.zeros(len(limit.room), np.int64)
        np.add.at(used, limit.pool[school[rows]], limit.use[rows, school[rows]])
        left.append(np.where(limit.room == NO_LIMIT, np.int64(2**62), limit.room - used))
    return left


def cost_of(problem: AssignProblem, school: Ints) -> int:
    """Return the cost of the rows placed, less the bonus of the pairs together."""
    rows = np.flatnonzero(school >= 0)
    first, second = school[problem.pairs[:, 0]], school[problem.pairs[:, 1]]
    n_together = int(((first == second) & (first >= 0)).sum())
    return int(problem.cost[rows, school[rows]].sum()) - problem.bonus * n_together
