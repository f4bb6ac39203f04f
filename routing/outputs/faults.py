"""What is wrong with a county's files? The answer as text, as JSON, and in coloured copies."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from routing.errors import Fault, RoutingError
from routing.inputs.inspection import Inspection
from routing.inputs.personal import mask_personal
from routing.outputs.atomic import replacing_all
from routing.outputs.cleaning import printable
from routing.outputs.fault_copies import copy_suffix, write_copy
from routing.outputs.masking import Privacy
from routing.words import Lang, Text

MOST_ALIKE = 20
"""So many faults of one kind are said one by one on a screen (lines; assumed)."""

TEXT_FILE, JSON_FILE = "faults.txt", "faults.json"

_NUMBERED = re.compile(r"\S*\d\S*")

_WORDS = {
    "file": Text("{file}: {n} fault(s)", "{file}：{n}处错误"),
    "more": Text("  ... and {n} more like it (rows {first} to {last})",
                 "  ……另有{n}处同类错误（第{first}至{last}行）"),
    "more_whole": Text("  ... and {n} more like it", "  ……另有{n}处同类错误"),
    "suspicions": Text("Look at these again ({n}); they are no faults:",
                       "请再核对以下{n}项（不算错误）："),
    "repairs": Text("Mended while reading ({n}); your files are unchanged:",
                    "读取时已修正{n}项（原文件未改动）："),
    "systems": Text("Coordinate systems:", "坐标系："),
    "notes": Text("Notes:", "说明："),
    "none": Text("No faults.", "没有错误。"),
    "sum": Text("{n} fault(s) in {files} file(s). Correct them and check again.",
                "{files}个文件中共有{n}处错误，请更正后重新检查。"),
}  # fmt: skip

_INTO_COUNTY = Text(
    "'{out}' is the county's own folder; its copies would be read as tables. Give another one "
    "by --out.",
    "“{out}”就是县数据文件夹，写入的副本会被当作数据表读取。请用--out指定其他文件夹。",
)


def say_inspection(
    found: Inspection, lang: Lang = "en", *, most: int | None = MOST_ALIKE,
    privacy: Privacy = "public",
) -> str:  # fmt: skip
    """Return all that was found as lines of text, by file.

    Parameters
    ----------
    found
        As ``routing.inputs.check_inputs`` returns it.
    lang
        "en" or "zh".
    most
        Faults of one kind in one column that are said one by one; None for all.
    privacy
        "public" hides phone and identity numbers in what is shown of a cell.
    """
    faults = [_masked(fault, privacy) for fault in found.faults]
    lines: list[str] = []
    for file, several in _by_file(faults).items():
        lines.append(_WORDS["file"].say(lang, file=file, n=len(several)))
        lines += _fault_lines(several, lang, most)
        lines.append("")
    for name, things in (("suspicions", found.suspicions), ("repairs", found.repairs)):
        if things:
            lines.append(_WORDS[name].say(lang, n=len(things)))
            lines += [f"  {thing.say(lang)}" for thing in things]
            lines.append("")
    told = (("systems", [fit.say for fit in found.systems]), ("notes", found.notes))
    for name, texts in told:
        if texts:
            lines.append(_WORDS[name].say(lang))
            lines += [f"  {text.say(lang)}" for text in texts]
            lines.append("")
    n_files = len({fault.file for fault in faults})
    end = (
        _WORDS["sum"].say(lang, n=len(faults), files=n_files)
        if faults
        else _WORDS["none"].say(lang)
    )
    return "\n".join(printable(line) for line in (*lines, end))


def list_inspection(found: Inspection, *, privacy: Privacy = "public") -> dict[str, Any]:
    """Return all that was found as plain lists for JSON; sentences in both languages.

    Parameters
    ----------
    found
        As ``routing.inputs.check_inputs`` returns it.
    privacy
        "public" hides phone and identity numbers in what is shown of a cell.
    """
    faults = [_fault_record(_masked(fault, privacy)) for fault in found.faults]
    return {
        "n_faults": len(faults),
        "faults": faults,
        "suspicions": [_plain(suspicion) for suspicion in found.suspicions],
        "repairs": [_plain(repair) for repair in found.repairs],
        "systems": [{**_plain(fit), "say": _plain(fit.say)} for fit in found.systems],
        "notes": [_plain(note) for note in found.notes],
    }


def write_faults(
    found: Inspection, county: Path | str, out: Path | str, *, lang: Lang = "en",
    privacy: Privacy = "public",
) -> tuple[Path, ...]:  # fmt: skip
    """Write faults.txt, faults.json and a coloured copy of each faulty table into a folder.

    Parameters
    ----------
    found
        As ``routing.inputs.check_inputs`` returns it for the county.
    county
        The county folder, which stays as it is.
    out
        The folder to write; another one.
    lang
        Language of the text and of the copies.
    privacy
        "public" leaves columns of names, phones and identity numbers empty in the copies;
        "internal" copies them.

    Returns
    -------
    paths
        The files written. Copies of an earlier check whose tables have no faults any more
        are removed.

    Raises
    ------
    RoutingError
        When the folder is the county's own, or cannot be written.
    """
    county, out = Path(county), Path(out)
    if out.resolve() == county.resolve():
        raise RoutingError(_INTO_COUNTY.fill(out=out))
    faults = [_masked(fault, privacy) for fault in found.faults]
    tables = {
        file: several
        for file, several in _by_file(faults).items()
        if copy_suffix(file)
        and (county / file).is_file()
        and any(fault.row is not None or fault.column is not None for fault in several)
    }
    earlier = _earlier_copies(out)
    names = {file: f"{file}.faults.xlsx" for file in tables}
    with replacing_all(out, (*names.values(), TEXT_FILE, JSON_FILE)) as drafts:
        copied = []
        for file, several in tables.items():
            odd = [one for one in found.suspicions if one.file == file]
            write_copy(county / file, several, odd, drafts / names[file], lang, privacy)
            copied.append(names[file])
        text = say_inspection(found, lang, most=None, privacy=privacy)
        (drafts / TEXT_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
        record = {**list_inspection(found, privacy=privacy), "copies": copied}
        (drafts / JSON_FILE).write_text(to_json(record, indent=1), encoding="utf-8", newline="\n")
    for name in earlier - set(copied):
        (out / name).unlink(missing_ok=True)
    return tuple(out / name for name in (*copied, TEXT_FILE, JSON_FILE))


def to_json(record: Any, indent: int | None = None) -> str:
    """Return a record as JSON; signs that steer a screen are written as escapes."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=indent)
    if text == printable(text):
        return text
    return "".join(sign if sign == printable(sign) else json.dumps(sign)[1:-1] for sign in text)


