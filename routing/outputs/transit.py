"""Which public buses pupils of a plan ride, for the maps: lines, stops and times.

Only trips that somebody rides are drawn, straight from stop to stop: a timetable does not
say along which roads a bus drives.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.compare.small import HIDDEN, hide_column
from routing.outputs.basemap import Grid
from routing.outputs.masking import Mask
from routing.records import lonlat

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from routing.records import Plan

Items = list[dict[str, Any]]
Trips = dict[str, "pd.DataFrame"]
Place = Callable[[Any, Any], "NDArray[np.int64]"]
"""From longitudes and latitudes (degrees) to whole numbers (n by 2)."""


def show_lines(plan: "Plan", grid: Grid, mask: Mask) -> Items:
    """Return the lines that pupils ride, with their ways, their stops and how many ride.

    A pupil counts once for each line, whatever the direction. In public a small number is
    hidden, and one more where the sum of all would give it away.
    """
    trips = ridden_trips(plan)
    riders = _riders(plan, trips)
    lines = {str(calls["line_id"].iloc[0]): None for calls in trips.values()}
    n = [sum(riders[line].values()) for line in lines]
    found = []
    for line, shown in zip(lines, tell_parts(n, mask), strict=True):
        mine = {name: calls for name, calls in trips.items() if calls["line_id"].iloc[0] == line}
        ways = dict.fromkeys(tuple(grid.line(_points(calls))) for calls in mine.values())
        found.append({
            "id": line, "n": shown, "ways": [list(way) for way in ways],
            "stops": _stops(mine, grid),
        })  # fmt: skip
    return found


def ridden_trips(plan: "Plan") -> Trips:
    """Return the calls of the trips that pupils of the plan ride, by line and trip.

    Trips of fewer than two stops are left out.
    """
    rides = plan.rides[plan.rides["mode"] == "transit"]
    if rides.empty or plan.district.transit.empty:
        return {}
    ordered = plan.district.transit.sort_values(["line_id", "trip_id", "order"], kind="stable")
    every = {
        f"{line}/{trip}": calls
        for (line, trip), calls in ordered.groupby(["line_id", "trip_id"], sort=False)
        if len(calls) > 1
    }
    ridden = {name for text in rides["line_id"].unique() for name in _named(str(text), every)}
    return {name: calls for name, calls in every.items() if name in ridden}


def line_ways(plan: "Plan", at: Place) -> list[tuple[tuple[int, int], ...]]:
    """Return the stops of each trip that pupils ride, in the coordinates of a drawing."""
    spots = [at(*lonlat(calls)).tolist() for calls in ridden_trips(plan).values()]
    return [tuple((x, y) for x, y in way) for way in spots]


def tell_parts(counts: list[int], mask: Mask) -> list[str]:
    """Return counts as they may be told where their sum is told too; "" for nobody."""
    n = np.asarray(counts, np.int64)
    hidden = np.zeros(len(n), bool)
    if mask.privacy == "public":
        hidden = hide_column(n, hidden, mask.min_cell)
    return [
        "" if not one else HIDDEN if hide and not mask.hides(one) else mask.shown(one)
        for one, hide in zip(n.tolist(), hidden.tolist(), strict=True)
    ]


def _named(text: str, trips: Trips) -> tuple[str, ...]:
    """Return the one or two trips that a ride names; names may hold blanks themselves."""
    if text in trips:
        return (text,)
    words = text.split(" ")
    for cut in range(1, len(words)):
        pair = " ".join(words[:cut]), " ".join(words[cut:])
        if pair[0] in trips and pair[1] in trips:
            return pair
    return ()


def _riders(plan: "Plan", trips: Trips) -> dict[str, dict[str, int]]:
    """Return for each line how many of each student row ride it."""
    rides = plan.rides[plan.rides["mode"] == "transit"]
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for ride in rides.itertuples():
        for name in _named(str(ride.line_id), trips):
            mine = lines[str(trips[name]["line_id"].iloc[0])]
            mine[ride.student_id] = max(mine.get(ride.student_id, 0), int(ride.n_students))
    return lines


def _points(calls: "pd.DataFrame") -> "NDArray[np.float64]":
    return np.column_stack(lonlat(calls))


def _stops(trips: Trips, grid: Grid) -> Items:
    """Return the stops of a line's trips with the trips' times there, in order of the clock."""
    stops: dict[tuple[str, int, int], list[tuple[int, str]]] = defaultdict(list)
    for calls in trips.values():
        spots = grid.at(*lonlat(calls)).tolist()
        for call, (x, y) in zip(calls.itertuples(), spots, strict=True):
            stops[str(call.stop_name), x, y].append((int(call.depart_s), str(call.trip_id)))
    return [
        {"name": name, "at": [x, y], "times": [[at_s, trip] for at_s, trip in sorted(times)]}
        for (name, x, y), times in stops.items()
    ]
