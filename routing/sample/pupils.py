"""The pupils: where they live, which school they attend, who boards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.sample.distances import Beside, Walks
from routing.sample.lanes import Lanes
from routing.sample.schools import School, beside_road
from routing.sample.sizes import Size

FAR_M = 2_000
"""Who lives further than this from school is to be taken there (Dongchangfu 2023)."""
ELSEWHERE = 0.04
"""Share of pupils who attend the second-nearest school (ours)."""
ELSEWHERE_M = 2_500
"""How much further away that school may be (ours)."""
TOWN_VILLAGES = 1.05
"""Pupils of a town against those of all its villages together (ours)."""
HOST_WEIGHT = 3.4
"""Pupils of a village with a school against those of one without (ours)."""
HOST_LEAST = 30
"""A village with a school has at least about so many pupils in all grades (ours)."""


@dataclass(frozen=True)
class Pupil:
    """One row of the students table.

    Parameters
    ----------
    school
        Position among the schools.
    grade
        1 to 9.
    place
        Position of the village or town among the places; -1 on the island.
    home
        Where; None where unknown.
    metres
        On foot to school; infinite where there is no way, NaN where unknown.
    n_students
        Pupils in the row.
    boards, merged, wheelchair
        As in the students table.
    """

    school: int
    grade: int
    place: int
    home: Beside | None
    metres: float
    n_students: int = 1
    boards: bool = False
    merged: bool = False
    wheelchair: bool = False


@dataclass(frozen=True, eq=False)
class Attendance:
    """Who attends which school, by place and grade.

    Parameters
    ----------
    nearest
        (place, grade) -> positions of the schools that teach the grade, those of the
        place's own town first, the nearest first.
    n_own
        (place, grade) -> how many of them are in the place itself.
    """

    nearest: Mapping[tuple[int, int], tuple[int, ...]]
    n_own: Mapping[tuple[int, int], int]

    def school_of(self, place: int, grade: int, home_m: np.ndarray, *, usual: bool) -> int:
        """Return the school of a home: in its own town the nearest to it.

        Parameters
        ----------
        place, grade
            Of the pupil.
        home_m
            Metres on foot from the home to each school.
        usual
            False for the second-nearest.
        """
        schools = self.nearest[place, grade]
        own = schools[: max(1, self.n_own[place, grade])]
        first = min(own, key=lambda school: float(home_m[school]))
        others = [school for school in schools if school != first]
        if usual or not others:
            return first
        second = min(others, key=lambda school: float(home_m[school]))
        return second if home_m[second] < home_m[first] + ELSEWHERE_M else first


def find_attendance(
    schools: Sequence[School],
    places: Sequence[Lanes],
    town_of: Sequence[int],
    place_m: np.ndarray,
) -> Attendance:
    """Return which school each place's pupils attend.

    Parameters
    ----------
    schools, places
        All schools; towns and villages.
    town_of
        Per place: its town, as a position among the places.
    place_m
        Metres on foot, schools x places.
    """
    nearest, n_own = {}, {}
    for place in range(len(places)):
        town = places[town_of[place]].place.name
        order = sorted(
            range(len(schools)), key=lambda n: (schools[n].town != town, place_m[n, place])
        )
        for grade in range(1, 10):
            teaching = tuple(n for n in order if schools[n].teaches(grade))
            nearest[place, grade] = teaching
            n_own[place, grade] = sum(schools[n].place == place for n in teaching)
    return Attendance(nearest, n_own)


def settle_pupils(
    size: Size,
    schools: Sequence[School],
    places: Sequence[Lanes],
    attendance: Attendance,
    walks: Walks,
    rng: np.random.Generator,
) -> tuple[Pupil, ...]:
    """Return the pupils whose home is known and who have a way to school.

    People are drawn by place and grade until as many live near and far as wanted.

    Parameters
    ----------
    size
        How many.
    schools, places, attendance
        Who attends what.
    walks
        Metres on foot from each school.
    rng
        Where chance comes from.
    """
    crowd = {"town": TOWN_VILLAGES * size.n_villages / size.n_towns}
    weights = np.array([p.place.weight * crowd.get(p.place.kind, 1.0) for p in places])
    hosts = sorted({school.place for school in schools if school.place >= size.n_towns})
    least = HOST_LEAST / size.n_pupils * weights.sum()
    weights[hosts] = np.maximum(weights[hosts] * HOST_WEIGHT, least)
    shares = np.cumsum(weights) / weights.sum()
    wanted = {True: size.n_far + size.n_boarders, False: 0}
    wanted[False] = size.n_pupils - wanted[True] - size.n_unknown - size.n_islanders
    pupils = _hamlet_rows(size, places, attendance, walks, rng)
    wanted[True] -= sum(p.n_students for p in pupils if p.metres > FAR_M)
    wanted[False] -= sum(p.n_students for p in pupils if p.metres <= FAR_M)
    while wanted[True] or wanted[False]:
        place = int(np.searchsorted(shares, rng.random()))
        pupil = _pupil(place, places[place], attendance, walks, rng)
        far = pupil.metres > FAR_M
        if wanted[far]:
            wanted[far] -= 1
            pupils.append(pupil)
    return tuple(pupils)


def _pupil(
    place: int, lanes: Lanes, attendance: Attendance, walks: Walks, rng: np.random.Generator
) -> Pupil:
    grade = int(rng.integers(1, 10))
    home = home_in(lanes, rng)
    home_m = walks.to(home)
    usual = bool(rng.random() >= ELSEWHERE)
    school = attendance.school_of(place, grade, home_m, usual=usual)
    return Pupil(school, grade, place, home, float(home_m[school]))


def home_in(lanes: Lanes, rng: np.random.Generator) -> Beside:
    """Return a home beside one of the streets of a place.

    Parameters
    ----------
    lanes
        Streets of the place.
    rng
        Where chance comes from.
    """
    road = lanes.roads[int(rng.integers(len(lanes.roads)))]
    return beside_road(road, rng, aside_m=(6, 34))


def _hamlet_rows(
    size: Size,
    places: Sequence[Lanes],
    attendance: Attendance,
    walks: Walks,
    rng: np.random.Generator,
) -> list[Pupil]:
    """Return rows of several pupils of a grade, who stand at the middle of their village."""
    rows: list[Pupil] = []
    used: set[tuple[int, int]] = set()
    while len(rows) < size.n_hamlet_rows:
        place = int(rng.integers(size.n_towns, len(places)))
        grade = int(rng.integers(1, 10))
        middle = places[place].place.at
        home = Beside(middle, middle, middle, 0.0)
        school = attendance.nearest[place, grade][0]
        row = Pupil(school, grade, place, home, float(walks.to(home)[school]))
        if (place, grade) not in used:
            used.add((place, grade))
            rows.append(replace(row, n_students=int(rng.integers(2, 8))))
    return rows
