"""The roads of the made county as OpenStreetMap writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from routing.roads.writing import write_osm
from routing.sample.lines import Spot
from routing.sample.people import People
from routing.sample.rows import lon_lat
from routing.sample.streets import Streets

NodeRow = tuple[int, float, float, Mapping[str, str]]
WayRow = tuple[int, Sequence[int], Mapping[str, str]]


@dataclass
class _Sheet:
    """Nodes and ways as they are added; a point of the roads is one node."""

    nodes: list[NodeRow] = field(default_factory=list)
    ways: list[WayRow] = field(default_factory=list)
    at: dict[Spot, int] = field(default_factory=dict)

    def node(self, point: Spot, tags: Mapping[str, str]) -> int:
        self.nodes.append((len(self.nodes) + 1, *lon_lat(point), tags))
        return len(self.nodes)

    def way(self, nodes: Sequence[int], tags: Mapping[str, str]) -> int:
        self.ways.append((len(self.ways) + 1, nodes, tags))
        return len(self.ways)


def write_roads(path: Path, streets: Streets, people: People) -> Path:
    """Write roads, river, places and schools as an OpenStreetMap file.

    Parameters
    ----------
    path
        Ends in .osm.pbf.
    streets
        Roads, river, places.
    people
        Schools.

    Returns
    -------
    path
        The same.
    """
    sheet = _Sheet()
    ids = [_add_road(sheet, road.points, road.tags, streets) for road in streets.roads]
    for name, line in streets.water:
        points = [sheet.node((x, y), {}) for x, y in line.coords]
        sheet.way(points, {"waterway": "river", "name": name})
    for lanes in (*streets.places, streets.hamlet):
        place = lanes.place
        sheet.node(place.at, {"place": place.kind, "name": place.name})
    for school in people.schools:
        sheet.node(school.gate.at, {"amenity": "school", "name": school.name})
    ban = streets.ban
    members = [
        ("way", ids[ban.start], "from"),
        ("node", sheet.at[ban.via], "via"),
        ("way", ids[ban.end], "to"),
    ]
    relation = (1, members, {"type": "restriction", "restriction": "no_left_turn"})
    write_osm(path, sheet.nodes, sheet.ways, [relation])
    return path


def _add_road(
    sheet: _Sheet, points: Sequence[Spot], tags: Mapping[str, str], streets: Streets
) -> int:
    for point in points:
        if point not in sheet.at:
            sheet.at[point] = sheet.node(point, streets.posts.get(point, {}))
    return sheet.way([sheet.at[point] for point in points], tags)
