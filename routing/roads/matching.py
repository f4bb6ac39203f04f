"""Say along which roads buses drove, from the places that their recorders wrote down.

A hidden Markov model (Newson and Krumm 2009): at each recorded point the bus is on one of
the directed links near it; near ones are likelier, and so are those between which the way
by road is about as long as the straight line. The likeliest sequence is taken (Viterbi).
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.roads.candidates import Candidates, find_candidates
from routing.roads.driven import drive_parts
from routing.roads.network import Flags, Floats, Ints, Network
from routing.roads.positions import Positions, take_positions
from routing.roads.shapes import distances_m
from routing.roads.travel import measure_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOISE_M = 10.0
"""Standard deviation of a recorded place from the true one (m, assumed for bus recorders;
Newson and Krumm measured 4 m with a good receiver)."""

DETOUR_M = 10.0
"""Typical difference between the way by road and the straight line (m, assumed: the noise)."""

FASTEST_KMH = 130.0
"""No bus is faster (km/h, assumed): what would need more is an error of the recorder."""

LONGEST_SHARE, LONGEST_S = 3.0, 10.0
"""A way that is planned to take longer than so many times what it took, and so much more (s),
was not driven (assumed): a bus does not take a lane at thrice the speed of lanes."""

_BEHIND_M = 2 * NOISE_M
"""So far back on its own link a bus only seems to have gone (m)."""

_LIKE = 1.25
"""Steps whose times differ by less than this factor are searched together."""

STEPS_AT_ONCE = 20_000
"""So many steps, or one longer trace, are worked on together, which takes some 0.3 GB."""


@dataclass(frozen=True, eq=False)
class Matches:
    """The roads driven between recorded points.

    Per step, from one recorded point to the next; ``part_...`` per piece of a link
    driven, in the order driven.

    Parameters
    ----------
    piece
        Number of the piece of travel without a break, rising (int64).
    from_row, to_row
        Rows of the points given (int64).
    elapsed_s
        Time between them (float64).
    turning_s
        What the network plans for turning on the way (float64).
    part_step
        Which step (int64).
    part_link, part_dm
        Link, and how much of it was driven (int64).
    part_backward
        Whether against the link's direction (bool).
    n_off
        How many points had no road near.
    """

    piece: Ints
    from_row: Ints
    to_row: Ints
    elapsed_s: Floats
    turning_s: Floats
    part_step: Ints
    part_link: Ints
    part_dm: Ints
    part_backward: Flags
    n_off: int


def match_traces(
    network: Network,
    trace: Ints,
    time_s: Floats,
    lon: Floats,
    lat: Floats,
    *,
    steps_at_once: int = STEPS_AT_ONCE,
) -> Matches:
    """Return the roads that buses drove along.

    Parameters
    ----------
    network
        Of a bus that fits everywhere; its speeds do not decide, its turns do.
    trace
        Number of the trace of each point (int64); points of one stand together, in the
        order of their times, and some tens of metres apart (steps shorter than the noise
        cannot be matched).
    time_s
        Seconds (float64).
    lon, lat
        Degrees (float64).
    steps_at_once
        How many are worked on together; changes the memory taken and nothing else.

    Returns
    -------
    matches
        A trace breaks where a point has no road near, and where no way leads on that a
        bus could have driven in the time.
    """
    spots = find_candidates(network, lon, lat)
    n_off = int((np.diff(spots.first) == 0).sum())
    parts = []
    for steps in _cut(_find_steps(spots, trace, time_s, lon, lat), steps_at_once):
        ways = _measure_steps(network, spots, steps)
        chosen = _find_likeliest(spots, steps, ways)
        parts.append(_lay_out(network, spots, steps, ways, chosen, n_off))
    return _join(parts)


@dataclass(frozen=True, eq=False)
class _Steps:
    """From each point that has roads near to the next such point of its trace."""

    row: Ints
    elapsed_s: Floats
    straight_m: Floats


@dataclass(frozen=True, eq=False)
class _Ways:
    """The ways of all steps: step i has ``first[i]:first[i + 1]``, row by row of a block.

    ``length_m`` is infinite where there is no way; ``still`` where the bus only seems to
    have gone back.
    """

    first: Ints
    origin: Ints
    target: Ints
    length_m: Floats
    duration_s: Ints
    still: Flags


def _find_steps(spots: Candidates, trace: Ints, time_s: Floats, lon: Floats, lat: Floats) -> _Steps:
    near = np.diff(spots.first) > 0
    row = np.flatnonzero((trace[1:] == trace[:-1]) & near[1:] & near[:-1])
    straight_m = distances_m(lon[row], lat[row], lon[row + 1], lat[row + 1])
    return _Steps(row, time_s[row + 1] - time_s[row], straight_m)


def _cut(steps: _Steps, at_once: int) -> list[_Steps]:
    """Return steps in lots that begin where a trace does."""
    begins = np.flatnonzero(np.diff(steps.row, prepend=-2) != 1)
    lots = np.searchsorted(begins, np.arange(0, len(steps.row), at_once))
    cuts = np.unique(begins[lots[lots < len(begins)]])[1:]
    columns = (np.split(one, cuts) for one in (steps.row, steps.elapsed_s, steps.straight_m))
    return [_Steps(*lot) for lot in zip(*columns, strict=True)]


def _measure_steps(network: Network, spots: Candidates, steps: _Steps) -> _Ways:
    """Return the ways between all places of each step's points."""
    n_from, n_to = (np.diff(spots.first)[steps.row + ahead] for ahead in (0, 1))
    size = n_from * n_to
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(size)))
    step = np.repeat(np.arange(len(size)), size)
    nth = np.arange(first[-1]) - first[step]
    origin = spots.first[steps.row][step] + nth // n_to[step]
    target = spots.first[steps.row + 1][step] + nth % n_to[step]
    length_m, duration_s = np.full(len(step), np.inf), np.zeros(len(step), np.int64)
    for some, limit_s in _batches(steps.elapsed_s, step):
        far_m, far_s, reached = measure_pairs(
            network,
            take_positions(spots.places, origin[some]),
            take_positions(spots.places, target[some]),
            limit_s=limit_s,
        )
        length_m[some], duration_s[some] = np.where(reached, far_m, np.inf), far_s
    still = _only_seem_back(spots.places, origin, target)
    length_m[still], duration_s[still] = 0, 0
    most_m = FASTEST_KMH / 3.6 * steps.elapsed_s + 2 * NOISE_M
    most_s = LONGEST_SHARE * steps.elapsed_s + LONGEST_S
    length_m[(length_m > most_m[step]) | (duration_s > most_s[step])] = np.inf
    return _Ways(first, origin, target, length_m, duration_s, still)


