"""What two plans say about a closure: who moves, how they travel, what room there is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routing.policy import Policy
from routing.records import Plan
from routing.scenario.rooms import find_rooms, school_groups, use_of
from routing.scenario.ways import LUNCH_M

if TYPE_CHECKING:
    from numpy.typing import NDArray


LAST_PRIMARY_GRADE = 6

CLASS_PRIMARY, CLASS_INCOMPLETE, CLASS_JUNIOR = 45, 30, 50
"""Most pupils of a class: in primary grades, in those of a school that does not reach grade
6, in junior grades (pupils; GB 50099-2011, 3.0.1, excerpt)."""


@dataclass(frozen=True)
class Room:
    """Room that a school has and needs, of one kind.

    Parameters
    ----------
    school_id, kind
        The school (the lead of several campuses for places and classes), and places,
        classes, meals or beds.
    room, need
        What it has (-1: not told) and what its pupils use; of classes the fewest in which
        none is over its limit.
    """

    school_id: str
    kind: str
    room: int
    need: int


@dataclass(frozen=True)
class Facts:
    """The numbers behind the gates. Numbers of pupils, not of rows.

    Parameters
    ----------
    closed, receivers, protected_closed, towns_without
        Schools that close, that take pupils, that close though kept by the plan, and towns
        that lose their last junior school.
    n_moved, n_villages
        Pupils at another school than before, and in how many villages they live.
    n_longer, n_shorter
        Of those with a way door to door in both plans.
    n_unserved, n_unserved_before, n_over
        Moved pupils without a way, those of them without one before, and those whose ride
        or way is over the limit of their grade.
    rooms
        Of the receivers.
    n_young, n_young_over, young_longest_s
        Moved pupils of grades 1-3 with a way, those over the limit, and the longest way.
    n_young_boarders
        Too young to board, boarding, and either moved or not boarding before.
    new_small
        Schools that the moves make small: (school, pupils without the moves, pupils).
    n_riders, n_without_lunch, n_lunch_unknown
        Moved pupils who do not walk, those of them for whom the canteen has no meal, and
        those whose canteen does not say.
    """

    closed: tuple[str, ...]
    receivers: tuple[str, ...]
    protected_closed: tuple[str, ...]
    towns_without: tuple[str, ...]
    n_moved: int
    n_villages: int
    n_longer: int
    n_shorter: int
    n_unserved: int
    n_unserved_before: int
    n_over: int
    rooms: tuple[Room, ...]
    n_young: int
    n_young_over: int
    young_longest_s: float
    n_young_boarders: int
    new_small: tuple[tuple[str, int, int], ...]
    n_riders: int
    n_without_lunch: int
    n_lunch_unknown: int


def find_facts(before: Plan, after: Plan) -> Facts:
    """Return what the gates need to know.

    Parameters
    ----------
    before, after
        Plans of the district as it is and as a scenario has it.
    """
    rows = _pupils(before, after)
    moved = rows[rows["moved"]]
    young = moved[moved["grade"].between(1, 3) & moved["door_s"].notna()]
    limit_s = after.policy.max_door_to_door_s.g1_3
    was, now = before.district.schools, after.district.schools
    gone = was[~was["school_id"].isin(now["school_id"])]
    more_s = (moved["door_s"] - moved["door_before_s"]).fillna(0)
    n_left = moved[["n_unserved", "n_unserved_before"]]
    n_both = moved["n_students"] - n_left.max(axis=1)
    n_young = young["n_students"] - young["n_unserved"]
    receivers = tuple(sorted(set(moved["school_id"])))
    rooms = _rooms(after, rows, receivers)
    too_young = (rows["grade"] < after.policy.board_from_grade) & rows["boarding"]
    return Facts(
        closed=tuple(sorted(gone["school_id"])),
        receivers=receivers,
        protected_closed=tuple(sorted(gone.loc[gone["protected"].astype(bool), "school_id"])),
        towns_without=_towns_without(was, now),
        n_moved=_sum(moved),
        n_villages=moved.loc[moved["village"] != "", "village"].nunique(),
        n_longer=int(n_both[more_s > 0].sum()),
        n_shorter=int(n_both[more_s < 0].sum()),
        n_unserved=int(moved["n_unserved"].sum()),
        n_unserved_before=int(n_left.min(axis=1).sum()),
        n_over=int(moved["n_over"].sum()),
        rooms=rooms,
        n_young=int(n_young.sum()),
        n_young_over=int(n_young[young["door_s"] > limit_s].sum()),
        young_longest_s=float(young["door_s"].max()) if len(young) else 0.0,
        n_young_boarders=_sum(rows[too_young & (rows["moved"] | ~rows["boarding_before"])]),
        new_small=_new_small(before, after, rows),
        **_lunch(moved, rooms),
    )


def _sum(rows: pd.DataFrame) -> int:
    return int(rows["n_students"].sum())


def _pupils(before: Plan, after: Plan) -> pd.DataFrame:
    """Return the students after, with where they went before and how they travel in both."""
    after_rows = _with_ways(after)
    old = _with_ways(before).set_index("student_id")
    ids = after_rows["student_id"]
    was = ids.map(old["school_id"])
    return after_rows.assign(
        school_before=was,
        moved=(was != after_rows["school_id"]) & was.notna(),
        door_before_s=ids.map(old["door_s"]),
        boarding_before=ids.map(old["boarding"]).fillna(False).astype(bool),
        n_unserved_before=ids.map(old["n_unserved"]).fillna(0).astype(int),
    )


def _with_ways(plan: Plan) -> pd.DataFrame:
    """Return a plan's students with the longer way of both directions, and what went wrong.

    Columns added: ``door_s`` (empty for boarders and the unserved), ``n_unserved`` and
    ``n_over`` (pupils), ``boarding``, ``far`` and ``rides`` (flags).
    """
    students, rides = pd.DataFrame(plan.district.students), plan.rides
    policy = plan.policy
    grade = rides["student_id"].map(students.set_index("student_id")["grade"])
    over = pd.Series(False, rides.index)
    for column, limit in (
        ("ride_s", policy.max_ride_s),
        ("door_to_door_s", policy.max_door_to_door_s),
    ):
        most = grade.map(lambda one, limit=limit: limit.at(int(one)))
        over |= (rides[column].astype("Float64") > most).fillna(False).astype(bool)
    told = rides.assign(
        over=rides["n_students"].where(over, 0),
        left=rides["n_students"].where(rides["mode"] == "unserved", 0),
    )
    sums = (
        told.groupby(["student_id", "direction"])[["over", "left"]]
        .sum()
        .groupby("student_id")
        .max()
    )
    ids = students["student_id"]
    door_s = ids.map(rides.groupby("student_id")["door_to_door_s"].max()).astype("Float64")
    by_bus = ids.isin(rides["student_id"])
    boards = students["boards"].astype(bool) | ids.isin(
        rides.loc[rides["mode"] == "board", "student_id"]
    )
    pace = students["grade"].map(lambda one: policy.walk_m_per_s.at(int(one)))
    walk_s = (students["walk_m"].astype("Float64") / pace).where(~by_bus & ~boards)
    return students.assign(
        door_s=door_s.fillna(walk_s).astype(float),
        n_unserved=ids.map(sums["left"]).fillna(0).astype(int),
        n_over=ids.map(sums["over"]).fillna(0).astype(int),
        boarding=boards,
        far=_far(students, policy),
        rides=by_bus | boards,
    )


def _far(students: pd.DataFrame, policy: Policy) -> "NDArray[np.bool_]":
    """Return who lives too far away to walk home for lunch, by the measure of the policy."""
    metres = students[f"{policy.distance_measure}_m"].astype("Float64")
    far = (metres > (policy.ride_beyond_m or LUNCH_M)).fillna(True)
    return np.asarray(far, np.bool_)


def _rooms(plan: Plan, rows: pd.DataFrame, receivers: tuple[str, ...]) -> tuple[Room, ...]:
    """Return places, meals and beds of the schools that take pupils."""
    schools = plan.district.schools
    group = school_groups(schools)
    at = pd.Index(schools["school_id"]).get_indexer(rows["school_id"])
    takers = [row for row, school in enumerate(schools["school_id"]) if school in set(receivers)]
    number = rows["n_students"].to_numpy(np.int64)
    far, boards = rows["far"].to_numpy(np.bool_), rows["boarding"].to_numpy(np.bool_)
    found = []
    for kind in ("places", "meals", "beds"):
        pool = group if kind == "places" else np.arange(len(group))
        need = np.zeros(len(schools), np.int64)
        np.add.at(need, pool[at], use_of(kind, number, far, boards))
        room = find_rooms(schools, kind, plan.policy)
        if kind == "places":
            room = _told_places(schools, group, room, need)
        for row in sorted({int(pool[taker]) for taker in takers}):
            school = str(schools["school_id"].iloc[row])
            found.append(Room(school, kind, int(room[row]), int(need[row])))
    return (*found, *_classes(schools, group, rows, sorted({int(group[row]) for row in takers})))


def _classes(
    schools: pd.DataFrame, group: "NDArray[np.int64]", rows: pd.DataFrame, leads: list[int]
) -> list[Room]:
    """Return the classes that schools have and need at least, all campuses together."""
    at = pd.Index(schools["school_id"]).get_indexer(rows["school_id"])
    grade, n = (rows[name].to_numpy(np.int64) for name in ("grade", "n_students"))
    told = schools.get("n_classes", pd.Series(pd.NA, schools.index)).astype("Int64")
    found = []
    for lead in leads:
        mine, campuses = group[at] == lead, group == lead
        whole = int(schools["last_grade"][campuses].max()) >= LAST_PRIMARY_GRADE
        primary = CLASS_PRIMARY if whole else CLASS_INCOMPLETE
        young = mine & (grade > 0) & (grade <= LAST_PRIMARY_GRADE)
        need = -(-int(n[young].sum()) // primary)
        need += -(-int(n[mine & (grade > LAST_PRIMARY_GRADE)].sum()) // CLASS_JUNIOR)
        cells = told[campuses]
        has = -1 if cells.isna().any() else int(cells.sum())
        found.append(Room(str(schools["school_id"].iloc[lead]), "classes", has, need))
    return found


def _told_places(
    schools: pd.DataFrame, group: "NDArray[np.int64]", room: "NDArray[np.int64]",
    need: "NDArray[np.int64]",
) -> "NDArray[np.int64]":  # fmt: skip
    """Return places, -1 where a school does not tell and the size of a school is not passed."""
    unknown = np.zeros(len(schools), np.bool_)
    np.logical_or.at(unknown, group, schools["n_places"].isna().to_numpy(np.bool_))
    return np.where(unknown & (need <= room), -1, room)


def _towns_without(was: pd.DataFrame, now: pd.DataFrame) -> tuple[str, ...]:
    """Return the towns that had a school with junior grades and have none."""
    had, has = (set(schools.loc[schools["last_grade"] >= 7, "town"]) for schools in (was, now))
    return tuple(sorted(had - has - {""}))


def _new_small(before: Plan, after: Plan, rows: pd.DataFrame) -> tuple[tuple[str, int, int], ...]:
    """Return the schools that are small only because pupils moved, new ones included."""
    schools, limit = after.district.schools, after.policy.small_below
    group = school_groups(schools)
    index = pd.Index(schools["school_id"])
    counts = []
    for column in ("school_before", "school_id"):
        at = index.get_indexer(rows[column])
        there = at >= 0
        n = np.zeros(len(schools), np.int64)
        np.add.at(n, group[at[there]], rows["n_students"].to_numpy(np.int64)[there])
        counts.append(n)
    new = ~schools["school_id"].isin(before.district.schools["school_id"]).to_numpy(np.bool_)
    return tuple(
        (str(index[at]), int(counts[0][at]), int(counts[1][at]))
        for at in np.unique(group)
        if counts[1][at] < limit and (counts[0][at] >= limit or new[at])
    )


def _lunch(moved: pd.DataFrame, rooms: tuple[Room, ...]) -> dict[str, int]:
    """Return how many moved riders and boarders have no meal, or a canteen that does not say."""
    riders = moved[moved["rides"]]
    meals = {room.school_id: room for room in rooms if room.kind == "meals"}
    without = unknown = 0
    for school, n in riders.groupby("school_id")["n_students"].sum().items():
        room = meals[str(school)]
        if room.room < 0:
            unknown += int(n)
        else:
            without += min(int(n), max(0, room.need - room.room))
    return {"n_riders": _sum(riders), "n_without_lunch": without, "n_lunch_unknown": unknown}
