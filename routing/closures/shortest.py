"""Shortest ways over roads open to any bus, in either direction: what no bus beats."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Links(NamedTuple):
    """Links that any bus may use: their ends, least time and length, and lines."""

    start: Ints
    end: Ints
    ms: Floats
    dm: Floats
    number: Ints


class Pairs(NamedTuple):
    """Homes and links within a walk of them, by home."""

    home: Ints
    link: Ints
    off_m: Floats
    from_start_m: Floats
    from_end_m: Floats


class Nodes:
    """Shortest ways from every node to a gate, by length and by time, in either direction."""

    def __init__(self, n: int, links: Links, gates: list[list[tuple[int, float]]]) -> None:
        self._n = n
        place = {int(number): k for k, number in enumerate(links.number)}
        ties = [
            (n + school, node, share_from, place[link])
            for school, own in enumerate(gates)
            for link, share in own
            if link in place
            for node, share_from in (
                (int(links.start[place[link]]), share), (int(links.end[place[link]]), 1 - share),
            )
        ]  # fmt: skip
        tail = np.concatenate([links.start, np.array([tie[0] for tie in ties], np.int64)])
        head = np.concatenate([links.end, np.array([tie[1] for tie in ties], np.int64)])
        share = np.array([tie[2] for tie in ties], np.float64)
        k = np.array([tie[3] for tie in ties], np.int64)
        size = n + len(gates)
        self._by_m = _graph(size, tail, head, np.concatenate([links.dm, share * links.dm[k]]))
        self._by_s = _graph(size, tail, head, np.concatenate([links.ms, share * links.ms[k]]))

    def measure(self, school: int) -> tuple[Floats, Floats]:
        """Return metres and seconds from each node to a school's gate."""
        from scipy.sparse.csgraph import dijkstra

        source = self._n + school
        to_dm = dijkstra(self._by_m, directed=False, indices=source)[: self._n]
        to_ms = dijkstra(self._by_s, directed=False, indices=source)[: self._n]
        return to_dm / 10, to_ms / 1000

    def measure_from(self, nodes: Ints) -> Floats:
        """Return seconds from the nearest of some nodes to each node."""
        from scipy.sparse.csgraph import dijkstra

        to_ms = dijkstra(self._by_s, directed=False, indices=nodes, min_only=True)
        return np.asarray(to_ms[: self._n] / 1000)


class Between:
    """How long a bus drives from a stop of one home to a stop of another, at the very least.

    Parameters
    ----------
    of_row
        Per row of students: its home (int64); rows of one point and one walk share one.
    """

    def __init__(
        self, of_row: Ints, links: Links, pairs: Pairs, nodes: Nodes, n_homes: int
    ) -> None:
        self.of_row = of_row
        self._start, self._end = links.start[pairs.link], links.end[pairs.link]
        self._nodes = nodes
        self._from = np.searchsorted(pairs.home, np.arange(n_homes + 1))
        self._known: dict[int, Floats] = {}

    def seconds(self, row: int) -> Floats:
        """Return seconds from the home of a row to the homes of all rows; inf: never."""
        home = int(self.of_row[row])
        if home not in self._known:
            self._known[home] = self._measure(home)
        return self._known[home][self.of_row]

    def _measure(self, home: int) -> Floats:
        found = np.full(len(self._from) - 1, np.inf)
        own = slice(self._from[home], self._from[home + 1])
        sources = np.unique(np.concatenate([self._start[own], self._end[own]]))
        there = np.flatnonzero(np.diff(self._from))
        if len(sources):
            node_s = self._nodes.measure_from(sources)
            least = np.minimum(node_s[self._start], node_s[self._end])
            found[there] = np.minimum.reduceat(least, self._from[there])
        return found


def _graph(n: int, tail: Ints, head: Ints, weight: Floats) -> Any:
    """Return the least of parallel links, as a sparse graph."""
    from scipy.sparse import csr_array

    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    new = np.ones(len(low), bool)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return csr_array((weight[new], (low[new], high[new])), shape=(n, n))
