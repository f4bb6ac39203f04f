"""Which stops and lines a plan has that the present has not: each needs a new permit."""

from collections import Counter

import numpy as np
import pandas as pd

from routing.measure.riders import numbers
from routing.records import Plan, lonlat

DECIMALS = 5
"""Places of stops are compared to 0.00001 degree, about a metre (rounding of the maps)."""

Line = tuple[object, ...]


def count_new_stops(before: Plan, after: Plan) -> int:
    """Return how many stops stand where the present has none.

    Parameters
    ----------
    before, after
        Plans; stops are told apart by place, not by key.
    """
    return len(_places(after) - _places(before))


def count_new_lines(before: Plan, after: Plan) -> int:
    """Return how many routes differ from every route of the present.

    A route is its direction, its places in order and its clock at each, to the minute, as
    on a timetable. Two equal routes need two of the present.

    Parameters
    ----------
    before, after
        Plans.
    """
    return sum((_lines(after) - _lines(before)).values())


def _places(plan: Plan) -> set[tuple[float, float]]:
    if plan.stops.empty:
        return set()
    lon, lat = lonlat(plan.stops)
    return set(zip(np.round(lon, DECIMALS).tolist(), np.round(lat, DECIMALS).tolist(), strict=True))


def _lines(plan: Plan) -> Counter[Line]:
    """Return how often each line is driven."""
    if plan.visits.empty:
        return Counter()
    direction = dict(zip(plan.routes["route_id"], plan.routes["direction"], strict=True))
    visits = plan.visits.sort_values(["route_id", "order"], kind="stable")
    where = _where(plan)
    stands = zip(visits["kind"] == "stop", visits["place_id"], strict=True)
    places = [where.get(place, place) if stop else place for stop, place in stands]
    home = visits["route_id"].map(direction).to_numpy() == "to_home"
    school = (visits["kind"] == "school").to_numpy()
    clock_s = np.where(home & school, numbers(visits, "depart_s"), numbers(visits, "arrive_s"))
    steps = pd.Series(list(zip(places, (clock_s // 60).tolist(), strict=True)))
    lines = steps.groupby(visits["route_id"].to_numpy(), sort=False).agg(tuple)
    return Counter((direction.get(route), *line) for route, line in lines.items())


def _where(plan: Plan) -> dict[str, tuple[float, float]]:
    if plan.stops.empty:
        return {}
    lon, lat = (np.round(part, DECIMALS).tolist() for part in lonlat(plan.stops))
    return dict(zip(plan.stops["stop_id"], zip(lon, lat, strict=True), strict=True))
