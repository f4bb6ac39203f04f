"""Gridtown with four schools, small enough to close one by head.

The roads of plan_by_hand: crossings every kilometre, 150 s a kilometre for a bus. A place
is written (x, y) in kilometres.

        0    0.5       1        2  2.2 2.4 2.6   3   3.5   4
    2   o──────────────o────────o────────────────o────J────o    J junior 7-9, kept
    1   o────A─────────o────────o────────────────o────B────o    A, B primary 1-6
    0   o──────────────o────────o──c3─c2─C─c1────o─────────o    C teaching point 1-3

A lies in West, the others in East. Ways of the pupils of C (who rides is charged 59 s for
a stop and the unloading; c1 may walk to B, 1.9 km, and is charged the drive, 285 s):

                to B                          to A
    c1  2 pupils  1.9 km  285 s                 3.1 km  465 + 59 = 524 s
    c2  1 pupil   2.1 km  315 + 59 = 374 s      2.9 km  435 + 59 = 494 s
    c3  4 pupils  2.3 km  345 + 59 = 404 s      2.7 km  405 + 59 = 464 s

B has 2 pupils, A 3, J 5 (two of them board).
"""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from plan_by_hand import grid_district, place

from routing.records import District

SCHOOLS = (
    # key, place, kind, town, first, last, places, meals, beds, protected
    ("A", (0.5, 1), "primary", "West", 1, 6, None, None, None, False),
    ("B", (3.5, 1), "primary", "East", 1, 6, 9, None, None, False),
    ("C", (2.5, 0), "teaching_point", "East", 1, 3, None, None, None, False),
    ("J", (3.5, 2), "junior", "East", 7, 9, None, None, 2, True),
)
PUPILS = (
    # key, school, grade, place, number, boards, village
    ("a1", "A", 1, (0.6, 1), 3, False, "Westham"),
    ("b1", "B", 5, (2.6, 0), 1, False, "Southford"),
    ("b2", "B", 3, (3.6, 1), 1, False, "Eastend"),
    ("c1", "C", 1, (2.6, 0), 2, False, "Southford"),
    ("c2", "C", 2, (2.4, 0), 1, False, "Southford"),
    ("c3", "C", 3, (2.2, 0), 4, False, "Midham"),
    ("j1", "J", 8, (3.4, 2), 3, False, "Eastend"),
    ("j2", "J", 9, (0.0, 3), 2, True, "Westham"),
)


def make_schools(rows=SCHOOLS) -> gpd.GeoDataFrame:
    """Rows as in ``SCHOOLS`` as a table of schools; bells 08:20 and 16:00."""
    ids, spots, kinds, towns, first, last, places, meals, beds, kept = zip(*rows, strict=True)
    n = len(rows)
    return gpd.GeoDataFrame({
        "school_id": ids, "name": [f"School {key}" for key in ids], "kind": kinds, "town": towns,
        "first_grade": first, "last_grade": last, "bell_s": [30_000] * n,
        "dismissal_s": [57_600] * n, "n_places": pd.array(places, "Int64"),
        "n_meals": pd.array(meals, "Int64"), "n_beds": pd.array(beds, "Int64"),
        "n_bays": pd.array([None] * n, "Int64"), "protected": kept,
    }, geometry=[place(*spot) for spot in spots], crs=4326)  # fmt: skip


def make_students(rows=PUPILS) -> gpd.GeoDataFrame:
    """Rows as in ``PUPILS`` as a table of students."""
    ids, schools, grades, spots, numbers, boards, villages = zip(*rows, strict=True)
    return gpd.GeoDataFrame({
        "student_id": ids, "school_id": schools, "grade": grades, "n_students": numbers,
        "boards": boards, "needs": ["none"] * len(ids), "merged": [False] * len(ids),
        "village": villages,
    }, geometry=[place(*spot) if spot else None for spot in spots], crs=4326)  # fmt: skip


def four_schools() -> District:
    """The district of the module's docstring."""
    return replace(grid_district(), schools=make_schools(), students=make_students())


def with_school(district: District, school_id: str, **cells) -> District:
    """The district with other cells of one school."""
    schools = district.schools.copy()
    at = schools.index[schools["school_id"] == school_id][0]
    for name, value in cells.items():
        schools.loc[at, name] = value
    return replace(district, schools=schools)
