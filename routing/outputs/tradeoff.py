"""The trade-off set as a drawing: yearly cost along, children's time up, a mark for each choice."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from routing.closures import Choices
from routing.outputs.cleaning import printable
from routing.outputs.masking import Mask, Privacy
from routing.words import Lang, Text

WIDTH, HEIGHT, ROOM = 560, 300, 56
LEAST_SPAN = 1e-9

WORDS = {
    "title": Text(
        "Yearly cost and children's time of each choice", "各方案的年费用与学生用时"
    ),
    "along": Text("cost, million yuan a year", "年费用（百万元）"),
    "up": Text("door to door of all pupils, hours a day", "全部学生门到门用时（小时/日）"),
    "none": Text("present", "现状"),
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """An SVG that a notebook shows by itself.

    Parameters
    ----------
    svg
        The drawing; text from data is escaped.
    """

    svg: str

    def _repr_html_(self) -> str:
        """Return the drawing for a notebook."""
        return self.svg


def draw_choices(choices: Choices, *, lang: Lang = "en", privacy: Privacy = "public") -> Drawing:
    """Draw the trade-off set.

    Parameters
    ----------
    choices
        From ``consolidate``.
    lang
        "en" or "zh".
    privacy
        "public" draws numbers of pupils under ``min_cell`` as one size.

    Returns
    -------
    drawing
        A mark for each choice, named by the schools it closes; larger marks move more
        pupils.
    """
    marks = [one for one in choices.choices if one.plan_made]
    cost = [one.cost_yuan / 1e6 for one in marks]
    hours = [one.time_s / 3600 for one in marks]
    moved = [_shown_number(one.n_changed, choices, privacy) for one in marks]
    most = max(moved, default=0) or 1
    parts = [
        Markup('<text x="{}" y="18" font-weight="bold">{}</text>').format(
            ROOM, WORDS["title"].say(lang)
        ),
        Markup('<text x="{}" y="{}">{}</text>').format(
            ROOM, HEIGHT - 10, f"{WORDS['along'].say(lang)}: {min(cost):.2f} – {max(cost):.2f}"
        ),
        Markup('<text x="{}" y="34">{}</text>').format(
            ROOM, f"{WORDS['up'].say(lang)}: {min(hours):,.0f} – {max(hours):,.0f}"
        ),
        Markup('<path d="M{0} 44V{1}H{2}" fill="none" stroke="#888"/>').format(
            ROOM, HEIGHT - 28, WIDTH - 10
        ),
    ]
    for one, n, x, y in zip(marks, moved, _along(cost), _up(hours), strict=True):
        name = one.name if one.closed else WORDS["none"].say(lang)
        radius = 4 + round(8 * (n / most) ** 0.5, 1)
        parts.append(
            Markup(
                '<circle cx="{0}" cy="{1}" r="{2}" fill="#2b6cb0" fill-opacity=".5" '
                'stroke="#1a365d"><title>{3}</title></circle>'
                '<text x="{4}" y="{5}">{3}</text>'
            ).format(x, y, radius, escape(printable(name)), x + radius + 3, y + 4)
        )
    box = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'font-family="sans-serif" font-size="11">{2}</svg>'
    )
    return Drawing(str(box.format(WIDTH, HEIGHT, Markup("").join(parts))))


def _shown_number(n: int, choices: Choices, privacy: Privacy) -> int:
    """Return a number of pupils as it may be drawn: a hidden one as large as it may be."""
    plan = choices.present.plan
    mask = Mask(5 if plan is None else plan.policy.min_cell, privacy)
    return mask.min_cell - 1 if mask.hides(n) else n


def _along(values: list[float]) -> list[float]:
    low, span = min(values), max(max(values) - min(values), LEAST_SPAN)
    return [round(ROOM + 20 + (value - low) / span * (WIDTH - ROOM - 150), 1) for value in values]


def _up(values: list[float]) -> list[float]:
    low, span = min(values), max(max(values) - min(values), LEAST_SPAN)
    return [round(HEIGHT - 48 - (value - low) / span * (HEIGHT - 110), 1) for value in values]
