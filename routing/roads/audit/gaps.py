"""Where a short missing link would close a detour."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from routing.roads.audit.detours import DETOUR_EXTRA_M, DETOUR_RATIO
from routing.roads.audit.nodes import find_dead_ends, length_matrix, on_sphere
from routing.roads.network import Flags, Floats, Ints, Network
from routing.roads.positions import Positions
from routing.roads.shapes import distances_m

GAP_M = 300
"""A dead end and a link end further apart are not taken for one road (m; assumed)."""


@dataclass(frozen=True)
class _Ground:
    """A network, ready for looking up gaps; ``far_m`` and the like are per node."""

    network: Network
    dead: Ints
    ends: Ints
    spots: Floats
    tree: Any
    away: Any
    back: Any


def find_gaps(
    network: Network, positions: Positions, outliers: pd.DataFrame
) -> tuple[pd.DataFrame, Ints]:
    """Return for each outlier the nearest ends between which a link may be missing.

    One end is a dead end, the other any end of a link at most ``GAP_M`` from it. Joining
    them must make the way so short that the pair is no outlier any more. Whether a link
    is missing on the map, or a bridge on the ground, the map cannot say.

    Parameters
    ----------
    network
        The network.
    positions
        Where the places stand on it.
    outliers
        Rows of ``find_detours``.

    Returns
    -------
    gaps
        ``network``, ``kind`` ("dead_ends": both are; "dead_end": one), ``gap_m``,
        ``n_pairs`` (outliers that it would close), ``saves_m`` (most of them; empty
        where there was no way at all), ``from_lon_deg``, ``from_lat_deg``,
        ``to_lon_deg``, ``to_lat_deg``.
    of_outlier
        Row of ``gaps`` for each outlier (int64), -1 for none.
    """
    found: list[tuple[int, int]] = []
    saved: list[float] = []
    of_outlier = np.full(len(outliers), -1, np.int64)
    ground = _survey(network)
    for row, pair in enumerate(outliers.itertuples(index=False)):
        best = _close(ground, positions, pair)
        if best is None:
            continue
        ends, total_m = best
        saves_m = np.nan if pd.isna(pair.way_m) else pair.way_m - total_m
        if ends not in found:
            found.append(ends)
            saved.append(saves_m)
        of_outlier[row] = found.index(ends)
        saved[of_outlier[row]] = np.fmax(saved[of_outlier[row]], saves_m)
    return _table(ground, found, saved, of_outlier), of_outlier


def _table(
    ground: _Ground, found: list[tuple[int, int]], saved: list[float], of_outlier: Ints
) -> pd.DataFrame:
    roads = ground.network.roads
    one, other = np.array(found, np.int64).reshape(-1, 2).T
    lon, lat = roads.node_lon, roads.node_lat
    both = np.isin(one, ground.dead) & np.isin(other, ground.dead)
    return pd.DataFrame({
        "network": pd.Series([ground.network.profile] * len(found), dtype=str),
        "kind": np.where(both, "dead_ends", "dead_end"),
        "gap_m": distances_m(lon[one], lat[one], lon[other], lat[other]),
        "n_pairs": np.bincount(of_outlier[of_outlier >= 0], minlength=len(found)),
        "saves_m": pd.Series(saved, dtype="Float64"),
        "from_lon_deg": lon[one], "from_lat_deg": lat[one],
        "to_lon_deg": lon[other], "to_lat_deg": lat[other],
    })  # fmt: skip


def _survey(network: Network) -> _Ground:
    from scipy.spatial import KDTree

    roads = network.roads
    spots = on_sphere(roads.node_lon, roads.node_lat)
    used = np.diff(network.leaving.first) + np.diff(network.entering.first) > 0
    ends = np.flatnonzero(used)
    return _Ground(
        network, np.flatnonzero(find_dead_ends(network)), ends, spots,
        KDTree(spots[ends]) if len(ends) else None,
        length_matrix(network), length_matrix(network, against=True),
    )  # fmt: skip


def _close(
    ground: _Ground, positions: Positions, pair: Any
) -> tuple[tuple[int, int], float] | None:
    """Return the nearest ends that would close one detour, and the way (m) then."""
    limit_m = max(DETOUR_RATIO * pair.straight_m, pair.straight_m + DETOUR_EXTRA_M)
    near = _candidates(ground, positions, pair, limit_m)
    if not len(near):
        return None
    there = _lengths_m(ground, positions, pair.first, limit_m, against=False)
    onward = _lengths_m(ground, positions, pair.second, limit_m, against=True)
    one, other = near.T
    gap_m = np.linalg.norm(ground.spots[one] - ground.spots[other], axis=1)
    total_m = gap_m + np.minimum(there[one] + onward[other], there[other] + onward[one])
    # a limit below which no way without the gap stays, else the gap closes nothing
    good = np.flatnonzero((total_m < limit_m) & (total_m < np.min(there + onward)))
    if not len(good):
        return None
    best = good[np.lexsort((other[good], one[good], total_m[good], np.round(gap_m[good], 1)))[0]]
    low, high = sorted((int(one[best]), int(other[best])))
    return (low, high), float(total_m[best])


def _candidates(ground: _Ground, positions: Positions, pair: Any, limit_m: float) -> Ints:
    """Return pairs of nodes (n by 2): dead ends near the line of two places, ends near them."""
    at = on_sphere(
        positions.lon[[pair.first, pair.second]], positions.lat[[pair.first, pair.second]]
    )
    around = _inside(ground.spots[ground.dead], at, limit_m)
    dead = ground.dead[around]
    if not len(dead):
        return np.zeros((0, 2), np.int64)
    near = ground.tree.query_ball_point(ground.spots[dead], GAP_M)
    one = np.repeat(dead, [len(some) for some in near])
    other = ground.ends[np.concatenate(near).astype(np.int64)]
    return np.stack((one, other), axis=1)[one != other]


def _inside(spots: Floats, at: Floats, limit_m: float) -> Flags:
    """Return which spots lie where the way from one place to the other stays in the limit."""
    way_m = sum(np.linalg.norm(spots - place, axis=1) for place in at)
    inside: Flags = way_m < limit_m
    return inside


def _lengths_m(
    ground: _Ground, positions: Positions, row: int, limit_m: float, *, against: bool
) -> Floats:
    """Return the length (m) of the shortest way from a place to every node, or back."""
    from scipy.sparse.csgraph import dijkstra

    network = ground.network
    roads, link = network.roads, positions.link[row]
    matrix = ground.back if against else ground.away
    onward, other = (network.forward, network.backward)[:: -1 if against else 1]
    to_end_m = (roads.length_dm[link] - positions.offset_dm[row]) / 10
    begins = [(roads.end[link], to_end_m)] if onward[link] else []
    begins += [(roads.start[link], positions.offset_dm[row] / 10)] if other[link] else []
    ways_m = [off_m + dijkstra(matrix, indices=node, limit=limit_m) for node, off_m in begins]
    lengths_m: Floats = np.min(ways_m, axis=0)
    return lengths_m
