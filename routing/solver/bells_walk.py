"""Which shifts look best before chains are made? A walk over shifts that counts paths."""

import numpy as np
from numpy.typing import NDArray

from routing.solver.bells_kernels import anneal_shifts
from routing.solver.bells_state import Bells
from routing.solver.chain_cooling import Cooling, cool_walk
from routing.solver.effort import Effort

Ints = NDArray[np.int64]

NEVER_S = 2**40
"""A gap of a succession that cannot be (s)."""
WARM_SHARE, COLD_SHARE = 0.5, 0.005
"""Temperatures of the walk as shares of the mean price of a bus (tried)."""
HALF_SHARE = 0.05
"""What a bus of one half counts for beside the busier half, of its price (tried)."""
BATCH_STEPS = 200
"""Steps between two looks at the clock: about 20 ms (measured)."""
ROUND_STEPS = 10_000
"""Steps in a round where rounds decide: about a second for 160 trips a half (measured)."""


def walk_shifts(
    bells: Bells, shift_s: tuple[int, ...], effort: Effort, seconds: float
) -> tuple[int, ...]:
    """Return the shifts under which the trips take the fewest paths, each at its price.

    Parameters
    ----------
    bells
        The problem.
    shift_s
        Where the walk starts.
    effort, seconds
        Whether the clock decides, and how long (s).
    """
    shifts, n_shifts = _shifts(bells)
    pairs = zip(bells.problem.shifts_s, shift_s, strict=True)
    chosen = np.array([own.index(now_s) for own, now_s in pairs])
    of_school, n_of = _of_school(bells)
    n = np.array([len(links.servable) for links in bells.halves])
    least, gap = _windows(bells, shift_s, n)
    then, before = (np.full(gap.shape[:2], -1, np.int64) for _ in range(2))
    bus = float(np.mean(bells.fixed_yuan))
    price = np.array(bells.problem.move_yuan, np.float64) + 1.0
    values = np.array([-1.0, -1.0, float(price[np.array(shift_s) != 0].sum())])
    best, dice = chosen.copy(), np.array([effort.seed % 2**63 + 1], np.uint64)

    def walk(heat: NDArray[np.float64], steps: int) -> None:
        anneal_shifts(
            shifts, n_shifts, price, chosen, best, of_school, n_of, least, gap, n, then, before,
            values, heat, bus, HALF_SHARE * bus, steps, dice,
        )  # fmt: skip

    cooling = Cooling(WARM_SHARE * bus, COLD_SHARE / WARM_SHARE, BATCH_STEPS, ROUND_STEPS)
    cool_walk(walk, cooling, effort, seconds)
    return tuple(own[int(k)] for own, k in zip(bells.problem.shifts_s, best, strict=True))


def _windows(bells: Bells, shift_s: tuple[int, ...], n: Ints) -> tuple[Ints, Ints]:
    """Return per half the first and last starts under some shifts, and the gaps (s)."""
    most, at = max(1, int(n.max())), np.array(shift_s, np.int64)
    least, gap = np.zeros((2, 2 * most), np.int64), np.full((2, most, most), NEVER_S, np.int64)
    for h, links in enumerate(bells.halves):
        trips = list(links.servable)
        own = at[bells.schools[h][trips]]
        least[h, : n[h]] = links.problem.earliest_s[trips] + own
        least[h, n[h] : 2 * n[h]] = links.problem.latest_s[trips] + own
        gap[h, : n[h], : n[h]] = _gaps(bells, h)
    return least, gap


def _shifts(bells: Bells) -> tuple[Ints, Ints]:
    choices = bells.problem.shifts_s
    n_shifts = np.array([len(own) for own in choices], np.int64)
    shifts = np.zeros((len(choices), int(n_shifts.max(initial=1))), np.int64)
    for school, own in enumerate(choices):
        shifts[school, : len(own)] = own
    return shifts, n_shifts


def _of_school(bells: Bells) -> tuple[Ints, Ints]:
    """Return the trips of each school among those that can be served, per half."""
    n_schools = len(bells.problem.shifts_s)
    lists: list[list[list[int]]] = [[[] for _ in range(n_schools)] for _ in range(2)]
    for h, links in enumerate(bells.halves):
        for place, trip in enumerate(links.servable):
            lists[h][int(bells.schools[h][trip])].append(place)
    longest = max(1, *(len(own) for half in lists for own in half))
    of_school, n_of = (
        np.zeros((2, n_schools, longest), np.int64),
        np.zeros((2, n_schools), np.int64),
    )
    for h in range(2):
        for school, own in enumerate(lists[h]):
            of_school[h, school, : len(own)] = own
            n_of[h, school] = len(own)
    return of_school, n_of


def _gaps(bells: Bells, h: int) -> Ints:
    """Return the gaps between trips that can be served; never, where no bus may drive both."""
    links = bells.halves[h]
    problem, trips = links.problem, list(links.servable)
    fits = (problem.fits & np.array([n != 0 for n in problem.n_available])[None, :]).astype(
        np.int64
    )
    able = problem.linked & (fits @ fits.T > 0)
    gaps = np.where(able, links.gap_s, NEVER_S)
    np.fill_diagonal(gaps, NEVER_S)
    return np.asarray(gaps[np.ix_(trips, trips)], np.int64)
