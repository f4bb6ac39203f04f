"""In which coordinate system are the planner's points? Turned where it is said, asked where not.

What is said is believed and turned to WGS-84. Where nothing is said the numbers are WGS-84,
unless they plainly fit the roads better as GCJ-02 or BD-09: that is a question, and nothing is
turned before it is answered. The limits below are those of ``benchmarks/coordinate_systems.py``
(table in docs/coordinates.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault
from routing.inputs.declared import Declared
from routing.inputs.fitting import (
    HYPOTHESES,
    MOST_OF_SCHOOL,
    MOST_POINTS,
    Measured,
    RoadField,
    SystemFit,
    draw,
    judge,
    make_field,
    record,
    score_points,
)
from routing.inputs.ground import Box, inside
from routing.inputs.metres import to_degrees
from routing.inputs.points import Points
from routing.inputs.questions import Batch, doubt, maybe, mixed, shifted
from routing.inputs.reading import Reading
from routing.inputs.said import Systems, spans, systems_said
from routing.inputs.systems import in_shifted_area, to_wgs84
from routing.roads.network import Roads
from routing.words import Text

SURE, BETTER = 0.999, 0.9
"""A file is asked about where it fits another system so surely, and its median distance to the
roads falls below this share. Measured: no false alarm in 1,080 made files of true WGS-84, no
wrong system in 2,160 shifted ones, of which those of 1,000 points were found but for five."""

WEAK = 0.98
"""A file that fits another system at least so surely is noted (measured as above)."""

SCHOOL_SURE, SCHOOL_BETTER, SCHOOL_NEAR_M = 0.99, 0.5, 150.0
"""The same for the pupils of one school in a file, who must also lie so near to the roads (m).
Measured: no false alarm in 956 schools of mixed files; of 121 shifted ones 121 were found with
homes as they are, 101 with homes moved by 0 to 300 m."""

MORE_SURE, MORE_BETTER = 0.98, 0.7
"""The same for further schools, once one is found: then the file is mixed anyway (measured)."""

LEAST_OF_SCHOOL = 5
"""Pupils of a school are looked at by themselves from so many points on (assumed)."""

__all__ = ["SystemFit", "settle_systems", "strangers", "verdict"]

Flags = NDArray[np.bool_]
Settled = tuple[dict[str, Reading], tuple[Fault, ...], tuple[Text, ...], tuple[SystemFit, ...]]


@dataclass(frozen=True, eq=False)
class _Ground:
    """The roads, with their field made when it is first asked for."""

    roads: Roads | None

    @property
    def box(self) -> Box | None:
        return self.roads.source.box if self.roads is not None else None

    @cached_property
    def field(self) -> RoadField | None:
        return make_field(self.roads) if self.roads is not None and len(self.roads.start) else None


@dataclass(frozen=True)
class _Told:
    """What was found so far."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    fits: list[SystemFit] = field(default_factory=list)


def settle_systems(
    readings: Mapping[str, Reading], roads: Roads | None, declared: Declared
) -> Settled:
    """Turn all points to WGS-84 as the planner says, and ask where they fit another system.

    Parameters
    ----------
    readings
        Name of the table -> its reading, points as written.
    roads
        The roads; without them what is said is believed, and nothing is asked.
    declared
        What ``county.toml`` says.

    Returns
    -------
    readings
        The same, points in WGS-84 and ``written`` as they were.
    faults
        Unknown names, metres without a number, and questions.
    notes
        What was turned, weak evidence, and what speaks against what is said.
    fits
        One per file measured, and one per school that differs from its file.
    """
    ground, told, settled = _Ground(roads), _Told(), dict(readings)
    for name, reading in readings.items():
        if reading.points is None or not reading.rows:
            continue
        said, strange = systems_said(reading, declared)
        told.faults.extend(fault for fault in strange if fault not in told.faults)
        points = reading.points
        lon, lat = points.lon.copy(), points.lat.copy()
        for written in _batches(reading, points, said):
            batch, faults, notes = to_degrees(written, ground.box, lambda: ground.field)
            told.faults.extend(faults)
            told.notes.extend(notes)
            lon[batch.rows], lat[batch.rows] = to_wgs84(batch.lon, batch.lat, batch.given)
            _examine(batch, ground, told)
        turned = replace(points, lon=lon, lat=lat, written=(points.lon, points.lat))
        settled[name] = replace(reading, points=turned)
    return settled, tuple(told.faults), tuple(dict.fromkeys(told.notes)), tuple(told.fits)


