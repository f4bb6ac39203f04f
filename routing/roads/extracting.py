"""Let osmium leave out of an OpenStreetMap file what roads do not need (its door).

Osmium drops everything but roads, barriers, signs, restrictions, waters and places and
writes the rest, with coordinates on the ways, as lines of text (its format OPL).
"""

import ctypes
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from routing.roads.limits import NODE_KEYS
from routing.roads.restrictions import RELATION_KEYS

_NODES = ("barrier", "place", "amenity", *NODE_KEYS)
_WAYS = ("highway", "route", "place", "amenity", "natural", "waterway")
_RELATIONS = (*RELATION_KEYS, "natural", "waterway")


def write_lines(path: Path, lines: Path) -> Any:
    """Write what roads need of a file as lines of text.

    Parameters
    ----------
    path
        The map.
    lines
        The file of lines, made anew.

    Returns
    -------
    spots
        Osmium's index of the places of all nodes, for ``write_ways``.

    Raises
    ------
    RuntimeError, ValueError
        When the map is cut or is no such file; in osmium's words.
    """
    import osmium

    spots = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    spots.ignore_errors()
    kinds = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    _copy(path, lines, kinds, spots, *_filters())
    return spots


def write_sorted_lines(path: Path, lines: Path) -> None:
    """Write the same of a file whose ways stand before their nodes; it is held in memory.

    Parameters
    ----------
    path, lines
        The map and the file of lines.
    """
    _copy_sorted(path, lines, *_filters())


def write_ways(path: Path, lines: Path, ways: Collection[int], spots: Any = None) -> None:
    """Write some ways of a file, by their ids, whatever their tags.

    Parameters
    ----------
    path, lines
        The map and the file of lines.
    ways
        OSM ids.
    spots
        As ``write_lines`` gave it for the same file; None where ways stand before nodes.
    """
    import osmium

    kind = osmium.osm.WAY
    chosen = osmium.filter.IdFilter(ways).enable_for(kind)
    if spots is None:
        _copy_sorted(path, lines, osmium.filter.EntityFilter(kind), chosen)
    else:
        _copy(path, lines, kind, spots, chosen)


def find_nodes(path: Path, wanted: Collection[int]) -> dict[int, tuple[float, float]]:
    """Return the places of some nodes, one by one: for ids that osmium's index has not.

    Parameters
    ----------
    path
        The map.
    wanted
        OSM ids.
    """
    import osmium

    nodes = osmium.FileProcessor(osmium.io.File(str(path), map_form(path)), osmium.osm.NODE)
    return {
        node.id: (node.lon, node.lat)
        for node in nodes
        if node.id in wanted and node.location.valid()
    }


def _filters() -> list[Any]:
    import osmium

    kinds = osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION
    return [
        osmium.filter.KeyFilter(*keys).enable_for(kind)
        for keys, kind in zip((_NODES, _WAYS, _RELATIONS), kinds, strict=True)
    ]


def _copy(path: Path, lines: Path, kinds: Any, *through: Any) -> None:
    import osmium

    with _writing(lines) as writer:
        reader = osmium.io.Reader(osmium.io.File(str(path), map_form(path)), kinds)
        try:
            osmium.apply(reader, *through, writer)
        finally:
            reader.close()


def _copy_sorted(path: Path, lines: Path, *through: Any) -> None:
    import osmium

    merged = osmium.MergeInputReader()
    merged.add_buffer(path.read_bytes(), map_form(path))
    with _writing(lines) as writer:
        merged.apply(*through, writer, idx="flex_mem", simplify=True)


@contextmanager
def _writing(lines: Path) -> Iterator[Any]:
    """Give osmium's writer; one that fails is never taken down, nor is the process.

    Osmium's writer writes what it still holds when it is destroyed. Where that fails (a node
    at no place on earth, a full disk) C++ ends the process at once, so that a writer which
    cannot be closed is kept for good.
    """
    import osmium

    writer = osmium.SimpleWriter(_text(lines), overwrite=True)
    try:
        try:
            yield writer
        finally:
            _close(writer)
    except osmium.InvalidLocationError as error:
        msg = f"a node beyond -180 to 180 or -90 to 90 degrees: {error}"
        raise ValueError(msg) from error


def _close(writer: Any) -> None:
    """Close a writer; one that cannot be closed is kept for good."""
    kept = ctypes.py_object(writer)
    ctypes.pythonapi.Py_IncRef(kept)
    writer.close()
    ctypes.pythonapi.Py_DecRef(kept)


def _text(lines: Path) -> Any:
    import osmium

    return osmium.io.File(str(lines), "opl,locations_on_ways=true,add_metadata=false")


def map_form(path: Path) -> str:
    """Return osmium's name of the file's format; its own guess minds capitals."""
    name = path.name.lower()
    if name.endswith(".pbf"):
        return "pbf"
    packed = next((end for end in (".gz", ".bz2") if name.endswith(end)), "")
    return f"xml{packed}"
