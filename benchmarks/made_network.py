"""Make road networks of any size: rural ones with villages, and plain grids.

For measuring how cost grows, where no extract is large enough. Rural: lanes along the
lines of a bent square net a mile wide, some missing, classes by line, towns with blocks
and one-way streets, dead ends, bends between junctions. Nobody lives there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import ROAD_CLASSES, Roads, Source, plain_columns
from routing.roads.shapes import EARTH_M, distances_m

CENTRE = (100.0, 45.0)
"""Longitude and latitude of the made country's middle (degrees)."""

MILE_M = 1609.0
MISSING = 0.10
"""Share of the net's lanes that are left out."""

BEND_M = 110.0
"""One shape point in so many metres of lane; Porto has one in 35 m, rural ways fewer."""

TOWN_SHARE = 0.03
"""Share of the squares between lanes that hold a town."""

TOWN_STREETS = 7
"""A town is so many streets either way, ``BLOCK_M`` apart."""

BLOCK_M = 110.0
SPUR_SHARE = 0.35
"""Dead ends per junction of the net."""

TURNING_SHARE = 0.4
"""Share of the dead ends with room for any bus to turn."""

NODES_PER_SQUARE = 29.5
"""Nodes, bends included, for every square of the net: measured on what this makes."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass
class _Parts:
    """Nodes (m east and north of the middle) and links, put together one kind at a time."""

    x: list[Floats]
    y: list[Floats]
    start: list[Ints]
    end: list[Ints]
    road_class: list[NDArray[np.int8]]
    oneway: list[NDArray[np.bool_]]
    n_nodes: int = 0

    def add_nodes(self, x: Floats, y: Floats) -> Ints:
        """Add nodes; return their numbers in the shape given."""
        numbers = self.n_nodes + np.arange(x.size).reshape(x.shape)
        self.x.append(x.ravel())
        self.y.append(y.ravel())
        self.n_nodes += x.size
        return numbers

    def add_links(self, start: Ints, end: Ints, road_class: Ints, oneway: Ints | int = 0) -> None:
        """Add links; class and oneway may be one value for all."""
        n = start.size
        self.start.append(start.ravel())
        self.end.append(end.ravel())
        self.road_class.append(np.broadcast_to(road_class, n).astype(np.int8))
        self.oneway.append(np.broadcast_to(oneway, n).astype(bool))


def make_network_roads(n_nodes: int, seed: int = 1) -> Roads:
    """Return a rural network of about so many nodes, bends included.

    Parameters
    ----------
    n_nodes
        Nodes wanted; what comes out differs by some percent, more where it is below 5,000.
    seed
        Same numbers, same network.
    """
    random = np.random.default_rng(seed)
    side = max(2, round(float(np.sqrt(n_nodes / NODES_PER_SQUARE))))
    parts = _Parts([], [], [], [], [], [])
    net = _add_net(parts, side, random)
    _add_towns(parts, net, random)
    spur_end = _add_spurs(parts, net, random)
    turning_m = np.zeros(parts.n_nodes, np.float32)
    turning_m[spur_end[random.random(len(spur_end)) < TURNING_SHARE]] = 30.0
    return _make_roads(parts, turning_m, random, f"made rural network, seed {seed}")


def make_grid_roads(rows: int, columns: int, seed: int = 1, spacing_m: float = 150.0) -> Roads:
    """Return a grid of streets, every crossing open both ways: the hard case for turns.

    Parameters
    ----------
    rows, columns
        Crossings either way.
    seed
        Crossings are moved, and classes drawn, by chance.
    spacing_m
        Between crossings (m).
    """
    random = np.random.default_rng(seed)
    parts = _Parts([], [], [], [], [], [])
    grid_x, grid_y = np.meshgrid(np.arange(columns) * spacing_m, np.arange(rows) * spacing_m)
    shake = random.normal(0, spacing_m / 12, (2, rows, columns))
    number = parts.add_nodes(grid_x + shake[0], grid_y + shake[1])
    kinds = np.array([_code(name) for name in ("residential", "unclassified", "tertiary")])
    for start, end in ((number[:, :-1], number[:, 1:]), (number[:-1], number[1:])):
        parts.add_links(start, end, random.choice(kinds, start.size, p=(0.7, 0.2, 0.1)))
    return _make_roads(parts, np.zeros(parts.n_nodes, np.float32), random, "made grid")


def _add_net(parts: _Parts, side: int, random: np.random.Generator) -> Ints:
    """Add the net of lanes; return its junctions, (side + 1) x (side + 1)."""
    line = (np.arange(side + 1) - side / 2) * MILE_M
    x, y = np.meshgrid(line, line)
    shake = random.normal(0, 120, (2, side + 1, side + 1))
    net = parts.add_nodes(x + shake[0], y + shake[1])
    across = np.broadcast_to(_classes_of_lines(side + 1)[:, None], (side + 1, side))
    upward = np.broadcast_to(_classes_of_lines(side + 1)[None, :], (side, side + 1))
    for start, end, kind in (
        (net[:, :-1], net[:, 1:], across), (net[:-1], net[1:], upward),
    ):  # fmt: skip
        lane = kind == _code("unclassified")
        kept = ~(lane & (random.random(start.shape) < MISSING / 0.66))
        parts.add_links(start[kept], end[kept], kind[kept])
    return net


def _classes_of_lines(n: int) -> Ints:
    """Return the class of each line: one in 12 primary, in 6 secondary, in 3 tertiary."""
    line = np.arange(n)
    kind = np.full(n, _code("unclassified"))
    kind[line % 3 == 0] = _code("tertiary")
    kind[line % 6 == 0] = _code("secondary")
    kind[line % 12 == 0] = _code("primary")
    return kind


def _add_towns(parts: _Parts, net: Ints, random: np.random.Generator) -> None:
    """Add towns in some squares, tied to the four corners; inner streets alternate one-way."""
    squares = (net.shape[0] - 1) * (net.shape[1] - 1)
    chosen = np.flatnonzero(random.random(squares) < TOWN_SHARE)
    if not len(chosen):
        chosen = np.zeros(1, np.int64)
    row, column = np.divmod(chosen, net.shape[1] - 1)
    x_all, y_all = np.concatenate(parts.x), np.concatenate(parts.y)
    corners = np.stack(
        (net[row, column], net[row, column + 1], net[row + 1, column], net[row + 1, column + 1]), 1
    )
    middle_x, middle_y = x_all[corners].mean(1), y_all[corners].mean(1)
    line = (np.arange(TOWN_STREETS) - (TOWN_STREETS - 1) / 2) * BLOCK_M
    x, y = np.meshgrid(line, line)
    shake = random.normal(0, 8, (2, len(chosen), TOWN_STREETS, TOWN_STREETS))
    town = parts.add_nodes(
        middle_x[:, None, None] + x + shake[0], middle_y[:, None, None] + y + shake[1]
    )
    street = np.arange(TOWN_STREETS)
    inner = (street > 0) & (street < TOWN_STREETS - 1) & (street % 2 == 1)
    for k in range(TOWN_STREETS):
        turned = k % 4 == 3  # every second of the one-way streets runs the other way
        for way in (town[:, k, :], town[:, :, k]):
            start, end = way[:, :-1], way[:, 1:]
            if turned:
                start, end = end, start
            kind = _code("tertiary") if k == TOWN_STREETS // 2 - 1 else _code("residential")
            parts.add_links(start, end, np.int64(kind), int(inner[k]))
    own = town[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    parts.add_links(own, corners, np.int64(_code("tertiary")))


def _add_spurs(parts: _Parts, net: Ints, random: np.random.Generator) -> Ints:
    """Add dead ends at junctions of the net; return the nodes at their ends."""
    flat = net.ravel()
    begin = flat[random.random(len(flat)) < SPUR_SHARE]
    angle = random.uniform(0, 2 * np.pi, len(begin))
    length = random.uniform(150, 900, len(begin))
    x, y = np.concatenate(parts.x)[begin], np.concatenate(parts.y)[begin]
    end = parts.add_nodes(x + length * np.cos(angle), y + length * np.sin(angle))
    kinds = np.array([_code(name) for name in ("unclassified", "residential", "service")])
    parts.add_links(begin, end, random.choice(kinds, len(begin)))
    return end


def _code(name: str) -> int:
    return ROAD_CLASSES.index(name)


def _make_roads(
    parts: _Parts, turning_m: NDArray[np.float32], random: np.random.Generator, name: str
) -> Roads:
    """Return the parts as roads: the connected ones, with bends."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    start, end = np.concatenate(parts.start), np.concatenate(parts.end)
    road_class, oneway = np.concatenate(parts.road_class), np.concatenate(parts.oneway)
    n = parts.n_nodes
    graph = csr_array((np.ones(len(start), np.int8), (start, end)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    main = label == np.bincount(label).argmax()
    kept = main[start]
    renumber = np.cumsum(main) - 1
    start, end = renumber[start[kept]], renumber[end[kept]]
    road_class, oneway = road_class[kept], oneway[kept]
    x, y = np.concatenate(parts.x)[main], np.concatenate(parts.y)[main]
    shape_from, shape_x, shape_y = _bend(x, y, start, end, random)
    node_lon, node_lat = _degrees(x, y)
    shape_lon, shape_lat = _degrees(shape_x, shape_y)
    n_links = len(start)
    town = (road_class == _code("residential")) | oneway
    columns = plain_columns(len(x), n_links)
    columns["node_turning_m"] = turning_m[main]
    none = np.zeros(n_links, np.float32)
    return Roads(
        **columns,
        node_id=np.arange(1, len(x) + 1, dtype=np.int64), node_lon=node_lon, node_lat=node_lat,
        start=start, end=end, way_id=np.arange(1, n_links + 1, dtype=np.int64),
        road_class=road_class, name=np.zeros(n_links, np.int32),
        bus_forward=np.ones(n_links, bool), bus_backward=~oneway, walks=np.ones(n_links, bool),
        signed_forward_kmh=none, signed_backward_kmh=none.copy(),
        lanes=np.where(oneway, 1, 2).astype(np.int8), width_m=none.copy(), oneway=oneway,
        no_centreline=np.zeros(n_links, bool), urban=town, structure=np.zeros(n_links, bool),
        ferry_s=np.zeros(n_links, np.int32),
        length_dm=_lengths_dm(shape_from, shape_lon, shape_lat),
        shape_from=shape_from, shape_lon=shape_lon, shape_lat=shape_lat,
        names=("",), place_name=(), place_kind=(), place_lon=np.zeros(0), place_lat=np.zeros(0),
        source=Source(name, "", (
            float(shape_lon.min()), float(shape_lat.min()),
            float(shape_lon.max()), float(shape_lat.max()),
        ), {}),
    )  # fmt: skip


def _bend(
    x: Floats, y: Floats, start: Ints, end: Ints, random: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    """Return the shape points of all links: ends, and bends between them."""
    dx, dy = x[end] - x[start], y[end] - y[start]
    length = np.hypot(dx, dy)
    size = 2 + random.poisson(np.maximum(length / BEND_M - 1, 0))
    shape_from = np.concatenate((np.zeros(1, np.int64), np.cumsum(size)))
    link = np.repeat(np.arange(len(start)), size)
    share = (np.arange(shape_from[-1]) - shape_from[link]) / (size[link] - 1)
    inside = (share > 0) & (share < 1)
    # a slow swing to one side, and a little of each point's own
    swing = random.normal(0, 0.03, len(start))[link] * np.sin(np.pi * share)
    own = np.where(inside, random.normal(0, 0.004, len(share)), 0)
    aside = np.where(inside, swing + own, 0)
    shape_x = x[start][link] + share * dx[link] - aside * dy[link]
    shape_y = y[start][link] + share * dy[link] + aside * dx[link]
    first, last = shape_from[:-1], shape_from[1:] - 1
    shape_x[first], shape_y[first], shape_x[last], shape_y[last] = (
        x[start],
        y[start],
        x[end],
        y[end],
    )
    return shape_from, shape_x, shape_y


def _degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    lat = CENTRE[1] + np.degrees(y / EARTH_M)
    return CENTRE[0] + np.degrees(x / EARTH_M / np.cos(np.radians(CENTRE[1]))), lat


def _lengths_dm(shape_from: Ints, lon: Floats, lat: Floats) -> Ints:
    step_m = distances_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    step_m[shape_from[1:-1] - 1] = 0
    run_m = np.concatenate((np.zeros(1), np.cumsum(step_m)))
    whole_m = run_m[shape_from[1:] - 1] - run_m[shape_from[:-1]]
    return np.maximum(np.rint(10 * whole_m), 1).astype(np.int64)
