"""What may be driven by a school bus, what may be walked: OpenStreetMap's tags, read.

The bus is a bus: the most specific of bus, psv, motor_vehicle, vehicle, access says
whether it may pass; without any, the class of road does. What is private stays closed,
a school's own drives too: the map says nothing of who holds the key. Conditional tags
(by hour, by weight) are not read. Sizes and surfaces are read by ``limits``.
"""

from collections.abc import Mapping
from typing import NamedTuple

from routing.roads.limits import LIMIT_KEYS, PAVED, way_limits
from routing.roads.network import ROAD_CLASSES
from routing.roads.values import (
    is_urban,
    parse_duration,
    parse_lanes,
    parse_speed,
    parse_width,
)

Tags = Mapping[str, str]

BUS_KEYS = ("bus", "psv", "motor_vehicle", "vehicle", "access")
"""From the most to the least specific; the first that is tagged decides."""

CLOSED = frozenset((
    "no", "private", "agricultural", "forestry", "emergency", "delivery", "customers",
    "military", "permit", "residents", "employees", "restricted",
))  # fmt: skip
"""Values that close a way to a bus; ``destination`` and ``permissive`` leave it open."""

CLOSED_ON_FOOT = frozenset(("no", "private", "military", "permit", "residents", "employees"))
"""Values that close a way to walkers; farm and forest tracks are walked in practice."""

OPEN_BARRIERS = frozenset((
    "no", "entrance", "gate", "swing_gate", "sliding_gate", "lift_gate", "toll_booth",
    "border_control", "checkpoint", "cattle_grid", "height_restrictor", "kerb", "coupure",
    "sally_port", "bus_trap", "sump_buster", "speed_bump",
))  # fmt: skip
"""Barriers that a bus passes unless their access says no; any other kind stops it.

A height restrictor passes here: whether a bus fits is a matter of its size.
"""

WALL_BARRIERS = frozenset((
    "fence", "wall", "hedge", "city_wall", "retaining_wall", "guard_rail", "ditch", "spikes",
))  # fmt: skip
"""Barriers that stop walkers too, unless ``foot`` opens them."""

