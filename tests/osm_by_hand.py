"""Maps drawn by hand: nodes on a grid of a thousandth of a degree, ways by their tags."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from routing.roads import read_roads, write_osm
from routing.roads.network import ROAD_CLASSES, Roads
from routing.roads.writing import RelationRow

STEP = 0.001  # degrees; one step north is 6371008.8 m * pi / 180 * 0.001 = 111.195 m
WEST, SOUTH = 118.0, 36.5

Tags = Mapping[str, str]


def place_of(node: int) -> tuple[float, float]:
    """Return degrees of a node: number 23 stands 2 steps east and 3 steps north."""
    return WEST + STEP * (node // 10), SOUTH + STEP * (node % 10)


def draw_map(
    path: Path,
    ways: Sequence[tuple[int, Sequence[int], Tags]],
    tagged: Mapping[int, Tags] | None = None,
    missing: Sequence[int] = (),
    relations: Sequence[RelationRow] = (),
) -> Path:
    """Write a map of these ways; nodes by number, with tags where given."""
    tagged = tagged or {}
    used = {node for _, nodes, _ in ways for node in nodes} | set(tagged)
    nodes = [(node, *place_of(node), tagged.get(node, {})) for node in used - set(missing)]
    return write_osm(path, nodes, ways, relations)


def read_map(
    folder: Path,
    ways: Sequence[tuple[int, Sequence[int], Tags]],
    tagged: Mapping[int, Tags] | None = None,
    missing: Sequence[int] = (),
    relations: Sequence[RelationRow] = (),
) -> Roads:
    """Return the roads of such a map."""
    path = draw_map(folder / "map.osm.pbf", ways, tagged, missing, relations)
    return read_roads(path, cache=False)


def ban(number: int, restriction: str, members: str, **more: str) -> RelationRow:
    """Return a restriction of turns; members as ``from 1, via node 2, to 3``.

    More tags with ``__`` for a colon; ``restriction=""`` leaves out the plain one.
    """
    parts = [part.split() for part in members.split(",")]
    listed = [("node" if "node" in part else "way", int(part[-1]), part[0]) for part in parts]
    tags = {"type": "restriction", "restriction": restriction}
    tags |= {key.replace("__", ":"): value for key, value in more.items()}
    return number, listed, {key: value for key, value in tags.items() if value}


def bans_of(roads: Roads) -> list[tuple[int, bool, int, tuple[int, ...]]]:
    """Return each restriction: relation, whether it commands, node, ways."""
    parts = np.split(roads.restriction_way, roads.restriction_from[1:-1])
    return [
        (int(number), bool(only), int(node), tuple(ways.tolist()))
        for number, only, node, ways in zip(
            roads.restriction_id, roads.restriction_only, roads.restriction_node, parts,
            strict=False,
        )
    ]  # fmt: skip


def read_way(folder: Path, **tags: str) -> Roads:
    """Return the roads of one way north from node 1 to 2, and a road that is always open.

    Keys are written with ``__`` for a colon.
    """
    own = {key.replace("__", ":"): value for key, value in tags.items()}
    return read_map(folder, [(1, (1, 2), own), (99, (50, 51), {"highway": "primary"})])


def ways_of(roads: Roads) -> dict[int, list[tuple[int, int, str]]]:
    """Return per way its links: ids of the ends, and who may use it.

    F and B: a bus along it and against it; W: walkers.
    """
    found: dict[int, list[tuple[int, int, str]]] = {}
    for link, way in enumerate(roads.way_id.tolist()):
        flags = (roads.bus_forward[link], roads.bus_backward[link], roads.walks[link])
        uses = "".join(letter for letter, flag in zip("FBW", flags, strict=True) if flag)
        ends = int(roads.node_id[roads.start[link]]), int(roads.node_id[roads.end[link]])
        found.setdefault(way, []).append((*ends, uses))
    return found


def uses_of(roads: Roads, way: int = 1) -> str:
    """Return who may use the only link of a way; "" where it was not taken."""
    links = ways_of(roads).get(way, [(0, 0, "")])
    assert len(links) == 1
    return links[0][2]


def class_of(roads: Roads, way: int = 1) -> str:
    """Return the class of a way's first link."""
    return ROAD_CLASSES[roads.road_class[roads.way_id.tolist().index(way)]]
