"""The parts of the report that speak of pupils and buses, ready to be printed.

Every function returns texts only; counts have passed the mask, so that the page itself
cannot show what must not be shown.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from routing.demand import find_disputed
from routing.outputs.facts import (
    GapFact,
    RunFact,
    find_gaps,
    find_runs,
    find_schools,
    rows_of,
    school_names,
    whole,
)
from routing.outputs.masking import Mask
from routing.outputs.report_words import WORDS
from routing.outputs.rule_words import MEASURE_WORDS
from routing.reasons import UNSERVED, explain_unserved
from routing.records import Plan
from routing.units import format_clock, format_metres, format_minutes
from routing.words import Lang

Row = tuple[str, ...]
Say = Callable[..., str]

DASH = "–"


def speaker(lang: Lang) -> Say:
    """Return what says a sentence of the report in one language."""

    def say(key: str, **values: object) -> str:
        return WORDS[key].say(lang, **values)

    return say


def school_rows(plan: Plan, mask: Mask, lang: Lang) -> list[Row]:
    """Return a row for each school, as the report's table has it."""
    rows: list[Row] = []
    for fact in find_schools(plan):
        unserved, served = mask.shown_split(fact.n_entitled, fact.n_unserved)
        longest_s = fact.max_ride_s
        quiet = longest_s is None or mask.hides(fact.n_entitled)
        longest = DASH if quiet else format_minutes(longest_s or 0, lang)
        rows.append((
            fact.name, fact.town, format_clock(fact.bell_s),
            format_clock(fact.dismissal_s), mask.shown(fact.n_students),
            mask.shown(fact.n_entitled), served, unserved, str(fact.n_routes), longest,
        ))  # fmt: skip
    return rows


def gap_rows(plan: Plan, mask: Mask, lang: Lang) -> list[Row]:
    """Return who is unserved and why.

    Returns
    -------
    rows
        In public: school, village, reason, when, pupils, one row for a group. Else
        pupil, school, village, grade, reason, when, pupils.
    """
    say = speaker(lang)
    gaps = find_gaps(plan)
    if mask.privacy == "internal":
        return [
            (
                gap.student_id, gap.school, gap.village or DASH, str(gap.grade),
                explain_unserved(gap.reason, gap.found, gap.limit, lang),
                say(gap.direction), str(gap.n_students),
            )
            for gap in gaps
        ]  # fmt: skip
    groups: Counter[Row] = Counter()
    for gap in gaps:
        reason = explain_group(gap, lang)
        key = (gap.school, gap.village or DASH, reason, say(gap.direction))
        groups[key] += gap.n_students
    return [(*key, mask.shown(n)) for key, n in sorted(groups.items())]


def explain_group(gap: GapFact, lang: Lang) -> str:
    """Return why a group is unserved, without what was measured at one home."""
    if gap.limit is None:
        return explain_unserved(gap.reason, gap.found, gap.limit, lang)
    format_limit = format_minutes if gap.reason == "ride_too_long" else format_metres
    limit = format_limit(gap.limit, lang)
    return UNSERVED[gap.reason].say(lang, found=WORDS["beyond"].say(lang, limit=limit), limit=limit)


def disputed_rows(plan: Plan, mask: Mask, lang: Lang) -> tuple[list[str], list[Row]]:
    """Return heads and rows of those whose entitlement hangs on the measure.

    In public, counts by school of those who would gain and those who would lose; else
    one row for each row of students, with the three distances.
    """
    say, names = speaker(lang), school_names(plan)
    disputed = find_disputed(plan.district.students, plan.policy)
    if mask.privacy == "internal":
        heads = ["student", "school", "grade", "pupils", "walk_m", "straight_m", "drive_m", "entitled_now"]  # fmt: skip
        rows = [
            (
                row.student_id, names.get(row.school_id, row.school_id), str(row.grade),
                str(row.n_students),
                *(_number(whole(cell)) for cell in (row.walk_m, row.straight_m, row.drive_m)),
                say("yes" if row.entitled else "no"),
            )
            for row in rows_of(disputed)
        ]  # fmt: skip
        return [say(head) for head in heads], rows
    counts = {True: Counter[str](), False: Counter[str]()}
    for row in rows_of(disputed):
        counts[bool(row.entitled)][row.school_id] += int(row.n_students)
    rows = [
        (name, mask.shown(counts[False][key]), mask.shown(counts[True][key]))
        for key, name in names.items()
        if counts[False][key] or counts[True][key]
    ]
    return [say(head) for head in ("school", "gains", "loses")], rows


