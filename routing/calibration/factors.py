"""Say how much slower or faster than planned buses drive, on each class of road."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from routing.calibration.reading import Traces
from routing.calibration.runs import APART_M, GAP_S, cut_runs
from routing.errors import Fault, InputError
from routing.policy import Policy, TimeFactors
from routing.roads import bus_network
from routing.roads.candidates import REACH_M
from routing.roads.matching import Matches, match_traces
from routing.roads.network import ROAD_CLASSES, BusSize, Floats, Ints, Network, Roads
from routing.roads.speeds import link_times_ms, road_parent
from routing.words import Text

ENOUGH_KM = 5.0
"""A class driven less keeps its factor (km, assumed)."""

PIECE_M = 200.0
"""The spread is over pieces of travel of at least so much on one class (m, assumed)."""

LOWEST, HIGHEST = 0.3, 5.0
"""What ``Policy.time_factors`` may be."""

MOST_OFF = 0.5
"""Above this share of points off the roads something is wrong with the places (assumed)."""

CLASSES = tuple(part.name for part in fields(TimeFactors))

_ROUNDS = 30
_LEAST_DRIVING = 0.2
"""Of a step's time at least this share is driving, however much turning is planned (assumed)."""

_NO_DRIVING = Text(
    "holds no drive that can be followed: a bus must have two points or more, at most {gap_s} s "
    "and at least {apart_m} m apart.",
    "没有可用的行驶轨迹：同一车辆须有两个以上轨迹点，间隔不超过{gap_s}秒且相距不少于{apart_m}米。",
)
_MORE_POINTS = Text(
    "Export a week of the recorder, a point every 10 s or more often.",
    "请导出一周的轨迹，至少每10秒一个点。",
)
_OFF = Text(
    "{n} of {total} points of driving lie further than {reach_m} m from any road for buses.",
    "{total}个行驶轨迹点中有{n}个距校车可行道路超过{reach_m}米。",
)
_SYSTEM = Text(
    "Take the roads of that county; places must be WGS-84: those of GCJ-02 lie 0.5 km off, of "
    "BD-09 1.3 km.",
    "请使用当地路网；坐标须为WGS-84：GCJ-02偏移约0.5公里，BD-09偏移约1.3公里。",
)


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the traces say about driving times.

    Parameters
    ----------
    table
        One row per class of road, in the order of ``CLASSES``: ``road_class``, ``km``,
        ``hours`` (driven), ``n_pieces``, ``factor`` (observed over planned, all together;
        NaN where nothing was driven), ``low``, ``middle``, ``high`` (quartiles over pieces
        of travel), ``enough``, ``was`` (the policy's number), ``now`` (what is proposed).
    factors
        The proposed ``Policy.time_factors``, to be used with a ``time_factor`` of 1.
    resets
        Whether the policy's ``time_factor`` was another, and is in the factors now.
    n_points, n_buses, n_runs
        Points read, and what they are of; runs are drives without a halt.
    n_off
        Points of driving without a road near.
    n_repeated, n_late, n_jumps
        As in ``Runs``.
    standing_hours
        Halts cut out.
    notes
        What was done to read the traces.
    """

    table: pd.DataFrame
    factors: TimeFactors
    resets: bool
    n_points: int
    n_buses: int
    n_runs: int
    n_off: int
    n_repeated: int
    n_late: int
    n_jumps: int
    standing_hours: float
    notes: tuple[Text, ...]


@dataclass(frozen=True, eq=False)
class _Shares:
    """Planned driving by step and class: ``planned_s`` (s) and ``length_m``, steps x classes."""

    planned_s: Floats
    length_m: Floats
    observed_s: Floats


def calibrate_speeds(traces: Traces, roads: Roads, policy: Policy) -> Calibration:
    """Return the factors of driving time by class of road that fit traces of buses.

    Halts are cut out, the rest is matched to the roads, and the time between points, less
    what is planned for turns and signals, is compared with the planned time of a loaded
    bus without any factor. A step over roads of several classes is shared out in
    proportion to what each takes by the factors found, until they no longer change.

    Parameters
    ----------
    traces
        Best of runs with pupils: empty buses may drive faster.
    roads
        Where they drove.
    policy
        The rules of speed and turns; its ``time_factor`` and ``time_factors`` are what is
        measured, and stay where a class was driven less than ``ENOUGH_KM``.

    Raises
    ------
    InputError
        When nothing in the traces can be followed, or most of it is off the roads.
    RoadsError
        When the roads cannot be measured exactly.
    """
    plain = replace(policy, time_factor=1.0, time_factors=TimeFactors(), ferries=False)
    runs = cut_runs(traces)
    # the smallest bus, without pupils: where a bus was, a bus could drive
    network = bus_network(roads, replace(plain, signal_s=0), size=BusSize(0, 0, 0, 0), loaded=False)
    matches = match_traces(network, runs.run, runs.time_s, runs.lon, runs.lat)
    _refuse_lost(traces, len(runs.run), matches)
    shares = _share_out(matches, network, plain)
    factor = _fit_factors(shares)
    table = _tabulate(matches, shares, factor, policy)
    return Calibration(
        table,
        TimeFactors(**dict(zip(table["road_class"], table["now"].tolist(), strict=True))),
        policy.time_factor != 1,
        len(traces.bus),
        len(np.unique(traces.bus)),
        len(np.unique(matches.piece)),
        matches.n_off,
        runs.n_repeated,
        runs.n_late,
        runs.n_jumps,
        runs.standing_s / 3600,
        traces.notes,
    )


def count_calibration(found: Calibration) -> dict[str, Any]:
    """Return what was found as plain numbers: counts, and per class what its row says."""
    names = (
        "n_points", "n_buses", "n_runs", "n_off", "n_repeated", "n_late", "n_jumps",
        "standing_hours",
    )  # fmt: skip
    rows = found.table.astype(object).where(found.table.notna(), None).to_dict("records")
    classes = {row.pop("road_class"): row for row in rows}
    return {**{name: getattr(found, name) for name in names}, "classes": classes}


def _refuse_lost(traces: Traces, n_driving: int, matches: Matches) -> None:
    """Refuse traces that say nothing about these roads."""
    if n_driving and matches.n_off > MOST_OFF * n_driving:
        problem = _OFF.fill(n=matches.n_off, total=n_driving, reach_m=f"{REACH_M:.0f}")
        raise InputError([Fault(traces.file, problem, _SYSTEM)])
    if not matches.part_dm.sum():
        problem = _NO_DRIVING.fill(gap_s=f"{GAP_S:.0f}", apart_m=f"{APART_M:.0f}")
        raise InputError([Fault(traces.file, problem, _MORE_POINTS)])


def _share_out(matches: Matches, network: Network, policy: Policy) -> _Shares:
    """Return what was planned for each step on each class of road, and observed in all."""
    roads = network.roads
    forward_ms, backward_ms = link_times_ms(roads, replace(policy, signal_s=0))
    link, back, step = matches.part_link, matches.part_backward, matches.part_step
    share = matches.part_dm / roads.length_dm[link]
    part_s = share * np.where(back, backward_ms[link], forward_ms[link]) / 1000
    signals = np.where(back, roads.signals_backward[link], roads.signals_forward[link])
    n_steps, n_classes = len(matches.piece), len(CLASSES)
    cell = step * n_classes + _class_numbers()[roads.road_class[link]]
    shape, size = (n_steps, n_classes), n_steps * n_classes
    fixed_s = matches.turning_s + np.bincount(step, share * signals * policy.signal_s, n_steps)
    observed_s = np.maximum(matches.elapsed_s - fixed_s, _LEAST_DRIVING * matches.elapsed_s)
    return _Shares(
        np.bincount(cell, part_s, size).reshape(shape).astype(np.float64),
        np.bincount(cell, matches.part_dm / 10, size).reshape(shape).astype(np.float64),
        observed_s,
    )


def _class_numbers() -> Ints:
    """Return the position in ``CLASSES`` of each of ``ROAD_CLASSES``; ferries have none, 0."""
    names = [road_parent(name) for name in ROAD_CLASSES]
    return np.array([CLASSES.index(name) if name in CLASSES else 0 for name in names], np.int64)


def _fit_factors(shares: _Shares) -> Floats:
    """Return observed over planned time of each class; NaN where nothing was driven."""
    planned_s = shares.planned_s.sum(axis=0)
    factor = np.ones(len(CLASSES))
    for _ in range(_ROUNDS):
        factor = _split(shares, factor).sum(axis=0) / np.where(planned_s > 0, planned_s, np.nan)
        factor = np.where(planned_s > 0, factor, 1.0)
    return np.where(planned_s > 0, factor, np.nan)


def _split(shares: _Shares, factor: Floats) -> Floats:
    """Return the observed time of each step on each class (s), by the factors so far."""
    expected_s = shares.planned_s * np.nan_to_num(factor, nan=1.0)
    total_s = expected_s.sum(axis=1)
    pace = shares.observed_s / np.where(total_s > 0, total_s, np.inf)
    return expected_s * pace[:, None]


def _tabulate(matches: Matches, shares: _Shares, factor: Floats, policy: Policy) -> pd.DataFrame:
    """Return one row for each class of road."""
    observed_s = _split(shares, factor)
    km = shares.length_m.sum(axis=0) / 1000
    enough = km >= ENOUGH_KM
    was = np.array([getattr(policy.time_factors, name) for name in CLASSES], np.float64)
    kept = was * policy.time_factor
    now = np.clip(np.where(enough, factor, kept), LOWEST, HIGHEST)
    quartiles, n_pieces = _spread(matches.piece, shares, observed_s)
    return pd.DataFrame({
        "road_class": CLASSES, "km": km, "hours": observed_s.sum(axis=0) / 3600,
        "n_pieces": n_pieces, "factor": factor, "low": quartiles[0], "middle": quartiles[1],
        "high": quartiles[2], "enough": enough, "was": was, "now": now.round(3),
    })  # fmt: skip


def _spread(piece: Ints, shares: _Shares, observed_s: Floats) -> tuple[Floats, Ints]:
    """Return quartiles of observed over planned time per class, and over how many pieces."""
    n_classes = len(CLASSES)
    quartiles, n_pieces = np.full((3, n_classes), np.nan), np.zeros(n_classes, np.int64)
    for number in range(n_classes):
        seen_s, planned_s, length_m = (
            np.bincount(piece, one[:, number])
            for one in (observed_s, shares.planned_s, shares.length_m)
        )
        long = length_m >= PIECE_M
        n_pieces[number] = long.sum()
        if long.any():
            ratio = seen_s[long] / planned_s[long]
            quartiles[:, number] = np.quantile(ratio, (0.25, 0.5, 0.75))
    return quartiles, n_pieces
