"""The maps of a hearing: one drawing for each plan, all of the same ground, as plain SVG.

A drawing needs no script to be looked at or printed; the page's script only moves them
together. Places are steps of 10 m from the north-west corner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routing.outputs.basemap import STEP_DEG, Grid, draw_roads, name_places
from routing.outputs.density import Cells
from routing.outputs.hearing_names import Name, place_names
from routing.outputs.transit import line_ways
from routing.records import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_M = 10
"""One unit of the drawing (m): finer than anyone sees on a sheet of paper."""

DEGREE_M = 111_195.0
"""A degree of latitude (m), on a sphere of 6,371 km."""

ROUGH = 2.0
"""Lines are simplified to this many units, 20 m."""

MOST_POINTS = 40_000
"""Points of roads in the drawing (about 300 kB); beyond that the least roads are left out."""

ROADS = (
    ("#dfae62", 2.6), ("#e6c078", 2.2), ("#cfc5b2", 1.9), ("#d3cab9", 1.5), ("#ddd6c9", 1.1), ("#e4dfd4", 0.8),
)  # fmt: skip
"""Colour and width (px) by importance, as ``routing.outputs.basemap`` has it."""

MARGIN_SHARE = 0.06
SCREEN_PX, PAPER_PX = 560, 330
"""Width of one map on the screen and on paper, for signs and letters before any script (px)."""


@dataclass(frozen=True)
class Drawing:
    """One plan on the ground: SVG paths and points.

    Parameters
    ----------
    routes, new_routes, stops, new_stops, schools
        Path data; ``new_`` where the present has none such.
    lines, halts
        Path data: public buses that pupils ride, straight from stop to stop, and their stops.
    closed
        Points of schools that the plan no longer has.
    flows
        Path data: straight from a closed school to where its pupils go.
    longer, shorter
        Points of villages by what their ways do on the mean.
    """

    routes: str
    new_routes: str
    stops: str
    new_stops: str
    schools: str
    lines: str
    halts: str
    closed: tuple[tuple[int, int], ...]
    flows: str
    longer: tuple[tuple[int, int], ...]
    shorter: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Maps:
    """All drawings, and the ground they share.

    Parameters
    ----------
    width, height
        Of the drawing (units of 10 m).
    roads
        Level, colour, width (px) and path data; the least first.
    names
        Places and schools.
    drawings
        One a plan, the present first.
    """

    width: int
    height: int
    roads: tuple[tuple[int, str, float, str], ...]
    names: tuple[Name, ...]
    drawings: tuple[Drawing, ...]

    @property
    def with_lines(self) -> bool:
        """Whether any plan has pupils on public buses."""
        return any(one.lines for one in self.drawings)


@dataclass(frozen=True)
class _Ground:
    """From degrees to the drawing."""

    west: float
    north: float

    def at(self, lon: Any, lat: Any) -> "NDArray[np.int64]":
        x = (np.asarray(lon, float) - self.west) * cos(radians(self.north)) * DEGREE_M / STEP_M
        y = (self.north - np.asarray(lat, float)) * DEGREE_M / STEP_M
        return np.rint(np.column_stack([x, y])).astype(np.int64)

    def one(self, point: Any) -> tuple[int, int]:
        x, y = self.at([point.x], [point.y])[0].tolist()
        return x, y


def draw_maps(
    plans: Sequence[Plan],
    moves: Sequence[Sequence[tuple[str, str]]],
    villages: Sequence[Mapping[str, float]],
) -> Maps:
    """Return the drawings of all plans.

    Parameters
    ----------
    plans
        The present first.
    moves
        For each plan pairs of schools, from and to, that may be told.
    villages
        For each plan the minutes more, on the mean, of villages that may be told; drawn
        at the middle of a cell a kilometre wide, never at a home.
    """
    box = _box(plans)
    west, south, east, north = box
    ground = _Ground(west, north)
    width, height = ground.at([east], [south])[0].tolist()
    present = _Known(plans[0], ground)
    roads = plans[0].district.roads
    drawings = [
        _draw(plan, present, ground, moves[at], villages[at]) for at, plan in enumerate(plans)
    ]
    return Maps(
        width, height, _roads(plans[0], box, ground),
        place_names(_spots(plans, roads, box, ground), width / SCREEN_PX, width / PAPER_PX), tuple(drawings),
    )  # fmt: skip


class _Known:
    """What the present has: ways and places of stops, and its schools."""

    def __init__(self, plan: Plan, ground: _Ground) -> None:
        self.ways = set(_ways(plan, ground))
        self.stops = set(_places(plan))
        self.schools = {
            str(key): ground.one(point)
            for key, point in zip(plan.district.schools["school_id"], plan.district.schools.geometry, strict=True)
        }  # fmt: skip


def _draw(
    plan: Plan, present: _Known, ground: _Ground, moves: Sequence[tuple[str, str]],
    villages: Mapping[str, float],
) -> Drawing:  # fmt: skip
    schools = {
        str(key): ground.one(point)
        for key, point in zip(plan.district.schools["school_id"], plan.district.schools.geometry, strict=True)
    }  # fmt: skip
    ways = list(dict.fromkeys(_ways(plan, ground)))
    places = _places(plan)
    at = {name: spot for name, spot in _village_spots(plan, ground).items() if name in villages}
    lines = sorted(set(line_ways(plan, ground.at)))
    flows = [
        (present.schools[before], schools[after])
        for before, after in moves
        if before in present.schools and before not in schools and after in schools
    ]
    return Drawing(
        routes="".join(way for way in ways if way in present.ways),
        new_routes="".join(way for way in ways if way not in present.ways),
        stops=_dots(ground, [place for place in places if place in present.stops]),
        new_stops=_dots(ground, [place for place in places if place not in present.stops]),
        schools="".join(f"M{x} {y}h0" for x, y in schools.values()),
        lines="".join(_path(np.array(way)) for way in lines),
        halts="".join(f"M{x} {y}h0" for x, y in sorted({spot for way in lines for spot in way})),
        closed=tuple(spot for key, spot in present.schools.items() if key not in schools),
        flows="".join(f"M{a[0]} {a[1]}L{b[0]} {b[1]}" for a, b in flows),
        longer=tuple(spot for name, spot in at.items() if villages[name] >= 1),
        shorter=tuple(spot for name, spot in at.items() if villages[name] <= -1),
    )


def _box(plans: Sequence[Plan]) -> tuple[float, float, float, float]:
    """Return the box of schools, stops and lines of all plans, with room around it."""
    points = [
        shapely.get_coordinates(table.geometry.to_numpy())
        for plan in plans
        for table in (plan.district.schools, plan.stops, plan.routes)
    ]
    xy = np.concatenate(points)
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    wide, high = (max(0.005, MARGIN_SHARE * side) for side in (east - west, north - south))
    return float(west - wide), float(south - high), float(east + wide), float(north + high)


def _path(xy: "NDArray[np.int64]") -> str:
    """Return a line as path data, each point as the step from the one before."""
    steps = np.diff(xy, axis=0)
    steps = steps[np.abs(steps).sum(axis=1) > 0]
    if not len(steps):
        return ""
    return f"M{xy[0, 0]} {xy[0, 1]}l" + " ".join(f"{x} {y}" for x, y in steps.tolist())


def _line(ground: _Ground, coords: Any) -> str:
    xy = ground.at(coords[:, 0], coords[:, 1])
    return _path(
        shapely.get_coordinates(shapely.simplify(shapely.linestrings(xy), ROUGH)).astype(np.int64)
    )


def _ways(plan: Plan, ground: _Ground) -> list[str]:
    """Return the ways of the morning's routes."""
    mornings = plan.routes[plan.routes["direction"] == "to_school"]
    coords = [shapely.get_coordinates(line) for line in mornings.geometry if line is not None]
    return [_line(ground, points) for points in coords if len(points) > 1]


