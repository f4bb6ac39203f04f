"""Figures of people: who is served, how long they ride, wait and walk."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.policy import ByGrade, Policy
from routing.records import Plan
from routing.tables import DIRECTIONS

Floats = NDArray[np.float64]
Figure = tuple[str, str, float]
"""Metric, group and value."""

WAYS = ("bus", "transit", "board")
"""Modes that bring an entitled student to school."""

LAST_PRIMARY_GRADE = 6
HALF_HOUR_S = 1_800


def count_people(plan: Plan) -> Iterator[Figure]:
    """Give who is entitled, served and not, and why not, by group."""
    people = _served_rows(plan)
    for group, rows in _groups_of_people(people):
        mine = people[rows]
        entitled = mine[mine["entitled"]]
        n_entitled = float(entitled["n"].sum())
        n_served = float(entitled["n_served"].sum())
        yield "n_students", group, float(mine["n"].sum())
        yield "n_entitled", group, n_entitled
        yield "n_served", group, n_served
        yield "n_unserved", group, n_entitled - n_served
        for mode in ("bus", "transit", "board", "walk"):
            yield f"n_{mode}", group, float(mine[f"n_{mode}"].sum())
    yield from _count_reasons(plan, people)


def _served_rows(plan: Plan) -> pd.DataFrame:
    """Return the student rows with how many of each have a way in both directions, and which."""
    students, rides = plan.district.students, plan.rides
    n = numbers(students, "n_students")
    there = _count_ways(plan, rides[rides["mode"].isin(WAYS)])
    boards = students["boards"].fillna(False).to_numpy(bool)
    entitled = students["entitled"].fillna(False).to_numpy(bool)
    by_mode = {}
    for mode in WAYS:
        both = _count_ways(plan, rides[rides["mode"] == mode])
        by_mode[mode] = np.minimum(n, np.minimum(*both.values()))
    by_mode["board"] = np.where(boards, n, by_mode["board"])
    return pd.DataFrame(
        {
            "student_id": students["student_id"].to_numpy(),
            "school_id": students["school_id"].to_numpy(),
            "band": bands(numbers(students, "grade")),
            "entitled": entitled,
            "n": n,
            "n_served": np.minimum(n, np.minimum(*there.values())),
            **{f"n_{way}": count for way, count in there.items()},
            **{f"n_{mode}": count for mode, count in by_mode.items()},
            "n_walk": np.where(entitled | boards, 0.0, n),
        }
    )


def count_modes(plan: Plan) -> pd.DataFrame:
    """Return how many of each student row go by each mode in at least one direction.

    Parameters
    ----------
    plan
        Uses ``rides`` and the students.

    Returns
    -------
    ways
        ``bus``, ``transit`` and ``board`` (students, float64), in the order of the
        students; those who board anyway are in ``board``.
    """
    students, rides = plan.district.students, plan.rides
    n = numbers(students, "n_students")
    ways = {}
    for mode in WAYS:
        both = _count_ways(plan, rides[rides["mode"] == mode])
        ways[mode] = np.minimum(n, np.maximum(*both.values()))
    boards = students["boards"].fillna(False).to_numpy(bool)
    return pd.DataFrame({**ways, "board": np.where(boards, n, ways["board"])})


def _count_ways(plan: Plan, rides: pd.DataFrame) -> dict[str, Floats]:
    """Return how many of each student row some rides hold, by direction."""
    sums = pd.Series(
        numbers(rides, "n_students"),
        index=pd.MultiIndex.from_frame(rides[["student_id", "direction"]]),
        dtype="float64",
    )
    sums = sums.groupby(level=[0, 1]).sum()
    ids = plan.district.students["student_id"]
    return {way: _look_up(sums, [(student, way) for student in ids]) for way in DIRECTIONS}


def _look_up(sums: "pd.Series[float]", keys: list[tuple[str, str]]) -> Floats:
    known = sums.to_dict()
    return np.array([known.get(key, 0.0) for key in keys], dtype=np.float64)


def _count_reasons(plan: Plan, people: pd.DataFrame) -> Iterator[Figure]:
    """Count each unserved student once, in the direction in which most are left."""
    rides = plan.rides[plan.rides["mode"] == "unserved"]
    worst = np.where(people["n_to_school"] <= people["n_to_home"], *DIRECTIONS)
    direction = dict(zip(people["student_id"], worst, strict=True))
    counts = rides["student_id"].map(direction) == rides["direction"]
    counted = rides[counts.to_numpy(bool)]
    n = pd.Series(numbers(counted, "n_students"), dtype="float64")
    for reason, amount in n.groupby(counted["reason"].to_numpy()).sum().items():
        yield "n_unserved_because", str(reason), float(amount)


def _groups_of_people(people: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    yield "all", np.ones(len(people), bool)
    for band in ("g1_3", "g4_6", "g7_9"):
        yield band, (people["band"] == band).to_numpy()
    for school_id in sorted(people["school_id"].unique()):
        yield f"school:{school_id}", (people["school_id"] == school_id).to_numpy()


def ride_rows(plan: Plan) -> pd.DataFrame:
    """Return the rides by bus in floats, with grade, school and direct drive.

    Columns ``direction``, ``n``, ``grade``, ``band``, ``school_id``, ``ride_s``,
    ``door_s``, ``wait_s``, ``walk_m``, ``drive_m``, ``ridden_m`` and ``pickup_s`` (the
    bus's arrival at the stop).
    """
    rides = plan.rides[plan.rides["mode"] == "bus"]
    students = plan.district.students.drop_duplicates("student_id")
    students = students.set_index("student_id")
    mine = students.reindex(rides["student_id"])
    visits = _visits(plan)
    board, alight = (_at(visits, rides, f"{end}_order") for end in ("board", "alight"))
    grade = numbers(mine, "grade")
    return pd.DataFrame(
        {
            "direction": rides["direction"].to_numpy(),
            "n": numbers(rides, "n_students"),
            "grade": grade,
            "band": bands(grade),
            "school_id": mine["school_id"].to_numpy(),
            "ride_s": numbers(rides, "ride_s"),
            "door_s": numbers(rides, "door_to_door_s"),
            "wait_s": numbers(rides, "wait_s"),
            "walk_m": numbers(rides, "to_stop_m"),
            "drive_m": numbers(mine, "drive_m"),
            "ridden_m": alight["since_m"] - board["since_m"],
            "pickup_s": board["arrive_s"],
        }
    )


def _visits(plan: Plan) -> pd.DataFrame:
    """Return arrival and metres since the first visit, by route and order."""
    visits = plan.visits.sort_values(["route_id", "order"], kind="stable")
    leg_m = pd.Series(numbers(visits, "leg_m"), dtype="float64")
    since_m = leg_m.groupby(visits["route_id"].to_numpy()).cumsum()
    keys = zip(visits["route_id"], numbers(visits, "order"), strict=True)
    index = pd.MultiIndex.from_tuples(list(keys), names=["route_id", "order"])
    frame = pd.DataFrame(
        {"arrive_s": numbers(visits, "arrive_s"), "since_m": since_m.to_numpy()},
        index=index if len(visits) else None,
    )
    return frame[~frame.index.duplicated()]


def _at(visits: pd.DataFrame, rides: pd.DataFrame, order: str) -> dict[str, Floats]:
    keys = list(zip(rides["route_id"], numbers(rides, order), strict=True))
    if not keys or visits.empty:
        nowhere = np.full(len(keys), np.nan)
        return {"arrive_s": nowhere, "since_m": nowhere}
    found = visits.reindex(pd.MultiIndex.from_tuples(keys))
    return {name: found[name].to_numpy(np.float64) for name in ("arrive_s", "since_m")}


def measure_rides(rides: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """Give the times and walks of rides by group; ``rides`` from ``ride_rows``."""
    for group, rows in _groups_of_rides(rides):
        mine = rides[rows]
        n = mine["n"].to_numpy()
        for key, column in (("ride", "ride_s"), ("door_to_door", "door_s")):
            yield from _spread(key, group, mine[column].to_numpy(), n)
        grade = mine["grade"].to_numpy()
        ride_limit_s = _limits(policy.max_ride_s, grade)
        door_limit_s = _limits(policy.max_door_to_door_s, grade)
        yield "share_ride_over", group, share(mine["ride_s"] > ride_limit_s, n)
        yield "share_door_to_door_over", group, share(mine["door_s"] > door_limit_s, n)
        yield "mean_wait_s", group, mean(mine["wait_s"].to_numpy(), n)
        walk_m = mine["walk_m"].to_numpy()
        yield "mean_walk_m", group, mean(walk_m, n)
        yield "p90_walk_m", group, quantile(walk_m, n, 0.9)
        yield "max_walk_m", group, quantile(walk_m, n, 1.0)
        if group == "g1_3":
            over = mine["door_s"] > HALF_HOUR_S
            yield "share_over_half_hour", group, share(over, n)
    yield from _whole_figures(rides, policy)


def _whole_figures(rides: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    primary = rides["grade"] <= LAST_PRIMARY_GRADE
    early = (rides["direction"] == "to_school") & primary
    early &= rides["pickup_s"] < policy.earliest_pickup_s
    yield "n_early_pickup", "all", float(rides.loc[early, "n"].sum())
    known = rides[(rides["drive_m"] > 0) & rides["ridden_m"].notna()]
    direct_m = float((known["drive_m"] * known["n"]).sum())
    ridden_m = float((known["ridden_m"] * known["n"]).sum())
    yield "detour_factor", "all", ridden_m / direct_m if direct_m else 0.0


def _groups_of_rides(rides: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    yield "all", np.ones(len(rides), bool)
    for name, column in (("band", ("g1_3", "g4_6", "g7_9")), ("direction", DIRECTIONS)):
        for group in column:
            yield group, (rides[name] == group).to_numpy()
    for school_id in sorted(rides["school_id"].dropna().unique()):
        yield f"school:{school_id}", (rides["school_id"] == school_id).to_numpy()


def _spread(key: str, group: str, values: Floats, n: Floats) -> Iterator[Figure]:
    yield f"mean_{key}_s", group, mean(values, n)
    yield f"median_{key}_s", group, quantile(values, n, 0.5)
    yield f"p90_{key}_s", group, quantile(values, n, 0.9)
    yield f"worst5_{key}_s", group, worst_mean(values, n, 0.05)
    yield f"max_{key}_s", group, quantile(values, n, 1.0)


def bands(grade: Floats) -> NDArray[Any]:
    """Return the band of each grade; kindergarten counts as grades 1 to 3."""
    return np.where(grade <= 3, "g1_3", np.where(grade <= 6, "g4_6", "g7_9"))


def _limits(limit: ByGrade, grade: Floats) -> Floats:
    return np.array([limit.at(int(g)) if np.isfinite(g) else np.inf for g in grade])


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as floats, NaN where empty."""
    cells = pd.to_numeric(frame[column], errors="coerce")
    return cells.to_numpy(dtype=np.float64, na_value=np.nan)


def mean(values: Floats, n: Floats) -> float:
    """Return the mean over students; 0 over nobody."""
    known = np.isfinite(values)
    whole = n[known].sum()
    return float((values[known] * n[known]).sum() / whole) if whole else 0.0


def share(flags: "pd.Series[bool]", n: Floats) -> float:
    """Return the share of students for whom something holds; 0 of nobody."""
    return mean(flags.to_numpy(np.float64), n)


def quantile(values: Floats, n: Floats, part: float) -> float:
    """Return the smallest value that a part of the students do not exceed; 0 of nobody."""
    known = np.isfinite(values) & (n > 0)
    if not known.any():
        return 0.0
    order = np.argsort(values[known], kind="stable")
    upto = np.cumsum(n[known][order])
    at = np.searchsorted(upto, np.ceil(round(part * upto[-1], 9)))
    return float(values[known][order][min(int(at), len(order) - 1)])


def worst_mean(values: Floats, n: Floats, part: float) -> float:
    """Return the mean of the largest part of the students, at least one; 0 of nobody."""
    known = np.isfinite(values) & (n > 0)
    if not known.any():
        return 0.0
    order = np.argsort(-values[known], kind="stable")
    count, largest = n[known][order], values[known][order]
    wanted = max(1.0, np.ceil(round(part * count.sum(), 9)))
    before = np.cumsum(count) - count
    taken = np.clip(wanted - before, 0, count)
    return float((largest * taken).sum() / wanted)
