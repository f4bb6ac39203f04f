"""A county of eight primary schools on Gridtown's roads, and a planner that needs no search.

Roads as in plan_by_hand: every kilometre, 24 km/h = 150 s per kilometre. Schools (km):

    A (0, 0)  B (2, 0)  C (4, 0)  D (0, 2)  E (2, 2)  F (4, 2)  G (1, 1)  H (3, 1)

E is large and protected; the others are small. Every small school has two homes, of grades
2 and 5, a few students each: at the school's own corner and half a kilometre beside it.
"""

from dataclasses import replace
from math import ceil

import geopandas as gpd
import numpy as np
import pandas as pd
from plan_by_hand import grid_district, place
from shapely.geometry import LineString

from routing.policy import ByGrade, Policy
from routing.records import Made, Plan

SPOTS = {
    "A": (0, 0), "B": (2, 0), "C": (4, 0), "D": (0, 2), "E": (2, 2), "F": (4, 2), "G": (1, 1), "H": (3, 1),
}  # fmt: skip
S_PER_KM = 150
SEATS = 17


def closing_policy(**changes):
    """Pupils ride beyond 1 km; 25 minutes aboard and 40 from door to door; small is under 20."""
    rules = {
        "ride_beyond_m": 1_000, "small_below": 20, "no_new_small": False, "funding_floor_students": 20,
        "max_ride_s": ByGrade(1_500, 1_500, 1_500), "max_door_to_door_s": ByGrade(2_400, 2_400, 2_400),
        "turn_near_s": 0, "turn_across_s": 0, "turn_sharp_s": 0, "school_upkeep_yuan": 60_000,
    }  # fmt: skip
    return Policy(**(rules | changes))


def closing_homes(names="ABCDFGH", n=(4, 3)):
    """Rows of students: two at each small school; three of E, two of them far."""
    rows = []
    for k, name in enumerate(names):
        x, y = SPOTS[name]
        side = 0.5 if x < 4 else -0.5
        rows.append((f"{name}1", (x, y), name, 2, n[0] + k % 3))
        rows.append((f"{name}2", (x + side, y), name, 5, n[1] + k % 2))
    return [
        *rows,
        ("E1", (2, 2), "E", 3, 30),
        ("E2", (3.5, 2), "E", 4, 6),
        ("E3", (0.5, 2), "E", 1, 5),
    ]


def closing_district(names="ABCDFGH", **columns):
    """The county with some of the small schools, and E; columns replace those of schools."""
    base = grid_district()
    kept = [name for name in SPOTS if name in names or name == "E"]
    n = len(kept)
    schools = gpd.GeoDataFrame({
        "school_id": kept, "name": [f"School {name}" for name in kept], "kind": ["primary"] * n,
        "town": ["Gridtown"] * n, "first_grade": [1] * n, "last_grade": [6] * n,
        "bell_s": [30_000] * n, "dismissal_s": [57_600] * n, "bell_moved_s": [0] * n,
        **{f"n_{kind}": pd.array([None] * n, "Int64") for kind in ("places", "meals", "beds", "bays")},
        "protected": [name == "E" for name in kept],
    } | columns, geometry=[place(*SPOTS[name]) for name in kept], crs=4326)  # fmt: skip
    rows = closing_homes([name for name in kept if name != "E"])
    ids, spots, at, grades, numbers = zip(*rows, strict=True)
    m = len(ids)
    students = gpd.GeoDataFrame({
        "student_id": ids, "school_id": at, "grade": grades, "n_students": numbers,
        "boards": [False] * m, "needs": ["none"] * m, "merged": [False] * m, "village": [""] * m,
    }, geometry=[place(*spot) for spot in spots], crs=4326)  # fmt: skip
    buses = base.bus_types.assign(n_available=pd.array([None, None], "Int64"))
    return replace(base, schools=schools, students=students, bus_types=buses)


def quick_plan(before, district, policy):
    """A plan by arithmetic: each school's riders in buses of 17 seats; no bus drives twice.

    A bus drives 1.2 times the way of its farthest pupil; everybody aboard rides 1.3 times
    his own way and a stop. Worse than a search finds, and never below what is possible.
    """
    spot = {row[0]: row[1] for row in closing_homes()}
    students = district.students
    ways = [
        _way_m(spot[home], SPOTS[school])
        for home, school in zip(students["student_id"], students["school_id"], strict=True)
    ]
    way_m = np.array(ways)
    merged = students["merged"].to_numpy(bool)
    entitled = merged | (way_m > policy.ride_beyond_m)
    why = np.where(merged, "merged", np.where(entitled, "beyond_limit", "within_limit"))
    metres = {f"{name}_m": pd.array(way_m, "Int64") for name in ("straight", "walk", "drive")}
    students = students.assign(entitled=entitled, why=why, **metres)
    rides, routes = [], []
    n = students["n_students"].to_numpy()
    for school in district.schools["school_id"]:
        rows = np.flatnonzero(entitled & (students["school_id"] == school).to_numpy())
        for own in _packs(rows, n):
            for direction in ("to_school", "to_home"):
                route = f"{school} {own[0]} {direction}"
                routes.append(
                    (route, direction, f"{school} {own[0]}", round(1.2 * max(way_m[own])))
                )
                for row in own:
                    ride_s = ceil(1.3 * way_m[row] * S_PER_KM / 1000) + 34
                    rides.append(
                        (students["student_id"].iloc[row], direction, n[row], route, ride_s)
                    )
    return _as_plan(replace(district, students=students), policy, rides, routes)


