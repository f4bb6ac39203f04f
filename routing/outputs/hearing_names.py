"""Which names a map has room for, and from how near on each of them is shown."""

from collections.abc import Sequence
from typing import NamedTuple

ZOOMS = (1, 2, 4, 8)
"""A name is shown from the first of these zooms at which it touches no other."""

HIGH_PX, WIDE_PX, NARROW_PX = 15.0, 11.5, 6.6
"""Height of a line, and widths of a Chinese sign and of a letter, at 11 px (measured on the page)."""

ABOVE_PX = 12.0
"""A name stands so far above its place."""


class Name(NamedTuple):
    """A name on the map.

    Parameters
    ----------
    text
        As it is written.
    rank
        0: a school that closes or opens; 1 town; 2 school; above: smaller places.
    x, y
        Units of the drawing.
    zoom
        From which it is shown.
    on_paper
        Whether it is printed: a sheet has less room.
    """

    text: str
    rank: int
    x: int
    y: int
    zoom: int = 1
    on_paper: bool = False


Box = tuple[float, float, float, float]


def place_names(names: Sequence[Name], screen_unit: float, paper_unit: float) -> tuple[Name, ...]:
    """Return the names that find room, each with the zoom from which it does.

    Parameters
    ----------
    names
        The most important first.
    screen_unit, paper_unit
        Units of the drawing in a pixel: at zoom 1 on the screen, and on paper.
    """
    printed = set(_fitting(names, [], paper_unit))
    placed: list[Name] = []
    left = list(names)
    for zoom in ZOOMS:
        fitting = _fitting(left, placed, screen_unit / zoom)
        placed += [left[at]._replace(zoom=zoom) for at in fitting]
        left = [name for at, name in enumerate(left) if at not in set(fitting)]
    on_paper = {names[at][:4] for at in printed}
    return tuple(name._replace(on_paper=name[:4] in on_paper) for name in placed)


def _fitting(names: Sequence[Name], placed: Sequence[Name], unit: float) -> list[int]:
    """Return which names touch neither those placed nor one another, the first winning."""
    taken = [_box(name, unit) for name in placed]
    found = []
    for at, name in enumerate(names):
        box = _box(name, unit)
        if all(_apart(box, other) for other in taken):
            taken.append(box)
            found.append(at)
    return found


def _box(name: Name, unit: float) -> Box:
    wide = sum(WIDE_PX if sign > "\u2e80" else NARROW_PX for sign in name.text) * unit / 2
    middle = name.y - ABOVE_PX * unit
    high = HIGH_PX * unit / 2
    return name.x - wide, middle - high, name.x + wide, middle + high


def _apart(a: Box, b: Box) -> bool:
    return a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
