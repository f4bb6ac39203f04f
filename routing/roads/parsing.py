"""Take what roads are made of out of an OpenStreetMap file.

``extracting`` lets osmium write it as lines of text. Reading those lines is four times
faster than asking osmium for one tag and one node at a time.
"""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from routing.roads.extracting import find_nodes, write_lines, write_sorted_lines, write_ways
from routing.roads.limits import NO_FACTS, NodeFacts, node_facts
from routing.roads.network import Flags, Floats, Ints
from routing.roads.restrictions import Ban, read_restriction
from routing.roads.tags import WAY_KEYS, WayRule, node_barrier, way_rule
from routing.roads.water import is_water

PLACE_KINDS = frozenset((
    "city", "town", "village", "hamlet", "suburb", "neighbourhood", "isolated_dwelling",
))  # fmt: skip
"""Values of ``place`` that are kept; schools are kept beside them."""

_UNKNOWN_DEGREES = 999.0
_UNSORTED_SHARE = 0.5
"""Above this share of points without coordinates the ways stand before their nodes."""

_CLOSED, _NO_ROAD = -1, -2

_ESCAPE = re.compile("%([0-9a-fA-F]+)%")
_TO_NUMBERS = str.maketrans("nxy,", "    ")

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
    facts
        Node id to turning place, limits and signals.
    bans
        Restrictions of turns as they stand in the file; what they name may be missing.
    unused, twins
        For these: roads that nobody may use; ways left out and the ways drawn the same.
    waters
        Edges of open water, and cliffs: degrees, (n, 2) each.
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
    facts: dict[int, NodeFacts]
    bans: tuple[Ban, ...]
    unused: frozenset[int]
    twins: dict[int, int]
    waters: tuple[Floats, ...]
    places: tuple[Place, ...]
    repaired: dict[str, int]


class _Kind(NamedTuple):
    """What the tags of a way make it.

    ``rule``: position in the rules, ``_CLOSED`` for a road that neither bus nor walker
    may use, ``_NO_ROAD`` for what is none; ``water``: an open water's edge or a cliff;
    ``place``: the kind of named place or school that it is.
    """

    rule: int
    name: str
    water: bool
    place: str


@dataclass
class _Pile:
    """What has been read so far."""

    way_id: list[int] = field(default_factory=list)
    way_rule: list[int] = field(default_factory=list)
    way_name: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    rules: list[WayRule] = field(default_factory=list)
    rule_of: dict[frozenset[tuple[str, str]], int] = field(default_factory=dict)
    known: dict[str, _Kind] = field(default_factory=dict)
    barriers: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    facts: dict[int, NodeFacts] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    drawn: dict[tuple[int, str], int] = field(default_factory=dict)
    twins: dict[int, int] = field(default_factory=dict)
    unused: set[int] = field(default_factory=set)
    bans: list[Ban] = field(default_factory=list)
    waters: dict[int, str] = field(default_factory=dict)
    rings: set[int] = field(default_factory=set)
    repaired: Counter[str] = field(default_factory=Counter)


def parse_osm(path: Path) -> Parsed:
    """Read what roads are made of: ways, barriers, signs, restrictions, waters, places.

    Parameters
    ----------
    path
        .osm.pbf, .osm, .osm.gz or .osm.bz2. Ways may stand before their nodes, as
        Overpass writes them.

    Raises
    ------
    RuntimeError, ValueError
        When the file is cut or is no such file; in osmium's words.
    """
    with tempfile.TemporaryDirectory(prefix="roads-") as folder:
        lines = Path(folder) / "roads.opl"
        spots = write_lines(path, lines)
        pile = _read_lines(lines)
        parsed = _finish(pile)
        if len(parsed.known) and parsed.known.mean() < _UNSORTED_SHARE:
            spots = None
            write_sorted_lines(path, lines)
            pile = _read_lines(lines)
            parsed = _finish(pile)
        if rings := pile.rings - pile.waters.keys():
            write_ways(path, lines, rings, spots)
            parsed = replace(parsed, waters=parsed.waters + _read_rings(lines))
    return _find_new_nodes(path, parsed)


def _find_new_nodes(path: Path, parsed: Parsed) -> Parsed:
    """Look up nodes with negative ids, as editors give new ones; osmium's index has none."""
    lost = np.flatnonzero(~parsed.known & (parsed.ref < 0))
    if not len(lost):
        return parsed
    spots = find_nodes(path, set(parsed.ref[lost].tolist()))
    found = np.array([at for at in lost.tolist() if int(parsed.ref[at]) in spots], np.int64)
    lon, lat, known = parsed.lon.copy(), parsed.lat.copy(), parsed.known.copy()
    for at in found.tolist():
        lon[at], lat[at] = spots[int(parsed.ref[at])]
    known[found] = True
    return replace(parsed, lon=lon, lat=lat, known=known)


def _read_lines(lines: Path) -> _Pile:
    pile = _Pile()
    take = {"w": _take_way, "n": _take_node, "r": _take_relation}
    with lines.open(encoding="utf-8", newline="\n") as rows:
        for row in rows:
            if row[0] in take:
                take[row[0]](pile, row.rstrip("\n"))
    return pile


def _read_rings(lines: Path) -> tuple[Floats, ...]:
    """Read the outlines of waters that are drawn in several lines, without tags of their own."""
    with lines.open(encoding="utf-8", newline="\n") as rows:
        chains = [row.rstrip("\n").split(" ")[2][1:] for row in rows if row[0] == "w"]
    return tuple(line for chain in chains if len(line := _line(chain)) > 1)


