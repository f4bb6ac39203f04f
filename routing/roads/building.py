"""Put roads together: links cut from ways, what the tags say, barriers, restrictions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.roads.barriers import Joins, split_barriers
from routing.roads.cutting import FACTS, Cut, cut_ways
from routing.roads.network import ROAD_CLASSES, Ints, Roads, Source, plain_columns
from routing.roads.parsing import Parsed, Place
from routing.roads.restrictions import OUTSIDE, Ban, ban_columns, settle_bans
from routing.roads.tags import WayRule
from routing.roads.water import measure_water


@dataclass(frozen=True, eq=False)
class Ways:
    """What the links of a way share: id, rule (position in ``rules``) and name."""

    way_id: Ints
    rule: Ints
    name: Sequence[str]
    rules: Sequence[WayRule]


def build_roads(parsed: Parsed, name: str, digest: str) -> Roads:
    """Make roads of what a file holds.

    Parameters
    ----------
    parsed
        The ways, barriers and places.
    name, digest
        Of the file, for ``Source``.

    Returns
    -------
    roads
        Without links where no way could be used.
    """
    cut, repaired = cut_ways(parsed)
    ways = Ways(parsed.way_id, parsed.way_rule, parsed.way_name, parsed.rules)
    bans, n_outside = _settle(parsed, cut)
    counts = Counter({**parsed.repaired, **repaired})
    counts[OUTSIDE] += n_outside
    source = name, digest, {key: count for key, count in counts.items() if count}
    roads = assemble(cut, ways, parsed.barriers, parsed.places, source)
    return measure_water(replace(roads, **ban_columns(bans)), parsed.waters)


def _settle(parsed: Parsed, cut: Cut) -> tuple[list[Ban], int]:
    """Return the restrictions whose ways and node are here, and how many point outside."""
    named = {way for ban in parsed.bans for way in ban.ways}
    named |= {parsed.twins[way] for way in named & parsed.twins.keys()}
    here = np.flatnonzero(np.isin(parsed.way_id, np.fromiter(named, np.int64, len(named))))
    chains = {
        int(parsed.way_id[way]): parsed.ref[slice(*parsed.point_from[way : way + 2])].tolist()
        for way in here.tolist()
    }
    at = {ban.node for ban in parsed.bans} & set(cut.node_id.tolist())
    return settle_bans(parsed.bans, chains, at, parsed.unused, parsed.twins)


def assemble(
    cut: Cut,
    ways: Ways,
    barriers: Mapping[int, tuple[bool, bool]],
    places: Sequence[Place],
    source: tuple[str, str, Mapping[str, int]],
) -> Roads:
    """Put links, rules, names and places together.

    Parameters
    ----------
    cut, ways
        The links and what their ways say.
    barriers
        Node id to whether it stops a bus, and walkers.
    places
        Name, kind, degrees.
    source
        Name, digest, what was repaired.
    """
    rule = ways.rule[cut.way]
    bus = _column(ways, rule, "forward", np.bool_) | _column(ways, rule, "backward", np.bool_)
    walks = _column(ways, rule, "walks", np.bool_)
    cut, joins = split_barriers(cut, bus, walks, barriers)
    columns = _columns(ways, cut, joins)
    names = tuple(dict.fromkeys(("", *ways.name)))
    place_of = {name: at for at, name in enumerate(names)}
    name = np.array([place_of[name] for name in ways.name], np.int32)
    place_lon, place_lat = (np.array([place[k] for place in places], float) for k in (2, 3))
    box = _box(cut, columns["road_class"])
    return Roads(
        node_id=cut.node_id, node_lon=cut.node_lon, node_lat=cut.node_lat,
        start=cut.start, end=cut.end, way_id=ways.way_id[cut.way], name=name[cut.way],
        ferry_s=_ferry_seconds(cut, _column(ways, ways.rule[cut.way], "ferry_s", np.int64)),
        length_dm=cut.length_dm, shape_from=cut.shape_from,
        shape_lon=cut.shape_lon, shape_lat=cut.shape_lat, names=names,
        place_name=tuple(place[0] for place in places),
        place_kind=tuple(place[1] for place in places),
        place_lon=place_lon, place_lat=place_lat,
        source=Source(source[0], source[1], box, dict(source[2])),
        **columns,
    )  # fmt: skip


def _columns(ways: Ways, cut: Cut, joins: Joins) -> dict[str, NDArray[Any]]:
    """Return what rules give their links, and links that join nodes at barriers are for."""
    rule, whole = ways.rule[cut.way], ~(joins.bus | joins.walk)
    forward = _column(ways, rule, "forward", np.bool_) & whole | joins.bus
    backward = _column(ways, rule, "backward", np.bool_) & whole | joins.bus
    limits = ("max_height_m", "max_width_m", "max_length_m", "max_weight_t", "incline_pct")
    return {
        **plain_columns(len(cut.node_id), len(cut.start)),
        **{name: cut.facts[:, at].copy() for at, name in enumerate(FACTS)},
        **{name: _column(ways, rule, name, np.float32) for name in limits},
        "surface": _column(ways, rule, "surface", np.int8),
        "signals_forward": cut.signals[:, 0].copy(),
        "signals_backward": cut.signals[:, 1].copy(),
        "road_class": _column(ways, rule, "road_class", np.int8),
        "bus_forward": forward,
        "bus_backward": backward,
        "walks": _column(ways, rule, "walks", np.bool_) & whole | joins.walk,
        "signed_forward_kmh": _column(ways, rule, "forward_kmh", np.float32),
        "signed_backward_kmh": _column(ways, rule, "backward_kmh", np.float32),
        "lanes": _column(ways, rule, "lanes", np.int8),
        "width_m": _column(ways, rule, "width_m", np.float32),
        "oneway": forward != backward,
        "no_centreline": _column(ways, rule, "no_centreline", np.bool_),
        "urban": _column(ways, rule, "urban", np.bool_),
        "structure": _column(ways, rule, "structure", np.bool_),
    }


def _column(ways: Ways, rule: Ints, field: str, kind: type) -> NDArray[Any]:
    return np.array([getattr(one, field) for one in ways.rules], kind)[rule]


def _ferry_seconds(cut: Cut, whole_s: Ints) -> NDArray[np.int32]:
    """Give each link of a ferry its part of the time of the whole way, rounded up."""
    way_dm = np.bincount(cut.way, cut.length_dm)[cut.way] if len(cut.way) else cut.way
    return np.ceil(whole_s * cut.length_dm / np.maximum(1, way_dm)).astype(np.int32)


def _box(cut: Cut, road_class: NDArray[np.int8]) -> tuple[float, float, float, float]:
    """Ferries do not count where there are roads: they lead out of the map."""
    ferry = road_class == ROAD_CLASSES.index("ferry")
    counts = ~ferry | ferry.all()
    inside = np.repeat(counts, np.diff(cut.shape_from))
    lon, lat = cut.shape_lon[inside], cut.shape_lat[inside]
    if not len(lon):
        return 0.0, 0.0, 0.0, 0.0
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
