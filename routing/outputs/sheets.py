"""What stands on each sheet of the workbook, before any spreadsheet is involved.

Clock cells are seconds after midnight; a count that must not be shown is a text.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from routing.outputs.facts import (
    RiderFact,
    RunFact,
    find_riders,
    find_runs,
    find_schools,
    find_ways,
    school_names,
)
from routing.outputs.masking import Mask
from routing.outputs.sections import gap_rows, run_times, say_proven, speaker, visit_counts
from routing.outputs.served import list_figures
from routing.reasons import explain_mode
from routing.records import Plan
from routing.tables import ALL_TABLES, MODES
from routing.words import Lang, Text

Cell = str | int | float | None


class Head(NamedTuple):
    """A column: its word in ``WORDS``, and text, whole, number, plain or clock."""

    word: str
    kind: str = "text"


class Sheet(NamedTuple):
    """One sheet: its word in ``WORDS``, its columns, its rows."""

    name: str
    heads: tuple[Head, ...]
    rows: list[tuple[Cell, ...]]


def list_sheets(plan: Plan, mask: Mask, lang: Lang) -> list[Sheet]:
    """Return the sheets in the order of the workbook."""
    runs = find_runs(plan)
    return [
        _summary(plan, mask, lang), _routes(runs, mask, lang), _visits(runs, mask, lang),
        _riders(plan, mask, lang), _ways(plan, mask, lang), _unserved(plan, mask, lang), _schools(plan, mask),
        _buses(plan, runs), _dictionary(lang),
    ]  # fmt: skip


def _heads(words: str, *, whole: str = "", number: str = "", clock: str = "") -> tuple[Head, ...]:
    kinds = dict.fromkeys(whole.split(), "whole")
    kinds |= dict.fromkeys(number.split(), "number")
    kinds |= dict.fromkeys(clock.split(), "clock")
    return tuple(Head(word, kinds.get(word, "text")) for word in words.split())


def _summary(plan: Plan, mask: Mask, lang: Lang) -> Sheet:
    say = speaker(lang)
    secret = "internal" if mask.privacy == "internal" else "public"
    rows: list[tuple[Cell, ...]] = [
        (say("title"), say(secret, min_cell=mask.min_cell)),
        *list_figures(plan, mask, lang),
        (say("policy"), plan.policy.name),
        *((say("proven"), text) for text in say_proven(plan, lang).values()),
        (say("made"), say("times_assumed", factor=f"{plan.policy.time_factor:g}")),
        *((say("notes"), note.say(lang)) for note in _notes(plan, mask)),
    ]
    return Sheet("summary", _heads("figure value"), rows)


def _notes(plan: Plan, mask: Mask) -> tuple[Text, ...]:
    return plan.district.notes if mask.privacy == "internal" else ()


def _routes(runs: list[RunFact], mask: Mask, lang: Lang) -> Sheet:
    say = speaker(lang)
    heads = _heads(
        "bus_id run_n route_id direction bus_type seats pupils n_visits first_time last_time "
        "duration_min distance_km empty return",
        whole="run_n seats pupils n_visits", clock="first_time last_time",
        number="duration_min distance_km empty return",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            run.bus_id, run.run, run.route_id, say(run.direction), run.bus_type_id,
            run.pupil_seats, _load(run, mask), _stops(run), run.depart_s, run.arrive_s,
            run.duration_s / 60, run.distance_m / 1000, run.empty_m / 1000,
            run.return_m / 1000,
        )
        for run in runs
    ]  # fmt: skip
    return Sheet("sheet_routes", heads, rows)


def _visits(runs: list[RunFact], mask: Mask, lang: Lang) -> Sheet:
    say = speaker(lang)
    heads = _heads(
        "bus_id run_n route_id direction order place kind time arrive depart on off aboard",
        whole="run_n order on off aboard", clock="time arrive depart",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            run.bus_id, run.run, run.route_id, say(run.direction), order, visit.place,
            say(f"kind_{visit.kind}"), time_s, visit.arrive_s, visit.depart_s,
            *(_count(text) for text in counts),
        )
        for run in runs
        for order, (visit, time_s, counts) in enumerate(
            zip(run.visits, run_times(run), visit_counts(run, mask), strict=True), start=1
        )
    ]  # fmt: skip
    return Sheet("sheet_visits", heads, rows)


def _riders(plan: Plan, mask: Mask, lang: Lang) -> Sheet:
    """Who boards where; in public how many at each stop, by route."""
    say, riders = speaker(lang), find_riders(plan)
    if mask.privacy == "public":
        heads = _heads("route_id direction stop time pupils", clock="time", whole="pupils")
        at_stop = groupby(riders, key=lambda r: (r.route_id, r.direction, r.stop, r.stop_s))
        rows: list[tuple[Cell, ...]] = [
            (route, say(direction), stop, time_s, _count(mask.shown(_sum(group))))
            for (route, direction, stop, time_s), group in at_stop
        ]
        return Sheet("sheet_riders", heads, rows)
    heads = _heads(
        "route_id direction stop time student school grade pupils needs to_stop_m ride_min door_min",
        clock="time", whole="grade pupils to_stop_m", number="ride_min door_min",
    )  # fmt: skip
    rows = [
        (
            r.route_id, say(r.direction), r.stop, r.stop_s, r.student_id, r.school, r.grade,
            r.n_students, say(f"need_{r.needs}"), r.to_stop_m, _minutes(r.ride_s),
            _minutes(r.door_to_door_s),
        )
        for r in riders
    ]  # fmt: skip
    return Sheet("sheet_riders", heads, rows)


def _ways(plan: Plan, mask: Mask, lang: Lang) -> Sheet:
    """Which way each student row goes, and why; in public how many go which way, by school."""
    say, schools = speaker(lang), school_names(plan)
    if mask.privacy == "internal":
        heads = _heads("student school grade pupils mode mode_why", whole="grade pupils")
        rows: list[tuple[Cell, ...]] = [
            (
                way.student_id, schools.get(way.school_id, ""), way.grade, way.n_students,
                say(f"mode_{way.mode}") if way.mode else "",
                explain_mode(way.why, lang) if way.mode else "",
            )
            for way in find_ways(plan)
        ]  # fmt: skip
        return Sheet("sheet_ways", heads, rows)
    counts: Counter[tuple[str, str]] = Counter()
    for way in find_ways(plan):
        counts[way.school_id, way.mode] += way.n_students
    rows = []
    for key, name in schools.items():
        n = {mode: mask.shown(counts[key, mode]) for mode in MODES}
        n["unserved"], n["bus"] = mask.shown_split(
            counts[key, "bus"] + counts[key, "unserved"], counts[key, "unserved"]
        )
        rows.append((name, *(_count(n[mode]) for mode in MODES)))
    ways = " ".join(f"mode_{mode}" for mode in MODES)
    return Sheet("sheet_ways", _heads(f"school {ways}", whole=ways), rows)


def _unserved(plan: Plan, mask: Mask, lang: Lang) -> Sheet:
    words = "school village reason when pupils"
    if mask.privacy == "internal":
        words = "student school village grade reason when pupils"
    heads = _heads(words, whole="grade pupils")
    kinds = [head.kind for head in heads]
    rows = [
        tuple(
            _count(cell) if kind == "whole" else cell for cell, kind in zip(row, kinds, strict=True)
        )
        for row in gap_rows(plan, mask, lang)
    ]
    return Sheet("sheet_unserved", heads, rows)


def _schools(plan: Plan, mask: Mask) -> Sheet:
    heads = _heads(
        "school town bell dismissal pupils n_entitled served n_unserved n_routes_short max_ride",
        clock="bell dismissal", number="max_ride",
        whole="pupils n_entitled served n_unserved n_routes_short",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for fact in find_schools(plan):
        unserved, served = mask.shown_split(fact.n_entitled, fact.n_unserved)
        counts = (mask.shown(fact.n_students), mask.shown(fact.n_entitled), served, unserved)
        rows.append((
            fact.name, fact.town, fact.bell_s, fact.dismissal_s,
            *(_count(count) for count in counts), fact.n_routes, _minutes(fact.max_ride_s),
        ))  # fmt: skip
    return Sheet("sheet_schools", heads, rows)


def _buses(plan: Plan, runs: list[RunFact]) -> Sheet:
    heads = _heads(
        "bus_id bus_type seats parking n_runs km_day first_out last_in",
        whole="seats n_runs", number="km_day", clock="first_out last_in",
    )  # fmt: skip
    yard = dict(zip(plan.routes["bus_id"], plan.routes["parking_id"], strict=True))
    rows: list[tuple[Cell, ...]] = []
    for bus_id, group in groupby(runs, key=lambda run: run.bus_id):
        mine = list(group)
        metres = sum(run.distance_m + run.empty_m + run.return_m for run in mine)
        rows.append((
            bus_id, mine[0].bus_type_id, mine[0].pupil_seats, yard[bus_id], len(mine),
            metres / 1000, min(run.depart_s for run in mine),
            max(run.arrive_s for run in mine),
        ))  # fmt: skip
    return Sheet("sheet_buses", heads, rows)


def _dictionary(lang: Lang) -> Sheet:
    heads = _heads("table column header type unit written_by meaning")
    rows: list[tuple[Cell, ...]] = [
        (
            table.name, column.name, column.zh, column.kind, column.unit, column.by,
            column.meaning.say(lang),
        )
        for table in ALL_TABLES
        for column in table.columns
    ]  # fmt: skip
    return Sheet("sheet_dictionary", heads, rows)


def _stops(run: RunFact) -> int:
    return sum(visit.kind == "stop" for visit in run.visits)


def _load(run: RunFact, mask: Mask) -> Cell:
    """Return how many the route carries, as the loads at its stops allow it to be said."""
    loads = [count[2] for count in visit_counts(run, mask)]
    at = 0 if run.direction == "to_home" else max(len(loads) - 2, 0)
    return _count(loads[at]) if loads else 0


def _count(text: str) -> Cell:
    """Return a count as a number; one that is masked as text; nobody as nothing."""
    if not text:
        return None
    return int(text) if text.isdecimal() else text


def _minutes(duration_s: int | None) -> Cell:
    return None if duration_s is None else duration_s / 60


def _sum(riders: Iterable[RiderFact]) -> int:
    return sum(rider.n_students for rider in riders)
