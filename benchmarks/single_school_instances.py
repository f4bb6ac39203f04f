"""Made instances: one school of a county of about 40 x 35 km, its stops and three sizes of bus.

Villages of very different sizes lie strewn over the county, joined by a planar network of
winding roads with a speed of their own, slower one way than the other; streets branch off
in each village. Stops lie along roads near villages and in their streets, the more the
larger the village, up to about half an hour's drive from the school, which is in the
largest. Times are whole seconds on the quickest way, rounded up.

Demand per stop: 1 to 30 students, most under ten. A bus stands 20 s at a stop and 2 s for
each student; nobody may ride longer than 40 minutes, standing at stops included. Buses of
19, 36 and 56 seats cost 1 : 1.26 : 1.55 a year, whatever they drive; a second driven costs
5 yuan a year (36 km/h, 500 yuan a kilometre), so that fixed cost comes first and driving
decides between plans with as many buses.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from routing.solver.problem import RouteProblem

WIDTH_M, HEIGHT_M = 40_000.0, 35_000.0
SEATS, FIXED_YUAN, YUAN_PER_KM = (19, 36, 56), (100_000, 126_000, 155_000), 500
MAX_RIDE_S, STOP_S, BOARD_S = 2_400, 20, 2
M_PER_S = 10
NEAREST_S, FARTHEST_S = 120, 1_950

Arcs = list[tuple[int, int, float]]


def make_school(n_stops: int, seed: int) -> RouteProblem:
    """Return one school in the morning.

    Parameters
    ----------
    n_stops
        Its stops.
    seed
        Makes one instance differ from another.
    """
    rng = np.random.default_rng([20_061, n_stops, seed])
    points, sizes = _villages(rng, 60 + n_stops // 8, 60)
    arcs, candidates = _roads(rng, points, sizes)
    n_nodes = 1 + max(max(a, b) for a, b, _ in arcs)
    tails, heads, times = (np.array(column) for column in zip(*arcs, strict=True))
    graph = csr_matrix((times, (tails, heads)), shape=(n_nodes, n_nodes))
    school = int(np.argmax(sizes))
    to_school_s = dijkstra(graph.T.tocsr(), indices=school)
    nodes = np.array(sorted(candidates))
    weights = np.array([candidates[node] for node in nodes.tolist()])
    kept = (to_school_s[nodes] >= NEAREST_S) & (to_school_s[nodes] <= FARTHEST_S)
    nodes, weights = nodes[kept], np.minimum(weights[kept], np.quantile(weights[kept], 0.95))
    stops = rng.choice(nodes, n_stops, replace=False, p=weights / weights.sum())
    places = np.concatenate([[school], stops])
    duration_s = np.ceil(dijkstra(graph, indices=places)[:, places]).astype(np.int64)
    np.fill_diagonal(duration_s, 0)
    students = np.minimum(30, 1 + rng.negative_binomial(1.2, 1.2 / 6.7, n_stops))
    load = np.concatenate([[0], students]).astype(np.int64)
    return RouteProblem(
        duration_s, duration_s * M_PER_S, load, STOP_S + BOARD_S * load,
        np.full(n_stops + 1, MAX_RIDE_S), SEATS, FIXED_YUAN, (YUAN_PER_KM,) * 3,
        (None, None, None), to_school=True,
    )  # fmt: skip


def _villages(
    rng: np.random.Generator, n_villages: int, n_junctions: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points at least 1.2 km apart, and their sizes: 0 for a mere junction."""
    points: list[NDArray[np.float64]] = []
    while len(points) < n_villages + n_junctions:
        point = rng.uniform((0.02, 0.02), (0.98, 0.98)) * (WIDTH_M, HEIGHT_M)
        if all(np.hypot(*(point - other)) > 1_200 for other in points):
            points.append(point)
    sizes = np.zeros(len(points))
    sizes[:n_villages] = 0.3 + rng.pareto(1.3, n_villages)
    middle = np.hypot(*(np.array(points)[:n_villages] - (WIDTH_M / 2, HEIGHT_M / 2)).T)
    sizes[np.argmin(middle)] = 1.5 * sizes.max()
    return np.array(points), sizes


