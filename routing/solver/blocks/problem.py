"""What is asked and answered where many schools share one fleet in one half-day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.solver.problem import Ints

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BlockProblem:
    """Many schools, one fleet, one half-day, as it looks driven to school.

    A *stand* is a number of students of one school who board together; a *call* is a visit
    of a bus to a stand or to a school; a *block* is all that one bus drives in the
    half-day (GTFS ``block_id``). A half-day to home is asked backwards: the caller turns
    time and drives round, so that every stand comes before its school.

    A bus may wait anywhere. The ride of a stand is from arrival at the stand to the first
    arrival at its school after it; waiting in between counts. Students get off the first
    time their bus is at their school; a bus calls at a school only to unload. Dwell at the
    school follows the arrival and is in the ride of those who stay aboard only.

    Parameters
    ----------
    duration_s, distance_m
        Driving between places (int64, p by p), zero on the diagonal. Any whole unit of
        time serves, if it is the same everywhere.
    linked
        Whether there is a way from a place to another (bool, p by p).
    place, school, load, n_chairs, dwell_s, max_ride_s
        Per stand (int64): where, for which school, seats taken, wheelchair places taken,
        standing there, longest ride. Load and n_chairs are not both 0.
    school_place, earliest_s, latest_s, unload_s, unload_each_s
        Per school (int64): where it is, when a bus may arrive, standing at each call, and
        more of it for each student (load and n_chairs) who gets off.
    shares
        Whether students of two schools may be on a bus together (bool, schools by
        schools, symmetric, true on the diagonal). None but the diagonal: single loads.
    fits
        Whether a type of bus may carry a stand (bool, stands by types).
    seats, chair_places
        Per type of bus: seats and wheelchair places.
    fixed_yuan, yuan_per_km, n_available
        As in ``RouteProblem``; the kilometres of a block run from its first call to its
        last, empty ones between trips included.
    """

    duration_s: Ints
    distance_m: Ints
    linked: Bools
    place: Ints
    school: Ints
    load: Ints
    n_chairs: Ints
    dwell_s: Ints
    max_ride_s: Ints
    school_place: Ints
    earliest_s: Ints
    latest_s: Ints
    unload_s: Ints
    unload_each_s: Ints
    shares: Bools
    fits: Bools
    seats: tuple[int, ...]
    chair_places: tuple[int, ...]
    fixed_yuan: tuple[int, ...]
    yuan_per_km: tuple[int, ...]
    n_available: tuple[int | None, ...]


@dataclass(frozen=True)
class Block:
    """One bus of a half-day.

    Parameters
    ----------
    bus_type
        Its type.
    calls
        In the order driven: k is stand k, -1 - k is school k.
    arrive_s
        When the bus arrives at each call: at each school as early as the block allows, at
        each stand as late as leaves that so.
    """

    bus_type: int
    calls: tuple[int, ...]
    arrive_s: tuple[int, ...]


@dataclass(frozen=True)
class BlockSolution:
    """Blocks for a ``BlockProblem``.

    Parameters
    ----------
    blocks
        Every stand is in one block, or in ``unserved``.
    unserved
        Stands for which no bus was left, or that no bus can bring in time.
    cost_yuan
        Fixed and running cost per year, recomputed from the blocks.
    n_blocks_bound
        No answer that serves as many students has fewer blocks than this.
    proven
        Whether no answer is cheaper.
    """

    blocks: tuple[Block, ...]
    unserved: tuple[int, ...]
    cost_yuan: int
    n_blocks_bound: int
    proven: bool
