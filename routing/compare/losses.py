"""Who gains and who loses: every pupil's day before and after, side by side."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.compare.breaks import find_breaks
from routing.compare.hardship import THRESHOLDS, Thresholds, grade_hardship
from routing.compare.pieces import cut_pieces
from routing.measure.days import day_table
from routing.measure.riders import bands, numbers
from routing.policy import Policy
from routing.records import Plan

TIMES = ("distance_m", "walk_s", "wait_s", "ride_s", "door_s", "leave_s")
"""What is set side by side; empty where unknown, for boarders and for the unserved."""

WAYS = {"walk": 0, "bus": 0, "transit": 0, "board": 1, "unserved": 2}
"""In a row of pupils who travel differently, those with the shortest way stand first."""


def pupil_days(plan: Plan, policy: Policy) -> pd.DataFrame:
    """Return one row a pupil (or rows of pupils with one day) of a plan.

    Parameters
    ----------
    plan
        A plan.
    policy
        The limits by which the day is judged.

    Returns
    -------
    days
        ``student_id``, ``n_students``, ``school_id``, ``town``, ``village``, ``grade``,
        ``mode``, ``distance_m``, ``walk_s``, ``wait_s``, ``ride_s``, ``door_s`` (of the
        longer direction), ``both_s`` (both directions together), ``leave_s`` (mornings)
        and ``breaks`` (codes of ``BREAKS``). Whoever has no way in one direction is
        unserved.
    """
    table = day_table(plan)
    table["door_s"] = table["door_to_door_s"]
    rank = table["mode"].map(WAYS).fillna(2)
    table = table.assign(rank=rank, at=np.arange(len(table)))
    table = table.sort_values(["rank", "door_s", "part"], kind="stable", na_position="last")
    sides = [table[table["direction"] == way] for way in ("to_school", "to_home")]
    cut = [
        (side["student_id"].to_numpy(object), numbers(side, "n_students").astype(np.int64))
        for side in sides
    ]
    _, _, n, rows = cut_pieces(cut)
    morning, afternoon = (
        side.iloc[row].reset_index(drop=True) for side, row in zip(sides, rows, strict=True)
    )
    longer = _longer(morning, afternoon)
    days = longer[["student_id", "school_id", "town", "village", "grade", *TIMES]].assign(
        n_students=n,
        mode=_mode(morning, afternoon),
        both_s=numbers(morning, "door_s") + numbers(afternoon, "door_s"),
        leave_s=morning["leave_s"],
        breaks=find_breaks(morning, afternoon, policy),
        at=morning["at"],
    )
    lost = (days["mode"] == "unserved").to_numpy()
    days.loc[lost, ["walk_s", "wait_s", "ride_s", "door_s", "leave_s"]] = pd.NA
    return days.sort_values("at", kind="stable").drop(columns="at").reset_index(drop=True)


def pair_days(
    before: pd.DataFrame, after: pd.DataFrame, thresholds: Thresholds = THRESHOLDS
) -> pd.DataFrame:
    """Set the days of two plans side by side, nobody dropped.

    Parameters
    ----------
    before, after
        From ``pupil_days``.
    thresholds
        Of hardship.

    Returns
    -------
    pupils
        ``student_id``, ``part``, ``n_students``, ``side`` (both, only_before,
        only_after), ``village``, ``town`` (of the school before, where there is one),
        ``grade``, ``band``; ``school``, ``mode``, ``distance_m``, ``walk_s``, ``wait_s``,
        ``ride_s``, ``door_s`` and ``leave_s`` each as ``_before`` and ``_after`` (the
        unit last); ``more_s`` (after less before, of the longer direction; empty where
        either is), ``changed`` (another school), ``breaks_before``, ``breaks`` and
        ``hardship``. Sorted by hardship and loss.
    """
    cut = [
        (frame["student_id"].to_numpy(object), numbers(frame, "n_students").astype(np.int64))
        for frame in (before, after)
    ]
    ids, part, n, (row_before, row_after) = cut_pieces(cut)
    old, new = _take(before, row_before), _take(after, row_after)
    there, then = row_before >= 0, row_after >= 0
    pupils = pd.DataFrame({"student_id": ids, "part": part, "n_students": n})
    pupils["side"] = np.select([there & then, there], ["both", "only_before"], "only_after")
    for name in ("village", "town", "grade"):
        pupils[name] = old[name].where(there, new[name])
    pupils["band"] = bands(numbers(pupils, "grade"))
    pupils["school_before"], pupils["school_after"] = old["school_id"], new["school_id"]
    pupils["mode_before"], pupils["mode_after"] = old["mode"], new["mode"]
    for name in TIMES:
        stem, unit = name.rsplit("_", 1)
        pupils[f"{stem}_before_{unit}"], pupils[f"{stem}_after_{unit}"] = old[name], new[name]
    pupils["more_s"] = pupils["door_after_s"] - pupils["door_before_s"]
    pupils["changed"] = there & then & (old["school_id"] != new["school_id"]).to_numpy()
    pupils["breaks_before"], pupils["breaks"] = old["breaks"], new["breaks"]
    pupils["hardship"] = grade_hardship(pupils, thresholds)
    return sort_by_loss(pupils)


def compare_pupils(
    before: pd.DataFrame, after: pd.DataFrame, name: str, thresholds: Thresholds = THRESHOLDS
) -> pd.DataFrame:
    """Return ``pair_days`` with the alternative's name as first column ``plan``."""
    pupils = pair_days(before, after, thresholds)
    pupils.insert(0, "plan", name)
    return pupils


def sort_by_loss(pupils: pd.DataFrame) -> pd.DataFrame:
    """Sort pupils: the hardest hit first, then those who lose most, then by key."""
    level = pupils["hardship"].map({"severe": 0, "serious": 1, "minor": 2, "none": 3})
    keys = pupils.assign(level=level, loss=-pupils["more_s"])
    keys = keys.sort_values(
        ["level", "loss", "student_id", "part"], na_position="first", kind="stable"
    )
    return keys.drop(columns=["level", "loss"]).reset_index(drop=True)


def _longer(morning: pd.DataFrame, afternoon: pd.DataFrame) -> pd.DataFrame:
    """Return for each pupil the row of the direction that takes longer."""
    back = numbers(afternoon, "door_s") > numbers(morning, "door_s")
    return morning.where(~pd.Series(back), afternoon)


def _mode(morning: pd.DataFrame, afternoon: pd.DataFrame) -> NDArray[np.object_]:
    lost = (morning["mode"] == "unserved") | (afternoon["mode"] == "unserved")
    return np.where(lost, "unserved", morning["mode"]).astype(object)


def _take(frame: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return rows by position; where there is none, texts are "" and numbers empty."""
    taken = frame.reset_index(drop=True).reindex(rows).reset_index(drop=True)
    texts = ["student_id", "school_id", "town", "village", "mode", "breaks"]
    return taken.assign(**{name: taken[name].astype(object).fillna("") for name in texts})