def kind_of_fault(fault: Fault) -> str:
    """Return the kind of a fault: its English sentence with the numbers and keys in it masked."""
    return "-".join(re.findall(r"[a-z#]+", _NUMBERED.sub("#", fault.problem.en.lower())))


def _fault_lines(faults: list[Fault], lang: Lang, most: int | None) -> Iterator[str]:
    kinds = [(fault.sheet, fault.column, kind_of_fault(fault)) for fault in faults]
    sizes, said = Counter(kinds), Counter[tuple[str | None, str | None, str]]()
    for kind, fault in zip(kinds, faults, strict=True):
        said[kind] += 1
        if most is None or said[kind] <= most:
            yield f"  {fault.say(lang, with_file=False)}"
        elif said[kind] == most + 1:
            same = [other.row for other, its in zip(faults, kinds, strict=True) if its == kind]
            rows = [row for row in same[most:] if row is not None]
            more = "more" if rows else "more_whole"
            ends = {"first": min(rows), "last": max(rows)} if rows else {}
            yield _WORDS[more].say(lang, n=sizes[kind] - most, **ends)


def _by_file(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """Return file -> its faults, files and faults in the order given."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.file, []).append(fault)
    return found


def _masked(fault: Fault, privacy: Privacy) -> Fault:
    if fault.value is None or privacy == "internal":
        return fault
    return replace(fault, value=mask_personal(fault.value))


def _fault_record(fault: Fault) -> dict[str, Any]:
    return {**_plain(fault), "kind": kind_of_fault(fault)}


def _plain(thing: Any) -> Any:
    """Return a record, a text or a number of numpy as what JSON knows."""
    if isinstance(thing, Text):
        return {"en": thing.en, "zh": thing.zh}
    if is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): _plain(value) for key, value in thing.items()}
    if isinstance(thing, (tuple, list)):
        return [_plain(one) for one in thing]
    return _value(thing.tolist() if hasattr(thing, "tolist") else thing)


def _value(thing: Any) -> Any:
    """Return a value as JSON knows it: no number where there is none, else words."""
    if isinstance(thing, float) and not math.isfinite(thing):
        return None
    return thing if thing is None or isinstance(thing, (str, int, float, list)) else str(thing)


def _earlier_copies(out: Path) -> set[str]:
    """Return the copies that an earlier check wrote into the folder, by its own list."""
    try:
        listed = json.loads((out / JSON_FILE).read_text("utf-8"))["copies"]
    except (OSError, ValueError, LookupError, TypeError):
        return set()
    return {
        name
        for name in listed
        if isinstance(name, str) and name.endswith(".faults.xlsx") and name == Path(name).name
    }
