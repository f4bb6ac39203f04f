"""What every pupil's way costs at the least, to every school: the ground of all choices."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.closures.apart import Riders, find_apart
from routing.closures.reach import SLACK, SLACK_M, Reach, measure_reach
from routing.costs import bus_costs
from routing.measure.days import day_table
from routing.measure.riders import numbers
from routing.policy import ByGrade, Policy
from routing.records import District, Plan, lonlat
from routing.roads import bus_profiles
from routing.roads.shapes import distances_m
from routing.scenario.reassign import find_lawful
from routing.scenario.ways import LUNCH_M, school_rows
from routing.tables import DIRECTIONS

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class County:
    """A district at present, and bounds for each student row (rows) at each school (columns).

    Parameters
    ----------
    district, policy
        As it is.
    present
        The plan of it.
    n, school, grade
        Per row: students, school attended, grade (int64).
    boards
        Per row: sleeps at school.
    far
        Surely too far away to walk home for lunch (bool).
    allowed
        Whether a plan that keeps the rules could bring the row there (bool).
    rides, eats
        Whether a pupil surely needs a seat in a school bus; surely eats at school (bool).
    run_yuan
        Driving for one pupil's seat, both directions, at the least (float64, yuan per year).
    whole_yuan
        Driving a whole bus for the pupil alone, the same (float64, yuan per year).
    riders
        Who surely rides, and how long at the least.
    apart
        Runs that a row asks for at its own school beside those of all others counted
        there (int64, rows x schools); nothing where buses may carry several schools' pupils.
    cycle_s
        From one school's gate by the home to this gate, at the least, stops included
        (float64, s): what a bus that has a run before spends on this one.
    aboard_s
        In the bus, at the least (float64, s).
    time_s
        From door to door, both directions together, at the least (float64, s per day).
    days
        The way of each row at present.
    both_s
        Per row: from door to door at present, both directions together (float64, s).
    mode
        Per row: the way gone at present (``Days.mode``).
    walk_m
        Per row: to the present school on foot (float64, m); inf where unknown.
    """

    district: District
    policy: Policy
    present: Plan
    n: Ints
    school: Ints
    grade: Ints
    boards: Flags
    far: Flags
    allowed: Flags
    rides: Flags
    eats: Flags
    run_yuan: Floats
    whole_yuan: Floats
    riders: Riders
    apart: Ints
    cycle_s: Floats
    aboard_s: Floats
    time_s: Floats
    days: "Days"
    both_s: Floats
    mode: NDArray[np.object_]
    walk_m: Floats


@dataclass(frozen=True, eq=False)
class Days:
    """The way of each student row at present.

    Parameters
    ----------
    both_s, longer_s
        Door to door, both directions together, and the longer (float64, s); NaN where
        a direction has no time.
    mode
        walk, bus, transit, board, unserved; "mixed" where a row has several (str).
    lost
        Whether some of the row are unserved (bool).
    """

    both_s: Floats
    longer_s: Floats
    mode: NDArray[np.object_]
    lost: Flags


def measure_county(present: Plan, district: District, policy: Policy) -> County:
    """Return the bounds of a district.

    Parameters
    ----------
    present
        A plan of it as it is.
    district
        The district, its students in the order of the plan's.
    policy
        The rules.

    Raises
    ------
    RoadsError
        When the roads cannot be used.
    """
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    reach = measure_reach(district, profiles, policy)
    school = school_rows(district)
    days = read_days(present)
    students = district.students
    grade = students["grade"].to_numpy(np.int64)
    boards = students["boards"].to_numpy(bool)
    own = np.arange(len(district.schools)) == school[:, None]
    eats = _eats(present, policy, reach, days, own)
    rides = eats & ~(boards[:, None] | other_ways(district, policy, grade))
    dwell_s = policy.stop_s + policy.board_s
    alike = policy.mixed_loads == "never"
    gate_s = min(policy.school_stop_s + policy.school_alight_s, dwell_s)
    cycle_s = reach.drive_s + (reach.empty_s[:, None] + dwell_s + gate_s if alike else 0)
    sure = np.isfinite(reach.drive_s)
    n = students["n_students"].to_numpy(np.int64)
    costs = bus_costs(district.bus_types, policy)
    costs = costs[costs["pupil_seats"] > 0]
    km_yuan = np.where(rides & sure, 2 * reach.drive_m / 1000, 0)
    riders = Riders(
        reach.between, reach.drive_s, rides & sure, at_grades(policy.max_ride_s, grade), dwell_s,
        n, int(costs["pupil_seats"].max()),
    )  # fmt: skip
    return County(
        district, policy, present, n, school,
        grade, boards,
        SLACK * reach.straight_m > (policy.ride_beyond_m or LUNCH_M),
        _allowed(district, policy, reach, days, own),
        rides,
        eats,
        km_yuan * float((costs["yuan_per_km_year"] / costs["pupil_seats"]).min()),
        km_yuan * float(costs["yuan_per_km_year"].min()),
        riders,
        find_apart(riders, school) if alike else np.zeros(rides.shape, np.int64),
        np.where(rides & sure, cycle_s, 0),
        np.where(rides & sure, reach.drive_s, 0),
        _time_s(district, policy, reach, days, rides, own),
        days, days.both_s, days.mode, np.nan_to_num(numbers(present.district.students, "walk_m"), nan=np.inf),
    )  # fmt: skip


def read_days(plan: Plan) -> Days:
    """Return the way of each student row of a plan.

    Parameters
    ----------
    plan
        Its students in the order wanted.
    """
    table = day_table(plan)
    ids = plan.district.students["student_id"].tolist()
    at = {student_id: row for row, student_id in enumerate(ids)}
    row = np.array([at[student_id] for student_id in table["student_id"]], np.int64)
    door_s = numbers(table, "door_to_door_s")
    longest = [np.full(len(ids), -np.inf) for _ in DIRECTIONS]
    for direction, of in zip(DIRECTIONS, longest, strict=True):
        here = (table["direction"] == direction).to_numpy(bool)
        np.maximum.at(of, row[here], np.where(np.isnan(door_s[here]), np.inf, door_s[here]))
    there, back = (np.where(np.isfinite(of), of, np.nan) for of in longest)
    mode = np.full(len(ids), "", dtype=object)
    lost = np.zeros(len(ids), np.bool_)
    for k, way in zip(row.tolist(), table["mode"].tolist(), strict=True):
        mode[k] = way if mode[k] in ("", way) else "mixed"
        lost[k] |= way == "unserved"
    return Days(there + back, np.maximum(there, back), mode, lost)


def at_grades(limit: ByGrade, grades: Ints) -> Floats:
    """Return a policy's number at each grade (float64)."""
    return np.where(grades <= 3, limit.g1_3, np.where(grades <= 6, limit.g4_6, limit.g7_9))