def _places(plan: Plan) -> list[tuple[float, float]]:
    """Return the places of stops, to a metre as permits are compared."""
    xy = np.round(shapely.get_coordinates(plan.stops.geometry.to_numpy()), 5)
    return [(float(x), float(y)) for x, y in xy]


def _dots(ground: _Ground, places: Sequence[tuple[float, float]]) -> str:
    if not places:
        return ""
    lon, lat = zip(*places, strict=True)
    return "".join(f"M{x} {y}h0" for x, y in ground.at(lon, lat).tolist())


def _village_spots(plan: Plan, ground: _Ground) -> dict[str, tuple[int, int]]:
    """Return the middle of the cell in which the middle of each village's homes lies."""
    students = plan.district.students
    known = students[students.geometry.notna() & ~students.geometry.is_empty]
    if known.empty:
        return {}
    xy = known.assign(lon=known.geometry.x, lat=known.geometry.y)
    middles = xy.groupby("village")[["lon", "lat"]].mean()
    cells = Cells(ground.west, ground.north - 1)
    lon, lat = cells.centre(cells.find(middles["lon"].to_numpy(), middles["lat"].to_numpy()))
    spots = ground.at(lon, lat).tolist()
    return {str(name): (x, y) for name, (x, y) in zip(middles.index, spots, strict=True)}


def _roads(
    plan: Plan, box: tuple[float, float, float, float], ground: _Ground
) -> tuple[tuple[int, str, float, str], ...]:
    """Return the roads by importance, the least first; footpaths are left out."""
    grid = Grid(box[0], box[1])
    found, n_points = [], 0
    for level, drawn in enumerate(draw_roads(plan.district.roads, box, grid)[: len(ROADS)]):
        lines = _decoded(drawn, grid, ground)
        n_points += sum(len(line) for line in lines)
        if n_points > MOST_POINTS:
            break
        colour, width = ROADS[level]
        path = "".join(_path(line) for line in lines)
        if path:
            found.append((level, colour, width, path))
    return tuple(reversed(found))


def _decoded(drawn: Any, grid: Grid, ground: _Ground) -> list["NDArray[np.int64]"]:
    if not drawn["n"]:
        return []
    xy = np.cumsum(np.array(drawn["d"], np.int64).reshape(-1, 2), axis=0)
    points = ground.at(grid.west + xy[:, 0] * STEP_DEG, grid.south + xy[:, 1] * STEP_DEG)
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(drawn["n"])), drawn["n"]))
    return [
        shapely.get_coordinates(line).astype(np.int64) for line in shapely.simplify(lines, ROUGH)
    ]


def _spots(
    plans: Sequence[Plan], roads: Any, box: tuple[float, float, float, float], ground: _Ground
) -> list[Name]:
    """Return what may be named: schools that close or open, towns, schools, villages."""
    kept = set.intersection(*(set(plan.district.schools["school_id"]) for plan in plans))
    schools: dict[str, Name] = {}
    for plan in plans:
        table = plan.district.schools
        for key, name, point in zip(table["school_id"], table["name"], table.geometry, strict=True):
            rank = 2 if key in kept else 0
            schools.setdefault(str(key), Name(str(name) or str(key), rank, *ground.one(point)))
    grid = Grid(box[0], box[1])
    places = []
    for name, rank, x, y in name_places(roads, box, grid):
        east, south = ground.at([box[0] + x * STEP_DEG], [box[1] + y * STEP_DEG])[0].tolist()
        places.append(Name(str(name), 1 if rank < 2 else 3 + rank, east, south))
    return sorted([*schools.values(), *places], key=lambda spot: spot.rank)
