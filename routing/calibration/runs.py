"""When was the bus driving? Recorded points are put in order, halts and errors cut out."""

from dataclasses import dataclass

import numpy as np

from routing.calibration.reading import Traces
from routing.roads.matching import FASTEST_KMH, NOISE_M
from routing.roads.network import Flags, Floats, Ints
from routing.roads.shapes import EARTH_M, distances_m

GAP_S = 120.0
"""After a longer gap nobody knows which way the bus went (s, assumed)."""

STANDING_KMH = 3.0
"""Below, a bus stands (km/h, assumed): the speed of a straight line fitted to the places
of half a minute, which noise moves by about 1 km/h."""

STANDING_S = 30.0
"""A halt is looked for over so long (s, assumed); halts at stops are planned at 30 s and more."""

APART_M = 50.0
"""Points are thinned until so far apart (m, assumed: five times the noise)."""

MEAN_S = 5.0
"""Points within so long become one, their mean (s, assumed): a place written down every
second is as noisy as one every ten, and a thinned one of them would be chosen by its noise."""

_LEAST_SHARE = 2 / 3
"""Of ``STANDING_S`` that points must span before a speed is fitted (assumed)."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Points of driving only, thinned; ``run`` is the number of the run without a break.

    Parameters
    ----------
    run
        int64, rising; points of one stand together in the order of their times.
    time_s, lon, lat
        float64.
    n_repeated, n_late, n_jumps
        Points at a time that the bus already had; points that stood after a later one;
        steps that no bus could have driven.
    standing_s
        Time cut out.
    """

    run: Ints
    time_s: Floats
    lon: Floats
    lat: Floats
    n_repeated: int
    n_late: int
    n_jumps: int
    standing_s: float


def cut_runs(traces: Traces) -> Runs:
    """Return the points between which buses drove.

    Points are put in the order of their times; of two of one bus at one time the first
    counts. A run ends at a gap of more than ``GAP_S``, at a step faster than any bus, and
    where the bus stands.

    Parameters
    ----------
    traces
        As read.
    """
    n_late = int(((np.diff(traces.time_s) < 0) & (np.diff(traces.bus) == 0)).sum())
    order = np.lexsort((np.arange(len(traces.bus)), traces.time_s, traces.bus))
    bus, time_s = traces.bus[order], traces.time_s[order]
    again = np.zeros(len(bus), bool)
    again[1:] = (bus[1:] == bus[:-1]) & (time_s[1:] == time_s[:-1])
    order = order[~again]
    bus, time_s = bus[~again], time_s[~again]
    lon, lat = traces.lon[order], traces.lat[order]
    jumps, breaks = _find_breaks(bus, time_s, lon, lat)
    begins = np.concatenate((np.ones(min(len(bus), 1), bool), breaks))
    run = np.cumsum(begins) - 1
    stands = _find_standing(run, time_s, lon, lat)
    still = stands[1:] & stands[:-1] & ~breaks
    run = np.cumsum(begins | np.concatenate((begins[:1], stands[1:] != stands[:-1])))
    standing_s = float(np.diff(time_s)[still].sum())
    drives = ~stands
    run, time_s, lon, lat = _means(run[drives], time_s[drives], lon[drives], lat[drives])
    kept = _thin(run, lon, lat)
    return Runs(
        run[kept], time_s[kept], lon[kept], lat[kept], int(again.sum()), n_late,
        int(jumps.sum()), standing_s,
    )  # fmt: skip


def _find_breaks(bus: Ints, time_s: Floats, lon: Floats, lat: Floats) -> tuple[Flags, Flags]:
    """Return which steps no bus could have driven, and which end a run for any reason."""
    same = bus[1:] == bus[:-1]
    elapsed_s = np.diff(time_s)
    far_m = distances_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    near_gap = same & (elapsed_s <= GAP_S)
    jumps = near_gap & (far_m > FASTEST_KMH / 3.6 * elapsed_s + 6 * NOISE_M)
    return jumps, ~near_gap | jumps


def _find_standing(run: Ints, time_s: Floats, lon: Floats, lat: Floats) -> Flags:
    """Return at which points the bus stands."""
    stands = np.zeros(len(run), bool)
    if not len(run):
        return stands
    edges = np.flatnonzero(np.diff(run)) + 1
    for begin, end in zip([0, *edges.tolist()], [*edges.tolist(), len(run)], strict=True):
        part = slice(begin, end)
        stands[part] = _stands(time_s[part], lon[part], lat[part])
    return stands


def _stands(time_s: Floats, lon: Floats, lat: Floats) -> Flags:
    """Return which points of one run lie in a window over which the fitted speed is low."""
    n = len(time_s)
    t = time_s - time_s[0]
    x = np.radians(lon - lon[0]) * EARTH_M * np.cos(np.radians(lat[0]))
    y = np.radians(lat - lat[0]) * EARTH_M
    stop = np.searchsorted(t, t + STANDING_S + 1e-6, side="right")
    count = stop - np.arange(n)

    def total(values: Floats) -> Floats:
        run_up = np.concatenate((np.zeros(1), np.cumsum(values)))
        return run_up[stop] - run_up[:-1]

    spread = total(t * t) - total(t) ** 2 / count
    slopes = [
        (total(t * one) - total(t) * total(one) / count) / np.where(spread > 0, spread, 1)
        for one in (x, y)
    ]
    span_s = t[stop - 1] - t
    slow = (np.hypot(*slopes) * 3.6 < STANDING_KMH) & (span_s >= _LEAST_SHARE * STANDING_S)
    marks = np.zeros(n + 1, np.int64)
    marks[:-1] += slow
    np.subtract.at(marks, stop[slow], 1)
    return np.cumsum(marks)[:-1] > 0


def _means(
    run: Ints, time_s: Floats, lon: Floats, lat: Floats
) -> tuple[Ints, Floats, Floats, Floats]:
    """Return points of which those of one run within ``MEAN_S`` are made one."""
    if not len(run):
        return run, time_s, lon, lat
    begin_s = time_s[np.searchsorted(run, run)]
    bin_ = np.floor((time_s - begin_s) / MEAN_S)
    new = np.ones(len(run), bool)
    new[1:] = (run[1:] != run[:-1]) | (bin_[1:] != bin_[:-1])
    group = np.cumsum(new) - 1
    count = np.bincount(group)
    # from the first of each group: sums of whole coordinates would lose digits
    first = np.flatnonzero(new)
    means = (
        one[first] + np.bincount(group, one - one[first][group]) / count
        for one in (time_s, lon, lat)
    )
    time_s, lon, lat = means
    return run[first], time_s, lon, lat


def _thin(run: Ints, lon: Floats, lat: Floats) -> Ints:
    """Return the rows that are ``APART_M`` or more from the last kept one of their run."""
    kept: list[int] = []
    last_run, x0, y0 = -1, 0.0, 0.0
    x_m = np.radians(lon) * EARTH_M * np.cos(np.radians(lat))
    y_m = np.radians(lat) * EARTH_M
    rows = zip(run.tolist(), x_m.tolist(), y_m.tolist(), strict=True)
    for at, (this, x, y) in enumerate(rows):
        if this != last_run or (x - x0) ** 2 + (y - y0) ** 2 >= APART_M**2:
            kept.append(at)
            last_run, x0, y0 = this, x, y
    return np.array(kept, np.int64)
