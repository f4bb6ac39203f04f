"""Take ways, barriers and places out of an OpenStreetMap file (the door to osmium)."""

import tempfile
from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from routing.roads.network import Flags, Floats, Ints
from routing.roads.tags import WAY_KEYS, WayRule, node_barrier, way_rule

PLACE_KINDS = frozenset((
    "city", "town", "village", "hamlet", "suburb", "neighbourhood", "isolated_dwelling",
))  # fmt: skip
"""Values of ``place`` that are kept; schools are kept beside them."""

UNITS_PER_DEGREE = 10_000_000
_NO_COORDINATE = 2**31 - 1
_UNSORTED_SHARE = 0.5
"""Above this share of points without coordinates the ways stand before their nodes."""

Place = tuple[str, str, float, float]


@dataclass(frozen=True, eq=False)
class Parsed:
    """The ways of a file that bus or walkers may use, as they stand in it.

    Parameters
    ----------
    way_id
        Per way: OSM id (int64).
    way_rule
        Per way: position in ``rules`` (int64).
    way_name
        Per way: its name, else its number, else "".
    point_from
        Ways + 1: points of way i are ``point_from[i]:point_from[i + 1]``.
    ref, lon, lat
        Per point: node id (int64), degrees (float64).
    known
        Per point: whether the file holds the node (bool).
    rules
        What the tags say.
    barriers
        Node id to whether it stops a bus, and walkers.
    places
        Name, kind, degrees.
    repaired
        What was mended, and how often.
    """

    way_id: Ints
    way_rule: Ints
    way_name: tuple[str, ...]
    point_from: Ints
    ref: Ints
    lon: Floats
    lat: Floats
    known: Flags
    rules: tuple[WayRule, ...]
    barriers: dict[int, tuple[bool, bool]]
    places: tuple[Place, ...]
    repaired: dict[str, int]


@dataclass
class _Pile:
    """What has been read so far."""

    way_id: list[int] = field(default_factory=list)
    way_rule: list[int] = field(default_factory=list)
    way_name: list[str] = field(default_factory=list)
    point_from: list[int] = field(default_factory=lambda: [0])
    ref: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[int]" = field(default_factory=lambda: array("q"))
    rules: list[WayRule] = field(default_factory=list)
    rule_of: dict[frozenset[tuple[str, str]], int] = field(default_factory=dict)
    barriers: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    seen: set[tuple[int, ...]] = field(default_factory=set)
    repaired: Counter[str] = field(default_factory=Counter)


def parse_osm(path: Path) -> Parsed:
    """Read the ways that bus or walkers may use, the barriers and the named places.

    Parameters
    ----------
    path
        .osm.pbf, .osm, .osm.gz or .osm.bz2.

    Raises
    ------
    RuntimeError, UnicodeDecodeError
        When the file is cut or is no such file; in osmium's words.
    """
    parsed = _finish(_read(path))
    if not len(parsed.known) or parsed.known.mean() >= _UNSORTED_SHARE:
        return parsed
    with tempfile.TemporaryDirectory() as folder:
        return _finish(_read(_sort(path, Path(folder) / "sorted.osm.pbf")))


def _sort(path: Path, to: Path) -> Path:
    """Write the file again with its nodes before its ways."""
    import osmium

    merged = osmium.MergeInputReader()
    merged.add_file(str(path))
    with osmium.SimpleWriter(str(to), overwrite=True) as writer:
        merged.apply(writer, simplify=True)
    return to


def _read(path: Path) -> _Pile:
    import osmium

    nodes, ways = osmium.osm.NODE, osmium.osm.WAY
    processor = (
        osmium.FileProcessor(str(path), nodes | ways)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("barrier", "place", "amenity").enable_for(nodes))
        .with_filter(
            osmium.filter.KeyFilter("highway", "route", "place", "amenity").enable_for(ways)
        )
    )
    pile = _Pile()
    for thing in processor:
        if thing.is_way():
            _take_way(pile, thing)
        else:
            _take_node(pile, thing)
    return pile


def _take_node(pile: _Pile, node: Any) -> None:
    tags = {tag.k: tag.v for tag in node.tags}
    stops = node_barrier(tags)
    if any(stops):
        pile.barriers[node.id] = stops
    kind = _place_kind(tags)
    if kind and node.location.valid():
        pile.places.append((_clean(tags["name"]), kind, node.lon, node.lat))


def _take_way(pile: _Pile, way: Any) -> None:
    tags = {tag.k: tag.v for tag in way.tags}
    rule = _rule(pile, tags)
    if rule >= 0:
        points = [(node.ref, node.x, node.y) for node in way.nodes]
        if points and _is_new(pile, way.id, rule, points):
            _add_way(pile, way.id, rule, _clean(tags.get("name") or tags.get("ref") or ""))
            for ref, x, y in points:
                pile.ref.append(ref)
                pile.lon.append(x)
                pile.lat.append(y)
            pile.point_from.append(len(pile.ref))
    elif kind := _place_kind(tags):
        known = [node for node in way.nodes if node.location.valid()]
        if known:
            lon = sum(node.lon for node in known) / len(known)
            lat = sum(node.lat for node in known) / len(known)
            pile.places.append((_clean(tags["name"]), kind, lon, lat))


def _rule(pile: _Pile, tags: dict[str, str]) -> int:
    """Position of the rule for these tags in the pile, -1 where there is none."""
    if "highway" not in tags and "route" not in tags:
        return -1
    alike = frozenset(item for item in tags.items() if item[0] in WAY_KEYS)
    found = pile.rule_of.get(alike)
    if found is None:
        rule = way_rule(tags)
        found = -1 if rule is None else len(pile.rules)
        pile.rule_of[alike] = found
        if rule is not None:
            pile.rules.append(rule)
    return found


def _is_new(
    pile: _Pile, way_id: int, rule: int, points: list[tuple[int, int, int]]
) -> bool:
    """Whether neither this way nor one alike on the same nodes has been read."""
    alike = (rule, len(points), hash(tuple(points)))
    if (way_id,) in pile.seen or alike in pile.seen:
        pile.repaired["duplicate ways"] += 1
        return False
    pile.seen.update(((way_id,), alike))
    return True


def _add_way(pile: _Pile, way_id: int, rule: int, name: str) -> None:
    pile.way_id.append(way_id)
    pile.way_rule.append(rule)
    pile.way_name.append(name)
    for fault in pile.rules[rule].faults:
        pile.repaired[fault] += 1


def _place_kind(tags: dict[str, str]) -> str:
    if not tags.get("name"):
        return ""
    if tags.get("amenity") == "school":
        return "school"
    kind = tags.get("place", "")
    return kind if kind in PLACE_KINDS else ""


def _clean(name: str) -> str:
    """Names are kept on one line: no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _finish(pile: _Pile) -> Parsed:
    lon, lat = (np.array(units, np.int64) for units in (pile.lon, pile.lat))
    return Parsed(
        way_id=np.array(pile.way_id, np.int64),
        way_rule=np.array(pile.way_rule, np.int64),
        way_name=tuple(pile.way_name),
        point_from=np.array(pile.point_from, np.int64),
        ref=np.array(pile.ref, np.int64),
        lon=lon / UNITS_PER_DEGREE,
        lat=lat / UNITS_PER_DEGREE,
        known=lon != _NO_COORDINATE,
        rules=tuple(pile.rules),
        barriers=pile.barriers,
        places=tuple(pile.places),
        repaired=dict(pile.repaired),
    )
