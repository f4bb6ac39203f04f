"""Commands that make plans, judge them and ask what if."""

import json
from pathlib import Path
from typing import Annotated

import typer

from routing.cli.resuming import tell_unfinished
from routing.cli.shared import (
    BAD_INPUT,
    NO_PLAN,
    OK,
    OWN_FAULT,
    UNSERVED,
    County,
    Json,
    Language,
    Out,
    Privacy,
    Quiet,
    Rounds,
    Rules,
    Run,
    Seconds,
    Seed,
    as_lang,
    as_privacy,
    plan_county,
    said,
    summarise,
    tell_plan,
)
from routing.cli.weekly import Week


def demo(
    out: Out = Path("maps/demo"),
    seconds: Seconds = 60,
    seed: Seed = 1,
    lang: Language = "en",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Plan the sample county: map, report and workbook into maps/demo."""
    with said(lang):
        from routing.sample import make_sample

        county = Path("data/sample")
        if not (county / "policy.toml").is_file():
            make_sample(county, seed=1)
        plan, breaches, _ = plan_county(
            county, out, None, seconds, seed, None, lang, "public", quiet, made_up=True
        )
        tell_plan(plan, breaches, out, lang, as_json)
        raise typer.Exit(OWN_FAULT if breaches else OK)


def sample(
    out: Out = Path("data/sample"), seed: Seed = 1, small: bool = False, lang: Language = "en"
) -> None:
    """Make a sample county; nobody in it is real."""
    with said(lang):
        from routing.sample import make_sample

        typer.echo(make_sample(out, seed=seed, size="small" if small else "county"))


def template(out: Path = Path("county.xlsx"), lang: Language = "en") -> None:
    """Write an empty workbook to fill in, with a dictionary of its columns."""
    with said(lang):
        from routing.inputs import write_template

        typer.echo(write_template(out, as_lang(lang)))


def check_inputs(
    county: County,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for faults.txt, faults.json and coloured copies."),
    ] = None,
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
) -> None:
    """Say what is wrong in the county's files, row by row; with --out also in coloured copies."""
    with said(lang):
        from routing.inputs import check_inputs as check
        from routing.outputs.faults import list_inspection, say_inspection, to_json, write_faults

        words, mode = as_lang(lang), as_privacy(privacy)
        found = check(county)
        written = write_faults(found, county, out, lang=words, privacy=mode) if out else ()
        if as_json:
            typer.echo(to_json(list_inspection(found, privacy=mode)))
        else:
            typer.echo(say_inspection(found, words, privacy=mode))
            for path in written:
                typer.echo(path)
        raise typer.Exit(BAD_INPUT if found.faults else OK)


def plan(
    county: County,
    out: Out = Path("runs/plan"),
    rules: Rules = None,
    seconds: Seconds = 60,
    seed: Seed = 1,
    rounds: Rounds = None,
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
    quiet: Quiet = False,
    week: Week = None,
) -> None:
    """Plan a county: plan, check, measure, map, report and workbook into a folder."""
    with said(lang):
        made, breaches, runs = plan_county(
            county, out, rules, seconds, seed, rounds, lang, privacy, quiet, week=week
        )
        summary = tell_plan(made, breaches, out, lang, as_json, privacy, runs)
        served = OWN_FAULT if breaches else UNSERVED if summary["n_unserved"] else OK
        raise typer.Exit(served)


def check(run: Run, lang: Language = "en", as_json: Json = False) -> None:
    """Judge a saved plan by every rule; say each breach."""
    with said(lang):
        from routing.check import check_plan
        from routing.errors import InputError
        from routing.outputs.store import load_plan

        changed = False
        tell_unfinished(run, as_lang(lang))
        try:
            saved = load_plan(run)
        except InputError as error:
            typer.echo(error.say(as_lang(lang)), err=True)
            saved, changed = load_plan(run, verify=False), True
        breaches = check_plan(saved)
        summary = summarise(saved, breaches)
        if as_json:
            lines = {"breaches": [breach.say(as_lang(lang)) for breach in breaches]}
            typer.echo(json.dumps({**summary, **lines}, ensure_ascii=False))
        else:
            for breach in breaches:
                typer.echo(breach.say(as_lang(lang)))
            none = {"en": "No breach: the plan can be driven.", "zh": "未发现违规：方案可行。"}
            if not breaches:
                typer.echo(none[as_lang(lang)])
        if changed and not breaches:
            raise typer.Exit(BAD_INPUT)
        raise typer.Exit(NO_PLAN if breaches else UNSERVED if summary["n_unserved"] else OK)


def ask(
    run: Run,
    bells: Annotated[
        int, typer.Option("--bells", min=0, max=120, help="Minutes that bells may move.")
    ] = 0,
    mixed: Annotated[
        str, typer.Option("--mixed", help="Schools that may share a bus: same_kind or any.")
    ] = "",
    retime: Annotated[
        int, typer.Option("--retime", min=0, max=120, help="Minutes that public buses may move.")
    ] = 0,
    seconds: Seconds = 60,
    seed: Seed = 1,
    rounds: Rounds = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Ask of a saved plan what moved bells, shared or retimed buses would win; it stays as it is."""
    if sum(map(bool, (bells, mixed, retime))) != 1:
        raise typer.BadParameter("give one of --bells, --mixed and --retime")  # noqa: EM101
    with said(lang):
        from dataclasses import asdict

        from routing.asking import ask_bells, ask_mixed, ask_retimings
        from routing.outputs.store import load_plan

        words, plan = as_lang(lang), load_plan(run)
        if retime:
            rows = ask_retimings(plan, 60 * retime)
            none = {"en": "No shift would win a pupil.", "zh": "没有可吸引更多学生的调整。"}
            told = rows.to_string(index=False) if len(rows) else none[words]
            typer.echo(rows.to_json(orient="records", force_ascii=False) if as_json else told)
            return
        gain = (
            ask_bells(plan, 60 * bells, seconds=seconds, seed=seed, max_rounds=rounds)
            if bells
            else ask_mixed(plan, mixed, seconds=seconds, seed=seed, max_rounds=rounds)
        )
        typer.echo(json.dumps(asdict(gain), ensure_ascii=False) if as_json else gain.say(words))
