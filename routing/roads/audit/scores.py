"""What the roads of a town are worth to a planner, in one number."""

import numpy as np

REACH_WEIGHT, DETOUR_WEIGHT, TAG_WEIGHT = 50, 30, 20
"""Points of a town's score for reach, for few detours and for tags (assumed)."""


def score_town(reach_share: float, detour_share: float, tagged_share: float) -> float:
    """Return the score of a town's roads: 50 for reach, 30 for few detours, 20 for tags.

    What cannot be said of a town (NaN: no village, no neighbours, no road) is left out
    and the other points are scaled up to 100; NaN when nothing can be said.
    """
    points = (
        (REACH_WEIGHT, reach_share), (DETOUR_WEIGHT, 1 - detour_share), (TAG_WEIGHT, tagged_share),
    )  # fmt: skip
    known = [(weight, share) for weight, share in points if not np.isnan(share)]
    weights = sum(weight for weight, _ in known)
    return 100 * sum(weight * share for weight, share in known) / weights if known else np.nan
