"""What tags say of sizes: where a bus fits, what it drives on, where it may turn round.

A limit for buses (``maxweight:bus``) stands in for the general one. Limits by hour or
weather (conditional ones) are not applied but counted.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from routing.roads.network import SURFACES, UNMEASURED_M
from routing.roads.values import parse_incline, parse_weight, parse_width

Tags = Mapping[str, str]

PAVED = frozenset((
    "paved", "asphalt", "concrete", "concrete:plates", "concrete:lanes", "paving_stones",
    "sett", "chipseal", "bricks", "metal",
))  # fmt: skip
"""Surfaces on which a bus may use a track."""

_SEALED = frozenset((
    *PAVED, "brick", "cobblestone", "unhewn_cobblestone", "cement", "tarmac", "bitmac",
    "stone", "wood", "metal_grid", "tiles", "paving_stone", "interlock",
))  # fmt: skip
_UNSEALED = frozenset((
    "unpaved", "gravel", "compacted", "fine_gravel", "pebblestone", "crushed_limestone",
    "grass_paver", "shells", "rock", "rocks", "salt", "laterite", "murram",
))  # fmt: skip
_EARTH = frozenset((
    "ground", "dirt", "earth", "mud", "sand", "grass", "clay", "soil", "woodchips", "snow",
    "ice",
))  # fmt: skip
_CODES = {
    **dict.fromkeys(_SEALED, SURFACES.index("paved")),
    **dict.fromkeys(_UNSEALED, SURFACES.index("unpaved")),
    **dict.fromkeys(_EARTH, SURFACES.index("soft")),
}
_GRADES = {
    "grade1": SURFACES.index("paved"), "grade2": SURFACES.index("unpaved"),
    "grade3": SURFACES.index("unpaved"), "grade4": SURFACES.index("soft"),
    "grade5": SURFACES.index("soft"),
}  # fmt: skip
"""Tracks by OpenStreetMap's grades: solid, mostly solid, even mixture, mostly soft, soft."""

_HEIGHT = ("maxheight", "maxheight:physical")
_WIDTH = ("maxwidth", "maxwidth:physical")
_LENGTH = ("maxlength",)
_WEIGHT = ("maxweight", "maxweightrating")
_FOR_BUS = (":bus", ":psv", "")
"""What may stand behind a limit's key, from the most to the least specific."""
_CONDITIONAL = tuple(
    f"{key}{own}:conditional" for key in (*_HEIGHT, *_WIDTH, *_LENGTH, *_WEIGHT) for own in _FOR_BUS
)

LIMIT_KEYS = frozenset((
    "surface", "tracktype", "winter_road", "ice_road", "incline", *_CONDITIONAL,
    *(key + own for key in (*_HEIGHT, *_WIDTH, *_LENGTH, *_WEIGHT) for own in _FOR_BUS),
))  # fmt: skip
"""Every tag of a way that is looked at here."""

NODE_KEYS = ("highway", *(key + own for key in (*_HEIGHT, *_WIDTH, *_WEIGHT) for own in _FOR_BUS))
"""Nodes without any of these keys, and no barriers, say nothing here."""

_TELLING = frozenset(("barrier", *NODE_KEYS))
_GATES = frozenset((
    "entrance", "gate", "swing_gate", "sliding_gate", "lift_gate", "toll_booth", "checkpoint",
    "border_control", "cattle_grid", "height_restrictor", "coupure", "sally_port",
))  # fmt: skip
"""Barriers whose ``width`` is that of the opening, not of what stands there."""

FORWARD, BACKWARD = 1, 2
"""Bits of ``NodeFacts.signals``: for traffic along the way, and against it."""


class WayLimits(NamedTuple):
    """What a way lets pass and how it is made; see ``Roads`` for the units."""

    max_height_m: float
    max_width_m: float
    max_length_m: float
    max_weight_t: float
    surface: int
    incline_pct: float


class NodeFacts(NamedTuple):
    """What a node is for a bus that comes there; see ``Roads`` for the units.

    ``signals`` holds the bits ``FORWARD`` and ``BACKWARD``: which traffic on the way has
    a traffic light there.
    """

    turning_m: float
    height_m: float
    width_m: float
    weight_t: float
    signals: int


_NO_LIMITS = WayLimits(0.0, 0.0, 0.0, 0.0, 0, 0.0)
NO_FACTS = NodeFacts(0.0, 0.0, 0.0, 0.0, 0)


def way_limits(tags: Tags) -> tuple[WayLimits, bool]:
    """Return the limits of a way, and whether it has others by hour or weather.

    Parameters
    ----------
    tags
        The tags of one way.
    """
    if LIMIT_KEYS.isdisjoint(tags):
        return _NO_LIMITS, False
    limits = WayLimits(
        max_height_m=_least(tags, _HEIGHT, parse_width),
        max_width_m=_least(tags, _WIDTH, parse_width),
        max_length_m=_least(tags, _LENGTH, parse_width),
        max_weight_t=_least(tags, _WEIGHT, parse_weight),
        surface=_surface(tags),
        incline_pct=parse_incline(tags["incline"]) if "incline" in tags else 0.0,
    )
    return limits, any(key in tags for key in _CONDITIONAL)


def node_facts(tags: Tags) -> NodeFacts:
    """Return what a node says; ``NO_FACTS`` where it says nothing.

    Parameters
    ----------
    tags
        The tags of one node.
    """
    if _TELLING.isdisjoint(tags):
        return NO_FACTS
    opening = ("width",) if tags.get("barrier") in _GATES else ()
    return NodeFacts(
        turning_m=_turning(tags),
        height_m=_least(tags, _HEIGHT, parse_width),
        width_m=_least(tags, (*_WIDTH, *opening), parse_width),
        weight_t=_least(tags, _WEIGHT, parse_weight),
        signals=_signals(tags),
    )


def _least(tags: Tags, keys: tuple[str, ...], parse: Callable[[str], float]) -> float:
    """Return the least of several limits; 0 where there is none."""
    found = (
        next((parse(tags[key + own]) for own in _FOR_BUS if key + own in tags), 0.0) for key in keys
    )
    return min((limit for limit in found if limit), default=0.0)


def _surface(tags: Tags) -> int:
    """Return a position in ``SURFACES``: of several surfaces the worst."""
    if tags.get("winter_road") == "yes" or tags.get("ice_road") == "yes":
        return SURFACES.index("soft")
    parts = (part.strip().partition(":")[0] for part in tags.get("surface", "").split(";"))
    code = max((_CODES.get(part, 0) for part in parts), default=0)
    return code or _GRADES.get(tags.get("tracktype", ""), 0)


def _turning(tags: Tags) -> float:
    """Return the diameter of a turning place (m); a small roundabout needs a tag for it."""
    kind = tags.get("highway")
    if kind not in {"turning_circle", "turning_loop", "mini_roundabout"}:
        return 0.0
    return parse_width(tags.get("diameter", "")) or (
        0.0 if kind == "mini_roundabout" else UNMEASURED_M
    )


def _signals(tags: Tags) -> int:
    kind = tags.get("highway")
    crossing = tags.get("crossing") == "traffic_signals" or tags.get("crossing:signals") == "yes"
    if kind != "traffic_signals" and not (kind == "crossing" and crossing):
        return 0
    way = tags.get("traffic_signals:direction") or tags.get("direction", "")
    return {"forward": FORWARD, "backward": BACKWARD}.get(way, FORWARD | BACKWARD)
