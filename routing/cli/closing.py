"""Commands that ask what happens when schools close, which ones to close, and who is worse off."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routing.cli.present import begin_from
from routing.cli.resuming import INTERRUPTED, going_on, question, tell_unfinished
from routing.cli.shared import (
    OK,
    OWN_FAULT,
    UNSERVED,
    Json,
    Language,
    Out,
    Privacy,
    Quiet,
    Rounds,
    Rules,
    Seconds,
    Seed,
    as_lang,
    as_privacy,
    said,
    summarise,
    week_lines,
    write_plan,
)
from routing.cli.weekly import Week, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routing.closures import Choices
    from routing.compare import Comparison
    from routing.records import Plan
    from routing.scenario import Scenario
    from routing.words import Lang

Base = Annotated[Path | None, typer.Option("--base", help="Saved plan of the present; else one is made.")]  # fmt: skip
OrCounty = Annotated[Path | None, typer.Argument(help="Folder with the county's files; with --base only to be compared with it.")]  # fmt: skip
SCENARIO_FILE = "scenario.toml"


def close(
    county: OrCounty = None,
    schools: Annotated[str, typer.Option("--schools", help="Schools to close: S07,S08.")] = "",
    move_to: Annotated[
        str, typer.Option("--move-to", help="Where their pupils go; else each to its best school.")
    ] = "",
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="TOML file of changes, instead of --schools.")
    ] = None,
    base: Base = None,
    out: Out = Path("runs/merge"),
    rules: Rules = None,
    seconds: Seconds = 60,
    seed: Seed = 1,
    rounds: Rounds = None,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Plan every school anew.")
    ] = False,
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
    quiet: Quiet = False,
    week: Week = None,
) -> None:
    """Close schools, or change other things: plan again, compare, and write the hearing's page."""
    if bool(schools) == bool(scenario):
        raise typer.BadParameter("give either --schools or --scenario")  # noqa: EM101
    with said(lang):
        from routing.onward import replan
        from routing.plan import make_plan
        from routing.scenario import apply_scenario, change_policy, read_scenario, write_scenario

        change = read_scenario(scenario) if scenario else _closing(schools, move_to)
        start, district, policy = begin_from(county, base, rules, lang)
        asked = question(
            district, "close", policy, change, seconds, seed, rounds, from_scratch, base=start
        )
        with going_on(out, asked, as_lang(lang)) as run:
            present = start or make_plan(
                district, policy, seconds=seconds, seed=seed, max_rounds=rounds,
                progress=not quiet, crew=run.crew, halt=run.halt,
            )  # fmt: skip
            after = replan(
                present, apply_scenario(change, present.district, policy),
                change_policy(change, policy), seconds=seconds, seed=seed, max_rounds=rounds,
                from_scratch=from_scratch, crew=run.crew, halt=run.halt,
            )  # fmt: skip
            if run.halt.is_set():  # plans of which one was searched less are not compared
                raise KeyboardInterrupt
            runs = week_of(after, week, seconds, seed, rounds)
            breaches = write_plan(after, out, lang, privacy, week=runs)
            if base is None:
                write_plan(present, out / "present", lang, privacy)
            write_scenario(change, out / SCENARIO_FILE)
            plans = {_PRESENT[as_lang(lang)]: present, change.name: after}
            pages, comparison = _compare(plans, {change.name: change}, out, lang, privacy)
        summary = summarise(after, breaches, runs)
        if as_json:
            typer.echo(json.dumps(summary, ensure_ascii=False))
        else:
            gates = _gate_lines(present, after, change, as_lang(lang), privacy)
            lines = [
                *_headlines(comparison, as_lang(lang)),
                *gates,
                *week_lines(runs, lang, privacy),
            ]
            _echo(lines, [out / "index.html", out / "report.html", *pages])
        raise typer.Exit(OWN_FAULT if breaches else UNSERVED if summary["n_unserved"] else OK)


