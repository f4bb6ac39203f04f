"""What all commands share: their options, how errors end, how a plan is made and told."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routing.cli.resuming import CUT_SHORT, INTERRUPTED, STOPPED, going_on, question, stoppable
from routing.cli.weekly import week_of

if TYPE_CHECKING:
    from routing.policy import Policy
    from routing.records import Breach, Plan
    from routing.words import Lang

OK, OWN_FAULT, BAD_INPUT, NO_PLAN, UNSERVED = 0, 1, 3, 4, 5

County = Annotated[Path, typer.Argument(help="Folder with the county's files.")]
Run = Annotated[Path, typer.Argument(help="Folder of a saved plan.")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write.")]
Seconds = Annotated[int, typer.Option(min=1, help="Time for the search, seconds.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed and rounds, same plan.")]
Rounds = Annotated[int | None, typer.Option(min=0, help="Rounds of search instead of a clock.")]
Rules = Annotated[str | None, typer.Option("--policy", help="TOML file, or national, dongchangfu, anqiu.")]  # fmt: skip
Language = Annotated[str, typer.Option("--lang", envvar="SCHOOLBUS_LANG", help="zh or en.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Privacy = Annotated[str, typer.Option(help="public: no homes, no group under 5; or internal.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def plan_county(
    county: Path, out: Path, rules: str | None, seconds: int, seed: int, rounds: int | None,
    lang: str, privacy: str, quiet: bool, *, made_up: bool = False, week: bool | None = False,
) -> "tuple[Plan, list[Breach], Plan | None]":  # fmt: skip
    """Plan a county and write everything into a folder; the boarders' week where asked for."""
    from routing.inputs import read_district
    from routing.plan import make_plan

    district = read_district(county)
    policy = policy_of(county, rules)
    for note in district.notes:
        typer.echo(note.say(as_lang(lang)), err=True)
    asked = question(district, "plan", policy, seconds, seed, rounds)
    with going_on(out, asked, as_lang(lang)) as run:
        made = make_plan(
            district, policy, seconds=seconds, seed=seed, max_rounds=rounds, progress=not quiet,
            crew=run.crew, halt=run.halt,
        )  # fmt: skip
        cut = run.halt.is_set()
        runs = None if cut else week_of(made, week, seconds, seed, rounds)
        breaches = write_plan(made, out, lang, privacy, made_up=made_up, week=runs)
        if cut:
            typer.echo(CUT_SHORT.say(as_lang(lang), took_s=made.made.took_s), err=True)
            raise typer.Exit(INTERRUPTED)
    return made, breaches, runs


def write_plan(
    plan: "Plan", out: Path, lang: str, privacy: str, *, made_up: bool = False,
    week: "Plan | None" = None,
) -> "list[Breach]":  # fmt: skip
    """Save a plan with its map, report and workbook; return what the judge found.

    The boarders' Friday and Sunday runs go into a folder of their own, with their map.
    """
    from routing.check import check_plan
    from routing.measure import measure_plan
    from routing.outputs.maps import ATTRIBUTION, write_map
    from routing.outputs.report import write_report
    from routing.outputs.schematic import write_line_sheets
    from routing.outputs.store import save_plan
    from routing.outputs.weekly import WEEK_FOLDER, WEEK_TITLE
    from routing.outputs.workbook import write_workbook

    words, mode = as_lang(lang), as_privacy(privacy)
    breaches, metrics = check_plan(plan), measure_plan(plan)
    save_plan(plan, out)
    title, credit = (MADE_UP[words], "") if made_up else (None, ATTRIBUTION)
    write_map(plan, out / "index.html", lang=words, privacy=mode, title=title, attribution=credit)
    write_report(plan, out / "report.html", lang=words, privacy=mode, breaches=breaches, metrics=metrics, week=week)  # fmt: skip
    write_workbook(plan, out / "plan.xlsx", lang=words, privacy=mode)
    write_line_sheets(plan, out / "lines.html", lang=words, privacy=mode)
    if week is None:
        return breaches
    folder = out / WEEK_FOLDER
    save_plan(week, folder)
    write_map(week, folder / "index.html", lang=words, privacy=mode, title=WEEK_TITLE.say(words), attribution=credit)  # fmt: skip
    return breaches + check_plan(week)


MADE_UP: "dict[Lang, str]" = {
    "en": "A county that is made up: nobody in it is real",
    "zh": "虚构县示例：并非真实数据",
}


def policy_of(county: Path, rules: str | None) -> "Policy":
    """Return the rules asked for, else the county's own, else the national ones."""
    from routing.policy import PRESETS, Policy, read_policy

    if rules in PRESETS:
        return Policy.preset(str(rules))
    own = Path(rules) if rules else county / "policy.toml"
    return read_policy(own) if rules or own.is_file() else Policy.preset("national")


