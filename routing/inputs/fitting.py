"""In which coordinate system do points lie best beside the roads? Measured, with how sure it is.

A point is a home, a school or a village: it lies near a road. So the same numbers are read as
WGS-84, as GCJ-02 and as BD-09, and the distances to the nearest road are compared point by
point. Neighbours say nearly the same, so points are counted by squares of ``CELL_M``: a paired
t-test over the squares says how sure the better reading is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.inputs.systems import BD09, GCJ02, WGS84, System, to_wgs84
from routing.roads.network import Roads
from routing.words import Text

Floats = NDArray[np.float64]

HYPOTHESES = (WGS84, GCJ02, BD09)

MOST_POINTS = 2_000
"""So many points of one file are measured, drawn with a fixed seed (points; assumed)."""

MOST_OF_SCHOOL = 200
"""So many points of the pupils of one school (points; assumed)."""

CELL_M = 500.0
"""Side of the squares that count as one witness (m). Measured: 500 found 44 % and 1,000 found
38 % of shifted files, with no false alarm; with 250, 2 of 120 schools were told wrongly where
only main roads are mapped."""

CAP_M = 500.0
"""Beyond this distance a point is as far from roads as any (m; the shift of GCJ-02, assumed)."""

NEAR_M = 30.0
"""Distance at which closeness to a road stops to tell much (m; 15, 30 and 60 did alike,
measured)."""

LEAST_SPREAD = 0.15
"""Squares differ by at least so much in log distance, however alike they look (assumed)."""

REACH_M = 1_500.0
"""The free shift is looked for so far to each side (m): beyond the 1,380 m of BD-09."""

EARTH_M = 6_371_008.8
STEP_M = 20.0
"""Roads are points at this distance (m); a distance is at most 10 m too long by it."""

_SHIFT_POINTS = 100
_COARSE_M, _FINE_M = 150.0, 25.0
_NEARLY_CERTAIN = 0.9999

_FIT = Text(
    "{who}: as {likely} the points lie nearest to the roads (median distance of {n} points "
    "{medians}; sure to {sure}); as written they lie {offset} of the roads.",
    "{who}：按{likely}最贴近道路（{n}个点的中位距离为{medians}；把握{sure}）；按原坐标整体偏在道路{offset}。",
)


@dataclass(frozen=True)
class SystemFit:
    """Which system the points of one file, or of one school in it, fit best.

    Parameters
    ----------
    file
        The file.
    declared
        The system said for them; "" where nothing is said (they are taken as WGS-84).
    likely
        The system under which they lie nearest to the roads.
    n_points
        Points measured.
    medians_m
        System -> median distance to the nearest road (m; at most ``CAP_M``).
    offset_east_m, offset_north_m
        How far east and north of the roads the numbers lie as they are written, by the free
        shift that fits best; looked for within 150 m where they fit as WGS-84 anyway.
    sure
        From 0 to 1: one less the chance that so large a lead over the next best system is luck.
    group
        The school whose pupils they are; "" for the whole file.
    """

    file: str
    declared: str
    likely: str
    n_points: int
    medians_m: Mapping[str, float]
    offset_east_m: float
    offset_north_m: float
    sure: float
    group: str = ""

    @property
    def say(self) -> Text:
        """The fit in one sentence."""
        offset, sure = say_offset(self), say_sure(self.sure)
        same = {
            "who": f"{self.file} [{self.group}]" if self.group else self.file,
            "likely": self.likely, "n": self.n_points, "medians": say_medians(self.medians_m),
        }  # fmt: skip
        return Text(
            _FIT.en.format(**same, offset=offset.en, sure=sure.en),
            _FIT.zh.format(**same, offset=offset.zh, sure=sure.zh),
        )


@dataclass(frozen=True, eq=False)
class RoadField:
    """The roads as points in a plane (m), to which distances are measured."""

    tree: Any
    lon: float
    lat: float

    def plane(self, lon: Floats, lat: Floats) -> Floats:
        """Return points (n, 2) in metres east and north of the middle of the roads."""
        scale = np.radians(1) * EARTH_M
        east = (lon - self.lon) * scale * np.cos(np.radians(self.lat))
        return np.column_stack([east, (lat - self.lat) * scale])

    def distance_m(self, where: Floats) -> Floats:
        """Return the distance of points (n, 2) of the plane to the nearest road, at most ``CAP_M``."""
        return np.minimum(self.tree.query(where, distance_upper_bound=CAP_M)[0], CAP_M)


@dataclass(frozen=True, eq=False)
class Scores:
    """Points as written in the plane (n, 2), and how far from the roads each is (3, n), in m."""

    where: Floats
    far_m: Floats


@dataclass(frozen=True, eq=False)
class Measured:
    """What some points say, as ``SystemFit`` does.

    ``likely`` and ``medians_m`` go by position in ``HYPOTHESES``; ``n`` points were measured,
    which lie at ``where`` in the plane as written.
    """

    likely: int
    medians_m: tuple[float, ...]
    sure: float
    n: int
    where: Floats = field(repr=False)


def make_field(roads: Roads) -> RoadField:
    """Return the field of all roads and paths of an extract, one point every ``STEP_M``."""
    from scipy.spatial import cKDTree

    lon, lat = (float(np.mean(ends)) for ends in (roads.shape_lon, roads.shape_lat))
    plane = RoadField(None, lon, lat).plane(roads.shape_lon, roads.shape_lat)
    goes_on = np.ones(len(plane), dtype=bool)
    goes_on[roads.shape_from[1:] - 1] = False
    start = np.flatnonzero(goes_on)
    run = plane[start + 1] - plane[start]
    n = np.maximum(1, np.ceil(np.hypot(*run.T) / STEP_M)).astype(np.int64)
    part = (np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)) / np.repeat(n, n)
    along = np.repeat(plane[start], n, axis=0) + np.repeat(run, n, axis=0) * part[:, None]
    return RoadField(cKDTree(np.vstack([along, plane[~goes_on]])), lon, lat)


def score_points(roads: RoadField, lon: Floats, lat: Floats) -> Scores:
    """Return how far points lie from the roads under each of ``HYPOTHESES``.

    Parameters
    ----------
    roads
        The field.
    lon, lat
        The numbers as written (degrees), all finite.
    """
    planes = [roads.plane(*to_wgs84(lon, lat, system)) for system in HYPOTHESES]
    return Scores(planes[0], np.array([roads.distance_m(plane) for plane in planes]))


def judge(scores: Scores, rows: NDArray[np.int64] | slice = slice(None)) -> Measured:
    """Return which system some of the points fit best, and how sure that is.

    Parameters
    ----------
    scores
        What was measured.
    rows
        Which points; at least one.
    """
    where, far = scores.where[rows], scores.far_m[:, rows]
    cells = np.unique(np.floor(where / CELL_M), axis=0, return_inverse=True)[1].ravel()
    counts = np.bincount(cells)
    near = np.array([np.bincount(cells, -np.log1p(row / NEAR_M)) / counts for row in far])
    likely = int(np.argmax((near * np.sqrt(counts)).sum(axis=1)))
    others = [at for at in range(len(HYPOTHESES)) if at != likely]
    luck = max(_luck(near[likely] - near[at], counts) for at in others)
    medians = tuple(float(m) for m in np.median(far, axis=1))
    return Measured(likely, medians, 1 - luck, far.shape[1], where)


def draw(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return at most so many rows, drawn with a fixed seed, in their order."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


def best_shift(roads: RoadField, where: Floats, reach_m: float = REACH_M) -> tuple[float, float]:
    """Return how far east and north of the roads points lie: what the best free shift takes back.

    Parameters
    ----------
    roads
        The field.
    where
        Points (n, 2) of its plane; some of them are drawn, with a fixed seed.
    reach_m
        How far the shift is looked for.
    """
    where = where[draw(np.arange(len(where)), _SHIFT_POINTS)]
    best = np.zeros(2)
    steps = (
        ((reach_m, _COARSE_M), (_COARSE_M / 2, _FINE_M))
        if reach_m > _COARSE_M
        else ((reach_m, _FINE_M),)
    )
    for reach, step in steps:
        axis = np.arange(-reach, reach + step / 2, step)
        shifts = best + np.array(np.meshgrid(axis, axis)).reshape(2, -1).T
        moved = (where[None, :, :] - shifts[:, None, :]).reshape(-1, 2)
        near = np.log1p(roads.distance_m(moved) / NEAR_M).reshape(len(shifts), -1).mean(axis=1)
        # of equal fits the smaller shift: a lone point fits nearly anywhere
        best = shifts[np.argmin(near + 1e-4 * np.hypot(*shifts.T) / _COARSE_M)]
    return float(best[0]), float(best[1])


def record(
    roads: RoadField, found: Measured, file: str, declared: str, group: str = ""
) -> SystemFit:
    """Return what was measured as a record, with the free shift."""
    as_written = HYPOTHESES[found.likely] == WGS84
    east, north = best_shift(roads, found.where, _COARSE_M if as_written else REACH_M)
    medians = {
        system.name: round(m, 1) for system, m in zip(HYPOTHESES, found.medians_m, strict=True)
    }
    likely: System = HYPOTHESES[found.likely]
    return SystemFit(
        file,
        declared,
        likely.name,
        found.n,
        MappingProxyType(medians),
        east,
        north,
        found.sure,
        group,
    )


def say_medians(medians_m: Mapping[str, float]) -> str:
    """Return median distances as ``WGS-84 210 m, GCJ-02 12 m, BD-09 180 m``."""
    return ", ".join(f"{name} {far:.0f} m" for name, far in medians_m.items())


def say_offset(fit: SystemFit) -> Text:
    """Return how far points lie off, as ``506 m east and 8 m north``."""
    east, north = round(fit.offset_east_m), round(fit.offset_north_m)
    en = f"{abs(east)} m {'east' if east >= 0 else 'west'} and {abs(north)} m "
    zh = f"以{'东' if east >= 0 else '西'}{abs(east)}米、以{'北' if north >= 0 else '南'}{abs(north)}米"
    return Text(en + ("north" if north >= 0 else "south"), zh)


def say_sure(sure: float) -> Text:
    """Return how sure a fit is, as ``99.2 %``."""
    if sure > _NEARLY_CERTAIN:
        return Text("over 99.99 %", "超过99.99%")
    return Text(f"{100 * sure:.4g} %", f"{100 * sure:.4g}%")


def _luck(lead: Floats, counts: NDArray[np.int64]) -> float:
    """Return the chance of so large a mean lead if neither were better: a weighted paired t-test."""
    from scipy.special import stdtr

    weights = np.sqrt(counts) / np.sqrt(counts).sum()
    witnesses = 1 / (weights**2).sum()
    if witnesses < 1.5:
        return 0.5
    mean = float((weights * lead).sum())
    spread = np.sqrt((weights * (lead - mean) ** 2).sum() * witnesses / (witnesses - 1))
    lead_by = mean / (max(spread, LEAST_SPREAD) / np.sqrt(witnesses))
    return float(stdtr(witnesses - 1, -lead_by))
