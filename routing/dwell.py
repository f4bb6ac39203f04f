"""How long a bus stands: at a stop, and at a school."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.policy import Policy

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]


def stop_dwell_s(policy: Policy, n: int, n_young: int = 0) -> int:
    """Return the seconds at a stop where ``n`` students board or alight.

    Parameters
    ----------
    policy
        Uses ``stop_s``, ``board_s`` and ``handover_s``.
    n
        Students boarding or alighting.
    n_young
        Of them, those handed to an adult: in the afternoon, grades up to
        ``handover_last_grade``.
    """
    return policy.stop_s + policy.board_s * n + policy.handover_s * n_young


def gate_dwell_s(policy: Policy, n: int, *, alight: bool) -> int:
    """Return the seconds at a school where ``n`` students alight, or board."""
    if alight:
        return policy.school_stop_s + policy.school_alight_s * n
    return policy.stop_s + policy.board_s * n


def visit_dwell_s(
    visits: "pd.DataFrame",
    rides: "pd.DataFrame",
    students: "pd.DataFrame",
    policy: Policy,
) -> Ints:
    """Return the seconds that the bus stands at each visit.

    Parameters
    ----------
    visits
        Needs ``route_id``, ``order``, ``kind``, ``n_on``, ``n_off``.
    rides
        Needs ``route_id``, ``direction``, ``alight_order``, ``student_id``, ``n_students``.
    students
        Needs ``student_id`` and ``grade``.
    policy
        The dwell rules.
    """
    grade = students.set_index("student_id")["grade"]
    young = rides[
        (rides["direction"] == "to_home")
        & (rides["mode"] == "bus")
        & (rides["student_id"].map(grade) <= policy.handover_last_grade)
    ]
    n_young = young.groupby(["route_id", "alight_order"])["n_students"].sum().to_dict()
    dwell = []
    for visit in visits.itertuples():
        if visit.kind == "school":
            alight = visit.n_off > 0
            dwell.append(gate_dwell_s(policy, visit.n_off or visit.n_on, alight=alight))
        else:
            handed = n_young.get((visit.route_id, visit.order), 0)
            dwell.append(stop_dwell_s(policy, visit.n_on + visit.n_off, int(handed)))
    return np.array(dwell, np.int64)