def summarise(plan: "Plan", breaches: "list[Breach]", week: "Plan | None" = None) -> dict[str, Any]:
    """Return the figures that say the most about a plan, and about the boarders' week."""
    from routing.measure import summarise_plan

    told = {**summarise_plan(plan, n_breaches=len(breaches)), "seconds": plan.made.took_s}
    if week is None:
        return told
    from routing.week import summarise_week

    return {**told, "week": summarise_week(week)}


def week_lines(week: "Plan | None", lang: str, privacy: str) -> list[str]:
    """Return what the boarders' Friday and Sunday runs come to, where there are any."""
    if week is None:
        return []
    from routing.outputs.masking import Mask
    from routing.outputs.weekly import say_week

    return [say_week(week, Mask(week.policy.min_cell, as_privacy(privacy)), as_lang(lang))]


def tell_plan(
    plan: "Plan",
    breaches: "list[Breach]",
    out: Path,
    lang: str,
    as_json: bool,
    privacy: str = "public",
    week: "Plan | None" = None,
) -> dict[str, Any]:
    """Say the plan's figures, as JSON or in words; return them."""
    summary = summarise(plan, breaches, week)
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return summary
    for breach in breaches:
        typer.echo(breach.say(as_lang(lang)), err=True)
    typer.echo(sentence(as_lang(lang)).format(**summary, minutes=summary["max_ride_s"] / 60))
    for line in week_lines(week, lang, privacy):
        typer.echo(line)
    for line in ways_out(plan, lang, privacy):
        typer.echo(line)
    typer.echo(out / "index.html")
    typer.echo(out / "report.html")
    return summary


MOST_WAYS_OUT = 8
"""Ways out for the unserved that are said; the report has all."""


def ways_out(plan: "Plan", lang: str, privacy: str) -> list[str]:
    """Return the largest ways out for the unserved, a short line each."""
    from routing.outputs.masking import Mask
    from routing.outputs.relief import way_out_rows

    rows = way_out_rows(plan, Mask(plan.policy.min_cell, as_privacy(privacy)), as_lang(lang))
    lines = [f"  {said}" for said, *_ in rows[:MOST_WAYS_OUT]]
    more = {"en": "  … {n} more in the report", "zh": "  ……另有{n}项，见报告"}
    return lines + (
        [more[as_lang(lang)].format(n=len(rows) - len(lines))] if rows[len(lines) :] else []
    )


def sentence(lang: "Lang") -> str:
    """Return the sentence that tells a plan, with gaps for its figures."""
    if lang == "zh":
        return (
            "应接送学生{n_entitled}人，已安排{n_served}人，未安排{n_unserved}人；校车{n_buses}辆，"
            "线路{n_routes}条，每日{km_per_day:.0f}公里，每年约{yuan_per_year:,.0f}元，"
            "最长乘车{minutes:.0f}分钟；违规{n_breaches}项。"
        )
    return (
        "{n_entitled} of {n_students} students are entitled: {n_served} served, {n_unserved} "
        "unserved with a reason; {n_buses} buses, {n_routes} routes, {km_per_day:.0f} km a day, "
        "about {yuan_per_year:,.0f} yuan a year, longest ride {minutes:.0f} min; "
        "{n_breaches} breaches."
    )


def as_lang(lang: str) -> "Lang":
    """Return the language asked for; refuse other words."""
    if lang not in {"en", "zh"}:
        msg = "--lang is zh or en."
        raise typer.BadParameter(msg)
    return "zh" if lang == "zh" else "en"


def as_privacy(privacy: str) -> Any:
    """Return the mode of privacy asked for; refuse other words."""
    if privacy not in {"public", "internal"}:
        msg = "--privacy is public or internal."
        raise typer.BadParameter(msg)
    return privacy


@contextmanager
def said(lang: str) -> Iterator[None]:
    """Turn errors raised on purpose into a message and an exit code."""
    from routing.disk import say_refusal
    from routing.errors import InputError, NoPlanError, RoadsError, RoutingError

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    codes = ((InputError, BAD_INPUT), (RoadsError, BAD_INPUT), (NoPlanError, NO_PLAN))
    words = as_lang(lang)
    try:
        with stoppable():
            yield
    except KeyboardInterrupt as error:
        typer.echo(STOPPED.say(words), err=True)
        raise typer.Exit(INTERRUPTED) from error
    except RoutingError as error:
        typer.echo(error.say(words), err=True)
        code = next((code for kind, code in codes if isinstance(error, kind)), OWN_FAULT)
        raise typer.Exit(code) from error
    except OSError as error:
        typer.echo(say_refusal(error).say(words), err=True)
        raise typer.Exit(OWN_FAULT) from error
