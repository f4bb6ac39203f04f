"""How far it is on foot, along the made roads, between homes and schools."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from routing.sample.lines import Road, Spot
from routing.sample.streets import Streets

NOT_ON_FOOT = frozenset({"motorway", "motorway_link"})


@dataclass(frozen=True)
class Beside:
    """A point beside a piece of road.

    Parameters
    ----------
    at
        The point itself (m).
    start, end
        Ends of the straight piece of road.
    share
        Where on it the point's foot is, from 0 at ``start`` to 1 at ``end``.
    """

    at: Spot
    start: Spot
    end: Spot
    share: float

    @property
    def from_start_m(self) -> float:
        """Metres from the start of the piece to the foot."""
        return self.share * math.dist(self.start, self.end)

    @property
    def to_end_m(self) -> float:
        """Metres from the foot to the end of the piece."""
        return (1 - self.share) * math.dist(self.start, self.end)


@dataclass(frozen=True, eq=False)
class Walks:
    """Metres on foot from some places to every point of the roads.

    Parameters
    ----------
    number
        Point -> column of ``metres``.
    metres
        Places x points (float64); infinite where there is no way.
    """

    number: dict[Spot, int]
    metres: np.ndarray

    def to(self, there: Beside) -> np.ndarray:
        """Return the metres from each place to a point beside a road (float64)."""
        start = self.metres[:, self.number[there.start]] + there.from_start_m
        end = self.metres[:, self.number[there.end]] + there.to_end_m
        return np.minimum(start, end)


def measure_walks(streets: Streets, places: Sequence[Beside]) -> Walks:
    """Return the metres on foot from some places to every point of the roads.

    Parameters
    ----------
    streets
        The roads.
    places
        From where.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    pieces = [
        (one, other)
        for road in streets.roads
        if is_walked(road)
        for one, other in pairwise(road.points)
    ]
    number = {p: n for n, p in enumerate(dict.fromkeys(p for piece in pieces for p in piece))}
    length = {  # the shortest of two pieces between the same points
        (number[a], number[b]): max(math.dist(a, b), 0.1) for a, b in pieces
    }
    rows, columns = np.array(list(length)).T
    shape = (len(number), len(number))
    graph = coo_array((np.array(list(length.values())), (rows, columns)), shape=shape)
    metres = np.array([
        np.minimum(*(
            dijkstra(graph.tocsr(), directed=False, indices=[number[place.start], number[place.end]])
            + np.array([[place.from_start_m], [place.to_end_m]])
        ))
        for place in places
    ])  # fmt: skip
    return Walks(number, metres)


def is_walked(road: Road) -> bool:
    """Return whether one may walk along a road."""
    return road.tags["highway"] not in NOT_ON_FOOT and road.tags.get("access", "yes") == "yes"
