"""Which coordinate system is it, and where is a point of it in WGS-84? And back again.

WGS-84 is what satellites give and what OpenStreetMap is in. CGCS2000 (EPSG:4490) is taken
as WGS-84: the two frames differ by centimetres to decimetres, far below the metre of a typed
coordinate. GCJ-02 (AutoNavi, Tencent) is WGS-84 with a shift of 400 to 570 m in Shandong,
BD-09 (Baidu) a second shift on top of it; both by the published formula, from which the
services' own points differ by centimetres (median) to half a metre. Everything else is a
projected system by its EPSG number.
"""

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Kind = Literal["wgs84", "gcj02", "bd09", "projected"]

_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
"""Of the ellipsoid of Krasovsky 1940, which the published formula of GCJ-02 uses."""

_BD_TURN = np.pi * 3000 / 180
_BD_EAST_DEG, _BD_NORTH_DEG = 0.0065, 0.006
"""The published constants of BD-09."""

_STEPS = 6
"""Steps of the inverse (at most 5 bring it under a micrometre; measured over China)."""

SHIFTED_AREA = (
    (73.0, 40.5), (73.4, 38.2), (75.6, 35.8), (78.0, 34.5), (78.2, 31.2), (81.0, 29.9),
    (85.6, 28.0), (86.6, 27.75), (88.7, 27.2), (89.2, 27.2), (91.6, 27.6), (93.0, 26.7),
    (97.3, 27.6), (97.4, 23.6), (98.9, 21.9), (101.6, 20.9), (104.0, 22.3), (106.6, 21.8),
    (107.7, 21.4), (108.3, 17.6), (112.0, 17.6), (119.5, 20.8), (123.0, 21.5), (124.0, 36.5),
    (124.0, 39.6), (126.5, 40.7), (128.4, 41.2), (130.5, 42.1), (131.0, 42.7), (131.6, 44.8),
    (133.8, 46.0), (135.4, 48.6), (131.0, 48.2), (128.0, 50.3), (126.0, 53.4), (121.0, 53.8),
    (117.0, 50.2), (115.2, 48.4), (115.0, 45.8), (111.5, 44.5), (110.0, 43.2),
    (104.0, 42.3), (96.5, 43.3), (91.5, 46.0), (88.0, 49.4), (85.5, 48.7), (82.0, 46.0),
    (80.0, 45.2), (79.9, 42.4), (76.0, 41.2),
)  # fmt: skip
"""Corners (longitude, latitude) of the area in which GCJ-02 is shifted: crude, drawn wide by
hand around the mainland and the islands off it. It says nothing about any border: it only
keeps the shift from counties far from China."""

_WELL_INSIDE = (105.0, 23.0, 122.5, 41.0)
"""West, south, east, north of a box in that area, to decide most counties at once."""


@dataclass(frozen=True)
class System:
    """One coordinate system.

    Parameters
    ----------
    kind
        Which conversion it needs.
    epsg
        The number of a projected system; 0 of the others.
    """

    kind: Kind
    epsg: int = 0

    @property
    def name(self) -> str:
        """The name, as ``county.toml`` takes it."""
        return f"EPSG:{self.epsg}" if self.kind == "projected" else _NAMES[self.kind]


WGS84 = System("wgs84")
GCJ02 = System("gcj02")
BD09 = System("bd09")

_NAMES: Mapping[str, str] = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_WORDS: Mapping[System, str] = {
    BD09: "bd ?09(ll)?|baidu|百度",
    GCJ02: "gcj ?(02)?|火星|高德|腾讯|国测局|autonavi|amap|gaode|tencent|mars",
    WGS84: "wgs ?(19)?84|gps|cgcs ?(2000)?|国家2000|2000国家|大地2000|天地图|tianditu|epsg ?4326|epsg ?4490",
}  # fmt: skip
_EPSG = re.compile(r"(?:epsg ?)?(\d{4,6})")
_EPSG_SAID = re.compile(r"epsg ?(\d{4,6})")

ACCEPTED = "WGS-84, CGCS2000, GCJ-02, BD-09, EPSG:4548"
"""Names to show a planner; the last stands for every EPSG number."""


def parse_system(text: str) -> System | None:
    """Return the system that a name means; None where it means none.

    Parameters
    ----------
    text
        ``GCJ-02``, ``火星坐标``, ``高德``, ``百度``, ``GPS``, ``国家2000``, ``EPSG:4548``,
        ``4548``, in any case and width.
    """
    plain = _plain(text)
    number = _EPSG.fullmatch(plain)
    return _by_number(int(number[1])) if number else _by_words(plain)


def system_of_header(header: str) -> System | None:
    """Return the system that a header says, as ``经度(GCJ-02)``, ``lng_bd09``, ``X(EPSG:4548)``."""
    plain = _plain(header)
    number = _EPSG_SAID.search(plain)
    return _by_number(int(number[1])) if number else _by_words(plain)


