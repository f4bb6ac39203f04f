"""Schools and pupils of the made county, from its places and roads."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.sample.distances import Beside, Walks, measure_walks
from routing.sample.ground import Ground
from routing.sample.needs import add_needs, choose_boarders
from routing.sample.pupils import Pupil, find_attendance, home_in, settle_pupils
from routing.sample.schools import School, place_schools
from routing.sample.sizes import Size
from routing.sample.streets import Streets


@dataclass(frozen=True)
class People:
    """Who learns where.

    Parameters
    ----------
    schools, pupils
        In the order in which they are written.
    """

    schools: tuple[School, ...]
    pupils: tuple[Pupil, ...]


def settle_people(ground: Ground, streets: Streets, rng: np.random.Generator) -> People:
    """Return the schools and pupils of a county.

    Parameters
    ----------
    ground
        The county's size.
    streets
        Its places and roads.
    rng
        Where chance comes from.
    """
    size, places = ground.size, streets.places
    middles = [Beside(p.place.at, p.gates[0], p.gates[0], 0.0) for p in places]
    from_towns = measure_walks(streets, middles[: size.n_towns])
    town_of = [int(np.argmin(from_towns.to(middle))) for middle in middles]
    schools = place_schools(size, places, town_of, rng)
    walks = measure_walks(streets, [school.gate for school in schools])
    place_m = np.column_stack([walks.to(middle) for middle in middles])
    attendance = find_attendance(schools, places, town_of, place_m)
    pupils = settle_pupils(size, schools, places, attendance, walks, rng)
    pupils = choose_boarders(pupils, schools, size.n_boarders, rng)
    pupils = add_needs(pupils, size.n_wheelchairs, _merged(size, schools, place_m, rng), rng)
    others = [*_islanders(size, streets, schools, walks, rng), *_unknown(size, pupils, rng)]
    order = sorted([*pupils, *others], key=lambda p: (p.school, p.grade, p.place, p.metres))
    return People(schools, tuple(order))


def _merged(
    size: Size, schools: Sequence[School], place_m: np.ndarray, rng: np.random.Generator
) -> set[int]:
    """Return villages far from any school, whose own was closed."""
    has_school = {school.place for school in schools}
    far = [
        place
        for place in range(size.n_towns, place_m.shape[1])
        if place not in has_school and place_m[:, place].min() > 1_500
    ]
    return {int(place) for place in rng.permutation(far)[: size.n_merged_villages]}


def _islanders(
    size: Size,
    streets: Streets,
    schools: Sequence[School],
    walks: Walks,
    rng: np.random.Generator,
) -> list[Pupil]:
    """Return the pupils on the island; they attend the schools nearest as the crow flies."""
    here = streets.hamlet.place.at
    order = sorted(range(len(schools)), key=lambda n: math.dist(schools[n].gate.at, here))
    pupils = []
    for nth in range(size.n_islanders):
        grade = 1 + (2 * nth) % 9
        school = next(n for n in order if schools[n].teaches(grade))
        home = home_in(streets.hamlet, rng)
        pupils.append(Pupil(school, grade, -1, home, float(walks.to(home)[school])))
    return pupils


def _unknown(size: Size, pupils: Sequence[Pupil], rng: np.random.Generator) -> list[Pupil]:
    """Return pupils of whom only school and grade are known."""
    like = [pupils[int(k)] for k in rng.permutation(len(pupils))[: size.n_unknown]]
    return [Pupil(p.school, p.grade, -2, None, math.nan) for p in like]


def count_pupils(people: People) -> Counter[int]:
    """Return the pupils of each school, by its position."""
    counts: Counter[int] = Counter()
    for pupil in people.pupils:
        counts[pupil.school] += pupil.n_students
    return counts
