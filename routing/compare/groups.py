"""What villages, grades, schools and towns gain and lose."""

import numpy as np
import pandas as pd

from routing.measure.riders import numbers

SAME_S = 60
"""A change under a minute is none: people read timetables in whole minutes (assumed)."""

BY = ("all", "village", "grade", "school", "town")

COLUMNS = (
    "by", "group", "n_students", "n_changed", "n_better", "n_worse", "n_same", "n_unknown",
    "n_timed", "mean_more_s", "max_more_s", "n_over_before", "n_over", "share_over_before", "share_over",
)  # fmt: skip


def group_pupils(pupils: pd.DataFrame) -> pd.DataFrame:
    """Count gains and losses by village, grade, school and town, and of all.

    Parameters
    ----------
    pupils
        ``Comparison.pupils`` of one alternative. The school is the one before (for pupils
        of the alternative only, the one after); so is the town.

    Returns
    -------
    groups
        ``by`` and ``group``; ``n_students`` = ``n_better`` + ``n_worse`` + ``n_same`` +
        ``n_unknown``. Worse: a way longer by a minute or more, or none where there was
        one; better likewise; unknown: no time on one side (boarders, pupils of one plan
        only). ``n_timed``: with a time on both sides. ``n_over``: the day breaks a limit (``_before``: did already);
        ``share_over`` of ``n_students``. ``mean_more_s`` and ``max_more_s`` over
        the timed, empty where there are none.
    """
    tables = [count_groups(pupils, key).assign(by=by) for by, key in group_keys(pupils).items()]
    if pupils.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def group_keys(pupils: pd.DataFrame) -> "dict[str, pd.Series[str]]":
    """Return by each of ``BY`` the group that every row of pupils belongs to."""
    before, after = pupils["school_before"], pupils["school_after"]
    grades = numbers(pupils, "grade")
    return {
        "all": pd.Series("all", pupils.index, dtype=object),
        "village": pupils["village"],
        "grade": pd.Series([f"{grade:g}" for grade in grades], pupils.index, dtype=object),
        "school": before.where(before != "", after),
        "town": pupils["town"],
    }


def count_groups(pupils: pd.DataFrame, key: "pd.Series[str]") -> pd.DataFrame:
    """Return ``group`` and its counts and means, as ``group_pupils`` defines them.

    Parameters
    ----------
    pupils
        Rows of ``Comparison.pupils`` of one alternative.
    key
        The group of each row.
    """
    flags = _flags(pupils)
    groups = flags.groupby(key.to_numpy(), sort=True)
    counts = groups.sum()
    table = counts[[name for name in COLUMNS if name.startswith("n_")]].astype("int64")
    timed = counts["n_timed"].where(counts["n_timed"] > 0)
    table = table.assign(
        mean_more_s=counts["more_n_s"] / timed,
        max_more_s=groups["more_s"].max(),
        share_over_before=counts["n_over_before"] / counts["n_students"],
        share_over=counts["n_over"] / counts["n_students"],
    )
    return table.rename_axis("group").reset_index()


def is_worse(pupils: pd.DataFrame) -> "pd.Series[bool]":
    """Say who is worse off: a minute or more longer, or no way where there was one."""
    lost = (pupils["mode_after"] == "unserved") & (pupils["mode_before"] != "unserved")
    lost &= pupils["side"] == "both"
    return (pupils["more_s"] >= SAME_S).fillna(False).astype(bool) | lost


def is_better(pupils: pd.DataFrame) -> "pd.Series[bool]":
    """Say who is better off: a minute or more shorter, or a way where there was none."""
    found = (pupils["mode_before"] == "unserved") & (pupils["mode_after"] != "unserved")
    found &= pupils["side"] == "both"
    return (pupils["more_s"] <= -SAME_S).fillna(False).astype(bool) | found


def _flags(pupils: pd.DataFrame) -> pd.DataFrame:
    """Return the number of students of each row that are so, with sums of the loss."""
    n = numbers(pupils, "n_students")
    more_s = numbers(pupils, "more_s")
    worse, better = is_worse(pupils).to_numpy(), is_better(pupils).to_numpy()
    both_lost = (
        (pupils["mode_before"] == "unserved") & (pupils["mode_after"] == "unserved")
    ).to_numpy()
    boards = ((pupils["mode_before"] == "board") & (pupils["mode_after"] == "board")).to_numpy()
    same = ((np.abs(more_s) < SAME_S) | both_lost | boards) & ~worse & ~better
    return pd.DataFrame(
        {
            "n_students": n,
            "n_changed": n * pupils["changed"].to_numpy(bool),
            "n_better": n * better,
            "n_worse": n * worse,
            "n_same": n * same,
            "n_unknown": n * ~(better | worse | same),
            "n_over_before": n * (pupils["breaks_before"] != "").to_numpy(),
            "n_over": n * (pupils["breaks"] != "").to_numpy(),
            "n_timed": n * np.isfinite(more_s),
            "more_n_s": np.nan_to_num(more_s) * n,
            "more_s": more_s,
        }
    )
