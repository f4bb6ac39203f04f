"""Find the pieces of road near a point, compiled: a grid of square cells.

Every piece is entered into all cells that it touches. Around a point, cells are looked
through in square rings outwards, until no further ring can hold anything nearer; then
once more everything within the reach that this gives.
"""

import numpy as np
from numpy.typing import NDArray

from routing.roads.kernels import compiled, inlined
from routing.roads.network import Floats, Ints

Grid = tuple[float, float, float, int, int]
"""Left and lower edge and width of a cell (m on the map), columns, rows."""

TOUCH_M = 1e-3
"""A piece that passes a cell so near is entered into it (m): more than rounding errs."""


@inlined
def _square_m2(x: float, y: float, ends: Floats, piece: int) -> float:
    """Return the squared distance from a point to a piece."""
    left, low = ends[piece, 0], ends[piece, 1]
    dx, dy = ends[piece, 2] - left, ends[piece, 3] - low
    square = dx * dx + dy * dy
    share = 0.0
    if square > 0:
        share = min(max(((x - left) * dx + (y - low) * dy) / square, 0.0), 1.0)
    x_off, y_off = left + share * dx - x, low + share * dy - y
    return x_off * x_off + y_off * y_off


@inlined
def _cell(at: float, low: float, cell_m: float, n: int) -> int:
    """Return the column or row of a coordinate, the outermost one where it is outside."""
    return int(min(max((at - low) / cell_m, 0.0), n - 1.0))


@compiled
def _columns(ends: Floats, piece: int, grid: Grid, row: int) -> tuple[int, int]:
    """Return the first and last column in which a piece touches a row of cells."""
    left, bottom, cell_m, n_columns, _ = grid
    x, y = ends[piece, 0], ends[piece, 1]
    dx, dy = ends[piece, 2] - x, ends[piece, 3] - y
    begin, stop = 0.0, 1.0
    if dy != 0:
        low = (bottom + row * cell_m - TOUCH_M - y) / dy
        high = (bottom + (row + 1) * cell_m + TOUCH_M - y) / dy
        begin = min(max(min(low, high), 0.0), 1.0)
        stop = min(max(low, high, 0.0), 1.0)
    one, other = x + begin * dx, x + stop * dx
    return (
        _cell(min(one, other) - TOUCH_M, left, cell_m, n_columns),
        _cell(max(one, other) + TOUCH_M, left, cell_m, n_columns),
    )


@compiled
def _rows(ends: Floats, piece: int, grid: Grid) -> tuple[int, int]:
    """Return the first and last row of cells that a piece touches."""
    _, bottom, cell_m, _, n_rows = grid
    low, high = min(ends[piece, 1], ends[piece, 3]), max(ends[piece, 1], ends[piece, 3])
    return (
        _cell(low - TOUCH_M, bottom, cell_m, n_rows),
        _cell(high + TOUCH_M, bottom, cell_m, n_rows),
    )


@compiled
def fill_grid(ends: Floats, grid: Grid) -> tuple[Ints, NDArray[np.int32]]:
    """Return the pieces of every cell.

    Parameters
    ----------
    ends
        Both ends of each piece: x, y, x, y (float64, pieces x 4; m on the map).
    grid
        The cells; they hold all pieces.

    Returns
    -------
    first
        Length cells + 1 (int64): pieces of cell i, counted row by row, are
        ``entry[first[i]:first[i + 1]]``.
    entry
        Pieces (int32), rising in each cell.
    """
    n_columns = grid[3]
    first = np.zeros(n_columns * grid[4] + 1, np.int64)
    for piece in range(len(ends)):
        low, high = _rows(ends, piece, grid)
        for row in range(low, high + 1):
            begin, stop = _columns(ends, piece, grid, row)
            for column in range(begin, stop + 1):
                first[row * n_columns + column + 1] += 1
    for i in range(1, len(first)):
        first[i] += first[i - 1]
    place = first[:-1].copy()
    entry = np.empty(first[-1], np.int32)
    for piece in range(len(ends)):
        low, high = _rows(ends, piece, grid)
        for row in range(low, high + 1):
            begin, stop = _columns(ends, piece, grid, row)
            for column in range(begin, stop + 1):
                entry[place[row * n_columns + column]] = piece
                place[row * n_columns + column] += 1
    return first, entry


@inlined
def _beyond(at: float, low: float, cell_m: float, nth: int) -> float:
    """Return how far a coordinate is from a column or row of cells: 0 within it."""
    edge = low + nth * cell_m
    return max(edge - at, at - edge - cell_m, 0.0)


