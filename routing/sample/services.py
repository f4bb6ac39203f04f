"""The public buses of the made county, and how many pupils it expects in later years."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from shapely import LineString, Point

from routing.sample.ground import Ground
from routing.sample.lanes import Lanes
from routing.sample.lines import Spot
from routing.sample.people import People
from routing.sample.rows import Row, lon_lat
from routing.sample.schools import School
from routing.sample.streets import Streets

LINES_PER_TOWN = 2 / 3
"""Village lines for each town: eight in the county of 12 towns (ours)."""

BESIDE_M = 1_300
"""A line also calls at villages so near to the straight way to town (m; ours)."""

MOST_VILLAGES = 6
"""Villages on one line (ours)."""

KMH, WINDING, CALL_MIN = 28, 1.35, 0.7
"""Speed of a village bus, road by straight way, minutes at a stop (ours)."""

YEARS = {2027: (0.95, 0.86), 2030: (0.84, 0.62)}
"""Of today's pupils, how many each year has in schools of towns and of villages (ours)."""


def transit_rows(
    ground: Ground, streets: Streets, people: People, rng: np.random.Generator
) -> Iterator[Row]:
    """Yield the rows of the timetable: village lines to the school of a town and back.

    Each line drives in early, in time for the bell of the town's junior or nine-year
    school, and back out; and in and out again after its dismissal. Seats left are given
    for the two trips that pupils want.

    Parameters
    ----------
    ground
        The river, which no line crosses as the crow flies.
    streets, people
        Places and schools.
    rng
        Where chance comes from.
    """
    seniors = {s.place: s for s in people.schools if s.last_grade == 9}
    n_lines = max(2, round(LINES_PER_TOWN * ground.size.n_towns))
    hosts = [town for town in range(ground.size.n_towns) if town in seniors]
    taken: set[int] = set()
    for number in range(1, n_lines + 1):
        town = hosts[-number % len(hosts)]
        stops = _stops(ground, streets.places, seniors[town], taken)
        taken.update(stops)
        yield from _trips(f"村{number}路", streets.places, stops, seniors[town], rng)


def enrolment_rows(people: People, rng: np.random.Generator) -> Iterator[Row]:
    """Yield the rows of the pupils expected: fewer each year, in villages most of all.

    Parameters
    ----------
    people
        Schools and today's pupils.
    rng
        Where chance comes from.
    """
    now: Counter[tuple[int, int]] = Counter()
    for pupil in people.pupils:
        now[pupil.school, pupil.grade] += pupil.n_students
    towns = {school.place for school in people.schools if school.last_grade == 9}
    for year, (in_town, in_village) in YEARS.items():
        for number, school in enumerate(people.schools):
            share = in_town if school.place in towns else in_village
            share = min(1.0, share + float(rng.uniform(-0.08, 0.08)))
            for grade in range(school.first_grade, school.last_grade + 1):
                yield {
                    "year": year,
                    "school_id": school.school_id,
                    "grade": grade,
                    "n_students": int(rng.binomial(now[number, grade], share)),
                }


def _stops(
    ground: Ground, places: Sequence[Lanes], school: School, taken: set[int]
) -> tuple[int, ...]:
    """Return the villages of a line, the furthest from town first."""
    end, towns = school.gate.at, [p.place.at for p in places[: ground.size.n_towns]]
    mine = [
        place
        for place in range(ground.size.n_towns, len(places))
        if place not in taken
        and min(towns, key=lambda town: math.dist(town, places[place].place.at))
        == places[school.place].place.at
        and not LineString([places[place].place.at, end]).intersects(ground.river)
    ]
    if not mine:
        return ()
    start = max(mine, key=lambda place: math.dist(places[place].place.at, end))
    way = LineString([places[start].place.at, end])
    close = sorted(mine, key=lambda place: way.distance(_middle(places[place])))
    near = [place for place in close if way.distance(_middle(places[place])) <= BESIDE_M]
    chosen = {start, *near[:MOST_VILLAGES]}
    return tuple(sorted(chosen, key=lambda place: way.project(_middle(places[place]))))


def _trips(
    line_id: str, places: Sequence[Lanes], stops: tuple[int, ...], school: School,
    rng: np.random.Generator,
) -> Iterator[Row]:  # fmt: skip
    calls: list[tuple[str, Spot]] = [
        (f"{places[place].place.name}村口", places[place].gate_towards(school.gate.at))
        for place in stops
    ]
    calls.append((f"{places[school.place].place.name}学校", _kerb(school)))
    minutes = [0]
    for (_, at), (_, to) in pairwise(calls):
        drive_min = math.dist(at, to) * WINDING / (KMH / 3.6) / 60
        minutes.append(minutes[-1] + max(1, math.ceil(drive_min + CALL_MIN)))
    inward = list(zip(calls, minutes, strict=True))
    outward = [(call, minutes[-1] - minute) for call, minute in reversed(inward)]
    there = _minute(school.bell) - int(rng.integers(14, 19))
    leaves = _minute(school.dismissal) + int(rng.integers(13, 18))
    seats = int(rng.integers(12, 31))
    trips: tuple[tuple[int, Sequence[tuple[tuple[str, Spot], int]], str | int], ...] = (
        (there - minutes[-1], inward, seats), (there + 10, outward, ""),
        (leaves - minutes[-1] - 10, inward, ""), (leaves, outward, seats),
    )  # fmt: skip
    for trip_id, (start, way, n_seats) in enumerate(trips, start=1):
        for order, ((name, at), minute) in enumerate(way, start=1):
            lon, lat = lon_lat(at)
            yield {
                "line_id": line_id,
                "trip_id": str(trip_id),
                "order": order,
                "stop_name": name,
                "lon": f"{lon:.6f}",
                "lat": f"{lat:.6f}",
                "depart_s": f"{(start + minute) // 60:02d}:{(start + minute) % 60:02d}",
                "n_seats": n_seats,
            }


def _kerb(school: School) -> Spot:
    """Return the place on the street before the gate."""
    (x_m, y_m), (to_x_m, to_y_m) = school.gate.start, school.gate.end
    share = school.gate.share
    return x_m + share * (to_x_m - x_m), y_m + share * (to_y_m - y_m)


def _middle(lanes: Lanes) -> Point:
    return Point(lanes.place.at)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
