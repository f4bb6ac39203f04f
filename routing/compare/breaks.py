"""Which limits a pupil's day breaks."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.measure.days import at_grade
from routing.measure.riders import HALF_HOUR_S, LAST_PRIMARY_GRADE, numbers
from routing.policy import Policy


def find_breaks(
    morning: pd.DataFrame, afternoon: pd.DataFrame, policy: Policy
) -> NDArray[np.object_]:
    """Return the codes of the limits that each day breaks, blanks between, "" for none.

    ``ride`` (aboard longer than ``max_ride_s`` of the grade), ``door`` (door to door longer
    than ``max_door_to_door_s``, walkers too), ``half_hour`` (grades 1-3 door to door over
    30 minutes; kindergarten counts with them), ``early`` (a primary pupil's bus before
    ``earliest_pickup_s``), ``unserved`` (in either direction) and ``board_young`` (boards
    below ``board_from_grade``). Kindergarten children without a bus are brought by their
    guardians; their walk is not judged.

    Parameters
    ----------
    morning, afternoon
        Rows of ``day_table``, the same pupil in the same place.
    policy
        The limits.
    """
    grade = numbers(morning, "grade")
    flags = {
        name: np.zeros(len(morning), bool)
        for name in ("ride", "door", "half_hour", "early", "unserved", "board_young")
    }
    for side in (morning, afternoon):
        mode = side["mode"].to_numpy(object)
        brought = (mode == "walk") & (grade == 0)
        door_s = np.where(brought, np.nan, numbers(side, "door_to_door_s"))
        flags["ride"] |= numbers(side, "ride_s") > at_grade(policy.max_ride_s, grade)
        flags["door"] |= door_s > at_grade(policy.max_door_to_door_s, grade)
        flags["half_hour"] |= (grade <= 3) & (door_s > HALF_HOUR_S)
        flags["unserved"] |= mode == "unserved"
        flags["board_young"] |= (mode == "board") & (grade < policy.board_from_grade)
    early = numbers(morning, "pickup_s") < policy.earliest_pickup_s
    flags["early"] |= early & (grade <= LAST_PRIMARY_GRADE)
    codes = np.full(len(morning), "", dtype=object)
    for name, flag in flags.items():
        codes = codes + np.where(flag, name + " ", "").astype(object)
    return np.array([code.rstrip() for code in codes], dtype=object)