def other_ways(district: District, policy: Policy, grades: Ints) -> Flags:
    """Return which pupils might go to which school by public bus or board (rows x schools).

    A public bus is a way only where platforms stand within the walk allowed both of the home
    and of the gate, as the crow flies.
    """
    in_bed = (grades >= policy.board_from_grade) & (policy.boarding != "given")
    if not policy.transit or not len(district.transit):
        return np.repeat(in_bed[:, None], len(district.schools), axis=1)
    limit_m = at_grades(policy.max_walk_to_stop_m, grades)
    old = grades >= policy.transit_from_grade
    by_home = (_to_platform_m(district, district.students) <= limit_m) & old
    gate_m = _to_platform_m(district, district.schools)
    return np.asarray(
        in_bed[:, None] | (by_home[:, None] & (gate_m[None, :] <= limit_m[:, None])), np.bool_
    )


def _to_platform_m(district: District, places: "pd.DataFrame") -> Floats:
    """Return how far the nearest platform of a public bus is of places, at the least (m)."""
    lon, lat = lonlat(places)
    platforms = lonlat(district.transit.drop_duplicates("geometry"))
    away_m = distances_m(lon[:, None], lat[:, None], platforms[0][None, :], platforms[1][None, :])
    return np.asarray(SLACK * np.nan_to_num(away_m, nan=np.inf).min(axis=1) - SLACK_M)


