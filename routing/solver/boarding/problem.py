"""What is asked when stops and routes are chosen together, and what is answered.

Whole numbers by position; no table and no school is known here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

RULES = ("nearest", "any")
DIRECTIONS = ("to_school", "to_home", "round")


@dataclass(frozen=True, eq=False)
class BoardingProblem:
    """Groups of students, places where they could board, and buses to carry them.

    Place 0 is the school; places 1 to p could be stops. The time of a route is its driving,
    and ``stop_s + board_s`` per student at every visit. One sum of costs is made least:
    buses, driving, visits, places used, walking; to put one aim strictly before another,
    weigh it more than the other can ever reach.

    Parameters
    ----------
    duration_s, cost
        Driving between places (int64, p + 1 by p + 1): seconds, and what it costs. Neither
        need be symmetric or keep the triangle inequality.
    n_students
        Per group, an address (int64), at least 1.
    group, place, walk_m
        Pairs within walking reach (int64, one length), each pair once: which group, which
        place (not the school), how far.
    fixed, forbidden
        Places that a route must visit, and places that none may.
    rule
        "nearest": every group walks to the place used that is nearest to it, to either
        where two are as near. "any": to any place used within its reach. A group is
        never divided between places.
    may_split
        Whether several routes may visit one place and divide its students.
    stop_s, board_s
        Standing at a visit (s): a fixed part, and a part for each student.
    max_route_s
        Longest time of a route (s).
    seats, fixed_cost, n_available
        Per type of bus: seats; cost of one bus; how many, None for no limit.
    visit_cost
        Cost of each visit.
    open_cost
        Cost of using each place (int64, p + 1), however many routes visit it.
    walk_cost
        Cost of a metre walked by one student.
    direction
        "to_school": a route begins at its first visit. "to_home": it ends at its last.
        "round": it begins and ends at the school.
    """

    duration_s: Ints
    cost: Ints
    n_students: Ints
    group: Ints
    place: Ints
    walk_m: Ints
    fixed: tuple[int, ...]
    forbidden: tuple[int, ...]
    rule: str
    may_split: bool
    stop_s: int
    board_s: int
    max_route_s: int
    seats: tuple[int, ...]
    fixed_cost: tuple[int, ...]
    n_available: tuple[int | None, ...]
    visit_cost: int
    open_cost: Ints
    walk_cost: int
    direction: str

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        self._refuse_shapes()
        self._refuse_numbers()
        self._refuse_places()

    def _refuse_shapes(self) -> None:
        n = len(self.open_cost)
        n_types = len(self.seats)
        fits = (
            n >= 1
            and self.duration_s.shape == self.cost.shape == (n, n)
            and len(self.group) == len(self.place) == len(self.walk_m)
            and n_types == len(self.fixed_cost) == len(self.n_available)
            and self.rule in RULES
            and self.direction in DIRECTIONS
        )
        if not fits:
            msg = f"boarding problem: parts do not fit {n} places and {n_types} types of bus."
            raise ValueError(msg)

    def _refuse_numbers(self) -> None:
        arrays = (self.duration_s, self.cost, self.n_students, self.group, self.place)
        numbers = (self.stop_s, self.board_s, self.max_route_s, self.visit_cost, self.walk_cost)
        wrong = any(
            array.dtype != np.int64 or (array < 0).any()
            for array in (*arrays, self.walk_m, self.open_cost)
        )
        wrong |= any(number < 0 for number in (*numbers, *self.seats, *self.fixed_cost))
        if wrong or (self.n_students < 1).any():
            msg = "boarding problem: want int64, none negative, and nobody in no group."
            raise ValueError(msg)

    def _refuse_places(self) -> None:
        n = len(self.open_cost)
        named = (*self.fixed, *self.forbidden, *self.place.tolist())
        pairs = set(zip(self.group.tolist(), self.place.tolist(), strict=True))
        wrong = any(not 1 <= place < n for place in named)
        wrong |= bool((self.group >= len(self.n_students)).any())
        if wrong or set(self.fixed) & set(self.forbidden) or len(pairs) < len(self.group):
            msg = f"boarding problem: want places 1 to {n - 1}, not both fixed and forbidden, each pair once."
            raise ValueError(msg)


@dataclass(frozen=True)
class BoardingRoute:
    """One route: (place, students boarding) in the order driven, and its type of bus."""

    visits: tuple[tuple[int, int], ...]
    bus_type: int


@dataclass(frozen=True, eq=False)
class BoardingSolution:
    """Places and routes for a ``BoardingProblem``.

    Parameters
    ----------
    routes
        Together they carry all but ``n_unserved`` students.
    place_of_group
        Where each group boards (int64); -1 for nowhere.
    n_unserved
        Students who have no place, or for whom no bus is left there.
    missed
        Fixed places that no route visits, because no bus can.
    cost
        Buses, driving, visits, places used and walking, as the problem weighs them.
    n_routes_bound, n_places_bound
        No answer that carries everyone has fewer routes, or uses fewer places; 0 where
        this one does not carry everyone.
    proven
        Whether it is proven that no answer that carries as many costs less.
    """

    routes: tuple[BoardingRoute, ...]
    place_of_group: Ints
    n_unserved: int
    missed: tuple[int, ...]
    cost: int
    n_routes_bound: int
    n_places_bound: int
    proven: bool