@inlined
def _chord(reach_m2: float, beyond_m: float) -> float:
    """Return half the width of a circle so far from its middle, and a little more."""
    return np.sqrt(max(reach_m2 - beyond_m * beyond_m, 0.0)) + TOUCH_M


@inlined
def _scan(
    x: float, y: float, ends: Floats, entry: NDArray[np.int32], low: int, high: int, best: float
) -> float:
    """Return the smaller of a squared distance and those to some entries."""
    for i in range(low, high):
        best = min(best, _square_m2(x, y, ends, entry[i]))
    return best


@compiled
def _nearest_m2(
    x: float, y: float, cap_m: float, ends: Floats, first: Ints, entry: NDArray[np.int32],
    grid: Grid,
) -> float:  # fmt: skip
    """Return the squared distance to the nearest piece; infinite if that is beyond a cap."""
    left, bottom, cell_m, n_columns, n_rows = grid
    # from here the rings go out: the point itself, or the nearest place on the grid
    at_x = min(max(x, left), left + n_columns * cell_m)
    at_y = min(max(y, bottom), bottom + n_rows * cell_m)
    outside = (at_x - x) ** 2 + (at_y - y) ** 2
    column, row = _cell(at_x, left, cell_m, n_columns), _cell(at_y, bottom, cell_m, n_rows)
    x_in, y_in = at_x - left - column * cell_m, at_y - bottom - row * cell_m
    inner = max(min(x_in, cell_m - x_in, y_in, cell_m - y_in), 0.0)
    best = np.inf
    for ring in range(max(n_columns, n_rows)):
        gap = (ring - 1) * cell_m + inner if ring else 0.0
        bound = outside + gap * gap
        if bound > best or bound > cap_m * cap_m:
            break
        for here in range(max(row - ring, 0), min(row + ring, n_rows - 1) + 1):
            over = _beyond(y, bottom, cell_m, here)
            if over * over > best:
                continue
            base, half = here * n_columns, _chord(min(best, cap_m * cap_m), over)
            low = max(column - ring, _cell(x - half, left, cell_m, n_columns))
            high = min(column + ring, _cell(x + half, left, cell_m, n_columns))
            if here in (row - ring, row + ring):  # cells of a row follow on
                if low <= high:
                    best = _scan(x, y, ends, entry, first[base + low], first[base + high + 1], best)
                continue
            for there in (column - ring, column + ring):
                if low <= there <= high:
                    cell = base + there
                    best = _scan(x, y, ends, entry, first[cell], first[cell + 1], best)
    return best if best <= cap_m * cap_m else np.inf


@compiled
def find_near(
    x: Floats, y: Floats, cap_m: Floats, bend_m: float, ends: Floats, first: Ints,
    entry: NDArray[np.int32], grid: Grid,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Return all pieces that may be the nearest of each point.

    Parameters
    ----------
    x, y
        The points (float64, m on the map).
    cap_m
        Per point: where nothing is so near, nothing is returned (float64).
    bend_m
        A piece that is farther than the nearest by this and a thousandth may be nearer on
        the ground.
    ends, first, entry, grid
        The pieces and their cells.

    Returns
    -------
    point, piece
        Pairs (int64), by rising point; a piece may come twice.
    """
    left, bottom, cell_m, n_columns, n_rows = grid
    point, piece, n = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for k in range(len(x)):
        nearest = _nearest_m2(x[k], y[k], cap_m[k], ends, first, entry, grid)
        if not np.isfinite(nearest):
            continue
        reach = np.sqrt(nearest) * (1 + 1e-3) + bend_m
        low = _cell(y[k] - reach, bottom, cell_m, n_rows)
        high = _cell(y[k] + reach, bottom, cell_m, n_rows)
        for row in range(low, high + 1):
            half = _chord(reach * reach, _beyond(y[k], bottom, cell_m, row))
            begin = row * n_columns + _cell(x[k] - half, left, cell_m, n_columns)
            last = row * n_columns + _cell(x[k] + half, left, cell_m, n_columns)
            for i in range(first[begin], first[last + 1]):
                if _square_m2(x[k], y[k], ends, entry[i]) <= reach * reach:
                    if n == len(point):
                        point = np.concatenate((point, np.empty(n, np.int64)))
                        piece = np.concatenate((piece, np.empty(n, np.int64)))
                    point[n], piece[n], n = k, entry[i], n + 1
    return point[:n], piece[:n]
