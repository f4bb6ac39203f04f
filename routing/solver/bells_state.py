"""Where a search for bells stands: shifts, the lines of both halves, and what they are worth."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from routing.solver.bells_problem import BellProblem, BellSolution, shift_halves, widen_halves
from routing.solver.chain_bound import bound_buses
from routing.solver.links import (
    Draft,
    Line,
    Links,
    close_draft,
    find_links,
    measure_line_m,
    weigh_unserved,
)
from routing.solver.problem import Ints

Worth = tuple[int, int, int]
"""Students unserved, yuan per year, schools moved: the least is best."""


@dataclass(frozen=True, eq=False)
class Bells:
    """A ``BellProblem`` made ready for the search.

    Parameters
    ----------
    problem
        As it was asked.
    halves
        Both half-days before any bell moves.
    schools
        The school of each trip, for both halves.
    fixed_yuan
        Per type: one bus, counted once for both halves.
    """

    problem: BellProblem
    halves: tuple[Links, Links]
    schools: tuple[Ints, Ints]
    fixed_yuan: tuple[int, ...]

    @cached_property
    def wide(self) -> tuple[Links, Links]:
        """Both halves with every trip free in all shifts of its school, found once."""
        if all(len(own) < 2 for own in self.problem.shifts_s):
            return self.halves
        morning, afternoon = widen_halves(self.problem)
        return find_links(morning), find_links(afternoon)


@dataclass(frozen=True)
class State:
    """Shifts of all schools (s), and the lines of both halves under them."""

    shift_s: tuple[int, ...]
    drafts: tuple[Draft, Draft]


def prepare_bells(problem: BellProblem) -> Bells:
    """Return the problem made ready.

    Raises
    ------
    ValueError
        When a half-day is not one.
    """
    halves = (find_links(problem.morning), find_links(problem.afternoon))
    shares = zip(problem.morning.fixed_yuan, problem.afternoon.fixed_yuan, strict=True)
    schools = (problem.school_am, problem.school_pm)
    return Bells(problem, halves, schools, tuple(am + pm for am, pm in shares))


def weigh_state(bells: Bells, state: State) -> Worth:
    """Return what a state is worth."""
    unserved = 0
    for links, draft in zip(bells.halves, state.drafts, strict=True):
        unserved += weigh_unserved(links, draft)
    moved = [s for s, shift in enumerate(state.shift_s) if shift]
    yuan = sum(bells.problem.move_yuan[s] for s in moved) + _buses_yuan(bells, state)
    for links, draft in zip(bells.halves, state.drafts, strict=True):
        yuan += sum(_running_yuan(links, line) for line in draft.lines)
    return unserved, yuan, len(moved)


def count_buses(state: State, n_types: int) -> list[int]:
    """Return the buses of each type: those of its busier half."""
    used = [Counter(line.bus_type for line in draft.lines) for draft in state.drafts]
    return [max(half[k] for half in used) for k in range(n_types)]


def _buses_yuan(bells: Bells, state: State) -> int:
    counts = count_buses(state, len(bells.fixed_yuan))
    return sum(n * yuan for n, yuan in zip(counts, bells.fixed_yuan, strict=True))


def _running_yuan(links: Links, line: Line) -> int:
    running = measure_line_m(links, line.trips) * links.problem.yuan_per_km[line.bus_type]
    return (running + 999) // 1000


def shifted_links(bells: Bells, shift_s: tuple[int, ...]) -> tuple[Links, Links]:
    """Return both halves with their windows moved."""
    morning, afternoon = shift_halves(bells.problem, shift_s)
    return find_links(morning), find_links(afternoon)


def close_state(bells: Bells, state: State, n_bound: int = 0, *, proven: bool) -> BellSolution:
    """Return a state as a solution.

    Parameters
    ----------
    bells, state
        The problem, and the answer.
    n_bound
        A bound on the buses that holds for all shifts.
    proven
        Whether no answer is better.
    """
    solutions = [
        close_draft(links, draft, 0, proven=False)
        for links, draft in zip(shifted_links(bells, state.shift_s), state.drafts, strict=True)
    ]
    n_buses = sum(count_buses(state, len(bells.fixed_yuan)))
    _, yuan, _ = weigh_state(bells, state)
    morning, afternoon = solutions
    return BellSolution(
        state.shift_s, morning, afternoon, yuan, n_buses, min(n_bound, n_buses), proven
    )


def bound_state(bells: Bells, state: State) -> int:
    """Return a bound on the buses that holds for all shifts."""
    halves = zip(bells.wide, state.drafts, strict=True)
    return max(bound_buses(links, weigh_unserved(links, draft)) for links, draft in halves)


def widen_links(
    bells: Bells, shift_s: tuple[int, ...], free: frozenset[int]
) -> tuple[Links, Links]:
    """Return both halves with windows as wide as the shifts of the free schools allow.

    Trips of other schools have the windows of their present shift. Two trips of one free
    school move together: what follows what is judged for equal shifts.
    """
    n_schools = len(shift_s)
    choices = bells.problem.shifts_s
    least_s = np.array([choices[s][0] if s in free else shift_s[s] for s in range(n_schools)])
    most_s = np.array([choices[s][-1] if s in free else shift_s[s] for s in range(n_schools)])
    wide = []
    for links, school in zip(bells.halves, bells.schools, strict=True):
        early_s = links.problem.earliest_s + least_s.astype(np.int64)[school]
        late_s = links.problem.latest_s + most_s.astype(np.int64)[school]
        follows = early_s[:, None] + links.gap_s <= late_s[None, :]
        alone = links.problem.earliest_s[:, None] + links.gap_s <= links.problem.latest_s[None, :]
        together = school[:, None] == school[None, :]
        able = links.problem.linked & np.where(together, alone, follows)
        fits = links.problem.fits & np.array([n != 0 for n in links.problem.n_available])[None, :]
        able &= (fits.astype(np.int64) @ fits.T.astype(np.int64)) > 0
        np.fill_diagonal(able, val=False)
        own = replace(links.problem, earliest_s=early_s, latest_s=late_s)
        wide.append(replace(links, problem=own, follows=able))
    return wide[0], wide[1]
