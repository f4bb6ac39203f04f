"""The report's charts: how long pupils travel, how full buses are, when they come."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from routing.outputs.charts import Axes, Limits, Mark, count_bars, draw_bars
from routing.outputs.facts import BANDS, RunFact, band_of, find_runs
from routing.outputs.masking import Mask
from routing.outputs.rule_words import BAND_WORDS
from routing.outputs.sections import Say, speaker
from routing.records import Plan
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

RIDE_STEP_MIN, WAIT_STEP_MIN, FILL_STEP = 5, 5, 10
"""Widths of the classes: minutes, minutes, per cent of the seats."""


def draw_times(plan: Plan, mask: Mask, lang: Lang) -> list[Markup]:
    """Draw ride and door-to-door time by band of grades, both directions together."""
    rides = plan.rides[plan.rides["mode"] == "bus"].dropna(subset=["ride_s"])
    students = plan.district.students
    grade_of = dict(zip(students["student_id"], students["grade"], strict=True))
    bands = rides["student_id"].map(grade_of).map(band_of)
    say = speaker(lang)
    charts = []
    for band in BANDS:
        mine = rides[bands == band]
        for column, title, limit in (
            ("ride_s", "ride_of", plan.policy.max_ride_s),
            ("door_to_door_s", "door_of", plan.policy.max_door_to_door_s),
        ):
            limit_min = getattr(limit, band) / 60
            words = say(title, band=BAND_WORDS[band].say(lang))
            charts += _draw_minutes(mine, column, words, limit_min, mask, say)
    return charts


def draw_buses(plan: Plan, mask: Mask, lang: Lang) -> list[Markup]:
    """Draw seats used by route, and when buses reach and leave schools.

    In public a stop whose pupils are not counted is drawn as full as it may be.
    """
    say, policy, runs = speaker(lang), plan.policy, find_runs(plan)
    schools = plan.district.schools
    bell = dict(zip(schools["school_id"], schools["bell_s"], strict=True))
    dismissal = dict(zip(schools["school_id"], schools["dismissal_s"], strict=True))
    fill = [100 * _load(run, mask) / run.pupil_seats for run in runs if run.pupil_seats]
    gates = [(run, visit) for run in runs for visit in run.visits if visit.kind == "school"]
    before = [
        (bell[visit.place_id] - visit.arrive_s) / 60
        for run, visit in gates
        if run.direction == "to_school" and visit.place_id in bell
    ]
    after = [
        (visit.depart_s - dismissal[visit.place_id]) / 60
        for run, visit in gates
        if run.direction == "to_home" and visit.place_id in dismissal
    ]
    axes = Axes(say("fill"), say("percent"), say("routes"))
    bars = count_bars(fill, [1] * len(fill), FILL_STEP, Limits(high=100))
    full = Mark(100, say("all_seats"))
    charts = [draw_bars(bars, axes, marks=[full])] if bars else []
    window = (policy.arrive_before_min_s / 60, policy.arrive_before_max_s / 60)
    charts += _draw_window(before, say("arrivals"), window, say)
    window = (policy.leave_after_min_s / 60, policy.leave_after_max_s / 60)
    return charts + _draw_window(after, say("departures"), window, say)


def _load(run: RunFact, mask: Mask) -> int:
    """Return how many a route carries; where stops are hidden, as many as it may be."""
    counts = [visit.n_on + visit.n_off for visit in run.visits if visit.kind == "stop"]
    if not any(map(mask.hides, counts)):
        return run.n_students
    most = sum(mask.min_cell - 1 if mask.hides(n) else n for n in counts)
    return min(most, run.pupil_seats)


def _draw_minutes(
    rides: "pd.DataFrame", column: str, title: str, limit_min: float, mask: Mask, say: Say
) -> list[Markup]:
    minutes = [float(seconds) / 60 for seconds in rides[column]]
    weights = [int(n) for n in rides["n_students"]]
    bars = count_bars(minutes, weights, RIDE_STEP_MIN, Limits(high=limit_min))
    if not bars:
        return []
    axes = Axes(title, say("minutes"), say("rides"))
    mark = Mark(limit_min, say("limit_at", n=f"{limit_min:g}"))
    return [draw_bars(bars, axes, marks=[mark], mask=mask)]


def _draw_window(
    minutes: Sequence[float], title: str, window: tuple[float, float], say: Say
) -> list[Markup]:
    low, high = window
    bars = count_bars(minutes, [1] * len(minutes), WAIT_STEP_MIN, Limits(low, high))
    if not bars:
        return []
    marks = [
        Mark(low, say("earliest", n=f"{low:g}")),
        Mark(high, say("latest", n=f"{high:g}")),
    ]
    return [draw_bars(bars, Axes(title, say("minutes"), say("routes")), marks=marks)]
