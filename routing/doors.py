"""Whose way door to door the plan itself keeps within the limit."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.policy import Policy

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

NO_LIMIT_S = 10**6
"""Stands for no limit: above every day (s)."""


def door_limits_s(students: "pd.DataFrame", policy: Policy) -> Ints:
    """Return how long each row's way may take door to door (s, int64).

    Parameters
    ----------
    students
        Needs ``grade``; ``from_school_id`` says who was moved by a scenario.
    policy
        Uses ``door_to_door_kept`` and ``max_door_to_door_s``.

    Returns
    -------
    limits
        ``NO_LIMIT_S`` for those whose way is not kept within a limit.
    """
    limits = np.array([policy.max_door_to_door_s.at(int(g)) for g in students["grade"]], np.int64)
    if policy.door_to_door_kept == "all":
        return limits
    moved = np.zeros(len(students), np.bool_)
    if policy.door_to_door_kept == "moved" and "from_school_id" in students:
        moved = (students["from_school_id"].fillna("") != "").to_numpy(bool)
    return np.where(moved, limits, NO_LIMIT_S)
