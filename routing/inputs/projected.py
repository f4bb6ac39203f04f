"""Points in metres: turned to degrees by their EPSG number, or asked which number it is."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from routing.inputs.fitting import RoadField
from routing.inputs.ground import Box, inside
from routing.inputs.systems import System, to_wgs84

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

METRES = 1_000.0
"""Numbers beyond this are no degrees but metres (assumed; easting and northing are larger)."""

MOST_SHARE = 0.5
"""Above this share of such numbers a column is in metres (assumed)."""

LAND_SHARE = 0.9
"""A system is offered where it brings this share of the points to the roads' box (assumed)."""

_MOST_OFFERED = 4
_SAMPLE = 200


def in_metres(x: Floats, y: Floats) -> bool:
    """Return whether most points are far too large for degrees."""
    there = np.isfinite(x) & np.isfinite(y)
    large = there & ((np.abs(x) > METRES) | (np.abs(y) > METRES))
    return bool(large.sum() > MOST_SHARE * max(int(there.sum()), 1))


def unproject(x: Floats, y: Floats, system: System, box: Box | None) -> tuple[Floats, Floats, bool]:
    """Return degrees of points in metres, and whether x and y had to change places.

    Chinese surveyors write X for north and Y for east: where only the other order brings the
    points to the roads, that order is taken.

    Parameters
    ----------
    x, y
        As the file has them (m).
    system
        The projected system.
    box
        Of the roads; None: the order of the file is taken.
    """
    lon, lat = to_wgs84(x, y, system)
    if box is None:
        return lon, lat, False
    other_lon, other_lat = to_wgs84(y, x, system)
    if inside(other_lon, other_lat, box).sum() > inside(lon, lat, box).sum():
        return other_lon, other_lat, True
    return lon, lat, False


def likely_projections(
    x: Floats, y: Floats, box: Box, roads: RoadField | None = None
) -> tuple[System, ...]:
    """Return the projected systems under which points in metres land among the roads.

    Tried are Web Mercator, UTM, and the Gauss-Krueger zones of CGCS2000 of three and six
    degrees, with and without the zone before the easting.

    Parameters
    ----------
    x, y
        As the file has them (m).
    box
        Of the roads, degrees.
    roads
        Their field, to put the best first; None: in the order above.
    """
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there][:_SAMPLE], y[there][:_SAMPLE]
    found: list[tuple[float, System, Floats]] = []
    for system in _near(box):
        lon, lat, _ = unproject(x, y, system, box)
        landed = inside(lon, lat, box)
        if not len(x) or landed.mean() < LAND_SHARE:
            continue
        where = np.column_stack([lon, lat])
        if any(np.allclose(where, other, rtol=0, atol=1e-7) for _, _, other in found):
            continue
        far = (
            0.0
            if roads is None
            else float(np.median(roads.distance_m(roads.plane(*where[landed].T))))
        )
        found.append((far, system, where))
    return tuple(system for _, system, _ in sorted(found, key=lambda one: one[0])[:_MOST_OFFERED])


def _near(box: Box) -> Iterator[System]:
    """Give the systems in use where the roads are."""
    west, south, east, north = box
    lon, lat = (west + east) / 2, (south + north) / 2
    zone, third = int(np.floor(lon / 6)) + 31, round(lon / 3)
    numbers = [4534 + at - 25 for at in (third, third - 1, third + 1) if 25 <= at <= 45]
    numbers += [4513 + at - 25 for at in (third, third - 1, third + 1) if 25 <= at <= 45]
    numbers += [first + zone - 43 for first in (4502, 4491) if 43 <= zone <= 53]
    numbers += [(32600 if lat >= 0 else 32700) + zone, 3857]
    return (System("projected", number) for number in numbers)
