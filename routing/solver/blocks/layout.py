"""How a problem lies in memory for the compiled search: few arrays, whole numbers, no names.

A block is a row of calls; each call carries what the search asks of it most, so that one
block is a few lines of the processor's cache.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.solver.blocks.problem import BlockProblem
from routing.solver.problem import Ints

Small = NDArray[np.int32]
Words = NDArray[np.uint64]

NO_WAY = 2**30 - 1
"""Driving time where there is no way, or one longer than any block may use."""
LONGEST_TIME = 2**30 - 2
"""Times after the earliest moment of a problem must stay below this (32 bits)."""
N_NEAR_ALL, N_NEAR_SCHOOL = 100, 40
"""Neighbours kept of each stand: nearest of all, and nearest of its own school (tried)."""
GAP_SHARE = 0.1
"""What a unit of time between the windows of two stands' schools counts against a unit of
driving, when neighbours are chosen (tried)."""
MOST_CALLS = 250
"""Calls of one block at most: more than a half-day holds (assumed)."""
MOST_TYPES = 60
"""Types of bus at most: a set of them is one machine word."""

# Fields of a call in a row; one call is 64 bytes. RIDE and DROP (where its students get off) are
# of stands, FIRST is a stand's school, or the first call whose students get off at a school; GO
# is dwell and drive to the next call, SUM all of them before, SLACK what may be added after the
# call for all aboard; LO and HI are used in scratch rows only.
CODE, PLACE, LO, HI, DWELL, RIDE, DROP, FIRST, GO, SUM, EARLY, LATE, LOAD, CHAIRS, SLACK, LEG = (
    range(16)
)
N_FIELDS = 16
# Fields of the head of a row.
N_CALLS, TYPE, LENGTH, PRICE, STAMP, PEAK, PEAK_CHAIRS, MASK = range(8)
N_HEAD = 8
# Columns of the table of stands.
S_PLACE, S_SCHOOL, S_LOAD, S_CHAIRS, S_DWELL, S_RIDE, S_LO, S_HI, S_MASK, S_ALONE = range(10)
# Columns of the table of schools.
H_PLACE, H_EARLY, H_LATE, H_UNLOAD, H_EACH = range(5)
# Columns of the table of types.
T_SEATS, T_CHAIRS, T_FIXED, T_KM = range(4)


class Ground(NamedTuple):
    """A problem that does not change while it is searched.

    Parameters
    ----------
    way
        Between places a, b (int32, p by p by 4): driving time and metres there, and back.
    stand
        Per stand (int64): place, school, seats and chairs taken, dwell, longest ride,
        when a bus may be there, types of bus that may carry it (bits), whether it can be
        brought alone.
    school
        Per school (int64): place, window of arrival, dwell, and dwell for each student.
    shares
        0: one school at a time; 1: any schools together; 2: as ``together`` says.
    together
        Whether two schools' students may be aboard together (bool).
    near
        For each stand others, nearest first; it leads its own list (int64).
    kinds
        Per type of bus (int64): seats, chairs, fixed cost (thousandths of a yuan), yuan
        per km.
    keys
        Numbers by which stands are sorted before they are put back (int64, stands by k).
    """

    way: Small
    stand: Ints
    school: Ints
    shares: int
    together: NDArray[np.bool_]
    near: Ints
    kinds: Ints
    keys: Ints


def lay_ground(problem: BlockProblem) -> tuple[Ground, int]:
    """Return the problem as arrays, and the moment from which their times count.

    Raises
    ------
    ValueError
        A shape that does not fit, or numbers too large for the engine.
    """
    check_shapes(problem)
    origin = int((problem.earliest_s[problem.school] - problem.max_ride_s).min(initial=0))
    origin = min(origin, int(problem.earliest_s.min(initial=0)))
    school = _lay_schools(problem, origin)
    way = _lay_ways(problem, int(school[:, H_LATE].max(initial=0)))
    stand = _lay_stands(problem, school, way)
    kinds = np.stack(
        [
            np.array(problem.seats, np.int64),
            np.array(problem.chair_places, np.int64),
            np.array(problem.fixed_yuan, np.int64) * 1000,
            np.array(problem.yuan_per_km, np.int64),
        ],
        axis=1,
    )
    off_diagonal = problem.shares[~np.eye(len(problem.shares), dtype=bool)]
    shares = 0 if not off_diagonal.any() else 1 if off_diagonal.all() else 2
    near = _find_near(stand, school, way)
    keys = _lay_keys(stand, school, way)
    together = np.ascontiguousarray(problem.shares)
    return Ground(way, stand, school, shares, together, near, kinds, keys), origin


def check_shapes(problem: BlockProblem) -> None:
    """Refuse what would crash the engine.

    Raises
    ------
    ValueError
        A shape that does not fit, or numbers too large for the engine.
    """
    n, s, p = len(problem.place), len(problem.school_place), len(problem.duration_s)
    k = len(problem.seats)
    per_type = (
        problem.chair_places,
        problem.fixed_yuan,
        problem.yuan_per_km,
        problem.n_available,
    )
    per_stand = (problem.school, problem.load, problem.n_chairs, problem.dwell_s)
    per_school = (problem.earliest_s, problem.latest_s, problem.unload_s, problem.unload_each_s)
    wrong = [
        any(a.shape != (p, p) for a in (problem.duration_s, problem.distance_m, problem.linked)),
        any(len(row) != n for row in (*per_stand, problem.max_ride_s)),
        any(len(row) != s for row in per_school),
        problem.shares.shape != (s, s) or problem.fits.shape != (n, k),
        any(len(row) != k for row in per_type) or k > MOST_TYPES,
        bool((problem.place >= p).any() or (problem.place < 0).any()),
        bool((problem.school_place >= p).any() or (problem.school_place < 0).any()),
        bool((problem.school >= s).any() or (problem.school < 0).any()),
    ]
    if any(wrong):
        msg = f"block problem: shapes do not fit {n} stands, {s} schools, {p} places, {k} types."
        raise ValueError(msg)
    positive = [problem.duration_s, problem.distance_m, problem.load, problem.n_chairs]
    positive += [problem.dwell_s, problem.max_ride_s, problem.unload_s, problem.unload_each_s]
    if any(a.dtype != np.int64 or (a < 0).any() for a in positive):
        msg = "block problem: want int64, none negative."
        raise ValueError(msg)


def _lay_schools(problem: BlockProblem, origin: int) -> Ints:
    school = np.stack(
        [
            problem.school_place,
            problem.earliest_s - origin,
            problem.latest_s - origin,
            problem.unload_s,
            problem.unload_each_s,
        ],
        axis=1,
    ).astype(np.int64)
    span = int(school[:, H_LATE].max(initial=0))
    most_metres = int(problem.distance_m[problem.linked].max(initial=0))
    most_dwell = int(problem.unload_s.max(initial=0)) + int(
        problem.unload_each_s.max(initial=0) * (problem.load + problem.n_chairs).sum()
    )
    longest = max(int(problem.max_ride_s.max(initial=0)), int(problem.dwell_s.max(initial=0)))
    if max(span, longest, most_metres, most_dwell) > LONGEST_TIME:
        msg = f"block problem: times and metres must stay below {LONGEST_TIME}; use a larger unit."
        raise ValueError(msg)
    return school


def _lay_ways(problem: BlockProblem, span: int) -> Small:
    p = len(problem.duration_s)
    way = np.empty((p, p, 4), np.int32)
    usable = problem.linked & (problem.duration_s <= span)
    way[:, :, 0] = np.where(usable, problem.duration_s, NO_WAY)
    way[:, :, 1] = np.where(usable, problem.distance_m, 0)
    way[:, :, 2] = way[:, :, 0].T
    way[:, :, 3] = way[:, :, 1].T
    return way


def _lay_stands(problem: BlockProblem, school: Ints, way: Small) -> Ints:
    n = len(problem.place)
    stand = np.zeros((n, 10), np.int64)
    own = school[problem.school] if n else np.zeros((0, 5), np.int64)
    direct = way[problem.place, own[:, H_PLACE], 0].astype(np.int64)
    stand[:, S_PLACE], stand[:, S_SCHOOL] = problem.place, problem.school
    stand[:, S_LOAD], stand[:, S_CHAIRS] = problem.load, problem.n_chairs
    stand[:, S_DWELL], stand[:, S_RIDE] = problem.dwell_s, problem.max_ride_s
    stand[:, S_LO] = own[:, H_EARLY] - problem.max_ride_s
    stand[:, S_HI] = own[:, H_LATE]
    for k in range(len(problem.seats)):
        carries = problem.fits[:, k] & (problem.load <= problem.seats[k])
        carries &= problem.n_chairs <= problem.chair_places[k]
        carries &= problem.n_available[k] != 0
        stand[:, S_MASK] |= np.where(carries, 1 << k, 0)
    stand[:, S_ALONE] = (
        (direct + problem.dwell_s <= problem.max_ride_s)
        & (own[:, H_EARLY] <= own[:, H_LATE])
        & (stand[:, S_MASK] > 0)
        & (direct < NO_WAY)
    )
    return stand


def _find_near(stand: Ints, school: Ints, way: Small) -> Ints:
    n = len(stand)
    n_near = min(n, N_NEAR_ALL + N_NEAR_SCHOOL)
    near = np.zeros((n, max(1, n_near)), np.int64)
    places, schools = stand[:, S_PLACE], stand[:, S_SCHOOL]
    early, late = school[:, H_EARLY], school[:, H_LATE]
    for k in range(n):
        row = way[places[k], places]
        apart = np.minimum(row[:, 0], row[:, 2]).astype(np.float64)
        gap = np.maximum(early[schools] - late[schools[k]], early[schools[k]] - late[schools])
        apart += GAP_SHARE * np.maximum(gap, 0)
        apart[k] = -1.0
        order = np.argsort(apart, kind="stable")
        mates = order[schools[order] == schools[k]][:N_NEAR_SCHOOL]
        others = order[~np.isin(order, mates)][: n_near - len(mates)]
        chosen = np.concatenate([mates, others])
        near[k] = chosen[np.argsort(apart[chosen], kind="stable")]
    return near


def _lay_keys(stand: Ints, school: Ints, way: Small) -> Ints:
    """Return four numbers per stand: small first means many, far, near, early."""
    target = school[stand[:, S_SCHOOL]]
    direct = way[stand[:, S_PLACE], target[:, H_PLACE], 0].astype(np.int64)
    load = stand[:, S_LOAD] + stand[:, S_CHAIRS]
    return np.ascontiguousarray(np.stack([-load, -direct, direct, target[:, H_LATE]], axis=1))
