"""What report and workbook say of a plan, as plain rows: schools, runs, riders, gaps."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from routing.costs import bus_costs
from routing.demand import find_disputed
from routing.outputs.served import count_unserved
from routing.records import Plan
from routing.tables import DIRECTIONS

if TYPE_CHECKING:
    import pandas as pd

BANDS = ("g1_3", "g4_6", "g7_9")
"""Bands of grades; kindergarten is in the first."""


class SchoolFact(NamedTuple):
    """One school: students of its rows by what becomes of them, and its routes."""

    school_id: str
    name: str
    town: str
    bell_s: int
    dismissal_s: int
    n_students: int
    n_entitled: int
    n_served: int
    n_unserved: int
    n_disputed: int
    n_routes: int
    max_ride_s: int | None


class GapFact(NamedTuple):
    """Students of one row who are unserved for one reason, in one direction or both."""

    student_id: str
    school: str
    village: str
    grade: int
    n_students: int
    direction: str
    reason: str
    found: int | None
    limit: int | None


class WayFact(NamedTuple):
    """Students of one row who go one way, and why; the code is one of ``MODE_WHY``."""

    student_id: str
    school_id: str
    grade: int
    n_students: int
    mode: str
    why: str


class VisitFact(NamedTuple):
    """One visit of a route; times in seconds after midnight, counts in students."""

    place_id: str
    place: str
    kind: str
    arrive_s: int
    depart_s: int
    n_on: int
    n_off: int
    n_aboard: int


class RunFact(NamedTuple):
    """One route as a run of its bus, with its visits in order."""

    bus_id: str
    run: int
    route_id: str
    direction: str
    bus_type_id: str
    pupil_seats: int
    n_students: int
    distance_m: int
    duration_s: int
    empty_m: int
    return_m: int
    depart_s: int
    arrive_s: int
    visits: tuple[VisitFact, ...]


class RiderFact(NamedTuple):
    """Students of one row at the stop where they board or alight."""

    route_id: str
    direction: str
    stop: str
    stop_s: int | None
    student_id: str
    grade: int
    school: str
    n_students: int
    needs: str
    to_stop_m: int | None
    ride_s: int | None
    door_to_door_s: int | None


def find_schools(plan: Plan) -> list[SchoolFact]:
    """Return the facts of every school, in the order of the table."""
    students = plan.district.students
    entitled = students[students["entitled"].astype(bool)]
    n_all, n_entitled = _count(students), _count(entitled)
    n_disputed = _count(find_disputed(students, plan.policy))
    school_of = students.set_index("student_id")["school_id"]
    n_unserved = count_unserved(plan.rides).groupby(school_of).sum()
    rides = plan.rides[plan.rides["mode"] == "bus"]
    by_school = rides.groupby(rides["student_id"].map(school_of))
    max_ride_s, n_routes = by_school["ride_s"].max(), by_school["route_id"].nunique()
    return [
        SchoolFact(
            row.school_id, row.name or row.school_id, row.town, int(row.bell_s),
            int(row.dismissal_s), n_all.get(row.school_id, 0),
            (n := n_entitled.get(row.school_id, 0)),
            n - (gap := int(n_unserved.get(row.school_id, 0))), gap,
            n_disputed.get(row.school_id, 0), int(n_routes.get(row.school_id, 0)),
            whole(max_ride_s.get(row.school_id)),
        )
        for row in rows_of(plan.district.schools)
    ]  # fmt: skip


def find_gaps(plan: Plan) -> list[GapFact]:
    """Return who is unserved and why; morning and afternoon together where alike."""
    students = plan.district.students.set_index("student_id")
    names = school_names(plan)
    key = ["student_id", "reason", "reason_found", "reason_limit"]
    alike: Any = _unserved_rows(plan).groupby(key, sort=False, dropna=False)
    gaps = []
    for (student_id, reason, found, limit), rows in alike:
        directions = set(rows["direction"])
        student = students.loc[student_id]
        gaps.append(GapFact(
            student_id, names.get(student["school_id"], student["school_id"]),
            student["village"], int(student["grade"]), int(rows["n_students"].max()),
            directions.pop() if len(directions) == 1 else "both",
            reason, whole(found), whole(limit),
        ))  # fmt: skip
    return gaps


def find_runs(plan: Plan) -> list[RunFact]:
    """Return every route with its timetable, by bus and run."""
    places = {**school_names(plan), **stop_names(plan)}
    visits: dict[str, list[VisitFact]] = {}
    for row in rows_of(plan.visits.sort_values(["route_id", "order"])):
        visits.setdefault(row.route_id, []).append(VisitFact(
            row.place_id, places.get(row.place_id, row.place_id), row.kind, int(row.arrive_s),
            int(row.depart_s), int(row.n_on), int(row.n_off), int(row.n_aboard),
        ))  # fmt: skip
    seats = bus_costs(plan.district.bus_types, plan.policy)
    seats_of = dict(zip(seats["bus_type_id"], seats["pupil_seats"], strict=True))
    runs = [
        RunFact(
            row.bus_id, int(row.run), row.route_id, row.direction, row.bus_type_id,
            int(seats_of.get(row.bus_type_id, 0)), int(row.n_students),
            int(row.distance_m), int(row.duration_s), int(row.empty_m),
            int(row.return_m), int(row.depart_s), int(row.arrive_s),
            tuple(visits.get(row.route_id, ())),
        )
        for row in rows_of(plan.routes)
    ]  # fmt: skip
    return sorted(runs, key=lambda run: (_natural(run.bus_id), run.run))


def find_riders(plan: Plan) -> list[RiderFact]:
    """Return who boards and alights where, in the order of routes and their visits."""
    students = plan.district.students.set_index("student_id")
    schools, stops = school_names(plan), stop_names(plan)
    arrive = plan.visits.set_index(["route_id", "order"])["arrive_s"].to_dict()
    riders = []
    for ride in rows_of(plan.rides[plan.rides["mode"] == "bus"]):
        order = ride.board_order if ride.direction == "to_school" else ride.alight_order
        student = students.loc[ride.student_id]
        riders.append((order, RiderFact(
            ride.route_id, ride.direction, stops.get(ride.stop_id, ride.stop_id),
            whole(arrive.get((ride.route_id, order))), ride.student_id,
            int(student["grade"]), schools.get(student["school_id"], ""),
            int(ride.n_students), student["needs"], whole(ride.to_stop_m),
            whole(ride.ride_s), whole(ride.door_to_door_s),
        )))  # fmt: skip
    place = {run.route_id: at for at, run in enumerate(find_runs(plan))}
    riders.sort(key=lambda item: (place.get(item[1].route_id, -1), item[0]))
    return [rider for _, rider in riders]


def band_of(grade: int) -> str:
    """Return the band of a grade; kindergarten counts as grades 1 to 3."""
    return BANDS[0] if grade <= 3 else BANDS[1] if grade <= 6 else BANDS[2]


def school_names(plan: Plan) -> dict[str, str]:
    """Return the name of each school, its key where it has none."""
    return _names(plan.district.schools, "school_id")


def stop_names(plan: Plan) -> dict[str, str]:
    """Return the name of each stop, its key where it has none."""
    return _names(plan.stops, "stop_id")


def rows_of(table: "pd.DataFrame") -> Iterator[Any]:
    """Return the rows of a table as tuples with the columns' names."""
    return iter(table.itertuples(index=False))


