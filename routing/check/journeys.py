"""Which trips and stops of the public timetable a stated ride can only mean, found again.

A ride names its trips and says how long it walks, waits and rides; the stops are those
of the trips between which the bus takes as long, and of these the ones that the walks fit
best. The orders that a ride gives of its stops on the trips count too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from routing.check.distances import measure_ways_m
from routing.check.places import crow_m
from routing.roads.network import Floats

if TYPE_CHECKING:
    from routing.check.case import Case

CHANGE_M = 200
"""One changes at stops not further apart, as the crow flies (m, assumed)."""

FAR_M = 1e9
"""Stands for no way, where walks are weighed (m)."""


@dataclass(frozen=True, eq=False)
class Trip:
    """One trip of the timetable, in the order of its stops (all float64).

    Parameters
    ----------
    name
        Line and trip, as the rides say it.
    order, arrive_s, depart_s, lon, lat
        One per stop.
    seats
        From each stop to the next; NaN where no limit is known.
    """

    name: str
    order: Floats
    arrive_s: Floats
    depart_s: Floats
    lon: Floats
    lat: Floats
    seats: Floats


class Leg(NamedTuple):
    """From where to where somebody sits on a trip: positions of its stops."""

    trip: Trip
    on: int
    off: int


class Walk(NamedTuple):
    """The shortest and the longest right answer for a walk (m); infinite for none."""

    near_m: float
    far_m: float

    def off_m(self, stated_m: float) -> float:
        """Return by how much a stated walk is wrong; ``FAR_M`` where there is no way."""
        if not np.isfinite(self.near_m) or not np.isfinite(stated_m):
            return FAR_M
        return float(max(self.near_m - stated_m, stated_m - self.far_m, 0.0))


class Journey(NamedTuple):
    """A ride by public bus, and what it means.

    Parameters
    ----------
    ride
        The row of rides, with what is known of student and school.
    legs
        One per trip; empty where the timetable has no such ride.
    home, gate
        The walks at both ends.
    """

    ride: Any
    legs: tuple[Leg, ...]
    home: Walk
    gate: Walk

    @property
    def depart_s(self) -> float:
        """When the first bus leaves."""
        return float(self.legs[0].trip.depart_s[self.legs[0].on])

    @property
    def arrive_s(self) -> float:
        """When the last bus is there."""
        return float(self.legs[-1].trip.arrive_s[self.legs[-1].off])


def find_journeys(case: "Case") -> list[Journey]:
    """Return every ride by public bus with the trips and stops that it means.

    Parameters
    ----------
    case
        Uses ``rides``, ``students``, ``schools``, ``transit``, the roads on foot, and the
        policy's longest wait on a platform.
    """
    trips = read_trips(case.transit)
    rides = list(_rides(case).itertuples(index=False))
    wait_s = case.policy.transit_max_wait_s
    pace = case.policy.walk_m_per_s
    choices = [
        list(_choices(ride, trips, wait_s + CHANGE_M / pace.at(int(ride.grade)) + 1))
        for ride in rides
    ]
    walks = _measure(case, rides, choices)
    return [_best(ride, found, walks) for ride, found in zip(rides, choices, strict=True)]


def read_trips(transit: pd.DataFrame) -> dict[str, Trip]:
    """Return the trips of a timetable by line and trip.

    Parameters
    ----------
    transit
        As the judges read it.
    """
    ordered = transit.sort_values(["line_id", "trip_id", "order"], kind="stable")
    trips = {}
    for (line_id, trip_id), calls in ordered.groupby(["line_id", "trip_id"]):
        columns = {
            name: calls[name].to_numpy(float) for name in ("order", "depart_s", "lon", "lat")
        }
        arrive_s = calls["arrive_s"].fillna(calls["depart_s"]).to_numpy(float)
        seats = calls["n_seats"].ffill().to_numpy(float)
        name = f"{line_id}/{trip_id}"
        trips[name] = Trip(name, arrive_s=arrive_s, seats=seats, **columns)
    return trips


def _rides(case: "Case") -> pd.DataFrame:
    """Return the rides by public bus with grade, home, gate and bells."""
    students = case.students.drop_duplicates("student_id")
    students = students[["student_id", "school_id", "grade", "lon", "lat"]]
    schools = case.schools.drop_duplicates("school_id").rename(
        columns={"lon": "gate_lon", "lat": "gate_lat"}
    )
    schools = schools[["school_id", "gate_lon", "gate_lat", "bell_s", "dismissal_s"]]
    rides = case.rides[case.rides["mode"] == "transit"]
    # a student that is none, or without a grade, is another rule's; nobody is younger than 0
    joined = rides.merge(students, how="left", on="student_id")
    joined = joined.merge(schools, how="left", on="school_id")
    return joined.fillna({"grade": 0, "school_id": ""})


def _named(line_id: str, trips: dict[str, Trip]) -> tuple[Trip, ...]:
    """Return the one or two trips that a ride names; none where it names others."""
    if line_id in trips:
        return (trips[line_id],)
    words = line_id.split(" ")
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        if first in trips and second in trips:
            return trips[first], trips[second]
    return ()


def _choices(ride: Any, trips: dict[str, Trip], gap_s: float) -> Iterator[tuple[Leg, ...]]:
    """Give the stops on the trips named between which the ride lasts as long as it says."""
    named = _named(ride.line_id, trips)
    if not named:
        return
    first, last = named[0], named[-1]
    aboard_s = last.arrive_s[None, :] - first.depart_s[:, None]
    fits = aboard_s == ride.ride_s
    for given, order, axis in (
        (ride.board_order, first.order, 1), (ride.alight_order, last.order, 0),
    ):  # fmt: skip
        if not np.isnan(given):
            fits &= np.expand_dims(order == given, axis)
    for on, off in zip(*(rows.tolist() for rows in np.nonzero(fits)), strict=True):
        if len(named) == 1:
            if on < off:
                yield (Leg(first, on, off),)
        elif change := _change(first, on, last, off, gap_s):
            yield (Leg(first, on, change[0]), Leg(last, change[1], off))


def _change(first: Trip, on: int, last: Trip, off: int, gap_s: float) -> tuple[int, int] | None:
    """Return where one can change from trip to trip in between; None where one cannot."""
    for leave in range(on + 1, len(first.order)):
        apart_m = crow_m(last.lon[:off], last.lat[:off], first.lon[[leave]], first.lat[[leave]])
        gap = last.depart_s[:off] - first.arrive_s[leave]
        able = np.flatnonzero((apart_m <= CHANGE_M) & (gap >= 0) & (gap <= gap_s))
        if len(able):
            return leave, int(able[0])
    return None


Place = tuple[float, float]


def _ends(ride: Any, legs: tuple[Leg, ...]) -> tuple[tuple[Place, Place], tuple[Place, Place]]:
    """Return home and its stop, gate and its stop."""
    (first, on, _), (last, _, off) = legs[0], legs[-1]
    board = float(first.lon[on]), float(first.lat[on])
    alight = float(last.lon[off]), float(last.lat[off])
    near, far = (board, alight) if ride.direction == "to_school" else (alight, board)
    return ((ride.lon, ride.lat), near), ((ride.gate_lon, ride.gate_lat), far)


def _measure(
    case: "Case", rides: list[Any], choices: list[list[tuple[Leg, ...]]]
) -> dict[tuple[Place, Place], Walk]:
    """Return the walk between each point and stop that some choice needs."""
    pairs = dict.fromkeys(
        pair
        for ride, found in zip(rides, choices, strict=True)
        for legs in found
        for pair in _ends(ride, legs)
        if not np.isnan(pair).any()
    )
    if not pairs:
        return {}
    frame = pd.DataFrame([(*point, *stop) for point, stop in pairs],
                         columns=["lon", "lat", "gate_lon", "gate_lat"])  # fmt: skip
    frame["school_id"] = [f"{lon},{lat}" for _, (lon, lat) in pairs]
    near_m, far_m = measure_ways_m(case, frame, case.walk_ways, on_foot=True)
    return {
        pair: Walk(near, far)
        for pair, near, far in zip(pairs, near_m.tolist(), far_m.tolist(), strict=True)
    }


def _best(
    ride: Any, choices: list[tuple[Leg, ...]], walks: dict[tuple[Place, Place], Walk]
) -> Journey:
    """Return the ride with the choice that its walks fit best; the first where several do."""
    nowhere = Walk(np.inf, -np.inf)
    found = [
        Journey(ride, legs, *(walks.get(pair, nowhere) for pair in _ends(ride, legs)))
        for legs in choices
    ]
    if not found:
        return Journey(ride, (), nowhere, nowhere)
    return min(
        found, key=lambda one: one.home.off_m(ride.to_stop_m) + one.gate.off_m(ride.from_stop_m)
    )
