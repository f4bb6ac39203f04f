"""The streets inside a place: a small tilted grid, and the gates where roads come in."""

import math
from dataclasses import dataclass

import numpy as np

from routing.sample.ground import Place
from routing.sample.lines import Road, Spot, spot

RING_M = 32.0
"""Radius of the roundabout in the county seat (ours)."""

Grid = dict[tuple[int, int], Spot]


@dataclass(frozen=True)
class Lanes:
    """The streets of one place.

    Parameters
    ----------
    place
        Whose.
    roads
        Its streets.
    gates
        Ends of its two middle streets: west, east, south, north.
    """

    place: Place
    roads: tuple[Road, ...]
    gates: tuple[Spot, Spot, Spot, Spot]

    def gate_towards(self, there: Spot) -> Spot:
        """Return the gate that lies most in the direction of a point."""
        x_m, y_m = self.place.at
        east, north = there[0] - x_m, there[1] - y_m

        def facing(gate: Spot) -> float:
            return ((gate[0] - x_m) * east + (gate[1] - y_m) * north) / math.dist(
                gate, self.place.at
            )

        return max(self.gates, key=facing)


def lay_lanes(
    place: Place,
    rng: np.random.Generator,
    *,
    classes: tuple[str, str],
    ring: bool = False,
) -> Lanes:
    """Return the streets of a place.

    Parameters
    ----------
    place
        A town, village or hamlet.
    rng
        Where chance comes from.
    classes
        Class of road of the middle street from west to east, and from south to north.
    ring
        Whether the two meet at a roundabout.
    """
    grid = _grid(place, rng)
    middle = place.n_rows // 2
    roads: list[Road] = []
    for row in range(place.n_rows):
        line = [grid[row, column] for column in range(-1, place.n_rows + 1)]
        roads += _street(place, line, row - middle, classes[0], "街", rng, ring=ring)
    for column in range(place.n_rows):
        line = [grid[row, column] for row in range(-1, place.n_rows + 1)]
        roads += _street(place, line, column - middle, classes[1], "路", rng, ring=ring)
    if ring:
        roads.append(_ring(place, classes))
    last = place.n_rows
    gates = (grid[middle, -1], grid[middle, last], grid[-1, middle], grid[last, middle])
    return Lanes(place, tuple(roads), gates)


def _grid(place: Place, rng: np.random.Generator) -> Grid:
    """Return the crossings by row and column; -1 and ``n_rows`` are the streets' ends."""
    n = place.n_rows
    step_m = 2 * place.half_m / (n - 1)
    end_m = place.half_m + (70 if place.kind == "town" else 28)
    lines_m = [-end_m, *(-place.half_m + step_m * k for k in range(n)), end_m]
    loose_m = 0.0 if place.kind == "town" else 0.09 * step_m
    cos, sin = math.cos(place.tilt), math.sin(place.tilt)
    grid: Grid = {}
    for row, y_m in enumerate(lines_m, start=-1):
        for column, x_m in enumerate(lines_m, start=-1):
            x, y = np.array([x_m, y_m]) + rng.uniform(-loose_m, loose_m, 2)
            if row == column == n // 2:
                x, y = 0.0, 0.0
            grid[row, column] = spot(place.at[0] + x * cos - y * sin, place.at[1] + x * sin + y * cos)  # fmt: skip
    return grid


def _street(
    place: Place,
    line: list[Spot],
    offset: int,
    main: str,
    ending: str,
    rng: np.random.Generator,
    *,
    ring: bool,
) -> list[Road]:
    if offset == 0:
        tags = _main_tags(place, main, ending)
        if not ring:
            return [Road(tuple(line), tags)]
        middle = len(line) // 2
        near, far = _on_ring(place, line[middle - 1]), _on_ring(place, line[middle + 1])
        return [Road((*line[:middle], near), tags), Road((far, *line[middle + 1 :]), tags)]
    if place.kind == "town":
        return [_town_street(place, line, offset, ending)]
    first = 0 if rng.random() < 0.3 else 1
    last = len(line) if rng.random() < 0.3 else len(line) - 1
    if rng.random() < 0.25:
        first, last = (len(line) // 2, last) if rng.random() < 0.5 else (first, len(line) // 2 + 1)
    return [Road(tuple(line[first:last]), _lane_tags(rng))]


def _main_tags(place: Place, main: str, ending: str) -> dict[str, str]:
    if place.kind != "town":
        return {"highway": main, "surface": "concrete"}
    lanes = {"trunk": "4", "primary": "4", "secondary": "2"}.get(main, "2")
    name = ("人民" if ending == "街" else "振兴") + ending
    return {"highway": main, "name": name, "maxspeed": "40", "lanes": lanes}


def _town_street(place: Place, line: list[Spot], offset: int, ending: str) -> Road:
    """Return a town's side street; in the seat and in big towns two of them are one-way."""
    number = f"{'北' if offset > 0 else '南'}{'一二三四五六'[abs(offset) - 1]}{ending}"
    if ending == "路":
        number = number.replace("北", "东").replace("南", "西")
    tags = {"highway": "residential", "name": number}
    if abs(offset) == 1 and ending == "街" and place.n_rows >= 3:
        along = line if offset < 0 else line[::-1]  # traffic keeps right around the middle
        return Road(tuple(along[1:-1]), {**tags, "oneway": "yes", "lanes": "1", "width": "6"})
    if abs(offset) == 2 and place.n_rows > 5:
        tags = {**tags, "highway": "tertiary", "maxspeed": "40"}
        return Road(tuple(line), tags)
    return Road(tuple(line[1:-1]), tags)


def _lane_tags(rng: np.random.Generator) -> dict[str, str]:
    draw = rng.random()
    if draw < 0.08:
        return {"highway": "residential", "width": "3.5", "lanes": "1"}
    return (
        {"highway": "residential", "surface": "concrete"}
        if draw < 0.3
        else {"highway": "residential"}
    )


def _ring_points(place: Place) -> list[Spot]:
    angles = place.tilt + np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return [
        spot(place.at[0] + RING_M * math.cos(a), place.at[1] + RING_M * math.sin(a)) for a in angles
    ]


def _on_ring(place: Place, towards: Spot) -> Spot:
    return min(_ring_points(place), key=lambda point: math.dist(point, towards))


def _ring(place: Place, classes: tuple[str, str]) -> Road:
    """Return the roundabout, driven anticlockwise as where traffic keeps right."""
    points = _ring_points(place)
    tags = {"highway": best_class(classes), "junction": "roundabout", "lanes": "2"}
    return Road((*points, points[0]), tags)


def best_class(classes: tuple[str, ...]) -> str:
    """Return the most important of some classes of road."""
    order = ("trunk", "primary", "secondary", "tertiary", "unclassified", "residential")
    return min(classes, key=order.index)
