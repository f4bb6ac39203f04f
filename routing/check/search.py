"""The fastest way between two places, found with scipy on the judge's own graphs."""

from typing import Any

import numpy as np

from routing.check.ways import LENGTH_BITS, Spots, Ties, Ways, lightest, pack
from routing.roads.network import Floats, Ints

CELLS_AT_ONCE = 4_000_000
"""Distances held in memory at one time: 32 MB."""


def measure_ways(ways: Ways, start: Spots, target: Spots, look_ms: Floats) -> Floats:
    """Return the key of the fastest way of every pair; infinite where there is none.

    Searched from the starts or, where these are fewer, backwards from the targets.

    Parameters
    ----------
    ways
        The graph.
    start, target
        Where each way begins and ends; same length.
    look_ms
        How far to look first (ms; dm on foot); what is not found is looked for without
        a limit.
    """
    keys = np.full(len(start.link), np.inf)
    if not len(keys):
        return keys
    one, other = _differing(start), _differing(target)
    if len(other[0].link) < len(one[0].link):
        ways, start, target = ways.reverse, _turned(target), _turned(start)
        one = _turned(other[0]), other[1]
    limit = (look_ms + 2000) * (LENGTH_BITS if ways.forward_ms.any() else 1)
    for bound in (limit, np.full(len(keys), np.inf)):
        missing = np.flatnonzero(np.isinf(keys))
        direct = _along_one_link(ways, start.take(missing), target.take(missing))
        found = _search(ways, one, target.take(missing), missing, bound[missing])
        found = np.minimum(found, direct)
        # Beyond the limit a faster way may not have been seen.
        keys[missing] = np.where(found <= bound[missing], found, np.inf)
    return keys


def _differing(spots: Spots) -> tuple[Spots, Ints]:
    """Return the different places, and which of them each place is."""
    table = np.stack([spots.link, spots.offset_dm, spots.side])
    different, which = np.unique(table, axis=1, return_inverse=True)
    return Spots(different[0], different[1], different[2]), which.ravel()


def _turned(spots: Spots) -> Spots:
    return Spots(spots.link, spots.offset_dm, -spots.side)


def _search(
    ways: Ways, origin: tuple[Spots, Ints], target: Spots, pairs: Ints, limit: Floats
) -> Floats:
    """Return the keys of some pairs that leave their link, looking up to their limits."""
    from scipy.sparse.csgraph import dijkstra

    sources, which = origin[0], origin[1][pairs]
    graph, n = _with_sources(ways, sources), ways.graph.shape[0]
    keys = np.full(len(which), np.inf)
    furthest = np.zeros(len(sources.link))
    np.maximum.at(furthest, which, limit)
    wanted = np.unique(which)
    wanted = wanted[np.argsort(furthest[wanted], kind="stable")]
    at_once = max(1, CELLS_AT_ONCE // graph.shape[0])
    for chunk in (wanted[i : i + at_once] for i in range(0, len(wanted), at_once)):
        reach = dijkstra(graph, indices=n + chunk, limit=furthest[chunk].max())[:, :n]
        row = np.full(len(sources.link), -1)
        row[chunk] = np.arange(len(chunk))
        mine = np.flatnonzero(row[which] >= 0)
        keys[mine] = _arrive(ways, reach, row[which[mine]], target.take(mine))
    return keys


def _with_sources(ways: Ways, sources: Spots) -> Any:
    """Return the graph with a point for each source, tied to where its link leads."""
    from scipy.sparse import coo_array, csr_array

    n, n_sources = ways.graph.shape[0], len(sources.link)
    directed, rest = _parts(ways, sources, leaving=True)
    row, point, key = _reach(ways.leaving, directed, rest)
    sources_graph = lightest(row % n_sources, point, key, (n_sources, n)).tocoo()
    base = ways.graph.tocoo()
    return csr_array(coo_array(
        (
            np.concatenate([base.data, sources_graph.data]),
            (
                np.concatenate([base.coords[0], sources_graph.coords[0] + n]),
                np.concatenate([base.coords[1], sources_graph.coords[1]]),
            ),
        ),
        shape=(n + n_sources, n + n_sources),
    ))  # fmt: skip


def _reach(ties: Ties, directed: Ints, key: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the ties of some directed links: whose, to which point, with what key.

    Rows with an infinite key have none.
    """
    rows = np.flatnonzero(np.isfinite(key))
    begin = ties.first[directed[rows]]
    count = ties.first[directed[rows] + 1] - begin
    row = np.repeat(rows, count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    at = np.repeat(begin, count) + nth
    return row, ties.point[at], key[row] + ties.key[at]


def _arrive(ways: Ways, reach: Floats, row: Ints, target: Spots) -> Floats:
    """Return the keys with which targets are reached, in whichever direction is faster."""
    n = len(row)
    directed, part = _parts(ways, target, leaving=False)
    which, point, key = _reach(ways.entering, directed, part)
    keys = np.full(n, np.inf)
    np.minimum.at(keys, which % n, reach[row[which % n], point] + key)
    return keys


def _parts(ways: Ways, spots: Spots, *, leaving: bool) -> tuple[Ints, Floats]:
    """Return directed links of places, ahead and then back, and the keys to their ends.

    Leaving ahead runs to the link's end and back to its start; arriving ahead comes
    from its start and back from its end. Infinite where it may not be driven so.
    """
    link = spots.link
    by_ahead, by_back = (
        _halves(ms[link], spots.offset_dm, ways.roads.length_dm[link])
        for ms in (ways.forward_ms, ways.backward_ms)
    )
    ahead, back = (by_ahead[1], by_back[0]) if leaving else (by_ahead[0], by_back[1])
    key = (
        np.where(ways.forward[link] & (spots.side >= 0), ahead, np.inf),
        np.where(ways.backward[link] & (spots.side <= 0), back, np.inf),
    )
    return np.concatenate([link, link + len(ways.roads.start)]), np.concatenate(key)


def _along_one_link(ways: Ways, start: Spots, target: Spots) -> Floats:
    """Return the keys of ways that never leave their link; infinite for others."""
    link, length_dm = start.link, ways.roads.length_dm[start.link]
    step_dm = target.offset_dm - start.offset_dm
    same = link == target.link
    ahead = same & (step_dm >= 0) & ways.forward[link]
    ahead &= (start.side >= 0) & (target.side >= 0)
    back = same & (step_dm <= 0) & ways.backward[link]
    back &= (start.side <= 0) & (target.side <= 0)
    # What lies between two places is what the parts up to them differ by.
    by_ahead, by_back = (
        np.abs(
            _halves(ms[link], target.offset_dm, length_dm)[0]
            - _halves(ms[link], start.offset_dm, length_dm)[0]
        )
        for ms in (ways.forward_ms, ways.backward_ms)
    )
    return np.minimum(np.where(ahead, by_ahead, np.inf), np.where(back, by_back, np.inf))


def _halves(ms: Ints, offset_dm: Ints, length_dm: Ints) -> tuple[Floats, Floats]:
    """Return the keys of the two parts of a link, cut so that they add up to the whole."""
    begin_ms = ms * offset_dm // length_dm
    return pack(begin_ms, offset_dm), pack(ms - begin_ms, length_dm - offset_dm)
