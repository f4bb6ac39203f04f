"""The command line: one command per verb, no logic."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from routing.policy import Policy
    from routing.records import Breach, Plan
    from routing.words import Lang

OK, OWN_FAULT, BAD_INPUT, NO_PLAN, UNSERVED = 0, 1, 3, 4, 5

app = typer.Typer(
    help="Plan rural school buses. / 农村校车规划。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 ok, 1 our fault, 2 usage, 3 bad input, 4 rules broken, 5 some unserved.",
)

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


@app.command()
def demo(
    out: Out = Path("maps/demo"),
    seconds: Seconds = 60,
    seed: Seed = 1,
    lang: Language = "en",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Plan the sample county: map, report and workbook into maps/demo."""
    with _said(lang):
        from routing.sample import make_sample

        county = Path("data/sample")
        if not (county / "policy.toml").is_file():
            make_sample(county, seed=1)
        plan, breaches = _plan(
            county, out, None, seconds, seed, None, lang, "public", quiet, made_up=True
        )
        _tell(plan, breaches, out, lang, as_json)
        raise typer.Exit(OWN_FAULT if breaches else OK)


@app.command()
def sample(
    out: Out = Path("data/sample"), seed: Seed = 1, small: bool = False, lang: Language = "en"
) -> None:
    """Make a sample county; nobody in it is real."""
    with _said(lang):
        from routing.sample import make_sample

        typer.echo(make_sample(out, seed=seed, size="small" if small else "county"))


@app.command()
def template(out: Path = Path("county.xlsx"), lang: Language = "en") -> None:
    """Write an empty workbook to fill in, with a dictionary of its columns."""
    with _said(lang):
        from routing.inputs import write_template

        typer.echo(write_template(out, _lang(lang)))


@app.command()
def check_inputs(county: County, lang: Language = "en", as_json: Json = False) -> None:
    """Say what is wrong in the county's files, row by row."""
    with _said(lang):
        from routing.inputs import check_inputs as check

        faults, notes = check(county)
        if as_json:
            lines = {"faults": [f.say(_lang(lang)) for f in faults], "notes": [n.say(_lang(lang)) for n in notes]}  # fmt: skip
            typer.echo(json.dumps({"n_faults": len(faults), **lines}, ensure_ascii=False))
        else:
            for note in notes:
                typer.echo(note.say(_lang(lang)))
            for fault in faults:
                typer.echo(fault.say(_lang(lang)))
            good = {"en": "No faults.", "zh": "没有错误。"}
            if not faults:
                typer.echo(good[_lang(lang)])
        raise typer.Exit(BAD_INPUT if faults else OK)


@app.command()
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
) -> None:
    """Plan a county: plan, check, measure, map, report and workbook into a folder."""
    with _said(lang):
        made, breaches = _plan(county, out, rules, seconds, seed, rounds, lang, privacy, quiet)
        summary = _tell(made, breaches, out, lang, as_json, privacy)
        served = OWN_FAULT if breaches else UNSERVED if summary["n_unserved"] else OK
        raise typer.Exit(served)


@app.command()
def check(run: Run, lang: Language = "en", as_json: Json = False) -> None:
    """Judge a saved plan by every rule; say each breach."""
    with _said(lang):
        from routing.check import check_plan
        from routing.errors import InputError
        from routing.outputs.store import load_plan

        changed = False
        try:
            saved = load_plan(run)
        except InputError as error:
            typer.echo(error.say(_lang(lang)), err=True)
            saved, changed = load_plan(run, verify=False), True
        breaches = check_plan(saved)
        summary = _summary(saved, breaches)
        if as_json:
            said = {"breaches": [breach.say(_lang(lang)) for breach in breaches]}
            typer.echo(json.dumps({**summary, **said}, ensure_ascii=False))
        else:
            for breach in breaches:
                typer.echo(breach.say(_lang(lang)))
            none = {"en": "No breach: the plan can be driven.", "zh": "未发现违规：方案可行。"}
            if not breaches:
                typer.echo(none[_lang(lang)])
        if changed and not breaches:
            raise typer.Exit(BAD_INPUT)
        raise typer.Exit(NO_PLAN if breaches else UNSERVED if summary["n_unserved"] else OK)