def _batches(reading: Reading, points: Points, said: Systems) -> Iterator[Batch]:
    """Give the rows of each file by what is said of them."""
    for part, span in spans(reading):
        here = np.arange(span.start, span.stop)
        for system in dict.fromkeys(said[span]):
            rows = here[np.array([one == system for one in said[span]], dtype=bool)]
            yield Batch(reading, part, rows, system, points.lon[rows], points.lat[rows])


def _examine(batch: Batch, ground: _Ground, told: _Told) -> None:
    """Measure the points of a batch under every system, and say what is doubtful."""
    if ground.box is None:
        return
    usable = inside(batch.lon, batch.lat, ground.box) & in_shifted_area(batch.lon, batch.lat)
    rows = draw(np.flatnonzero(usable), MOST_POINTS)
    if not len(rows) or ground.field is None:
        return
    roads, declared = ground.field, batch.said.name if batch.said is not None else ""
    whole = judge(score_points(roads, batch.lon[rows], batch.lat[rows]))
    at = HYPOTHESES.index(batch.given)
    fit = record(roads, whole, batch.file, declared)
    rest = whole.likely if verdict(whole, at) == "ask" else at
    other = strangers(_by_school(batch, usable, roads), rest)
    told.fits.append(fit)
    told.fits.extend(record(roads, one, batch.file, declared, key) for key, one in other.items())
    if other or rest != at:
        problem, remedy = (
            mixed(batch, HYPOTHESES[rest].name, other) if other else shifted(batch, fit)
        )
        if batch.said is None:
            told.faults.append(batch.fault(problem, remedy))
        else:
            told.notes.append(doubt(batch, problem))
    elif batch.said is None and verdict(whole, at) == "note":
        told.notes.append(maybe(batch, fit))


def verdict(found: Measured, at: int) -> Literal["", "note", "ask"]:
    """Return whether points of a file given as ``HYPOTHESES[at]`` are to be asked about.

    Parameters
    ----------
    found
        What was measured.
    at
        Position of the system as which they are given.
    """
    if _clear(found, at, SURE, BETTER):
        return "ask"
    return "note" if _clear(found, at, WEAK, BETTER) else ""


def _clear(found: Measured, at: int, sure: float, better: float) -> bool:
    """Return whether points fit another system than ``HYPOTHESES[at]``, so surely."""
    medians = found.medians_m
    return (
        found.likely != at and found.sure >= sure and medians[found.likely] <= better * medians[at]
    )


def strangers(schools: Mapping[str, Measured], rest: int) -> dict[str, Measured]:
    """Return the schools whose pupils plainly fit another system than the rest.

    Parameters
    ----------
    schools
        school_id -> what its pupils say.
    rest
        Position of the system of the others.
    """
    near = {key: one for key, one in schools.items() if one.medians_m[one.likely] <= SCHOOL_NEAR_M}
    if not any(_clear(one, rest, SCHOOL_SURE, SCHOOL_BETTER) for one in near.values()):
        return {}
    return {key: one for key, one in near.items() if _clear(one, rest, MORE_SURE, MORE_BETTER)}


def _by_school(batch: Batch, usable: Flags, roads: RoadField) -> dict[str, Measured]:
    """Return what the pupils of each school say, where a table tells schools apart."""
    schools = batch.reading.columns.get("school_id")
    if schools is None or "school_id" in batch.reading.table.key:
        return {}
    of_school: dict[str, list[int]] = {}
    for at in np.flatnonzero(usable):
        school = schools[batch.rows[at]]
        if school is not None:
            of_school.setdefault(str(school), []).append(int(at))
    drawn = {
        school: draw(np.array(rows), MOST_OF_SCHOOL)
        for school, rows in of_school.items()
        if len(of_school) > 1 and len(rows) >= LEAST_OF_SCHOOL
    }
    if not drawn:
        return {}
    rows = np.concatenate(list(drawn.values()))
    scores = score_points(roads, batch.lon[rows], batch.lat[rows])
    ends = np.cumsum([len(some) for some in drawn.values()])
    return {
        school: judge(scores, np.arange(end - len(some), end))
        for (school, some), end in zip(drawn.items(), ends, strict=True)
    }
