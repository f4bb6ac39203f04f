"""Read roads from whatever the planner has: a file, a graph, or the name of a place."""

import bz2
import gzip
import hashlib
import re
import zlib
from pathlib import Path
from typing import Any

from routing.errors import RoadsError
from routing.roads.building import build_roads
from routing.roads.cache import load_cached, save_cached
from routing.roads.network import Roads
from routing.roads.parsing import parse_osm
from routing.words import Text

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.xml", ".osm.gz", ".osm.bz2")
GRAPH_SUFFIXES = (".graphml",)

UNPACKED_MAX_BYTES = 8 * 2**30
"""A packed file that grows beyond 8 GiB is refused: a province is a tenth of that (assumed)."""
UNPACKED_MAX_RATIO = 200
"""A packed file that grows more than 200 times is no map; real extracts grow 10 to 30 times."""
_SMALL_BYTES = 64 * 2**20
_CHUNK_BYTES = 2**20


def read_roads(source: Any, *, cache: bool = True) -> Roads:
    """Read all roads and paths that a school bus or walkers may use.

    Parameters
    ----------
    source
        A file (.osm.pbf, .osm, .osm.gz, .osm.bz2, or .graphml as osmnx saves it); a
        networkx graph as osmnx makes it; or, from the internet, a shapely polygon
        (degrees) or the name of a place. A text that neither is a file nor looks like
        one is the name of a place.
    cache
        Keep what was parsed beside the file, and use it next time.

    Raises
    ------
    RoadsError
        When there is no such file, it is damaged or of another kind, it holds no
        road, or the internet does not answer.
    TypeError
        When the source is none of these.
    """
    if isinstance(source, Path):
        return _read_file(source.expanduser(), cache=cache)
    if isinstance(source, str):
        if _names_file(source):
            return _read_file(Path(source).expanduser(), cache=cache)
        from routing.roads.web import read_place

        return read_place(source)
    return _read_object(source)


def _read_object(source: Any) -> Roads:
    import networkx as nx
    from shapely.geometry.base import BaseGeometry

    if isinstance(source, nx.Graph):
        from routing.roads.graph import from_graph

        return from_graph(source)
    if isinstance(source, BaseGeometry):
        from routing.roads.web import read_place

        return read_place(source)
    msg = f"roads are read from a path, a networkx graph, a polygon or a place name, not from {type(source).__name__}."
    raise TypeError(msg)


def _names_file(text: str) -> bool:
    """Whether a text is a file, or was meant as one."""
    if text.lower().endswith((*OSM_SUFFIXES, *GRAPH_SUFFIXES)):
        return True
    if "/" in text or "\\" in text or re.search(r"\.[A-Za-z0-9]{1,8}$", text):
        return True
    try:
        return Path(text).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False


def _read_file(path: Path, *, cache: bool) -> Roads:
    _refuse_unfit(path)
    _refuse_bomb(path)
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error
    kept = load_cached(path, digest) if cache else None
    if kept is not None:
        return kept
    roads = _parse(path, digest)
    if not len(roads.start):
        raise RoadsError(Text(
            f"{path.name}: holds no road that a bus or a walker may use. Take an extract "
            "of the county with its roads (key highway).",
            f"{path.name}：文件中没有校车或行人可用的道路。请使用包含道路（highway）的本县路网文件。",
        ))  # fmt: skip
    if cache:
        save_cached(path, roads)
    return roads


def _parse(path: Path, digest: str) -> Roads:
    if path.name.lower().endswith(GRAPH_SUFFIXES):
        from routing.roads.graph import read_graphml

        return read_graphml(path, digest)
    try:
        return build_roads(parse_osm(path), path.name, digest)
    except (RuntimeError, ValueError, OSError) as error:
        raise _damaged(path, error) from error


def _refuse_unfit(path: Path) -> None:
    """Refuse what is missing, empty or of another kind before opening it."""
    try:
        size_bytes = path.stat().st_size if path.is_file() else None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if size_bytes is None:
        raise RoadsError(Text(
            f"{path.name}: there is no such file in {path.parent}. Check the path; a place "
            "from the internet is read by its name, without a suffix.",
            f"{path.name}：在{path.parent}中没有这个文件。请检查路径；按地名联网读取时请勿加后缀。",
        ))  # fmt: skip
    if not path.name.lower().endswith((*OSM_SUFFIXES, *GRAPH_SUFFIXES)):
        known = ", ".join((*OSM_SUFFIXES, *GRAPH_SUFFIXES))
        raise RoadsError(Text(
            f"{path.name}: this kind of file is not known. Roads are read from {known}.",
            f"{path.name}：无法识别的文件类型。路网文件应为{known}。",
        ))  # fmt: skip
    if size_bytes == 0:
        raise RoadsError(Text(
            f"{path.name}: the file is empty. Download it again.",
            f"{path.name}：文件为空。请重新下载。",
        ))  # fmt: skip


def _refuse_bomb(path: Path) -> None:
    """Refuse a packed file that would fill the memory, before osmium reads it."""
    opener: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix.lower())
    if opener is None:
        return
    packed_bytes, unpacked_bytes = path.stat().st_size, 0
    try:
        with opener(path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                unpacked_bytes += len(chunk)
                if _is_bomb(packed_bytes, unpacked_bytes):
                    raise _bomb(path)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _damaged(path, error) from error


def _is_bomb(packed_bytes: int, unpacked_bytes: int) -> bool:
    if unpacked_bytes > UNPACKED_MAX_BYTES:
        return True
    grown = unpacked_bytes > packed_bytes * UNPACKED_MAX_RATIO
    return grown and unpacked_bytes > _SMALL_BYTES


def _bomb(path: Path) -> RoadsError:
    return RoadsError(Text(
        f"{path.name}: unpacks to more than {UNPACKED_MAX_RATIO} times its size or "
        f"{UNPACKED_MAX_BYTES // 2**30} GiB; this is no map. Use an .osm.pbf extract.",
        f"{path.name}：解压后超过原大小的{UNPACKED_MAX_RATIO}倍或{UNPACKED_MAX_BYTES // 2**30} GiB，"
        "不是正常的地图文件。请使用.osm.pbf文件。",
    ))  # fmt: skip


def _damaged(path: Path, error: Exception) -> RoadsError:
    return RoadsError(Text(
        f"{path.name}: the file is cut short, damaged, or no OpenStreetMap file ({error}). "
        "Download it again, or export it again.",
        f"{path.name}：文件不完整、已损坏或不是OpenStreetMap文件（{error}）。请重新下载或重新导出。",
    ))  # fmt: skip


def _unreadable(path: Path, error: Exception) -> RoadsError:
    return RoadsError(Text(
        f"{path.name}: cannot be read ({error}). Check the path and the rights to it.",
        f"{path.name}：无法读取（{error}）。请检查路径和访问权限。",
    ))  # fmt: skip
