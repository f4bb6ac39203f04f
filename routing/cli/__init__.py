"""The command line: one command per verb, no logic."""

import sys
from collections.abc import Callable

import typer

from routing.cli import closing, places, planning, privacy, roads
from routing.cli.terminal import plain_stream

app = typer.Typer(
    help="Plan rural school buses. / 农村校车规划。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 ok, 1 our fault, 2 usage, 3 bad input, 4 rules broken, 5 some unserved, 130 interrupted.",
)
for command in (
    planning.demo, planning.sample, planning.template, planning.check_inputs, planning.plan,
    planning.check, planning.ask, closing.close, closing.consolidate, closing.compare,
    roads.audit, roads.calibrate, places.geocode, privacy.pseudonymise, privacy.exports, privacy.lines,
    privacy.forget,
):  # fmt: skip
    app.command()(command)


def main(run: Callable[[], None] = app) -> None:
    """Run the command line with UTF-8 output everywhere, which no text from data steers."""
    sys.stdout, sys.stderr = plain_stream(sys.stdout), plain_stream(sys.stderr)
    run()
