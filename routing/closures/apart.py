"""Which pupils surely sit in different runs? Each of them asks for a run of its own.

Two pupils of one school cannot ride together where, in either order of the two, the one who
boards first would be aboard beyond its limit: from stop to stop, on to the school, and the
dwell, each at the very least. In the afternoon the same holds with the orders turned. Of
pupils no two of whom can ride together every one has a run of its own, whatever the routes.
They are picked the farthest first; any other such pick would be a bound as well.

Seats say the same another way: of a school's pupils, the farthest first, those aboard of any
k runs are at most k times the seats of the largest bus, so the run after them is at least as
long as the way of the pupil next in line. At each school the kind that asks for more counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.closures.shortest import Between

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Riders:
    """Who surely rides to which school, and how long at the least.

    Parameters
    ----------
    between
        From home to home, at least.
    drive_s
        Aboard to each school, at least (float64, s, rows x schools); inf: never.
    sure
        Whether a row surely needs a seat in a school bus there (bool).
    limit_s
        Per row: longest time aboard (float64, s).
    dwell_s
        At the stop of the pupil itself, at the least (s).
    n
        Per row: its students (int64).
    most_seats
        Pupils in the largest bus.
    """

    between: Between
    drive_s: Floats
    sure: Flags
    limit_s: Floats
    dwell_s: int
    n: Ints
    most_seats: int


def find_apart(riders: Riders, school: Ints) -> Ints:
    """Return the runs that rows ask for at their own schools and that no other row counts too.

    Parameters
    ----------
    riders
        Who rides.
    school
        Per row: the school attended.

    Returns
    -------
    runs
        Rows x schools (int64), 0 for rows that might ride with one that is counted.
    """
    runs = np.zeros(riders.sure.shape, np.int64)
    n_schools = riders.sure.shape[1]
    for at in range(n_schools):
        own = np.flatnonzero((school == at) & riders.sure[:, at])
        own = own[np.lexsort((own, -riders.drive_s[own, at]))]
        by_limit, by_seats = _by_limit(riders, own, at), _by_seats(riders, own)
        way_s = riders.drive_s[own, at]
        more = int(by_limit @ way_s) >= int(by_seats @ way_s)
        runs[own, at] = by_limit if more else by_seats
    return runs


def _by_limit(riders: Riders, own: Ints, at: int) -> Ints:
    """Return the runs of rows, the farthest first, of which no two can ride together."""
    runs = np.zeros(len(own), np.int64)
    left = np.arange(len(own))
    while len(left):
        k, left = int(left[0]), left[1:]
        runs[k] = -(-riders.n[own[k]] // riders.most_seats)
        left = left[~_together(riders, int(own[k]), own[left], at)]
    return runs


def _by_seats(riders: Riders, own: Ints) -> Ints:
    """Return the runs of rows, the farthest first, that begin when all before are full."""
    past = np.cumsum(riders.n[own])
    return -(-past // riders.most_seats) - -(-(past - riders.n[own]) // riders.most_seats)


def add_movers(riders: Riders, runs: Ints, rows: Ints, allowed: Flags) -> Ints:
    """Return the runs with rows counted also where they may be sent, where they stay apart.

    Parameters
    ----------
    riders
        Who rides.
    runs
        As found at the own schools.
    rows
        Rows whose school may close.
    allowed
        Where each row may go (bool, rows x schools).
    """
    runs = runs.copy()
    counted = rows[runs[rows].any(axis=1)]
    for row in sorted(counted.tolist(), key=lambda row: (-riders.drive_s[row].min(), row)):
        for at in np.flatnonzero(allowed[row] & riders.sure[row] & (runs[row] == 0)).tolist():
            if not _together(riders, row, np.flatnonzero(runs[:, at]), at).any():
                runs[row, at] = -(-riders.n[row] // riders.most_seats)
    return runs


def _together(riders: Riders, row: int, others: Ints, at: int) -> Flags:
    """Return which others might share a run to a school with a row."""
    way_s = riders.between.seconds(row)[others] + riders.dwell_s
    first = way_s + riders.drive_s[others, at] <= riders.limit_s[row]
    last = way_s + riders.drive_s[row, at] <= riders.limit_s[others]
    return np.asarray(first | last, np.bool_)
