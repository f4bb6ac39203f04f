"""Write an OpenStreetMap file: the only way this package makes one."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from routing.atomic import replacing
from routing.disk import DiskError
from routing.errors import RoadsError
from routing.words import Text

Tags = Mapping[str, str]
NodeRow = tuple[int, float, float, Tags]
WayRow = tuple[int, Sequence[int], Tags]
Member = tuple[str, int, str]
RelationRow = tuple[int, Sequence[Member], Tags]

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
"""What can be written; the suffix chooses the format."""


def write_osm(
    path: Path | str,
    nodes: Iterable[NodeRow],
    ways: Iterable[WayRow],
    relations: Iterable[RelationRow] = (),
) -> Path:
    """Write nodes, ways and relations as an OpenStreetMap file.

    The same content gives the same bytes: nodes, ways, then relations, each by rising
    id, tags by name, no times. The file appears whole or not at all.

    Parameters
    ----------
    path
        Ends in .osm.pbf, .osm, .osm.gz or .osm.bz2, which chooses the format; an
        existing file is replaced.
    nodes
        ``(id, lon, lat, tags)``, degrees (EPSG:4326), kept to 1e-7 degrees.
    ways
        ``(id, node ids, tags)``; a node that is not in the file is allowed, as in a
        clipped extract.
    relations
        ``(id, [(type, ref, role), ...], tags)``; type is "node", "way" or "relation",
        of which the first letter is enough.

    Returns
    -------
    path
        Where it stands.

    Raises
    ------
    ValueError
        When the suffix is unknown.
    RoadsError
        When the file cannot be written.
    """
    path = Path(path)
    if not path.name.endswith(SUFFIXES):
        msg = f"'{path.name}' does not end in one of {', '.join(SUFFIXES)}."
        raise ValueError(msg)
    try:
        with replacing(path) as draft:
            _fill(draft, nodes, ways, relations)
    except (DiskError, RuntimeError) as error:
        raise _unwritable(path, error) from error
    return path


def _fill(
    part: Path,
    nodes: Iterable[NodeRow],
    ways: Iterable[WayRow],
    relations: Iterable[RelationRow],
) -> None:
    import osmium
    from osmium.osm import mutable

    header = osmium.io.Header()
    header.set("generator", "schoolbus-routing")
    header.set("sorting", "Type_then_ID")
    with osmium.SimpleWriter(str(part), header=header, overwrite=True) as writer:
        for id_, lon, lat, tags in sorted(nodes, key=lambda row: row[0]):
            node = mutable.Node(id=id_, location=(lon, lat), tags=_sorted(tags))
            writer.add_node(node)
        for id_, refs, tags in sorted(ways, key=lambda row: row[0]):
            writer.add_way(mutable.Way(id=id_, nodes=list(refs), tags=_sorted(tags)))
        for id_, members, tags in sorted(relations, key=lambda row: row[0]):
            short = [(kind[:1], ref, role) for kind, ref, role in members]
            relation = mutable.Relation(id=id_, members=short, tags=_sorted(tags))
            writer.add_relation(relation)


def _sorted(tags: Tags) -> dict[str, str]:
    return {key: str(tags[key]) for key in sorted(tags)}


def _unwritable(path: Path, error: Exception) -> RoadsError:
    return RoadsError(Text(
        f"{path.name}: cannot be written ({error}). Choose another folder, or close the "
        "program that has it open.",
        f"{path.name}：无法写入（{error}）。请换一个文件夹，或关闭占用该文件的程序。",
    ))  # fmt: skip
