"""How much room each school has, who uses it, and by how much it is short."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.policy import Policy
from routing.words import Text

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_END = -1
"""Room of a school that does not say how much it has."""

KINDS_OF_ROOM = {
    "places": Text("places in classrooms", "学位"),
    "meals": Text("canteen meals", "食堂供餐"),
    "beds": Text("beds", "床位"),
}
"""What schools have only so much of: a column ``n_...`` of schools -> its name for people."""


def school_groups(schools: "pd.DataFrame") -> Ints:
    """Return for each row of schools the row of the school of which it is a campus (int64).

    Parameters
    ----------
    schools
        Uses ``school_id`` and, where there is one, ``campus_of``.
    """
    import pandas as pd

    own = np.arange(len(schools))
    if "campus_of" not in schools:
        return own
    lead = pd.Index(schools["school_id"]).get_indexer(schools["campus_of"])
    return np.where(lead >= 0, lead, own).astype(np.int64)


def find_rooms(schools: "pd.DataFrame", kind: str, policy: Policy) -> Ints:
    """Return how many pupils each school has room for (int64); ``NO_END`` where it is open.

    Parameters
    ----------
    schools
        Uses ``n_places``, ``n_meals`` or ``n_beds``, and ``campus_of``.
    kind
        A key of ``KINDS_OF_ROOM``. Places are counted for all campuses of a school
        together, at its lead, and never above ``most_school_students``; the places of one
        campus that does not say how many it has leave only that.
    policy
        Uses ``most_school_students``.
    """
    given = schools[f"n_{kind}"].astype("Int64").fillna(NO_END).to_numpy(np.int64)
    if kind != "places":
        return given
    group = school_groups(schools)
    total = np.zeros(len(schools), np.int64)
    np.add.at(total, group, np.maximum(given, 0))
    unknown = np.zeros(len(schools), np.bool_)
    np.logical_or.at(unknown, group, given < 0)
    most = policy.most_school_students
    return np.where(unknown, most, np.minimum(total, most))


def use_of(kind: str, number: Ints, far: Flags, boards: Flags) -> Ints:
    """Return how much rows of students use of a kind of room (int64).

    Parameters
    ----------
    kind
        A key of ``KINDS_OF_ROOM``.
    number
        Students in each row.
    far
        Whether they live too far away to walk home for lunch.
    boards
        Whether they board: they use a bed, and eat at school.
    """
    if kind == "places":
        return np.broadcast_to(number, np.broadcast_shapes(number.shape, far.shape)).copy()
    if kind == "meals":
        return number * (far | boards)
    return np.broadcast_to(number * boards, np.broadcast_shapes(number.shape, far.shape)).copy()
