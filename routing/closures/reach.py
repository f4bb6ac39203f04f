"""How near is any school to any home, at the very least? Bounds that no bus route beats.

A pupil boards at a stop within the walk that the policy allows. That stop stands on a road
that comes within that walk of the home, as the crow flies; from it the bus drives at least
the shortest way to the gate, with one-way rules, turns and sizes of bus left out. So the
least over all such roads is never above what a real bus drives with the pupil aboard,
whatever the stops, the order of the visits and the type of bus.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.closures.shortest import Between, Links, Nodes, Pairs
from routing.records import District, lonlat
from routing.roads import snap_points
from routing.roads.network import Roads
from routing.roads.profiles import Profile
from routing.roads.shapes import distances_m, mercator_m

if TYPE_CHECKING:
    from routing.policy import Policy

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SLACK = 0.995
"""Part of a straight line that surely is below a way: lengths along roads are rounded to
decimetres and measured on a sphere, made roads to their plan (share, assumed)."""

SLACK_M = 5.0
"""The same where a place is near: added to every walk (m, assumed)."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Bounds from student rows (rows) to schools (columns); inf: no bus gets there at all.

    Parameters
    ----------
    straight_m
        As the crow flies, less a slack (float64, m); NaN where the home is unknown.
    drive_m, drive_s
        Driven with the pupil aboard, at least (float64).
    door_s
        Walk and ride, at least (float64).
    empty_s
        Per row: from the nearest gate to any stop of the home, at least (float64).
    between
        From home to home, at least.
    """

    straight_m: Floats
    drive_m: Floats
    drive_s: Floats
    door_s: Floats
    empty_s: Floats
    between: Between


def measure_reach(district: District, profiles: tuple[Profile, ...], policy: "Policy") -> Reach:
    """Return the bounds of every student row of a district to every school.

    Parameters
    ----------
    district
        Uses ``schools``, ``students`` and ``roads``.
    profiles
        Where the buses drive.
    policy
        Uses ``max_walk_to_stop_m``, ``walk_m_per_s`` and ``max_home_to_road_m``.
    """
    lon, lat = lonlat(district.students)
    grades = district.students["grade"].tolist()
    walk_m = np.array([policy.max_walk_to_stop_m.at(g) for g in grades]) / SLACK + SLACK_M
    pace = np.array([policy.walk_m_per_s.at(g) for g in grades])
    keys = np.column_stack([np.nan_to_num(lon), np.nan_to_num(lat), walk_m, pace])
    keys, first, row = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    of_row = row.reshape(-1)
    homes = lon[first], lat[first]
    links = _links(district.roads, profiles)
    gates = _gates(district, profiles, policy.max_home_to_road_m)
    pairs = _near(district.roads, links, homes, walk_m[first])
    nodes = Nodes(len(district.roads.node_lon), links, gates)
    found = _bounds(links, gates, pairs, nodes, walk_m[first], pace[first])
    known = np.isfinite(lon[first])
    straight_m = _straight(district, homes)
    for bound in found:
        bound[~known] = np.inf
    drive_m = np.maximum(found[0], np.maximum(straight_m - walk_m[first][:, None], 0))
    drive_m[~known] = np.inf
    empty_s = found[1].min(axis=1, initial=np.inf)
    return Reach(
        straight_m[of_row], drive_m[of_row], found[1][of_row], found[2][of_row], empty_s[of_row],
        Between(of_row, links, pairs, nodes, len(first)),
    )  # fmt: skip


def _straight(district: District, homes: tuple[Floats, Floats]) -> Floats:
    to_lon, to_lat = lonlat(district.schools)
    lon, lat = homes
    return SLACK * distances_m(lon[:, None], lat[:, None], to_lon[None, :], to_lat[None, :])


def _links(roads: Roads, profiles: tuple[Profile, ...]) -> Links:
    """Return the links open to any bus, full or empty, at the least time of all."""
    least = np.full(len(roads.start), np.inf)
    for profile in profiles:
        for network in (profile.bus, profile.empty):
            for open_, ms in (
                (network.forward, network.forward_ms), (network.backward, network.backward_ms),
            ):  # fmt: skip
                least = np.where(open_, np.minimum(least, ms), least)
    used = np.flatnonzero(np.isfinite(least))
    return Links(
        roads.start[used], roads.end[used], least[used],
        roads.length_dm[used].astype(np.float64), used.astype(np.int64),
    )  # fmt: skip


def _gates(
    district: District, profiles: tuple[Profile, ...], within_m: float
) -> list[list[tuple[int, float]]]:
    """Return for each school the links at its gate, and how far along each it stands (share)."""
    found: list[list[tuple[int, float]]] = [[] for _ in range(len(district.schools))]
    for profile in profiles:
        for network in (profile.bus, profile.empty):
            at = snap_points(network, *lonlat(district.schools), within_m=within_m)
            for school, (link, offset) in enumerate(zip(at.link, at.offset_dm, strict=True)):
                if link >= 0:
                    share = float(offset) / float(district.roads.length_dm[link])
                    found[school].append((int(link), share))
    return [sorted(set(own)) for own in found]


def _near(roads: Roads, links: Links, homes: tuple[Floats, Floats], walk_m: Floats) -> Pairs:
    """Return the links that come within the walk of each home."""
    import shapely

    x, y = mercator_m(roads.shape_lon, roads.shape_lat)
    counts = np.diff(roads.shape_from)[links.number]
    at = np.concatenate([
        np.arange(roads.shape_from[n], roads.shape_from[n + 1]) for n in links.number
    ]) if len(links.number) else np.zeros(0, np.int64)  # fmt: skip
    owner = np.repeat(np.arange(len(links.number)), counts)
    lines = shapely.linestrings(np.column_stack([x[at], y[at]]), indices=owner)
    known = np.flatnonzero(np.isfinite(homes[0]))
    # a metre of the equator is this many metres at the home's latitude
    scale = np.cos(np.radians(homes[1][known]))
    points = shapely.points(*mercator_m(homes[0][known], homes[1][known]))
    tree = shapely.STRtree(lines)
    home, link = tree.query(points, predicate="dwithin", distance=walk_m[known] / scale)
    order = np.lexsort((link, home))
    home, link = home[order], link[order]
    off_m = shapely.distance(points[home], lines[link]) * scale[home] * SLACK
    rows = known[home]

    def straight(nodes: Ints) -> Floats:
        to = roads.node_lon[nodes], roads.node_lat[nodes]
        return SLACK * distances_m(homes[0][rows], homes[1][rows], *to)

    return Pairs(rows, link, off_m, straight(links.start[link]), straight(links.end[link]))


def _bounds(
    links: Links, gates: list[list[tuple[int, float]]], pairs: Pairs, nodes: Nodes,
    walk_m: Floats, pace: Floats,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Return the least metres and seconds aboard, and seconds from door to door."""
    shape = len(walk_m), len(gates)
    drive_m, drive_s, door_s = (np.full(shape, np.inf) for _ in range(3))
    if not len(pairs.home):
        return drive_m, drive_s, door_s
    first = np.flatnonzero(np.diff(pairs.home, prepend=-1))
    homes = pairs.home[first]
    s_per_m = links.ms[pairs.link] / 100 / links.dm[pairs.link]
    ends = (links.start[pairs.link], pairs.from_start_m), (links.end[pairs.link], pairs.from_end_m)
    limit_m, pace = walk_m[pairs.home], pace[pairs.home]
    for school in range(len(gates)):
        to_m, to_s = nodes.measure(school)
        least = [np.full(len(pairs.home), np.inf) for _ in range(3)]
        for node, off_m in ends:
            # from a stop on this link, at least so far along it to its end
            along_m = np.maximum(off_m - limit_m, 0)
            _lower(least[0], to_m[node] + along_m)
            _lower(least[1], to_s[node] + along_m * s_per_m)
            _lower(least[2], to_s[node] + _to_end_s(off_m, pairs.off_m, limit_m, pace, s_per_m))
        own = np.isin(links.number[pairs.link], [link for link, _ in gates[school]])
        for bound in least:
            bound[own] = 0
        for bound, whole in zip(least, (drive_m, drive_s, door_s), strict=True):
            whole[homes, school] = np.minimum.reduceat(bound, first)
    return drive_m, drive_s, door_s


def _lower(bound: Floats, by: Floats) -> None:
    np.minimum(bound, by, out=bound)


def _to_end_s(
    off_m: Floats, link_m: Floats, limit_m: Floats, pace: Floats, s_per_m: Floats
) -> Floats:
    """Return the least time from home to a link's end by way of a stop on the link.

    Walking x metres to the stop leaves at least ``off_m`` less x to ride; x is at least the
    distance of the link. The sum is linear in x, so one of its two ends is the least.
    """
    nearest = np.minimum(link_m, limit_m)
    return np.minimum(
        nearest / pace + np.maximum(off_m - nearest, 0) * s_per_m,
        limit_m / pace + np.maximum(off_m - limit_m, 0) * s_per_m,
    )
