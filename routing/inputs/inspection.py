"""What did the reading find? Faults, repairs, and what a planner should look at again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from routing.errors import Fault
from routing.words import Lang, Text

if TYPE_CHECKING:
    from routing.inputs.fitting import SystemFit
    from routing.inputs.sheet import Sheet

FIRST_ROWS = 10
"""Rows that a repair or a suspicion names; the count says how many more (rows; assumed)."""

_WHERE = {
    "sheet": Text("sheet '{}'", "工作表“{}”"),
    "column": Text("column '{}'", "“{}”列"),
    "rows": Text("rows {}", "第{}行"),
    "row": Text("row {}", "第{}行"),
    "more": Text(" and {} more", "等共{}行"),
}


@dataclass(frozen=True)
class Repair:
    """What was mended while reading, of one kind in one column.

    Parameters
    ----------
    file
        Name of the file, without its folder.
    kind
        ``wide`` (full-width characters), ``blanks``, ``hidden`` (marks that are not
        seen), ``text_number``, ``grade_words`` or ``byte_mark``.
    what
        What was done.
    n_cells
        In so many cells; 0 where it concerns the file as a whole.
    rows
        The first ``FIRST_ROWS`` rows, as a spreadsheet shows them.
    column
        The column as the file names it; None for a whole file.
    sheet
        The sheet of a workbook, where it has several.
    """

    file: str
    kind: str
    what: Text
    n_cells: int = 0
    rows: tuple[int, ...] = ()
    column: str | None = None
    sheet: str | None = None

    def say(self, lang: Lang = "en", *, with_file: bool = True) -> str:
        """Return the repair as one line: where, in how many cells, what was done."""
        where = _places(
            self.file if with_file else None, self.sheet, self.column, self.rows, self.n_cells, lang
        )
        return _line(where, self.what.say(lang), lang)

    def told(self) -> Text:
        """Return the repair in both languages, as a note of a district."""
        return Text(self.say("en"), self.say("zh"))


@dataclass(frozen=True)
class Suspicion:
    """What may well be right, but a planner should look at before trusting a plan.

    Parameters
    ----------
    file
        Name of the file, without its folder.
    code
        Which question was asked of the file: one word per kind, the same in every version.
    what, ask
        What is out of the ordinary, and what to do.
    n_rows
        So many rows are concerned; 0 where it is the file as a whole.
    rows
        The first ``FIRST_ROWS`` of them, as a spreadsheet shows them.
    sheet
        The sheet of a workbook, where it has several.
    """

    file: str
    code: str
    what: Text
    ask: Text
    n_rows: int = 0
    rows: tuple[int, ...] = ()
    sheet: str | None = None

    def say(self, lang: Lang = "en", *, with_file: bool = True) -> str:
        """Return the suspicion as one line: where, what is odd, what to do."""
        where = _places(
            self.file if with_file else None, self.sheet, None, self.rows, self.n_rows, lang
        )
        between = "" if lang == "zh" else " "
        return _line(where, f"{self.what.say(lang)}{between}{self.ask.say(lang)}", lang)


@dataclass(frozen=True)
class Inspection:
    """All that was found in a county folder.

    Parameters
    ----------
    faults
        What stops a plan, by file and row.
    notes
        What was left out, assumed or read in an unusual way.
    repairs
        What was mended while reading.
    suspicions
        What is no fault, but odd.
    systems
        Which coordinate system the points of each file fit, with the measured offsets.
    """

    faults: tuple[Fault, ...] = ()
    notes: tuple[Text, ...] = ()
    repairs: tuple[Repair, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    systems: tuple["SystemFit", ...] = ()


Found = TypeVar("Found", Fault, Repair, Suspicion)


def sheet_labels(sheets: Mapping[str, Sequence["Sheet"]]) -> dict[str, tuple[str, str]]:
    """Return label of each sheet that is one of several in a file -> file and sheet."""
    return {
        sheet.file: (sheet.file.removesuffix(f" [{sheet.sheet}]"), sheet.sheet)
        for several in sheets.values()
        for sheet in several
        if sheet.sheet is not None
    }


def parter(labels: Mapping[str, tuple[str, str]]) -> Callable[[Found], Found]:
    """Return what splits ``book.xlsx [sheet]`` into the file and its sheet.

    Parameters
    ----------
    labels
        Label of a table as the readers use it -> file and sheet.
    """

    def part(found: Found) -> Found:
        if found.sheet is not None or found.file not in labels:
            return found
        file, sheet = labels[found.file]
        return replace(found, file=file, sheet=sheet)

    return part


def say_rows(rows: tuple[int, ...], n_rows: int, lang: Lang = "en") -> str:
    """Return rows in words: ``rows 2, 5 and 8 more``; empty where there are none."""
    if not rows:
        return ""
    listed = ("、" if lang == "zh" else ", ").join(map(str, rows))
    n_more = n_rows if lang == "zh" else n_rows - len(rows)
    more = _WHERE["more"].say(lang).format(n_more) if n_rows > len(rows) else ""
    if lang == "zh":
        return f"第{listed}行{more}"
    return _WHERE["row" if len(rows) == 1 and not more else "rows"].en.format(listed) + more


def _places(
    file: str | None,
    sheet: str | None,
    column: str | None,
    rows: tuple[int, ...],
    n: int,
    lang: Lang,
) -> list[str]:
    where = [file] if file is not None else []
    where += [_WHERE["sheet"].say(lang).format(sheet)] if sheet is not None else []
    where += [_WHERE["column"].say(lang).format(column)] if column is not None else []
    return where + ([said] if (said := say_rows(rows, n, lang)) else [])


def _line(where: list[str], told: str, lang: Lang) -> str:
    comma, colon = ("，", "：") if lang == "zh" else (", ", ": ")
    return f"{comma.join(where)}{colon}{told}" if where else told
