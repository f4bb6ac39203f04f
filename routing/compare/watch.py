"""The watch list against dropping out: pupils whose day breaks a limit, and who lose too much."""

import pandas as pd

from routing.compare.groups import is_worse
from routing.compare.record import Comparison


def list_watched(pupils: pd.DataFrame) -> pd.DataFrame:
    """Select the pupils whose day breaks a limit after.

    Parameters
    ----------
    pupils
        ``Comparison.pupils``.

    Returns
    -------
    watch
        The same columns and order, and ``new_breaks``: the codes not broken before.
    """
    mine = pupils[pupils["breaks"] != ""]
    pairs = zip(mine["breaks_before"], mine["breaks"], strict=True)
    new = [
        " ".join(code for code in after.split() if code not in before.split())
        for before, after in pairs
    ]
    return mine.assign(new_breaks=pd.Series(new, mine.index, dtype=object)).reset_index(drop=True)


def find_worse(comparison: Comparison, plan_name: str, more_than_s: float) -> pd.DataFrame:
    """Select the pupils whose way gets longer than so much, or who lose their way.

    ``give_back`` says how the same is demanded of the next plan.

    Parameters
    ----------
    comparison
        From ``compare_plans``.
    plan_name
        An alternative.
    more_than_s
        Door to door, the longer direction (s); at exactly that much a pupil is not listed.

    Returns
    -------
    pupils
        Rows of ``comparison.pupils``.

    Raises
    ------
    KeyError
        When there is no such alternative.
    """
    mine = rows_of(comparison, plan_name)
    lost = is_worse(mine) & mine["more_s"].isna()
    return mine[(mine["more_s"] > more_than_s).fillna(False).astype(bool) | lost].reset_index(
        drop=True
    )


def rows_of(comparison: Comparison, plan_name: str) -> pd.DataFrame:
    """Return the pupils of one alternative.

    Raises
    ------
    KeyError
        When there is no such alternative.
    """
    if plan_name not in comparison.names[1:]:
        msg = (
            f"no alternative '{plan_name}'; there are: {', '.join(comparison.names[1:]) or 'none'}."
        )
        raise KeyError(msg)
    return comparison.pupils[comparison.pupils["plan"] == plan_name]
