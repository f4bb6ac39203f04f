"""What every pupil's school day looks like: the way there and back, one row a direction.

Believes the plan's tables only, as every judge does, so that two plans made in different
ways, or typed in by hand, can be compared.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.measure.platforms import ride_clocks
from routing.measure.riders import numbers
from routing.policy import ByGrade, Policy
from routing.records import Plan
from routing.tables import DIRECTIONS

Floats = NDArray[np.float64]

COLUMNS = (
    "student_id", "direction", "part", "n_students", "school_id", "grade", "village", "town",
    "mode", "why", "distance_m", "walk_m", "walk_s", "wait_s", "ride_s", "door_to_door_s",
    "pickup_s", "leave_s",
)  # fmt: skip
"""Columns of ``day_table``, in order."""

WHOLE = (
    "distance_m", "walk_m", "walk_s", "wait_s", "ride_s", "door_to_door_s", "pickup_s", "leave_s",
)  # fmt: skip
"""Those that may be empty: whole metres, seconds, or seconds after midnight."""


def day_table(plan: Plan) -> pd.DataFrame:
    """Return the school day of every student row, morning and afternoon.

    A row of several students that is split over buses has one row for each part, told
    apart by ``part``; students of a row for whom the rides say nothing are a part of their
    own, unserved. So ``n_students`` of a student row and direction always adds up to the
    row's number (where the rides name no more than there are).

    Parameters
    ----------
    plan
        Its students with what demand adds; ``mode`` and ``mode_why`` are used where the
        plan has them. Its rides in the form of ``routing.tables.RIDES``.

    Returns
    -------
    days
        The columns ``COLUMNS``: ``student_id``, ``direction``, ``part``, ``n_students``,
        ``school_id``, ``grade``, ``village``, ``town`` (of the school), ``mode`` (walk,
        bus, transit, board, unserved), ``why`` (the reason of the unserved, else the code
        of the mode, else of the entitlement), ``distance_m`` (home to school by the
        policy's measure), ``walk_m`` and ``walk_s`` (all walking of the way),
        ``wait_s`` (as in the rides: at school for the school bus, on the platform for the
        public bus; none for walkers), ``ride_s``, ``door_to_door_s``, ``pickup_s``
        (clock: the bus reaches or leaves the stop near home, mornings) and ``leave_s``
        (clock: leaves home in the morning, is home in the afternoon). Walkers arrive
        ``arrive_before_min_s`` before the bell and leave school at dismissal. Empty where
        unknown, and for boarders and the unserved.
    """
    days = _people(plan)
    days = _with_school(days, plan.district.schools)
    days = _with_way(days, plan.policy)
    clocks = _clocks(days, plan)
    days = days.assign(pickup_s=clocks[0], leave_s=clocks[1])
    rank = days["direction"].map({way: at for at, way in enumerate(DIRECTIONS)})
    days = days.assign(rank=rank).sort_values(["row", "rank", "part"], kind="stable")
    for name in WHOLE:
        days[name] = pd.Series(days[name], dtype="Float64").round().astype("Int64")
    whole = {"part": "int64", "n_students": "int64", "grade": "Int64"}
    return days[list(COLUMNS)].astype(whole).reset_index(drop=True)


def at_grade(limit: ByGrade, grade: Floats) -> Floats:
    """Return a policy's number for each grade; kindergarten counts as grades 1 to 3.

    Parameters
    ----------
    limit
        One number a band.
    grade
        Grades (n,); NaN gives NaN.
    """
    grades = np.where(grade <= 3, limit.g1_3, np.where(grade <= 6, limit.g4_6, limit.g7_9))
    return np.where(np.isfinite(grade), grades, np.nan)


def _people(plan: Plan) -> pd.DataFrame:
    """Return rows of rides with their students, and rows for whom the rides say nothing."""
    students = _students(plan)
    rides = _rides(plan.rides)
    rides = rides[rides["student_id"].isin(students["student_id"])]
    known = rides.groupby(["student_id", "direction"])
    sums = known["n_students"].sum().rename("n_named").reset_index()
    parts = (known["part"].max() + 1).rename("part").reset_index()
    blank = pd.concat([students.assign(direction=way) for way in DIRECTIONS], ignore_index=True)
    blank = blank.merge(sums, "left", ["student_id", "direction"])
    blank = blank.merge(parts, "left", ["student_id", "direction"])
    left = blank["n_all"] - blank["n_named"].fillna(0)
    named = blank["n_named"].notna()
    blank = blank.assign(
        n_students=left,
        part=blank["part"].fillna(0),
        mode=blank["mode"].where(~named, "unserved"),
        reason="",
    )
    blank = blank[left > 0].drop(columns="n_named")
    ridden = rides.merge(students.drop(columns="mode"), "inner", "student_id")
    days = pd.concat([ridden, blank], ignore_index=True)
    unserved = (days["mode"] == "unserved") & (days["reason"] != "")
    days["why"] = days["reason"].where(unserved, days["why"])
    return days


def _students(plan: Plan) -> pd.DataFrame:
    """Return what is said of a student row, with its mode where the rides do not say."""
    students = plan.district.students
    entitled = students["entitled"].astype("boolean").fillna(True).to_numpy(bool)
    boards = students["boards"].astype("boolean").fillna(False).to_numpy(bool)
    mode = np.where(boards, "board", np.where(entitled, "unserved", "walk"))
    why = _words(students, "why")
    if "mode" in students:
        said = _words(students, "mode")
        mode = np.where(np.isin(said, ["walk", "board"]), said, mode)
        said_why = _words(students, "mode_why")
        why = np.where(said_why == "", why, said_why)
    return pd.DataFrame(
        {
            "row": np.arange(len(students)),
            "student_id": _words(students, "student_id"),
            "school_id": _words(students, "school_id"),
            "village": _words(students, "village"),
            "grade": numbers(students, "grade"),
            "n_all": numbers(students, "n_students"),
            "distance_m": numbers(students, f"{plan.policy.distance_measure}_m"),
            "home_m": numbers(students, "walk_m"),
            "mode": mode,
            "why": why,
        }
    )


def _rides(rides: pd.DataFrame) -> pd.DataFrame:
    """Return the rides in plain columns; those that a plan lacks are empty."""
    texts = ("student_id", "direction", "mode", "route_id", "line_id", "reason")
    cells = (
        "part", "n_students", "board_order", "alight_order", "to_stop_m", "from_stop_m",
        "wait_s", "ride_s", "door_to_door_s",
    )  # fmt: skip
    there = rides.reindex(columns=[*texts, *cells])
    plain = pd.DataFrame({name: _words(there, name) for name in texts}, index=range(len(rides)))
    return plain.assign(**{name: numbers(there, name) for name in cells})


def _with_school(days: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "school_id": _words(schools, "school_id"),
            "town": _words(schools, "town"),
            "bell_s": numbers(schools, "bell_s"),
            "dismissal_s": numbers(schools, "dismissal_s"),
        }
    ).drop_duplicates("school_id")
    days = days.merge(table, "left", "school_id")
    return days.assign(town=days["town"].fillna(""))


def _with_way(days: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the walk in metres and seconds; a walker's whole way is the walk."""
    mode = days["mode"].to_numpy()
    walks, rides = mode == "walk", np.isin(mode, ["bus", "transit"])
    pace = at_grade(policy.walk_m_per_s, days["grade"].to_numpy(np.float64))
    to_m = days["to_stop_m"].to_numpy(np.float64)
    from_m = np.nan_to_num(days["from_stop_m"].to_numpy(np.float64))
    home_m = days["home_m"].to_numpy(np.float64)
    walk_m = np.select([walks, rides], [home_m, to_m + from_m], np.nan)
    to_s = np.where(rides, np.ceil(to_m / pace), np.nan)
    walk_s = np.where(walks, np.ceil(home_m / pace), to_s + np.ceil(from_m / pace))
    door_s = np.select([walks, rides], [walk_s, days["door_to_door_s"].to_numpy()], np.nan)
    return days.assign(
        walk_m=walk_m,
        walk_s=walk_s,
        to_s=to_s,
        wait_s=np.where(rides, days["wait_s"], np.nan),
        ride_s=np.where(rides, days["ride_s"], np.nan),
        door_to_door_s=door_s,
    )


def _clocks(days: pd.DataFrame, plan: Plan) -> tuple[Floats, Floats]:
    """Return when the bus is at the stop near home, mornings, and when home is left, reached."""
    policy = plan.policy
    morning = (days["direction"] == "to_school").to_numpy()
    mode = days["mode"].to_numpy()
    bell_s, off_s = (days[name].to_numpy(np.float64) for name in ("bell_s", "dismissal_s"))
    walk_s, to_s = days["walk_s"].to_numpy(), days["to_s"].to_numpy()
    door_s = days["door_to_door_s"].to_numpy(np.float64)
    stop_s = ride_clocks(days, plan)
    # a public bus without a timetable: the last moment that is early enough, the first
    # after dismissal
    transit = mode == "transit"
    guess_s = np.where(
        morning,
        bell_s - policy.arrive_before_min_s - door_s + to_s + np.nan_to_num(days["wait_s"]),
        off_s + policy.leave_after_min_s + door_s - to_s,
    )
    stop_s = np.where(transit & np.isnan(stop_s), guess_s, stop_s)
    platform_s = np.where(transit & morning, np.nan_to_num(days["wait_s"]), 0)
    ridden_s = np.where(morning, stop_s - platform_s - to_s, stop_s + to_s)
    walked_s = np.where(morning, bell_s - policy.arrive_before_min_s - walk_s, off_s + walk_s)
    leave_s = np.select(
        [mode == "walk", np.isin(mode, ["bus", "transit"])], [walked_s, ridden_s], np.nan
    )
    return np.where(morning, stop_s, np.nan), leave_s


def _words(frame: pd.DataFrame, column: str) -> NDArray[np.object_]:
    """Return a column as texts; "" where it is empty or there is none."""
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    cells = frame[column].astype(object)
    return cells.where(cells.notna(), "").to_numpy(object)
