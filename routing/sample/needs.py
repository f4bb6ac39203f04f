"""Who boards, who uses a wheelchair, who comes from a school that was closed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from routing.sample.pupils import FAR_M, Pupil
from routing.sample.schools import School

BOARD_FROM_M = 3_000
"""No one who lives nearer boards (ours)."""


def choose_boarders(
    pupils: Sequence[Pupil], schools: Sequence[School], n: int, rng: np.random.Generator
) -> tuple[Pupil, ...]:
    """Return the pupils, some of those far from a school with beds boarding.

    Grades 1 to 3 do not board (State Council office, 2018-27).

    Parameters
    ----------
    pupils
        All.
    schools
        Boarders attend a junior or nine-year school.
    n
        How many board.
    rng
        Where chance comes from.
    """
    able = [
        number
        for number, pupil in enumerate(pupils)
        if pupil.grade >= 4
        and pupil.n_students == 1
        and pupil.metres > BOARD_FROM_M
        and has_beds(schools[pupil.school])
    ]
    weights = np.array([pupils[k].metres * (1 if pupils[k].grade > 6 else 0.9) for k in able])
    order = np.argsort(-weights * rng.random(len(able)), kind="stable")
    boarding = {able[int(k)] for k in order[:n]}
    return tuple(replace(p, boards=k in boarding) for k, p in enumerate(pupils))


def has_beds(school: School) -> bool:
    """Return whether pupils can sleep at a school."""
    return school.kind in {"junior", "nine_year"}


def add_needs(
    pupils: Sequence[Pupil], n_wheelchairs: int, merged_places: set[int], rng: np.random.Generator
) -> tuple[Pupil, ...]:
    """Return the pupils, some with a wheelchair, some from a school that was closed.

    Parameters
    ----------
    pupils
        All.
    n_wheelchairs
        How many use a wheelchair; most of them live far from school.
    merged_places
        Places whose school was closed: their primary pupils count as merged.
    rng
        Where chance comes from.
    """
    order = [int(k) for k in rng.permutation(len(pupils))]
    day = [k for k in order if not pupils[k].boards and pupils[k].n_students == 1]
    far = [k for k in day if pupils[k].metres > FAR_M]
    near = [k for k in day if pupils[k].metres <= FAR_M]
    n_far = n_wheelchairs - n_wheelchairs // 4
    seated = {*far[:n_far], *near[: n_wheelchairs - n_far]}
    return tuple(
        replace(p, wheelchair=k in seated, merged=p.grade <= 6 and p.place in merged_places)
        for k, p in enumerate(pupils)
    )