@app.command()
def ask(
    run: Run,
    bells: Annotated[
        int, typer.Option("--bells", min=0, max=120, help="Minutes that bells may move.")
    ] = 0,
    mixed: Annotated[
        str, typer.Option("--mixed", help="Schools that may share a bus: same_kind or any.")
    ] = "",
    seconds: Seconds = 60,
    seed: Seed = 1,
    rounds: Rounds = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Ask of a saved plan what moved bells or shared buses would save; it stays as it is."""
    if bool(bells) == bool(mixed):
        raise typer.BadParameter("give either --bells or --mixed")  # noqa: EM101
    with _said(lang):
        from dataclasses import asdict

        from routing.asking import ask_bells, ask_mixed
        from routing.outputs.store import load_plan

        words, plan = _lang(lang), load_plan(run)
        gain = (
            ask_bells(plan, 60 * bells, seconds=seconds, seed=seed, max_rounds=rounds)
            if bells
            else ask_mixed(plan, mixed, seconds=seconds, seed=seed, max_rounds=rounds)
        )
        typer.echo(json.dumps(asdict(gain), ensure_ascii=False) if as_json else gain.say(words))


@app.command()
def audit(
    county: County,
    out: Out = Path("runs/audit"),
    rules: Rules = None,
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
) -> None:
    """Say what looks wrong in the county's roads: one page with a map and tables."""
    with _said(lang):
        from routing.audit import audit_roads, count_audit
        from routing.inputs import read_district
        from routing.outputs.audit import write_audit

        words, mode, district = _lang(lang), _privacy(privacy), read_district(county)
        found = audit_roads(district, _policy(county, rules))
        page = write_audit(found, district, out / "index.html", lang=words, privacy=mode)
        if as_json:
            typer.echo(json.dumps(count_audit(found), ensure_ascii=False))
        else:
            typer.echo(page)


@app.command()
def calibrate(
    traces: Annotated[Path, typer.Argument(help="CSV of recorders: bus, time, lon, lat.")],
    roads: Annotated[Path, typer.Option("--roads", help="The county's roads.")],
    rules: Rules = None,
    out: Annotated[Path | None, typer.Option("--out", help="TOML file to write.")] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Say how fast the buses really drive: factors of time by class of road, for the policy."""
    with _said(lang):
        from routing.calibration import (
            calibrate_speeds,
            count_calibration,
            format_fragment,
            format_table,
            read_traces,
        )
        from routing.roads import read_roads

        network = read_roads(roads)
        read = read_traces(traces, network.source.box)
        found = calibrate_speeds(read, network, _policy(roads.parent, rules))
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(format_fragment(found), encoding="utf-8", newline="\n")
        if as_json:
            typer.echo(json.dumps(count_calibration(found), ensure_ascii=False))
        else:
            typer.echo(format_table(found, _lang(lang)))
            typer.echo(out or format_fragment(found))


def _plan(
    county: Path, out: Path, rules: str | None, seconds: int, seed: int, rounds: int | None,
    lang: str, privacy: str, quiet: bool, *, made_up: bool = False,
) -> "tuple[Plan, list[Breach]]":  # fmt: skip
    from routing.check import check_plan
    from routing.inputs import read_district
    from routing.measure import measure_plan
    from routing.outputs.maps import ATTRIBUTION, write_map
    from routing.outputs.report import write_report
    from routing.outputs.store import save_plan
    from routing.outputs.workbook import write_workbook
    from routing.plan import make_plan

    district = read_district(county)
    policy = _policy(county, rules)
    for note in district.notes:
        typer.echo(note.say(_lang(lang)), err=True)
    made = make_plan(
        district, policy, seconds=seconds, seed=seed, max_rounds=rounds, progress=not quiet
    )
    breaches, metrics = check_plan(made), measure_plan(made)
    save_plan(made, out)
    words, mode = _lang(lang), _privacy(privacy)
    title, credit = (_MADE_UP[words], "") if made_up else (None, ATTRIBUTION)
    write_map(made, out / "index.html", lang=words, privacy=mode, title=title, attribution=credit)
    write_report(made, out / "report.html", lang=words, privacy=mode, breaches=breaches, metrics=metrics)  # fmt: skip
    write_workbook(made, out / "plan.xlsx", lang=words, privacy=mode)
    return made, breaches


_MADE_UP: "dict[Lang, str]" = {
    "en": "A county that is made up: nobody in it is real",
    "zh": "虚构县示例：并非真实数据",
}


def _policy(county: Path, rules: str | None) -> "Policy":
    from routing.policy import PRESETS, Policy, read_policy

    if rules in PRESETS:
        return Policy.preset(str(rules))
    own = Path(rules) if rules else county / "policy.toml"
    return read_policy(own) if rules or own.is_file() else Policy.preset("national")


def _summary(plan: "Plan", breaches: "list[Breach]") -> dict[str, Any]:
    from routing.measure import summarise_plan

    return {**summarise_plan(plan, n_breaches=len(breaches)), "seconds": plan.made.took_s}


def _tell(
    plan: "Plan",
    breaches: "list[Breach]",
    out: Path,
    lang: str,
    as_json: bool,
    privacy: str = "public",
) -> dict[str, Any]:
    """Say the plan's figures, as JSON or in words; return them."""
    summary = _summary(plan, breaches)
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return summary
    for breach in breaches:
        typer.echo(breach.say(_lang(lang)), err=True)
    typer.echo(_sentence(_lang(lang)).format(**summary, minutes=summary["max_ride_s"] / 60))
    for line in _ways_out(plan, lang, privacy):
        typer.echo(line)
    typer.echo(out / "index.html")
    typer.echo(out / "report.html")
    return summary


MOST_WAYS_OUT = 8
"""Ways out for the unserved that are said; the report has all."""


def _ways_out(plan: "Plan", lang: str, privacy: str) -> list[str]:
    """Return the largest ways out for the unserved, a short line each."""
    from routing.outputs.masking import Mask
    from routing.outputs.relief import way_out_rows

    rows = way_out_rows(plan, Mask(plan.policy.min_cell, _privacy(privacy)), _lang(lang))
    lines = [f"  {said}" for said, *_ in rows[:MOST_WAYS_OUT]]
    more = {"en": "  … {n} more in the report", "zh": "  ……另有{n}项，见报告"}
    return lines + (
        [more[_lang(lang)].format(n=len(rows) - len(lines))] if rows[len(lines) :] else []
    )


def _sentence(lang: "Lang") -> str:
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


def _lang(lang: str) -> "Lang":
    if lang not in {"en", "zh"}:
        msg = "--lang is zh or en."
        raise typer.BadParameter(msg)
    return "zh" if lang == "zh" else "en"


def _privacy(privacy: str) -> Any:
    if privacy not in {"public", "internal"}:
        msg = "--privacy is public or internal."
        raise typer.BadParameter(msg)
    return privacy


@contextmanager
def _said(lang: str) -> Iterator[None]:
    """Turn errors raised on purpose into a message and an exit code."""
    from routing.errors import InputError, NoPlanError, RoadsError, RoutingError

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    codes = ((InputError, BAD_INPUT), (RoadsError, BAD_INPUT), (NoPlanError, NO_PLAN))
    words = _lang(lang)
    try:
        yield
    except RoutingError as error:
        typer.echo(error.say(words), err=True)
        code = next((code for kind, code in codes if isinstance(error, kind)), OWN_FAULT)
        raise typer.Exit(code) from error
    except OSError as error:
        typer.echo(f"{error.strerror}: {error.filename}", err=True)
        raise typer.Exit(OWN_FAULT) from error


def main(run: Callable[[], None] = app) -> None:
    """Run the command line with UTF-8 output everywhere."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    run()
