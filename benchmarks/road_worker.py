"""Answer a benchmark's questions with this project's engine, on one core.

Started by ``workers.py``; one JSON object a line in, one a line out.
"""

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


class _Clock:
    """Seconds since it was made: by the wall, and of this process."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def took(self) -> dict[str, float]:
        """Return both."""
        return {"s": time.perf_counter() - self.wall, "cpu_s": time.process_time() - self.cpu}


class Engine:
    """The engines of one extract, or of made roads, and the places of one run."""

    def __init__(self) -> None:
        self.engines: Any = None
        self.nodes: Any = None
        self.places: Any = None
        self.kept: Any = None

    def open(self, path: str, kept: str) -> dict[str, Any]:
        """Time from an extract (or from what is kept of it) to walk and bus engines."""
        import engine_parts as parts

        clock = _Clock()
        self.engines = parts.open_file(Path(path), Path(kept))
        return clock.took()

    def warm(self, path: str, kept: str) -> dict[str, Any]:
        """Use everything once, so that numba has compiled all of it."""
        self.open(path, kept)
        self.open_nodes()
        self.places_of(30, 0)
        for kind in ("turns", "nodes"):
            self.table(kind, 30)
        if self.engines.bus.hierarchy is not None:
            self.stop(30, 2)
        self.paths(20)
        self.snap(30)
        return {}

    def made(self, kind: str, size: int, seed: int) -> dict[str, Any]:
        """Make a rural network of so many nodes, or a grid so wide, and its engines."""
        import engine_parts as parts
        from made_network import make_grid_roads, make_network_roads

        began = _Clock()
        roads = (
            make_grid_roads(size, size, seed) if kind == "grid" else make_network_roads(size, seed)
        )
        make_s = began.took()["s"]
        clock = _Clock()
        self.engines = parts.open_roads(roads, None)
        prepared = self.engines.bus.hierarchy is not None
        return {**clock.took(), "make_s": make_s, "prepared": prepared}

    def open_nodes(self) -> dict[str, Any]:
        """Time the engine without turns, from roads that are there."""
        import engine_parts as parts

        clock = _Clock()
        self.nodes = parts.open_nodes(self.engines.roads, None)
        return clock.took()

    def size(self) -> dict[str, Any]:
        """Return how large the drivable network is."""
        import engine_parts as parts

        roads, bus = self.engines.roads, self.engines.bus
        drives, main = roads.bus_forward | roads.bus_backward, bus.component == 0
        return {
            "n_nodes": _count_nodes(roads, drives), "n_links": int(drives.sum()),
            "n_nodes_main": _count_nodes(roads, main), "n_links_main": int(main.sum()),
            "n_turns": parts.count_turns(bus),
            "n_states": 0 if bus.states is None else len(bus.states.link),
            "km": float(roads.length_dm[drives].sum() / 10_000),
        }  # fmt: skip

    def places_of(self, n: int, seed: int, save: str = "") -> dict[str, Any]:
        """Choose places on links of the main component, by length; write them as npy."""
        from routing.roads.placing import place_on_links

        bus, random = self.engines.bus, np.random.default_rng(seed)
        length_dm = bus.roads.length_dm
        links = np.flatnonzero((bus.component == 0) & (length_dm > 10))
        link = random.choice(links, n, p=length_dm[links] / length_dm[links].sum())
        offset_dm = (length_dm[link] * random.uniform(0.1, 0.9, n)).astype(np.int64)
        self.places = place_on_links(bus, link, offset_dm)
        if save:
            np.save(save, np.stack((self.places.lon, self.places.lat), axis=1))
        return {}

    def table(self, kind: str, n: int, sources: int = 0, save: str = "") -> dict[str, Any]:
        """Time distance and time from all (or some) places to all, with turns or without."""
        import engine_parts as parts

        places = _take(self.places, n)
        origins = _take(self.places, sources or n)
        network = self.engines.bus if kind == "turns" else self.nodes
        clock = _Clock()
        travel = parts.measure(network, origins, places)
        took = clock.took()
        if save:
            table = np.stack((travel.duration_s, travel.distance_m)).astype(float)
            table[:, ~travel.reached] = np.nan
            np.savez(save, durations=table[0], distances=table[1])
        return {**took, "reached": float(travel.reached.mean())}

    def check(self, kind: str, n: int, sources: int) -> dict[str, Any]:
        """Compare rows of the table with the search without a hierarchy; count differences."""
        from dataclasses import replace

        import engine_parts as parts

        network = self.engines.bus if kind == "turns" else self.nodes
        places, origins = _take(self.places, n), _take(self.places, sources)
        ours = parts.measure(network, origins, places)
        plain = parts.measure(replace(network, hierarchy=None), origins, places)
        wrong = (ours.duration_s != plain.duration_s) | (ours.distance_m != plain.distance_m)
        return {"compared": int(wrong.size), "differ": int((wrong & plain.reached).sum()),
                "unreached": int((ours.reached != plain.reached).sum())}  # fmt: skip

    def stop(self, n: int, times: int) -> dict[str, Any]:
        """Time moving one place after another: its row and its column."""
        import engine_parts as parts

        network, places = self.engines.bus, _take(self.places, n)
        kept = parts.keep(network, places)
        took = []
        for nth in range(times):
            place = _rows(self.places, [(7 * nth + 3) % n])
            clock = _Clock()
            kept, _ = parts.move(kept, nth % n, place)
            took.append(clock.took())
        return _medians(took)

    def paths(self, n: int) -> dict[str, Any]:
        """Time the lines of so many random pairs of places."""
        import engine_parts as parts

        random = np.random.default_rng(5)
        origins, targets = (
            _rows(self.places, random.integers(0, len(self.places), n)) for _ in range(2)
        )
        clock = _Clock()
        points = parts.trace(self.engines.bus, origins, targets)
        return {**clock.took(), "points": points, "all": self.engines.bus.hierarchy is not None}

    def snap(self, n: int) -> dict[str, Any]:
        """Time snapping so many homes, some 200 m (standard deviation) about the roads."""
        from routing.roads.snapping import snap_points

        lon, lat = _homes(self.engines.roads, n)
        clock = _Clock()
        at = snap_points(self.engines.bus, lon, lat, within_m=500)
        return {**clock.took(), "placed": int((at.link >= 0).sum())}

    def snap_check(self, n: int) -> dict[str, Any]:
        """Compare snapping with every piece of every road, one by one."""
        from routing.roads.snapping import large_components, snap_points

        bus, roads = self.engines.bus, self.engines.roads
        lon, lat = _homes(roads, n)
        at = snap_points(bus, lon, lat, within_m=1e6)
        flags = np.repeat(np.append(large_components(bus), False)[bus.component],
                          np.diff(roads.shape_from))  # fmt: skip
        flags[roads.shape_from[1:] - 1] = False
        first = np.flatnonzero(flags)
        worst_m = max(
            abs(_nearest_m(roads, first, one, two) - moved_m)
            for one, two, moved_m in zip(lon, lat, at.moved_m, strict=True)
        )
        return {"points": n, "worst_m": float(worst_m)}

    def networkx(self, sources: int) -> dict[str, Any]:
        """Time networkx's Dijkstra from some nodes to all, on the contracted network."""
        import engine_parts as parts
        import networkx as nx

        tail, head, key = parts.contract(self.nodes)
        graph = nx.DiGraph()
        graph.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), key.tolist(), strict=True))
        main = max(nx.strongly_connected_components(graph), key=len)
        took = []
        for node in np.random.default_rng(3).choice(sorted(main), sources):
            clock = _Clock()
            nx.single_source_dijkstra_path_length(graph, int(node))
            took.append(clock.took())
        return {**_medians(took), "nodes": len(main), "sources": sources}

    def routingkit(self, kind: str, n: int, rounds: int) -> dict[str, Any]:
        """Time RoutingKit's table of times, on the same graph, one state for each place."""
        try:
            from pyroutingkit import CCH
        except ImportError:
            return {"failed": "pyroutingkit is not installed"}
        network = self.engines.bus if kind == "turns" else self.nodes
        lon, lat, stand = _stands(network, _take(self.places, n))
        arcs, began = network.leaving, _Clock()
        engine = CCH()
        engine.build_topology(
            arcs.tail.astype(np.uint32), arcs.head.astype(np.uint32),
            lat.astype(np.float32), lon.astype(np.float32), node_count=len(lon),
        )  # fmt: skip
        engine.customize_weights((arcs.key >> 24).astype(np.uint32))
        ready, took = began.took()["s"], []
        for _ in range(rounds):
            clock = _Clock()
            engine.distances_many_to_many(stand, stand)
            took.append(clock.took())
        return {**_medians(took), "prepare_s": ready}

    def memory(self) -> dict[str, Any]:
        """Return the memory now, and the largest so far (MB)."""
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak_kb /= 1024 if sys.platform == "darwin" else 1
        return {"peak_mb": peak_kb / 1024, "now_mb": _memory_now_mb() or peak_kb / 1024}


