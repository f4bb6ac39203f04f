"""Say along which roads buses drove, from the places that their recorders wrote down.

A hidden Markov model (Newson and Krumm 2009): at each recorded point the bus is on one of
the directed links near it; near ones are likelier, and so are those between which the way
by road is about as long as the straight line. The likeliest sequence is taken (Viterbi).
"""

from dataclasses import dataclass

import numpy as np

from routing.roads.candidates import Candidates, find_candidates
from routing.roads.engine import distances_m
from routing.roads.network import Flags, Floats, Ints, Network, Positions, take_positions
from routing.roads.paths import trace_links
from routing.roads.travel import measure_pairs

NOISE_M = 10.0
"""Standard deviation of a recorded place from the true one (m, assumed for bus recorders;
Newson and Krumm measured 4 m with a good receiver)."""

DETOUR_M = 10.0
"""Typical difference between the way by road and the straight line (m, assumed)."""

FASTEST_KMH = 130.0
"""No bus is faster (km/h, assumed): what would need more is an error of the recorder."""

LONGEST_SHARE, LONGEST_S = 3.0, 10.0
"""A way that is planned to take longer than so many times what it took, and so much more (s),
was not driven (assumed): a bus does not take a lane at thrice the speed of lanes."""

_BEHIND_M = 2 * NOISE_M
"""So far back on its own link a bus only seems to have gone (m)."""

_PAIRS_AT_ONCE = 2_000_000
_NEVER = -np.inf


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
    network: Network, trace: Ints, time_s: Floats, lon: Floats, lat: Floats
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

    Returns
    -------
    matches
        A trace breaks where a point has no road near, and where no way leads on that a
        bus could have driven in the time.
    """
    spots = find_candidates(network, lon, lat)
    steps = _find_steps(spots, trace, time_s, lon, lat)
    ways = _measure_steps(network, spots, steps)
    chosen = _find_likeliest(spots, steps, ways)
    n_off = int((np.diff(spots.first) == 0).sum())
    return _lay_out(network, spots, steps, ways, chosen, n_off)


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
    batches = []
    octave = np.ceil(np.log2(np.maximum(elapsed_s, 1))).astype(np.int64)
    for power in np.unique(octave):
        limit_s = LONGEST_SHARE * 2.0**power + LONGEST_S
        rows = np.flatnonzero(octave[step] == power)
        batches += [
            (rows[at : at + _PAIRS_AT_ONCE], limit_s) for at in range(0, len(rows), _PAIRS_AT_ONCE)
        ]
    return batches


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
    step, link, part_dm, backward = _drive(network, spots.places, origin[drives], target[drives])
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


def _drive(
    network: Network, places: Positions, origin: Ints, target: Ints
) -> tuple[Ints, Ints, Ints, Flags]:
    """Return the parts of links of each way: which way, link, dm, and whether backward."""
    begin, end = take_positions(places, origin), take_positions(places, target)
    paths = trace_links(network, begin, end)
    count = np.array([len(path) for path in paths], np.int64)
    link = np.concatenate([*paths, np.zeros(0, np.int64)])
    way = np.repeat(np.arange(len(paths)), count)
    length_dm = network.roads.length_dm
    backward = _directions(network, link, way, begin)
    part_dm = length_dm[link].copy()
    first, last = np.cumsum(count) - count, np.cumsum(count) - 1
    some = count > 0
    first, last = first[some], last[some]
    # a place in the middle of its link: what lies behind it was not driven
    part_dm[first] -= _passed(begin, length_dm)[some]
    part_dm[last] -= length_dm[link[last]] - _passed(end, length_dm)[some]
    return way, link, part_dm, backward


def _passed(places: Positions, length_dm: Ints) -> Ints:
    """Return how much of its link a bus has behind it at each place."""
    return np.where(places.side > 0, places.offset_dm, length_dm[places.link] - places.offset_dm)


def _directions(network: Network, link: Ints, way: Ints, begin: Positions) -> Flags:
    """Return whether each link of a way is driven backward: by the node where it begins."""
    start, end = network.roads.start.tolist(), network.roads.end.tolist()
    sides = begin.side.tolist()
    backward = np.zeros(len(link), bool)
    node, last = -1, -1
    for at, (this, number) in enumerate(zip(link.tolist(), way.tolist(), strict=True)):
        if number != last:
            backward[at] = sides[number] < 0
        else:
            backward[at] = start[this] != node or (
                start[this] == end[this] and not network.forward[this]
            )
        node = start[this] if backward[at] else end[this]
        last = number
    return backward
