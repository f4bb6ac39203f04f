"""Read the roads of a place from the internet: a convenience, never a need.

Nominatim finds the place, Overpass gives its roads as one OpenStreetMap file, and that
is read like any other file, with barriers, places and all tags. Everything ends within
the time given: two more tries when a server is busy, none when there is no network.
Nothing is kept unless a folder is named.
"""

import hashlib
import http.client
import json
import re
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from routing.atomic import replacing
from routing.disk import cannot_write
from routing.errors import RoadsError
from routing.roads.network import Roads
from routing.words import Text

NOMINATIM_URL = "https://nominatim.openstreetmap.org/search"
OVERPASS_URL = "https://overpass-api.de/api/interpreter"

MAX_KM2 = 30_000
"""A larger box is refused: the public servers are for counties, not for provinces (assumed)."""
MAX_BYTES = 512 * 2**20
"""A longer answer is cut off and refused (assumed)."""

_AGENT = "schoolbus-routing (plans rural school buses)"
_CONNECT_S = 5.0
_TRIES = 3
_PAUSE_MAX_S = 10.0
_BUSY = frozenset((429, 502, 503, 504))
_CHUNK_BYTES = 2**16
_KM_PER_DEGREE = 111.2


def read_place(
    place: Any,
    *,
    timeout_s: float = 180,
    folder: Path | str | None = None,
    overpass_url: str = OVERPASS_URL,
    nominatim_url: str = NOMINATIM_URL,
) -> Roads:
    """Read the roads of a named place or of a polygon from the internet.

    Parameters
    ----------
    place
        The name of a place, or a shapely (multi)polygon in degrees.
    timeout_s
        All requests together end within this time (s); 180 is Overpass's own limit.
    folder
        Where the downloaded file and its parsed roads are kept for the next time; None
        keeps nothing.
    overpass_url, nominatim_url
        Other servers of the same kind, say one's own.

    Raises
    ------
    RoadsError
        No network, a busy server, a place that is not found or too large, an answer
        that is incomplete or no map.
    """
    deadline_s = time.monotonic() + timeout_s
    polygon = _find(place, nominatim_url, deadline_s) if isinstance(place, str) else place
    name = place if isinstance(place, str) else "polygon"
    query = _query(polygon, name, timeout_s)
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="roads-") as own:
            roads = _download(query, overpass_url, Path(own), deadline_s)
    else:
        roads = _download(query, overpass_url, Path(folder), deadline_s)
    return replace(roads, source=replace(roads.source, name=name))


def _download(query: str, url: str, folder: Path, deadline_s: float) -> Roads:
    """Read the kept file, or ask for it; only a whole answer gets its name."""
    from routing.roads.reading import read_roads

    # the server's own time limit is no part of what was asked
    asked = re.sub(r"\[timeout:\d+\]", "", query)
    path = folder / f"roads-{hashlib.sha256(asked.encode()).hexdigest()[:16]}.osm"
    if not path.exists():
        with replacing(path) as draft:
            with draft.open("wb") as sink:
                _fetch(url, {"data": query}, sink, deadline_s)
            _check_map(draft, _host(url))
    return read_roads(path)


def _find(place: str, url: str, deadline_s: float) -> Any:
    """Return the polygon of a named place."""
    from shapely.geometry import shape

    asked = {"q": place, "format": "json", "limit": "1", "polygon_geojson": "1"}
    with tempfile.TemporaryFile() as sink:
        _fetch(f"{url}?{urllib.parse.urlencode(asked)}", None, sink, deadline_s)
        sink.seek(0)
        try:
            found = json.loads(sink.read())
            polygon = shape(found[0]["geojson"]) if found else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _no_map(_host(url), str(error)) from error
    if polygon is None or polygon.geom_type not in {"Polygon", "MultiPolygon"}:
        raise RoadsError(Text(
            f"'{place}': no area of this name is known. Add county and province, give a "
            "polygon, or the path of an .osm.pbf extract.",
            f"“{place}”：找不到该名称的区域。请补充省、县名称，或提供多边形，或提供.osm.pbf文件路径。",
        ))  # fmt: skip
    return polygon


def _query(polygon: Any, name: str, timeout_s: float) -> str:
    """Return the question to Overpass: roads, ferries, places and schools of the area."""
    west, south, east, north = polygon.bounds if not polygon.is_empty else (0, 0, 0, 0)
    if (
        polygon.area == 0
        or abs(west) > 180
        or abs(east) > 180
        or abs(south) > 90
        or abs(north) > 90
    ):
        raise RoadsError(Text(
            f"{name}: is no area in degrees (EPSG:4326). Give a polygon of longitudes and "
            "latitudes.",
            f"{name}：不是以经纬度（EPSG:4326）表示的区域。请提供经纬度多边形。",
        ))  # fmt: skip
    size_km2 = polygon.area * _KM_PER_DEGREE**2
    if size_km2 > MAX_KM2:
        raise RoadsError(Text(
            f"{name}: is larger than {MAX_KM2} km². Download an .osm.pbf extract and give its path.",
            f"{name}：面积超过{MAX_KM2}平方公里。请下载.osm.pbf文件并提供其路径。",
        ))  # fmt: skip
    parts = getattr(polygon, "geoms", [polygon])
    wanted = (
        "way[highway]", "way[route=ferry]", "rel[type=restriction]", "nw[place][name]",
        "nw[amenity=school]", 'way[natural~"^(water|coastline|cliff)$"]',
        'way[waterway~"^(river|canal|riverbank|dock)$"]',
    )  # fmt: skip
    asked = "".join(f'{what}(poly:"{_ring(part)}");' for part in parts for what in wanted)
    return f"[out:xml][timeout:{max(1, int(timeout_s))}];({asked});(._;>;);out body;"


