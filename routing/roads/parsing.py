"""Take ways, barriers and places out of an OpenStreetMap file (the door to osmium).

Osmium drops everything but roads, barriers and places and writes the rest, with
coordinates on the ways, as lines of text (its format OPL). Reading those lines is four
times faster than asking it for one tag and one node at a time.
"""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from routing.roads.network import Flags, Floats, Ints
from routing.roads.tags import WAY_KEYS, WayRule, node_barrier, way_rule

PLACE_KINDS = frozenset((
    "city", "town", "village", "hamlet", "suburb", "neighbourhood", "isolated_dwelling",
))  # fmt: skip
"""Values of ``place`` that are kept; schools are kept beside them."""

_UNKNOWN_DEGREES = 999.0
_UNSORTED_SHARE = 0.5
"""Above this share of points without coordinates the ways stand before their nodes."""

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
    points: list[str] = field(default_factory=list)
    rules: list[WayRule] = field(default_factory=list)
    rule_of: dict[frozenset[tuple[str, str]], int] = field(default_factory=dict)
    known: dict[str, tuple[int, str]] = field(default_factory=dict)
    barriers: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    seen: set[int | tuple[int, str]] = field(default_factory=set)
    repaired: Counter[str] = field(default_factory=Counter)


def parse_osm(path: Path) -> Parsed:
    """Read the ways that bus or walkers may use, the barriers and the named places.

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
        _write_lines(path, lines, sort=False)
        parsed = _read_lines(lines)
        if len(parsed.known) and parsed.known.mean() < _UNSORTED_SHARE:
            _write_lines(path, lines, sort=True)
            parsed = _read_lines(lines)
    return _find_new_nodes(path, parsed)


def _write_lines(path: Path, lines: Path, *, sort: bool) -> None:
    """Write roads, barriers and places of the file as lines of text."""
    import osmium

    nodes, ways = osmium.osm.NODE, osmium.osm.WAY
    key_filter = osmium.filter.KeyFilter
    filters = (
        key_filter("barrier", "place", "amenity").enable_for(nodes),
        key_filter("highway", "route", "place", "amenity").enable_for(ways),
    )
    form = osmium.io.File(str(lines), "opl,locations_on_ways=true,add_metadata=false")
    with osmium.SimpleWriter(form, overwrite=True) as writer:
        if sort:
            merged = osmium.MergeInputReader()
            merged.add_buffer(path.read_bytes(), _form(path))
            merged.apply(*filters, writer, idx="flex_mem", simplify=True)
        else:
            places = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
            places.ignore_errors()
            reader = osmium.io.Reader(osmium.io.File(str(path), _form(path)), nodes | ways)
            try:
                osmium.apply(reader, places, *filters, writer)
            finally:
                reader.close()


def _form(path: Path) -> str:
    """Return osmium's name of the file's format; its own guess minds capitals."""
    name = path.name.lower()
    if name.endswith(".pbf"):
        return "pbf"
    packed = next((end for end in (".gz", ".bz2") if name.endswith(end)), "")
    return f"xml{packed}"


def _find_new_nodes(path: Path, parsed: Parsed) -> Parsed:
    """Look up nodes with negative ids, as editors give new ones; osmium's index has none."""
    lost = np.flatnonzero(~parsed.known & (parsed.ref < 0))
    if not len(lost):
        return parsed
    import osmium

    spots = {
        node.id: (node.lon, node.lat)
        for node in osmium.FileProcessor(osmium.io.File(str(path), _form(path)), osmium.osm.NODE)
        if node.id < 0 and node.location.valid()
    }
    found = np.array([at for at in lost.tolist() if int(parsed.ref[at]) in spots], np.int64)
    lon, lat, known = parsed.lon.copy(), parsed.lat.copy(), parsed.known.copy()
    for at in found.tolist():
        lon[at], lat[at] = spots[int(parsed.ref[at])]
    known[found] = True
    return replace(parsed, lon=lon, lat=lat, known=known)


def _read_lines(lines: Path) -> Parsed:
    pile = _Pile()
    with lines.open(encoding="utf-8", newline="\n") as rows:
        for row in rows:
            if row[0] == "w":
                _take_way(pile, row.rstrip("\n"))
            elif row[0] == "n":
                _take_node(pile, row.rstrip("\n"))
    return _finish(pile)


def _take_node(pile: _Pile, row: str) -> None:
    """Take ``n12 Tbarrier=gate x8.1 y50.2``."""
    head, tagged, x, y = row.split(" ")
    tags = _tags(tagged)
    stops = node_barrier(tags)
    if any(stops):
        pile.barriers[int(head[1:])] = stops
    kind = _place_kind(tags)
    if kind and len(x) > 1:
        pile.places.append((clean_name(tags["name"]), kind, float(x[1:]), float(y[1:])))


def _take_way(pile: _Pile, row: str) -> None:
    """Take ``w12 Thighway=service Nn1x8.1y50.2,n2x8.2y50.3``."""
    head, tagged, chain = row.split(" ")
    points = chain[1:]
    if tagged not in pile.known:
        tags = _tags(tagged)
        name = clean_name(tags.get("name") or tags.get("ref") or "")
        pile.known[tagged] = _rule(pile, tags), name
    rule, name = pile.known[tagged]
    if rule >= 0 and points:
        way_id = int(head[1:])
        if way_id in pile.seen or (rule, points) in pile.seen:
            pile.repaired["duplicate ways"] += 1
            return
        pile.seen.update((way_id, (rule, points)))
        pile.way_id.append(way_id)
        pile.way_rule.append(rule)
        pile.way_name.append(name)
        pile.points.append(points)
        for fault in pile.rules[rule].faults:
            pile.repaired[fault] += 1
    elif points and (kind := _place_kind(tags := _tags(tagged))):
        place = _numbers(points)
        place = place[place[:, 1] != _UNKNOWN_DEGREES]
        if len(place):
            lon, lat = place[:, 1:].mean(axis=0)
            pile.places.append((clean_name(tags["name"]), kind, float(lon), float(lat)))


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
        places=tuple(pile.places),
        repaired=dict(pile.repaired),
    )