def _batches(elapsed_s: Floats, step: Ints) -> list[tuple[Ints, float]]:
    """Return pairs that may be searched together, and how far: short steps need not go far."""
    power = np.ceil(np.log(np.maximum(elapsed_s, 1)) / np.log(_LIKE) - 1e-9).astype(np.int64)
    return [
        (np.flatnonzero(power[step] == one), LONGEST_SHARE * _LIKE**one + LONGEST_S)
        for one in np.unique(power).tolist()
    ]


def _only_seem_back(places: Positions, origin: Ints, target: Ints) -> Flags:
    """Return which pairs go a little back on one directed link: the recorder's noise."""
    same = (places.link[origin] == places.link[target]) & (
        places.side[origin] == places.side[target]
    )
    ahead_dm = (places.offset_dm[target] - places.offset_dm[origin]) * places.side[origin]
    return same & (ahead_dm <= 0) & (ahead_dm >= -10 * _BEHIND_M)


def _find_likeliest(spots: Candidates, steps: _Steps, ways: _Ways) -> Ints:
    """Return the way taken at each step (position in ``ways``), -1 where a trace breaks."""
    near_log = -0.5 * (spots.away_m / NOISE_M) ** 2
    step = np.repeat(np.arange(len(steps.row)), np.diff(ways.first))
    way_log = -np.abs(ways.length_m - steps.straight_m[step]) / DETOUR_M
    chosen = np.full(len(steps.row), -1, np.int64)
    trail: list[tuple[int, Ints]] = []
    score = np.zeros(0)
    for at, row in enumerate(steps.row.tolist()):
        a, b, c = spots.first[row : row + 3].tolist()
        if not trail or steps.row[at - 1] != row - 1:
            _walk_back(chosen, trail, score, ways.first)
            trail, score = [], near_log[a:b]
        block = score[:, None] + way_log[ways.first[at] : ways.first[at + 1]].reshape(b - a, c - b)
        best = block.argmax(axis=0)
        after = block[best, np.arange(c - b)] + near_log[b:c]
        if np.isfinite(after).any():
            trail.append((at, best))
            score = after
        else:
            _walk_back(chosen, trail, score, ways.first)
            trail = []
    _walk_back(chosen, trail, score, ways.first)
    return chosen


def _walk_back(chosen: Ints, trail: list[tuple[int, Ints]], score: Floats, first: Ints) -> None:
    """Write down the likeliest ways of a trail, from its end to its beginning."""
    state = int(score.argmax()) if trail else -1
    for at, best in reversed(trail):
        before = int(best[state])
        chosen[at] = first[at] + before * len(best) + state
        state = before


def _lay_out(
    network: Network, spots: Candidates, steps: _Steps, ways: _Ways, chosen: Ints, n_off: int
) -> Matches:
    """Return the matches with the parts of links driven at each step."""
    taken = np.flatnonzero(chosen >= 0)
    row, way = steps.row[taken], chosen[taken]
    origin, target = ways.origin[way], ways.target[way]
    begins = np.ones(len(row), bool)
    begins[1:] = (np.diff(row) != 1) | (target[:-1] != origin[1:])
    drives = np.flatnonzero(~ways.still[way])
    step, link, part_dm, backward = drive_parts(
        network, take_positions(spots.places, origin[drives]),
        take_positions(spots.places, target[drives]), ways.length_m[way[drives]],
    )  # fmt: skip
    step = drives[step]
    time_ms = np.where(backward, network.backward_ms[link], network.forward_ms[link])
    driving_s = (
        np.bincount(step, part_dm / network.roads.length_dm[link] * time_ms, len(row)) / 1000
    )
    # the way's whole seconds are rounded up once; what turning takes is whole seconds
    turning_s = np.maximum(np.floor(ways.duration_s[way] - driving_s), 0.0)
    return Matches(
        np.cumsum(begins) - 1, row, row + 1, steps.elapsed_s[taken], turning_s,
        step, link, part_dm, backward, n_off,
    )  # fmt: skip


def _join(parts: list[Matches]) -> Matches:
    """Return the matches of several lots as one."""
    columns: dict[str, list[NDArray[Any]]] = {}
    n_pieces = n_steps = 0
    for part in parts:
        for one in fields(Matches):
            if one.name == "n_off":
                continue
            values = getattr(part, one.name)
            shift = {"piece": n_pieces, "part_step": n_steps}.get(one.name)
            columns.setdefault(one.name, []).append(values if shift is None else values + shift)
        n_pieces += int(part.piece.max(initial=-1)) + 1
        n_steps += len(part.piece)
    return Matches(
        **{name: np.concatenate(values) for name, values in columns.items()}, n_off=parts[0].n_off
    )
