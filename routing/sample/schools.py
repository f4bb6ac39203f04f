"""The schools: where they stand, what they teach, when the bell rings."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from routing.sample.distances import Beside
from routing.sample.ground import Place
from routing.sample.lanes import Lanes
from routing.sample.lines import Road, Spot, between, spot
from routing.sample.sizes import Size

GRADES = {"primary": (1, 6), "junior": (7, 9), "nine_year": (1, 9)}
BELLS = {
    "primary": (("08:20", "16:10"), ("08:20", "16:30"), ("08:20", "16:30"), ("08:30", "16:20")),
    "teaching_point": (("08:30", "16:10"), ("08:20", "16:10")),
    "junior": (("08:00", "17:10"), ("08:00", "17:10"), ("08:00", "17:00")),
    "nine_year": (("08:10", "16:50"), ("08:00", "17:00")),
}
"""Bell and dismissal: primary not before 08:20, junior not before 08:00 (ministry,
2021); which school keeps which is ours."""


TOWN_PRIMARIES = 0.3
"""Share of all schools that are primary schools in towns (ours)."""


@dataclass(frozen=True)
class School:
    """One school.

    Parameters
    ----------
    school_id, name, kind, town
        As in the schools table.
    place
        Position of its town or village among the places.
    gate
        The gate, beside a street.
    first_grade, last_grade
        Grades taught.
    bell, dismissal
        Clock times as written.
    """

    school_id: str
    name: str
    kind: str
    town: str
    place: int
    gate: Beside
    first_grade: int
    last_grade: int
    bell: str
    dismissal: str

    def teaches(self, grade: int) -> bool:
        """Return whether a grade is taught."""
        return self.first_grade <= grade <= self.last_grade


def place_schools(
    size: Size, places: Sequence[Lanes], town_of: Sequence[int], rng: np.random.Generator
) -> tuple[School, ...]:
    """Return the schools: in towns first, then in large villages far from a school.

    Parameters
    ----------
    size
        How many of each kind.
    places
        Streets of the towns (the seat first) and villages.
    town_of
        Per place: the town it belongs to, as a position among the places.
    rng
        Where chance comes from.
    """
    hosts = [*_in_towns(size, places), *_in_villages(size, places)]
    taken: dict[int, int] = {}
    schools: list[School] = []
    for place, kind in sorted(hosts, key=lambda host: (town_of[host[0]], host[0])):
        nth = taken[place] = taken.get(place, 0) + 1
        first, last = GRADES.get(kind, (1, 3 if rng.random() < 0.6 else 4))
        times = BELLS[kind]
        bell, dismissal = times[int(rng.integers(len(times)))]
        schools.append(School(
            f"S{len(schools) + 1:02d}", _name(places[place].place, kind, nth), kind,
            places[town_of[place]].place.name, place, _gate(places[place], _gates(schools), rng),
            first, last, bell, dismissal,
        ))  # fmt: skip
    return tuple(schools)


def _in_towns(size: Size, places: Sequence[Lanes]) -> Iterator[tuple[int, str]]:
    """Yield the junior or nine-year school of each town, and the primary schools of towns."""
    by_weight = sorted(range(size.n_towns), key=lambda n: -places[n].place.weight)
    juniors = [0, *(n for n in by_weight if n != 0)][: size.n_juniors]
    for town in range(size.n_towns):
        yield town, "junior" if town in juniors else "nine_year"
    n_primaries = round(TOWN_PRIMARIES * size.n_schools)
    wanted = [*juniors, 0, 0, 0, *juniors[1:], *juniors]
    for town in wanted[:n_primaries]:
        yield town, "primary"


def _in_villages(size: Size, places: Sequence[Lanes]) -> Iterator[tuple[int, str]]:
    """Yield villages with a school: each where it saves the most people the most way."""
    n_village = size.n_schools - size.n_towns - round(TOWN_PRIMARIES * size.n_schools)
    spots = np.array([lanes.place.at for lanes in places])
    weights = np.array([lanes.place.weight for lanes in places])
    apart_m = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    near_m = apart_m[:, : size.n_towns].min(axis=1)
    for nth in range(n_village):
        kind = "primary" if nth < n_village - size.n_points else "teaching_point"
        saved = (weights[:, None] * np.maximum(near_m[:, None] - apart_m, 0)).sum(axis=0)
        saved *= weights if kind == "primary" else 1.0
        saved[: size.n_towns] = 0
        best = int(saved.argmax())
        yield best, kind
        near_m = np.minimum(near_m, apart_m[best])


def _name(place: Place, kind: str, nth: int) -> str:
    if kind == "teaching_point":
        return f"{place.name}教学点"
    if kind == "junior":
        return f"{place.name}初级中学"
    if kind == "nine_year":
        return f"{place.name}九年一贯制学校"
    if place.kind == "village":
        return f"{place.name}小学"
    return f"{place.name}{('中心', '第二', '第三', '第四', '第五', '第六')[nth - 2]}小学"


def _gates(schools: Sequence[School]) -> list[Spot]:
    return [school.gate.at for school in schools]


def _gate(lanes: Lanes, others: Sequence[Spot], rng: np.random.Generator) -> Beside:
    """Return a gate at a side street driven both ways, far from the other schools."""
    streets = [r for r in lanes.roads if r.tags["highway"] in {"residential", "tertiary"}]
    open_ = [r for r in streets if "oneway" not in r.tags and "width" not in r.tags]
    chances = [
        beside_road(
            (open_ or streets)[int(rng.integers(len(open_ or streets)))], rng, aside_m=(7, 12)
        )
        for _ in range(10)
    ]
    return max(chances, key=lambda gate: min((math.dist(gate.at, o) for o in others), default=0.0))


def beside_road(road: Road, rng: np.random.Generator, *, aside_m: tuple[float, float]) -> Beside:
    """Return a point at the side of a road.

    Parameters
    ----------
    road
        A street; one of its straight pieces is drawn.
    rng
        Where chance comes from.
    aside_m
        How near and how far from the road (m).
    """
    piece = int(rng.integers(len(road.points) - 1))
    start, end = road.points[piece], road.points[piece + 1]
    share = float(rng.uniform(0.15, 0.85))
    foot = between(start, end, share)
    away_m = float(rng.uniform(*aside_m)) * (1 if rng.random() < 0.5 else -1)
    length_m = max(math.dist(start, end), 0.1)
    across: Spot = (-(end[1] - start[1]) / length_m, (end[0] - start[0]) / length_m)
    at = spot(foot[0] + away_m * across[0], foot[1] + away_m * across[1])
    return Beside(at, start, end, share)
