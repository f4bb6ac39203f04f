"""The present of a command that asks what if: the county's files, or a saved plan of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from routing.cli.resuming import tell_unfinished
from routing.cli.shared import as_lang, policy_of

if TYPE_CHECKING:
    from routing.policy import Policy
    from routing.records import District, Plan


def read_county(county: Path, lang: str) -> "District":
    """Read the county's files, and say what was noticed."""
    from routing.inputs import read_district

    district = read_district(county)
    for note in district.notes:
        typer.echo(note.say(as_lang(lang)), err=True)
    return district


def begin_from(
    county: Path | None, base: Path | None, rules: str | None, lang: str
) -> "tuple[Plan | None, District, Policy]":
    """Return the saved plan of the present, if one is given, its district and its rules."""
    if base is None:
        folder = _given(county)
        return None, read_county(folder, lang), policy_of(folder, rules)
    if rules is not None:
        raise typer.BadParameter("--base brings its own rules: leave --policy out")  # noqa: EM101
    from routing.outputs.store import load_plan

    tell_unfinished(base, as_lang(lang))
    saved = load_plan(base)
    if county is not None:
        _same_files(saved, base, county)
    return saved, saved.district, saved.policy


def _given(county: Path | None) -> Path:
    """Return the county's folder; refuse a command that names neither it nor a saved plan."""
    if county is None:
        raise typer.BadParameter("give the county's folder, or a saved plan with --base")  # noqa: EM101
    return county


def _same_files(saved: "Plan", base: Path, county: Path) -> None:
    """Refuse a saved plan that was not made of the county's files as they are now."""
    from routing.errors import Fault, InputError
    from routing.inputs import read_district
    from routing.words import Text

    if read_district(county).digest != saved.district.digest:
        problem = Text(
            f"this plan is not of the files in {county} as they are now: another county, files "
            "that changed since, or a plan that a scenario has changed.",
            f"该方案不是按{county}中现有文件编制：可能是其他县、文件已改动，或方案已按情景调整。",
        )
        remedy = Text(
            "Leave the county's folder out to go on from this plan, or --base to plan the county anew.",
            "如要在该方案基础上继续，请不写县文件夹；如要按现有文件重新编制，请去掉--base。",
        )
        raise InputError([Fault(str(base), problem, remedy)])
