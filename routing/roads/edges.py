"""What the attributes of a graph's edge say, whether osmnx holds them or a file did.

osmnx keeps several values as a list, GraphML keeps everything as text; what several
values say together is what the strictest of them says.
"""

import math
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from routing.roads.network import ROAD_CLASSES
from routing.roads.parsing import clean_name
from routing.roads.tags import BUS_KEYS, CLOSED, WAY_KEYS

Point = tuple[float, float]

_NOTHING = frozenset(("", "nan", "none", "null"))
_FLAGS = {"true": "yes", "false": "no"}
_LIST_PART = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([^,\[\]\s'\"]+)")
_JOINED = ("max", "lanes", "width", "surface", "incline")
_RANK = {name: rank for rank, name in enumerate(ROAD_CLASSES)}


@dataclass(frozen=True)
class Edge:
    """One directed edge of a graph.

    Parameters
    ----------
    start, end
        Node positions.
    points
        Its line from start to end, ends included, in the graph's coordinates.
    ids
        OSM ids of its ways, sorted; (0,) where unknown.
    tags
        What the rules look at.
    name
        Of the road.
    length_m
        As the graph says; NaN where it says nothing that is a number.
    turned
        Whether it runs against its way.
    """

    start: int
    end: int
    points: tuple[Point, ...]
    ids: tuple[int, ...]
    tags: dict[str, str]
    name: str
    length_m: float
    turned: bool

    @property
    def key(self) -> Hashable:
        """What two edges share that are the same piece of road in the same direction."""
        return self.start, self.end, self.ids, self.points

    @property
    def twin_key(self) -> Hashable:
        """The key of the same piece of road in the other direction."""
        return self.end, self.start, self.ids, self.points[::-1]


def read_edge(data: Mapping[str, Any], ends: tuple[int, int], at: tuple[Point, Point]) -> Edge:
    """Return an edge of a graph with its attributes understood.

    Parameters
    ----------
    data
        The attributes.
    ends
        Node positions of its start and end.
    at
        Where these are, in the graph's coordinates.
    """
    ids = sorted({int(part) for part in _parts(data.get("osmid")) if is_whole(part)})
    names = (_parts(data.get("name")) or _parts(data.get("ref")))[:3]
    return Edge(
        start=ends[0],
        end=ends[1],
        points=_points(data.get("geometry"), *at),
        ids=tuple(ids) or (0,),
        tags=_tags(data),
        name=clean_name(" / ".join(names)),
        length_m=read_number(data.get("length")),
        turned=_parts(data.get("reversed")) == ["yes"],
    )


def text_tags(data: Mapping[str, Any]) -> dict[str, str]:
    """Return attributes as tags; of several values, the first."""
    found = ((str(key), _parts(value)) for key, value in data.items())
    return {key: parts[0] for key, parts in found if parts}


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    tags = {}
    for key in WAY_KEYS & data.keys():
        parts = _parts(data[key])
        if parts:
            tags[key] = _strictest(key, parts)
    if tags.get("highway") == "ferry":
        tags.setdefault("route", "ferry")
    return tags


def _strictest(key: str, parts: list[str]) -> str:
    if key == "highway":
        known = [part for part in parts if part in _RANK]
        return max(known, key=_RANK.__getitem__, default=parts[0])
    if key.startswith(_JOINED):
        return ";".join(parts)
    if key.partition(":")[0] in (*BUS_KEYS, "foot"):
        return next((part for part in parts if part in CLOSED), parts[0])
    return next((part for part in parts if part != "no"), parts[0])


def _parts(value: Any) -> list[str]:
    """Return the values of an attribute as text; NaN, None and "" are none."""
    if isinstance(value, str):
        found = _unlist(value) if value[:1] == "[" and value[-1:] == "]" else [value]
    elif isinstance(value, Iterable) and not isinstance(value, Mapping | bytes):
        found = [part for item in value for part in _parts(item)]
    else:
        found = [_plain(value)]
    texts = (text.strip() for text in found)
    return [_FLAGS.get(text.lower(), text) for text in texts if text.lower() not in _NOTHING]


def _plain(value: Any) -> str:
    """Write a number without a fraction as people do."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unlist(text: str) -> list[str]:
    """Read ``['a', 'b']`` or ``[1, 2]`` as text, without evaluating anything."""
    found = _LIST_PART.finditer(text[1:-1])
    return [
        re.sub(r"\\(.)", r"\1", next(part for part in match.groups() if part is not None))
        for match in found
    ]


def is_whole(text: str) -> bool:
    """Return whether a text is a whole number that fits 64 bits."""
    return bool(re.fullmatch(r"-?\d{1,18}", text))


def read_number(value: Any) -> float:
    """Return a number, NaN where it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _points(geometry: Any, start: Point, end: Point) -> tuple[Point, ...]:
    """Return the points of the line from start to end, its ends moved onto the nodes."""
    inner: list[Point] = []
    if isinstance(geometry, str):
        geometry = _line(geometry)
    if geometry is not None and getattr(geometry, "geom_type", "") == "LineString":
        inner = [(x, y) for x, y, *_ in geometry.coords]
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in inner):
        inner = []
    if len(inner) > 1 and math.dist(inner[0], start) > math.dist(inner[-1], start):
        inner.reverse()
    return (start, *inner[1:-1], end)


def _line(text: str) -> Any:
    import shapely

    return shapely.from_wkt(text, on_invalid="ignore")
