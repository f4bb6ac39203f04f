"""The judge of sides: the bus at the kerb, and nobody made to cross a large road."""

from collections.abc import Iterator

import numpy as np

from routing.check.case import Case, breach, each
from routing.check.legs import stop_spots
from routing.check.stops import ALLOWED
from routing.check.ways import Spots
from routing.records import Breach
from routing.roads.network import ROAD_CLASSES, Flags
from routing.words import Text

CROSSES = Text(
    "stop {id} lets students cross a road that they may not cross ({road}, lanes: {lanes}).",
    "站点{id}让学生横穿不得横穿的道路（{road}，{lanes}车道）。",
)
WRONG_KERB = Text(
    "visit {id}: the bus stands on the side '{side}', the stop {stop} is on the side '{own}'.",
    "停靠{id}：校车停在{side}一侧，站点{stop}在{own}一侧。",
)
NO_KERB = Text(
    "visit {id}: it is not said on which side of {stop} the bus stands; it cannot turn round there.",
    "停靠{id}：未说明校车停在{stop}哪一侧；校车不能在此掉头。",
)


def stops_on_own_side(case: Case) -> Iterator[Breach]:
    """At every stop the bus stands at its kerb, on the other only where students may cross."""
    rule = "stops_on_own_side"
    roads = case.plan.district.roads
    stops, spots = stop_spots(case)
    may = may_cross(case, spots)
    for row, stop in enumerate(each(stops)):
        if stop.side == "either" and not may[row]:
            link = spots.link[row]
            road, lanes = ROAD_CLASSES[roads.road_class[link]], int(roads.lanes[link]) or "?"
            yield breach(rule, stop.stop_id, 1, "stops", CROSSES, road=road, lanes=lanes)
    sides = dict(zip(case.stops["stop_id"], case.stops["side"], strict=True))
    for visit in each(case.visits.dropna(subset=["order"])):
        name, stop_id = f"{visit.route_id}/{visit.order:g}", visit.place_id
        sided = visit.side in {"forward", "backward"}
        own = sides.get(stop_id, "either") if visit.kind == "stop" else "either"
        turns = visit.kind == "school" and case.policy.turn_at_school
        if not (sided or turns):
            yield breach(rule, name, 1, "visits", NO_KERB, stop=stop_id)
        elif sided and own in {"forward", "backward"} and visit.side != own:
            said = {"stop": stop_id, "side": visit.side, "own": own}
            yield breach(rule, name, 1, "visits", WRONG_KERB, **said)


def may_cross(case: Case, spots: Spots) -> Flags:
    """Return where students may cross the road, by its class and lanes or the planner's word."""
    roads, policy = case.plan.district.roads, case.policy
    road_class, lanes = roads.road_class[spots.link], roads.lanes[spots.link]
    if policy.cross_from == "none":
        small = np.zeros(len(spots.link), bool)
    else:
        small = road_class >= ROAD_CLASSES.index(policy.cross_from)
    may: Flags = small & (lanes <= policy.cross_lanes)
    return may | (roads.stop_rule[spots.link] == ALLOWED)