def _way_m(a, b):
    """Along the grid: homes lie on its rows."""
    return round(1000 * (abs(a[0] - b[0]) + abs(a[1] - b[1])))


def _packs(rows, n):
    """Rows in order, as many as 17 seats hold; a row that is larger fills buses of its own."""
    pack = []
    for row in rows:
        if pack and n[pack].sum() + n[row] > SEATS:
            yield pack
            pack = []
        pack = [*pack, row]
    if pack:
        yield pack


def _as_plan(district, policy, rides, routes):
    line = LineString([place(0, 0), place(1, 0)])
    routes = routes or [("", "to_school", "", 0)]
    rides = rides or [("", "to_school", 0, "", 0)]
    ride_rows = pd.DataFrame([
        {"student_id": student, "direction": direction, "part": 0, "n_students": n, "mode": "bus",
         "stop_id": student, "route_id": route, "line_id": "", "board_order": 0, "alight_order": 1,
         "to_stop_m": 0, "from_stop_m": None, "wait_s": 600, "ride_s": ride_s,
         "door_to_door_s": ride_s, "reason": "", "reason_found": None, "reason_limit": None}
        for student, direction, n, route, ride_s in rides
    ])  # fmt: skip
    route_rows = gpd.GeoDataFrame([
        {"route_id": route, "direction": direction, "bus_type_id": "T19", "bus_id": bus, "run": 1,
         "parking_id": "", "n_students": 1, "distance_m": length_m, "duration_s": 1, "empty_m": 0,
         "empty_s": 0, "return_m": 0, "return_s": 0, "depart_s": 28_000, "arrive_s": 29_000}
        for route, direction, bus, length_m in routes
    ], geometry=[line] * len(routes), crs=4326)  # fmt: skip
    none = ["stop_id", "name", "kind", "link", "offset_dm", "side", "n_students"]
    stops = gpd.GeoDataFrame({name: [] for name in none}, geometry=[], crs=4326)
    visits = pd.DataFrame(columns=[
        "route_id", "order", "place_id", "kind", "side", "n_on", "n_off", "n_aboard", "leg_m",
        "leg_s", "arrive_s", "depart_s",
    ])  # fmt: skip
    ride_rows = ride_rows[ride_rows["student_id"] != ""]
    route_rows = route_rows[route_rows["route_id"] != ""]
    return Plan(
        policy, district, stops, route_rows, visits, ride_rows, Made("0", "", 1, 1, 0, 0, 0.0)
    )


def nearest_open(closed, policy):
    """School of each row of ``closing_homes()`` with some closed: its own, or the nearest by road."""
    open_ = [name for name in SPOTS if name not in closed]
    return [
        school if school not in closed else min(open_, key=lambda one: (_way_m(spot, SPOTS[one]), one))
        for _, spot, school, _, _ in closing_homes()
    ]  # fmt: skip


def weigh_by_hand(closed, policy, costs):
    """Cost, time and pupils moved by the rules of ``quick_plan`` and of the cost table.

    A bus and its crew for every 17 riders (whole rows) of a school, 1.2 times the farthest
    way twice a day; upkeep of open schools; what a school lacks to the funding floor; a
    meal for every rider. Walkers walk 1.0 m/s (grades 1 to 3) or 1.1 m/s.
    """
    homes, at = closing_homes(), nearest_open(closed, policy)
    yuan, time_s, moved = 0.0, 0, 0
    rides = []
    for (_, spot, school, grade, n), to in zip(homes, at, strict=True):
        way_m = _way_m(spot, SPOTS[to])
        merged = to != school
        moved += n * merged
        rides.append(merged or way_m > policy.ride_beyond_m)
        one_s = (
            ceil(1.3 * way_m * S_PER_KM / 1000) + 34
            if rides[-1]
            else ceil(way_m / policy.walk_m_per_s.at(grade))
        )
        time_s += 2 * n * one_s
        yuan += n * rides[-1] * policy.meal_yuan * policy.school_days
    n = np.array([home[4] for home in homes])
    for school in set(SPOTS) - set(closed):
        own = [row for row, to in enumerate(at) if to == school]
        yuan += policy.school_upkeep_yuan
        missing = max(0, policy.funding_floor_students - int(n[own].sum()))
        yuan += missing * policy.funds_primary_yuan if own else 0
        for pack in _packs([row for row in own if rides[row]], n):
            farthest_m = max(_way_m(homes[row][1], SPOTS[school]) for row in pack)
            yuan += (
                costs["fixed_yuan"] + 2 * round(1.2 * farthest_m) / 1000 * costs["yuan_per_km_year"]
            )
    return round(yuan), time_s, moved