def _take_node(pile: _Pile, row: str) -> None:
    """Take ``n12 Tbarrier=gate x8.1 y50.2``."""
    head, tagged, x, y = row.split(" ")
    tags = _tags(tagged)
    stops = node_barrier(tags)
    if any(stops):
        pile.barriers[int(head[1:])] = stops
    facts = node_facts(tags)
    if facts != NO_FACTS:
        pile.facts[int(head[1:])] = facts
    kind = _place_kind(tags)
    if kind and len(x) > 1:
        pile.places.append((clean_name(tags["name"]), kind, float(x[1:]), float(y[1:])))


def _take_relation(pile: _Pile, row: str) -> None:
    """Take ``r12 Ttype=restriction,restriction=no_u_turn Mw1@from,n2@via,w1@to``."""
    head, tagged, listed = row.split(" ")
    tags = _tags(tagged)
    parts = (part.partition("@") for part in listed[1:].split(",") if part)
    members = [(ref[0], int(ref[1:]), _unescape(role)) for ref, _, role in parts]
    if is_water(tags) and tags.get("type") == "multipolygon":
        # osmium cannot look for the negative ids of an editor's new ways
        pile.rings.update(ref for kind, ref, _ in members if kind == "w" and ref > 0)
    bans, counted = read_restriction(int(head[1:]), tags, members)
    pile.bans += bans
    pile.repaired.update(counted)


def _take_way(pile: _Pile, row: str) -> None:
    """Take ``w12 Thighway=service Nn1x8.1y50.2,n2x8.2y50.3``."""
    head, tagged, chain = row.split(" ")
    points, way_id = chain[1:], int(head[1:])
    kind = pile.known.get(tagged)
    if kind is None:
        kind = pile.known[tagged] = _kind(pile, _tags(tagged))
    if not points:
        return
    if kind.rule >= 0:
        _take_road(pile, way_id, kind, points)
        return
    if kind.rule == _CLOSED:
        pile.unused.add(way_id)
    if kind.water:
        pile.waters[way_id] = points
    if kind.place and len(line := _line(points)):
        lon, lat = line.mean(axis=0)
        pile.places.append((kind.name, kind.place, float(lon), float(lat)))


def _take_road(pile: _Pile, way_id: int, kind: _Kind, points: str) -> None:
    twin = way_id if way_id in pile.seen else pile.drawn.get((kind.rule, points))
    if twin is not None:
        pile.repaired["duplicate ways"] += 1
        pile.twins[way_id] = twin
        return
    pile.seen.add(way_id)
    pile.drawn[kind.rule, points] = way_id
    pile.way_id.append(way_id)
    pile.way_rule.append(kind.rule)
    pile.way_name.append(kind.name)
    pile.points.append(points)
    for fault in pile.rules[kind.rule].faults:
        pile.repaired[fault] += 1


def _tags(tagged: str) -> dict[str, str]:
    if tagged == "T":
        return {}
    tags = dict(item.split("=", 1) for item in tagged[1:].split(","))
    if "%" in tagged:
        return {_unescape(key): _unescape(value) for key, value in tags.items()}
    return tags


def _unescape(text: str) -> str:
    if "%" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _kind(pile: _Pile, tags: dict[str, str]) -> _Kind:
    name = clean_name(tags.get("name") or tags.get("ref") or "")
    return _Kind(_rule(pile, tags), name, is_water(tags), _place_kind(tags))


def _rule(pile: _Pile, tags: dict[str, str]) -> int:
    """Position of the rule for these tags in the pile; else see ``_Kind``."""
    if "highway" not in tags and "route" not in tags:
        return _NO_ROAD
    alike = frozenset(item for item in tags.items() if item[0] in WAY_KEYS)
    found = pile.rule_of.get(alike)
    if found is None:
        rule = way_rule(tags)
        found = _CLOSED if rule is None else len(pile.rules)
        pile.rule_of[alike] = found
        if rule is not None:
            pile.rules.append(rule)
    return found


def _place_kind(tags: dict[str, str]) -> str:
    if not tags.get("name"):
        return ""
    if tags.get("amenity") == "school":
        return "school"
    kind = tags.get("place", "")
    return kind if kind in PLACE_KINDS else ""


def clean_name(name: str) -> str:
    """Return a name on one line, without control characters."""
    if not name.isprintable():
        name = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(name.split())


def _numbers(points: str) -> Floats:
    """Return id, degrees east and north of each point of ``n1x8.1y50.2,n2xy``."""
    known = points.replace("xy", f"x{_UNKNOWN_DEGREES}y{_UNKNOWN_DEGREES}")
    return np.fromstring(known.translate(_TO_NUMBERS), sep=" ").reshape(-1, 3)


def _line(points: str) -> Floats:
    """Return degrees east and north of the known points of ``n1x8.1y50.2,n2xy``."""
    numbers = _numbers(points)
    return numbers[numbers[:, 1] != _UNKNOWN_DEGREES, 1:]


def _finish(pile: _Pile) -> Parsed:
    points = _numbers(",".join(pile.points))
    counts = np.array([chain.count("n") for chain in pile.points], np.int64)
    return Parsed(
        way_id=np.array(pile.way_id, np.int64),
        way_rule=np.array(pile.way_rule, np.int64),
        way_name=tuple(pile.way_name),
        point_from=np.concatenate(([0], np.cumsum(counts))),
        ref=points[:, 0].astype(np.int64),
        lon=np.ascontiguousarray(points[:, 1]),
        lat=np.ascontiguousarray(points[:, 2]),
        known=points[:, 1] != _UNKNOWN_DEGREES,
        rules=tuple(pile.rules),
        barriers=pile.barriers,
        facts=pile.facts,
        bans=tuple(pile.bans),
        unused=frozenset(pile.unused),
        twins=pile.twins,
        waters=tuple(line for chain in pile.waters.values() if len(line := _line(chain)) > 1),
        places=tuple(pile.places),
        repaired=dict(pile.repaired),
    )