def whole(value: Any) -> int | None:
    """Return a cell as a whole number; None where it is empty."""
    import pandas as pd

    return None if pd.isna(value) else int(value)


def _names(table: "pd.DataFrame", key: str) -> dict[str, str]:
    pairs = zip(table[key], table["name"], strict=True)
    return {key: name or key for key, name in pairs}


def _count(students: "pd.DataFrame") -> dict[str, int]:
    counts = students.groupby("school_id")["n_students"].sum()
    return {str(school_id): int(n) for school_id, n in counts.items()}


def find_ways(plan: Plan) -> list[WayFact]:
    """Return which way the students of each row go; a row of which a part is left has several.

    Whoever lacks a bus in one direction is unserved; where the directions differ, the one
    in which more are left counts.
    """
    left = find_left(plan)
    ways = []
    for row in rows_of(plan.district.students):
        parts = left.get(row.student_id, {}) if row.mode in {"bus", "unserved"} else {}
        n_served = int(row.n_students) - sum(parts.values())
        if n_served > 0 or not parts:
            ways.append((row, n_served, row.mode, row.mode_why))
        ways += [(row, n, "unserved", reason) for reason, n in parts.items()]
    return [
        WayFact(row.student_id, row.school_id, int(row.grade), n, mode, why)
        for row, n, mode, why in ways
    ]


def find_left(plan: Plan) -> dict[str, dict[str, int]]:
    """Return by student row how many are unserved for each reason, each counted once."""
    rides = plan.rides[plan.rides["mode"] == "unserved"]
    found: dict[str, dict[str, dict[str, int]]] = {}
    for ride in rides.itertuples():
        ways = found.setdefault(str(ride.student_id), {})
        parts = ways.setdefault(str(ride.direction), {})
        parts[str(ride.reason)] = parts.get(str(ride.reason), 0) + int(ride.n_students)
    return {
        student: max(
            (ways[way] for way in DIRECTIONS if way in ways), key=lambda n: sum(n.values())
        )
        for student, ways in found.items()
    }


def _unserved_rows(plan: Plan) -> "pd.DataFrame":
    """Return the unserved rides; parts with the same reason are added up."""
    rides = plan.rides[plan.rides["mode"] == "unserved"]
    key = ["student_id", "direction", "reason", "reason_found", "reason_limit"]
    summed = rides.groupby(key, sort=False, dropna=False)["n_students"].sum()
    return summed.reset_index()


def _natural(name: str) -> tuple[Any, ...]:
    """Return a key that sorts B2 before B10."""
    return tuple(_pieces(name))


def _pieces(name: str) -> Iterator[tuple[int, int, str]]:
    piece = ""
    for sign in f"{name}\n":
        if piece and sign.isdecimal() != piece[-1].isdecimal():
            yield (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
            piece = ""
        piece += sign