def consolidate(
    county: OrCounty = None,
    base: Base = None,
    out: Out = Path("runs/choices"),
    most: Annotated[
        int | None, typer.Option("--most", min=0, help="Most schools to close.")
    ] = None,
    candidates: Annotated[
        str, typer.Option("--candidates", help="Schools to ask about: S07,S08; else by the rules.")
    ] = "",
    years: Annotated[
        str, typer.Option("--years", help="Years of the enrolment table: 2027,2030.")
    ] = "",
    rules: Rules = None,
    seconds: Annotated[int, typer.Option(min=1, help="Time for everything, seconds.")] = 600,
    seed: Seed = 1,
    rounds: Rounds = None,
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find which schools to close: choices that differ in cost, time and disruption."""
    with said(lang):
        from routing.closures import choice_table
        from routing.closures import consolidate as search
        from routing.outputs.choices import hide_small

        start, district, policy = begin_from(county, base, rules, lang)
        named = [school.strip() for school in candidates.split(",") if school.strip()]
        asked = question(district, "consolidate", policy, seconds, seed, rounds, base=start)
        with going_on(out, asked, as_lang(lang)) as run:
            found = search(
                district, policy, seconds=seconds, seed=seed, max_rounds=rounds, start=start,
                candidates=named or None, most_closed=most, years=_years(years),
                progress=None if quiet else _say_progress, journal=run.journal(district.roads),
            )  # fmt: skip
            if found.stopped == "interrupted":
                run.halt.set()
            pages = _write_found(found, out, lang, privacy)
        table = hide_small(choice_table(found, lang=as_lang(lang)), found, as_privacy(privacy))
        if as_json:
            typer.echo(json.dumps({"stopped": found.stopped, "choices": table.to_dict("records")}, ensure_ascii=False))  # fmt: skip
        else:
            columns = ["choice", "n_closed", "cost_yuan", "time_s", "n_changed", "n_buses"]
            shown = table[columns].to_string(index=False)
            _echo([_TRADE_OFF[as_lang(lang)], shown, found.say(as_lang(lang))], pages)
        if found.stopped == "interrupted":
            raise typer.Exit(INTERRUPTED)


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of saved plans, the present first.")],
    out: Out = Path("runs/compare"),
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
) -> None:
    """Compare saved plans: who is worse off, pupil by pupil, and the hearing's page."""
    if len(runs) < 2:
        raise typer.BadParameter("give the present and one alternative at least")  # noqa: EM101
    with said(lang):
        from routing.outputs.exports import log_export
        from routing.outputs.store import load_plan
        from routing.scenario import Scenario, read_scenario

        plans: dict[str, Plan] = {}
        scenarios: dict[str, Scenario] = {}
        for run in runs:
            tell_unfinished(run, as_lang(lang))
            file = run / SCENARIO_FILE
            known = read_scenario(file) if file.is_file() else None
            name = known.name if known else run.resolve().name
            name = name if name not in plans else f"{name} ({run})"
            plans[name] = load_plan(run)
            scenarios[name] = known or Scenario(name, ())
        first = next(iter(plans))
        alternatives = {name: scenario for name, scenario in scenarios.items() if name != first}
        pages, comparison = _compare(plans, alternatives, out, lang, privacy)
        for run in runs:
            for page in pages:
                log_export(page, privacy, lang, run=run)
        if as_json:
            headline = comparison.headline
            typer.echo(json.dumps(headline.to_dict("records"), ensure_ascii=False))
        else:
            _echo(_headlines(comparison, as_lang(lang)), pages)


def _echo(lines: "Iterable[str]", pages: "Iterable[Path]") -> None:
    for line in (*lines, *pages):
        typer.echo(line)


def _write_found(found: "Choices", out: Path, lang: str, privacy: str) -> list[Path]:
    """Write the choices, each with its plan, and compare them; return the files."""
    from routing.outputs.choices import name_plans, write_choices
    from routing.outputs.exports import start_log
    from routing.scenario import write_scenario

    start_log(out)
    pages = [write_choices(found, out, lang=as_lang(lang), privacy=as_privacy(privacy))]
    for number, choice in enumerate(found.choices):
        if choice.plan is not None:
            folder = out / (f"choice-{number:02d}" if choice.closed else "present")
            write_plan(choice.plan, folder, lang, privacy)
            write_scenario(choice.scenario, folder / SCENARIO_FILE)
    shown = name_plans(found, as_lang(lang))
    plans = {name: one.plan for name, one in shown.items() if one.plan is not None}
    if len(plans) > 1:
        scenarios = {name: one.scenario for name, one in shown.items() if one.closed}
        pages += _compare(plans, scenarios, out, lang, privacy)[0]
    return pages


_PRESENT: "dict[Lang, str]" = {"en": "present", "zh": "现状"}
_TRADE_OFF: "dict[Lang, str]" = {
    "en": "Choices of which none is better than another in cost, time and disruption at once:",
    "zh": "互不优于的方案（费用、时间、变动人数）：",
}


def _closing(schools: str, move_to: str) -> "Scenario":
    """Return the scenario that closes the schools named, like S07,S08."""
    from routing.scenario import CloseSchool, Scenario

    closed = [school.strip() for school in schools.split(",") if school.strip()]
    changes = tuple(CloseSchool(school, move_to or None) for school in closed)
    return Scenario("close " + ", ".join(closed), changes)


def _years(words: str) -> list[int]:
    years = [year.strip() for year in words.split(",") if year.strip()]
    if not all(year.isdigit() for year in years):
        raise typer.BadParameter("--years is like 2027,2030")  # noqa: EM101
    return [int(year) for year in years]


def _compare(
    plans: "Mapping[str, Plan]", scenarios: "Mapping[str, Scenario]", out: Path, lang: str,
    privacy: str,
) -> "tuple[list[Path], Comparison]":  # fmt: skip
    """Write the hearing's page and the comparison; return the files, and what was compared."""
    from routing.compare import compare_plans
    from routing.outputs.comparison import write_comparison
    from routing.outputs.exports import start_log
    from routing.outputs.hearing import write_hearing

    words, mode = as_lang(lang), as_privacy(privacy)
    start_log(out)
    comparison = compare_plans(plans)
    book = write_comparison(comparison, out / "comparison.xlsx", words, mode)
    page = write_hearing(plans, scenarios, out / "hearing.html", lang=words, privacy=mode)
    return [page, book], comparison


def _headlines(comparison: "Comparison", lang: "Lang") -> list[str]:
    """Return the figures of all plans, a line each."""
    from routing.compare import headline_list

    table = headline_list(comparison, lang).iloc[:, : 2 + len(comparison.names)]
    return [str(line) for line in table.to_string(index=False).splitlines()]


def _gate_lines(
    before: "Plan", after: "Plan", scenario: "Scenario", lang: "Lang", privacy: str
) -> list[str]:
    """Return the gates of the law that are not met, a line each; evidence inside the office only."""
    from routing.gates import find_gates

    lines = []
    for gate in find_gates(before, after, scenario):
        if gate.status == "not_met":
            evidence = gate.evidence.say(lang) if privacy == "internal" else _SEE[lang]
            lines.append(f"{_NOT_MET[lang]} {gate.question.say(lang)} {evidence}")
    return lines


_SEE: "dict[Lang, str]" = {"en": "(why: hearing.html)", "zh": "（详见hearing.html）"}
_NOT_MET: "dict[Lang, str]" = {"en": "Not met:", "zh": "不符合："}


def _say_progress(stage: str, done: int, of: int) -> None:
    typer.echo(f"{stage} {done}/{of}", err=True)
