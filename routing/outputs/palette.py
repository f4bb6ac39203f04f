"""Which colour and dash each bus has, so that a colour-blind reader tells them apart."""

from typing import NamedTuple

BUS_COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7",
    "#E69F00", "#56B4E9", "#000000", "#F0E442",
)  # fmt: skip
"""Blue, vermilion, green, purple, orange, sky, black, yellow: Okabe and Ito, 2008."""

BUS_DASHES: tuple[tuple[int, ...], ...] = ((), (10, 6), (2, 6), (14, 5, 2, 5))
"""Pixels drawn and left out; the colours repeat with the next pattern."""

DARK_CASED = frozenset({"#F0E442"})
"""Colours too light for a white edge; they get a dark one."""

DENSITY_COLOURS = ("#efedf5", "#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1")
"""From few to many students: one hue, lightness falls (ColorBrewer Purples)."""

ROAD_STYLES: tuple[tuple[str, float, str, int], ...] = (
    ("#f3cfa0", 4.0, "#d8ae78", 0),
    ("#f8e3a9", 3.2, "#d9c184", 0),
    ("#ffffff", 2.6, "#cfc7b8", 0),
    ("#ffffff", 1.9, "#d3ccbf", 0),
    ("#d9d3c7", 1.0, "", 0),
    ("#e0dace", 0.8, "", 13),
    ("#dcd5c8", 0.6, "", 14),
)
"""Per level of ``routing.outputs.basemap``: colour, width (px at zoom 12), edge, and the
zoom from which it is drawn."""

TRANSIT_COLOUR = "#006064"
"""Dark teal for public buses; always thin and dashed, with round stops of the same colour."""

UNSERVED_COLOUR = "#B0003A"
"""Deep red for students left out; always with its own sign, a cross."""


class BusStyle(NamedTuple):
    """How a bus is drawn: colour, dash pattern (px) and the colour of its edge."""

    colour: str
    dash: tuple[int, ...]
    edge: str


def bus_style(place: int) -> BusStyle:
    """Return the style of the bus at a place in the list of buses (0, 1, ...).

    Eight colours with four patterns tell 32 buses apart; after that they repeat, and
    only the label and the popup say which is which.
    """
    colour = BUS_COLOURS[place % len(BUS_COLOURS)]
    dash = BUS_DASHES[place // len(BUS_COLOURS) % len(BUS_DASHES)]
    return BusStyle(colour, dash, "#4a4a4a" if colour in DARK_CASED else "#ffffff")


def density_steps(min_cell: int) -> tuple[int, ...]:
    """Return the counts at which the density's colours change.

    The first colour is for groups under ``min_cell``; each further step doubles.
    """
    return tuple(min_cell * 2**power for power in range(len(DENSITY_COLOURS) - 1))
