"""What no tidy map has: private roads, a bollard, a turn that may not be taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from shapely import LineString

from routing.sample.byways import Barriers
from routing.sample.ground import Place
from routing.sample.lines import Road, Spot, between, split_at, spot

STUB_M = 260
"""Length of the roads that lead nowhere (ours)."""
STUBS: tuple[dict[str, str], ...] = (
    {"highway": "service", "access": "private"},
    {"highway": "service", "access": "no"},
    {"highway": "unclassified", "motor_vehicle": "no"},
    {"highway": "footway"},
)
"""What they are; two of each."""
NOT_DRIVEN = frozenset({"track", "path", "footway", "service"})


@dataclass(frozen=True)
class Ban:
    """A turn that may not be taken: from the end of one road into the start of another.

    Parameters
    ----------
    via
        Where (m).
    start, end
        Positions of the two roads.
    """

    via: Spot
    start: int
    end: int


def draw_stubs(byways: Sequence[Road], barriers: Barriers, rng: np.random.Generator) -> list[Road]:
    """Return private and closed roads, and footways, that leave village roads.

    Parameters
    ----------
    byways
        Village roads.
    barriers
        Water, which they do not cross.
    rng
        Where chance comes from.
    """
    long = [r for r in byways if r.tags["highway"] == "unclassified" and len(r.points) > 6]
    stubs = []
    for tags in STUBS * 2:
        road = long[int(rng.integers(len(long)))]
        start = road.points[len(road.points) // 2]
        angle = float(rng.uniform(0, 2 * np.pi))
        turned = [angle + quarter * np.pi / 2 for quarter in range(4)]
        ends = [spot(start[0] + STUB_M * np.cos(a), start[1] + STUB_M * np.sin(a)) for a in turned]
        dry = [e for e in ends if not LineString([start, e]).intersects(barriers.water)]
        stubs.append(Road((start, between(start, dry[0], 0.5), dry[0]), tags))
    return stubs


def choose_bollard(roads: Sequence[Road], byways: Sequence[Road], rng: np.random.Generator) -> Spot:
    """Return a point of a village road that buses can drive round, for a bollard.

    Parameters
    ----------
    roads
        All roads, joined where they cross.
    byways
        The village roads among them.
    rng
        Where chance comes from.
    """
    driven = nx.Graph()
    uses: dict[Spot, int] = {}
    for road in roads:
        for point in set(road.points):
            uses[point] = uses.get(point, 0) + 1
        if road.tags["highway"] not in NOT_DRIVEN and "motor_vehicle" not in road.tags:
            nx.add_path(driven, road.points)
    long = [r for r in byways if r.tags["highway"] == "unclassified" and len(r.points) > 6]
    for number in rng.permutation(len(long)):
        points = long[int(number)].points
        free = [k for k in range(1, len(points) - 1) if uses[points[k]] == 1]
        if not free:
            continue
        middle = min(free, key=lambda k: abs(k - len(points) // 2))
        before, bollard, after = points[middle - 1 : middle + 2]
        open_ = driven.subgraph([point for point in driven if point != bollard])
        if nx.has_path(open_, before, after):
            return bollard
    return next(r for r in roads if r.tags["highway"] == "footway").points[1]


def ban_turn(roads: Sequence[Road], seat: Place) -> tuple[list[Road], Ban]:
    """Return the roads with a banned left turn off the seat's main street.

    Parameters
    ----------
    roads
        All roads.
    seat
        The county seat.
    """
    east = [
        r for r in roads
        if r.tags.get("name") == "人民街" and r.tags["highway"] != "residential"
        and abs(r.points[0][0] - seat.at[0]) + abs(r.points[0][1] - seat.at[1]) < 80
    ]  # fmt: skip
    main = max(east, key=lambda r: r.points[-1][0])
    via = main.points[1]
    pieces = split_at(roads, via)
    into = [n for n, r in enumerate(pieces) if via in (r.points[0], r.points[-1])]
    start = next(n for n in into if pieces[n].points[-1] == via and pieces[n].tags == main.tags)
    end = next(n for n in into if pieces[n].points[0] == via and pieces[n].tags != main.tags)
    return pieces, Ban(via, start, end)