_MOTOR_CLASSES = frozenset(ROAD_CLASSES[: ROAD_CLASSES.index("busway") + 1])
_NO_BUS_SERVICE = frozenset(("parking_aisle", "drive-through", "emergency_access"))
_IMPASSABLE = frozenset(("horrible", "very_horrible", "impassable"))
_ONEWAY_KEYS = ("oneway:bus", "oneway:psv", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
_ONEWAY = {
    "yes": (True, False), "1": (True, False), "true": (True, False),
    "-1": (False, True), "reverse": (False, True), "backward": (False, True),
    "reversible": (False, False), "no": (True, True), "0": (True, True),
    "false": (True, True), "alternating": (True, True),
}  # fmt: skip
_CONTRAFLOW_KEYS = ("busway", "busway:left", "busway:right", "busway:both")
_ZONE_KEYS = ("maxspeed", "maxspeed:type", "source:maxspeed", "zone:traffic", "zone:maxspeed")

WAY_KEYS = frozenset((
    "highway", "route", "area", "service", "smoothness", *LIMIT_KEYS,
    "4wd_only", "motorroad", "junction", "foot", "sidewalk", "sidewalk:both",
    "sidewalk:left", "sidewalk:right", *BUS_KEYS,
    *(f"{key}:{way}" for key in BUS_KEYS for way in ("forward", "backward")),
    *_ONEWAY_KEYS, *_CONTRAFLOW_KEYS, "lanes:bus:backward", "lanes:psv:backward",
    *_ZONE_KEYS, "maxspeed:forward", "maxspeed:backward", "maxspeed:bus", "lanes",
    "lanes:forward", "lanes:backward", "width", "width:carriageway", "est_width",
    "lane_markings", "divider", "bridge", "tunnel", "duration",
))  # fmt: skip
"""Every tag of a way that the rules look at; ways alike in these are alike."""


class WayRule(NamedTuple):
    """What the tags of one way say; see ``Roads`` for the units.

    ``ferry_s`` is for the whole way. ``faults`` names what was not usable and was
    dropped ("speeds") or not applied ("conditional limits").
    """

    road_class: int
    forward: bool
    backward: bool
    walks: bool
    forward_kmh: float
    backward_kmh: float
    lanes: int
    width_m: float
    no_centreline: bool
    urban: bool
    structure: bool
    ferry_s: int
    max_height_m: float
    max_width_m: float
    max_length_m: float
    max_weight_t: float
    surface: int
    incline_pct: float
    faults: tuple[str, ...]


def way_rule(tags: Tags) -> WayRule | None:
    """Return what may be done on a way, or None when neither bus nor walker may use it.

    Parameters
    ----------
    tags
        The tags of one way.
    """
    name = "ferry" if tags.get("route") == "ferry" else tags.get("highway", "")
    if name not in ROAD_CLASSES or tags.get("area") == "yes":
        return None
    forward, backward = _bus_ways(name, tags)
    walks = _walks(name, tags)
    if not (forward or backward or walks):
        return None
    forward_kmh, backward_kmh, faulty = _speeds(tags)
    limits, conditional = way_limits(tags)
    faults = {"speeds": faulty, "conditional limits": conditional}
    return WayRule(
        road_class=ROAD_CLASSES.index(name),
        forward=forward,
        backward=backward,
        walks=walks,
        forward_kmh=forward_kmh,
        backward_kmh=backward_kmh,
        lanes=_lanes(tags),
        width_m=_width(tags),
        no_centreline="no" in (tags.get("lane_markings"), tags.get("divider")),
        urban=any(is_urban(tags[key]) for key in _ZONE_KEYS if key in tags),
        structure=any(tags.get(key, "no") != "no" for key in ("bridge", "tunnel")),
        ferry_s=parse_duration(tags.get("duration", "")) if name == "ferry" else 0,
        **limits._asdict(),
        faults=tuple(fault for fault, found in faults.items() if found),
    )


def node_barrier(tags: Tags) -> tuple[bool, bool]:
    """Return whether a node stops a bus, and whether it stops walkers.

    A gate is open unless it is locked or its access says no. A bollard and every
    barrier not known to be open stops the bus, unless a key more specific than
    ``access`` lets it through.

    Parameters
    ----------
    tags
        The tags of one node.
    """
    kind = tags.get("barrier")
    if not kind:
        return False, False
    locked = tags.get("locked") == "yes"
    keys = BUS_KEYS if kind in OPEN_BARRIERS else BUS_KEYS[:-1]
    tagged = next((tags[key] for key in keys if key in tags), None)
    passes = kind in OPEN_BARRIERS if tagged is None else _open(tagged, CLOSED)
    stops_bus = locked or not passes
    foot = tags.get("foot")
    if foot is not None:
        stops_foot = not _open(foot, CLOSED_ON_FOOT)
    elif kind in OPEN_BARRIERS:
        stops_foot = locked or not _open(tags.get("access", "yes"), CLOSED_ON_FOOT)
    else:
        stops_foot = kind in WALL_BARRIERS
    return stops_bus, stops_foot


def _open(value: str, closed: frozenset[str]) -> bool:
    """Of several values, one that is open is enough."""
    return any(part.strip().lower() not in closed for part in value.split(";"))


def _bus_ways(name: str, tags: Tags) -> tuple[bool, bool]:
    """Whether a bus may drive along the way, and against it."""
    open_forward, open_backward = (_bus_open(name, tags, way) for way in ("forward", "backward"))
    with_it, against = _oneway(name, tags)
    return open_forward and with_it, open_backward and against


def _bus_open(name: str, tags: Tags, way: str) -> bool:
    tagged = next((
        tags[found] for key in BUS_KEYS for found in (f"{key}:{way}", key) if found in tags
    ), None)  # fmt: skip
    if name in {"ferry", "pedestrian"}:
        specific = {**tags, "access": "no"}
        own = next((specific[key] for key in BUS_KEYS if key in specific), "no")
        return _open(own, CLOSED)
    if name not in _MOTOR_CLASSES or not _fit_for_bus(name, tags):
        return False
    return tagged is None or _open(tagged, CLOSED)


def _fit_for_bus(name: str, tags: Tags) -> bool:
    """Whether the road itself carries a bus, whoever may use it."""
    if name == "service" and tags.get("service") in _NO_BUS_SERVICE:
        return False
    if tags.get("4wd_only") == "yes" or tags.get("smoothness") in _IMPASSABLE:
        return False
    if name != "track":
        return True
    surface = tags.get("surface")
    return surface in PAVED if surface else tags.get("tracktype") == "grade1"


def _oneway(name: str, tags: Tags) -> tuple[bool, bool]:
    """Whether traffic runs along the way, and against it."""
    if _has_contraflow(tags):
        return True, True
    for key in _ONEWAY_KEYS:
        found = _ONEWAY.get(tags.get(key, "").strip().lower())
        if found:
            return found
    implied = name == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return True, not implied


def _has_contraflow(tags: Tags) -> bool:
    if any(tags.get(key) == "opposite_lane" for key in _CONTRAFLOW_KEYS):
        return True
    counts = (tags.get("lanes:bus:backward"), tags.get("lanes:psv:backward"))
    return any(count is not None and parse_lanes(count) > 0 for count in counts)


def _walks(name: str, tags: Tags) -> bool:
    """Whether one may walk along the way.

    Rural trunk roads without a sidewalk are walked: in the countryside people walk
    along national roads, and no other way may exist. Motorways, motor roads and bus
    lanes are not, unless a sidewalk or ``foot`` says so.
    """
    foot = tags.get("foot")
    if foot is not None:
        return _open(foot, CLOSED_ON_FOOT)
    if not _open(tags.get("access", "yes"), CLOSED_ON_FOOT):
        return False
    if name in {"motorway", "motorway_link", "busway"} or tags.get("motorroad") == "yes":
        return _has_sidewalk(tags)
    return True


def _has_sidewalk(tags: Tags) -> bool:
    if tags.get("sidewalk") in {"both", "left", "right", "yes"}:
        return True
    return any(tags.get(f"sidewalk:{side}") == "yes" for side in ("both", "left", "right"))


def _speeds(tags: Tags) -> tuple[float, float, bool]:
    """Signed limit along the way and against it (km/h), and whether a sign made no sense."""
    both, faulty = parse_speed(tags.get("maxspeed", ""))
    if not both:
        zones = (tags.get(key, "") for key in ("zone:maxspeed", "maxspeed:type"))
        both = next((parse_speed(zone)[0] for zone in zones if _has_digit(zone)), 0.0)
    bus, wrong = parse_speed(tags.get("maxspeed:bus", ""))
    faulty |= wrong
    limits = []
    for way in ("forward", "backward"):
        own, wrong = parse_speed(tags.get(f"maxspeed:{way}", ""))
        faulty |= wrong
        limits.append(min((limit for limit in (own or both, bus) if limit), default=0.0))
    return limits[0], limits[1], faulty


def _has_digit(text: str) -> bool:
    return any(sign.isdecimal() for sign in text)


def _lanes(tags: Tags) -> int:
    if "lanes" in tags:
        return parse_lanes(tags["lanes"])
    halves = [parse_lanes(tags.get(f"lanes:{way}", "")) for way in ("forward", "backward")]
    return sum(halves) if all(halves) else 0


def _width(tags: Tags) -> float:
    keys = ("width:carriageway", "width", "est_width")
    return next((width for key in keys if (width := parse_width(tags.get(key, "")))), 0.0)
