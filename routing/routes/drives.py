"""What a bus drives: halts in order, at stops and gates, with who gets on and off there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from routing.records import District
from routing.roads.positions import Positions, Travel
from routing.routes.cases import Case, Stand

if TYPE_CHECKING:
    from routing.solver import RouteSolution


class Member(NamedTuple):
    """Students of one row who ride together: row of students, how many, row of schools."""

    row: int
    n: int
    school: int


@dataclass(frozen=True)
class Halt:
    """One visit of a bus, at a gate or a stop.

    Parameters
    ----------
    place
        Row of the drive's travel table.
    school, stop
        Row of schools at a gate, row of stops at a stop; the other is None and -1.
    members
        Who boards here in the morning, or alights in the afternoon; nobody at a gate.
    n_young
        Of the members, those handed over to an adult in the afternoon.
    hold_s
        How long the bus waits here, beyond letting students on or off.
    """

    place: int
    school: int | None
    stop: int = -1
    members: tuple[Member, ...] = ()
    n_young: int = 0
    hold_s: int = 0


@dataclass(frozen=True, eq=False)
class Drive:
    """One route.

    Parameters
    ----------
    route_id, direction
        Its name (see ``name_drives``), and "to_school" or "to_home".
    profile
        Number of the profile whose network is driven.
    bus_type, able
        Row of bus_types meant for it, and all rows that may drive it.
    halts
        In the order driven, neighbours at one stop made one.
    at, travel
        The places that halts name, and the ways between them.
    block, turn
        Routes of one block could be driven by one bus, in the order of their turns; -1: a
        block of its own.
    was_s
        When an earlier plan had the bus at the first visit (s after midnight); -1: a new route.
    """

    route_id: str
    direction: str
    profile: int
    bus_type: int
    able: tuple[int, ...]
    halts: tuple[Halt, ...]
    at: Positions
    travel: Travel
    block: int = -1
    turn: int = 0
    was_s: int = -1

    @property
    def home(self) -> bool:
        """Whether it drives to home."""
        return self.direction == "to_home"

    @property
    def n(self) -> int:
        """How many students ride."""
        return sum(member.n for halt in self.halts for member in halt.members)

    def gate(self, school: int, stop: int) -> int:
        """Return the halt at a school that belongs to the halt at a stop.

        To school it is the next one at that school, to home the last one before.
        """
        orders = [k for k, halt in enumerate(self.halts) if halt.school == school]
        if self.home:
            return max(k for k in orders if k < stop)
        return min(k for k in orders if k > stop)

    def counts(self) -> list[tuple[int, int]]:
        """Return how many students get on and off at each halt."""
        at_stops = [sum(member.n for member in halt.members) for halt in self.halts]
        at_gates = [0] * len(self.halts)
        for k, halt in enumerate(self.halts):
            for member in halt.members:
                at_gates[self.gate(member.school, k)] += member.n
        on, off = (at_gates, at_stops) if self.home else (at_stops, at_gates)
        return list(zip(on, off, strict=True))


def drives_of(cases: Sequence[Case], solutions: "Sequence[RouteSolution]") -> list[Drive]:
    """Return the routes of one school each, not yet named."""
    drives: list[Drive] = []
    for case, solution in zip(cases, solutions, strict=True):
        for route in solution.routes:
            stands = [case.stands[place - 1] for place in route.stops]
            halts = [stop_halt(case, stand) for stand in stands]
            gate = Halt(0, case.school)
            home = case.direction == "to_home"
            drives.append(Drive(
                route_id="",
                direction=case.direction,
                profile=case.profile,
                bus_type=int(case.fleet["bus_type"].iloc[route.bus_type]),
                able=find_able(case, stands),
                halts=join_halts([gate, *halts] if home else [*halts, gate], case.at),
                at=case.at,
                travel=case.travel,
            ))  # fmt: skip
    return drives


def stop_halt(case: Case, stand: Stand, first_place: int = 0) -> Halt:
    """Return the halt at a stand, whose case's places begin at a row of the travel table."""
    members = tuple(Member(row, n, case.school) for row, n in stand.members)
    n_young = stand.n_young if case.direction == "to_home" else 0
    return Halt(first_place + case.place(stand.stop), None, stand.stop, members, n_young)


def name_drives(district: District, drives: Sequence[Drive]) -> list[Drive]:
    """Return the drives with names: their schools, half of the day, and a number.

    Those that have a name keep it; mornings come first.
    """
    taken = {drive.route_id for drive in drives}
    named: list[Drive] = []
    numbers: dict[str, Iterator[int]] = {}
    for drive in sorted(drives, key=lambda drive: drive.home):
        if not drive.route_id:
            gates = dict.fromkeys(halt.school for halt in drive.halts if halt.school is not None)
            ids = "+".join(district.schools["school_id"].iloc[school] for school in gates)
            key = f"{ids}-{'pm' if drive.home else 'am'}"
            free = numbers.setdefault(key, count(1))
            name = next(name for n in free if (name := f"{key}{n}") not in taken)
            named.append(replace(drive, route_id=name))
        else:
            named.append(drive)
    return named


def find_able(case: Case, stands: Sequence[Stand]) -> tuple[int, ...]:
    """Return the rows of bus_types that may carry some stands of a case together."""
    n, n_chairs = sum(s.n for s in stands), sum(s.n for s in stands if s.chair)
    junior = any(stand.junior for stand in stands)
    columns = ("bus_type", "kind", "places", "chairs")
    fleet = zip(*(case.fleet[name].tolist() for name in columns), strict=True)
    return tuple(
        int(row)
        for row, kind, places, chairs in fleet
        if places >= n and chairs >= n_chairs and (kind == "nine_year" or not junior)
    )


def join_halts(halts: Sequence[Halt], at: Positions) -> tuple[Halt, ...]:
    """Return the halts with neighbours at one stop, on one side of the road, made one."""
    joined: list[Halt] = []
    for halt in halts:
        last = joined[-1] if joined else None
        same = last is not None and halt.school is None and last.school is None
        if last is not None and same and _is_same_place(last, halt, at):
            members, n_young = last.members + halt.members, last.n_young + halt.n_young
            joined[-1] = replace(last, members=members, n_young=n_young)
        else:
            joined.append(halt)
    return tuple(joined)


def _is_same_place(one: Halt, other: Halt, at: Positions) -> bool:
    return one.stop == other.stop and bool(at.side[one.place] == at.side[other.place])
