"""What is asked and answered where school bells may move, in whole numbers by position."""

from dataclasses import dataclass, replace

import numpy as np

from routing.solver.problem import ChainProblem, ChainSolution, Ints


@dataclass(frozen=True, eq=False)
class BellProblem:
    """Two half-days of one fleet, and how far the bells of each school may move.

    A bus drives in the morning, in the afternoon, or in both; it costs once. Each half
    carries its share of the fixed cost of a bus; a type costs the shares of both halves
    times the buses of its busier half. A shift moves the windows of all trips of a school,
    morning and afternoon alike.

    Parameters
    ----------
    morning, afternoon
        The trips before any bell moves; the same types of bus in the same order.
    school_am, school_pm
        The school of each trip of the morning and of the afternoon (int64).
    shifts_s
        Per school, the shifts it may take (s, ascending); 0 is always among them.
    move_yuan
        Per school, what changing its bells is worth per year (yuan). Between answers of
        equal cost the one with fewer moved schools is better.
    """

    morning: ChainProblem
    afternoon: ChainProblem
    school_am: Ints
    school_pm: Ints
    shifts_s: tuple[tuple[int, ...], ...]
    move_yuan: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        n_schools = len(self.shifts_s)
        halves = ((self.morning, self.school_am), (self.afternoon, self.school_pm))
        shapes = [
            len(self.move_yuan) != n_schools,
            len(self.morning.fixed_yuan) != len(self.afternoon.fixed_yuan),
            any(len(school) != len(half.duration_s) for half, school in halves),
            any(((school < 0) | (school >= n_schools)).any() for _, school in halves),
        ]
        if any(shapes):
            msg = f"bell problem: trips, types and schools do not fit {n_schools} schools."
            raise ValueError(msg)
        if any(0 not in own or list(own) != sorted(set(own)) for own in self.shifts_s):
            msg = "bell problem: every school's shifts rise and have 0 among them."
            raise ValueError(msg)
        if any(yuan < 0 for yuan in self.move_yuan):
            msg = "bell problem: no price may be negative."
            raise ValueError(msg)
        least_s = np.array([own[0] for own in self.shifts_s], dtype=np.int64)
        if any((half.earliest_s + least_s[school] < 0).any() for half, school in halves):
            msg = "bell problem: a shift would move a trip before midnight."
            raise ValueError(msg)


@dataclass(frozen=True)
class BellSolution:
    """Shifts for a ``BellProblem``, and the chains of both halves under them.

    Parameters
    ----------
    shift_s
        Per school (s); 0 where its bells stay.
    morning, afternoon
        The chains, their starts as moved; each with the cost of its half alone.
    cost_yuan
        Per year: buses of both halves counted once, driving, and the moves.
    n_buses
        Buses of both halves counted once: per type those of its busier half.
    n_buses_bound
        No answer, whatever the shifts, that leaves as few students in each half has
        fewer.
    proven
        Whether no answer is better, but for rounding each bus up to a whole yuan.
    """

    shift_s: tuple[int, ...]
    morning: ChainSolution
    afternoon: ChainSolution
    cost_yuan: int
    n_buses: int
    n_buses_bound: int
    proven: bool


def shift_halves(
    problem: BellProblem, shift_s: tuple[int, ...]
) -> tuple[ChainProblem, ChainProblem]:
    """Return the half-days with every window moved by the shift of its school (s)."""
    moved = np.array(shift_s, dtype=np.int64)
    morning, afternoon = problem.morning, problem.afternoon
    am_s, pm_s = moved[problem.school_am], moved[problem.school_pm]
    return (
        replace(morning, earliest_s=morning.earliest_s + am_s, latest_s=morning.latest_s + am_s),
        replace(
            afternoon, earliest_s=afternoon.earliest_s + pm_s, latest_s=afternoon.latest_s + pm_s
        ),
    )


def widen_halves(problem: BellProblem) -> tuple[ChainProblem, ChainProblem]:
    """Return the half-days with every window as wide as all shifts of its school together.

    Each trip may then choose a shift of its own: no answer of the problem has fewer buses.
    """
    least_s = np.array([own[0] for own in problem.shifts_s], dtype=np.int64)
    most_s = np.array([own[-1] for own in problem.shifts_s], dtype=np.int64)
    wide = []
    for half, school in (
        (problem.morning, problem.school_am),
        (problem.afternoon, problem.school_pm),
    ):
        never = half.earliest_s > half.latest_s
        latest_s = np.where(never, half.latest_s, half.latest_s + most_s[school])
        earliest_s = np.where(never, half.earliest_s, half.earliest_s + least_s[school])
        wide.append(replace(half, earliest_s=earliest_s, latest_s=latest_s))
    return wide[0], wide[1]
