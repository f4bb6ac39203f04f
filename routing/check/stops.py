"""The judge of stops: where a bus may stand, and near enough to walk to."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows
from routing.check.legs import stop_spots
from routing.check.places import crow_m, find_nearest, find_points
from routing.check.search import measure_ways
from routing.check.ways import Spots
from routing.records import Breach
from routing.roads.network import ROAD_CLASSES, Floats
from routing.words import Text

NO_STOP = ("motorway", "motorway_link", "trunk_link", "ferry")
"""Classes of road on which no bus may stand to let children on or off."""

ALLOWED, CLOSED_TO_STOPS = 1, -1
"""The planner's own word on a link, whatever the class of its road."""

SAME_PLACE_M = 20
"""A stop this near to a forbidden one is the forbidden one (assumed)."""

OFF_LINK_M = 3
"""A stop's coordinates may be off its place on the link by rounding only."""

CROW_SHARE = 0.998
"""Of the straight line: the shape of the earth that a walk was measured on may differ."""

WALK_ROUNDING_M = 2
"""Home to road and road to stop are each rounded once."""

NOT_ON_LINK = Text("stop {id} is on no link of the roads.", "站点{id}不在任何路段上。")
OFF_LINK = Text("stop {id} is {n} m off its link.", "站点{id}偏离所在路段{n}米。")
BARRED = Text(
    "stop {id} is on a road where none is allowed ({road}).",
    "站点{id}所在道路不得设站（{road}）。",
)
WRONG_SIDE = Text(
    "no bus may drive past stop {id} on its side of the road.",
    "站点{id}所在一侧不允许校车通行。",
)
CLOSED = Text("stop {id} is where the planner allows none.", "站点{id}所在路段已设为不得设站。")
FORBIDDEN = Text(
    "stop {id} is where the county forbids one ({other}).",
    "站点{id}位于本县禁用站点（{other}）。",
)
WALKS_FAR = Text(
    "student row {id} walks {n} m further to {stop} than its grade may.",
    "学生行{id}到站点{stop}步行超出限值{n}米。",
)
WALK_SHORT = Text(
    "student row {id}: the walk to {stop} is stated {n} m shorter than it is.",
    "学生行{id}：到站点{stop}的步行距离少计{n}米。",
)
NO_WALK = Text(
    "student row {id} cannot walk to {stop}.",
    "学生行{id}无法步行到站点{stop}。",
)


def stops_allowed(case: Case) -> Iterator[Breach]:
    """Every stop is on a road where a bus may stand, where it says, and not forbidden."""
    rule = "stops_allowed"
    stops, spots = stop_spots(case)
    lost = case.stops[~case.stops["stop_id"].isin(stops["stop_id"])]
    for stop in each(lost):
        yield breach(rule, stop.stop_id, 1, "stops", NOT_ON_LINK)
    roads, ways = case.plan.district.roads, case.small_ways
    lon, lat = find_points(roads, spots.link, spots.offset_dm)
    off_m = crow_m(stops["lon"].to_numpy(), stops["lat"].to_numpy(), lon, lat)
    ahead = ways.forward[spots.link] & (spots.side >= 0)
    back = ways.backward[spots.link] & (spots.side <= 0)
    for row, stop in enumerate(each(stops)):
        link = spots.link[row]
        name = ROAD_CLASSES[roads.road_class[link]]
        if off_m[row] > OFF_LINK_M:
            yield breach(rule, stop.stop_id, round(float(off_m[row]), 1), "m", OFF_LINK)
        barred = name in NO_STOP and roads.stop_rule[link] != ALLOWED
        if roads.stop_rule[link] == CLOSED_TO_STOPS:
            yield breach(rule, stop.stop_id, 1, "stops", CLOSED)
        elif barred or roads.structure[link]:
            road = "bridge or tunnel" if roads.structure[link] else name
            yield breach(rule, stop.stop_id, 1, "stops", BARRED, road=road)
        elif not (ahead[row] or back[row]):
            yield breach(rule, stop.stop_id, 1, "stops", WRONG_SIDE)
    yield from _on_forbidden(case, stops)


