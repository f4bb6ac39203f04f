"""Where no bus can turn: dead ends, and what else it cannot come back from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routing.roads.audit.islands import draw_groups
from routing.roads.audit.nodes import Ends, group_links, take_apart, touched_nodes
from routing.roads.audit.reach import Reach, longest_within, name_links
from routing.roads.network import Flags, Ints, Network, Roads


def find_branches(reach: Reach, smaller: Sequence[Network]) -> pd.DataFrame:
    """Return the branches of road where a bus fits and is never put, the longest first.

    A branch hangs together without a node of the roads that the bus can use. Where it
    has loose ends, a turning place at the far end opens the way there.

    Parameters
    ----------
    reach
        Of the fleet's largest bus.
    smaller
        The networks of smaller buses, the larger first.

    Returns
    -------
    branches
        One row each: ``kind`` ("dead_end": there are loose ends; "no_way_back": none, so
        that a restriction, a one-way or a tight loop keeps the bus from coming back),
        ``length_km``, ``way_km`` (from the mouth to the far end), ``n_ends`` (loose ends),
        ``smaller`` (position of the first smaller bus that can use all of it, -1: none),
        ``name``, ``mouth_lon_deg``, ``mouth_lat_deg`` (empty where no road that the bus
        uses meets it), ``lon_deg``, ``lat_deg`` (its far end), ``geometry`` (its links,
        EPSG:4326) and ``links`` (their numbers).
    """
    roads, lost = reach.network.roads, reach.fitting & ~reach.turning
    kept = touched_nodes(roads, reach.turning)
    ends = take_apart(roads, kept)
    groups = group_links(ends, np.flatnonzero(lost))
    ways = _measure_ways(roads, ends, kept, groups)
    large = np.where(reach.wide, reach.network.component, -1)
    reached = [longest_within(roads, large, network.component) for network in smaller]
    table = pd.DataFrame({
        "kind": np.where(ways.n_ends > 0, "dead_end", "no_way_back"),
        "length_km": [roads.length_dm[group].sum() / 1e4 for group in groups],
        "way_km": ways.way_dm / 1e4,
        "n_ends": ways.n_ends,
        "smaller": np.array([first_with(reached, group) for group in groups], np.int64),
        "name": pd.Series([name_links(roads, group) for group in groups], dtype=str),
        "mouth_lon_deg": np.where(ways.mouth < 0, np.nan, roads.node_lon[ways.mouth]),
        "mouth_lat_deg": np.where(ways.mouth < 0, np.nan, roads.node_lat[ways.mouth]),
        "lon_deg": roads.node_lon[ways.far], "lat_deg": roads.node_lat[ways.far],
        "geometry": pd.Series(draw_groups(reach.network, groups), dtype=object),
        "links": pd.Series(groups, dtype=object),
    })  # fmt: skip
    return table.sort_values("length_km", ascending=False, kind="stable", ignore_index=True)


def first_with(flags: Sequence[Flags], links: Ints) -> int:
    """Return the position of the first flags that hold for all links; -1 for none."""
    return next((nth for nth, some in enumerate(flags) if some[links].all()), -1)


@dataclass(frozen=True, eq=False)
class _Ways:
    """Of each branch: nodes at mouth (-1: none) and far end, way between, loose ends."""

    mouth: Ints
    far: Ints
    way_dm: Ints
    n_ends: Ints


def _measure_ways(roads: Roads, ends: Ends, kept: Flags, groups: list[Ints]) -> _Ways:
    """Return the way from the mouth of each branch to the end furthest from it."""
    links = np.concatenate([*groups, np.zeros(0, np.int64)])
    spots, at = np.unique(np.concatenate((ends.start[links], ends.end[links])), return_inverse=True)
    group = np.zeros(len(spots), np.int64)
    group[at] = np.tile(np.repeat(np.arange(len(groups)), [len(some) for some in groups]), 2)
    node, begins = ends.node[spots], kept[ends.node[spots]]
    loose = (np.bincount(at, minlength=len(spots)) == 1) & ~begins
    mouthless = np.ones(len(groups), bool)
    mouthless[group[begins]] = False
    _, first = np.unique(group, return_index=True)
    begins[first[mouthless]] = True  # anywhere, so that it has a far end
    away_dm, source = _spread(at.reshape(2, -1), roads.length_dm[links], begins)
    order = np.lexsort((-np.arange(len(spots)), away_dm, group))
    far = order[np.flatnonzero(np.diff(group[order], append=len(groups)))]
    mouth = np.where(mouthless, -1, node[source[far]])
    return _Ways(mouth, node[far], away_dm[far], np.bincount(group[loose], minlength=len(groups)))


def _spread(at: Ints, length_dm: Ints, begins: Flags) -> tuple[Ints, Ints]:
    """Return how far each spot is from the nearest of some (dm), and which that is.

    Links are taken either way: a bus that turns at the far end comes back. Branches are
    shallow, so that going over all links a few times is enough.
    """
    source = np.where(begins, np.arange(len(begins)), -1)
    away_dm = np.where(begins, 0, np.iinfo(np.int64).max // 2)
    tail, head, step_dm = at.reshape(-1), at[::-1].reshape(-1), np.tile(length_dm, 2)
    while True:
        through_dm = away_dm[tail] + step_dm
        better = np.flatnonzero(through_dm < away_dm[head])
        if not len(better):
            return away_dm, source
        better = better[np.argsort(-through_dm[better], kind="stable")]  # the best comes last
        away_dm[head[better]], source[head[better]] = through_dm[better], source[tail[better]]
