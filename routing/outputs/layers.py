"""What stands on the map of a plan: schools, stops, yards and routes, as plain values.

Every function returns lists of dicts for ``safe_json``; points are whole numbers of the
map's grid, times seconds after midnight, counts text that ``Mask`` allows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routing.outputs.basemap import Grid
from routing.outputs.masking import Mask
from routing.outputs.palette import bus_style
from routing.outputs.served import count_unserved
from routing.outputs.transit import tell_parts

if TYPE_CHECKING:
    import pandas as pd

    from routing.records import Plan

Items = list[dict[str, Any]]

MAX_LANES = 5
"""Routes drawn side by side on one road; more share the outermost place."""


def show_schools(plan: "Plan", grid: Grid, mask: Mask) -> Items:
    """Return the schools with the students entitled, served and left out of each."""
    students = plan.district.students
    entitled = students[students["entitled"].fillna(False).astype(bool)]
    n_left = entitled["student_id"].map(count_unserved(plan.rides)).fillna(0)
    totals = entitled.groupby("school_id")["n_students"].sum()
    left = n_left.groupby(entitled["school_id"]).sum()
    boarders = _boarders(plan, mask)
    found = []
    for school in plan.district.schools.itertuples():
        total = int(totals.get(school.school_id, 0))
        n_unserved = int(left.get(school.school_id, 0))
        unserved, served = mask.shown_split(total, n_unserved)
        found.append({
            "id": str(school.school_id),
            "name": str(school.name) or str(school.school_id),
            "kind": str(school.kind),
            "town": str(school.town),
            "grades": [int(school.first_grade), int(school.last_grade)],
            "bell": int(school.bell_s),
            "dismissal": int(school.dismissal_s),
            "protected": bool(school.protected),
            "entitled": mask.shown(total),
            "served": served,
            "unserved": unserved,
            "boarders": boarders.get(str(school.school_id), ""),
            "boarding": str(school.school_id) in boarders,
            "beds": _whole(school.n_beds),
            "at": grid.one(school.geometry),
        })  # fmt: skip
    return found


def _whole(cell: Any) -> str:
    """Return a whole number as text; "" where the cell is empty."""
    return "" if str(cell) in {"<NA>", "nan", "None"} else str(int(cell))


def _boarders(plan: "Plan", mask: Mask) -> dict[str, str]:
    """Return the boarders of each school that has some: those given, and those of the plan."""
    students, rides = plan.district.students, plan.rides[plan.rides["mode"] == "board"]
    planned = rides.groupby(["student_id", "direction"])["n_students"].sum()
    planned = planned.groupby("student_id").max()
    n = students["student_id"].map(planned).fillna(0).astype(int)
    n = n.where(~students["boards"].fillna(False).astype(bool), students["n_students"])
    by_school = n.groupby(students["school_id"]).sum()
    by_school = by_school[by_school > 0]
    shown = tell_parts(by_school.tolist(), mask)
    return dict(zip(by_school.index.astype(str), shown, strict=True))


def show_stops(plan: "Plan", grid: Grid, mask: Mask) -> Items:
    """Return the stops with their students; the size of a hidden count is one size."""
    return [
        {
            "id": str(stop.stop_id),
            "name": str(stop.name) or str(stop.stop_id),
            "kind": str(stop.kind),
            "students": mask.shown(int(stop.n_students)),
            "size": mask.min_cell - 1 if mask.hides(int(stop.n_students)) else int(stop.n_students),
            "at": grid.one(stop.geometry),
        }
        for stop in plan.stops.itertuples()
    ]  # fmt: skip


def show_yards(plan: "Plan", grid: Grid) -> Items:
    """Return the yards where buses spend the night."""
    return [
        {"name": str(yard.name) or str(yard.parking_id), "at": grid.one(yard.geometry)}
        for yard in plan.district.parkings.itertuples()
    ]


def pupil_seats(plan: "Plan") -> dict[str, int]:
    """Return the seats for students of each type of bus: given, or less the crew."""
    seats = {}
    for bus in plan.district.bus_types.itertuples():
        total = int(bus.seats)
        given = str(getattr(bus, "pupil_seats", ""))
        crew = 1 + plan.policy.n_attendants(total)
        known = given not in {"", "<NA>", "nan", "None"}
        seats[str(bus.bus_type_id)] = int(float(given)) if known else total - crew
    return seats


def show_routes(plan: "Plan", grid: Grid, mask: Mask) -> Items:
    """Return the routes in the order of buses and runs, each with its visits and style."""
    routes = plan.routes.sort_values(["bus_id", "run", "route_id"])
    place = {bus: i for i, bus in enumerate(dict.fromkeys(routes["bus_id"]))}
    points = _points(plan)
    visits = dict(iter(plan.visits.sort_values("order").groupby("route_id")))
    seats, lines, found = pupil_seats(plan), [], []
    for route in routes.itertuples():
        calls = visits.get(route.route_id, plan.visits.iloc[:0])
        line = _line(route.geometry, [points[key] for key in calls["place_id"]])
        lines.append(line)
        style = bus_style(place[route.bus_id])
        room = seats.get(str(route.bus_type_id), 0)
        found.append({
            "id": str(route.route_id),
            "bus": str(route.bus_id),
            "run": int(route.run),
            "morning": route.direction == "to_school",
            "type": str(route.bus_type_id),
            "seats": room,
            "load": _load(calls, mask, room),
            "depart": int(route.depart_s),
            "arrive": int(route.arrive_s),
            "metres": int(route.distance_m),
            "visits": _visits(calls, mask),
            "line": grid.line(line),
            "colour": style.colour, "dash": style.dash, "edge": style.edge,
        })  # fmt: skip
    for morning in (True, False):
        chosen = [i for i, route in enumerate(found) if route["morning"] == morning]
        for i, lane in zip(chosen, lanes([lines[i] for i in chosen]), strict=True):
            found[i]["lane"] = lane
    return found


def _load(calls: "pd.DataFrame", mask: Mask, room: int) -> str:
    """Say how many students ride: the sum over the stops, a span where one is hidden."""
    stops = calls[calls["kind"] == "stop"]
    parts = [int(n) for n in stops["n_on"] + stops["n_off"]]
    return mask.shown_sum(parts, room)


def _visits(calls: "pd.DataFrame", mask: Mask) -> list[list[Any]]:
    """Each visit: is it a school, key, arrives, leaves, on, off, aboard ("" in public).

    In public the counts at schools and aboard are left out: with them the counts at the
    stops could be worked out.
    """
    internal = mask.privacy == "internal"
    rows = []
    for visit in calls.itertuples():
        school = visit.kind == "school"
        counts = [mask.shown(int(n)) if n else "" for n in (visit.n_on, visit.n_off)]
        if school and not internal:
            counts = ["", ""]
        aboard = str(visit.n_aboard) if internal else ""
        times = [int(visit.arrive_s), int(visit.depart_s)]
        rows.append([int(school), str(visit.place_id), *times, *counts, aboard])
    return rows


def _points(plan: "Plan") -> dict[str, Any]:
    schools = plan.district.schools
    return {
        **dict(zip(schools["school_id"], schools.geometry, strict=True)),
        **dict(zip(plan.stops["stop_id"], plan.stops.geometry, strict=True)),
    }


def _line(geometry: Any, points: Sequence[Any]) -> Any:
    """Return a route's way (n by 2 degrees); straight from visit to visit without one."""
    if geometry is not None and not shapely.is_empty(geometry):
        coords = shapely.get_coordinates(geometry)
        if len(coords) > 1:
            return coords
    coords = np.array([[point.x, point.y] for point in points])
    return coords if len(coords) > 1 else np.repeat(coords, 2, axis=0)


def lanes(lines: Iterable[Any]) -> list[int]:
    """Return for each line a number 0, 1, ... such that lines on one road differ.

    Parameters
    ----------
    lines
        Ways (n by 2 degrees each); two share a road when they share a piece of way.

    Returns
    -------
    lanes
        Below ``MAX_LANES``; the first number free, in the order given.
    """
    users: dict[tuple[Any, Any], list[int]] = defaultdict(list)
    taken: list[int] = []
    for number, line in enumerate(lines):
        steps = [(x, y) for x, y in np.rint(np.asarray(line) * 1e5).astype(int).tolist()]
        pieces = {(min(pair), max(pair)) for pair in pairwise(steps)}
        near = {taken[user] for piece in pieces for user in users[piece]}
        free = next(lane for lane in range(len(near) + 1) if lane not in near)
        taken.append(min(free, MAX_LANES - 1))
        for piece in pieces:
            users[piece].append(number)
    return taken
