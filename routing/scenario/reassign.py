"""The best school of each pupil whose own cannot take them any longer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.errors import InputError
from routing.policy import Policy
from routing.records import District, lonlat
from routing.scenario.rooms import KINDS_OF_ROOM, find_rooms, school_groups, use_of
from routing.scenario.unplaced import explain_unplaced
from routing.scenario.ways import Ways, find_far, measure_ways, school_rows
from routing.solver import AssignProblem, AssignSolution, Limit, solve_assigning
from routing.solver.assigning_problem import FORBIDDEN, NO_LIMIT, NO_SCHOOL

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TOGETHER_S = 300
"""Siblings at one school are worth so much of the way of one pupil (student-seconds; assumed)."""

STAY_S = 1
"""A pupil who may stay moves only for a way shorter by more than this (student-seconds; assumed)."""

SEED = 1


@dataclass(frozen=True, eq=False)
class Ground:
    """What an assignment starts from; the same for every question about one district.

    Parameters
    ----------
    ways
        From all rows of students to all schools.
    far
        Which rows cannot walk to the school they attend now (bool).
    """

    ways: Ways
    far: Flags


def measure_ground(district: District, policy: Policy) -> Ground:
    """Measure once what many calls of ``reassign`` on the same district need.

    Parameters
    ----------
    district
        The schools as they are, none closed.
    policy
        As for ``reassign``.
    """
    own = school_rows(district)
    rows = np.arange(len(own))
    ways = measure_ways(district, rows, policy)
    return Ground(ways, np.asarray(ways.far[rows, own], np.bool_))


def reassign(
    district: District,
    rows: Sequence[int] | Ints,
    policy: Policy,
    *,
    allowed: Flags | None = None,
    ground: Ground | None = None,
) -> Ints:
    """Return the best school of each of these rows of students, whole rows only.

    Of all ways to place them it takes the one with the fewest student-seconds: the drive
    and a stop, or the walk where a pupil may walk and that is shorter; siblings (rows at
    one point) at one school are worth five minutes of one pupil. No clock decides anything;
    of equal answers the one with the first keys of schools counts. It is proven best, but
    for some thousand rows where nearly all schools are full.

    Kept are: the grades that schools teach; ``n_places`` (of all campuses of a school
    together) and ``most_school_students``; ``n_meals`` for pupils too far away to walk
    and for boarders; ``n_beds`` for boarders; catchments, where one of a village's schools
    teaches the grade; towns, unless ``cross_town``. An empty number is no limit. A school
    that is over a limit keeps those it has.

    Parameters
    ----------
    district
        All other rows of students stay where they are and use room.
    rows
        Rows of ``students``.
    policy
        The rules.
    allowed
        Which schools may be used (bool, rows x schools, or one row for all). Default: all.
    ground
        From ``measure_ground``, where many questions are asked about one district.

    Returns
    -------
    school_row
        Row of ``schools`` for each of ``rows`` (int64).

    Raises
    ------
    InputError
        When rows find no school; says which and why.
    """
    rows = np.asarray(rows, np.int64)
    solution = solve_rows(district, rows, policy, allowed=allowed, ground=ground)
    if solution.n_left:
        raise InputError(explain_unplaced(district, rows, policy, solution))
    return solution.school


def solve_rows(
    district: District,
    rows: Ints,
    policy: Policy,
    *,
    allowed: Flags | None = None,
    ground: Ground | None = None,
) -> AssignSolution:
    """Return what ``reassign`` found, rows without a school included, and what was allowed.

    Parameters
    ----------
    district, rows, policy, allowed, ground
        As for ``reassign``.

    Returns
    -------
    solution
        Schools by their row in ``schools``; -1 where there is none, and why.
    """
    n_schools = len(district.schools)
    may = np.broadcast_to(True if allowed is None else allowed, (len(rows), n_schools))
    able = find_lawful(district, rows, policy, may)
    if ground is None:
        ways = measure_ways(district, rows, policy, within=able)
    else:
        ways = Ways(ground.ways.time_s[rows], ground.ways.far[rows])
    order = np.argsort(district.schools["school_id"].to_numpy(str), kind="stable")
    order = order[able[:, order].any(axis=0)]
    if not len(order):
        nothing = np.full(len(rows), -1, np.int64)
        n_left = int(district.students["n_students"].to_numpy(np.int64)[rows].sum())
        return AssignSolution(nothing, np.full(len(rows), NO_SCHOOL), 0, n_left, True)
    far = _far_of_others(district, policy) if ground is None else ground.far
    problem = _problem(district, rows, policy, ways, able, far, order)
    found = solve_assigning(problem, seed=SEED)
    school = np.where(found.school >= 0, order[found.school], -1)
    return replace(found, school=school)


def find_lawful(district: District, rows: Ints, policy: Policy, may: Flags | None = None) -> Flags:
    """Return which of the schools left each row may attend by grade, catchment and town (bool).

    A village in the table of catchments is bound for a grade where one of its schools
    left there teaches the grade; for other grades it is free. Nobody has to leave a school
    that is left and teaches the grade.

    Parameters
    ----------
    district, rows, policy
        As for ``reassign``.
    may
        The schools left (bool, rows x schools). Default: all.
    """
    schools, students = district.schools, district.students.iloc[rows]
    grades = students["grade"].to_numpy(np.int64)[:, None]
    first = schools["first_grade"].to_numpy(np.int64)
    last = schools["last_grade"].to_numpy(np.int64)
    may = np.ones((len(rows), len(schools)), np.bool_) if may is None else may
    able = may & (first <= grades) & (grades <= last)
    if len(district.catchments):
        able = _within_catchments(district, students, able)
    if not policy.cross_town:
        towns = schools["town"].to_numpy(object)
        own = school_rows(district)[rows]
        able &= towns[own][:, None] == towns[None, :]
    # whoever is at a school that is left may stay there
    at = np.arange(len(rows)), school_rows(district)[rows]
    able[at] |= may[at] & (first[at[1]] <= grades[:, 0]) & (grades[:, 0] <= last[at[1]])
    return np.asarray(able, np.bool_)


def _within_catchments(district: District, students: "pd.DataFrame", able: Flags) -> Flags:
    ids = district.schools["school_id"].tolist()
    of_village: dict[str, set[str]] = {}
    for village, school in district.catchments[["village", "school_id"]].to_numpy().tolist():
        of_village.setdefault(village, set()).add(school)
    flags = {
        village: np.array([key in named for key in ids]) for village, named in of_village.items()
    }
    able = able.copy()
    for at, village in enumerate(students["village"].tolist()):
        if village in flags and (able[at] & flags[village]).any():
            able[at] &= flags[village]
    return able


def _far_of_others(district: District, policy: Policy) -> Flags:
    """Return who cannot walk to their own school; nobody is measured where no canteen has a limit."""
    if district.schools["n_meals"].isna().all():
        return np.zeros(len(district.students), np.bool_)
    return find_far(district, policy)


def _problem(
    district: District, rows: Ints, policy: Policy, ways: Ways, able: Flags, far: Flags,
    order: Ints,
) -> AssignProblem:  # fmt: skip
    """Return the question in whole numbers, columns in the order of the keys of schools."""
    students = district.students
    number = students["n_students"].to_numpy(np.int64)
    boards = students["boards"].to_numpy(np.bool_)
    own = school_rows(district)
    stays = np.ones(len(students), np.bool_)
    stays[rows] = False
    pool = school_groups(district.schools)
    limits = []
    for kind in KINDS_OF_ROOM:
        use = use_of(kind, number[rows][:, None], ways.far, boards[rows][:, None])
        pools = pool if kind == "places" else np.arange(len(pool))
        taken = use_of(kind, number, far, boards)
        now = np.zeros(len(pool), np.int64)
        np.add.at(now, pools[own[stays]], taken[stays])
        rest = np.zeros(len(pool), np.int64)
        stayable = able[np.arange(len(rows)), own[rows]]
        np.add.at(rest, pools[own[rows[stayable]]], taken[rows[stayable]])
        total = find_rooms(district.schools, kind, policy)
        room = np.where(total < 0, NO_LIMIT, np.maximum(total - now, rest))
        limits.append(Limit(use[:, order], pools[order], room))
    cost = ways.time_s * number[rows][:, None]
    cost += STAY_S * (np.arange(len(pool)) != own[rows][:, None])
    pairs, lonely = _siblings(district, rows, able, stays)
    cost = np.where(able, cost + TOGETHER_S * lonely, FORBIDDEN)
    return AssignProblem(cost[:, order], number[rows], tuple(limits), pairs, TOGETHER_S)


def _siblings(
    district: District, rows: Ints, able: Flags, stays: Flags
) -> tuple[Ints, NDArray[np.int64]]:
    """Return pairs among the rows, and where a row would be away from siblings who stay.

    Rows at one point are siblings in a chain by grade; that holds them together, and
    chains are answered without a solver.

    Returns
    -------
    pairs
        Numbers into ``rows`` (int64, pairs x 2).
    lonely
        1 where a sibling stays at another school and none at this one (int64, rows x schools).
    """
    lon, lat = lonlat(district.students)
    own = school_rows(district)
    known = ~np.isnan(lon)
    at: dict[tuple[float, float], list[int]] = {}
    for number, row in enumerate(rows.tolist()):
        if known[row]:
            at.setdefault((lon[row], lat[row]), []).append(number)
    homes: dict[tuple[float, float], set[int]] = {}
    for row in np.flatnonzero(stays & known).tolist():
        if (lon[row], lat[row]) in at:
            homes.setdefault((lon[row], lat[row]), set()).add(int(own[row]))
    grades = district.students["grade"].to_numpy(np.int64)[rows]
    pairs = []
    lonely = np.zeros(able.shape, np.int64)
    for point, numbers in at.items():
        chain = sorted(numbers, key=lambda number: (grades[number], number))
        for one, other in pairwise(chain):
            if (able[one] & able[other]).any():
                pairs.append((one, other))
        there = sorted(homes.get(point, ()))
        for number in chain:
            if able[number, there].any():
                lonely[number] = 1
                lonely[number, there] = 0
    return np.array(pairs, np.int64).reshape(-1, 2), lonely
