"""Which public buses lead from where to a gate, with at most one change; whole numbers only."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Near = Mapping[int, Sequence[tuple[int, int]]]
"""Per platform: the platforms at which one may change, itself too, and the walk there (s)."""


Change = tuple[()] | tuple[int, int]
"""The row alighted at and the row boarded; empty where there is no change."""


class Offer(NamedTuple):
    """What one finds on alighting at a row: when the end is reached, and on which rows."""

    end_s: int
    alight: int
    change: Change


class Calls(NamedTuple):
    """The columns of a timetable as lists."""

    trip: list[int]
    platform: list[int]
    arrive_s: list[int]
    depart_s: list[int]


class Journey(NamedTuple):
    """One way through the timetable, as rows of it.

    Parameters
    ----------
    board, alight
        The first row boarded and the last row alighted at.
    change
        Rows, where there is one.
    total_s
        From the first departure until the end: ride, change and tail.
    """

    board: int
    alight: int
    change: Change
    total_s: int


@dataclass(frozen=True, eq=False)
class Timetable:
    """Calls of trips at platforms; the calls of a trip stand together, in order.

    Parameters
    ----------
    trip, platform
        Numbers, from 0 (int64).
    arrive_s, depart_s
        Clocks; they rise along a trip (int64).
    """

    trip: Ints
    platform: Ints
    arrive_s: Ints
    depart_s: Ints

    def __post_init__(self) -> None:
        """Refuse what runs backwards."""
        same = self.trip[1:] == self.trip[:-1]
        back = (self.arrive_s[1:] < self.depart_s[:-1])[same]
        if back.any() or (self.depart_s < self.arrive_s).any():
            msg = "timetable: a trip arrives before it has left."
            raise ValueError(msg)
        if len(np.unique(self.trip)) != len(self.trip[:1]) + int((~same).sum()):
            msg = "timetable: the calls of a trip must stand together."
            raise ValueError(msg)

    @cached_property
    def calls(self) -> Calls:
        """The columns as lists, which Python reads faster."""
        return Calls(*(getattr(self, name).tolist() for name in Calls._fields))

    @cached_property
    def arrivals(self) -> dict[int, tuple[list[int], list[int]]]:
        """Per platform, the arrivals in time (s), and their rows."""
        found: dict[int, tuple[list[int], list[int]]] = {}
        for row in np.argsort(self.arrive_s, kind="stable").tolist():
            clocks, rows = found.setdefault(self.calls.platform[row], ([], []))
            clocks.append(self.calls.arrive_s[row])
            rows.append(row)
        return found

    def turned(self) -> "Timetable":
        """Return the timetable with time and rows running backwards: row k is the k-th last."""
        return Timetable(
            self.trip[::-1], self.platform[::-1], -self.depart_s[::-1], -self.arrive_s[::-1]
        )


def turn_back(journey: Journey, n_calls: int) -> Journey:
    """Return a journey found in the turned timetable as one of the timetable itself."""
    last = n_calls - 1
    change: Change = ()
    if journey.change:
        off, on = journey.change
        change = (last - on, last - off)
    return Journey(last - journey.alight, last - journey.board, change, journey.total_s)


def find_journeys(
    timetable: Timetable,
    tail_s: Mapping[int, int],
    near: Near,
    *,
    change_s: int,
    most_wait_s: int,
    most_s: int,
    through: int | None = None,
) -> list[Journey]:
    """Return for each row boarded, and each second trip or none, the shortest journey.

    Backwards in two scans: first along the trips that call where one may alight for good,
    then along the trips from which one may change to these.

    Parameters
    ----------
    timetable
        The calls.
    tail_s
        Rows at which one may alight for good, and what follows until the end (s).
    near
        Where one may change; as far in both directions.
    change_s, most_wait_s
        Least and longest wait for the second trip, the walk to it apart.
    most_s
        Longest total.
    through
        Only journeys that take this trip. Default: all.

    Returns
    -------
    journeys
        The shortest first; then without a change first, then by rows.
    """
    trip, arrive_s = timetable.calls.trip, timetable.calls.arrive_s
    ends = {row: [Offer(arrive_s[row] + s, row, ())] for row, s in tail_s.items()}
    direct = _scan_back(timetable, ends, most_s)
    offers: dict[int, list[Offer]] = {}
    for one in direct:
        for off in _arrivals_for(timetable, one.board, near, change_s, most_wait_s):
            if through is None or through in {trip[off], trip[one.board]}:
                end_s = timetable.calls.depart_s[one.board] + one.total_s
                offers.setdefault(off, []).append(Offer(end_s, one.alight, (off, one.board)))
    if through is not None:
        direct = [one for one in direct if trip[one.board] == through]
    journeys = direct + _scan_back(timetable, offers, most_s)
    return sorted(journeys, key=lambda one: (one.total_s, len(one.change), one))


def _scan_back(
    timetable: Timetable, offers: Mapping[int, list[Offer]], most_s: int
) -> list[Journey]:
    """Return the best journey from each earlier row of a trip to its offers, by second trip."""
    trip, depart_s = timetable.calls.trip, timetable.calls.depart_s
    last: dict[int, int] = {}
    for row in offers:
        last[trip[row]] = max(row, last.get(trip[row], row))
    journeys: list[Journey] = []
    for number, start in sorted(last.items()):
        best: dict[int | None, Offer] = {}
        row = start
        while row >= 0 and trip[row] == number:
            for end_s, alight, change in best.values():
                if end_s - depart_s[row] <= most_s:
                    journeys.append(Journey(row, alight, change, end_s - depart_s[row]))
            for offer in offers.get(row, ()):
                second = trip[offer.change[1]] if offer.change else None
                best[second] = min(offer, best.get(second, offer))
            row -= 1
    return journeys


def _arrivals_for(
    timetable: Timetable, on: int, near: Near, change_s: int, most_wait_s: int
) -> Iterator[int]:
    """Give the rows of other trips from which one may change to a row."""
    calls = timetable.calls
    for platform, walk_s in near.get(calls.platform[on], ()):
        clocks, rows = timetable.arrivals.get(platform, ([], []))
        leave_s = calls.depart_s[on] - walk_s
        first = bisect_left(clocks, leave_s - most_wait_s)
        for off in rows[first : bisect_right(clocks, leave_s - change_s)]:
            if calls.trip[off] != calls.trip[on]:
                yield off
