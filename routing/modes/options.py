"""Which journeys by public bus each student has, in one direction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import NamedTuple

import numpy as np

from routing.modes.connections import Journey, Near, Timetable, find_journeys, turn_back
from routing.modes.lines import Lines
from routing.policy import Policy

Reach = tuple[tuple[int, int], ...]
"""Platforms within a walk of one place, and the walk (m)."""

ARRIVE_EARLIEST_S = 2_700
"""A public bus may bring pupils so long before the bell: 45 minutes (s, assumed)."""

PLATFORM_EARLY_S = 300
"""One is on the platform so long before the bus leaves: 5 minutes (s, assumed)."""

CHANGE_LEAST_S = 120
"""A change takes at least so long, the walk apart: 2 minutes (s, assumed)."""

LAST_PRIMARY_GRADE = 6


class Option(NamedTuple):
    """One journey of one student row; the better one is the smaller one.

    Parameters
    ----------
    door_to_door_s
        Walk, wait on the platforms, ride, walk.
    n_changes
        0 or 1.
    journey
        Rows of the timetable.
    wait_s
        On the first platform.
    ride_s
        From leaving the first platform to reaching the last, a change included.
    home_m, gate_m
        Walks at both ends.
    """

    door_to_door_s: int
    n_changes: int
    journey: Journey
    wait_s: int
    ride_s: int
    home_m: int
    gate_m: int

    def segments(self) -> Iterator[int]:
        """Give the rows of the timetable from which to the next a seat is taken."""
        board, alight, change, _ = self.journey
        if change:
            off, on = change
            yield from range(board, off)
            yield from range(on, alight)
        else:
            yield from range(board, alight)

    def boards(self) -> tuple[int, ...]:
        """Return the rows boarded, one per trip."""
        change = self.journey.change
        return (self.journey.board, change[1]) if change else (self.journey.board,)


@dataclass(frozen=True, eq=False)
class Way:
    """One school, grade and direction.

    Parameters
    ----------
    clock_s
        The bell in the morning, the dismissal in the afternoon.
    gate
        Platforms near the gate, with the walk (m).
    grade
        For pace and limits.
    home
        Whether the way is home.
    """

    clock_s: int
    gate: Reach
    grade: int
    home: bool


@dataclass(frozen=True, eq=False)
class Finder:
    """Journeys for student rows under a policy; what is asked twice is found once.

    Parameters
    ----------
    lines
        The timetable, its platforms and changes.
    policy
        Waits, windows, paces, limits.
    through
        Only journeys that take this trip. Default: all.
    """

    lines: Lines
    policy: Policy
    through: int | None = None
    _by_pace: dict[float, Near] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def _turned(self) -> Timetable:
        return self.lines.timetable.turned()

    def find_options(self, way: Way, homes: Sequence[Reach]) -> list[list[Option]]:
        """Return for each home its journeys, the best first.

        Parameters
        ----------
        way
            School, grade and direction.
        homes
            Per home the platforms in reach, with the walk (m).
        """
        by_platform: dict[int, list[Journey]] = {}
        tails = self._tails(way)
        if not tails:
            return [[] for _ in homes]
        platform = self.lines.timetable.platform
        for journey in self._journeys(way, {row: tail_s for row, (tail_s, _, _) in tails.items()}):
            end = journey.alight if way.home else journey.board
            by_platform.setdefault(int(platform[end]), []).append(journey)
        return [
            sorted(
                option
                for to, metres in home
                for journey in by_platform.get(to, ())
                if (option := self._option(journey, metres, way, tails)) is not None
            )
            for home in homes
        ]

    def _journeys(self, way: Way, tail_s: dict[int, int]) -> list[Journey]:
        policy, pace = self.policy, self.policy.walk_m_per_s.at(way.grade)
        timetable = self.lines.timetable
        n = len(timetable.trip)
        found = find_journeys(
            self._turned if way.home else timetable,
            {n - 1 - row: s for row, s in tail_s.items()} if way.home else tail_s,
            self._near_s(pace),
            change_s=CHANGE_LEAST_S,
            most_wait_s=max(CHANGE_LEAST_S, policy.transit_max_wait_s),
            most_s=int(policy.max_door_to_door_s.at(way.grade)),
            through=self.through,
        )
        return [turn_back(one, n) for one in found] if way.home else found

    def _near_s(self, pace: float) -> Near:
        """Return the platforms at which one may change, with the walk in seconds."""
        if pace not in self._by_pace:
            self._by_pace[pace] = {
                one: tuple((to, ceil(metres / pace)) for to, metres in others)
                for one, others in self.lines.near.items()
            }
        return self._by_pace[pace]

    def _tails(self, way: Way) -> dict[int, tuple[int, int, int]]:
        """Return per call near the gate what lies between bus and gate: seconds, wait, metres."""
        timetable, pace = self.lines.timetable, self.policy.walk_m_per_s.at(way.grade)
        tails: dict[int, tuple[int, int, int]] = {}
        for to, metres in way.gate:
            walk_s = ceil(metres / pace)
            for row in np.flatnonzero(timetable.platform == to).tolist():
                wait_s = self._fits(row, walk_s, way)
                if wait_s is not None:
                    tails[row] = (walk_s + wait_s, wait_s, metres)
        return tails

    def _fits(self, row: int, walk_s: int, way: Way) -> int | None:
        """Return the wait on the platform at school; None where the call is out of the window.

        In the morning 0. In the afternoon one leaves school as late as its window lets
        one, so as to stand on the platform no longer than needed.
        """
        policy, timetable = self.policy, self.lines.timetable
        if not way.home:
            there_s = int(timetable.arrive_s[row]) + walk_s
            early_s = way.clock_s - there_s
            return 0 if policy.arrive_before_min_s <= early_s <= ARRIVE_EARLIEST_S else None
        after_s = int(timetable.depart_s[row]) - walk_s - way.clock_s
        wait_s = max(self.early_s, after_s - policy.leave_after_max_s)
        fits = wait_s <= policy.transit_max_wait_s and after_s - wait_s >= policy.leave_after_min_s
        return wait_s if fits else None

    @property
    def early_s(self) -> int:
        """How long before the bus leaves one is on the platform (s)."""
        return min(PLATFORM_EARLY_S, self.policy.transit_max_wait_s)

    def _option(
        self, journey: Journey, home_m: int, way: Way, tails: dict[int, tuple[int, int, int]]
    ) -> Option | None:
        """Return the journey from this home, or None where a limit forbids it."""
        policy, timetable = self.policy, self.lines.timetable
        walk_s = ceil(home_m / policy.walk_m_per_s.at(way.grade))
        tail_s, gate_wait_s, gate_m = tails[journey.board if way.home else journey.alight]
        wait_s = gate_wait_s if way.home else self.early_s
        door_s = journey.total_s + walk_s + (0 if way.home else wait_s)
        if door_s > policy.max_door_to_door_s.at(way.grade):
            return None
        leave_s = int(timetable.depart_s[journey.board]) - wait_s - walk_s
        young = way.grade <= LAST_PRIMARY_GRADE
        if young and not way.home and leave_s < policy.earliest_pickup_s:
            return None
        ride_s = journey.total_s - tail_s
        n_changes = 1 if journey.change else 0
        return Option(door_s, n_changes, journey, wait_s, ride_s, home_m, gate_m)
