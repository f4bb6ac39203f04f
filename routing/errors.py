"""Every error this package raises on purpose.

RoutingError
├── InputError     the planner's files; lists every fault, not the first   (exit 3)
├── RoadsError     no road data, or road data that cannot be used          (exit 3)
├── NoPlanError    no plan keeps the hard rules                            (exit 4)
└── SolverError    the search crashed, hung, or gave an answer that its
                   own recomputation does not confirm                      (exit 1)

Programming mistakes stay ValueError and TypeError.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.words import Lang, Text


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in one of the planner's files.

    Parameters
    ----------
    file
        Name of the file, without its folder.
    problem, remedy
        What is wrong, and what to do about it; the second empty where the first says it.
    row
        The row as a spreadsheet shows it (the header is row 1); None for a whole file.
    column
        The column as the file names it.
    value
        What stands in the cell.
    feature
        The number of a line or point on a map, from 1, where rows are no help.
    sheet
        The sheet of a workbook, or the layer of a map file, where it has several.
    """

    file: str
    problem: Text
    remedy: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None
    feature: int | None = None
    sheet: str | None = None

    def say(self, lang: Lang = "en", *, with_file: bool = True) -> str:
        """Return the fault as one line: where, what is wrong, what to do."""
        sheet, row, column, value, feature = (
            ("工作表“{}”", "第{}行", "“{}”列", "值为“{}”", "第{}个要素")
            if lang == "zh"
            else ("sheet '{}'", "row {}", "column '{}'", "value '{}'", "feature {}")
        )
        where = [self.file] if with_file else []
        where += [sheet.format(self.sheet)] if self.sheet is not None else []
        where += [feature.format(self.feature)] if self.feature is not None else []
        where += [row.format(self.row)] if self.row is not None else []
        where += [column.format(self.column)] if self.column is not None else []
        where += [value.format(self.value)] if self.value is not None else []
        comma, colon, between = ("，", "：", "") if lang == "zh" else (", ", ": ", " ")
        colon = colon if where else ""
        told = f"{comma.join(where)}{colon}{self.problem.say(lang)}{between}{self.remedy.say(lang)}"
        return told.rstrip()


class RoutingError(Exception):
    """Something that the planner can mend; says what, where, and what next.

    Parameters
    ----------
    text
        The message in both languages.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def say(self, lang: Lang = "en") -> str:
        """Return the message in one language."""
        return self.text.say(lang)


class InputError(RoutingError):
    """The planner's files are faulty; every fault is listed.

    Parameters
    ----------
    faults
        All faults in all files.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        head = Text("{n} fault(s) in the input:", "输入文件中有{n}处错误：")
        lines = head.fill(n=len(self.faults))
        super().__init__(
            Text(
                "\n".join([lines.en, *(fault.say("en") for fault in self.faults)]),
                "\n".join([lines.zh, *(fault.say("zh") for fault in self.faults)]),
            )
        )


class RoadsError(RoutingError):
    """There are no road data, or they cannot be used."""


class NoPlanError(RoutingError):
    """No plan keeps the hard rules."""


class SolverError(RoutingError):
    """The search failed, and said so; nothing of its answer was used."""