def disputed_text(plan: Plan, mask: Mask, lang: Lang) -> str:
    """Return how many are disputed, in a sentence; "" without a rule of distance."""
    limit_m = plan.policy.ride_beyond_m
    if limit_m is None:
        return ""
    n = int(find_disputed(plan.district.students, plan.policy)["n_students"].sum())
    if not n:
        return speaker(lang)("disputed_none")
    return speaker(lang)(
        "disputed_text",
        n=mask.shown(n),
        measure=MEASURE_WORDS[plan.policy.distance_measure].say(lang),
        limit=format_metres(limit_m, lang),
    )


def bus_sections(plan: Plan, mask: Mask, lang: Lang) -> list[dict[str, Any]]:
    """Return the timetable of each bus: its runs, and their visits as rows."""
    buses: dict[str, list[RunFact]] = {}
    for run in find_runs(plan):
        buses.setdefault(run.bus_id, []).append(run)
    say = speaker(lang)
    return [
        {
            "name": say("bus", bus=bus_id),
            "type": f"{runs[0].bus_type_id} · {runs[0].pupil_seats} {say('seats')}",
            "runs": [_run_section(run, mask, lang) for run in runs],
        }
        for bus_id, runs in buses.items()
    ]


def _run_section(run: RunFact, mask: Mask, lang: Lang) -> dict[str, Any]:
    say = speaker(lang)
    empty = say("empty_km", km=format_metres(run.empty_m, lang))
    facts = [run.route_id, format_metres(run.distance_m, lang), empty]
    return {
        "head": f"{say('run', n=run.run)} · {say(run.direction)}",
        "facts": " · ".join(facts),
        "rows": [
            (format_clock(clock_s), visit.place, *counts, visit.kind == "school")
            for visit, clock_s, counts in zip(
                run.visits, run_times(run), visit_counts(run, mask), strict=True
            )
        ],
    }


def run_times(run: RunFact) -> list[int]:
    """Return the clock time to print at each visit (s after midnight).

    When the bus comes; at a school in the afternoon, when it leaves.
    """
    return [
        visit.depart_s if run.direction == "to_home" and visit.kind == "school" else visit.arrive_s
        for visit in run.visits
    ]


def visit_counts(run: RunFact, mask: Mask) -> list[Row]:
    """Return on, off and aboard at each visit; "" for nobody.

    Where the count of one stop is hidden, what is aboard is a span, else the count
    would follow from the difference.
    """
    morning = run.direction == "to_school"
    moved = [visit.n_on if morning else visit.n_off for visit in run.visits]
    is_stop = [visit.kind == "stop" for visit in run.visits]
    reached = [n for n, stop in zip(moved, is_stop, strict=True) if stop]
    load = mask.shown_sum(reached, run.pupil_seats)
    counts: list[Row] = []
    for at, visit in enumerate(run.visits):
        n_before = sum(is_stop[: at + 1])
        inside = reached[:n_before] if morning else reached[n_before:]
        aboard = mask.shown_sum(inside, run.pupil_seats) if visit.n_aboard else ""
        on, off = (
            "" if not n else mask.shown(n) if visit.kind == "stop" else load
            for n in (visit.n_on, visit.n_off)
        )
        counts.append((on, off, aboard))
    return counts


def _number(value: int | None) -> str:
    return DASH if value is None else f"{value:,}"


def say_proven(plan: Plan, lang: Lang) -> dict[str, str]:
    """Return in plain words what was proven: of the routes, of the buses, of any routes."""
    say, made = speaker(lang), plan.made
    counts = {
        "routes": (made.n_routes_bound, len(plan.routes)),
        "buses": (made.n_buses_bound, plan.routes["bus_id"].nunique()),
    }
    if plan.policy.mixed_loads != "never":
        del counts["routes"]
    said = {}
    for what, (bound, n) in counts.items():
        key = f"bound_{what}" if bound < n else f"bound_{what}_met"
        said[what] = say(key, bound=bound, n=n, more=n - bound)
    if made.n_buses_least:
        said["least"] = say("least_buses", bound=made.n_buses_least)
    return said