def _roads(
    rng: np.random.Generator, points: NDArray[np.float64], sizes: NDArray[np.float64]
) -> tuple[Arcs, dict[int, float]]:
    """Return the arcs of the network (s), and nodes where a stop can be with their weights."""
    arcs: Arcs = []
    candidates: dict[int, float] = {}
    n_nodes = len(points)
    for a, b in _pairs(rng, points):
        length_m = float(np.hypot(*(points[a] - points[b]))) * rng.uniform(1.03, 1.35)
        speed = 60 if max(sizes[a], sizes[b]) > 3 and rng.random() < 0.6 else rng.choice([40, 50])
        out, back = rng.uniform(0.92, 1.22, 2)
        n_parts = max(1, round(length_m / 450))
        chain = [a, *range(n_nodes, n_nodes + n_parts - 1), b]
        n_nodes += n_parts - 1
        for place, (tail, head) in enumerate(pairwise(chain)):
            ends_m = min(place + 0.5, n_parts - place - 0.5) * length_m / n_parts
            slow = 30 if ends_m < 500 else speed
            part_s = length_m / n_parts / (slow / 3.6)
            arcs.append((tail, head, out * part_s * rng.uniform(0.95, 1.15) + 2))
            arcs.append((head, tail, back * part_s * rng.uniform(0.95, 1.15) + 2))
            if place:
                from_m = place * length_m / n_parts
                near = sizes[a] * np.exp(-from_m / 700) + sizes[b] * np.exp(
                    (from_m - length_m) / 700
                )
                candidates[tail] = 0.15 + float(near)
    for village in np.flatnonzero(sizes > 0).tolist():
        local = [village]
        for _ in range(int(2 + min(40.0, 3 * sizes[village]))):
            tail, street_s = int(rng.choice(local)), rng.uniform(130, 380) / (25 / 3.6)
            arcs.append((tail, n_nodes, street_s * rng.uniform(0.95, 1.15) + 2))
            arcs.append((n_nodes, tail, street_s * rng.uniform(0.95, 1.15) + 2))
            if len(local) > 3 and rng.random() < 0.4:
                other = int(rng.choice(local))
                arcs.append((other, n_nodes, 1.2 * street_s + 2))
            candidates[n_nodes] = 0.35 * float(sizes[village])
            local.append(n_nodes)
            n_nodes += 1
    unique: dict[tuple[int, int], float] = {}
    for tail, head, part_s in arcs:
        unique[tail, head] = min(part_s, unique.get((tail, head), np.inf))
    return [(tail, head, part_s) for (tail, head), part_s in unique.items()], candidates


def _pairs(rng: np.random.Generator, points: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the points joined by a road: a spanning tree, and most close neighbours."""
    triangles = Delaunay(points).simplices
    sides = {tuple(sorted((int(t[k]), int(t[k - 1])))) for t in triangles for k in range(3)}
    ordered = sorted(sides)
    length_m = [float(np.hypot(*(points[a] - points[b]))) for a, b in ordered]
    shape = (len(points), len(points))
    tails, heads = zip(*ordered, strict=True)
    tree = minimum_spanning_tree(csr_matrix((length_m, (tails, heads)), shape=shape)).tocoo()
    kept = {(int(min(a, b)), int(max(a, b))) for a, b in zip(tree.row, tree.col, strict=True)}
    for (a, b), side_m in zip(ordered, length_m, strict=True):
        away_m = np.hypot(*(points - (points[a] + points[b]) / 2).T)
        away_m[[a, b]] = np.inf
        if away_m.min() > 0.475 * side_m and rng.random() < 0.75:
            kept.add((a, b))
    return sorted(kept)
