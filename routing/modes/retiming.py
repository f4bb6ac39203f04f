"""What would it win to move a public bus by some minutes: whom it would win and lose."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.modes.connections import Timetable
from routing.modes.lines import Lines, read_lines
from routing.modes.options import ARRIVE_EARLIEST_S, Finder, Option, Reach, Way
from routing.modes.riders import group_riders
from routing.policy import Policy
from routing.records import District, Located
from routing.tables import DIRECTIONS

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]

STEP_S = 300
"""Public buses are moved in whole steps of five minutes (s, assumed)."""

COLUMNS = ("line_id", "trip_id", "direction", "shift_s", "n_more", "n_more_both", "n_fewer")


@dataclass(frozen=True, eq=False)
class Asked:
    """The rows of one school and band of grades that a retiming may touch, in one direction.

    Parameters
    ----------
    way
        School, grade and direction.
    rows, reach
        Rows of students, and the platforms near their homes.
    only
        Per row: trips, one of which each of its journeys of today takes; None where it has
        no journey, empty where no single trip is in all of them.
    """

    way: Way
    rows: tuple[int, ...]
    reach: tuple[Reach, ...]
    only: tuple[frozenset[int] | None, ...]


@dataclass(frozen=True, eq=False)
class Today:
    """Who could go by public bus as it is.

    Parameters
    ----------
    asked
        All rows that may, per school, band and direction.
    able
        Rows of students with a journey, to school and home.
    n
        How many students each row of students is.
    """

    asked: list[Asked]
    able: tuple[frozenset[int], frozenset[int]]
    n: Ints


def find_retimings(
    district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy,
    within_s: int = 1_200,
) -> pd.DataFrame:  # fmt: skip
    """Return for each trip of a public bus the shift that wins most pupils, if any does.

    One trip is moved at a time, all its calls alike, the others stay. Counted are all
    entitled pupils who may go by public bus and would then have a journey within the
    limits where they have none today, at most as many as the trip has seats; whether others
    take those seats first is not asked.

    Parameters
    ----------
    district, students, located, policy
        As in ``choose_modes``.
    within_s
        Trips are moved so far at most, earlier or later, in steps of five minutes (s).

    Returns
    -------
    retimings
        Columns ``line_id``, ``trip_id``, ``direction``, ``shift_s`` (s, above 0: later),
        ``n_more`` (students who could then go by public bus in that direction),
        ``n_more_both`` (of them, those who could in the other direction too) and
        ``n_fewer`` (students who then could no longer, in that direction). At most one
        row a trip and direction: the shift with most of ``n_more_both`` less
        ``n_fewer``, then of ``n_more``, then the smallest. Those that win most come first.
    """
    lines = read_lines(district, located, policy) if policy.transit else None
    if lines is None:
        return pd.DataFrame(columns=list(COLUMNS))
    today = _look_at_today(lines, district, students, located, policy)
    steps = range(STEP_S, within_s + 1, STEP_S)
    shifts = [shift for step in steps for shift in (-step, step)]
    found: list[dict[str, Any]] = []
    for trip in range(len(lines.names)):
        part = _around(lines, trip, within_s, policy)
        for home in (False, True):
            asked = [one for one in today.asked if one.way.home == home]
            timely = [one for one in asked if _in_time(one, lines, trip, within_s, policy)]
            touched = [one for each in timely if (one := _at_stake(each, part)).rows]
            tried = [_try(part, shift, touched, today, policy) for shift in shifts if touched]
            best = max(tried, key=_worth, default=None)
            if best is not None and best["n_more"] > best["n_fewer"]:
                names = {"line_id": lines.line_id[trip], "trip_id": lines.trip_id[trip]}
                found.append(names | {"direction": DIRECTIONS[home]} | best)
    found.sort(key=lambda one: (*(-value for value in _worth(one)), one["line_id"], one["trip_id"]))
    return pd.DataFrame(found, columns=list(COLUMNS))


def _worth(tried: dict[str, Any]) -> tuple[int, int, int, int]:
    return (
        tried["n_more_both"] - tried["n_fewer"], tried["n_more"] - tried["n_fewer"],
        -abs(tried["shift_s"]), tried["shift_s"],
    )  # fmt: skip


def _look_at_today(
    lines: Lines, district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy
) -> Today:
    """Return who has which journeys while no trip is moved."""
    finder = Finder(lines, policy)
    groups, _ = group_riders(lines, district, students, located, policy)
    asked: list[Asked] = []
    able: tuple[set[int], set[int]] = set(), set()
    for group in groups:
        for way in (group.there, group.back):
            options = finder.find_options(way, group.reach)
            able[way.home].update(
                row for row, mine in zip(group.rows, options, strict=True) if mine
            )
            only = tuple(_only(mine, lines.timetable.trip) for mine in options)
            asked.append(Asked(way, group.rows, group.reach, only))
    numbers = students["n_students"].to_numpy(np.int64)
    return Today(asked, (frozenset(able[0]), frozenset(able[1])), numbers)


def _only(options: list[Option], trip: Ints) -> frozenset[int] | None:
    """Return the trips that every journey takes; None where there is no journey."""
    taken = [frozenset(trip[list(one.boards())].tolist()) for one in options]
    return frozenset.intersection(*taken) if taken else None


@dataclass(frozen=True, eq=False)
class Part:
    """One trip and those that connect with it.

    Parameters
    ----------
    lines
        The calls of these trips alone.
    trip
        The number of the trip.
    seats
        Most students the trip takes.
    """

    lines: Lines
    trip: int
    seats: int


def _around(lines: Lines, trip: int, within_s: int, policy: Policy) -> Part:
    """Return a trip with the trips to or from which one could change, were it moved."""
    timetable = lines.timetable
    own = timetable.trip == trip
    platforms = [to for one in np.unique(timetable.platform[own]) for to, _ in lines.near[int(one)]]
    margin_s = within_s + policy.transit_max_wait_s + int(_most_s(policy))
    near = np.isin(timetable.platform, platforms)
    near &= timetable.depart_s >= timetable.arrive_s[own].min() - margin_s
    near &= timetable.arrive_s <= timetable.depart_s[own].max() + margin_s
    rows = np.isin(timetable.trip, np.unique(timetable.trip[near | own]))
    part = Timetable(
        timetable.trip[rows], timetable.platform[rows],
        timetable.arrive_s[rows], timetable.depart_s[rows],
    )  # fmt: skip
    around = {int(one): lines.near[int(one)] for one in np.unique(part.platform)}
    seats = int(lines.seats[own].max())
    return Part(replace(lines, timetable=part, seats=lines.seats[rows], near=around), trip, seats)


def _most_s(policy: Policy) -> float:
    limits = policy.max_door_to_door_s
    return max(limits.g1_3, limits.g4_6, limits.g7_9)


def _in_time(asked: Asked, lines: Lines, trip: int, within_s: int, policy: Policy) -> bool:
    """Return whether the trip, moved, drives at a time of day that matters to the way."""
    own = lines.timetable.trip == trip
    first_s = int(lines.timetable.depart_s[own].min()) - within_s
    last_s = int(lines.timetable.arrive_s[own].max()) + within_s
    after_s = ARRIVE_EARLIEST_S + int(_most_s(policy))
    if asked.way.home:
        after_s = policy.leave_after_max_s + policy.transit_max_wait_s + int(_most_s(policy))
        return first_s <= asked.way.clock_s + after_s and last_s >= asked.way.clock_s
    return first_s <= asked.way.clock_s and last_s >= asked.way.clock_s - after_s


def _at_stake(asked: Asked, part: Part) -> Asked:
    """Return the rows alone that have no journey, or none without the trip, and are near its part."""
    here = part.lines.near.keys()
    at_gate = not here.isdisjoint(to for to, _ in asked.way.gate)
    rows = [
        k
        for k, only in enumerate(asked.only)
        if at_gate
        and (only is None or part.trip in only)
        and not here.isdisjoint(to for to, _ in asked.reach[k])
    ]
    return Asked(
        asked.way,
        tuple(asked.rows[k] for k in rows),
        tuple(asked.reach[k] for k in rows),
        tuple(asked.only[k] for k in rows),
    )


def _try(
    part: Part, shift_s: int, asked: list[Asked], today: Today, policy: Policy
) -> dict[str, Any]:
    """Return what moving the trip would win and lose."""
    own = part.lines.timetable.trip == part.trip
    moved = replace(
        part.lines.timetable,
        arrive_s=part.lines.timetable.arrive_s + shift_s * own,
        depart_s=part.lines.timetable.depart_s + shift_s * own,
    )
    finder = Finder(replace(part.lines, timetable=moved), policy, part.trip)
    more, both, fewer = 0, 0, 0
    for one in asked:
        other = today.able[not one.way.home]
        options = finder.find_options(one.way, one.reach)
        for row, only, found in zip(one.rows, one.only, options, strict=True):
            n = int(today.n[row])
            if only is None and found:
                more += n
                both += n * (row in other)
            elif only is not None and not found:
                fewer += n
    return {
        "shift_s": shift_s, "n_more": min(more, part.seats), "n_more_both": min(both, part.seats),
        "n_fewer": fewer,
    }  # fmt: skip
