"""The judge of driving: every leg is the fastest way on the roads, none too fast."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows
from routing.check.fleet import runs_of_buses
from routing.check.places import find_nearest
from routing.check.search import measure_ways
from routing.check.ways import Spots, unpack
from routing.records import Breach
from routing.roads.network import ROAD_CLASSES, Floats, Ints
from routing.words import Text

ROUNDING = 1
"""Metres and seconds by which a leg may differ: it is rounded up, once."""

NO_WAY = Text(
    "{id}: no way on the roads from {start} to {target}.",
    "{id}：从{start}到{target}无路可通。",
)
TIME_OFF = Text(
    "{id}: {stated} s from {start} to {target}; by the roads {right} s.",
    "{id}：从{start}到{target}用时{stated}秒，按路网应为{right}秒。",
)
LENGTH_OFF = Text(
    "{id}: {stated} m from {start} to {target}; by the roads {right} m.",
    "{id}：从{start}到{target}里程{stated}米，按路网应为{right}米。",
)
TOO_FAST = Text(
    "{id} is driven {n} km/h faster than a loaded school bus may.",
    "{id}的车速超过载有学生校车的限速{n}公里/小时。",
)


Place = tuple[str, str, str]
"""Kind (stop, school or yard), key, and the side on which the bus stands there."""

SIDES = {"forward": 1, "backward": -1}
"""Sides of visits; any other word: either, there a bus may turn round."""


class Leg(NamedTuple):
    """One drive between two places, as the plan states it.

    ``loaded``: with students, as long as the fastest way; empty: not shorter than it.
    """

    subject_id: str
    bus_type_id: str
    start: Place
    target: Place
    stated_m: float
    stated_s: float
    loaded: bool


def legs_on_roads(case: Case) -> Iterator[Breach]:
    """Every leg has the length and time of the fastest way that such a bus can drive and turn."""
    legs = [
        leg
        for leg in (*_driven_legs(case), *_empty_legs(case))
        if np.isfinite(leg.stated_m) and np.isfinite(leg.stated_s)
    ]
    wrong: dict[int, Breach | None] = {}
    # A bus may be planned on the roads of all buses, or on those of its own size.
    for fleet in range(len(case.fleets)):
        for loaded in (True, False):
            own = [
                number
                for number, leg in enumerate(legs)
                if leg.loaded == loaded and wrong.get(number, True)
                if _may_use(case, leg.bus_type_id, fleet)
            ]
            for number, found in _judge_legs(case, legs, own, fleet):
                wrong[number] = found and (wrong.get(number) or found)
    yield from (found for _, found in sorted(wrong.items()) if found)


def _may_use(case: Case, bus_type_id: str, fleet: int) -> bool:
    """Return whether a type of bus fits where a fleet does; an unknown one, the first's."""
    ids = case.fleets[fleet].bus_type_ids
    return bus_type_id in ids or (fleet == 0 and bus_type_id not in case.fleets[0].bus_type_ids)


def _judge_legs(
    case: Case, legs: list[Leg], own: list[int], fleet: int
) -> Iterator[tuple[int, Breach | None]]:
    """Give what is wrong with some legs, all loaded or all empty; None for nothing."""
    if not own:
        return
    places = _places(case, fleet)
    ways = case.ways_of(fleet, loaded=legs[own[0]].loaded)
    pairs = [
        (number, start, target)
        for number in own
        for start in _stand(places, legs[number].start)
        for target in _stand(places, legs[number].target)
    ]
    if not pairs:
        return
    which = np.array([number for number, _, _ in pairs])
    start = _spots([start for _, start, _ in pairs])
    target = _spots([target for _, _, target in pairs])
    look_ms = np.array([leg.stated_s for leg in legs])[which] * 1000
    ms, dm = unpack(measure_ways(ways, start, target, look_ms))
    found_s, found_m = np.ceil(ms / 1000), np.ceil(dm / 10)
    # One leg may have several ways to be right: a gate can be equally near two links.
    for number in np.unique(which).tolist():
        rows = which == number
        yield number, _judge_leg(legs[number], found_s[rows], found_m[rows])


def _judge_leg(leg: Leg, found_s: Floats, found_m: Floats) -> Breach | None:
    rule = "legs_on_roads"
    said: dict[str, Any] = {"start": leg.start[1], "target": leg.target[1]}
    if not np.isfinite(found_s).any():
        return breach(rule, leg.subject_id, 1, "legs", NO_WAY, **said)
    wrong_s, wrong_m = _wrong(leg, leg.stated_s, found_s), _wrong(leg, leg.stated_m, found_m)
    best = int(np.lexsort((wrong_m, wrong_s))[0])
    if wrong_s[best] > ROUNDING:
        said |= {"stated": f"{leg.stated_s:g}", "right": f"{found_s[best]:g}"}
        return breach(rule, leg.subject_id, wrong_s[best], "s", TIME_OFF, **said)
    if wrong_m[best] > ROUNDING:
        said |= {"stated": f"{leg.stated_m:g}", "right": f"{found_m[best]:g}"}
        return breach(rule, leg.subject_id, wrong_m[best], "m", LENGTH_OFF, **said)
    return None


def _wrong(leg: Leg, stated: float, found: Floats) -> Floats:
    return np.abs(stated - found) if leg.loaded else np.maximum(found - stated, 0)