def _eats(present: Plan, policy: Policy, reach: Reach, days: Days, own: Flags) -> Flags:
    """Return who surely rides or boards: as at present where they stay, by the rules elsewhere."""
    students = present.district.students
    walks_m = np.inf if policy.ride_beyond_m is None else policy.ride_beyond_m
    moved = (reach.straight_m > walks_m) | policy.merged_entitled
    never = days.lost.copy()
    if not policy.kindergarten_by_bus:
        never |= (students["grade"] == 0).to_numpy(bool)
    boards = students["boards"].to_numpy(bool)[:, None]
    stays = (days.mode == "bus")[:, None]
    return np.asarray((np.where(own, stays, moved) & ~never[:, None]) | boards, np.bool_)


def _allowed(district: District, policy: Policy, reach: Reach, days: Days, own: Flags) -> Flags:
    """Return where a plan that keeps the rules could bring each row."""
    grades = district.students["grade"].to_numpy(np.int64)
    rows = np.arange(len(grades))
    lawful = _lawful(district, rows, policy)
    dwell_s = policy.stop_s + policy.board_s
    ride_s = reach.drive_s + dwell_s
    door_s = reach.door_s + dwell_s
    fits = ride_s <= at_grades(policy.max_ride_s, grades)[:, None]
    limit_s = at_grades(policy.max_door_to_door_s, grades)
    # who is over the limit today may stay so, but not get worse
    limit_s = np.fmax(limit_s, days.longer_s)
    fits &= door_s <= limit_s[:, None]
    fits &= ~(door_s - days.longer_s[:, None] > policy.worse_off_max_s)
    walks_m = np.inf if policy.ride_beyond_m is None else policy.ride_beyond_m
    walk = reach.straight_m <= walks_m
    free = (district.students["boards"].to_numpy(bool) | days.lost | (grades == 0))[:, None]
    free = free | other_ways(district, policy, grades)
    merged = policy.merged_entitled
    return np.asarray(lawful & (fits | free | (walk & (not merged)) | own), np.bool_)


def _lawful(district: District, rows: Ints, policy: Policy) -> Flags:
    """Return which schools each row might lawfully attend, whatever closes.

    A village is no longer bound to a school that closes.
    """
    kept = district.schools.loc[district.schools["protected"].astype(bool), "school_id"]
    catchments = district.catchments
    loose = replace(district, catchments=catchments[catchments["school_id"].isin(kept)])
    every = np.ones((len(rows), len(district.schools)), np.bool_)
    return find_lawful(district, rows, policy, every) | find_lawful(loose, rows, policy, every)


def _time_s(
    district: District, policy: Policy, reach: Reach, days: Days, rides: Flags, own: Flags
) -> Floats:
    """Return the least time from door to door, both directions together."""
    grades = district.students["grade"].to_numpy(np.int64)
    pace = at_grades(policy.walk_m_per_s, grades)[:, None]
    walk_s = 2 * np.nan_to_num(reach.straight_m) / pace
    bus_s = (
        np.where(np.isfinite(reach.door_s), 2 * reach.door_s, 0) + policy.stop_s + policy.board_s
    )
    free = (district.students["boards"].to_numpy(bool) | days.lost)[:, None]
    free = free | other_ways(district, policy, grades)
    either = np.minimum(walk_s, bus_s)
    bound = np.where(rides, bus_s, np.where(free, 0, either))
    stays = np.where(days.mode == "walk", np.nan_to_num(days.both_s), 0)
    stays = np.where(days.mode == "bus", np.nan, stays)[:, None]
    return np.where(own & np.isfinite(stays), stays, bound)


def hold_rows(table: "pd.DataFrame", column: str) -> Ints:
    """Return a whole column, -1 where it is empty (int64)."""
    return table[column].astype("Int64").fillna(-1).to_numpy(np.int64)
