"""Commands about the roads: what looks wrong in them, and how fast buses really drive."""

import json
from pathlib import Path
from typing import Annotated

import typer

from routing.cli.shared import (
    County,
    Json,
    Language,
    Out,
    Privacy,
    Rules,
    as_lang,
    as_privacy,
    policy_of,
    said,
)


def audit(
    county: County,
    out: Out = Path("runs/audit"),
    rules: Rules = None,
    lang: Language = "en",
    privacy: Privacy = "public",
    as_json: Json = False,
) -> None:
    """Say what looks wrong in the county's roads: one page with a map and tables."""
    with said(lang):
        from routing.audit import audit_roads, count_audit
        from routing.inputs import read_district
        from routing.outputs.audit import write_audit
        from routing.outputs.exports import start_log

        words, mode, district = as_lang(lang), as_privacy(privacy), read_district(county)
        found = audit_roads(district, policy_of(county, rules))
        start_log(out)
        page = write_audit(found, district, out / "index.html", lang=words, privacy=mode)
        if as_json:
            typer.echo(json.dumps(count_audit(found), ensure_ascii=False))
        else:
            typer.echo(page)


def calibrate(
    traces: Annotated[Path, typer.Argument(help="CSV of recorders: bus, time, lon, lat.")],
    roads: Annotated[Path, typer.Option("--roads", help="The county's roads.")],
    rules: Rules = None,
    out: Annotated[Path | None, typer.Option("--out", help="TOML file to write.")] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Say how fast the buses really drive: factors of time by class of road, for the policy."""
    with said(lang):
        from routing.atomic import write_text
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
        found = calibrate_speeds(read, network, policy_of(roads.parent, rules))
        if out:
            write_text(out, format_fragment(found))
        if as_json:
            typer.echo(json.dumps(count_calibration(found), ensure_ascii=False))
        else:
            typer.echo(format_table(found, as_lang(lang)))
            typer.echo(out or format_fragment(found))
