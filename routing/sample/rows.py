"""The planner's tables of the made county, cell by cell."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from routing.sample.lines import Spot
from routing.sample.needs import has_beds
from routing.sample.people import People, count_pupils
from routing.sample.pupils import Pupil
from routing.sample.schools import School, beside_road
from routing.sample.streets import Streets

Row = dict[str, str | int]

ORIGIN = (115.65, 36.27)
"""South-west corner of the box: longitude and latitude (degrees)."""
EARTH_M = 6_371_008.8
"""Mean radius of the earth (m), IUGG."""
CLASS_SIZE = 45
"""Places in one classroom of a primary school (ministry's standard for full classes)."""

BUS_TYPES: tuple[Row, ...] = (
    {"bus_type_id": "X19", "kind": "primary", "seats": 19, "length_m": 6},
    {"bus_type_id": "X36", "kind": "primary", "seats": 36, "length_m": 8, "wheelchairs": 1},
    {"bus_type_id": "Z19", "kind": "nine_year", "seats": 19, "length_m": 6},
    {"bus_type_id": "Z36", "kind": "nine_year", "seats": 36, "length_m": 8, "wheelchairs": 2},
    {"bus_type_id": "Z56", "kind": "nine_year", "seats": 56, "fixed_yuan_per_year": 56_000,
     "yuan_per_km": "2.4", "length_m": 10},
)  # fmt: skip
"""X for primary pupils, Z for all; numbers blank: as many as needed; costs blank: by the
cost model. All ours."""


def lon_lat(at: Spot) -> tuple[float, float]:
    """Return longitude and latitude (degrees, 7 decimals) of a point of the plane (m)."""
    metres_north = EARTH_M * math.pi / 180
    middle = math.cos(math.radians(ORIGIN[1] + 0.18))
    lon = ORIGIN[0] + at[0] / (metres_north * middle)
    return round(lon, 7), round(ORIGIN[1] + at[1] / metres_north, 7)


def school_rows(people: People, rng: np.random.Generator) -> Iterator[Row]:
    """Yield the rows of the schools table.

    Parameters
    ----------
    people
        Schools and pupils.
    rng
        Where chance comes from.
    """
    counts = count_pupils(people)
    boarders = Counter(p.school for p in people.pupils if p.boards)
    for number, school in enumerate(people.schools):
        lon, lat = lon_lat(school.gate.at)
        yield {
            "school_id": school.school_id,
            "name": school.name,
            "lon": f"{lon:.6f}",
            "lat": f"{lat:.6f}",
            "kind": school.kind,
            "town": school.town,
            "first_grade": school.first_grade,
            "last_grade": school.last_grade,
            "bell_s": school.bell,
            "dismissal_s": school.dismissal,
            **_rooms(school, counts[number], boarders[number], rng),
        }


def _rooms(school: School, n_pupils: int, n_boarders: int, rng: np.random.Generator) -> Row:
    """Return places, meals, beds and bays, and whether the school is to be kept."""
    n_grades = school.last_grade - school.first_grade + 1
    spare = float(rng.uniform(1.1, 1.6))
    n_classes = max(1, math.ceil(n_pupils * spare / n_grades / CLASS_SIZE))
    small = n_pupils < 100
    n_meals: str | int = math.ceil(n_pupils * float(rng.uniform(0.7, 1.3)) / 10) * 10
    if small:  # small schools have no canteen, or nobody has written it down
        n_meals = 0 if school.kind == "teaching_point" else ""
    n_bays = 1 if small else 2 + int(n_pupils > 200) + int(n_pupils > 400)
    keep = school.kind in {"junior", "nine_year"} or (small and rng.random() < 0.2)
    return {
        "n_places": n_classes * n_grades * (20 if school.kind == "teaching_point" else CLASS_SIZE),
        "n_meals": n_meals,
        "n_beds": math.ceil((n_boarders * 1.3 + 10) / 10) * 10 if has_beds(school) else 0,
        "n_bays": n_bays,
        "protected": "true" if keep else "",
    }


def student_rows(people: People, streets: Streets) -> Iterator[Row]:
    """Yield the rows of the students table.

    Parameters
    ----------
    people
        Schools and pupils.
    streets
        The places they live in.
    """
    for number, pupil in enumerate(people.pupils, start=1):
        lon, lat = lon_lat(pupil.home.at) if pupil.home else (None, None)
        yield {
            "student_id": f"P{number:05d}",
            "school_id": people.schools[pupil.school].school_id,
            "grade": pupil.grade,
            "lon": "" if lon is None else f"{lon:.5f}",
            "lat": "" if lat is None else f"{lat:.5f}",
            "n_students": pupil.n_students,
            "boards": "是" if pupil.boards else "",
            "needs": "轮椅" if pupil.wheelchair else "",
            "merged": "是" if pupil.merged else "",
            "village": _village(pupil, streets),
        }


def _village(pupil: Pupil, streets: Streets) -> str:
    if pupil.home is None:
        return ""
    if pupil.place < 0:
        return streets.hamlet.place.name
    return streets.places[pupil.place].place.name


def bus_type_rows() -> Sequence[Row]:
    """Return the rows of the bus types table."""
    return BUS_TYPES


def parking_rows(streets: Streets, rng: np.random.Generator) -> Iterator[Row]:
    """Yield the rows of the parkings table: a yard in every town, as buses sleep near their lines.

    Parameters
    ----------
    streets
        Towns.
    rng
        Where chance comes from.
    """
    towns = [p for p in streets.places if p.place.kind == "town"]
    for number, lanes in enumerate(towns, start=1):
        wide = [
            r for r in lanes.roads if r.tags["highway"] == "residential" and "oneway" not in r.tags
        ]
        yard = beside_road(wide[int(rng.integers(len(wide)))], rng, aside_m=(10, 15))
        lon, lat = lon_lat(yard.at)
        yield {
            "parking_id": f"K{number}",
            "name": f"{lanes.place.name}校车停车场",
            "lon": f"{lon:.6f}",
            "lat": f"{lat:.6f}",
            "n_buses": "" if number == 1 else 30,
        }
