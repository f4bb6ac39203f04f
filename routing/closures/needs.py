"""How many buses does a county need at the least? Bounds from bells, drives and seats.

Take the schools whose bells lie in one span. A bus ends its runs to them between the
opening of the first window and the shutting of the last: the width W. A run with one
school after another run takes, gate to gate, at least the cycle of each of its pupils:
empty from some gate to the stop, and on with the pupil to the school, with the dwells.
Where f is a number of each pupil such that the f of all pupils of a run never exceeds the
seats times g(cycle of the run), what one bus holds is its seats times what fits in W, and
one run more: the first, before which nothing had to be driven. Two kinds of f are used.
Steps: f is 1 for pupils whose cycle is over W / m, so that a bus has at most m such runs.
Lengths: f is the cycle, cut at some length c; a bus holds W + c a seat. In the afternoon
the same holds from departure to departure. With pupils of several schools aboard, only
the time aboard counts, and W is widened by the longest ride.

Of pupils who can never share a run (``apart``) each has a run of its own, however few are
aboard: then a bus holds what fits in W and one run more, whatever its seats.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.closures.county import County, at_grades
from routing.costs import bus_costs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_RUNS = 4
"""Runs of one bus in a half-day up to which steps are tried (assumed)."""

CUTS = (0.5, 0.75, 0.95, 1.0)
"""Lengths at which cycles are cut, as quantiles of them (assumed)."""

KEPT = 3
"""Needs kept of each kind: those that ask for most buses at present (assumed)."""

RUN = 1_000
"""A run in the whole numbers of a need (parts of a run)."""


@dataclass(frozen=True, eq=False)
class BusNeed:
    """One bound on the buses of a county.

    Parameters
    ----------
    use
        What one pupil needs, by row and school (int64, rows x schools).
    per_bus
        What one bus of each type holds (int64).
    by_run
        Whether runs are counted, not seats: then a row's use is that of its run, spread
        over its pupils.
    """

    use: Ints
    per_bus: Ints
    by_run: bool = False


def find_needs(county: County) -> list[BusNeed]:
    """Return bounds on the number of buses by their seats, the strongest at present first.

    Parameters
    ----------
    county
        Uses the cycles, the time aboard and the bells.
    """
    seats = bus_costs(county.district.bus_types, county.policy)["pupil_seats"].to_numpy(np.int64)
    alike = county.policy.mixed_loads == "never"
    length_s = np.where(county.rides, county.cycle_s if alike else county.aboard_s, 0)
    return _strongest(county, [
        need
        for here, span_s in _spans(county)
        for need in _seat_needs(county, np.where(here, length_s, 0), here, span_s, seats, alike)
    ])  # fmt: skip


def find_run_needs(county: County, runs: Ints) -> list[BusNeed]:
    """Return bounds on the number of buses by runs of pupils who can never share one.

    Parameters
    ----------
    county
        Uses the cycles and the bells.
    runs
        Runs that each row asks for, by school (``apart``).
    """
    n_types = len(county.district.bus_types)
    share = runs / np.maximum(county.n, 1)[:, None]
    found = []
    for here, span_s in _spans(county) if runs.any() else ():
        counted = np.where(here, share, 0)
        for m in range(1, MOST_RUNS + 1):
            use = np.floor(RUN * counted * (county.cycle_s * m > span_s))
            found.append(BusNeed(use.astype(np.int64), np.full(n_types, RUN * m), by_run=True))
        known = county.cycle_s[counted > 0]
        for quantile in CUTS if len(known) else ():
            cut_s = int(np.quantile(known, quantile)) + 1
            use = np.floor(counted * np.minimum(county.cycle_s, cut_s))
            per_bus = np.full(n_types, span_s + cut_s)
            found.append(BusNeed(use.astype(np.int64), per_bus, by_run=True))
    return _strongest(county, found)


def _spans(county: County) -> list[tuple[Flags, int]]:
    """Return spans of bells: which schools' bells lie in each, and its width with the windows (s)."""
    policy, schools = county.policy, county.district.schools
    loose_s = 2 * policy.move_bells_max_s
    morning = policy.arrive_before_max_s - policy.arrive_before_min_s + loose_s
    afternoon = policy.leave_after_max_s - policy.leave_after_min_s + loose_s
    if policy.mixed_loads != "never":
        longest_s = int(at_grades(policy.max_ride_s, np.array([1, 4, 7])).max())
        morning, afternoon = morning + longest_s, afternoon + longest_s
    found = []
    for column, width_s in (("bell_s", morning), ("dismissal_s", afternoon)):
        clock_s = schools[column].to_numpy(np.int64)
        if "bell_moved_s" in schools:
            clock_s = clock_s - schools["bell_moved_s"].fillna(0).to_numpy(np.int64)
        marks = np.unique(clock_s)
        found += [
            ((clock_s >= low) & (clock_s <= high), int(high - low) + width_s)
            for low in marks
            for high in marks[marks >= low]
        ]
    return found


def _strongest(county: County, needs: list[BusNeed]) -> list[BusNeed]:
    own = np.arange(len(county.n)), county.school
    asked = [float((need.use[own] * county.n).sum()) / max(need.per_bus.max(), 1) for need in needs]
    order = sorted(range(len(needs)), key=lambda k: (-asked[k], k))
    return [needs[k] for k in order[:KEPT]]


def _seat_needs(
    county: County, length_s: Floats, here: Flags, span_s: int, seats: Ints, alike: bool
) -> list[BusNeed]:
    """Return the needs of the schools of one span of bells."""
    found = []
    counted = county.rides & here
    if alike:
        for m in range(1, MOST_RUNS + 1):
            use = counted & (length_s * m > span_s)
            found.append(BusNeed(use.astype(np.int64), seats * m))
    own = length_s[np.arange(len(county.n)), county.school]
    known = own[own > 0]
    for quantile in CUTS if len(known) else ():
        cut_s = int(np.quantile(known, quantile)) + 1
        more_s = cut_s if alike else 0
        use = np.floor(np.minimum(length_s, cut_s) if alike else length_s)
        found.append(BusNeed(use.astype(np.int64), seats * (span_s + more_s)))
        if not alike:
            break
    return found
