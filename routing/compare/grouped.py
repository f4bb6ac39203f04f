"""What villages, grades, schools and towns gain and lose, as a list that may be shown."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from routing.compare.groups import count_groups, group_keys
from routing.compare.lists import to_minutes
from routing.compare.record import Comparison
from routing.compare.small import HIDDEN, POOLED, Privacy, check_privacy, hide_table, pool_small
from routing.compare.watch import rows_of
from routing.compare.words import BY, HEADS, PHRASES
from routing.words import Lang

COUNTS = ("n_students", "n_changed", "n_better", "n_worse", "n_over")


def group_list(
    comparison: Comparison, plan_name: str, lang: Lang = "en", privacy: Privacy = "public"
) -> pd.DataFrame:
    """Return what villages, grades, schools and towns gain and lose, in words.

    Parameters
    ----------
    comparison, plan_name, lang
        As for ``hardship_list``.
    privacy
        "public": groups under the policy's ``min_cell`` are told together, and counts are
        hidden where they, or a sum they stand in, would tell of fewer: "<5" a small
        count, "–" one hidden for the sake of others.

    Returns
    -------
    rows
        Heads from ``routing.compare.words.HEADS``: counts of students (numbers; text
        where hidden), minutes more on the mean and at most.

    Raises
    ------
    KeyError
        When there is no such alternative.
    RoutingError
        When ``privacy`` is neither word.
    """
    check_privacy(privacy)
    mine = rows_of(comparison, plan_name)
    public, min_cell = privacy == "public", comparison.policy.min_cell
    tables = []
    for by, key in group_keys(mine).items():
        table = count_groups(mine, _pool(mine, key, min_cell) if public else key).assign(by=by)
        last = table.sort_values("group", key=lambda group: group == POOLED, kind="stable")
        tables.append(_hide(last, min_cell) if public else table)
    rows = pd.concat(tables, ignore_index=True) if len(mine) else comparison.groups.iloc[:0]
    told = pd.DataFrame(
        {
            "by": [BY[by].say(lang) for by in rows["by"]],
            "group": _say_groups(rows, comparison.schools, lang),
            **{name: rows[name] for name in COUNTS},
            "mean_more_min": to_minutes(rows["mean_more_s"]),
            "max_more_min": to_minutes(rows["max_more_s"]),
        }
    )
    return told.rename(columns={name: HEADS[name].say(lang) for name in told})


def _say_groups(rows: pd.DataFrame, schools: Mapping[str, str], lang: Lang) -> list[str]:
    words = {
        POOLED: PHRASES["others"].say(lang),
        "": PHRASES["unknown"].say(lang),
    }
    told = []
    for by, group in zip(rows["by"], rows["group"], strict=True):
        known = {"all": {"all": BY["all"].say(lang)}, "school": schools}.get(by, {})
        told.append(words.get(group, known.get(group, group)))
    return told


def _pool(pupils: pd.DataFrame, key: "pd.Series[str]", min_cell: int) -> "pd.Series[str]":
    """Return the groups with the small ones put together."""
    counts = pupils.groupby(key.to_numpy())["n_students"].sum()
    small = set(counts.index[pool_small(counts.tolist(), min_cell)])
    return key.where(~key.isin(small), POOLED)


def _hide(table: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Hide what would tell of fewer than ``min_cell``; the counts become texts there."""
    counts = table[list(COUNTS)].to_numpy(np.int64)
    hidden = np.zeros(counts.shape, bool)
    hidden[:, 0] = counts[:, 0] < min_cell
    # better and worse are parts of one whole; changed and over each stand alone
    for parts in ([2, 3], [1], [4]):
        hidden[:, parts] = hide_table(counts[:, parts], counts[:, 0], min_cell)
    table = table.copy()
    for at, name in enumerate(COUNTS):
        small = counts[:, at] < min_cell
        words = np.where(small & (counts[:, at] > 0), f"<{min_cell}", HIDDEN)
        cells = [
            word if hide else int(n)
            for word, hide, n in zip(words, hidden[:, at], counts[:, at], strict=True)
        ]
        table[name] = pd.Series(cells, table.index, dtype=object)
    few = table["n_timed"] < min_cell
    for name in ("mean_more_s", "max_more_s"):
        table[name] = table[name].where(~few)
    return table
