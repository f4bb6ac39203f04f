"""Gridtown and an alternative whose losses are all known.

Before (door to door, the longer direction): a 1044 s, b 1308, c 671, d 1000 (on foot),
e 2000 (on foot), f 870; g and i unserved, h boards. After:

    a  3, grade 2  stays; ride 944 + 600, so 1644          600 more: serious (from 600)
    b  2, grade 5  stays; ride 944 + 1500 = 2444, 2808     1500 more: severe (from 1500);
                   over 2400 aboard and door to door
    c  6, grade 4  four as before; two without a bus in the morning: severe
    d  1, grade 1  moves to S2, 3000 m on foot, 3000 s     2000 more: severe; over half an hour
    e  1, grade 3  not in the alternative
    f  7, grade 7  ride 703 - 300, so 570                  300 less
    g, h, i        as before
    j  1, grade 1  new, S1, 500 m on foot, 500 s

24 pupils before, 24 - 1 + 1 after.
"""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from plan_by_hand import gridtown, place

RIDE_MORE_S = {"a": 600, "b": 1_500, "f": -300}


def alternative():
    """The plan of the docstring; its clocks are those of Gridtown."""
    plan = gridtown()
    return replace(
        plan,
        district=replace(plan.district, students=_students(plan)),
        rides=_rides(plan),
    )


def _students(plan):
    students = plan.district.students
    moved = students["student_id"] == "d"
    students = students.assign(
        school_id=students["school_id"].where(~moved, "S2"),
        walk_m=students["walk_m"].where(~moved, 3_000),
    )
    new = students[students["student_id"] == "d"].assign(
        student_id="j", school_id="S1", walk_m=500, village="Gridtown"
    )
    new = new.set_geometry([place(1, 1)], crs=4326)
    kept = students[students["student_id"] != "e"]
    return gpd.GeoDataFrame(pd.concat([kept, new], ignore_index=True), crs=4326)


def _rides(plan):
    rides = plan.rides.copy()
    for student, more_s in RIDE_MORE_S.items():
        mine = rides["student_id"] == student
        rides.loc[mine, ["ride_s", "door_to_door_s"]] += more_s
    mine = (rides["student_id"] == "c") & (rides["direction"] == "to_school")
    lost = rides[mine].assign(
        part=1, n_students=2, mode="unserved", stop_id="", route_id="", reason="no_bus"
    )
    times = ["board_order", "alight_order", "to_stop_m", "wait_s", "ride_s", "door_to_door_s"]
    lost = lost.assign(**{name: pd.array([None], "Int64") for name in times})
    rides.loc[mine, "n_students"] = 4
    return pd.concat([rides, lost], ignore_index=True)
