"""Public buses for Gridtown, every walk and wait counted by hand.

Line L1 drives past N (3, 2), A (2.4, 0) and B (1, 1); B is 500 m from S1 (bell 08:20,
dismissal 16:00), N 300 m from home b (grade 5, two pupils, 3.8 km from school), A 200 m
from home c (grade 4, six pupils, 3.1 km). Grades 4 to 6 walk 1.1 m/s, at most 800 m, and
may be under way for 40 minutes = 2400 s; one is on the platform 300 s before the bus.

    T1  N 07:35 = 27300  A 07:40 = 27600  B 07:55 = 28500   at S1 after 455 s: 28955
    T2  B 16:20 = 58800  A 16:35 = 59700  N 16:40 = 60000   one leaves S1 at 58045
"""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from plan_by_hand import grid_district, gridtown, place

from routing.demand import find_entitled
from routing.locate import locate_places
from routing.modes import choose_modes
from routing.policy import Policy
from routing.roads import bus_profiles, walk_network

SPOTS = {"N": (3, 2), "A": (2.4, 0), "B": (1, 1), "X": (2, 1), "Y": (2, 1.15), "W": (0.4, 2.3)}
THERE = ("T1", [("N", 27_300), ("A", 27_600), ("B", 28_500)])
BACK = ("T2", [("B", 58_800), ("A", 59_700), ("N", 60_000)])


def timetable(*trips, seats=None, line="L1"):
    """Return a timetable of trips: (trip, [(platform, clock)]); a clock is a second of the day."""
    calls = [(trip, k, *call) for trip, stops in trips for k, call in enumerate(stops)]
    clocks = pd.array([clock for *_, clock in calls], "Int64")
    return gpd.GeoDataFrame({
        "line_id": line, "trip_id": [trip for trip, *_ in calls], "order": [k for _, k, *_ in calls],
        "stop_name": [name for *_, name, _ in calls], "arrive_s": clocks, "depart_s": clocks,
        "n_seats": pd.array(seats or [None] * len(calls), "Int64"),
    }, geometry=[place(*SPOTS[name]) for *_, name, _ in calls], crs=4326)  # fmt: skip


def moved(trip, shift_s):
    """Return a trip whose calls are all so much later."""
    return trip[0], [(name, clock + shift_s) for name, clock in trip[1]]


def asked(table, policy=None, *, beds=None, **columns):
    """Return Gridtown with a timetable, as ``choose_modes`` wants it."""
    policy = policy or Policy()
    made = grid_district()
    students = made.students.assign(**columns)
    schools = made.schools if beds is None else made.schools.assign(n_beds=pd.array(beds, "Int64"))
    district = replace(made, students=students, schools=schools)
    if table is not None:
        district = replace(district, transit=table)
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    located = locate_places(district, walk_network(district.roads), profiles, policy)
    return district, find_entitled(district, located, policy), located, policy


def modes_in(*args, **more):
    return choose_modes(*asked(*args, **more))


def ways(modes):
    """Mode and reason of each row of students."""
    told = modes.students.set_index("student_id")
    return dict(zip(told.index, zip(told["mode"], told["mode_why"], strict=True), strict=True))


def riding(n=7):
    """Gridtown whose f (n pupils) goes by L1 and h (2 pupils) boards; nobody rides L9."""
    plan = gridtown()
    other = timetable(("T9", [("N", 30_000), ("B", 31_000)]), line="L9")
    transit = pd.concat([timetable(THERE, BACK), other], ignore_index=True)
    rides = plan.rides.copy()
    mine = rides["student_id"] == "f"
    rides.loc[mine, ["mode", "stop_id", "route_id", "n_students"]] = ["transit", "", "", n]
    rides.loc[mine, "line_id"] = ["L1/T1", "L1/T2"]
    return replace(plan, district=replace(plan.district, transit=transit), rides=rides)
