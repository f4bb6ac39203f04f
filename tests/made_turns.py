"""Small made road maps with everything that bears on turns: for comparing who reads them."""

import numpy as np
from roads_by_hand import lonlat, make_roads

CLASSES = ("unclassified", "tertiary", "primary", "motorway", "motorway_link", "ferry")
LIMITS = {
    "max_height_m": (3.7, 3.8, 4.0), "max_width_m": (2.7, 2.8, 3.0), "width_m": (2.7, 2.8, 5.0),
    "max_length_m": (8.9, 9.0, 12.0), "max_weight_t": (11.9, 12.0), "incline_pct": (9.0,),
    "water_dm": (100,), "signals_forward": (1,), "signals_backward": (1, 2),
}  # fmt: skip
"""Around what a bus of 9 x 2.5 x 3.7 m and 12 t needs."""

OF_NODES = {
    "node_turning_m": (15.0, 18.9, 19.0, 1000.0), "node_height_m": (3.7, 3.8),
    "node_width_m": (2.7, 2.8), "node_weight_t": (11.5, 12.0),
}  # fmt: skip


def turning_map(seed):
    """Up to ten nodes and twenty links: loops, limits, turning places, restrictions."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 11))
    spread = draw.integers(-100, 101, (n, 2))
    nodes = [lonlat(600 * (i % 3) + x, 600 * (i // 3) + y) for i, (x, y) in enumerate(spread)]
    links = [_link(draw, n, number) for number in range(int(draw.integers(1, 21)))]
    bans = [ban for _ in range(int(draw.integers(0, 9))) if (ban := _ban(draw, n, links))]
    at_nodes = {
        name: {i: float(draw.choice(values)) for i in range(n) if draw.random() < 0.12}
        for name, values in OF_NODES.items()
    }
    return make_roads(nodes, links, bans=bans, at_nodes=at_nodes)


def _link(draw, n, number):
    start = int(draw.integers(0, n))
    loop = draw.random() < 0.12
    end = start if loop else int((start + draw.choice([1, 1, 2, 3, 3])) % n)
    via = [lonlat(*draw.integers(0, 1800, 2)) for _ in range(int(draw.integers(0, 3)))]
    if start == end and not via:
        via = [lonlat(*draw.integers(0, 1800, 2))]
    oneway = draw.random()
    limits = {name: draw.choice(values) for name, values in LIMITS.items() if draw.random() < 0.12}
    return limits | {
        "start": start, "end": end, "via": via, "lanes": 2,
        "way_id": 100 + int(draw.integers(0, 8)) if draw.random() < 0.6 else 200 + number,
        "oneway": oneway < 0.2, "bus_forward": oneway < 0.9,
        "road_class": str(draw.choice(CLASSES, p=[0.5, 0.2, 0.2, 0.04, 0.03, 0.03])),
        "surface": int(draw.choice([0, 1, 2, 3], p=[0.7, 0.1, 0.1, 0.1])),
    }  # fmt: skip


def _ban(draw, n, links):
    """A restriction at a node, or along a random drive over three ways or more."""
    only = bool(draw.random() < 0.3)
    if draw.random() < 0.5:
        node = int(draw.integers(0, n))
        ways = [link["way_id"] for link in links if node in (link["start"], link["end"])] or [1]
        return only, node + 1, [int(way) for way in draw.choice(ways, 2)]
    first = links[int(draw.integers(0, len(links)))]
    ways, node = [first["way_id"]], first["end" if draw.random() < 0.5 else "start"]
    for _ in range(int(draw.integers(2, 5))):
        near = [link for link in links if node in (link["start"], link["end"])]
        link = near[int(draw.integers(0, len(near)))]
        ways += [link["way_id"]] if link["way_id"] != ways[-1] else []
        node = link["end"] if link["start"] == node else link["start"]
    return (only, 0, ways) if len(ways) > 2 else None
