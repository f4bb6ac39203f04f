"""The command that looks up where pupils live whose file has addresses."""

import json
from pathlib import Path
from typing import Annotated

import typer

from routing.cli.shared import County, Json, Language, as_lang, said


def geocode(
    county: County,
    out: Annotated[Path, typer.Option("--out", help="CSV to write: student, place, precision.")],
    local: Annotated[
        bool, typer.Option("--local", help="Ask no service, whatever county.toml says.")
    ] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Find where pupils live by their addresses; none of which is written anywhere."""
    with said(lang):
        from routing.inputs.geocoding import geocode_county
        from routing.outputs.locations import write_locations

        found = geocode_county(county, local=local)
        paths = write_locations(found, out, as_lang(lang))
        if as_json:
            counts = {"n_located": len(found.located), "n_doubtful": len(found.doubtful)}
            typer.echo(json.dumps({**counts, "files": [str(path) for path in paths]}))
        else:
            for line in (*(note.say(as_lang(lang)) for note in found.notes), *paths):
                typer.echo(line)
