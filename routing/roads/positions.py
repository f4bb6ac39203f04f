"""Places on the links of a network, and travel between them.

Inside lengths are whole decimetres and times whole milliseconds; ``Travel`` hands out
whole metres and seconds, rounded up once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.network import Flags, Floats, Ints

_SIDES = {0: "either", 1: "forward", -1: "backward"}
_CODES = {name: side for side, name in _SIDES.items()}


@dataclass(frozen=True, eq=False)
class Positions:
    """Places on the links of a network.

    Arrays of one length. ``link`` is -1 where the point could not be placed, and then
    ``reason`` says why (a code of ``routing.reasons.UNSERVED``: no_location,
    far_from_road, island); it is "" for a placed point.

    Parameters
    ----------
    link
        Link number (int64).
    offset_dm
        Along the link from its start (int64, 0 to its length).
    side
        +1: reached and left only in the link's forward direction; -1: only backward;
        0: either (int8).
    lon, lat
        Degrees (float64), on the link; the point itself where unplaced.
    moved_m
        Distance between the point and the nearest usable road (float64); NaN where there
        is no point, or no usable road at all.
    reason
        Codes (str).
    """

    link: Ints
    offset_dm: Ints
    side: NDArray[np.int8]
    lon: Floats
    lat: Floats
    moved_m: Floats
    reason: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.link)


@dataclass(frozen=True, eq=False)
class Travel:
    """Road distance and time of the fastest way from each origin to each target.

    Row = origin, column = target. Whole metres and seconds along the same way, each
    rounded up once, here, so that every later sum is exact.

    Parameters
    ----------
    distance_m, duration_s
        int64, origins x targets; 0 where not ``reached``.
    reached
        Whether there is a way at all (bool).
    """

    distance_m: Ints
    duration_s: Ints
    reached: Flags

    def __post_init__(self) -> None:
        """Refuse what is no table of travel."""
        shape = self.reached.shape
        for matrix in (self.distance_m, self.duration_s):
            if matrix.shape != shape or matrix.dtype != np.int64 or (matrix < 0).any():
                msg = (
                    f"travel: want int64 {shape}, none negative; got {matrix.dtype} {matrix.shape}."
                )
                raise ValueError(msg)


def take_positions(positions: Positions, rows: Any) -> Positions:
    """Return the places at the given rows (numbers or flags), in that order."""
    picked = np.arange(len(positions))[rows]
    return Positions(
        positions.link[picked], positions.offset_dm[picked], positions.side[picked],
        positions.lon[picked], positions.lat[picked], positions.moved_m[picked],
        tuple(positions.reason[row] for row in picked),
    )  # fmt: skip


def join_positions(*parts: Positions) -> Positions:
    """Return the places of all parts, one after the other; at least one part."""
    link, offset_dm, side, lon, lat, moved_m = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("link", "offset_dm", "side", "lon", "lat", "moved_m")
    )
    reasons = chain.from_iterable(part.reason for part in parts)
    return Positions(link, offset_dm, side, lon, lat, moved_m, tuple(reasons))


def name_sides(side: Iterable[int]) -> list[str]:
    """Return sides (as in ``Positions``) as tables have them: forward, backward, either."""
    return [_SIDES[int(one)] for one in side]


def read_sides(names: Iterable[str]) -> NDArray[np.int8]:
    """Return sides as ``Positions`` has them (int8) from tables."""
    return np.array([_CODES[name] for name in names], np.int8)
