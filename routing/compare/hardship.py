"""How hard a pupil is hit: none, minor, serious or severe, by thresholds of the grade."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.measure.days import at_grade
from routing.measure.riders import numbers
from routing.policy import ByGrade

LEVELS = ("none", "minor", "serious", "severe")
"""The least first."""


@dataclass(frozen=True)
class Thresholds:
    """From which loss on a way is harder: door to door, the longer direction (s).

    Parameters
    ----------
    minor_s
        From here a loss is felt at all; ours: five minutes, whatever the grade (assumed).
    serious_s
        Ours: half of ``severe_s`` (assumed).
    severe_s
        Ours: 20, 25 and 30 minutes; for grades 7-9 that is the default of the policy's
        ``worse_off_max_s``, less for the younger (assumed).
    """

    minor_s: ByGrade
    serious_s: ByGrade
    severe_s: ByGrade


THRESHOLDS = Thresholds(
    minor_s=ByGrade(300, 300, 300),
    serious_s=ByGrade(600, 750, 900),
    severe_s=ByGrade(1_200, 1_500, 1_800),
)


def grade_hardship(
    pupils: pd.DataFrame, thresholds: Thresholds = THRESHOLDS
) -> NDArray[np.object_]:
    """Return the level of hardship of each pupil.

    Severe: loses ``severe_s`` or more, or has no way or boards too young where that was not
    so before. Serious: loses ``serious_s`` or more, or another limit is broken that was
    kept before. Minor: loses ``minor_s`` or more, or must now board, or a limit that was
    broken already is passed by more than before. A pupil of one plan only, and whoever
    loses nothing and breaks nothing new: none.

    Parameters
    ----------
    pupils
        ``side``, ``grade``, ``more_s``, ``mode_before``, ``mode_after``,
        ``breaks_before`` and ``breaks``.
    thresholds
        In seconds, by grade.
    """
    more_s, grade = numbers(pupils, "more_s"), numbers(pupils, "grade")
    pairs = zip(pupils["breaks_before"], pupils["breaks"], strict=True)
    new = [set(after.split()) - set(before.split()) for before, after in pairs]
    worst = np.array([bool(codes & {"unserved", "board_young"}) for codes in new], bool)
    broken = np.array([bool(codes) for codes in new], bool)
    still = (pupils["breaks"] != "").to_numpy() & (more_s > 0)
    boards = ((pupils["mode_after"] == "board") & (pupils["mode_before"] != "board")).to_numpy()
    level = np.zeros(len(pupils), np.int64)
    level[(more_s >= at_grade(thresholds.minor_s, grade)) | boards | still] = 1
    level[(more_s >= at_grade(thresholds.serious_s, grade)) | broken] = 2
    level[(more_s >= at_grade(thresholds.severe_s, grade)) | worst] = 3
    level[(pupils["side"] != "both").to_numpy()] = 0
    return np.array(LEVELS, dtype=object)[level]
