"""Small charts drawn by hand as SVG: no script, no font, no request, sharp on paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from routing.outputs.masking import Mask

WIDTH, HEIGHT = 460, 204
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 44, 40
"""Room around the bars (px of the drawing)."""

MOST_BARS, MOST_LABELS = 24, 9
"""More than these are read by nobody; classes are widened, labels left out."""

NICE = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)
"""Distances between the lines of the upright axis; larger ones are these in thousands."""


class Bar(NamedTuple):
    """One class: above ``low`` up to ``high``, how many are in it, how many beyond limits."""

    low: float
    high: float
    n: int
    n_beyond: int


class Limits(NamedTuple):
    """Values below ``low`` and above ``high`` are beyond the limits; at a limit is within."""

    low: float = -math.inf
    high: float = math.inf


class Mark(NamedTuple):
    """A line across the bars at ``value``, with its words."""

    value: float
    text: str


class Axes(NamedTuple):
    """The words of a chart: its title, and what stands along it and up."""

    title: str
    along: str
    up: str


@dataclass(frozen=True)
class _Scale:
    """From values to the drawing: ``low`` to ``high`` along, 0 to ``top`` up."""

    low: float
    high: float
    top: float

    def x(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, n: float) -> float:
        return round(HEIGHT - BOTTOM - n / self.top * (HEIGHT - TOP - BOTTOM), 1)


def count_bars(
    values: Sequence[float], weights: Sequence[int], step: float, limits: Limits | None = None
) -> list[Bar]:
    """Count values into classes of one width, without gaps.

    A value on the edge of two classes is in the lower one, so that a value at a limit
    stands on the side of those that keep it.

    Parameters
    ----------
    values, weights
        What is counted, and how many each value stands for.
    step
        Width of a class, in the unit of the values; doubled until the classes are few.
    limits
        What is beyond, in the unit of the values; nothing is where None.

    Returns
    -------
    bars
        None where there are no values; else from 0, or from the lowest where that is less.
    """
    if not values:
        return []
    low, high = limits or Limits()
    span = max(*values, 0) - min(*values, 0)
    while span / step > MOST_BARS:
        step *= 2
    places = [math.ceil(value / step) - 1 if value else 0 for value in values]
    n = dict.fromkeys(range(min(*places, 0), max(places) + 1), 0)
    n_beyond = dict(n)
    for value, place, weight in zip(values, places, weights, strict=True):
        n[place] += weight
        if not low <= value <= high:
            n_beyond[place] += weight
    return [Bar(at * step, (at + 1) * step, n[at], n_beyond[at]) for at in n]


def draw_bars(
    bars: Sequence[Bar], axes: Axes, *, marks: Sequence[Mark] = (), mask: Mask | None = None
) -> Markup:
    """Draw classes as bars; what is beyond the limits has the colour of a warning.

    Parameters
    ----------
    bars
        As ``count_bars`` gives them; at least one.
    axes
        The words; they are escaped.
    marks
        Limits to draw, in the unit of the bars.
    mask
        How counts of students are shown; a hidden bar is drawn as high as it may be.
    """
    edges = [bars[0].low, bars[-1].high, *(mark.value for mark in marks)]
    most = max(_height(bar.n, mask) for bar in bars)
    scale = _Scale(min(edges), max(edges), max(most, 1))
    parts = [
        *_frame(axes, scale),
        *(part for bar in bars for part in _bar(bar, scale, mask)),
        *_labels(bars, scale),
        *(_mark(mark, scale) for mark in marks),
    ]
    svg = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return svg.format(WIDTH, HEIGHT, axes.title, Markup("").join(parts))


def _frame(axes: Axes, scale: _Scale) -> list[Markup]:
    line = Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>')
    label = Markup('<text class="up" x="{}" y="{}">{}</text>')
    gap = _nice(scale.top / 3)
    parts = [
        Markup('<text class="title" x="{}" y="14">{}</text>').format(2, axes.title),
        Markup('<text class="axis" x="{}" y="{}">{}</text>').format(
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, axes.along
        ),
        Markup('<text x="{}" y="32">{}</text>').format(2, axes.up),
    ]
    for n in range(0, math.floor(scale.top) + 1, gap):
        y = scale.y(n)
        parts.append(line.format(LEFT, WIDTH - RIGHT, y, y))
        parts.append(label.format(LEFT - 6, y + 4, f"{n:,}"))
    return parts


def _bar(bar: Bar, scale: _Scale, mask: Mask | None) -> list[Markup]:
    """Draw a bar, the part beyond the limits on top, with a title that says the numbers."""
    if not bar.n:
        return []
    n_over = bar.n_beyond
    if mask and (mask.hides(n_over) or mask.hides(bar.n - n_over)):
        n_over = bar.n if n_over * 2 > bar.n else 0
    height = _height(bar.n, mask)
    whole = n_over == bar.n
    said = f"{bar.low:g}–{bar.high:g}: {mask.shown(bar.n) if mask else bar.n}"
    rows = [("beyond" if whole else "bar", 0, height)]
    if n_over and not whole:
        rows = [("bar", 0, height - n_over), ("beyond", height - n_over, height)]
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>')
    left, width = scale.x(bar.low) + 1, scale.x(bar.high) - scale.x(bar.low) - 2
    return [
        rect.format(
            kind,
            round(left, 1),
            scale.y(up),
            round(width, 1),
            round(scale.y(down) - scale.y(up), 1),
            said,
        )
        for kind, down, up in rows
    ]


def _labels(bars: Sequence[Bar], scale: _Scale) -> list[Markup]:
    """Write the edges of the classes, as far as the limits reach."""
    label = Markup('<text class="along" x="{}" y="{}">{}</text>')
    step = bars[0].high - bars[0].low
    n = math.floor((scale.high - scale.low) / step + 1e-9) + 1
    every = math.ceil(n / MOST_LABELS)
    edges = [scale.low + step * at for at in range(0, n, every)]
    return [label.format(scale.x(edge), HEIGHT - BOTTOM + 15, f"{edge:g}") for edge in edges]


def _mark(mark: Mark, scale: _Scale) -> Markup:
    """Draw a limit; its words stand above the bars, on the side where there is room."""
    x = scale.x(mark.value)
    left = x > (LEFT + WIDTH) / 2
    return Markup(
        '<line class="mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="mark {3}" x="{4}" y="{5}">{6}</text>'
    ).format(
        x, TOP - 20, HEIGHT - BOTTOM, "left" if left else "right",
        x - 4 if left else x + 4, TOP - 12, mark.text,
    )  # fmt: skip


def _height(n: int, mask: Mask | None) -> int:
    return mask.min_cell - 1 if mask and mask.hides(n) else n


def _nice(gap: float) -> int:
    return next((nice for nice in NICE if nice >= gap), 1000 * math.ceil(gap / 1000))