def _driven_legs(case: Case) -> Iterator[Leg]:
    routes = first_rows(case.routes, "route_id")
    types = dict(zip(routes["route_id"], routes["bus_type_id"], strict=True))
    for route_id, visits in case.visits_of.items():
        before: Place | None = None
        for visit in visits:
            here = (str(visit.kind), str(visit.place_id), str(visit.side))
            if before is not None:
                name, kind = f"{route_id}/{visit.order:g}", types.get(route_id, "")
                yield Leg(name, kind, before, here, visit.leg_m, visit.leg_s, loaded=True)
            before = here


def _empty_legs(case: Case) -> Iterator[Leg]:
    """Give the empty drives: from the yard or the run before, and back to the yard."""
    ends: dict[str, Place] = {}
    runs = runs_of_buses(case)
    following = runs["begins"].shift(-1, fill_value=True).tolist()
    for run, is_last in zip(each(runs), following, strict=True):
        yard = ("yard", run.parking_id, "either")
        own = (run.route_id, run.bus_type_id)
        known = yard if run.begins and run.parking_id else ends.get(run.bus_id)
        if known is not None and not (run.first and not run.parking_id):
            yield Leg(*own, known, run.starts, run.empty_m, run.empty_s, loaded=False)
        if run.parking_id and is_last:
            yield Leg(*own, run.ends, yard, run.return_m, run.return_s, loaded=False)
        ends[run.bus_id] = run.ends


def _places(case: Case, fleet: int) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Return where stops, schools and yards stand: link and offset of each."""
    places: dict[tuple[str, str], list[tuple[int, int]]] = {}
    stops, spots = stop_spots(case)
    where = zip(spots.link, spots.offset_dm, strict=True)
    for key, (link, offset_dm) in zip(stops["stop_id"], where, strict=True):
        places["stop", key] = [(int(link), int(offset_dm))]
    for kind, frame, id_name, ways in (
        ("school", case.schools, "school_id", case.ways_of(fleet, loaded=True)),
        ("yard", case.parkings, "parking_id", case.ways_of(0, loaded=False)),
    ):
        unique = first_rows(frame, id_name)
        keys = unique[id_name].tolist()
        lon, lat = unique["lon"].to_numpy(), unique["lat"].to_numpy()
        near = find_nearest(ways, lon, lat, ways.serves)
        for point, link, offset_dm in zip(
            near.point, near.spots.link, near.spots.offset_dm, strict=True
        ):
            places.setdefault((kind, keys[int(point)]), []).append((int(link), int(offset_dm)))
    return places


def _stand(
    places: dict[tuple[str, str], list[tuple[int, int]]], place: Place
) -> list[tuple[int, int, int]]:
    """Return where a bus stands at a place: link, offset and side."""
    kind, key, side = place
    return [(*spot, SIDES.get(side, 0)) for spot in places.get((kind, key), ())]


def stop_spots(case: Case) -> tuple[pd.DataFrame, Spots]:
    """Return the stops that stand on a link, and where."""
    length_dm = case.plan.district.roads.length_dm
    stops = first_rows(case.stops, "stop_id").dropna(subset=["link", "offset_dm"])
    on_link = (stops["link"] >= 0) & (stops["link"] < len(length_dm))
    stops = stops[on_link]
    link = stops["link"].to_numpy().astype(np.int64)
    offset_dm = stops["offset_dm"].to_numpy().astype(np.int64)
    inside = (offset_dm >= 0) & (offset_dm <= length_dm[link])
    sides = stops["side"].map(SIDES).fillna(0)
    spots = Spots(link, offset_dm, sides.to_numpy().astype(np.int64))
    return stops[inside], spots.take(inside)


def _spots(places: list[tuple[int, int, int]]) -> Spots:
    columns: list[Ints] = list(np.array(places, np.int64).T)
    return Spots(*columns)


def speed_within_caps(case: Case) -> Iterator[Breach]:
    """No leg and no route is driven faster than a loaded school bus may go."""
    cap_kmh = _cap_kmh(case)
    for route_id, visits in case.visits_of.items():
        legs = visits[1:]
        for leg in legs:
            yield from _too_fast(f"{route_id}/{leg.order:g}", leg.leg_m, leg.leg_s, cap_kmh)
        if len(legs) > 1:
            whole_m, whole_s = sum(leg.leg_m for leg in legs), sum(leg.leg_s for leg in legs)
            yield from _too_fast(route_id, whole_m, whole_s, cap_kmh)


def _cap_kmh(case: Case) -> float:
    """Return the cap of the fastest class of road that a bus may drive here."""
    roads, ways = case.plan.district.roads, case.small_ways
    fast = [ROAD_CLASSES.index(name) for name in ("motorway", "motorway_link")]
    usable = ways.forward | ways.backward
    has_motorway = bool((usable & np.isin(roads.road_class, fast)).any())
    policy = case.policy
    return float(policy.cap_motorway_kmh if has_motorway else policy.cap_other_kmh)


def _too_fast(
    subject_id: str, distance_m: float, duration_s: float, cap_kmh: float
) -> Iterator[Breach]:
    sure_m = distance_m - ROUNDING
    if sure_m * 3.6 > cap_kmh * duration_s:
        over_kmh = sure_m * 3.6 / duration_s - cap_kmh if duration_s > 0 else sure_m * 3.6
        over_kmh = round(float(over_kmh), 1)
        yield breach("speed_within_caps", subject_id, over_kmh, "km/h", TOO_FAST)