def _on_forbidden(case: Case, stops: pd.DataFrame) -> Iterator[Breach]:
    lon, lat = stops["lon"].to_numpy(), stops["lat"].to_numpy()
    for other in each(case.stop_list[case.stop_list["forbidden"]]):
        away_m = crow_m(lon, lat, np.array([other.lon]), np.array([other.lat]))
        for stop in each(stops[away_m < SAME_PLACE_M]):
            yield breach(
                "stops_allowed", stop.stop_id, 1, "stops", FORBIDDEN,
                other=other.stop_id,
            )  # fmt: skip


def walk_within_limit(case: Case) -> Iterator[Breach]:
    """Nobody walks further to the stop than the grade may, and the walk is as stated."""
    rule = "walk_within_limit"
    walks = _walks(case)
    way_m = _ways_m(case, walks)
    away_m = CROW_SHARE * crow_m(
        walks["lon"].to_numpy(),
        walks["lat"].to_numpy(),
        walks["stop_lon"].to_numpy(),
        walks["stop_lat"].to_numpy(),
    )
    for row, walk in enumerate(each(walks)):
        said = {"stop": walk.stop_id}
        over_m = walk.to_stop_m - case.policy.max_walk_to_stop_m.at(walk.grade)
        if over_m > 0:
            yield breach(rule, walk.student_id, over_m, "m", WALKS_FAR, **said)
        if np.isinf(way_m[row]):
            yield breach(rule, walk.student_id, 1, "walks", NO_WALK, **said)
            continue
        short_m = float(np.fmax(way_m[row], away_m[row])) - walk.to_stop_m
        if short_m > WALK_ROUNDING_M:
            short_m = round(short_m, 1)
            yield breach(rule, walk.student_id, short_m, "m", WALK_SHORT, **said)


def _walks(case: Case) -> pd.DataFrame:
    """Return one row for each student row and stop, with where the stop stands."""
    stops, spots = stop_spots(case)
    stands = pd.DataFrame(
        {
            "stop_id": stops["stop_id"],
            "stop_lon": stops["lon"],
            "stop_lat": stops["lat"],
            "link": spots.link,
            "offset_dm": spots.offset_dm,
        }
    )
    walks = first_rows(case.served, "student_id", "stop_id", "to_stop_m")
    walks = walks.dropna(subset=["lon", "lat", "to_stop_m"])
    columns = ["student_id", "grade", "lon", "lat", "stop_id", "to_stop_m"]
    return walks[columns].merge(stands, how="inner", on="stop_id")


def _ways_m(case: Case, walks: pd.DataFrame) -> Floats:
    """Return the way on foot from home to road and on to the stop; infinite for none.

    NaN where nobody may walk along the stop's own road: then the straight line judges.
    """
    ways = case.walk_ways
    way_m = np.full(len(walks), np.nan)
    link = walks["link"].to_numpy()
    part = ways.component[link]
    way_m[part >= 0] = np.inf
    # A home belongs to the paths from which its stop is reached, not to an island's.
    for one in np.unique(part[part >= 0]):
        rows = np.flatnonzero(part == one)
        mine: Any = walks.iloc[rows]
        near = find_nearest(
            ways, mine["lon"].to_numpy(), mine["lat"].to_numpy(), ways.component == one
        )
        at = rows[near.point]
        still = np.zeros(len(at), np.int64)
        stands = Spots(link[at], walks["offset_dm"].to_numpy()[at], still)
        look_dm = walks["to_stop_m"].to_numpy()[at] * 10
        key = measure_ways(ways, stands, near.spots, look_dm)
        np.minimum.at(way_m, at, key / 10 + near.moved_m)
    return way_m