def _ring(part: Any) -> str:
    """Return the outline as Overpass wants it, a little wider so that it has few corners."""
    slack_degrees = 0.002
    outline = part.buffer(slack_degrees).simplify(slack_degrees).exterior.coords
    return " ".join(f"{lat:.5f} {lon:.5f}" for lon, lat in (point[:2] for point in outline))


def _fetch(url: str, form: dict[str, str] | None, sink: BinaryIO, deadline_s: float) -> None:
    """Write the answer into the sink; a busy server is asked twice more."""
    host = _host(url)
    _refuse_offline(url, host, deadline_s)
    body = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, body, {"User-Agent": _AGENT})  # noqa: S310 - checked above
    for pause_s in _pauses():
        try:
            with urllib.request.urlopen(request, timeout=_left(host, deadline_s)) as answer:  # noqa: S310
                _copy(answer, sink, host, deadline_s)
                return
        except urllib.error.HTTPError as error:
            wait_s = _wait(error.headers.get("Retry-After"), pause_s)
            code = error.code
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(host, error) from error
        if code not in _BUSY or pause_s is None or time.monotonic() + wait_s > deadline_s:
            raise _refused(host, code)
        time.sleep(wait_s)


def _pauses() -> Iterator[float | None]:
    """Seconds to wait after each try; None after the last."""
    yield from (2.0**attempt for attempt in range(1, _TRIES))
    yield None


def _wait(said: str | None, pause_s: float | None) -> float:
    """Return how long to wait: as long as the server says, within reason."""
    if said is not None and said.strip().isdecimal():
        return min(float(said), _PAUSE_MAX_S)
    return pause_s or 0.0


def _left(host: str, deadline_s: float) -> float:
    left_s = deadline_s - time.monotonic()
    if left_s <= 0:
        late = "the time given is over"
        raise _unreachable(host, TimeoutError(late))
    return left_s


def _copy(answer: Any, sink: BinaryIO, host: str, deadline_s: float) -> None:
    n_bytes = 0
    while chunk := answer.read1(_CHUNK_BYTES):
        _left(host, deadline_s)
        n_bytes += len(chunk)
        if n_bytes > MAX_BYTES:
            raise _no_map(host, f"more than {MAX_BYTES // 2**20} MiB")
        try:
            sink.write(chunk)
        except OSError as error:
            raise cannot_write(Path(str(sink.name)), error) from error
    if answer.length:
        raise http.client.IncompleteRead(partial=b"", expected=answer.length)


def _refuse_offline(url: str, host: str, deadline_s: float) -> None:
    """Raise within seconds where nothing answers; looking up a name has no limit of its own."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = f"'{url}' is no address of a web server."
        raise ValueError(msg)
    if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        return
    address = parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]
    limit_s = min(_CONNECT_S, _left(host, deadline_s))
    late = "no answer"
    failed: list[OSError] = [TimeoutError(late)]

    def connect() -> None:
        try:
            socket.create_connection(address, timeout=limit_s).close()
            failed.clear()
        except OSError as error:
            failed[:] = [error]

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(limit_s + 1)
    if failed:
        raise _unreachable(host, failed[0])


def _check_map(path: Path, host: str) -> None:
    """Refuse what is no map, or only a part of one: servers send both with "200 OK"."""
    content = path.read_bytes()
    remark = re.search(rb"<remark>(.{0,200})", content, re.DOTALL)
    if remark:
        said = remark[1].split(b"<")[0].decode("utf-8", "replace").strip()
        raise RoadsError(Text(
            f"{host}: the answer is incomplete ({said}). Ask for a smaller area, or give the "
            "path of an .osm.pbf extract.",
            f"{host}：返回的数据不完整（{said}）。请缩小区域，或提供.osm.pbf文件路径。",
        ))  # fmt: skip
    if b"<osm" not in content[:4096] or not content.rstrip().endswith(b"</osm>"):
        raise _no_map(host, content[:60].decode("utf-8", "replace"))


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).hostname or url


def _refused(host: str, code: int) -> RoadsError:
    return RoadsError(Text(
        f"{host}: refused or is too busy (HTTP {code}). Try later, or give the path of an "
        ".osm.pbf extract.",
        f"{host}：服务器拒绝或繁忙（HTTP {code}）。请稍后再试，或提供.osm.pbf文件路径。",
    ))  # fmt: skip


def _unreachable(host: str, error: Exception) -> RoadsError:
    return RoadsError(Text(
        f"{host}: cannot be reached, or did not answer in time ({error}). Check the network, "
        "or give the path of an .osm.pbf extract, which needs none.",
        f"{host}：无法连接或未及时响应（{error}）。请检查网络，或提供.osm.pbf文件路径（无需联网）。",
    ))  # fmt: skip


def _no_map(host: str, said: str) -> RoadsError:
    return RoadsError(Text(
        f"{host}: the answer is no map ({said!r}). Sign in to the network if it asks for it, "
        "or give the path of an .osm.pbf extract.",
        f"{host}：返回的不是地图数据（{said!r}）。如网络需要登录请先登录，或提供.osm.pbf文件路径。",
    ))  # fmt: skip