def strip_system(header: str) -> str:
    """Return a header without the words that name a system: ``高德经度`` is ``经度``."""
    plain = _EPSG_SAID.sub("", _plain(header))
    for words in _WORDS.values():
        plain = re.sub(words, "", plain)
    return plain.replace("坐标系", "").strip()


def to_wgs84(x: ArrayLike, y: ArrayLike, system: System) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of WGS-84 (degrees) of points of a system.

    Parameters
    ----------
    x, y
        Longitudes and latitudes (degrees), or eastings and northings (m); NaN stays NaN.
    system
        Their system.

    Returns
    -------
    lon, lat
        The inverse of ``from_wgs84`` to under a micrometre (measured over China); what a
        projection cannot place is infinite.
    """
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if system.kind == "projected":
        return _project(first, second, system.epsg, back=True)
    if system.kind == "wgs84":
        return first.copy(), second.copy()
    if system.kind == "bd09":
        first, second = _bd_to_gcj(first, second)
    return _gcj_to_wgs(first, second)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, system: System) -> tuple[Floats, Floats]:
    """Return points of WGS-84 in another system, as for a driver's map service.

    Parameters
    ----------
    lon, lat
        Degrees of WGS-84.
    system
        The system wanted.

    Returns
    -------
    x, y
        Longitudes and latitudes (degrees), or eastings and northings (m). Outside
        ``SHIFTED_AREA`` GCJ-02 is WGS-84.
    """
    first, second = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if system.kind == "projected":
        return _project(first, second, system.epsg, back=False)
    if system.kind == "wgs84":
        return first.copy(), second.copy()
    east, north = _gcj_shift(first, second)
    within = in_shifted_area(first, second)
    first, second = first + np.where(within, east, 0), second + np.where(within, north, 0)
    return _gcj_to_bd(first, second) if system.kind == "bd09" else (first, second)


def in_shifted_area(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Return which points lie in ``SHIFTED_AREA`` (degrees of WGS-84)."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    west, south, east, north = _WELL_INSIDE
    if bool(np.all((x > west) & (x < east) & (y > south) & (y < north))):
        return np.ones(np.broadcast(x, y).shape, dtype=bool)
    found = np.zeros(np.broadcast(x, y).shape, dtype=bool)
    for (x1, y1), (x2, y2) in zip(SHIFTED_AREA, (*SHIFTED_AREA[1:], SHIFTED_AREA[0]), strict=True):
        if y1 != y2:
            found ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return found


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w]|_", " ", normal).split())


def _by_number(number: int) -> System | None:
    if number in {4326, 4490}:
        return WGS84
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_epsg(number)
    except CRSError:
        return None
    return System("projected", number) if crs.is_projected else None


def _by_words(plain: str) -> System | None:
    return next((system for system, words in _WORDS.items() if re.search(words, plain)), None)


@functools.cache
def _transformer(epsg: int, *, back: bool) -> Any:
    from pyproj import Transformer

    ends = (epsg, 4326) if back else (4326, epsg)
    return Transformer.from_crs(*ends, always_xy=True)


def _project(x: Floats, y: Floats, epsg: int, *, back: bool) -> tuple[Floats, Floats]:
    first, second = _transformer(epsg, back=back).transform(x, y)
    return np.asarray(first, np.float64), np.asarray(second, np.float64)


def _gcj_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return by how many degrees GCJ-02 lies east and north of WGS-84."""
    x, y = lon - 105.0, lat - 35.0
    root, turn = np.sqrt(np.abs(x)), np.pi
    both = 20 * np.sin(6 * turn * x) + 20 * np.sin(2 * turn * x)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (both + 20 * np.sin(turn * x) + 40 * np.sin(turn * x / 3)) * 2 / 3
    east += (150 * np.sin(turn * x / 12) + 300 * np.sin(turn * x / 30)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (both + 20 * np.sin(turn * y) + 40 * np.sin(turn * y / 3)) * 2 / 3
    north += (160 * np.sin(turn * y / 12) + 320 * np.sin(turn * y / 30)) * 2 / 3
    bent = 1 - _ECCENTRICITY_SQUARED * np.sin(np.radians(lat)) ** 2
    along_m = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / bent**1.5
    across_m = _AXIS_M / np.sqrt(bent) * np.cos(np.radians(lat))
    return np.degrees(east / across_m), np.degrees(north / along_m)


def _gcj_to_wgs(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    first, second = lon, lat
    for _ in range(_STEPS):
        east, north = _gcj_shift(first, second)
        first, second = lon - east, lat - north
    within = in_shifted_area(first, second)
    return np.where(within, first, lon), np.where(within, second, lat)


def _gcj_to_bd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return far * np.cos(angle) + _BD_EAST_DEG, far * np.sin(angle) + _BD_NORTH_DEG


def _bd_to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    first, second = lon - _BD_EAST_DEG, lat - _BD_NORTH_DEG
    for _ in range(_STEPS):
        x, y = _gcj_to_bd(first, second)
        first, second = first + (lon - x), second + (lat - y)
    return first, second
