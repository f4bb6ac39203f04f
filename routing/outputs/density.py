"""Where students live, as six-sided cells a kilometre across: never a home.

The cells lie on a grid that starts at a fixed corner, so the same homes always fall
into the same cells.
"""

from dataclasses import dataclass
from math import cos, radians, sqrt

import numpy as np

from routing.roads.network import Floats, Ints

CELL_M = 1_000
"""Width of a cell across its flat sides, m (assumed: about the size of a village)."""

_DEG_M = 111_195.0
"""A degree of latitude, m, on a sphere of 6,371 km."""


@dataclass(frozen=True)
class Cells:
    """A grid of six-sided cells, points up.

    Parameters
    ----------
    west, south
        Centre of the first cell, degrees.
    width_m
        Across the flat sides, m.
    """

    west: float
    south: float
    width_m: float = CELL_M

    @property
    def _metres(self) -> tuple[float, float]:
        """Metres of a degree of longitude and of latitude."""
        return _DEG_M * cos(radians(self.south)), _DEG_M

    def find(self, lon: Floats, lat: Floats) -> Ints:
        """Return the cell of each point (int64, n by 2: two axes of the grid)."""
        size = self.width_m / sqrt(3)
        x = (np.asarray(lon) - self.west) * self._metres[0] / size
        y = (np.asarray(lat) - self.south) * self._metres[1] / size
        axes = np.column_stack([x * sqrt(3) / 3 - y / 3, y * 2 / 3])
        cube = np.column_stack([axes, -axes.sum(axis=1)])
        near = np.rint(cube)
        off = np.abs(near - cube)
        worst = off.argmax(axis=1)
        for axis in (0, 1):
            fixed = -near[:, 1 - axis] - near[:, 2]
            near[:, axis] = np.where(worst == axis, fixed, near[:, axis])
        return near[:, :2].astype(np.int64)

    def centre(self, cell: Ints) -> tuple[Floats, Floats]:
        """Return longitude and latitude (degrees) of the centres of cells (n by 2)."""
        size = self.width_m / sqrt(3)
        x: Floats = (cell[:, 0] + cell[:, 1] / 2) * (size * sqrt(3))
        y: Floats = cell[:, 1] / 2 * (size * 3)
        return self.west + x / self._metres[0], self.south + y / self._metres[1]

    def corners(self) -> tuple[Floats, Floats]:
        """Return the six corners of a cell from its centre, degrees."""
        angle: Floats = np.radians(30.0 + 60.0 * np.arange(6))
        size = self.width_m / sqrt(3)
        lon: Floats = size * np.cos(angle) / self._metres[0]
        lat: Floats = size * np.sin(angle) / self._metres[1]
        return lon, lat
