"""The search for fastest ways between places: compiled where numba is there, else scipy's.

Both give the same keys. A ``Search`` is many searches at once: each row begins at one
seed and asks for some goals.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

import numpy as np

from routing.errors import RoadsError
from routing.roads.ends import Ends, Search
from routing.roads.keys import EXACT_IN_FLOAT, NO_WAY
from routing.roads.network import Arcs, Ints
from routing.roads.shrinking import shrink_search, strip_search
from routing.words import Text

log = logging.getLogger(__name__)

MAX_BUCKETS = 1 << 16
SHRINK_ROWS = 16
"""From so many searches on, leaving out nodes first pays (measured on Porto)."""

STRIP_ROWS = 64
"""The same for scipy's search (measured on Porto)."""

ROWS_PER_THREAD = 8
"""Fewer rows than this are not worth a thread (assumed)."""

CHUNK_CELLS = 8_000_000
"""Labels that the search without numba holds at a time: 64 MB."""


def find_keys(search: Search) -> Ints:
    """Return the key of every goal of every row (int64, ``NO_WAY`` where not reached)."""
    return (find_with_numba if has_numba() else find_with_scipy)(search)


def find_ways(search: Search) -> tuple[Ints, Ints, Ints]:
    """Return keys as ``find_keys`` does, and the arcs of every way.

    Every goal is asked for once, in the order of the rows.

    Returns
    -------
    keys
        int64, ``NO_WAY`` where not reached.
    way
        Positions in ``search.arcs`` (int64), each way from its goal back to its seed.
    size
        Arcs of each way (int64).
    """
    return (trace_with_numba if has_numba() else trace_with_scipy)(search)


def has_numba() -> bool:
    """Return whether the compiled search can be used.

    The environment variable ``SCHOOLBUS_NO_NUMBA=1`` switches it off.
    """
    if os.environ.get("SCHOOLBUS_NO_NUMBA") == "1":
        return False
    try:
        import numba  # noqa: F401
    except ImportError:
        log.warning("numba cannot be imported; searching with scipy, which is slower")
        return False
    return True


def is_numba_there() -> bool:
    """Return whether numba is installed and not switched off, without importing it."""
    return os.environ.get("SCHOOLBUS_NO_NUMBA") != "1" and find_spec("numba") is not None


def find_with_numba(search: Search) -> Ints:
    """Answer as ``find_keys``, compiled, over many rows on a smaller graph."""
    if len(search.rows) >= SHRINK_ROWS:
        search = shrink_search(search)
    return _run(search, traces=False)[0]


def trace_with_numba(search: Search) -> tuple[Ints, Ints, Ints]:
    """Answer as ``find_ways``, compiled."""
    return _run(search, traces=True)


def _run(search: Search, *, traces: bool) -> tuple[Ints, Ints, Ints]:
    from routing.roads.kernels import search_rows

    out = np.full(search.n_out, NO_WAY, np.int64)
    arcs, seeds, goals = search.arcs, search.seeds, search.goals
    fixed = (
        (arcs.first, arcs.tail, arcs.head, arcs.key),
        (seeds.node, seeds.key),
        (goals.node, goals.key),
    )
    ring = _ring(search)
    parts = _in_threads(
        lambda rows: search_rows(*fixed, rows, ring, search.limit, out, traces), search.rows
    )
    way = np.concatenate([part[0] for part in parts])
    return out, way, np.concatenate([part[1] for part in parts])


def _ring(search: Search) -> tuple[int, int]:
    """Return the shift from keys to buckets, and how many buckets hold every open key.

    A bucket about half as wide as the mean arc was fastest on real roads.
    """
    longest = max(search.arcs.key.max(initial=1), search.seeds.key.max(initial=1))
    mean = int(search.arcs.key.mean()) if len(search.arcs.key) else 1
    shift = max(1, (mean >> 1).bit_length() - 1)
    while (int(longest) >> shift) + 2 > MAX_BUCKETS:
        shift += 1
    return shift, 1 << ((int(longest) >> shift) + 1).bit_length()


