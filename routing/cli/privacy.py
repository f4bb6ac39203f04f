"""Commands that keep children's data small: random ids, the log of exports, forgetting a run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routing.cli.shared import OWN_FAULT, Json, Language, Privacy, Run, as_lang, as_privacy, said
from routing.words import Text

if TYPE_CHECKING:
    from routing.outputs.forgetting import Leavings

MOST_NAMED = 20
"""Files that are named one by one; the rest are counted."""

Key = Annotated[Path, typer.Option("--key", help="Key file; it stays with who holds the names.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

_MADE = Text(
    "{path}: {n} row(s), {new} new pseudonym(s). Key: {key} (keep it apart, with who holds the "
    "names; no other command reads it).",
    "{path}：{n}行，新生成假名{new}个。密钥：{key}（请由掌握名册者单独保管，其他命令均不读取）。",
)
_KEY_GONE = Text(
    "{key}: deleted. It led back to {n} pupil(s); copies elsewhere are not known here.",
    "{key}：已删除，原可还原{n}名学生。其他副本本工具无从得知。",
)
_WILL = Text("To be deleted in {folder}:", "将删除{folder}中的：")
_MORE = Text("… and {n} more", "……另有{n}项")
_STAYS = Text("Not written by this tool, stays:", "非本工具写入，保留：")
_AWAY = Text("Written elsewhere, stays; delete it there:", "写在别处，保留，请自行删除：")
_PASSED = Text("May have been passed on (public): {names}.", "可能已对外提供（公开版）：{names}。")
_COUNTY_STAYS = Text(
    "The county's own files are not part of a run and stay.", "本县原始数据不属于方案，予以保留。"
)
_SURE = Text("Delete these files?", "确定删除？")
_GONE = Text("{n} file(s) deleted.", "已删除{n}个文件。")
_NOTHING = Text("Nothing was deleted.", "未删除任何文件。")
_NO_LOG = Text("No export is logged in {run}.", "{run}中没有导出记录。")


def pseudonymise(
    files: Annotated[list[Path], typer.Argument(help="Tables of pupils, any format.")],
    key: Key,
    out: Annotated[Path, typer.Option("--out", help="Folder of the clean tables.")],
    drop: Annotated[
        list[str] | None, typer.Option("--drop", help="Personal column to leave out; repeat it.")
    ] = None,
    id_column: Annotated[
        str, typer.Option("--id", help="Column that identifies a pupil, if not found.")
    ] = "",
    lang: Language = "en",
) -> None:
    """Replace pupils' ids by random ones; the key file leads back and stays with the school."""
    with said(lang):
        from routing.inputs.pseudonyms import pseudonymise as replace_ids

        words = as_lang(lang)
        for made in replace_ids(files, key, out, drop=drop or (), id_column=id_column):
            for note in made.notes:
                typer.echo(note.say(words), err=True)
            typer.echo(_MADE.say(words, path=made.path, n=made.n_rows, new=made.n_new, key=key))


def exports(run: Run, lang: Language = "en", as_json: Json = False) -> None:
    """Say which files were written from a run, when, and for whom."""
    with said(lang):
        from routing.outputs.exports import read_log

        lines = read_log(run)
        if as_json:
            typer.echo(json.dumps([line._asdict() for line in lines], ensure_ascii=False))
            return
        if not lines:
            typer.echo(_NO_LOG.say(as_lang(lang), run=run))
        for line in lines:
            typer.echo("  ".join(line))


def lines(
    run: Run,
    out: Annotated[Path, typer.Option("--out", help="HTML file to write.")] = Path("lines.html"),
    lang: Language = "en",
    privacy: Privacy = "public",
) -> None:
    """Write the bus lines of a saved plan as strips of stops and times: no map, no pupils."""
    with said(lang):
        from routing.outputs.exports import log_export
        from routing.outputs.schematic import write_line_sheets
        from routing.outputs.store import load_plan

        words, mode = as_lang(lang), as_privacy(privacy)
        page = write_line_sheets(load_plan(run), out, lang=words, privacy=mode)
        if page.resolve().parent != run.resolve():
            log_export(page, mode, words, run=run)
        typer.echo(page)


def forget(
    runs: Annotated[list[Path] | None, typer.Argument(help="Folders of runs.")] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="Key file of pseudonyms to delete.")
    ] = None,
    yes: Yes = False,
    lang: Language = "en",
) -> None:
    """Delete runs with all that the tool wrote there, or a key of pseudonyms."""
    if bool(runs) == bool(key):
        raise typer.BadParameter("give folders of runs, or --key")  # noqa: EM101
    with said(lang):
        from routing.inputs.pseudonyms import count_key, delete_key
        from routing.outputs.forgetting import find_leavings, forget_run

        words = as_lang(lang)
        if key is not None:
            count_key(key)
            if not yes and not typer.confirm(f"{key}: {_SURE.say(words)}"):
                typer.echo(_NOTHING.say(words))
                raise typer.Exit(OWN_FAULT)
            typer.echo(_KEY_GONE.say(words, key=key, n=delete_key(key)))
            return
        found = [find_leavings(run) for run in runs or ()]
        for leavings in found:
            for line in _tell(leavings, lang):
                typer.echo(line)
        if not yes and not typer.confirm(_SURE.say(words)):
            typer.echo(_NOTHING.say(words))
            raise typer.Exit(OWN_FAULT)
        typer.echo(_GONE.say(words, n=sum(map(forget_run, found))))


def _tell(found: "Leavings", lang: str) -> list[str]:
    """Return what will go and what will stay, line by line."""
    words = as_lang(lang)
    told = [_WILL.say(words, folder=found.folder), *_names(found.files, found.folder, lang)]
    if found.others:
        told += [_STAYS.say(words), *_names(found.others, found.folder, lang)]
    if found.elsewhere:
        told += [_AWAY.say(words), *_names(found.elsewhere, found.folder, lang)]
    if found.passed_on:
        told.append(_PASSED.say(words, names=", ".join(found.passed_on)))
    return [*told, _COUNTY_STAYS.say(words)]


def _names(paths: tuple[Path, ...], folder: Path, lang: str) -> list[str]:
    names = [
        str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
        for path in paths
    ]
    more = [_MORE.say(as_lang(lang), n=len(names) - MOST_NAMED)] if names[MOST_NAMED:] else []
    return [f"  {name}" for name in [*names[:MOST_NAMED], *more]]
