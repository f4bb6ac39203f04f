"""One page that says what a plan does, for whom, at what price, and for whom it does not.

The page is one HTML file: no script, no request, styles named by their hash in a strict
content security policy. Whatever comes from data is escaped by the template engine.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routing.outputs.atomic import write_text
from routing.outputs.exports import log_export
from routing.outputs.facts import find_schools
from routing.outputs.masking import Mask, Privacy
from routing.outputs.measures_table import measure_rows
from routing.outputs.pages import render_page
from routing.outputs.relief import moved_rows, way_out_rows
from routing.outputs.report_charts import draw_buses, draw_times
from routing.outputs.rules_table import cost_rows, policy_rows
from routing.outputs.sections import (
    bus_sections,
    disputed_rows,
    disputed_text,
    gap_rows,
    say_proven,
    school_rows,
    speaker,
)
from routing.outputs.served import list_figures
from routing.outputs.weekly import say_week
from routing.policy import Policy
from routing.records import Breach, Plan
from routing.units import format_metres, format_minutes, format_yuan
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

MOST_BREACHES = 20
"""Breaches of one rule that are printed; the rest are counted."""


def write_report(
    plan: Plan,
    path: Path | str,
    *,
    lang: Lang = "en",
    privacy: Privacy = "public",
    breaches: Sequence[Breach] | None = None,
    metrics: "pd.DataFrame | None" = None,
    week: Plan | None = None,
) -> Path:
    """Write the report of a plan as one HTML page.

    Parameters
    ----------
    plan
        The plan.
    path
        The file to make or replace.
    lang
        "en" or "zh".
    privacy
        "public" shows no pupil and no group under the policy's ``min_cell``;
        "internal" names the rows of pupils.
    breaches
        From ``check_plan``; judged here where None.
    metrics
        From ``measure_plan``; measured here where None.
    week
        From ``plan_week``: the boarders' Friday and Sunday runs, told in a sentence.

    Returns
    -------
    path
        The file.

    Raises
    ------
    RoutingError
        When the file cannot be written, or ``privacy`` is neither word.
    """
    if breaches is None:
        from routing.check import check_plan

        breaches = check_plan(plan)
    if metrics is None:
        from routing.measure import measure_plan

        metrics = measure_plan(plan)
    mask = Mask(plan.policy.min_cell, privacy)
    content = _content(plan, breaches, metrics, mask, lang)
    told = {"week": "" if week is None else say_week(week, mask, lang)}
    page = render_page("report", content | told)
    return log_export(write_text(path, page), privacy, lang)


def _content(
    plan: Plan, breaches: Sequence[Breach], metrics: "pd.DataFrame", mask: Mask, lang: Lang
) -> dict[str, Any]:
    internal = mask.privacy == "internal"
    gap_heads = ["school", "village", "reason", "when", "pupils"]
    if internal:
        gap_heads = ["student", "school", "village", "grade", *gap_heads[2:]]
    say, cost_yuan = speaker(lang), _cost_yuan(metrics)
    disputed_heads, disputed = disputed_rows(plan, mask, lang)
    measure_heads, measures = measure_rows(plan, metrics, mask, lang)
    return {
        "t": say,
        "lang": "zh-CN" if lang == "zh" else "en",
        "mask": mask,
        "internal": internal,
        "planned": _planned(plan, mask, lang),
        "figures": _figures(plan, cost_yuan, mask, lang),
        "checks": _checks(breaches, mask, lang),
        "gap_heads": [say(head) for head in gap_heads],
        "gaps": gap_rows(plan, mask, lang),
        "ways_out": way_out_rows(plan, mask, lang),
        "moved": moved_rows(plan, lang),
        "time_charts": draw_times(plan, mask, lang),
        "bus_charts": draw_buses(plan, mask, lang),
        "schools": school_rows(plan, mask, lang),
        "buses": bus_sections(plan, mask, lang),
        "disputed_text": disputed_text(plan, mask, lang),
        "disputed_heads": disputed_heads,
        "disputed": disputed,
        "cost": _cost(cost_yuan, plan.policy, lang),
        "cost_rows": cost_rows(plan.policy, lang),
        "measure_heads": measure_heads,
        "measures": measures,
        "made": _made(plan, lang),
        "notes": [note.say(lang) for note in plan.district.notes],
        "policy_rows": policy_rows(plan.policy, lang),
    }


def _planned(plan: Plan, mask: Mask, lang: Lang) -> str:
    say, policy = speaker(lang), plan.policy
    schools = [fact for fact in find_schools(plan) if fact.n_entitled]
    if not schools:
        return say("nobody")
    from routing.outputs.rule_words import MEASURE_WORDS

    rules = []
    if policy.ride_beyond_m is not None:
        limit = format_metres(policy.ride_beyond_m, lang)
        measure = MEASURE_WORDS[policy.distance_measure].say(lang)
        rules.append(say("rule_distance", limit=limit, measure=measure))
    rules += [say("rule_merged")] if policy.merged_entitled else []
    return say(
        "planned_text",
        entitled=mask.shown(sum(school.n_entitled for school in schools)),
        schools=len(schools),
        policy=policy.name,
        rule=say("rule_or").join(rules) or say("rule_nobody"),
    )


def _checks(breaches: Sequence[Breach], mask: Mask, lang: Lang) -> dict[str, Any]:
    """Return every rule with its breaches; in public only how many, they name pupils."""
    from routing.check import RULES, explain_rule

    say = speaker(lang)
    rows: list[dict[str, Any]] = []
    for rule in RULES:
        found = [breach for breach in breaches if breach.rule == rule.name]
        shown = found[:MOST_BREACHES] if mask.privacy == "internal" else []
        rows.append({
            "sentence": explain_rule(rule.name).say(lang),
            "result": say("broken", n=len(found)) if found else say("kept"),
            "broken": bool(found),
            "breaches": [breach.detail.say(lang) for breach in shown],
            "n_more": len(found) - len(shown) if shown else 0,
        })  # fmt: skip
    n_broken = sum(row["broken"] for row in rows)
    verdict = say("checks_bad", n=n_broken, all=len(rows)) if n_broken else say("checks_ok", n=len(rows))  # fmt: skip
    return {"rows": rows, "verdict": verdict, "broken": n_broken > 0}


def _figures(plan: Plan, cost_yuan: float, mask: Mask, lang: Lang) -> list[tuple[str, str]]:
    say = speaker(lang)
    n_students = int(plan.district.students["n_students"].sum())
    figures = [(say("n_students"), mask.shown(n_students))]
    figures += list_figures(plan, mask, lang)
    if cost_yuan:
        figures.append((say("yuan_per_year"), format_yuan(cost_yuan, lang)))
    return figures


def _cost_yuan(metrics: "pd.DataFrame") -> float:
    """Return the cost per year to three digits: more would promise too much."""
    of_all = (metrics["metric"] == "yuan_per_year") & (metrics["group"] == "all")
    found = metrics.loc[of_all, "value"]
    return float(f"{found.iloc[0]:.3g}") if len(found) else 0.0


def _cost(cost_yuan: float, policy: Policy, lang: Lang) -> str:
    say, share = speaker(lang), policy.cost_range_share
    if not cost_yuan:
        return say("cost_none")
    low, high = cost_yuan * (1 - share), cost_yuan * (1 + share)
    return say(
        "cost_text",
        middle=format_yuan(cost_yuan, lang),
        low=format_yuan(float(f"{low:.3g}"), lang),
        high=format_yuan(float(f"{high:.3g}"), lang),
        share=f"{share:.0%}",
    )


def _made(plan: Plan, lang: Lang) -> list[str]:
    say, made = speaker(lang), plan.made
    took = format_minutes(made.took_s, lang) if made.took_s >= 60 else f"{made.took_s:.1f} s"
    lines = [
        say("made_text", version=made.version, seed=made.seed, seconds=made.seconds, took=took),
        *say_proven(plan, lang).values(),
        say("roads_from", name=plan.district.roads.source.name),
        say("times_assumed", factor=f"{plan.policy.time_factor:g}"),
    ]
    return lines + ([say("digest", digest=made.digest)] if made.digest else [])