def _in_threads(work: Callable[[Ints], Any], rows: Ints) -> list[Any]:
    """Return what the work gives for the rows, cut in as many parts as there are threads."""
    n_threads = max(1, min(os.cpu_count() or 1, len(rows) // ROWS_PER_THREAD))
    parts = np.array_split(rows, n_threads)
    if n_threads == 1:
        return [work(rows)]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(work, parts))


def find_with_scipy(search: Search) -> Ints:
    """Answer as ``find_keys`` where there is no numba.

    Raises
    ------
    RoadsError
        When a way takes longer than 149 hours: floats are exact up to there.
    """
    from scipy.sparse.csgraph import dijkstra

    if len(search.rows) >= STRIP_ROWS:
        search = strip_search(search)
    out = np.full(search.n_out, NO_WAY, np.int64)
    limit = np.inf if search.limit >= NO_WAY else float(search.limit + 1)
    for rows in _chunks(search):
        graph, n = _with_sources(search, rows[:, 0]), len(search.arcs.first) - 1
        sources = np.arange(n, n + len(rows))
        # the 1 that every source's arc is longer: a sparse matrix has no zeros
        label = dijkstra(graph, indices=sources, limit=limit) - 1
        for at, row in zip(label, rows, strict=True):
            keys, _ = _best(at, search.goals, row, search.limit)
            out[row[3] : row[3] + len(keys)] = keys
    return out


def trace_with_scipy(search: Search) -> tuple[Ints, Ints, Ints]:
    """Answer as ``find_ways`` where there is no numba; raises as ``find_with_scipy``."""
    from scipy.sparse.csgraph import dijkstra

    out = np.full(search.n_out, NO_WAY, np.int64)
    ways: list[Ints] = [np.zeros(0, np.int64)]
    sizes = []
    n = len(search.arcs.first) - 1
    for rows in _chunks(search):
        graph, sources = _with_sources(search, rows[:, 0]), np.arange(n, n + len(rows))
        label, before = dijkstra(graph, indices=sources, return_predecessors=True)
        for at, previous, row in zip(label - 1, before, rows, strict=True):
            keys, over = _best(at, search.goals, row, search.limit)
            out[row[3] : row[3] + len(keys)] = keys
            for node in over:
                way = _walk_back(search.arcs, previous, int(node))
                ways.append(way)
                sizes.append(len(way))
    return out, np.concatenate(ways), np.array(sizes, np.int64)


def _chunks(search: Search) -> list[Ints]:
    size = max(1, CHUNK_CELLS // max(1, len(search.arcs.first)))
    return [search.rows[i : i + size] for i in range(0, len(search.rows), size)]


def _with_sources(search: Search, seeds: Ints) -> Any:
    """Return the graph as a sparse matrix with one more node for each seed."""
    from scipy.sparse import csr_array

    arcs, n = search.arcs, len(search.arcs.first) - 1
    node, key = search.seeds.node[seeds], search.seeds.key[seeds]
    row = np.broadcast_to(np.arange(n, n + len(seeds))[:, None], node.shape)
    open_ = node >= 0
    row, node, key = row[open_], node[open_], key[open_]
    # a state reached in two ways counts once, by the faster: a sparse matrix would add them
    order = np.lexsort((key, node, row))
    row, node, key = row[order], node[order], key[order]
    best = np.ones(len(row), bool)
    best[1:] = (np.diff(row) != 0) | (np.diff(node) != 0)
    weight = np.concatenate((arcs.key, key[best] + 1)).astype(float)
    tail = np.concatenate((arcs.tail, row[best]))
    head = np.concatenate((arcs.head, node[best]))
    size = n + len(seeds)
    return csr_array((weight, (tail, head)), shape=(size, size))


def _best(at: Any, goals: Ends, row: Ints, limit: int) -> tuple[Ints, Ints]:
    """Return the keys of a row's goals and the nodes over which they are reached."""
    node, key = goals.node[row[1] : row[2]], goals.key[row[1] : row[2]]
    label = np.where(node >= 0, at[node], np.inf)
    reached = np.isfinite(label)
    if (label[reached] >= EXACT_IN_FLOAT).any():
        raise RoadsError(Text(
            "A way takes more than 149 hours, which cannot be measured without numba. Install numba.",
            "存在耗时超过149小时的路径，缺少numba时无法计算。请安装numba。",
        ))  # fmt: skip
    total = np.full(node.shape, NO_WAY, np.int64)
    total[reached] = label[reached].astype(np.int64) + key[reached]
    total[total > limit] = NO_WAY
    way = total.argmin(axis=1)
    every = np.arange(len(way))
    found: Ints = total[every, way]
    return found, np.where(found < NO_WAY, node[every, way], -1)


def _walk_back(arcs: Arcs, previous: Any, node: int) -> Ints:
    """Return the arcs from a node back to its source; ``previous`` is of each node."""
    way = []
    n = len(arcs.first) - 1
    while node >= 0 and 0 <= previous[node] < n:
        tail = int(previous[node])
        begin, stop = arcs.first[tail], arcs.first[tail + 1]
        way.append(begin + np.searchsorted(arcs.head[begin:stop], node))
        node = tail
    return np.array(way, np.int64)