def _medians(took: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.median([one[name] for one in took])) for name in ("s", "cpu_s")}


def _rows(places: Any, rows: Any) -> Any:
    from routing.roads.positions import take_positions

    return take_positions(places, np.asarray(rows))


def _take(places: Any, n: int) -> Any:
    return _rows(places, np.arange(n))


def _count_nodes(roads: Any, links: np.ndarray) -> int:
    """Return how many nodes some links have, bends included."""
    ends = np.unique(np.concatenate((roads.start[links], roads.end[links])))
    return int((np.diff(roads.shape_from)[links] - 2).sum()) + len(ends)


def _stands(network: Any, places: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the nodes or states of a network are, and one for each place."""
    roads, states = network.roads, network.states
    if states is None:
        return roads.node_lon, roads.node_lat, roads.start[places.link].astype(np.uint32)
    link, back = states.link >> 1, (states.link & 1) == 1
    node = np.where(back, roads.start[link], roads.end[link])
    ahead = network.forward[places.link]
    stand = states.first[2 * places.link + np.where(ahead, 0, 1)].astype(np.uint32)
    return roads.node_lon[node], roads.node_lat[node], stand


def _homes(roads: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(11)
    point = random.integers(0, len(roads.shape_lon), n)
    off = random.normal(0, 0.002, (2, n))
    return roads.shape_lon[point] + off[0], roads.shape_lat[point] + off[1]


def _nearest_m(roads: Any, first: np.ndarray, lon: float, lat: float) -> float:
    """Return how far the nearest of all pieces is, on a flat map around the point."""
    from routing.roads.shapes import distances_m

    narrow = np.cos(np.radians(lat))
    x, y = (roads.shape_lon - lon) * narrow, roads.shape_lat - lat
    dx, dy = x[first + 1] - x[first], y[first + 1] - y[first]
    square = dx * dx + dy * dy
    share = -(x[first] * dx + y[first] * dy) / np.where(square > 0, square, 1)
    share = np.clip(share, 0, 1)
    at_x, at_y = x[first] + share * dx, y[first] + share * dy
    best = np.hypot(at_x, at_y).argmin()
    there = lon + at_x[best] / narrow, lat + at_y[best]
    return float(distances_m(*(np.array(value) for value in (lon, lat, *there))))


def _memory_now_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Answer until there are no more questions."""
    if hasattr(os, "sched_setaffinity") and len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    engine = Engine()
    for line in sys.stdin:
        question = json.loads(line)
        answers: Callable[..., dict[str, Any]] = getattr(engine, question.pop("ask"))
        try:
            answer = answers(**question)
        except Exception as error:
            traceback.print_exc()
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
