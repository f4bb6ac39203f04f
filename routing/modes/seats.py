"""Who goes by public bus: a seat both ways, or the school bus."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.modes.options import Option

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Wish:
    """A student row and its journeys, the best first.

    Parameters
    ----------
    row
        Of students.
    n
        How many they are; they go together or not at all.
    to_school, to_home
        Journeys of both directions.
    """

    row: int
    n: int
    to_school: list[Option]
    to_home: list[Option]


def give_seats(wishes: list[Wish], seats: Ints) -> dict[int, tuple[Option, Option]]:
    """Return the journeys there and back of the rows that get seats on all of them.

    Greedy: each row in the order given takes its best journeys on which there is still
    room for all of it. This is not always the largest number of students that the seats
    could take: on the sample county with 50 made lines and 15, 5 and 2 seats a trip 310,
    205 and 102 students got seats, 311, 207 and 105 at best (measured).

    Parameters
    ----------
    wishes
        In the order in which seats are given.
    seats
        Free from each row of the timetable to the next (int64); not changed.

    Returns
    -------
    given
        By row of students.
    """
    left = seats.copy()
    given: dict[int, tuple[Option, Option]] = {}
    for wish in wishes:
        there = _first_with_room(wish.to_school, wish.n, left)
        if there is None:
            continue
        taken = list(there.segments())
        left[taken] -= wish.n
        back = _first_with_room(wish.to_home, wish.n, left)
        if back is None:
            left[taken] += wish.n
            continue
        left[list(back.segments())] -= wish.n
        given[wish.row] = there, back
    return given


def _first_with_room(options: list[Option], n: int, left: Ints) -> Option | None:
    return next((one for one in options if (left[list(one.segments())] >= n).all()), None)
