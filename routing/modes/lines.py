"""The public buses of a district: their timetable, and how far it is to their platforms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.modes.connections import Timetable
from routing.policy import Policy
from routing.records import District, Located, lonlat
from routing.roads import measure_pairs, snap_points, take_positions
from routing.roads.network import Network
from routing.roads.positions import Positions
from routing.roads.shapes import distances_m

Ints = NDArray[np.int64]
Walks = dict[int, tuple[tuple[int, int], ...]]
"""Per row or platform: the platforms within reach, and the walk to each (m)."""

CHANGE_WALK_M = 200
"""One changes at the same platform or at one so near on foot (m, assumed)."""

AT_ONCE = 500
"""Points whose distances to all platforms are held at a time."""


@dataclass(frozen=True, eq=False)
class Lines:
    """A district's public buses.

    Parameters
    ----------
    timetable
        The calls; rows in the order of line, trip and order.
    names
        Per number of a trip: "line/trip".
    line_id, trip_id
        The same apart.
    order
        Of each call on its trip, as the timetable has it (int64).
    seats
        Seats left for pupils from each call to the next (int64).
    platforms
        On the walking network; a platform that no road is near is unplaced.
    near
        Platforms at which one may change, with the walk (m); itself first.
    """

    timetable: Timetable
    names: tuple[str, ...]
    line_id: tuple[str, ...]
    trip_id: tuple[str, ...]
    order: Ints
    seats: Ints
    platforms: Positions
    near: Walks


def read_lines(district: District, located: Located, policy: Policy) -> Lines | None:
    """Return the public buses of a district; None where it has no timetable.

    Parameters
    ----------
    district
        Uses ``transit``. A seat number holds from its call on until the trip's next one;
        where none is given the trip takes all.
    located
        The network on foot.
    policy
        Uses ``max_home_to_road_m`` for platforms.
    """
    if not len(district.transit):
        return None
    table = district.transit.sort_values(
        ["line_id", "trip_id", "order"], kind="stable"
    ).reset_index(drop=True)
    calls = table.groupby(["line_id", "trip_id"], sort=False)
    trip = calls.ngroup().to_numpy(np.int64)
    depart_s = table["depart_s"].astype("Int64")
    arrive_s = table["arrive_s"].astype("Int64").fillna(depart_s).to_numpy(np.int64)
    everybody = int(district.students["n_students"].sum())
    order = table["order"].to_numpy(np.int64)
    seats = calls["n_seats"].ffill().fillna(everybody).to_numpy(np.int64)
    lon, lat = lonlat(table)
    spots, platform = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)
    at = snap_points(located.walk, *spots.T, within_m=policy.max_home_to_road_m)
    first = table.drop_duplicates(["line_id", "trip_id"])
    line_id, trip_id = (tuple(first[name].astype(str)) for name in ("line_id", "trip_id"))
    timetable = Timetable(
        trip, platform.reshape(-1).astype(np.int64), arrive_s, depart_s.to_numpy(np.int64)
    )
    near = measure_walks(located.walk, at, at, CHANGE_WALK_M)
    return Lines(
        timetable, tuple(map("/".join, zip(line_id, trip_id, strict=True))), line_id, trip_id,
        order, seats, at, {one: ((one, 0), *_others(one, near)) for one in range(len(at))},
    )  # fmt: skip


def _others(one: int, near: Walks) -> tuple[tuple[int, int], ...]:
    return tuple(pair for pair in near.get(one, ()) if pair[0] != one)


def measure_walks(
    walk: Network, origins: Positions, platforms: Positions, within_m: float
) -> Walks:
    """Return for each origin the platforms within a walk, nearest first.

    Parameters
    ----------
    walk
        The network on foot.
    origins, platforms
        On it; unplaced ones reach nothing and are not reached.
    within_m
        Longest walk (m), from point to road and from road to platform included.

    Returns
    -------
    walks
        Rows of origins from which nothing is in reach are not there.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for begin in range(0, len(origins), AT_ONCE):
        rows, to = _close(origins, platforms, begin, within_m)
        metres, _, reached = measure_pairs(
            walk, take_positions(origins, rows), take_positions(platforms, to), limit_s=within_m
        )
        off_road = np.ceil(origins.moved_m[rows]) + np.ceil(platforms.moved_m[to])
        metres = metres + off_road.astype(np.int64)
        for k in np.flatnonzero(reached & (metres <= within_m)):
            found.setdefault(int(rows[k]), []).append((int(metres[k]), int(to[k])))
    return {row: tuple((to, m) for m, to in sorted(pairs)) for row, pairs in found.items()}


def _close(
    origins: Positions, platforms: Positions, begin: int, within_m: float
) -> tuple[Ints, Ints]:
    """Return the pairs of placed points not further apart than a walk, as the crow flies."""
    rows = np.arange(begin, min(begin + AT_ONCE, len(origins)))
    rows = rows[origins.link[rows] >= 0]
    to = np.flatnonzero(platforms.link >= 0)
    straight_m = distances_m(
        origins.lon[rows, None], origins.lat[rows, None], platforms.lon[to], platforms.lat[to]
    )
    one, other = np.nonzero(straight_m <= within_m + 1)
    return rows[one], to[other]
